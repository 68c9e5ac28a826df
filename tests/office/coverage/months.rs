//! Any month may be asked about; the moment judged stays.

use serde_json::json;

use super::scene::{Office, numbers};

/// A1 bills with one certificate that ends on 5 May 2027.
fn may() -> Office {
    let office = Office::with(&[("a.p12", "9990000001", "2024-05-06", "2027-05-05T23:59:59")]);
    office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通"]);
    office
}

#[test]
fn a_certificate_that_ends_within_a_months_period_is_good_until_then_and_not_after() {
    let office = may();
    assert_eq!(office.told(&[]), ["A1 kaigo can"]);
    assert_eq!(office.told(&["--month", "2027-04"]), ["A1 kaigo can"]);
    assert_eq!(office.told(&["--month", "2027-05"]), ["A1 kaigo can-until 2027-05-05: ends-within"]);
    assert_eq!(office.told(&["--month", "2027-06"]), ["A1 kaigo cannot: expired"]);
    let document = office.json(&["--month", "2027-05"]);
    assert_eq!(document["period"], json!({"from": "2027-05-01", "until": "2027-05-10"}));
    assert_eq!(document["at"], "2026-11-23T00:06:00Z", "the moment judged is now");
}

#[test]
fn what_lasts_to_the_last_second_of_the_tenth_can() {
    let ends = |end: &str| {
        let office = Office::with(&[("a.p12", "9990000001", "2024-05-06", end)]);
        office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通"]);
        office.told(&["--month", "2027-05"])
    };
    assert_eq!(ends("2027-05-10T23:59:59"), ["A1 kaigo can"]);
    assert_eq!(ends("2027-05-10T23:59:58"), ["A1 kaigo can-until 2027-05-09: ends-within"]);
}

#[test]
fn a_renewal_and_its_predecessor_cover_together() {
    let old = ("old.p12", "9990000001", "2024-05-06", "2027-05-05T23:59:59");
    let with = |begin: &str| {
        let office = Office::with(&[old, ("new.p12", "9990000001", begin, "2029-07-01T23:59:59")]);
        office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通"]);
        office.told(&["--month", "2027-05"])
    };
    assert_eq!(with("2027-04-20"), ["A1 kaigo can"]);
    assert_eq!(with("2027-05-06T00:00:00"), ["A1 kaigo can"]);
    assert_eq!(with("2027-05-07T00:00:00"), ["A1 kaigo can"], "a day is lost, not the claims");
}

#[test]
fn of_the_running_period_what_is_left_is_asked_about() {
    let office = Office::with(&[
        ("a.p12", "9990000001", "2023-12-06", "2026-12-05T08:59:59"),
        ("b.p12", "9990000001", "2026-12-05T09:00:00", "2029-07-01T23:59:59"),
        ("c.p12", "9990000002", "2026-12-05T09:00:00", "2029-07-01T23:59:59"),
    ]);
    office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通", "A2,けやき,,9990000002,東京都,介護,共通"]);
    let december = ["--month", "2026-12"];
    assert_eq!(office.told(&december), ["A1 kaigo can", "A2 kaigo can"]);
    let from = |document: &serde_json::Value| document["can"][1]["can_from"].clone();
    assert_eq!(from(&office.json(&december)), "2026-12-05");
    let within = [&december[..], &["--at", "2026-12-05T09:00:00+09:00"]].concat();
    assert_eq!(office.told(&within), ["A1 kaigo can", "A2 kaigo can"]);
    assert_eq!(office.json(&within)["period"], json!({"from": "2026-12-05", "until": "2026-12-10"}));
    assert_eq!(office.json(&within[2..])["period"], office.json(&within)["period"], "it is the coming one too");
}

#[test]
fn a_month_that_is_over_is_refused_and_can_be_rehearsed() {
    let office = may();
    let said = office.coverage(&["--month", "2026-11"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("2026-11-01 to 2026-11-10") && said.stderr.contains("--at 2026-11-01"), "{said:?}");
    let said = office.coverage(&["--month", "2026-11", "--lang", "ja"]);
    assert!(said.stderr.contains("終わっています") && said.stderr.contains("--at 2026-11-01"), "{said:?}");
    assert_eq!(office.told(&["--month", "2026-11", "--at", "2026-11-01"]), ["A1 kaigo can"]);
    // To the second: the 10th is in the period, the 11th in Japan is not.
    let at = |moment: &str| office.coverage(&["--month", "2026-11", "--at", moment]).code;
    assert_eq!((at("2026-11-10T14:59:59Z"), at("2026-11-10T15:00:00Z")), (0, 2));
    for wrong in ["2026-13", "2026-1", "11", "2026-11-01", "来月"] {
        let said = office.coverage(&["--month", wrong]);
        assert_eq!((said.code, said.stderr.contains("2026-12")), (2, true), "{wrong}: {said:?}");
    }
}

#[test]
fn an_agent_that_changes_inside_the_period_is_joined_day_by_day() {
    let office = Office::with(&[
        ("d1.p12", "9990000091", "2025-01-06", "2027-03-05T23:59:59"),
        ("d2.p12", "9990000092", "2025-01-06", "2028-01-05T23:59:59"),
    ]);
    office.register(&[
        "D1,代理一,代理人,9990000091,東京都,,共通",
        "D2,代理二,代理人,9990000092,東京都,,共通",
        "B1,ひまわり,事業所,9990000001,東京都,介護,共通,D1,2026-01-01,2027-03-05",
        "B1,ひまわり,事業所,9990000001,東京都,介護,共通,D2,2027-03-06,",
        "B2,つくし,事業所,9990000002,東京都,介護,共通,D1,2026-01-01,2027-03-06",
        "B2,つくし,事業所,9990000002,東京都,介護,共通,D2,2027-03-07,",
    ]);
    let of = |id: &str, month: &str| {
        let told = office.told(&["--month", month, "--holder", id]);
        told.into_iter().next().unwrap_or_default()
    };
    assert_eq!(of("B1", "2027-02"), "B1 kaigo can");
    assert_eq!(of("B1", "2027-03"), "B1 kaigo can");
    assert_eq!(of("B2", "2027-03"), "B2 kaigo can", "on the 6th nobody can, on the other days somebody");
    assert_eq!(of("B2", "2027-04"), "B2 kaigo can");
}

/// What the inventory keeps of its own judgement: holders' findings, and by what it was made.
fn kept(office: &Office) -> (Vec<String>, Vec<Vec<u8>>) {
    let inventory = rusqlite::Connection::open(office.path("inventory.sqlite")).unwrap();
    let mut rules = inventory.prepare("SELECT rule FROM holder_finding ORDER BY rule").unwrap();
    let rules = rules.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let mut whole = inventory.prepare("SELECT inputs FROM whole").unwrap();
    let whole = whole.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    (rules, whole)
}

#[test]
fn another_months_answer_is_never_kept_as_the_inventorys_own() {
    let office = may();
    assert_eq!(office.told(&[]), ["A1 kaigo can"]);
    let own = kept(&office);
    assert_eq!((own.0.len(), own.1.len()), (0, 1));
    assert_eq!(numbers(&office.json(&["--month", "2027-06"])), [0, 0, 1]);
    assert_eq!(kept(&office), own);
    // Nor where nothing is kept yet.
    let inventory = rusqlite::Connection::open(office.path("inventory.sqlite")).unwrap();
    inventory.execute_batch("DELETE FROM whole").unwrap();
    assert_eq!(numbers(&office.json(&["--month", "2027-06"])), [0, 0, 1]);
    assert_eq!(kept(&office), (vec![], vec![]));
    assert_eq!(office.told(&[]), ["A1 kaigo can"]);
    assert_eq!(kept(&office), own);
}
