//! Tables of commands and flags: a row a flag, with its help in both languages.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, value_parser};

use crate::locale::{Lang, Text};

/// Flags, a row each: the function of this module that makes it, its name, what that function takes
/// beside (the name of its value, the words that it may be), and its help in Japanese and English;
/// after `=>`, what is further set. `arg (…)` and `args (…)` are flags made elsewhere.
///
/// A table and not calls: as a call a flag takes up to nine lines, most of them punctuation.
macro_rules! flags {
    ($lang:ident;) => {
        Vec::<clap::Arg>::new()
    };
    ($lang:ident; $($rows:tt)+) => {{
        let mut all: Vec<clap::Arg> = Vec::new();
        $crate::cli::flags::flags!(@rows all $lang $($rows)+);
        all
    }};
    (@rows $all:ident $lang:ident) => {};
    (@rows $all:ident $lang:ident arg ($arg:expr); $($rest:tt)*) => {
        $all.extend([$arg]);
        $crate::cli::flags::flags!(@rows $all $lang $($rest)*);
    };
    (@rows $all:ident $lang:ident args ($args:expr); $($rest:tt)*) => {
        $all.extend($args);
        $crate::cli::flags::flags!(@rows $all $lang $($rest)*);
    };
    (
        @rows $all:ident $lang:ident
        $kind:ident $name:literal $(($with:expr))? $ja:literal $en:literal $(=> |$arg:ident| $set:expr)?; $($rest:tt)*
    ) => {
        $all.extend([$crate::cli::flags::flag! { $lang; $kind $name $(($with))? $ja $en $(=> |$arg| $set)? }]);
        $crate::cli::flags::flags!(@rows $all $lang $($rest)*);
    };
}
pub(super) use flags;

/// One flag, written as in [`flags!`].
macro_rules! flag {
    {
        $lang:ident;
        $kind:ident $name:literal $(($with:expr))? $ja:literal $en:literal $(=> |$arg:ident| $set:expr)?
    } => {{
        let help = $crate::locale::Text { ja: $ja, en: $en };
        let flag = $crate::cli::flags::$kind($name, $($with,)? help, $lang);
        $(
            let $arg = flag;
            let flag = $set;
        )?
        flag
    }};
}
pub(super) use flag;

/// A command: its name, what it does in Japanese and English, and its [`flags!`].
macro_rules! command {
    { $lang:ident; $name:literal $ja:literal $en:literal; $($rows:tt)* } => {
        clap::Command::new($name)
            .about($crate::locale::Text { ja: $ja, en: $en }.get($lang))
            .args($crate::cli::flags::flags!($lang; $($rows)*))
    };
}
pub(super) use command;

/// A flag with a value.
pub(super) fn option(name: &'static str, value: Text, help: Text, lang: Lang) -> Arg {
    Arg::new(name).long(name).value_name(value.get(lang)).help(help.get(lang)).num_args(1)
}

/// A flag whose value is not empty.
pub(super) fn filled(name: &'static str, value: Text, help: Text, lang: Lang) -> Arg {
    option(name, value, help, lang).value_parser(NonEmptyStringValueParser::new())
}

/// A flag with a file for a value.
pub(super) fn file(name: &'static str, help: Text, lang: Lang) -> Arg {
    option(name, FILE, help, lang).value_parser(value_parser!(PathBuf))
}

/// A flag without a value.
pub(super) fn switch(name: &'static str, help: Text, lang: Lang) -> Arg {
    Arg::new(name).long(name).help(help.get(lang)).action(ArgAction::SetTrue)
}

/// A flag whose value is one of some words.
pub(super) fn choice(name: &'static str, words: &[&'static str], help: Text, lang: Lang) -> Arg {
    let value = Text { ja: "語", en: "WORD" };
    let listed = format!("{} [{}]", help.get(lang), words.join("|"));
    option(name, value, help, lang)
        .help(listed)
        .value_parser(PossibleValuesParser::new(words.to_vec()))
        .hide_possible_values(true)
}

/// A positional file.
pub(super) fn positional(name: &'static str, value: Text, help: Text, lang: Lang) -> Arg {
    Arg::new(name).value_name(value.get(lang)).help(help.get(lang)).value_parser(value_parser!(PathBuf))
}

/// A positional text.
pub(super) fn argument(name: &'static str, value: Text, help: Text, lang: Lang) -> Arg {
    Arg::new(name).value_name(value.get(lang)).help(help.get(lang))
}

/// The heading of flags that every command takes.
pub(super) const COMMON: Text = Text { ja: "共通のオプション", en: "Common options" };

pub(super) const FILE: Text = Text { ja: "ファイル", en: "FILE" };
pub(super) const PATH: Text = Text { ja: "場所", en: "PATH" };
pub(super) const ID: Text = Text { ja: "ID", en: "ID" };
pub(super) const NAME: Text = Text { ja: "名前", en: "NAME" };

/// A flag with a folder for a value.
pub(super) fn folder(name: &'static str, help: Text, lang: Lang) -> Arg {
    option(name, Text { ja: "フォルダー", en: "DIR" }, help, lang).value_parser(value_parser!(PathBuf))
}

/// What `--fail-on` may be.
pub(super) const SEVERITIES: &[&str] = &["error", "warning", "info", "never"];
