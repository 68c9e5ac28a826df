//! What every command needs: clap's types, flags and what they say, the session, errors, texts.

pub(super) use clap::{ArgAction, ArgMatches, Command, value_parser};

pub(super) use super::arguments::{self, OutputOptions};
pub(super) use super::complain;
pub(super) use super::flags::{command, flag, flags};
pub(super) use super::session::Session;
pub(super) use crate::app::{AppError, Context, Outcome, Settings};
pub(super) use crate::locale::{Lang, Text};
pub(super) use crate::report::Format;
