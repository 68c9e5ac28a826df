//! A server that refuses, puts off, stalls, cuts off or is not who it should be.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shomei::deliver::mail::{ConnectionSecurity, DeliveryError, DeliveryErrorKind, DeliveryOutcome, Relay};
use shomei::locale::Lang;

use super::scene::{PASSWORD, login, mail, relay, send};
use crate::odd_server::OddServer;

const THREE: &[&str] = &["a@care.example", "b@care.example", "c@care.example"];
const ONE: &[&str] = &["a@care.example"];

fn message() -> Vec<u8> {
    mail().encode().unwrap()
}

fn failed(delivery: &DeliveryOutcome) -> &DeliveryError {
    match delivery {
        DeliveryOutcome::Failed(trouble) => trouble,
        other => panic!("{other:?}"),
    }
}

fn refused(delivery: &DeliveryOutcome) -> Vec<(&str, &str, bool)> {
    match delivery {
        DeliveryOutcome::Taken { refused } | DeliveryOutcome::Refused(refused) => {
            refused.iter().map(|r| (r.to.as_str(), r.reply.as_str(), r.permanent)).collect()
        }
        other => panic!("{other:?}"),
    }
}

const TAKEN: DeliveryOutcome = DeliveryOutcome::Taken { refused: Vec::new() };

#[test]
fn a_refused_recipient_does_not_stop_the_others() {
    let odd = OddServer::with(json!([{"at": "RCPT", "when": "b@", "say": "550 5.1.1 no such user"}]));
    let (deliveries, pauses) = send(&odd.relay(ConnectionSecurity::Plain), &[(THREE, &message()), (ONE, &message())]);
    assert!(matches!(deliveries[0], DeliveryOutcome::Taken { .. }));
    assert_eq!(refused(&deliveries[0]), [("b@care.example", "550 5.1.1 no such user", true)]);
    assert_eq!(deliveries[1], TAKEN);
    let record = odd.end();
    let contents = record.contents();
    assert_eq!(contents[0].0, ["<a@care.example>", "<c@care.example>"]);
    assert_eq!(contents[0].1.as_bytes(), message());
    assert_eq!((record.count("CONNECT"), record.count("QUIT"), pauses.len()), (1, 1, 0));
}

#[test]
fn a_message_that_everybody_refuses_does_not_stop_the_next() {
    for rule in [
        json!({"at": "RCPT", "times": 3, "say": "550 5.1.1 no such user"}),
        json!({"at": "END", "times": 1, "say": "554 5.6.0 this looks like spam"}),
        json!({"at": "MAIL", "times": 1, "say": "552 5.3.4 too large"}),
        json!({"at": "DATA", "times": 1, "say": "554 5.5.1 no"}),
    ] {
        let odd = OddServer::with(json!([rule]));
        let (deliveries, pauses) =
            send(&odd.relay(ConnectionSecurity::Plain), &[(THREE, &message()), (THREE, &message())]);
        let DeliveryOutcome::Refused(list) = &deliveries[0] else { panic!("{:?}", deliveries[0]) };
        assert!(list.iter().all(|r| r.permanent && rule["say"] == r.reply), "{list:?}");
        assert_eq!(list.iter().map(|r| r.to.as_str()).collect::<Vec<_>>(), THREE);
        assert_eq!((&deliveries[1], pauses.len()), (&TAKEN, 0));
        let record = odd.end();
        assert_eq!(record.count("CONNECT"), 1);
        assert_eq!(record.contents().last().unwrap().0.len(), 3);
    }
}

#[test]
fn what_is_put_off_is_tried_again_with_the_same_message() {
    for (rule, connections) in [
        (json!({"at": "CONNECT", "times": 2, "say": "451 4.3.2 not now"}), 3),
        (json!({"at": "CONNECT", "times": 2, "say": "421 4.3.2 not now", "do": "close"}), 3),
        (json!({"at": "MAIL", "times": 2, "say": "451 4.7.1 greylisted"}), 1),
        (json!({"at": "RCPT", "times": 2, "say": "451 4.7.1 greylisted"}), 1),
        (json!({"at": "RCPT", "times": 2, "say": "421 4.7.1 greylisted", "do": "close"}), 3),
        (json!({"at": "DATA", "times": 2, "say": "451 4.3.0 busy"}), 1),
        (json!({"at": "END", "times": 2, "say": "452 4.3.1 disk full"}), 1),
        (json!({"at": "EHLO", "times": 2, "do": "close"}), 3),
        (json!({"at": "DATA", "times": 2, "do": "close"}), 3),
    ] {
        let odd = OddServer::with(json!([rule]));
        let (deliveries, pauses) = send(&odd.relay(ConnectionSecurity::Plain), &[(ONE, &message())]);
        assert_eq!((&deliveries[0], pauses.as_slice()), (&TAKEN, &[60, 120][..]), "{rule}");
        let record = odd.end();
        assert_eq!(record.count("CONNECT"), connections, "{rule}");
        let contents = record.contents();
        assert!(contents.iter().all(|(_, text)| text.as_bytes() == message()));
        assert!(contents[0].1.contains("Message-ID: <20261123.1@office.example>\r\n"));
        assert_eq!(contents.len(), if rule["at"] == "END" { 3 } else { 1 }, "{rule}");
    }
}

#[test]
fn only_those_who_were_put_off_are_tried_again() {
    let odd = OddServer::with(json!([{"at": "RCPT", "when": "b@", "times": 1, "say": "451 4.7.1 greylisted"}]));
    let (deliveries, pauses) = send(&odd.relay(ConnectionSecurity::Plain), &[(THREE, &message())]);
    assert_eq!((&deliveries[0], pauses.as_slice()), (&TAKEN, &[60][..]));
    let contents = odd.end().contents();
    let to: Vec<_> = contents.iter().map(|(to, _)| to.as_slice()).collect();
    assert_eq!(to, [&["<a@care.example>", "<c@care.example>"][..], &["<b@care.example>"][..]]);
    assert_eq!(contents[0].1, contents[1].1);

    let rules =
        json!([{"at": "RCPT", "when": "b@", "say": "452 4.2.2 full"}, {"at": "RCPT", "when": "c@", "say": "550 gone"}]);
    let odd = OddServer::with(rules);
    let (deliveries, pauses) = send(&odd.relay(ConnectionSecurity::Plain), &[(THREE, &message())]);
    assert!(matches!(deliveries[0], DeliveryOutcome::Taken { .. }));
    let expected = [("c@care.example", "550 gone", true), ("b@care.example", "452 4.2.2 full", false)];
    assert_eq!((refused(&deliveries[0]), pauses.as_slice()), (expected.to_vec(), &[60, 120][..]));
    assert_eq!(odd.end().contents().len(), 1);
}

#[test]
fn attempts_end_and_pauses_are_bounded() {
    let odd = OddServer::with(json!([{"at": "CONNECT", "say": "421 4.3.2 down for today", "do": "close"}]));
    let relay = Relay { attempts: 6, ..odd.relay(ConnectionSecurity::Plain) };
    let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
    let trouble = failed(&deliveries[0]);
    assert_eq!((trouble.kind(), trouble.reply()), (DeliveryErrorKind::Temporary, "421 4.3.2 down for today"));
    assert_eq!(pauses, [60, 120, 240, 300, 300]);
    assert_eq!(odd.end().count("CONNECT"), 6);
    let once = OddServer::with(json!([{"at": "CONNECT", "say": "451 no"}]));
    let (deliveries, pauses) =
        send(&Relay { attempts: 0, ..once.relay(ConnectionSecurity::Plain) }, &[(ONE, &message())]);
    assert_eq!(
        (failed(&deliveries[0]).kind(), pauses.len(), once.end().count("CONNECT")),
        (DeliveryErrorKind::Temporary, 0, 1)
    );
}

#[test]
fn a_server_that_stalls_is_left_in_time() {
    for (rule, security) in [
        (json!({"at": "CONNECT", "do": "stall"}), ConnectionSecurity::Plain),
        (json!({"at": "CONNECT", "do": "drip"}), ConnectionSecurity::Plain),
        (json!({"at": "CONNECT", "say": "220-more", "do": "drip"}), ConnectionSecurity::Plain),
        (json!({"at": "EHLO", "do": "stall"}), ConnectionSecurity::Plain),
        (json!({"at": "RCPT", "do": "stall"}), ConnectionSecurity::Plain),
        (json!({"at": "DATA", "do": "stall"}), ConnectionSecurity::Plain),
        (json!({"at": "STARTTLS", "do": "stall"}), ConnectionSecurity::StartTls),
        (json!({"at": "HANDSHAKE", "do": "stall"}), ConnectionSecurity::StartTls),
        (json!({"at": "HANDSHAKE", "do": "stall"}), ConnectionSecurity::Tls),
        (json!({"at": "MAIL", "do": "drip"}), ConnectionSecurity::Tls),
        (json!({"at": "AUTH", "do": "stall"}), ConnectionSecurity::Tls),
    ] {
        let odd = OddServer::start(json!({"security": plan(security), "rules": [rule]}));
        let relay = Relay { timeout: Duration::from_millis(300), attempts: 2, ..odd.relay(security) };
        let relay = Relay { login: login("office", PASSWORD).filter(|_| rule["at"] == "AUTH"), ..relay };
        let began = Instant::now();
        let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
        let trouble = failed(&deliveries[0]);
        assert_eq!((trouble.kind(), pauses.as_slice()), (DeliveryErrorKind::Timeout, &[60][..]), "{rule}: {trouble:?}");
        assert!(began.elapsed() < Duration::from_secs(8), "{rule}: {:?}", began.elapsed());
        let record = odd.end();
        assert_eq!((record.count("CONNECT"), record.contents().len()), (2, 0), "{rule}");
    }
}

fn plan(security: ConnectionSecurity) -> &'static str {
    match security {
        ConnectionSecurity::Plain => "plain",
        ConnectionSecurity::StartTls => "starttls",
        ConnectionSecurity::Tls => "tls",
    }
}

#[test]
fn a_server_that_does_not_even_read_is_left_in_time() {
    let odd = OddServer::with(json!([{"at": "BODY", "do": "sleep"}]));
    let relay = Relay { timeout: Duration::from_millis(300), attempts: 2, ..odd.relay(ConnectionSecurity::Plain) };
    let large = vec![b'x'; 20_000_000];
    let (deliveries, pauses) = send(&relay, &[(ONE, &large)]);
    // The end of the message was never written: it is surely not delivered, and tried again.
    assert_eq!((failed(&deliveries[0]).kind(), pauses.as_slice()), (DeliveryErrorKind::Timeout, &[60][..]));
    assert_eq!(odd.end().contents().len(), 0);
}

#[test]
fn an_attempt_that_was_given_up_does_not_deliver_after_all() {
    let odd = OddServer::with(json!([{"at": "MAIL", "times": 1, "do": "late"}]));
    let relay = Relay { timeout: Duration::from_millis(200), ..odd.relay(ConnectionSecurity::Plain) };
    let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
    assert_eq!((&deliveries[0], pauses.len()), (&TAKEN, 1));
    // One connection was ended by QUIT; the other ends in some way.
    odd.wait(&["QUIT", "BROKEN", "CLOSED"], 2);
    let record = odd.end();
    assert_eq!((record.count("CONNECT"), record.contents().len()), (2, 1));
}

#[test]
fn an_answer_out_of_turn_is_no_delivery() {
    let rules = [("DATA", "250 fine, fine"), ("END", "354 more")];
    let odd = OddServer::with(rules.iter().map(|(at, say)| json!({"at": at, "times": 1, "say": say})).collect());
    let (deliveries, pauses) =
        send(&odd.relay(ConnectionSecurity::Plain), &[(ONE, &message()), (ONE, &message()), (ONE, &message())]);
    assert_eq!((failed(&deliveries[0]).kind(), pauses.len()), (DeliveryErrorKind::Protocol, 0));
    assert!(
        matches!(&deliveries[1], DeliveryOutcome::Uncertain(trouble) if trouble.kind() == DeliveryErrorKind::Protocol)
    );
    assert_eq!(deliveries[2], TAKEN);
    assert_eq!(odd.end().contents().len(), 2);
}

#[test]
fn silence_after_the_whole_message_is_uncertain_and_never_repeated() {
    for (action, kind) in [("stall", DeliveryErrorKind::Timeout), ("close", DeliveryErrorKind::CutOff)] {
        for security in [ConnectionSecurity::Plain, ConnectionSecurity::StartTls] {
            let rules = json!([{"at": "END", "times": 1, "do": action}]);
            let odd = OddServer::start(json!({"security": plan(security), "rules": rules}));
            let relay = Relay { timeout: Duration::from_secs(1), ..odd.relay(security) };
            let (deliveries, pauses) = send(&relay, &[(THREE, &message()), (ONE, &message())]);
            let DeliveryOutcome::Uncertain(trouble) = &deliveries[0] else { panic!("{:?}", deliveries[0]) };
            assert_eq!((trouble.kind(), pauses.len()), (kind, 0));
            assert_eq!(deliveries[1], TAKEN);
            let record = odd.end();
            assert_eq!((record.count("CONNECT"), record.contents().len()), (2, 2));
        }
    }
}

#[test]
fn a_connection_cut_within_the_message_is_surely_no_delivery() {
    for security in [ConnectionSecurity::Plain, ConnectionSecurity::Tls] {
        let rules = json!([{"at": "BODY", "times": 2, "do": "close"}]);
        let odd = OddServer::start(json!({"security": plan(security), "rules": rules}));
        // More than the buffers between the two hold.
        let large: Vec<u8> = format!("{}\r\n", "x".repeat(76)).repeat(150_000).into_bytes();
        let (deliveries, pauses) = send(&odd.relay(security), &[(ONE, &large)]);
        let record = odd.end();
        assert_eq!((&deliveries[0], pauses.as_slice()), (&TAKEN, &[60, 120][..]));
        assert_eq!((record.count("CONNECT"), record.contents().len()), (3, 1));
        assert_eq!(record.contents()[0].1.len(), large.len());
    }
}

#[test]
fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    for security in [ConnectionSecurity::StartTls, ConnectionSecurity::Tls] {
        for (certificate, word) in [("name", "hostname"), ("unknown", "issuer"), ("expired", "expired")] {
            let odd = OddServer::start(json!({"security": plan(security), "certificate": certificate}));
            let relay = Relay { login: login("office", PASSWORD), ..odd.relay(security) };
            let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
            let trouble = failed(&deliveries[0]);
            assert_eq!((trouble.kind(), pauses.len()), (DeliveryErrorKind::Tls, 0), "{trouble:?}");
            assert!(trouble.reply().contains(word), "{certificate}: {}", trouble.reply());
            told_well(trouble, &relay);
            let record = odd.end();
            assert_eq!(record.count("CONNECT"), 1);
            assert_eq!((record.count("AUTH"), record.count("MAIL"), record.contents().len()), (0, 0, 0));
        }
        let odd = OddServer::start(json!({"security": plan(security)}));
        let relay = Relay { login: login("office", PASSWORD), ..odd.relay(security) };
        let strange = Relay { roots: Vec::new(), ..relay.clone() };
        assert_eq!(failed(&send(&strange, &[(ONE, &message())]).0[0]).kind(), DeliveryErrorKind::Tls);
        let broken = Relay { roots: vec![b"-----BEGIN CERTIFICATE-----\nx".to_vec()], ..relay.clone() };
        assert_eq!(failed(&send(&broken, &[(ONE, &message())]).0[0]).kind(), DeliveryErrorKind::Roots);
        let by_number = Relay { host: "127.0.0.1".into(), ..relay.clone() };
        assert_eq!(send(&by_number, &[(ONE, &message())]).0[0], TAKEN);
        assert_eq!(send(&relay, &[(ONE, &message())]).0[0], TAKEN);
    }
}

/// The text names the server and keeps the password to itself, in both languages.
fn told_well(trouble: &DeliveryError, relay: &Relay) {
    for lang in [Lang::Ja, Lang::En] {
        let text = trouble.text(lang);
        assert!(text.contains(&format!("{}:{}", relay.host, relay.port)), "{text}");
        let shown = format!("{text} {trouble:?} {relay:?}");
        let encoded = openssl::base64::encode_block(format!("\0office\0{PASSWORD}").as_bytes());
        for secret in [PASSWORD, &encoded, &openssl::base64::encode_block(PASSWORD.as_bytes())] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(!text.contains('\n') && !text.contains("{"), "{text}");
    }
}

#[test]
fn nothing_is_sent_without_the_protection_that_is_wanted() {
    let odd = OddServer::with(json!([]));
    let secured = Relay { login: login("office", PASSWORD), ..odd.relay(ConnectionSecurity::StartTls) };
    let (deliveries, pauses) = send(&secured, &[(ONE, &message())]);
    assert_eq!((failed(&deliveries[0]).kind(), pauses.len()), (DeliveryErrorKind::NoStartTls, 0));
    told_well(failed(&deliveries[0]), &secured);
    let record = odd.end();
    assert_eq!((record.count("EHLO"), record.count("AUTH"), record.count("MAIL")), (1, 0, 0));

    let refusing = OddServer::start(json!({"security": "starttls", "rules": [{"at": "STARTTLS", "say": "502 no"}]}));
    let relay = refusing.relay(ConnectionSecurity::StartTls);
    assert_eq!(failed(&send(&relay, &[(ONE, &message())]).0[0]).kind(), DeliveryErrorKind::NoStartTls);
    assert_eq!(refusing.end().count("MAIL"), 0);

    for host in ["mail.example.invalid", "192.0.2.1", "localhost.example.invalid"] {
        let plain = Relay { host: host.into(), login: login("office", PASSWORD), ..relay_plain() };
        let (deliveries, pauses) = send(&plain, &[(ONE, &message())]);
        assert_eq!((failed(&deliveries[0]).kind(), pauses.len()), (DeliveryErrorKind::Unprotected, 0));
        told_well(failed(&deliveries[0]), &plain);
    }
}

fn relay_plain() -> Relay {
    relay(25, ConnectionSecurity::Plain)
}

#[test]
fn logins_are_tried_once_and_kept_secret() {
    let encoded = openssl::base64::encode_block(format!("\0office\0{PASSWORD}").as_bytes());
    for say in [
        "535 5.7.8 bad login".to_string(),
        format!("535 5.7.8 {PASSWORD} is not office's password"),
        format!("501 5.5.2 cannot decode {encoded}"),
        format!("535-5.7.8 line\r\n535 AUTH PLAIN {encoded}"),
    ] {
        let odd = OddServer::with(json!([{"at": "AUTH", "say": say}]));
        let relay = Relay { login: login("office", PASSWORD), ..odd.relay(ConnectionSecurity::Plain) };
        let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
        assert_eq!((failed(&deliveries[0]).kind(), pauses.len()), (DeliveryErrorKind::Auth, 0));
        assert!(failed(&deliveries[0]).reply().starts_with(&say[..3]));
        told_well(failed(&deliveries[0]), &relay);
        let record = odd.end();
        assert_eq!((record.count("AUTH"), record.count("MAIL")), (1, 0));
        assert!(record.has(&format!("AUTH PLAIN {encoded}")));
    }
}

#[test]
fn logins_fit_what_the_server_offers() {
    let with = |offers: Value, rules: Value| {
        let odd = OddServer::start(json!({"offers": offers, "rules": rules}));
        let relay = Relay { login: login("office", PASSWORD), ..odd.relay(ConnectionSecurity::Plain) };
        let (mut deliveries, pauses) = send(&relay, &[(ONE, &message())]);
        (deliveries.remove(0), pauses.len(), odd.end())
    };
    let (delivery, _, record) = with(json!(["AUTH LOGIN XOAUTH2"]), json!([]));
    assert_eq!(delivery, TAKEN);
    assert!(record.has(&openssl::base64::encode_block(PASSWORD.as_bytes())));
    let (delivery, pauses, record) = with(json!(["AUTH CRAM-MD5 XOAUTH2", "SIZE 1000000"]), json!([]));
    assert_eq!((failed(&delivery).kind(), pauses, record.count("AUTH")), (DeliveryErrorKind::BasicAuthOff, 0, 0));
    let (delivery, pauses, record) = with(json!(["AUTH CRAM-MD5", "SIZE 1000000"]), json!([]));
    assert_eq!((failed(&delivery).kind(), pauses, record.count("AUTH")), (DeliveryErrorKind::NoAuth, 0, 0));
    assert_eq!(failed(&with(json!([]), json!([])).0).kind(), DeliveryErrorKind::NoAuth);
    let later = json!([{"at": "AUTH", "times": 1, "say": "454 4.7.0 later"}]);
    let (delivery, pauses, _) = with(json!(["AUTH PLAIN"]), later);
    assert_eq!((delivery, pauses), (TAKEN, 1));
}

#[test]
fn senders_and_strangers_are_refused_at_once() {
    for (rule, kind) in [
        (json!({"at": "MAIL", "say": "550 5.7.1 not your address"}), DeliveryErrorKind::Sender),
        (json!({"at": "MAIL", "say": "530 5.7.0 login first"}), DeliveryErrorKind::AuthWanted),
        (json!({"at": "CONNECT", "say": "554 no service for you"}), DeliveryErrorKind::Rejected),
        (json!({"at": "EHLO", "say": "550 who?"}), DeliveryErrorKind::Rejected),
        (json!({"at": "CONNECT", "say": "SSH-2.0-OpenSSH_9.2"}), DeliveryErrorKind::Protocol),
        (json!({"at": "CONNECT", "say": "HTTP/1.1 400 Bad Request\r\n\r\n<html>"}), DeliveryErrorKind::Protocol),
        (json!({"at": "CONNECT", "say": "220-a\r\n221 b"}), DeliveryErrorKind::Protocol),
        (json!({"at": "CONNECT", "say": "9".repeat(200_000)}), DeliveryErrorKind::Protocol),
        (json!({"at": "CONNECT", "say": "220-more\r\n".repeat(20_000)}), DeliveryErrorKind::Protocol),
    ] {
        let odd = OddServer::with(json!([rule]));
        let relay = odd.relay(ConnectionSecurity::Plain);
        let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
        assert_eq!((failed(&deliveries[0]).kind(), pauses.len()), (kind, 0), "{:.80}", rule.to_string());
        told_well(failed(&deliveries[0]), &relay);
        assert_eq!(odd.end().contents().len(), 0);
    }
}

#[test]
fn what_does_not_answer_is_said_to_be_unreachable() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let closed = relay(port, ConnectionSecurity::StartTls);
    let (deliveries, pauses) = send(&closed, &[(ONE, &message())]);
    assert_eq!((failed(&deliveries[0]).kind(), pauses.as_slice()), (DeliveryErrorKind::Unreachable, &[60, 120][..]));
    told_well(failed(&deliveries[0]), &closed);
    let unknown = Relay { host: "mail.shomei.invalid".into(), attempts: 1, ..relay(port, ConnectionSecurity::Tls) };
    let kind = failed(&send(&unknown, &[(ONE, &message())]).0[0]).kind();
    assert!(matches!(kind, DeliveryErrorKind::UnknownHost | DeliveryErrorKind::Timeout), "{kind:?}");
    // The wrong kind of security for the port.
    let plain = OddServer::with(json!([]));
    assert_eq!(
        failed(&send(&plain.relay(ConnectionSecurity::Tls), &[(ONE, &message())]).0[0]).kind(),
        DeliveryErrorKind::Tls
    );
    let tls = OddServer::start(json!({"security": "tls"}));
    let relay = Relay { timeout: Duration::from_millis(300), attempts: 1, ..tls.relay(ConnectionSecurity::StartTls) };
    assert_eq!(failed(&send(&relay, &[(ONE, &message())]).0[0]).kind(), DeliveryErrorKind::Timeout);
}

#[test]
fn a_dead_connection_is_opened_again_without_a_pause() {
    for rule in [
        json!({"at": "END", "times": 1, "say": "250 taken", "do": "close"}),
        json!({"at": "RSET", "times": 1, "say": "421 idle too long", "do": "close"}),
        json!({"at": "RSET", "times": 1, "do": "close"}),
        json!({"at": "RSET", "times": 1, "say": "502 never heard of"}),
    ] {
        let odd = OddServer::start(json!({"security": "starttls", "rules": [rule]}));
        let relay = Relay { attempts: 1, ..odd.relay(ConnectionSecurity::StartTls) };
        let (deliveries, pauses) = send(&relay, &[(ONE, &message()), (ONE, &message()), (ONE, &message())]);
        assert_eq!((deliveries, pauses.len()), (vec![TAKEN, TAKEN, TAKEN], 0), "{rule}");
        let record = odd.end();
        assert_eq!((record.count("CONNECT"), record.contents().len()), (2, 3), "{rule}");
    }
}

#[test]
fn addresses_of_carriers_are_quoted_and_rubbish_is_not_asked_for() {
    let odd = OddServer::start(json!({"offers": ["SIZE 1000000"]}));
    let to: &[&str] = &["a..b@docomo.ne.jp", "なし", "x@y.example>\r\nRCPT TO:<evil@evil.example"];
    let (deliveries, _) = send(&odd.relay(ConnectionSecurity::Plain), &[(to, &message()), (&["なし"], &message())]);
    assert_eq!(refused(&deliveries[0]), [(to[1], "", true), (to[2], "", true)]);
    assert_eq!(
        deliveries[1],
        DeliveryOutcome::Refused(vec![shomei::deliver::mail::Refusal {
            to: "なし".into(),
            reply: String::new(),
            permanent: true,
            at_recipient: true,
        }])
    );
    let record = odd.end();
    assert_eq!(record.contents()[0].0, ["<\"a..b\"@docomo.ne.jp>"]);
    assert!(record.has("MAIL FROM:<shomei@office.example>"));
    assert!(record.has("EHLO office.example"));
    assert_eq!((record.count("RCPT"), record.count("CONNECT")), (1, 1));
}

#[test]
fn what_a_server_says_is_cleaned() {
    let say = format!("550-5.1.1 \u{1b}[31mred\u{7}\u{202e}\r\n550-\t宛先  がありません\r\n550 {}", "long ".repeat(80));
    let odd = OddServer::with(json!([{"at": "RCPT", "say": say}]));
    let (deliveries, _) = send(&odd.relay(ConnectionSecurity::Plain), &[(ONE, &message())]);
    let reply = refused(&deliveries[0])[0].1;
    assert!(reply.starts_with("550 5.1.1 <U+001B>[31mred<U+0007><U+202E> 宛先 がありません long long"), "{reply}");
    assert!(reply.chars().count() <= 301 && reply.ends_with('…'), "{reply}");
}

#[test]
fn no_line_ends_the_message_early() {
    let odd = OddServer::with(json!([]));
    let sly = b"Subject: x\r\n\r\n.\r\n..\n.\nRSET\r.\r.\n\r\nno end";
    let (deliveries, _) = send(&odd.relay(ConnectionSecurity::Plain), &[(ONE, sly)]);
    assert_eq!(deliveries[0], TAKEN);
    let contents = odd.end().contents();
    assert_eq!(contents.len(), 1);
    assert_eq!(contents[0].1, "Subject: x\r\n\r\n.\r\n..\r\n.\r\nRSET\r\n.\r\n.\r\n\r\nno end\r\n");
}

#[test]
fn answers_before_encryption_are_not_believed_within_it() {
    // Whoever stands between could have written them: the refusals of the server would come too late.
    for injected in ["250 odd.example", "250-odd.example\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 fine\r\n250 fine", "x"]
    {
        let rules = json!([
            {"at": "STARTTLS", "say": format!("220 go ahead\r\n{injected}")},
            {"at": "RCPT", "say": "550 5.1.1 no such user"},
        ]);
        let odd = OddServer::start(json!({"security": "starttls", "rules": rules}));
        let relay = Relay { login: login("office", PASSWORD), ..odd.relay(ConnectionSecurity::StartTls) };
        let (deliveries, pauses) = send(&relay, &[(ONE, &message())]);
        assert_eq!((failed(&deliveries[0]).kind(), pauses.len()), (DeliveryErrorKind::Injected, 0), "{injected}");
        told_well(failed(&deliveries[0]), &relay);
        let record = odd.end();
        assert_eq!((record.count("AUTH"), record.count("MAIL"), record.contents().len()), (0, 0, 0));
    }
}

#[test]
fn a_server_may_take_its_time_to_confirm() {
    let odd = OddServer::with(json!([{"at": "END", "times": 1, "do": "pause", "say": "250 2.0.0 taken"}]));
    let relay = Relay {
        timeout: Duration::from_millis(300),
        confirmation: Duration::from_secs(30),
        ..odd.relay(ConnectionSecurity::Plain)
    };
    let (deliveries, pauses) = send(&relay, &[(ONE, &message()), (ONE, &message())]);
    assert_eq!((deliveries, pauses.len()), (vec![TAKEN, TAKEN], 0));
    assert_eq!(odd.end().contents().len(), 2);
}

#[test]
fn the_greeting_is_a_full_name_or_an_address() {
    for (name, said) in [
        ("pc01.office.example", "EHLO pc01.office.example"),
        ("[192.0.2.7]", "EHLO [192.0.2.7]"),
        ("[IPv6:2001:db8::7]", "EHLO [IPv6:2001:db8::7]"),
        ("PC01", "EHLO [127.0.0.1]"),
        ("受付", "EHLO [127.0.0.1]"),
        ("pc_01.office.example", "EHLO [127.0.0.1]"),
        ("192.0.2.7", "EHLO [127.0.0.1]"),
        ("", "EHLO [127.0.0.1]"),
        ("a.example\r\nRSET", "EHLO [127.0.0.1]"),
    ] {
        let odd = OddServer::with(json!([]));
        let relay = Relay { hello: name.into(), host: "127.0.0.1".into(), ..odd.relay(ConnectionSecurity::Plain) };
        assert_eq!(send(&relay, &[(ONE, &message())]).0[0], TAKEN);
        let record = odd.end();
        assert!(record.has(said), "{name}");
        assert_eq!(record.count("EHLO"), 1);
    }
}

#[test]
fn each_kind_has_its_code() {
    let mut codes: Vec<&str> = DeliveryErrorKind::ALL.iter().map(|kind| kind.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), DeliveryErrorKind::ALL.len());
    assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
}
