//! A run: import, judge, report, notify, as a scheduler calls it.
//!
//! Each stage is independent: what fails is reported to the auditors, and the others go on.

mod stages;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::after::{OutcomeDocument, UnitCounts};
use crate::app::delivery::{self, DeliveryResult, NotifyOptions, RunPeriod, RunState, alarm, with_delivery_context};
use crate::app::open_inventory::{self, InventoryOptions};
use crate::app::output::{Privacy, write_file};
use crate::app::{AppError, Context, Outcome, Settings, clock, holidays, trial};
use crate::calendar::{Instant, Zone};
use crate::deliver::schedule::{Schedule, TIME_LIMIT_HOURS};
use crate::deliver::{RunError, RunLog, RunMetrics};
use crate::inventory::{JudgementCounts, delivery_folder};
use crate::lifecycle::OfficeCalendars;
use crate::locale::Text;
use crate::policy::Severity;

/// Bytes of a log where the configuration has no number.
const LOG_SIZE: u64 = 1_000_000;

/// What a run is asked for.
#[derive(Clone)]
pub struct RunOptions {
    /// Names the inventory and what it is judged by.
    pub settings: Settings,
    /// Runs only if this schedule has come round since the last complete run.
    pub if_due: Option<String>,
    /// The severity from which findings count; none: findings change nothing.
    pub fail_on: Option<Severity>,
}

/// What a run did, and how it ended.
pub struct RunAnswer {
    /// How it ended.
    pub outcome: Outcome,
    /// What it did, in a line; none where nothing was due.
    pub line: Option<String>,
}

/// Runs what the configuration asks for.
pub fn run(context: &Context, options: &RunOptions) -> Result<RunAnswer, AppError> {
    let lang = context.lang;
    clock::refuse_configured_moment(context)?;
    open_inventory::must_be_named(&options.settings, lang)?;
    let folder = delivery_folder(&options.settings.inventory.value);
    // Before the state is read: what a run that ends meanwhile has done is not done again. Incomplete,
    // since a scheduler repeats only such runs.
    let turn = match delivery::take_turn(&options.settings, context) {
        Ok(turn) => turn,
        // As on a disk that can only be read.
        Err(failure) => return without_turn(context, options, &folder, failure),
    };
    let Some(_turn) = turn else { return Ok(RunAnswer { outcome: Outcome::Incomplete, line: None }) };
    // What is damaged is written anew at the end.
    let state = RunState::read(&folder, lang).unwrap_or_else(|failure| {
        context.notice(&failure.into_text());
        RunState::default()
    });
    if let Some(spec) = &options.if_due
        && !is_due(context, &options.settings, spec, &state)?
    {
        return Ok(RunAnswer { outcome: Outcome::Clean, line: None });
    }
    if context.config.sources.is_none() && context.config.report.is_none() && context.config.notify.is_none() {
        let text = Text {
            ja: "することがありません。設定ファイルに sources、report、notify のどれかを書くか、shomei init で作ってください。",
            en: "there is nothing to do: write sources, report or notify into the configuration, or let shomei init do so.",
        };
        return Err(AppError::new(text, lang, &[]));
    }
    // Reports of a clock that is a year off would be the last for a year, and the others be cleared away.
    open_inventory::check_clock_of(&options.settings, context)?;
    if let Some(copy) = trial::copy(context, &options.settings)? {
        let options = RunOptions { settings: copy.settings.clone(), ..options.clone() };
        let folder = delivery_folder(&options.settings.inventory.value);
        let mut pipeline = RunPipeline::new(&copy.context, &options, folder, RunState::default());
        pipeline.go();
        return pipeline.end(None);
    }
    let mut pipeline = RunPipeline::new(context, options, folder, state);
    pipeline.begin();
    pipeline.go();
    pipeline.end(context.config.running().after.map(|set| set.value))
}

/// The end of a run that cannot keep others from running at the same time, and so does nothing but tell
/// the auditors.
fn without_turn(
    context: &Context,
    options: &RunOptions,
    folder: &Path,
    failure: AppError,
) -> Result<RunAnswer, AppError> {
    let state = RunState::read(folder, context.lang).unwrap_or_default();
    if let Some(spec) = &options.if_due
        && !is_due(context, &options.settings, spec, &state)?
    {
        return Ok(RunAnswer { outcome: Outcome::Clean, line: None });
    }
    if context.config.notify.is_some() {
        let zone = options.settings.read_policy(context).map_or(Zone::JAPAN, |policy| policy.zone);
        let error = RunError { stage: "mail", reason: "mailroom", text: failure.into_text() };
        if let Err(other) = alarm(context, &options.settings, zone, std::slice::from_ref(&error), &state.unreported) {
            context.notice(&other.text);
        }
        return Err(AppError::Message(error.text));
    }
    Err(failure)
}

/// A schedule was installed: what was due before is not caught up.
pub fn note_installed(context: &Context, settings: &Settings) -> Result<(), AppError> {
    let folder = delivery_folder(&settings.inventory.value);
    let mut state = RunState::read(&folder, context.lang)?;
    state.note_installed(context.now);
    state.write(&folder, context.lang)
}

/// When the last run ended, and whether something failed in it: a line; nothing where there was none.
pub fn last(context: &Context, settings: &Settings, zone: Zone) -> Result<String, AppError> {
    let folder = delivery_folder(&settings.inventory.value);
    let state = RunState::read(&folder, context.lang)?;
    let Some(last) = state.last() else { return Ok(String::new()) };
    let text = match state.last_success() {
        Some(success) if success >= last => {
            Text { ja: "前回の実行: {at}(すべて済み)\n", en: "Last run: {at} (all done)\n" }
        }
        _ => Text {
            ja: "前回の実行: {at}(失敗あり。記録を確かめてください)\n",
            en: "Last run: {at} (something failed; see the log)\n",
        },
    };
    Ok(text.fill(context.lang, &[("at", &zone.local(last))]))
}

/// Whether the schedule has come round since the last complete run; with a policy or calendar that
/// cannot be read it is, so that the failure is reported.
fn is_due(context: &Context, settings: &Settings, spec: &str, state: &RunState) -> Result<bool, AppError> {
    let lang = context.lang;
    let schedule = Schedule::parse(spec).map_err(|mistake| AppError::Message(mistake.text(lang)))?;
    let (Ok(policy), Ok(holidays)) = (settings.read_policy(context), holidays::in_force(context)) else {
        // The run itself reads both again and reports what is wrong with them.
        return Ok(true);
    };
    let calendar = OfficeCalendars::new(&policy, &holidays);
    let due = schedule.last(&calendar.office, policy.zone, context.now);
    // A run in the future was noted while the clock ran ahead; to wait for it would stop all runs
    // until then.
    Ok(due.is_some_and(|due| state.since().is_none_or(|since| since < due || since > context.now)))
}

/// A run under way.
struct RunPipeline<'a> {
    context: &'a Context,
    options: &'a RunOptions,
    folder: PathBuf,
    state: RunState,
    run_log: RunLog,
    /// When it began, of the time since the program did.
    began: Duration,
    errors: Vec<RunError>,
    lines: Vec<String>,
    tally: Option<JudgementCounts>,
    sent: Option<DeliveryResult>,
    /// How many units can submit claims, once that was judged.
    units: Option<UnitCounts>,
    /// Names of the reports that were written.
    reports: Vec<String>,
    zone: Zone,
}

impl<'a> RunPipeline<'a> {
    fn new(context: &'a Context, options: &'a RunOptions, folder: PathBuf, state: RunState) -> RunPipeline<'a> {
        let run = context.config.running();
        let size = run.log_size.as_ref().map_or(LOG_SIZE, |set| set.value);
        let run_log = RunLog::new(run.log.as_ref().map(|set| set.value.as_path()), size);
        RunPipeline {
            context,
            options,
            folder,
            state,
            run_log,
            began: (context.environment.elapsed)(),
            errors: Vec::new(),
            lines: Vec::new(),
            tally: None,
            sent: None,
            units: None,
            reports: Vec::new(),
            // Until the policy is read: an alarm that it cannot be read is dated too.
            zone: Zone::JAPAN,
        }
    }

    /// Time since it began.
    fn elapsed(&self) -> Duration {
        (self.context.environment.elapsed)().saturating_sub(self.began)
    }

    /// The moment, in whole seconds.
    fn now(&self) -> Instant {
        // From the moment taken for now, not from the clock: a trial with --at logs its own times.
        let elapsed = time::Duration::try_from(self.elapsed()).unwrap_or_default();
        let now = self.context.now.checked_add(elapsed).unwrap_or(self.context.now);
        now.replace_nanosecond(0).unwrap_or(now)
    }

    /// Writes into the log; a log that cannot be written is reported once and stops nothing.
    fn log(&mut self, event: &str, fields: &[(&str, Value)]) {
        if let Err(error) = self.run_log.write(self.now(), event, fields) {
            let path = self.context.config.running().log.as_ref().map(|set| set.value.display().to_string());
            let text = Text {
                ja: "記録 {path} に書き込めません: {error}。場所と権限を確かめてください。",
                en: "cannot write the log {path}: {error}. Check the place and the permissions.",
            };
            let path = path.unwrap_or_default();
            self.context.notice(&text.fill(self.context.lang, &[("path", &path), ("error", &error)]));
            self.run_log = RunLog::new(None, 0);
        }
    }

    fn fail(&mut self, stage: &'static str, reason: &'static str, text: String) {
        // The log gets codes only: texts may name holders, addresses and files.
        self.log("trouble", &[("stage", json!(stage)), ("reason", json!(reason))]);
        self.errors.push(RunError { stage, reason, text });
    }

    /// Notes that it begins, so that one that hangs is found, and what became of one that never ended.
    fn begin(&mut self) {
        self.log("start", &[("version", json!(env!("CARGO_PKG_VERSION")))]);
        if let Ok(policy) = self.options.settings.read_policy(self.context) {
            self.zone = policy.zone;
        }
        if let Some(since) = self.state.unfinished(self.context.now, TIME_LIMIT_HOURS) {
            let text = delivery::broken_off_text(since, self.zone, self.context.lang);
            self.state.note_unreported(text);
        }
        self.state.note_begun(self.context.now);
        // On a full disk the run goes on without: what it sends is kept in the outbox.
        if let Err(failure) = self.state.write(&self.folder, self.context.lang) {
            self.context.notice(&failure.into_text());
        }
    }

    /// Goes through the stages.
    fn go(&mut self) {
        // Before anything is recorded in it.
        if let Some(today) = self.zone.day(self.context.now) {
            self.check(&today.to_string());
        }
        if self.context.config.sources.is_some() {
            self.import();
        }
        let outbox = delivery::outbox(&self.options.settings.inventory.value);
        // Before anything is judged: what the outbox holds decides what is still due.
        let mut queue = self.queue();
        let inventory = InventoryOptions { settings: self.options.settings.clone(), as_of: None };
        let judged = with_delivery_context(self.context, inventory, &outbox, |delivery| {
            self.note_coverage(delivery);
            let archive = self.report(delivery);
            self.report_metrics(delivery);
            if let Some(queue) = &mut queue {
                self.notify(queue, delivery, archive.as_deref());
            }
            Ok(())
        });
        if let Err(failure) = judged {
            self.fail("report", "judge", failure.into_text());
        }
    }

    fn write_metrics(
        &mut self,
        folder: &Path,
        name: &str,
        write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
    ) {
        if let Err(failure) = write_file(&folder.join(name), Privacy::Open, self.context.lang, write) {
            self.fail("metrics", "write", failure.into_text());
        }
    }

    /// Reports to the auditors what they have not got, writes metrics and state, tells the program that is to
    /// be called after it, and returns how it ended.
    fn end(mut self, after: Option<Vec<String>>) -> Result<RunAnswer, AppError> {
        match self.sent.as_ref().map(|sent| sent.auditors) {
            Some(Some(true)) => self.state.unreported.clear(),
            Some(Some(false)) => self.note_unreported(),
            Some(None) => {}
            // No delivery took place: nothing has reported the errors yet.
            None if self.errors.is_empty() => {}
            None => self.alarm(),
        }
        let held_back = self.sent.as_ref().is_some_and(|sent| sent.held_back.is_some());
        let mut outcome = match held_back || !self.errors.is_empty() {
            true => Outcome::Incomplete,
            false => Outcome::at(self.options.fail_on, self.tally.as_ref().and_then(JudgementCounts::worst)),
        };
        let ended = RunPeriod { started: self.context.now, ended: self.now() };
        let before = self.state.clone();
        // Before the metrics, which show the last success. Where they cannot be written, this run was
        // none, and the state goes back.
        self.state.note(ended, outcome != Outcome::Incomplete);
        if let Some(metrics) = self.context.config.running().metrics {
            let errors = self.errors.clone();
            let sent = self.sent.as_ref();
            let count = |of: fn(&DeliveryResult) -> u64| sent.map_or(0, of);
            let metrics_of = RunMetrics {
                started: self.context.now,
                seconds: self.elapsed().as_secs_f64(),
                exit: outcome.code(),
                last_success: self.state.last_success(),
                messages: [
                    ("sent", count(|sent| sent.addresses.len() as u64)),
                    ("refused", count(|sent| sent.refused.len() as u64)),
                    ("failed", count(|sent| sent.failed)),
                ],
                errors: &errors,
            };
            self.write_metrics(&metrics.value, "shomei-run.prom", |out| metrics_of.write(out));
            if self.errors.len() > errors.len() {
                outcome = Outcome::Incomplete;
                self.state = before;
                self.state.note(ended, false);
            }
        }
        if let Err(failure) = self.state.write(&self.folder, self.context.lang) {
            self.context.notice(&failure.into_text());
            outcome = Outcome::Incomplete;
        }
        let what = self.lines.join(Text { ja: "", en: " " }.get(self.context.lang));
        if let Some(command) = after {
            self.tell(&command, outcome, &what);
        }
        self.log("end", &[("exit", json!(outcome.code())), ("seconds", json!(self.elapsed().as_secs_f64()))]);
        RunError::texts(&self.errors).into_iter().for_each(|text| self.context.notice(text));
        let at = self.zone.local(self.context.now);
        Ok(RunAnswer { outcome, line: Some(format!("{at} {what}\n")) })
    }

    /// Tells the program what became of the run. Its failure changes nothing of how the run ended, since a run
    /// that is done must not be done again for it; the auditors learn of it by the next message.
    fn tell(&mut self, command: &[String], outcome: Outcome, summary: &str) {
        let document = OutcomeDocument {
            command: "run",
            started: self.context.now,
            ended: self.now(),
            outcome,
            summary,
            units: self.units,
            sent: self.sent.as_ref(),
            reports: &self.reports,
            errors: &self.errors,
        };
        let Err(text) = document.hand_to(command, self.context) else { return };
        self.log("trouble", &[("stage", json!("after")), ("reason", json!("failed"))]);
        self.context.notice(&text);
        let day = self.zone.day(self.context.now).map(|day| day.to_string()).unwrap_or_default();
        self.state.note_unreported(format!("{day}: {text}"));
        if let Err(failure) = self.state.write(&self.folder, self.context.lang) {
            self.context.notice(&failure.into_text());
        }
    }

    /// Reports to the auditors that nothing could be judged or recorded, once a day for the same reason.
    fn alarm(&mut self) {
        if self.context.config.notify.is_none() {
            return;
        }
        match alarm(self.context, &self.options.settings, self.zone, &self.errors, &self.state.unreported) {
            Ok(true) => self.state.unreported.clear(),
            Ok(false) => {}
            Err(error) => {
                self.fail(error.stage, error.reason, error.text);
                self.note_unreported();
            }
        }
    }

    /// Keeps for the next run what could not be reported to the auditors.
    fn note_unreported(&mut self) {
        let day = self.zone.day(self.context.now).map(|day| day.to_string()).unwrap_or_default();
        let texts = self.errors.iter().map(|error| format!("{day}: {}", error.text));
        texts.for_each(|text| self.state.note_unreported(text));
    }

    /// What a run asks of a delivery.
    fn notify_options(&self) -> NotifyOptions {
        NotifyOptions {
            by: self.context.environment.login.clone(),
            earlier: self.state.unreported.clone(),
            ..NotifyOptions::default()
        }
    }
}
