//! `shomei register match` and `shomei bind`: certificates without holder find theirs.

use serde_json::{Value, json};

use super::scene::{Office, register, samples};
use crate::common::policies::lab_with;

/// An office whose register has holders that no rule binds to the certificates.
fn office() -> Office {
    let office = Office::with_fleet();
    let rows = (1..=8).map(|id| format!("H{id},事業所{id},999000000{id},介護,介護,03,,,")).collect::<Vec<_>>();
    office.write("register.csv", register(&rows).as_bytes());
    office.ok(&["register", "import", "register.csv"]);
    office
}

fn can(office: &Office) -> Vec<String> {
    let check = office.check(&[]);
    let can = check["can"].as_array().unwrap().iter();
    can.map(|unit| unit["holder"]["id"].as_str().unwrap().to_string()).collect()
}

fn without_holder(office: &Office) -> Value {
    office.check(&[])["certificates_without_holder"]["unknown"].clone()
}

#[test]
fn a_table_goes_out_is_filled_in_and_comes_back() {
    let office = office();
    assert_eq!(without_holder(&office), json!(8));
    office.ok(&["register", "match", "--export", "match.xlsx", "--lang", "ja"]);
    let headers = office.python(
        "import openpyxl\n\
         book = openpyxl.load_workbook('match.xlsx')\n\
         sheet = book.active\n\
         print([cell.value for cell in sheet[1]], sheet.max_row)\n\
         for row, value in [(2, 'H1'), (3, 'なし'), (4, 'H99'), (5, 12)]:\n    sheet.cell(row, 1).value = value\n\
         book.save('filled.xlsx')",
    );
    let expected = "['台帳ID', '証明書の所有者', '表示名', '有効期限', 'PC', 'ファイル', 'シリアル番号', '候補', '根拠', 'SHA-256'] 9";
    assert_eq!(headers.trim(), expected);
    let said = office.run(&["register", "match", "--import", "filled.xlsx"]);
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("Recorded the holders of 2 certificates (0 unchanged, 2 rows"), "{}", said.stdout);
    assert!(said.stdout.contains("row 4: there is no holder \"H99\""), "{}", said.stdout);
    assert!(said.stdout.contains("row 5: \"12\" is no text"), "{}", said.stdout);
    assert_eq!((can(&office), without_holder(&office)), (vec!["H1".to_string()], json!(6)));
    let entries = office.log().len();
    let said = office.run(&["register", "match", "--import", "filled.xlsx"]);
    assert!(said.stdout.contains("of 0 certificates (2 unchanged, 2 rows"), "{}", said.stdout);
    assert_eq!(office.log().len(), entries);
}

#[test]
fn two_candidates_are_named_and_neither_is_taken() {
    let office = Office::with_fleet();
    let sample = &samples()[0];
    let row = |id: &str| format!("{id},事業所,{},介護,共通,03,,,", sample.number);
    office.write("register.csv", register(&[row("H1"), row("H2")]).as_bytes());
    office.ok(&["register", "import", "register.csv"]);
    assert_eq!(office.check(&[])["certificates_without_holder"], json!({"unknown": 7, "ambiguous": 1}));
    office.ok(&["register", "match", "--export", "match.csv"]);
    let table = String::from_utf8(office.bytes("match.csv")).unwrap();
    let row = table.lines().find(|line| line.contains(&sample.number)).unwrap();
    assert!(row.contains("\"default/H1, default/H2\""), "{row}");
    let complaint = office.refused(&["register", "match", "--export", "match.csv"]);
    assert!(complaint.contains("not overwritten"), "{complaint}");
}

#[test]
fn an_id_that_stands_in_two_registers_needs_its_register() {
    let office = office();
    office.ok(&["register", "import", "register.csv", "--name", "大阪"]);
    office.ok(&["register", "match", "--export", "match.csv"]);
    let table = String::from_utf8(office.bytes("match.csv")).unwrap();
    assert!(table.starts_with("\u{feff}holder ID,register,subject"), "{table}");
    let mut lines: Vec<String> = table.lines().map(ToString::to_string).collect();
    lines[1] = format!("H1{}", lines[1]);
    lines[2] = format!("H2,大阪{}", &lines[2][1..]);
    lines[3] = format!("大阪/H3{}", lines[3]);
    office.write("filled.csv", lines.join("\r\n").as_bytes());
    let said = office.run(&["register", "match", "--import", "filled.csv"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stdout.contains("row 2: the holder \"H1\" stands in several registers (default, 大阪)"),
        "{}",
        said.stdout
    );
    let bound: Vec<Value> = office.log().into_iter().filter(|entry| entry["kind"] == "binding").collect();
    assert_eq!(bound.iter().map(|entry| &entry["after"]).collect::<Vec<_>>(), ["大阪/H2", "大阪/H3"]);
}

#[test]
fn a_table_that_is_another_is_refused() {
    let office = office();
    let complaint = office.refused(&["register", "match", "--import", "register.csv"]);
    assert!(complaint.contains("holder ID, SHA-256 must be among them"), "{complaint}");
}

#[test]
fn a_binding_by_hand_outweighs_every_rule_and_can_be_taken_back() {
    let office = Office::with_register();
    let sha256 = office.sha256(&samples()[0]);
    let id = &sha256[..8];
    assert!(can(&office).contains(&"A1".to_string()));
    let said = office.ok(&["bind", id, "A2"]);
    assert!(said.contains("not said → default/A2"), "{said}");
    assert!(!can(&office).contains(&"A1".to_string()));
    office.ok(&["bind", &format!("sha256:{id}"), "default/A1"]);
    assert!(can(&office).contains(&"A1".to_string()));
    let entries = office.log().len();
    assert!(office.ok(&["bind", id, "holder:A1"]).contains("already"));
    assert_eq!(office.log().len(), entries);
    office.ok(&["bind", id, "--nobody"]);
    assert!(!can(&office).contains(&"A1".to_string()));
    office.ok(&["bind", id, "--undo", "--by", "suzuki"]);
    assert!(can(&office).contains(&"A1".to_string()), "the pattern binds it again");
    let last = office.log().pop().unwrap();
    assert_eq!((&last["before"], &last["by"]), (&json!("nobody's"), &json!("suzuki")));
    let complaint = office.refused(&["bind", id, "--undo"]);
    assert!(complaint.contains("nothing to take back"), "{complaint}");
}

#[test]
fn what_an_id_does_not_say_is_refused_with_candidates() {
    let office = Office::with_register();
    let sha256 = office.sha256(&samples()[0]);
    let complaint = office.refused(&["bind", "ffffffff0000", "A1"]);
    assert!(complaint.contains("there is no certificate ffffffff0000"), "{complaint}");
    let complaint = office.refused(&["bind", &sha256, "A99"]);
    assert!(complaint.contains("no holder") && complaint.contains("A99"), "{complaint}");
    office.ok(&["register", "import", "register.csv", "--name", "大阪"]);
    let complaint = office.refused(&["bind", &sha256, "A1"]);
    for candidate in ["holder:default/A1", "holder:大阪/A1"] {
        assert!(complaint.contains(candidate), "{complaint}");
        office.ok(&["bind", &sha256, candidate]);
    }
    let complaint = office.refused(&["bind", "serial:0786D1", "default/A2"]);
    assert!(complaint.contains("is a CA's certificate"), "{complaint}");
    let rows = office.rows();
    office.write("register.csv", register(&rows[..8]).as_bytes());
    office.run(&["register", "import", "register.csv", "--accept-gone", "--name", "大阪"]);
    let complaint = office.refused(&["bind", &sha256, "大阪/B1"]);
    assert!(complaint.contains("no longer stands in the register"), "{complaint}");
}

/// An office whose policy has no patterns, with a register of the fleet's names under other numbers.
fn office_by_name() -> Office {
    let office = Office::new();
    office.write("policy.yaml", lab_with(&[]));
    office.ok(&office.import_fleet());
    let samples = samples();
    let rows = samples.iter().enumerate();
    let rows: Vec<String> = rows.map(|(at, one)| format!("H{at},{},999000000{at},介護,介護,03,,,", one.name)).collect();
    office.write("register.csv", register(&rows).as_bytes());
    office.ok(&["register", "import", "register.csv"]);
    office
}

#[test]
fn a_provider_number_in_the_subject_is_enough_without_patterns() {
    let office = Office::with_register();
    office.write("policy.yaml", lab_with(&[]));
    assert_eq!((can(&office).len(), without_holder(&office)), (8, json!(0)));
    let said = office.ok(&["register", "match"]);
    assert!(said.contains("0 certificates without holder") && said.contains("8 others were matched"), "{said}");
    let sha256 = office.sha256(&samples()[0]);
    assert!(office.ok(&["show", &sha256[..8]]).contains("by the provider number in its subject"));
    office.ok(&["bind", &sha256[..8], "--nobody"]);
    assert_eq!(can(&office).len(), 7, "it is taken back by hand");
}

#[test]
fn candidates_are_shown_with_their_evidence_and_accepted_at_once() {
    let office = office_by_name();
    let coverage = office.run(&["coverage"]);
    assert!(
        coverage.stdout.starts_with("8 valid certificates are not matched to a holder yet."),
        "{}",
        coverage.stdout
    );
    for command in ["plan", "fees", "reminders", "expiry"] {
        let said = office.run(&[command]);
        assert!(said.stdout.starts_with("8 valid certificates are not matched"), "{command}: {}", said.stdout);
        assert_eq!(office.json(&[command])["unmatched"], json!(8), "{command}");
    }
    let said = office.ok(&["register", "match"]);
    assert!(
        said.starts_with("8 certificates without holder (8 of them valid): 8 with a clear candidate, 0 in doubt"),
        "{said}"
    );
    assert!(said.contains("name in the subject") && said.contains("register match --accept"), "{said}");
    assert!(can(&office).is_empty(), "to look changes nothing");
    let said = office.ok(&["register", "match", "--accept", "--by", "suzuki"]);
    assert!(said.contains("Matched (8)"), "{said}");
    assert_eq!((can(&office).len(), without_holder(&office)), (8, json!(0)));
    let bound: Vec<Value> = office.log().into_iter().filter(|entry| entry["kind"] == "binding").collect();
    assert_eq!((bound.len(), &bound[0]["by"]), (8, &json!("suzuki")));
    assert!(!office.run(&["coverage"]).stdout.contains("not matched to a holder"));
}

#[test]
fn a_clear_candidate_is_filled_in_in_the_table() {
    let office = office_by_name();
    let said = office.ok(&["register", "match", "--export", "match.csv"]);
    assert!(said.contains("Wrote 8 certificates") && said.contains("8 have their candidate filled in"), "{said}");
    let said = office.ok(&["register", "match", "--import", "match.csv"]);
    assert!(said.contains("of 8 certificates (0 unchanged, 0 rows"), "{said}");
    assert_eq!(can(&office).len(), 8);
}

#[test]
fn a_name_that_two_holders_bear_is_left_to_people() {
    let office = office_by_name();
    let samples = samples();
    let twice = [
        format!("H1,{},9990000001,介護,介護,03,,,", samples[0].name),
        format!("H2,{},9990000002,介護,介護,03,,,", samples[0].name),
        // Part of a longer name, and too short to be told from other words.
        format!("H3,{}第二,9990000003,介護,介護,03,,,", samples[1].name),
        "H4,苑,9990000004,介護,介護,03,,,".to_string(),
    ];
    office.write("register.csv", register(&twice).as_bytes());
    office.ok(&["register", "import", "register.csv", "--accept-gone"]);
    let said = office.ok(&["register", "match", "--accept"]);
    assert!(said.contains("0 with a clear candidate, 1 in doubt, 7 without candidate"), "{said}");
    assert!(can(&office).is_empty());
}

#[test]
fn a_hyphen_in_the_table_says_nothing_and_width_does_not_matter() {
    let office = office();
    office.ok(&["register", "match", "--export", "match.csv"]);
    let table = String::from_utf8(office.bytes("match.csv")).unwrap();
    let mut lines: Vec<String> = table.lines().map(ToString::to_string).collect();
    lines[1] = format!("-{}", lines[1]);
    lines[2] = format!("－{}", lines[2]);
    lines[3] = format!("ｈ３{}", lines[3]);
    office.write("filled.csv", lines.join("\r\n").as_bytes());
    let said = office.ok(&["register", "match", "--import", "filled.csv"]);
    assert!(said.contains("of 1 certificates (0 unchanged, 0 rows"), "{said}");
    let bound: Vec<Value> = office.log().into_iter().filter(|entry| entry["kind"] == "binding").collect();
    assert_eq!(bound.iter().map(|entry| &entry["after"]).collect::<Vec<_>>(), ["default/H3"]);
}

#[test]
fn a_holder_is_found_by_name_number_and_id() {
    let office = Office::with_register();
    let sample = &samples()[0];
    let title = |id: &str| office.ok(&["show", id]).lines().next().unwrap().to_string();
    let expected = title("A1");
    for id in [sample.number.as_str(), &sample.name, "ａ１", "default/A1"] {
        assert_eq!(title(id), expected, "{id}");
    }
    let part: String = sample.name.chars().skip(1).collect();
    let complaint = office.refused(&["show", &part]);
    assert!(complaint.contains(&format!("{} (A1)", sample.name)), "{complaint}");
}

#[test]
fn a_filter_that_nothing_bears_is_refused_with_the_nearest() {
    let office = Office::with_register();
    for (arguments, near) in [
        (["list", "--holder", "A11"], "A1"),
        (["list", "--tag", "x"], "tag"),
        (["list", "--host", "no-such-computer"], "no-such-computer"),
        (["list", "--prefecture", "大坂府"], "prefecture"),
        (["coverage", "--prefecture", "大坂府"], "prefecture"),
        (["coverage", "--holder", "A11"], "A1"),
    ] {
        let complaint = office.refused(&arguments);
        assert!(complaint.contains(near), "{arguments:?}: {complaint}");
    }
    assert_eq!(office.json(&["list", "--holder", "ａ１"])["certificates"].as_array().unwrap().len(), 1);
}

#[test]
fn a_prefecture_is_asked_for_in_every_spelling_of_registers() {
    let office = Office::with_fleet();
    let samples = samples();
    let row = |at: usize, of: &str| format!("A{},{},{},介護,共通,{of}", at + 1, samples[at].name, samples[at].number);
    let table =
        format!("ID,名称,事業所番号,サービス,証明書利用区分,都道府県\n{}\n{}\n", row(0, "ｵｵｻｶﾌ"), row(1, "愛知"));
    office.write("two.csv", table);
    office.ok(&["register", "import", "two.csv"]);
    let list = |spelt: &str| office.json(&["list", "--prefecture", spelt])["certificates"].clone();
    let units = |spelt: &str| office.json(&["coverage", "--prefecture", spelt])["can"].clone();
    let (certificates, can) = (list("大阪府"), units("大阪府"));
    assert!(!certificates.as_array().unwrap().is_empty() && can.as_array().unwrap().len() == 1, "{can}");
    assert_ne!(list("愛知県"), certificates);
    for spelt in ["大阪", "大　阪　府", "ｵｵｻｶ", "27", "大阪府堺市"] {
        assert_eq!((list(spelt), units(spelt)), (certificates.clone(), can.clone()), "{spelt}");
    }
}

#[test]
fn a_report_begins_with_what_is_unmatched_sentence_by_sentence() {
    let office = office_by_name();
    let unmatched = "8 valid certificates are not matched to a holder yet";
    for (form, between) in [("md", "register match.\n\n"), ("html", "register match.</p>\n<p>")] {
        let report = office.ok(&["report", "--format", form]);
        assert!(report.contains(unmatched) && report.contains(between), "{form}: {report}");
        assert!(!report.contains("U+000A"), "{form}: {report}");
    }
}
