//! How a use case ends: with an outcome, or with the reason why it could not be carried out.

use std::fmt::Display;
use std::io;

use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::MonitorState;
use crate::yaml::YamlMistake;

/// How a use case ended that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Clean,
    /// Exit code 1: what was asked about is not as it should be.
    Found,
    /// Exit code 2, with everything reported already.
    Incomplete,
    /// Exit code 3: what was asked about cannot be determined.
    Undetermined,
    /// The exit code that monitoring systems expect, which differs from all others: 1 is a warning, 2
    /// critical, 3 unknown.
    Monitored(MonitorState),
}

impl Outcome {
    /// Found where `is_found`.
    pub fn found_if(is_found: bool) -> Outcome {
        if is_found { Outcome::Found } else { Outcome::Clean }
    }

    /// Found where the worst there is reaches the threshold; none is never reached.
    pub fn at(threshold: Option<Severity>, worst: Option<Severity>) -> Outcome {
        Outcome::found_if(threshold.is_some_and(|threshold| worst.is_some_and(|worst| worst >= threshold)))
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Found => 1,
            Outcome::Incomplete => 2,
            Outcome::Undetermined => 3,
            Outcome::Monitored(state) => state.code(),
        }
    }
}

/// Why a use case could not be carried out, in the user's language.
#[derive(Debug)]
pub enum AppError {
    /// What is wrong and what to do.
    Message(String),
    /// The reader of our output has gone: no error.
    BrokenPipe,
}

impl AppError {
    /// An error with a text and its values.
    pub fn new(text: Text, lang: Lang, values: &[(&str, &dyn Display)]) -> AppError {
        AppError::Message(text.fill(lang, values))
    }

    /// All mistakes of a document.
    pub fn of_mistakes(mistakes: &[YamlMistake], lang: Lang) -> AppError {
        let printed: Vec<String> = mistakes.iter().map(|mistake| mistake.print(lang)).collect();
        AppError::Message(printed.join("\n"))
    }

    /// The message.
    pub fn into_text(self) -> String {
        self.to_string()
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AppError::Message(text) => f.write_str(text),
            AppError::BrokenPipe => f.write_str("EPIPE"),
        }
    }
}

impl std::error::Error for AppError {}

/// Through code that writes and knows of no inventory, and out again.
impl From<AppError> for io::Error {
    fn from(error: AppError) -> io::Error {
        match error {
            AppError::BrokenPipe => io::ErrorKind::BrokenPipe.into(),
            message => io::Error::other(message),
        }
    }
}

impl From<io::Error> for AppError {
    fn from(error: io::Error) -> AppError {
        let error = match error.downcast::<AppError>() {
            Ok(error) => return error,
            Err(error) => error,
        };
        match error.kind() {
            io::ErrorKind::BrokenPipe => AppError::BrokenPipe,
            _ => AppError::Message(error.to_string()),
        }
    }
}
