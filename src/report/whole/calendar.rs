//! A calendar to subscribe to (iCalendar, RFC 5545): the days on which something is due.

use std::collections::BTreeSet;
use std::io::{self, Write};

use sha2::{Digest, Sha256};
use time::macros::utc_datetime;

use super::{Cell, Report, Table};
use crate::calendar::{Day, Instant};
use crate::certificate::hex;
use crate::locale::{Lang, Text};
use crate::report::escape::terminal;

/// Octets of a line, its end not among them (RFC 5545, 3.1).
const OCTETS: usize = 75;
/// Characters of a name in an event's title at most.
const NAME: usize = 80;
/// Days that lie further back are no events any more.
const PAST: i64 = 31;
/// From when the minutes of SEQUENCE count.
const EPOCH: Instant = utc_datetime!(2020-01-01 00:00);

/// What a day of a certificate is.
struct Kind {
    /// In the event's UID; it never changes.
    code: &'static str,
    /// The column of the plan.
    column: &'static str,
    /// The event's title.
    title: Text,
    /// Days before it on which to remind, in the morning.
    remind: i64,
}

const RECOMMENDED: Kind = Kind {
    code: "apply",
    column: "recommended_day",
    title: Text { ja: "【申請日】{name}", en: "Apply for: {name}" },
    remind: 1,
};
const LAST_SAFE: Kind = Kind {
    code: "last-safe",
    column: "last_safe_day",
    title: Text { ja: "【最終申請日】{name}", en: "Last safe day to apply: {name}" },
    remind: 7,
};
const END: Kind = Kind {
    code: "end",
    column: "ends_on",
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
    let mut room = OCTETS;
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if at + c.len_utf8() - from > room {
            out.write_all(&text.as_bytes()[from..at])?;
            out.write_all(b"\r\n ")?;
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
        let mut used = BTreeSet::new();
        if let Some(table) = self.table("plan") {
            for row in &table.rows {
                self.write_events(out, table, row, &mut used)?;
            }
        }
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
    fn write_events(
        &self,
        out: &mut dyn Write,
        table: &Table,
        row: &[Cell],
        used: &mut BTreeSet<String>,
    ) -> io::Result<()> {
        let day = |kind: &Kind| match table.cell(row, kind.column) {
            Cell::Day(day) if (self.today - *day).whole_days() <= PAST => Some(*day),
            _ => None,
        };
        let last = day(&LAST_SAFE);
        let applied = table.cell(row, "outcome").code() == "awaited";
        let events = [
            (&RECOMMENDED, day(&RECOMMENDED).filter(|day| Some(*day) != last && !applied)),
            (&LAST_SAFE, last.filter(|_| !applied)),
            (&END, day(&END)),
        ];
        let about = about(table, row);
        for (kind, day) in events {
            let Some(day) = day else { continue };
            let mut uid = format!("{about}-{}@shomei", kind.code);
            let mut again = 1;
            while !used.insert(uid.clone()) {
                again += 1;
                uid = format!("{about}-{again}-{}@shomei", kind.code);
            }
            self.write_event(out, table, row, kind, day, &uid)?;
        }
        Ok(())
    }

    fn write_event(
        &self,
        out: &mut dyn Write,
        table: &Table,
        row: &[Cell],
        kind: &Kind,
        day: Day,
        uid: &str,
    ) -> io::Result<()> {
        let title = kind.title.fill(self.lang, &[("name", &self.whose(table, row))]);
        let minutes = (self.at - EPOCH).whole_minutes().max(0);
        line(out, "BEGIN:VEVENT")?;
        line(out, &format!("UID:{}", escaped(uid)))?;
        line(out, &format!("DTSTAMP:{}", moment(self.at)))?;
        line(out, &format!("SEQUENCE:{minutes}"))?;
        line(out, &format!("DTSTART;VALUE=DATE:{}", date(day)))?;
        if let Some(next) = day.next_day() {
            line(out, &format!("DTEND;VALUE=DATE:{}", date(next)))?;
        }
        line(out, &format!("SUMMARY:{}", escaped(&title)))?;
        line(out, &format!("DESCRIPTION:{}", escaped(&self.description(table, row))))?;
        line(out, "TRANSP:TRANSPARENT")?;
        if day >= self.today {
            line(out, "BEGIN:VALARM")?;
            line(out, "ACTION:DISPLAY")?;
            line(out, &format!("DESCRIPTION:{}", escaped(&title)))?;
            // At nine in the morning.
            line(out, &format!("TRIGGER:-P{}DT15H", kind.remind - 1))?;
            line(out, "END:VALARM")?;
        }
        line(out, "END:VEVENT")
    }

    /// The name of the holder, and its ID.
    fn whose(&self, table: &Table, row: &[Cell]) -> String {
        let name = table.cell(row, "name").label().replace('\n', " ");
        let name = match name.char_indices().nth(NAME) {
            Some((at, _)) => format!("{}…", &name[..at]),
            None => name,
        };
        match table.cell(row, "holder").label().as_str() {
            "" => name,
            id if id.chars().count() > NAME => name,
            id => format!("{name} ({})", id.replace('\n', " ")),
        }
    }

    /// The days of it, and the steps.
    fn description(&self, table: &Table, row: &[Cell]) -> String {
        let lines = [
            (Text { ja: "申請日", en: "Apply on" }, "recommended_day"),
            (Text { ja: "間に合う最後の申請日", en: "At the latest on" }, "last_safe_day"),
            (Text { ja: "手に入る見込み", en: "In hand on" }, "in_hand_on"),
            (Text { ja: "入手の期限", en: "Needed by" }, "deadline"),
            (Text { ja: "有効期限", en: "Ends on" }, "ends_on"),
            (Text { ja: "利用区分", en: "Category" }, "category"),
            (Text { ja: "状況", en: "Now" }, "message"),
        ];
        let said = lines.iter().filter_map(|(name, column)| {
            let label = table.cell(row, column).label();
            (!label.is_empty()).then(|| format!("{}: {}", self.text(*name), label.replace('\n', " ")))
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

/// What a row is about, whenever it is written: the certificate, or whose declared one it is.
fn about(table: &Table, row: &[Cell]) -> String {
    let sha256 = table.cell(row, "sha256").code();
    if !sha256.is_empty() {
        return sha256;
    }
    let mut digest = Sha256::new();
    for column in ["register", "holder", "name"] {
        let of = table.cell(row, column).code();
        // A holder that is known by its ID may change its name.
        if column == "name" && !table.cell(row, "holder").code().is_empty() {
            break;
        }
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
