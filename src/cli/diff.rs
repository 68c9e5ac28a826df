//! `shomei diff`: what is otherwise than it was.

use super::prelude::*;
use crate::app::diff::{DiffOptions, compare};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "diff"
            "前回の取り込みや、ある日からの変化(新しい、なくなった、移った、更新された、良くなった、悪くなった)を示します"
            "Tells what changed since the last import or a day: new, gone, moved, renewed, better, worse";
        option "since" (Text { ja: "日か取り込み", en: "DAY|RUN" })
            "この日の終わり、またはこの取り込みの前と比べる。last は最後の取り込み(既定: last)"
            "compare with the end of this day, or with before this import; last is the last one (default: last)";
        switch "all" "認証局の証明書も出す" "CAs too";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let options = DiffOptions {
        inventory: arguments::inventory_options(session, matches)?,
        since: matches.get_one::<String>("since").cloned().unwrap_or_else(|| "last".into()),
        with_cas: matches.get_flag("all"),
    };
    let comparison = compare(&session.context, options)?;
    session.show(&OutputOptions::of(matches), |out, format, style| match format {
        Format::Json => comparison.json(out),
        Format::Csv => comparison.csv(out),
        _ => comparison.table(out, session.context.lang, style),
    })?;
    Ok(Outcome::Clean)
}
