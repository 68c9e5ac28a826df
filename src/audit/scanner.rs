//! The first look: every file is read, opened and parsed, on all cores and in any order, and
//! handed to whoever takes it in.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::iter::{IntoParallelRefIterator, ParallelBridge, ParallelIterator};
use sha2::{Digest, Sha256};

use super::AskPassword;
use super::source::{self, Source, SourceContent, SourceEntry};
use crate::certificate::{Certificate, CertificateRole, Crl, KeyId};
use crate::container::{
    self, ContainerKind, ContainerOptions, ContainerProblem, Mac, OpenedContainer, PasswordCandidate, PasswordMatch,
    PasswordOrigin, Protection,
};
use crate::platform::FileStamp;

/// The passwords of a run.
pub struct Keyring {
    /// Candidates for every file, in order.
    pub common: Vec<PasswordCandidate>,
    /// The candidates that a map gives for a path, tried before the others.
    pub mapped: PasswordOf,
}

/// Gives the candidates that are meant for a path.
pub type PasswordOf = Box<dyn Fn(&Path) -> Vec<PasswordCandidate> + Send + Sync>;

impl Keyring {
    /// The candidates for a file, the map's first.
    pub fn candidates_for(&self, path: &Path) -> Vec<PasswordCandidate> {
        [(self.mapped)(path).as_slice(), &self.common].concat()
    }

    fn candidates(&self, source: &Source) -> Vec<PasswordCandidate> {
        match source {
            Source::Path(path) => self.candidates_for(path),
            Source::Stdin => self.common.clone(),
        }
    }
}

/// How a container is protected; shared by the many that are alike.
#[derive(Debug, Default, PartialEq, Eq, Hash, Clone)]
pub struct ContainerProtection {
    /// How the parts with certificates are encrypted.
    pub certificate_encryption: Vec<Protection>,
    /// How the parts with private keys are encrypted.
    pub key_encryption: Vec<Protection>,
    /// The integrity check.
    pub mac: Option<Mac>,
}

/// A file that was read, and all that is known of it but its certificates.
#[derive(Clone, Debug, Default)]
pub struct FileSummary {
    /// The computer it lies on, where an inventory knows several.
    pub host: Option<String>,
    /// The file, as the user would name it.
    pub path: String,
    /// What it is.
    pub kind: ContainerKind,
    /// How it is protected.
    pub protection: Arc<ContainerProtection>,
    /// What opened it, and where that password is from.
    pub opening: Option<(PasswordMatch, PasswordOrigin)>,
    /// The public keys of the private keys in it, where they were looked at.
    pub key_ids: Vec<KeyId>,
    /// How many private keys lie in it.
    pub keys: usize,
    /// How many of them are not encrypted.
    pub plain_keys: usize,
    /// What could not be read.
    pub problems: Vec<ContainerProblem>,
    /// The system's own words where the file itself could not be read.
    pub io_error: Option<String>,
    /// The permissions, if others than the owner may read it.
    pub readable_by_others: Option<String>,
    /// Whether any certificate or CRL came out of it.
    pub fruitful: bool,
}

/// A certificate in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its position among the file's certificates, from 0.
    pub position: u32,
    /// The friendlyName there.
    pub friendly_name: Option<Box<str>>,
    /// Whether its private key is there; none where that is not known.
    pub has_key: Option<bool>,
    /// Whether that key is this certificate's; none where it was not compared.
    pub key_matches: Option<bool>,
}

/// What is told of a certificate without parsing it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateSummary {
    /// SHA-256 of the DER.
    pub sha256: [u8; 32],
    /// The subject, comparable.
    pub subject: HalfDigest,
    /// The issuer, comparable.
    pub issuer: HalfDigest,
    /// What it is in a chain.
    pub role: CertificateRole,
}

/// Half a SHA-256: enough to group by.
pub type HalfDigest = [u8; 16];

/// Half the SHA-256 of `bytes`.
pub fn half_digest(bytes: &[u8]) -> HalfDigest {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(bytes)[..16]);
    half
}

impl CertificateSummary {
    /// The gist of a certificate.
    pub fn of(certificate: &Certificate) -> CertificateSummary {
        CertificateSummary {
            sha256: certificate.sha256,
            subject: half_digest(&certificate.subject.canonical()),
            issuer: half_digest(&certificate.issuer.canonical()),
            role: certificate.role(),
        }
    }
}

/// A file and what came out of it.
#[derive(Debug)]
pub struct ScannedFile {
    /// The file.
    pub file: FileSummary,
    /// Its certificates.
    pub certificates: Vec<(Certificate, CertificateSummary, Occurrence)>,
    /// Its CRLs.
    pub crls: Vec<Crl>,
    /// The file's size and times before it was read.
    pub stamp: Option<FileStamp>,
    /// No candidate opens it.
    pub locked: bool,
}

/// Whoever takes in what the first look meets. Called from many threads at once.
pub trait ScanSink: Sync {
    /// Told before a file is opened: whether what is known of it still holds, so that it need
    /// not be opened.
    fn holds(&self, _root: usize, _path: &Path) -> bool {
        false
    }

    /// The next file that holds something, or should. A file that was locked may come a second
    /// time, opened.
    fn take(&self, scanned: ScannedFile);

    /// The next file that holds no certificate, no CRL and no key.
    fn pass_over(&self, path: String, stamp: Option<FileStamp>);

    /// A directory below a source cannot be read, or a source not be opened at all (`named`).
    fn cannot_enter(&self, root: usize, path: String, error: &io::Error, named: bool);
}

/// What the first look needs.
pub struct Scanner<'a> {
    /// How containers are opened.
    pub options: ContainerOptions<'a>,
    /// Counts files taken in.
    pub progress: &'a AtomicU64,
}

/// Files that no candidate opened, to be tried again with another.
#[derive(Debug, Default)]
struct LockedFiles {
    files: Vec<Source>,
    stdin: Option<Vec<u8>>,
}

impl Scanner<'_> {
    /// Walks the sources, asks for passwords while files stay locked, and hands every file to
    /// `intake`.
    pub fn run_asking(&self, sources: &[Source], keyring: &Keyring, ask: AskPassword, intake: &impl ScanSink) {
        let mut locked = self.run(sources, keyring, intake);
        while let Some((count, first)) = locked.first() {
            match ask(count, &first) {
                Some(candidate) => self.retry(&mut locked, &candidate, intake),
                None => break,
            }
        }
    }

    /// Walks the sources and hands every file to `intake`; returns what remained locked.
    fn run(&self, sources: &[Source], keyring: &Keyring, intake: &impl ScanSink) -> LockedFiles {
        let locked = Mutex::new(LockedFiles::default());
        source::walk(sources).par_bridge().for_each(|entry| {
            self.scan_file(entry, keyring, intake, &locked);
            self.progress.fetch_add(1, Ordering::Relaxed);
        });
        let mut locked = locked.into_inner().unwrap_or_else(PoisonError::into_inner);
        locked.files.sort_by_key(Source::name);
        locked
    }

    /// Tries the locked files again with one more candidate.
    fn retry(&self, locked: &mut LockedFiles, candidate: &PasswordCandidate, intake: &impl ScanSink) {
        let candidates = [candidate.clone()];
        let opens = |source: &&Source| -> bool {
            let content = match source {
                Source::Stdin => locked.stdin.clone().map(SourceContent::of_bytes),
                path => source::read(path, self.options.limits.bytes).ok(),
            };
            let Some(content) = content else { return false };
            let scanned = self.open(source.name(), content, &candidates);
            let opened = scanned.as_ref().is_some_and(|scanned| !scanned.locked);
            if let Some(scanned) = scanned.filter(|_| opened) {
                intake.take(scanned);
            }
            opened
        };
        let still: Vec<bool> = locked.files.par_iter().map(|source| !opens(&source)).collect();
        let mut still = still.into_iter();
        locked.files.retain(|_| still.next().unwrap_or(true));
    }

    fn scan_file(&self, entry: SourceEntry, keyring: &Keyring, intake: &impl ScanSink, locked: &Mutex<LockedFiles>) {
        let path = entry.source.name();
        let failed = |error: io::Error, directory: bool| match entry.named || directory {
            true => intake.cannot_enter(entry.root, path.clone(), &error, entry.named),
            false => {
                let file =
                    FileSummary { path: path.clone(), io_error: Some(error.to_string()), ..FileSummary::default() };
                intake.take(ScannedFile { file, certificates: vec![], crls: vec![], stamp: None, locked: false });
            }
        };
        if let Some(error) = entry.error {
            return failed(error, true);
        }
        if let Source::Path(path) = &entry.source
            && intake.holds(entry.root, path)
        {
            return;
        }
        let content = match source::read(&entry.source, self.options.limits.bytes) {
            Ok(content) => content,
            Err(error) => return failed(error, false),
        };
        let stdin = (entry.source == Source::Stdin).then(|| content.bytes.clone());
        let stamp = content.stamp;
        let Some(scanned) = self.open(path.clone(), content, &keyring.candidates(&entry.source)) else {
            return intake.pass_over(path, stamp);
        };
        if scanned.locked {
            let mut locked = locked.lock().unwrap_or_else(PoisonError::into_inner);
            locked.files.push(entry.source);
            locked.stdin = locked.stdin.take().or(stdin);
        }
        intake.take(scanned);
    }

    /// Opens a file; none where it holds nothing of our kind.
    fn open(&self, path: String, content: SourceContent, candidates: &[PasswordCandidate]) -> Option<ScannedFile> {
        let opened = container::open(&content.bytes, candidates, &self.options);
        if opened.kind == ContainerKind::Nothing && opened.problems.is_empty() {
            return None;
        }
        Some(scanned(path, content, opened, candidates))
    }
}

impl LockedFiles {
    /// How many files no candidate opens, and one of them.
    fn first(&self) -> Option<(usize, String)> {
        Some((self.files.len(), self.files.first()?.name()))
    }
}

fn scanned(
    path: String,
    content: SourceContent,
    opened: OpenedContainer,
    candidates: &[PasswordCandidate],
) -> ScannedFile {
    let locked = opened.problems.iter().any(|p| matches!(p, ContainerProblem::Password { .. }));
    let mut problems = opened.problems;
    let mut damaged = |base: usize, error: crate::tlv::TlvError| {
        problems.push(ContainerProblem::Damaged { offset: base + error.offset, what: container::Damage::Structure });
    };
    let mut certificates = Vec::new();
    for (position, entry) in opened.entries.iter().enumerate() {
        match Certificate::parse(&entry.der) {
            Ok(certificate) => {
                let found = Occurrence {
                    position: position as u32,
                    friendly_name: entry
                        .friendly_name
                        .as_deref()
                        .filter(|name| !name.trim().is_empty())
                        .map(Into::into),
                    has_key: entry.has_key,
                    key_matches: entry.key_matches,
                };
                let summary = CertificateSummary::of(&certificate);
                certificates.push((certificate, summary, found));
            }
            Err(error) => damaged(entry.offset, error),
        }
    }
    let mut crls = Vec::new();
    for blob in &opened.crls {
        match Crl::parse(&blob.der) {
            Ok(crl) => crls.push(crl),
            Err(error) => damaged(blob.offset, error),
        }
    }
    let file = FileSummary {
        host: None,
        path,
        kind: opened.kind,
        protection: Arc::new(ContainerProtection {
            certificate_encryption: opened.certificate_encryption,
            key_encryption: opened.key_encryption,
            mac: opened.mac,
        }),
        opening: opened.password.map(|opening| {
            let origin = candidates.get(opening.candidate).map_or(PasswordOrigin::Empty, |c| c.origin().clone());
            (opening, origin)
        }),
        key_ids: opened.keys.iter().filter_map(|key| key.id).collect(),
        keys: opened.keys.len(),
        plain_keys: opened.keys.iter().filter(|key| !key.encrypted).count(),
        problems,
        io_error: None,
        readable_by_others: content.readable_by_others,
        fruitful: !opened.entries.is_empty() || !opened.crls.is_empty(),
    };
    ScannedFile { file, certificates, crls, stamp: content.stamp, locked }
}

/// Shapes of containers, each kept once.
#[derive(Debug, Default)]
pub(super) struct ProtectionPool(HashMap<Arc<ContainerProtection>, ()>);

impl ProtectionPool {
    pub(super) fn share(&mut self, protection: Arc<ContainerProtection>) -> Arc<ContainerProtection> {
        if let Some((shared, ())) = self.0.get_key_value(&protection) {
            return shared.clone();
        }
        self.0.insert(protection.clone(), ());
        protection
    }
}
