//! The table: the answer in one sentence, one line a certificate by urgency, then the findings
//! with what to do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape;
use super::layout::{Style, days_between, fit, fit_end, pad, severity_word, status_word, width, wrap};
use crate::audit::rules::Rule;
use crate::audit::{CertificateRecord, Head, Judged, Sink, Summary, Unreadable};
use crate::calendar::{Day, Zone};
use crate::certificate::Role;
use crate::locale::{Lang, catalogue as text};
use crate::policy::Severity;
use crate::trust::Status;

/// Certificates up to which each has its line; beyond, only the worst have.
const ROWS: usize = 2000;
/// The worst that are shown of more.
const WORST: usize = 50;
/// Findings of one rule that are told one by one.
const TOLD: usize = 20;

/// Writes the report that people read on a terminal.
pub struct TableWriter<W: Write> {
    out: W,
    lang: Lang,
    style: Style,
    zone: Zone,
    today: Option<Day>,
    opening: String,
    rows: Vec<Row>,
    cut: bool,
    groups: BTreeMap<(std::cmp::Reverse<Severity>, &'static str), Group>,
}

/// One line of the table. Ordered by urgency.
struct Row {
    severity: Option<Severity>,
    role: Role,
    end: Option<Day>,
    status: Status,
    generation: String,
    name: String,
    codes: String,
    path: String,
}

struct Group {
    rule: &'static Rule,
    count: usize,
    told: Vec<(String, String, String)>,
}

impl Row {
    fn urgency(&self) -> impl Ord + '_ {
        (std::cmp::Reverse(self.severity), std::cmp::Reverse(self.role), self.end, &self.path)
    }
}

impl<W: Write> TableWriter<W> {
    /// Writes to `out` in `lang`, for such a terminal.
    pub fn new(out: W, lang: Lang, style: Style) -> Self {
        TableWriter {
            out,
            lang,
            style,
            zone: Zone::UTC,
            today: None,
            opening: String::new(),
            rows: Vec::new(),
            cut: false,
            groups: BTreeMap::new(),
        }
    }

    fn note(&mut self, path: &str, finding: &Judged) {
        let key = (std::cmp::Reverse(finding.severity), finding.rule.code);
        let group = self.groups.entry(key).or_insert(Group { rule: finding.rule, count: 0, told: Vec::new() });
        group.count += 1;
        if group.told.len() < TOLD {
            let message = finding.evidence.fill(&finding.rule.message, self.lang);
            let remedy = finding.evidence.fill(&finding.rule.remedy, self.lang);
            group.told.push((path.to_string(), message, remedy));
        }
    }

    fn push(&mut self, row: Row) {
        self.rows.push(row);
        if self.rows.len() > 2 * ROWS {
            self.keep_worst();
        }
    }

    fn keep_worst(&mut self) {
        self.rows.sort_by(|a, b| a.urgency().cmp(&b.urgency()));
        if self.rows.len() > ROWS {
            self.cut = true;
            self.rows.truncate(ROWS);
        }
    }

    fn answer(&self, summary: &Summary) -> String {
        let n = |severity| summary.severities.get(&severity).copied().unwrap_or(0);
        let rule = |code| summary.rules.get(code).copied().unwrap_or(0);
        let sentence = match (summary.worst(), summary.certificates) {
            (None, 0) => text::ANSWER_NOTHING,
            (None | Some(Severity::Info), _) if summary.unreadable == 0 => text::ANSWER_FINE,
            _ => text::ANSWER,
        };
        let mut answer = sentence.fill(
            self.lang,
            &[
                ("total", &summary.certificates),
                ("attention", &summary.attention),
                ("errors", &n(Severity::Error)),
                ("warnings", &n(Severity::Warning)),
            ],
        );
        let soon: u64 = summary.tiers.iter().filter(|(days, _)| **days <= 30).map(|(_, count)| count).sum();
        for (count, part) in [
            (summary.expired, text::ANSWER_EXPIRED),
            (soon, text::ANSWER_SOON),
            (rule("issued-in-gap"), text::ANSWER_GAP),
            (summary.unreadable, text::ANSWER_UNREADABLE),
        ] {
            if count > 0 {
                answer.push_str(&part.fill(self.lang, &[("n", &count)]));
            }
        }
        answer
    }

    fn write_rows(&mut self) -> io::Result<()> {
        self.keep_worst();
        if self.cut {
            self.rows.truncate(WORST);
            let note = text::ONLY_WORST.fill(self.lang, &[("n", &WORST)]);
            writeln!(self.out, "{}", self.style.dim(&note))?;
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        let lang = self.lang;
        let heads = [
            text::COLUMN_SEVERITY,
            text::COLUMN_END,
            text::COLUMN_DAYS,
            text::COLUMN_GENERATION,
            text::COLUMN_VERDICT,
            text::COLUMN_NAME,
            text::COLUMN_FINDINGS,
            text::COLUMN_PATH,
        ];
        let mut lines: Vec<Vec<String>> = vec![heads.iter().map(|head| head.get(lang).to_string()).collect()];
        lines.extend(self.rows.iter().map(|row| row.cells(self.today, lang)));
        let widths = column_widths(&lines, self.style.width);
        for (i, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, columns))| {
                let cell = if column == 7 { fit_end(cell, *columns) } else { fit(cell, *columns) };
                let right = column == 2;
                match right {
                    true => format!("{}{cell}", " ".repeat(columns.saturating_sub(width(&cell)))),
                    false => pad(&cell, *columns),
                }
            });
            let cells: Vec<String> = cells.collect();
            let severity = if i == 0 { None } else { Some(self.rows[i - 1].severity) };
            let first = match severity {
                None => self.style.bold(&cells[0]),
                Some(severity) => self.style.paint(severity, &cells[0]),
            };
            let rest = cells[1..].join("  ");
            let rest = if i == 0 { self.style.bold(rest.trim_end()) } else { rest.trim_end().to_string() };
            writeln!(self.out, "{first}  {rest}")?;
        }
        writeln!(self.out)
    }

    fn write_groups(&mut self) -> io::Result<()> {
        let lang = self.lang;
        for ((std::cmp::Reverse(severity), code), group) in &self.groups {
            let title = group.rule.title.get(lang);
            let count = text::COUNT.fill(lang, &[("n", &group.count)]);
            let word = self.style.paint(Some(*severity), severity_word(Some(*severity), lang));
            writeln!(self.out, "{word} {} {}", self.style.bold(&format!("{code}: {title}")), self.style.dim(&count))?;
            let same = group.told.iter().all(|(_, _, remedy)| *remedy == group.told[0].2);
            for (path, message, remedy) in &group.told {
                let line = if path.is_empty() { message.clone() } else { format!("{path}: {message}") };
                write_indented(&mut self.out, "  - ", &line, self.style.width)?;
                if !same {
                    write_indented(&mut self.out, text::REMEDY.get(lang), remedy, self.style.width)?;
                }
            }
            if group.count > group.told.len() {
                let more = text::MORE.fill(lang, &[("n", &(group.count - group.told.len()))]);
                writeln!(self.out, "    {}", self.style.dim(&more))?;
            }
            if same {
                write_indented(&mut self.out, text::REMEDY.get(lang), &group.told[0].2, self.style.width)?;
            }
        }
        Ok(())
    }
}

impl Row {
    fn cells(&self, today: Option<Day>, lang: Lang) -> Vec<String> {
        let left = self.end.zip(today).map(|(end, today)| days_between(today, end).to_string());
        vec![
            severity_word(self.severity, lang).to_string(),
            self.end.map_or("-".into(), |end| end.to_string()),
            left.unwrap_or_default(),
            self.generation.clone(),
            status_word(self.status, lang).to_string(),
            self.name.clone(),
            self.codes.clone(),
            self.path.clone(),
        ]
    }
}

/// The widths of the columns: what the cells need, the last three sharing what is left.
fn column_widths(lines: &[Vec<String>], total: usize) -> Vec<usize> {
    let needed = |column: usize| lines.iter().map(|line| width(&line[column])).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..8).map(needed).collect();
    let fixed: usize = widths[..5].iter().sum::<usize>() + 2 * 7;
    let left = total.saturating_sub(fixed).max(36);
    if widths[5..].iter().sum::<usize>() > left {
        widths[5] = widths[5].min(left / 4).max(8);
        widths[6] = widths[6].min(left / 3).max(12);
        widths[7] = left.saturating_sub(widths[5] + widths[6]).max(12);
    }
    widths
}

/// The bearer's name: the friendlyName, unless a program put the whole subject there.
fn name_of(record: &CertificateRecord) -> String {
    let friendly = record.facts.places[0].friendly_name.clone().filter(|name| !name.contains('='));
    friendly.unwrap_or_else(|| record.facts.certificate.subject.common())
}

/// The gravest codes, and how many more there are.
fn abridged(codes: &[&str]) -> String {
    match codes {
        [first, second, rest @ ..] if !rest.is_empty() => format!("{first} {second} +{}", rest.len()),
        [first, second] if first.len() + second.len() > 30 => format!("{first} +1"),
        codes => codes.join(" "),
    }
}

/// `text` behind `lead` in as many lines as it takes, the later ones below its beginning.
pub(super) fn write_indented(
    out: &mut (impl Write + ?Sized),
    lead: &str,
    text: &str,
    columns: usize,
) -> io::Result<()> {
    let indent = " ".repeat(width(lead));
    let room = columns.saturating_sub(width(lead)).max(20);
    for (i, line) in wrap(&escape::terminal(text), room).iter().enumerate() {
        writeln!(out, "{}{line}", if i == 0 { lead } else { &indent })?;
    }
    Ok(())
}

impl<W: Write> Sink for TableWriter<W> {
    fn begin(&mut self, head: &Head) -> io::Result<()> {
        self.zone = head.policy.zone;
        self.today = self.zone.day(head.at);
        self.opening = text::JUDGED_AT.fill(
            self.lang,
            &[
                ("at", &self.zone.local(head.at)),
                ("policy", &head.policy.title.get(self.lang)),
                ("file", &head.policy.file),
            ],
        );
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        let place = &facts.places[0];
        let codes: Vec<&str> = record.findings.iter().map(|finding| finding.rule.code).collect();
        record.findings.iter().for_each(|finding| self.note(&place.path, finding));
        let end = facts.end().and_then(|at| self.zone.day(at));
        self.push(Row {
            severity: record.findings.iter().map(|finding| finding.severity).max(),
            role: facts.role,
            end,
            status: facts.verdict.status,
            generation: facts.verdict.generation.clone().unwrap_or_else(|| "-".into()),
            name: name_of(record),
            codes: abridged(&codes),
            path: match facts.places.len() {
                1 => place.path.clone(),
                n => format!("{} (+{})", place.path, n - 1),
            },
        });
        Ok(())
    }

    fn unreadable(&mut self, file: &Unreadable) -> io::Result<()> {
        file.findings.iter().for_each(|finding| self.note(file.path, finding));
        Ok(())
    }

    fn finding(&mut self, path: Option<&str>, finding: &Judged) -> io::Result<()> {
        self.note(path.unwrap_or(""), finding);
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let answer = self.answer(summary);
        let severity = summary.worst().filter(|worst| *worst > Severity::Info);
        writeln!(self.out, "{}", self.style.paint(severity, &answer))?;
        writeln!(self.out, "{}\n", self.style.dim(&escape::terminal(&self.opening)))?;
        self.write_rows()?;
        self.write_groups()?;
        for path in &summary.passed_over_paths {
            writeln!(self.out, "{}", text::PASSED_OVER.fill(self.lang, &[("path", &escape::terminal(path))]))?;
        }
        let closing = text::CLOSING.fill(
            self.lang,
            &[
                ("files", &summary.files),
                ("certificates", &summary.certificates),
                ("passed_over", &summary.passed_over),
                ("suppressed", &summary.suppressed),
            ],
        );
        writeln!(self.out, "{}", self.style.dim(&closing))?;
        self.out.flush()
    }
}
