//! Hostile neighbours: whatever lies beside a certificate, its record stays byte for byte what
//! it was, but for its sources where it is itself copied.

use super::forge::*;
use super::scene::*;

/// A share with victims of every kind of verdict.
struct Victims {
    scene: Scene,
    ca: Made,
    all: Vec<Made>,
}

impl Victims {
    fn new() -> Victims {
        let scene = Scene::rooted();
        let ca = Draft::ca("Sub").signed_by(&scene.root_2019);
        let stranger = Draft::ca("Stranger").self_signed();
        let revoked = Draft::leaf("revoked").serial(&[0x99]).signed_by(&scene.root_2019);
        let crl = CrlDraft::new("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z", &[&[0x99]]);
        scene.file("real.crl", &crl.signed_by(&scene.root_2019));
        let all = vec![
            Draft::leaf("direct").signed_by(&scene.root_2019),
            Draft::leaf("below").serial(&[2]).signed_by(&ca),
            Draft::leaf("old")
                .serial(&[3])
                .from("2018-01-01T00:00:00Z")
                .until("2020-01-01T00:00:00Z")
                .signed_by(&scene.root_2013),
            Draft::leaf("gap").serial(&[4]).from("2019-07-21T00:00:00Z").signed_by(&scene.root_2019),
            revoked,
            Draft::leaf("unknown").signed_by(&stranger),
            ca.clone(),
            scene.root_2013.clone(),
            scene.root_2019.clone(),
        ];
        scene.file("victims/direct.p12", &pkcs12(&all[0], &[]));
        for (i, victim) in all.iter().enumerate().skip(1) {
            scene.put(&format!("victims/{i}.cer"), victim);
        }
        Victims { scene, ca, all }
    }

    fn records(&self) -> Vec<Record> {
        let audit = self.scene.audit(AT);
        self.all.iter().map(|victim| audit.of(victim)).collect()
    }

    /// The victims' records stay the same with these files beside them, whether read before or
    /// after them.
    fn stay_the_same(&self, hostile: &[Vec<u8>], what: &str) {
        let before = self.records();
        for folder in ["0-before", "zz-after"] {
            for (i, file) in hostile.iter().enumerate() {
                self.scene.file(&format!("{folder}/{i}"), file);
            }
            for (before, after) in before.iter().zip(self.records()) {
                assert_eq!(before.0.to_string(), after.0.to_string(), "{what} {folder}");
            }
            self.scene.remove(folder);
        }
    }
}

/// The same certificate in all but signature and key.
fn twin(victim: &Draft, issuer: &Made) -> Made {
    let other = Made { key: key(), ..issuer.clone() };
    victim.clone().key(&key()).signed_by(&other)
}

#[test]
fn certificates_that_take_the_victims_name_key_or_serial() {
    let victims = Victims::new();
    let root = &victims.scene.root_2019;
    let victim = &victims.all[0];
    let forger = Made { key: key(), ..root.clone() };
    let same_key = Draft::leaf("another").key(&victim.key);
    let later = Draft::leaf("direct").serial(&[0x77]).from("2021-01-01T00:00:00Z").until("2024-01-01T00:00:00Z");
    let hostile = [
        ("subject, serial and dates", twin(&Draft::leaf("direct"), root)),
        ("the same key under another subject", same_key.signed_by(&forger)),
        ("the same key, self-signed", same_key.self_signed()),
        ("a later certificate of the same name", later.signed_by(&forger)),
        ("the same serial under a forged issuer", Draft::leaf("evil").signed_by(&forger)),
        ("a CA of the victim's name", Draft::ca("direct").self_signed()),
        ("a CA with the victim's key", Draft::ca("direct").key(&victim.key).self_signed()),
    ];
    for (what, made) in &hostile {
        victims.stay_the_same(std::slice::from_ref(&made.der), what);
    }
    let all: Vec<Vec<u8>> = hostile.iter().map(|(_, made)| made.der.clone()).collect();
    victims.stay_the_same(&all, "all at once");
}

#[test]
fn fake_issuers_and_roots() {
    let victims = Victims::new();
    let scene = &victims.scene;
    let ca = Draft::ca("Sub");
    let next = draft_2019().serial(&[0x0b]).from("2026-07-20T00:00:00Z").until("2036-07-20T00:00:00Z");
    let forger = Made { key: key(), ..scene.root_2019.clone() };
    let hostile = [
        ("an intermediate of the real one's name", ca.self_signed()),
        ("signed by a forger", ca.signed_by(&forger)),
        ("with the real one's key", ca.clone().key(&victims.ca.key).signed_by(&forger)),
        (
            "with the real one's key, dead",
            ca.clone().key(&victims.ca.key).until("2020-02-01T00:00:00Z").signed_by(&forger),
        ),
        ("an impostor", draft_2019().self_signed()),
        ("an impostor with the real key", draft_2019().key(&scene.root_2019.key).serial(&[9]).signed_by(&forger)),
        ("a next generation", next.self_signed()),
        ("a next generation with the real key", next.clone().key(&scene.root_2019.key).signed_by(&forger)),
        ("a next generation with the old key", next.key(&scene.root_2013.key).signed_by(&forger)),
        ("a stranger that is no CA", Draft::leaf("x").subject(name("C=JP, O=e-seikyuu, CN=Stranger")).self_signed()),
    ];
    for (what, made) in &hostile {
        victims.stay_the_same(std::slice::from_ref(&made.der), what);
    }
    let all: Vec<Vec<u8>> = hostile.iter().map(|(_, made)| made.der.clone()).collect();
    victims.stay_the_same(&all, "all at once");
}

#[test]
fn hostile_lists() {
    let victims = Victims::new();
    let forger = Made { key: key(), ..victims.scene.root_2019.clone() };
    let newer = |revoked: &[&[u8]]| CrlDraft::new("2021-05-30T00:00:00Z", "2021-06-01T00:00:01Z", revoked);
    let fake_ca = Made { key: key(), ..victims.ca.clone() };
    let crls = [
        newer(&[&[0x10, 1], &[2], &[3], &[4]]).signed_by(&forger),
        newer(&[]).signed_by(&forger),
        newer(&[&[2]]).signed_by(&fake_ca),
        draft_2019().key(&forger.key).self_signed().der,
        Draft::ca("Sub").key(&fake_ca.key).self_signed().der,
    ];
    victims.stay_the_same(&crls, "lists of the right names by the wrong keys");
}

#[test]
fn two_thousand_fake_cas_of_the_issuers_name() {
    let victims = Victims::new();
    let before = victims.records();
    let keys: Vec<Key> = (0..8).map(|_| key()).collect();
    for i in 0..2000u16 {
        let serial = [0x40, (i >> 8) as u8, i as u8];
        let draft = if i % 2 == 0 { draft_2019() } else { Draft::ca("Sub") };
        let made = draft.serial(&serial).key(&keys[usize::from(i) % 8]);
        // Self-issued, or in a chain that never ends.
        let signer = Made { key: keys[usize::from(i + 1) % 8].clone(), ..victims.scene.root_2019.clone() };
        let made = if i % 4 < 2 { made.self_signed() } else { made.signed_by(&signer) };
        victims.scene.put(&format!("fakes/{i}.cer"), &made);
    }
    let started = std::time::Instant::now();
    for (before, after) in before.iter().zip(victims.records()) {
        assert_eq!(before.0.to_string(), after.0.to_string());
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// A container with the victim's certificate and a key that is not its own: true of that file,
/// so it is told, with the file's name; of the victim's own file nothing changes.
#[test]
fn a_container_with_the_victims_certificate_and_another_key() {
    let scene = Scene::rooted();
    let kept = Draft::leaf("kept").signed_by(&scene.root_2019);
    let keyless = Draft::leaf("keyless").serial(&[8]).signed_by(&scene.root_2019);
    scene.file("kept.p12", &pkcs12_linked(&kept, Some(&kept.key)));
    scene.file("keyless.p12", &pkcs12_linked(&keyless, None));
    let before = scene.audit(AT);
    assert!(before.of(&keyless).has("key-missing"));
    assert!(!before.of(&kept).has("key-missing") && !before.of(&kept).has("key-mismatch"));
    let other = key();
    scene.file("0-hostile.p12", &pkcs12_linked(&kept, Some(&other)));
    scene.file("1-hostile.p12", &pkcs12_linked(&keyless, Some(&other)));
    let after = scene.audit(AT);
    for (victim, hostile) in [(&kept, "0-hostile.p12"), (&keyless, "1-hostile.p12")] {
        let (before, after) = (before.of(victim), after.of(victim));
        assert_eq!(before.0["verdict"], after.0["verdict"]);
        let files = after.finding("key-mismatch")["evidence"]["files"].as_array().unwrap().clone();
        assert_eq!(files.len(), 1, "{files:?}");
        assert!(files[0].as_str().unwrap().ends_with(hostile), "{files:?}");
        // Every finding there was is there unchanged; only that one is new.
        let findings = |record: &Record| record.0["findings"].as_array().unwrap().clone();
        let others: Vec<_> = findings(&after).into_iter().filter(|f| f["rule"] != "key-mismatch").collect();
        assert_eq!(findings(&before), others);
        let own = |record: &Record| {
            let list = record.0["sources"].as_array().unwrap().clone();
            list.into_iter().filter(|s| !s["path"].as_str().unwrap().contains("hostile")).collect::<Vec<_>>()
        };
        assert_eq!(own(&before), own(&after));
    }
}
