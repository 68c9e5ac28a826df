//! Passwords of containers: those that settings name, and password maps.
//!
//! A map is a list of rules; the first whose pattern fits a file's path wins. A map holds no
//! password, it names where passwords are.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::GlobMatcher;
use zeroize::Zeroizing;

use super::{AppError, Context, Settings, files};
use crate::audit::{Keyring, PasswordOf};
use crate::container::{PasswordCandidate, PasswordOrigin, candidates_of_file};
use crate::locale::catalogue::config as texts;
use crate::locale::{Lang, Text};
use crate::platform::composed;
use crate::policy::glob;
use crate::yaml::{self, KeyDefinition, Shape, TextForm, YamlMistake, YamlMistakes, YamlNode};

/// A password map.
#[derive(Clone, Debug)]
pub struct PasswordMap {
    rules: Vec<PasswordRule>,
    /// The map's folder, absolute.
    folder: PathBuf,
    /// The folder that relative paths are relative to.
    working: PathBuf,
}

/// A rule of a password map.
#[derive(Clone, Debug)]
pub struct PasswordRule {
    /// The pattern as typed.
    pub pattern: String,
    /// Its place, `passwords.yaml:3`.
    pub place: String,
    /// Where the passwords are.
    pub passwords: Whereabouts,
    matcher: GlobMatcher,
}

/// Where passwords are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// A file with one password a line.
    File(PathBuf),
    /// An environment variable that holds one.
    Environment(String),
}

static PATTERN: TextForm = TextForm {
    name: Text { ja: "「/」で区切ったパスのパターン", en: "a path pattern with / between folders" },
    example: "osaka/**/*.p12",
    pattern: "",
    words: &[],
    accepts: |text| glob(text).is_some(),
};

static MAP: Shape = Shape::List(
    &Shape::Map(&[
        KeyDefinition::required(
            "path",
            Shape::Form(&PATTERN),
            "対象のパスのパターン",
            "a pattern over the file's path",
        ),
        KeyDefinition::optional(
            "file",
            Shape::Text,
            "1行に1つパスワードを書いたファイル",
            "a file with one password a line",
        ),
        KeyDefinition::optional(
            "env",
            Shape::Text,
            "パスワードの入った環境変数の名前",
            "an environment variable that holds one",
        ),
    ]),
    1,
);

impl PasswordMap {
    /// Reads a map. `path` is where it is: the files it names are relative to its folder.
    /// `working` is the working directory, which must be absolute.
    ///
    /// Errors: every mistake there is, in order of their places.
    pub fn parse(text: &str, path: &Path, working: &Path) -> Result<PasswordMap, Vec<YamlMistake>> {
        // Somebody may have written a password although none belongs here: no line is shown.
        let hide = |mistakes: Vec<YamlMistake>| mistakes.into_iter().map(YamlMistake::without_line).collect::<Vec<_>>();
        let rules = rules(text, path).map_err(hide)?;
        let folder = absolute(working, path.parent().unwrap_or(Path::new("")));
        Ok(PasswordMap { rules, folder, working: working.to_path_buf() })
    }

    /// The first rule whose pattern fits the file: its path below the map's folder, or its
    /// absolute path.
    pub fn rule_for(&self, file: &Path) -> Option<&PasswordRule> {
        let absolute = absolute(&self.working, file);
        let below = absolute.strip_prefix(&self.folder).ok();
        let fits = |rule: &&PasswordRule| below.is_some_and(|p| rule.fits(p)) || rule.fits(&absolute);
        self.rules.iter().find(fits)
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[PasswordRule] {
        &self.rules
    }
}

impl PasswordRule {
    /// Whether the pattern fits, in whichever form the file's name and the pattern are composed.
    fn fits(&self, path: &Path) -> bool {
        self.matcher.is_match(path) || path.to_str().is_some_and(|path| self.matcher.is_match(&*composed(path)))
    }

    /// For people: its place and its pattern, `passwords.yaml:3 (osaka/**)`.
    pub fn name(&self) -> String {
        format!("{} ({})", self.place, self.pattern)
    }
}

fn rules(text: &str, path: &Path) -> Result<Vec<PasswordRule>, Vec<YamlMistake>> {
    let document = yaml::parse(text, &path.to_string_lossy())?;
    let mut mistakes = document.check(&MAP);
    let items = document.root().items();
    let rules = items.iter().filter_map(|node| rule(node, path, &mut mistakes)).collect();
    reached(items, &mut mistakes);
    mistakes.or_else(Some(rules))
}

fn rule(node: &YamlNode, path: &Path, mistakes: &mut YamlMistakes) -> Option<PasswordRule> {
    let file = node.read("file", |text| Some(path.parent().unwrap_or(Path::new("")).join(text)));
    let variable = node.read("env", |text| Some(text.to_string()));
    let passwords = match (file, variable) {
        (Some(file), None) => Whereabouts::File(file),
        (None, Some(name)) => Whereabouts::Environment(name),
        _ => {
            // What is there and no text was reported already.
            let unread = |key: &str| node.entries().iter().any(|(k, v)| k.text == key && v.text().is_none());
            if !node.entries().is_empty() && !unread("file") && !unread("env") {
                mistakes.say(node.place, texts::ONE_SOURCE, &[], texts::WRITE_SOURCE);
            }
            return None;
        }
    };
    let pattern = node.read("path", |text| Some(text.to_string()))?;
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Some(PasswordRule {
        matcher: glob(&composed(&pattern))?,
        pattern,
        place: format!("{file}:{}", node.place.line),
        passwords,
    })
}

/// No pattern is in the map a second time.
fn reached(items: &[YamlNode], mistakes: &mut YamlMistakes) {
    let mut lines: HashMap<&str, u32> = HashMap::new();
    for item in items {
        let Some(pattern) = item.get("path").and_then(YamlNode::text) else { continue };
        if let Some(line) = lines.get(pattern) {
            mistakes.say(item.place_of("path"), texts::NEVER_REACHED, &[("line", line)], texts::MERGE_RULES);
        } else {
            lines.insert(pattern, item.place.line);
        }
    }
}

/// The absolute path without `.` and `..`, as it is written: links are not followed.
fn absolute(working: &Path, path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in working.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

impl Settings {
    /// The passwords in force.
    pub fn keyring(&self, context: &Context) -> Result<Keyring, AppError> {
        let mut common = Vec::new();
        for path in self.passwords.file.iter().flat_map(|set| &set.value) {
            let bytes = read_candidates(path, context)?;
            common.extend(candidates_of_file(&bytes, path));
        }
        for name in self.passwords.env.iter().flat_map(|set| &set.value) {
            common.push(candidate_of_variable(name, context)?);
        }
        let mapped: PasswordOf = match &self.passwords.map {
            Some(set) => mapped(&set.value, context)?,
            None => Box::new(|_| Some(Arc::default())),
        };
        Ok(Keyring { common, mapped })
    }
}

/// Reads a file of candidates; whoever is at the terminal is told where others may read it too. Nobody else
/// is: a scheduler would mail the same words each hour.
fn read_candidates(path: &Path, context: &Context) -> Result<Zeroizing<Vec<u8>>, AppError> {
    match context.console.is_watched() {
        true => files::read_secret(path, context),
        false => Ok(Zeroizing::new(files::read(path, context.lang)?)),
    }
}

/// The passwords of a map: every file and variable that it names is read now, so that what is
/// missing is reported before the work begins.
fn mapped(path: &Path, context: &Context) -> Result<PasswordOf, AppError> {
    let lang = context.lang;
    let bytes = files::read(path, lang)?;
    let name = path.to_string_lossy();
    let text = crate::yaml::decode(&bytes, &name).map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))?;
    let working = std::path::absolute(".")?;
    let map = PasswordMap::parse(text, path, &working).map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))?;
    let mut of_rule: HashMap<String, Arc<[PasswordCandidate]>> = HashMap::new();
    for rule in map.rules() {
        let found = match &rule.passwords {
            Whereabouts::File(file) => candidates_of_file(&read_candidates(file, context)?, file),
            Whereabouts::Environment(name) => vec![candidate_of_variable(name, context)?],
        };
        let origin = || PasswordOrigin::Map { rule: rule.name() };
        of_rule.insert(rule.name(), found.into_iter().map(|candidate| candidate.with_origin(origin())).collect());
    }
    Ok(Box::new(move |file| {
        let rule = map.rule_for(file);
        rule.map(|rule| of_rule.get(&rule.name()).cloned().unwrap_or_default())
    }))
}

/// What is to be said of files that did not open and that no rule of the map fits.
pub fn without_rule_text(settings: &Settings, paths: &[String], lang: Lang) -> String {
    let map = settings.passwords.map.as_ref().map(|set| set.value.display().to_string()).unwrap_or_default();
    let text = Text {
        ja: "パスワードの対応表 {map} のどの規則にも当てはまらないファイルが、開けないものの中に {n} 件あります(最初は {first})。対応表の path を確かめてください。",
        en: "files that did not open and fit no rule of the password map {map}: {n}, the first of them {first}. Check the patterns (path) of the map.",
    };
    let first = paths.first().map(String::as_str).unwrap_or_default();
    text.fill(lang, &[("map", &map), ("n", &paths.len()), ("first", &first)])
}

/// The password that an environment variable holds.
pub fn candidate_of_variable(name: &str, context: &Context) -> Result<PasswordCandidate, AppError> {
    let missing = Text {
        ja: "環境変数 {name} が設定されていません。パスワードを入れてから実行してください。",
        en: "the variable {name} is not set; put the password into it first.",
    };
    let value =
        (context.environment.variable)(name).ok_or_else(|| AppError::new(missing, context.lang, &[("name", &name)]))?;
    let bytes = Zeroizing::new(value.into_encoded_bytes());
    Ok(PasswordCandidate::new(bytes, PasswordOrigin::Environment(name.to_string())))
}
