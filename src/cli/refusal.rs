//! Messages about a wrong command line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::locale::{Lang, Text};

/// Prints help or version to standard output, or what is wrong to standard error.
pub(super) fn answer(error: &clap::Error, lang: Lang) -> ExitCode {
    if !error.use_stderr() {
        // A reader that has gone is no error.
        let _ = write!(io::stdout().lock(), "{error}");
        return ExitCode::SUCCESS;
    }
    super::complain(&explain(error, lang));
    ExitCode::from(2)
}

/// Prints a page of help.
pub(super) fn shown(page: &str) -> ExitCode {
    // A reader that has gone is no error.
    let _ = write!(io::stdout().lock(), "{page}");
    ExitCode::SUCCESS
}

/// What is wrong with a command line.
pub(super) fn explain(error: &clap::Error, lang: Lang) -> String {
    let text = |kind| error.get(kind).map(words).unwrap_or_default();
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => {
            Text { ja: "{argument} という引数はありません。", en: "there is no argument {argument}." }
        }
        ErrorKind::InvalidSubcommand => {
            Text { ja: "{sub} というコマンドはありません。", en: "there is no command {sub}." }
        }
        ErrorKind::MissingSubcommand => {
            Text { ja: "コマンドを指定してください。", en: "a command is missing." }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Text { ja: "コマンドを指定してください。", en: "a command is missing." }
        }
        ErrorKind::MissingRequiredArgument => {
            Text { ja: "{argument} が必要です。", en: "{argument} is missing." }
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            Text { ja: "{argument} には値が必要です。", en: "{argument} needs a value." }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            Text { ja: "{argument} の値 {value} は使えません。", en: "{argument} cannot be {value}." }
        }
        ErrorKind::InvalidUtf8 => Text {
            ja: "引数に、文字として読めない部分(UTF-8 でないバイト)があります。",
            en: "an argument is not UTF-8.",
        },
        ErrorKind::ArgumentConflict => Text {
            ja: "{argument} は {prior} と同時に(または二度)使えません。",
            en: "{argument} cannot be given together with {prior}, or twice.",
        },
        _ => Text {
            ja: "引数が正しくありません({argument} {value})。",
            en: "the arguments are wrong ({argument} {value}).",
        },
    };
    let mut said = what.fill(
        lang,
        &[
            ("argument", &argument),
            ("value", &value),
            ("sub", &text(ContextKind::InvalidSubcommand)),
            ("prior", &text(ContextKind::PriorArg)),
        ],
    );
    let valid = text(ContextKind::ValidValue);
    if !valid.is_empty() {
        said += &Text { ja: "使えるのは {valid} です。", en: " It may be {valid}." }.fill(lang, &[("valid", &valid)]);
    }
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(near) = suggested.into_iter().map(text).find(|near| !near.is_empty()) {
        said += &Text { ja: "{near} のことですか。", en: " Did you mean {near}?" }.fill(lang, &[("near", &near)]);
    }
    said + "\n" + Text { ja: "使い方は --help で見られます。", en: "See --help." }.get(lang)
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}
