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

/// The terminal at standard error, if there is one.
pub(super) struct Terminal {
    lang: Lang,
    /// A question is on the screen, which a progress bar would paint over.
    is_asking: Arc<AtomicBool>,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Terminal {
        Terminal { lang, is_asking: Arc::default() }
    }
}

/// Whether there is a terminal to ask questions on.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

impl Console for Terminal {
    fn notice(&self, text: &str) {
        complain(text);
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
        self.is_asking.store(true, Ordering::Relaxed);
        let answer = rpassword::prompt_password(prompt).ok().map(Zeroizing::new);
        self.is_asking.store(false, Ordering::Relaxed);
        let answer = answer.filter(|answer| !answer.is_empty())?;
        Some(PasswordCandidate::new(answer, PasswordOrigin::Prompt))
    }

    fn progress(&self, done: &Arc<AtomicU64>) -> Progress {
        if !io::stderr().is_terminal() {
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
    let tick = Duration::from_millis(100);
    // A run of less than a second needs no bar.
    for _ in 0..10 {
        std::thread::sleep(tick);
        if over.load(Ordering::Relaxed) {
            return;
        }
    }
    let bar = ProgressBar::new_spinner();
    let template =
        Text { ja: "{spinner} {pos} ファイル(毎秒 {per_sec})", en: "{spinner} {pos} files ({per_sec})" };
    if let Ok(style) = ProgressStyle::with_template(template.get(lang)) {
        bar.set_style(style);
    }
    while !over.load(Ordering::Relaxed) {
        if !paused.load(Ordering::Relaxed) {
            bar.set_position(done.load(Ordering::Relaxed));
            bar.tick();
        } else {
            bar.finish_and_clear();
        }
        std::thread::sleep(tick);
    }
    bar.finish_and_clear();
}
