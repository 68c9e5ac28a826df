//! Of whom it is asked, and the exit code.

use super::scene::{Office, numbers};

/// An agent in Tokyo that bills for B1 and B2, B2 being in Osaka; C1 for itself, without
/// certificate; E1, of whom it cannot be told.
fn office() -> Office {
    let office = Office::with(&[
        ("d1.p12", "9990000091", "2025-01-06", "2028-01-05T23:59:59"),
        ("e1.cer", "9990000005", "2025-01-06", "2028-01-05T23:59:59"),
    ]);
    office.register(&[
        "D1,代理一,代理人,,東京都,,共通,,,,,1B58,2028-01-05",
        "B1,ひまわり,事業所,9990000001,東京都,介護,共通,D1",
        "B2,つくし,事業所,9990000002,大阪府,介護,共通,D1",
        "C1,なずな,事業所,9990000003,大阪府,介護,共通",
        "E1,けやき,事業所,9990000005,東京都,障害,共通",
    ]);
    office
}

#[test]
fn the_three_numbers_count_what_was_asked() {
    let office = office();
    let document = |arguments: &[&str]| numbers(&office.json(arguments));
    assert_eq!(document(&[]), [2, 1, 1]);
    assert_eq!(document(&["--prefecture", "大阪府"]), [1, 0, 1]);
    assert_eq!(document(&["--prefecture", "東京都"]), [1, 1, 0]);
    assert_eq!(document(&["--prefecture", "大阪"]), [1, 0, 1]);
    assert!(office.refused(&["coverage", "--prefecture", "京都府"]).contains("nothing has that prefecture"));
    assert_eq!(office.told(&["--holder", "C1"]), ["C1 kaigo cannot: no-certificate"]);
    assert_eq!(office.told(&["--holder", "D1"]), ["B1 kaigo can", "B2 kaigo can"]);
    assert_eq!(office.told(&["--holder", "D1", "--prefecture", "大阪府"]), ["B2 kaigo can"]);
    assert_eq!(office.json(&["--holder", "D1"])["asked"]["holder"]["id"], "D1");
}

#[test]
fn one_list_alone_leaves_the_numbers_as_they_are() {
    let office = office();
    for (only, told) in
        [("can", vec!["B1 kaigo can", "B2 kaigo can"]), ("unknown", vec!["E1 shogai unknown: bare-certificate"])]
    {
        assert_eq!(office.told(&["--only", only]), told);
        assert_eq!(numbers(&office.json(&["--only", only])), [2, 1, 1]);
        assert_eq!(office.coverage(&["--only", only]).code, 1);
        let csv = office.coverage(&["--only", only, "--format", "csv"]).stdout;
        assert_eq!(csv.lines().count(), told.len() + 1, "{csv}");
    }
    let table = office.coverage(&["--only", "can"]).stdout;
    assert!(table.contains("Can submit claims (2)") && !table.contains("Cannot"), "{table}");
}

#[test]
fn a_holder_that_is_none_is_refused_with_the_nearest() {
    let office = office();
    let said = office.coverage(&["--holder", "C2"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("no holder C2") && said.stderr.contains("Did you mean"), "{}", said.stderr);
    assert_eq!(office.coverage(&["--only", "maybe"]).code, 2);
    assert_eq!(office.coverage(&["--only", "can", "--all"]).code, 2);
}

#[test]
fn the_exit_code_is_1_where_somebody_asked_about_cannot_bill() {
    let office = office();
    let code = |arguments: &[&str]| office.coverage(arguments).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(code(&["--prefecture", "東京都"]), 0, "who cannot be told of is no alarm");
    assert_eq!(code(&["--holder", "C1"]), 1);
    assert_eq!(code(&["--holder", "E1", "--fail-on", "info"]), 0);
    // As grave as the policy takes it.
    let policy = std::fs::read_to_string(office.path("policy.yaml")).unwrap();
    office.write("policy.yaml", format!("{policy}\nseverities: {{holder-uncovered: warning}}\n"));
    assert_eq!((code(&[]), code(&["--fail-on", "warning"])), (0, 1));
}

#[test]
fn what_was_known_on_a_day_is_answered_with_that() {
    let office = office();
    let said = office.coverage(&["--as-of", "2026-11-22"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let document = office.json(&["--as-of", "2026-11-22"]);
    assert_eq!((numbers(&document), document["as_of"].as_str()), ([0, 0, 0], Some("2026-11-22")));
    assert_eq!(numbers(&office.json(&["--as-of", "2026-11-23", "--month", "2028-01"])), [0, 1, 1]);
    assert_eq!(office.json(&["--as-of", "2026-11-23", "--month", "2028-01"])["units"]["can_until"], 2);
}
