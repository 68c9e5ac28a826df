//! The DER of every distinct certificate: in memory up to a limit, then in a temporary file, so
//! that memory does not grow with the input.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

/// Bytes kept in memory before the rest goes to a temporary file: some 200,000 certificates.
const IN_MEMORY: usize = 256 << 20;

/// The location of a blob.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlobLocation {
    start: u64,
    length: u32,
}

/// An append-only store of blobs.
#[derive(Debug, Default)]
pub(super) struct BlobStore {
    memory: Vec<u8>,
    spool: Option<Mutex<File>>,
    spooled: u64,
}

impl BlobStore {
    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<BlobLocation> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        if self.spool.is_none() && self.memory.len() + bytes.len() <= IN_MEMORY {
            let start = self.memory.len() as u64;
            self.memory.extend_from_slice(bytes);
            return Ok(BlobLocation { start, length });
        }
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => none.insert(Mutex::new(tempfile::tempfile()?)),
        };
        let file = spool.get_mut().map_err(|_| io::Error::other("poisoned"))?;
        file.seek(SeekFrom::Start(self.spooled))?;
        file.write_all(bytes)?;
        let start = IN_MEMORY as u64 + self.spooled;
        self.spooled += u64::from(length);
        Ok(BlobLocation { start, length })
    }

    pub(super) fn get(&self, at: BlobLocation) -> io::Result<Vec<u8>> {
        let length = at.length as usize;
        if at.start < IN_MEMORY as u64 {
            let start = at.start as usize;
            return Ok(self.memory[start..start + length].to_vec());
        }
        let spool = self.spool.as_ref().ok_or_else(|| io::Error::other("no spool"))?;
        // Seek and read must not be interleaved with those of other threads.
        let mut file = spool.lock().map_err(|_| io::Error::other("poisoned"))?;
        file.seek(SeekFrom::Start(at.start - IN_MEMORY as u64))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
