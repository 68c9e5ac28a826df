//! `shomei verify` against `openssl verify`, which builds its paths itself: chains of every
//! length, arrangement of key identifiers, fault and purpose. Where the two are known to differ
//! it is said why, and a difference that is no more fails.

use std::fs;
use std::path::Path;
use std::process::Command;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::forge::*;
use super::scene::{Scene, argument, authority};

/// The leaf's last second is 1672531199, 2022-12-31T23:59:59Z.
const LAST: i64 = 1_672_531_199;
const ALIVE: i64 = 1_622_505_600;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    Expired,
    LastSecond,
    FirstSecond,
    NotYetValid,
    IssuerExpired,
    IssuerNotCa,
    IssuerMayNotSign,
    IssuerPathLength,
    IssuerMissing,
    IssuerCritical,
    Signature,
    OtherKey,
    Critical,
    NameConstraints,
    ClientOnly,
    ServerOnly,
}

use Fault::*;

const FAULTS: [Fault; 17] = [
    None,
    Expired,
    LastSecond,
    FirstSecond,
    NotYetValid,
    IssuerExpired,
    IssuerNotCa,
    IssuerMayNotSign,
    IssuerPathLength,
    IssuerMissing,
    IssuerCritical,
    Signature,
    OtherKey,
    Critical,
    NameConstraints,
    ClientOnly,
    ServerOnly,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Identifiers {
    Present,
    Absent,
    Forged,
}

#[derive(Debug)]
struct Case {
    fault: Fault,
    identifiers: Identifiers,
    intermediates: usize,
    purpose: &'static str,
}

impl Case {
    fn at(&self) -> i64 {
        match self.fault {
            Expired => LAST + 1,
            LastSecond => LAST,
            FirstSecond => 1_577_836_800,
            NotYetValid => 1_577_836_799,
            _ => ALIVE,
        }
    }

    /// Why OpenSSL's command answers otherwise.
    fn known_difference(&self) -> Option<&'static str> {
        match (self.identifiers, self.fault) {
            // RFC 5280 section 4.1.2.5: the last second belongs to the validity.
            (_, LastSecond) => Some("its last second is too late"),
            // By RFC 5280 identifiers help to choose; the signature decides.
            (Identifiers::Forged, _) if self.is_valid() => Some("a forged identifier hides the issuer"),
            _ => Option::None,
        }
    }

    fn is_valid(&self) -> bool {
        match self.fault {
            IssuerPathLength => self.intermediates == 1,
            None | LastSecond | FirstSecond => true,
            ClientOnly => self.purpose != "server",
            ServerOnly => self.purpose != "client",
            _ => false,
        }
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for fault in FAULTS {
        for identifiers in [Identifiers::Present, Identifiers::Absent, Identifiers::Forged] {
            for intermediates in 1..4 {
                for purpose in ["any", "client", "server"] {
                    // The purpose matters to those only, and the clean chain.
                    if purpose == "any" || matches!(fault, None | ClientOnly | ServerOnly) {
                        cases.push(Case { fault, identifiers, intermediates, purpose });
                    }
                }
            }
        }
    }
    cases
}

fn arranged(draft: Draft, identifiers: Identifiers, other: &Key) -> Draft {
    match identifiers {
        Identifiers::Present => draft,
        Identifiers::Absent => draft.bare(),
        Identifiers::Forged => draft.forged(other),
    }
}

/// The CA that signs the leaf, with its fault.
fn faulty(ca: Draft, fault: Fault) -> Draft {
    let usage = key_usage(CERT_SIGN);
    let elsewhere = tlv(0xa0, &sequence(&[&tlv(0xa4, &name("C=JP, O=elsewhere"))]));
    match fault {
        IssuerExpired => ca.until("2021-01-01T00:00:00Z"),
        IssuerNotCa => ca.extensions(&[basic_constraints(false, Option::None)]),
        IssuerMayNotSign => ca.extensions(&[basic_constraints(true, Option::None), key_usage(CRL_SIGN)]),
        IssuerPathLength => ca.extensions(&[basic_constraints(true, Some(0)), usage]),
        IssuerCritical => ca.with(extension("1.2.3.4", true, &[5, 0])),
        NameConstraints => ca.with(extension("2.5.29.30", true, &tlv(0x30, &elsewhere))),
        _ => ca,
    }
}

/// Root, intermediates from the top, leaf.
fn chain(case: &Case) -> (Made, Vec<Made>, Made) {
    let other = key();
    let root = Draft::ca("").subject(authority()).from("2019-07-20T00:00:00Z").until("2029-07-20T00:00:00Z");
    let root = root.self_signed();
    let mut cas: Vec<Made> = Vec::new();
    for i in 0..case.intermediates {
        let ca = arranged(Draft::ca(&format!("CA {i}")), case.identifiers, &other);
        let ca = if i == 0 { faulty(ca, case.fault) } else { ca };
        cas.push(ca.signed_by(cas.last().unwrap_or(&root)));
    }
    let leaf = arranged(Draft::leaf("h"), case.identifiers, &other);
    let usage = |dotted: &str| extension("2.5.29.37", false, &tlv(0x30, &oid(dotted)));
    let leaf = match case.fault {
        Critical => leaf.with(extension("1.2.3.4", true, &[5, 0])),
        ClientOnly => leaf.with(usage("1.3.6.1.5.5.7.3.2")),
        ServerOnly => leaf.with(usage("1.3.6.1.5.5.7.3.1")),
        _ => leaf,
    };
    let mut signer = cas[cas.len() - 1].clone();
    if case.fault == OtherKey {
        signer.key = other;
    }
    let mut leaf = leaf.signed_by(&signer);
    if case.fault == Signature {
        *leaf.der.last_mut().unwrap() ^= 1;
    }
    if case.fault == IssuerMissing {
        cas.remove(0);
    }
    (root, cas, leaf)
}

fn pem(der: &[u8]) -> Vec<u8> {
    let body = openssl::base64::encode_block(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")).into_bytes()
}

fn openssl_says(folder: &Path, case: &Case) -> bool {
    let mut command = Command::new("openssl");
    command.env_remove("OPENSSL_CONF").args(["verify", "-no-CApath", "-no-CAstore", "-auth_level", "0"]);
    command.args(["-attime", &case.at().to_string()]);
    match case.purpose {
        "client" => command.args(["-purpose", "sslclient"]),
        "server" => command.args(["-purpose", "sslserver"]),
        _ => &mut command,
    };
    command.arg("-CAfile").arg(folder.join("root.pem"));
    if folder.join("cas.pem").exists() {
        command.arg("-untrusted").arg(folder.join("cas.pem"));
    }
    command.arg(folder.join("leaf.pem")).output().unwrap().status.success()
}

fn shomei_says(scene: &Scene, folder: &Path, case: &Case) -> bool {
    let at = time::UtcDateTime::from_unix_timestamp(case.at()).unwrap();
    let at = at.format(&time::format_description::well_known::Rfc3339).unwrap();
    let (root, cas, leaf) = (folder.join("root.pem"), folder.join("cas.pem"), folder.join("leaf.pem"));
    let mut arguments = vec!["verify", argument(&leaf), "--at", &at, "--purpose", case.purpose];
    arguments.extend(["--trust", argument(&root)]);
    if cas.exists() {
        arguments.extend(["--untrusted", argument(&cas)]);
    }
    let code = scene.run(&arguments).status.code();
    assert!(matches!(code, Some(0 | 1 | 3)), "{case:?}: {code:?}");
    code == Some(0)
}

#[test]
fn agrees_with_openssl_but_where_it_is_known_why() {
    let scene = Scene::new();
    let cases: Vec<(usize, Case)> = cases().into_iter().enumerate().collect();
    assert!(cases.len() > 200);
    let check = |(i, case): &(usize, Case)| -> Option<String> {
        let folder = scene.aside(&format!("case-{i}"));
        fs::create_dir(&folder).unwrap();
        let (root, cas, leaf) = chain(case);
        let cas: Vec<u8> = cas.iter().flat_map(|ca| pem(&ca.der)).collect();
        fs::write(folder.join("root.pem"), pem(&root.der)).unwrap();
        fs::write(folder.join("leaf.pem"), pem(&leaf.der)).unwrap();
        if !cas.is_empty() {
            fs::write(folder.join("cas.pem"), cas).unwrap();
        }
        let (ours, theirs) = (shomei_says(&scene, &folder, case), openssl_says(&folder, case));
        let known = case.known_difference();
        let as_expected = ours == case.is_valid() && (ours != theirs) == known.is_some();
        (!as_expected).then(|| format!("{case:?}: {ours}, OpenSSL {theirs} ({known:?})"))
    };
    let wrong: Vec<String> = cases.par_iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
