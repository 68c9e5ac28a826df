//! The peer: what a script does, `openssl pkcs12 | openssl verify`, file by file.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::fleet::{PASSWORD, ROOT};

/// Whether there is an `openssl` on this machine.
pub fn is_there() -> bool {
    Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_ok()
}

/// The time that the host's `openssl` takes for `files`, one after the other. `with_keys`
/// decrypts private keys too, as the audit does.
pub fn run(files: &[&Path], at: i64, with_keys: bool) -> io::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let (root, password) = (folder.path().join("root.pem"), folder.path().join("password"));
    std::fs::write(&root, ROOT)?;
    std::fs::write(&password, PASSWORD)?;
    let begun = Instant::now();
    for file in files {
        assert!(verify(file, &password, &root, at, with_keys)?, "openssl does not trust {}", file.display());
    }
    Ok(begun.elapsed())
}

fn verify(file: &Path, password: &Path, root: &Path, at: i64, with_keys: bool) -> io::Result<bool> {
    let mut open = Command::new("openssl")
        .args(["pkcs12", "-clcerts", if with_keys { "-nodes" } else { "-nokeys" }, "-in"])
        .arg(file)
        .args(["-passin", &format!("file:{}", password.display())])
        .stdout(Stdio::piped())
        .spawn()?;
    let certificate = open.stdout.take().map_or(Stdio::null(), Stdio::from);
    let verified = Command::new("openssl")
        .args(["verify", "-attime", &at.to_string(), "-CAfile"])
        .arg(root)
        .stdin(certificate)
        .stdout(Stdio::null())
        .status()?;
    Ok(open.wait()?.success() && verified.success())
}
