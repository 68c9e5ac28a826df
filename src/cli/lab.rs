//! `shomei lab`: a made-up fleet for trials, samples and benches.

use std::path::PathBuf;

use super::prelude::*;
use crate::lab::{self, Fault, Faults, LabPlan};
use crate::report::escape;

pub(super) fn command(lang: Lang) -> Command {
    let number = Text { ja: "数", en: "N" };
    let codes = Fault::MIX.map(|(fault, _)| fault.code()).join(", ");
    let faults = Text {
        ja: "混ぜる問題: all(既定)、none、またはコンマ区切りで ",
        en: "what may be wrong: all (the default), none, or some of ",
    };
    command! { lang;
        "lab" "試用のために、架空の事業所の証明書を好きな数だけ作ります(鍵は公開された試験用です)"
            "Makes the certificates of made-up holders, any number, for trials (with published test keys)";
        positional "folder" (Text { ja: "フォルダー", en: "DIR" }) "作る先(無いか、空のフォルダー)"
            "where to make it: a folder that is empty or not there" => |arg| arg.required(true);
        option "holders" (number) "事業所の数(既定: 100)" "holders (default: 100)"
            => |arg| arg.value_parser(value_parser!(u64).range(1..=10_000_000)).default_value("100").hide_default_value(true);
        option "seed" (number)
            "名前・日付・問題を決める数。同じ数なら同じ証明書(既定: 1)"
            "decides names, days and faults; the same seed, the same certificates (default: 1)"
            => |arg| arg.value_parser(value_parser!(u64)).default_value("1").hide_default_value(true);
        option "faults" (Text { ja: "一覧", en: "LIST" })
            "混ぜる問題: all(既定)、none、またはコンマ区切りで "
            "what may be wrong: all (the default), none, or some of "
            => |arg| arg.help(format!("{}{codes}", faults.get(lang))).default_value("all").hide_default_value(true);
        arg (arguments::at(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let told = |error: lab::LabError| AppError::Message(error.text(lang));
    let Some(folder) = matches.get_one::<PathBuf>("folder") else { return Ok(Outcome::Incomplete) };
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let faults = matches.get_one::<String>("faults").map_or("all", String::as_str);
    let plan = LabPlan {
        holders: usize::try_from(number("holders")).unwrap_or(usize::MAX),
        seed: number("seed"),
        faults: Faults::parse(faults).map_err(told)?,
        at: arguments::settings(session, matches).moment(&session.context)?,
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
