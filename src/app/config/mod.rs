//! The configuration file: its keys, where it is found, and where each setting is from.
//!
//! It is named by `--config`, else by `SHOMEI_CONFIG`, else it is `config.yaml` in the user's
//! configuration directory. It is never looked for in the working directory or among the files
//! that are audited: a share must not choose its own policy.

mod delivery;
mod table;
mod value;

pub use delivery::{Notify, Reports, Running, SECURITY as SECURITY_WORDS, Smtp, mailbox};
pub use table::{ConfigEntry, Setting, SettingLine, SettingSource};
pub use value::{ConfigReader, PolicyFile, SettingValue};
pub(crate) use value::{fail_on, format, key_look};

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use table::{key_within, layered, section};

use crate::calendar::{Zone, parse_instant};
use crate::container::{KeyInspection, Limit};
use crate::locale::catalogue::config as texts;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::Format;
use crate::yaml::{self, KeyDefinition, Phrase, Shape, TextForm, YamlMistake, YamlNode};

/// The environment variable that names the configuration.
pub const VARIABLE: &str = "SHOMEI_CONFIG";

/// The output formats.
const FORMATS: &[&str] = &["table", "json", "ndjson", "csv"];

static MOMENT: TextForm = TextForm {
    name: Text { ja: "時刻または日付", en: "a moment or a day" },
    example: "2026-11-20T09:00:00+09:00",
    pattern: "",
    words: &[],
    accepts: |text| parse_instant(text, Zone::UTC).is_some(),
};

const TRUE_OR_FALSE: Shape = Shape::Words(&["true", "false"]);
const TEXTS: Shape = Shape::List(&Shape::Text, 0);
/// One or several: a single one needs no list.
const SEVERAL: Shape = Shape::Either(&Shape::Text, &TEXTS);

section! {
    /// A configuration's settings; none where it has none. Paths are relative to the working
    /// directory, no longer to the file. What flags set is a `Config` too, laid over the file's.
    Config {
        sources: Setting<Vec<PathBuf>> = optional(SEVERAL,
            "検査するファイルやフォルダー", "files and directories to audit");
        policy: Setting<PolicyFile> = optional(Shape::Text,
            "ポリシーのファイル(省略: 組み込み)", "the policy (absent: built in)");
        passwords: Passwords = optional(Shape::Map(Passwords::FIELDS), "パスワードの在りか", "where passwords are");
        roots: Setting<Vec<PathBuf>> = optional(SEVERAL, "ルート証明書のファイル", "files with root certificates");
        crls: Setting<Vec<PathBuf>> = optional(SEVERAL, "CRLのファイル", "files with CRLs");
        lang: Setting<Lang> = optional(Shape::Words(&["ja", "en"]), "言語", "the language");
        at: Setting<String> = optional(Shape::Form(&MOMENT), "判定する時刻", "the moment that is judged");
        keys: Setting<KeyInspection> = optional(Shape::Words(&["match", "presence", "skip"]),
            "秘密鍵の確かめ方", "how closely private keys are looked at");
        try_typos: Setting<bool> = optional(TRUE_OR_FALSE,
            "パスワードの打ち間違いも試すか", "whether typing mistakes of passwords are tried");
        follow: Setting<bool> = optional(TRUE_OR_FALSE,
            "フォルダーの中のシンボリックリンクをたどるか", "whether symbolic links in a folder are followed");
        prompt: Setting<bool> = optional(TRUE_OR_FALSE,
            "開かないファイルがあるとき、端末でパスワードを尋ねるか", "whether a password is asked for on a terminal");
        fail_on: Setting<Option<Severity>> = optional(Shape::Words(&["error", "warning", "info", "never"]),
            "終了コードを1にする重大度", "the severity from which the exit code is 1");
        format: Setting<Format> = optional(Shape::Words(FORMATS), "出力の形式", "the output format");
        output: Setting<PathBuf> = optional(Shape::Text, "出力するファイル", "the file for the output");
        inventory: Setting<PathBuf> = optional(Shape::Text, "証明書台帳(DB)のファイル", "the inventory's file");
        host: Setting<String> = optional(Shape::Text,
            "ファイルのあるコンピューターの名前", "whose disk the files are on");
        notify: Notify = optional(Shape::Map(Notify::FIELDS), "メールで知らせること", "who is written to, and how");
        report: Reports = optional(Shape::Map(Reports::FIELDS), "run の作る報告書", "the reports of shomei run");
        run: Running = optional(Shape::Map(Running::FIELDS), "run の残すもの", "what shomei run leaves behind");
        limits: LimitSettings = optional(Shape::Dictionary(&Shape::Whole(1, i64::MAX as u64)),
            "処理の上限", "bounds on bytes and work");
    }
}

section! {
    /// Where passwords are.
    Passwords {
        file: Setting<Vec<PathBuf>> = optional(SEVERAL,
            "1行に1つパスワードを書いたファイル", "a file with one password a line");
        env: Setting<Vec<String>> = optional(SEVERAL,
            "パスワードの入った環境変数の名前", "an environment variable that holds a password");
        map: Setting<PathBuf> = optional(Shape::Text, "パスワードの対応表", "a password map");
    }
}

/// Limits by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitSettings(pub BTreeMap<String, Setting<u64>>);

impl ConfigEntry for LimitSettings {
    fn read(reader: &ConfigReader, node: &YamlNode) -> Option<Self> {
        let limit = |(key, node): &(yaml::MappingKey, YamlNode)| {
            let value = node.text().and_then(|text| text.parse().ok())?;
            Some((key.text.clone(), Setting { value, from: reader.source(key.place.line) }))
        };
        Some(LimitSettings(node.entries().iter().filter_map(limit).collect()))
    }

    fn over(mut self, below: Self) -> Self {
        for (code, setting) in below.0 {
            self.0.entry(code).or_insert(setting);
        }
        self
    }

    fn lines(&self, name: &str, out: &mut Vec<SettingLine>) {
        for code in Limit::ALL.map(Limit::code) {
            if let Some(setting) = self.0.get(code) {
                setting.lines(&key_within(name, code), out);
            }
        }
    }
}

static CONFIG: Shape = Shape::Map(Config::FIELDS);

impl Config {
    /// Reads a configuration. `path` is where it is: relative paths in it are relative to its
    /// folder.
    ///
    /// Errors: every mistake there is, in order of their places.
    pub fn parse(text: &str, path: &Path) -> Result<Config, Vec<YamlMistake>> {
        read(text, path).map_err(|mistakes| {
            let private = private_lines(text);
            let hide = |m: YamlMistake| if private.contains(&m.line) { m.without_line() } else { m };
            mistakes.into_iter().map(hide).collect()
        })
    }

    /// What a run leaves behind.
    pub fn running(&self) -> Running {
        self.run.clone().unwrap_or_default()
    }
}

fn read(text: &str, path: &Path) -> Result<Config, Vec<YamlMistake>> {
    let document = yaml::parse(text, &path.to_string_lossy())?;
    let root = document.root();
    if root.content == yaml::NodeContent::Empty {
        return Ok(Config::default());
    }
    let mut mistakes = document.check(&CONFIG);
    for (key, _) in root.get("limits").map_or(&[][..], YamlNode::entries) {
        let known = || Limit::ALL.into_iter().map(Limit::code);
        if !known().any(|code| code == key.text) {
            let what = Phrase::new(texts::UNKNOWN_LIMIT, &[("name", &key.text)]);
            let help = Phrase::listing(texts::LIMITS_HERE, "names", known());
            mistakes.add(key.place, what.or_nearest(&key.text, known()), help);
        }
    }
    mistakes.or_else(Config::read(&ConfigReader { path }, root))
}

/// The lines that may hold a password although none belongs there: those that mention passwords, and what is indented below them.
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

/// Why there is no configuration although there should be one.
#[derive(Debug)]
pub enum ConfigError {
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

impl ConfigError {
    /// For people; lines without an end.
    pub fn print(&self, lang: Lang) -> String {
        match self {
            ConfigError::Unreadable { path, by, error } => {
                texts::UNREADABLE.fill(lang, &[("path", &path.display()), ("from", &by.print(lang)), ("error", error)])
            }
            ConfigError::Mistakes(mistakes) => {
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

/// The configuration in the file that was [chosen](choose); none where none was named and the
/// user's configuration directory holds none.
pub fn load(chosen: Option<(PathBuf, NamedBy)>) -> Result<Option<(PathBuf, Config)>, ConfigError> {
    let Some((path, by)) = chosen else { return Ok(None) };
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if by == NamedBy::UserFolder && error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ConfigError::Unreadable { path, by, error }),
    };
    let text = yaml::decode(&bytes, &path.to_string_lossy()).map_err(ConfigError::Mistakes)?;
    let config = Config::parse(text, &path).map_err(ConfigError::Mistakes)?;
    Ok(Some((path, config)))
}
