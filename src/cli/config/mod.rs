//! The configuration file: what it may say, where it is found, and where each setting is from.
//!
//! It is named by `--config`, else by `SHOMEI_CONFIG`, else it is `config.yaml` in the user's
//! configuration directory. It is never looked for in the working directory or among the files
//! that are audited: a share must not choose its own policy.

mod delivery;

pub use delivery::{Notify, Reports, Running, SECURITY as SECURITY_WORDS, Smtp, mailbox};

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::settings::BUILT_IN;
use crate::calendar::{Zone, parse_instant};
use crate::container::KeyInspection;
use crate::locale::catalogue::config as texts;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::yaml::{self, KeyDefinition, Phrase, Shape, TextForm, YamlMistake, YamlMistakes, YamlNode};

/// The environment variable that names the configuration.
pub const VARIABLE: &str = "SHOMEI_CONFIG";

/// The output formats.
pub const FORMATS: &[&str] = &["table", "json", "ndjson", "csv"];

/// Where a setting is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whence {
    /// A flag or argument.
    CommandLine,
    /// A line of the configuration.
    File {
        /// The configuration.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
    },
    /// An environment variable.
    Environment(String),
    /// The language of the system.
    Locale,
    /// The program's own.
    Default,
}

impl Whence {
    /// For people: `shomei.yaml:3`, `command line`.
    pub fn print(&self, lang: Lang) -> String {
        match self {
            Whence::CommandLine => texts::FROM_COMMAND_LINE.get(lang).to_string(),
            Whence::File { path, line } => format!("{}:{line}", path.display()),
            Whence::Environment(name) => texts::FROM_ENVIRONMENT.fill(lang, &[("name", name)]),
            Whence::Locale => texts::FROM_LOCALE.get(lang).to_string(),
            Whence::Default => texts::FROM_DEFAULT.get(lang).to_string(),
        }
    }
}

/// A setting that is set, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// Where it is from.
    pub from: Whence,
}

/// A configuration file's settings; none where it says nothing. Paths are relative to the
/// working directory, no longer to the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// What to audit; `-` is standard input.
    pub sources: Option<Set<Vec<PathBuf>>>,
    /// The policy's file.
    pub policy: Option<Set<PathBuf>>,
    /// Files of passwords.
    pub password_files: Option<Set<Vec<PathBuf>>>,
    /// Environment variables that hold a password.
    pub password_variables: Option<Set<Vec<String>>>,
    /// The password map's file.
    pub password_map: Option<Set<PathBuf>>,
    /// Files with root certificates.
    pub roots: Option<Set<Vec<PathBuf>>>,
    /// Files with CRLs.
    pub crls: Option<Set<Vec<PathBuf>>>,
    /// The language.
    pub lang: Option<Set<Lang>>,
    /// The moment that is judged: RFC 3339, or a day in the policy's zone.
    pub at: Option<Set<String>>,
    /// How closely private keys are looked at.
    pub keys: Option<Set<KeyInspection>>,
    /// Whether typing mistakes of passwords are tried.
    pub try_typos: Option<Set<bool>>,
    /// Whether a password may be asked for on a terminal.
    pub prompt: Option<Set<bool>>,
    /// The severity from which the exit code is 1; none for never.
    pub fail_on: Option<Set<Option<Severity>>>,
    /// The output format, one of [`FORMATS`].
    pub format: Option<Set<String>>,
    /// The file for the output.
    pub output: Option<Set<PathBuf>>,
    /// The inventory.
    pub inventory: Option<Set<PathBuf>>,
    /// Whose disk the files are on.
    pub host: Option<Set<String>>,
    /// Who is written to, and how; none where there is no `notify`.
    pub notify: Option<Notify>,
    /// Where reports are kept; none where there is no `report`.
    pub report: Option<Reports>,
    /// What a run leaves behind.
    pub run: Running,
    /// Limits by their names.
    pub limits: BTreeMap<String, Set<u64>>,
}

static MOMENT: TextForm = TextForm {
    name: Text { ja: "時刻または日付", en: "a moment or a day" },
    example: "2026-11-20T09:00:00+09:00",
    pattern: "",
    words: &[],
    accepts: |text| parse_instant(text, Zone::UTC).is_some(),
};

const TEXTS: Shape = Shape::List(&Shape::Text, 0);
/// One or several: a single one needs no list.
const SEVERAL: Shape = Shape::Either(&Shape::Text, &TEXTS);

const PASSWORDS: &[KeyDefinition] = &[
    KeyDefinition::optional("file", SEVERAL, "1行に1つパスワードを書いたファイル", "a file with one password a line"),
    KeyDefinition::optional(
        "env",
        SEVERAL,
        "パスワードの入った環境変数の名前",
        "an environment variable that holds a password",
    ),
    KeyDefinition::optional("map", Shape::Text, "パスワードの対応表", "a password map"),
];

static CONFIG: Shape = Shape::Map(&[
    KeyDefinition::optional("sources", SEVERAL, "検査するファイルやフォルダー", "files and directories to audit"),
    KeyDefinition::optional(
        "policy",
        Shape::Text,
        "ポリシーのファイル(省略: 組み込み)",
        "the policy (absent: built in)",
    ),
    KeyDefinition::optional("passwords", Shape::Map(PASSWORDS), "パスワードの在りか", "where passwords are"),
    KeyDefinition::optional("roots", SEVERAL, "ルート証明書のファイル", "files with root certificates"),
    KeyDefinition::optional("crls", SEVERAL, "CRLのファイル", "files with CRLs"),
    KeyDefinition::optional("lang", Shape::Words(&["ja", "en"]), "言語", "the language"),
    KeyDefinition::optional("at", Shape::Form(&MOMENT), "判定する時刻", "the moment that is judged"),
    KeyDefinition::optional(
        "keys",
        Shape::Words(&["match", "presence", "skip"]),
        "秘密鍵の確かめ方",
        "how closely private keys are looked at",
    ),
    KeyDefinition::optional(
        "try_typos",
        Shape::Words(&["true", "false"]),
        "パスワードの打ち間違いも試すか",
        "whether typing mistakes of passwords are tried",
    ),
    KeyDefinition::optional(
        "prompt",
        Shape::Words(&["true", "false"]),
        "開かないファイルがあるとき、端末でパスワードを尋ねるか",
        "whether a password is asked for on a terminal",
    ),
    KeyDefinition::optional(
        "fail_on",
        Shape::Words(&["error", "warning", "info", "never"]),
        "終了コードを1にする重大度",
        "the severity from which the exit code is 1",
    ),
    KeyDefinition::optional("format", Shape::Words(FORMATS), "出力の形式", "the output format"),
    KeyDefinition::optional("output", Shape::Text, "出力するファイル", "the file for the output"),
    KeyDefinition::optional("inventory", Shape::Text, "証明書台帳(DB)のファイル", "the inventory's file"),
    KeyDefinition::optional("host", Shape::Text, "ファイルのあるコンピューターの名前", "whose disk the files are on"),
    KeyDefinition::optional(
        "notify",
        Shape::Map(delivery::NOTIFY),
        "メールで知らせること",
        "who is written to, and how",
    ),
    KeyDefinition::optional("report", Shape::Map(delivery::REPORT), "run の作る報告書", "the reports of shomei run"),
    KeyDefinition::optional("run", Shape::Map(delivery::RUN), "run の残すもの", "what shomei run leaves behind"),
    KeyDefinition::optional(
        "limits",
        Shape::Dictionary(&Shape::Whole(1, i64::MAX as u64)),
        "処理の上限",
        "bounds on bytes and work",
    ),
]);

impl Config {
    /// Reads a configuration. `path` is where it is: relative paths in it are relative to its
    /// folder. `known_limits` are the names that `limits` may have.
    ///
    /// Errors: every mistake there is, in order of their places.
    pub fn parse(text: &str, path: &Path, known_limits: &[&str]) -> Result<Config, Vec<YamlMistake>> {
        read(text, path, known_limits).map_err(|mistakes| {
            let private = private_lines(text);
            let hide = |m: YamlMistake| if private.contains(&m.line) { m.without_line() } else { m };
            mistakes.into_iter().map(hide).collect()
        })
    }
}

fn read(text: &str, path: &Path, known_limits: &[&str]) -> Result<Config, Vec<YamlMistake>> {
    let document = yaml::parse(text, &path.to_string_lossy())?;
    let root = document.root();
    if root.content == yaml::NodeContent::Empty {
        return Ok(Config::default());
    }
    let mut mistakes = document.check(&CONFIG);
    let limits = limits(root, path, known_limits, &mut mistakes);
    mistakes.or_else(Some(Reader { path }.config(root, limits)))
}

/// The lines on which somebody may have written a password although none belongs there: those
/// that speak of passwords, and what is indented below them.
fn private_lines(text: &str) -> HashSet<u32> {
    let mut private = HashSet::new();
    let mut above = None;
    for (number, line) in (1..).zip(text.replace("\r\n", "\n").split(['\n', '\r'])) {
        let indent = line.len() - line.trim_start().len();
        let below = above.is_some_and(|above| indent > above || line.trim().is_empty());
        if below || line.to_ascii_lowercase().contains("pass") || line.contains("パスワード") {
            private.insert(number);
            above = Some(if below { above.unwrap_or(indent) } else { indent });
        } else {
            above = None;
        }
    }
    private
}

/// Takes values out of the tree.
struct Reader<'a> {
    path: &'a Path,
}

impl Reader<'_> {
    fn config(&self, root: &YamlNode, limits: BTreeMap<String, Set<u64>>) -> Config {
        let passwords = root.get("passwords");
        let within = |key| passwords.and_then(|node| self.several(node, key));
        Config {
            sources: self.several(root, "sources").map(|set| self.paths(set)),
            policy: self.one(root, "policy", |text| Some(self.policy(text))),
            password_files: within("file").map(|set| self.paths(set)),
            password_variables: within("env"),
            password_map: passwords.and_then(|node| self.one(node, "map", |text| Some(self.resolve(text)))),
            roots: self.several(root, "roots").map(|set| self.paths(set)),
            crls: self.several(root, "crls").map(|set| self.paths(set)),
            lang: self.one(root, "lang", lang),
            at: self.one(root, "at", |text| Some(text.to_string())),
            keys: self.one(root, "keys", key_look),
            try_typos: self.one(root, "try_typos", |text| text.parse().ok()),
            prompt: self.one(root, "prompt", |text| text.parse().ok()),
            fail_on: self.one(root, "fail_on", fail_on),
            format: self.one(root, "format", |text| Some(text.to_string())),
            output: self.one(root, "output", |text| Some(self.resolve(text))),
            inventory: self.one(root, "inventory", |text| Some(self.resolve(text))),
            host: self.one(root, "host", |text| Some(text.to_string())),
            notify: self.notify(root),
            report: self.reports(root),
            run: self.running(root),
            limits,
        }
    }

    fn one<T>(&self, node: &YamlNode, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<Set<T>> {
        let value = node.read(key, read)?;
        Some(Set { value, from: whence(self.path, node.place_of(key).line) })
    }

    fn several(&self, node: &YamlNode, key: &str) -> Option<Set<Vec<String>>> {
        let found = node.get(key)?;
        let value = match found.text() {
            Some(text) => vec![text.to_string()],
            None => found.items().iter().filter_map(|item| item.text().map(String::from)).collect(),
        };
        Some(Set { value, from: whence(self.path, found.place.line) })
    }

    fn paths(&self, set: Set<Vec<String>>) -> Set<Vec<PathBuf>> {
        Set { value: set.value.iter().map(|text| self.resolve(text)).collect(), from: set.from }
    }

    /// A policy: a file, or one that is built in by its name where there is no such file.
    fn policy(&self, text: &str) -> PathBuf {
        let file = self.resolve(text);
        let is_name = BUILT_IN.iter().any(|(name, _)| *name == text);
        if is_name && !file.is_file() { PathBuf::from(text) } else { file }
    }

    /// A path as seen from the configuration's folder; standard input is nowhere.
    fn resolve(&self, text: &str) -> PathBuf {
        match (text, self.path.parent()) {
            ("-", _) | (_, None) => PathBuf::from(text),
            (_, Some(folder)) => folder.join(text),
        }
    }
}

fn whence(path: &Path, line: u32) -> Whence {
    Whence::File { path: path.to_path_buf(), line }
}

fn limits(root: &YamlNode, path: &Path, known: &[&str], mistakes: &mut YamlMistakes) -> BTreeMap<String, Set<u64>> {
    let mut limits = BTreeMap::new();
    for (key, node) in root.get("limits").map_or(&[][..], YamlNode::entries) {
        if !known.contains(&key.text.as_str()) {
            let what = Phrase::new(texts::UNKNOWN_LIMIT, &[("name", &key.text)]);
            let help = Phrase::listing(texts::LIMITS_HERE, "names", known.iter().copied());
            mistakes.add(key.place, what.or_nearest(&key.text, known.iter().copied()), help);
        }
        if let Some(value) = node.text().and_then(|text| text.parse().ok()) {
            limits.insert(key.text.clone(), Set { value, from: whence(path, key.place.line) });
        }
    }
    limits
}

fn lang(word: &str) -> Option<Lang> {
    [Lang::Ja, Lang::En].into_iter().find(|lang| lang.code() == word)
}

/// The look that a word means.
pub(super) fn key_look(word: &str) -> Option<KeyInspection> {
    match word {
        "match" => Some(KeyInspection::Match),
        "presence" => Some(KeyInspection::Presence),
        "skip" => Some(KeyInspection::Skip),
        _ => None,
    }
}

/// The threshold that a word means; none for `never`.
pub(super) fn fail_on(word: &str) -> Option<Option<Severity>> {
    match word {
        "never" => Some(None),
        _ => [Severity::Info, Severity::Warning, Severity::Error].into_iter().find(|s| s.code() == word).map(Some),
    }
}

/// Why there is no configuration although there should be one.
#[derive(Debug)]
pub enum Failure {
    /// The file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Who named it.
        by: NamedBy,
        /// Why.
        error: io::Error,
    },
    /// What is wrong in it.
    Mistakes(Vec<YamlMistake>),
}

impl Failure {
    /// For people; lines without an end.
    pub fn print(&self, lang: Lang) -> String {
        match self {
            Failure::Unreadable { path, by, error } => {
                texts::UNREADABLE.fill(lang, &[("path", &path.display()), ("from", &by.print(lang)), ("error", error)])
            }
            Failure::Mistakes(mistakes) => {
                mistakes.iter().map(|mistake| mistake.print(lang)).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Who named the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// `--config`.
    Flag,
    /// `SHOMEI_CONFIG`.
    Variable,
    /// Nobody: it is where configurations are.
    UserFolder,
}

impl NamedBy {
    /// For people.
    pub fn print(self, lang: Lang) -> String {
        match self {
            NamedBy::Flag => String::from("--config"),
            NamedBy::Variable => texts::FROM_ENVIRONMENT.fill(lang, &[("name", &VARIABLE)]),
            NamedBy::UserFolder => texts::FROM_USER_FOLDER.get(lang).to_string(),
        }
    }
}

/// Which file is the configuration: the first that is named. An empty variable names nothing.
pub fn choose(
    flag: Option<PathBuf>,
    variable: Option<OsString>,
    user_folder: Option<PathBuf>,
) -> Option<(PathBuf, NamedBy)> {
    let variable = variable.filter(|value| !value.is_empty()).map(PathBuf::from);
    flag.map(|path| (path, NamedBy::Flag))
        .or(variable.map(|path| (path, NamedBy::Variable)))
        .or(user_folder.map(|folder| (folder.join("config.yaml"), NamedBy::UserFolder)))
}

/// The user's configuration folder.
fn folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "shomei").map(|dirs| dirs.config_dir().to_path_buf())
}

/// Where the configuration would be, if nobody names another.
pub fn place() -> Option<PathBuf> {
    choose(None, std::env::var_os(VARIABLE), folder()).map(|(path, _)| path)
}

/// The configuration in force and its file; none where nobody named one and the user's
/// configuration directory holds none.
pub fn load(flag: Option<PathBuf>, known_limits: &[&str]) -> Result<Option<(PathBuf, Config)>, Failure> {
    let Some((path, by)) = choose(flag, std::env::var_os(VARIABLE), folder()) else { return Ok(None) };
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if by == NamedBy::UserFolder && error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::Unreadable { path, by, error }),
    };
    let text = yaml::decode(&bytes, &path.to_string_lossy()).map_err(Failure::Mistakes)?;
    let config = Config::parse(text, &path, known_limits).map_err(Failure::Mistakes)?;
    Ok(Some((path, config)))
}
