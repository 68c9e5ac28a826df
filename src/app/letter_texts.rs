//! The texts of letters and mail that an office may change: written out, and read back.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{AppError, files, sheet};
use crate::locale::{Lang, Text, nearest};
use crate::report::{Templates, UnknownPlaceholder};

/// Writes the built-in texts into a folder where the user wants to change them, and gives their
/// names; a text that is there stays.
pub fn write_templates(folder: &Path, lang: Lang) -> Result<Vec<String>, AppError> {
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
    Ok(files)
}

/// The texts: those of a folder in the places of those that are built in.
pub fn templates(folder: Option<&Path>, lang: Lang) -> Result<Templates, AppError> {
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
    let unread = |error: std::io::Error| files::unreadable(folder, &error, lang);
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

/// Takes in one text, or lists all that is wrong with it.
fn take(templates: &mut Templates, path: &Path, lang: Lang) -> Result<(), Vec<String>> {
    let bytes = fs::read(path).map_err(|error| vec![files::unreadable(path, &error, lang)])?;
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
