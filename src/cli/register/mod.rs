//! `shomei register`: the office's own list of holders, into the inventory and out of it.

mod ask;
mod import;
mod mapping;
mod matching;

use clap::ArgGroup;

use crate::app::register::{self, DEFAULT, MatchesImported, RegisterExportOptions};
use crate::cli::prelude::*;
use crate::report::Check;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "register" "事業所・代理人の台帳を取り込み、書き出し、証明書と突き合わせます"
            "Takes in the office's list of holders, writes it out, compares it with the certificates";
    }
    .subcommand_required(true)
    .subcommand(import_command(lang))
    .subcommand(export_command(lang))
    .subcommand(check_command(lang))
    .subcommand(match_command(lang))
    .subcommand(mapping_command(lang))
}

fn import_command(lang: Lang) -> Command {
    command! { lang;
        "import" "台帳(Excel か CSV)を読み、変わったところを記録します"
            "Reads a register (Excel or CSV) and records what has changed";
        positional "file" (flags::FILE) "台帳のファイル(XLSX、XLSM、XLSB、XLS、ODS、CSV)"
            "the register (XLSX, XLSM, XLSB, XLS, ODS, CSV)" => |arg| arg.required_unless_present("undo");
        arg (arguments::register_name(lang));
        option "sheet" (Text { ja: "シート", en: "SHEET" })
            "読むシートの名前(既定: 台帳として読める最初のもの)。all なら台帳として読めるすべて"
            "the sheet to read (default: the first that is a register); all: every sheet that is one";
        choice "separator" (&["comma", "tab", "semicolon", "pipe"])
            "CSV の区切り文字(既定: 見出しが見つかるもの)"
            "the separator of a CSV (default: the one with which the headers are found)";
        option "header-row" (Text { ja: "行", en: "ROW" })
            "見出しのある行の番号(既定: 自動で探す)"
            "the row of the headers (default: it is looked for)"
            => |arg| arg.value_parser(value_parser!(u32).range(1..));
        option "map" (Text { ja: "見出し=列", en: "HEADER=CODE" })
            "見出しと列の対応。「見出し=列のコード」。見出しの代わりに C のような列の記号でもよい。使わない見出しは「見出し=ignore」(繰り返し可。台帳名ごとに覚える)"
            "which column a header is, as HEADER=CODE; the header may be named by its letter, C=CODE; HEADER=ignore for none (may be repeated; kept by register)"
            => |arg| arg.action(ArgAction::Append);
        option "map-value" (Text { ja: "列 語=値", en: "COLUMN WORD=VALUE" })
            "列の中の語の意味。例: --map-value 状況 〇=利用中(繰り返し可。台帳名ごとに覚える)"
            "what a word in a column means, as in --map-value status o=active (may be repeated; kept by register)"
            => |arg| arg.num_args(2).action(ArgAction::Append);
        switch "dry-run" "どう読み、何が変わるかを示すだけで、何も記録しない"
            "only show how it is read and what would change; record nothing";
        switch "accept-gone" "一度に1割を超える事業所が消えたり別の事業所に替わったりしていても、そのとおりに記録する"
            "record that holders are gone, or are others, even if that is more than a tenth at once";
        option "accept-blank" (Text { ja: "列", en: "COLUMN" })
            "その列の値がまとめて消えていても、そのとおりに記録する(繰り返し可)"
            "record that the values of this column are gone even if that is more than a tenth at once (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        file "report" "台帳の写しに誤りの印と直し方を付けて書き出すファイル(.xlsx)"
            "write a copy of the list with its mistakes marked and what to do beside them (.xlsx)";
        switch "undo" "その台帳の最後の取り込みを取り消す" "take back the last import of the register"
            => |arg| arg.conflicts_with_all(["file", "dry-run", "report"]);
        arg (arguments::accept_clock(lang));
        arg (arguments::inventory(lang));
        arg (arguments::policy(lang));
    }
}

fn export_command(lang: Lang) -> Command {
    command! { lang;
        "export" "台帳を Excel か CSV に書き出します(そのまま取り込めます)"
            "Writes the register as Excel or CSV, which import reads back";
        arg (arguments::register_name(lang));
        file "output" "出力先。.xlsx か .csv(既定: 標準出力に CSV)"
            "the file to write, .xlsx or .csv (default: CSV to standard output)" => |arg| arg.short('o');
        choice "encoding" (&["utf8", "cp932"]) "CSV の文字コード(既定: utf8)" "the encoding of CSV (default: utf8)";
        arg (arguments::inventory(lang));
        arg (arguments::policy(lang));
    }
}

fn check_command(lang: Lang) -> Command {
    command! { lang;
        "check" "次の請求期間に請求できないのは誰か、なぜかを答えます"
            "Answers who cannot bill in the coming claim period, and why";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        choice "fail-on" (flags::SEVERITIES) "台帳の事業所にこの重さ以上の指摘があれば終了コード 1(既定: error)"
            "exit with 1 if a holder has a finding of this severity (default: error)";
        args (arguments::reading(lang));
    }
}

fn match_command(lang: Lang) -> Command {
    command! { lang;
        "match" "未対応の証明書の候補を示し、事業所・代理人に対応付けます"
            "Shows certificates without holder with their candidates, and matches them";
        switch "accept" "候補が1つに決まるものをすべて対応付ける" "match all whose candidate is not in doubt";
        file "export" "未対応の証明書を、決まる候補を記入して書き出すファイル(.xlsx か .csv)"
            "write the certificates without holder, clear candidates filled in, to this file (.xlsx or .csv)";
        file "import" "台帳IDを記入した表を取り込む" "import a table with holder IDs filled in";
        arg (arguments::accept_clock(lang));
        arg (arguments::by(lang));
        arg (arguments::inventory(lang));
        args (arguments::judging(lang));
    }
    .group(ArgGroup::new("way").args(["accept", "export", "import"]))
}

fn mapping_command(lang: Lang) -> Command {
    command! { lang;
        "mapping" "覚えている見出しと列の対応を表示します" "Shows which header is which column, as it is kept";
        arg (arguments::register_name(lang));
        arg (arguments::inventory(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    match name {
        "import" => import::run(session, matches),
        "export" => export(session, matches),
        "check" => check(session, matches),
        "match" => match matches.get_one::<PathBuf>("export") {
            Some(path) => export_unmatched(session, matches, path),
            None if matches.contains_id("import") && matches.get_one::<PathBuf>("import").is_some() => {
                import_matches(session, matches)
            }
            None => matching::run(session, matches),
        },
        _ => mapping::run(session, matches),
    }
}

/// The register that the command line names.
fn name_of(matches: &ArgMatches) -> String {
    matches.get_one::<String>("name").cloned().unwrap_or_else(|| DEFAULT.to_string())
}

fn export(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let options = RegisterExportOptions {
        settings: arguments::settings(session, matches),
        name: name_of(matches),
        output: matches.get_one::<PathBuf>("output").cloned(),
        encoding: arguments::encoding(matches),
    };
    let (bytes, lost) = register::export(&session.context, &options)?;
    session.write_to(options.output.as_deref(), |out| out.write_all(&bytes))?;
    super::report_unencodable(&lost, session.context.lang);
    Ok(Outcome::found_if(!lost.is_empty()))
}

fn check(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let inventory = arguments::inventory_options(session, matches)?;
    let threshold = inventory.settings.fail_on;
    let check = register::check(&session.context, inventory)?;
    session.answer(matches, &check, Check::write_json, Check::write_csv, Check::write_table)?;
    Ok(Outcome::at(threshold, check.worst()))
}

fn export_unmatched(session: &Session, matches: &ArgMatches, path: &Path) -> Result<Outcome, AppError> {
    let inventory = arguments::inventory_options(session, matches)?;
    let (count, filled) = register::export_unmatched(&session.context, inventory, path)?;
    let text = Text {
        ja: "未対応の証明書 {n} 枚を {path} に書き出しました。{filled} 枚には候補を記入してあります。「台帳ID」の列を確かめ、空欄に記入して(どの事業所・代理人のものでもなければ「なし」)、shomei register match --import で取り込んでください。\n",
        en: "Wrote {n} certificates without holder to {path}; {filled} have their candidate filled in. Check the column \"holder ID\", fill in the rest (\"nobody\" for those without holder), and import it with shomei register match --import.\n",
    };
    let path = path.display().to_string();
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("n", &count), ("filled", &filled), ("path", &escape::terminal(&path))];
    session.print(&text.fill(session.context.lang, &values))
}

fn import_matches(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let path = matches.get_one::<PathBuf>("import").cloned().unwrap_or_default();
    let inventory = arguments::inventory_options(session, matches)?;
    let imported = register::import_matches(&session.context, inventory, &path, arguments::who(session, matches))?;
    session.print(&matched_text(&imported, session.context.lang))?;
    Ok(Outcome::found_if(!imported.mistakes.is_empty()))
}

fn matched_text(imported: &MatchesImported, lang: Lang) -> String {
    let text = Text {
        ja: "{new} 枚の持ち主を記録しました(変わらないもの {same} 枚、誤りのある行 {wrong})。\n",
        en: "Recorded the holders of {new} certificates ({same} unchanged, {wrong} rows with mistakes).\n",
    };
    let mut out = text
        .fill(lang, &[("new", &imported.recorded), ("same", &imported.unchanged), ("wrong", &imported.mistakes.len())]);
    imported.mistakes.iter().for_each(|mistake| out += &format!("  {}\n", escape::terminal(mistake)));
    out
}
