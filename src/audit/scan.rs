//! The first look: every file is read, opened and taken in, on all cores and in any order.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::iter::{IntoParallelRefIterator, ParallelBridge, ParallelIterator};
use sha2::{Digest, Sha256};

use super::source::{self, Met, Source};
use super::store::{Store, Stored};
use crate::certificate::{Certificate, Crl, KeyId, Role};
use crate::container::{self, Candidate, Kind, Mac, Opened, Opening, Options, Origin, Problem, Protection};

/// The passwords of a run.
pub struct Keyring {
    /// Candidates for every file, in order.
    pub common: Vec<Candidate>,
    /// The candidates that a map gives for a path, tried before the others.
    pub mapped: PasswordOf,
}

/// Gives the candidates that are meant for a path.
pub type PasswordOf = Box<dyn Fn(&Path) -> Vec<Candidate> + Send + Sync>;

impl Keyring {
    /// The candidates for a file, the map's first.
    pub fn candidates_for(&self, path: &Path) -> Vec<Candidate> {
        [(self.mapped)(path).as_slice(), &self.common].concat()
    }

    fn candidates(&self, source: &Source) -> Vec<Candidate> {
        match source {
            Source::Path(path) => self.candidates_for(path),
            Source::Stdin => self.common.clone(),
        }
    }
}

/// A file that was taken in.
#[derive(Debug)]
pub(super) struct Scanned {
    pub path: String,
    pub kind: Kind,
    pub shape: Arc<Shape>,
    pub opening: Option<(Opening, Origin)>,
    pub key_ids: Vec<KeyId>,
    pub keys: usize,
    pub plain_keys: usize,
    pub problems: Vec<Problem>,
    pub io_error: Option<String>,
    pub readable_by_others: Option<String>,
    /// Whether any certificate or CRL came out of it.
    pub fruitful: bool,
}

/// How a container is protected; shared by the many that are alike.
#[derive(Debug, Default, PartialEq, Eq, Hash, Clone)]
pub(super) struct Shape {
    pub certificate_encryption: Vec<Protection>,
    pub key_encryption: Vec<Protection>,
    pub mac: Option<Mac>,
}

/// Where a certificate was met.
#[derive(Debug)]
pub(super) struct Sighting {
    pub file: usize,
    pub position: u32,
    pub friendly_name: Option<Box<str>>,
    pub has_key: Option<bool>,
    pub key_matches: Option<bool>,
}

/// A distinct certificate.
#[derive(Debug)]
pub(super) struct Known {
    pub sha256: [u8; 32],
    pub der: Stored,
    pub subject: Short,
    pub issuer: Short,
    pub role: Role,
    pub sightings: Vec<Sighting>,
}

/// Half a SHA-256: enough to group by.
pub(super) type Short = [u8; 16];

pub(super) fn short(bytes: &[u8]) -> Short {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(bytes)[..16]);
    half
}

/// All that the first look found.
#[derive(Default)]
pub(super) struct Scan {
    pub files: Vec<Scanned>,
    pub certificates: Vec<Known>,
    pub crls: Vec<Crl>,
    pub store: Store,
    /// Files that hold no certificate: their number, and their paths if wanted.
    pub passed_over: u64,
    pub passed_over_paths: Vec<String>,
    /// Sources that the user named and that cannot be opened at all.
    pub unopened: Vec<(String, String)>,
    index: HashMap<[u8; 32], usize>,
    crl_index: HashMap<[u8; 32], ()>,
    shapes: HashMap<Arc<Shape>, ()>,
    /// Files that no candidate opened, to be tried again after a prompt.
    locked: Vec<(Source, usize)>,
    stdin: Option<Vec<u8>>,
}

/// What the first look needs.
pub(super) struct Look<'a> {
    pub options: Options<'a>,
    pub keep_passed_over: bool,
    pub progress: &'a AtomicU64,
}

impl Scan {
    /// Walks the sources and takes in every file.
    pub(super) fn run(sources: &[Source], keyring: &Keyring, look: &Look) -> Scan {
        let scan = Mutex::new(Scan::default());
        source::walk(sources).par_bridge().for_each(|met| {
            take(&scan, met, keyring, look);
            look.progress.fetch_add(1, Ordering::Relaxed);
        });
        scan.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many files no candidate opens, and one of them.
    pub(super) fn locked(&self) -> Option<(usize, &str)> {
        let (_, file) = self.locked.first()?;
        Some((self.locked.len(), &self.files[*file].path))
    }

    /// Tries the locked files again with one more candidate.
    pub(super) fn retry(&mut self, candidate: &Candidate, look: &Look) {
        let locked = std::mem::take(&mut self.locked);
        let stdin = self.stdin.take();
        let candidates = [candidate.clone()];
        let tried: Vec<(Source, usize, Option<Opened>)> = locked
            .par_iter()
            .map(|(source, file)| {
                let bytes = match source {
                    Source::Stdin => stdin.clone(),
                    path => source::read(path, look.options.limits.bytes).ok().map(|content| content.bytes),
                };
                let opened = bytes.map(|bytes| container::open(&bytes, &candidates, &look.options));
                (source.clone(), *file, opened.filter(|opened| !is_locked(opened)))
            })
            .collect();
        for (source, file, opened) in tried {
            match opened {
                Some(opened) => {
                    let parsed = parse(&opened);
                    self.forget(file);
                    self.fill(file, opened, &candidates, parsed);
                }
                None => self.locked.push((source, file)),
            }
        }
        self.stdin = stdin;
    }

    /// Takes back what a file gave when it could be read in part only.
    fn forget(&mut self, file: usize) {
        if self.files[file].fruitful {
            for known in &mut self.certificates {
                known.sightings.retain(|sighting| sighting.file != file);
            }
        }
    }

    fn add_failure(&mut self, path: String, error: &std::io::Error) {
        let scanned = Scanned { io_error: Some(error.to_string()), ..Scanned::new(path) };
        self.files.push(scanned);
    }

    fn fill(&mut self, file: usize, opened: Opened, candidates: &[Candidate], parsed: Parsed) {
        for (position, (entry, certificate)) in opened.entries.iter().zip(parsed.certificates).enumerate() {
            let Some(certificate) = certificate else { continue };
            let sighting = Sighting {
                file,
                position: position as u32,
                friendly_name: entry.friendly_name.as_deref().map(Into::into),
                has_key: entry.has_key,
                key_matches: entry.key_matches,
            };
            self.sight(certificate, sighting);
        }
        for crl in parsed.crls {
            if self.crl_index.insert(crl.sha256, ()).is_none() {
                self.crls.push(crl);
            }
        }
        let shape = self.share(Shape {
            certificate_encryption: opened.certificate_encryption,
            key_encryption: opened.key_encryption,
            mac: opened.mac,
        });
        let scanned = &mut self.files[file];
        scanned.kind = opened.kind;
        scanned.shape = shape;
        scanned.fruitful = !opened.entries.is_empty() || !opened.crls.is_empty();
        scanned.keys = opened.keys.len();
        scanned.plain_keys = opened.keys.iter().filter(|key| !key.encrypted).count();
        scanned.key_ids = opened.keys.iter().filter_map(|key| key.id).collect();
        scanned.problems = opened.problems;
        scanned.problems.extend(parsed.problems);
        scanned.opening = opened.password.map(|opening| {
            let origin = candidates.get(opening.candidate).map_or(Origin::Empty, |c| c.origin().clone());
            (opening, origin)
        });
    }

    fn sight(&mut self, (certificate, facts): (Certificate, Facts), sighting: Sighting) {
        if let Some(known) = self.index.get(&certificate.sha256) {
            self.certificates[*known].sightings.push(sighting);
            return;
        }
        // A temporary file that cannot be written leaves the certificate out of memory too;
        // there is nothing better to do with a full disk than to say so.
        let der = match self.store.add(certificate.der()) {
            Ok(der) => der,
            Err(error) => {
                self.files[sighting.file].io_error = Some(error.to_string());
                return;
            }
        };
        self.index.insert(certificate.sha256, self.certificates.len());
        self.certificates.push(Known {
            sha256: certificate.sha256,
            der,
            subject: facts.subject,
            issuer: facts.issuer,
            role: facts.role,
            sightings: vec![sighting],
        });
    }

    fn share(&mut self, shape: Shape) -> Arc<Shape> {
        let shape = Arc::new(shape);
        if let Some((shared, ())) = self.shapes.get_key_value(&shape) {
            return shared.clone();
        }
        self.shapes.insert(shape.clone(), ());
        shape
    }
}

impl Scanned {
    fn new(path: String) -> Scanned {
        Scanned {
            path,
            kind: Kind::Nothing,
            shape: Arc::default(),
            opening: None,
            key_ids: Vec::new(),
            keys: 0,
            plain_keys: 0,
            problems: Vec::new(),
            io_error: None,
            readable_by_others: None,
            fruitful: false,
        }
    }
}

/// What is worth computing outside the lock.
struct Facts {
    subject: Short,
    issuer: Short,
    role: Role,
}

struct Parsed {
    certificates: Vec<Option<(Certificate, Facts)>>,
    crls: Vec<Crl>,
    problems: Vec<Problem>,
}

fn parse(opened: &Opened) -> Parsed {
    let mut problems = Vec::new();
    let mut damaged = |base: usize, error: crate::tlv::Error| {
        problems.push(Problem::Damaged { offset: base + error.offset, what: container::Damage::Structure });
    };
    let certificates = opened.entries.iter().map(|entry| match Certificate::parse(&entry.der) {
        Ok(certificate) => {
            let facts = Facts {
                subject: short(&certificate.subject.canonical()),
                issuer: short(&certificate.issuer.canonical()),
                role: certificate.role(),
            };
            Some((certificate, facts))
        }
        Err(error) => {
            damaged(entry.offset, error);
            None
        }
    });
    let certificates = certificates.collect();
    let mut crls = Vec::new();
    for blob in &opened.crls {
        match Crl::parse(&blob.der) {
            Ok(crl) => crls.push(crl),
            Err(error) => damaged(blob.offset, error),
        }
    }
    Parsed { certificates, crls, problems }
}

fn is_locked(opened: &Opened) -> bool {
    opened.problems.iter().any(|p| matches!(p, Problem::Password { .. }))
}

fn lock(scan: &Mutex<Scan>) -> MutexGuard<'_, Scan> {
    scan.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take(scan: &Mutex<Scan>, met: Met, keyring: &Keyring, look: &Look) {
    let path = match &met.source {
        Source::Path(path) => path.to_string_lossy().into_owned(),
        Source::Stdin => "-".to_string(),
    };
    let content = match met.error {
        Some(error) => Err(error),
        None => source::read(&met.source, look.options.limits.bytes),
    };
    let content = match content {
        Ok(content) => content,
        Err(error) if met.named => return lock(scan).unopened.push((path, error.to_string())),
        Err(error) => return lock(scan).add_failure(path, &error),
    };
    let candidates = keyring.candidates(&met.source);
    let opened = container::open(&content.bytes, &candidates, &look.options);
    if opened.kind == Kind::Nothing && opened.problems.is_empty() {
        let mut scan = lock(scan);
        scan.passed_over += 1;
        if look.keep_passed_over {
            scan.passed_over_paths.push(path);
        }
        return;
    }
    let parsed = parse(&opened);
    let locked = is_locked(&opened);
    let mut scan = lock(scan);
    let file = scan.files.len();
    let scanned = Scanned { readable_by_others: content.readable_by_others, ..Scanned::new(path) };
    scan.files.push(scanned);
    scan.fill(file, opened, &candidates, parsed);
    if locked {
        if met.source == Source::Stdin {
            scan.stdin = Some(content.bytes);
        }
        scan.locked.push((met.source, file));
    }
}
