//! `shomei notify`: what is due goes to holders and auditors, and is recorded.

mod preview;

use crate::app::delivery::paper::{PaperOptions, deliver_on_paper};
use crate::app::delivery::{self, NotifyOptions};
use crate::cli::prelude::*;
use crate::deliver::RunError;
use crate::register::ContactChannel;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "notify" "期限などを、事業所・代理人と管理者に知らせ、知らせたと記録します"
            "Tells holders and auditors what is due, and records it as said";
        switch "dry-run" "誰に何を知らせるかを示すだけで、送らない" "show who would be told what; send nothing";
        switch "report" "設定の report_on にかかわらず、管理者に報告書を送る"
            "send the auditors the report, whatever report_on says" => |arg| arg.conflicts_with("channel");
        switch "despite-unfinished" "途中で止まった取り込みがあっても送信する"
            "send although an import was stopped before it was complete";
        arg (arguments::accept_clock(lang));
        option "yes" (Text { ja: "数", en: "N" }) "上限(max_messages)を超えても、この数まで送る"
            "send so many messages although max_messages is fewer"
            => |arg| arg.value_parser(value_parser!(u64)).conflicts_with("channel");
        choice "channel" (&["letter", "fax", "phone"]) "メールの代わりに、手紙・FAX・電話で知らせるものを作る"
            "make what goes by letter, fax or telephone in place of mail" => |arg| arg.conflicts_with("dry-run");
        option "mark-sent" (flags::ID) "作ったものを知らせたと記録する(台帳IDを書けば、その事業所だけ)"
            "record as said what was made (of these holders alone, where IDs are given)"
            => |arg| arg.num_args(0..).requires("channel");
        arg (arguments::output(lang).short('o').requires("channel"));
        folder "templates" "文面のフォルダー" "the folder of the texts";
        arg (arguments::format(&["table", "json"], lang));
        arg (arguments::by(lang));
        arg (arguments::inventory(lang));
        // The usual --at only judges; here it sends, as its help has to say.
        args (arguments::judging(lang).into_iter().filter(|arg| arg.get_id() != "at"));
        option "at" (Text { ja: "日時", en: "TIME" })
            "今とみなす日時(試しに)。--dry-run でなければ、本当に送って記録する"
            "the moment that is taken for now, for trials; without --dry-run it is really sent and recorded";
    }
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
        despite_unfinished: matches.get_flag("despite-unfinished"),
        yes: matches.get_one::<u64>("yes").copied(),
        by: arguments::who(session, matches),
        templates: matches.get_one::<PathBuf>("templates").cloned(),
        earlier: Vec::new(),
    };
    let inventory = arguments::inventory_options(session, matches)?;
    let Some(sent) = delivery::notify(context, inventory, &options)? else { return Ok(Outcome::Incomplete) };
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
