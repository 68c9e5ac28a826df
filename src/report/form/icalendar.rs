//! A calendar to subscribe to (iCalendar, RFC 5545): the days on which something is due.

use std::collections::BTreeSet;
use std::io::{self, Write};

use sha2::{Digest, Sha256};
use time::macros::utc_datetime;

use crate::calendar::{Day, Instant};
use crate::certificate::hex;
use crate::lifecycle::PlanOutcome;
use crate::locale::{Lang, Text};
use crate::report::answer::report::Report;
use crate::report::escape::terminal;
use crate::report::list::holder::HasHolder;
use crate::report::list::plan::PlanRow;

/// Octets of a line, its end not among them (RFC 5545, 3.1).
const OCTETS: usize = 75;
/// Characters of a name in an event's title at most.
const NAME: usize = 80;
/// Days that lie further back are no events any more.
const PAST: i64 = 31;
/// From when the minutes of SEQUENCE count.
const EPOCH: Instant = utc_datetime!(2020-01-01 00:00);

/// What a day of a certificate is.
struct EventDay {
    /// In the event's UID; it never changes.
    code: &'static str,
    /// The day, in a row of the plan.
    day: fn(&PlanRow) -> Option<Day>,
    /// The event's title.
    title: Text,
    /// Days before it on which to remind, in the morning.
    remind: i64,
}

const RECOMMENDED: EventDay = EventDay {
    code: "apply",
    day: PlanRow::recommended,
    title: Text { ja: "【申請日】{name}", en: "Apply for: {name}" },
    remind: 1,
};
const LAST_SAFE: EventDay = EventDay {
    code: "last-safe",
    day: |row| row.last_application,
    title: Text { ja: "【最終申請日】{name}", en: "Last safe day to apply: {name}" },
    remind: 7,
};
const END: EventDay = EventDay {
    code: "end",
    day: |row| row.certificate.item.ends,
    title: Text { ja: "【有効期限】{name}", en: "Certificate ends: {name}" },
    remind: 14,
};

/// Text as a value: what could act is shown as it is on a terminal; newlines are our own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, one) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str("\\n");
        }
        for c in terminal(one).chars() {
            if matches!(c, '\\' | ';' | ',') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// Writes a line, folded so that no part has more than 75 octets and no character is cut in two.
fn line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    // Octets are counted, not characters: a Japanese character has three, and one that is cut in two by
    // the fold is no UTF-8 any more (RFC 5545, 3.1).
    let mut room = OCTETS;
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if at + c.len_utf8() - from > room {
            out.write_all(&text.as_bytes()[from..at])?;
            out.write_all(b"\r\n ")?;
            // The space that begins the next part counts too.
            (from, room) = (at, OCTETS - 1);
        }
    }
    out.write_all(&text.as_bytes()[from..])?;
    out.write_all(b"\r\n")
}

fn date(day: Day) -> String {
    format!("{:04}{:02}{:02}", day.year(), u8::from(day.month()), day.day())
}

fn moment(at: Instant) -> String {
    format!("{}T{:02}{:02}{:02}Z", date(at.date()), at.hour(), at.minute(), at.second())
}

impl Report {
    /// Writes it.
    pub fn write_calendar(&self, out: &mut dyn Write) -> io::Result<()> {
        let lang = match self.lang {
            Lang::Ja => "JA",
            Lang::En => "EN",
        };
        line(out, "BEGIN:VCALENDAR")?;
        line(out, "VERSION:2.0")?;
        line(out, &format!("PRODID:-//shomei//shomei {}//{lang}", env!("CARGO_PKG_VERSION")))?;
        line(out, "CALSCALE:GREGORIAN")?;
        line(out, "METHOD:PUBLISH")?;
        let name = match self.scope.as_str() {
            "" => self.text(Text { ja: "電子証明書の期限", en: "Certificates" }).to_string(),
            scope => Text { ja: "電子証明書の期限({scope})", en: "Certificates ({scope})" }
                .fill(self.lang, &[("scope", &scope)]),
        };
        line(out, &format!("X-WR-CALNAME:{}", escaped(&name)))?;
        let unfinished = self.unfinished().join("\n");
        if !unfinished.is_empty() {
            line(out, &format!("X-WR-CALDESC:{}", escaped(&unfinished)))?;
        }
        let mut used = BTreeSet::new();
        self.rows.plan.iter().try_for_each(|row| self.write_events(out, row, &mut used))?;
        if used.is_empty() {
            // A calendar has one component at least (RFC 5545, 3.6).
            for text in [
                "BEGIN:VTIMEZONE",
                "TZID:Etc/UTC",
                "BEGIN:STANDARD",
                "DTSTART:19700101T000000",
                "TZOFFSETFROM:+0000",
                "TZOFFSETTO:+0000",
                "END:STANDARD",
                "END:VTIMEZONE",
            ] {
                line(out, text)?;
            }
        }
        line(out, "END:VCALENDAR")
    }

    /// The days of a certificate.
    fn write_events(&self, out: &mut dyn Write, row: &PlanRow, used: &mut BTreeSet<String>) -> io::Result<()> {
        let day = |kind: &EventDay| (kind.day)(row).filter(|day| (self.today - *day).whole_days() <= PAST);
        let last = day(&LAST_SAFE);
        let applied = matches!(row.outcome, PlanOutcome::Awaited { .. });
        let events = [
            (&RECOMMENDED, day(&RECOMMENDED).filter(|day| Some(*day) != last && !applied)),
            (&LAST_SAFE, last.filter(|_| !applied)),
            (&END, day(&END)),
        ];
        let about = about(row);
        for (kind, day) in events {
            let Some(day) = day else { continue };
            let mut uid = format!("{about}-{}@shomei", kind.code);
            let mut again = 1;
            // UIDs are unique (RFC 5545, 3.8.4.7), but rows without a certificate may have one holder or name.
            while !used.insert(uid.clone()) {
                again += 1;
                uid = format!("{about}-{again}-{}@shomei", kind.code);
            }
            self.write_event(out, row, kind, day, &uid)?;
        }
        Ok(())
    }

    fn write_event(&self, out: &mut dyn Write, row: &PlanRow, kind: &EventDay, day: Day, uid: &str) -> io::Result<()> {
        let title = kind.title.fill(self.lang, &[("name", &whose(row))]);
        let minutes = (self.at - EPOCH).whole_minutes().max(0);
        line(out, "BEGIN:VEVENT")?;
        line(out, &format!("UID:{}", escaped(uid)))?;
        line(out, &format!("DTSTAMP:{}", moment(self.at)))?;
        // It grows with each report, so that a calendar takes the newer of two versions of a UID
        // (RFC 5545, 3.8.7.4).
        line(out, &format!("SEQUENCE:{minutes}"))?;
        line(out, &format!("DTSTART;VALUE=DATE:{}", date(day)))?;
        // DTEND is the first day after the event (RFC 5545, 3.6.1).
        if let Some(next) = day.next_day() {
            line(out, &format!("DTEND;VALUE=DATE:{}", date(next)))?;
        }
        line(out, &format!("SUMMARY:{}", escaped(&title)))?;
        line(out, &format!("DESCRIPTION:{}", escaped(&self.description(row))))?;
        // A due date does not make anybody busy.
        line(out, "TRANSP:TRANSPARENT")?;
        if day >= self.today {
            line(out, "BEGIN:VALARM")?;
            line(out, "ACTION:DISPLAY")?;
            line(out, &format!("DESCRIPTION:{}", escaped(&title)))?;
            // Relative to midnight of the event's day: nine in the morning, so many days before.
            line(out, &format!("TRIGGER:-P{}DT15H", kind.remind - 1))?;
            line(out, "END:VALARM")?;
        }
        line(out, "END:VEVENT")
    }

    /// The days of it, and the steps.
    fn description(&self, row: &PlanRow) -> String {
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        let certificate = &row.certificate;
        let lines = [
            (Text { ja: "申請日", en: "Apply on" }, day(row.recommended())),
            (Text { ja: "間に合う最後の申請日", en: "At the latest on" }, day(row.last_application)),
            (Text { ja: "手に入る見込み", en: "In hand on" }, day(row.expected_issue())),
            (Text { ja: "入手の期限", en: "Needed by" }, day(row.deadline.map(|deadline| deadline.day))),
            (Text { ja: "有効期限", en: "Ends on" }, day(certificate.item.ends)),
            (
                Text { ja: "利用区分", en: "Category" },
                certificate.category.as_ref().map(|category| category.name.clone()),
            ),
            (Text { ja: "状況", en: "Now" }, Some(row.message.clone())),
        ];
        let said = lines.iter().filter_map(|(name, value)| {
            let value = value.as_ref().filter(|value| !value.is_empty())?;
            Some(format!("{}: {}", self.text(*name), value.replace('\n', " ")))
        });
        let mut said: Vec<String> = said.collect();
        let steps = Text {
            ja: "手順: 1. 更新を申請する。2. shomei mark applied で記録する。3. 発行されたら取得して入れ替え、shomei import で取り込む。",
            en: "Steps: 1. Apply for the renewal. 2. Record it: shomei mark applied. 3. Once issued, install it and take it in: shomei import.",
        };
        said.push(self.text(steps).into());
        said.join("\n")
    }
}

/// The name of the holder, and its ID.
fn whose(row: &PlanRow) -> String {
    let holder = row.holder();
    let name = holder.name.replace('\n', " ");
    let name = match name.char_indices().nth(NAME) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name,
    };
    match holder.key.as_ref().map_or("", |key| key.id.as_str()) {
        "" => name,
        id if id.chars().count() > NAME => name,
        id => format!("{name} ({})", id.replace('\n', " ")),
    }
}

/// The first part of a UID, the same in every report: the SHA-256 of the certificate, or a digest of
/// the holder that declared it.
fn about(row: &PlanRow) -> String {
    let (sha256, holder) = (&row.certificate.sha256, row.holder());
    if !sha256.is_empty() {
        return sha256.clone();
    }
    let (register, id) = holder.key.as_ref().map_or(("", ""), |key| (key.register.as_str(), key.id.as_str()));
    // A holder that is known by its ID may change its name.
    let name = id.is_empty().then_some(holder.name.as_str());
    let mut digest = Sha256::new();
    // Each part follows its length, so that no two lists of parts have the same digest input.
    for of in [register, id].into_iter().chain(name) {
        digest.update((of.len() as u64).to_be_bytes());
        digest.update(of.as_bytes());
    }
    format!("declared-{}", &hex(&digest.finalize())[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters() {
        for text in ["a".repeat(75), "a".repeat(76), "証明書".repeat(40), format!("a{}", "😀".repeat(60))] {
            let mut out = Vec::new();
            line(&mut out, &text).unwrap();
            let folded = String::from_utf8(out).unwrap();
            assert!(folded.split("\r\n").all(|one| one.len() <= OCTETS), "{folded:?}");
            assert_eq!(folded.replace("\r\n ", "").trim_end_matches("\r\n"), text);
        }
    }

    #[test]
    fn values_are_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne\rf\u{202e}"), "a\\;b\\,c\\\\d\\ne<U+000D>f<U+202E>");
    }
}
