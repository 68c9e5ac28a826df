//! A mail server that is not there, is not who it should be, does not let us in, or stalls.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::scene::{Letter, Office, Smtp, by_mail, letter, letters};
use crate::common::command::CommandResult;
use crate::common::mail_server::MailServer;
use crate::common::process;
use crate::odd_server::OddServer;

const SECRET: &str = "himitsu-s3cret";
const MORE: &str = "  report_on: monthly 11\nreport:\n  folder: reports\nrun:\n  log: shomei.log\n  metrics: metrics";

fn office(smtp: &Smtp) -> Office {
    let office = Office::new(smtp, &[by_mail("A", "a", "2027-01-15"), by_mail("B", "b", "2027-01-15")], MORE);
    office.write("secret.txt", format!("{SECRET}\n"));
    office.write("metrics/other.prom", "");
    office
}

/// A port where nobody listens.
fn nobody() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Every file of the office but the password's own.
fn files(office: &Office) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![office.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.ends_with("secret.txt") => {}
                false => found.push((path.display().to_string(), std::fs::read(&path).unwrap())),
            }
        }
    }
    found
}

#[track_caller]
fn says_no_password(office: &Office, said: &CommandResult) {
    assert!(!said.stdout.contains(SECRET) && !said.stderr.contains(SECRET), "{said:?}");
    // As it goes over the wire, too.
    let encoded = openssl::base64::encode_block(format!("\0office\0{SECRET}").as_bytes());
    for (name, bytes) in files(office) {
        for secret in [SECRET, &encoded] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{name}");
        }
    }
}

/// The lines of the log.
fn log(office: &Office) -> Vec<Value> {
    office.read("shomei.log").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_server_that_fails_is_left_in_time_and_everything_else_is_done() {
    let odd = |plan: Value| Some(OddServer::start(plan));
    let with_tls = |rule: Value| odd(json!({"security": "tls", "rules": [rule]}));
    for (reason, server) in [
        ("unreachable", None),
        ("tls", odd(json!({"security": "tls", "certificate": "name"}))),
        ("tls", odd(json!({"security": "tls", "certificate": "unknown"}))),
        ("tls", odd(json!({"security": "tls", "certificate": "expired"}))),
        ("auth", with_tls(json!({"at": "AUTH", "say": "535 5.7.8 no"}))),
        ("timeout", with_tls(json!({"at": "CONNECT", "do": "stall"}))),
        ("timeout", with_tls(json!({"at": "RCPT", "do": "stall"}))),
        ("temporary", with_tls(json!({"at": "MAIL", "say": "451 4.3.2 not now"}))),
    ] {
        let smtp = server.as_ref().map_or_else(|| Smtp::plain(nobody()), Smtp::odd_tls);
        let office = office(&smtp);
        let began = Instant::now();
        let said = office.run(&["run"]);
        assert!(began.elapsed() < Duration::from_secs(10), "{reason}: {:?}", began.elapsed());
        assert_eq!(said.code, 2, "{reason}: {said:?}");
        assert!(said.stdout.contains("管理者あて: 送れず") && !said.stderr.is_empty(), "{said:?}");
        assert_eq!(office.names("reports"), ["shomei-2026-11-23.html", "shomei-2026-11-23.xlsx"]);
        let log = log(&office);
        let trouble = log.iter().find(|line| line["event"] == "trouble").unwrap_or_else(|| panic!("{log:?}"));
        assert_eq!((&trouble["stage"], &trouble["reason"]), (&json!("mail"), &json!(reason)));
        assert_eq!(log.last().unwrap()["exit"], 2);
        let metrics = office.read("metrics/shomei-run.prom");
        assert!(metrics.contains(&format!("shomei_run_failures{{stage=\"mail\",reason=\"{reason}\"}}")), "{metrics}");
        assert!(metrics.contains("shomei_run_exit_code 2\n"), "{metrics}");
        assert!(!metrics.contains("shomei_run_last_success_seconds"), "{metrics}");
        assert_eq!((office.told().len(), office.outbox().len()), (0, 0), "{reason}");
        says_no_password(&office, &said);
        if let Some(server) = server {
            assert!(server.end().contents().is_empty(), "{reason}");
        }
    }
}

#[test]
fn once_the_server_is_back_everybody_hears_what_is_due_then() {
    let server = MailServer::start();
    let office = office(&Smtp::plain(nobody()));
    for day in ["2026-11-23", "2026-11-24"] {
        let said = office.on(day, &["run"]);
        assert_eq!(said.code, 2);
        assert_eq!(office.told().len(), 0);
    }
    office.configure(&Smtp::real(&server), MORE);
    let said = office.on("2026-11-25", &["run"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    for who in ["a", "b"] {
        let told = letter(&server, who);
        told.says("あと51日");
        told.says_nothing_of("失敗");
    }
    let auditors = letter(&server, "kanri");
    assert!(
        auditors.subject.starts_with("【要確認】") && auditors.subject.contains("請求できない"),
        "{}",
        auditors.subject
    );
    assert_eq!(auditors.files.len(), 2);
    auditors.says("前の実行で失敗し、お知らせできなかったこと");
    auditors.says("2026-11-23: ");
    auditors.says("2026-11-24: ");
    auditors.says("メールで知らせた宛先 2 件");
    assert!(office.read("metrics/shomei-run.prom").contains("shomei_run_last_success_seconds "));
    // Once.
    assert_eq!(office.on("2026-11-26", &["run"]).code, 0);
    assert_eq!(letters(&server, "kanri", 1).len(), 1);
}

#[test]
fn a_server_that_comes_back_on_the_way_misses_nobody() {
    // The first message fails; the second and the auditors' are taken.
    let odd = OddServer::with(json!([{"at": "MAIL", "times": 1, "say": "451 4.3.2 not now"}]));
    let office = office(&Smtp::odd(&odd));
    let said = office.run(&["run"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!((office.told_of("declared:default/A/"), office.told_of("declared:default/B/")), (0, 1));
    let said = office.run(&["run"]);
    assert_eq!(said.code, 0, "{said:?}");
    let contents = odd.end().contents();
    let to: Vec<String> = contents.iter().map(|(to, _)| to.concat()).collect();
    assert_eq!(to, ["<b@care.example>", "<kanri@care.example>", "<a@care.example>", "<kanri@care.example>"]);
    Letter::new(contents[1].1.as_bytes()).says("not now");
    let second = Letter::new(contents[3].1.as_bytes());
    second.says("a@care.example");
    second.says_nothing_of("not now");
}

#[test]
fn a_password_is_not_on_the_command_line_of_anybody() {
    let odd = OddServer::start(json!({"security": "tls", "rules": [{"at": "MAIL", "times": 1, "do": "stall"}]}));
    let office = office(&Smtp::odd_tls(&odd).patiently());
    let mut child = office.start(&["run"]);
    process::until(|| odd.so_far().count("MAIL") == 1);
    let of = |what: &str| std::fs::read(format!("/proc/{}/{what}", child.id())).unwrap();
    let (line, environment) = (of("cmdline"), of("environ"));
    let all = String::from_utf8_lossy(&line).into_owned() + &String::from_utf8_lossy(&environment);
    assert!(all.contains("shomei.yaml") && !all.contains(SECRET), "{all}");
    // Nor in an image of its memory, should it crash.
    let limits = String::from_utf8(of("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_password_file_that_is_missing_or_open_to_others_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let odd = OddServer::start(json!({"security": "tls"}));
    let office = office(&Smtp::odd_tls(&odd));
    std::fs::remove_file(office.path("secret.txt")).unwrap();
    let said = office.run(&["run"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("secret.txt"), "{said:?}");
    assert_eq!(said.stderr.matches("secret.txt").count(), 1, "{said:?}");
    assert_eq!(office.names("reports").len(), 2);
    assert!(office.read("metrics/shomei-run.prom").contains("shomei_run_failures{stage=\"mail\",reason=\"mailroom\"}"));
    office.write("secret.txt", format!("{SECRET}\n"));
    std::fs::set_permissions(office.path("secret.txt"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = office.run(&["run"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("chmod 600"), "{said:?}");
    // The run that could tell nobody is told of now.
    let contents = odd.end().contents();
    Letter::new(contents.last().unwrap().1.as_bytes()).says("前の実行で失敗し");
}
