//! Mail servers that take no login by a password alone: Microsoft 365, Google.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::scene::{Office, Smtp, by_mail};
use crate::odd_server::OddServer;

const USER: &str = "cert@care.example";
const TOKEN: &str = "eyJ0eXAiOiJKV1QifQ.fresh-token.with-signature";

/// An office of one holder who is told something, with a program that prints this.
fn office(server: &OddServer, prints: &str, more: &str) -> Office {
    let office = Office::bare();
    let login =
        format!("user: {USER}\n    auth: xoauth2\n    token_command: [./token, --for, \"mail and $HOME\"]{more}");
    configure(&office, server, &login);
    script(&office, "token", &format!("echo \"$@\" > arguments\necho to-standard-error-{TOKEN} >&2\n{prints}"));
    office.register(&[by_mail("H1", "sato", "2026-12-05")]);
    office
}

fn configure(office: &Office, server: &OddServer, login: &str) {
    let (port, ca) = (server.port, server.ca());
    let lines = format!("host: localhost\n    port: {port}\n    ca: {}\n    {login}", ca.display());
    office.configure(&Smtp::other(&lines), "");
}

fn script(office: &Office, name: &str, lines: &str) {
    office.write(name, format!("#!/bin/sh\n{lines}\n"));
    fs::set_permissions(office.path(name), fs::Permissions::from_mode(0o700)).unwrap();
}

fn server(offers: &str) -> OddServer {
    OddServer::start(json!({"security": "starttls", "offers": [offers], "user": USER, "token": TOKEN}))
}

#[test]
fn a_token_that_a_program_prints_logs_in() {
    let server = server("AUTH LOGIN XOAUTH2");
    let office = office(&server, &format!("echo {TOKEN}"), "");
    office.ok(&["notify"]);
    let record = server.end();
    assert_eq!(record.contents().len(), 2, "the holder and the auditors");
    assert_eq!((record.count("AUTH XOAUTH2 "), record.count("AUTH ")), (1, 1));
    // Without a shell: what would be expanded comes as it is.
    assert_eq!(office.read("arguments"), "--for mail and $HOME\n");
}

#[test]
fn a_stale_token_is_said_and_nothing_is_lost() {
    let server = server("AUTH XOAUTH2");
    let office = office(&server, "echo stale", "");
    for lang in ["ja", "en"] {
        let said = office.run(&["notify", "--lang", lang]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stderr.contains("token_command") && said.stderr.contains("535 5.7.3"), "{said:?}");
        let wrong = if lang == "ja" { "パスワード" } else { "password" };
        assert!(!said.stderr.contains(wrong), "{said:?}");
    }
    assert!(server.so_far().has("EMPTY ''"), "the refusal is asked for");
    assert!(server.so_far().contents().is_empty());
    script(&office, "token", &format!("echo {TOKEN}"));
    office.ok(&["notify"]);
    assert_eq!(server.end().contents().len(), 2);
}

#[test]
fn a_program_that_gives_no_token_is_named_and_its_output_is_not() {
    let server = server("AUTH XOAUTH2");
    for prints in [
        format!("echo {TOKEN}; exit 3"),
        "exit 0".to_string(),
        format!("echo two words of {TOKEN}"),
        format!("echo; echo {TOKEN}"),
    ] {
        let office = office(&server, &prints, "");
        let said = office.run(&["notify"]);
        assert_eq!(said.code, 2, "{prints}: {said:?}");
        assert!(said.stderr.contains("./token") && said.stderr.contains("token_command"), "{prints}: {said:?}");
        assert!(!format!("{said:?}").contains("fresh-token"), "{prints}: {said:?}");
    }
    let office = office(&server, "", "");
    fs::remove_file(office.path("token")).unwrap();
    let said = office.run(&["notify"]);
    assert!(said.code == 2 && said.stderr.contains("./token"), "{said:?}");
    assert!(server.end().contents().is_empty());
}

#[test]
fn half_a_login_is_refused() {
    let server = server("AUTH XOAUTH2");
    let office = office(&server, "", "\n    password_file: secret.txt");
    office.write("secret.txt", "x\n");
    for login in [
        "user: a@care.example\n    auth: xoauth2",
        "auth: xoauth2\n    token_command: ./token",
        "user: a@care.example\n    token_command: ./token",
        "user: a@care.example",
        "password_file: secret.txt",
        "user: a@care.example\n    auth: xoauth2\n    token_command: ./token\n    password_file: secret.txt",
        "user: a@care.example\n    password_credential: smtp\n    password_file: secret.txt",
        "user: a@care.example\n    password_credential: smtp",
    ] {
        configure(&office, &server, login);
        script(&office, "token", &format!("echo {TOKEN}"));
        let said = office.run(&["notify"]);
        assert!(
            said.code == 2 && (said.stderr.contains("notify.smtp") || said.stderr.contains("smtp")),
            "{login}: {said:?}"
        );
    }
    assert_eq!(server.end().count("CONNECT"), 0);
}

#[test]
fn a_password_comes_from_a_credential_of_systemd() {
    let server = OddServer::start(json!({"security": "starttls"}));
    let office = Office::bare();
    office.write("credentials/smtp", "from-systemd\n");
    fs::set_permissions(office.path("credentials/smtp"), fs::Permissions::from_mode(0o400)).unwrap();
    configure(&office, &server, "user: cert\n    password_credential: smtp");
    office.register(&[by_mail("H1", "sato", "2026-12-05")]);
    let mut command = office.command("2026-11-23T09:00:00", &["notify"]);
    let output = command.env("CREDENTIALS_DIRECTORY", office.path("credentials")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let proof = openssl::base64::encode_block(b"\0cert\0from-systemd");
    assert!(server.end().has(&format!("AUTH PLAIN {proof}")));

    // A name leads nowhere else.
    let server = OddServer::start(json!({"security": "starttls"}));
    office.write("elsewhere", "other\n");
    configure(&office, &server, "user: cert\n    password_credential: ../elsewhere");
    let mut command = office.command("2026-11-24T09:00:00", &["notify"]);
    let output = command.env("CREDENTIALS_DIRECTORY", office.path("credentials")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(server.end().count("CONNECT"), 0);
}

/// As Exchange Online and Gmail refuse, and what is to be done then.
#[test]
fn a_login_that_is_switched_off_is_no_wrong_password() {
    let off = ["基本認証", "docs/ja/mail.md"];
    let app = ["アプリ パスワード", "docs/ja/mail.md"];
    for (reply, expected) in [
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", off),
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [TY2PR01CA0001.example]", off),
        ("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.", off),
        ("550 5.7.30 Basic authentication is not supported for Client Submission.", off),
        (
            "534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9  https://support.example/ d2e1a",
            app,
        ),
        ("535 5.7.8 Application-specific password required", app),
        ("535 5.7.8 Username and Password not accepted", ["ログインを拒みました", "パスワード"]),
        ("535 5.7.3 Authentication unsuccessful", ["ログインを拒みました", "パスワード"]),
    ] {
        let server = OddServer::start(json!({"security": "starttls", "rules": [{"at": "AUTH", "say": reply}]}));
        let office = Office::bare();
        office.write("secret.txt", "x\n");
        configure(&office, &server, "user: cert@care.example\n    password_file: secret.txt");
        office.register(&[by_mail("H1", "sato", "2026-12-05")]);
        let said = office.run(&["notify"]);
        assert_eq!(said.code, 2, "{reply}");
        for part in expected {
            assert!(said.stderr.contains(part), "{reply}: {part}: {}", said.stderr);
        }
        let blames = said.stderr.contains("パスワードを確かめてください");
        assert_eq!(blames, expected[0].starts_with("ログイン"), "{reply}: {}", said.stderr);
    }
    // Where nothing but a token is offered, no password is sent.
    let server = server("AUTH XOAUTH2");
    let office = Office::bare();
    office.write("secret.txt", "x\n");
    configure(&office, &server, "user: cert@care.example\n    password_file: secret.txt");
    office.register(&[by_mail("H1", "sato", "2026-12-05")]);
    let said = office.run(&["notify"]);
    assert!(said.code == 2 && said.stderr.contains("基本認証"), "{said:?}");
    assert_eq!(server.end().count("AUTH"), 0);
}

/// The way that remains without a login: a connector, which takes what comes from the office's address.
#[test]
fn a_connector_takes_mail_without_a_login() {
    let server = OddServer::start(json!({"security": "starttls", "offers": ["SIZE 157286400", "8BITMIME"]}));
    let office = Office::bare();
    configure(&office, &server, "security: starttls");
    office.register(&[by_mail("H1", "sato", "2026-12-05")]);
    office.ok(&["notify"]);
    let record = server.end();
    assert_eq!((record.contents().len(), record.count("AUTH"), record.count("STARTTLS")), (2, 0, 1));
}
