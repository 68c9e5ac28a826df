//! More messages than may go at once: none goes, and the auditors hear of it.

use super::scene::{Holder, Office, Smtp, by_mail, letter, letters};
use crate::common::mail_server::MailServer;
use crate::common::schema;

fn three() -> [Holder; 3] {
    [by_mail("A", "a", "2027-01-15"), by_mail("B", "b", "2027-01-15"), by_mail("C", "c", "2027-01-15")]
}

#[test]
fn more_than_may_go_at_once_is_held_back_until_somebody_says_yes() {
    let server = MailServer::start();
    let office = Office::new(&Smtp::real(&server), &three(), "  max_messages: 2\n  report_on: monthly 11");
    let dry = office.ok(&["notify", "--dry-run"]);
    assert!(dry.contains("メール 3 通(上限 2)") && dry.contains("--yes 3"), "{dry}");

    let said = office.run(&["notify", "--format", "json"]);
    assert_eq!(said.code, 2, "{said:?}");
    let document = said.json();
    schema::fits_closely("notify", &document);
    assert_eq!(document["held_back"], serde_json::json!({"messages": 3, "max_messages": 2}));
    let told = letter(&server, "kanri");
    assert!(told.subject.starts_with("【要確認】"), "{}", told.subject);
    told.says("3 通");
    told.says("shomei notify --yes 3");
    assert_eq!((server.all().len(), office.told_of("declared:")), (1, 0));

    for arguments in [&["notify"][..], &["notify", "--yes", "2"], &["run"]] {
        let said = office.run(arguments);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stdout.contains("1 通も送っていません") && said.stdout.contains("管理者あて: なし"), "{said:?}");
        assert_eq!(server.all().len(), 1, "{arguments:?}");
    }
    let next = office.on("2026-11-24", &["notify"]);
    assert_eq!((next.code, letters(&server, "kanri", 2).len()), (2, 2));

    let said = office.on("2026-11-24", &["notify", "--yes", "3"]);
    assert_eq!(said.code, 0, "{said:?}");
    for who in ["a", "b", "c"] {
        letter(&server, who);
    }
    assert_eq!((letters(&server, "kanri", 3).len(), office.told_of("declared:")), (3, 3));
}
