//! What the first look found, held for the second.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use super::look::{Found, Gist, Intake, Scanned, Shapes, Taken};
use super::store::{Store, Stored};
use crate::certificate::Crl;
use crate::platform::Stamp;

/// Where a certificate was met.
#[derive(Clone, Debug)]
pub(super) struct Sighting {
    pub file: usize,
    pub found: Found,
}

/// A distinct certificate.
#[derive(Debug)]
pub(super) struct Known {
    pub gist: Gist,
    pub der: Stored,
    pub sightings: Vec<Sighting>,
}

/// All that the first look found.
#[derive(Default)]
pub struct Scan {
    pub(super) files: Vec<Scanned>,
    pub(super) certificates: Vec<Known>,
    pub(super) crls: Vec<Crl>,
    pub(super) store: Store,
    /// Files that hold no certificate: their number, and their paths if wanted.
    pub(super) passed_over: u64,
    pub(super) passed_over_paths: Vec<String>,
    /// Sources that the user named and that cannot be opened at all.
    pub(super) unopened: Vec<(String, String)>,
    index: HashMap<[u8; 32], usize>,
    paths: HashMap<String, usize>,
    crl_index: HashSet<[u8; 32]>,
    shapes: Shapes,
}

impl Scan {
    /// Adds a file and what is in it: the gist, the DER (asked for only where the certificate
    /// is new) and the place of each certificate.
    pub fn add<'a>(
        &mut self,
        file: Scanned,
        certificates: impl IntoIterator<Item = (Gist, Found, &'a [u8])>,
    ) -> io::Result<()> {
        let at = self.files.len();
        self.files.push(Scanned { shape: self.shapes.share(file.shape.clone()), ..file });
        self.fill(at, certificates)
    }

    /// Adds a CRL.
    pub fn add_crl(&mut self, crl: Crl) {
        if self.crl_index.insert(crl.sha256) {
            self.crls.push(crl);
        }
    }

    fn fill<'a>(
        &mut self,
        file: usize,
        certificates: impl IntoIterator<Item = (Gist, Found, &'a [u8])>,
    ) -> io::Result<()> {
        for (gist, found, der) in certificates {
            let sighting = Sighting { file, found };
            if let Some(known) = self.index.get(&gist.sha256) {
                self.certificates[*known].sightings.push(sighting);
                continue;
            }
            let der = self.store.add(der)?;
            self.index.insert(gist.sha256, self.certificates.len());
            self.certificates.push(Known { gist, der, sightings: vec![sighting] });
        }
        Ok(())
    }

    /// Takes a file in; one that was locked before is replaced.
    fn take(&mut self, taken: Taken) {
        let locked = self.paths.remove(&taken.file.path);
        let file = locked.unwrap_or(self.files.len());
        if taken.locked {
            self.paths.insert(taken.file.path.clone(), file);
        }
        let scanned = Scanned { shape: self.shapes.share(taken.file.shape.clone()), ..taken.file };
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
        let certificates = taken.certificates.iter().map(|(c, gist, found)| (*gist, found.clone(), c.der()));
        // A temporary file that cannot be written leaves the certificate out of memory too;
        // there is nothing better to do with a full disk than to say so.
        if let Err(error) = self.fill(file, certificates) {
            self.files[file].io_error = Some(error.to_string());
        }
        taken.crls.into_iter().for_each(|crl| self.add_crl(crl));
    }
}

/// Takes everything into a [`Scan`].
pub(super) struct Gather {
    scan: Mutex<Scan>,
    keep_passed_over: bool,
}

impl Gather {
    pub(super) fn new(keep_passed_over: bool) -> Gather {
        Gather { scan: Mutex::default(), keep_passed_over }
    }

    pub(super) fn into_scan(self) -> Scan {
        self.scan.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn with(&self, change: impl FnOnce(&mut Scan)) {
        change(&mut self.scan.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Intake for Gather {
    fn take(&self, taken: Taken) {
        self.with(|scan| scan.take(taken));
    }

    fn pass_over(&self, path: String, _: Option<Stamp>) {
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
            false => scan.files.push(Scanned { path, io_error: Some(error.to_string()), ..Scanned::default() }),
        });
    }
}
