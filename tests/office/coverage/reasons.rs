//! Why it cannot be told whether somebody can bill, each with real files and rows.

use std::fs;

use super::scene::{Office, numbers};

const HEALTHY: (&str, &str) = ("2025-01-06", "2028-01-05T23:59:59");

fn office(file: &str) -> Office {
    Office::with(&[(file, "9990000001", HEALTHY.0, HEALTHY.1)])
}

#[test]
fn what_is_not_seen_of_certificate_or_key_is_unknown() {
    let row = ["A1,さくら苑,,9990000001,東京都,介護,共通"];
    let bare = office("a.cer");
    bare.register(&row);
    assert_eq!(bare.told(&[]), ["A1 kaigo unknown: bare-certificate"]);
    let skipped = office("a.p12");
    skipped.import(&["--keys", "skip", "--rehash"]);
    skipped.register(&row);
    assert_eq!(skipped.told(&[]), ["A1 kaigo unknown: key-not-examined"]);
    let rootless = Office::new();
    fs::remove_file(rootless.path("share/root.pem")).unwrap();
    rootless.issue(&[("a.p12", "9990000001", HEALTHY.0, HEALTHY.1)]);
    rootless.import(&[]);
    rootless.register(&row);
    assert_eq!(rootless.told(&[]), ["A1 kaigo unknown: undetermined"]);
}

#[test]
fn a_certificate_whose_file_is_gone_is_unknown_until_it_ends() {
    let office = office("a.p12");
    office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通"]);
    assert_eq!(office.told(&[]), ["A1 kaigo can"]);
    fs::rename(office.path("share/a.p12"), office.path("a.p12")).unwrap();
    office.import(&[]);
    assert_eq!(office.told(&[]), ["A1 kaigo unknown: gone"]);
    assert_eq!(office.told(&["--month", "2028-01"]), ["A1 kaigo unknown 2028-01-05: ends-within gone"]);
    assert_eq!(office.told(&["--at", "2028-02-01"]), ["A1 kaigo cannot: expired"]);
    assert!(office.run(&["show", "A1"]).stdout.contains("its file is gone"));
    let document = office.run(&["list", "--format", "json"]).stdout;
    assert!(document.contains("\"certificates\":[]"), "it is listed no more: {document}");
    // What was known before it went, and what is known once it is back.
    assert_eq!(office.told(&["--as-of", "2026-11-22"]).len(), 0);
    fs::rename(office.path("a.p12"), office.path("share/b.p12")).unwrap();
    office.import(&[]);
    assert_eq!(office.told(&[]), ["A1 kaigo can"]);
}

#[test]
fn a_renewal_whose_file_is_gone_does_not_take_the_earlier_ones_place() {
    let office = Office::with(&[
        ("old.p12", "9990000001", "2023-12-20", "2026-12-19T23:59:59"),
        ("new.p12", "9990000001", "2026-11-20", "2029-07-01T23:59:59"),
    ]);
    office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通"]);
    assert_eq!(office.told(&["--month", "2027-01"]), ["A1 kaigo can"]);
    fs::remove_file(office.path("share/new.p12")).unwrap();
    office.import(&[]);
    assert_eq!(office.told(&[]), ["A1 kaigo can"], "the earlier one still lasts");
    assert_eq!(office.told(&["--month", "2027-01"]), ["A1 kaigo unknown: gone"]);
    let told = office.run(&["list", "--rule", "renewed-not-installed", "--format", "csv"]).stdout;
    assert!(told.lines().count() == 2 && told.contains("old.p12"), "{told}");
}

#[test]
fn what_the_register_leaves_open_is_unknown() {
    let told = |rows: &[&str]| {
        let office = office("a.p12");
        office.register(rows);
        office.told(&[])
    };
    assert_eq!(told(&["A1,さくら苑,,9990000001,東京都,介護,"]), ["A1 kaigo unknown: category-unknown"]);
    assert_eq!(told(&["A1,さくら苑,,9990000001,東京都,,共通"]), ["A1 - unknown: service-missing"]);
    assert_eq!(told(&["A1,さくら苑,,,東京都,介護,共通"]), ["A1 kaigo unknown: number-missing"]);
    let declared = "A2,けやき,,9990000002,東京都,介護,共通,,,,,07 00 02,2028-01-01";
    assert_eq!(told(&[declared]), ["A2 kaigo unknown: declared"]);
    assert_eq!(
        told(&["A3,つくし,,9990000003,東京都,介護,共通,Z9", "A4,なずな,,9990000004,東京都,介護,共通,,,,代理へ移行"]),
        ["A3 kaigo unknown: agent-unknown", "A4 kaigo unknown: agent-unnamed"]
    );
}

#[test]
fn closed_holders_and_others_customers_are_not_counted() {
    let office = office("a.p12");
    office.register(&[
        "A1,さくら苑,,9990000001,東京都,介護,共通",
        "A2,けやき,,9990000002,東京都,介護,共通,,,,廃止",
        "A3,つくし,,9990000003,東京都,介護,共通,,,,他社管理",
        "A4,なずな,,9990000004,東京都,介護,共通,,,,休止",
    ]);
    assert_eq!(office.told(&[]), ["A1 kaigo can", "A4 kaigo cannot: no-certificate"]);
}

#[test]
fn without_a_register_every_subject_is_unknown() {
    let office = Office::with(&[
        ("a.p12", "9990000001", "2024-01-06", "2027-01-05T23:59:59"),
        ("a-renewed.p12", "9990000001", "2026-11-06", "2029-07-05T23:59:59"),
        ("b.p12", "9990000002", "2020-01-06", "2023-01-05T23:59:59"),
        ("c.cer", "9990000003", HEALTHY.0, HEALTHY.1),
    ]);
    let subject = |number: u64| format!("CN={number} 事業所, O=e-seikyuu, C=JP - unknown: no-register");
    let all = [9990000001, 9990000002, 9990000003].map(subject);
    assert_eq!(office.told(&[]), all);
    assert_eq!(office.told(&["--month", "2028-02"]), all);
    let said = office.coverage(&["--lang", "ja"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let first = "2026-12-01 から 2026-12-10 までの請求期間: 請求できる 0件、判定できない 3件、請求できない 0件(台帳がないため、証明書の所有者ごと)。";
    assert_eq!(said.stdout.lines().next(), Some(first));
    assert!(
        said.stdout.contains("理由: 台帳がまだない") && said.stdout.contains("shomei register import"),
        "{}",
        said.stdout
    );
    // A certificate that is said to be nobody's is nobody's unit.
    let sha256 = office.run(&["list", "--format", "csv", "9990000003"]).stdout;
    let sha256 = sha256.lines().nth(1).unwrap().split(',').next().unwrap().to_string();
    assert_eq!(office.run(&["bind", &format!("sha256:{sha256}"), "--nobody"]).code, 0);
    assert_eq!(numbers(&office.json(&[])), [0, 2, 0]);
}

#[test]
fn nothing_at_all_is_an_answer_too() {
    let office = Office::new();
    office.import(&[]);
    let said = office.coverage(&[]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let first = "Claim period from 2026-12-01 to 2026-12-10: 0 can submit claims, 0 cannot be determined, 0 cannot (by provider number and service).";
    assert_eq!(said.stdout.lines().next(), Some(first));
    assert!(said.stdout.contains("shomei register import"));
}

#[test]
fn a_policy_without_claim_period_asks_nobody() {
    let office = office("a.p12");
    let lab = fs::read_to_string(office.path("policy.yaml")).unwrap();
    let without: Vec<&str> = lab.lines().filter(|line| !line.trim_start().starts_with("claim_period:")).collect();
    office.write("policy.yaml", &(without.join("\n") + "\n"));
    office.register(&["A1,さくら苑,,9990000001,東京都,介護,共通"]);
    for month in [&[][..], &["--month", "2027-05"], &["--month", "2020-05"]] {
        let document = office.json(month);
        assert_eq!((numbers(&document), document["period"].is_null()), ([0, 0, 0], true));
    }
    assert!(office.coverage(&[]).stdout.contains("holders.claim_period"));
}
