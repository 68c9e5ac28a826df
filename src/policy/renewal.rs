//! `calendar`, `renewal` and `fees`: when offices are open, how a renewal goes, what it costs.

use time::Weekday;

use super::value::{DaySpan, LocalizedText, MonthDays, days, known, localized, month_days, overlap, pairs, text};
use crate::calendar::{BusinessCalendar, Day, DayOfYear, parse_day};
use crate::locale::catalogue::policy as texts;
use crate::yaml::{YamlMistakes, YamlNode};

/// Business days until a certificate is in hand, where nobody says.
const LEAD_BUSINESS_DAYS: u32 = 5;
/// Days before its end from which a certificate can be renewed, where nobody says.
const OPENS_DAYS: i64 = 90;

/// Days after its expiry from which a certificate is history, where nobody says.
const FORGET_AFTER: i64 = 90;

/// When whoever issues is open, and when the office that applies is.
#[derive(Clone, Debug, Default)]
pub struct CalendarPolicy {
    /// Days of the week on which both are closed.
    pub weekly: Vec<Weekday>,
    /// National holidays close both.
    pub holidays: bool,
    /// Days of every year on which both are closed.
    pub yearly: Vec<(DayOfYear, DayOfYear)>,
    /// Days on which whoever issues is closed.
    pub closed: Vec<ClosedDays>,
    /// Days on which the office itself is closed, so that nobody applies.
    pub office: Vec<ClosedDays>,
}

/// Days on which somebody is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDays {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// Why, or where this is from.
    pub source: Option<LocalizedText>,
}

impl CalendarPolicy {
    /// The business days of whoever issues. `holidays` are the national ones, all of them
    /// between the two days.
    pub fn issuer(&self, holidays: impl Iterator<Item = Day>, known: (Day, Day)) -> BusinessCalendar {
        let mut business = BusinessCalendar::always().closed_weekly(&self.weekly);
        if self.holidays {
            business = business.holidays(holidays, known);
        }
        let business =
            self.yearly.iter().fold(business, |business, (from, until)| business.closed_yearly(*from, *until));
        closing(business, &self.closed)
    }

    /// The days on which the office can apply: business days of whoever issues (`issuer`) on
    /// which the office is open too.
    pub fn office(&self, issuer: &BusinessCalendar) -> BusinessCalendar {
        closing(issuer.clone(), &self.office)
    }
}

fn closing(business: BusinessCalendar, closures: &[ClosedDays]) -> BusinessCalendar {
    closures.iter().fold(business, |business, closure| business.closed(closure.from, closure.until))
}

/// How renewals go, in general and by prefecture.
#[derive(Clone, Debug)]
pub struct RenewalPolicy {
    /// Where a prefecture has no terms of its own.
    pub general: Terms,
    /// Terms of prefectures or federations.
    pub prefectures: Vec<Prefecture>,
    /// Days after its expiry from which a certificate is history, unless claims cannot be submitted
    /// because of it.
    pub forget_after: i64,
}

/// The terms of a prefecture or federation.
#[derive(Clone, Debug)]
pub struct Prefecture {
    /// How registers write it.
    pub names: Vec<String>,
    /// Its terms, with the general ones where it says nothing.
    pub terms: Terms,
}

/// How a renewal goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Days before its end from which a certificate can be renewed.
    pub opens_days: StatedOrAssumed<i64>,
    /// The issuer's business days after the day of application until the certificate is in hand.
    pub lead_business_days: StatedOrAssumed<u32>,
    /// Business days more where the fee is paid by transfer, before the issue.
    pub transfer_business_days: StatedOrAssumed<u32>,
    /// From when a renewed certificate counts.
    pub start: StatedOrAssumed<RenewalStart>,
    /// What happens to whoever lets a certificate lapse.
    pub lapse: Option<LocalizedText>,
    /// The days of each month on which applications are taken.
    pub application_window: Option<MonthDays>,
    /// The days of each month on which certificates are issued.
    pub issue_window: Option<MonthDays>,
    /// Where this is from.
    pub source: Option<LocalizedText>,
    /// The line on which it begins.
    pub line: u32,
}

impl Default for RenewalPolicy {
    fn default() -> RenewalPolicy {
        RenewalPolicy { general: Terms::default(), prefectures: Vec::new(), forget_after: FORGET_AFTER }
    }
}

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            opens_days: StatedOrAssumed::assumed(OPENS_DAYS),
            lead_business_days: StatedOrAssumed::assumed(LEAD_BUSINESS_DAYS),
            transfer_business_days: StatedOrAssumed::assumed(0),
            start: StatedOrAssumed::assumed(RenewalStart::Unknown),
            lapse: None,
            application_window: None,
            issue_window: None,
            source: None,
            line: 0,
        }
    }
}

/// A value, and whether it is known or just assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedOrAssumed<T> {
    /// The value.
    pub value: T,
    /// Nobody has said so: it is a guess, and is shown as one.
    pub assumed: bool,
}

impl<T> StatedOrAssumed<T> {
    fn assumed(value: T) -> StatedOrAssumed<T> {
        StatedOrAssumed { value, assumed: true }
    }
}

/// From when a renewed certificate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewalStart {
    /// From its issue.
    Issue,
    /// From the end of the one it renews.
    RunOn,
    /// Nobody knows, or the applicant chooses.
    Unknown,
}

impl RenewalStart {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            RenewalStart::Issue => "issue",
            RenewalStart::RunOn => "run-on",
            RenewalStart::Unknown => "unknown",
        }
    }

    fn of_code(code: &str) -> Option<RenewalStart> {
        [RenewalStart::Issue, RenewalStart::RunOn, RenewalStart::Unknown].into_iter().find(|one| one.code() == code)
    }
}

/// A prefecture as short as it can be written: 東京 for 東京都.
pub fn bare_prefecture(name: &str) -> &str {
    name.trim().trim_end_matches(['都', '府', '県'])
}

impl RenewalPolicy {
    /// The terms of a prefecture, as the register writes it: 東京 is 東京都.
    pub fn terms(&self, prefecture: Option<&str>) -> &Terms {
        let own = prefecture.map(bare_prefecture).and_then(|written| {
            self.prefectures.iter().find(|one| one.names.iter().any(|name| bare_prefecture(name) == written))
        });
        own.map_or(&self.general, |own| &own.terms)
    }
}

/// What a certificate costs, by the day of application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// The id of its usage category; none where the fee is the same for all.
    pub category: Option<String>,
    /// The days of application for which it holds.
    pub applied: DaySpan,
    /// The amount in yen.
    pub yen: u64,
    /// The years that a certificate lives for it.
    pub years: Option<i32>,
    /// Whether consumption tax is in it; none where nobody says.
    pub tax_included: Option<bool>,
    /// Where this is from.
    pub source: LocalizedText,
    /// The line on which it begins.
    pub line: u32,
}

/// What stands under `calendar`.
pub(super) fn calendar(node: &YamlNode, mistakes: &mut YamlMistakes) -> CalendarPolicy {
    let weekly = node.list("weekly").iter().filter_map(|day| weekday(day.text()?));
    let yearly = node
        .list("yearly")
        .iter()
        .filter_map(|span| Some((span.read("from", day_of_year)?, span.read("until", day_of_year)?)));
    CalendarPolicy {
        weekly: weekly.collect(),
        holidays: node.get("holidays").is_some(),
        yearly: yearly.collect(),
        closed: closures(node.list("closed"), mistakes),
        office: closures(node.list("office"), mistakes),
    }
}

fn closures(nodes: &[YamlNode], mistakes: &mut YamlMistakes) -> Vec<ClosedDays> {
    let closure = |node: &YamlNode| {
        let span = days(node, mistakes);
        Some(ClosedDays { from: span.from?, until: span.until?, source: node.get("source").and_then(localized) })
    };
    nodes.iter().filter_map(closure).collect()
}

/// The days of the week, as policies spell them.
pub(super) const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|name| *name == word)?;
    Some(Weekday::Monday.nth_next(u8::try_from(at).ok()?))
}

/// Reads `12-29`; 29 February is a day of some years.
pub(super) fn day_of_year(text: &str) -> Option<DayOfYear> {
    let day = parse_day(&format!("2024-{text}"))?;
    Some((u8::from(day.month()), day.day()))
}

/// What stands under `renewal`.
pub(super) fn renewal(node: &YamlNode, mistakes: &mut YamlMistakes) -> RenewalPolicy {
    let general = terms(node, &Terms::default(), mistakes);
    let own = |node: &YamlNode| {
        let names = node.list("names").iter().filter_map(|name| name.text().map(String::from)).collect();
        Prefecture { names, terms: terms(node, &general, mistakes) }
    };
    let prefectures = node.list("prefectures").iter().map(own).collect();
    let forget_after = node.read("forget_after", |text| text.parse().ok()).unwrap_or(FORGET_AFTER);
    RenewalPolicy { general, prefectures, forget_after }
}

fn terms(node: &YamlNode, general: &Terms, mistakes: &mut YamlMistakes) -> Terms {
    let assumed: Vec<&str> = node.list("assumed").iter().filter_map(YamlNode::text).collect();
    Terms {
        opens_days: stated(node, "renewal_opens_days", &assumed, general.opens_days, |text| text.parse().ok()),
        lead_business_days: stated(node, "lead_business_days", &assumed, general.lead_business_days, |text| {
            text.parse().ok()
        }),
        transfer_business_days: stated(
            node,
            "transfer_business_days",
            &assumed,
            general.transfer_business_days,
            |text| text.parse().ok(),
        ),
        start: stated(node, "renewal_start", &assumed, general.start, RenewalStart::of_code),
        lapse: node.get("lapse").and_then(localized).or_else(|| general.lapse.clone()),
        application_window: window(node, "application_window", mistakes).or(general.application_window),
        issue_window: window(node, "issue_window", mistakes).or(general.issue_window),
        source: node.get("source").and_then(localized).or_else(|| general.source.clone()),
        line: node.place.line,
    }
}

/// The value under `key`, which is an assumption where `assumed` names it.
fn stated<T: Copy>(
    node: &YamlNode,
    key: &str,
    assumed: &[&str],
    general: StatedOrAssumed<T>,
    read: impl Fn(&str) -> Option<T>,
) -> StatedOrAssumed<T> {
    let given = node.read(key, read);
    given.map_or(general, |value| StatedOrAssumed { value, assumed: assumed.contains(&key) })
}

fn window(node: &YamlNode, key: &str, mistakes: &mut YamlMistakes) -> Option<MonthDays> {
    node.get(key).and_then(|node| month_days(node, mistakes)).map(|window| window.value)
}

/// What stands under `fees`; no two may hold for one category and day.
pub(super) fn fees(nodes: &[YamlNode], categories: &[String], mistakes: &mut YamlMistakes) -> Vec<Fee> {
    let fees: Vec<(&YamlNode, Fee)> =
        nodes.iter().filter_map(|node| Some((node, fee(node, categories, mistakes)?))).collect();
    for ((_, earlier), (node, later)) in pairs(&fees) {
        let both = earlier.category.is_none() || later.category.is_none() || earlier.category == later.category;
        if both && overlap(earlier.applied, later.applied) {
            mistakes.say(node.place, texts::SPANS_OVERLAP, &[("line", &earlier.line)], texts::ONE_SPAN_A_DAY);
        }
    }
    fees.into_iter().map(|(_, fee)| fee).collect()
}

fn fee(node: &YamlNode, categories: &[String], mistakes: &mut YamlMistakes) -> Option<Fee> {
    if let Some(category) = node.get("category") {
        known(category, categories, texts::UNKNOWN_CATEGORY, mistakes);
    }
    Some(Fee {
        category: node.read("category", text),
        applied: days(node, mistakes),
        yen: node.read("yen", |text| text.parse().ok())?,
        years: node.read("years", |text| text.parse().ok()),
        tax_included: node.read("tax", |word| match word {
            "included" => Some(true),
            "excluded" => Some(false),
            _ => None,
        }),
        source: node.get("source").and_then(localized)?,
        line: node.place.line,
    })
}

/// What `assumed` may name.
pub(super) const ASSUMABLE: &[&str] =
    &["renewal_opens_days", "lead_business_days", "transfer_business_days", "renewal_start"];
