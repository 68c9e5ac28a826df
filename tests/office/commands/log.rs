//! `shomei log`.

use serde_json::{Value, json};
use shomei::calendar::{Zone, parse_instant};

use super::scene::{Office, register, samples, validate};

#[test]
fn the_log_tells_everything_oldest_first_and_what_was_taken_back() {
    let office = Office::with_register();
    let certificate = office.sha256(&samples()[0]);
    office.ok(&["mark", "applied", "A1"]);
    let mark = office.log().pop().unwrap();
    office.ok(&["bind", &certificate, "A2"]);
    office.ok(&["mark", "--undo", mark["short"].as_str().unwrap()]);
    let mut rows = office.rows();
    rows[0] = rows[0].replace("03-0000-0000", "06-0000-0000");
    office.write("register.csv", register(&rows).as_bytes());
    office.ok(&["register", "import", "register.csv"]);
    let document = office.json(&["log"]);
    validate("log", &document);
    let entries = document["entries"].as_array().unwrap();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..9], ["register"; 9]);
    assert_eq!(kinds[9..], ["mark", "binding", "undo", "register"]);
    let times: Vec<_> = entries.iter().map(|entry| parse_instant(entry["at"].as_str().unwrap(), Zone::UTC)).collect();
    assert!(times.windows(2).all(|pair| pair[0].is_some() && pair[0] < pair[1]));
    let (mark, undo, changed) = (&entries[9], &entries[11], &entries[12]);
    assert_eq!((&mark["undone_by"], &undo["undoes"]), (&undo["id"], &mark["id"]));
    assert_eq!((&changed["before"], &changed["after"]), (&json!("tel: 03-0000-0000"), &json!("tel: 06-0000-0000")));
    assert_eq!(changed["by"], "sato");
    let of = |arguments: &[&str]| -> Vec<Value> {
        let document = office.json(&[&["log"], arguments].concat());
        document["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect()
    };
    assert_eq!(of(&["A1"]), ["register", "mark", "undo", "register"]);
    assert_eq!(of(&["A2"]), ["register", "binding"]);
    assert_eq!(of(&[&certificate[..8]]), ["binding"]);
    assert_eq!(of(&["--state", "申請済"]), ["mark", "undo"]);
    assert_eq!(of(&["--since", "2026-11-24"]), Vec::<Value>::new());
    assert_eq!(of(&["--since", "令和8年11月23日"]).len(), 13);
}

#[test]
fn the_log_is_read_on_a_terminal_and_in_a_spreadsheet() {
    let office = Office::with_register();
    office.ok(&["mark", "applied", "A1", "--on", "2026-11-20", "--by", "佐藤"]);
    let short = office.log().pop().unwrap()["short"].as_str().unwrap().to_string();
    office.ok(&["mark", "--undo", &short, "--by", "鈴木"]);
    let said = office.ok(&["log", "A1", "--state", "applied", "--lang", "ja"]);
    let name = &samples()[0].name;
    assert!(
        said.contains(&format!(
            "{short}  申請済            A1 {name}\n    後: 2026-11-20\n    記録した人: 佐藤\n    取り消し: "
        )),
        "{said}"
    );
    let csv = office.ok(&["log", "--format", "csv"]);
    let row = csv.lines().find(|line| line.contains(",mark,applied,")).unwrap();
    assert!(row.contains("2026-11-23 ") && row.contains(",default,A1,"), "{row}");
    assert_eq!(Office::with_fleet().ok(&["log"]), "Nothing is recorded.\n");
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let office = Office::with_register();
    for (arguments, told) in [
        (&["log", "Z9"][..], "neither a certificate nor a holder"),
        (&["log", "--since", "yesterday"], "--since yesterday is no day"),
        (&["log", "--state", "aplied"], "did you mean \"applied\"?"),
    ] {
        let complaint = office.refused(arguments);
        assert!(complaint.contains(told), "{complaint}");
    }
}
