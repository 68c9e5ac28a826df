//! What the first look found, held for the second.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::blob_store::{BlobLocation, BlobStore};
use super::facts::OccurrenceFacts;
use super::scanner::{CertificateSummary, FileSummary, Occurrence, ProtectionPool, ScanSink, ScannedFile};
use super::verdict_lifetime::VerdictLifetime;
use crate::certificate::{Certificate, Crl};
use crate::container::ContainerKind;
use crate::platform::FileStamp;
use crate::trust::Verdict;

/// Where a certificate was met.
#[derive(Clone, Debug)]
pub(super) struct FileOccurrence {
    pub file: usize,
    pub found: Occurrence,
}

/// A distinct certificate.
#[derive(Debug)]
pub(super) struct DistinctCertificate {
    pub gist: CertificateSummary,
    /// Where its bytes are; none: elsewhere.
    pub der: Option<BlobLocation>,
    pub sightings: Vec<FileOccurrence>,
    /// Where it lay before, if it lies nowhere now.
    pub gone: Option<OccurrenceFacts>,
}

/// Whoever keeps certificates that a scan does not hold itself, and the verdicts on them.
pub trait CertificateSource: Send + Sync {
    /// The certificate's DER.
    fn der(&self, sha256: &[u8; 32]) -> io::Result<Vec<u8>>;

    /// The verdict reached before in the same world, if it still holds.
    fn verdict(&self, sha256: &[u8; 32], world: &[u8; 32]) -> Option<(Verdict, VerdictLifetime)>;
}

/// All that the first look found.
#[derive(Default)]
pub struct Scan {
    pub(super) files: Vec<FileSummary>,
    pub(super) certificates: Vec<DistinctCertificate>,
    pub(super) crls: Vec<Crl>,
    pub(super) store: BlobStore,
    /// Files that hold no certificate: their number, and their paths if wanted.
    pub(super) passed_over: u64,
    pub(super) passed_over_paths: Vec<String>,
    /// Sources that the user named and that cannot be opened at all.
    pub(super) unopened: Vec<(String, String)>,
    index: HashMap<[u8; 32], usize>,
    paths: HashMap<String, usize>,
    crl_index: HashSet<[u8; 32]>,
    shapes: ProtectionPool,
    elsewhere: Option<Arc<dyn CertificateSource>>,
}

impl Scan {
    /// A scan whose certificates lie elsewhere.
    pub fn of(elsewhere: Arc<dyn CertificateSource>) -> Scan {
        Scan { elsewhere: Some(elsewhere), ..Scan::default() }
    }

    /// Adds a file and the certificates in it, whose bytes lie elsewhere.
    pub fn add(&mut self, file: FileSummary, certificates: impl IntoIterator<Item = (CertificateSummary, Occurrence)>) {
        let at = self.files.len();
        self.files.push(FileSummary { shape: self.shapes.share(file.shape.clone()), ..file });
        for (gist, found) in certificates {
            self.sight(gist, FileOccurrence { file: at, found }, None);
        }
    }

    /// Adds a certificate that lies nowhere now and once lay at `path` on `host`: no record tells
    /// of it, but nobody can say that its holder has none.
    pub fn add_gone(&mut self, gist: CertificateSummary, host: String, path: String) {
        if self.index.contains_key(&gist.sha256) {
            return;
        }
        let place = OccurrenceFacts {
            path,
            host: Some(host),
            position: 0,
            container: ContainerKind::Nothing,
            friendly_name: None,
            has_key: None,
            key_matches: None,
            opened_with: None,
        };
        self.index.insert(gist.sha256, self.certificates.len());
        self.certificates.push(DistinctCertificate { gist, der: None, sightings: Vec::new(), gone: Some(place) });
    }

    /// Counts a file that holds no certificate.
    pub fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// A certificate.
    pub(super) fn certificate(&self, i: usize) -> io::Result<Certificate> {
        let known = &self.certificates[i];
        let der = match (known.der, &self.elsewhere) {
            (Some(stored), _) => self.store.get(stored)?,
            (None, Some(elsewhere)) => elsewhere.der(&known.gist.sha256)?,
            (None, None) => return Err(io::ErrorKind::NotFound.into()),
        };
        Certificate::parse(&der).map_err(io::Error::other)
    }

    /// The verdict reached before in the same world, if it still holds.
    pub(super) fn verdict(&self, i: usize, world: &[u8; 32]) -> Option<(Verdict, VerdictLifetime)> {
        self.elsewhere.as_ref()?.verdict(&self.certificates[i].gist.sha256, world)
    }

    /// Adds a CRL.
    pub fn add_crl(&mut self, crl: Crl) {
        if self.crl_index.insert(crl.sha256) {
            self.crls.push(crl);
        }
    }

    fn sight(&mut self, gist: CertificateSummary, sighting: FileOccurrence, der: Option<BlobLocation>) {
        if let Some(known) = self.index.get(&gist.sha256) {
            return self.certificates[*known].sightings.push(sighting);
        }
        self.index.insert(gist.sha256, self.certificates.len());
        self.certificates.push(DistinctCertificate { gist, der, sightings: vec![sighting], gone: None });
    }

    /// Takes a file in; one that was locked before is replaced.
    fn take(&mut self, taken: ScannedFile) {
        let locked = self.paths.remove(&taken.file.path);
        let file = locked.unwrap_or(self.files.len());
        if taken.locked {
            self.paths.insert(taken.file.path.clone(), file);
        }
        let scanned = FileSummary { shape: self.shapes.share(taken.file.shape.clone()), ..taken.file };
        match locked {
            Some(_) => {
                // What it gave when it could be read in part only.
                if self.files[file].fruitful {
                    self.certificates.iter_mut().for_each(|known| known.sightings.retain(|s| s.file != file));
                }
                self.files[file] = scanned;
            }
            None => self.files.push(scanned),
        }
        for (certificate, gist, found) in taken.certificates {
            // A temporary file that cannot be written leaves the certificate out of memory too;
            // there is nothing better to do with a full disk than to say so.
            let known = self.index.contains_key(&gist.sha256);
            let stored = if known { Ok(None) } else { self.store.add(certificate.der()).map(Some) };
            match stored {
                Ok(stored) => self.sight(gist, FileOccurrence { file, found }, stored),
                Err(error) => self.files[file].io_error = Some(error.to_string()),
            }
        }
        taken.crls.into_iter().for_each(|crl| self.add_crl(crl));
    }
}

/// Takes everything into a [`Scan`].
pub(super) struct ScanCollector {
    scan: Mutex<Scan>,
    keep_passed_over: bool,
}

impl ScanCollector {
    pub(super) fn new(keep_passed_over: bool) -> ScanCollector {
        ScanCollector { scan: Mutex::default(), keep_passed_over }
    }

    pub(super) fn into_scan(self) -> Scan {
        self.scan.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn with(&self, change: impl FnOnce(&mut Scan)) {
        change(&mut self.scan.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl ScanSink for ScanCollector {
    fn take(&self, taken: ScannedFile) {
        self.with(|scan| scan.take(taken));
    }

    fn pass_over(&self, path: String, _: Option<FileStamp>) {
        self.with(|scan| {
            scan.passed_over += 1;
            if self.keep_passed_over {
                scan.passed_over_paths.push(path);
            }
        });
    }

    fn cannot_enter(&self, _: usize, path: String, error: &io::Error, named: bool) {
        self.with(|scan| match named {
            true => scan.unopened.push((path, error.to_string())),
            false => scan.files.push(FileSummary { path, io_error: Some(error.to_string()), ..FileSummary::default() }),
        });
    }
}
