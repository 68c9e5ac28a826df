//! When certificates end: lapsed, inside a tier, later.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};
use time::Duration;

use super::lifecycle::{NOTHING_IMPORTED, ROWS, View, write_more};
use crate::calendar::Day;
use crate::lifecycle::expiry::{Nearness, nearness};
use crate::lifecycle::{CertificateItem, LifecycleState};
use crate::locale::Text;
use crate::policy::{Severity, bare_prefecture};
use crate::report::form::terminal;
use crate::report::form::{csv, json};
use crate::report::layout::Style;
use crate::report::layout::TableColumn;
use crate::report::list::expiry::{EXPIRY, ExpiryRow};
use crate::report::list::fee::month_of;
use crate::report::list::holder::contact_of;
use crate::report::list::{Cell, Column, List};

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
    with_history: bool,
}

/// How many are how near their end.
#[derive(Clone, Debug, Default)]
struct NearnessCounts(BTreeMap<Nearness, usize>);

impl NearnessCounts {
    fn of(&self, nearness: Nearness) -> usize {
        self.0.get(&nearness).copied().unwrap_or(0)
    }
}

/// What is counted together.
struct ExpiryGroup {
    /// As data spells it; empty where it is unknown.
    code: String,
    label: String,
    counts: NearnessCounts,
    tiers: Json,
}

impl ExpiryGroup {
    /// How many have lapsed, are inside a tier, end later.
    fn numbers(&self) -> [usize; 3] {
        let sum = |is: fn(Nearness) -> bool| {
            self.counts.0.iter().filter(|(near, _)| is(**near)).map(|(_, count)| count).sum()
        };
        [
            sum(|near| near == Nearness::Lapsed),
            sum(|near| matches!(near, Nearness::Tier(_))),
            sum(|near| matches!(near, Nearness::Later | Nearness::Unknown)),
        ]
    }
}

/// The groups, which the first column names.
fn groups_by(by: ExpiryBy) -> List<ExpiryGroup> {
    let head = match by {
        ExpiryBy::Month => Text { ja: "期限の月", en: "month" },
        ExpiryBy::Week => Text { ja: "期限の週(月曜)", en: "week from" },
        ExpiryBy::Prefecture => Text { ja: "都道府県", en: "prefecture" },
        ExpiryBy::Category => Text { ja: "利用区分", en: "category" },
        ExpiryBy::Generation => Text { ja: "世代", en: "root" },
        ExpiryBy::Contact => Text { ja: "担当", en: "contact" },
    };
    let columns = [
        Column::json_only("lapsed", |one: &ExpiryGroup, _| Cell::number(one.counts.of(Nearness::Lapsed)))
            .line(3, TableColumn::number(Text { ja: "期限切れ", en: "lapsed" })),
        Column::json_only("tiers", |one: &ExpiryGroup, _| Cell::Json(one.tiers.clone())),
        Column::json_only("later", |one: &ExpiryGroup, _| Cell::number(one.counts.of(Nearness::Later))),
        Column::json_only("unknown", |one: &ExpiryGroup, _| Cell::number(one.counts.of(Nearness::Unknown))),
        Column::json_only("group", |one: &ExpiryGroup, _| (&one.code).into()),
        Column::hidden(|one: &ExpiryGroup, _| Cell::text(&one.label)).line(1, TableColumn::new(head)),
        Column::hidden(|one: &ExpiryGroup, _| Cell::number(one.numbers().iter().sum::<usize>()))
            .line(2, TableColumn::number(Text { ja: "計", en: "all" })),
        Column::hidden(|one: &ExpiryGroup, _| Cell::number(one.numbers()[1]))
            .line(4, TableColumn::number(Text { ja: "段階のうち", en: "in a tier" })),
        Column::hidden(|one: &ExpiryGroup, _| Cell::number(one.numbers()[2]))
            .line(5, TableColumn::number(Text { ja: "その先", en: "later" })),
    ];
    List::new("groups", head, columns)
}

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
        Expiry { view, within, by, passwords, prefectures, with_history: false }
    }

    /// Which lists what expired long ago, too.
    pub fn with_history(self, with_history: bool) -> Expiry<'a> {
        Expiry { with_history, ..self }
    }

    fn is_listed(&self, item: &CertificateItem) -> bool {
        // An end that nobody knows may be any day.
        let within = |within| match (self.view.fleet.days_left(item), item.end) {
            (Some(left), _) => left <= within,
            (None, end) => end.is_none(),
        };
        let is_history = self.with_history && item.state == LifecycleState::History;
        (item.state.concerns() || is_history) && self.within.is_none_or(within)
    }

    fn listed(&self) -> impl Iterator<Item = &'a CertificateItem> + '_ {
        self.view.fleet.items.iter().filter(|item| self.is_listed(item))
    }

    /// The certificates whose expiry needs no attention: renewed, or otherwise settled.
    fn settled(&self) -> usize {
        let settled = |item: &&CertificateItem| !item.state.concerns() && item.state != LifecycleState::History;
        self.view.fleet.items.iter().filter(settled).count()
    }

    /// The certificates that expired long ago.
    fn history(&self) -> usize {
        self.view.fleet.items.iter().filter(|item| item.state == LifecycleState::History).count()
    }

    fn counts(&self) -> NearnessCounts {
        let mut counts = NearnessCounts::default();
        for item in self.view.fleet.items.iter().filter(|item| item.state.concerns()) {
            *counts.0.entry(nearness(self.view.fleet, item)).or_default() += 1;
        }
        counts
    }

    fn tiers(&self) -> impl Iterator<Item = i64> + '_ {
        self.view.fleet.policy.tiers.iter().map(|tier| tier.value.days)
    }

    /// What is listed, counted together.
    fn groups(&self, by: ExpiryBy) -> Vec<ExpiryGroup> {
        let mut groups: BTreeMap<String, NearnessCounts> = BTreeMap::new();
        for item in self.listed() {
            let counts = groups.entry(self.group(item, by)).or_default();
            *counts.0.entry(nearness(self.view.fleet, item)).or_default() += 1;
        }
        let group = |(code, counts): (String, NearnessCounts)| ExpiryGroup {
            label: self.group_text(&code, by),
            tiers: self.tiers_json(&counts),
            code,
            counts,
        };
        groups.into_iter().map(group).collect()
    }

    fn group(&self, item: &CertificateItem, by: ExpiryBy) -> String {
        let holder = self.view.fleet.holder(item);
        let found = match by {
            ExpiryBy::Month => item.ends.map(month_of),
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
        self.view.write_unmatched(out, style)?;
        writeln!(out, "{}", style.bold(&self.answer()))?;
        match self.by {
            Some(by) => self.write_groups(out, by, style)?,
            None => self.write_list(out, style)?,
        }
        let hint = match self.counts().of(Nearness::Lapsed) {
            _ if self.view.fleet.items.is_empty() => NOTHING_IMPORTED,
            0 => Text {
                ja: "次に: いつ申請すればよいかは shomei plan。",
                en: "Next: on which day to apply: shomei plan.",
            },
            _ => Text {
                ja: "次に: いつ申請すればよいかは shomei plan。もう使わないものは shomei mark 更新しない ID で外せます。",
                en: "Next: on which day to apply: shomei plan. What is no longer used: shomei mark not-renewing ID.",
            },
        };
        self.view.write_hint(out, hint, style)
    }

    fn answer(&self) -> String {
        let (counts, lang) = (self.counts(), self.view.lang);
        let within = Text { ja: "{days}日以内 {n}件", en: "within {days} days: {n}" };
        let mut parts =
            vec![Text { ja: "期限切れ {n}件", en: "expired: {n}" }.fill(lang, &[("n", &counts.of(Nearness::Lapsed))])];
        parts.extend(
            self.tiers().map(|days| within.fill(lang, &[("days", &days), ("n", &counts.of(Nearness::Tier(days)))])),
        );
        parts.push(Text { ja: "その先 {n}件", en: "later: {n}" }.fill(lang, &[("n", &counts.of(Nearness::Later))]));
        if counts.of(Nearness::Unknown) > 0 {
            let text = Text { ja: "期限不明 {n}件", en: "expiry unknown: {n}" };
            parts.push(text.fill(lang, &[("n", &counts.of(Nearness::Unknown))]));
        }
        let joined = parts.join(self.view.get(Text { ja: "、", en: ", " }));
        let text = Text {
            ja: "{parts}(更新済みなど対応のいらないもの {settled}件{history}を除く)。",
            en: "{parts} (not counting {settled} that are renewed or otherwise settled{history}).",
        };
        let history = Text {
            ja: "と、期限切れから{days}日を超えた履歴 {n}件(--all で表示)",
            en: ", and {n} that expired more than {days} days ago (history; --all lists them)",
        };
        let days = self.view.fleet.policy.renewal.forget_after;
        let history = match self.history() {
            0 => String::new(),
            n => history.fill(lang, &[("days", &days), ("n", &n)]),
        };
        text.fill(lang, &[("parts", &joined), ("settled", &self.settled()), ("history", &history)])
    }

    fn write_list(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let all = self.listed().count();
        if all == 0 {
            return Ok(());
        }
        let rows: Vec<ExpiryRow> = self.listed().take(ROWS).map(|item| self.row(item)).collect();
        writeln!(out)?;
        terminal::write_list(out, &EXPIRY, rows.iter(), |row| self.severity(row), style, self.view.lang)?;
        write_more(out, all, self.view, style)
    }

    fn row(&self, item: &CertificateItem) -> ExpiryRow {
        ExpiryRow {
            certificate: self.view.tracked(item),
            nearness: nearness(self.view.fleet, item),
            password_ends_on: self.password_ends(item),
        }
    }

    fn severity(&self, row: &ExpiryRow) -> Option<Severity> {
        let tiers = &self.view.fleet.policy.tiers;
        let severity = match row.nearness {
            Nearness::Lapsed => Some(Severity::Error),
            Nearness::Tier(days) => tiers.iter().find(|t| t.value.days == days).map(|t| t.value.severity),
            _ => None,
        };
        if row.certificate.item.state == LifecycleState::Active { severity } else { severity.map(|_| Severity::Info) }
    }

    fn write_groups(&self, out: &mut dyn Write, by: ExpiryBy, style: Style) -> io::Result<()> {
        let groups = self.groups(by);
        let severity = |group: &ExpiryGroup| match group.numbers() {
            [0, 0, _] => None,
            [0, ..] => Some(Severity::Warning),
            _ => Some(Severity::Error),
        };
        writeln!(out)?;
        terminal::write_list(out, &groups_by(by), groups.iter().take(ROWS), severity, style, self.view.lang)?;
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
        let lang = self.view.lang;
        let counts = self.counts();
        let mut fields = self.view.opening("shomei/expiry/1");
        let groups = self.by.map(|by| json::values(&groups_by(by), self.groups(by).into_iter(), lang));
        fields["within"] = json!(self.within);
        fields["by"] = json!(self.by.map(ExpiryBy::code));
        fields["counts"] = json!({
            "lapsed": counts.of(Nearness::Lapsed),
            "tiers": self.tiers_json(&counts),
            "later": counts.of(Nearness::Later),
            "unknown": counts.of(Nearness::Unknown),
            "settled": self.settled(),
            "history": self.history(),
        });
        fields["groups"] = groups.unwrap_or_else(|| json!([]));
        let rows = || self.listed().map(|item| self.row(item));
        let certificates = |out: &mut dyn Write| json::write_rows(out, &EXPIRY, rows(), lang);
        json::write_document(out, &fields, &[("certificates", &certificates)])
    }

    fn tiers_json(&self, counts: &NearnessCounts) -> Json {
        let tiers = self.tiers().map(|days| (days.to_string(), json!(counts.of(Nearness::Tier(days)))));
        Json::Object(tiers.collect::<Map<String, Json>>())
    }

    /// Writes one row a certificate.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &EXPIRY, self.listed().map(|item| self.row(item)), self.view.lang)
    }
}
