//! Reminders: one row a message to somebody, and one a certificate of which enough was said.

use std::sync::LazyLock;

use super::holder::{HasHolder, HolderRef};
use super::tracked::{self, CERTIFICATE, HasCertificate, Places, TrackedCertificate};
use super::{Cell, Column, List};
use crate::calendar::Day;
use crate::locale::Text;
use crate::register::{Contact, ContactChannel, HolderKey};
use crate::report::form::json;

/// A message, or a certificate of which enough was said.
#[derive(Clone, Debug)]
pub struct ReminderRow {
    /// Whose certificate or password it is about.
    pub holder: HolderRef,
    /// The certificate; none where it is about a password.
    pub certificate: Option<TrackedCertificate>,
    /// The day on which it ends, and the days up to that one.
    pub end: Option<(Day, i64)>,
    /// The message; none where enough was said.
    pub message: Option<Message>,
}

/// What is to be said, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What it is about, as the record of notifications spells it.
    pub topic: String,
    /// At which step.
    pub step: String,
    /// The last day on which applying is safe.
    pub last_application: Option<Day>,
    /// The holder to notify, and how to reach it; none where the auditors alone are to look after it.
    pub to: Option<(HolderKey, String, Contact)>,
    /// In a sentence.
    pub text: String,
}

impl ReminderRow {
    fn said<'r, T: Into<Cell<'r>>>(&'r self, get: fn(&'r Message) -> T) -> Cell<'r> {
        self.message.as_ref().map(get).into()
    }

    fn contact<'r>(&'r self, get: fn(&'r Contact) -> Option<&'r String>) -> Cell<'r> {
        self.message.as_ref().and_then(|one| get(&one.to.as_ref()?.2)).into()
    }
}

impl HasHolder for ReminderRow {
    fn holder(&self) -> &HolderRef {
        &self.holder
    }
}

impl HasCertificate for ReminderRow {
    fn certificate(&self) -> Option<&TrackedCertificate> {
        self.certificate.as_ref()
    }

    fn end(&self) -> Option<(Day, i64)> {
        self.end
    }
}

/// Reminders; docs/ja/output.md and docs/en/output.md explain each column.
pub static REMINDERS: LazyLock<List<ReminderRow>> = LazyLock::new(|| {
    type Row = ReminderRow;
    let columns = [
        Column::csv("list", |row: &Row, _| if row.message.is_some() { "due" } else { "exhausted" }.into()),
        Column::json_only("topic", |row: &Row, _| row.said(|one| Cell::text(&one.topic))),
        Column::new("about", |row: &Row, _| if row.certificate.is_some() { "certificate" } else { "password" }.into()),
        Column::new("step", |row: &Row, _| row.said(|one| &one.step)),
        Column::json_only("holder.register", |row: &Row, _| row.said(|one| one.to.as_ref().map(|to| &to.0.register))),
        Column::json_only("holder.id", |row: &Row, _| row.said(|one| one.to.as_ref().map(|to| &to.0.id))),
        Column::json_only("holder.name", |row: &Row, _| row.said(|one| one.to.as_ref().map(|to| Cell::text(&to.1)))),
        Column::json_only("certificate", |row: &Row, lang| {
            let value = |one: &TrackedCertificate| Cell::Json(json::value(&CERTIFICATE, one, lang));
            row.certificate.as_ref().map(value).into()
        }),
        Column::json_only("ends_on", |row: &Row, _| row.end.map(|(day, _)| day).into()),
        Column::json_only("days_left", |row: &Row, _| row.end.map(|(_, left)| left).into()),
        Column::new("last_safe_day", |row: &Row, _| row.said(|one| one.last_application)),
        // Whoever is to be notified has a contact, even where the register says nothing in it.
        Column::json_only("contact", |row: &Row, _| row.said(|one| one.to.is_some())),
        Column::new("channel", |row: &Row, _| {
            row.said(|one| one.to.as_ref().and_then(|to| to.2.channel).map(ContactChannel::code))
        })
        .json("contact.channel"),
        Column::new("person", |row: &Row, _| row.contact(|one| one.person.as_ref())).json("contact.person"),
        Column::new("mail", |row: &Row, _| row.contact(|one| one.mail.as_ref())).json("contact.mail"),
        Column::new("tel", |row: &Row, _| row.contact(|one| one.tel.as_ref())).json("contact.tel"),
        Column::new("fax", |row: &Row, _| row.contact(|one| one.fax.as_ref())).json("contact.fax"),
        Column::json_only("contact.postcode", |row: &Row, _| row.contact(|one| one.postcode.as_ref())),
        Column::json_only("contact.address", |row: &Row, _| row.contact(|one| one.address.as_ref())),
        Column::new("message", |row: &Row, _| row.said(|one| Cell::text(&one.text))),
    ];
    // In JSON they stand in the object `certificate`.
    let shared = tracked::columns(Places::default()).into_iter().map(Column::without_json);
    List::new("reminders", Text { ja: "案内", en: "Reminders" }, shared.chain(columns))
});
