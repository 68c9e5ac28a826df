//! Scanning: every file is read, opened and parsed, on all cores and in any order, and passed to a
//! [`ScanSink`].

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rayon::iter::{IntoParallelRefIterator, ParallelBridge, ParallelIterator};
use sha2::{Digest, Sha256};

use super::AskPassword;
use super::password_faults::{FolderNotes, PasswordFault, password_faults};
use super::source::{self, Source, SourceContent, SourceEntry};
use crate::certificate::{Certificate, CertificateRole, Crl, KeyId};
use crate::container::{
    self, ContainerKind, ContainerOptions, ContainerProblem, Mac, OpenedContainer, PasswordCandidate, PasswordMatch,
    PasswordOrigin, Protection,
};
use crate::platform::{self, FileStamp};

/// The passwords of a run.
pub struct Keyring {
    /// Candidates for every file, in order.
    pub common: Vec<PasswordCandidate>,
    /// The candidates that a map gives for a path, tried before the others.
    pub mapped: PasswordOf,
}

/// The candidates for a path.
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

/// How a container is protected; equal ones are shared.
#[derive(Debug, Default, PartialEq, Eq, Hash, Clone)]
pub struct ContainerProtection {
    /// How the parts with certificates are encrypted.
    pub certificate_encryption: Vec<Protection>,
    /// How the parts with private keys are encrypted.
    pub key_encryption: Vec<Protection>,
    /// The integrity check.
    pub mac: Option<Mac>,
}

/// The facts of a file that was read, without its certificates.
#[derive(Clone, Debug, Default)]
pub struct FileSummary {
    /// The computer, where an inventory has several.
    pub host: Option<String>,
    /// The file, as the user would name it.
    pub path: String,
    /// What it is.
    pub kind: ContainerKind,
    /// How it is protected.
    pub protection: Arc<ContainerProtection>,
    /// The password that opened it, and its origin.
    pub opening: Option<(PasswordMatch, PasswordOrigin)>,
    /// The public keys of the private keys in it, where they were inspected.
    pub key_ids: Vec<KeyId>,
    /// The number of private keys in it.
    pub keys: usize,
    /// How many of them are not encrypted.
    pub plain_keys: usize,
    /// What could not be read.
    pub problems: Vec<ContainerProblem>,
    /// The system's error where the file could not be read.
    pub io_error: Option<String>,
    /// The permissions, if others than the owner may read it.
    pub readable_by_others: Option<String>,
    /// Where others can reach it, if it has a key that anybody can use and lies on a share.
    pub shared_place: Option<String>,
    /// What is wrong with the password that opened its keys.
    pub password_faults: Vec<PasswordFault>,
    /// Whether any certificate or CRL came out of it.
    pub fruitful: bool,
}

/// An occurrence of a certificate in a file.
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

/// The facts of a certificate that are needed often, without parsing it again.
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

/// Half a SHA-256, which is enough to group by.
pub type HalfDigest = [u8; 16];

/// Half the SHA-256 of `bytes`.
pub fn half_digest(bytes: &[u8]) -> HalfDigest {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(bytes)[..16]);
    half
}

impl CertificateSummary {
    /// The summary of a certificate.
    pub fn of(certificate: &Certificate) -> CertificateSummary {
        CertificateSummary {
            sha256: certificate.sha256,
            subject: half_digest(&certificate.subject.canonical()),
            issuer: half_digest(&certificate.issuer.canonical()),
            role: certificate.role(),
        }
    }
}

/// A file and its contents.
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

/// Receives what scanning finds. Called from many threads at once.
pub trait ScanSink: Sync {
    /// Called before a file is opened: whether it is known unchanged and need not be opened.
    fn holds(&self, _root: usize, _path: &Path) -> bool {
        false
    }

    /// The next file with contents, or that should have some. A locked file may come a second time,
    /// opened.
    fn take(&self, scanned: ScannedFile);

    /// The next file without certificate, CRL or key.
    fn pass_over(&self, path: String, stamp: Option<FileStamp>);

    /// A directory below a source cannot be read, or a source not be opened at all (`named`).
    fn cannot_enter(&self, root: usize, path: String, error: &io::Error, named: bool);
}

/// Scans sources.
pub struct Scanner<'a> {
    /// How containers are opened.
    pub options: ContainerOptions<'a>,
    /// Is told of the files read.
    pub progress: &'a dyn ScanProgress,
    /// The texts beside the containers.
    pub notes: FolderNotes,
}

/// What is told of each file that is read, by any number of threads.
pub trait ScanProgress: Sync {
    /// The time at which the reading of a file begins.
    fn begin(&self) -> Duration {
        Duration::ZERO
    }

    /// A file was read, which began then.
    fn end(&self, path: &str, began: Duration);
}

/// Counts them.
impl ScanProgress for AtomicU64 {
    fn end(&self, _: &str, _: Duration) {
        self.fetch_add(1, Ordering::Relaxed);
    }
}

/// Files that no candidate opened, to be tried again with another.
#[derive(Debug, Default)]
struct LockedFiles {
    files: Vec<Source>,
    stdin: Option<Vec<u8>>,
}

impl Scanner<'_> {
    /// Walks the sources, asks for passwords while files stay locked, and passes every file to
    /// `sink`.
    pub fn scan(&self, sources: &[Source], keyring: &Keyring, ask: AskPassword, sink: &impl ScanSink) {
        let mut locked = self.run(sources, keyring, sink);
        while let Some((count, first)) = locked.first() {
            match ask(count, &first) {
                Some(candidate) => self.retry(&mut locked, &candidate, sink),
                None => break,
            }
        }
    }

    /// Walks the sources and passes every file to `sink`; returns the locked files.
    fn run(&self, sources: &[Source], keyring: &Keyring, sink: &impl ScanSink) -> LockedFiles {
        let locked = Mutex::new(LockedFiles::default());
        source::walk(sources).par_bridge().for_each(|entry| {
            let (path, began) = (entry.source.name(), self.progress.begin());
            self.scan_file(entry, keyring, sink, &locked);
            self.progress.end(&path, began);
        });
        let mut locked = locked.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Threads finish in any order; the file that a password is asked for must not depend on it.
        locked.files.sort_by_key(Source::name);
        locked
    }

    /// Tries the locked files again with one more candidate.
    fn retry(&self, locked: &mut LockedFiles, candidate: &PasswordCandidate, sink: &impl ScanSink) {
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
                sink.take(scanned);
            }
            opened
        };
        let still: Vec<bool> = locked.files.par_iter().map(|source| !opens(&source)).collect();
        let mut still = still.into_iter();
        locked.files.retain(|_| still.next().unwrap_or(true));
    }

    fn scan_file(&self, entry: SourceEntry, keyring: &Keyring, sink: &impl ScanSink, locked: &Mutex<LockedFiles>) {
        let path = entry.source.name();
        let failed = |error: io::Error, directory: bool| match entry.named || directory {
            true => sink.cannot_enter(entry.root, path.clone(), &error, entry.named),
            false => {
                let file =
                    FileSummary { path: path.clone(), io_error: Some(error.to_string()), ..FileSummary::default() };
                sink.take(ScannedFile { file, certificates: vec![], crls: vec![], stamp: None, locked: false });
            }
        };
        if let Some(error) = entry.error {
            return failed(error, true);
        }
        if let Source::Path(path) = &entry.source
            && sink.holds(entry.root, path)
        {
            return;
        }
        let content = match source::read(&entry.source, self.options.limits.bytes) {
            Ok(content) => content,
            Err(error) => return failed(error, false),
        };
        // Standard input can be read once only, and may be tried again with a password that is
        // asked for.
        let stdin = (entry.source == Source::Stdin).then(|| content.bytes.clone());
        let stamp = content.stamp;
        let Some(scanned) = self.open(path.clone(), content, &keyring.candidates(&entry.source)) else {
            return sink.pass_over(path, stamp);
        };
        if scanned.locked {
            let mut locked = locked.lock().unwrap_or_else(PoisonError::into_inner);
            locked.files.push(entry.source);
            locked.stdin = locked.stdin.take().or(stdin);
        }
        sink.take(scanned);
    }

    /// Opens a file; none where it has no certificate, CRL or key.
    fn open(&self, path: String, content: SourceContent, candidates: &[PasswordCandidate]) -> Option<ScannedFile> {
        let opened = container::open(&content.bytes, candidates, &self.options);
        if opened.kind == ContainerKind::Nothing && opened.problems.is_empty() {
            return None;
        }
        let secret = opened.secret.clone();
        let mut scanned = scanned(path, content, opened, candidates);
        let file = &mut scanned.file;
        if let Some(secret) = secret.filter(|_| file.keys > 0) {
            let names = scanned
                .certificates
                .iter()
                .map(|(certificate, _, found)| (certificate, found.friendly_name.as_deref()));
            file.password_faults = password_faults(&secret, &file.path, names, &self.notes);
        }
        if file.plain_keys > 0 || file.opening.as_ref().is_some_and(|(opening, _)| opening.empty) {
            file.shared_place = platform::shared_place(Path::new(&file.path));
        }
        Some(scanned)
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
        shared_place: None,
        password_faults: Vec::new(),
        fruitful: !opened.entries.is_empty() || !opened.crls.is_empty(),
    };
    ScannedFile { file, certificates, crls, stamp: content.stamp, locked }
}

/// The distinct protections of containers, each kept once.
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
