//! The result of scanning, kept for the evaluation.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::blob_store::{BlobLocation, BlobStore};
use super::facts::OccurrenceFacts;
use super::scanner::{CertificateSummary, FileSummary, Occurrence, ProtectionPool, ScanSink, ScannedFile};
use super::verdict_lifetime::VerdictLifetime;
use crate::certificate::{Certificate, Crl};
use crate::container::ContainerKind;
use crate::platform::FileStamp;
use crate::trust::Verdict;

/// An occurrence of a certificate, with the index of its file.
#[derive(Clone, Debug)]
pub(super) struct FileOccurrence {
    pub file: usize,
    pub found: Occurrence,
}

/// A distinct certificate.
#[derive(Debug)]
pub(super) struct DistinctCertificate {
    pub summary: CertificateSummary,
    /// Where its bytes are; none where a [`CertificateSource`] has them.
    pub der: Option<BlobLocation>,
    pub occurrences: Vec<FileOccurrence>,
    /// Its last occurrence, if it is gone.
    pub gone: Option<OccurrenceFacts>,
}

/// Storage of certificates outside the scan, with the verdicts reached before.
pub trait CertificateSource: Send + Sync {
    /// The certificate's DER.
    fn der(&self, sha256: &[u8; 32]) -> io::Result<Vec<u8>>;

    /// The verdict reached before with the same inputs, if it still holds.
    fn verdict(&self, sha256: &[u8; 32], trust_inputs: &[u8; 32]) -> Option<(Verdict, VerdictLifetime)>;
}

/// Everything that scanning found.
#[derive(Default)]
pub struct Scan {
    pub(super) files: Vec<FileSummary>,
    pub(super) certificates: Vec<DistinctCertificate>,
    pub(super) crls: Vec<Crl>,
    pub(super) store: BlobStore,
    /// The number of files without a certificate; their paths are kept if wanted.
    pub(super) passed_over: u64,
    pub(super) passed_over_paths: Vec<String>,
    /// Sources that the user named and that cannot be opened.
    pub(super) unopened: Vec<(String, String)>,
    /// Files that the user named, that should hold a certificate and hold none.
    pub(super) barren: Vec<String>,
    /// Symbolic links that were not followed.
    pub(super) links: u64,
    index: HashMap<[u8; 32], usize>,
    paths: HashMap<String, usize>,
    crl_index: HashSet<[u8; 32]>,
    /// The file in which each CRL was found, where there is one.
    crl_paths: HashMap<[u8; 32], String>,
    protections: ProtectionPool,
    certificate_source: Option<Arc<dyn CertificateSource>>,
}

impl Scan {
    /// A scan whose certificates are stored elsewhere.
    pub fn of(certificate_source: Arc<dyn CertificateSource>) -> Scan {
        Scan { certificate_source: Some(certificate_source), ..Scan::default() }
    }

    /// Adds a file and its certificates, whose bytes are stored elsewhere.
    pub fn add(&mut self, file: FileSummary, certificates: impl IntoIterator<Item = (CertificateSummary, Occurrence)>) {
        let at = self.files.len();
        self.files.push(FileSummary { protection: self.protections.share(file.protection.clone()), ..file });
        for (summary, found) in certificates {
            self.add_occurrence(summary, FileOccurrence { file: at, found }, None);
        }
    }

    /// Adds a certificate that is gone and was at `path` on `host`: it is not reported, but its
    /// holder may still have it.
    pub fn add_gone(&mut self, summary: CertificateSummary, host: String, path: String) {
        if self.index.contains_key(&summary.sha256) {
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
            damaged: false,
        };
        self.index.insert(summary.sha256, self.certificates.len());
        self.certificates.push(DistinctCertificate { summary, der: None, occurrences: Vec::new(), gone: Some(place) });
    }

    /// Counts a file that holds no certificate.
    pub fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// A certificate.
    pub(super) fn certificate(&self, i: usize) -> io::Result<Certificate> {
        let known = &self.certificates[i];
        let der = match (known.der, &self.certificate_source) {
            (Some(stored), _) => self.store.get(stored)?,
            (None, Some(certificate_source)) => certificate_source.der(&known.summary.sha256)?,
            (None, None) => return Err(io::ErrorKind::NotFound.into()),
        };
        Certificate::parse(&der).map_err(io::Error::other)
    }

    /// The verdict reached before with the same inputs, if it still holds.
    pub(super) fn verdict(&self, i: usize, trust_inputs: &[u8; 32]) -> Option<(Verdict, VerdictLifetime)> {
        self.certificate_source.as_ref()?.verdict(&self.certificates[i].summary.sha256, trust_inputs)
    }

    /// The file in which a CRL was found; none where it was given or is kept elsewhere.
    pub(super) fn crl_path(&self, sha256: &[u8; 32]) -> Option<&str> {
        self.crl_paths.get(sha256).map(String::as_str)
    }

    /// Whether its certificates lie elsewhere: in an inventory.
    pub(super) fn is_kept_elsewhere(&self) -> bool {
        self.certificate_source.is_some()
    }

    /// Adds a CRL.
    pub fn add_crl(&mut self, crl: Crl) {
        if self.crl_index.insert(crl.sha256) {
            self.crls.push(crl);
        }
    }

    fn add_occurrence(&mut self, summary: CertificateSummary, occurrence: FileOccurrence, der: Option<BlobLocation>) {
        if let Some(known) = self.index.get(&summary.sha256) {
            return self.certificates[*known].occurrences.push(occurrence);
        }
        self.index.insert(summary.sha256, self.certificates.len());
        self.certificates.push(DistinctCertificate { summary, der, occurrences: vec![occurrence], gone: None });
    }

    /// Takes a file in; one that was locked before is replaced.
    fn take(&mut self, incoming: ScannedFile) {
        if incoming.named && incoming.is_barren() {
            self.barren.push(incoming.file.path.clone());
        }
        let locked = self.paths.remove(&incoming.file.path);
        let file = locked.unwrap_or(self.files.len());
        if incoming.locked && incoming.file.kind != ContainerKind::Archive {
            self.paths.insert(incoming.file.path.clone(), file);
        }
        let scanned =
            FileSummary { protection: self.protections.share(incoming.file.protection.clone()), ..incoming.file };
        match locked {
            Some(_) => {
                // What it gave when it could be read in part only.
                if self.files[file].fruitful {
                    self.certificates.iter_mut().for_each(|known| known.occurrences.retain(|s| s.file != file));
                }
                self.files[file] = scanned;
            }
            None => self.files.push(scanned),
        }
        for (certificate, summary, found) in incoming.certificates {
            // A temporary file that cannot be written leaves the certificate out of memory too;
            // there is nothing better to do with a full disk than to say so.
            let known = self.index.contains_key(&summary.sha256);
            let stored = if known { Ok(None) } else { self.store.add(certificate.der()).map(Some) };
            match stored {
                Ok(stored) => self.add_occurrence(summary, FileOccurrence { file, found }, stored),
                Err(error) => self.files[file].io_error = Some(error.to_string()),
            }
        }
        for crl in incoming.crls {
            let path = &self.files[file].path;
            let known = self.crl_paths.entry(crl.sha256).or_insert_with(|| path.clone());
            // Whatever order the files came in.
            if path < known {
                known.clone_from(path);
            }
            self.add_crl(crl);
        }
    }
}

/// Collects everything in a [`Scan`].
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
    fn take(&self, incoming: ScannedFile) {
        self.with(|scan| scan.take(incoming));
    }

    fn pass_over(&self, path: String, _: Option<FileStamp>) {
        self.with(|scan| {
            scan.passed_over += 1;
            if self.keep_passed_over {
                scan.passed_over_paths.push(path);
            }
        });
    }

    fn link(&self, _: &Path) {
        self.with(|scan| scan.links += 1);
    }

    fn cannot_enter(&self, _: usize, path: String, error: &io::Error, named: bool) {
        self.with(|scan| match named {
            true => scan.unopened.push((path, error.to_string())),
            false => scan.files.push(FileSummary { path, io_error: Some(error.to_string()), ..FileSummary::default() }),
        });
    }
}
