//! Scanning: every file is read, opened and parsed, on all cores and in any order, and passed to a
//! [`ScanSink`].

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rayon::iter::{IntoParallelRefIterator, ParallelBridge, ParallelIterator};
use sha2::{Digest, Sha256};

use super::AskPassword;
use super::password_faults::{FolderNotes, PasswordFault, password_faults};
use super::source::{self, Found, Source, SourceContent, SourceEntry};
use crate::certificate::{Certificate, CertificateRole, Crl, KeyId};
use crate::container::archive::{self, Members};
use crate::container::{
    self, Candidates, ContainerKind, ContainerOptions, ContainerProblem, Damage, Mac, OpenedContainer,
    PasswordCandidate, PasswordMatch, PasswordOrigin, Protection,
};
use crate::platform::{self, FileStamp};

/// The passwords of a run.
pub struct Keyring {
    /// Candidates for every file, in order.
    pub common: Vec<PasswordCandidate>,
    /// The candidates that a map gives for a path, tried before the others.
    pub mapped: PasswordOf,
}

/// The candidates for a path; none where there is a map and no rule of it fits.
pub type PasswordOf = Box<dyn Fn(&Path) -> Option<Arc<[PasswordCandidate]>> + Send + Sync>;

impl Keyring {
    /// The candidates that the map gives for a path.
    pub fn of_path(&self, path: &Path) -> Arc<[PasswordCandidate]> {
        (self.mapped)(path).unwrap_or_default()
    }

    /// Whether there is a map and no rule of it fits the path. Where there are candidates for every file, a
    /// map need not name them all.
    pub fn lacks_rule(&self, path: &Path) -> bool {
        self.common.is_empty() && (self.mapped)(path).is_none()
    }

    /// The candidates for a file that the map gives, to be tried before the others.
    fn own(&self, source: &Source) -> Arc<[PasswordCandidate]> {
        match source {
            Source::Path(path) => self.of_path(path),
            Source::Stdin => Arc::default(),
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

impl FileSummary {
    /// Whether it is damaged, or holds something else than it did. What merely follows whole data
    /// does no harm.
    pub fn is_damaged(&self) -> bool {
        self.problems.iter().any(|problem| match problem {
            ContainerProblem::Damaged { what, .. } => *what != Damage::Trailing,
            ContainerProblem::Barren { .. } => true,
            _ => false,
        })
    }
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
#[derive(Debug, Default)]
pub struct ScannedFile {
    /// The file.
    pub file: FileSummary,
    /// Its certificates.
    pub certificates: Vec<(Certificate, CertificateSummary, Occurrence)>,
    /// Its CRLs.
    pub crls: Vec<Crl>,
    /// The file's size and times before it was read; none of a file in an archive.
    pub stamp: Option<FileStamp>,
    /// No candidate opens it; or, of an archive, a file in it.
    pub locked: bool,
    /// The user named it; it was not found by walking.
    pub named: bool,
}

impl ScannedFile {
    /// Whether it should hold a certificate and holds none.
    pub fn is_barren(&self) -> bool {
        self.file.problems.iter().any(|problem| matches!(problem, ContainerProblem::Barren { .. }))
    }
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

    /// The next file without certificate, CRL or key that promises none.
    fn pass_over(&self, path: String, stamp: Option<FileStamp>);

    /// Whether a file held a certificate when it was last read.
    fn held_certificate(&self, _path: &str) -> bool {
        false
    }

    /// A symbolic link that is not followed.
    fn link(&self, _path: &Path) {}

    /// A directory below a source cannot be read, or a source not be opened at all (`named`).
    fn cannot_enter(&self, root: usize, path: String, error: &io::Error, named: bool);
}

/// Scans sources.
pub struct Scanner<'a> {
    /// How containers are opened.
    pub options: ContainerOptions<'a>,
    /// Whether symbolic links are followed.
    pub follow: bool,
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

    /// These files did not open, and no rule of the password map fits them: most often the pattern is
    /// mistyped, which the count of passwords tried does not show.
    fn without_rule(&self, _paths: &[String]) {}
}

/// Counts them.
impl ScanProgress for AtomicU64 {
    fn end(&self, _: &str, _: Duration) {
        self.fetch_add(1, Ordering::Relaxed);
    }
}

/// A file that no candidate opened, to be tried again with another.
#[derive(Debug)]
struct LockedFile {
    source: Source,
    /// Its name, where it is in an archive.
    member: Option<String>,
    /// What standard input yielded, which can be read once only.
    stdin: Option<Vec<u8>>,
    named: bool,
}

impl LockedFile {
    /// As people read it.
    fn name(&self) -> String {
        match &self.member {
            Some(member) => member_path(&self.source.name(), member),
            None => self.source.name(),
        }
    }
}

/// The path of a file in an archive: the archive as a folder, as Windows shows it.
fn member_path(archive: &str, member: &str) -> String {
    format!("{archive}/{member}")
}

impl Scanner<'_> {
    /// Walks the sources, asks for passwords while files stay locked, and passes every file to
    /// `sink`.
    pub fn scan(&self, sources: &[Source], keyring: &Keyring, ask: AskPassword, sink: &impl ScanSink) {
        let mut locked = self.run(sources, keyring, sink);
        while let Some(first) = locked.first() {
            match ask(locked.len(), &first.name()) {
                Some(candidate) => self.retry(&mut locked, &candidate, sink),
                None => break,
            }
        }
        let lacks_rule = |file: &&LockedFile| keyring.lacks_rule(Path::new(&file.name()));
        let without_rule: Vec<String> = locked.iter().filter(lacks_rule).map(LockedFile::name).collect();
        if !without_rule.is_empty() {
            self.progress.without_rule(&without_rule);
        }
    }

    /// Walks the sources and passes every file to `sink`; returns the locked files.
    fn run(&self, sources: &[Source], keyring: &Keyring, sink: &impl ScanSink) -> Vec<LockedFile> {
        let locked = Mutex::new(Vec::new());
        source::walk(sources, self.follow).par_bridge().for_each(|entry| {
            let (path, began) = (entry.source.name(), self.progress.begin());
            self.scan_entry(entry, keyring, sink, &locked);
            self.progress.end(&path, began);
        });
        let mut locked = locked.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Threads finish in any order; the file that a password is asked for must not depend on it.
        locked.sort_by_key(LockedFile::name);
        locked
    }

    /// Tries the locked files again with one more candidate.
    fn retry(&self, locked: &mut Vec<LockedFile>, candidate: &PasswordCandidate, sink: &impl ScanSink) {
        let candidates = [candidate.clone()];
        let opens = |file: &LockedFile| -> bool {
            let Some(content) = self.content_again(file) else { return false };
            let scanned = self.open(&file.name(), content, (&candidates).into(), sink);
            let opened = scanned.as_ref().is_some_and(|scanned| !scanned.locked);
            if let Some(scanned) = scanned.filter(|_| opened) {
                sink.take(ScannedFile { named: file.named, ..scanned });
            }
            opened
        };
        let still: Vec<bool> = locked.par_iter().map(|file| !opens(file)).collect();
        let mut still = still.into_iter();
        locked.retain(|_| still.next().unwrap_or(true));
    }

    fn content_again(&self, file: &LockedFile) -> Option<SourceContent> {
        let content = match &file.stdin {
            Some(bytes) => SourceContent::of_bytes(bytes.clone()),
            None => source::read(&file.source, self.options.limits.bytes).ok()??,
        };
        let Some(wanted) = &file.member else { return Some(content) };
        let members = archive::members(&content.bytes, self.options.limits).members;
        let bytes = members.into_iter().find(|member| member.name == *wanted)?.bytes?;
        Some(SourceContent { bytes, stamp: None, ..content })
    }

    fn scan_entry(&self, entry: SourceEntry, keyring: &Keyring, sink: &impl ScanSink, locked: &Mutex<Vec<LockedFile>>) {
        let path = entry.source.name();
        let (root, named) = (entry.root, entry.named);
        match (entry.found, &entry.source) {
            (Found::Error(error), _) => return sink.cannot_enter(root, path, &error, named),
            (Found::Link, Source::Path(path)) => return sink.link(path),
            (_, Source::Path(path)) if sink.holds(root, path) => return,
            _ => {}
        }
        let content = match source::read(&entry.source, self.options.limits.bytes) {
            Ok(Some(content)) => content,
            Ok(None) => return sink.pass_over(path, None),
            Err(error) if named => return sink.cannot_enter(root, path, &error, named),
            Err(error) => {
                let file = FileSummary { path, io_error: Some(error.to_string()), ..FileSummary::default() };
                return sink.take(ScannedFile { file, ..ScannedFile::default() });
            }
        };
        self.scan_file(FileToScan { source: entry.source, path, content, named }, keyring, sink, locked);
    }

    /// Opens a file, or the files in it.
    fn scan_file(&self, file: FileToScan, keyring: &Keyring, sink: &impl ScanSink, locked: &Mutex<Vec<LockedFile>>) {
        let FileToScan { source, path, content, named } = file;
        let members = match archive::is_archive(&content.bytes) {
            true => archive::members(&content.bytes, self.options.limits),
            false => Members::default(),
        };
        if members.is_empty() {
            let stdin = (source == Source::Stdin).then(|| content.bytes.clone());
            let own = keyring.own(&source);
            let candidates = Candidates { own: &own, common: &keyring.common };
            let stamp = content.stamp;
            match self.open(&path, content, candidates, sink) {
                Some(scanned) => {
                    if scanned.locked {
                        let mut locked = locked.lock().unwrap_or_else(PoisonError::into_inner);
                        locked.push(LockedFile { source, member: None, stdin, named });
                    }
                    sink.take(ScannedFile { named, ..scanned });
                }
                None => sink.pass_over(path, stamp),
            }
            return;
        }
        let mut any_locked = false;
        for member in members.members {
            let member_path = member_path(&path, &member.name);
            let own = keyring.own(&Source::Path(PathBuf::from(&member_path)));
            let candidates = Candidates { own: &own, common: &keyring.common };
            let scanned = match member.bytes {
                Some(bytes) => {
                    let readable_by_others = content.readable_by_others.clone();
                    let content = SourceContent { bytes, readable_by_others, stamp: None };
                    self.open(&member_path, content, candidates, sink)
                }
                None => Some(encrypted_member(member_path)),
            };
            let Some(scanned) = scanned else { continue };
            if scanned.locked {
                any_locked = true;
                let stdin = (source == Source::Stdin).then(|| content.bytes.clone());
                let file = LockedFile { source: source.clone(), member: Some(member.name), stdin, named: false };
                locked.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            }
            sink.take(scanned);
        }
        let problems = members.problem.into_iter().collect();
        let file = FileSummary { path, kind: ContainerKind::Archive, problems, ..FileSummary::default() };
        sink.take(ScannedFile { file, stamp: content.stamp, locked: any_locked, named, ..ScannedFile::default() });
    }

    /// Opens a file; none where it has no certificate, CRL or key and need not have.
    fn open(
        &self,
        path: &str,
        content: SourceContent,
        candidates: Candidates,
        sink: &impl ScanSink,
    ) -> Option<ScannedFile> {
        let mut opened = container::open(&content.bytes, candidates, &self.options);
        let is_barren = opened.problems.is_empty() && opened.entries.is_empty() && opened.crls.is_empty();
        if is_barren {
            let held_certificate = sink.held_certificate(path);
            let what = match held_certificate {
                true => Some(container::content_of(&content.bytes)),
                false => container::broken_promise(Path::new(path), &content.bytes, &opened),
            };
            opened.problems.extend(what.map(|content| ContainerProblem::Barren { content, held_certificate }));
        }
        if opened.kind == ContainerKind::Nothing && opened.problems.is_empty() {
            return None;
        }
        let secret = opened.secret.clone();
        let mut scanned = scanned(path.to_string(), content, opened, candidates);
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

/// A file whose bytes were read.
struct FileToScan {
    source: Source,
    path: String,
    content: SourceContent,
    named: bool,
}

/// A file in an archive that is encrypted.
fn encrypted_member(path: String) -> ScannedFile {
    let problems = vec![ContainerProblem::NotRead];
    let file = FileSummary { path, kind: ContainerKind::EncryptedMember, problems, ..FileSummary::default() };
    ScannedFile { file, ..ScannedFile::default() }
}

fn scanned(path: String, content: SourceContent, opened: OpenedContainer, candidates: Candidates) -> ScannedFile {
    let locked = opened.problems.iter().any(|p| matches!(p, ContainerProblem::Password { .. }));
    let mut problems = opened.problems;
    let mut damaged = |base: usize, error: crate::tlv::TlvError| {
        problems.push(ContainerProblem::Damaged { offset: base + error.offset, what: Damage::Structure });
    };
    let mut certificates = Vec::new();
    for (position, entry) in opened.entries.iter().enumerate() {
        match Certificate::parse(&entry.der) {
            Ok(certificate) => {
                let found = Occurrence {
                    position: position as u32,
                    friendly_name: entry.friendly_name.as_deref().map(Into::into),
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
            let origin = candidates.origin_of(&opening);
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
    ScannedFile { file, certificates, crls, stamp: content.stamp, locked, named: false }
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
