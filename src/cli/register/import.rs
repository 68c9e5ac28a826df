//! `shomei register import`: how a register's file is read, what it changes, what is wrong in it.

use std::io;
use std::path::{Path, PathBuf};

use super::ask::{self, Asker};
use super::name_of;
use crate::app::register::{HeaderQuestions, RegisterFile, RegisterImportOptions, import};
use crate::cli::console;
use crate::cli::prelude::*;
use crate::inventory::{RegisterDiff, RemovalGuard};
use crate::register::{GridRow, Holder, PolicyWords, RegisterColumn, column_letters, column_texts};
use crate::report::{Style, escape, fit, pad};

/// Rows that are shown as examples.
const EXAMPLES: usize = 5;
/// Holders that are named of each kind.
const NAMED: usize = 20;

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let options = RegisterImportOptions {
        settings: arguments::settings(session, matches),
        file: matches.get_one::<PathBuf>("file").cloned().unwrap_or_default(),
        name: name_of(matches),
        sheet: matches.get_one::<String>("sheet").cloned(),
        header_row: matches.get_one::<u32>("header-row").copied(),
        columns: given(matches, lang)?,
        dry_run: matches.get_flag("dry-run"),
        accept_gone: matches.get_flag("accept-gone"),
    };
    // Where the file comes through standard input, no answer can.
    let can_ask = console::can_ask() && options.file != Path::new("-");
    let mut asker = can_ask.then(|| Asker::new(io::stdin().lock(), io::stderr(), lang));
    let questions = asker.as_mut().map(|asker| asker as &mut dyn HeaderQuestions);
    import(&session.context, &options, questions, |file, diff, words| {
        session.print(&match options.dry_run {
            true => preview(file, diff, words, session.style(false), lang),
            false => done(file, diff, lang),
        })
    })
}

/// The columns that `--map` names.
fn given(matches: &ArgMatches, lang: Lang) -> Result<Vec<(String, Option<RegisterColumn>)>, AppError> {
    let said = matches.get_many::<String>("map").into_iter().flatten();
    said.map(|said| one_given(said, lang)).collect()
}

fn one_given(said: &str, lang: Lang) -> Result<(String, Option<RegisterColumn>), AppError> {
    let Some((header, word)) = said.rsplit_once(['=', '＝']).filter(|(header, _)| !header.trim().is_empty()) else {
        let text = Text {
            ja: "--map の値 {said} は「見出し=列のコード」の形ではありません(例: --map 管理番号=holder-id)。",
            en: "--map {said} is not of the form HEADER=CODE, as in --map \"office no=holder-id\".",
        };
        return Err(AppError::new(text, lang, &[("said", &said)]));
    };
    let column = ask::column(word).map_err(|near| {
        let text = Text {
            ja: "{word} という列はありません。{near}列のコードは shomei register mapping で見られます。",
            en: "there is no column {word}. {near}shomei register mapping lists the codes.",
        };
        let question = Text { ja: "{near} のことですか。", en: "Did you mean {near}? " };
        let near = near.map(|near| question.fill(lang, &[("near", &near)])).unwrap_or_default();
        AppError::new(text, lang, &[("word", &word), ("near", &near)])
    })?;
    Ok((header.trim().to_string(), column))
}

/// What happened, and what is wrong.
fn done(file: &RegisterFile, diff: &RegisterDiff, lang: Lang) -> String {
    let text = Text {
        ja: "{file}を台帳「{name}」に取り込みました。{counts}\n",
        en: "Imported {file} into the register \"{name}\". {counts}\n",
    };
    let mut out = text.fill(
        lang,
        &[("file", &source(file, lang)), ("name", &escape::terminal(&file.name)), ("counts", &counts(diff, lang))],
    );
    out += &gone(diff, lang);
    out += &wrong(file, diff, lang);
    out
}

/// The same before it happens, and how the file is read.
fn preview(file: &RegisterFile, diff: &RegisterDiff, words: &PolicyWords, style: Style, lang: Lang) -> String {
    let text = Text {
        ja: "{file}を台帳「{name}」として読むと(まだ何も記録していません):\n",
        en: "{file} as the register \"{name}\" (nothing has been recorded):\n",
    };
    let name = escape::terminal(&file.name);
    let mut out = text.fill(lang, &[("file", &source(file, lang)), ("name", &name)]);
    out += &format!("\n{}\n", style.bold(Text { ja: "見出しの読み方", en: "How the headers are read" }.get(lang)));
    out += &headers(file, lang);
    out += &format!("\n{}\n", style.bold(Text { ja: "最初の行", en: "The first rows" }.get(lang)));
    let rows = file.grid.rows().iter().filter(|row| row.number() > file.proposal.header_row);
    for row in rows.take(EXAMPLES) {
        out += &format!("  {}\n", fit(&example(file, row, lang), style.width.saturating_sub(2)));
    }
    out += &format!("\n{}\n", style.bold(&counts(diff, lang)));
    out += &new(diff, lang);
    out += &changed(diff, words, lang);
    out += &gone(diff, lang);
    out += &wrong(file, diff, lang);
    out
}

/// The file, its sheet and the row of its headers.
fn source(file: &RegisterFile, lang: Lang) -> String {
    let path = file.path.display().to_string();
    let path = escape::terminal(&path);
    match file.grid.sheet() {
        Some(sheet) => {
            let text = Text {
                ja: "{path}(シート「{sheet}」、見出しは{row}行目)",
                en: "{path} (sheet \"{sheet}\", headers in row {row})",
            };
            let sheet = escape::terminal(sheet);
            text.fill(lang, &[("path", &path), ("sheet", &sheet), ("row", &file.proposal.header_row)])
        }
        None => {
            let text = Text { ja: "{path}(見出しは{row}行目)", en: "{path} (headers in row {row})" };
            text.fill(lang, &[("path", &path), ("row", &file.proposal.header_row)])
        }
    }
}

fn counts(diff: &RegisterDiff, lang: Lang) -> String {
    let text = Text {
        ja: "新規 {new} 件、変更 {changed} 件、変更なし {unchanged} 件、台帳から消えたもの {gone} 件。",
        en: "New: {new}, changed: {changed}, unchanged: {unchanged}, gone: {gone}.",
    };
    text.fill(
        lang,
        &[
            ("new", &diff.new.len()),
            ("changed", &diff.changed.len()),
            ("unchanged", &diff.unchanged),
            ("gone", &diff.gone().len()),
        ],
    )
}

fn headers(file: &RegisterFile, lang: Lang) -> String {
    let proposal = &file.proposal;
    let Some(row) = file.grid.row(proposal.header_row) else { return String::new() };
    let mut out = String::new();
    for (at, cell) in row.cells() {
        let columns: Vec<String> = proposal
            .columns
            .iter()
            .filter(|(_, place)| **place == at)
            .map(|(column, _)| column_name(*column, lang))
            .collect();
        let meaning = match columns.is_empty() {
            true => Text { ja: "(使いません)", en: "(not used)" }.get(lang).to_string(),
            false => columns.join(" + "),
        };
        out += &format!("  {}  {}  {meaning}\n", pad(&column_letters(at), 2), pad(&fit(&cell.text(), 28), 28));
    }
    out
}

fn column_name(column: RegisterColumn, lang: Lang) -> String {
    format!("{} ({})", column.title().get(lang), column.code())
}

fn example(file: &RegisterFile, row: &GridRow, lang: Lang) -> String {
    let values = file.proposal.columns.iter().filter(|(_, at)| !row.cell(**at).is_blank());
    let values = values.map(|(column, at)| format!("{}={}", column.title().get(lang), row.cell(*at).text()));
    format!("{}: {}", row.number(), values.collect::<Vec<_>>().join(" / "))
}

fn listed(title: Text, lines: &[String], lang: Lang) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut out = format!("{}\n", title.get(lang));
    lines.iter().take(NAMED).for_each(|line| out += &format!("  {}\n", escape::terminal(line)));
    if lines.len() > NAMED {
        let more = Text { ja: "  ほか {n} 件\n", en: "  and {n} more\n" };
        out += &more.fill(lang, &[("n", &(lines.len() - NAMED))]);
    }
    out
}

fn named(holder: &Holder) -> String {
    format!("{} {}", holder.key.id, holder.name)
}

fn new(diff: &RegisterDiff, lang: Lang) -> String {
    let lines: Vec<String> = diff.new.iter().map(|holder| named(holder)).collect();
    listed(Text { ja: "新規:", en: "New:" }, &lines, lang)
}

fn changed(diff: &RegisterDiff, words: &PolicyWords, lang: Lang) -> String {
    let line = |(before, now): &(&Holder, &Holder)| {
        let differences = column_texts(before, lang, words).into_iter().zip(column_texts(now, lang, words));
        let differences = differences.filter(|(before, now)| before != now).map(|((column, before), (_, now))| {
            let title = column.title().get(lang);
            format!("{title}: {} → {}", shown(&before, lang), shown(&now, lang))
        });
        format!("{}  {}", named(now), differences.collect::<Vec<_>>().join(" / "))
    };
    let lines: Vec<String> = diff.changed.iter().map(line).collect();
    listed(Text { ja: "変更:", en: "Changed:" }, &lines, lang)
}

fn shown(value: &str, lang: Lang) -> String {
    match value.is_empty() {
        true => Text { ja: "(なし)", en: "(none)" }.get(lang).to_string(),
        false => value.replace('\n', " "),
    }
}

fn gone(diff: &RegisterDiff, lang: Lang) -> String {
    let lines: Vec<String> = diff.gone().iter().map(|holder| named(holder)).collect();
    let title = Text {
        ja: "台帳から消えたもの(記録は残ります):",
        en: "No longer in the register (what was recorded stays):",
    };
    listed(title, &lines, lang)
}

/// Rows in error and holders that stay though the file does not have them.
fn wrong(file: &RegisterFile, diff: &RegisterDiff, lang: Lang) -> String {
    let mut out = String::new();
    let reading = &file.reading;
    if !reading.mistakes.is_empty() {
        let text = Text {
            ja: "誤り {n} 件。誤りのある事業所 {holders} 件は取り込まず、前の内容のままです:\n",
            en: "Mistakes: {n}. The {holders} holders with mistakes were not taken and stay as they were:\n",
        };
        out += &text.fill(lang, &[("n", &reading.mistakes.len()), ("holders", &reading.ids_in_error.len())]);
        reading.mistakes.iter().for_each(|mistake| out += &format!("  {}\n", escape::terminal(&mistake.text(lang))));
    }
    if let Some(removal_guard) = diff.removal_guard {
        out += &withheld_text(removal_guard, diff.missing.len(), lang);
        let lines: Vec<String> = diff.missing.iter().map(|holder| named(holder)).collect();
        out += &listed(Text { ja: "ファイルにないもの:", en: "Not in the file:" }, &lines, lang);
    }
    out
}

fn withheld_text(removal_guard: RemovalGuard, missing: usize, lang: Lang) -> String {
    match removal_guard {
        RemovalGuard::RowsWithoutId(rows) => {
            let text = Text {
                ja: "IDの読めない行が {rows} 行あるため、ファイルにない {missing} 件を、台帳から消えたとは記録していません。IDを直して取り込み直してください。\n",
                en: "{rows} rows have no ID that can be read; so the {missing} holders not in the file are not recorded as gone. Correct the IDs and import again.\n",
            };
            text.fill(lang, &[("rows", &rows), ("missing", &missing)])
        }
        RemovalGuard::TooMany { of, .. } => {
            let text = Text {
                ja: "{of} 件のうち {missing} 件がファイルにありません。1割を超えるため、台帳から消えたとは記録していません。ファイルが正しければ --accept-gone を付けて取り込み直してください。\n",
                en: "{missing} of {of} holders are not in the file: more than a tenth, so they are not recorded as gone. If the file is right, import it again with --accept-gone.\n",
            };
            text.fill(lang, &[("missing", &missing), ("of", &of)])
        }
    }
}
