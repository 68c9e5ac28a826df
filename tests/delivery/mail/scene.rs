//! Messages and relays.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::Value;
use shomei::deliver::mail::{
    ConnectionSecurity, DeliveryOutcome, Login, LoginMethod, Mail, MailAddress, Relay, SmtpClient,
};
use shomei::locale::Lang;
use zeroize::Zeroizing;

use crate::common::python;
use crate::common::times::in_utc;

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
        at: in_utc("2026-11-23T04:05:06Z"),
        zone: shomei::calendar::Zone::JAPAN,
        lang: Lang::Ja,
    }
}

/// What Python's email reads in a message.
pub fn read(bytes: &[u8]) -> Value {
    python::json(&["tests/delivery/mail/read.py"], bytes)
}

pub fn relay(port: u16, security: ConnectionSecurity) -> Relay {
    Relay {
        host: "localhost".into(),
        port,
        security,
        login: None,
        roots: Vec::new(),
        timeout: Duration::from_secs(10),
        confirmation: Duration::from_secs(1),
        attempts: 3,
        pause: Duration::from_secs(60),
        hello: "office.example".into(),
    }
}

pub fn login(user: &str, password: &str) -> Option<Login> {
    Some(Login { user: user.into(), method: LoginMethod::Password, secret: Zeroizing::new(password.into()) })
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
