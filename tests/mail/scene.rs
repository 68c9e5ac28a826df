//! Messages, relays, and the server that misbehaves.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shomei::calendar::{Zone, parse_instant};
use shomei::deliver::mail::{ConnectionSecurity, DeliveryOutcome, Login, Mail, MailAddress, Relay, SmtpClient};
use shomei::locale::Lang;
use tempfile::TempDir;
use zeroize::Zeroizing;

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub const PASSWORD: &str = "合言葉-s3cret";

pub fn address(name: &str, mail: &str) -> MailAddress {
    MailAddress { name: (!name.is_empty()).then(|| name.to_string()), mail: mail.to_string() }
}

pub fn mail() -> Mail {
    Mail {
        from: address("証明書係", "shomei@office.example"),
        to: vec![address("", "tanaka@care.example")],
        reply_to: None,
        subject: "電子証明書の期限のお知らせ".into(),
        text: "お疲れさまです。\n.点で始まる行\n証明書の期限が近づいています。\n".into(),
        html: None,
        attachments: Vec::new(),
        message_id: "20261123.1@office.example".into(),
        at: parse_instant("2026-11-23T04:05:06Z", Zone::UTC).unwrap(),
        zone: Zone::JAPAN,
        lang: Lang::Ja,
    }
}

/// What Python's email reads in a message.
pub fn read(bytes: &[u8]) -> Value {
    let mut child = Command::new("python3")
        .arg(Path::new(ROOT).join("tests/mail/read.py"))
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is missing: run the tests by ./tests/run");
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn relay(port: u16, security: ConnectionSecurity) -> Relay {
    Relay {
        host: "localhost".into(),
        port,
        security,
        login: None,
        roots: Vec::new(),
        timeout: Duration::from_secs(10),
        attempts: 3,
        pause: Duration::from_secs(60),
        hello: "office.example".into(),
    }
}

pub fn login(user: &str, password: &str) -> Option<Login> {
    Some(Login { user: user.into(), password: Zeroizing::new(password.into()) })
}

/// What became of the messages handed over one after the other, and the pauses made.
pub fn send(relay: &Relay, messages: &[(&[&str], &[u8])]) -> (Vec<DeliveryOutcome>, Vec<u64>) {
    let pauses = RefCell::new(Vec::new());
    let sleep = |pause: Duration| pauses.borrow_mut().push(pause.as_secs());
    let mut client = SmtpClient::new(relay, &sleep);
    let mut one = |(to, bytes): &(&[&str], &[u8])| {
        let to: Vec<String> = to.iter().map(ToString::to_string).collect();
        client.send("shomei@office.example", &to, bytes)
    };
    let deliveries = messages.iter().map(&mut one).collect();
    drop(client);
    (deliveries, pauses.into_inner())
}

/// The server that misbehaves as `plan` says (see `odd/odd.py`).
pub struct Odd {
    pub port: u16,
    folder: TempDir,
    child: Child,
    told: Arc<Mutex<Vec<Value>>>,
}

impl Odd {
    pub fn start(mut plan: Value) -> Odd {
        let folder = tempfile::tempdir().unwrap();
        for (key, usual) in [("security", json!("plain")), ("certificate", json!("good")), ("rules", json!([]))] {
            plan.as_object_mut().unwrap().entry(key).or_insert(usual);
        }
        let mut child = Command::new("python3")
            .arg(Path::new(ROOT).join("tests/mail/odd/odd.py"))
            .arg(folder.path())
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is missing: run the tests by ./tests/run");
        writeln!(child.stdin.as_mut().unwrap(), "{plan}").unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let all = told.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                all.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Odd { port: first["port"].as_u64().unwrap().try_into().unwrap(), folder, child, told }
    }

    /// One with rules and nothing else odd.
    pub fn with(rules: Value) -> Odd {
        Odd::start(json!({ "rules": rules }))
    }

    pub fn relay(&self, security: ConnectionSecurity) -> Relay {
        let roots = std::fs::read(self.folder.path().join("ca.pem"));
        Relay { roots: roots.into_iter().collect(), ..relay(self.port, security) }
    }

    /// Waits until this many events begin like one of these.
    pub fn wait(&self, begins: &[&str], count: usize) {
        let began = Instant::now();
        while begins.iter().map(|begin| self.so_far().count(begin)).sum::<usize>() < count {
            assert!(began.elapsed() < Duration::from_secs(20), "{begins:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The CA of its certificate, where it has one.
    #[allow(dead_code)]
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What it has received so far.
    pub fn so_far(&self) -> Record {
        Record(self.told.lock().unwrap().clone())
    }

    /// Ends the server and tells what it received, in order.
    pub fn end(mut self) -> Record {
        thread::sleep(Duration::from_millis(50));
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        thread::sleep(Duration::from_millis(20));
        Record(self.told.lock().unwrap().clone())
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

pub struct Record(Vec<Value>);

impl Record {
    fn events(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|told| told["event"].as_str())
    }

    /// How many events begin like this.
    pub fn count(&self, begin: &str) -> usize {
        self.events().filter(|event| event.starts_with(begin)).count()
    }

    pub fn has(&self, event: &str) -> bool {
        self.events().any(|e| e == event)
    }

    /// The messages that came whole: for whom, and what.
    pub fn contents(&self) -> Vec<(Vec<String>, String)> {
        let contents = self.0.iter().filter(|told| told["event"] == "CONTENT");
        let text = |value: &Value| value.as_str().unwrap().to_string();
        contents.map(|told| (told["to"].as_array().unwrap().iter().map(text).collect(), text(&told["data"]))).collect()
    }
}
