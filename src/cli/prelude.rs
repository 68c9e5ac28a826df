//! What every command needs: clap's types, flags and what they say, the session, errors, texts.

pub(super) use clap::{ArgAction, ArgMatches, Command, value_parser};

pub(super) use super::arguments;
pub(super) use super::complain;
pub(super) use super::flags::{self, command, flag, flags};
pub(super) use super::session::{OutputOptions, Session};
pub(super) use crate::app::{AppError, Context, Outcome, Settings};
pub(super) use crate::locale::{Lang, Text};
pub(super) use crate::report::Format;
