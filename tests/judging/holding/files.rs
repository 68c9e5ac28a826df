//! Real files and a register: what the audit says of certificates and of holders.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509Builder};
use shomei::audit::rules::codes;
use shomei::audit::{
    Audit, AuditHead, AuditHooks, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, Keyring,
    Source, UnreadableFile,
};
use shomei::calendar::Instant;
use shomei::certificate::Certificate;
use shomei::container::{KeyInspection, Limits};
use shomei::locale::Lang;
use shomei::policy::Policy;
use shomei::register::RegisterState;
use shomei::report::JsonWriter;
use tempfile::TempDir;

use super::cards::{HOLDERS, at};
use crate::common::keys::{name, p256, time};

/// A certificate and its key.
pub struct Made {
    certificate: X509,
    key: PKey<Private>,
}

impl Made {
    pub fn sha256(&self) -> [u8; 32] {
        self.read().sha256
    }

    pub fn read(&self) -> Certificate {
        Certificate::parse(&self.certificate.to_der().unwrap()).unwrap()
    }
}

/// A share, and a root that the policy pins.
pub struct Scene {
    folder: TempDir,
    root: Made,
    serials: Cell<u32>,
    holders: String,
}

/// What the audit said: the findings of each file and of each holder, gravest first.
#[derive(Debug, Default)]
pub struct Told {
    pub certificates: BTreeMap<String, Vec<String>>,
    pub holders: BTreeMap<String, Vec<String>>,
    pub summary: AuditSummary,
    root: String,
}

impl Scene {
    pub fn new() -> Scene {
        Scene::with(HOLDERS)
    }

    /// With this section of holders in the policy.
    pub fn with(holders: &str) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let root = issue(None, "Test CA", 1, "2019-07-20", "2029-07-20");
        std::fs::write(folder.path().join("root.cer"), root.certificate.to_der().unwrap()).unwrap();
        Scene { folder, root, serials: Cell::new(1), holders: holders.into() }
    }

    /// A certificate of this subject from the first to the last of these days, UTC.
    pub fn issue(&self, subject: &str, from: &str, until: &str) -> Made {
        self.serials.set(self.serials.get() + 1);
        issue(Some(&self.root), subject, self.serials.get(), from, until)
    }

    /// One of the same names under a key that nobody trusts.
    pub fn forge(&self, subject: &str, from: &str, until: &str) -> Made {
        let forger = Made { key: p256(), certificate: self.root.certificate.clone() };
        self.serials.set(self.serials.get() + 1);
        issue(Some(&forger), subject, self.serials.get(), from, until)
    }

    /// Puts a certificate and its key into the share.
    pub fn put(&self, name: &str, made: &Made) {
        let pem = [made.certificate.to_pem().unwrap(), made.key.private_key_to_pem_pkcs8().unwrap()].concat();
        std::fs::write(self.folder.path().join(name), pem).unwrap();
    }

    /// Puts the certificate alone into the share.
    pub fn put_bare(&self, name: &str, made: &Made) {
        std::fs::write(self.folder.path().join(name), made.certificate.to_der().unwrap()).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.path().join(name)).unwrap();
    }

    fn policy(&self) -> Policy {
        let sha1: String = self.root.read().sha1().iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!(
            "schema: shomei/policy/1\nname: test\nzone: \"+09:00\"\nauthorities:\n  - subject: OU=Test CA, O=Test, \
             C=JP\n    pins:\n      - {{id: \"1\", serial: 01, not_before: 2019-07-20, not_after: 2029-07-20,\n         \
             source: test, sha1: {sha1}}}\n{}",
            self.holders
        );
        Policy::read(&text, "test.yaml", &codes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
    }

    fn run(&self, office: &RegisterState, moment: Instant, sink: &mut dyn AuditSink) -> AuditSummary {
        let (policy, limits) = (self.policy(), Limits::default());
        let audit = Audit {
            sources: &[Source::Path(self.folder.path().into())],
            policy: &policy,
            at: moment,
            limits: &limits,
            keys: KeyInspection::Match,
            try_typos: false,
            follow: false,
            keyring: Keyring { common: Vec::new(), mapped: Box::new(|_: &Path| Some(std::sync::Arc::default())) },
            roots: Vec::new(),
            crls: Vec::new(),
            office,
            keep_passed_over: false,
        };
        audit.run(AuditHooks { progress: &AtomicU64::new(0), ask: &mut |_, _| None }, sink).unwrap()
    }

    /// What the audit says at a moment.
    pub fn audit(&self, office: &RegisterState, moment: &str) -> Told {
        let mut told = Told { root: self.folder.path().to_str().unwrap().into(), ..Told::default() };
        told.summary = self.run(office, at(moment), &mut told);
        told
    }

    /// The document.
    pub fn json(&self, office: &RegisterState, moment: &str) -> serde_json::Value {
        let mut out = Vec::new();
        self.run(office, at(moment), &mut JsonWriter::new(&mut out, Lang::Ja));
        serde_json::from_slice(&out).unwrap()
    }
}

impl Told {
    /// The codes told of a file, but for those of keys that lie open, as they do here.
    pub fn file(&self, name: &str) -> Vec<&str> {
        self.certificates.get(name).map_or(Vec::new(), |told| told.iter().map(String::as_str).collect())
    }

    pub fn holder(&self, id: &str) -> Vec<&str> {
        self.holders[id].iter().map(String::as_str).collect()
    }
}

/// `expired` of the rule's own severity, `expired info` of another.
fn said(findings: &[JudgedFinding]) -> Vec<String> {
    let word = |finding: &JudgedFinding| match finding.severity == finding.rule.severity {
        true => finding.rule.code.to_string(),
        false => format!("{} {}", finding.rule.code, finding.severity.code()),
    };
    findings.iter().map(word).collect()
}

impl AuditSink for Told {
    fn begin(&mut self, _: &AuditHead) -> io::Result<()> {
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        for place in record.facts.places {
            let name = place.path.trim_start_matches(&self.root).trim_start_matches('/');
            self.certificates.insert(name.into(), said(record.findings));
        }
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        self.holders.insert(record.facts.holder.key.id.clone(), said(record.findings));
        Ok(())
    }

    fn unreadable(&mut self, _: &UnreadableFile) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: Option<&str>, _: &JudgedFinding) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &AuditSummary) -> io::Result<()> {
        Ok(())
    }
}

/// A certificate; without an issuer, a root.
fn issue(issuer: Option<&Made>, subject: &str, serial: u32, from: &str, until: &str) -> Made {
    let key = p256();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(serial).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name(subject)).unwrap();
    builder.set_issuer_name(&name("Test CA")).unwrap();
    builder.set_not_before(&time(&format!("{from}T00:00:00Z"))).unwrap();
    builder.set_not_after(&time(&format!("{until}T00:00:00Z"))).unwrap();
    builder.set_pubkey(&key).unwrap();
    let mut constraints = BasicConstraints::new();
    let mut usage = KeyUsage::new();
    match issuer {
        None => (constraints.critical().ca(), usage.key_cert_sign().crl_sign()),
        Some(_) => (constraints.critical(), usage.digital_signature()),
    };
    builder.append_extension(constraints.build().unwrap()).unwrap();
    builder.append_extension(usage.build().unwrap()).unwrap();
    builder.sign(issuer.map_or(&key, |made| &made.key), MessageDigest::sha256()).unwrap();
    Made { certificate: builder.build(), key }
}
