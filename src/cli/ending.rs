//! The form of a file by its ending: `-o plan.csv` is a CSV without `--format csv`.

use std::ffi::OsString;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::app::AppError;
use crate::locale::{Lang, Text};

/// Endings and the forms that they stand for, where they are not the form's own name.
const ENDINGS: [(&str, &str); 4] = [("txt", "table"), ("jsonl", "ndjson"), ("htm", "html"), ("markdown", "md")];

/// The arguments with the form that the ending of the output asks for, where none is named; nothing
/// where there is nothing to add. An ending that is none of the command's forms is refused, since what
/// is in the file would not be what its name says.
pub(super) fn completed(
    command: &Command,
    matches: &ArgMatches,
    arguments: &[OsString],
    lang: Lang,
) -> Result<Option<Vec<OsString>>, AppError> {
    let (command, matches) = deepest(command, matches);
    let words = words(command);
    let has = |name: &str| matches.try_contains_id(name).unwrap_or(false);
    let is_typed = |name: &str| has(name) && matches.value_source(name) == Some(ValueSource::CommandLine);
    // A list or a letter has a form of its own, and so has what is made for a channel.
    let is_other = ["sheet", "letter", "write-templates", "channel"].iter().any(|name| is_typed(name));
    let named = ["output", super::help::PRINTED].into_iter().find(|name| is_typed(name));
    if words.is_empty() || is_typed("format") || is_other {
        return Ok(None);
    }
    let Some(output) = named.and_then(|name| matches.get_one::<std::path::PathBuf>(name)) else { return Ok(None) };
    let Some(ending) = ending(output) else { return Ok(None) };
    let form = ENDINGS.iter().find(|(known, _)| *known == ending).map_or(ending.as_str(), |(_, form)| form);
    if words.iter().any(|word| word == form) {
        let mut completed = arguments.to_vec();
        // What comes after -- is no flag.
        let at = arguments.iter().position(|word| word == "--").unwrap_or(arguments.len());
        completed.insert(at, format!("--format={form}").into());
        return Ok(Some(completed));
    }
    let text = Text {
        ja: "{path} の拡張子 .{ending} の形式では書けません。使えるのは {endings} です(別の名前にするときは --format で形式を指定してください)。",
        en: "{path} ends in .{ending}, which is none of the forms: {endings}. For another name, give the form with --format.",
    };
    let ending_of = |word: &String| {
        let ending =
            ENDINGS.iter().find(|(_, form)| form == word && *form == "table").map_or(word.as_str(), |(e, _)| e);
        format!(".{ending}")
    };
    let endings = words.iter().map(ending_of).collect::<Vec<_>>().join(", ");
    let path = output.to_string_lossy();
    let path = crate::report::escape::terminal(&path);
    Err(AppError::new(text, lang, &[("path", &path), ("ending", &ending), ("endings", &endings)]))
}

/// The command that is meant, and what was given to it.
pub(super) fn deepest<'a>(command: &'a Command, matches: &'a ArgMatches) -> (&'a Command, &'a ArgMatches) {
    let (mut command, mut matches) = (command, matches);
    while let Some((name, below)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name) else { break };
        (command, matches) = (found, below);
    }
    (command, matches)
}

/// The forms of a command.
fn words(command: &Command) -> Vec<String> {
    let format = command.get_arguments().find(|argument| argument.get_id() == "format");
    let values = format.map(clap::Arg::get_possible_values).unwrap_or_default();
    values.iter().map(|value| value.get_name().to_string()).collect()
}

/// The ending of a regular file's name; a device has none that means something.
fn ending(path: &Path) -> Option<String> {
    let is_special = path.starts_with("/dev") || path.starts_with("/proc");
    let ending = path.extension().filter(|_| !is_special)?.to_string_lossy().to_lowercase();
    Some(ending)
}
