//! Messages, read back byte for byte by a library that is not ours.

use serde_json::{Value, json};
use shomei::deliver::mail::{Attachment, Mail, MessageError};
use shomei::locale::Lang;

use super::scene::{address, mail, read};

fn bytes_of(part: &Value) -> Vec<u8> {
    openssl::base64::decode_block(part["bytes"].as_str().unwrap()).unwrap()
}

/// What Python reads, after the laws that hold for every message.
fn lawful(mail: &Mail) -> Value {
    let bytes = mail.encode().unwrap();
    assert_eq!(mail.encode().unwrap(), bytes, "the same message gives the same bytes");
    let read = read(&bytes);
    assert_eq!(read["ascii"], true);
    assert_eq!(read["bare"], false, "a line ends in other than CRLF");
    assert!(read["longest"].as_u64().unwrap() <= 998, "{}", read["longest"]);
    assert!(read["longest_header"].as_u64().unwrap() <= 78, "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(read["header_defects"], json!([]), "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(read["body"]["defects"], json!([]));
    for (name, count) in [("From", 1), ("To", 1), ("Subject", 1), ("Date", 1), ("Message-ID", 1), ("Bcc", 0)] {
        let names = read["names"].as_array().unwrap();
        assert_eq!(names.iter().filter(|n| *n == name).count(), count, "{name}: {names:?}");
    }
    let words = String::from_utf8(bytes).unwrap();
    for word in words.split([' ', '\r', '\n', '"']).filter(|word| word.starts_with("=?")) {
        assert!(word.len() <= 75, "{word}");
    }
    read
}

#[test]
fn a_message_has_what_mail_programs_look_for() {
    let read = lawful(&Mail { reply_to: Some(address("窓口", "desk@office.example")), ..mail() });
    assert_eq!(read["from"], json!([["証明書係", "shomei@office.example"]]));
    assert_eq!(read["to"], json!([["", "tanaka@care.example"]]));
    assert_eq!(read["reply_to"], json!([["窓口", "desk@office.example"]]));
    assert_eq!(read["date"], "2026-11-23T13:05:06+09:00");
    let headers = &read["headers"];
    assert_eq!(headers["Date"], "Mon, 23 Nov 2026 13:05:06 +0900");
    assert_eq!(headers["Subject"], "電子証明書の期限のお知らせ");
    assert_eq!(headers["Message-ID"], "<20261123.1@office.example>");
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert_eq!(headers["Content-Language"], "ja");
    assert_eq!(headers["MIME-Version"], "1.0");
    assert_eq!(read["body"]["type"], "text/plain");
    assert_eq!(read["body"]["text"].as_str().unwrap().trim_end(), mail().text.trim_end());
    let english = lawful(&Mail { lang: Lang::En, text: "Hello.\n".into(), subject: "Soon".into(), ..mail() });
    assert_eq!(
        (&english["headers"]["Content-Language"], &english["headers"]["Subject"]),
        (&json!("en"), &json!("Soon"))
    );
}

#[test]
fn subjects_come_back_as_they_were() {
    let mixed = "【重要】certificate 証明書 a b  二つの空白 髙﨑①㈱ 🏥👨‍👩‍👧 ".repeat(5);
    for subject in [
        "証".repeat(200),
        "あ".to_string(),
        mixed.trim().to_string(),
        "plain ASCII words that go on and on until the line has to be folded somewhere, as all must be".into(),
        "x".repeat(500),
        "=?utf-8?b?5pel5pys?= is no encoded word".into(),
        "𠮷野家🏥".repeat(30),
        "a 証 b 証 c 証".into(),
    ] {
        assert_eq!(lawful(&Mail { subject: subject.clone(), ..mail() })["headers"]["Subject"], subject);
    }
}

#[test]
fn names_come_back_as_they_were() {
    for name in [
        "髙﨑①",
        "Tanaka, \"Taro\" (care)",
        "田中,太郎 <理事長>",
        "🏥 訪問介護ステーション みなみ",
        "O'Brien; list: a@b.example",
        "社会福祉法人 ".repeat(20).trim(),
        "back\\slash",
        "plain",
    ] {
        let told = lawful(&Mail {
            from: address(name, "a@care.example"),
            to: vec![address(name, "b@care.example")],
            ..mail()
        });
        assert_eq!(told["from"], json!([[name, "a@care.example"]]));
        assert_eq!(told["to"], json!([[name, "b@care.example"]]));
    }
}

#[test]
fn a_long_list_is_folded_and_addresses_of_carriers_are_quoted() {
    let to: Vec<_> = (0..120).map(|n| address(&format!("担当 {n}"), &format!("person-{n}@care.example"))).collect();
    let read = lawful(&Mail { to, ..mail() });
    assert_eq!(read["to"].as_array().unwrap().len(), 120);
    assert_eq!(read["to"][119], json!(["担当 119", "person-119@care.example"]));
    let to = vec![address("", "a..b@docomo.ne.jp"), address("太郎", "taro.@ezweb.ne.jp")];
    let bytes = Mail { to, ..mail() }.encode().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\"a..b\"@docomo.ne.jp") && text.contains("<\"taro.\"@ezweb.ne.jp>"), "{text}");
}

#[test]
fn no_value_begins_another_header() {
    let evil = "x\r\nBcc: evil@evil.example\r\n\r\nbody\nX: \u{0}\u{7f}\u{85}";
    let file = Attachment { name: evil.into(), mime: "text/csv".into(), bytes: b"x".to_vec() };
    let read = lawful(&Mail {
        subject: evil.into(),
        from: address(evil, "a@care.example"),
        to: vec![address(evil, "b@care.example")],
        reply_to: Some(address(evil, "c@care.example")),
        attachments: vec![file],
        ..mail()
    });
    let subject = read["headers"]["Subject"].as_str().unwrap();
    assert!(subject.starts_with("x  Bcc: evil@evil.example"), "{subject:?}");
    let refused = |mail: Mail| mail.encode().unwrap_err();
    let address = |mail: &str| address("", mail);
    assert!(matches!(
        refused(Mail { to: vec![address("a@b.example\r\nBcc: x@y.example")], ..mail() }),
        MessageError::Address(_)
    ));
    assert!(matches!(refused(Mail { from: address("nobody"), ..mail() }), MessageError::Address(_)));
    assert_eq!(refused(Mail { to: vec![], ..mail() }), MessageError::Nobody);
    for id in ["", "x", "a@b\r\nBcc: x", "<a@b> <c@d>", "a b@c", "@", "a@b@c"] {
        assert!(matches!(refused(Mail { message_id: id.into(), ..mail() }), MessageError::MessageId(_)), "{id:?}");
    }
    for mime in ["", "text", "text/csv\r\nX: y", "日本/語"] {
        let file = Attachment { name: "a".into(), mime: mime.into(), bytes: vec![] };
        let error = refused(Mail { attachments: vec![file], ..mail() });
        assert!(matches!(error, MessageError::Mime(_)), "{mime:?}");
        assert!(!error.text(Lang::Ja).contains('\r') && error.text(Lang::En).contains("MIME"));
    }
}

#[test]
fn texts_come_back_as_they_were_whatever_their_lines() {
    let long = "長い行".repeat(2000);
    for text in [
        "一行".to_string(),
        format!("{long}\n{long}\n"),
        "x".repeat(5000),
        ".\n..\n.hidden\nFrom the office\n".into(),
        "CR LF\r\nLF\nCR\rend".into(),
        "trailing space \ntab\t\n\n\n".into(),
        String::new(),
    ] {
        let read = lawful(&Mail { text: text.clone(), ..mail() });
        let wanted = text.replace("\r\n", "\n").replace('\r', "\n");
        let found = read["body"]["text"].as_str().unwrap().trim_end_matches('\n');
        assert!(found == wanted.trim_end_matches('\n'), "{text:.60}");
    }
}

#[test]
fn pages_and_files_come_back_byte_for_byte() {
    let every: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let long = format!("{}.csv", "とても長いファイル名①髙﨑".repeat(15));
    let files = [
        ("証明書報告書.xlsx", xlsx, every.clone()),
        ("report.csv", "text/csv; charset=utf-8", b"a,b\n1,2\r\n\r\n".to_vec()),
        (long.as_str(), "text/csv", Vec::new()),
        ("空 白 'と' %41; (括弧).ics", "text/calendar; charset=utf-8; method=PUBLISH", "BEGIN:VCALENDAR\r\n".into()),
    ];
    let attachments = files.iter().map(|(name, mime, bytes)| Attachment {
        name: name.to_string(),
        mime: mime.to_string(),
        bytes: bytes.clone(),
    });
    let html = Some("<p>期限が近づいています。</p>\n".to_string());
    let read = lawful(&Mail { html, attachments: attachments.collect(), ..mail() });
    assert_eq!(read["body"]["type"], "multipart/mixed");
    let parts = read["body"]["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 5);
    assert_eq!(parts[0]["type"], "multipart/alternative");
    assert_eq!(parts[0]["parts"][0]["type"], "text/plain");
    assert_eq!(parts[0]["parts"][1]["type"], "text/html");
    assert_eq!(parts[0]["parts"][1]["text"], "<p>期限が近づいています。</p>\n");
    for (part, (name, mime, bytes)) in parts[1..].iter().zip(&files) {
        assert_eq!(part["name"], *name);
        assert_eq!(part["type"], mime.split(';').next().unwrap());
        assert_eq!(&bytes_of(part), bytes, "{name}");
        assert!(part["outlook"].is_string(), "{name} has no name for old programs");
    }
    let page = lawful(&Mail { html: Some("<p>x</p>".into()), ..mail() });
    assert_eq!(page["body"]["type"], "multipart/alternative");
    let file = Attachment { name: "../../etc/pass\"wd".into(), mime: "text/plain".into(), bytes: vec![] };
    let file = lawful(&Mail { attachments: vec![file], ..mail() });
    assert_eq!(file["body"]["parts"][1]["name"], ".._.._etc_pass_wd");
}
