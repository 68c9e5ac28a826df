//! `shomei check`: one line and an exit code for a monitoring system.

use std::ffi::OsString;

use super::prelude::*;
use crate::app::check::{CheckOptions, check};
use crate::report::{AlertRange, MonitorMetric, MonitorState, MonitorThresholds, monitor_line};

/// The name of the command, whose errors have a form of their own.
pub(super) const NAME: &str = "check";

pub(super) fn command(lang: Lang) -> Command {
    let metrics = MonitorMetric::ALL.map(MonitorMetric::code).join("|");
    let threshold = |arg: clap::Arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        arg.help(format!("{help} [{metrics}]")).action(ArgAction::Append)
    };
    command! { lang;
        "check" "監視システム(Nagios、Icinga、Zabbix、Mackerel、JP1)のために、状態を1行と終了コードで返します"
            "Report the state in one line and an exit code for Nagios, Icinga, Zabbix, Mackerel or JP1";
        option "warning" (Text { ja: "項目=範囲", en: "METRIC=RANGE" })
            "WARNING とする範囲(繰り返し可)。cannot=0 は 1 件以上、age=36h は 36 時間より前、never は対象外"
            "alert as WARNING (may be repeated): cannot=0 above none, age=36h after 36 hours, expired=never not at all"
            => |arg| threshold(arg.short('w'));
        option "critical" (Text { ja: "項目=範囲", en: "METRIC=RANGE" })
            "CRITICAL とする範囲(繰り返し可)" "alert as CRITICAL (may be repeated)"
            => |arg| threshold(arg.short('c'));
        arg (arguments::scope(lang));
        arg (arguments::format(&["table", "json"], lang));
        arg (arguments::output(lang));
        arg (arguments::inventory(lang));
        args (arguments::judging(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut thresholds = MonitorThresholds::default();
    for (name, is_critical) in [("warning", false), ("critical", true)] {
        for text in matches.get_many::<String>(name).into_iter().flatten() {
            let (metric, range) = threshold(text).ok_or_else(|| no_threshold(name, text, lang))?;
            thresholds.set(metric, is_critical, range);
        }
    }
    let inventory = arguments::inventory_options(session, matches)?;
    let options = CheckOptions { inventory, scope: arguments::scope_of(matches, lang)?, thresholds };
    let answer = check(&session.context, options)?;
    session.show(&OutputOptions::of(matches), |out, format, _| match format {
        Format::Json => {
            crate::report::write_json(out, &answer.document())?;
            out.write_all(b"\n")
        }
        _ => out.write_all(answer.line().as_bytes()),
    })?;
    Ok(Outcome::Monitored(answer.state()))
}

/// A threshold as it is written: the metric, and the range or `never`.
fn threshold(text: &str) -> Option<(MonitorMetric, Option<AlertRange>)> {
    let (name, range) = text.split_once('=')?;
    let metric = MonitorMetric::ALL.into_iter().find(|metric| metric.code() == name.trim())?;
    match range.trim() {
        "never" => Some((metric, None)),
        range => Some((metric, Some(AlertRange::parse(range, metric == MonitorMetric::Age)?))),
    }
}

fn no_threshold(name: &str, text: &str, lang: Lang) -> AppError {
    let wrong = Text {
        ja: "--{name} の値 {text} は「項目=範囲」ではありません。項目は {metrics} のどれか、範囲は 0、10:20、@10:20、~:5、never のように書きます(age には s、m、h、d の単位を付けられます)。",
        en: "--{name} {text} is not METRIC=RANGE: the metrics are {metrics}; a range is 0, 10:20, @10:20, ~:5 or never (those of age may have the units s, m, h, d).",
    };
    let metrics = MonitorMetric::ALL.map(MonitorMetric::code).join(", ");
    AppError::new(wrong, lang, &[("name", &name), ("text", &text), ("metrics", &metrics)])
}

/// Whether a command line that could not be parsed is a check's: the first word that is neither an
/// option nor the value of a global one.
pub(super) fn is_meant(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        match &*word {
            "--config" | "--lang" | "--color" => drop(words.next()),
            word if word.starts_with('-') => {}
            word => return word == NAME,
        }
    }
    false
}

/// What a monitor is shown of a check that could not be made: standard output and the code 3, since
/// 2 would be taken for CRITICAL and standard error is not read.
pub(super) fn unknown(message: &str) -> std::process::ExitCode {
    let line = monitor_line(MonitorState::Unknown, &escape::terminal(&message.replace('\n', " ")));
    // A monitor that has gone reads nothing.
    let _ = std::io::Write::write_all(&mut std::io::stdout().lock(), line.as_bytes());
    std::process::ExitCode::from(MonitorState::Unknown.code())
}
