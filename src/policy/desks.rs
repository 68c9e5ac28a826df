//! `desks`: who to turn to for what, and when a desk can be reached.

use std::sync::Arc;

use time::macros::format_description;
use time::{Duration, Time, Weekday};

use super::Holidays;
use super::renewal::{CalendarPolicy, weekday};
use super::value::{LocalizedText, MonthDays, localized, text};
use crate::calendar::{BusinessCalendar, Day, Instant, Zone, parse_day};
use crate::locale::catalogue::policy as texts;
use crate::locale::{Lang, Text};
use crate::yaml::{YamlMistakes, YamlNode};

/// Days after which a search for the next opening ends: longer than any run of holidays.
const SEARCHED_DAYS: i64 = 31;

/// The desks of a policy, cheap to clone: every finding has them for its remedy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desks(Arc<[Desk]>);

/// An office, a help desk or a system to which holders turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Its id, `federation`.
    pub id: String,
    /// Its name, as running text has it.
    pub name: LocalizedText,
    /// Other words by which people look for it.
    pub words: Vec<String>,
    /// What it does.
    pub tasks: Vec<DeskTask>,
    /// Its telephone number.
    pub telephone: Option<String>,
    /// Its FAX number.
    pub fax: Option<String>,
    /// Its mail address.
    pub mail: Option<String>,
    /// When it can be reached; empty where that is not published.
    pub hours: Vec<DeskHours>,
    /// What else a caller should know.
    pub note: Option<LocalizedText>,
    /// Where this is from.
    pub source: LocalizedText,
    /// The day on which the source was read.
    pub retrieved: Day,
    /// The line on which it begins.
    pub line: u32,
}

/// One thing for which people turn to a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskTask {
    /// What it is.
    pub task: DeskTaskKind,
    /// Whether only agents, or only providers, turn there; none: both.
    pub agents: Option<bool>,
    /// How it is done: whole sentences.
    pub how: LocalizedText,
}

/// What people turn to a desk for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskTaskKind {
    /// To apply for a certificate or its renewal.
    Apply,
    /// To have a certificate revoked.
    Revoke,
    /// To ask about certificates.
    Ask,
    /// To change the system password.
    ChangePassword,
    /// To ask about the system and the claim software.
    Support,
}

/// Hours of certain days of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskHours {
    /// The days of the week.
    pub days: Vec<Weekday>,
    /// From this time.
    pub from: Time,
    /// Until this time.
    pub until: Time,
    /// Whether they hold in the claim period only, or outside of it only; none: always.
    pub in_claim_period: Option<bool>,
}

/// The days by which desks open and close.
#[derive(Clone, Copy, Debug)]
pub struct DeskCalendar<'a> {
    /// The zone of their hours.
    pub zone: Zone,
    /// The policy's calendar.
    pub calendar: &'a CalendarPolicy,
    /// The claim period; none where the policy has none.
    pub claim_period: Option<MonthDays>,
    /// The national holidays.
    pub holidays: &'a Holidays,
}

/// Whether a desk can be reached at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskAvailability {
    /// Whether it is open, and its hours of this day where it opens at all.
    pub today: Option<(Time, Time)>,
    /// The time of day that was asked about.
    pub now: Time,
    /// The next day on which it opens, from the present one on, and its hours then.
    pub next: Option<(Day, Time, Time)>,
    /// The answer rests on a day that the published hours do not cover: the turn of the year, or
    /// a year whose holidays are not announced.
    pub is_unsure: bool,
}

impl DeskTaskKind {
    const ALL: [(DeskTaskKind, &'static str); 5] = [
        (DeskTaskKind::Apply, "apply"),
        (DeskTaskKind::Revoke, "revoke"),
        (DeskTaskKind::Ask, "ask"),
        (DeskTaskKind::ChangePassword, "change-password"),
        (DeskTaskKind::Support, "support"),
    ];

    fn of_code(code: &str) -> Option<DeskTaskKind> {
        DeskTaskKind::ALL.iter().find(|(_, known)| *known == code).map(|(task, _)| *task)
    }

    /// What people call it.
    pub fn name(self) -> Text {
        match self {
            DeskTaskKind::Apply => Text { ja: "発行の申請", en: "applying for certificates" },
            DeskTaskKind::Revoke => Text { ja: "失効の申請", en: "revocation" },
            DeskTaskKind::Ask => Text { ja: "証明書の問い合わせ", en: "questions about certificates" },
            DeskTaskKind::ChangePassword => Text { ja: "パスワードの変更", en: "changing the system password" },
            DeskTaskKind::Support => Text { ja: "システムの問い合わせ", en: "questions about the system" },
        }
    }
}

/// How `task` is spelt in policies.
pub(super) const TASKS: &[&str] = &["apply", "revoke", "ask", "change-password", "support"];

/// The placeholders that stand for a desk in remedies and letters.
pub const DESK_PLACEHOLDERS: &[&str] = &["apply", "revoke", "desk"];

impl Desks {
    /// All of them, in the order of the policy.
    pub fn iter(&self) -> impl Iterator<Item = &Desk> {
        self.0.iter()
    }

    /// The desk for a task of a provider or of an agent, and how it is done there.
    pub fn doing(&self, task: DeskTaskKind, agent: bool) -> Option<(&Desk, &LocalizedText)> {
        self.0.iter().find_map(|desk| Some((desk, desk.how(task, agent)?)))
    }

    /// What a placeholder of a remedy stands for: `{apply}` and `{revoke}` are sentences that tell
    /// how, `{desk}` is the name of whom to ask about certificates. Where the policy names nobody,
    /// it is the issuer.
    pub fn placeholder(&self, name: &str, lang: Lang) -> Option<String> {
        let how = |task| self.doing(task, false).map(|(_, how)| how.get(lang));
        let text = match name {
            "apply" => how(DeskTaskKind::Apply).unwrap_or(APPLY.get(lang)),
            "revoke" => how(DeskTaskKind::Revoke).unwrap_or(REVOKE.get(lang)),
            "desk" => self.doing(DeskTaskKind::Ask, false).map_or(ISSUER.get(lang), |(desk, _)| desk.name.get(lang)),
            _ => return None,
        };
        Some(text.to_string())
    }
}

const APPLY: Text = Text {
    ja: "発行元に証明書の発行(更新)を申請してください。",
    en: "Apply to the issuer for a certificate or its renewal.",
};
const REVOKE: Text = Text {
    ja: "発行元に証明書の失効を申請してください。",
    en: "Apply to the issuer for its revocation.",
};
const ISSUER: Text = Text { ja: "発行元", en: "the issuer" };

impl FromIterator<Desk> for Desks {
    fn from_iter<T: IntoIterator<Item = Desk>>(desks: T) -> Desks {
        Desks(desks.into_iter().collect())
    }
}

impl Desk {
    /// How it does a task for a provider or for an agent, if it does.
    pub fn how(&self, task: DeskTaskKind, agent: bool) -> Option<&LocalizedText> {
        let does = |one: &&DeskTask| one.task == task && one.agents.is_none_or(|agents| agents == agent);
        self.tasks.iter().find(does).map(|one| &one.how)
    }

    /// The words that find it: its id, its name in both languages, and others.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = [self.id.as_str(), self.name.ja.as_str(), self.name.en.as_str()];
        own.into_iter().chain(self.words.iter().map(String::as_str))
    }

    /// Whether it can be reached at `at`. None where its hours are not published, or beyond the
    /// end of the calendar.
    pub fn availability(&self, at: Instant, days: &DeskCalendar) -> Option<DeskAvailability> {
        if self.hours.is_empty() {
            return None;
        }
        let (today, now) = (days.zone.day(at)?, days.zone.time(at)?);
        // Only holidays close a desk: the days of the week are in its hours, and the calendar's
        // other closures are those of issuing.
        let (calendar, holidays) = (days.calendar, days.holidays);
        let closed = match calendar.holidays {
            true => BusinessCalendar::always()
                .holidays(holidays.days().map(|(day, _)| day), (holidays.from(), holidays.until())),
            false => BusinessCalendar::always(),
        };
        let turn_of_year = calendar
            .yearly
            .iter()
            .fold(BusinessCalendar::always(), |all, (from, until)| all.closed_yearly(*from, *until));
        let is_unsure = |day: Day| closed.is_guess(day) || turn_of_year.is_closed(day);
        let hours = |day: Day| self.hours_on(day, days.claim_period).filter(|_| !closed.is_closed(day));
        let ahead = (0..SEARCHED_DAYS).map_while(|n| today.checked_add(Duration::days(n)));
        let opens = |day: &Day| hours(*day).filter(|(_, until)| *day > today || now < *until);
        let next = ahead.clone().find_map(|day| opens(&day).map(|(from, until)| (day, from, until)));
        let searched = next.map_or(today, |(day, _, _)| day);
        Some(DeskAvailability {
            today: hours(today),
            now,
            next,
            is_unsure: ahead.take_while(|day| *day <= searched).any(is_unsure),
        })
    }

    fn hours_on(&self, day: Day, claim_period: Option<MonthDays>) -> Option<(Time, Time)> {
        let period = claim_period.is_some_and(|period| period.contains(day));
        let holds = |hours: &&DeskHours| {
            hours.days.contains(&day.weekday()) && hours.in_claim_period.is_none_or(|within| within == period)
        };
        self.hours.iter().find(holds).map(|hours| (hours.from, hours.until))
    }
}

impl DeskAvailability {
    /// Whether it is open at that moment, and until when.
    pub fn open_until(&self) -> Option<Time> {
        self.today.filter(|(from, until)| *from <= self.now && self.now < *until).map(|(_, until)| until)
    }
}

/// Reads `10:00`.
pub(super) fn time_of_day(text: &str) -> Option<Time> {
    Time::parse(text, format_description!("[hour]:[minute]")).ok()
}

/// What stands under `desks`.
pub(super) fn desks(nodes: &[YamlNode], mistakes: &mut YamlMistakes) -> Desks {
    let found: Vec<(&YamlNode, Desk)> = nodes.iter().filter_map(|node| Some((node, desk(node, mistakes)?))).collect();
    for ((_, earlier), (node, later)) in super::value::pairs(&found) {
        if earlier.id == later.id {
            let values: [(&str, &dyn std::fmt::Display); 2] = [("id", &later.id), ("line", &earlier.line)];
            mistakes.say(node.place_of("id"), texts::ID_TWICE, &values, texts::OTHER_NAME);
        }
    }
    found.into_iter().map(|(_, desk)| desk).collect()
}

fn desk(node: &YamlNode, mistakes: &mut YamlMistakes) -> Option<Desk> {
    let hours = node.list("hours").iter().filter_map(|node| hours(node, mistakes)).collect();
    Some(Desk {
        id: node.read("id", text)?,
        name: node.get("name").and_then(localized)?,
        words: node.list("words").iter().filter_map(|word| Some(word.text()?.to_string())).collect(),
        tasks: node.list("tasks").iter().filter_map(task).collect(),
        telephone: node.read("telephone", text),
        fax: node.read("fax", text),
        mail: node.read("mail", text),
        hours,
        note: node.get("note").and_then(localized),
        source: node.get("source").and_then(localized)?,
        retrieved: node.read("retrieved", parse_day)?,
        line: node.place.line,
    })
}

fn task(node: &YamlNode) -> Option<DeskTask> {
    Some(DeskTask {
        task: node.read("task", DeskTaskKind::of_code)?,
        agents: node.read("holders", |word| match word {
            "agent" => Some(true),
            "provider" => Some(false),
            _ => None,
        }),
        how: node.get("how").and_then(localized)?,
    })
}

fn hours(node: &YamlNode, mistakes: &mut YamlMistakes) -> Option<DeskHours> {
    let (from, until) = (node.read("from", time_of_day)?, node.read("until", time_of_day)?);
    if until <= from {
        mistakes.say(node.place_of("until"), texts::HOURS_REVERSED, &[], texts::SWAP_HOURS);
    }
    Some(DeskHours {
        days: node.list("days").iter().filter_map(|day| weekday(day.text()?)).collect(),
        from,
        until,
        in_claim_period: node.read("period", |word| match word {
            "claim" => Some(true),
            "other" => Some(false),
            _ => None,
        }),
    })
}
