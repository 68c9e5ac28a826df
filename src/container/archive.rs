//! ZIP archives: the files in them whose names promise a certificate.
//!
//! Nothing else is unpacked: office documents and programs are ZIP archives too.

use std::io::{Cursor, Read, Seek};
use std::path::Path;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::limits::{Limit, Limits};
use super::{ContainerProblem, is_promised};

/// Archives within archives that are looked into.
const DEPTH: usize = 3;

/// Entries of an archive: above any backup of an office, and some 30 MB of directory.
const ENTRIES: u64 = 100_000;

/// A file in an archive.
#[derive(Debug)]
pub struct Member {
    /// Its name there; archives within archives are folders of it.
    pub name: String,
    /// Its bytes; none where it is encrypted.
    pub bytes: Option<Vec<u8>>,
}

/// What an archive holds.
#[derive(Debug, Default)]
pub struct Members {
    /// The files whose names promise a certificate, in the order of the archive.
    pub members: Vec<Member>,
    /// Why some of them were not read.
    pub problem: Option<ContainerProblem>,
}

impl Members {
    /// Whether it holds nothing that promises a certificate.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.problem.is_none()
    }
}

/// Whether these bytes begin a ZIP archive.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads the files in an archive whose names promise a certificate. All of them together may have as
/// many bytes as a file may. An archive that cannot be read promises nothing.
pub fn members(bytes: &[u8], limits: &Limits) -> Members {
    let mut found = Members::default();
    let mut left = limits.bytes;
    collect(bytes, "", 1, limits, &mut left, &mut found);
    found
}

/// Whether an archive that is too large to read has files whose names promise a certificate.
pub fn promises(archive: impl Read + Seek) -> bool {
    let Ok(mut archive) = ZipArchive::new(archive) else { return false };
    if archive.len() as u64 > ENTRIES {
        return false;
    }
    (0..archive.len()).any(|i| archive.by_index_raw(i).is_ok_and(|file| is_promised(Path::new(&name_of(&file)))))
}

fn collect(bytes: &[u8], folder: &str, depth: usize, limits: &Limits, left: &mut u64, found: &mut Members) {
    if directory_size(bytes) > ENTRIES {
        return;
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return };
    for i in 0..archive.len() {
        let Ok(file) = archive.by_index_raw(i) else { continue };
        let name = name_of(&file);
        let is_nested = name.to_ascii_lowercase().ends_with(".zip");
        if file.is_dir() || !(is_nested || is_promised(Path::new(&name))) {
            continue;
        }
        let (name, encrypted, size) = (format!("{folder}{name}"), file.encrypted(), file.size());
        drop(file);
        let limit = |limit, asked, allowed| Some(ContainerProblem::Limit { limit, asked, allowed, untried: 0 });
        if encrypted {
            found.members.push(Member { name, bytes: None });
            continue;
        }
        if is_nested && depth >= DEPTH {
            found.problem = limit(Limit::Depth, depth as u64 + 1, DEPTH as u64);
            continue;
        }
        if found.members.len() as u64 >= limits.certificates {
            found.problem = limit(Limit::Certificates, limits.certificates + 1, limits.certificates);
            return;
        }
        let mut content = Vec::new();
        // The size that the archive states may be a lie; what is unpacked counts.
        let read = archive.by_index(i).map(|file| file.take(left.saturating_add(1)).read_to_end(&mut content));
        if content.len() as u64 > *left {
            found.problem = limit(Limit::Bytes, (limits.bytes - *left).saturating_add(size), limits.bytes);
            return;
        }
        *left -= content.len() as u64;
        match (read, is_nested) {
            (Ok(Ok(_)), true) => collect(&content, &format!("{name}/"), depth + 1, limits, left, found),
            (_, true) => {}
            // What of a damaged member could be unpacked is judged as a file that was cut off.
            (_, false) => found.members.push(Member { name, bytes: Some(content) }),
        }
    }
}

/// How many entries the directory has, at most: counted before the library makes a list of it.
fn directory_size(bytes: &[u8]) -> u64 {
    bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count() as u64
}

/// The name in UTF-8, or in the code page of Japanese Windows, whose Explorer does not say so.
fn name_of<R: Read>(file: &ZipFile<'_, R>) -> String {
    let raw = file.name_raw();
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_string(),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(raw).0.into_owned(),
    };
    name.replace('\\', "/")
}
