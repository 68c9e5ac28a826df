//! `shomei list`: every filter finds what it should and nothing else, in every form.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;
use shomei::inventory::sqlite::Sqlite;
use shomei::inventory::{CertificateFilter, ListOrder};
use shomei::register::{Contact, Holder, HolderKey, HolderStatus};

use super::scene::{Scene, said};
use super::watch::{
    DAY1, NOW1, NOW2, complaint, file_name, files, json, office, record_holders, second_day, told, valid,
};

/// A filter, and the files it finds on the first day.
const FILTERS: &[(&[&str], &[&str])] = &[
    (&["--holder", "O-1"], &["ends 2026-12-23"]),
    (&["--holder", "default/T-1"], &["himawari"]),
    (&["--category", "介護保険証明書"], &["ends 2026-12-23", "himawari"]),
    (&["--category", "shogai"], &[]),
    (&["--generation", "2013"], &["old root"]),
    (&["--verdict", "untrusted"], &["forged"]),
    (&["--verdict", "undetermined"], &[]),
    (&["--rule", "expired"], &["old root"]),
    (&["--rule", "Untrusted-Path"], &["forged"]),
    (&["--rule", "revoked"], &[]),
    (&["--severity", "error"], &["forged", "old root"]),
    (&["--expires-before", "2026-11-01"], &["ends 2026-10-02", "old root"]),
    (&["--expires-before", "2021-05-07"], &[]),
    (&["--prefecture", "大阪府"], &["ends 2026-12-23"]),
    (&["--prefecture", "大阪"], &["ends 2026-12-23"]),
    (&["--tag", "南"], &["himawari"]),
    (&["--text", "HIMAWARI"], &["himawari"]),
    (&["訪問看護れんげ"], &["renge copy"]),
    (&["renge.p12"], &["renge copy"]),
    (&["o-1"], &["ends 2026-12-23"]),
    (&["p12", "2026-1", "--verdict", "trusted"], &["ends 2026-10-02", "ends 2026-11-01", "ends 2026-12-23"]),
    (&["himawari", "renge"], &[]),
    (&["%"], &[]),
    // The PKCS#12 files hold their roots, and come first by path.
    (&["--role", "root"], &["ends 2026-10-02", "old root"]),
    (&["--role", "intermediate"], &[]),
];

#[test]
fn every_filter_finds_what_fits_and_nothing_else() {
    let scene = office();
    for (filter, expected) in FILTERS {
        let list = json(&scene, NOW1, &[&["list"][..], filter].concat());
        let found: BTreeSet<String> = files(&list).into_iter().collect();
        assert_eq!(found, expected.iter().map(ToString::to_string).collect(), "{filter:?}");
        assert_eq!(list["total"], expected.len(), "{filter:?}");
    }
    let here = json(&scene, NOW1, &["list", "--host", "pc1"]);
    let all = json(&scene, NOW1, &["list"]);
    assert_eq!((&here, files(&all).len()), (&all, 7));
    for (filter, known) in [(["--host", "pc2"], "pc1"), (["--tag", "西"], "北"), (["--holder", "elsewhere/T-1"], "T-1")]
    {
        let said = complaint(&scene, NOW1, &[&["list"][..], &filter].concat());
        assert!(said.contains("nothing has that") && said.contains(known), "{said}");
    }
    assert_eq!(json(&scene, NOW1, &["list", "--all"])["total"], 9);
}

#[test]
fn a_list_is_in_the_order_that_is_asked_for() {
    let scene = office();
    let sorted = |by: &str| files(&json(&scene, NOW1, &["list", "--sort", by]));
    let ends = sorted("ends");
    assert_eq!(ends[0], "old root");
    assert_eq!(ends[1..4], ["ends 2026-10-02", "ends 2026-11-01", "ends 2026-12-23"]);
    assert_eq!(files(&json(&scene, NOW1, &["list"])), ends);
    assert_eq!(sorted("path")[..4], ["ends 2026-10-02", "ends 2026-11-01", "ends 2026-12-23", "forged"]);
    assert_eq!(sorted("holder")[..2], ["ends 2026-12-23", "himawari"]);
    assert_eq!(sorted("severity")[..2].iter().collect::<BTreeSet<_>>().len(), 2);
    assert!(sorted("severity")[..2].iter().all(|file| ["old root", "forged"].contains(&file.as_str())));
    let named = json(&scene, NOW1, &["list", "--sort", "name"]);
    let names: Vec<&str> =
        named["certificates"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn the_forms_tell_the_same_and_are_as_their_schema_says() {
    let scene = office();
    let document = json(&scene, NOW1, &["list", "--all"]);
    valid("list", None, std::slice::from_ref(&document));
    let lines = told(&scene, NOW1, &["list", "--all", "--format", "ndjson"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    valid("list", Some("line"), &lines);
    let certificates = document["certificates"].as_array().unwrap();
    assert_eq!(lines.len(), certificates.len() + 2);
    for (line, certificate) in lines[1..].iter().zip(certificates) {
        let mut line = line.clone();
        line.as_object_mut().unwrap().remove("type");
        assert_eq!(line, *certificate);
    }
    let csv = told(&scene, NOW1, &["list", "--all", "--format", "csv"]);
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), certificates.len());
    for (row, certificate) in rows.iter().zip(certificates) {
        assert_eq!(row[0], *certificate["sha256"].as_str().unwrap());
        assert_eq!(row[20], *certificate["path"].as_str().unwrap());
    }
}

#[test]
fn a_list_tells_how_many_of_how_many_and_that_there_is_none() {
    let scene = office();
    assert!(told(&scene, NOW1, &["list"]).starts_with("7 certificates.\n"));
    let some = told(&scene, NOW1, &["list", "--holder", "O-1"]);
    assert!(some.starts_with("1 of 7 certificates.\n"), "{some}");
    assert!(some.contains("O-1 訪問介護なにわ"), "{some}");
    let none = told(&scene, NOW1, &["list", "nothing like this"]);
    assert!(none.starts_with("None of 7 certificates fits.\n"), "{none}");
    assert_eq!(none.lines().count(), 2);
}

#[test]
fn words_that_do_not_exist_are_refused_with_those_that_do() {
    let scene = office();
    assert!(complaint(&scene, NOW1, &["list", "--rule", "expird"]).contains("did you mean expired?"));
    assert!(complaint(&scene, NOW1, &["list", "--category", "nursing"]).contains("kaigo, shogai, kyotsu"));
    assert!(complaint(&scene, NOW1, &["list", "--generation", "1999"]).contains("2013, 2019"));
    assert!(complaint(&scene, NOW1, &["list", "--expires-before", "soon"]).contains("2026-11-23"));
    let nowhere = Scene::new();
    assert!(complaint(&nowhere, NOW1, &["list"]).contains("shomei import"));
}

#[test]
fn what_was_known_then_and_the_moment_judged_are_two_things() {
    let scene = office();
    let first = json(&scene, NOW1, &["list", "--at", NOW1]);
    second_day(&scene);
    let then = json(&scene, NOW2, &["list", "--as-of", DAY1, "--at", NOW1]);
    assert_eq!(then["as_of"], DAY1);
    assert_eq!(then["certificates"], first["certificates"]);
    // The same files, judged today: one has ended since.
    let today = json(&scene, NOW2, &["list", "--as-of", DAY1]);
    assert_eq!(files(&today).len(), 7);
    let expired = json(&scene, NOW2, &["list", "--as-of", DAY1, "--rule", "expired"]);
    assert_eq!(files(&expired), ["old root", "ends 2026-10-02", "ends 2026-11-01"]);
    // Today's files, judged then: what had not ended is fine, and what is gone is not there.
    let back = json(&scene, NOW2, &["list", "--at", NOW1, "--rule", "expired"]);
    assert_eq!(files(&back), ["old root"]);
    assert!(!files(&json(&scene, NOW2, &["list", "--at", NOW1])).contains(&"ends 2026-11-01".to_string()));
    // Looking back has changed nothing.
    assert_eq!(files(&json(&scene, NOW2, &["list", "--rule", "expired"])), ["old root", "ends 2026-10-02"]);
}

/// What is asked for goes by an index; only free text must look at everything.
#[test]
fn no_filter_but_free_text_looks_at_every_certificate() {
    let scene = office();
    let store = Sqlite::open(&scene.path("inventory.sqlite")).unwrap();
    let text = || Some("x".to_string());
    let filters = [
        ("holder", CertificateFilter { holder: text(), ..CertificateFilter::default() }),
        ("register", CertificateFilter { holder: text(), register: text(), ..CertificateFilter::default() }),
        ("category", CertificateFilter { category: text(), ..CertificateFilter::default() }),
        ("generation", CertificateFilter { generation: text(), ..CertificateFilter::default() }),
        ("status", CertificateFilter { status: text(), ..CertificateFilter::default() }),
        ("rule", CertificateFilter { rule: text(), ..CertificateFilter::default() }),
        ("severity", CertificateFilter { severity: Some(2), ..CertificateFilter::default() }),
        ("expires before", CertificateFilter { expires_before: text(), ..CertificateFilter::default() }),
        ("host", CertificateFilter { host: text(), ..CertificateFilter::default() }),
        ("prefecture", CertificateFilter { prefecture: text(), ..CertificateFilter::default() }),
        ("tag", CertificateFilter { tag: text(), ..CertificateFilter::default() }),
        ("role", CertificateFilter { role: text(), ..CertificateFilter::default() }),
    ];
    for (name, filter) in filters {
        for role in [None, Some("end-entity".to_string())] {
            for (_, sort) in ListOrder::ALL {
                let filter = CertificateFilter { role: filter.role.clone().or(role.clone()), ..filter.clone() };
                let plan = store.plan(&filter, sort).unwrap();
                let scans: Vec<&String> = plan.iter().filter(|step| step.starts_with("SCAN")).collect();
                assert!(scans.is_empty(), "{name}, {sort:?}: {plan:?}");
                let by_role = plan.iter().any(|step| step.contains("judged_role"));
                assert_eq!(by_role, name == "role", "{name}, {sort:?}: {plan:?}");
            }
        }
    }
    let plan = store
        .plan(&CertificateFilter { texts: vec!["x".into()], ..CertificateFilter::default() }, ListOrder::Ends)
        .unwrap();
    assert!(plan.iter().any(|step| step.starts_with("SCAN")), "{plan:?}");
}

/// A holder that no file could bring, with a certificate's serial number.
fn hostile(serial: &str) -> Holder {
    Holder {
        key: HolderKey { register: "r".into(), id: "=cmd|' /C calc'!A0".into() },
        name: "\u{1b}[2J\u{202e}gnp.exe".into(),
        kind: None,
        prefecture: Some("\u{1b}]0;x\u{7}".into()),
        category: None,
        lines: Vec::new(),
        places: vec!["pc\u{9b}31m".into()],
        contact: Contact { person: Some("\u{1b}[31m".into()), ..Contact::default() },
        payer: None,
        uses: Vec::new(),
        password_changed: None,
        status: HolderStatus::Active,
        status_since: None,
        declared: Some(shomei::register::DeclaredCertificate {
            serial: shomei::certificate::Serial::parse(serial),
            expires_on: None,
        }),
        tag: None,
        notes: Some("\u{2066}note".into()),
    }
}

#[cfg(unix)]
#[test]
fn hostile_names_reach_neither_terminal_nor_spreadsheet() {
    let scene = office();
    super::watch::bring(&scene, "\u{1b}[31m\u{202e}evil.p12", "大阪府/期限/残り60日.p12");
    super::watch::import(&scene, NOW1);
    let serial = json(&scene, NOW1, &["list", "evil"])["certificates"][0]["serial"].as_str().unwrap().to_string();
    record_holders(&scene, NOW1, &[hostile(&serial)]);
    let id = hostile(&serial).key.id;
    let commands: [&[&str]; 9] = [
        &["list"],
        &["list", "--format", "json"],
        &["list", "--format", "ndjson"],
        &["list", "--format", "csv"],
        &["show", &serial],
        &["show", &id],
        &["show", &id, "--format", "json"],
        &["diff", "--since", "2026-08-31"],
        &["diff", "--since", "2026-08-31", "--format", "csv"],
    ];
    for arguments in commands {
        let text = told(&scene, NOW1, arguments);
        assert!(text.contains("cmd|"), "{arguments:?}: the holder is not there");
        let bad =
            text.chars().find(|c| (c.is_control() && !"\r\n".contains(*c)) || ('\u{202a}'..='\u{2069}').contains(c));
        assert_eq!(bad, None, "{arguments:?}");
        if arguments.contains(&"csv") {
            assert!(text.contains(",'=cmd"), "{arguments:?}");
        }
    }
    // Nor by what is asked for.
    assert!(!complaint(&scene, NOW1, &["show", "\u{1b}[2J"]).contains('\u{1b}'));
    assert!(!complaint(&scene, NOW1, &["diff", "--since", "\u{1b}[2J"]).contains('\u{1b}'));
}

/// So many certificates of one key, as files.
fn many(folder: &std::path::Path, count: u32) {
    use openssl::asn1::Asn1Time;
    use openssl::bn::BigNum;
    use openssl::ec::{EcGroup, EcKey};
    use openssl::hash::MessageDigest;
    use openssl::nid::Nid;
    use openssl::pkey::PKey;
    use openssl::x509::{X509Builder, X509NameBuilder};
    let key = EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap();
    let key = PKey::from_ec_key(key).unwrap();
    for serial in 1..=count {
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", &format!("holder {serial}")).unwrap();
        let name = name.build();
        let mut builder = X509Builder::new().unwrap();
        builder.set_version(2).unwrap();
        builder.set_serial_number(&BigNum::from_u32(serial).unwrap().to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(&name).unwrap();
        builder.set_issuer_name(&name).unwrap();
        builder.set_not_before(&Asn1Time::from_str("20260101000000Z").unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::from_str("20290101000000Z").unwrap()).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        std::fs::write(folder.join(format!("{serial}.cer")), builder.build().to_der().unwrap()).unwrap();
    }
}

#[test]
fn five_thousand_certificates_are_listed_in_a_moment() {
    let scene = Scene::new();
    std::fs::create_dir_all(scene.path("fleet")).unwrap();
    std::fs::write(scene.path("passwords.txt"), "none\n").unwrap();
    many(&scene.path("fleet"), 5000);
    super::watch::import(&scene, NOW1);
    let began = Instant::now();
    let output =
        scene.command_at(NOW1, &["list", "--all", "--policy", "lab", "--format", "csv", "--output", "all.csv"]);
    said(&{ output }.output().unwrap());
    let took = began.elapsed();
    let text = std::fs::read_to_string(scene.path("all.csv")).unwrap();
    let paths: BTreeSet<String> =
        text.lines().skip(1).map(|line| file_name(line.rsplit(',').nth(1).unwrap())).collect();
    assert_eq!(paths, (1..=5000).map(|n| n.to_string()).collect());
    assert!(took < Duration::from_secs(15), "{took:?}");
    // On a terminal the first of them do, and that there are more is said.
    let table = told(&scene, NOW1, &["list", "--all"]);
    assert!(table.starts_with("5000 certificates.\n"));
    assert!(table.lines().nth(2).unwrap().contains("the first 2000"), "{}", table.lines().nth(2).unwrap());
}
