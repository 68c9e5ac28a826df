//! `shomei coverage`: who can bill in a month's claim period, and who cannot.

use clap::{Arg, ArgMatches, Command};

use super::arguments::{self, OutputOptions};
use super::session::Session;
use crate::app::coverage::{CoverageOptions, coverage};
use crate::app::{AppError, Outcome};
use crate::locale::{Lang, Text};
use crate::report::{Format, UNIT_LISTS};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "ある月の請求期間に、誰が請求できて、誰ができないか、なぜかを答えます",
        en: "Answers who can bill in a month's claim period, who cannot, and why",
    };
    Command::new("coverage")
        .about(about.get(lang))
        .args(asking(lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .arg(arguments::fail_on(
            Text {
                ja: "請求できないという指摘がこの重さ以上なら終了コード 1(既定: error)",
                en: "exit with 1 if somebody cannot bill and the policy takes it as grave as this (default: error)",
            },
            lang,
        ))
        .args(arguments::reading(lang))
}

fn asking(lang: Lang) -> Vec<Arg> {
    let plain = |name, value: Text, help: Text| arguments::option(name, value, help, lang);
    vec![
        plain(
            "month",
            Text { ja: "年月", en: "MONTH" },
            Text {
                ja: "どの月の請求期間か。2026-12 のように書く(既定: 次の請求期間。期間中なら残り)",
                en: "which month's claim period, like 2026-12 (default: the coming one, or what is left of it)",
            },
        ),
        plain(
            "holder",
            Text { ja: "ID", en: "ID" },
            Text {
                ja: "この台帳 ID のものと、これが代理人として請求するもの",
                en: "what this holder bills for, has billed, or bills as an agent",
            },
        ),
        plain(
            "prefecture",
            Text { ja: "語", en: "WORD" },
            Text { ja: "台帳でこの都道府県のもの", en: "holders of this prefecture" },
        ),
        arguments::choice(
            "only",
            &UNIT_LISTS,
            Text {
                ja: "一覧に出すものを絞る。3つの数と終了コードは変わらない",
                en: "the only list to show; the three numbers and the exit code stay",
            },
            lang,
        ),
        arguments::switch("all", Text { ja: "請求できるものも表に並べる", en: "list those who can, too" }, lang)
            .conflicts_with("only"),
    ]
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
