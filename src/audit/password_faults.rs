//! What is wrong with the password that opened a container, found out while it is at hand and kept
//! without it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::certificate::Certificate;
use crate::container::OpeningSecret;

/// Fewest characters of a password.
const SHORTEST: usize = 8;
/// Digits of a provider number.
const NUMBER_DIGITS: usize = 10;
/// Larger files are no notes.
const LONGEST_NOTE: u64 = 64 << 10;
/// Notes that are read in one folder.
const NOTES: usize = 64;
/// Folders whose notes are kept: a walk visits one folder after the other.
const FOLDERS: usize = 32;
/// Names under which people keep notes.
const NOTE_ENDINGS: &[&str] = &[
    "txt", "text", "csv", "tsv", "md", "log", "ini", "conf", "bat", "cmd", "ps1", "sh", "html", "htm", "eml", "rtf",
    "url", "",
];

/// One thing that is wrong with the password of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// It has few characters.
    Short,
    /// It is ten digits, which is the form of a provider number.
    ProviderNumber,
    /// It is in the subject or friendlyName of the certificate.
    InCertificate,
    /// It is in the name of the file.
    InFileName,
    /// It is in this file beside the container.
    InFile(String),
}

impl PasswordFault {
    /// The stable code, and the file where there is one.
    pub fn code(&self) -> (&'static str, &str) {
        match self {
            PasswordFault::Short => ("short", ""),
            PasswordFault::ProviderNumber => ("provider-number", ""),
            PasswordFault::InCertificate => ("in-certificate", ""),
            PasswordFault::InFileName => ("in-file-name", ""),
            PasswordFault::InFile(path) => ("in-file", path),
        }
    }

    /// The fault with this code.
    pub fn of_code(code: &str, path: &str) -> Option<PasswordFault> {
        Some(match code {
            "short" => PasswordFault::Short,
            "provider-number" => PasswordFault::ProviderNumber,
            "in-certificate" => PasswordFault::InCertificate,
            "in-file-name" => PasswordFault::InFileName,
            "in-file" => PasswordFault::InFile(path.into()),
            _ => return None,
        })
    }
}

/// The texts beside the containers of a walk.
#[derive(Default)]
pub struct FolderNotes(Mutex<HashMap<PathBuf, Arc<Vec<Note>>>>);

/// A short text file.
struct Note {
    name: String,
    text: Zeroizing<Vec<u8>>,
}

/// What is wrong with the password that opened the container at `path`, which has these
/// certificates with their friendlyNames.
pub(super) fn password_faults<'a>(
    secret: &OpeningSecret,
    path: &str,
    certificates: impl Iterator<Item = (&'a Certificate, Option<&'a str>)>,
    notes: &FolderNotes,
) -> Vec<PasswordFault> {
    let mut faults = Vec::new();
    if secret.chars() < SHORTEST {
        faults.push(PasswordFault::Short);
    }
    if secret.is_digits(NUMBER_DIGITS) {
        faults.push(PasswordFault::ProviderNumber);
    }
    let mut names =
        certificates.flat_map(|(certificate, name)| [certificate.subject.printed(), name.unwrap_or_default().into()]);
    if names.any(|name| secret.is_in(name.as_bytes())) {
        faults.push(PasswordFault::InCertificate);
    }
    let path = Path::new(path);
    if path.file_name().is_some_and(|name| secret.is_in(name.to_string_lossy().as_bytes())) {
        faults.push(PasswordFault::InFileName);
    }
    if let Some(folder) = path.parent() {
        let beside = notes.of(folder);
        let is_other = |note: &&Note| path.file_name().is_none_or(|name| name.to_string_lossy() != note.name);
        let exposing = beside.iter().filter(is_other).filter(|note| secret.is_in(&note.text));
        faults
            .extend(exposing.map(|note| PasswordFault::InFile(folder.join(&note.name).to_string_lossy().into_owned())));
    }
    faults
}

impl FolderNotes {
    /// The notes of a folder. A folder that cannot be listed has none: what the walk cannot read is
    /// reported by the walk.
    fn of(&self, folder: &Path) -> Arc<Vec<Note>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(notes) = known.get(folder) {
            return Arc::clone(notes);
        }
        if known.len() >= FOLDERS {
            known.clear();
        }
        let notes = Arc::new(read_notes(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }));
        known.insert(folder.to_path_buf(), Arc::clone(&notes));
        notes
    }
}

fn read_notes(folder: &Path) -> Vec<Note> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    // The entry's own type: links and devices are not followed.
    let mut paths: Vec<PathBuf> =
        entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())).map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        NOTE_ENDINGS.contains(&ending.as_str())
    });
    paths.sort();
    let is_short = |path: &PathBuf| fs::metadata(path).is_ok_and(|data| data.len() <= LONGEST_NOTE);
    let note = |path: PathBuf| {
        let bytes = Zeroizing::new(fs::read(&path).ok()?);
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some(Note { name, text: in_utf8(&bytes) })
    };
    paths.into_iter().filter(is_short).take(NOTES).filter_map(note).collect()
}

/// Notes of Windows are in UTF-16 or CP932 as often as in UTF-8.
fn in_utf8(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let encoding = match bytes {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => return Zeroizing::new(bytes.to_vec()),
        _ => encoding_rs::SHIFT_JIS,
    };
    Zeroizing::new(encoding.decode(bytes).0.into_owned().into_bytes())
}
