//! `shomei reminders`: whom to notify of what today, and that it was done.

use super::prelude::*;
use crate::app::lifecycle::{RemindersOptions, reminders};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "reminders" "今日、誰に何を知らせるかを示します。一度知らせたと記録したことは、もう出ません"
            "Tells who is to be told what today; what was recorded as said does not come up again";
        switch "record" "示したことを、知らせたと記録する" "record what is shown as said"
            => |arg| arg.conflicts_with_all(["at", "as-of"]);
        arg (arguments::by(lang));
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let output = OutputOptions::of(matches);
    let options = RemindersOptions {
        inventory: arguments::inventory_options(session, matches)?,
        record: matches.get_flag("record"),
        by: arguments::who(session, matches),
    };
    let recorded = reminders(&session.context, options, |reminders| {
        session.show(&output, |out, format, style| match format {
            Format::Json => reminders.write_json(out),
            Format::Csv => reminders.write_csv(out),
            _ => reminders.write_table(out, style),
        })
    })?;
    if recorded > 0 && output.format == Format::Table {
        let text = Text {
            ja: "知らせたと記録しました({n} 件)。同じことは、もう出ません。",
            en: "Recorded as said ({n}): none of it comes up again.",
        };
        session.print(&(text.fill(session.context.lang, &[("n", &recorded)]) + "\n"))?;
    }
    Ok(Outcome::Clean)
}
