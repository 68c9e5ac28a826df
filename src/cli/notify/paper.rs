//! What goes by letter, fax or telephone: made for people to send, recorded when they say so.

use std::collections::BTreeSet;
use std::path::Path;

use clap::ArgMatches;
use sha2::{Digest, Sha256};

use super::super::office::{self, SheetForm};
use super::super::session::Session;
use super::super::settings::Settings;
use super::super::{Failure, Outcome, bind, complain, depot};
use super::sending::saying;
use super::{Matter, outbox, templates, told_row, with_matter};
use crate::certificate::hex;
use crate::deliver::{NotificationKey, Outbox, PendingMessage};
use crate::lifecycle::DueReminder;
use crate::locale::Text;
use crate::register::{ContactChannel, FormTable, GridCell, HolderKey};
use crate::report::escape::terminal;
use crate::report::{Letter, Report};

pub(super) fn run(session: &Session, matches: &ArgMatches, channel: ContactChannel) -> Result<Outcome, Failure> {
    let settings = Settings::resolve(session, matches)?;
    let outbox = outbox(&settings.inventory.value);
    let output = matches.get_one::<std::path::PathBuf>("output");
    let marks = matches.contains_id("mark-sent");
    if output.is_none() && !marks {
        let text = Text {
            ja: "--channel には、作るファイルを -o に(手紙と FAX は .html か差し込み用の .xlsx、電話は .xlsx か .csv)、または知らせ終えたら --mark-sent を指定してください。",
            en: "--channel needs the file to make, with -o (letters and faxes: .html, or .xlsx for a mail merge; calls: .xlsx or .csv), or --mark-sent once it was said.",
        };
        return Err(Failure::new(text, session.lang, &[]));
    }
    if let Some(output) = output {
        with_matter(session, matches, &outbox, |matter| make(session, matches, matter, channel, &outbox, output))?;
    }
    if marks {
        mark_sent(session, matches, channel, &outbox, &settings)?;
    }
    Ok(Outcome::Clean)
}

/// Makes the papers of what is due by a channel, and puts down what they say.
fn make(
    session: &Session,
    matches: &ArgMatches,
    matter: &Matter,
    channel: ContactChannel,
    outbox: &Outbox,
    output: &Path,
) -> Result<(), Failure> {
    let lang = session.lang;
    let routing = matter.routing(true);
    let due: Vec<&DueReminder> =
        routing.by_hand.get(&channel).into_iter().flatten().map(|at| &matter.reminders.due[*at]).collect();
    if due.is_empty() {
        let text = Text {
            ja: "{channel}で知らせることはありません。", en: "There is nothing to tell by {channel}."
        };
        complain(&text.fill(lang, &[("channel", &channel.name().get(lang))]));
        return Ok(());
    }
    let is_page = output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"));
    match channel {
        ContactChannel::Phone => write_calls(session, matter, &due, output)?,
        _ if is_page => {
            let report = told_of(matter, &due)?;
            let templates = templates(session, matches.get_one::<std::path::PathBuf>("templates"))?;
            session.write_private(Some(output), |out| report.write_letters(&templates, out))?;
        }
        _ if office::sheet_form(output, lang)? == SheetForm::Xlsx => {
            let report = told_of(matter, &due)?;
            session.write_private(Some(output), |out| report.write_mail_merge(out))?;
        }
        _ => {
            let text = Text {
                ja: "手紙と FAX は .html(印刷用)か .xlsx(差し込み用)で作れます。",
                en: "letters and faxes are made as .html, to be printed, or as .xlsx, for a mail merge.",
            };
            return Err(office::about_file(output, text.get(lang), lang));
        }
    }
    let told: Vec<NotificationKey> = due.iter().map(|due| saying(matter, due)).collect();
    let mut digest = Sha256::new();
    told.iter().for_each(|one| digest.update(format!("{}\0{}\0", one.topic, one.step)));
    let id = format!("{}-{}", channel.code(), hex(&digest.finalize()[..16]));
    let holders: BTreeSet<_> = told.iter().filter_map(|one| one.holder.clone()).collect();
    let on = matter.gathering.fleet.today.to_string();
    let pending = PendingMessage {
        id,
        channel: channel.code().into(),
        on,
        to: vec![],
        from: String::new(),
        told,
        message: String::new(),
    };
    outbox.put(&pending)?;
    let text = Text {
        ja: "{path} を作りました: 事業所・代理人 {holders} 件に {n} 件のこと。知らせ終えたら: shomei notify --channel {channel} --mark-sent",
        en: "Made {path}: {n} things for {holders} holders. When they were told: shomei notify --channel {channel} --mark-sent",
    };
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("path", &output.display()), ("holders", &holders.len()), ("n", &due.len()), ("channel", &channel.code())];
    complain(&text.fill(lang, &values));
    Ok(())
}

/// The report, with letters and addresses of those alone that something is due for.
fn told_of(matter: &Matter, due: &[&DueReminder]) -> Result<Report, Failure> {
    let view = matter.view();
    let keys: BTreeSet<&HolderKey> =
        due.iter().filter_map(|due| due.holder(view.fleet)).map(|holder| &holder.key).collect();
    let mut report = matter.report()?.clone();
    report.letters.retain(|letter| keys.contains(&letter.to));
    report.people.retain(|person| keys.contains(&person.holder));
    for due in due.iter().filter(|due| due.is_password()) {
        let Some(holder) = due.holder(view.fleet) else { continue };
        let letter = Letter::about_password(holder, due.ends, view.message(due), matter.lang);
        match report.letters.iter_mut().find(|other| other.to == holder.key) {
            Some(other) => other.due.extend(letter.due),
            None => report.letters.push(letter),
        }
    }
    Ok(report)
}

/// A list to telephone by: one row a thing to be said.
fn write_calls(session: &Session, matter: &Matter, due: &[&DueReminder], output: &Path) -> Result<(), Failure> {
    let lang = session.lang;
    let view = matter.view();
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
    office::write_table(session, &table, output)
}

/// Whether a holder's register and ID are meant: `T-007`, `大阪府/O-01`.
fn is_named(name: &str, (register, id): &(String, String)) -> bool {
    name == id || name == format!("{register}/{id}")
}

/// Records what was made as said, of the holders named or of all.
fn mark_sent(
    session: &Session,
    matches: &ArgMatches,
    channel: ContactChannel,
    outbox: &Outbox,
    settings: &Settings,
) -> Result<(), Failure> {
    let lang = session.lang;
    let wanted: Vec<&String> = matches.get_many::<String>("mark-sent").into_iter().flatten().collect();
    let is_wanted = |one: &NotificationKey| {
        let is_one = |holder| wanted.iter().any(|name| is_named(name, holder));
        wanted.is_empty() || one.holder.as_ref().is_some_and(is_one)
    };
    let pending: Vec<PendingMessage> =
        outbox.pending()?.into_iter().filter(|one| one.channel == channel.code()).collect();
    let said: BTreeSet<NotificationKey> =
        pending.iter().flat_map(|one| &one.told).filter(|one| is_wanted(one)).cloned().collect();
    let is_there =
        |name: &&String| said.iter().filter_map(|one| one.holder.as_ref()).any(|holder| is_named(name, holder));
    let missing: Vec<String> = wanted.iter().filter(|name| !is_there(name)).map(ToString::to_string).collect();
    if said.is_empty() || !missing.is_empty() {
        let text = Text {
            ja: "{channel}で知らせるために作ったものに、該当するものがありません{missing}。まず shomei notify --channel {code} -o ファイル で作ってください。",
            en: "nothing of the kind{missing} was made to be told by {channel}. Make it first: shomei notify --channel {code} -o FILE.",
        };
        let missing = match missing.is_empty() {
            true => String::new(),
            false => format!(" ({})", terminal(&office::joined(&missing, lang))),
        };
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("channel", &channel.name().get(lang)), ("code", &channel.code()), ("missing", &missing)];
        return Err(Failure::new(text, lang, &values));
    }
    let mut inventory = depot::open_existing(settings, lang)?;
    let zone = settings.policy_alone(session)?.zone;
    let Some(today) = zone.day(session.now) else { return Err(super::beyond(lang)) };
    let by = bind::who(matches);
    let rows = said.iter().map(|one| told_row(one, today, by.clone(), channel.code()));
    office::record_told(session, &mut inventory, rows, settings)?;
    for mut one in pending {
        one.told.retain(|saying| !said.contains(saying));
        if one.told.is_empty() { outbox.remove(&one.id)? } else { outbox.put(&one)? }
    }
    let text = Text {
        ja: "{channel}で知らせたと記録しました({n} 件)。\n",
        en: "Recorded as told by {channel}: {n}.\n",
    };
    session.print(&text.fill(lang, &[("channel", &channel.name().get(lang)), ("n", &said.len())]))
}
