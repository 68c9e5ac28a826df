//! `shomei run`: its stages, its lock, when it is due, and what it leaves behind.

use std::collections::BTreeSet;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::scene::{Holder, Letter, Office, Smtp, by_mail, letter, letters};
use crate::common::ROOT;
use crate::common::command::SHOMEI;
use crate::common::mail_server::MailServer;
use crate::common::process::{finish, until};
use crate::odd_server::OddServer;

const FILES: &str = "report:\n  folder: reports\n  keep: 30\nrun:\n  log: logs/shomei.log\n  metrics: metrics";

fn two() -> [Holder; 2] {
    [by_mail("A", "a", "2027-01-15"), by_mail("B", "b", "2027-01-15")]
}

fn office(smtp: &Smtp, more: &str) -> Office {
    let office = Office::new(smtp, &two(), &format!("  report_on: monthly 11\n{FILES}\n{more}"));
    office.write("metrics/other.prom", "");
    office
}

fn log(office: &Office) -> Vec<Value> {
    office.read("logs/shomei.log").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The events of the log, a trouble with its stage and reason.
fn events(office: &Office) -> Vec<String> {
    let text = |line: &Value| match line["event"].as_str().unwrap() {
        "trouble" => format!("trouble {} {}", line["stage"].as_str().unwrap(), line["reason"].as_str().unwrap()),
        event => event.to_string(),
    };
    log(office).iter().map(text).collect()
}

fn promtool(metrics: &str) {
    let path = Path::new(ROOT).join("target/promtool/promtool");
    let program = if path.exists() { path.into_os_string() } else { "promtool".into() };
    let mut command = Command::new(program);
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("promtool is missing: tests/install fetches it");
    child.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    let output = finish(child, 60);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn a_run_imports_judges_reports_notifies_and_says_so_in_a_line() {
    let server = MailServer::start();
    let office = office(&Smtp::real(&server), "sources: [certificates]");
    office.write("certificates/読んで.txt", "");
    // It counts from the last report before today's.
    let ours = [
        "shomei-2026-11-22.html",
        "shomei-2026-10-22.html",
        "shomei-2026-10-23.html",
        "shomei-2026-10-01.xlsx",
        "shomei-2020-01-01.json",
    ];
    let others = ["shomei-2020-01-01.docx", "shomei-2020-01-01.html.bak", "報告書-2020-01-01.html", "shomei-old.html"];
    ours.iter().chain(&others).for_each(|name| office.write(&format!("reports/{name}"), ""));
    std::fs::create_dir(office.path("reports/shomei-2019-01-01.html")).unwrap();

    let said = office.run(&["run"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    let line = said.stdout.trim_end();
    assert!(line.starts_with("2026-11-23 09:00:00 +09:00 取り込み: 新しいファイル ") && !line.contains('\n'), "{line}");
    for part in [
        "請求できる 0",
        "shomei-2026-11-23.html、shomei-2026-11-23.xlsx",
        "事業所・代理人へ 2 通",
        "管理者あて: 送信済み",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }

    let mut kept: Vec<&str> = others.to_vec();
    kept.extend([
        "shomei-2026-10-23.html",
        "shomei-2026-11-22.html",
        "shomei-2019-01-01.html",
        "shomei-2026-11-23.html",
        "shomei-2026-11-23.xlsx",
    ]);
    kept.sort_unstable();
    assert_eq!(office.names("reports"), kept);
    let attached = letter(&server, "kanri").files;
    for (name, bytes) in attached {
        let ending = name.rsplit_once('.').unwrap().1;
        assert!(std::fs::read(office.path(&format!("reports/shomei-2026-11-23.{ending}"))).unwrap() == bytes);
    }

    assert_eq!(events(&office), ["start", "check", "import", "judge", "report", "mail", "end"]);
    let log = log(&office);
    assert_eq!(log[0]["at"], "2026-11-23T00:00:00Z");
    assert_eq!(
        log[4]["removed"],
        json!(["shomei-2020-01-01.json", "shomei-2026-10-01.xlsx", "shomei-2026-10-22.html"])
    );
    let mail = json!({"sent": 2, "refused": 0, "failed": 0, "held_back": null, "auditors": true, "by_hand": 0});
    mail.as_object().unwrap().iter().for_each(|(key, value)| assert_eq!(log[5][key], *value, "{key}"));
    assert_eq!(log[6]["exit"], 0);
    let text = office.read("logs/shomei.log");
    assert!(!text.contains('@') && !text.contains("care.example") && !text.contains("合言葉"), "{text}");
    metrics_are_whole(&office);

    let again = office.run(&["run"]);
    assert_eq!(again.code, 0);
    assert_eq!(server.all().len(), 3);
}

fn metrics_are_whole(office: &Office) {
    let run = office.read("metrics/shomei-run.prom");
    promtool(&run);
    promtool(&office.read("metrics/shomei.prom"));
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(office.path("metrics/shomei-run.prom")).unwrap().permissions().mode();
    assert_eq!(mode & 0o044, 0o044, "the node exporter is another user");
    let rules = std::fs::read_to_string(Path::new(ROOT).join("docs/prometheus/shomei-alerts.yml")).unwrap();
    let words = rules.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    let asked: BTreeSet<&str> = words.filter(|word| word.starts_with("shomei_run_")).collect();
    assert!(asked.len() >= 3, "{asked:?}");
    asked.iter().for_each(|name| assert!(run.contains(&format!("# TYPE {name} gauge\n")), "{name}: {run}"));
    for line in [
        "shomei_run_start_seconds 1795392000",
        "shomei_run_exit_code 0",
        "shomei_run_messages{state=\"sent\"} 2",
        "shomei_run_failures{stage=\"import\",reason=\"\"} 0",
        "shomei_run_failures{stage=\"mail\",reason=\"\"} 0",
    ] {
        assert!(run.lines().any(|one| one == line), "{line}: {run}");
    }
}

#[test]
fn a_stage_that_fails_leaves_the_others() {
    let server = MailServer::start();
    let office = office(&Smtp::real(&server), "sources: [nowhere]");
    std::fs::write(office.path("reports"), "a file in the folder's place").unwrap();
    let said = office.run(&["run"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("nowhere") && said.stderr.contains("reports"), "{said:?}");
    assert!(!said.stdout.contains("報告書:") && said.stdout.contains("事業所・代理人へ 2 通"), "{said:?}");
    let expected =
        ["start", "check", "import", "trouble import unopened", "judge", "trouble report write", "mail", "end"];
    assert_eq!(events(&office), expected);
    letter(&server, "a");
    letter(&server, "b");
    let told = letter(&server, "kanri");
    assert!(told.subject.starts_with("【要確認】"), "{}", told.subject);
    told.says("nowhere");
    told.says("report.folder");
    assert_eq!(told.files.len(), 2, "the report is made for the auditors all the same");
    let metrics = office.read("metrics/shomei-run.prom");
    promtool(&metrics);
    assert!(metrics.contains("shomei_run_failures{stage=\"report\",reason=\"write\"} 1\n"), "{metrics}");
    assert!(metrics.contains("shomei_run_failures{stage=\"import\",reason=\"unopened\"} 1\n"), "{metrics}");
    assert!(office.path("metrics/shomei.prom").exists());
    // The same day, the same troubles: no word. The next day, one.
    assert_eq!((office.run(&["run"]).code, server.all().len()), (2, 3));
    assert_eq!(office.on("2026-11-24", &["run"]).code, 2);
    assert_eq!(letters(&server, "kanri", 2).len(), 2);
}

#[test]
fn metrics_that_cannot_be_written_fail_the_run_and_are_told() {
    let server = MailServer::start();
    let office = office(&Smtp::real(&server), "");
    std::fs::remove_dir_all(office.path("metrics")).unwrap();
    let said = office.run(&["run"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!(office.at("2026-11-23T10:00:00", &["run", "--if-due", "daily 09:00"]).code, 2, "it is due again");
    letter(&server, "kanri").says("shomei.prom");
    std::fs::create_dir(office.path("metrics")).unwrap();
    assert_eq!(office.on("2026-11-24", &["run"]).code, 0);
}

#[test]
fn metrics_of_the_report_need_no_folder_of_reports() {
    let office = Office::new(&Smtp::plain(9), &two(), "run:\n  metrics: metrics");
    office.write("metrics/other.prom", "");
    let text = office.read("shomei.yaml");
    let start = text.find("notify:").unwrap();
    let end = text.find("run:").unwrap();
    office.write("shomei.yaml", format!("{}sources: [certificates]\n{}", &text[..start], &text[end..]));
    office.write("certificates/読んで.txt", "");
    let said = office.run(&["run"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(office.names("metrics"), ["other.prom", "shomei-run.prom", "shomei.prom"]);
}

#[test]
fn auditors_hear_of_a_policy_that_cannot_be_read_once_a_day() {
    let server = MailServer::start();
    let office = office(&Smtp::real(&server), "sources: [certificates]");
    office.write("certificates/読んで.txt", "");
    office.write("shomei.yaml", format!("policy: policy.yaml\n{}", office.read("shomei.yaml")));
    office.write("policy.yaml", "schema: nonsense\n");
    for (day, mails) in [("2026-11-23", 1), ("2026-11-23", 1), ("2026-11-24", 2)] {
        let said = office.on(day, &["run", "--if-due", "daily 07:30"]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stderr.contains("policy.yaml"), "{said:?}");
        assert!(!said.stderr.contains("kanri") && !said.stderr.contains("localhost"), "{said:?}");
        assert_eq!(letters(&server, "kanri", mails).len(), mails, "{day}");
    }
    let told = letters(&server, "kanri", 2);
    let first = told.iter().find(|one| one.told["date"] == "2026-11-23T09:00:00+09:00").expect("in Japan's time");
    assert!(first.subject.starts_with("【要確認】"), "{}", first.subject);
    first.says("policy.yaml");
    assert_eq!(first.plain.matches("policy.yaml:1:9").count(), 1, "one cause is told once:\n{}", first.plain);
    first.says_nothing_of("<U+");
    assert_eq!(server.all().len(), 2, "contacts hear nothing of it");
    std::fs::remove_file(office.path("policy.yaml")).unwrap();
    let text = office.read("shomei.yaml").replace("policy: policy.yaml\n", "");
    office.write("shomei.yaml", &text);
    assert_eq!(office.on("2026-11-24", &["run", "--if-due", "daily 07:30"]).code, 0);
    letter(&server, "a");
}

#[test]
fn under_the_umask_of_a_service_metrics_stay_readable_and_everything_else_is_private() {
    let odd = OddServer::with(json!([]));
    let office = office(&Smtp::odd(&odd), "");
    let mode = |name: &str| std::fs::metadata(office.path(name)).unwrap().permissions().mode() & 0o7777;
    let set = |name: &str, mode| {
        std::fs::set_permissions(office.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    std::fs::create_dir(office.path("reports")).unwrap();
    set("reports", 0o2750);
    for (umask, clock) in [("077", "2026-11-23T09:00:00+09:00"), ("022", "2026-11-24T09:00:00+09:00")] {
        let script = format!("umask {umask}; exec \"$0\" run --config shomei.yaml --at {clock}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, SHOMEI]).current_dir(office.path("")).env("HOME", office.path(""));
        assert_eq!(
            finish(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), 60)
                .status
                .code(),
            Some(0)
        );
        let day = &clock[..10];
        for (name, expected) in [
            ("metrics/shomei.prom".into(), 0o644),
            ("metrics/shomei-run.prom".into(), 0o644),
            ("logs/shomei.log".into(), 0o600),
            ("inventory.sqlite.delivery/run.json".into(), 0o600),
            ("reports".into(), 0o2750),
            // The folder gives what is in it to its group.
            (format!("reports/shomei-{day}.html"), 0o640),
            (format!("reports/shomei-{day}.xlsx"), 0o640),
        ] {
            assert_eq!(mode(&name), expected, "{name} with umask {umask}");
        }
    }
    set("logs/shomei.log", 0o640);
    assert_eq!(office.on("2026-11-25", &["run"]).code, 0);
    assert_eq!(mode("logs/shomei.log"), 0o640, "a log keeps its mode");
}

#[test]
fn two_do_not_run_at_once() {
    let odd = OddServer::with(json!([{"at": "MAIL", "times": 1, "do": "stall"}]));
    let office = office(&Smtp::odd(&odd).patiently(), "");
    let mut first = office.start(&["run"]);
    until(|| odd.so_far().count("MAIL") == 1);
    let before = (office.told(), office.outbox(), office.read("logs/shomei.log"));
    for command in ["run", "notify"] {
        let said = office.run(&[command]);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{said:?}");
        assert!(said.stderr.contains("実行中"), "{said:?}");
    }
    assert_eq!((office.told(), office.outbox(), office.read("logs/shomei.log")), before);
    first.kill().unwrap();
    first.wait().unwrap();
    // The lock ends with its process. What it was sending may have arrived, for all that is known.
    let said = office.run(&["run"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("a@care.example"), "{said:?}");
    assert_eq!(office.on("2026-11-24", &["run"]).code, 0);
    let to: Vec<String> = odd.end().contents().iter().map(|(to, _)| to.concat()).collect();
    assert_eq!(to, ["<b@care.example>", "<kanri@care.example>", "<a@care.example>", "<kanri@care.example>"]);
}

#[test]
fn a_run_is_due_once_after_its_time() {
    let office = office(&Smtp::plain(9), "sources: [certificates]");
    let text = office.read("shomei.yaml");
    let (start, end) = (text.find("notify:").unwrap(), text.find("report:").unwrap());
    office.write("shomei.yaml", format!("{}{}", &text[..start], &text[end..]));
    office.write("certificates/読んで.txt", "");
    let broken = |is_so: bool| match is_so {
        true => std::fs::rename(office.path("certificates"), office.path("away")).unwrap(),
        false => std::fs::rename(office.path("away"), office.path("certificates")).unwrap(),
    };
    let runs = |clock: &str| {
        let before = events(&office).len();
        let said = office.at(clock, &["run", "--if-due", "daily 07:30"]);
        let has_run = events(&office).len() > before;
        assert_eq!(!said.stdout.is_empty(), has_run, "{said:?}");
        (said.code, has_run)
    };
    assert_eq!(office.at("2026-11-23T07:30:00", &["run"]).code, 0);
    for (clock, has_run) in [
        ("2026-11-23T07:30:00", false),
        ("2026-11-23T23:59:59", false),
        ("2026-11-24T07:29:59", false),
        ("2026-11-24T07:30:00", true),
        ("2026-11-24T08:30:00", false),
        // Asleep for days: once.
        ("2026-11-28T03:00:00", true),
        ("2026-11-28T03:00:01", false),
        ("2026-11-28T09:00:00", true),
        ("2026-11-28T10:00:00", false),
    ] {
        assert_eq!(runs(clock), (0, has_run), "{clock}");
    }
    broken(true);
    assert_eq!(runs("2026-11-29T07:30:00"), (2, true));
    assert_eq!(runs("2026-11-29T08:30:00"), (2, true), "what failed is due again");
    broken(false);
    assert_eq!(runs("2026-11-29T09:30:00"), (0, true));
    assert_eq!(runs("2026-11-29T10:30:00"), (0, false));
    assert_eq!(office.run(&["run", "--if-due", "sometimes"]).code, 2);
    // What tells of runs is damaged: it is told, and the next run writes it anew.
    office.write("inventory.sqlite.delivery/run.json", "{");
    let said = office.at("2026-11-29T11:00:00", &["run", "--if-due", "daily 07:30"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("run.json"), "{said:?}");
    assert_eq!(runs("2026-11-29T12:00:00"), (0, false));
}

#[test]
fn findings_change_the_exit_code_only_where_that_is_asked_for() {
    let odd = OddServer::with(json!([{"at": "RCPT", "when": "<b@", "say": "550 5.1.1 no such user"}]));
    let office = office(&Smtp::odd(&odd), "");
    assert_eq!(office.run(&["run"]).code, 0);
    for (word, code) in [("error", 0), ("warning", 1), ("info", 1), ("never", 0)] {
        let said = office.run(&["run", "--fail-on", word]);
        assert_eq!(said.code, code, "{word}: {said:?}");
    }
    assert!(office.read("metrics/shomei-run.prom").contains("shomei_run_exit_code 0\n"));
    let contents = odd.end().contents();
    let auditors = contents.iter().filter(|(to, _)| to.concat() == "<kanri@care.example>");
    Letter::new(auditors.map(|(_, text)| text.as_bytes()).next().unwrap()).says("b@care.example");
}

#[test]
fn the_log_is_rotated_and_five_are_kept() {
    let office = Office::new(&Smtp::plain(9), &[], "");
    office.write(
        "shomei.yaml",
        "inventory: inventory.sqlite\nsources: [certificates]\nrun:\n  log: shomei.log\n  log_size: 1000\n",
    );
    office.write("certificates/読んで.txt", "");
    let mut runs = 0;
    while !office.path("shomei.log.5").exists() {
        assert_eq!(office.run(&["run"]).code, 0);
        runs += 1;
        assert!(runs < 40);
    }
    for _ in 0..4 {
        assert_eq!(office.run(&["run"]).code, 0);
    }
    let names: Vec<String> = office.names("").into_iter().filter(|name| name.starts_with("shomei.log")).collect();
    assert_eq!(names, ["shomei.log", "shomei.log.1", "shomei.log.2", "shomei.log.3", "shomei.log.4", "shomei.log.5"]);
    for name in names {
        let text = office.read(&name);
        assert!(text.len() <= 1000 && text.ends_with('\n'), "{name}");
        text.lines()
            .for_each(|line| assert!(serde_json::from_str::<Value>(line).unwrap()["event"].is_string(), "{line}"));
    }
}

#[test]
fn there_must_be_something_to_do() {
    let office = Office::new(&Smtp::plain(9), &[], "");
    office.write("shomei.yaml", "inventory: inventory.sqlite\n");
    for command in ["run", "notify"] {
        let said = office.run(&[command]);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{said:?}");
        assert!(said.stderr.contains("shomei init"), "{said:?}");
    }
}
