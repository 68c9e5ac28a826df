//! The stages of a run: import, mail queue, judgement, reports, mail. Each notes what failed in it.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::RunPipeline;
use crate::app::after::UnitCounts;
use crate::app::delivery::{self, DeliveryContext, MailQueue};
use crate::app::import::{self, ImportOptions, Imported, skipped_code, skipped_text};
use crate::app::maintenance;
use crate::app::output::{Privacy, write_file};
use crate::app::report::write_form;
use crate::app::sheet;
use crate::deliver::report_archive;
use crate::inventory::JudgementCounts;
use crate::locale::Text;
use crate::policy::Severity;

/// Days for which reports are kept where the configuration has no number.
const KEEP: u64 = 400;

impl RunPipeline<'_> {
    pub(super) fn import(&mut self) {
        // Nobody is at the terminal. Only a person may say that files are gone: a share that is not
        // mounted looks like an empty folder.
        match import::import(
            self.context,
            &ImportOptions { settings: self.options.settings.without_prompt(), rehash: false, accept_gone: false },
        ) {
            Ok(Imported { report, tally }) => {
                let gone: u64 = report.roots.iter().map(|root| root.gone).sum();
                let text = Text {
                    ja: "取り込み: 新しいファイル {new}、変わったもの {changed}、なくなったもの {gone}、開けないもの {locked}、証明書 {total} 枚。",
                    en: "Import: new files {new}, changed {changed}, gone {gone}, locked {locked}; certificates {total}.",
                };
                self.lines.push(text.fill(
                    self.context.lang,
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
                    if let Some(skipped) = &root.skipped {
                        let text = skipped_text(&root.path, skipped, self.context.lang);
                        self.fail("import", skipped_code(skipped), text);
                    }
                }
                self.tally = Some(tally);
            }
            Err(failure) => self.fail("import", "failed", failure.into_text()),
        }
    }

    /// Checks the inventory once a day: what is damaged would give wrong answers, and the copies that
    /// are still good are overwritten in time.
    pub(super) fn check(&mut self, today: &str) {
        let settings = &self.options.settings;
        if !settings.inventory.value.exists() {
            return;
        }
        match maintenance::daily_check(self.context, settings, today) {
            Ok(None) => {}
            Ok(Some(found)) => {
                self.log("check", &[("sound", json!(found.is_sound())), ("damaged", json!(found.damaged.len()))]);
                if !found.is_sound() {
                    self.fail("check", "inventory", maintenance::check_text(&found, settings, self.context.lang));
                }
            }
            Err(failure) => self.fail("check", "inventory", failure.into_text()),
        }
    }

    /// The queue, with what an earlier run left in the outbox sent.
    pub(super) fn queue(&mut self) -> Option<MailQueue> {
        self.context.config.notify.as_ref()?;
        let options = self.notify_options();
        let opened = MailQueue::open(self.context, &self.options.settings, &options).and_then(|mut queue| {
            queue.clear_outbox(self.context)?;
            Ok(queue)
        });
        opened.map_err(|failure| self.fail("mail", "mailroom", failure.into_text())).ok()
    }

    /// Notes how many cannot submit claims.
    pub(super) fn note_coverage(&mut self, delivery: &DeliveryContext) {
        match delivery.report() {
            Ok(report) => {
                // Sentence after sentence on one line: one that ends in what to type needs its full stop.
                let stop = Text { ja: "。", en: "." }.get(self.context.lang);
                let stopped = |text: String| if text.ends_with(stop) { text } else { text + stop };
                self.lines.extend(report.answer().into_iter().map(stopped));
                let coverage = report.coverage;
                let fields = [
                    ("can", json!(coverage.can)),
                    ("can_until", json!(coverage.can_until)),
                    ("unknown", json!(coverage.unknown)),
                    ("cannot", json!(coverage.cannot)),
                    ("apply", json!(report.counts.apply)),
                    ("unplaced", json!(report.counts.unplaced)),
                    ("lapsed", json!(report.counts.lapsed)),
                ];
                self.log("judge", &fields);
                self.units = Some(UnitCounts {
                    can: coverage.can,
                    can_until: coverage.can_until,
                    unknown: coverage.unknown,
                    cannot: coverage.cannot,
                });
                // Without an import the threshold is held against what the report has counted.
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
            Err(failure) => self.fail("report", "report", failure.into_text()),
        }
    }

    /// Writes the reports, and returns their folder.
    pub(super) fn report(&mut self, delivery: &DeliveryContext) -> Option<PathBuf> {
        let reports = self.context.config.report.clone()?;
        let forms = reports.forms();
        let folder = reports.folder?.value;
        let report = delivery.report().ok()?;
        if let Err(error) = std::fs::create_dir_all(&folder) {
            let text = Text {
                ja: "報告書のフォルダー {path} を作れません: {error}。設定の report.folder を確かめてください。",
                en: "cannot make the folder of reports {path}: {error}. Check report.folder in the configuration.",
            };
            let text = text.fill(self.context.lang, &[("path", &folder.display()), ("error", &error)]);
            self.fail("report", "write", text);
            return None;
        }
        let mut made = Vec::new();
        for form in forms {
            let path = report_archive::place(&folder, report.today, form);
            match write_file(&path, Privacy::Private, self.context.lang, |out| write_form(report, form, out)) {
                Ok(()) => {
                    made.push(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
                }
                Err(failure) => {
                    let text = Text { ja: "報告書 {path}: {error}", en: "report {path}: {error}" };
                    let text =
                        text.fill(self.context.lang, &[("path", &path.display()), ("error", &failure.into_text())]);
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
                let text = text.fill(self.context.lang, &[("path", &folder.display()), ("error", &error)]);
                self.fail("report", "clear", text);
            }
        }
        if !made.is_empty() {
            let text = Text { ja: "報告書: {folder} に {files}。", en: "Reports in {folder}: {files}." };
            let files = sheet::joined(&made, self.context.lang);
            self.lines.push(text.fill(self.context.lang, &[("folder", &folder.display()), ("files", &files)]));
        }
        self.reports = made;
        Some(folder)
    }

    /// Writes the metrics of the report; why there is none was reported already.
    pub(super) fn report_metrics(&mut self, delivery: &DeliveryContext) {
        if let (Some(metrics), Ok(report)) = (self.context.config.running().metrics, delivery.report()) {
            self.write_metrics(&metrics.value, "shomei.prom", |out| report.write_prometheus(out));
        }
    }

    pub(super) fn notify(&mut self, queue: &mut MailQueue, delivery: &DeliveryContext, archive: Option<&Path>) {
        let options = self.notify_options();
        let before = self.errors.clone();
        match delivery::deliver(self.context, queue, delivery, &options, before, archive) {
            Ok(sent) => {
                // They begin with those handed in, which are in the log already.
                let new = sent.errors.iter().skip(self.errors.len()).cloned().collect::<Vec<_>>();
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
                self.lines.push(sent.summary(self.context.lang));
                self.sent = Some(sent);
            }
            Err(failure) => self.fail("mail", "failed", failure.into_text()),
        }
    }
}
