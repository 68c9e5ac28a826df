//! `shomei run`: what a scheduler calls: import, judge, report, notify.
//!
//! Each stage stands alone: what fails is told to the auditors, and the others go on.

mod state;

use std::path::{Path, PathBuf};
use std::time::Instant as Watch;

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use super::import::{self, Ways, skipped_text};
use super::notify::{self, Mailroom, Matter, Sent, Wishes, send, with_matter};
use super::report::write_form;
use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, complain, holidays, office};
use crate::calendar::{Instant, Zone};
use crate::deliver::schedule::Schedule;
use crate::deliver::{RunError, RunLog, RunMetrics, report_archive};
use crate::inventory::{JudgementCounts, RemovalSkipped};
use crate::lifecycle::OfficeCalendars;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
pub(super) use state::{Ended, State, lock};

/// Bytes of a log where the configuration does not say.
const LOG_SIZE: u64 = 1_000_000;
/// Days for which reports are kept where the configuration does not say.
const KEEP: u64 = 400;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "取り込み、点検、報告書、知らせを続けて行います(予定実行用)",
        en: "Imports, judges, reports and notifies in one go; what a scheduler calls",
    };
    let if_due = Text {
        ja: "この予定の時刻を過ぎてからまだ実行していないときだけ実行する。例: \"daily 07:30\"",
        en: "run only if this schedule has come round since the last complete run, like \"daily 07:30\"",
    };
    let at = Text {
        ja: "今とみなす日時(試しに)。本当に送って記録する",
        en: "the moment that is taken for now, for trials; it is really sent and recorded",
    };
    let fail_on = Text {
        ja: "台帳全体にこの重さ以上の指摘があれば終了コード 1(既定: 指摘では変わらない)",
        en: "exit with 1 if anything in the inventory has a finding of this severity (default: findings change nothing)",
    };
    Command::new("run")
        .about(about.get(lang))
        .arg(arguments::filled("if-due", Text { ja: "予定", en: "SCHEDULE" }, if_due, lang))
        .arg(arguments::option("at", Text { ja: "日時", en: "TIME" }, at, lang))
        .arg(arguments::fail_on(fail_on, lang))
        .arg(arguments::inventory(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let session = &session.at(matches)?;
    let settings = Settings::resolve(session, matches)?;
    let folder = notify::beside(&settings.inventory.value);
    let Some(_lock) = lock(&folder, session.lang)? else { return Ok(Outcome::Incomplete) };
    // What is damaged is written anew at the end.
    let state = State::read(&folder, session.lang).unwrap_or_else(|failure| {
        complain(&text_of(failure));
        State::default()
    });
    if let Some(spec) = matches.get_one::<String>("if-due")
        && !is_due(session, &settings, spec, &state)?
    {
        return Ok(Outcome::Clean);
    }
    if session.config.sources.is_none() && session.config.report.is_none() && session.config.notify.is_none() {
        let text = Text {
            ja: "することがありません。設定ファイルに sources、report、notify のどれかを書くか、shomei init で作ってください。",
            en: "there is nothing to do: write sources, report or notify into the configuration, or let shomei init do so.",
        };
        return Err(Failure::new(text, session.lang, &[]));
    }
    let mut journey = Journey::new(session, matches, &settings, folder, state);
    journey.go();
    journey.end()
}

/// A schedule was installed: what was due before is not caught up.
pub(super) fn note_installed(session: &Session, matches: &ArgMatches) -> Result<(), Failure> {
    let folder = notify::beside(&Settings::resolve(session, matches)?.inventory.value);
    let mut state = State::read(&folder, session.lang)?;
    state.note_installed(session.now);
    state.write(&folder, session.lang)
}

/// When the last run ended, and whether something failed in it: a line; nothing where there was none.
pub(super) fn last(session: &Session, matches: &ArgMatches, zone: Zone) -> Result<String, Failure> {
    let folder = notify::beside(&Settings::resolve(session, matches)?.inventory.value);
    let state = State::read(&folder, session.lang)?;
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
    Ok(text.fill(session.lang, &[("at", &zone.local(last))]))
}

/// Whether the schedule has come round since the last complete run; with a policy or calendar that
/// cannot be read it is, so that somebody hears of it.
fn is_due(session: &Session, settings: &Settings, spec: &str, state: &State) -> Result<bool, Failure> {
    let lang = session.lang;
    let schedule = Schedule::parse(spec).map_err(|mistake| Failure::Message(mistake.text(lang)))?;
    let (Ok(policy), Ok(holidays)) = (settings.policy_alone(session), holidays::in_force(lang)) else {
        return Ok(true);
    };
    let calendar = OfficeCalendars::new(&policy, &holidays);
    let due = schedule.last(&calendar.office, policy.zone, session.now);
    Ok(due.is_some_and(|due| state.since().is_none_or(|since| since < due || since > session.now)))
}

/// A run under way.
struct Journey<'a> {
    session: &'a Session,
    matches: &'a ArgMatches,
    settings: &'a Settings,
    folder: PathBuf,
    state: State,
    run_log: RunLog,
    watch: Watch,
    troubles: Vec<RunError>,
    lines: Vec<String>,
    tally: Option<JudgementCounts>,
    sent: Option<Sent>,
    zone: Zone,
}

impl<'a> Journey<'a> {
    fn new(
        session: &'a Session,
        matches: &'a ArgMatches,
        settings: &'a Settings,
        folder: PathBuf,
        state: State,
    ) -> Journey<'a> {
        let run = &session.config.run;
        let size = run.log_size.as_ref().map_or(LOG_SIZE, |set| set.value);
        let run_log = RunLog::new(run.log.as_ref().map(|set| set.value.as_path()), size);
        Journey {
            session,
            matches,
            settings,
            folder,
            state,
            run_log,
            watch: Watch::now(),
            troubles: Vec::new(),
            lines: Vec::new(),
            tally: None,
            sent: None,
            zone: Zone::JAPAN,
        }
    }

    /// The moment, in whole seconds.
    fn now(&self) -> Instant {
        let elapsed = time::Duration::try_from(self.watch.elapsed()).unwrap_or_default();
        let now = self.session.now.checked_add(elapsed).unwrap_or(self.session.now);
        now.replace_nanosecond(0).unwrap_or(now)
    }

    /// Writes into the log; a log that cannot be written is told once and stops nothing.
    fn log(&mut self, event: &str, fields: &[(&str, Value)]) {
        if let Err(error) = self.run_log.write(self.now(), event, fields) {
            let path = self.session.config.run.log.as_ref().map(|set| set.value.display().to_string());
            let text = Text {
                ja: "記録 {path} に書き込めません: {error}。場所と権限を確かめてください。",
                en: "cannot write the log {path}: {error}. Check the place and the permissions.",
            };
            let path = path.unwrap_or_default();
            complain(&text.fill(self.session.lang, &[("path", &path), ("error", &error)]));
            self.run_log = RunLog::new(None, 0);
        }
    }

    fn fail(&mut self, stage: &'static str, reason: &'static str, text: String) {
        self.log("trouble", &[("stage", json!(stage)), ("reason", json!(reason))]);
        self.troubles.push(RunError { stage, reason, text });
    }

    /// Goes through the stages.
    fn go(&mut self) {
        self.log("start", &[("version", json!(env!("CARGO_PKG_VERSION")))]);
        if let Ok(policy) = self.settings.policy_alone(self.session) {
            self.zone = policy.zone;
        }
        if self.session.config.sources.is_some() {
            self.import();
        }
        let outbox = notify::outbox(&self.settings.inventory.value);
        let mut mailroom = self.mailroom();
        let (session, matches) = (self.session, self.matches);
        let judged = with_matter(session, matches, &outbox, |matter| {
            self.tell_tally(matter);
            let archive = self.report(matter);
            self.report_metrics(matter);
            if let Some(mailroom) = &mut mailroom {
                self.notify(mailroom, matter, archive.as_deref());
            }
            Ok(())
        });
        if let Err(failure) = judged {
            self.fail("report", "judge", text_of(failure));
        }
    }

    fn import(&mut self) {
        match import::carry_out(self.session, &quiet(self.settings), Ways::default()) {
            Ok((report, tally)) => {
                let gone: u64 = report.roots.iter().map(|root| root.gone).sum();
                let text = Text {
                    ja: "取り込み: 新しいファイル {new}、変わったもの {changed}、なくなったもの {gone}、開けないもの {locked}、証明書 {total} 枚。",
                    en: "Import: new files {new}, changed {changed}, gone {gone}, locked {locked}; certificates {total}.",
                };
                self.lines.push(text.fill(
                    self.session.lang,
                    &[
                        ("new", &report.new),
                        ("changed", &report.changed),
                        ("gone", &gone),
                        ("locked", &report.locked),
                        ("total", &tally.certificates),
                    ],
                ));
                self.log(
                    "import",
                    &[
                        ("new", json!(report.new)),
                        ("changed", json!(report.changed)),
                        ("unchanged", json!(report.unchanged)),
                        ("gone", json!(gone)),
                        ("locked", json!(report.locked)),
                        ("unreadable", json!(report.unreadable)),
                        ("certificates", json!(tally.certificates)),
                    ],
                );
                for root in &report.roots {
                    let reason = match &root.skipped {
                        None => continue,
                        Some(RemovalSkipped::Unopened(_)) => "unopened",
                        Some(RemovalSkipped::Empty { .. }) => "empty",
                        Some(RemovalSkipped::Moved { .. }) => "moved",
                    };
                    let text =
                        root.skipped.as_ref().map(|skipped| skipped_text(&root.path, skipped, self.session.lang));
                    self.fail("import", reason, text.unwrap_or_default());
                }
                self.tally = Some(tally);
            }
            Err(failure) => self.fail("import", "failed", text_of(failure)),
        }
    }

    /// The mailroom, with what an earlier run left in the outbox sent.
    fn mailroom(&mut self) -> Option<Mailroom> {
        self.session.config.notify.as_ref()?;
        let wishes = wishes(&self.state);
        let opened = Mailroom::open(self.session, self.matches, &wishes).and_then(|mut mailroom| {
            mailroom.clear_outbox(self.session)?;
            Ok(mailroom)
        });
        opened.map_err(|failure| self.fail("mail", "mailroom", text_of(failure))).ok()
    }

    /// Says how many cannot bill.
    fn tell_tally(&mut self, matter: &Matter) {
        match matter.report() {
            Ok(report) => {
                self.lines.push(report.answer());
                let coverage = report.coverage;
                let fields = [
                    ("can", json!(coverage.can)),
                    ("unknown", json!(coverage.unknown)),
                    ("cannot", json!(coverage.cannot)),
                    ("apply", json!(report.counts.apply)),
                    ("unplaced", json!(report.counts.unplaced)),
                    ("lapsed", json!(report.counts.lapsed)),
                ];
                self.log("judge", &fields);
                if self.tally.is_none() {
                    let of = |severity| report.counts.severities.get(&severity).copied().unwrap_or(0);
                    let findings = [Severity::Info, Severity::Warning, Severity::Error].map(of);
                    self.tally = Some(JudgementCounts {
                        certificates: report.counts.certificates,
                        findings,
                        ..JudgementCounts::default()
                    });
                }
            }
            Err(failure) => self.fail("report", "report", text_of(failure)),
        }
    }

    /// Writes the reports, and gives the folder they lie in.
    fn report(&mut self, matter: &Matter) -> Option<PathBuf> {
        let reports = self.session.config.report.clone()?;
        let forms = reports.forms();
        let folder = reports.folder?.value;
        let report = matter.report().ok()?;
        if let Err(error) = std::fs::create_dir_all(&folder) {
            let text = Text {
                ja: "報告書のフォルダー {path} を作れません: {error}。設定の report.folder を確かめてください。",
                en: "cannot make the folder of reports {path}: {error}. Check report.folder in the configuration.",
            };
            let text = text.fill(self.session.lang, &[("path", &folder.display()), ("error", &error)]);
            self.fail("report", "write", text);
            return None;
        }
        let mut made = Vec::new();
        for form in forms {
            let path = report_archive::place(&folder, report.today, form);
            match self.session.write_to(Some(&path), |out| write_form(report, form, out)) {
                Ok(()) => {
                    made.push(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
                }
                Err(failure) => {
                    let text = Text { ja: "報告書 {path}: {error}", en: "report {path}: {error}" };
                    let text = text.fill(self.session.lang, &[("path", &path.display()), ("error", &text_of(failure))]);
                    self.fail("report", "write", text);
                }
            }
        }
        let keep = reports.keep.map_or(KEEP, |set| set.value);
        match report_archive::clear(&folder, report.today, keep) {
            Ok(removed) => {
                self.log("report", &[("files", json!(made)), ("removed", json!(removed))]);
            }
            Err(error) => {
                let text = Text {
                    ja: "{path} の古い報告書を片付けられません: {error}。",
                    en: "cannot clear old reports out of {path}: {error}.",
                };
                let text = text.fill(self.session.lang, &[("path", &folder.display()), ("error", &error)]);
                self.fail("report", "clear", text);
            }
        }
        if !made.is_empty() {
            let text = Text { ja: "報告書: {folder} に {files}。", en: "Reports in {folder}: {files}." };
            let files = office::joined(&made, self.session.lang);
            self.lines.push(text.fill(self.session.lang, &[("folder", &folder.display()), ("files", &files)]));
        }
        Some(folder)
    }

    /// Writes the metrics of the report; why there is none was told already.
    fn report_metrics(&mut self, matter: &Matter) {
        if let (Some(metrics), Ok(report)) = (self.session.config.run.metrics.clone(), matter.report()) {
            self.write_metrics(&metrics.value, "shomei.prom", |out| report.write_prometheus(out));
        }
    }

    fn notify(&mut self, mailroom: &mut Mailroom, matter: &Matter, archive: Option<&Path>) {
        let wishes = wishes(&self.state);
        let before = self.troubles.clone();
        match send(self.session, mailroom, matter, &wishes, before, archive) {
            Ok(sent) => {
                let new = sent.troubles.iter().skip(self.troubles.len()).cloned().collect::<Vec<_>>();
                new.into_iter().for_each(|one| self.fail(one.stage, one.reason, one.text));
                self.log(
                    "mail",
                    &[
                        ("sent", json!(sent.addresses.len())),
                        ("refused", json!(sent.refused.len())),
                        ("failed", json!(sent.failed)),
                        ("held_back", json!(sent.held_back.map(|(n, _)| n))),
                        ("auditors", json!(sent.auditors)),
                        ("by_hand", json!(sent.by_hand)),
                    ],
                );
                self.lines.push(sent.summary(self.session.lang));
                self.sent = Some(sent);
            }
            Err(failure) => self.fail("mail", "failed", text_of(failure)),
        }
    }

    fn write_metrics(
        &mut self,
        folder: &Path,
        name: &str,
        write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
    ) {
        if let Err(failure) = self.session.write_to(Some(&folder.join(name)), write) {
            self.fail("metrics", "write", text_of(failure));
        }
    }

    /// Tells the auditors what they were not told, writes metrics and state, and says how it ended.
    fn end(mut self) -> Result<Outcome, Failure> {
        match self.sent.as_ref().map(|sent| sent.auditors) {
            Some(Some(true)) => self.state.forget_untold(),
            Some(Some(false)) => self.note_untold(),
            Some(None) => {}
            None if self.troubles.is_empty() => {}
            None => self.alarm(),
        }
        let held_back = self.sent.as_ref().is_some_and(|sent| sent.held_back.is_some());
        let threshold =
            self.matches.get_one::<String>("fail-on").and_then(|word| super::config::fail_on(word)).flatten();
        let found = threshold.is_some_and(|threshold| {
            self.tally.as_ref().and_then(JudgementCounts::worst).is_some_and(|worst| worst >= threshold)
        });
        let mut outcome = match () {
            () if held_back || !self.troubles.is_empty() => Outcome::Incomplete,
            () if found => Outcome::Found,
            () => Outcome::Clean,
        };
        let ended = Ended { started: self.session.now, ended: self.now() };
        let before = self.state.clone();
        self.state.note(ended, outcome != Outcome::Incomplete);
        if let Some(metrics) = self.session.config.run.metrics.clone() {
            let troubles = self.troubles.clone();
            let sent = self.sent.as_ref();
            let count = |of: fn(&Sent) -> u64| sent.map_or(0, of);
            let metrics_of = RunMetrics {
                started: self.session.now,
                seconds: self.watch.elapsed().as_secs_f64(),
                exit: outcome.code(),
                last_success: self.state.last_success(),
                messages: [
                    ("sent", count(|sent| sent.addresses.len() as u64)),
                    ("refused", count(|sent| sent.refused.len() as u64)),
                    ("failed", count(|sent| sent.failed)),
                ],
                troubles: &troubles,
            };
            self.write_metrics(&metrics.value, "shomei-run.prom", |out| metrics_of.write(out));
            if self.troubles.len() > troubles.len() {
                outcome = Outcome::Incomplete;
                self.state = before;
                self.state.note(ended, false);
            }
        }
        self.state.write(&self.folder, self.session.lang)?;
        self.log("end", &[("exit", json!(outcome.code())), ("seconds", json!(self.watch.elapsed().as_secs_f64()))]);
        RunError::texts(&self.troubles).into_iter().for_each(complain);
        let what = self.lines.join(Text { ja: "", en: " " }.get(self.session.lang));
        let at = self.zone.local(self.session.now);
        self.session.print(&format!("{at} {what}\n"))?;
        Ok(outcome)
    }

    /// Tells the auditors that there was nothing to judge, once a day for the same reason.
    fn alarm(&mut self) {
        if self.session.config.notify.is_none() {
            return;
        }
        let Some(today) = self.zone.day(self.session.now) else { return };
        let key = format!("{today} {}", notify::fingerprint(&self.troubles));
        if self.state.alarmed(&key) {
            return;
        }
        match notify::alarm(self.session, self.zone, today, &self.troubles, self.state.untold()) {
            Ok(()) => {
                self.state.note_alarm(key);
                self.state.forget_untold();
            }
            Err(trouble) => {
                self.fail(trouble.stage, trouble.reason, trouble.text);
                self.note_untold();
            }
        }
    }

    /// Keeps for the next run what the auditors could not be told.
    fn note_untold(&mut self) {
        let day = self.zone.day(self.session.now).map(|day| day.to_string()).unwrap_or_default();
        let texts = self.troubles.iter().map(|trouble| format!("{day}: {}", trouble.text));
        texts.for_each(|text| self.state.note_untold(text));
    }
}

/// What a run wishes of a delivery.
fn wishes(state: &State) -> Wishes {
    Wishes { report: false, yes: None, by: office::login(), templates: None, earlier: state.untold().to_vec() }
}

/// The settings of a run: nobody is there to be asked.
fn quiet(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    settings.prompt.value = false;
    settings
}

fn text_of(failure: Failure) -> String {
    match failure {
        Failure::Message(text) => text,
        Failure::BrokenPipe => String::from("EPIPE"),
    }
}
