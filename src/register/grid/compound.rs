//! Compound files ([MS-CFB]), the wrapping of XLS and of encrypted workbooks, read and written with
//! cfb.
//!
//! calamine, which reads the workbook, follows chains of sectors without end and makes room for
//! what a damaged file says of itself. So it is given a new file with the one stream it needs.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use cfb::{CompoundFile, Version};

/// How many times its own length is read of a file at most. Each sector is needed once, but cfb
/// reads a sector of the allocation table as often as the file lists it, and keeps what it read:
/// 64 MB of lists would take 8 GB.
const MOST_READS: u64 = 3;

/// A compound file.
pub(super) struct Compound<'a> {
    file: CompoundFile<Bounded<'a>>,
    length: u64,
}

impl<'a> Compound<'a> {
    /// Reads the tables of a compound file.
    pub(super) fn new(bytes: &'a [u8]) -> io::Result<Compound<'a>> {
        let length = bytes.len() as u64;
        let file = CompoundFile::open(Bounded { file: Cursor::new(bytes), left: length * MOST_READS })?;
        Ok(Compound { file, length })
    }

    /// Whether there is a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path(name).is_some()
    }

    /// The bytes of a stream.
    pub(super) fn stream(&mut self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(path) = self.path(name) else { return Ok(None) };
        let mut bytes = Vec::new();
        self.file.open_stream(path)?.take(self.length).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// The entry is looked for one by one: some programs do not sort the directory.
    fn path(&self, name: &str) -> Option<std::path::PathBuf> {
        let mut entries = self.file.read_root_storage();
        entries.find(|entry| entry.is_stream() && entry.name().eq_ignore_ascii_case(name)).map(|e| e.path().into())
    }
}

/// A compound file with one stream of this name.
pub(super) fn wrap(name: &str, stream: &[u8]) -> io::Result<Vec<u8>> {
    // Of version 4 calamine takes none without small streams.
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    let mut into = file.create_stream(name)?;
    into.write_all(stream)?;
    into.flush()?;
    drop(into);
    Ok(file.into_inner().into_inner())
}

/// A file of which no more is read than a sound one needs.
struct Bounded<'a> {
    file: Cursor<&'a [u8]>,
    left: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other("its parts are listed over and over"))?;
        Ok(read)
    }
}

impl Seek for Bounded<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
