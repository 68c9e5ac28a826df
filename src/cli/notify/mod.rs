//! `shomei notify`: what is due goes to holders and auditors, and is recorded.

mod preview;

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::session::Session;
use super::{arguments, complain};
use crate::app::delivery::paper::{PaperOptions, deliver_on_paper};
use crate::app::delivery::{self, MailQueue, NotifyOptions, with_delivery_context};
use crate::app::{AppError, Outcome};
use crate::deliver::RunError;
use crate::locale::{Lang, Text};
use crate::register::ContactChannel;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "期限などを、事業所・代理人と管理者に知らせ、知らせたと記録します",
        en: "Tells holders and auditors what is due, and records it as said",
    };
    let dry_run = Text {
        ja: "誰に何を知らせるかを示すだけで、送らない",
        en: "show who would be told what; send nothing",
    };
    let report = Text {
        ja: "設定の report_on にかかわらず、管理者に報告書を送る",
        en: "send the auditors the report, whatever report_on says",
    };
    let yes = Text {
        ja: "上限(max_messages)を超えても、この数まで送る",
        en: "send so many messages although max_messages is fewer",
    };
    let channel = Text {
        ja: "メールの代わりに、手紙・FAX・電話で知らせるものを作る",
        en: "make what goes by letter, fax or telephone in place of mail",
    };
    let sent = Text {
        ja: "作ったものを知らせたと記録する(台帳IDを書けば、その事業所だけ)",
        en: "record as said what was made (of these holders alone, where IDs are given)",
    };
    let at = Text {
        ja: "今とみなす日時(試しに)。--dry-run でなければ、本当に送って記録する",
        en: "the moment that is taken for now, for trials; without --dry-run it is really sent and recorded",
    };
    Command::new("notify")
        .about(about.get(lang))
        .arg(arguments::switch("dry-run", dry_run, lang))
        .arg(arguments::switch("report", report, lang).conflicts_with("channel"))
        .arg(
            arguments::option("yes", Text { ja: "数", en: "N" }, yes, lang)
                .value_parser(value_parser!(u64))
                .conflicts_with("channel"),
        )
        .arg(arguments::choice("channel", &["letter", "fax", "phone"], channel, lang).conflicts_with("dry-run"))
        .arg(
            Arg::new("mark-sent")
                .long("mark-sent")
                .value_name("ID")
                .help(sent.get(lang))
                .num_args(0..)
                .requires("channel"),
        )
        .arg(arguments::output(lang).short('o').requires("channel"))
        .arg(arguments::folder("templates", Text { ja: "文面のフォルダー", en: "the folder of the texts" }, lang))
        .arg(arguments::format(&["table", "json"], lang))
        .arg(arguments::by(lang))
        .arg(arguments::inventory(lang))
        .args(arguments::judging(lang).into_iter().filter(|arg| arg.get_id() != "at"))
        .arg(arguments::option("at", Text { ja: "日時", en: "TIME" }, at, lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let settings = arguments::settings(session, matches);
    let session = &session.at(settings.moment(&session.context)?);
    if let Some(channel) = matches.get_one::<String>("channel") {
        return on_paper(session, matches, channel_of(channel));
    }
    if matches.get_flag("dry-run") {
        return preview::run(session, matches);
    }
    let context = &session.context;
    let options = NotifyOptions {
        report: matches.get_flag("report"),
        yes: matches.get_one::<u64>("yes").copied(),
        by: arguments::who(session, matches),
        templates: matches.get_one::<PathBuf>("templates").cloned(),
        earlier: Vec::new(),
    };
    let mut queue = MailQueue::open(context, &settings, &options)?;
    let folder = delivery::beside(&settings.inventory.value);
    let Some(_lock) = delivery::lock(&folder, context)? else { return Ok(Outcome::Incomplete) };
    queue.clear_outbox(context)?;
    let outbox = queue.outbox.clone();
    let inventory = arguments::inventory_options(session, matches)?;
    let sent = with_delivery_context(context, inventory, &outbox, |delivery| {
        delivery::deliver(context, &mut queue, delivery, &options, Vec::new(), None)
    })?;
    RunError::texts(&sent.errors).into_iter().for_each(complain);
    if arguments::is_json(matches) {
        session.print_json(&sent.document())?;
    } else {
        session.print(&(sent.summary(context.lang) + "\n"))?;
    }
    Ok(if sent.is_whole() { Outcome::Clean } else { Outcome::Incomplete })
}

/// Makes what people send, or records that they did.
fn on_paper(session: &Session, matches: &ArgMatches, channel: ContactChannel) -> Result<Outcome, AppError> {
    let marks = matches.contains_id("mark-sent");
    let options = PaperOptions {
        channel,
        inventory: arguments::inventory_options(session, matches)?,
        output: matches.get_one::<PathBuf>("output").cloned(),
        mark_sent: marks.then(|| matches.get_many::<String>("mark-sent").into_iter().flatten().cloned().collect()),
        templates: matches.get_one::<PathBuf>("templates").cloned(),
        by: arguments::who(session, matches),
    };
    if let Some(recorded) = deliver_on_paper(&session.context, &options)? {
        let text = Text {
            ja: "{channel}で知らせたと記録しました({n} 件)。\n",
            en: "Recorded as told by {channel}: {n}.\n",
        };
        let lang = session.context.lang;
        session.print(&text.fill(lang, &[("channel", &channel.name().get(lang)), ("n", &recorded)]))?;
    }
    Ok(Outcome::Clean)
}

fn channel_of(word: &str) -> ContactChannel {
    match word {
        "letter" => ContactChannel::Letter,
        "fax" => ContactChannel::Fax,
        _ => ContactChannel::Phone,
    }
}
