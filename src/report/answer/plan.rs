//! On which day to apply for what.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::lifecycle::{NOTHING_IMPORTED, ROWS, View, write_more};
use crate::lifecycle::{
    CertificateItem, Fallback, LateReason, LifecycleState, PlanExclusion, PlanOutcome, PlannedCertificate, RenewalPlan,
};
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::form::{csv, json, terminal};
use crate::report::layout::{Style, write_indented};
use crate::report::list::plan::{PLAN, PlanRow};

/// On which day to apply for what, and what cannot be placed.
#[derive(Clone, Copy, Debug)]
pub struct PlanReport<'a> {
    view: View<'a>,
    plan: &'a RenewalPlan<'a>,
    /// Days before its expiry from which letters are about a certificate; none: the policy's widest
    /// tier.
    within: Option<i64>,
    /// The table lists what expired long ago, too.
    with_history: bool,
}

impl<'a> PlanReport<'a> {
    /// Of a plan for the fleet.
    pub fn new(view: View<'a>, plan: &'a RenewalPlan<'a>) -> PlanReport<'a> {
        PlanReport { view, plan, within: None, with_history: false }
    }

    /// Whose table lists what expired long ago, too.
    pub fn with_history(self, with_history: bool) -> PlanReport<'a> {
        PlanReport { with_history, ..self }
    }

    /// With letters about what expires within so many days.
    pub fn within(self, within: Option<i64>) -> PlanReport<'a> {
        PlanReport { within, ..self }
    }

    fn of(&self, code: &'static str) -> impl Iterator<Item = &'a PlannedCertificate> + use<'a> {
        self.plan.entries.iter().filter(move |entry| entry.outcome.code() == code)
    }

    /// Those to apply for whose end is their root's, or is not.
    fn applied_for(&self, clipped: bool) -> impl Iterator<Item = &'a PlannedCertificate> + use<'a> {
        let items = &self.view.fleet.items;
        self.of("apply").filter(move |entry| items[entry.item].clipped == clipped)
    }

    /// Whether something has expired or loses a claim period, or was applied for and not issued in time.
    pub fn has_unplaced(&self) -> bool {
        self.is_late() || self.of("awaited").any(|entry| self.is_overdue(entry))
    }

    /// Whether something has expired or loses a claim period. What nobody knows the expiry of does not.
    fn is_late(&self) -> bool {
        self.of("cannot").any(|entry| !is_unknown(entry))
    }

    /// Whether it was applied for so long ago that it should have been issued.
    fn is_overdue(&self, entry: &PlannedCertificate) -> bool {
        let today = self.view.fleet.today;
        matches!(entry.outcome, PlanOutcome::Awaited { expected_issue: Some(day), .. } if day < today)
    }

    /// Writes what has expired or comes too late, what has no margin, then the plan by day, then what
    /// ends with its root, then what is awaited, then what all of it rests on.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        self.view.write_unmatched(out, style)?;
        writeln!(out, "{}", style.bold(&self.answer()))?;
        self.write_unplaced(out, style)?;
        self.write_tight(out, style)?;
        self.write_days(out, false, style)?;
        self.write_days(out, true, style)?;
        self.write_awaited(out, style)?;
        self.write_history(out, style)?;
        self.write_left_out(out, style)?;
        self.write_footing(out, style)?;
        self.view.write_hint(out, self.hint(), style)
    }

    fn answer(&self) -> String {
        let text = Text {
            ja: "{from} から {to} までの更新計画: 期限切れ {lapsed}件、間に合わない {cannot}件、余裕がない {tight}件、申請する {apply}件、申請済み {awaited}件、その先 {later}件{unknown}。",
            en: "Renewals from {from} to {to}: {lapsed} expired, {cannot} too late, {tight} without margin, {apply} to apply for, {awaited} applied for, {later} later{unknown}.",
        };
        let count = |code| self.of(code).count();
        let lapsed = self.of("cannot").filter(|entry| is_lapsed(entry)).count();
        let unknown = self.of("cannot").filter(|entry| is_unknown(entry)).count();
        let ends = Text { ja: "、期限不明 {n}件", en: ", {n} of unknown expiry" };
        let ends = if unknown > 0 { ends.fill(self.view.lang, &[("n", &unknown)]) } else { String::new() };
        text.fill(
            self.view.lang,
            &[
                ("from", &self.plan.from),
                ("to", &self.plan.to),
                ("apply", &count("apply")),
                ("cannot", &(count("cannot") - lapsed - unknown)),
                ("tight", &count("no-margin")),
                ("unknown", &ends),
                ("lapsed", &lapsed),
                ("awaited", &count("awaited")),
                ("later", &count("later")),
            ],
        )
    }

    fn write_unplaced(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let all = self.of("cannot").count();
        if all == 0 {
            return Ok(());
        }
        let title = Text { ja: "期限切れ・申請期限を過ぎたもの", en: "Expired or too late to apply" };
        self.view.write_title(out, title, all, Severity::Error, style)?;
        for entry in self.of("cannot").take(ROWS) {
            let whose = self.whose_ending(entry);
            write_indented(out, "  - ", &whose, style.width)?;
            write_indented(out, "    ", &self.message(entry), style.width)?;
        }
        write_more(out, all, self.view, style)?;
        self.write_lapse(out, style)
    }

    /// Writes what follows once a certificate has expired, in the prefectures of those that have.
    fn write_lapse(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let lang = self.view.lang;
        let mut told: Vec<(Vec<String>, &str)> = Vec::new();
        for entry in self.of("cannot").filter(|entry| is_lapsed(entry)) {
            let prefecture =
                self.view.fleet.holder(&self.view.fleet.items[entry.item]).and_then(|one| one.prefecture.clone());
            let Some(lapse) = self.view.fleet.policy.renewal.terms(prefecture.as_deref()).lapse.as_ref() else {
                continue;
            };
            let lapse = lapse.get(lang).trim_end_matches(['。', '.']);
            let own = prefecture.filter(|_| Some(lapse) != self.general_lapse());
            match told.iter_mut().find(|(_, other)| *other == lapse) {
                Some((of, _)) => of.extend(own.filter(|own| !of.contains(own))),
                None => told.push((own.into_iter().collect(), lapse)),
            }
        }
        for (of, lapse) in told {
            let whose = match of.is_empty() {
                true => String::new(),
                false => {
                    let joined = of.join(self.view.get(Text { ja: "、", en: ", " }));
                    Text { ja: "({of})", en: " ({of})" }.fill(lang, &[("of", &joined)])
                }
            };
            let text = Text { ja: "期限が切れたもの{whose}: {lapse}。", en: "Once expired{whose}: {lapse}." };
            writeln!(out)?;
            write_indented(out, "", &text.fill(lang, &[("whose", &whose), ("lapse", &lapse)]), style.width)?;
        }
        Ok(())
    }

    fn general_lapse(&self) -> Option<&'a str> {
        let general = self.view.fleet.policy.renewal.general.lapse.as_ref()?;
        Some(general.get(self.view.lang).trim_end_matches(['。', '.']))
    }

    /// Writes what expires before its successor is issued, or whose successor is issued only within a
    /// claim period, though no claim period is lost.
    fn write_tight(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let all = self.of("no-margin").count();
        if all == 0 {
            return Ok(());
        }
        let title = Text {
            ja: "余裕がないもの(請求期間は逃しません)", en: "Without margin (no claim period is lost)"
        };
        self.view.write_title(out, title, all, Severity::Warning, style)?;
        for entry in self.of("no-margin").take(ROWS) {
            write_indented(out, "  - ", &self.whose_ending(entry), style.width)?;
            write_indented(out, "    ", &self.message(entry), style.width)?;
        }
        write_more(out, all, self.view, style)
    }

    /// Whose it is, and when it ends.
    fn whose_ending(&self, entry: &PlannedCertificate) -> String {
        self.ending(&self.view.fleet.items[entry.item])
    }

    fn ending(&self, item: &CertificateItem) -> String {
        let whose = self.view.whose_in_line(item);
        match item.ends {
            Some(ends) => {
                let text = Text { ja: "{whose}(期限 {ends})", en: "{whose} (expires on {ends})" };
                text.fill(self.view.lang, &[("whose", &whose), ("ends", &ends)])
            }
            None => {
                let text = Text { ja: "{whose}(期限不明)", en: "{whose} (expiry unknown)" };
                text.fill(self.view.lang, &[("whose", &whose)])
            }
        }
    }

    fn write_days(&self, out: &mut dyn Write, clipped: bool, style: Style) -> io::Result<()> {
        let all = self.applied_for(clipped).count();
        if all == 0 {
            return Ok(());
        }
        let (title, severity) = match clipped {
            false => (Text { ja: "申請するもの", en: "To apply for" }, Severity::Warning),
            true => (
                Text {
                    ja: "ルートの期限で終わるもの(後継のルートで発行されるときだけ、更新に意味があります)",
                    en: "Ending with their root (renewing helps only under a successor root)",
                },
                Severity::Info,
            ),
        };
        self.view.write_title(out, title, all, severity, style)?;
        let rows: Vec<PlanRow> = self.applied_for(clipped).take(ROWS).map(|entry| self.row(entry)).collect();
        let today = self.view.fleet.today;
        let soon = |row: &PlanRow| row.recommended().is_some_and(|day| (day - today).whole_days() <= 7);
        let severity = |row: &PlanRow| soon(row).then_some(Severity::Warning);
        terminal::write_list(out, &PLAN, rows.iter(), severity, style, self.view.lang)?;
        write_more(out, all, self.view, style)
    }

    fn write_awaited(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let all = self.of("awaited").count();
        if all == 0 {
            return Ok(());
        }
        let overdue = self.of("awaited").any(|entry| self.is_overdue(entry));
        let severity = if overdue { Severity::Warning } else { Severity::Info };
        self.view.write_title(out, Text { ja: "申請済み", en: "Applied for" }, all, severity, style)?;
        for entry in self.of("awaited").take(ROWS) {
            write_indented(
                out,
                "  - ",
                &format!("{}: {}", self.whose_ending(entry), self.message(entry)),
                style.width,
            )?;
        }
        write_more(out, all, self.view, style)
    }

    /// Writes what expired long ago, where that is asked for.
    fn write_history(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let items = || self.view.fleet.items.iter().filter(|item| item.state == LifecycleState::History);
        let all = items().count();
        if !self.with_history || all == 0 {
            return Ok(());
        }
        let title = Text { ja: "履歴(期限切れから長期間経過)", en: "History (expired long ago)" };
        self.view.write_title(out, title, all, Severity::Info, style)?;
        for item in items().take(ROWS) {
            write_indented(out, "  - ", &self.ending(item), style.width)?;
        }
        write_more(out, all, self.view, style)
    }

    fn write_left_out(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        if self.plan.left_out.is_empty() {
            return Ok(());
        }
        let parts: Vec<String> =
            self.plan.left_out.iter().map(|(why, n)| format!("{} {n}", self.view.get(left_out_text(*why)))).collect();
        let text = Text { ja: "計画に入れていないもの: {parts}。", en: "Not in the plan: {parts}." };
        let parts = parts.join(self.view.get(Text { ja: "、", en: ", " }));
        writeln!(out)?;
        write_indented(out, "", &text.fill(self.view.lang, &[("parts", &parts)]), style.width)
    }

    /// What all of it rests on: what is assumed, up to when holidays are known, the roots' ends.
    fn write_footing(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        if self.plan.entries.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        self.notes().iter().try_for_each(|note| write_indented(out, "", note, style.width))
    }

    /// The same, sentence by sentence.
    pub(in crate::report) fn notes(&self) -> Vec<String> {
        let lang = self.view.lang;
        let mut notes: Vec<String> = self.view.assumed(&self.plan.assumed).into_iter().collect();
        if let (true, Some(day)) = (self.plan.guesses, self.plan.known_until) {
            let text = Text {
                ja: "祝日が分かっているのは {day} までで、その先の日は推測です(shomei holidays import で新しい一覧を取り込めます)。",
                en: "Holidays are known up to {day}; days after it are guesses (shomei holidays import takes in the next list).",
            };
            notes.push(text.fill(lang, &[("day", &day)]));
        }
        for root in self.plan.roots.iter().filter(|root| root.clipped + root.beyond > 0) {
            let text = Text {
                ja: "世代 {generation} のルートは {ends} に終わります(あと {days} 日)。そこで打ち切られる証明書 {clipped} 枚、更新後の期限がその先になるもの {beyond} 枚。後継のルートができると仮定しています。",
                en: "The root of generation {generation} ends on {ends} (in {days} days). Certificates cut short by it: {clipped}; whose renewal would outlive it: {beyond}. A successor root is assumed.",
            };
            let values: [(&str, &dyn std::fmt::Display); 5] = [
                ("generation", &root.generation),
                ("ends", &root.ends),
                ("days", &root.days_left),
                ("clipped", &root.clipped),
                ("beyond", &root.beyond),
            ];
            notes.push(text.fill(lang, &values));
        }
        notes
    }

    /// An entry.
    pub(in crate::report) fn row(&self, entry: &PlannedCertificate) -> PlanRow {
        PlanRow {
            certificate: self.view.tracked(&self.view.fleet.items[entry.item]),
            outcome: entry.outcome.clone(),
            first: entry.first,
            last_application: entry.last_application,
            deadline: entry.deadline,
            guess: self.plan.guesses_at(entry),
            is_near: self.is_near(entry),
            message: self.message(entry),
        }
    }

    /// Whether it expires within the policy's widest tier, or has expired.
    fn is_near(&self, entry: &PlannedCertificate) -> bool {
        let widest = self.view.fleet.policy.tiers.iter().map(|tier| tier.value.days).max().unwrap_or(i64::MAX);
        let within = self.within.unwrap_or(widest);
        self.view.fleet.days_left(&self.view.fleet.items[entry.item]).is_none_or(|left| left <= within)
    }

    fn hint(&self) -> Text {
        match () {
            () if self.view.fleet.items.is_empty() => NOTHING_IMPORTED,
            () if !self.is_late() && self.has_unplaced() => Text {
                ja: "次に: 発行見込み日を過ぎたものは、国保連合会などの発行元に確かめてください。発行されたら shomei import で取り込みます。",
                en: "Next: ask the issuer about those that should have been issued. Once they are, import them with shomei import.",
            },
            () if self.has_unplaced() => Text {
                ja: "次に: 期限切れのものと間に合わないものは、本日のうちに申請し、国保連合会などの発行元に確かめてください。申請したら shomei mark 申請済 ID、更新しないなら shomei mark 更新しない ID。",
                en: "Next: apply today for those that are expired or too late, and ask the issuer. Once applied for: shomei mark applied ID; not to be renewed: shomei mark not-renewing ID.",
            },
            () => Text {
                ja: "次に: 申請したら shomei mark 申請済 ID。費用は shomei fees、誰に案内するかは shomei reminders。",
                en: "Next: once applied for: shomei mark applied ID; what it costs: shomei fees; whom to notify: shomei reminders.",
            },
        }
    }

    /// What is said of an entry, in a sentence.
    fn message(&self, entry: &PlannedCertificate) -> String {
        let lang = self.view.lang;
        match &entry.outcome {
            PlanOutcome::Apply { day, .. } => {
                let text = Text { ja: "{day} に申請する", en: "apply on {day}" };
                text.fill(lang, &[("day", day)])
            }
            PlanOutcome::Later(_) => self.view.get(Text { ja: "その先", en: "later" }).into(),
            PlanOutcome::Awaited { applied, expected_issue } => {
                let text = match self.is_overdue(entry) {
                    true => Text {
                        ja: "{applied} に申請。発行見込み日({in_hand})を過ぎていますが、新しい証明書がまだ見つかりません",
                        en: "applied for on {applied}; it was expected to be issued on {in_hand} and was not found yet",
                    },
                    false => Text {
                        ja: "{applied} に申請。発行の見込みは {in_hand} ごろ",
                        en: "applied for on {applied}; expected to be issued on {in_hand}",
                    },
                };
                let expected_issue = expected_issue.map_or_else(|| "-".into(), |day| day.to_string());
                text.fill(lang, &[("applied", applied), ("in_hand", &expected_issue)])
            }
            PlanOutcome::Cannot(why, fallback) => self.late(entry, *why, fallback.as_ref()),
            PlanOutcome::NoMargin(why, fallback) => self.late(entry, *why, Some(fallback)),
        }
    }

    fn late(&self, entry: &PlannedCertificate, why: LateReason, fallback: Option<&Fallback>) -> String {
        let last = entry.last_application.map_or_else(|| "-".into(), |day| day.to_string());
        let mut said = why_text(why).fill(self.view.lang, &[("last", &last)]);
        if let Some(fallback) = fallback {
            said += &self.fallback(entry, fallback);
        }
        said + &self.view.stops(&self.view.fleet.items[entry.item])
    }

    fn fallback(&self, entry: &PlannedCertificate, fallback: &Fallback) -> String {
        let text = match fallback.missed {
            0 if fallback.stops_daily => Text {
                ja: "いちばん早い申請日は {day}、発行の見込みは {in_hand} ごろ{after}で、請求のほかに毎日使うシステムがその間使えません。",
                en: " The earliest application date is {day}, the expected date of issue {in_hand}{after}: what it is used for every day stops until then.",
            },
            0 if is_lapsed(entry) => Text {
                ja: "いちばん早い申請日は {day}、発行の見込みは {in_hand} ごろで、次の請求期間に間に合う見込みです。",
                en: " The earliest application date is {day}, the expected date of issue {in_hand}, in time for the next claim period.",
            },
            0 => Text {
                ja: "いちばん早い申請日は {day}、発行の見込みは {in_hand} ごろ{after}です。請求期間は逃しません{send}。",
                en: " The earliest application date is {day}, the expected date of issue {in_hand}{after}. No claim period is lost{send}.",
            },
            _ if is_lapsed(entry) => Text {
                ja: "いちばん早い申請日は {day}、発行の見込みは {in_hand} ごろで、これから請求期間を{missed}回逃すおそれがあります。",
                en: " The earliest application date is {day}, the expected date of issue {in_hand}. Claim periods that may be lost from now on: {missed}.",
            },
            _ => Text {
                ja: "いちばん早い申請日は {day}、発行の見込みは {in_hand} ごろ{after}で、請求期間を{missed}回逃すおそれがあります。",
                en: " The earliest application date is {day}, the expected date of issue {in_hand}{after}. Claim periods that may be lost: {missed}.",
            },
        };
        let ends = self.view.fleet.items[entry.item].whole_until;
        let after = match ends.is_some_and(|ends| ends < fallback.expected_issue) {
            true => Text { ja: "(期限の後)", en: ", after it has expired" },
            false => Text { ja: "", en: "" },
        };
        let after = self.view.get(after);
        // What ends within a claim period that its successor comes too late for is good until then.
        let period = entry.deadline.and_then(|deadline| deadline.period);
        let within = period.zip(ends).filter(|(period, ends)| {
            period.first <= *ends && *ends < period.last && fallback.expected_issue > period.last
        });
        let send = within.map(|(_, ends)| {
            let text =
                Text { ja: "({ends} までに請求を送信した場合)", en: " if the claims are sent by {ends}" };
            text.fill(self.view.lang, &[("ends", &ends)])
        });
        let send = send.unwrap_or_default();
        let values: [(&str, &dyn std::fmt::Display); 5] = [
            ("send", &send),
            ("day", &fallback.day),
            ("in_hand", &fallback.expected_issue),
            ("after", &after),
            ("missed", &fallback.missed),
        ];
        text.fill(self.view.lang, &values)
    }

    /// Writes the document `shomei/plan/1`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let plan = self.plan;
        let mut fields = self.view.opening("shomei/plan/1");
        let roots = plan.roots.iter().map(|root| {
            json!({
                "generation": root.generation,
                "ends_on": root.ends.to_string(),
                "days_left": root.days_left,
                "clipped": root.clipped,
                "beyond": root.beyond,
            })
        });
        let left_out: Map<String, Json> =
            plan.left_out.iter().map(|(why, n)| (why.code().to_string(), json!(n))).collect();
        fields["from"] = json!(plan.from.to_string());
        fields["until"] = json!(plan.to.to_string());
        fields["per_day"] = json!(plan.per_day);
        let counts = ["cannot", "no-margin", "apply", "awaited", "later"]
            .map(|code| (code.replace('-', "_"), json!(self.of(code).count())));
        fields["counts"] = Json::Object(Map::from_iter(counts));
        fields["left_out"] = json!(left_out);
        fields["assumed"] = json!(plan.assumed.keys().collect::<Vec<_>>());
        fields["holidays_known_until"] = json!(plan.known_until.map(|day| day.to_string()));
        fields["guesses"] = json!(plan.guesses);
        let lapse = self.view.fleet.policy.renewal.general.lapse.as_ref();
        fields["lapse"] = json!(lapse.map(|lapse| lapse.get(self.view.lang)));
        fields["roots"] = roots.collect();
        let entries = |out: &mut dyn Write| json::write_rows(out, &PLAN, self.rows(), self.view.lang);
        json::write_document(out, &fields, &[("entries", &entries)])
    }

    fn rows(&self) -> impl Iterator<Item = PlanRow> {
        self.plan.entries.iter().map(|entry| self.row(entry))
    }

    /// Writes one row a certificate.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &PLAN, self.rows(), self.view.lang)
    }
}

fn is_unknown(entry: &PlannedCertificate) -> bool {
    matches!(entry.outcome, PlanOutcome::Cannot(LateReason::EndUnknown, _))
}

fn is_lapsed(entry: &PlannedCertificate) -> bool {
    matches!(entry.outcome, PlanOutcome::Cannot(LateReason::Lapsed, _))
}

fn why_text(why: LateReason) -> Text {
    match why {
        LateReason::Lapsed => Text { ja: "期限が切れています。", en: "It has expired." },
        LateReason::TooLate => Text {
            ja: "最終申請日({last})を過ぎています。",
            en: "The last application date ({last}) is past.",
        },
        LateReason::NoWindow => Text {
            ja: "申請の受付期間と発行の期間のなかに、期限までに間に合う日がありません。",
            en: "No day inside the windows of application and issue is early enough.",
        },
        LateReason::Full => Text {
            ja: "間に合うどの日も、1日の件数(--per-day)に達しています。",
            en: "All days that are early enough are full (--per-day).",
        },
        LateReason::EndUnknown => Text {
            ja: "有効期限が分かりません。台帳の有効期限(申告)を書くか、証明書を取り込んでください。",
            en: "Its expiry is unknown. Declare it in the register, or import the certificate.",
        },
    }
}

/// Why a certificate is not in the plan, in words.
pub(super) fn left_out_text(why: PlanExclusion) -> Text {
    match why {
        PlanExclusion::Renewed => Text { ja: "更新済み", en: "renewed:" },
        PlanExclusion::NotInstalled => {
            Text { ja: "更新済み・入れ替え未確認", en: "renewed, not seen in place:" }
        }
        PlanExclusion::RenewedAsDeclared => Text { ja: "申告では更新済み", en: "renewed, as declared:" },
        PlanExclusion::NotRenewing => Text { ja: "更新しない", en: "not to be renewed:" },
        PlanExclusion::Revoking => Text { ja: "失効申請済", en: "revocation applied for:" },
        PlanExclusion::LeftOver => Text { ja: "使われていない", en: "not in use:" },
        PlanExclusion::History => {
            Text { ja: "期限切れから長期間経過(履歴)", en: "expired long ago (history):" }
        }
        PlanExclusion::AtAgent => Text { ja: "代理人が請求", en: "billed by an agent:" },
        PlanExclusion::Other => {
            Text { ja: "信頼できない・ほかの認証局", en: "not trusted, or another CA's:" }
        }
    }
}
