//! What a rule is asked about, made up: a real certificate, and facts around it.

use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use openssl::x509::{X509Builder, X509Extension};
use shomei::audit::PasswordFault;
use shomei::audit::facts::{
    CertificateFacts, ContainerFacts, CrlFacts, HolderFacts, OccurrenceFacts, PeerCertificate, PeerGroup, Peers,
    RuleContext, RunFacts,
};
use shomei::audit::holding::{ClaimPeriod, ClaimUnit, Coverage, HolderMatch, HolderState, Holding, MatchBasis};
use shomei::audit::rules::{Evidence, EvidenceValue, Finding, RuleAnswer, RuleCheck, codes, rule};
use shomei::calendar::{Instant, parse_day};
use shomei::certificate::{Certificate, CertificateRole, Crl, Name};
use shomei::container::{
    ContainerKind, ContainerProblem, KeyInspection, Mac, PasswordMatch, PasswordOrigin, Protection,
};
use shomei::policy::Policy;
use shomei::register::{Holder, HolderKey, RefusedAddress};
use shomei::trust::{CrlFault, TrustStatus, Verdict, VerdictReason};

use crate::common::{holders, keys};

/// A CA with two generations and a gap, days in Japan, no tolerance.
pub const POLICY: &str = r#"
schema: shomei/policy/1
name: test
zone: "+09:00"
authorities:
  - subject: OU=Test CA, O=Test, C=JP
    pins:
      - id: "2013"
        serial: 03 34 35
        not_before: 2013-07-18
        not_after: 2023-07-18
        sha1: 47 FF C5 4F B8 F2 CF BB 9D 18 D9 65 41 F9 9E 5E 66 B8 1C BE
        issues: {until: 2019-07-19}
        source: {ja: 試験, en: test}
      - id: "2019"
        serial: 07 86 D1
        not_before: 2019-07-20
        not_after: 2029-07-20
        sha1: BC 69 F5 E6 D7 AD E7 FA 06 BD D9 62 EF 69 09 EF B3 75 E6 6B
        issues: {from: 2019-07-24}
        source: {ja: 試験, en: test}
    gaps:
      - {from: 2019-07-20, until: 2019-07-23, source: {ja: 試験, en: test}}
    validity:
      - {from: 2014-08-18, years: 3}
    crl: require
    usage:
      extended: [1.3.6.1.5.5.7.3.2]
      key_usage: [digitalSignature]
expiring:
  - {days: 90, severity: info}
  - {days: 30, severity: warning}
  - {days: 7, severity: error}
keys: {rsa_bits: 2048, ec_bits: 224}
weak_digests: [sha1]
containers:
  iterations: 1000
  weak_ciphers: [RC2-40, DES]
holders:
  services:
    - {id: care, name: {ja: 介護, en: care}}
    - {id: welfare, name: {ja: 障害, en: welfare}}
  categories:
    - {id: care, name: {ja: 介護証明書, en: care certificate}, bills: [care], source: {ja: 試験, en: test}}
  password_days: 180
  live_certificates: 1
  claim_period: {from: 1, until: 10}
  agent_providers: 100
suppressions:
  - rule: expired
    match: {serial: 01}
    reason: kept for old notices
    until: 2027-03-31
"#;

/// A certificate to be made.
pub struct Leaf {
    pub subject: &'static str,
    pub issuer: &'static str,
    pub serial: u32,
    pub from: &'static str,
    pub until: &'static str,
    pub bits: u32,
    pub digest: MessageDigest,
    pub usages: Usages,
}

/// Its usages and extended usages.
pub enum Usages {
    Client,
    Server,
    Any,
    Unrestricted,
}

impl Default for Leaf {
    fn default() -> Leaf {
        Leaf {
            subject: "Holder",
            issuer: "Test CA",
            serial: 7,
            from: "2024-01-09T15:00:00Z",
            until: "2027-01-10T14:59:59Z",
            bits: 0,
            digest: MessageDigest::sha256(),
            usages: Usages::Client,
        }
    }
}

impl Leaf {
    pub fn made(self) -> Certificate {
        Certificate::parse(&self.der()).unwrap()
    }

    pub fn der(self) -> Vec<u8> {
        let key = self.key();
        let mut builder = X509Builder::new().unwrap();
        builder.set_version(2).unwrap();
        builder.set_serial_number(&BigNum::from_u32(self.serial).unwrap().to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(&keys::name(self.subject)).unwrap();
        builder.set_issuer_name(&keys::name(self.issuer)).unwrap();
        builder.set_not_before(&keys::time(self.from)).unwrap();
        builder.set_not_after(&keys::time(self.until)).unwrap();
        builder.set_pubkey(&key).unwrap();
        let mut constraints = BasicConstraints::new();
        if self.subject == self.issuer {
            constraints.ca();
        }
        builder.append_extension(constraints.critical().build().unwrap()).unwrap();
        for extension in self.usages.extensions() {
            builder.append_extension(extension).unwrap();
        }
        builder.sign(&key, self.digest).unwrap();
        builder.build().to_der().unwrap()
    }

    /// RSA of that many bits, else a curve, which is quick to make.
    fn key(&self) -> PKey<Private> {
        match self.bits {
            0 => keys::p256(),
            bits => PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap(),
        }
    }
}

impl Usages {
    fn extensions(&self) -> Vec<X509Extension> {
        let (mut usage, mut extended) = (KeyUsage::new(), ExtendedKeyUsage::new());
        match self {
            Usages::Client => (usage.digital_signature(), extended.client_auth()),
            Usages::Server => (usage.key_encipherment(), extended.server_auth()),
            Usages::Any => (usage.digital_signature(), extended.other("anyExtendedKeyUsage")),
            Usages::Unrestricted => return Vec::new(),
        };
        vec![usage.build().unwrap(), extended.build().unwrap()]
    }
}

pub use crate::common::times::in_utc as instant;

/// Everything a rule may be asked about, healthy until a test changes it.
pub struct Scene {
    pub policy: Policy,
    pub at: Instant,
    pub keys: KeyInspection,
    pub certificate: Certificate,
    pub role: CertificateRole,
    pub verdict: Verdict,
    pub places: Vec<OccurrenceFacts>,
    pub peers: Peers,
    pub crl: Option<Crl>,
    pub crl_fault: Option<CrlFault>,
    pub listed: PeerGroup<String>,
    pub holding: Holding,
    pub holder: Option<Holder>,
    pub standing: HolderState,
    pub refused: Option<RefusedAddress>,
    pub surplus: Vec<PeerCertificate>,
    pub shared_numbers: Vec<(String, Vec<HolderKey>)>,
    pub container: Container,
    pub run: RunFacts,
}

/// The owned side of [`ContainerFacts`].
pub struct Container {
    pub kind: ContainerKind,
    pub key_encryption: Vec<Protection>,
    pub mac: Option<Mac>,
    pub opening: Option<PasswordMatch>,
    pub origin: Option<PasswordOrigin>,
    pub keys: usize,
    pub plain_keys: usize,
    pub problems: Vec<ContainerProblem>,
    pub io_error: Option<&'static str>,
    pub readable_by_others: Option<&'static str>,
    pub shared_place: Option<&'static str>,
    pub password_faults: Vec<PasswordFault>,
}

impl Scene {
    /// A trusted, living certificate of 2024 under the root of 2019, in a well-kept PKCS#12.
    pub fn healthy() -> Scene {
        Scene {
            policy: Policy::read(POLICY, "test.yaml", &codes()).unwrap(),
            at: instant("2025-06-01T00:00:00Z"),
            keys: KeyInspection::Match,
            certificate: Leaf::default().made(),
            role: CertificateRole::EndEntity,
            verdict: trusted(),
            places: vec![place("a.p12")],
            peers: Peers { key_places: vec!["a.p12".into()].into(), ..Peers::default() },
            crl: Some(crl("2030-01-01T00:00:00Z")),
            crl_fault: None,
            listed: PeerGroup::default(),
            holding: held(),
            holder: Some(holder()),
            standing: HolderState { units: vec![unit(Coverage::Can)], surplus: Vec::new(), allowed: 1, providers: 0 },
            refused: None,
            surplus: Vec::new(),
            shared_numbers: Vec::new(),
            container: Container::healthy(),
            run: RunFacts::default(),
        }
    }

    /// The healthy scene with another certificate.
    pub fn of(leaf: Leaf) -> Scene {
        Scene { certificate: leaf.made(), ..Scene::healthy() }
    }

    /// What the rule with this code answers.
    pub fn judge(&self, code: &str) -> RuleAnswer {
        let context = RuleContext { policy: &self.policy, at: self.at, keys: self.keys, period: None };
        match rule(code).unwrap().judge {
            RuleCheck::Certificate(judge) => judge(&self.certificate_facts(), &context),
            RuleCheck::Container(judge) => judge(&self.container_facts(), &context),
            RuleCheck::Holder(judge) => match &self.holder {
                Some(holder) => judge(&self.holder_facts(holder), &context),
                None => RuleAnswer::NotApplicable,
            },
            RuleCheck::Crl(judge) => {
                let crl = crl("2030-01-01T00:00:00Z");
                let fault = self.crl_fault.as_ref();
                let facts = CrlFacts { crl: &crl, fault, listed: &self.listed };
                judge(&facts, &context)
            }
            RuleCheck::Run(judge) => judge(&self.run, &context),
        }
    }

    pub fn certificate_facts(&self) -> CertificateFacts<'_> {
        let day = |instant: Option<Instant>| instant.and_then(|i| self.policy.zone.day(i));
        CertificateFacts {
            certificate: &self.certificate,
            role: self.role,
            verdict: &self.verdict,
            authority: self.policy.authority(&self.certificate.issuer),
            issued_on: day(self.certificate.not_before),
            expires_on: day(self.certificate.not_after),
            places: &self.places,
            peers: &self.peers,
            crl: self.crl.as_ref(),
            holding: &self.holding,
            holder: self.holder.as_ref(),
        }
    }

    fn holder_facts<'a>(&'a self, holder: &'a Holder) -> HolderFacts<'a> {
        let period =
            self.policy.holders.claim_period.and_then(|p| ClaimPeriod::coming(p.value, self.policy.zone, self.at));
        let password_changed = holder.password_changed;
        HolderFacts {
            holder,
            standing: &self.standing,
            period,
            password_changed,
            refused: self.refused.as_ref(),
            surplus: &self.surplus,
            shared_numbers: &self.shared_numbers,
        }
    }

    fn container_facts(&self) -> ContainerFacts<'_> {
        let container = &self.container;
        ContainerFacts {
            path: "a.p12",
            kind: container.kind,
            certificate_encryption: &[],
            key_encryption: &container.key_encryption,
            mac: container.mac.as_ref(),
            opening: container.opening.as_ref(),
            origin: container.origin.as_ref(),
            keys: container.keys,
            plain_keys: container.plain_keys,
            problems: &container.problems,
            io_error: container.io_error,
            readable_by_others: container.readable_by_others,
            shared_place: container.shared_place,
            password_faults: &container.password_faults,
        }
    }
}

impl Container {
    fn healthy() -> Container {
        Container {
            kind: ContainerKind::Pkcs12,
            key_encryption: vec![protection("AES-256-CBC", 2048)],
            mac: Some(Mac { algorithm: "HMAC-SHA256".into(), kdf: "PKCS12-SHA256".into(), iterations: 2048 }),
            opening: Some(PasswordMatch { candidate: 0, typo: None, empty: false }),
            origin: Some(PasswordOrigin::Environment("PASSWORD".into())),
            keys: 1,
            plain_keys: 0,
            problems: Vec::new(),
            io_error: None,
            readable_by_others: None,
            shared_place: None,
            password_faults: Vec::new(),
        }
    }
}

pub fn protection(cipher: &str, iterations: u64) -> Protection {
    Protection { scheme: "PBES2".into(), kdf: "PBKDF2-HMAC-SHA256".into(), cipher: cipher.into(), iterations }
}

/// Trusted under the root of 2019.
pub fn trusted() -> Verdict {
    let root = instant("2029-07-20T14:59:59Z");
    Verdict {
        status: TrustStatus::Trusted,
        reasons: Vec::new(),
        path: vec![[1; 32], [2; 32]],
        anchor: Some([2; 32]),
        generation: Some("2019".into()),
        effective_expiry: Some(instant("2027-01-10T14:59:59Z")),
        signer_not_after: Some(root),
        anchor_not_after: Some(root),
        signer_key: None,
        crl: None,
        missing: Vec::new(),
        missing_issuer: None,
    }
}

/// No path, for this reason.
pub fn not_trusted(status: TrustStatus, reason: VerdictReason) -> Verdict {
    Verdict {
        status,
        reasons: vec![reason],
        path: Vec::new(),
        anchor: None,
        generation: None,
        effective_expiry: None,
        signer_not_after: None,
        anchor_not_after: None,
        ..trusted()
    }
}

pub fn place(path: &str) -> OccurrenceFacts {
    holders::place(path, None)
}

pub fn peer(path: &str) -> PeerCertificate {
    PeerCertificate { path: path.into(), sha256: [9; 32], subject: "OU=Other, O=Test, C=JP".into(), expires_on: None }
}

fn key() -> HolderKey {
    HolderKey { register: "tokyo".into(), id: "A-1".into() }
}

/// A provider in business.
pub fn holder() -> Holder {
    Holder {
        name: "ひまわり".into(),
        category: Some("care".into()),
        password_changed: parse_day("2025-05-01"),
        ..holders::holder("tokyo", "A-1")
    }
}

/// That holder's, of a usage category that fits.
pub fn held() -> Holding {
    Holding {
        of: HolderMatch::Known(key(), MatchBasis::ByHand),
        category: Some("care".into()),
        present: true,
        ..Holding::default()
    }
}

/// What it bills, and whether it can.
pub fn unit(coverage: Coverage) -> ClaimUnit {
    let through = vec![key()];
    let until = matches!(coverage, Coverage::CanUntil(_)).then(|| parse_day("2025-06-05").unwrap());
    ClaimUnit {
        provider_number: Some("9913000001".into()),
        service: Some("care".into()),
        through,
        coverage,
        from: None,
        until,
        remarks: Vec::new(),
    }
}

pub fn crl(next_update: &str) -> Crl {
    let mut crl = Crl::default();
    crl.sha256 = [3; 32];
    crl.issuer = Name::parse("OU=Test CA, O=Test, C=JP").unwrap();
    crl.this_update = Some(instant("2025-05-01T00:00:00Z"));
    crl.next_update = Some(instant(next_update));
    crl
}

/// The only finding of an answer that has one.
pub fn only(answer: RuleAnswer) -> Finding {
    match answer {
        RuleAnswer::Findings(mut findings) if findings.len() == 1 => findings.remove(0),
        other => panic!("one finding expected: {other:?}"),
    }
}

/// What the evidence says under a name, in English.
pub fn said(evidence: &Evidence, name: &str) -> String {
    evidence.get(name).unwrap_or(&EvidenceValue::Unknown).show(shomei::locale::Lang::En)
}
