//! `shomei init`: from nothing to the first run.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::scene::{Office, by_mail, letter, letters};
use crate::common::command::{CommandResult, SHOMEI};
use crate::common::mail_server::MailServer;
use crate::common::python;
use crate::schedule::scene::stand_ins;

/// An office with certificates and nothing else.
fn office() -> Office {
    let office = Office::bare();
    office.write("証明書/読んで.txt", "");
    office.write("passwords.txt", "x\n");
    office
}

fn flags(server: &MailServer) -> Vec<String> {
    let (port, ca, file) = (server.starttls.to_string(), server.ca.display(), server.password_file.display());
    let text = format!(
        "init|--lang|ja|--source|証明書|--password-file|passwords.txt|--inventory|inventory.sqlite|--reports|reports|--smtp-host|localhost|--smtp-port|{port}|--smtp-user|{}|--smtp-password-file|{file}|--smtp-ca|{ca}|--from|証明書係 <cert@care.example>|--auditor|kanri@care.example|--auditor|上司 \"#1\" <joushi@care.example>|--contacts|true|--signature|国保支援センター: 証明書係\\n電話 03-0000-0000|--report-on|11",
        server.user
    );
    text.split('|').map(String::from).collect()
}

fn init(office: &Office, flags: &[String], more: &[&str]) -> CommandResult {
    let all: Vec<&str> = flags.iter().map(String::as_str).chain(more.iter().copied()).collect();
    office.run(&all)
}

/// What lies in the office, but what a run changes.
fn kept(office: &Office) -> Vec<(String, Vec<u8>)> {
    let names = ["shomei.yaml", "smtp-password.txt", "crontab"];
    names.into_iter().filter_map(|name| Some((name.to_string(), fs::read(office.path(name)).ok()?))).collect()
}

/// Flags that want no mail.
const WITHOUT_MAIL: [&str; 11] = [
    "init",
    "--lang",
    "ja",
    "--source",
    "証明書",
    "--smtp-host",
    "none",
    "--inventory",
    "inventory.sqlite",
    "--reports",
    "reports",
];

#[test]
fn flags_alone_lead_to_the_first_run() {
    let server = MailServer::start();
    let office = office();
    let flags = flags(&server);
    let said = init(&office, &flags, &[]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    for part in
        ["設定ファイルを書きました: ", "証明書台帳(DB)を作りました: ", "kanri@care.example", "shomei notify --dry-run"]
    {
        assert!(said.stdout.contains(part), "{part}: {said:?}");
    }
    let steps = ["shomei register import", "shomei import", "shomei notify --dry-run", "shomei run"];
    let places = steps.map(|step| said.stdout.find(step).unwrap_or_else(|| panic!("{step}: {said:?}")));
    assert!(places.is_sorted(), "{said:?}");
    for who in ["kanri", "joushi"] {
        let greeting = letter(&server, who);
        assert_eq!(greeting.subject, "shomei の試しのメール");
        assert_eq!(greeting.told["to"], json!([["", "kanri@care.example"], ["上司 \"#1\"", "joushi@care.example"]]));
    }
    let crontab = office.read("crontab");
    assert!(crontab.contains("--if-due 'daily 07:30'") && crontab.contains("shomei.yaml"), "{crontab}");
    let config = office.read("shomei.yaml");
    assert!(config.contains("report_on: monthly 11") && config.contains("contacts: true"), "{config}");
    assert!(!config.contains(&server.password) && !crontab.contains(&server.password));
    let shown = office.ok(&["config", "show"]);
    assert!(shown.contains("joushi@care.example"), "{shown}");

    // Again: everything stays, but for another message to try.
    let before = kept(&office);
    let again = init(&office, &flags, &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(
        again.stdout.contains("もうあるので") && again.stdout.contains("証明書台帳(DB)はもうあります"),
        "{again:?}"
    );
    assert_eq!(kept(&office), before);
    letters(&server, "kanri", 2);

    // The way that it tells of.
    office.register(&[by_mail("A", "a", "2027-01-15")]);
    assert_eq!(office.run(&["import"]).code, 0);
    let dry = office.ok(&["notify", "--dry-run"]);
    assert!(dry.contains("メール 1 通") && server.all().len() == 4, "{dry}");
    let run = office.run(&["run"]);
    assert_eq!(run.code, 0, "{run:?}");
    letter(&server, "a").says("国保支援センター: 証明書係");
    assert!(letters(&server, "kanri", 3).iter().any(|mail| mail.files.len() == 2));
    assert_eq!(office.names("reports"), ["shomei-2026-11-23.html", "shomei-2026-11-23.xlsx"]);
    assert!(office.read(".local/share/shomei/shomei.log").lines().count() >= 5);
}

#[test]
fn what_is_missing_is_named_and_nothing_is_written() {
    let office = office();
    let said = office.run(&["init", "--lang", "ja"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{said:?}");
    assert!(said.stderr.contains("--source --smtp-host(") && said.stderr.contains("--smtp-host none"), "{said:?}");
    let said =
        office.run(&["init", "--lang", "en", "--source", "証明書", "--smtp-host", "localhost", "--smtp-user", "cert"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("give --from --auditor --smtp-password-file"), "{said:?}");
    assert_eq!(office.names(""), ["passwords.txt", "証明書"]);
}

#[test]
fn without_mail_and_schedule_there_is_still_a_run() {
    let office = office();
    let said = office.run(&[&WITHOUT_MAIL[..], &["--no-schedule"]].concat());
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    assert!(!office.path("crontab").exists());
    assert!(!office.read("shomei.yaml").contains("notify"));
    let run = office.run(&["run"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn mail_that_fails_is_told_clearly_and_the_configuration_stays() {
    let server = MailServer::start();
    let office = office();
    office.write("wrong.txt", "himitsu-s3cret\n");
    fs::set_permissions(office.path("wrong.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    let mut flags = flags(&server);
    let at = flags.iter().position(|flag| flag == "--smtp-password-file").unwrap();
    flags[at + 1] = "wrong.txt".into();
    let said = init(&office, &flags, &["--no-schedule"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("試しのメールは送れませんでした") && said.stderr.contains("ログイン"), "{said:?}");
    assert!(!said.stderr.contains("s3cret") && !said.stdout.contains("s3cret"), "{said:?}");
    assert!(office.path("inventory.sqlite").exists());
    let before = kept(&office);
    // What was wrong is put right, and init is run again, as it says.
    let password = fs::read(&server.password_file).unwrap();
    fs::write(office.path("wrong.txt"), password).unwrap();
    let again = init(&office, &["init".into()], &["--no-schedule"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""), "{again:?}");
    assert_eq!(kept(&office), before);
    letter(&server, "kanri");
}

#[test]
fn a_schedule_that_cannot_be_installed_is_told() {
    let office = office();
    office.write("crontab-fails", "");
    let said = office.run(&WITHOUT_MAIL);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("you may not use this program"), "{said:?}");
    assert!(office.path("shomei.yaml").exists() && said.stdout.contains("shomei run"), "{said:?}");
}

/// `init` at a terminal, with what is typed.
fn typed(office: &Office, arguments: &[&str], answers: &[(&str, &str)]) -> Value {
    let command: Vec<&str> = [&[SHOMEI, "init", "--config", "shomei.yaml", "--lang", "ja"], arguments].concat();
    let environment = json!({
        "HOME": office.path(""), "PATH": stand_ins(), "LC_ALL": "C.UTF-8", "TERM": "dumb", "SHOMEI_CLOCK": "2026-11-23T09:00:00+09:00",
    });
    let plan = json!({"command": command, "folder": office.path(""), "environment": environment, "answers": answers.iter().map(|(question, answer)| match question.starts_with("パスワード(") {
        true => json!([question, answer, "secret"]),
        false => json!([question, answer]),
    }).collect::<Vec<_>>()});
    python::json(&["tests/delivery/commands/terminal.py"], plan.to_string().as_bytes())
}

#[test]
fn passwords_that_others_may_read_are_remarked_on_at_a_terminal() {
    for (mode, is_told) in [(0o644, true), (0o640, true), (0o600, false)] {
        let office = office();
        office.write("pw.txt", "pw\n");
        office.write("shomei.yaml", "lang: ja\n");
        fs::set_permissions(office.path("pw.txt"), fs::Permissions::from_mode(mode)).unwrap();
        let arguments = [SHOMEI, "audit", "証明書", "--password-file", "pw.txt", "--no-prompt", "--lang", "ja"];
        let environment = json!({"HOME": office.path(""), "LC_ALL": "C.UTF-8", "TERM": "dumb"});
        let plan = json!({
            "command": arguments, "folder": office.path(""), "environment": environment, "answers": [],
        });
        let told = python::json(&["tests/delivery/commands/terminal.py"], plan.to_string().as_bytes());
        let screen = told["screen"].as_str().unwrap();
        assert_eq!(screen.contains("ほかの利用者も読めます"), is_told, "{mode:o}: {screen}");
        // Whoever calls it from a script is left alone.
        let said = office.run(&arguments[1..]);
        assert!(!said.stderr.contains("読めます"), "{said:?}");
    }
}

#[test]
fn questions_are_answered_at_a_terminal() {
    let server = MailServer::start();
    let office = office();
    let ca = server.ca.display().to_string();
    let (reports, port) = (office.path("reports").display().to_string(), server.starttls.to_string());
    let arguments = ["--smtp-ca", &ca, "--inventory", "inventory.sqlite"];
    let told = typed(
        &office,
        &arguments,
        &[
            ("証明書のあるフォルダー", "どこか"),
            ("「どこか」は使えません", "証明書"),
            ("パスワードの候補", "passwords.txt"),
            ("報告書を置くフォルダー", &reports),
            ("メールサーバー", "localhost"),
            ("暗号化(tls、starttls、none)", "starttls"),
            ("ポート [587]", &port),
            ("ログイン名", &server.user),
            ("パスワード(表示されません", &server.password),
            ("差出人", "証明書係 <cert@care.example>"),
            ("管理者のアドレス", "kanri@care.example, joushi@care.example"),
            ("台帳の事業所・代理人にも", "y"),
            ("メールの署名", "国保支援センター"),
            ("毎月の日", "11"),
        ],
    );
    let screen = told["screen"].as_str().unwrap();
    assert_eq!((&told["code"], &told["unanswered"]), (&json!(0), &json!([])), "{screen}");
    assert!(!screen.contains(&server.password), "{screen}");
    let secret = office.path("smtp-password.txt");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&secret).unwrap(), format!("{}\n", server.password));
    let config = office.read("shomei.yaml");
    assert!(!config.contains(&server.password) && config.contains("smtp-password.txt"), "{config}");
    for who in ["kanri", "joushi"] {
        letter(&server, who);
    }
    assert!(office.read("crontab").contains("shomei.yaml"));
    let before = kept(&office);
    let again = typed(&office, &arguments, &[]);
    assert_eq!(again["code"], 0, "{again}");
    assert_eq!(kept(&office), before);
}

#[test]
fn answers_that_end_leave_nothing() {
    let office = office();
    let told = typed(&office, &[], &[("証明書のあるフォルダー", "証明書"), ("パスワードの候補", "\u{4}")]);
    assert_eq!(told["code"], 2, "{told}");
    assert!(told["screen"].as_str().unwrap().contains("何も書きませんでした"), "{told}");
    assert_eq!(office.names(""), ["passwords.txt", "証明書"]);
}
