//! The little that differs between operating systems. Nothing Unix-only stands outside.

use std::fs::Metadata;

/// The permissions as `ls` prints them (`rw-r--r--`), if anybody but the owner may read the
/// file; none where nobody else may, or where the system has no such permissions (Windows,
/// whose access lists are not looked at).
#[cfg(unix)]
pub fn readable_by_others(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    if mode & 0o044 == 0 {
        return None;
    }
    let letters = "rwxrwxrwx".chars().enumerate();
    Some(letters.map(|(i, c)| if mode & (0o400 >> i) != 0 { c } else { '-' }).collect())
}

/// The permissions as `ls` prints them, if anybody but the owner may read the file.
#[cfg(not(unix))]
pub fn readable_by_others(_metadata: &Metadata) -> Option<String> {
    None
}

/// The user's language as the system knows it: `LC_ALL`, `LC_MESSAGES`, `LANG`, or the
/// setting of Windows and macOS.
pub fn locale_name() -> Option<String> {
    sys_locale::get_locale()
}

/// A temporary file in `folder` that becomes a result by being renamed, with the permissions
/// that any new file has.
#[cfg(unix)]
pub fn temporary_in(folder: &std::path::Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // A folder that is not there is told without the name that the file would have had.
    std::fs::metadata(folder)?;
    // The umask takes from these what the user does not want.
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

/// A temporary file in `folder` that becomes a result by being renamed.
#[cfg(not(unix))]
pub fn temporary_in(folder: &std::path::Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}
