//! A real mail server: Exim with a login, a private CA and a Maildir.

use std::process::Command;

use serde_json::json;
use shomei::deliver::mail::{Attachment, ConnectionSecurity, DeliveryErrorKind, DeliveryOutcome, Mail, Relay};

use super::scene::{address, login, mail, read, relay, send};
use crate::common::mail_server::MailServer;

fn relay_to(server: &MailServer, security: ConnectionSecurity) -> Relay {
    let port = if security == ConnectionSecurity::Tls { server.tls } else { server.starttls };
    let roots = vec![std::fs::read(&server.ca).unwrap()];
    Relay { roots, login: login(&server.user, &server.password), ..relay(port, security) }
}

const TAKEN: DeliveryOutcome = DeliveryOutcome::Taken { refused: Vec::new() };

#[test]
fn messages_arrive_as_they_were_written() {
    shomei::trust::isolate_openssl();
    let server = MailServer::start();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let written = Mail {
        to: vec![address("髙﨑①", "takasaki@care.example"), address("", "sato@care.example")],
        attachments: vec![Attachment {
            name: "証明書報告書.xlsx".into(),
            mime: "application/octet-stream".into(),
            bytes: bytes.clone(),
        }],
        ..mail()
    };
    let encoded = written.encode().unwrap();
    let to: &[&str] = &["takasaki@care.example", "sato@care.example"];
    for security in [ConnectionSecurity::StartTls, ConnectionSecurity::Tls] {
        let (deliveries, pauses) = send(&relay_to(&server, security), &[(to, &encoded), (to, &encoded)]);
        assert_eq!((deliveries, pauses.len()), (vec![TAKEN, TAKEN], 0), "{}", server.log());
    }
    for who in ["takasaki", "sato"] {
        for came in server.mails(who, 4) {
            let told = read(&came);
            assert_eq!(told["to"], json!([["髙﨑①", "takasaki@care.example"], ["", "sato@care.example"]]));
            assert_eq!(told["headers"]["Message-ID"], "<20261123.1@office.example>");
            assert_eq!(told["headers"]["Subject"], "電子証明書の期限のお知らせ");
            let parts = &told["body"]["parts"];
            assert!(parts[0]["text"].as_str().unwrap().contains("\n.点で始まる行\n"));
            assert_eq!(parts[1]["name"], "証明書報告書.xlsx");
            let file = openssl::base64::decode_block(parts[1]["bytes"].as_str().unwrap()).unwrap();
            assert!(file == bytes);
        }
    }
    assert_eq!(server.log().matches("A=PLAIN:office").count(), 4, "{}", server.log());
}

#[test]
fn a_real_server_refuses_as_the_odd_one_does() {
    let server = MailServer::start();
    let bytes = mail().encode().unwrap();
    let to: &[&str] = &["tanaka@care.example", "tanaka@elsewhere.example"];
    let (deliveries, _) = send(&relay_to(&server, ConnectionSecurity::StartTls), &[(to, &bytes), (&to[1..], &bytes)]);
    let DeliveryOutcome::Taken { refused } = &deliveries[0] else { panic!("{:?}", deliveries[0]) };
    assert_eq!((refused.len(), refused[0].to.as_str(), refused[0].permanent), (1, to[1], true));
    assert!(refused[0].reply.starts_with("550 "), "{refused:?}");
    assert!(matches!(deliveries[1], DeliveryOutcome::Refused(_)));
    assert_eq!(server.mails("tanaka", 1).len(), 1);
    let carrier: &[&str] = &["a..b@care.example"];
    assert_eq!(send(&relay_to(&server, ConnectionSecurity::Tls), &[(carrier, &bytes)]).0[0], TAKEN);
    assert_eq!(server.mails("a..b", 1).len(), 1);

    let kind = |relay: Relay| match send(&relay, &[(to, &bytes)]) {
        (deliveries, pauses) if pauses.is_empty() => match &deliveries[0] {
            DeliveryOutcome::Failed(trouble) => trouble.kind(),
            other => panic!("{other:?}"),
        },
        (_, pauses) => panic!("{pauses:?}"),
    };
    let good = || relay_to(&server, ConnectionSecurity::StartTls);
    assert_eq!(kind(Relay { login: login(&server.user, "wrong"), ..good() }), DeliveryErrorKind::Auth);
    assert_eq!(kind(Relay { roots: Vec::new(), ..good() }), DeliveryErrorKind::Tls);
    assert_eq!(kind(Relay { port: server.plain, ..good() }), DeliveryErrorKind::NoStartTls);
    let plain = Relay { port: server.plain, security: ConnectionSecurity::Plain, ..good() };
    assert_eq!(kind(plain.clone()), DeliveryErrorKind::NoAuth);
    let open: &[&str] = &["tanaka@plain.example"];
    assert_eq!(send(&Relay { login: None, ..plain }, &[(open, &bytes)]).0[0], TAKEN);
    assert_eq!(server.mails("tanaka", 2).len(), 2);
}

/// The port for the copy of this program that has the CA among the system's roots.
const COPY: &str = "SHOMEI_TEST_MAIL_PORT";

#[test]
fn the_roots_of_the_system_are_honoured() {
    let bytes = mail().encode().unwrap();
    let to: &[&str] = &["tanaka@care.example"];
    if let Ok(port) = std::env::var(COPY) {
        shomei::trust::isolate_openssl();
        let password = std::env::var("SHOMEI_TEST_MAIL_PASSWORD").unwrap();
        let relay =
            Relay { login: login("office", &password), ..relay(port.parse().unwrap(), ConnectionSecurity::StartTls) };
        return assert_eq!(send(&relay, &[(to, &bytes)]).0[0], TAKEN);
    }
    let server = MailServer::start();
    let (_, module) = module_path!().split_once("::").unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::the_roots_of_the_system_are_honoured")])
        .env(COPY, server.starttls.to_string())
        .env("SHOMEI_TEST_MAIL_PASSWORD", &server.password)
        .env("SSL_CERT_FILE", &server.ca)
        .status();
    assert!(status.unwrap().success());
    assert_eq!(server.mails("tanaka", 1).len(), 1);
}
