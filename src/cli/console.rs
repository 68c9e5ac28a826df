//! The terminal that use cases talk to meanwhile: notices, a progress bar, questions for passwords.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use zeroize::Zeroizing;

use super::complain;
use crate::app::{Console, Progress};
use crate::container::{PasswordCandidate, PasswordOrigin};
use crate::locale::{Lang, Text};
use crate::report::escape;

/// How often the progress is shown anew.
const TICK: Duration = Duration::from_millis(100);

/// The terminal at standard error, if there is one.
pub(super) struct Terminal {
    lang: Lang,
    /// Neither notices nor progress are shown; questions are.
    is_quiet: bool,
    /// Each file is named as it is read.
    is_verbose: bool,
    /// A question is on the screen, which a progress bar would paint over.
    is_asking: Arc<AtomicBool>,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Terminal {
        Terminal { lang, is_quiet: false, is_verbose: false, is_asking: Arc::default() }
    }

    /// One that names each file as it is read.
    pub(super) fn verbose(lang: Lang) -> Terminal {
        Terminal { is_verbose: true, ..Terminal::new(lang) }
    }

    /// One that shows neither notices nor progress.
    pub(super) fn quiet(lang: Lang) -> Terminal {
        Terminal { is_quiet: true, ..Terminal::new(lang) }
    }
}

/// Whether there is a terminal to ask questions on.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

impl Console for Terminal {
    fn notice(&self, text: &str) {
        if !self.is_quiet {
            complain(text);
        }
    }

    fn is_watched(&self) -> bool {
        std::io::IsTerminal::is_terminal(&std::io::stderr())
    }

    fn password(&self, locked: usize, first: &str) -> Option<PasswordCandidate> {
        if !can_ask() {
            return None;
        }
        let text = Text {
            ja: "{n} 個のファイルが、どのパスワードでも開きません(例: {first})。パスワード(やめるときは Enter だけ): ",
            en: "{n} files open with no password given (one is {first}). Password (just Enter to stop): ",
        };
        let prompt = text.fill(self.lang, &[("n", &locked), ("first", &escape::terminal(first))]);
        self.secret(&prompt)
    }

    fn secret(&self, question: &str) -> Option<PasswordCandidate> {
        if !can_ask() {
            return None;
        }
        self.is_asking.store(true, Ordering::Relaxed);
        // The bar goes first, so that the question has a line of its own.
        std::thread::sleep(TICK * 2);
        let answer = rpassword::prompt_password(question).ok().map(Zeroizing::new);
        self.is_asking.store(false, Ordering::Relaxed);
        let answer = answer.filter(|answer| !answer.is_empty())?;
        Some(PasswordCandidate::new(answer, PasswordOrigin::Prompt))
    }

    fn file_read(&self, path: &str, took: Duration) {
        if self.is_verbose {
            complain(&format!("{path} ({} ms)", took.as_millis()));
        }
    }

    fn progress(&self, done: &Arc<AtomicU64>) -> Progress {
        // A bar would be torn by the names.
        if self.is_quiet || self.is_verbose || !io::stderr().is_terminal() {
            return Progress::default();
        }
        let over = Arc::new(AtomicBool::new(false));
        let (lang, done, ended, is_asking) = (self.lang, done.clone(), over.clone(), self.is_asking.clone());
        let bar = std::thread::spawn(move || show_progress(lang, &done, &ended, &is_asking));
        Progress::until(move || {
            over.store(true, Ordering::Relaxed);
            // A bar that failed is no reason for the work to fail.
            let _ = bar.join();
        })
    }
}

fn show_progress(lang: Lang, done: &AtomicU64, over: &AtomicBool, paused: &AtomicBool) {
    // A run of less than a second needs no bar.
    for _ in 0..10 {
        std::thread::sleep(TICK);
        if over.load(Ordering::Relaxed) {
            return;
        }
    }
    // Cleared once where a question is asked: cleared again, it would take the question with it.
    let mut bar: Option<ProgressBar> = None;
    while !over.load(Ordering::Relaxed) {
        if paused.load(Ordering::Relaxed) {
            bar.take().iter().for_each(ProgressBar::finish_and_clear);
        } else {
            let bar = bar.get_or_insert_with(|| new_bar(lang));
            bar.set_position(done.load(Ordering::Relaxed));
            bar.tick();
        }
        std::thread::sleep(TICK);
    }
    bar.iter().for_each(ProgressBar::finish_and_clear);
}

fn new_bar(lang: Lang) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let template = Text { ja: "{spinner} {pos} ファイル(毎秒 {rate})", en: "{spinner} {pos} files ({rate}/s)" };
    if let Ok(style) = ProgressStyle::with_template(template.get(lang)) {
        let rate = |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
            // The bar shows what could be written.
            let _ = write!(out, "{:.0}", state.per_sec());
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar
}
