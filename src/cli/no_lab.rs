//! `shomei lab` in a program built without the feature `lab`, as packages are: the lab carries
//! private test keys. The command is not listed, but says why it is not there.

use std::ffi::OsString;

use clap::{Arg, ArgAction, value_parser};

use super::prelude::*;

pub(super) fn command(_: Lang) -> Command {
    let anything = Arg::new("arguments")
        .value_parser(value_parser!(OsString))
        .action(ArgAction::Append)
        .num_args(..)
        .trailing_var_arg(true)
        .allow_hyphen_values(true);
    Command::new("lab").hide(true).arg(anything)
}

pub(super) fn run(session: &Session, _: &ArgMatches) -> Result<Outcome, AppError> {
    let text = Text {
        ja: "このプログラムには lab が入っていません(試験用の秘密鍵を含むため、配布物には入れません)。ソースから既定の機能のままビルドすると使えます。",
        en: "this program was built without the lab, which holds private test keys. Build it from source with the default features to have it.",
    };
    Err(AppError::new(text, session.context.lang, &[]))
}
