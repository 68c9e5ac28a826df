//! `shomei register import`: how a register's file is read, what it changes, what is wrong in it.

use std::collections::BTreeSet;
use std::io;

use super::ask::{self, Asker};
use super::name_of;
use crate::app::register::{self, HeaderQuestions, ImportUndone, RegisterFile, RegisterImportOptions};
use crate::cli::console;
use crate::cli::prelude::*;
use crate::inventory::{AcceptedLosses, ImportGuard, RegisterDiff};
use crate::register::{
    Grid, GridRow, Holder, MappingProposal, MistakeEffect, PolicyWords, RegisterColumn, RowMistake, column_letters,
    column_texts, row_ranges,
};
use crate::report::{Style, fit, pad};

/// Rows that are shown as examples.
const EXAMPLES: usize = 5;
/// Holders that are named of each kind.
const NAMED: usize = 20;

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let (settings, name) = (arguments::settings(session, matches), name_of(matches));
    if matches.get_flag("undo") {
        let undone = register::undo(&session.context, &settings, &name)?;
        return session.print(&undone_text(&undone, &name, lang));
    }
    let sheet = matches.get_one::<String>("sheet").cloned();
    let all_sheets = sheet.as_deref() == Some("all");
    let options = RegisterImportOptions {
        settings,
        file: matches.get_one::<PathBuf>("file").cloned().unwrap_or_default(),
        name,
        sheet: sheet.filter(|_| !all_sheets),
        all_sheets,
        separator: matches.get_one::<String>("separator").map(|word| separator(word)),
        header_row: matches.get_one::<u32>("header-row").copied(),
        columns: given(matches, lang)?,
        values: given_values(matches, lang)?,
        dry_run: matches.get_flag("dry-run"),
        accepted: AcceptedLosses { gone: matches.get_flag("accept-gone"), blank: accepted_columns(matches, lang)? },
        report: matches.get_one::<PathBuf>("report").cloned(),
    };
    // Where the file comes through standard input, no answer can.
    let can_ask = console::can_ask() && options.file != Path::new("-");
    let mut asker = can_ask.then(|| Asker::new(io::stdin().lock(), io::stderr(), lang));
    let questions = asker.as_mut().map(|asker| asker as &mut dyn HeaderQuestions);
    register::import(&session.context, &options, questions, |file, diff, words| {
        let mut text = match options.dry_run {
            true => preview(file, diff, words, session.style(false), lang),
            false => done(file, diff, lang),
        };
        if let Some(path) = &options.report {
            let said = Text {
                ja: "誤りの印と直し方を付けた写しを {path} に書き出しました。\n",
                en: "Wrote a copy of the list with its mistakes marked to {path}.\n",
            };
            text += &said.fill(lang, &[("path", &escape::terminal(&path.display().to_string()))]);
        }
        session.print(&text).map(drop)
    })
}

fn separator(word: &str) -> char {
    match word {
        "tab" => '\t',
        "semicolon" => ';',
        "pipe" => '|',
        _ => ',',
    }
}

/// The columns whose values may vanish.
fn accepted_columns(matches: &ArgMatches, lang: Lang) -> Result<BTreeSet<RegisterColumn>, AppError> {
    let said = matches.get_many::<String>("accept-blank").into_iter().flatten();
    let columns = said.map(|word| {
        ask::column(word)
            .map_err(|near| unknown_column(word, near, lang))?
            .ok_or_else(|| unknown_column(word, None, lang))
    });
    columns.collect()
}

/// What `--map-value` says: header or column, word, meaning.
fn given_values(matches: &ArgMatches, lang: Lang) -> Result<Vec<[String; 3]>, AppError> {
    let mut values = Vec::new();
    for mut said in matches.get_occurrences::<String>("map-value").into_iter().flatten() {
        let (column, said) = (said.next().cloned().unwrap_or_default(), said.next().cloned().unwrap_or_default());
        let Some((word, means)) = said.split_once(['=', '＝']).filter(|(word, _)| !word.trim().is_empty()) else {
            let text = Text {
                ja: "--map-value {column} {said} は「列 語=値」の形ではありません(例: --map-value 状況 〇=利用中)。",
                en: "--map-value {column} {said} is not of the form COLUMN WORD=VALUE, as in --map-value status o=active.",
            };
            return Err(AppError::new(text, lang, &[("column", &column), ("said", &said)]));
        };
        values.push([column, word.trim().to_string(), means.trim().to_string()]);
    }
    Ok(values)
}

fn undone_text(undone: &ImportUndone, name: &str, lang: Lang) -> String {
    let text = Text {
        ja: "台帳「{name}」の {at} の取り込みを取り消しました。取り込みで加わった {out} 件を除き、変わった {restored} 件を前の内容に戻しました。\n",
        en: "Took back the import of the register \"{name}\" of {at}. {out} holders that it had brought are out, {restored} are as they were before.\n",
    };
    let name = escape::terminal(name);
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("name", &name), ("at", &undone.at), ("out", &undone.out), ("restored", &undone.restored)];
    let mut out = text.fill(lang, &values);
    if undone.left > 0 {
        let left = Text {
            ja: "その後に変わった {n} 件は、今のままです。\n",
            en: "{n} holders were changed since and stay as they are.\n",
        };
        out += &left.fill(lang, &[("n", &undone.left)]);
    }
    out
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
    let column = ask::column(word).map_err(|near| unknown_column(word, near, lang))?;
    Ok((header.trim().to_string(), column))
}

fn unknown_column(word: &str, near: Option<&str>, lang: Lang) -> AppError {
    let text = Text {
        ja: "{word} という列はありません。{near}列のコードは shomei register mapping で見られます。",
        en: "there is no column {word}. {near}shomei register mapping lists the codes.",
    };
    let question = Text { ja: "{near} のことですか。", en: "Did you mean {near}? " };
    let near = near.map(|near| question.fill(lang, &[("near", &near)])).unwrap_or_default();
    AppError::new(text, lang, &[("word", &word), ("near", &near)])
}

/// What happened, and what is wrong.
fn done(file: &RegisterFile, diff: &RegisterDiff, lang: Lang) -> String {
    let text = match diff.guards.is_empty() {
        true => Text {
            ja: "{file}を台帳「{name}」に取り込みました。{counts}\n",
            en: "Imported {file} into the register \"{name}\". {counts}\n",
        },
        false => Text {
            ja: "{file}は台帳「{name}」に取り込んでいません。理由は下のとおりで、台帳は前のままです。(取り込んだ場合: {counts})\n",
            en: "{file} was not imported into the register \"{name}\", for the reasons below; the register is as it was. (It would have been: {counts})\n",
        },
    };
    let mut out = text.fill(
        lang,
        &[("file", &source(file, lang)), ("name", &escape::terminal(&file.name)), ("counts", &counts(diff, lang))],
    );
    out += &guards(file, diff, lang);
    out += &gone(diff, lang);
    out += &read_so(file, lang);
    out += &wrong(file, lang);
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
    for (grid, proposal) in &file.sheets {
        let passed = |row: &GridRow| {
            let is_here = |sheet: &Option<String>| file.sheets.len() == 1 || sheet.as_deref() == grid.sheet();
            file.reading.passed_over.iter().any(|one| one.row == row.number() && is_here(&one.sheet))
        };
        let rows = grid.rows().iter().filter(|row| row.number() > proposal.header_row && !passed(row));
        for row in rows.take(EXAMPLES) {
            out += &format!("  {}\n", fit(&example(proposal, row, lang), style.width.saturating_sub(2)));
        }
    }
    out += &format!("\n{}\n", style.bold(&counts(diff, lang)));
    out += &new(diff, lang);
    out += &changed(diff, words, lang);
    out += &guards(file, diff, lang);
    out += &gone(diff, lang);
    out += &read_so(file, lang);
    out += &wrong(file, lang);
    out
}

/// The columns on which answers depend.
const GOVERNING: [RegisterColumn; 9] = [
    RegisterColumn::ProviderNumber,
    RegisterColumn::Prefecture,
    RegisterColumn::Services,
    RegisterColumn::BilledBy,
    RegisterColumn::Category,
    RegisterColumn::Mail,
    RegisterColumn::Tel,
    RegisterColumn::Status,
    RegisterColumn::DeclaredExpiry,
];

/// The file, and what was guessed of it: sheets, or encoding and separator, and the row of its headers.
fn source(file: &RegisterFile, lang: Lang) -> String {
    let path = file.path.display().to_string();
    let path = escape::terminal(&path).to_string();
    let one = |(grid, proposal): &(Grid, MappingProposal)| {
        let row = &proposal.header_row;
        match (grid.sheet(), grid.text_form()) {
            (Some(sheet), _) => {
                let text = Text {
                    ja: "シート「{sheet}」、見出しは{row}行目",
                    en: "sheet \"{sheet}\", headers in row {row}",
                };
                text.fill(lang, &[("sheet", &escape::terminal(sheet)), ("row", row)])
            }
            (None, Some(form)) => {
                let text = Text {
                    ja: "文字コードは {encoding}、区切りは{separator}、見出しは{row}行目",
                    en: "{encoding}, separated by {separator}, headers in row {row}",
                };
                let separator = separator_name(form.separator).get(lang);
                text.fill(lang, &[("encoding", &form.encoding), ("separator", &separator), ("row", row)])
            }
            (None, None) => String::new(),
        }
    };
    let how: Vec<String> = file.sheets.iter().map(one).collect();
    let text = Text { ja: "{path}({how})", en: "{path} ({how})" };
    text.fill(lang, &[("path", &path), ("how", &how.join(Text { ja: "。", en: "; " }.get(lang)))])
}

fn separator_name(separator: char) -> Text {
    match separator {
        '\t' => Text { ja: "タブ", en: "tabs" },
        ';' => Text { ja: "セミコロン", en: "semicolons" },
        '|' => Text { ja: "縦線", en: "vertical bars" },
        _ => Text { ja: "コンマ", en: "commas" },
    }
}

/// What of the file was not used or not found, and how values were read that are not as they stand.
fn read_so(file: &RegisterFile, lang: Lang) -> String {
    let mut out = String::new();
    let join = |words: &[String]| words.join(Text { ja: "、", en: ", " }.get(lang));
    let mut say = |text: Text, words: Vec<String>| {
        if !words.is_empty() {
            out += &text.fill(lang, &[("words", &escape::terminal(&join(&words)))]);
        }
    };
    let others = Text {
        ja: "ほかに台帳と思われるシート: {words}。--sheet にシートの名前を、すべて読むなら --sheet all を指定してください。\n",
        en: "Other sheets that look like registers: {words}. Name one with --sheet, or read all with --sheet all.\n",
    };
    say(others, file.others.clone());
    say(Text { ja: "使わなかった見出し: {words}\n", en: "Headers not used: {words}\n" }, unused_headers(file));
    let has = |column: &RegisterColumn| file.reading.columns.contains(column);
    let not_found = GOVERNING.into_iter().filter(|column| !has(column));
    let titles = not_found.map(|column| column.title().get(lang).to_string());
    say(Text { ja: "見出しのない列: {words}\n", en: "Columns without a header: {words}\n" }, titles.collect());
    let passed = file.reading.passed_over.iter().map(|row| {
        let text = Text { ja: "{sheet}{row}行目「{text}」", en: "{sheet}row {row} \"{text}\"" };
        let sheet = row.sheet.as_ref().map(|sheet| format!("{sheet} ")).unwrap_or_default();
        text.fill(lang, &[("sheet", &sheet), ("row", &row.row), ("text", &row.text)])
    });
    let passed: Vec<String> = passed.collect();
    let title = Text {
        ja: "合計や注記とみて、事業所として読まなかった行:", en: "Rows passed over as sums or notes:"
    };
    out += &listed(title, &passed, lang);
    for note in &file.reading.notes {
        let sheet = note.sheet.as_ref().map(|sheet| format!("{} ", escape::terminal(sheet))).unwrap_or_default();
        let rows = row_ranges(&note.rows, lang);
        let text = note.kind.text().fill(lang, &[("rows", &rows), ("value", &escape::terminal(&note.value))]);
        let title = note.column.title().get(lang);
        out += &format!("{sheet}{title}: {text}\n");
    }
    out
}

/// The headers that are no column, each once.
fn unused_headers(file: &RegisterFile) -> Vec<String> {
    let mut headers: Vec<String> = Vec::new();
    for header in file.sheets.iter().flat_map(|(_, proposal)| &proposal.ignored) {
        if !header.text.is_empty() && !headers.contains(&header.text) {
            headers.push(header.text.clone());
        }
    }
    headers
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
    file.sheets.iter().map(|(grid, proposal)| headers_of(grid, proposal, lang)).collect()
}

fn headers_of(grid: &Grid, proposal: &MappingProposal, lang: Lang) -> String {
    let Some(row) = grid.row(proposal.header_row) else { return String::new() };
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

fn example(proposal: &MappingProposal, row: &GridRow, lang: Lang) -> String {
    let values = proposal.columns.iter().filter(|(_, at)| !row.cell(**at).is_blank());
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

/// What is wrong with the rows. Equal mistakes are one line with their rows.
fn wrong(file: &RegisterFile, lang: Lang) -> String {
    /// Equal mistakes that are told one by one.
    const ONE_BY_ONE: usize = 3;
    let mistakes = &file.reading.mistakes;
    if mistakes.is_empty() {
        return String::new();
    }
    let text = Text {
        ja: "誤り {n} 件。取り込まず前のままの事業所・代理人 {holders} 件、その項目だけ取り込まないもの {fields} 件:\n",
        en: "Mistakes: {n}. Holders not taken, which stay as they were: {holders}; single values not taken: {fields}.\n",
    };
    let fields = mistakes.iter().filter(|mistake| mistake.effect() < MistakeEffect::Holder).count();
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("n", &mistakes.len()), ("holders", &file.reading.ids_in_error.len()), ("fields", &fields)];
    let mut out = text.fill(lang, &values);
    // By kind, in the order of the first of each.
    let mut groups: Vec<Vec<&RowMistake>> = Vec::new();
    for mistake in mistakes {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| first.is_like(mistake))) {
            Some(group) => group.push(mistake),
            None => groups.push(vec![mistake]),
        }
    }
    let mut lines: Vec<(u32, String)> = Vec::new();
    for group in groups {
        match group.first().filter(|_| group.len() > ONE_BY_ONE) {
            Some(first) => {
                let rows: Vec<u32> = group.iter().map(|mistake| mistake.row).collect();
                lines.push((first.row, first.text_of_all(&row_ranges(&rows, lang), lang)));
            }
            None => lines.extend(group.iter().map(|mistake| (mistake.row, mistake.text(lang)))),
        }
    }
    if file.sheets.len() == 1 {
        lines.sort_by_key(|(row, _)| *row);
    }
    lines.iter().for_each(|(_, line)| out += &format!("  {}\n", escape::terminal(line)));
    out
}

/// Why nothing was recorded, and what to do.
fn guards(file: &RegisterFile, diff: &RegisterDiff, lang: Lang) -> String {
    let mut out = String::new();
    for guard in &diff.guards {
        out += &format!("  - {}\n", escape::terminal(&guard_text(guard, file, lang)));
        if matches!(guard, ImportGuard::TooManyMissing { .. } | ImportGuard::RowsWithoutId { .. }) {
            let lines: Vec<String> = diff.missing.iter().map(|holder| named(holder)).collect();
            out += &listed(Text { ja: "ファイルにないもの:", en: "Not in the file:" }, &lines, lang);
        }
    }
    out
}

fn guard_text(guard: &ImportGuard, file: &RegisterFile, lang: Lang) -> String {
    match guard {
        ImportGuard::RowsWithoutId { rows, missing } => {
            let text = Text {
                ja: "IDの読めない行が {rows} 行あり、ファイルにない {missing} 件のどれかもしれません。IDを直して取り込み直してください。",
                en: "{rows} rows have no ID that can be read; each may be one of the {missing} holders that are not in the file. Correct the IDs and import again.",
            };
            text.fill(lang, &[("rows", rows), ("missing", missing)])
        }
        ImportGuard::TooManyMissing { missing, of } => {
            let text = Text {
                ja: "{of} 件のうち {missing} 件がファイルにありません(1割を超えています)。別の台帳や一部だけのファイルではないか確かめ、正しければ --accept-gone を付けて取り込み直してください。別の台帳なら --name で名前を分けます。",
                en: "{missing} of {of} holders are not in the file, which is more than a tenth. Check that it is not another register or a part of this one. If it is right, import it again with --accept-gone; another register gets a name of its own with --name.",
            };
            text.fill(lang, &[("missing", missing), ("of", of)])
        }
        ImportGuard::OthersUnderSameId { others, of, first: [id, before, now] } => {
            let text = Text {
                ja: "{of} 件のうち {others} 件で、名称も事業所番号も前と違います(例: {id} は「{before}」から「{now}」へ)。同じIDを使う別の台帳ではないか確かめ、正しければ --accept-gone を付けて取り込み直してください。別の台帳なら --name で名前を分けます。",
                en: "{others} of {of} holders have both another name and another provider number than before ({id}: \"{before}\", now \"{now}\"). Check that it is not another register with the same IDs. If it is right, import it again with --accept-gone; another register gets a name of its own with --name.",
            };
            let values: [(&str, &dyn std::fmt::Display); 5] =
                [("others", others), ("of", of), ("id", id), ("before", before), ("now", now)];
            text.fill(lang, &values)
        }
        ImportGuard::ValuesVanish { column, holders, of, is_there } => {
            let text = match is_there {
                true => Text {
                    ja: "「{title}」の値が {of} 件のうち {holders} 件で消えます。列がずれていないか、数式の結果が入っているか確かめ、本当に空なら --accept-blank {code} を付けて取り込み直してください。",
                    en: "the values of \"{title}\" vanish for {holders} of {of} holders. Check for shifted columns and for formulas without results. If they are to be empty, import again with --accept-blank {code}.",
                },
                false => Text {
                    ja: "前にあった「{title}」の列がファイルになく、{holders} 件の値が消えます。{hint}値をなくしてよければ --accept-blank {code} を付けて取り込み直してください。",
                    en: "the column \"{title}\" is not in the file, and its values would vanish for {holders} holders. {hint}If they are to be empty, import again with --accept-blank {code}.",
                },
            };
            let hint = match unused_headers(file).as_slice() {
                [] => String::new(),
                headers => {
                    let hint = Text {
                        ja: "見出しが変わったなら --map \"{header}={code}\" のように指定します(使わなかった見出し: {headers})。",
                        en: "If its header was renamed, say so with --map \"{header}={code}\" (headers not used: {headers}). ",
                    };
                    let all = headers.join(Text { ja: "、", en: ", " }.get(lang));
                    hint.fill(lang, &[("header", &headers[0]), ("code", &column.code()), ("headers", &all)])
                }
            };
            let values: [(&str, &dyn std::fmt::Display); 5] = [
                ("title", &column.title().get(lang)),
                ("code", &column.code()),
                ("holders", holders),
                ("of", of),
                ("hint", &hint),
            ];
            text.fill(lang, &values)
        }
    }
}
