//! When certificates end: lapsed, inside a tier, later.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{Cells, List, ROWS, View, after_item, contact_of, write_more};
use crate::calendar::Day;
use crate::lifecycle::expiry::{Nearness, nearness};
use crate::lifecycle::{CertificateItem, LifecycleState};
use crate::locale::Text;
use crate::policy::{Severity, bare_prefecture};
use crate::report::columns::{Column, Line, write_columns};
use crate::report::coverage::arranged;
use crate::report::csv::write_sheet;
use crate::report::json::write_json;
use crate::report::layout::{Style, write_indented};
use time::Duration;

/// By what certificates are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryBy {
    /// The month of the end.
    Month,
    /// The week of the end, from Monday.
    Week,
    /// The holder's prefecture.
    Prefecture,
    /// The usage category.
    Category,
    /// The generation of the root.
    Generation,
    /// Whom to turn to.
    Contact,
}

impl ExpiryBy {
    /// All of them, as `--by` spells them.
    pub const ALL: [(&'static str, ExpiryBy); 6] = [
        ("month", ExpiryBy::Month),
        ("week", ExpiryBy::Week),
        ("prefecture", ExpiryBy::Prefecture),
        ("category", ExpiryBy::Category),
        ("generation", ExpiryBy::Generation),
        ("contact", ExpiryBy::Contact),
    ];

    fn code(self) -> &'static str {
        ExpiryBy::ALL.iter().find(|(_, by)| *by == self).map_or("", |(code, _)| code)
    }
}

/// When certificates end.
#[derive(Debug)]
pub struct Expiry<'a> {
    view: View<'a>,
    within: Option<i64>,
    by: Option<ExpiryBy>,
    passwords: Vec<Option<Day>>,
    /// The longest way in which the register writes each prefecture.
    prefectures: HashMap<&'a str, &'a str>,
}

/// How many are how near their end.
#[derive(Clone, Debug, Default)]
struct Counts(BTreeMap<Nearness, usize>);

impl Counts {
    fn of(&self, nearness: Nearness) -> usize {
        self.0.get(&nearness).copied().unwrap_or(0)
    }
}

/// The columns, in order; docs/ja/output.md and docs/en/output.md explain each.
pub const EXPIRY_COLUMNS: [&str; 20] = after_item(&["nearness", "tier", "password_ends_on"]);

impl<'a> Expiry<'a> {
    /// Of the fleet, those that end within so many days (none: however late), counted together by
    /// something.
    pub fn new(view: View<'a>, within: Option<i64>, by: Option<ExpiryBy>) -> Expiry<'a> {
        let fleet = view.fleet;
        let life = fleet.policy.holders.password_days.map(|life| life.value);
        let ends = |holder| {
            let changed = fleet.office.password_changed(holder)?;
            changed.checked_add(Duration::days(life?))
        };
        let mut prefectures: HashMap<&str, &str> = HashMap::new();
        for written in fleet.office.holders.iter().filter_map(|holder| holder.prefecture.as_deref()) {
            let longest = prefectures.entry(bare_prefecture(written)).or_insert(written);
            *longest = if written.len() > longest.len() { written } else { longest };
        }
        let passwords = fleet.office.holders.iter().map(ends).collect();
        Expiry { view, within, by, passwords, prefectures }
    }

    fn is_listed(&self, item: &CertificateItem) -> bool {
        // An end that nobody knows may be any day.
        let within = |within| match (self.view.fleet.days_left(item), item.end) {
            (Some(left), _) => left <= within,
            (None, end) => end.is_none(),
        };
        item.state.concerns() && self.within.is_none_or(within)
    }

    fn listed(&self) -> impl Iterator<Item = &'a CertificateItem> + '_ {
        self.view.fleet.items.iter().filter(|item| self.is_listed(item))
    }

    /// The certificates whose end needs nobody's attention any more.
    fn settled(&self) -> usize {
        self.view.fleet.items.iter().filter(|item| !item.state.concerns()).count()
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in self.view.fleet.items.iter().filter(|item| item.state.concerns()) {
            *counts.0.entry(nearness(self.view.fleet, item)).or_default() += 1;
        }
        counts
    }

    fn tiers(&self) -> impl Iterator<Item = i64> + '_ {
        self.view.fleet.policy.tiers.iter().map(|tier| tier.value.days)
    }

    /// What is listed, counted together.
    fn groups(&self, by: ExpiryBy) -> BTreeMap<String, Counts> {
        let mut groups: BTreeMap<String, Counts> = BTreeMap::new();
        for item in self.listed() {
            let counts = groups.entry(self.group(item, by)).or_default();
            *counts.0.entry(nearness(self.view.fleet, item)).or_default() += 1;
        }
        groups
    }

    fn group(&self, item: &CertificateItem, by: ExpiryBy) -> String {
        let holder = self.view.fleet.holder(item);
        let found = match by {
            ExpiryBy::Month => item.ends.map(|day| format!("{}-{:02}", day.year(), u8::from(day.month()))),
            ExpiryBy::Week => item.ends.and_then(|day| {
                let monday = day.checked_sub(Duration::days(i64::from(day.weekday().number_days_from_monday())))?;
                Some(monday.to_string())
            }),
            ExpiryBy::Prefecture => holder
                .and_then(|holder| holder.prefecture.as_deref())
                .map(|written| self.prefectures.get(bare_prefecture(written)).copied().unwrap_or(written).to_string()),
            ExpiryBy::Category => item.category.clone(),
            ExpiryBy::Generation => item.generation.clone(),
            ExpiryBy::Contact => holder.and_then(|holder| contact_of(&holder.contact)),
        };
        found.unwrap_or_default()
    }

    fn password_ends(&self, item: &CertificateItem) -> Option<Day> {
        item.holder.and_then(|at| self.passwords.get(at).copied().flatten())
    }

    /// Writes how many are how near their end, then those listed or their groups, then what to do
    /// next.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(out, "{}", style.bold(&self.answer()))?;
        match self.by {
            Some(by) => self.write_groups(out, by, style)?,
            None => self.write_list(out, style)?,
        }
        let hint = match self.counts().of(Nearness::Lapsed) {
            _ if self.view.fleet.items.is_empty() => Text {
                ja: "次に: 証明書は shomei import、台帳は shomei register import で取り込みます。",
                en: "Next: take in certificates with shomei import, the register with shomei register import.",
            },
            0 => Text {
                ja: "次に: いつ申請すればよいかは shomei plan。",
                en: "Next: on which day to apply: shomei plan.",
            },
            _ => Text {
                ja: "次に: いつ申請すればよいかは shomei plan。もう使わないものは shomei mark 更新しない ID で外せます。",
                en: "Next: on which day to apply: shomei plan. What is no longer used: shomei mark not-renewing ID.",
            },
        };
        writeln!(out)?;
        write_indented(out, "", self.view.get(hint), style.width)?;
        self.view.write_closing(out, style)
    }

    fn answer(&self) -> String {
        let (counts, lang) = (self.counts(), self.view.lang);
        let within = Text { ja: "{days}日以内 {n}", en: "within {days} days: {n}" };
        let mut parts =
            vec![Text { ja: "期限切れ {n}", en: "lapsed: {n}" }.fill(lang, &[("n", &counts.of(Nearness::Lapsed))])];
        parts.extend(
            self.tiers().map(|days| within.fill(lang, &[("days", &days), ("n", &counts.of(Nearness::Tier(days)))])),
        );
        parts.push(Text { ja: "その先 {n}", en: "later: {n}" }.fill(lang, &[("n", &counts.of(Nearness::Later))]));
        if counts.of(Nearness::Unknown) > 0 {
            let text = Text { ja: "期限不明 {n}", en: "end unknown: {n}" };
            parts.push(text.fill(lang, &[("n", &counts.of(Nearness::Unknown))]));
        }
        let joined = parts.join(self.view.get(Text { ja: "、", en: ", " }));
        let text = Text {
            ja: "{parts}(更新済みなど、対応のいらないもの {settled} を除く)。",
            en: "{parts} (not counting {settled} that are renewed or otherwise settled).",
        };
        text.fill(lang, &[("parts", &joined), ("settled", &self.settled())])
    }

    fn write_list(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let columns = [
            Column::new(Text { ja: "実効有効期限", en: "ends on" }),
            Column::number(Text { ja: "残日数", en: "days" }),
            Column::new(Text { ja: "段階", en: "tier" }),
            Column::part(Text { ja: "事業所・代理人", en: "holder" }, 2, 12),
            Column::new(Text { ja: "利用区分", en: "category" }).spare(),
            Column::new(Text { ja: "パスワード期限", en: "password" }).spare(),
            Column::part(Text { ja: "備考", en: "remarks" }, 3, 8),
        ];
        let all = self.listed().count();
        if all == 0 {
            return Ok(());
        }
        let lines: Vec<Line> = self.listed().take(ROWS).map(|item| self.line(item)).collect();
        writeln!(out)?;
        write_columns(out, &columns, &lines, style, self.view.lang)?;
        write_more(out, all, self.view, style)
    }

    fn line(&self, item: &CertificateItem) -> Line {
        let (view, fleet) = (&self.view, self.view.fleet);
        let near = nearness(fleet, item);
        let severity = match near {
            Nearness::Lapsed => Some(Severity::Error),
            Nearness::Tier(days) => fleet.policy.tiers.iter().find(|t| t.value.days == days).map(|t| t.value.severity),
            _ => None,
        };
        let severity = if item.state == LifecycleState::Active { severity } else { severity.map(|_| Severity::Info) };
        let dash = || "-".to_string();
        (
            severity,
            vec![
                item.ends.map_or_else(dash, |day| day.to_string()),
                fleet.days_left(item).map_or_else(dash, |left| left.to_string()),
                self.nearness_text(near),
                view.whose(item),
                view.short_category(item.category.as_deref()),
                self.password_ends(item).map_or_else(dash, |day| day.to_string()),
                view.remarks(item),
            ],
        )
    }

    fn nearness_text(&self, near: Nearness) -> String {
        let view = &self.view;
        match near {
            Nearness::Lapsed => view.get(Text { ja: "期限切れ", en: "lapsed" }).into(),
            Nearness::Tier(days) => Text { ja: "{days}日以内", en: "{days} days" }.fill(view.lang, &[("days", &days)]),
            Nearness::Later => view.get(Text { ja: "その先", en: "later" }).into(),
            Nearness::Unknown => view.get(Text { ja: "不明", en: "unknown" }).into(),
        }
    }

    fn write_groups(&self, out: &mut dyn Write, by: ExpiryBy, style: Style) -> io::Result<()> {
        let head = match by {
            ExpiryBy::Month => Text { ja: "期限の月", en: "month" },
            ExpiryBy::Week => Text { ja: "期限の週(月曜)", en: "week from" },
            ExpiryBy::Prefecture => Text { ja: "都道府県", en: "prefecture" },
            ExpiryBy::Category => Text { ja: "利用区分", en: "category" },
            ExpiryBy::Generation => Text { ja: "世代", en: "root" },
            ExpiryBy::Contact => Text { ja: "担当", en: "contact" },
        };
        let mut columns = vec![Column::new(head), Column::number(Text { ja: "計", en: "all" })];
        columns.push(Column::number(Text { ja: "期限切れ", en: "lapsed" }));
        columns.push(Column::number(Text { ja: "段階のうち", en: "in a tier" }));
        columns.push(Column::number(Text { ja: "その先", en: "later" }));
        let groups = self.groups(by);
        let line = |(group, counts): (&String, &Counts)| -> Line {
            let tiers: usize = self.tiers().map(|days| counts.of(Nearness::Tier(days))).sum();
            let lapsed = counts.of(Nearness::Lapsed);
            let later = counts.of(Nearness::Later) + counts.of(Nearness::Unknown);
            let severity = if lapsed > 0 { Some(Severity::Error) } else { (tiers > 0).then_some(Severity::Warning) };
            let numbers = [lapsed + tiers + later, lapsed, tiers, later].map(|n| n.to_string());
            (severity, std::iter::once(self.group_text(group, by)).chain(numbers).collect())
        };
        let lines: Vec<Line> = groups.iter().take(ROWS).map(line).collect();
        writeln!(out)?;
        write_columns(out, &columns, &lines, style, self.view.lang)?;
        write_more(out, groups.len(), self.view, style)
    }

    fn group_text(&self, group: &str, by: ExpiryBy) -> String {
        match by {
            ExpiryBy::Category => self.view.category(Some(group).filter(|group| !group.is_empty())),
            _ if group.is_empty() => self.view.get(Text { ja: "不明", en: "unknown" }).into(),
            _ => group.into(),
        }
    }

    /// Writes the document `shomei/expiry/1`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Document<G: Serialize, C: Serialize> {
            #[serde(flatten)]
            opening: Map<String, Json>,
            groups: G,
            certificates: C,
        }
        let mut opening = self.view.opening("shomei/expiry/1");
        let mut counts = self.counts_json(&self.counts());
        counts["settled"] = json!(self.settled());
        opening.insert("within".into(), json!(self.within));
        opening.insert("by".into(), json!(self.by.map(ExpiryBy::code)));
        opening.insert("counts".into(), counts);
        let groups = self.by.map(|by| self.groups(by)).unwrap_or_default();
        let groups = groups.iter().map(|(group, counts)| {
            let mut json = self.counts_json(counts);
            json["group"] = json!((!group.is_empty()).then_some(group));
            json
        });
        let certificates = || {
            self.listed().map(|item| {
                let near = nearness(self.view.fleet, item);
                let mut json = self.view.item_json(item);
                json["nearness"] = json!(nearness_code(near));
                json["tier"] = json!(tier_of(near));
                json["password_ends_on"] = json!(self.password_ends(item).map(|day| day.to_string()));
                json
            })
        };
        let document = Document { opening, groups: groups.collect::<Vec<_>>(), certificates: List(certificates) };
        write_json(out, &document)?;
        out.write_all(b"\n")
    }

    fn counts_json(&self, counts: &Counts) -> Json {
        let tiers: Map<String, Json> =
            self.tiers().map(|days| (days.to_string(), json!(counts.of(Nearness::Tier(days))))).collect();
        json!({
            "lapsed": counts.of(Nearness::Lapsed),
            "tiers": tiers,
            "later": counts.of(Nearness::Later),
            "unknown": counts.of(Nearness::Unknown),
        })
    }

    /// Writes one row a certificate.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.listed().map(|item| {
            let near = nearness(self.view.fleet, item);
            let mut cells: Cells = self.view.item_cells(item);
            cells.push(("nearness", nearness_code(near).into()));
            cells.push(("tier", tier_of(near).map(|days| days.to_string()).unwrap_or_default()));
            cells.push(("password_ends_on", self.password_ends(item).map(|d| d.to_string()).unwrap_or_default()));
            arranged(&EXPIRY_COLUMNS, &cells)
        });
        write_sheet(out, &EXPIRY_COLUMNS, rows)
    }
}

fn nearness_code(near: Nearness) -> &'static str {
    match near {
        Nearness::Lapsed => "lapsed",
        Nearness::Tier(_) => "tier",
        Nearness::Later => "later",
        Nearness::Unknown => "unknown",
    }
}

fn tier_of(near: Nearness) -> Option<i64> {
    match near {
        Nearness::Tier(days) => Some(days),
        _ => None,
    }
}
