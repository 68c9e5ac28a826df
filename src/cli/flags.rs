//! Tables of commands and flags: a row a flag, with its help in both languages.

/// Flags, a row each: the function of [`arguments`](super::arguments) that makes it, its name, what
/// that function takes beside (the name of its value, the words that it may be), and its help in
/// Japanese and English; after `=>`, what is further set. `arg (…)` and `args (…)` are flags made
/// elsewhere. A table, since as calls each of them takes nine lines, and none could be found.
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
        $all.push($arg);
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
        $all.push($crate::cli::flags::flag! { $lang; $kind $name $(($with))? $ja $en $(=> |$arg| $set)? });
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
        let flag = $crate::cli::arguments::$kind($name, $($with,)? help, $lang);
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
