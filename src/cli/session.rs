//! A run of the command line: what use cases are given, and where their answers go.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::ArgMatches;

use super::console::Terminal;
use crate::app::config::{self, Config, NamedBy, SettingSource, VARIABLE};
use crate::app::output::{Privacy, write_file};
use crate::app::{AppError, Context, Environment, Outcome};
use crate::calendar::{Instant, Zone, parse_instant};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::report::{Format, Style, write_json};

/// Columns where the terminal does not tell, or there is none.
const COLUMNS: usize = 120;

/// What a command has at hand: the context of its use case, and the terminal.
#[derive(Clone)]
pub(super) struct Session {
    pub context: Context,
    /// Where the configuration is, or is to be.
    pub config_place: Option<PathBuf>,
    colour: String,
    /// Where what is printed goes in place of standard output, and what was printed so far.
    printed: Option<(PathBuf, Arc<Mutex<Vec<u8>>>)>,
}

/// Where an answer goes, and in which form.
pub(super) struct OutputOptions {
    /// The file; none for standard output.
    pub path: Option<PathBuf>,
    pub format: Format,
}

impl OutputOptions {
    /// What the flags say. The configuration's format is the audit's alone.
    pub(super) fn of(matches: &ArgMatches) -> OutputOptions {
        let format = matches.get_one::<String>("format").and_then(|word| config::format(word));
        OutputOptions { path: matches.get_one::<PathBuf>("output").cloned(), format: format.unwrap_or_default() }
    }
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
fn now(lang: Lang) -> Result<Instant, AppError> {
    let Some(text) = std::env::var_os(CLOCK).filter(|text| !text.is_empty()) else { return Ok(Instant::now()) };
    let text = text.to_string_lossy();
    let wrong = Text {
        ja: "環境変数 SHOMEI_CLOCK の値 {text} は日時ではありません。2026-11-23T09:00:00+09:00 のように書くか、設定を消してください。",
        en: "SHOMEI_CLOCK is {text}, which is no time: write it like 2026-11-23T09:00:00+09:00, or unset it.",
    };
    parse_instant(&text, Zone::UTC).ok_or_else(|| AppError::new(wrong, lang, &[("text", &text)]))
}

/// A folder for all that the program keeps of its own: for trials, and for a disk of one's choice.
pub(super) const DATA: &str = "SHOMEI_DATA";

/// The user's own folders.
struct UserFolders {
    /// Inventory, roots and outbox. On Windows it is the profile of this computer: one that roams would
    /// carry a database that is open to the server and back at every logon.
    data: PathBuf,
    /// The settings.
    config: PathBuf,
}

fn user_folders() -> Option<UserFolders> {
    if let Some(folder) = std::env::var_os(DATA).filter(|folder| !folder.is_empty()) {
        let folder = PathBuf::from(folder);
        return Some(UserFolders { data: folder.clone(), config: folder });
    }
    let folders = directories::ProjectDirs::from("", "", "shomei")?;
    Some(UserFolders { data: folders.data_local_dir().to_path_buf(), config: folders.config_dir().to_path_buf() })
}

/// Whether `--accept-clock` is given to a command or one below it.
fn accepts_clock(matches: &ArgMatches) -> bool {
    let given = matches.try_get_one::<bool>("accept-clock").ok().flatten().copied().unwrap_or_default();
    given || matches.subcommand().is_some_and(|(_, below)| accepts_clock(below))
}

/// What the computer and the user's account say.
fn environment() -> Environment {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(std::env::var_os);
    let began = std::time::Instant::now();
    Environment {
        data_folder: user_folders().map(|folders| folders.data),
        temporary_folder: std::env::temp_dir(),
        host: gethostname::gethostname().to_string_lossy().into_owned(),
        login: names.map(|name| name.to_string_lossy().into_owned()).find(|name| !name.is_empty()),
        program: std::env::current_exe,
        variable: |name| std::env::var_os(name),
        wall: Instant::now,
        elapsed: Arc::new(move || began.elapsed()),
    }
}

/// Which file is the configuration.
fn configuration(named: Option<PathBuf>) -> Option<(PathBuf, NamedBy)> {
    config::choose(named, std::env::var_os(VARIABLE), user_folders().map(|folders| folders.config))
}

/// The configuration and its file; empty where there is none.
fn load(chosen: Option<(PathBuf, NamedBy)>, lang: Lang) -> Result<(Option<PathBuf>, Config), AppError> {
    let loaded = config::load(chosen).map_err(|error| AppError::Message(error.print(lang)))?;
    Ok(loaded.map_or((None, Config::default()), |(path, config)| (Some(path), config)))
}

/// Whether results are coloured where `--color` leaves it open. A console of Windows shows the
/// codes only once that is switched on, and an old one not at all.
fn wants_colour(terminal: bool) -> bool {
    use anstyle_query::{clicolor, clicolor_force, no_color, term_supports_color, windows};
    if no_color() {
        return false;
    }
    let shows = || clicolor() != Some(false) && term_supports_color() && windows::enable_ansi_colors() != Some(false);
    clicolor_force() || (terminal && shows())
}

impl Session {
    /// Reads the configuration, the clock and the environment.
    pub(super) fn open(matches: &ArgMatches, command: &str, lang: Lang) -> Result<Session, AppError> {
        let chosen = configuration(matches.get_one::<PathBuf>("config").cloned());
        let config_place = chosen.as_ref().map(|(path, _)| path.clone());
        // What `init` is to write need not be there.
        let is_new =
            command == "init" && config_place.as_ref().is_some_and(|path| std::fs::symlink_metadata(path).is_err());
        let (config_path, config) = load(chosen.filter(|_| !is_new), lang)?;
        let given = matches.get_one::<String>("lang").is_some();
        let (lang, lang_from) = match (&config.lang, given) {
            (_, true) => (lang, SettingSource::CommandLine),
            (Some(set), _) => (set.value, set.from.clone()),
            (None, _) => (lang, SettingSource::Locale),
        };
        let colour = matches.get_one::<String>("color").cloned().unwrap_or_else(|| "auto".into());
        let context = Context {
            lang,
            lang_from,
            config,
            config_path,
            now: now(lang)?,
            accepts_clock: accepts_clock(matches),
            is_trial: std::env::var_os(CLOCK).is_some_and(|text| !text.is_empty()),
            environment: environment(),
            console: Arc::new(Terminal::new(lang)),
        };
        Ok(Session { context, config_place, colour, printed: None })
    }

    /// The same, at another moment.
    pub(super) fn at(&self, now: Instant) -> Session {
        Session { context: self.context.at(now), ..self.clone() }
    }

    /// The same, with a configuration that was not there before.
    pub(super) fn with_config(&self, path: &Path) -> Result<Session, AppError> {
        let (config_path, config) = load(Some((path.to_path_buf(), NamedBy::Flag)), self.context.lang)?;
        Ok(Session { context: Context { config, config_path, ..self.context.clone() }, ..self.clone() })
    }

    /// What the terminal that standard output goes to can do.
    pub(super) fn style(&self, to_file: bool) -> Style {
        let terminal = io::stdout().is_terminal() && !to_file;
        let colour = match self.colour.as_str() {
            "always" => true,
            "never" => false,
            _ => !to_file && wants_colour(terminal),
        };
        let width = terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0));
        Style { width: width.unwrap_or(COLUMNS).max(60), colour }
    }

    /// Writes a result: to the file, complete or not at all and for its owner alone, or to standard output.
    pub(super) fn write_to(
        &self,
        output: Option<&Path>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), AppError> {
        self.write_as(output, Privacy::Private, write)
    }

    /// The same, into a file that those may read who are to.
    pub(super) fn write_as(
        &self,
        output: Option<&Path>,
        privacy: Privacy,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), AppError> {
        match output {
            Some(path) => write_file(path, privacy, self.context.lang, write),
            None => match &self.printed {
                Some((_, printed)) => Ok(write(&mut *printed.lock().unwrap_or_else(PoisonError::into_inner))?),
                None => to_standard_output(self.context.lang, write),
            },
        }
    }

    /// Writes an answer in the form and to the place that are asked for. Shown, it is clean: a
    /// command whose answer may be none looks at it itself.
    pub(super) fn show(
        &self,
        output: &OutputOptions,
        write: impl FnOnce(&mut dyn Write, Format, Style) -> io::Result<()>,
    ) -> Result<Outcome, AppError> {
        let style = self.style(output.path.is_some());
        self.write_to(output.path.as_deref(), |out| write(out, output.format, style))?;
        Ok(Outcome::Clean)
    }

    /// The same by the functions that write its forms, as most answers have them.
    pub(super) fn answer<A>(
        &self,
        matches: &ArgMatches,
        answer: &A,
        json: fn(&A, &mut dyn Write) -> io::Result<()>,
        csv: fn(&A, &mut dyn Write) -> io::Result<()>,
        table: fn(&A, &mut dyn Write, Style) -> io::Result<()>,
    ) -> Result<(), AppError> {
        let shown = self.show(&OutputOptions::of(matches), |out, format, style| match format {
            Format::Json => json(answer, out),
            Format::Csv => csv(answer, out),
            _ => table(answer, out, style),
        });
        shown.map(drop)
    }

    /// The same, with a file for what is printed, and with or without notices.
    pub(super) fn with_output(self, output: Option<PathBuf>, is_quiet: bool, is_verbose: bool) -> Session {
        let mut session = self;
        session.printed = output.map(|path| (path, Arc::default()));
        let lang = session.context.lang;
        if is_quiet {
            session.context.console = Arc::new(Terminal::quiet(lang));
        } else if is_verbose {
            session.context.console = Arc::new(Terminal::verbose(lang));
        }
        session
    }

    /// Writes what was printed into the file that it goes to; a command that wrote the file itself
    /// printed nothing.
    pub(super) fn finish(&self) -> Result<(), AppError> {
        let Some((path, printed)) = &self.printed else { return Ok(()) };
        let printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
        if printed.is_empty() {
            return Ok(());
        }
        write_file(path, Privacy::Ordinary, self.context.lang, |out| out.write_all(&printed))
    }

    /// Prints a result of a few lines.
    pub(super) fn print(&self, text: &str) -> Result<Outcome, AppError> {
        if let Some((_, printed)) = &self.printed {
            // All of it is one file, which is replaced once it is complete.
            printed.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(text.as_bytes());
            return Ok(Outcome::Clean);
        }
        to_standard_output(self.context.lang, |out| out.write_all(text.as_bytes()))?;
        Ok(Outcome::Clean)
    }

    /// Prints a document.
    pub(super) fn print_json(&self, document: &serde_json::Value) -> Result<Outcome, AppError> {
        let mut text = Vec::new();
        write_json(&mut text, document)?;
        text.push(b'\n');
        self.print(&String::from_utf8_lossy(&text))
    }
}

fn to_standard_output(lang: Lang, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), AppError> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    // Dropping the writer would lose the error of what it still holds: it is flushed by hand.
    let written = write(&mut out).and_then(|()| out.flush());
    written.map_err(|error| {
        // One of the use case comes through the writer and says itself what is wrong; a closed pipe is none.
        let is_own = error.get_ref().is_some_and(|inner| inner.is::<AppError>());
        if is_own || error.kind() == io::ErrorKind::BrokenPipe {
            return error.into();
        }
        let text = Text {
            ja: "結果を出力できません: {error}。出力先を確かめるか、--output でファイルに書いてください。",
            en: "cannot write the result: {error}. Check where the output goes, or write it to a file with --output.",
        };
        AppError::new(text, lang, &[("error", &error)])
    })
}
