//! `shomei coverage`: who can submit claims in a month's claim period, and who cannot.

use super::prelude::*;
use crate::app::coverage::{CoverageOptions, coverage};
use crate::report::UNIT_LISTS;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "coverage" "ある月の請求期間に、誰が請求できて、誰ができないか、なぜかを表示します"
            "Show who can submit claims in a month's claim period, who cannot, and why";
        option "month" (Text { ja: "年月", en: "MONTH" })
            "どの月の請求期間か。2026-12 のように書く(既定: 次の請求期間。期間中なら残り)"
            "which month's claim period, like 2026-12 (default: the coming one, or what is left of it)";
        option "holder" (flags::ID) "この台帳 ID のものと、これが代理人として請求するもの"
            "what this holder bills for, has billed, or bills as an agent";
        option "prefecture" (Text { ja: "語", en: "WORD" }) "台帳でこの都道府県のもの" "holders of this prefecture";
        choice "only" (&UNIT_LISTS) "一覧に出すものを絞る。件数と終了コードは変わらない"
            "the only list to show; the counts and the exit code stay";
        switch "all" "請求できるものも表に並べる" "list those who can, too" => |arg| arg.conflicts_with("only");
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        choice "fail-on" (flags::SEVERITIES)
            "請求できない(error)、途中の日まで請求できる(warning)という指摘の重大度がこれ以上なら終了コード 1(既定: error)"
            "exit with 1 if somebody cannot submit claims (error), or only until a day within the period (warning), and the policy's severity of it is at least this (default: error)";
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let inventory = arguments::inventory_options(session, matches)?;
    let threshold = inventory.settings.fail_on;
    let options = CoverageOptions {
        inventory,
        month: text("month"),
        holder: text("holder"),
        prefecture: text("prefecture"),
        only: text("only"),
    };
    let coverage = coverage(&session.context, options)?;
    session.show(&OutputOptions::of(matches), |out, format, style| match format {
        Format::Json => coverage.write_json(out),
        Format::Csv => coverage.write_csv(out),
        _ => coverage.write_table(out, matches.get_flag("all"), style),
    })?;
    Ok(Outcome::at(threshold, coverage.worst()))
}
