//! `shomei show`: one certificate or holder, and all that happened to it.

use serde_json::{Value, json};

use super::scene::{Scene, said};
use super::watch::{
    DAY1, NOW1, NOW2, bring, complaint, import, json as shown, office, register_again, second_day, told,
    told_in_japanese, valid,
};

/// The fingerprint of the certificate that a list with this word names alone.
fn sha256(scene: &Scene, now: &str, word: &str) -> String {
    let list = shown(scene, now, &["list", word]);
    assert_eq!(list["total"], 1, "{word}: {list}");
    list["certificates"][0]["sha256"].as_str().unwrap().to_string()
}

/// What happened, in words and places.
fn story(document: &Value) -> Vec<String> {
    let place = |event: &Value, end: &str| {
        let path = event[end]["path"].as_str()?;
        Some(path.rsplit_once("/fleet/").unwrap().1.to_string())
    };
    let told = |event: &Value| {
        let word = event["event"].as_str().unwrap().to_string();
        let rest = match word.as_str() {
            "judged" => event["now"]["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| f["rule"].as_str().unwrap().into())
                .collect(),
            "marked" | "unmarked" => vec![event["mark"]["state"].as_str().unwrap().to_string()],
            "changed" => event["columns"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().into()).collect(),
            "bound" => vec![event["holder"]["id"].as_str().unwrap().to_string()],
            _ => ["from", "to"].into_iter().filter_map(|end| place(event, end)).collect(),
        };
        [vec![word], rest].concat().join(" ")
    };
    document["story"].as_array().unwrap().iter().map(told).collect()
}

fn mark(scene: &Scene, now: &str, arguments: &[&str]) {
    said(&scene.command_at(now, &[arguments, &["--by", "m"]].concat()).output().unwrap());
}

#[test]
fn a_certificate_is_found_by_fingerprint_and_serial_number() {
    let scene = office();
    let list = shown(&scene, NOW1, &["list", "himawari"]);
    let (sha256, serial) =
        (list["certificates"][0]["sha256"].as_str().unwrap(), list["certificates"][0]["serial"].as_str().unwrap());
    let whole = shown(&scene, NOW1, &["show", sha256]);
    assert_eq!((&whole["kind"], &whole["certificate"]["sha256"]), (&json!("certificate"), &json!(sha256)));
    let upper = sha256[..12].to_uppercase();
    let spaced = format!("{} {}", &serial[..2], &serial[2..]);
    for id in [&sha256[..8], &upper, &format!("sha256:{}", &sha256[..9]), &format!("serial:{serial}"), &spaced] {
        assert_eq!(shown(&scene, NOW1, &["show", id]), whole, "{id}");
    }
    assert!(complaint(&scene, NOW1, &["show", &sha256[..3]]).contains("four or more digits"));
    // Where it is said to be a fingerprint, fewer will do.
    let document = shown(&scene, NOW1, &["show", &format!("sha256:{}", &sha256[..3])]);
    assert_eq!(document["certificate"]["sha256"], sha256);
    // The thumbprint as Windows has it, with the invisible mark that is copied with it.
    let sha1 = document["certificate"]["sha1"].as_str().unwrap();
    let thumbprint: String =
        sha1.as_bytes().chunks(2).map(|pair| format!(" {}", std::str::from_utf8(pair).unwrap())).collect();
    for id in [format!("\u{200e}{}", thumbprint.trim()), sha1.to_uppercase(), sha1[..8].to_string()] {
        assert_eq!(shown(&scene, NOW1, &["show", &id]), document, "{id}");
    }
    assert!(complaint(&scene, NOW1, &["show", &format!("serial:{}", &sha256[..8])]).contains("neither"));
}

#[test]
fn a_holder_is_found_by_its_id_and_the_nearest_is_offered() {
    let scene = office();
    let holder = shown(&scene, NOW1, &["show", "O-1"]);
    assert_eq!((&holder["kind"], &holder["holder"]["name"]), (&json!("holder"), &json!("訪問介護なにわ")));
    for id in ["holder:O-1", "default/O-1", "holder:default/O-1"] {
        assert_eq!(shown(&scene, NOW1, &["show", id]), holder, "{id}");
    }
    assert!(complaint(&scene, NOW1, &["show", "O-2"]).contains("Did you mean O-1?"));
    assert!(complaint(&scene, NOW1, &["show", "elsewhere/O-1"]).contains("neither"));
}

#[test]
fn what_may_mean_several_is_refused_with_what_to_write() {
    let scene = office();
    bring(&scene, "one.p12", "愛知県/番号重複1.p12");
    bring(&scene, "two.p12", "愛知県/番号重複2.p12");
    import(&scene, NOW1);
    let serial = shown(&scene, NOW1, &["list", "one.p12"])["certificates"][0]["serial"].as_str().unwrap().to_string();
    let said = complaint(&scene, NOW1, &["show", &serial]);
    let candidates: Vec<&str> = said.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(candidates.len(), 2, "{said}");
    for candidate in candidates {
        let document = shown(&scene, NOW1, &["show", candidate]);
        assert_eq!(document["certificate"]["serial"], serial.as_str());
    }
}

#[test]
fn the_story_of_a_certificate_tells_what_happened_in_order() {
    let scene = office();
    let (moved, renewed, gone) =
        (sha256(&scene, NOW1, "himawari"), sha256(&scene, NOW1, "10-02"), sha256(&scene, NOW1, "11-01"));
    mark(&scene, "2026-09-10T03:00:00Z", &["mark", "applied", &renewed[..12]]);
    second_day(&scene);
    mark(&scene, "2026-11-24T03:00:00Z", &["bind", &moved[..12], "T-2"]);
    let now = "2026-11-25T03:00:00Z";
    let document = |id: &str| shown(&scene, now, &["show", id]);
    let told = story(&document(&moved));
    assert_eq!(told[..2], ["seen himawari.p12", "judged"]);
    let order = ["moved himawari.p12 pc2/himawari.p12", "bound T-2"];
    assert!(told.ends_with(&order.map(String::from)), "{told:?}");
    let worse = story(&document(&sha256(&scene, NOW2, "12-23")));
    assert_eq!(worse, ["seen ends 2026-12-23.p12", "judged", "judged expiring"]);
    let told = story(&document(&renewed));
    let order = ["seen ends 2026-10-02.p12", "marked applied", "renewed"];
    let places: Vec<usize> = order.iter().map(|line| told.iter().position(|l| l == line).expect(line)).collect();
    assert!(places.is_sorted(), "{told:?}");
    let renewal = &document(&renewed)["renewed_by"];
    assert!(renewal["path"].as_str().unwrap().ends_with("ends 2029-07-06.p12"), "{renewal}");
    let successor = document(renewal["sha256"].as_str().unwrap());
    assert_eq!(successor["renews"][0]["sha256"], renewed.as_str());
    let ended = document(&gone);
    assert_eq!((&ended["verdict"], &ended["places"]), (&Value::Null, &json!([])));
    assert_eq!(ended["last_verdict"]["status"], "trusted");
    assert_eq!(story(&ended).last().unwrap(), "gone ends 2026-11-01.p12");
    assert!(told_page(&scene, now, &gone).contains("this certificate lies nowhere now"));
    valid("show", None, &[document(&moved), document(&renewed), successor, ended]);
}

fn told_page(scene: &Scene, now: &str, id: &str) -> String {
    told(scene, now, &["show", id])
}

#[test]
fn the_page_tells_what_the_document_tells() {
    let scene = office();
    second_day(&scene);
    let id = sha256(&scene, NOW2, "12-23");
    let (document, page) = (shown(&scene, NOW2, &["show", &id]), told_page(&scene, NOW2, &id));
    let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).expect(pointer).to_string();
    for pointer in [
        "/certificate/subject_printed",
        "/certificate/serial_printed",
        "/certificate/sha256",
        "/certificate/key/label",
        "/ends_on",
        "/verdict/generation",
        "/holder/name",
        "/places/0/host",
        "/places/0/friendly_name",
        "/places/0/mac/algorithm",
        "/findings/0/rule",
    ] {
        assert!(flat.contains(&text(pointer)), "{pointer}: {page}");
    }
    assert!(page.starts_with("9927000042 訪問介護なにわ30 needs attention"), "{page}");
    assert!(flat.contains("2026-09-01 12:00:00 +09:00 seen at"), "local times: {page}");
    let japanese = told_in_japanese(&scene, NOW2, &["show", &id]);
    assert!(japanese.contains("経過") && japanese.contains("見つかった"), "{japanese}");
}

#[test]
fn a_story_as_of_a_day_ends_on_that_day() {
    let scene = office();
    let old = sha256(&scene, NOW1, "10-02");
    let then = shown(&scene, NOW1, &["show", &old]);
    second_day(&scene);
    let new = sha256(&scene, NOW2, "2029");
    let back = shown(&scene, NOW2, &["show", &old, "--as-of", DAY1, "--at", NOW1]);
    assert_eq!((&back["story"], &back["findings"]), (&then["story"], &then["findings"]));
    assert_eq!((&back["renewed_by"], &then["renewed_by"]), (&Value::Null, &Value::Null));
    assert_ne!(shown(&scene, NOW2, &["show", &old])["renewed_by"], Value::Null);
    assert!(complaint(&scene, NOW2, &["show", &new, "--as-of", DAY1]).contains("neither"));
}

#[test]
fn the_story_of_a_holder_tells_what_it_can_bill_and_what_changed() {
    let scene = office();
    register_again(&scene, "2026-09-20T03:00:00Z", "090-0000-0002");
    mark(&scene, "2026-09-21T03:00:00Z", &["mark", "password-changed", "O-1", "--on", "2026-09-21"]);
    second_day(&scene);
    let holder = shown(&scene, NOW2, &["show", "O-1"]);
    assert_eq!(story(&holder), ["entered", "changed tel", "marked password-changed"]);
    assert_eq!(holder["holder"]["contact"]["tel"], "090-0000-0002");
    assert_eq!(
        (&holder["password_changed"], &holder["password_expires"]),
        (&json!("2026-09-21"), &json!("2027-03-20"))
    );
    assert_eq!(holder["claim_period"], json!({"from": "2026-12-01", "until": "2026-12-10"}));
    let unit = &holder["units"][0];
    assert_eq!((&unit["provider_number"], &unit["coverage"]), (&json!("2799000001"), &json!("can")), "{unit}");
    assert_eq!(holder["certificates"].as_array().unwrap().len(), 1);
    // A certificate that is matched to nobody yet may be its own, as coverage has it.
    let undetermined = shown(&scene, NOW2, &["show", "T-2"]);
    let unit = &undetermined["units"][0];
    assert_eq!((&unit["coverage"], &unit["reasons"]), (&json!("unknown"), &json!(["unmatched"])));
    assert_eq!(undetermined["findings"], json!([]));
    for certificate in shown(&scene, NOW2, &["list"])["certificates"].as_array().unwrap() {
        if certificate["holder"].is_null() {
            mark(&scene, NOW2, &["bind", certificate["sha256"].as_str().unwrap(), "--nobody"]);
        }
    }
    let uncovered = shown(&scene, NOW2, &["show", "T-2"]);
    let unit = &uncovered["units"][0];
    assert_eq!((&unit["coverage"], &unit["reasons"]), (&json!("cannot"), &json!(["no-certificate"])));
    assert_eq!(uncovered["findings"][0]["rule"], "holder-uncovered");
    let page = told(&scene, NOW2, &["show", "T-2"]);
    for words in ["1399000002", "claims cannot be submitted (there is no certificate)", "holder-uncovered", "Tokyo"] {
        assert!(page.contains(words) || words == "Tokyo" && page.contains("東京都"), "{words}: {page}");
    }
    valid("show", None, &[holder, undetermined, uncovered]);
}

#[test]
fn a_holder_that_left_the_register_is_still_told_of() {
    let scene = office();
    let table = std::fs::read_to_string(scene.path("register.csv")).unwrap();
    let table: Vec<&str> = table.lines().filter(|line| !line.starts_with("T-2")).collect();
    std::fs::write(scene.path("register.csv"), table.join("\n")).unwrap();
    let arguments = ["register", "import", "register.csv", "--policy", "lab", "--accept-gone"];
    said(&scene.command_at(NOW2, &arguments).output().unwrap());
    let holder = shown(&scene, NOW2, &["show", "T-2"]);
    assert_eq!((&holder["in_register"], &holder["holder"]["name"]), (&json!(false), &json!("就労支援なし")));
    assert_eq!(story(&holder), ["entered", "left"]);
    assert!(
        told(&scene, NOW2, &["show", "T-2"]).starts_with("就労支援なし (T-2) does not stand in the register now.\n")
    );
    valid("show", None, &[holder]);
}

/// The rows of a document's list that are about one holder.
fn rows_of(document: &Value, list: &str, holder: &str) -> Value {
    let rows = document[list].as_array().unwrap().iter();
    rows.filter(|row| row["holder"]["id"] == holder).cloned().collect()
}

#[test]
fn a_holder_has_its_rows_of_plan_and_fees() {
    let scene = office();
    second_day(&scene);
    // Beside those with a certificate and the one without: one whose certificate is only declared.
    let table = std::fs::read_to_string(scene.path("register.csv")).unwrap();
    let (headers, rows) = table.split_once('\n').unwrap();
    let declared = "T-4,訪問介護あやめ,東京都,1399000004,介護,共通,,,,2027-02-01";
    let rows = rows.replace('\n', ",\n");
    std::fs::write(scene.path("register.csv"), format!("{headers},有効期限(申告)\n{rows}{declared}\n")).unwrap();
    said(&scene.command_at(NOW2, &["register", "import", "register.csv", "--policy", "lab"]).output().unwrap());
    let renge = shown(&scene, NOW2, &["show", "T-3"])["certificates"][0]["sha256"].as_str().unwrap().to_string();
    mark(&scene, NOW2, &["mark", "not-renewing", &renge]);
    let (plan, fees) = (shown(&scene, NOW2, &["plan"]), shown(&scene, NOW2, &["fees"]));
    let mut documents = Vec::new();
    for (holder, planned, left_out) in [
        ("O-1", 1, json!([])),
        ("T-1", 1, json!([])),
        ("T-2", 0, json!([])),
        ("T-3", 0, json!(["not-renewing"])),
        ("T-4", 1, json!([])),
    ] {
        let document = shown(&scene, NOW2, &["show", holder]);
        assert_eq!(document["plan"], rows_of(&plan, "entries", holder), "{holder}");
        assert_eq!(document["fees"], rows_of(&fees, "applications", holder), "{holder}");
        assert_eq!(document["plan"].as_array().unwrap().len(), planned, "{holder}: {}", document["plan"]);
        let why: Value = document["left_out"].as_array().unwrap().iter().map(|one| one["reason"].clone()).collect();
        assert_eq!(why, left_out, "{holder}");
        documents.push(document);
    }
    valid("show", None, &documents);
    // The page says the same, in both languages.
    let (page, document) = (told(&scene, NOW2, &["show", "O-1"]), &documents[0]);
    for pointer in ["/plan/0/recommended_day", "/plan/0/last_safe_day", "/plan/0/in_hand_on", "/fees/0/applied_from"] {
        let day = document.pointer(pointer).and_then(Value::as_str).expect(pointer);
        assert!(page.contains(day), "{pointer} {day}: {page}");
    }
    let japanese = told_in_japanese(&scene, NOW2, &["show", "O-1"]);
    for words in ["更新計画", "申請日 ", "最終申請日 ", "発行手数料(", "13,200円"] {
        assert!(japanese.contains(words), "{words}: {japanese}");
    }
    let silent = told(&scene, NOW2, &["show", "T-2"]);
    assert!(silent.contains("there is no certificate to renew") && !silent.contains("\nFees"), "{silent}");
    assert!(told(&scene, NOW2, &["show", "T-3"]).contains("not in the plan (not to be renewed)"));
    assert!(
        told(&scene, NOW2, &["show", "T-4"]).contains("certificate declared in the register (expires on 2027-02-01)")
    );
}

#[test]
fn a_holder_is_shown_at_another_moment_and_as_of_a_day() {
    let scene = office();
    // Judged twice by one command, once for the state that is kept and once for the plan.
    let later = shown(&scene, NOW1, &["show", "O-1", "--at", "2026-12-24"]);
    assert_eq!(later["plan"][0]["reason"], "lapsed", "{}", later["plan"]);
    let now = shown(&scene, NOW1, &["show", "O-1"]);
    assert_eq!(now["plan"][0]["outcome"], "apply", "{}", now["plan"]);
    second_day(&scene);
    let back = shown(&scene, NOW2, &["show", "O-1", "--as-of", DAY1, "--at", NOW1]);
    assert_eq!((&back["plan"], &back["fees"]), (&now["plan"], &now["fees"]));
    assert_eq!(shown(&scene, NOW1, &["show", "O-1", "--at", NOW1])["plan"], now["plan"]);
}
