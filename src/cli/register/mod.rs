//! `shomei register`: the office's own list of holders, into the inventory and out of it.

mod ask;
mod check;
mod export;
mod import;
mod mapping;
mod matching;
mod preview;

use crate::app::AppError;
use crate::app::Outcome;
use crate::app::register as app_register;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};

use super::arguments;
use super::session::Session;
use crate::locale::{Lang, Text};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "事業所・代理人の台帳を取り込み、書き出し、証明書と突き合わせます",
        en: "Takes in the office's list of holders, writes it out, compares it with the certificates",
    };
    Command::new("register")
        .about(about.get(lang))
        .subcommand_required(true)
        .subcommand(import_command(lang))
        .subcommand(export_command(lang))
        .subcommand(check_command(lang))
        .subcommand(match_command(lang))
        .subcommand(mapping_command(lang))
}

fn import_command(lang: Lang) -> Command {
    let about = Text {
        ja: "台帳(Excel か CSV)を読み、変わったところを記録します",
        en: "Reads a register (Excel or CSV) and records what has changed",
    };
    let file = Text { ja: "台帳のファイル(XLSX、XLSM、XLS、CSV)", en: "the register (XLSX, XLSM, XLS, CSV)" };
    let map = Text {
        ja: "見出しと列の対応。「見出し=列のコード」。使わない見出しは「見出し=ignore」(繰り返し可。台帳名ごとに覚える)",
        en: "which column a header is, as HEADER=CODE; HEADER=ignore for none (may be repeated; kept by register)",
    };
    Command::new("import")
        .about(about.get(lang))
        .arg(arguments::positional("file", arguments::FILE, file, lang).required(true))
        .arg(arguments::register_name(lang))
        .arg(arguments::option(
            "sheet",
            Text { ja: "シート", en: "SHEET" },
            Text {
                ja: "読むシートの名前(既定: 台帳として読める最初のもの)",
                en: "the sheet to read (default: the first that is a register)",
            },
            lang,
        ))
        .arg(
            arguments::option(
                "header-row",
                Text { ja: "行", en: "ROW" },
                Text {
                    ja: "見出しのある行の番号(既定: 自動で探す)",
                    en: "the row of the headers (default: it is looked for)",
                },
                lang,
            )
            .value_parser(value_parser!(u32).range(1..)),
        )
        .arg(arguments::option("map", Text { ja: "見出し=列", en: "HEADER=CODE" }, map, lang).action(ArgAction::Append))
        .arg(arguments::switch(
            "dry-run",
            Text {
                ja: "どう読み、何が変わるかを示すだけで、何も記録しない",
                en: "only show how it is read and what would change; record nothing",
            },
            lang,
        ))
        .arg(arguments::switch(
            "accept-gone",
            Text {
                ja: "一度に1割を超える事業所が消えていても、台帳から消えたと記録する",
                en: "believe that holders are gone even if more than a tenth vanish at once",
            },
            lang,
        ))
        .arg(arguments::inventory(lang))
        .arg(arguments::policy(lang))
}

fn export_command(lang: Lang) -> Command {
    let about = Text {
        ja: "台帳を Excel か CSV に書き出します(そのまま取り込めます)",
        en: "Writes the register as Excel or CSV, which import reads back",
    };
    Command::new("export")
        .about(about.get(lang))
        .arg(arguments::register_name(lang))
        .arg(
            arguments::file(
                "output",
                Text {
                    ja: "出力先。.xlsx か .csv(既定: 標準出力に CSV)",
                    en: "the file to write, .xlsx or .csv (default: CSV to standard output)",
                },
                lang,
            )
            .short('o'),
        )
        .arg(arguments::choice(
            "encoding",
            &["utf8", "cp932"],
            Text { ja: "CSV の文字コード(既定: utf8)", en: "the encoding of CSV (default: utf8)" },
            lang,
        ))
        .arg(arguments::inventory(lang))
        .arg(arguments::policy(lang))
}

fn check_command(lang: Lang) -> Command {
    let about = Text {
        ja: "次の請求期間に請求できないのは誰か、なぜかを答えます",
        en: "Answers who cannot bill in the coming claim period, and why",
    };
    Command::new("check")
        .about(about.get(lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .arg(arguments::fail_on(
            Text {
                ja: "台帳の事業所にこの重さ以上の指摘があれば終了コード 1(既定: error)",
                en: "exit with 1 if a holder has a finding of this severity (default: error)",
            },
            lang,
        ))
        .args(arguments::reading(lang))
}

fn match_command(lang: Lang) -> Command {
    let about = Text {
        ja: "持ち主の分からない証明書を表に書き出し、記入した表を取り込みます",
        en: "Writes the certificates without holder as a table, and takes it back filled in",
    };
    let export = Text {
        ja: "持ち主の分からない証明書を書き出すファイル(.xlsx か .csv)",
        en: "the file to write the certificates without holder to (.xlsx or .csv)",
    };
    let import =
        Text { ja: "台帳IDを記入した表を取り込む", en: "takes in a table with holder IDs filled in" };
    Command::new("match")
        .about(about.get(lang))
        .arg(arguments::file("export", export, lang))
        .arg(arguments::file("import", import, lang))
        .group(ArgGroup::new("way").args(["export", "import"]).required(true))
        .arg(by(lang))
        .arg(arguments::inventory(lang))
        .args(arguments::judging(lang))
}

fn mapping_command(lang: Lang) -> Command {
    let about = Text {
        ja: "覚えている見出しと列の対応を表示します",
        en: "Shows which header is which column, as it is kept",
    };
    Command::new("mapping").about(about.get(lang)).arg(arguments::register_name(lang)).arg(arguments::inventory(lang))
}

/// `--by`.
pub(super) fn by(lang: Lang) -> Arg {
    let help = Text { ja: "記録する人(既定: ログイン名)", en: "who records it (default: the login name)" };
    arguments::option("by", Text { ja: "名前", en: "NAME" }, help, lang)
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    match name {
        "import" => import::run(session, matches),
        "export" => export::run(session, matches),
        "check" => check::run(session, matches),
        "match" => matching::run(session, matches),
        _ => mapping::run(session, matches),
    }
}

/// The register that the command line names.
fn register_name(matches: &ArgMatches) -> String {
    matches.get_one::<String>("name").cloned().unwrap_or_else(|| app_register::DEFAULT.to_string())
}

fn path_of<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a PathBuf> {
    matches.get_one::<PathBuf>(name)
}
