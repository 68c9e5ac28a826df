//! The import: the audit's first look, recorded.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::entry::EntryBody;
use super::rows::{FileRow, OccurrenceRow, RunRow};
use super::sequence::EntrySequence;
use super::store::{InventoryError, KnownFile, StoreWriter, StoredCertificate, UnfinishedImport, WriteBatch};
use crate::audit::{
    AskPassword, FolderNotes, HalfDigest, Keyring, ScanProgress, ScanSink, ScannedFile, Scanner, Source, half_digest,
};
use crate::calendar::Instant;
use crate::container::{ContainerKind, ContainerOptions, KeyInspection, Limit, Limits};
use crate::platform::{self, FileStamp};

/// Files recorded at once: what a killed import loses at most.
const BATCH: usize = 256;

/// The reader's version: files are opened again when it changes.
const READER: &str = "2";

/// An mtime this near to the moment of reading is not relied on: the file may have been written
/// again within the clock's tick. FAT's ticks are 2 seconds.
const UNSETTLED: i64 = 2_000_000_000;

/// What to import, and how.
pub struct ImportRequest<'a> {
    /// Files and folders, as absolute paths.
    pub sources: &'a [PathBuf],
    /// Whose disk it is.
    pub host: &'a str,
    /// Bounds on bytes and work.
    pub limits: &'a Limits,
    /// How closely private keys are looked at.
    pub keys: KeyInspection,
    /// Also try usual typing mistakes.
    pub try_typos: bool,
    /// Follow symbolic links.
    pub follow: bool,
    /// The passwords.
    pub keyring: Keyring,
    /// Open every file again.
    pub rehash: bool,
    /// Believe that files are gone even where a source looks as if it were not there.
    pub accept_gone: bool,
    /// The moment of recording.
    pub now: Instant,
    /// The clock of the files' times.
    pub wall: &'a (dyn Fn() -> Instant + Sync),
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Each source.
    pub roots: Vec<SourceReport>,
    /// Files seen for the first time, or again after they were gone.
    pub new: u64,
    /// Files that hold something else than before.
    pub changed: u64,
    /// Files that are as they were.
    pub unchanged: u64,
    /// Files that hold no certificate, no CRL and no key.
    pub passed_over: u64,
    /// Files that no password opens.
    pub locked: u64,
    /// Files and directories that could not be read.
    pub unreadable: u64,
    /// Certificates seen for the first time.
    pub certificates: u64,
    /// Symbolic links that were not followed.
    pub links: u64,
    /// Files that were named, should hold a certificate and hold none.
    pub barren: Vec<String>,
}

/// What became of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceReport {
    /// The source.
    pub path: String,
    /// Files met.
    pub files: u64,
    /// Files that are gone.
    pub gone: u64,
    /// Why nothing was said to be gone.
    pub skipped: Option<RemovalSkipped>,
}

/// Why nothing of a source is said to be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovalSkipped {
    /// The source cannot be opened.
    Unopened(String),
    /// It yields no file, where it did before.
    Empty {
        /// Files met the last time.
        before: u64,
    },
    /// It lies on another file system than before.
    Moved {
        /// The file system then.
        before: String,
        /// The file system now.
        now: String,
    },
}

/// What the threads share.
struct ImportRun<'a> {
    import: &'a ImportRequest<'a>,
    reading: String,
    state: Mutex<ImportState<'a>>,
}

struct ImportState<'a> {
    store: &'a mut dyn StoreWriter,
    stamper: EntrySequence,
    batch: WriteBatch,
    /// The paths met, of whichever source.
    met: HashSet<HalfDigest>,
    /// The files that were not opened because they are as they were: an archive stands for the files
    /// in it.
    unopened_files: HashSet<HalfDigest>,
    /// How many files were met at or below each source, and below each that was one before.
    files: HashMap<PathBuf, u64>,
    /// The sources: how many files the last import of each met, and how many are recorded now.
    sources: Vec<(PathBuf, u64, u64)>,
    /// The computer.
    host: String,
    /// The instant of the first entry.
    began: i64,
    /// Folders that cannot be read.
    closed: Vec<PathBuf>,
    /// Sources that cannot be opened.
    unopened: HashSet<usize>,
    /// Sources whose import has ended.
    ended: HashSet<usize>,
    report: ImportReport,
    known: HashSet<[u8; 32]>,
    error: Option<InventoryError>,
}

impl ImportRequest<'_> {
    /// Runs the import.
    pub fn run(
        &self,
        store: &mut dyn StoreWriter,
        progress: &dyn ScanProgress,
        ask: AskPassword,
    ) -> Result<ImportReport, InventoryError> {
        let options = ContainerOptions { limits: self.limits, keys: self.keys, try_typos: self.try_typos };
        let running = ImportRun::new(self, store)?;
        let began = running.state().began;
        running.state().flush();
        let sources: Vec<Source> = self.sources.iter().map(|path| Source::Path(path.clone())).collect();
        let scanner = Scanner { options, follow: self.follow, progress, notes: FolderNotes::default() };
        scanner.scan(&sources, &self.keyring, ask, &running);
        let mut state = running.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.flush();
        for (root, path) in self.sources.iter().enumerate() {
            state.close(root, path, self, began);
        }
        state.flush();
        state.error.map_or(Ok(state.report), Err)
    }

    /// What a file is read with: if it changes, the file is opened again.
    fn reading(&self) -> String {
        let keys = match self.keys {
            KeyInspection::Match => "match",
            KeyInspection::Presence => "presence",
            KeyInspection::Skip => "skip",
        };
        let limits: Vec<String> = Limit::ALL.iter().map(|limit| self.limits.allowed(*limit).to_string()).collect();
        format!("{READER} {keys} {}", limits.join(","))
    }
}

impl<'a> ImportRun<'a> {
    fn new(import: &'a ImportRequest<'a>, store: &'a mut dyn StoreWriter) -> Result<ImportRun<'a>, InventoryError> {
        let stamper = EntrySequence::new(store, import.now)?;
        let former = former_sources(import, store)?;
        let runs = store.complete_runs(import.host)?;
        let before = |path: &PathBuf| {
            let name = platform::path_text(path);
            runs.iter().find(|run| run.root == name).map_or(0, |run| run.files)
        };
        let state = ImportState {
            sources: import.sources.iter().map(|path| (path.clone(), before(path), 0)).collect(),
            host: import.host.to_string(),
            began: stamper.next(),
            store,
            stamper,
            batch: WriteBatch::default(),
            met: HashSet::new(),
            unopened_files: HashSet::new(),
            files: import.sources.iter().cloned().chain(former).map(|path| (path, 0)).collect(),
            closed: Vec::new(),
            unopened: HashSet::new(),
            ended: HashSet::new(),
            report: ImportReport::default(),
            known: HashSet::new(),
            error: None,
        };
        Ok(ImportRun { import, reading: import.reading(), state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, ImportState<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, path: &str, stamp: FileStamp, to_be_retried: bool) -> KnownFile {
        let wall = i64::try_from((self.import.wall)().unix_timestamp_nanos()).unwrap_or(i64::MAX);
        KnownFile {
            host: self.import.host.to_string(),
            path: path.to_string(),
            stamp,
            reading: self.reading.clone(),
            settled: !to_be_retried && stamp.modified < wall.saturating_sub(UNSETTLED),
        }
    }
}

impl ScanSink for ImportRun<'_> {
    fn holds(&self, _: usize, path: &Path) -> bool {
        let name = platform::path_text(path);
        let stamp = std::fs::metadata(path).ok().map(|metadata| platform::stamp(&metadata));
        let mut state = self.state();
        state.meet(path, &name);
        if state.error.is_some() {
            return true;
        }
        if self.import.rehash {
            return false;
        }
        let Some(stamp) = stamp else { return false };
        match state.store.known_file(self.import.host, &name) {
            Ok(Some(known)) if known.settled && known.stamp == stamp && known.reading == self.reading => {
                state.report.unchanged += 1;
                state.count(path);
                state.unopened_files.insert(half_digest(name.as_bytes()));
                true
            }
            Ok(_) => false,
            Err(error) => {
                state.error = Some(error);
                true
            }
        }
    }

    fn take(&self, taken: ScannedFile) {
        let occurrences = taken.certificates.iter().map(|(c, _, found)| OccurrenceRow::new(c.sha256, found)).collect();
        let row = FileRow::new(&taken.file, occurrences);
        let to_be_retried = row.is_to_be_retried() || taken.locked;
        let known = taken.stamp.map(|stamp| self.known(&taken.file.path, stamp, to_be_retried));
        let mut state = self.state();
        // A file in an archive is met here alone.
        state.met.insert(half_digest(taken.file.path.as_bytes()));
        if taken.named && taken.is_barren() {
            state.report.barren.push(taken.file.path.clone());
        }
        state.report.locked += u64::from(taken.locked && taken.file.kind != ContainerKind::Archive);
        state.report.unreadable += u64::from(taken.file.io_error.is_some());
        for (certificate, summary, _) in taken.certificates {
            if state.known.insert(certificate.sha256) {
                state.batch.certificates.push(StoredCertificate { certificate, summary });
            }
        }
        state.batch.crls.extend(taken.crls);
        state.file(self.import.host, taken.file.path, row, known, taken.locked);
    }

    fn pass_over(&self, path: String, stamp: Option<FileStamp>) {
        let known = stamp.map(|stamp| self.known(&path, stamp, false));
        let mut state = self.state();
        state.report.passed_over += 1;
        state.file(self.import.host, path, FileRow::passed_over(), known, false);
    }

    fn held_certificate(&self, path: &str) -> bool {
        let before = self.state().store.file(self.import.host, path);
        before.ok().flatten().is_some_and(|row| !row.certificates.is_empty())
    }

    fn link(&self, _: &Path) {
        self.state().report.links += 1;
    }

    fn cannot_enter(&self, root: usize, path: String, error: &io::Error, named: bool) {
        let mut state = self.state();
        state.report.unreadable += u64::from(!named);
        if named {
            state.unopened.insert(root);
            state.report.roots.push(SourceReport {
                path,
                skipped: Some(RemovalSkipped::Unopened(error.to_string())),
                ..SourceReport::default()
            });
            return;
        }
        state.closed.push(PathBuf::from(&path));
        state.met.insert(half_digest(path.as_bytes()));
        let row = FileRow::unreadable(error.to_string());
        state.file(self.import.host, path, row, None, false);
    }
}

/// Folders below a source that were sources themselves and had files: one of them may be a share
/// of its own, which is not mounted today.
fn former_sources(import: &ImportRequest, store: &dyn StoreWriter) -> Result<Vec<PathBuf>, InventoryError> {
    let mut former = Vec::new();
    for RunRow { root, .. } in store.complete_runs(import.host)?.into_iter().filter(|run| run.files > 0) {
        let path = PathBuf::from(&root);
        let below = import.sources.iter().any(|source| path != *source && path.starts_with(source));
        // A file that was named itself is a file like any other.
        if below && store.file(import.host, &root)?.is_none() {
            former.push(path);
        }
    }
    Ok(former)
}

impl ImportState<'_> {
    /// Notes that a file is there.
    fn meet(&mut self, path: &Path, name: &str) {
        self.met.insert(half_digest(name.as_bytes()));
        for above in path.ancestors() {
            if let Some(files) = self.files.get_mut(above) {
                *files += 1;
            }
        }
    }

    /// Records a file, if it is not as it was.
    fn file(&mut self, host: &str, path: String, row: FileRow, known: Option<KnownFile>, locked: bool) {
        if self.error.is_some() {
            return;
        }
        self.count(Path::new(&path));
        let before = match self.before(host, &path) {
            Ok(before) => before,
            Err(error) => return self.error = Some(error),
        };
        let same_file = |stamp: &Option<KnownFile>| match (stamp, &known) {
            (Some(then), Some(now)) => then.stamp == now.stamp,
            _ => false,
        };
        let (row, known) = match before {
            None => {
                self.report.new += u64::from(!row.is_passed_over());
                (Some(row), known)
            }
            Some((before, stamp)) => {
                // What could be read before is not forgotten because it cannot be read today.
                let unread = row.is_unreadable() || (locked && same_file(&stamp));
                let row = match () {
                    () if unread => before.with_error_of(&row),
                    () if before.is_lost_in(&row) => before.with_problems_of(&row),
                    () => row,
                };
                let same = row == before;
                // Recorded where only the place of the password differs, but the file is as it was.
                match same || row.is_same_file(&before) {
                    true => self.report.unchanged += 1,
                    false => self.report.changed += 1,
                }
                ((!same).then_some(row), known)
            }
        };
        if let Some(file) = row {
            let body = EntryBody::File { host: host.to_string(), path, file: Some(file) };
            let entry = self.stamper.entry(body);
            self.batch.entries.push(entry);
        }
        self.batch.stamps.extend(known);
        if self.batch.stamps.len().max(self.batch.entries.len()) >= BATCH {
            self.flush();
        }
    }

    fn before(&self, host: &str, path: &str) -> Result<Option<(FileRow, Option<KnownFile>)>, InventoryError> {
        let Some(row) = self.store.file(host, path)? else { return Ok(None) };
        Ok(Some((row, self.store.known_file(host, path)?)))
    }

    fn flush(&mut self) {
        if self.error.is_some() {
            return;
        }
        let mut batch = std::mem::take(&mut self.batch);
        // With each batch, so that an import that is stopped leaves behind how far it came. What has
        // ended is taken away after that.
        batch.underway = self.underway();
        match self.store.record(&batch) {
            Ok(certificates) => self.report.certificates += certificates,
            Err(error) => self.error = Some(error),
        }
    }

    /// Counts a file of which everything is recorded, or about to be.
    fn count(&mut self, path: &Path) {
        for (source, _, recorded) in &mut self.sources {
            *recorded += u64::from(path.starts_with(source));
        }
    }

    /// How far the import of each source has come that has not ended.
    fn underway(&self) -> Vec<UnfinishedImport> {
        let open = self.sources.iter().enumerate().filter(|(root, _)| !self.ended.contains(root));
        let one = |(_, (path, before, read)): (usize, &(PathBuf, u64, u64))| UnfinishedImport {
            host: self.host.clone(),
            root: platform::path_text(path),
            began: self.began,
            read: *read,
            least: self.met_below(path).max(*before).max(*read),
        };
        open.map(one).collect()
    }

    /// Says what is gone of a source, and that it was walked.
    fn close(&mut self, root: usize, path: &Path, import: &ImportRequest, began: i64) {
        if self.error.is_some() {
            return;
        }
        // One that cannot be opened is told as such; its import has not been stopped.
        if !self.unopened.contains(&root)
            && let Err(error) = self.compare(path, import, began)
        {
            self.error = Some(error);
            return;
        }
        self.ended.insert(root);
        self.batch.ended.push((import.host.to_string(), platform::path_text(path)));
    }

    fn compare(&mut self, path: &Path, import: &ImportRequest, began: i64) -> Result<(), InventoryError> {
        let name = platform::path_text(path);
        let skipped = self.doubt(path, import)?;
        let gone = if skipped.is_some() { 0 } else { self.gone(path, import)? };
        let files = self.met_below(path);
        let run = RunRow {
            host: import.host.to_string(),
            root: name.clone(),
            began,
            file_system: platform::file_system(path),
            files,
            complete: skipped.is_none(),
        };
        let entry = self.stamper.entry(EntryBody::Run(run));
        self.batch.entries.push(entry);
        self.report.roots.push(SourceReport { path: name, files, gone, skipped });
        Ok(())
    }

    fn met_below(&self, path: &Path) -> u64 {
        self.files.get(path).copied().unwrap_or(0)
    }

    /// Why nothing can be said to be gone of a source.
    fn doubt(&self, path: &Path, import: &ImportRequest) -> Result<Option<RemovalSkipped>, InventoryError> {
        if import.accept_gone {
            return Ok(None);
        }
        let name = platform::path_text(path);
        let before = self.store.complete_runs(import.host)?.into_iter().find(|run| run.root == name);
        if self.met_below(path) == 0 {
            // What was seen from another source counts too.
            let mut files = 0;
            self.store.paths_below(import.host, &name, &mut |_| files += 1)?;
            let files = before.as_ref().map_or(files, |run| run.files.max(files));
            if files > 0 {
                return Ok(Some(RemovalSkipped::Empty { before: files }));
            }
        }
        let (before, now) = match (before.and_then(|run| run.file_system), platform::file_system(path)) {
            (Some(before), Some(now)) if before != now => (before, now),
            _ => return Ok(None),
        };
        // A disk gets another name, and a server is mounted by its address: where most files are still
        // there, it is the same. Another disk in its place has others.
        let (mut known, mut met) = (0_u64, 0_u64);
        self.store.paths_below(import.host, &name, &mut |path| {
            known += 1;
            met += u64::from(self.met.contains(&half_digest(path.as_bytes())));
        })?;
        Ok((met * 2 <= known).then_some(RemovalSkipped::Moved { before, now }))
    }

    /// Records what is gone of a source, and tells how many files that are.
    fn gone(&mut self, path: &Path, import: &ImportRequest) -> Result<u64, InventoryError> {
        let closed: HashSet<PathBuf> = self.closed_below(path, import)?.into_iter().collect();
        let mut gone = Vec::new();
        self.store.paths_below(import.host, &platform::path_text(path), &mut |path| {
            // By its ancestors, which are few; the closed folders may be as many as the files.
            let closed = Path::new(path).ancestors().any(|above| closed.contains(above));
            let mut above = Path::new(path).ancestors().skip(1);
            let in_archive =
                above.any(|path| self.unopened_files.contains(&half_digest(platform::path_text(path).as_bytes())));
            if !closed && !in_archive && !self.met.contains(&half_digest(path.as_bytes())) {
                gone.push(path.to_string());
            }
        })?;
        // A folder that could not be read was told as a file is; now it can, and is there.
        let count = gone.iter().filter(|path| !Path::new(path).is_dir()).count() as u64;
        for path in gone {
            let entry = self.stamper.entry(EntryBody::File { host: import.host.to_string(), path, file: None });
            self.batch.entries.push(entry);
            if self.batch.entries.len() >= BATCH {
                self.flush();
            }
        }
        // What a source that overlaps with this one asks for is in the database.
        self.flush();
        Ok(count)
    }

    /// The folders at or below a source of which nothing is said to be gone.
    fn closed_below(&mut self, path: &Path, import: &ImportRequest) -> Result<Vec<PathBuf>, InventoryError> {
        let mut closed = self.closed.clone();
        let below: Vec<PathBuf> =
            self.files.keys().filter(|below| *below != path && below.starts_with(path)).cloned().collect();
        for below in below {
            if let Some(skipped) = self.doubt(&below, import)? {
                let told = SourceReport {
                    path: platform::path_text(&below),
                    skipped: Some(skipped),
                    ..SourceReport::default()
                };
                // A source that was named tells it itself.
                if !import.sources.contains(&below) && !self.report.roots.contains(&told) {
                    self.report.roots.push(told);
                }
                closed.push(below);
            }
        }
        Ok(closed)
    }
}
