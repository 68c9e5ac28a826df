//! Language: the choice between Japanese and English, and texts that exist in both.
//!
//! A [`Text`] has both languages as required fields, so a missing translation does not compile. The
//! texts of rules, commands and reports are in the code that writes them; [`catalogue`] has the
//! messages that belong to no single one of these. Absent here: no I/O, no clock, no global state;
//! the language is a parameter.

pub mod catalogue;

use std::fmt::Display;

/// The language of a text. Japanese is the first language of the people who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    En,
}

impl Lang {
    /// The language a locale name such as `ja_JP.UTF-8` or `en-GB` asks for: Japanese for
    /// Japanese, English for everything else.
    pub fn of_locale(name: &str) -> Lang {
        if name.starts_with("ja") { Lang::Ja } else { Lang::En }
    }

    /// The code as `--lang` takes it.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }
}

/// One text in both languages, with `{name}` where a value goes.
///
/// ```
/// use shomei::locale::{Lang, Text};
/// let t = Text { ja: "{n}件", en: "{n} files" };
/// assert_eq!(t.fill(Lang::En, &[("n", &3)]), "3 files");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// 日本語
    pub ja: &'static str,
    /// English
    pub en: &'static str,
}

impl Text {
    /// The text in `lang`, placeholders included.
    pub fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }

    /// The text in `lang` with each `{name}` replaced by its value. A name without a value
    /// stays as it is, so that it is seen.
    pub fn fill(&self, lang: Lang, values: &[(&str, &dyn Display)]) -> String {
        fill(self.get(lang), |name| values.iter().find(|(n, _)| *n == name).map(|(_, v)| os_error(v.to_string(), lang)))
    }

    /// The names in `{}` of one language's text, in order of appearance.
    pub fn names(&self, lang: Lang) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut rest = self.get(lang);
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}') else { break };
            names.push(&rest[open + 1..open + close]);
            rest = &rest[open + close + 1..];
        }
        names
    }
}

/// What the system or Rust's library says of an error, in the language asked: without its number, and
/// in Japanese in Japanese words. Other texts stay as they are.
///
/// It goes by the text, since errors are kept as texts in rows and logs before anybody shows them.
pub fn os_error(text: String, lang: Lang) -> String {
    let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (os error "));
    let Some((said, number)) = parts.and_then(|(said, number)| Some((said, number.parse().ok()?))) else {
        return without_number(text, lang);
    };
    if lang == Lang::En {
        return said.to_string();
    }
    let kind = std::io::Error::from_raw_os_error(number).kind();
    match KINDS.iter().find(|(known, _)| *known == kind) {
        Some((_, ja)) => (*ja).to_string(),
        // No kind of Rust's, but the first that one meets on a worn disk or with many open files.
        None if cfg!(unix) && number == 5 => "読み書きできません(ディスクや接続の故障のおそれがあります)".to_string(),
        None if cfg!(unix) && number == 24 => "開いているファイルが多すぎます".to_string(),
        None if cfg!(target_os = "linux") && number == 40 => "シンボリックリンクが循環しています".to_string(),
        None => format!("システムのエラー {number}"),
    }
}

/// The same of an error that has no number.
fn without_number(text: String, lang: Lang) -> String {
    if lang == Lang::En || !text.is_ascii() {
        return text;
    }
    // SQLite adds where it was: `... in SELECT id ...`.
    let begins = |en: &str| text.strip_prefix(en).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ']));
    let own = OWN.iter().find(|(en, _)| begins(en)).map(|(_, ja)| *ja);
    // A kind alone, as `io::ErrorKind::NotFound.into()` has it.
    let bare = || KINDS.iter().find(|(kind, _)| kind.to_string() == text).map(|(_, ja)| *ja);
    own.or_else(bare).map_or(text, String::from)
}

/// Beginnings of texts of Rust's library, of SQLite, and of our own errors that pass for the system's.
const OWN: [(&str, &str); 15] = [
    ("stream did not contain valid UTF-8", "文字コードが UTF-8 ではありません"),
    ("failed to fill whole buffer", "途中で終わっています"),
    ("the source path is neither a regular file nor a symlink to a regular file", "通常のファイルではありません"),
    ("a device or a named pipe, not a file", "ファイルではなく、デバイスか名前付きパイプです"),
    ("the kernel's own view, not files on a disk", "ディスク上のファイルではなく、カーネルの情報です"),
    ("too many symbolic links", "シンボリックリンクが多すぎるか、循環しています"),
    ("loop", "シンボリックリンクが循環しています"),
    ("another checksum", "チェックサムが一致しません"),
    ("database disk image is malformed", "データベースの構造が正しくありません"),
    ("database or disk is full", "ディスクの空きがありません"),
    ("disk I/O error", "ディスクの読み書きに失敗しました"),
    ("unable to open database file", "ファイルを開けません"),
    ("attempt to write a readonly database", "読み取り専用です"),
    ("no such", "データベースに必要な表か列がありません"),
    ("its parts are listed over and over", "ファイルの構造が循環しています"),
];

const KINDS: [(std::io::ErrorKind, &str); 23] = [
    (std::io::ErrorKind::NotFound, "ファイルまたはフォルダーがありません"),
    (std::io::ErrorKind::PermissionDenied, "権限がありません"),
    (std::io::ErrorKind::AlreadyExists, "同じ名前のものがすでにあります"),
    (std::io::ErrorKind::NotADirectory, "フォルダーではありません"),
    (std::io::ErrorKind::IsADirectory, "フォルダーです"),
    (std::io::ErrorKind::DirectoryNotEmpty, "フォルダーが空ではありません"),
    (std::io::ErrorKind::ReadOnlyFilesystem, "読み取り専用のディスクです"),
    (std::io::ErrorKind::StorageFull, "ディスクの空きがありません"),
    (std::io::ErrorKind::QuotaExceeded, "ディスクの空きがありません"),
    (std::io::ErrorKind::FileTooLarge, "ファイルが大きすぎます"),
    (std::io::ErrorKind::ResourceBusy, "ほかのプログラムが使用中です"),
    (std::io::ErrorKind::ConnectionRefused, "接続を拒否されました"),
    (std::io::ErrorKind::ConnectionReset, "接続が切れました"),
    (std::io::ErrorKind::ConnectionAborted, "接続が切れました"),
    (std::io::ErrorKind::HostUnreachable, "相手に届きません"),
    (std::io::ErrorKind::NetworkUnreachable, "相手に届きません"),
    (std::io::ErrorKind::NetworkDown, "ネットワークが使えません"),
    (std::io::ErrorKind::StaleNetworkFileHandle, "共有フォルダーとの接続が失われています"),
    (std::io::ErrorKind::TimedOut, "時間内に応答がありません"),
    (std::io::ErrorKind::BrokenPipe, "出力先が閉じています"),
    (std::io::ErrorKind::Interrupted, "中断されました"),
    (std::io::ErrorKind::InvalidFilename, "その名前は使えません"),
    (std::io::ErrorKind::UnexpectedEof, "途中で終わっています"),
];

/// Replaces each `{name}` in `template` by what `value` gives for it.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|c| open + c) else { break };
        out.push_str(&rest[..open]);
        match value(&rest[open + 1..close]) {
            Some(v) => out.push_str(&v),
            None => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
        // A value that is a sentence brings its own full stop.
        for stop in ['.', '。'] {
            if out.ends_with(stop) && !out.ends_with("..") {
                rest = rest.strip_prefix(stop).unwrap_or(rest);
            }
        }
    }
    out.push_str(rest);
    out
}

/// The known word nearest to `word` (at most a third of it different), for "did you mean".
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::levenshtein(&word, &k.to_lowercase()), k))
        .filter(|(d, k)| *d <= 1 + k.chars().count() / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}
