//! On which day to apply for what.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::lifecycle::{NOTHING_IMPORTED, ROWS, View, write_more};
use crate::lifecycle::{Fallback, LateReason, PlanExclusion, PlanOutcome, PlannedCertificate, RenewalPlan};
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
}

impl<'a> PlanReport<'a> {
    /// Of a plan for the fleet.
    pub fn new(view: View<'a>, plan: &'a RenewalPlan<'a>) -> PlanReport<'a> {
        PlanReport { view, plan }
    }

    fn of(&self, code: &'static str) -> impl Iterator<Item = &'a PlannedCertificate> + use<'a> {
        self.plan.entries.iter().filter(move |entry| entry.outcome.code() == code)
    }

    /// Those to apply for whose end is their root's, or is not.
    fn applied_for(&self, clipped: bool) -> impl Iterator<Item = &'a PlannedCertificate> + use<'a> {
        let items = &self.view.fleet.items;
        self.of("apply").filter(move |entry| items[entry.item].clipped == clipped)
    }

    /// Whether something cannot be placed, or was applied for and has not come.
    pub fn has_unplaced(&self) -> bool {
        self.of("cannot").next().is_some() || self.of("awaited").any(|entry| self.is_overdue(entry))
    }

    /// Whether it was applied for so long ago that it should be in hand.
    fn is_overdue(&self, entry: &PlannedCertificate) -> bool {
        let today = self.view.fleet.today;
        matches!(entry.outcome, PlanOutcome::Awaited { expected_issue: Some(day), .. } if day < today)
    }

    /// Writes what cannot be placed, then the plan by day, then what ends with its root, then what
    /// is awaited, then what all of it rests on.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        self.view.write_unmatched(out, style)?;
        writeln!(out, "{}", style.bold(&self.answer()))?;
        self.write_unplaced(out, style)?;
        self.write_days(out, false, style)?;
        self.write_days(out, true, style)?;
        self.write_awaited(out, style)?;
        self.write_left_out(out, style)?;
        self.write_footing(out, style)?;
        self.view.write_hint(out, self.hint(), style)
    }

    fn answer(&self) -> String {
        let text = Text {
            ja: "{from} から {to} までの更新計画: 申請する {apply}、間に合わない {cannot}、期限切れ {lapsed}、申請済み {awaited}、その先 {later}。",
            en: "Renewals from {from} to {to}: {apply} to apply for, {cannot} without a safe day, {lapsed} lapsed, {awaited} applied for, {later} later.",
        };
        let count = |code| self.of(code).count();
        let lapsed = self.of("cannot").filter(|entry| is_lapsed(entry)).count();
        text.fill(
            self.view.lang,
            &[
                ("from", &self.plan.from),
                ("to", &self.plan.to),
                ("apply", &count("apply")),
                ("cannot", &(count("cannot") - lapsed)),
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
        let title = Text { ja: "間に合う申請日がないもの", en: "Without a safe day" };
        self.view.write_title(out, title, all, Severity::Error, style)?;
        for entry in self.of("cannot").take(ROWS) {
            let whose = self.whose_ending(entry);
            if is_lapsed(entry) {
                let text = Text { ja: "{whose}: 期限切れ", en: "{whose}: lapsed" };
                write_indented(out, "  - ", &text.fill(self.view.lang, &[("whose", &whose)]), style.width)?;
            } else {
                write_indented(out, "  - ", &whose, style.width)?;
                write_indented(out, "    ", &self.message(entry), style.width)?;
            }
        }
        write_more(out, all, self.view, style)?;
        if let Some(lapse) = &self.view.fleet.policy.renewal.lapse {
            let mut lapse = lapse.get(self.view.lang).trim_end_matches(['。', '.']).to_string();
            if let Some(first) = lapse.get(..1).map(str::to_uppercase) {
                lapse.replace_range(..1, &first);
            }
            let text = Text { ja: "{lapse}。", en: "{lapse}." };
            writeln!(out)?;
            write_indented(out, "", &text.fill(self.view.lang, &[("lapse", &lapse)]), style.width)?;
        }
        Ok(())
    }

    /// Whose it is, and when it ends.
    fn whose_ending(&self, entry: &PlannedCertificate) -> String {
        let item = &self.view.fleet.items[entry.item];
        let whose = self.view.whose_in_line(item);
        match item.ends {
            Some(ends) => {
                let text = Text { ja: "{whose}(期限 {ends})", en: "{whose} (ends on {ends})" };
                text.fill(self.view.lang, &[("whose", &whose), ("ends", &ends)])
            }
            None => {
                let text = Text { ja: "{whose}(期限不明)", en: "{whose} (end unknown)" };
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
            message: self.message(entry),
        }
    }

    fn hint(&self) -> Text {
        match () {
            () if self.view.fleet.items.is_empty() => NOTHING_IMPORTED,
            () if self.of("cannot").next().is_none() && self.has_unplaced() => Text {
                ja: "次に: 手に入るはずの日を過ぎたものは、発行元に確かめてください。届いたら shomei import で取り込みます。",
                en: "Next: ask the issuer about those that should have been in hand; once they are, take them in with shomei import.",
            },
            () if self.has_unplaced() => Text {
                ja: "次に: 間に合わないものは、すぐに発行元へ連絡してください。申請したら shomei mark 申請済 ID、更新しないなら shomei mark 更新しない ID。",
                en: "Next: turn to the issuer at once about those without a safe day. Once applied for: shomei mark applied ID; not to be renewed: shomei mark not-renewing ID.",
            },
            () => Text {
                ja: "次に: 申請したら shomei mark 申請済 ID。費用は shomei fees、誰に知らせるかは shomei reminders。",
                en: "Next: once applied for: shomei mark applied ID; what it costs: shomei fees; whom to tell: shomei reminders.",
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
                        ja: "{applied} に申請。{in_hand} ごろには手に入るはずですが、まだ見つかっていません",
                        en: "applied for on {applied}; it should have been in hand by {in_hand} and was not seen yet",
                    },
                    false => Text {
                        ja: "{applied} に申請。{in_hand} ごろに手に入る見込み",
                        en: "applied for on {applied}; should be in hand by {in_hand}",
                    },
                };
                let expected_issue = expected_issue.map_or_else(|| "-".into(), |day| day.to_string());
                text.fill(lang, &[("applied", applied), ("in_hand", &expected_issue)])
            }
            PlanOutcome::Cannot(why, fallback) => {
                let last = entry.last_application.map_or_else(|| "-".into(), |day| day.to_string());
                let mut said = why_text(*why).fill(lang, &[("last", &last)]);
                if let Some(fallback) = fallback {
                    said += &self.fallback(entry, fallback);
                }
                said
            }
        }
    }

    fn fallback(&self, entry: &PlannedCertificate, fallback: &Fallback) -> String {
        let text = match fallback.missed {
            0 => Text {
                ja: "いちばん早い申請日は {day}、手に入るのは {in_hand} ごろ{after}です。",
                en: " The earliest day to apply is {day}; it would be in hand by {in_hand}{after}.",
            },
            _ => Text {
                ja: "いちばん早い申請日は {day}、手に入るのは {in_hand} ごろ{after}で、請求期間を {missed} 回逃すおそれがあります。",
                en: " The earliest day to apply is {day}; it would be in hand by {in_hand}{after}. Claim periods that may be missed: {missed}.",
            },
        };
        let ends = self.view.fleet.items[entry.item].whole_until;
        let after = match ends.is_some_and(|ends| ends < fallback.expected_issue) {
            true => Text { ja: "(期限の後)", en: ", after it has lapsed" },
            false => Text { ja: "", en: "" },
        };
        let after = self.view.get(after);
        let values: [(&str, &dyn std::fmt::Display); 4] = [
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
        let counts =
            ["cannot", "apply", "awaited", "later"].map(|code| (code.to_string(), json!(self.of(code).count())));
        fields["counts"] = Json::Object(Map::from_iter(counts));
        fields["left_out"] = json!(left_out);
        fields["assumed"] = json!(plan.assumed.keys().collect::<Vec<_>>());
        fields["holidays_known_until"] = json!(plan.known_until.map(|day| day.to_string()));
        fields["guesses"] = json!(plan.guesses);
        let lapse = self.view.fleet.policy.renewal.lapse.as_ref();
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

fn is_lapsed(entry: &PlannedCertificate) -> bool {
    matches!(entry.outcome, PlanOutcome::Cannot(LateReason::Lapsed, _))
}

fn why_text(why: LateReason) -> Text {
    match why {
        LateReason::Lapsed => Text { ja: "すでに期限が切れています。", en: "It has lapsed." },
        LateReason::TooLate => Text {
            ja: "間に合う最後の申請日({last})を過ぎています。",
            en: "The last safe day ({last}) has gone by.",
        },
        LateReason::NoWindow => Text {
            ja: "申請の受付期間と発行の期間のなかに、間に合う日がありません。",
            en: "No day inside the windows of application and issue is safe.",
        },
        LateReason::Full => Text {
            ja: "間に合うどの日も、1日の件数(--per-day)に達しています。",
            en: "All its safe days are full (--per-day).",
        },
        LateReason::EndUnknown => Text {
            ja: "有効期限が分かりません。台帳の有効期限(申告)を書くか、証明書を取り込んでください。",
            en: "Nobody knows when it ends. Declare its expiry in the register, or import the certificate.",
        },
    }
}

/// Why a certificate is not in the plan, in words.
fn left_out_text(why: PlanExclusion) -> Text {
    match why {
        PlanExclusion::Renewed => Text { ja: "更新済み", en: "renewed:" },
        PlanExclusion::NotInstalled => {
            Text { ja: "更新済み・入れ替え未確認", en: "renewed, not seen in place:" }
        }
        PlanExclusion::RenewedAsDeclared => Text { ja: "申告では更新済み", en: "renewed, as declared:" },
        PlanExclusion::NotRenewing => Text { ja: "更新しない", en: "not to be renewed:" },
        PlanExclusion::Revoking => Text { ja: "失効申請済", en: "revocation applied for:" },
        PlanExclusion::LeftOver => Text { ja: "使われていない", en: "left over:" },
        PlanExclusion::AtAgent => Text { ja: "代理人が請求", en: "billed by an agent:" },
        PlanExclusion::Other => {
            Text { ja: "信頼できない・ほかの認証局", en: "not trusted, or another CA's:" }
        }
    }
}
