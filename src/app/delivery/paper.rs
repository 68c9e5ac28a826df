//! Notifications by letter, fax or telephone: made for people to send, recorded once they have.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{DeliveryContext, notification_row, outbox, templates, with_delivery_context};
use crate::app::open_inventory::{self, InventoryOptions};
use crate::app::output::{Privacy, write_file};
use crate::app::planning::beyond;
use crate::app::{AppError, Context, record, sheet};
use crate::certificate::hex;
use crate::deliver::{NotificationKey, Outbox, PendingMessage, PendingState};
use crate::lifecycle::DueReminder;
use crate::locale::Text;
use crate::register::{ContactChannel, FormTable, GridCell, HolderKey};
use crate::report::escape::terminal;
use crate::report::{Letter, Report};

/// What is asked for of a channel that people serve.
pub struct PaperOptions {
    pub channel: ContactChannel,
    pub inventory: InventoryOptions,
    /// The file to make.
    pub output: Option<PathBuf>,
    /// Where what was made is to be recorded as sent: the IDs of the holders, none for all.
    pub mark_sent: Option<Vec<String>>,
    /// The folder of the texts, where not the configuration's.
    pub templates: Option<PathBuf>,
    /// Who records it.
    pub by: Option<String>,
}

/// Makes what goes by letter, fax or telephone, and records what was made as sent: how much, where
/// that is asked.
pub fn deliver_on_paper(context: &Context, options: &PaperOptions) -> Result<Option<usize>, AppError> {
    if options.output.is_none() && options.mark_sent.is_none() {
        let text = Text {
            ja: "--channel には、作るファイルを -o に(手紙と FAX は .html か差し込み用の .xlsx、電話は .xlsx か .csv)、または知らせ終えたら --mark-sent を指定してください。",
            en: "--channel needs the file to make, with -o (letters and faxes: .html, or .xlsx for a mail merge; calls: .xlsx or .csv), or --mark-sent once it was said.",
        };
        return Err(AppError::new(text, context.lang, &[]));
    }
    let outbox = outbox(&options.inventory.settings.inventory.value);
    if let Some(output) = &options.output {
        with_delivery_context(context, options.inventory.clone(), &outbox, |delivery| {
            make(context, options, delivery, &outbox, output)
        })?;
    }
    options.mark_sent.as_ref().map(|wanted| mark_sent(context, options, wanted, &outbox)).transpose()
}

/// Makes the papers of what is due by a channel, and keeps in the outbox what is on them.
fn make(
    context: &Context,
    options: &PaperOptions,
    delivery: &DeliveryContext,
    outbox: &Outbox,
    output: &Path,
) -> Result<(), AppError> {
    let (lang, channel) = (context.lang, options.channel);
    let routing = delivery.routing(true);
    let due: Vec<&DueReminder> =
        routing.by_hand.get(&channel).into_iter().flatten().map(|at| &delivery.reminders.due[*at]).collect();
    if due.is_empty() {
        let text = Text {
            ja: "{channel}で知らせることはありません。", en: "There is nothing to tell by {channel}."
        };
        context.notice(&text.fill(lang, &[("channel", &channel.name().get(lang))]));
        return Ok(());
    }
    let is_page = output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"));
    match channel {
        ContactChannel::Phone => write_calls(context, delivery, &due, output)?,
        _ if is_page => {
            let report = report_of(delivery, &due)?;
            let templates = templates(context, options.templates.as_ref())?;
            write_file(output, Privacy::Private, lang, |out| report.write_letters(&templates, out))?;
        }
        _ if sheet::sheet_form(output, lang)? == sheet::SheetForm::Xlsx => {
            let report = report_of(delivery, &due)?;
            write_file(output, Privacy::Private, lang, |out| report.write_mail_merge(out))?;
        }
        _ => {
            let text = Text {
                ja: "手紙と FAX は .html(印刷用)か .xlsx(差し込み用)で作れます。",
                en: "letters and faxes are made as .html, to be printed, or as .xlsx, for a mail merge.",
            };
            return Err(sheet::about_file(output, text.get(lang), lang));
        }
    }
    // Only once the file is written: what is on no paper must not be recorded as sent. Made again,
    // the same notifications have the same ID and are in the outbox once.
    let notifications: Vec<NotificationKey> = due.iter().map(|due| delivery.key_of(due)).collect();
    let mut digest = Sha256::new();
    notifications.iter().for_each(|one| digest.update(format!("{}\0{}\0", one.topic, one.step)));
    let id = format!("{}-{}", channel.code(), hex(&digest.finalize()[..16]));
    let holders: BTreeSet<_> = notifications.iter().filter_map(|one| one.holder.clone()).collect();
    let on = delivery.gathering.fleet.today.to_string();
    let pending = PendingMessage {
        id,
        state: PendingState::Sending,
        channel: channel.code().into(),
        on,
        to: vec![],
        to_auditors: false,
        from: String::new(),
        notifications,
        subject: String::new(),
        message_id: String::new(),
        message: String::new(),
    };
    outbox.put(&pending)?;
    let text = Text {
        ja: "{path} を作りました: 事業所・代理人 {holders} 件に {n} 件のこと。知らせ終えたら: shomei notify --channel {channel} --mark-sent",
        en: "Made {path}: {n} things for {holders} holders. When they were told: shomei notify --channel {channel} --mark-sent",
    };
    let values: [(&str, &dyn Display); 4] =
        [("path", &output.display()), ("holders", &holders.len()), ("n", &due.len()), ("channel", &channel.code())];
    context.notice(&text.fill(lang, &values));
    Ok(())
}

/// The report, with letters and addresses of those alone that something is due for.
fn report_of(delivery: &DeliveryContext, due: &[&DueReminder]) -> Result<Report, AppError> {
    let view = delivery.view();
    let keys: BTreeSet<&HolderKey> =
        due.iter().filter_map(|due| due.holder(view.fleet)).map(|holder| &holder.key).collect();
    let mut report = delivery.report()?.clone();
    report.letters.retain(|letter| keys.contains(&letter.to));
    report.people.retain(|person| keys.contains(&person.holder));
    for due in due.iter().filter(|due| due.is_password()) {
        let Some(holder) = due.holder(view.fleet) else { continue };
        let letter = Letter::about_password(view.fleet, holder, due.ends, view.message(due), delivery.lang);
        match report.letters.iter_mut().find(|other| other.to == holder.key) {
            Some(other) => other.due.extend(letter.due),
            None => report.letters.push(letter),
        }
    }
    Ok(report)
}

/// A list to telephone by: one row a notification.
fn write_calls(
    context: &Context,
    delivery: &DeliveryContext,
    due: &[&DueReminder],
    output: &Path,
) -> Result<(), AppError> {
    let lang = context.lang;
    let view = delivery.view();
    let heads = [
        Text { ja: "済", en: "done" },
        Text { ja: "電話番号", en: "telephone" },
        Text { ja: "担当者", en: "person" },
        Text { ja: "名称", en: "name" },
        Text { ja: "台帳ID", en: "holder" },
        Text { ja: "台帳", en: "register" },
        Text { ja: "伝えること", en: "what to say" },
        Text { ja: "期限", en: "ends on" },
        Text { ja: "最終申請日", en: "apply by" },
        Text { ja: "メモ", en: "notes" },
    ];
    let mut due = due.to_vec();
    // Whatever is to be said to a holder is said in one call.
    due.sort_by_key(|due| (due.holder, due.ends));
    let row = |due: &&DueReminder| {
        let holder = due.holder(view.fleet);
        let last_application = due.last_application.filter(|day| *day >= view.fleet.today);
        let text = |value: Option<&String>| value.map_or(GridCell::Empty, |value| GridCell::Text(value.clone()));
        vec![
            GridCell::Empty,
            text(holder.and_then(|holder| holder.contact.tel.as_ref())),
            text(holder.and_then(|holder| holder.contact.person.as_ref())),
            text(holder.map(|holder| &holder.name)),
            text(holder.map(|holder| &holder.key.id)),
            text(holder.map(|holder| &holder.key.register)),
            GridCell::Text(view.message(due)),
            GridCell::Day(due.ends),
            last_application.map_or(GridCell::Empty, GridCell::Day),
            GridCell::Empty,
        ]
    };
    let title = Text { ja: "電話連絡", en: "calls" }.get(lang).to_string();
    let headers = heads.iter().map(|head| head.get(lang).to_string()).collect();
    let table = FormTable { title, headers, rows: due.iter().map(row).collect() };
    sheet::write_table(context, &table, output)
}

/// Whether a holder's register and ID are meant: `T-007`, `大阪府/O-01`.
fn is_named(name: &str, (register, id): &(String, String)) -> bool {
    name == id || name == format!("{register}/{id}")
}

/// Records what was made as sent, of the holders named or of all.
fn mark_sent(context: &Context, options: &PaperOptions, wanted: &[String], outbox: &Outbox) -> Result<usize, AppError> {
    let (lang, channel, settings) = (context.lang, options.channel, &options.inventory.settings);
    let is_wanted = |one: &NotificationKey| {
        let is_one = |holder| wanted.iter().any(|name| is_named(name, holder));
        wanted.is_empty() || one.holder.as_ref().is_some_and(is_one)
    };
    let pending: Vec<PendingMessage> =
        outbox.contents()?.messages.into_iter().filter(|one| one.channel == channel.code()).collect();
    let recorded: BTreeSet<NotificationKey> =
        pending.iter().flat_map(|one| &one.notifications).filter(|one| is_wanted(one)).cloned().collect();
    let is_there =
        |name: &&String| recorded.iter().filter_map(|one| one.holder.as_ref()).any(|holder| is_named(name, holder));
    let missing: Vec<String> = wanted.iter().filter(|name| !is_there(name)).map(|name| name.to_string()).collect();
    if recorded.is_empty() || !missing.is_empty() {
        let text = Text {
            ja: "{channel}で知らせるために作ったものに、該当するものがありません{missing}。まず shomei notify --channel {code} -o ファイル で作ってください。",
            en: "nothing of the kind{missing} was made to be told by {channel}. Make it first: shomei notify --channel {code} -o FILE.",
        };
        let missing = match missing.is_empty() {
            true => String::new(),
            false => format!(" ({})", terminal(&sheet::joined(&missing, lang))),
        };
        let values: [(&str, &dyn Display); 3] =
            [("channel", &channel.name().get(lang)), ("code", &channel.code()), ("missing", &missing)];
        return Err(AppError::new(text, lang, &values));
    }
    let mut inventory = open_inventory::open_existing(settings, context)?;
    let zone = settings.read_policy(context)?.zone;
    let Some(today) = zone.day(context.now) else { return Err(beyond(lang)) };
    let rows = recorded.iter().map(|one| notification_row(one, today, options.by.clone(), channel.code()));
    // Recorded before it leaves the outbox, as mail is.
    record::record_notifications(context, &mut inventory, rows, settings)?;
    for mut one in pending {
        one.notifications.retain(|key_of| !recorded.contains(key_of));
        if one.notifications.is_empty() { outbox.remove(&one)? } else { outbox.put(&one)? }
    }
    Ok(recorded.len())
}
