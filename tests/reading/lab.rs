//! Fleets that the lab makes: the same for everybody, and with the faults asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use shomei::calendar::{Zone, parse_instant};
use shomei::certificate::{Certificate, CertificateRole};
use shomei::container::{
    self, ContainerOptions, ContainerProblem, KeyInspection, Limits, OpenedContainer, PasswordCandidate, PasswordOrigin,
};
use shomei::lab::{self, Fault, Faults, LabError, LabPlan};
use shomei::locale::Lang;

fn plan(holders: usize, seed: u64, faults: &str) -> LabPlan {
    let at = parse_instant("2026-11-23T09:00:00+09:00", Zone::UTC).unwrap();
    LabPlan { holders, seed, faults: Faults::parse(faults).unwrap(), at }
}

/// A fleet's containers by their paths below its folder.
fn fleet(plan: &LabPlan) -> BTreeMap<String, OpenedContainer> {
    let folder = tempfile::tempdir().unwrap();
    lab::make(plan, folder.path()).unwrap();
    let (mut found, root) = (BTreeMap::new(), folder.path().join("fleet"));
    let candidates = passwords(folder.path());
    for entry in walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        let path = entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        found.insert(path, open(&fs::read(entry.path()).unwrap(), &candidates));
    }
    found
}

fn passwords(folder: &Path) -> Vec<PasswordCandidate> {
    let path = folder.join("passwords.txt");
    container::candidates_of_file(&fs::read(&path).unwrap(), &path)
}

fn open(bytes: &[u8], candidates: &[PasswordCandidate]) -> OpenedContainer {
    let limits = Limits::default();
    container::open(
        bytes,
        candidates,
        &ContainerOptions { limits: &limits, keys: KeyInspection::Match, try_typos: false },
    )
}

fn end_entities(opened: &OpenedContainer) -> Vec<Certificate> {
    let all = opened.entries.iter().map(|entry| Certificate::parse(&entry.der).unwrap());
    all.filter(|certificate| certificate.role() == CertificateRole::EndEntity).collect()
}

fn ders(plan: &LabPlan) -> BTreeMap<String, Vec<Vec<u8>>> {
    let of = |opened: OpenedContainer| opened.entries.into_iter().map(|entry| entry.der).collect();
    fleet(plan).into_iter().map(|(path, opened)| (path, of(opened))).collect()
}

#[test]
fn the_same_seed_gives_the_same_certificates_whatever_the_threads() {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let first = alone.install(|| ders(&plan(60, 7, "all")));
    assert_eq!(first, ders(&plan(60, 7, "all")));
    assert_ne!(first, ders(&plan(60, 8, "all")));
}

#[test]
fn a_fleet_without_faults_is_healthy() {
    let plan = plan(80, 1, "none");
    let fleet = fleet(&plan);
    assert_eq!(fleet.len(), 80 + 2, "one file a holder, and two roots");
    let (mut keys, mut serials) = (BTreeSet::new(), BTreeSet::new());
    for (path, opened) in fleet.iter().filter(|(path, _)| path.ends_with(".p12")) {
        assert!(opened.problems.is_empty(), "{path}: {:?}", opened.problems);
        let [leaf] = &end_entities(opened)[..] else { panic!("{path}: not one end entity") };
        assert_eq!(opened.entries.len(), 2, "{path}: its root comes along");
        assert_eq!(opened.entries.iter().filter_map(|e| e.key_matches).collect::<Vec<_>>(), [true], "{path}");
        assert!(leaf.malformed().is_empty(), "{path}");
        let left = leaf.not_after.unwrap() - plan.at;
        assert!(left.whole_days() > 90 && leaf.not_before.unwrap() < plan.at, "{path}: {left}");
        assert!(keys.insert(leaf.key().unwrap().id), "{path}: a key twice");
        assert!(serials.insert(leaf.serial.clone()), "{path}: a serial number twice");
    }
}

#[test]
fn the_roots_bear_the_operators_names_serials_and_days() {
    let fleet = fleet(&plan(0, 1, "none"));
    let roots: Vec<_> = fleet.values().map(|opened| Certificate::parse(&opened.entries[0].der).unwrap()).collect();
    let jst = Zone::parse("+09:00").unwrap();
    let facts = roots.iter().map(|root| {
        let day = |instant| jst.day(instant).unwrap().to_string();
        let days = (day(root.not_before.unwrap()), day(root.not_after.unwrap()));
        (root.subject.printed(), root.serial.to_string(), days.0, days.1)
    });
    let expected = [("03 34 35", "2013-07-18", "2023-07-18"), ("07 86 D1", "2019-07-20", "2029-07-20")];
    let expected = expected.map(|(serial, from, until)| {
        ("OU=e-seikyuu CA, O=e-seikyuu, C=JP".into(), serial.into(), from.to_string(), until.to_string())
    });
    assert_eq!(facts.collect::<Vec<_>>(), expected);
}

#[test]
fn every_fault_is_there_as_often_as_the_summary_says() {
    let folder = tempfile::tempdir().unwrap();
    let summary = lab::make(&plan(2000, 3, "all"), folder.path()).unwrap();
    for (fault, share) in Fault::MIX {
        assert_eq!(summary.faults.get(fault.code()), Some(&(2 * share)), "{}", fault.code());
    }
    let pairs = 2 * (30 + 50 + 5 + 2);
    assert_eq!((summary.holders, summary.files), (2000, 2000 + pairs));
}

#[test]
fn a_fault_is_what_its_name_says() {
    let at = plan(1, 5, "none").at;
    let only = |fault: &str| -> Vec<OpenedContainer> {
        fleet(&plan(1, 5, fault)).into_iter().filter(|(path, _)| path.ends_with(".p12")).map(|(_, o)| o).collect()
    };
    let leaves = |fault: &str| -> Vec<Certificate> { only(fault).iter().flat_map(end_entities).collect() };
    let leaf = |fault: &str| leaves(fault).remove(0);
    let jst = Zone::parse("+09:00").unwrap();

    assert!(leaf("expired").not_after.unwrap() < at);
    assert!((0..=90).contains(&(leaf("expiring").not_after.unwrap() - at).whole_days()));
    assert!(leaf("not-yet-valid").not_before.unwrap() > at);
    let gap = jst.day(leaf("issued-in-gap").not_before.unwrap()).unwrap().to_string();
    assert!(("2019-07-20"..="2019-07-23").contains(&gap.as_str()), "{gap}");
    let length = leaf("validity-unusual");
    assert!((365..=366).contains(&(length.not_after.unwrap() - length.not_before.unwrap()).whole_days()));
    assert_eq!(jst.day(leaf("outlives-root").not_after.unwrap()).unwrap().to_string(), "2029-08-19");
    assert_eq!(leaf("key-weak").key().unwrap().bits, Some(192));

    let [shared, with] = &leaves("key-shared")[..] else { panic!("not two certificates") };
    assert_eq!(shared.key().unwrap().id, with.key().unwrap().id);
    assert_ne!(shared.subject, with.subject);
    let [old, new] = &leaves("superseded")[..] else { panic!("not two certificates") };
    assert_eq!(old.subject, new.subject);
    assert_ne!(old.key().unwrap().id, new.key().unwrap().id);
    let [one, other] = &leaves("serial-reused")[..] else { panic!("not two certificates") };
    assert_eq!(one.serial, other.serial);
    assert_ne!(one.sha256, other.sha256);
    let [here, there] = &leaves("copied")[..] else { panic!("not two certificates") };
    assert_eq!(here.sha256, there.sha256);

    assert!(matches!(only("password-unknown")[0].problems[..], [ContainerProblem::Password { certain: true, .. }]));
    assert!(matches!(only("container-damaged")[0].problems[..], [ContainerProblem::Damaged { .. }, ..]));
    assert!(only("key-missing")[0].keys.is_empty());
    assert!(only("key-mismatch")[0].entries.iter().any(|entry| entry.key_matches == Some(false)));
    assert_eq!(only("container-weak")[0].key_encryption[0].iterations, 1);
}

#[test]
fn the_root_that_signed_is_the_one_that_the_fault_names() {
    let signer = |fault: &str| {
        let fleet = fleet(&plan(1, 5, fault));
        let opened = fleet.iter().find(|(path, _)| path.ends_with(".p12")).unwrap().1;
        let leaf = openssl::x509::X509::from_der(&opened.entries[0].der).unwrap();
        let root = openssl::x509::X509::from_der(&opened.entries[1].der).unwrap();
        assert!(leaf.verify(&root.public_key().unwrap()).unwrap(), "{fault}");
        fs::read_dir("src/lab/keys")
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "pem"))
            .find(|path| openssl::x509::X509::from_pem(&fs::read(path).unwrap()).unwrap() == root)
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
    };
    assert_eq!(signer("none").as_deref(), Some("root-2019"));
    assert_eq!(signer("generation-mismatch").as_deref(), Some("root-2013"));
    assert_eq!(signer("issued-in-gap").as_deref(), Some("root-2019"));
    assert_eq!(signer("root-impostor").as_deref(), Some("root-impostor"));
    assert_eq!(signer("root-unknown-generation").as_deref(), Some("root-next"));
}

#[test]
fn nothing_is_overwritten_and_no_fault_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let refused = lab::make(&plan(1, 1, "none"), folder.path());
    assert!(matches!(refused, Err(LabError::NotEmpty(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let Err(unknown) = Faults::parse("expired,copyed") else { panic!("no such fault") };
    assert_eq!(unknown.text(Lang::En), "there is no fault “copyed” (did you mean “copied”?)");
    assert_eq!(unknown.text(Lang::Ja), "「copyed」という不具合はありません(「copied」のことですか)");
}

#[test]
fn a_moment_for_which_no_root_issues_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for at in ["2019-12-31T23:59:59Z", "2029-01-01T00:00:00Z"] {
        let plan = LabPlan { at: parse_instant(at, Zone::UTC).unwrap(), ..plan(1, 1, "all") };
        assert!(matches!(lab::make(&plan, folder.path()), Err(LabError::Moment)), "{at}");
    }
    for at in ["2020-01-01T00:00:00Z", "2028-12-31T23:59:59Z"] {
        let folder = tempfile::tempdir().unwrap();
        let plan = LabPlan { at: parse_instant(at, Zone::UTC).unwrap(), ..plan(40, 1, "none") };
        lab::make(&plan, folder.path()).unwrap();
        let candidates = [PasswordCandidate::new("shomei-lab", PasswordOrigin::Prompt)];
        for entry in walkdir::WalkDir::new(folder.path()).into_iter().map(Result::unwrap) {
            if entry.path().extension().is_some_and(|e| e == "p12") {
                let leaf = end_entities(&open(&fs::read(entry.path()).unwrap(), &candidates)).remove(0);
                assert!(leaf.not_before.unwrap() < plan.at && (leaf.not_after.unwrap() - plan.at).whole_days() > 90);
            }
        }
    }
}
