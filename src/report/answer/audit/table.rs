//! The table: the answer in one sentence, one line a certificate by urgency, then the findings
//! with what to do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::audit::rules::{EvidenceValue, Rule};
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::calendar::{Day, Zone};
use crate::certificate::CertificateRole;
use crate::locale::{Lang, catalogue as text};
use crate::policy::Severity;
use crate::report::escape;
use crate::report::form::terminal::{TableLine, write_columns};
use crate::report::layout::TableColumn;
use crate::report::layout::{Style, abridged, days_between, severity_word, status_word, write_indented};
use crate::trust::TrustStatus;

/// Certificates up to which each has its line; beyond, only the worst have.
const ROWS: usize = 2000;
/// The worst that are shown of more.
const WORST: usize = 50;
/// Findings of one rule that are told one by one.
const TOLD: usize = 20;

const COLUMNS: [TableColumn; 8] = [
    TableColumn::new(text::COLUMN_SEVERITY),
    TableColumn::new(text::COLUMN_END),
    TableColumn::number(text::COLUMN_DAYS),
    TableColumn::new(text::COLUMN_GENERATION),
    TableColumn::new(text::COLUMN_VERDICT),
    TableColumn::part(text::COLUMN_NAME, 4, 8),
    TableColumn::part(text::COLUMN_FINDINGS, 3, 12),
    TableColumn::path(text::COLUMN_PATH),
];

/// Writes the report that people read on a terminal.
pub struct TableWriter<W: Write> {
    out: W,
    lang: Lang,
    style: Style,
    zone: Zone,
    today: Option<Day>,
    opening: String,
    rows: Vec<AuditLine>,
    cut: bool,
    groups: BTreeMap<(std::cmp::Reverse<Severity>, &'static str), FindingGroup>,
}

/// One line of the table. Ordered by urgency.
struct AuditLine {
    severity: Option<Severity>,
    role: CertificateRole,
    end: Option<Day>,
    status: TrustStatus,
    generation: String,
    name: String,
    codes: String,
    path: String,
}

struct FindingGroup {
    rule: &'static Rule,
    count: usize,
    told: Vec<(String, String, String)>,
}

impl AuditLine {
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

    fn note(&mut self, path: &str, finding: &JudgedFinding) {
        let key = (std::cmp::Reverse(finding.severity), finding.rule.code);
        let group = self.groups.entry(key).or_insert(FindingGroup { rule: finding.rule, count: 0, told: Vec::new() });
        group.count += 1;
        if group.told.len() < TOLD {
            let message = finding.message(self.lang);
            let remedy = finding.remedy(self.lang);
            group.told.push((path.to_string(), message, remedy));
        }
    }

    fn push(&mut self, row: AuditLine) {
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

    fn answer(&self, summary: &AuditSummary) -> String {
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

    /// Who can bill, where there is a register.
    fn write_units(&mut self, summary: &AuditSummary) -> io::Result<()> {
        if summary.units.is_empty() {
            return Ok(());
        }
        let count = |code: &str| summary.units.get(code).copied().unwrap_or(0);
        let values: [(&str, &dyn std::fmt::Display); 4] = [
            ("holders", &summary.holders),
            ("can", &count("can")),
            ("unknown", &count("unknown")),
            ("cannot", &count("cannot")),
        ];
        writeln!(self.out, "{}", text::UNITS.fill(self.lang, &values))
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
        let today = self.today;
        let lines: Vec<TableLine> = self.rows.iter().map(|row| (row.severity, row.cells(today, self.lang))).collect();
        write_columns(&mut self.out, &COLUMNS, &lines, self.style, self.lang)?;
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

impl AuditLine {
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

/// The bearer's name: the friendlyName, unless a program put the whole subject there.
fn name_of(record: &CertificateRecord) -> String {
    let friendly = record.facts.places[0].friendly_name.clone().filter(|name| !name.contains('='));
    friendly.unwrap_or_else(|| record.facts.certificate.subject.common())
}

impl<W: Write> AuditSink for TableWriter<W> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
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
        for finding in record.findings {
            // Of a certificate in several files one may be damaged.
            let path = match finding.evidence.get("file") {
                Some(EvidenceValue::Text(file)) => file,
                _ => &place.path,
            };
            self.note(path, finding);
        }
        let end = facts.end().and_then(|at| self.zone.day(at));
        self.push(AuditLine {
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

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        // Their messages begin with the holder's name.
        record.findings.iter().for_each(|finding| self.note("", finding));
        Ok(())
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        file.findings.iter().for_each(|finding| self.note(file.path, finding));
        Ok(())
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        self.note(path.unwrap_or(""), finding);
        Ok(())
    }

    fn end(&mut self, summary: &AuditSummary) -> io::Result<()> {
        let answer = self.answer(summary);
        let severity = summary.worst().filter(|worst| *worst > Severity::Info);
        writeln!(self.out, "{}", self.style.paint(severity, &answer))?;
        self.write_units(summary)?;
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
        if summary.links > 0 {
            let links = text::LINKS.fill(self.lang, &[("n", &summary.links)]);
            writeln!(self.out, "{}", self.style.dim(&links))?;
        }
        self.out.flush()
    }
}
