//! That the program is called for real, by Debian's cron.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::scene::{Home, stand_ins};

/// What the user's crontab was; it is put back at the end, whatever happens.
struct Kept(Option<Vec<u8>>);

impl Kept {
    fn new() -> Kept {
        let output = Command::new("crontab").arg("-l").output().expect("cron is missing: tests/install installs it");
        Kept(output.status.success().then_some(output.stdout))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        match &self.0 {
            Some(crontab) => put(crontab),
            None => drop(Command::new("crontab").arg("-r").output()),
        }
    }
}

fn put(crontab: &[u8]) {
    let mut child = Command::new("crontab").arg("-").stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(crontab).unwrap();
    assert!(child.wait().unwrap().success());
}

/// A cron at work: the system's where there is one, else our own.
struct Cron(Child);

impl Cron {
    fn start() -> Cron {
        Cron(
            Command::new("cron")
                .arg("-f")
                .stderr(Stdio::null())
                .spawn()
                .expect("cron is missing: tests/install installs it"),
        )
    }
}

impl Drop for Cron {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn crontab() -> String {
    String::from_utf8(Command::new("crontab").arg("-l").output().unwrap().stdout).unwrap()
}

const OTHERS: &str = "# others' lines\n0 0 1 1 *\techo 100\\% done\n";

#[test]
fn cron_calls_what_was_installed_with_its_words_intact() {
    let home = Home::new();
    let (program, config) = ("it's 100% 書類 $HOME/called", "it's 100% 書類 $HOME/設定 \"1\".yaml");
    home.write(config, "lang: ja\n");
    fs::copy(stand_ins().join("called"), home.path(program)).unwrap();
    let real = "/usr/bin:/bin";
    // What a test that was killed left behind is none of the user's lines.
    home.run_with(real, &["schedule", "remove", "--config", config]);
    let kept = Kept::new();
    let others = String::from_utf8_lossy(kept.0.as_deref().unwrap_or_default()) + OTHERS;
    put(others.as_bytes());
    let install = ["schedule", "install", "--with", "cron", "--monthly-on", "11,25", "--business-day", "next"];
    let said = home.run_with(real, &[&install[..], &["--config", config, "--program", program]].concat());
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    let installed = crontab();
    assert!(installed.starts_with(&*others), "{installed}");
    put(installed.replace("\n30 * * * * ", "\n* * * * * ").as_bytes());

    let cron = Cron::start();
    let called = home.path(&format!("{program}.arguments"));
    let begun = Instant::now();
    while !called.exists() && begun.elapsed() < Duration::from_secs(150) {
        sleep(Duration::from_millis(200));
    }
    drop(cron);
    let expected = format!("run\n--config\n{}\n--if-due\nmonthly 11,25 07:30 next\n", home.text(config));
    assert_eq!(fs::read_to_string(called).expect("cron did not call it"), expected);

    let said = home.run_with(real, &["schedule", "remove"]);
    assert_eq!(said.stdout, "Removed from cron: shomei\n", "{said:?}");
    assert_eq!(crontab(), others);
    drop(kept);
}
