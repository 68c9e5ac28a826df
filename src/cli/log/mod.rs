//! `shomei log`: what people did, oldest first.

mod story;
mod write;

use clap::{Arg, ArgMatches, Command};

use super::depot::{self, Depot};
use super::meant::{self, Wanted};
use super::session::Session;
use super::{Failure, Outcome, arguments, office};
use crate::calendar::Day;
use crate::inventory::Store;
use crate::inventory::micros;
use crate::locale::{Lang, Text};
use crate::register::{GridCell, MarkState, MarkTarget, day_of};
use story::{Happening, Story};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "記録・持ち主の決定・取り消し・台帳の変更を、古い順に示します",
        en: "Lists marks, bindings, what was taken back and changes of the register, oldest first",
    };
    let id = Text { ja: "この証明書か台帳IDについてだけ", en: "only of this certificate or holder" };
    let since = Text { ja: "この日以降だけ", en: "only from this day on" };
    let state = Text { ja: "この状態の記録だけ", en: "only marks of this state" };
    Command::new("log")
        .about(about.get(lang))
        .arg(Arg::new("id").value_name("ID").help(id.get(lang)))
        .arg(arguments::option("since", Text { ja: "日", en: "DAY" }, since, lang))
        .arg(arguments::option("state", Text { ja: "状態", en: "STATE" }, state, lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .arg(arguments::inventory(lang))
        .arg(arguments::policy(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let depot = Depot::open(session, matches)?;
    let failed = |error| depot::failed(&error, &depot.settings, lang);
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let wanted = Wish {
        about: text("id").map(|id| about(&depot, id, lang)).transpose()?,
        since: text("since").map(|day| since(&depot, day, lang)).transpose()?,
        state: text("state").map(|word| state(word, lang)).transpose()?,
    };
    let words = office::words(&depot.judging.policy);
    let story = Story::read(&depot.inventory, &words, lang).map_err(failed)?;
    let told: Vec<&Happening> = story.happenings.iter().filter(|one| wanted.lets_through(one)).collect();
    let short = office::ShortNames::of(&depot.inventory.office_ids().map_err(failed)?);
    let zone = depot.judging.policy.zone;
    let output = matches.get_one::<std::path::PathBuf>("output").map(|path| path.as_path());
    let style = session.style(output.is_some());
    session.write_to(output, |out| match text("format") {
        Some("json") => write::json(out, &told, &short),
        Some("csv") => write::csv(out, &told, &short, zone),
        _ => write::table(out, &told, &short, (zone, style, lang)),
    })?;
    Ok(Outcome::Clean)
}

/// What of the story is asked for.
struct Wish {
    about: Option<MarkTarget>,
    since: Option<i64>,
    state: Option<MarkState>,
}

impl Wish {
    fn lets_through(&self, one: &Happening) -> bool {
        self.about.as_ref().is_none_or(|target| one.about.contains(target))
            && self.since.is_none_or(|since| one.at >= since)
            && self.state.is_none_or(|state| one.state == Some(state))
    }
}

fn about(depot: &Depot, id: &str, lang: Lang) -> Result<MarkTarget, Failure> {
    let found = meant::one(&depot.inventory, id, Wanted::Either);
    let found = found.map_err(|error| depot::failed(&error, &depot.settings, lang))?;
    found.map(meant::target).map_err(|unclear| unclear.failure(lang))
}

/// The first microsecond of a day.
fn since(depot: &Depot, text: &str, lang: Lang) -> Result<i64, Failure> {
    let day: Option<Day> = day_of(&GridCell::Text(text.to_string())).ok();
    let first = day.and_then(|day| depot.judging.policy.zone.first_second(day));
    let wrong = Text {
        ja: "--since の値 {text} は日付ではありません。2026-11-23 のように書いてください。",
        en: "--since {text} is no day: write it like 2026-11-23.",
    };
    first.map(micros).ok_or_else(|| Failure::new(wrong, lang, &[("text", &text)]))
}

fn state(word: &str, lang: Lang) -> Result<MarkState, Failure> {
    super::mark::state_of(word, lang).map_err(Failure::Message)
}
