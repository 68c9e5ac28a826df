//! `shomei report`: the whole report, in the form that is asked for.

use std::io::Write;

use super::letters;
use super::prelude::*;
use crate::app::letter_texts::templates;
use crate::app::output::Privacy;
use crate::app::report::{self, ReportOptions, ReportSource, write_form};
use crate::report::{REPORT_FORMS, Report, TABLES};

/// The table of what has changed, which is there with `--since` alone.
const CHANGES: &str = "changes";

/// The lists for people's hands, as `--sheet` spells them.
const SHEETS: [&str; 2] = ["mail-merge", "handover"];

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "report" "請求できるか、いつ何を申請するか、指摘、費用をまとめた報告書を作ります"
            "Makes a report of who can bill, what to apply for when, findings and costs";
        choice "format" (&REPORT_FORMS) "形式(既定: 出力先の拡張子、なければ json)"
            "the form (default: by the file's name, else json)";
        arg (arguments::output(lang));
        choice "sheet" (&SHEETS) "報告書の代わりに書く Excel の一覧: mail-merge は差込データ、handover は引渡し一覧"
            "a list as a workbook in the report's place: for a mail merge, or to sign for what is handed over";
        arg (arguments::scope(lang));
        // A list for letters is nothing but names.
        switch "anonymise" "名前や番号を仮の名に置き換え、担当、場所、指摘の説明などを載せない"
            "pseudonyms instead of names and numbers; contacts, places and texts of findings are left out"
            => |arg| arg.conflicts_with_all(["sheet", "letter"]);
        choice "table" (&[&TABLES[..], &[CHANGES]].concat()) "csv に書く表(既定: certificates)"
            "the table of a CSV (default: certificates)";
        choice "encoding" (&["utf8", "cp932"]) "csv の文字コード(既定: utf8)" "the encoding of a CSV (default: utf8)";
        option "since" (Text { ja: "日か取り込み", en: "DAY|RUN" })
            "この日の終わり、またはこの取り込みの前からの変化も載せる。last は最後の取り込み"
            "also tell what changed since the end of this day, or since before this import; last is the last one";
        option "files" (flags::PATH) "証明書台帳(DB)でなく、このファイルやフォルダーから作る(台帳は使わない)"
            "make it of these files and folders and not of the inventory; there is no register then"
            => |arg| arg
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .conflicts_with_all(["inventory", "as-of", "since"]);
        args (letters::arguments(lang));
        args (arguments::reading(lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    if let Some(folder) = matches.get_one::<PathBuf>("write-templates") {
        letters::write_templates(session, folder)?;
        return Ok(Outcome::Clean);
    }
    let asks_changes = matches.get_one::<String>("table").is_some_and(|id| id == CHANGES);
    if asks_changes && !matches.contains_id("since") {
        let text = Text {
            ja: "--table changes には、いつからの変化かを --since に指定してください(--since last など)。",
            en: "--table changes needs --since: since when (such as --since last).",
        };
        return Err(AppError::Message(text.get(lang).into()));
    }
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    let form = form(matches, output, lang)?;
    let options = ReportOptions {
        scope: arguments::scope_of(matches, lang)?,
        anonymise: matches.get_flag("anonymise"),
        within: matches.get_one::<String>("within").map(|text| arguments::days(text, lang)).transpose()?,
        source: source(session, matches)?,
    };
    if matches.get_flag("letter") {
        let templates = templates(matches.get_one::<PathBuf>("templates").map(PathBuf::as_path), lang)?;
        let report = report::report(&session.context, options)?;
        letters::write(session, &report, &templates, output)?;
    } else {
        let report = report::report(&session.context, options)?;
        write(session, matches, &report, form, output)?;
    }
    Ok(Outcome::Clean)
}

fn source(session: &Session, matches: &ArgMatches) -> Result<ReportSource, AppError> {
    Ok(match matches.get_many::<PathBuf>("files") {
        Some(files) => {
            ReportSource::Files { settings: arguments::settings(session, matches), files: files.cloned().collect() }
        }
        None => ReportSource::Inventory {
            inventory: arguments::inventory_options(session, matches)?,
            since: matches.get_one::<String>("since").cloned(),
        },
    })
}

/// The form that is asked for: by its name, by the file's, or JSON; a list by its own name.
fn form<'a>(matches: &'a ArgMatches, output: Option<&Path>, lang: Lang) -> Result<&'a str, AppError> {
    let named = matches.get_one::<String>("format").map(String::as_str);
    if let Some(sheet) = matches.get_one::<String>("sheet") {
        if named.is_some_and(|form| form != "xlsx") {
            let wrong = Text {
                ja: "--sheet の一覧は Excel のファイルです。--format は xlsx とするか、省いてください。",
                en: "The lists of --sheet are workbooks: leave out --format, or make it xlsx.",
            };
            return Err(AppError::new(wrong, lang, &[]));
        }
        return Ok(sheet);
    }
    let extension = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    let ending = || REPORT_FORMS.into_iter().find(|form| Some(*form) == extension.as_deref());
    Ok(named.or_else(ending).unwrap_or("json"))
}

fn write(
    session: &Session,
    matches: &ArgMatches,
    report: &Report,
    form: &str,
    output: Option<&Path>,
) -> Result<(), AppError> {
    let mut lost = Vec::new();
    // Metrics have no names, and are read by the monitoring's own user.
    let privacy = if form == "prom" { Privacy::Open } else { Privacy::Private };
    session.write_as(output, privacy, |out: &mut dyn Write| match form {
        "csv" => {
            let id = matches.get_one::<String>("table").map_or("certificates", String::as_str);
            if let Some(table) = report.table(id) {
                lost = crate::report::write_table(&table, arguments::encoding(matches), out)?;
            }
            Ok(())
        }
        other => write_form(report, other, out),
    })?;
    crate::cli::report_unencodable(&lost, session.context.lang);
    Ok(())
}
