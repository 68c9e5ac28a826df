//! The mailroom: who sends through which server, and what lies in the outbox.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use clap::ArgMatches;
use zeroize::Zeroizing;

use super::super::config::{Notify, mailbox};
use super::super::session::Session;
use super::super::settings::Settings;
use super::super::{Failure, complain, depot, files, office};
use super::{Wishes, outbox, templates, told_row};
use crate::calendar::{Day, Instant, Zone, parse_day};
use crate::deliver::mail::{
    Attachment, ConnectionSecurity, DeliveryOutcome, Login, Mail, MailAddress, Relay, SmtpClient,
};
use crate::deliver::{DetailLevel, MessageBody, NotificationKey, Outbox, PendingMessage, RunError};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{NotificationRow, Store};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::report::Templates;

/// Days for which a message that may have arrived is sent again as it is.
const DOUBTFUL_DAYS: i64 = 7;

/// Who sends through which server, and what lies in the outbox.
pub(in crate::cli) struct Mailroom {
    pub outbox: Outbox,
    pub(super) sender: Sender,
    pub(super) notify: Notify,
    pub(super) templates: Templates,
    pub(super) zone: Zone,
    pub(super) today: Day,
    /// Contacts to whom a message from the outbox went.
    pub again: Vec<String>,
    /// Addresses that were refused, and the reply.
    pub refused: Vec<(String, String)>,
    /// What failed.
    pub troubles: Vec<RunError>,
    /// What was said already: topic and step.
    said: HashSet<(String, String)>,
    /// Topics of addresses that were refused when they were last written to.
    refused_before: HashSet<String>,
    settings: Settings,
    inventory: Sqlite,
    by: Option<String>,
}

/// Who sends, to whom in any case, and through which server.
pub(super) struct Sender {
    pub relay: Relay,
    pub from: MailAddress,
    pub auditors: Vec<MailAddress>,
    reply_to: Option<MailAddress>,
}

impl Sender {
    /// What the configuration says, with the password.
    pub(super) fn new(session: &Session) -> Result<Sender, Failure> {
        let notify = configured(session)?;
        Ok(Sender {
            relay: relay(&notify, session.lang)?,
            from: address(&notify.from.as_ref().map(|set| set.value.clone()).unwrap_or_default()),
            auditors: notify.auditors.iter().flat_map(|set| &set.value).map(|text| address(text)).collect(),
            reply_to: notify.reply_to.as_ref().map(|set| address(&set.value)),
        })
    }

    /// A message, written at a moment in a zone; its Message-ID begins with `id`.
    pub(super) fn mail(
        &self,
        to: Vec<MailAddress>,
        body: &MessageBody,
        id: String,
        (at, zone): (Instant, Zone),
        lang: Lang,
        attachments: Vec<Attachment>,
    ) -> Mail {
        let host = self.from.mail.rsplit_once('@').map_or("localhost", |(_, host)| host);
        Mail {
            from: self.from.clone(),
            to,
            reply_to: self.reply_to.clone(),
            subject: body.subject.clone(),
            text: body.plain(),
            html: Some(body.html(lang)),
            attachments,
            message_id: format!("{id}@{host}"),
            at,
            zone,
            lang,
        }
    }
}

/// What became of a message from the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The server took it, and it is recorded.
    Taken,
    /// Refused for good.
    Refused,
    /// It failed, and others may fare better.
    Failed,
    /// It failed, and so would all others.
    Hopeless,
}

impl Mailroom {
    /// Reads what the configuration says of mail, and the password; nothing is sent yet.
    pub(in crate::cli) fn open(session: &Session, matches: &ArgMatches, wishes: &Wishes) -> Result<Mailroom, Failure> {
        let lang = session.lang;
        let settings = Settings::resolve(session, matches)?;
        let notify = configured(session)?;
        let zone = settings.policy_alone(session)?.zone;
        let Some(today) = zone.day(session.now) else { return Err(super::super::lifecycle::beyond(lang)) };
        let templates = templates(session, wishes.templates.as_ref())?;
        let inventory = depot::open_existing(&settings, lang)?;
        let told = inventory.notifications().map_err(|error| depot::failed(&error, &settings, lang))?;
        let refused_before = told.iter().filter(|row| row.refused().is_some()).map(|row| row.topic.clone()).collect();
        let said = told.into_iter().map(|row| (row.topic, row.step)).collect();
        Ok(Mailroom {
            outbox: outbox(&settings.inventory.value),
            sender: Sender::new(session)?,
            notify,
            templates,
            zone,
            today,
            again: Vec::new(),
            refused: Vec::new(),
            troubles: Vec::new(),
            said,
            refused_before,
            settings,
            inventory,
            by: wishes.by.clone(),
        })
    }

    /// What contacts are told beyond what they need.
    pub(super) fn details(&self) -> DetailLevel {
        let asked =
            |word: &str| self.notify.details.as_ref().is_some_and(|set| set.value.iter().any(|one| one == word));
        DetailLevel { holder: asked("holder"), serial: asked("serial"), sha256: asked("sha256"), place: asked("place") }
    }

    /// Sends again what an earlier run may have sent without recording it.
    pub(in crate::cli) fn clear_outbox(&mut self, session: &Session) -> Result<(), Failure> {
        let relay = self.sender.relay.clone();
        let mut client = SmtpClient::new(&relay, &std::thread::sleep);
        for pending in self.outbox.pending()?.into_iter().filter(|one| one.channel == "mail") {
            let is_said = |one: &NotificationKey| self.said.contains(&(one.topic.clone(), one.step.clone()));
            let is_recorded = !pending.told.is_empty() && pending.told.iter().all(is_said);
            let age = parse_day(&pending.on).map_or(0, |on| (self.today - on).whole_days());
            // What it tells is old by then, and what is still due is told anew.
            if is_recorded || age > DOUBTFUL_DAYS {
                self.outbox.remove(&pending.id)?;
                continue;
            }
            match self.hand_over(session, &mut client, &pending, true)? {
                Fate::Taken if pending.told.iter().any(|one| one.holder.is_some()) => self.again.extend(pending.to),
                Fate::Hopeless => break,
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts a message into the outbox, sends it, records it as said, and takes it out.
    pub(super) fn deliver(
        &mut self,
        session: &Session,
        client: &mut SmtpClient,
        pending: &PendingMessage,
    ) -> Result<Fate, Failure> {
        self.outbox.put(pending)?;
        self.hand_over(session, client, pending, false)
    }

    fn hand_over(
        &mut self,
        session: &Session,
        client: &mut SmtpClient,
        pending: &PendingMessage,
        is_doubtful: bool,
    ) -> Result<Fate, Failure> {
        let lang = session.lang;
        match client.send(&pending.from, &pending.to, pending.message.as_bytes()) {
            DeliveryOutcome::Taken { refused } => {
                self.record(session, pending, "mail")?;
                let (refused, put_off): (Vec<_>, Vec<_>) = refused.into_iter().partition(|one| one.permanent);
                self.troubles.extend(put_off.into_iter().map(|one| put_off_text(&one.to, &one.reply, lang)));
                let refused: Vec<(String, String)> = refused.into_iter().map(|one| (one.to, one.reply)).collect();
                self.note_addresses(session, pending, &refused)?;
                self.outbox.remove(&pending.id)?;
                Ok(Fate::Taken)
            }
            DeliveryOutcome::Refused(refused) => {
                let refused: Vec<(String, String)> = refused.into_iter().map(|one| (one.to, one.reply)).collect();
                self.note_addresses(session, pending, &refused)?;
                self.outbox.remove(&pending.id)?;
                Ok(Fate::Refused)
            }
            // It may have arrived: what lies in the outbox is sent again as it is.
            DeliveryOutcome::Uncertain(trouble) => {
                self.troubles.push(told("mail", &trouble, lang));
                Ok(Fate::Failed)
            }
            DeliveryOutcome::Failed(trouble) => {
                if !is_doubtful {
                    self.outbox.remove(&pending.id)?;
                }
                let hopeless = trouble.kind().concerns_all();
                self.troubles.push(told("mail", &trouble, lang));
                Ok(if hopeless { Fate::Hopeless } else { Fate::Failed })
            }
        }
    }

    /// Records what was said, all or nothing.
    pub(super) fn record(&mut self, session: &Session, pending: &PendingMessage, channel: &str) -> Result<(), Failure> {
        let rows = pending.told.iter().map(|one| told_row(one, self.today, self.by.clone(), channel)).collect();
        self.record_rows(session, rows)
    }

    fn record_rows(&mut self, session: &Session, rows: Vec<NotificationRow>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        office::record_told(session, &mut self.inventory, rows, &self.settings)
    }

    /// Records which addresses are no longer refused, and keeps in mind which are.
    fn note_addresses(
        &mut self,
        session: &Session,
        pending: &PendingMessage,
        refused: &[(String, String)],
    ) -> Result<(), Failure> {
        let is_refused = |to: &String| refused.iter().any(|(address, _)| address == to);
        let taken =
            pending.to.iter().filter(|to| !is_refused(to)).map(|to| NotificationRow::delivery(to, self.today, None));
        let taken: Vec<NotificationRow> = taken.collect();
        let rows = taken.into_iter().filter(|row| self.refused_before.remove(&row.topic)).collect();
        self.refused.extend(refused.iter().cloned());
        self.record_rows(session, rows)
    }

    /// Records addresses that were refused.
    pub(super) fn record_refused(&mut self, session: &Session, refused: &[(String, String)]) -> Result<(), Failure> {
        let row = |(to, reply): &(String, String)| NotificationRow::delivery(to, self.today, Some(reply.clone()));
        self.record_rows(session, refused.iter().map(row).collect())
    }
}

/// One of several addresses was put off for longer than was tried.
fn put_off_text(to: &str, reply: &str, lang: Lang) -> RunError {
    let text = Text {
        ja: "{to} には、サーバーが「後で」と答え続けたので届いていません({reply})。ほかの宛先には届きました。続くなら、アドレスを確かめてください。",
        en: "{to} did not get this message: the server kept putting it off ({reply}). The others did. If it goes on, check the address.",
    };
    RunError { stage: "mail", reason: "temporary", text: text.fill(lang, &[("to", &to), ("reply", &reply)]) }
}

fn told(stage: &'static str, trouble: &crate::deliver::mail::DeliveryError, lang: Lang) -> RunError {
    RunError { stage, reason: trouble.kind().code(), text: trouble.text(lang) }
}

/// What the configuration says of mail.
pub(super) fn configured(session: &Session) -> Result<Notify, Failure> {
    let none = Text {
        ja: "メールの設定(notify)がありません。設定ファイルに notify を書くか、shomei init で作ってください。",
        en: "the configuration has no `notify`: write it, or let shomei init do so.",
    };
    session.config.notify.clone().ok_or_else(|| Failure::new(none, session.lang, &[]))
}

fn address(text: &str) -> MailAddress {
    let (name, mail) = mailbox(text);
    MailAddress { name: name.map(String::from), mail: mail.to_string() }
}

/// The mail server of the configuration, with the password.
fn relay(notify: &Notify, lang: Lang) -> Result<Relay, Failure> {
    let smtp = &notify.smtp;
    let number = |set: &Option<super::super::config::Set<u64>>, default| set.as_ref().map_or(default, |set| set.value);
    let (security, port) = match smtp.security.as_ref().map_or("starttls", |set| set.value.as_str()) {
        "tls" => (ConnectionSecurity::Tls, 465),
        "none" => (ConnectionSecurity::Plain, 25),
        _ => (ConnectionSecurity::StartTls, 587),
    };
    let login = match (&smtp.user, &smtp.password_file) {
        (Some(user), Some(file)) => Some(Login { user: user.value.clone(), password: password(&file.value, lang)? }),
        (None, None) => None,
        _ => {
            let half = Text {
                ja: "notify.smtp の user と password_file は、両方書くか、両方省いてください。",
                en: "`user` and `password_file` of notify.smtp belong together: give both, or neither.",
            };
            return Err(Failure::new(half, lang, &[]));
        }
    };
    let roots = smtp.ca.iter().map(|set| files::read(&set.value, lang)).collect::<Result<_, _>>()?;
    Ok(Relay {
        host: smtp.host.as_ref().map(|set| set.value.clone()).unwrap_or_default(),
        port: u16::try_from(number(&smtp.port, port)).unwrap_or(0),
        security,
        login,
        roots,
        timeout: Duration::from_secs(number(&smtp.timeout, 30)),
        attempts: u32::try_from(number(&smtp.attempts, 4)).unwrap_or(1),
        pause: Duration::from_secs(number(&smtp.pause, 5)),
        hello: gethostname::gethostname().to_string_lossy().into_owned(),
    })
}

/// The password in a file: its first line.
fn password(path: &Path, lang: Lang) -> Result<Zeroizing<String>, Failure> {
    let bytes = Zeroizing::new(files::read(path, lang)?);
    if let Some(permissions) = std::fs::metadata(path).ok().and_then(|data| platform::readable_by_others(&data)) {
        let text = Text {
            ja: "{path} は、ほかの利用者も読めます({permissions})。chmod 600 で自分だけにしてください。",
            en: "others may read {path} ({permissions}): keep it to yourself with chmod 600.",
        };
        complain(&text.fill(lang, &[("path", &path.display()), ("permissions", &permissions)]));
    }
    let text = std::str::from_utf8(&bytes).ok().map(|text| text.trim_start_matches('\u{feff}'));
    let line = text.and_then(|text| text.lines().next()).filter(|line| !line.is_empty());
    let none = Text {
        ja: "{path} の1行目にパスワードがありません。UTF-8 で1行目に書いてください。",
        en: "there is no password in the first line of {path}: write it there, in UTF-8.",
    };
    let line = line.ok_or_else(|| Failure::new(none, lang, &[("path", &path.display())]))?;
    Ok(Zeroizing::new(line.to_string()))
}
