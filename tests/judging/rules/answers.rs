//! Every rule on facts that fire it, and on facts that only just do not.

use openssl::hash::MessageDigest;
use shomei::audit::PasswordFault;
use shomei::audit::facts::{PeerGroup, RuleContext};
use shomei::audit::holding::{Coverage, CoverageReason, HolderMatch, Renewal, UnmetConditions};
use shomei::audit::rules::{EvidenceValue, RULES, RuleAnswer, codes, only_file, rule};
use shomei::calendar::parse_day;
use shomei::certificate::{Certificate, CertificateRole};
use shomei::container::{ContainerKind, ContainerProblem, Damage, FileContent, Limit, PasswordMatch, Typo};
use shomei::locale::Lang;
use shomei::policy::{BUILT_IN, CrlPolicy, Desks, Policy, Severity};
use shomei::register::{HolderKind, HolderStatus, RefusedAddress};
use shomei::trust::{self, TrustStatus};

use super::scene::*;

type Change = fn(&mut Scene);

/// Code, what fires it, what only just does not.
const CASES: &[(&str, Change, Change)] = &[
    (
        "root-impostor",
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::RootImpostor),
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::SignedByNoPinnedRoot),
    ),
    (
        "root-unknown-generation",
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::RootUnknownGeneration),
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::RootMissing),
    ),
    (
        "root-reissued",
        |s| {
            because(s, TrustStatus::Undetermined, trust::VerdictReason::PinnedKeyReissued);
            s.verdict.generation = Some("2019".into());
        },
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::RootUnknownGeneration),
    ),
    ("pin-conflict", pin_conflict, |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::RootMissing)),
    (
        "untrusted-path",
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::PathExpired),
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::Revoked),
    ),
    (
        "root-missing",
        |s| {
            because(s, TrustStatus::Undetermined, trust::VerdictReason::RootMissing);
            s.verdict.missing = vec!["2019".into()];
        },
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::SignedByNoPinnedRoot),
    ),
    (
        "unverifiable",
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::UnsupportedAlgorithm),
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::RootMissing),
    ),
    (
        "self-signed",
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::SelfSigned),
        |s| because(s, TrustStatus::Undetermined, trust::VerdictReason::IssuerUnknown),
    ),
    ("generation-mismatch", |s| s.verdict.generation = Some("2013".into()), |_| {}),
    ("issued-in-gap", |s| s.certificate = issued("2019-07-21T00:00:00Z"), |_| {}),
    (
        "issued-after-root-retired",
        |s| s.verdict.signer_not_after = Some(instant("2024-01-09T14:59:59Z")),
        |s| s.verdict.signer_not_after = s.certificate.not_before,
    ),
    (
        "outlives-root",
        |s| s.verdict.effective_expiry = Some(instant("2027-01-10T14:59:58Z")),
        |s| s.verdict.effective_expiry = s.certificate.not_after,
    ),
    (
        "revoked",
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::Revoked),
        |s| because(s, TrustStatus::Untrusted, trust::VerdictReason::PathExpired),
    ),
    (
        "crl-missing",
        |s| s.crl = None,
        |s| {
            s.crl = None;
            s.policy.authorities[0].crl.value = CrlPolicy::WhenAvailable;
        },
    ),
    (
        "crl-stale",
        |s| s.crl = Some(crl("2025-05-31T23:59:59Z")),
        |s| {
            s.crl = Some(crl("2025-06-01T00:00:00Z"));
        },
    ),
    (
        "crl-unused",
        |s| s.crl_fault = Some(trust::CrlFault::DeltaWithoutBase),
        |s| {
            s.crl_fault = None;
            s.listed = vec!["CN=Holder".into()].into();
        },
    ),
    ("expired", |s| s.at = instant("2027-01-10T15:00:00Z"), |s| s.at = instant("2027-01-10T14:59:59Z")),
    ("expiring", |s| s.at = instant("2026-12-01T00:00:00Z"), |s| s.at = instant("2026-09-01T00:00:00Z")),
    (
        "not-yet-valid",
        |s| s.at = instant("2024-01-09T14:59:59Z"),
        |s| {
            s.at = instant("2024-01-09T15:00:00Z");
        },
    ),
    ("validity-unusual", |s| s.certificate = ends("2027-01-12T00:00:00Z"), |_| {}),
    (
        "superseded",
        |s| s.peers.superseded_by = Some(peer("new.p12")),
        |s| {
            s.peers.superseded_by = Some(peer("new.p12"));
            s.verdict.status = TrustStatus::Undetermined;
        },
    ),
    ("key-missing", without_key, |s| {
        without_key(s);
        s.peers.key_places = vec!["key.pem".into()].into();
    }),
    ("key-mismatch", |s| s.places[0].key_matches = Some(false), |s| s.places[0].key_matches = None),
    (
        "key-weak",
        |s| s.certificate = Leaf { bits: 1024, ..Leaf::default() }.made(),
        |s| s.certificate = Leaf { bits: 2048, ..Leaf::default() }.made(),
    ),
    (
        "key-shared",
        |s| s.peers.key_shared_with = vec![peer("b.p12")].into(),
        |s| {
            s.peers.serial_reused_by = vec![peer("b.p12")].into();
        },
    ),
    (
        "signature-weak",
        |s| s.certificate = signed_with_sha1("Holder"),
        |s| {
            s.certificate = signed_with_sha1("Test CA");
            s.role = CertificateRole::Root;
        },
    ),
    (
        "serial-reused",
        |s| s.peers.serial_reused_by = vec![peer("b.p12")].into(),
        |s| {
            s.peers.key_shared_with = vec![peer("b.p12")].into();
        },
    ),
    (
        "usage-unfit",
        |s| s.certificate = unfit(),
        |s| {
            s.certificate = unfit();
            s.role = CertificateRole::Intermediate;
        },
    ),
    ("der-malformed", |s| s.certificate = malformed(), |_| {}),
    (
        "certificate-missing",
        |s| {
            s.container.problems =
                vec![ContainerProblem::Barren { content: FileContent::Zeros, held_certificate: false }]
        },
        |s| s.container.problems = vec![unsupported()],
    ),
    (
        "password-unknown",
        |s| s.container.problems = vec![ContainerProblem::Password { certain: true, tried: 3 }],
        |s| s.container.problems = vec![unsupported()],
    ),
    (
        "password-typo",
        |s| s.container.opening = Some(PasswordMatch { candidate: 0, typo: Some(Typo::ALL[0]), empty: false }),
        |_| {},
    ),
    (
        "password-weak",
        |s| s.container.password_faults = vec![PasswordFault::Short],
        |s| s.container.password_faults = vec![PasswordFault::InFileName],
    ),
    (
        "password-exposed",
        |s| s.container.password_faults = vec![PasswordFault::InFile("folder/memo.txt".into())],
        |s| s.container.password_faults = vec![PasswordFault::ProviderNumber],
    ),
    (
        "group-protected",
        |s| s.container.problems = vec![ContainerProblem::GroupProtected],
        |s| s.container.problems = vec![ContainerProblem::Password { certain: true, tried: 3 }],
    ),
    (
        "container-damaged",
        |s| s.container.problems = vec![ContainerProblem::Damaged { offset: 12, what: Damage::Truncated }],
        |s| s.container.problems = vec![unsupported()],
    ),
    (
        "algorithm-unsupported",
        |s| s.container.problems = vec![unsupported()],
        |s| {
            s.container.problems = vec![ContainerProblem::Damaged { offset: 12, what: Damage::Structure }];
        },
    ),
    ("container-limit", |s| s.container.problems = vec![limit()], |s| s.container.problems = vec![unsupported()]),
    (
        "container-weak",
        |s| s.container.key_encryption = vec![protection("RC2-40-CBC", 2048)],
        |s| {
            s.container.key_encryption = vec![protection("RC2-40-CBC", 2048)];
            s.container.keys = 0;
        },
    ),
    ("copied", |s| s.peers.key_places = vec!["a.p12".into(), "b.p12".into()].into(), |_| {}),
    (
        "file-exposed",
        |s| {
            s.container.plain_keys = 1;
            s.container.readable_by_others = Some("rw-r--r--");
        },
        |s| s.container.readable_by_others = Some("rw-r--r--"),
    ),
    ("file-unreadable", |s| s.container.io_error = Some("Permission denied"), |_| {}),
    (
        "container-unread",
        |s| {
            s.container.kind = ContainerKind::JavaKeystore;
            s.container.problems = vec![ContainerProblem::NotRead];
        },
        |s| s.container.kind = ContainerKind::JavaKeystore,
    ),
    (
        "holder-uncovered",
        |s| s.standing.units.push(unit(Coverage::Cannot(vec![CoverageReason::Expired, CoverageReason::KeyAbsent]))),
        |s| s.standing.units.push(unit(Coverage::Unknown(vec![CoverageReason::Declared]))),
    ),
    (
        "claims-end-early",
        |s| s.standing.units.push(unit(Coverage::CanUntil(vec![CoverageReason::EndsWithin]))),
        |s| s.standing.units.push(unit(Coverage::Cannot(vec![CoverageReason::Expired]))),
    ),
    ("category-unfit", |s| s.holding.unfit = vec!["welfare".into()], |_| {}),
    (
        "holder-ambiguous",
        |s| s.holding.of = HolderMatch::Ambiguous(vec![holder().key, holder().key]),
        |s| s.holding.of = HolderMatch::Unknown,
    ),
    ("left-over", |s| closed(s, "2025-06-01"), |s| closed(s, "2025-06-02")),
    (
        "closed-not-revoked",
        |s| closed(s, "2025-06-01"),
        |s| {
            closed(s, "2025-06-01");
            s.at = instant("2027-01-10T15:00:00Z");
        },
    ),
    ("provider-number-shared", |s| s.shared_numbers = vec![("9913000001".into(), vec![holder().key])], |_| {}),
    (
        "password-expiring",
        |s| s.holder.as_mut().unwrap().password_changed = parse_day("2025-01-02"),
        |s| s.holder.as_mut().unwrap().password_changed = parse_day("2025-01-03"),
    ),
    (
        "mail-refused",
        |s| {
            s.holder.as_mut().unwrap().contact.mail = Some("a@example.jp".into());
            s.refused =
                Some(RefusedAddress { on: parse_day("2026-11-20").unwrap(), reply: "550 5.1.1 no such user".into() });
        },
        |s| s.holder.as_mut().unwrap().contact.mail = Some("a@example.jp".into()),
    ),
    (
        "renewed-not-installed",
        |s| renewed(s, vec![CoverageReason::KeyAbsent]),
        |s| {
            renewed(s, Vec::new());
            s.holding.renewal = Renewal::InPlace(1);
        },
    ),
    ("holder-unknown", |s| s.holding.of = HolderMatch::Unknown, |s| s.holding.of = HolderMatch::NoRegister),
    ("holder-surplus", |s| s.surplus = vec![peer("a.p12"), peer("b.p12")], |_| {}),
    ("agent-overfull", |s| s.standing.providers = 101, |s| s.standing.providers = 100),
    (
        "category-unknown",
        |s| s.holding.category = None,
        |s| {
            s.holding.category = None;
            s.at = instant("2027-01-10T15:00:00Z");
        },
    ),
    ("single-copy", |s| s.run.single_copies.add("a.p12"), |_| {}),
    ("suppression-unmatched", |s| s.run.unmatched_suppressions = vec![0], |_| {}),
];

fn closed(scene: &mut Scene, since: &str) {
    let holder = scene.holder.as_mut().unwrap();
    (holder.status, holder.status_since) = (HolderStatus::Closed, parse_day(since));
}

fn renewed(scene: &mut Scene, reasons: Vec<CoverageReason>) {
    scene.peers.superseded_by = Some(peer("new.p12"));
    scene.holding.renewal = Renewal::NotInstalled(UnmetConditions { reasons, places: vec!["PC1".into()] }.into());
}

fn because(scene: &mut Scene, status: TrustStatus, reason: trust::VerdictReason) {
    scene.verdict = not_trusted(status, reason);
}

fn pin_conflict(scene: &mut Scene) {
    because(scene, TrustStatus::Undetermined, trust::VerdictReason::PinConflict);
    scene.policy.authorities[0].pins[1].sha1 = scene.certificate.sha1();
}

fn without_key(scene: &mut Scene) {
    scene.peers.key_places = PeerGroup::default();
    scene.places[0].has_key = Some(false);
    scene.places[0].key_matches = None;
}

fn issued(from: &'static str) -> Certificate {
    Leaf { from, ..Leaf::default() }.made()
}

fn ends(until: &'static str) -> Certificate {
    Leaf { until, ..Leaf::default() }.made()
}

fn signed_with_sha1(subject: &'static str) -> Certificate {
    Leaf { subject, digest: MessageDigest::sha1(), ..Leaf::default() }.made()
}

fn unfit() -> Certificate {
    Leaf { usages: Usages::Server, ..Leaf::default() }.made()
}

/// A BOOLEAN that is neither 00 nor FF: DER forbids it, BER does not.
fn malformed() -> Certificate {
    let mut der = Leaf::default().der();
    let at = der.windows(3).position(|bytes| bytes == [0x01, 0x01, 0xff]).unwrap();
    der[at + 2] = 0x01;
    Certificate::parse(&der).unwrap()
}

fn unsupported() -> ContainerProblem {
    ContainerProblem::Unsupported { algorithm: "SEED-CBC".into(), offset: 40 }
}

fn limit() -> ContainerProblem {
    ContainerProblem::Limit { limit: Limit::Iterations, asked: 2_147_483_647, allowed: 5_000_000, untried: 0 }
}

fn scene(change: Change) -> Scene {
    let mut scene = Scene::healthy();
    change(&mut scene);
    scene
}

#[test]
fn each_rule_fires_and_only_just_does_not() {
    let cases: Vec<&str> = CASES.iter().map(|(code, _, _)| *code).collect();
    assert_eq!(cases, RULES.iter().map(|rule| rule.code).collect::<Vec<_>>());
    for (code, fires, near_miss) in CASES {
        only(scene(*fires).judge(code));
        let near = scene(*near_miss).judge(code);
        assert!(!matches!(near, RuleAnswer::Findings(_)), "{code}: {near:?}");
    }
}

#[test]
fn nothing_is_found_in_a_healthy_scene() {
    for rule in RULES {
        let answer = Scene::healthy().judge(rule.code);
        assert!(!matches!(answer, RuleAnswer::Findings(_)), "{}: {answer:?}", rule.code);
    }
}

#[test]
fn findings_carry_the_evidence_that_the_rule_declares_and_texts_leave_no_name_open() {
    for (code, fires, _) in CASES {
        let rule = rule(code).unwrap();
        let evidence = only(scene(*fires).judge(code)).evidence;
        assert_eq!(evidence.0.iter().map(|(name, _)| *name).collect::<Vec<_>>(), rule.evidence, "{code}");
        for lang in [Lang::Ja, Lang::En] {
            let remedy = rule.remedy(&evidence, &Desks::default(), lang);
            for filled in [evidence.fill(&rule.message, lang), remedy] {
                assert!(!filled.contains(['{', '}']), "{code}: {filled}");
            }
        }
    }
}

#[test]
fn findings_name_the_policy_line_that_judged_them() {
    for (code, starts) in [
        ("generation-mismatch", "        issues: {from: 2019-07-24}"),
        ("issued-in-gap", "      - {from: 2019-07-20"),
        ("crl-missing", "    crl: require"),
        ("expiring", "  - {days: 90"),
        ("validity-unusual", "      - {from: 2014-08-18"),
        ("key-weak", "keys: {rsa_bits"),
        ("signature-weak", "weak_digests:"),
        ("container-weak", "  weak_ciphers:"),
        ("holder-uncovered", "  claim_period:"),
        ("claims-end-early", "  claim_period:"),
        ("agent-overfull", "  agent_providers:"),
        ("category-unfit", "    - {id: care, name: {ja: 介護証明書"),
        ("password-expiring", "  password_days:"),
        ("holder-surplus", "  live_certificates:"),
        ("suppression-unmatched", "  - rule: expired"),
    ] {
        let (_, fires, _) = CASES.iter().find(|(c, _, _)| *c == code).unwrap();
        let line = only(scene(*fires).judge(code)).line.unwrap();
        let text = POLICY.lines().nth(line as usize - 1).unwrap();
        assert!(text.starts_with(starts), "{code}: line {line} is {text:?}");
    }
}

#[test]
fn what_cannot_be_told_is_said() {
    let undetermined: &[(&str, Change)] = &[
        ("key-missing", |s| s.keys = shomei::container::KeyInspection::Skip),
        ("key-mismatch", |s| s.keys = shomei::container::KeyInspection::Presence),
        ("copied", |s| s.keys = shomei::container::KeyInspection::Presence),
        ("key-missing", |s| {
            without_key(s);
            s.places[0].has_key = None;
        }),
        ("holder-uncovered", |s| s.standing.units = vec![unit(Coverage::Unknown(vec![CoverageReason::Declared]))]),
        ("category-unfit", |s| s.holding.category = None),
        ("password-expiring", |s| s.holder.as_mut().unwrap().password_changed = None),
        ("renewed-not-installed", |s| {
            renewed(s, Vec::new());
            let lacking = UnmetConditions { reasons: vec![CoverageReason::KeyNotExamined], places: Vec::new() };
            s.holding.renewal = Renewal::NotInstalled(lacking.into());
            s.keys = shomei::container::KeyInspection::Presence;
        }),
    ];
    for (code, change) in undetermined {
        assert_eq!(scene(*change).judge(code), RuleAnswer::Undetermined, "{code}");
    }
    let not_applicable: &[(&str, Change)] = &[
        ("key-missing", |s| {
            s.peers.key_places = PeerGroup::default();
            s.places.iter_mut().for_each(|place| place.key_matches = Some(false));
        }),
        ("expired", |s| s.role = CertificateRole::Root),
        ("outlives-root", |s| s.role = CertificateRole::Intermediate),
        ("generation-mismatch", |s| s.role = CertificateRole::Root),
        ("generation-mismatch", |s| s.verdict.generation = None),
        ("holder-uncovered", |s| s.standing.units.clear()),
        ("claims-end-early", |s| s.standing.units.clear()),
        ("agent-overfull", |s| {
            s.standing.providers = 101;
            closed(s, "2025-06-01");
        }),
        ("category-unfit", |s| s.holder = None),
        ("holder-ambiguous", |s| s.holding.of = HolderMatch::Nobody),
        ("holder-unknown", |s| s.verdict.status = TrustStatus::Untrusted),
        ("left-over", |s| s.holder = None),
        ("password-expiring", |s| closed(s, "2025-06-01")),
        ("mail-refused", |s| closed(s, "2025-06-01")),
        ("mail-refused", |s| s.holder.as_mut().unwrap().contact.mail = None),
        ("category-unknown", |s| closed(s, "2025-06-01")),
    ];
    for (code, change) in not_applicable {
        assert_eq!(scene(*change).judge(code), RuleAnswer::NotApplicable, "{code}");
    }
    let not_in_force: &[(&str, Change)] = &[
        ("expiring", |s| s.policy.tiers.clear()),
        ("usage-unfit", |s| s.policy.authorities[0].usage = None),
        ("crl-stale", |s| s.policy.authorities[0].crl.value = CrlPolicy::Ignore),
        ("validity-unusual", |s| s.policy.authorities[0].validity.clear()),
        ("holder-uncovered", |s| s.policy.holders.claim_period = None),
        ("claims-end-early", |s| s.policy.holders.claim_period = None),
        ("agent-overfull", |s| s.policy.holders.agent_providers = None),
        ("category-unfit", |s| s.policy.holders.categories.clear()),
        ("password-expiring", |s| s.policy.holders.password_days = None),
        ("holder-surplus", |s| s.policy.holders.live_certificates = None),
        ("category-unknown", |s| s.policy.holders.categories.clear()),
    ];
    for (code, change) in not_in_force {
        assert_eq!(scene(*change).judge(code), RuleAnswer::NotInForce, "{code}");
    }
}

#[test]
fn an_absent_restriction_or_any_usage_fits_every_usage() {
    for usages in [Usages::Any, Usages::Unrestricted] {
        assert_eq!(Scene::of(Leaf { usages, ..Leaf::default() }).judge("usage-unfit"), RuleAnswer::Clear);
    }
}

#[test]
fn every_usage_that_is_missing_is_named() {
    let evidence = only(scene(|s| s.certificate = unfit()).judge("usage-unfit")).evidence;
    assert_eq!(said(&evidence, "missing"), "digitalSignature, 1.3.6.1.5.5.7.3.2");
}

#[test]
fn what_guards_a_key_badly_is_one_finding_with_all_reasons() {
    let answer = scene(|s| {
        s.container.key_encryption = vec![protection("DES-CBC", 999)];
        s.container.mac = None;
        s.container.opening = Some(PasswordMatch { candidate: 0, typo: None, empty: true });
    })
    .judge("container-weak");
    let finding = only(answer);
    let Some(EvidenceValue::Words(reasons)) = finding.evidence.get("reasons") else { panic!("reasons are words") };
    let codes: Vec<&str> = reasons.iter().map(|word| word.code.as_str()).collect();
    assert_eq!(codes, ["cipher", "iterations", "no-mac", "empty-password"]);
}

#[test]
fn exactly_enough_iterations_are_enough_and_triple_des_is_not_des() {
    let answer = scene(|s| s.container.key_encryption = vec![protection("3DES-CBC", 1000)]).judge("container-weak");
    assert_eq!(answer, RuleAnswer::Clear);
}

#[test]
fn a_finding_says_what_is_needed() {
    let (_, fires, _) = CASES.iter().find(|(code, _, _)| *code == "root-missing").unwrap();
    let evidence = only(scene(*fires).judge("root-missing")).evidence;
    assert_eq!(
        said(&evidence, "needed"),
        "OU=Test CA, O=Test, C=JP (2019, SHA-1 BC 69 F5 E6 D7 AD E7 FA 06 BD D9 62 EF 69 09 EF B3 75 E6 6B)"
    );
    let mut unknown = scene(|s| because(s, TrustStatus::Undetermined, trust::VerdictReason::IssuerUnknown));
    unknown.verdict.missing_issuer = Some("CN=Somebody".into());
    assert_eq!(said(&only(unknown.judge("root-missing")).evidence, "needed"), "CN=Somebody");
}

#[test]
fn a_pin_in_conflict_names_the_fields() {
    let evidence = only(scene(pin_conflict).judge("pin-conflict")).evidence;
    assert_eq!(said(&evidence, "pin"), "2019");
    assert_eq!(said(&evidence, "fields"), "subject, serial number, first day of validity and 1 more");
}

#[test]
fn an_untrusted_path_gives_its_reasons_in_both_languages() {
    let answer =
        scene(|s| because(s, TrustStatus::Untrusted, trust::VerdictReason::Verifier(77))).judge("untrusted-path");
    let evidence = only(answer).evidence;
    let message = &rule("untrusted-path").unwrap().message;
    assert!(evidence.fill(message, Lang::En).contains("verifier-77"));
    assert!(evidence.fill(message, Lang::Ja).contains("検証"));
}

#[test]
fn the_end_of_what_is_renewed_or_meant_to_end_is_settled() {
    for code in ["expired", "expiring"] {
        let (_, fires, _) = CASES.iter().find(|(c, _, _)| *c == code).unwrap();
        let settled = |change: Change| {
            let mut scene = scene(*fires);
            change(&mut scene);
            only(scene.judge(code)).settled
        };
        assert!(!settled(|_| {}), "{code}");
        assert!(!settled(|s| renewed(s, vec![CoverageReason::KeyAbsent])), "{code}");
        assert!(settled(|s| s.holding.renewal = Renewal::InPlace(1)), "{code}");
        assert!(settled(|s| s.holding.not_renewing = true), "{code}");
    }
}

#[test]
fn what_the_policy_names_is_shown_by_its_name_and_told_by_its_id() {
    let (_, fires, _) = CASES.iter().find(|(code, _, _)| *code == "holder-uncovered").unwrap();
    let evidence = only(scene(*fires).judge("holder-uncovered")).evidence;
    let message = &rule("holder-uncovered").unwrap().message;
    let said = evidence.fill(message, Lang::En);
    assert!(said.contains("9913000001") && said.contains(", care,") && said.contains("2025-06-10"), "{said}");
    assert!(evidence.fill(message, Lang::Ja).contains("(介護)"));
    assert!(matches!(evidence.get("service"), Some(EvidenceValue::Name(named)) if named.id == "care"));
}

#[test]
fn severities_follow_what_is_left_to_do() {
    let severity = |code: &str, change: Change| only(scene(change).judge(code)).severity;
    // A password that has expired stops work; one that will does not yet.
    let changed: Change = |s| s.holder.as_mut().unwrap().password_changed = parse_day("2025-01-02");
    assert_eq!(severity("password-expiring", changed), None);
    let expired: Change = |s| s.holder.as_mut().unwrap().password_changed = parse_day("2024-12-01");
    assert_eq!(severity("password-expiring", expired), Some(Severity::Error));
    // A certificate of a closed holder, and of one that an agent serves now.
    assert_eq!(severity("left-over", |s| closed(s, "2025-06-01")), Some(Severity::Warning));
    let moved: Change = |s| s.holder.as_mut().unwrap().status = HolderStatus::MovedToAgent;
    assert_eq!(severity("left-over", moved), None);
    assert_eq!(rule("left-over").unwrap().severity, Severity::Info);
    // A root's end more than a year ahead, and within a year.
    let ends: Change = |s| s.verdict.effective_expiry = Some(instant("2026-06-02T00:00:00Z"));
    assert_eq!(severity("outlives-root", ends), None);
    let soon: Change = |s| s.verdict.effective_expiry = Some(instant("2026-06-01T00:00:00Z"));
    assert_eq!(severity("outlives-root", soon), Some(Severity::Warning));
    assert_eq!(rule("outlives-root").unwrap().severity, Severity::Info);
    // An expired certificate whose holder has a living one.
    let dead: Change = |s| s.at = instant("2027-01-10T15:00:00Z");
    assert_eq!(severity("expired", dead), None);
    let replaced: Change = |s| {
        s.at = instant("2027-01-10T15:00:00Z");
        s.peers.superseded_by = Some(peer("new.p12"));
    };
    assert_eq!(severity("expired", replaced), Some(Severity::Info));
    // No encryption at all is more than a weak one.
    assert_eq!(severity("container-weak", |s| s.container.plain_keys = 1), Some(Severity::Warning));
}

#[test]
fn a_key_that_anybody_can_use_is_exposed_on_a_share_too() {
    let exposed = |change: Change| only(scene(change).judge("file-exposed")).evidence;
    let evidence = exposed(|s| {
        s.container.plain_keys = 1;
        s.container.shared_place = Some("cifs");
    });
    assert_eq!(
        (said(&evidence, "permissions"), said(&evidence, "place")),
        ("unknown".into(), "the shared place cifs".into())
    );
    let on_disk: Change = |s| s.container.plain_keys = 1;
    assert_eq!(scene(on_disk).judge("file-exposed"), RuleAnswer::Clear);
    let guarded: Change = |s| s.container.shared_place = Some("cifs");
    assert_eq!(scene(guarded).judge("file-exposed"), RuleAnswer::NotApplicable);
    for (path, place) in [
        (r"\\?\UNC\server\share\a.p12", Some(r"\\server\share")),
        (r"\\server\share\a.p12", Some(r"\\server\share")),
        (r"\\?\C:\Users\Public\a.p12", Some(r"Users\Public")),
        (r"C:\users\public\Documents\a.p12", Some(r"Users\Public")),
        (r"\\?\C:\Users\tanaka\a.p12", None),
        (r"C:\Public\a.p12", None),
    ] {
        assert_eq!(shomei::platform::windows_shared_place(path).as_deref(), place, "{path}");
    }
}

#[test]
fn a_second_copy_is_missed_only_where_one_is_needed() {
    let single = |change: Change| {
        let scene = scene(change);
        let context = RuleContext { policy: &scene.policy, at: scene.at, keys: scene.keys, period: None };
        only_file(&scene.certificate_facts(), &context).map(String::from)
    };
    assert_eq!(single(|_| {}).as_deref(), Some("a.p12"));
    assert_eq!(single(|s| s.holder = None).as_deref(), Some("a.p12"));
    let silent: &[Change] = &[
        |s| s.peers.key_places = vec!["a.p12".into(), "b.p12".into()].into(),
        without_key,
        |s| s.peers.superseded_by = Some(peer("new.p12")),
        |s| s.at = instant("2027-01-10T15:00:00Z"),
        |s| s.role = CertificateRole::Root,
        |s| s.verdict.status = TrustStatus::Undetermined,
        |s| s.holder.as_mut().unwrap().places = vec!["PC1".into(), "PC2".into()],
        |s| closed(s, "2025-06-01"),
    ];
    for (i, change) in silent.iter().enumerate() {
        assert_eq!(single(*change), None, "{i}");
    }
    let unknown: Change = |s| s.keys = shomei::container::KeyInspection::Presence;
    assert_eq!(scene(unknown).judge("single-copy"), RuleAnswer::Undetermined);
    let many = scene(|s| (0..12).for_each(|n| s.run.single_copies.add(&format!("{n}.p12")))).judge("single-copy");
    assert_eq!(said(&only(many).evidence, "files"), "0.p12, 1.p12, 2.p12 and 9 more");
}

#[test]
fn an_agent_changes_its_password_elsewhere() {
    let mut agents = scene(|s| s.holder.as_mut().unwrap().password_changed = parse_day("2025-01-02"));
    agents.policy.desks = Policy::read(BUILT_IN, "e-seikyuu.yaml", &codes()).unwrap().desks;
    let how = |scene: &Scene| said(&only(scene.judge("password-expiring")).evidence, "how");
    assert!(how(&agents).contains("パスワード変更"), "{}", how(&agents));
    agents.holder.as_mut().unwrap().kind = Some(HolderKind::Agent);
    assert!(how(&agents).contains("本番用ID"), "{}", how(&agents));
}
