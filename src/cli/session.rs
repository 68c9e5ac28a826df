//! What every command has at hand: language, configuration, clock, terminal.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::Failure;
use super::config::{self, Config, Whence};
use super::settings::{Settings, limit_key};
use crate::calendar::{Instant, Zone, parse_instant};
use crate::container::Limit;
use crate::locale::{Lang, Text};
use crate::platform::{self, Output, Privacy};
use crate::report::Style;

/// Columns where the terminal does not tell, or there is none.
const COLUMNS: usize = 120;

/// What every command has at hand.
#[derive(Clone)]
pub(super) struct Session {
    pub lang: Lang,
    pub config: Config,
    /// The configuration's file; none where there is none.
    pub config_path: Option<PathBuf>,
    pub now: Instant,
    colour: String,
    lang_from: Whence,
}

/// The language to parse the command line in: `--lang`, else the system's.
pub(super) fn language_of(arguments: &[OsString]) -> Lang {
    let mut words = arguments.iter().map(|a| a.to_string_lossy());
    while let Some(word) = words.next() {
        let given = match word.split_once('=') {
            Some(("--lang", value)) => Some(value.to_string()),
            _ if word == "--lang" => words.next().map(|w| w.into_owned()),
            _ => None,
        };
        if let Some(given) = given {
            return Lang::of_locale(&given);
        }
    }
    platform::locale_name().map_or(Lang::En, |name| Lang::of_locale(&name))
}

/// For trials and simulations: the moment that is taken for now.
const CLOCK: &str = "SHOMEI_CLOCK";

/// The present moment, or the one that `SHOMEI_CLOCK` names.
fn now(lang: Lang) -> Result<Instant, Failure> {
    let Some(text) = std::env::var_os(CLOCK).filter(|text| !text.is_empty()) else { return Ok(Instant::now()) };
    let text = text.to_string_lossy();
    let wrong = Text {
        ja: "環境変数 SHOMEI_CLOCK の値 {text} は日時ではありません。2026-11-23T09:00:00+09:00 のように書くか、設定を消してください。",
        en: "SHOMEI_CLOCK is {text}, which is no time: write it like 2026-11-23T09:00:00+09:00, or unset it.",
    };
    parse_instant(&text, Zone::UTC).ok_or_else(|| Failure::new(wrong, lang, &[("text", &text)]))
}

impl Session {
    /// Reads the configuration and the clock.
    pub(super) fn open(matches: &ArgMatches, command: &str, lang: Lang) -> Result<Session, Failure> {
        let named = matches.get_one::<PathBuf>("config").cloned();
        // What `init` is to write need not be there.
        let is_new = command == "init"
            && named.clone().or_else(config::place).is_some_and(|path| std::fs::symlink_metadata(path).is_err());
        let config = if is_new { None } else { Session::load(named, lang)? };
        let (config_path, config) = config.map_or((None, Config::default()), |(path, config)| (Some(path), config));
        let given = matches.get_one::<String>("lang").is_some();
        let (lang, lang_from) = match (&config.lang, given) {
            (_, true) => (lang, Whence::CommandLine),
            (Some(set), _) => (set.value, set.from.clone()),
            (None, _) => (lang, Whence::Locale),
        };
        let colour = matches.get_one::<String>("color").cloned().unwrap_or_else(|| "auto".into());
        Ok(Session { lang, config, config_path, now: now(lang)?, colour, lang_from })
    }

    /// The same, at the moment that `--at` or the configuration names.
    pub(super) fn at(&self, matches: &ArgMatches) -> Result<Session, Failure> {
        Ok(Session { now: Settings::moment(self, matches)?, ..self.clone() })
    }

    /// The same, with a configuration that was not there before.
    pub(super) fn with_config(&self, path: &Path) -> Result<Session, Failure> {
        let config = Session::load(Some(path.to_path_buf()), self.lang)?;
        let (config_path, config) = config.map_or((None, Config::default()), |(path, config)| (Some(path), config));
        Ok(Session { config, config_path, ..self.clone() })
    }

    fn load(named: Option<PathBuf>, lang: Lang) -> Result<Option<(PathBuf, Config)>, Failure> {
        let limits: Vec<String> = Limit::ALL.iter().map(|limit| limit_key(*limit)).collect();
        let limits: Vec<&str> = limits.iter().map(String::as_str).collect();
        config::load(named, &limits).map_err(|error| Failure::Message(error.print(lang)))
    }

    /// Where the language was chosen.
    pub(super) fn lang_from(&self) -> Whence {
        self.lang_from.clone()
    }

    /// What the terminal that standard output goes to can do.
    pub(super) fn style(&self, to_file: bool) -> Style {
        let terminal = io::stdout().is_terminal() && !to_file;
        let colour = match self.colour.as_str() {
            "always" => true,
            "never" => false,
            _ => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        let width = terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0));
        Style { width: width.unwrap_or(COLUMNS).max(60), colour }
    }

    /// Whether somebody can be asked.
    pub(super) fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Writes a result: into the place of the file when complete, through what is no regular file,
    /// or to standard output.
    pub(super) fn write_to(
        &self,
        output: Option<&Path>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        self.write_as(output, Privacy::Ordinary, write)
    }

    /// The same, of a result that only the file's owner may read.
    pub(super) fn write_private(
        &self,
        output: Option<&Path>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        self.write_as(output, Privacy::Private, write)
    }

    fn write_as(
        &self,
        output: Option<&Path>,
        privacy: Privacy,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Some(path) = output else {
            let mut out = io::BufWriter::new(io::stdout().lock());
            write(&mut out)?;
            return Ok(out.flush()?);
        };
        let failed = |error: io::Error| {
            let text = match error.kind() {
                io::ErrorKind::IsADirectory => Text {
                    ja: "{path} はフォルダーなので書き込めません。ファイルの名前まで指定してください。",
                    en: "cannot write {path}: it is a folder. Name a file.",
                },
                _ => Text {
                    ja: "{path} に書き込めません: {error}。別の場所を --output に指定するか、書き込みの権限を確かめてください。",
                    en: "cannot write {path}: {error}. Name another place with --output, or check the permissions.",
                },
            };
            Failure::new(text, self.lang, &[("path", &path.display()), ("error", &error)])
        };
        let mut out = Output::create(path, privacy).map_err(failed)?;
        write(&mut out).map_err(failed)?;
        out.finish().map_err(failed)
    }

    /// Prints a result of a few lines.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        self.write_to(None, |out| out.write_all(text.as_bytes()))
    }
}
