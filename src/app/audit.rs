//! Auditing files: reading, validating and judging them, without an inventory.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::passwords::without_rule_text;
use super::policy_in_force::PolicyInForce;
use super::{AppError, Context, Settings};
use crate::audit::{Audit, AuditHooks, AuditSink, AuditSummary, Keyring, ScanProgress, Source};
use crate::container::PasswordCandidate;
use crate::locale::{Lang, Text};
use crate::register::RegisterState;

/// An audit that can begin: policy, roots and passwords were read, so that what is wrong with
/// them is reported before anything is written.
pub struct PreparedAudit {
    /// The policy, the moment, and what may become anchors.
    pub judging: PolicyInForce,
    /// Files that hold no certificate are reported as well.
    pub keep_passed_over: bool,
    sources: Vec<Source>,
    keyring: Keyring,
    settings: Settings,
}

impl PreparedAudit {
    /// Prepares an audit of the sources in force.
    pub fn new(context: &Context, settings: Settings) -> Result<PreparedAudit, AppError> {
        let sources = settings.sources.value.clone();
        if sources.is_empty() {
            let text = Text {
                ja: "点検する場所がありません。フォルダーを指定するか(shomei audit フォルダー)、設定ファイルの sources に書いてください。",
                en: "nothing to audit: name a folder (shomei audit FOLDER), or give sources in the configuration.",
            };
            return Err(AppError::new(text, context.lang, &[]));
        }
        PreparedAudit::of_files(context, &sources, settings)
    }

    /// Prepares an audit of some files and folders.
    pub fn of_files(context: &Context, files: &[PathBuf], settings: Settings) -> Result<PreparedAudit, AppError> {
        let sources = files.iter().map(|path| Source::from_argument(path)).collect();
        let judging = settings.policy_in_force(context)?;
        let keyring = settings.keyring(context)?;
        Ok(PreparedAudit { judging, keep_passed_over: false, sources, keyring, settings })
    }

    /// Carries it out; the records go to `sink`.
    pub fn run(self, context: &Context, sink: &mut dyn AuditSink) -> io::Result<AuditSummary> {
        let PreparedAudit { judging, keep_passed_over, sources, keyring, settings } = self;
        // Files alone: there is no register to match certificates to.
        let office = RegisterState::default();
        let audit = Audit {
            sources: &sources,
            policy: &judging.policy,
            at: judging.at,
            limits: &settings.limits,
            keys: settings.keys,
            try_typos: settings.try_typos,
            follow: settings.follow,
            keyring,
            roots: judging.roots,
            crls: judging.crls,
            office: &office,
            keep_passed_over,
        };
        while_reading(context, &settings, |progress, ask| audit.run(AuditHooks { progress, ask }, sink))
    }
}

/// Runs `work`, which reads files: how many are done is shown, and a password may be asked for.
pub(super) fn while_reading<T>(
    context: &Context,
    settings: &Settings,
    work: impl FnOnce(&dyn ScanProgress, &mut dyn FnMut(usize, &str) -> Option<PasswordCandidate>) -> T,
) -> T {
    let done = Arc::new(AtomicU64::new(0));
    let _shown = context.console.progress(&done);
    let mut ask = |locked: usize, first: &str| {
        if settings.prompt { context.console.password(locked, first) } else { None }
    };
    let shown = ShownProgress { done: &done, context, settings };
    work(&shown, &mut ask)
}

/// Counts the files for the progress, and names each where the console wants that.
struct ShownProgress<'a> {
    done: &'a AtomicU64,
    context: &'a Context,
    settings: &'a Settings,
}

impl ScanProgress for ShownProgress<'_> {
    fn begin(&self) -> Duration {
        (self.context.environment.elapsed)()
    }

    fn end(&self, path: &str, began: Duration) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.context.console.file_read(path, self.begin().saturating_sub(began));
    }

    fn without_rule(&self, paths: &[String]) {
        self.context.notice(&without_rule_text(self.settings, paths, self.context.lang));
    }
}

/// The message about a source that cannot be opened.
pub fn unopened_text(path: &str, error: &str, lang: Lang) -> String {
    let text = Text {
        ja: "{path} を開けません: {error}。場所と読み取りの権限を確かめてください。",
        en: "cannot open {path}: {error}. Check the place and the permission to read.",
    };
    text.fill(lang, &[("path", &path), ("error", &error)])
}
