//! Why a fleet was not made.

use std::fmt;
use std::path::PathBuf;

use crate::locale::{Lang, Text};

/// Why a fleet was not made.
#[derive(Debug)]
pub enum LabError {
    /// No fault has that name.
    UnknownFault {
        /// The word that was given.
        word: String,
        /// The nearest name there is.
        nearest: Option<&'static str>,
    },
    /// The moment is outside the years for which the test roots can issue a fleet.
    Moment,
    /// The folder holds files already; nothing is ever overwritten.
    NotEmpty(PathBuf),
    /// The system refused a file.
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: std::io::Error,
    },
    /// OpenSSL refused to issue a certificate.
    Issue(openssl::error::ErrorStack),
    /// A PKCS#12 could not be written.
    Container(p12_keystore::error::Error),
}

const UNKNOWN_FAULT: Text =
    Text { ja: "「{word}」という不具合はありません", en: "there is no fault “{word}”" };
const NEAREST: Text = Text { ja: "(「{nearest}」のことですか)", en: " (did you mean “{nearest}”?)" };
const MOMENT: Text = Text {
    ja: "判定する時刻は2020年から2028年までにしてください(テスト用ルートの有効期間のため)",
    en: "the moment judged must lie in the years 2020 to 2028: the test roots issue for no other",
};
const NOT_EMPTY: Text = Text {
    ja: "フォルダーが空ではありません: {path}(空のフォルダーを指定してください)",
    en: "the folder is not empty: {path} (name an empty one)",
};
const FILE: Text = Text { ja: "書き込めません: {path}: {error}", en: "cannot write {path}: {error}" };
const ISSUE: Text =
    Text { ja: "証明書を発行できません: {error}", en: "cannot issue a certificate: {error}" };
const CONTAINER: Text = Text { ja: "PKCS#12を作成できません: {error}", en: "cannot write a PKCS#12: {error}" };

impl LabError {
    /// For people.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            LabError::UnknownFault { word, nearest } => {
                let question = nearest.map(|nearest| NEAREST.fill(lang, &[("nearest", &nearest)]));
                UNKNOWN_FAULT.fill(lang, &[("word", word)]) + &question.unwrap_or_default()
            }
            LabError::Moment => MOMENT.get(lang).to_string(),
            LabError::NotEmpty(path) => NOT_EMPTY.fill(lang, &[("path", &path.display())]),
            LabError::File { path, error } => FILE.fill(lang, &[("path", &path.display()), ("error", error)]),
            LabError::Issue(error) => ISSUE.fill(lang, &[("error", error)]),
            LabError::Container(error) => CONTAINER.fill(lang, &[("error", error)]),
        }
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for LabError {}

impl From<openssl::error::ErrorStack> for LabError {
    fn from(error: openssl::error::ErrorStack) -> LabError {
        LabError::Issue(error)
    }
}

impl From<p12_keystore::error::Error> for LabError {
    fn from(error: p12_keystore::error::Error) -> LabError {
        LabError::Container(error)
    }
}
