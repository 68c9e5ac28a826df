//! `shomei report --letter`: letters, and the texts that the user may change.

use crate::app::AppError;
use crate::app::sheet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};

use super::arguments;
use super::complain;
use super::session::Session;
use crate::locale::{Lang, Text, nearest};
use crate::report::{Report, Templates, UnknownPlaceholder};

/// A flag with a folder for a value.
pub(super) fn folder(name: &'static str, help: Text, lang: Lang) -> Arg {
    arguments::option(name, Text { ja: "フォルダー", en: "DIR" }, help, lang).value_parser(value_parser!(PathBuf))
}

pub(super) fn arguments(lang: Lang) -> Vec<Arg> {
    vec![
        arguments::switch(
            "letter",
            Text {
                ja: "事業所・代理人ごとの手紙(A4 の HTML)。連絡方法が FAX なら送付状も作る",
                en: "letters instead, one a holder (HTML for A4), with a cover sheet for those reached by fax",
            },
            lang,
        )
        .conflicts_with_all(["format", "table", "files"]),
        folder("templates", Text { ja: "手紙の文面のフォルダー", en: "the folder of the letters' texts" }, lang)
            .requires("letter"),
        folder(
            "write-templates",
            Text {
                ja: "書き換えるための文面をこのフォルダーに書き出して終わる",
                en: "write the built-in texts into this folder, to be edited, and end",
            },
            lang,
        )
        .conflicts_with_all(["letter", "format", "output"]),
    ]
}

/// Writes the built-in texts where the user wants to change them; a text that is there stays.
pub(super) fn write_templates(folder: &Path, lang: Lang) -> Result<(), AppError> {
    let failed = |path: &Path, error: std::io::Error| {
        let text = Text {
            ja: "{path} に書き込めません: {error}。すでにあるファイルは上書きしません。別のフォルダーを指定するか、書き込みの権限を確かめてください。",
            en: "cannot write {path}: {error}. Files that exist are not overwritten: name another folder, or check the permission to write.",
        };
        AppError::new(text, lang, &[("path", &path.display()), ("error", &error)])
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut files = Vec::new();
    for (name, text) in Templates::built_in(lang).files() {
        let path = folder.join(&name);
        let file = fs::OpenOptions::new().write(true).create_new(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failed(&path, error))?;
        files.push(name);
    }
    let text = Text {
        ja: "文面を {folder} に書き出しました: {files}。まず sender と contact に差出人と連絡先を書き、shomei report --letter --templates {folder} -o letters.html を実行してください。",
        en: "Texts written to {folder}: {files}. Write the sender into `sender` and `contact` first, then run shomei report --letter --templates {folder} -o letters.html.",
    };
    let files = sheet::joined(&files, lang);
    complain(&text.fill(lang, &[("folder", &folder.display()), ("files", &files)]));
    Ok(())
}

/// The texts: those that are built in, or those of a folder in their places.
pub(super) fn templates(matches: &ArgMatches, lang: Lang) -> Result<Templates, AppError> {
    templates_of(matches.get_one::<PathBuf>("templates").map(PathBuf::as_path), lang)
}

/// The texts: those of a folder in the places of those that are built in.
pub(super) fn templates_of(folder: Option<&Path>, lang: Lang) -> Result<Templates, AppError> {
    let mut templates = Templates::built_in(lang);
    let Some(folder) = folder else { return Ok(templates) };
    let mut mistakes = Vec::new();
    let found = texts_in(folder, lang)?;
    for path in &found {
        mistakes.extend(take(&mut templates, path, lang).err().into_iter().flatten());
    }
    if found.is_empty() {
        let text = Text {
            ja: "{folder} に文面(*.{lang}.txt)がありません。shomei report --write-templates {folder} で書き出せます。",
            en: "there is no text (*.{lang}.txt) in {folder}; shomei report --write-templates {folder} writes them.",
        };
        mistakes.push(text.fill(lang, &[("folder", &folder.display()), ("lang", &lang.code())]));
    }
    if mistakes.is_empty() { Ok(templates) } else { Err(AppError::Message(mistakes.join("\n"))) }
}

/// The texts of a folder in this language.
fn texts_in(folder: &Path, lang: Lang) -> Result<Vec<PathBuf>, AppError> {
    let unread = |error: std::io::Error| unread(folder, &error, lang);
    let ending = format!(".{}.txt", lang.code());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| AppError::Message(unread(error)))? {
        let path = entry.map_err(|error| AppError::Message(unread(error)))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&ending)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Takes in one text, or tells all that is wrong with it.
fn take(templates: &mut Templates, path: &Path, lang: Lang) -> Result<(), Vec<String>> {
    let bytes = fs::read(path).map_err(|error| vec![unread(path, &error, lang)])?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(text) = Templates::decoded(&bytes) else {
        let text = Text {
            ja: "{path}: 文字コードが UTF-8 でも Shift_JIS でもありません。UTF-8 で保存し直してください。",
            en: "{path}: neither UTF-8 nor Shift_JIS. Save it as UTF-8.",
        };
        return Err(vec![text.fill(lang, &[("path", &path.display())])]);
    };
    match templates.replace(&name, &text) {
        Ok(true) => Ok(()),
        Ok(false) => Err(vec![no_such_text(templates, path, &name, lang)]),
        Err(unknown) => Err(unknown.iter().map(|one| unknown_text(path, &name, one, lang)).collect()),
    }
}

fn unread(path: &Path, error: &std::io::Error, lang: Lang) -> String {
    let text = Text {
        ja: "{path} を読めません: {error}。場所と読み取りの権限を確かめてください。",
        en: "cannot read {path}: {error}. Check the place and the permission to read.",
    };
    text.fill(lang, &[("path", &path.display()), ("error", error)])
}

fn no_such_text(templates: &Templates, path: &Path, name: &str, lang: Lang) -> String {
    let text = Text {
        ja: "{path}: この名前の文面はありません{meant}。文面は {names} です。",
        en: "{path}: there is no text of this name{meant}. The texts are {names}.",
    };
    let names: Vec<String> = templates.files().map(|(name, _)| name).collect();
    let meant = meant(nearest(name, names.iter().map(String::as_str)), lang);
    text.fill(lang, &[("path", &path.display()), ("meant", &meant), ("names", &sheet::joined(&names, lang))])
}

fn unknown_text(path: &Path, file: &str, unknown: &UnknownPlaceholder, lang: Lang) -> String {
    let text = Text {
        ja: "{path}:{line}: {named} という値はありません{meant}。使えるのは {known} です。",
        en: "{path}:{line}: there is no value {named}{meant}. Known are {known}.",
    };
    let braced = |name: &str| format!("{{{name}}}");
    let known = Templates::known(file);
    let meant = meant(nearest(&unknown.name, known.iter().copied()).map(braced).as_deref(), lang);
    let known: Vec<String> = known.into_iter().map(braced).collect();
    let values: [(&str, &dyn std::fmt::Display); 5] = [
        ("path", &path.display()),
        ("line", &unknown.line),
        ("named", &braced(&unknown.name)),
        ("meant", &meant),
        ("known", &sheet::joined(&known, lang)),
    ];
    text.fill(lang, &values)
}

fn meant(nearest: Option<&str>, lang: Lang) -> String {
    let text = Text { ja: "({nearest} のことですか)", en: " (did you mean {nearest}?)" };
    nearest.map(|nearest| text.fill(lang, &[("nearest", &nearest)])).unwrap_or_default()
}

/// Writes the letters, and tells how many there are and who gets none.
pub(super) fn write(
    session: &Session,
    report: &Report,
    templates: &Templates,
    output: Option<&Path>,
) -> Result<(), AppError> {
    session.write_to(output, |out| report.write_letters(templates, out))?;
    let lang = session.lang;
    let fax = report.letters.iter().filter(|letter| letter.goes_by_fax()).count();
    let said = Text {
        ja: "手紙 {n} 通、うち FAX送付状つき {fax} 通。",
        en: "Letters: {n}, of which {fax} have a fax cover sheet.",
    };
    complain(&said.fill(lang, &[("n", &report.letters.len()), ("fax", &fax)]));
    let told: usize = report.letters.iter().map(|letter| letter.due.len()).sum();
    let untold = (report.counts.apply + report.counts.unplaced).saturating_sub(told as u64);
    if untold > 0 {
        let text = Text {
            ja: "台帳の誰のものか分からない証明書 {n} 枚には、手紙がありません。shomei register match --export ファイル.xlsx で結び付けられます。",
            en: "{n} certificates are nobody's that the register knows: no letter tells of them. shomei register match --export FILE.xlsx binds them.",
        };
        complain(&text.fill(lang, &[("n", &untold)]));
    }
    Ok(())
}
