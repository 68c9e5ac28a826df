//! The table: the answer in one sentence, one line a certificate by urgency, then the findings
//! with what to do.

use std::collections::{BTreeMap, HashMap};
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
/// How many of the worst may be of certificates that are not trusted where there are others: anybody can
/// make any number of those, and must not push the genuine ones out of sight.
const WORST_UNPROVEN: usize = 10;
/// Certificates of one file that are not trusted and have the same findings, of which each has a line; the
/// others have one together.
const ALIKE: usize = 10;
/// Findings of one rule that are told one by one.
const TOLD: usize = 20;

const COLUMNS: [TableColumn; 8] = [
    TableColumn::new(text::COLUMN_SEVERITY),
    TableColumn::new(text::COLUMN_END),
    TableColumn::number(text::COLUMN_DAYS),
    TableColumn::new(text::COLUMN_GENERATION),
    TableColumn::new(text::COLUMN_VERDICT),
    TableColumn::part(text::COLUMN_NAME, 3, 8),
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
    /// Those of certificates that are not trusted.
    unproven: Vec<AuditLine>,
    /// How many of these a file has with the same findings.
    alike: HashMap<(String, String), AlikeRows>,
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

/// Certificates of one file that are not trusted and have the same findings.
struct AlikeRows {
    severity: Option<Severity>,
    role: CertificateRole,
    status: TrustStatus,
    count: usize,
}

struct FindingGroup {
    rule: &'static Rule,
    count: usize,
    /// Those of trusted certificates and of files.
    told: ToldFindings,
    /// Those of certificates that are not trusted, which come after.
    of_unproven: ToldFindings,
}

/// The first findings of a rule, equal ones of one file as one.
#[derive(Default)]
struct ToldFindings {
    findings: Vec<ToldFinding>,
}

struct ToldFinding {
    path: String,
    message: String,
    remedy: String,
    count: usize,
}

impl ToldFindings {
    fn take(&mut self, path: &str, finding: &JudgedFinding, lang: Lang) {
        let message = finding.message(lang);
        let known = self.findings.iter().position(|known| known.path == path && known.message == message);
        match known {
            Some(at) => self.findings[at].count += 1,
            None if self.findings.len() < TOLD => {
                let remedy = finding.remedy(lang);
                self.findings.push(ToldFinding { path: path.to_string(), message, remedy, count: 1 });
            }
            None => {}
        }
    }
}

impl FindingGroup {
    /// What is told one by one, the trusted ones first, and how many findings that leaves.
    fn told(&self) -> (Vec<&ToldFinding>, usize) {
        let all = self.told.findings.iter().chain(&self.of_unproven.findings);
        let told: Vec<&ToldFinding> = all.take(TOLD).collect();
        let count: usize = told.iter().map(|finding| finding.count).sum();
        (told, self.count - count)
    }
}

impl AuditLine {
    fn urgency(&self) -> impl Ord + '_ {
        let is_unproven = self.status != TrustStatus::Trusted;
        (
            std::cmp::Reverse(self.severity),
            is_unproven,
            std::cmp::Reverse(self.role),
            self.end.is_none(),
            self.end,
            &self.path,
        )
    }
}

/// Keeps the most urgent; whether there were more.
fn keep_worst(rows: &mut Vec<AuditLine>) -> bool {
    rows.sort_by(|a, b| a.urgency().cmp(&b.urgency()));
    let is_cut = rows.len() > ROWS;
    rows.truncate(ROWS);
    is_cut
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
            unproven: Vec::new(),
            alike: HashMap::new(),
            cut: false,
            groups: BTreeMap::new(),
        }
    }

    fn note(&mut self, path: &str, finding: &JudgedFinding, is_unproven: bool) {
        let key = (std::cmp::Reverse(finding.severity), finding.rule.code);
        let group = self.groups.entry(key).or_insert_with(|| FindingGroup {
            rule: finding.rule,
            count: 0,
            told: ToldFindings::default(),
            of_unproven: ToldFindings::default(),
        });
        group.count += 1;
        let told = if is_unproven { &mut group.of_unproven } else { &mut group.told };
        told.take(path, finding, self.lang);
    }

    fn push(&mut self, row: AuditLine) {
        let is_unproven = row.status != TrustStatus::Trusted;
        if is_unproven {
            let key = (row.path.clone(), row.codes.clone());
            let new = AlikeRows { severity: row.severity, role: row.role, status: row.status, count: 0 };
            let alike = self.alike.entry(key).or_insert(new);
            alike.count += 1;
            if alike.count > ALIKE {
                return;
            }
        }
        let rows = if is_unproven { &mut self.unproven } else { &mut self.rows };
        rows.push(row);
        if rows.len() > 2 * ROWS {
            self.cut |= keep_worst(rows);
        }
    }

    /// One line for the certificates of a file that have none of their own.
    fn push_alike(&mut self) {
        let lang = self.lang;
        let line = |((path, codes), alike): ((String, String), AlikeRows)| AuditLine {
            severity: alike.severity,
            role: alike.role,
            end: None,
            status: alike.status,
            generation: "-".into(),
            name: text::ALIKE.fill(lang, &[("n", &(alike.count - ALIKE))]),
            codes,
            path,
        };
        let alike = std::mem::take(&mut self.alike).into_iter().filter(|(_, alike)| alike.count > ALIKE);
        self.unproven.extend(alike.map(line));
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
        self.push_alike();
        self.cut |= keep_worst(&mut self.rows) | keep_worst(&mut self.unproven);
        if self.cut || self.rows.len() + self.unproven.len() > ROWS {
            self.unproven.truncate(WORST_UNPROVEN.max(WORST.saturating_sub(self.rows.len())));
            self.rows.truncate(WORST - self.unproven.len());
            let shown = self.rows.len() + self.unproven.len();
            let note = text::ONLY_WORST.fill(self.lang, &[("n", &shown)]);
            writeln!(self.out, "{}", self.style.dim(&note))?;
        }
        self.rows.append(&mut self.unproven);
        if self.rows.is_empty() {
            return Ok(());
        }
        self.rows.sort_by(|a, b| a.urgency().cmp(&b.urgency()));
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
            let (told, left) = group.told();
            let same = told.iter().all(|finding| finding.remedy == told[0].remedy);
            for ToldFinding { path, message, remedy, count } in &told {
                let times = match count {
                    1 => String::new(),
                    n => text::TIMES.fill(lang, &[("n", n)]),
                };
                let path = if path.is_empty() { String::new() } else { format!("{path}: ") };
                write_indented(&mut self.out, "  - ", &format!("{path}{message}{times}"), self.style.width)?;
                if !same {
                    write_indented(&mut self.out, text::REMEDY.get(lang), remedy, self.style.width)?;
                }
            }
            if left > 0 {
                let more = text::MORE.fill(lang, &[("n", &left)]);
                writeln!(self.out, "    {}", self.style.dim(&more))?;
            }
            if same {
                write_indented(&mut self.out, text::REMEDY.get(lang), &told[0].remedy, self.style.width)?;
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
            self.note(path, finding, facts.verdict.status != TrustStatus::Trusted);
        }
        let end = facts.end().and_then(|at| self.zone.day(at));
        self.push(AuditLine {
            severity: record.findings.iter().map(|finding| finding.severity).max(),
            role: facts.role,
            end,
            status: facts.verdict.status,
            generation: facts.verdict.generation.clone().unwrap_or_else(|| "-".into()),
            name: facts.name(),
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
        record.findings.iter().for_each(|finding| self.note("", finding, false));
        Ok(())
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        file.findings.iter().for_each(|finding| self.note(file.path, finding, false));
        Ok(())
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        self.note(path.unwrap_or(""), finding, false);
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
