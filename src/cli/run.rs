//! `shomei run`: what a scheduler calls.

use super::prelude::*;
use crate::app::config::fail_on;
use crate::app::run::{self, RunOptions};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "run" "取り込み、点検、報告書、知らせを続けて行います(予定実行用)"
            "Imports, judges, reports and notifies in one go; what a scheduler calls";
        filled "if-due" (Text { ja: "予定", en: "SCHEDULE" })
            "この予定の時刻を過ぎてからまだ実行していないときだけ実行する。例: \"daily 07:30\""
            "run only if this schedule has come round since the last complete run, like \"daily 07:30\"";
        option "at" (Text { ja: "日時", en: "TIME" }) "今とみなす日時(試行用)。実際に使っている点検記録(DB)には記録せず、その写しを使い、送信もしない"
            "the moment taken for now, for trials; an inventory in real use is left alone: a copy is used, and nothing is sent";
        choice "fail-on" (flags::SEVERITIES)
            "台帳全体にこの重さ以上の指摘があれば終了コード 1(既定: 指摘では変わらない)"
            "exit with 1 if anything in the inventory has a finding of this severity (default: findings change nothing)";
        arg (arguments::accept_clock(lang));
        arg (arguments::inventory(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let settings = arguments::settings(session, matches);
    let session = &session.at(settings.moment(&session.context)?);
    let options = RunOptions {
        settings,
        if_due: matches.get_one::<String>("if-due").cloned(),
        fail_on: matches.get_one::<String>("fail-on").and_then(|word| fail_on(word)).flatten(),
    };
    let answer = run::run(&session.context, &options)?;
    answer.line.iter().try_for_each(|line| session.print(line).map(drop))?;
    Ok(answer.outcome)
}
