//! Flags that several commands share, and the settings that they make.

use std::collections::BTreeMap;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::flags::{NAME, flag, flags, option};
use super::session::Session;
use crate::app::config::{self, Config, LimitSettings, Passwords, PolicyFile, Setting};
use crate::app::open_inventory::InventoryOptions;
use crate::app::sheet;
use crate::app::{AppError, Settings};
use crate::calendar::{Day, parse_day};
use crate::container::Limit;
use crate::locale::{Lang, Text};
use crate::register::{CsvEncoding, plain};
use crate::report::{Format, Scope};

/// Flags that every command takes.
pub(super) fn global(lang: Lang) -> Vec<Arg> {
    let flags = flags! { lang;
        file "config"
            "設定ファイル(既定: 環境変数 SHOMEI_CONFIG、なければ利用者の設定フォルダー)"
            "the configuration file (default: the variable SHOMEI_CONFIG, else the user's configuration folder)"
            => |arg| arg.global(true);
        choice "lang" (&["ja", "en"]) "表示言語(既定: OS の設定)" "the language (default: the system's)"
            => |arg| arg.global(true);
        switch "quiet" "お知らせと進み具合を表示しない(エラーと結果は表示する)"
            "show neither notices nor progress (errors and results are shown)"
            => |arg| arg.short('q').global(true).conflicts_with("verbose");
        switch "verbose" "読んだファイルを、かかった時間とともに1つずつ示す" "name each file as it is read, with the time that it took"
            => |arg| arg.short('v').global(true);
        choice "color" (&["auto", "always", "never"]) "色付け(既定: 端末のときだけ)" "colours (default: on a terminal)"
            => |arg| arg.global(true);
    };
    flags.into_iter().map(|flag| flag.help_heading(super::flags::COMMON.get(lang))).collect()
}

/// Flags of commands that judge: policy, moment, roots, CRLs.
pub(super) fn judging(lang: Lang) -> Vec<Arg> {
    flags! { lang;
        arg (policy(lang));
        arg (at(lang));
        file "root"
            "認証局証明書のファイル(繰り返し可。ピンと一致すれば信頼点になる)"
            "a CA root certificate; an anchor if it matches a pin (may be repeated)" => |arg| arg.action(ArgAction::Append);
        file "crl" "失効リスト(CRL)のファイル(繰り返し可)" "a CRL (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
    }
}

/// `--policy`.
pub(super) fn policy(lang: Lang) -> Arg {
    flag! { lang;
        file "policy" "ポリシー(YAML)。組み込みは e-seikyuu(既定)と lab"
            "the policy (YAML); built in are e-seikyuu (the default) and lab"
    }
}

/// `--at`.
pub(super) fn at(lang: Lang) -> Arg {
    flag! { lang;
        option "at" (Text { ja: "日時", en: "TIME" })
            "判定する時点。RFC 3339 の日時か、日付(その日の最初の瞬間)。既定は現在"
            "the moment to judge: RFC 3339, or a day, meaning its first second (default: now)"
    }
}

/// `--inventory`.
pub(super) fn inventory(lang: Lang) -> Arg {
    flag! { lang;
        file "inventory" "証明書台帳(DB)のファイル(既定: 利用者のデータフォルダーの inventory.sqlite)"
            "the inventory (default: inventory.sqlite in the user's data folder)"
    }
}

/// `--accept-clock`.
pub(super) fn accept_clock(lang: Lang) -> Arg {
    flag! { lang;
        switch "accept-clock" "時計が点検記録(DB)の最後の記録と大きくずれていても、時計は正しいものとして実行する"
            "go on although the clock is far from the last entry of the inventory: the clock is right"
    }
}

/// `--host`.
pub(super) fn host(lang: Lang) -> Arg {
    flag! { lang;
        filled "host" (NAME) "ファイルのあるコンピューターの名前(既定: このコンピューター)"
            "whose disk the files are on (default: this computer)"
    }
}

/// Flags of commands that read the inventory: which one, as of when, judged by what.
pub(super) fn reading(lang: Lang) -> Vec<Arg> {
    flags! { lang;
        arg (inventory(lang));
        option "as-of" (Text { ja: "日", en: "DAY" })
            "その日の終わりに分かっていたことで答える(--at は判定する時点で、別のもの)"
            "answer from what was known at the end of that day (--at is the moment judged, which is another)";
        args (judging(lang));
    }
}

/// Flags of commands that open containers: passwords, keys, limits.
pub(super) fn opening(lang: Lang) -> Vec<Arg> {
    let mut all = flags! { lang;
        file "password-file" "パスワードの候補を1行に1つ書いたファイル(繰り返し可)"
            "a file of candidates, one a line (may be repeated)" => |arg| arg.action(ArgAction::Append);
        option "password-env" (Text { ja: "変数名", en: "VAR" }) "パスワードを入れた環境変数の名前(繰り返し可)"
            "a variable that holds a password (may be repeated)" => |arg| arg.action(ArgAction::Append);
        file "password-map" "どのファイルにどのパスワードを使うかの対応表(YAML)"
            "which file takes which password (YAML)";
        switch "try-typos" "よくある打ち間違い(全角、空白、大文字小文字など)も試す"
            "also try the usual typing mistakes of each candidate";
        switch "follow" "フォルダーの中のシンボリックリンクをたどる" "follow symbolic links in folders";
        switch "no-prompt" "開かないファイルがあっても、端末でパスワードを尋ねない" "ask for no password on a terminal";
        choice "keys" (&["match", "presence", "skip"]) "秘密鍵の確認: 証明書と照合する(既定)、有無だけ、見ない"
            "private keys: compare with the certificates (default), only whether there is one, not at all";
    };
    all.extend(Limit::ALL.iter().map(|limit| limit_flag(*limit, lang)));
    all
}

fn limit_flag(limit: Limit, lang: Lang) -> Arg {
    let name: &'static str = &limit.flag()[2..];
    let what = match limit {
        Limit::Bytes => Text { ja: "1ファイルの大きさの上限(バイト)", en: "bytes of a file at most" },
        Limit::Iterations => {
            Text { ja: "鍵導出1回の反復回数の上限", en: "iterations of one key derivation at most" }
        }
        Limit::Work => Text {
            ja: "1ファイルにかける計算量の上限(SHA-1 の圧縮回数)",
            en: "work for one file at most (compressions of SHA-1)",
        },
        Limit::ScryptMemory => {
            Text { ja: "scrypt 1回のメモリーの上限(バイト)", en: "bytes of memory for one scrypt at most" }
        }
        Limit::Depth => Text { ja: "入れ子の深さの上限", en: "safes within safes at most" },
        Limit::Bags => Text { ja: "1ファイルの項目数の上限", en: "bags of a file at most" },
        Limit::Certificates => {
            Text { ja: "1ファイルの証明書数の上限", en: "certificates of a file at most" }
        }
    };
    option(name, Text { ja: "数", en: "N" }, what, lang)
        .value_parser(value_parser!(u64))
        .help_heading(Text { ja: "上限", en: "Limits" }.get(lang))
}

/// `--format` with the given forms.
pub(super) fn format(words: &[&'static str], lang: Lang) -> Arg {
    flag! { lang; choice "format" (words) "出力形式(既定: table)" "the form of the output (default: table)" }
}

/// Whether a command line asks for JSON.
pub(super) fn is_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("format").is_some_and(|word| word == "json")
}

/// The words of all forms.
pub(super) fn formats() -> Vec<&'static str> {
    Format::ALL.iter().map(|(word, _)| *word).collect()
}

/// `--scope`.
pub(super) fn scope(lang: Lang) -> Arg {
    let keys = Scope::KEYS.map(|(key, _)| key).join("|");
    let with_keys = |arg: Arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        arg.help(format!("{help} [{keys}]")).action(ArgAction::Append)
    };
    flag! { lang;
        option "scope" (Text { ja: "項目=値", en: "KEY=VALUE" })
            "範囲を絞る(繰り返し可。すべてに合うもの)。例: --scope prefecture=大阪府"
            "what to limit it to, like prefecture=大阪府 (may be repeated; all must hold)"
            => |arg| with_keys(arg)
    }
}

/// What a command line limits the answer to.
pub(super) fn scope_of(matches: &ArgMatches, lang: Lang) -> Result<Scope, AppError> {
    let mut scope = Scope::default();
    for text in matches.get_many::<String>("scope").into_iter().flatten() {
        let pair = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        if let Some((key, _)) = pair.filter(|(key, _)| scope.has(key)) {
            let twice = Text {
                ja: "--scope の {key} が2回あります。1つの項目は1つの値に絞ります。",
                en: "--scope names {key} twice; it can be limited to one value.",
            };
            return Err(AppError::new(twice, lang, &[("key", &key)]));
        }
        let set = pair.is_some_and(|(key, value)| !value.is_empty() && scope.set(key, value));
        if !set {
            let wrong = Text {
                ja: "--scope の値 {text} は「項目=値」ではありません。項目は {keys} のどれかです。",
                en: "--scope {text} is not KEY=VALUE; the keys are {keys}.",
            };
            let keys = Scope::KEYS.map(|(key, _)| key.to_string()).to_vec();
            return Err(AppError::new(wrong, lang, &[("text", text), ("keys", &sheet::joined(&keys, lang))]));
        }
    }
    Ok(scope)
}

/// `--output`.
pub(super) fn output(lang: Lang) -> Arg {
    flag! { lang;
        file "output" "出力先のファイル(書き終えてから置き換える)" "the file to write, replaced when complete"
            => |arg| arg.short('o')
    }
}

/// `--by`.
pub(super) fn by(lang: Lang) -> Arg {
    flag! { lang; option "by" (NAME) "記録する人(既定: ログイン名)" "who records it (default: the login name)" }
}

/// `--name` of a register.
pub(super) fn register_name(lang: Lang) -> Arg {
    flag! { lang;
        filled "name" (NAME) "台帳の名前。都道府県ごとに分けるときなどに使う(既定: default)"
            "the register's name, where there are several, one per prefecture (default: default)"
    }
}

/// Reads flags that a command may or may not have.
struct Flags<'a>(&'a ArgMatches);

impl Flags<'_> {
    /// Whether the user typed it: a default of clap's is none of the user's settings.
    fn has(&self, name: &str) -> bool {
        self.0.try_contains_id(name).unwrap_or(false) && self.0.value_source(name) == Some(ValueSource::CommandLine)
    }

    fn many<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<Setting<Vec<T>>> {
        let values = || self.0.get_many::<T>(name).into_iter().flatten().cloned().collect();
        self.has(name).then(|| Setting::of_flag(values()))
    }

    fn one<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<Setting<T>> {
        let value = if self.has(name) { self.0.get_one::<T>(name).cloned() } else { None };
        value.map(Setting::of_flag)
    }

    fn word<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<Setting<T>> {
        self.one::<String>(name).and_then(|word| read(&word.value)).map(Setting::of_flag)
    }

    fn switch(&self, name: &str, value: bool) -> Option<Setting<bool>> {
        self.has(name).then(|| Setting::of_flag(value))
    }
}

/// What is in force for this command line.
pub(super) fn settings(session: &Session, matches: &ArgMatches) -> Settings {
    let flags = Flags(matches);
    let limit = |limit: &Limit| flags.one::<u64>(&limit.flag()[2..]).map(|set| (limit.code().to_string(), set));
    let given = Config {
        sources: flags.many("paths"),
        policy: flags.one("policy").map(|set| Setting::of_flag(PolicyFile(set.value))),
        passwords: Some(Passwords {
            file: flags.many("password-file"),
            env: flags.many("password-env"),
            map: flags.one("password-map"),
        }),
        roots: flags.many("root"),
        crls: flags.many("crl"),
        at: flags.one("at"),
        keys: flags.word("keys", config::key_look),
        try_typos: flags.switch("try-typos", true),
        follow: flags.switch("follow", true),
        prompt: flags.switch("no-prompt", false),
        fail_on: flags.word("fail-on", config::fail_on),
        format: flags.word("format", config::format),
        output: flags.one("output"),
        inventory: flags.one("inventory"),
        host: flags.one("host"),
        limits: Some(LimitSettings(Limit::ALL.iter().filter_map(limit).collect::<BTreeMap<_, _>>())),
        ..Config::default()
    };
    Settings::resolve(&session.context, given)
}

/// Which inventory is asked, as known when.
pub(super) fn inventory_options(session: &Session, matches: &ArgMatches) -> Result<InventoryOptions, AppError> {
    let as_of = day(matches, "as-of", "2026-11-23", session.context.lang)?;
    Ok(InventoryOptions { settings: settings(session, matches), as_of })
}

/// The encoding of CSV that a flag names.
pub(super) fn encoding(matches: &ArgMatches) -> CsvEncoding {
    match matches.get_one::<String>("encoding").map(String::as_str) {
        Some("cp932") => CsvEncoding::Cp932,
        _ => CsvEncoding::Utf8Bom,
    }
}

/// A day that a flag names, where the command has that flag.
pub(super) fn day(matches: &ArgMatches, name: &str, example: &str, lang: Lang) -> Result<Option<Day>, AppError> {
    // Not every command that reads the inventory has the flag.
    let Some(text) = matches.try_get_one::<String>(name).ok().flatten() else { return Ok(None) };
    let wrong = Text {
        ja: "--{name} の値 {text} は日付ではありません。{example} のように書いてください。",
        en: "--{name} {text} is no day: write it like {example}.",
    };
    let values: [(&str, &dyn std::fmt::Display); 3] = [("name", &name), ("text", text), ("example", &example)];
    parse_day(text).map(Some).ok_or_else(|| AppError::new(wrong, lang, &values))
}

/// Who records it: `--by`, else the login name.
pub(super) fn who(session: &Session, matches: &ArgMatches) -> Option<String> {
    matches.get_one::<String>("by").cloned().or_else(|| session.context.environment.login.clone())
}

/// A number of days: `90`, `90d`, `90日`, in full width too.
pub(super) fn days(text: &str, lang: Lang) -> Result<i64, AppError> {
    let wrong = Text {
        ja: "--within の値 {text} は日数ではありません。90、90d、90日のように書いてください(expiry では all も使えます)。",
        en: "--within {text} is not a number of days: write 90 or 90d (for expiry also all).",
    };
    let typed = plain(text);
    let number = typed.trim().trim_end_matches(['d', '日']).trim_end();
    let digits = !number.is_empty() && number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits);
    number.ok_or_else(|| AppError::new(wrong, lang, &[("text", &text)]))
}
