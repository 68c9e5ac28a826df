//! `shomei expiry`: which certificates end when.

use super::prelude::*;
use crate::app::lifecycle::{ExpiryOptions, Within, expiry};
use crate::report::Expiry;
use crate::report::ExpiryBy;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "expiry" "証明書の期限を、実効有効期限の順に表示します"
            "Show when certificates expire, by their effective expiry";
        option "within" (Text { ja: "日数", en: "DAYS" })
            "この日数のうちに期限が切れるもの。90、90d、90日のいずれか(既定: ポリシーのいちばん長い段階、--by があれば all)。all なら履歴を除く全部"
            "those that expire within so many days, 90 or 90d (default: the policy's widest tier, or all with --by); all: every one except history";
        switch "all" "期限切れから長期間経過した履歴も含めて、すべて" "every one, those that expired long ago (history) among them"
            => |arg| arg.conflicts_with("within");
        choice "by" (&ExpiryBy::ALL.map(|(word, _)| word)) "これごとの枚数を表にする" "count them together by this";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let within = match matches.get_one::<String>("within").map(String::as_str) {
        _ if matches.get_flag("all") => Within::AllAndHistory,
        Some("all") => Within::All,
        Some(text) => Within::Days(arguments::days(text, session.context.lang)?),
        None if matches.contains_id("by") => Within::All,
        None => Within::WidestTier,
    };
    let by = matches.get_one::<String>("by").and_then(|word| ExpiryBy::ALL.iter().find(|(code, _)| code == word));
    let inventory = arguments::inventory_options(session, matches)?;
    let options = ExpiryOptions { inventory, within, by: by.map(|(_, by)| *by) };
    expiry(&session.context, options, |expiry| {
        session.answer(matches, expiry, Expiry::write_json, Expiry::write_csv, Expiry::write_table)
    })?;
    Ok(Outcome::Clean)
}
