//! `shomei lab`: a made-up fleet for trials, samples and benches.

use std::path::PathBuf;

use clap::{ArgMatches, Command, value_parser};

use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments};
use crate::lab::{self, Fault, Faults, LabPlan};
use crate::locale::{Lang, Text};
use crate::report::escape;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "試用のために、架空の事業所の証明書を好きな数だけ作ります(鍵は公開された試験用です)",
        en: "Makes the certificates of made-up holders, any number, for trials (with published test keys)",
    };
    let number = Text { ja: "数", en: "N" };
    let codes = Fault::MIX.map(|(fault, _)| fault.code()).join(", ");
    let faults = Text {
        ja: "混ぜる問題: all(既定)、none、またはコンマ区切りで ",
        en: "what may be wrong: all (the default), none, or some of ",
    };
    Command::new("lab")
        .about(about.get(lang))
        .arg(
            arguments::positional(
                "folder",
                Text { ja: "フォルダー", en: "DIR" },
                Text {
                    ja: "作る先(無いか、空のフォルダー)",
                    en: "where to make it: a folder that is empty or not there",
                },
                lang,
            )
            .required(true),
        )
        .arg(
            arguments::option(
                "holders",
                number,
                Text { ja: "事業所の数(既定: 100)", en: "holders (default: 100)" },
                lang,
            )
            .value_parser(value_parser!(u64).range(1..=10_000_000))
            .default_value("100")
            .hide_default_value(true),
        )
        .arg(
            arguments::option(
                "seed",
                number,
                Text {
                    ja: "名前・日付・問題を決める数。同じ数なら同じ証明書(既定: 1)",
                    en: "decides names, days and faults; the same seed, the same certificates (default: 1)",
                },
                lang,
            )
            .value_parser(value_parser!(u64))
            .default_value("1")
            .hide_default_value(true),
        )
        .arg(
            arguments::option("faults", Text { ja: "一覧", en: "LIST" }, faults, lang)
                .help(format!("{}{codes}", faults.get(lang)))
                .default_value("all")
                .hide_default_value(true),
        )
        .arg(arguments::at(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let told = |error: lab::LabError| Failure::Message(error.text(lang));
    let Some(folder) = matches.get_one::<PathBuf>("folder") else { return Ok(Outcome::Incomplete) };
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let faults = matches.get_one::<String>("faults").map_or("all", String::as_str);
    let plan = LabPlan {
        holders: usize::try_from(number("holders")).unwrap_or(usize::MAX),
        seed: number("seed"),
        faults: Faults::parse(faults).map_err(told)?,
        at: Settings::moment(session, matches)?,
    };
    let made = lab::make(&plan, folder).map_err(told)?;
    let text = Text {
        ja: "{folder} に、架空の事業所 {holders} 件のファイル {files} 個を作りました。点検するには: shomei audit --config {config}\n",
        en: "made {files} files of {holders} made-up holders in {folder}. To audit them: shomei audit --config {config}\n",
    };
    let config = folder.join("shomei.yaml").display().to_string();
    let folder = folder.display().to_string();
    let mut out = text.fill(
        lang,
        &[
            ("folder", &escape::terminal(&folder)),
            ("holders", &made.holders),
            ("files", &made.files),
            ("config", &escape::terminal(&config)),
        ],
    );
    for (fault, count) in &made.faults {
        out += &format!("  {} {count}\n", crate::report::pad(fault, 28));
    }
    session.print(&out)?;
    Ok(Outcome::Clean)
}
