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
