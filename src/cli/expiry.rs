//! `shomei expiry`: which certificates end when.

use super::prelude::*;
use crate::app::lifecycle::{ExpiryOptions, Within, expiry};
use crate::report::ExpiryBy;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "expiry" "証明書がいつ切れるかを、実効有効期限の順に示します"
            "Tells which certificates end when, by their effective expiry";
        option "within" (Text { ja: "日数", en: "DAYS" })
            "この日数のうちに切れるもの。90d か 90(既定: ポリシーのいちばん長い段階、--by があれば all)。all なら全部"
            "those that end in at most so many days, 90d or 90 (default: the policy's widest tier, or all with --by); all: every one";
        choice "by" (&ExpiryBy::ALL.map(|(word, _)| word)) "これごとの枚数を表にする" "count them together by this";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let within = match matches.get_one::<String>("within").map(String::as_str) {
        Some("all") => Within::All,
        Some(text) => Within::Days(days(text, session.context.lang)?),
        None if matches.contains_id("by") => Within::All,
        None => Within::WidestTier,
    };
    let by = matches.get_one::<String>("by").and_then(|word| ExpiryBy::ALL.iter().find(|(code, _)| code == word));
    let inventory = arguments::inventory_options(session, matches)?;
    let options = ExpiryOptions { inventory, within, by: by.map(|(_, by)| *by) };
    expiry(&session.context, options, |expiry| {
        session.show(&OutputOptions::of(matches), |out, format, style| match format {
            Format::Json => expiry.write_json(out),
            Format::Csv => expiry.write_csv(out),
            _ => expiry.write_table(out, style),
        })
    })?;
    Ok(Outcome::Clean)
}

fn days(text: &str, lang: Lang) -> Result<i64, AppError> {
    let wrong = Text {
        ja: "--within の値 {text} は日数ではありません。90d か 90、または all と書いてください。",
        en: "--within {text} is no number of days: write 90d or 90, or all.",
    };
    let number = text.strip_suffix('d').unwrap_or(text);
    let digits = !number.is_empty() && number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits);
    number.ok_or_else(|| AppError::new(wrong, lang, &[("text", &text)]))
}
