//! `shomei register check`: who cannot bill next month, and why.

use serde_json::{Value, json};

use super::scene::{Office, register, samples, validate};

fn units(check: &Value) -> [u64; 3] {
    ["can", "unknown", "cannot"].map(|which| check["units"][which].as_u64().unwrap())
}

fn reasons(unit: &Value) -> Vec<&str> {
    unit["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

/// The one unit of a holder, wherever it stands: its coverage and the reasons.
fn of<'a>(check: &'a Value, holder: &str) -> (&'static str, Vec<&'a str>) {
    let found = ["can", "can_until", "unknown", "cannot"].into_iter().flat_map(|which| {
        let units = check[which].as_array().unwrap().iter();
        units.filter(|unit| unit["holder"]["id"] == holder).map(move |unit| (which, reasons(unit)))
    });
    let mut found: Vec<_> = found.collect();
    assert_eq!(found.len(), 1, "{holder}");
    found.remove(0)
}

fn problems<'a>(check: &'a Value, kind: &str) -> Vec<&'a Value> {
    check["problems"].as_array().unwrap().iter().filter(|problem| problem["problem"] == kind).collect()
}

#[test]
fn a_folder_and_an_excel_list_become_an_answer_in_three_commands() {
    let office = Office::new();
    let first = &samples()[0];
    office.python(&format!(
        "import openpyxl\n\
         book = openpyxl.Workbook()\n\
         book.active.append(['管理番号', '事業所名', '事業所番号', 'サービス', '利用区分'])\n\
         book.active.append(['A1', '{}', '{}', '介護', '共通'])\n\
         book.active.append(['B1', 'ひまわり', '9990000001', '障害', '障害'])\n\
         book.save('台帳.xlsx')",
        first.name, first.number
    ));

    office.ok(&office.import_fleet());
    office.ok(&["register", "import", "台帳.xlsx"]);
    let said = office.run(&["register", "check", "--lang", "ja"]);

    // Seven of the eight certificates are of holders that the list does not have: one may be B1's.
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let answer = "2026-12-01 から 2026-12-10 までの請求期間: 請求できる 1件、判定できない 1件、請求できない 0件(事業所番号・サービスごと)。";
    let mut lines = said.stdout.lines();
    assert_eq!(
        lines.next(),
        Some(
            "有効な証明書 7 枚が、まだどの事業所・代理人にも対応付けられていません。候補の確認と対応付け: shomei register match"
        )
    );
    assert_eq!(lines.next(), Some(answer));
    let rest: Vec<&str> = lines.take(5).collect();
    assert_eq!(rest[1..3], ["判定できない (1)", "  - ひまわり (B1): 9990000001 障害者総合支援"]);
    assert_eq!(rest[3], "    理由: 事業所・代理人に未対応の証明書がある");
    assert!(rest[4].starts_with("    対処: shomei register match で"), "{}", rest[4]);

    // They are nobody's in this list: then B1 has none.
    for sample in &samples()[1..] {
        office.ok(&["bind", &office.sha256(sample), "--nobody"]);
    }
    let said = office.run(&["register", "check", "--lang", "ja"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stdout.starts_with(
            "2026-12-01 から 2026-12-10 までの請求期間: 請求できる 1件、判定できない 0件、請求できない 1件("
        )
    );
    assert!(said.stdout.contains("    理由: 証明書がない\n    対処: 証明書の発行を申請する"), "{}", said.stdout);
}

#[test]
fn agents_count_from_their_first_day_to_their_last() {
    let office = Office::with_fleet();
    let agent = &samples()[0];
    let billed = |id: u32, from: &str, until: &str| format!("B{id},事業所{id},999000000{id},介護,,,A1,{from},{until}");
    let rows = [
        format!("A1,{},{},介護,共通,,,,", agent.name, agent.number),
        billed(1, "2026-12-01", ""),
        billed(2, "2026-12-02", ""),
        billed(3, "", "2026-12-10"),
        billed(4, "", "2026-12-09"),
        billed(5, "2027-01-01", ""),
    ];
    // The others' certificates are matched too, so that none may be a provider's own.
    let others = samples().into_iter().enumerate().skip(1);
    let others = others.map(|(at, other)| format!("C{at},{},{},介護,共通,,,,", other.name, other.number));
    let rows: Vec<String> = rows.into_iter().chain(others).collect();
    office.write("register.csv", register(&rows).as_bytes());
    office.ok(&["register", "import", "register.csv"]);
    let coverage = |check: &Value| ["B1", "B2", "B3", "B4", "B5"].map(|id| of(check, id).0);
    let december = office.check(&[]);
    assert_eq!(coverage(&december), ["can", "can", "can", "can_until", "cannot"]);
    assert_eq!(of(&december, "B4").1, ["no-certificate"]);
    assert_eq!(december["can_until"][0]["can_until"], "2026-12-09");
    let through = json!([{"register": "default", "id": "A1"}]);
    assert!(december["can"].as_array().unwrap().iter().any(|unit| unit["through"] == through));
    let january = office.check(&["--at", "2026-12-11"]);
    assert_eq!(january["period"], json!({"from": "2027-01-01", "until": "2027-01-10"}));
    assert_eq!(coverage(&january), ["can", "can", "cannot", "cannot", "can"]);
    let within = office.check(&["--at", "2026-12-05"]);
    assert_eq!(within["period"], json!({"from": "2026-12-05", "until": "2026-12-10"}));
    assert_eq!(coverage(&within), ["can", "can", "can", "can_until", "cannot"]);
}

#[test]
fn the_register_itself_is_looked_at() {
    let office = Office::with_fleet();
    let samples = samples();
    let rows = [
        format!("A1,{},{},介護,共通,03,,,", samples[0].name, samples[0].number),
        format!("A2,{},{},介護,,03,,,", samples[1].name, samples[1].number),
        "B1,事業所1,9990000001,介護,,,Z9,,".to_string(),
        "B2,事業所2,9990000001,介護,介護,03,Z9,,".to_string(),
    ];
    office.write("register.csv", register(&rows).as_bytes());
    office.ok(&["register", "import", "register.csv"]);
    let check = office.check(&[]);
    let ids = |problem: &Value| -> Vec<String> {
        let holders = problem["holders"].as_array().unwrap().iter();
        holders.map(|holder| holder["id"].as_str().unwrap().to_string()).collect()
    };
    let of_kind = |kind: &str| problems(&check, kind).into_iter().map(ids).collect::<Vec<_>>();
    assert_eq!(of_kind("agent-unknown"), [["B1", "B2"]]);
    assert_eq!(problems(&check, "agent-unknown")[0]["detail"], "Z9");
    assert_eq!(of_kind("line-twice"), [["B1", "B2"]]);
    assert_eq!(of_kind("category-missing"), [["A2"]]);
    assert_eq!(of_kind("contact-missing"), [["B1"]]);
    assert_eq!(problems(&check, "certificates-without-holder")[0]["detail"], "6");
    assert_eq!(check["certificates_without_holder"], json!({"unknown": 6, "ambiguous": 0}));
    assert_eq!(of(&check, "B1"), ("unknown", vec!["agent-unknown"]));
    assert_eq!(of(&check, "A2"), ("unknown", vec!["category-unknown"]));
    assert_eq!(units(&check), [1, 3, 0]);
}

#[test]
fn the_exit_code_follows_the_threshold() {
    let office = Office::with_register();
    for (threshold, code) in [("error", 1), ("warning", 1), ("never", 0)] {
        assert_eq!(office.run(&["register", "check", "--fail-on", threshold]).code, code, "{threshold}");
    }
    let rows = office.rows();
    office.write("register.csv", register(&rows[..8]).as_bytes());
    office.run(&["register", "import", "register.csv", "--accept-gone"]);
    assert_eq!(office.run(&["register", "check"]).code, 0);
    assert_eq!(office.run(&["register", "check", "--fail-on", "info"]).code, 1, "B1 is no longer in the register");
}

#[test]
fn every_form_says_the_same() {
    let office = Office::with_register();
    let check = office.check(&[]);
    validate("register-check", &check);
    assert_eq!(units(&check), [8, 0, 1]);
    assert_eq!(check["findings"][0]["rule"], "holder-uncovered");
    let csv = office.run(&["register", "check", "--format", "csv"]).stdout;
    let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert!(rows[1].starts_with("unit,default,B1,ひまわり,9990000001,shogai,cannot,B1,no-certificate,"), "{}", rows[1]);
    assert_eq!(rows.iter().filter(|row| row.contains(",can,")).count(), 8);
    assert!(rows.iter().any(|row| row.starts_with("finding,default,B1,") && row.contains("holder-uncovered")));
    office.run(&["register", "check", "--format", "csv", "--output", "check.csv"]);
    assert_eq!(office.bytes("check.csv"), csv.as_bytes());
}

#[test]
fn what_is_declared_is_never_proven() {
    let office = Office::new();
    office.write(
        "list.csv",
        "台帳ID,名称,事業所番号,サービス,利用区分,シリアル番号,有効期限\r\nA1,さくら苑,9990000001,介護,介護,07 00 01,2028-01-01\r\n\
         A2,けやき,9990000002,介護,介護,07 00 02,2026-11-30\r\n"
            .as_bytes(),
    );
    office.ok(&["register", "import", "list.csv"]);
    let check = office.check(&[]);
    assert_eq!((of(&check, "A1").0, of(&check, "A1").1), ("unknown", vec!["declared"]));
    assert_eq!(of(&check, "A2"), ("unknown", vec!["expired", "declared"]), "what is only declared proves nothing");
}

#[test]
fn without_a_register_there_is_no_answer() {
    let office = Office::with_fleet();
    let complaint = office.refused(&["register", "check"]);
    assert!(complaint.contains("shomei register import"), "{complaint}");
    let complaint = Office::new().refused(&["register", "check"]);
    assert!(complaint.contains("there is no inventory"), "{complaint}");
}

#[test]
fn what_was_known_on_a_day_is_answered_with_that() {
    let office = Office::with_register();
    let rows = office.rows();
    office.write("register.csv", register(&rows[..8]).as_bytes());
    office.run_at("2026-11-25T09:00:00+09:00", &["register", "import", "register.csv", "--accept-gone"]);
    assert_eq!(units(&office.check(&[])), [8, 0, 0]);
    assert_eq!(units(&office.check(&["--as-of", "2026-11-24"])), [8, 0, 1]);
}
