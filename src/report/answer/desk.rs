//! How a desk is presented: how to reach it, and whether it is open.

use time::Time;
use time::macros::format_description;

use crate::calendar::Instant;
use crate::locale::{Lang, Text};
use crate::policy::{Desk, DeskAvailability, DeskCalendar};
use crate::report::long_day;

/// A desk on one line: its name, its numbers, and whether it is open at `at`.
pub fn desk_line(desk: &Desk, at: Instant, days: &DeskCalendar, lang: Lang) -> String {
    let mut parts: Vec<String> =
        desk_numbers(desk, lang).into_iter().map(|(head, value)| format!("{head} {value}")).collect();
    parts.extend(desk_opening(desk, at, days, lang));
    let name = desk.name.get(lang);
    if parts.is_empty() {
        return name.to_string();
    }
    let text = Text { ja: "{name}: {parts}", en: "{name}: {parts}" };
    text.fill(lang, &[("name", &name), ("parts", &parts.join(Text { ja: "、", en: ", " }.get(lang)))])
}

/// The numbers under which a desk is reached, each with its head.
pub fn desk_numbers(desk: &Desk, lang: Lang) -> Vec<(&'static str, String)> {
    let heads = [
        (Text { ja: "電話", en: "telephone" }, &desk.telephone),
        (Text { ja: "FAX", en: "FAX" }, &desk.fax),
        (Text { ja: "メール", en: "mail" }, &desk.mail),
    ];
    heads.into_iter().filter_map(|(head, value)| Some((head.get(lang), value.clone()?))).collect()
}

/// Whether a desk is open at `at`, in a few words; none where its hours are not known.
pub fn desk_opening(desk: &Desk, at: Instant, days: &DeskCalendar, lang: Lang) -> Option<String> {
    let availability = desk.availability(at, days)?;
    let mut text = opening(&availability, lang);
    if availability.is_unsure {
        let unsure = Text {
            ja: "(年末年始または祝日が未公表の日を含むため、お知らせで確認してください)",
            en: " (includes days at the turn of the year or whose holidays are not announced: check the notices)",
        };
        text += unsure.get(lang);
    }
    Some(text)
}

fn opening(availability: &DeskAvailability, lang: Lang) -> String {
    if let Some(until) = availability.open_until() {
        let text = Text { ja: "本日は{until}まで受付中", en: "open today until {until}" };
        return text.fill(lang, &[("until", &clock(until))]);
    }
    let Some((day, from, until)) = availability.next else {
        return Text { ja: "次の受付日は不明", en: "next opening unknown" }.get(lang).into();
    };
    let (from, until, day) = (clock(from), clock(until), long_day(day, lang));
    let text = match availability.today {
        Some((opens, _)) if availability.now < opens => {
            Text { ja: "本日は{from}から{until}まで受付", en: "opens today at {from}, until {until}" }
        }
        Some(_) => Text {
            ja: "本日の受付は終了、次は{day}{from}から",
            en: "closed for today, opens again on {day} at {from}",
        },
        None => {
            Text { ja: "本日の受付なし、次は{day}{from}から", en: "closed today, opens on {day} at {from}" }
        }
    };
    text.fill(lang, &[("from", &from), ("until", &until), ("day", &day)])
}

fn clock(time: Time) -> String {
    time.format(format_description!("[hour]:[minute]")).unwrap_or_default()
}
