//! A mail server that misbehaves as it is told.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shomei::deliver::mail::{ConnectionSecurity, Relay};
use tempfile::TempDir;

use crate::common::python::python;
use crate::mail::scene::relay;

/// The server that misbehaves as `plan` says (see `odd.py`).
pub struct OddServer {
    pub port: u16,
    folder: TempDir,
    child: Child,
    told: Arc<Mutex<Vec<Value>>>,
}

impl OddServer {
    pub fn start(mut plan: Value) -> OddServer {
        let folder = tempfile::tempdir().unwrap();
        for (key, usual) in [("security", json!("plain")), ("certificate", json!("good")), ("rules", json!([]))] {
            plan.as_object_mut().unwrap().entry(key).or_insert(usual);
        }
        let script = "tests/delivery/odd_server/odd.py";
        let mut child = python(&[script, folder.path().to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is missing: tests/install installs it");
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
        OddServer { port: first["port"].as_u64().unwrap().try_into().unwrap(), folder, child, told }
    }

    /// One with rules and nothing else odd.
    pub fn with(rules: Value) -> OddServer {
        OddServer::start(json!({ "rules": rules }))
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

impl Drop for OddServer {
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
