//! `shomei plan`: on which day to apply for the renewal of each certificate.

use super::prelude::*;
use crate::app::lifecycle::plan_renewals;
use crate::lifecycle::PlanBounds;
use crate::report::PlanReport;

pub(super) fn command(lang: Lang) -> Command {
    let on = Text { ja: "日", en: "DAY" };
    command! { lang;
        "plan" "証明書ごとに、いつ更新を申請すればよいかを計画します"
            "Plan on which day to apply for the renewal of each certificate";
        option "from" (on) "申請する最初の日(既定: 今日。過ぎた日は今日とみなす)"
            "earliest application date (default: today; past dates mean today)";
        option "to" (on) "申請する最後の日(既定: 最初の日の1年後)" "latest application date (default: a year after the first)";
        option "per-day" (Text { ja: "件数", en: "N" }) "1日に申請できる件数の上限(既定: なし)"
            "applications a day at most (default: any number)" => |arg| arg.value_parser(value_parser!(u32).range(1..));
        switch "all" "期限切れから長期間経過した履歴も表に並べる" "list what expired long ago (history), too";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let bounds = PlanBounds {
        from: arguments::day(matches, "from", "2027-04-01", lang)?,
        to: arguments::day(matches, "to", "2027-04-01", lang)?,
        per_day: matches.get_one::<u32>("per-day").copied(),
    };
    let inventory = arguments::inventory_options(session, matches)?;
    plan_renewals(&session.context, inventory, bounds, matches.get_flag("all"), |plan| {
        session.answer(matches, plan, PlanReport::write_json, PlanReport::write_csv, PlanReport::write_table)
    })
}
