//! A real mail server for a test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::python::python;

/// Exim on loopback, until dropped. Any number can run side by side.
pub struct MailServer {
    /// The port with STARTTLS, where a login is wanted.
    pub starttls: u16,
    /// The port with TLS from the first byte, where a login is wanted.
    pub tls: u16,
    /// The port without both. It takes mail for `plain.example`.
    pub plain: u16,
    pub user: String,
    pub password: String,
    /// Where mail is taken for, once logged in: anybody at this domain.
    pub domain: String,
    /// The CA of the server's certificate, which is for `localhost` and `127.0.0.1`.
    pub ca: PathBuf,
    /// A file with the password.
    pub password_file: PathBuf,
    folder: TempDir,
    child: Child,
}

impl MailServer {
    pub fn start() -> MailServer {
        let folder = tempfile::tempdir().unwrap();
        let script = "tests/common/mail_server/start.py";
        let mut child = python(&[script, folder.path().to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is missing: tests/install installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value =
            serde_json::from_str(&line).expect("no mail server: it wants root and target/exim (tests/install)");
        let port = |name: &str| u16::try_from(told[name].as_u64().unwrap()).unwrap();
        let text = |name: &str| told[name].as_str().unwrap().to_string();
        MailServer {
            starttls: port("starttls"),
            tls: port("tls"),
            plain: port("plain"),
            user: text("user"),
            password: text("password"),
            domain: text("domain"),
            ca: folder.path().join("ca.pem"),
            password_file: folder.path().join("password"),
            folder,
            child,
        }
    }

    /// The messages that have come for `who` (what stands before `@`), once there are `count`; in
    /// no particular order.
    pub fn mails(&self, who: &str, count: usize) -> Vec<Vec<u8>> {
        let began = Instant::now();
        loop {
            let mails: Vec<Vec<u8>> = self.all().into_iter().filter(|mail| is_for(mail, who)).collect();
            if mails.len() >= count {
                return mails;
            }
            let so_far = format!("{} of {count} for {who}", mails.len());
            assert!(began.elapsed() < Duration::from_secs(20), "{so_far}:\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Every message that has come so far, once for each recipient.
    pub fn all(&self) -> Vec<Vec<u8>> {
        let new = self.maildir().join("new");
        fs::read_dir(&new).into_iter().flatten().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
    }

    /// The Maildir into which all mail comes.
    pub fn maildir(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        let logs = ["mainlog", "rejectlog", "paniclog"].map(|log| fs::read(self.folder.path().join(log)));
        logs.into_iter().flatten().map(|log| String::from_utf8_lossy(&log).into_owned()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn is_for(mail: &[u8], who: &str) -> bool {
    let head = String::from_utf8_lossy(mail);
    head.lines().take_while(|line| !line.is_empty()).any(|line| {
        line.strip_prefix("Envelope-to: ")
            .and_then(|to| to.rsplit_once('@'))
            .is_some_and(|(local, _)| local.trim_matches('"') == who)
    })
}
