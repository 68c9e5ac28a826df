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

/// What the system says of an error, in the language asked: without its number, and in Japanese in
/// Japanese words. Other texts stay as they are.
fn os_error(text: String, lang: Lang) -> String {
    let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (os error "));
    let Some((said, number)) = parts.and_then(|(said, number)| Some((said, number.parse().ok()?))) else {
        return text;
    };
    let known = match std::io::Error::from_raw_os_error(number).kind() {
        std::io::ErrorKind::NotFound => "ファイルまたはフォルダーがありません",
        std::io::ErrorKind::PermissionDenied => "権限がありません",
        std::io::ErrorKind::AlreadyExists => "同じ名前のものがすでにあります",
        std::io::ErrorKind::NotADirectory => "フォルダーではありません",
        std::io::ErrorKind::IsADirectory => "フォルダーです",
        std::io::ErrorKind::DirectoryNotEmpty => "フォルダーが空ではありません",
        std::io::ErrorKind::ReadOnlyFilesystem => "読み取り専用のディスクです",
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "ディスクの空きがありません",
        std::io::ErrorKind::FileTooLarge => "ファイルが大きすぎます",
        std::io::ErrorKind::ResourceBusy => "ほかのプログラムが使用中です",
        std::io::ErrorKind::ConnectionRefused => "接続を拒否されました",
        std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::ConnectionAborted => "接続が切れました",
        std::io::ErrorKind::HostUnreachable | std::io::ErrorKind::NetworkUnreachable => "相手に届きません",
        std::io::ErrorKind::NetworkDown => "ネットワークが使えません",
        std::io::ErrorKind::StaleNetworkFileHandle => "共有フォルダーとの接続が失われています",
        std::io::ErrorKind::TimedOut => "時間内に応答がありません",
        std::io::ErrorKind::BrokenPipe => "出力先が閉じています",
        std::io::ErrorKind::Interrupted => "中断されました",
        std::io::ErrorKind::InvalidFilename => "その名前は使えません",
        _ => "",
    };
    match lang {
        Lang::Ja if known.is_empty() => format!("システムのエラー {number}"),
        Lang::Ja => known.to_string(),
        Lang::En => said.to_string(),
    }
}

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
