//! The page that people read.

use std::io::{self, Write};

use super::super::list::opening;
use super::{Telling, answer, events};
use crate::audit::JudgedFinding;
use crate::inventory::StoryEvent;
use crate::locale::{Text, catalogue, catalogue::reading as text};
use crate::policy::Severity;
use crate::register::Mark;
use crate::report::layout::{Style, pad, severity_word, write_indented};

/// Columns of a label.
const LABEL: usize = 22;

/// A page under way.
pub(super) struct Page<'a> {
    pub out: &'a mut dyn Write,
    pub telling: Telling<'a>,
    pub style: Style,
}

impl Page<'_> {
    /// The answer, and when it was judged.
    pub(super) fn begin(&mut self, name: &str, findings: &[JudgedFinding]) -> io::Result<()> {
        let (worst, sentence) = answer(name, findings, self.telling.lang);
        self.begin_with(worst, &sentence)
    }

    pub(super) fn begin_with(&mut self, severity: Option<Severity>, sentence: &str) -> io::Result<()> {
        let sentence = crate::report::escape::terminal(sentence);
        writeln!(self.out, "{}", self.style.paint(severity, &sentence))?;
        let telling = self.telling;
        let opening = opening(telling.at, telling.as_of, telling.policy.zone, telling.lang);
        writeln!(self.out, "{}\n", self.style.dim(&opening))
    }

    /// A label and what it says; nothing where there is nothing to say.
    pub(super) fn field(&mut self, label: Text, value: &str) -> io::Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        let lead = format!("  {}", pad(self.telling.text(label), LABEL));
        write_indented(self.out, &lead, value, self.style.width)
    }

    pub(super) fn heading(&mut self, heading: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.style.bold(heading))
    }

    pub(super) fn item(&mut self, item: &str) -> io::Result<()> {
        write_indented(self.out, "  - ", item, self.style.width)
    }

    /// More of an item.
    pub(super) fn more(&mut self, more: &str) -> io::Result<()> {
        write_indented(self.out, "    ", more, self.style.width)
    }

    pub(super) fn findings(&mut self, findings: &[JudgedFinding]) -> io::Result<()> {
        let lang = self.telling.lang;
        self.heading(self.telling.text(text::FINDINGS))?;
        if findings.is_empty() {
            return self.item(self.telling.text(text::NO_FINDINGS));
        }
        for finding in findings {
            let word = self.style.paint(Some(finding.severity), severity_word(Some(finding.severity), lang));
            writeln!(self.out, "  - {word} {}: {}", finding.rule.code, finding.rule.title.get(lang))?;
            self.more(&finding.evidence.fill(&finding.rule.message, lang))?;
            let remedy = finding.evidence.fill(&finding.rule.remedy, lang);
            write_indented(self.out, catalogue::REMEDY.get(lang), &remedy, self.style.width)?;
        }
        Ok(())
    }

    pub(super) fn marks(&mut self, marks: &[Mark]) -> io::Result<()> {
        if marks.is_empty() {
            return Ok(());
        }
        self.heading(self.telling.text(text::MARKS))?;
        marks.iter().try_for_each(|mark| self.item(&events::mark_words(mark, &self.telling)))
    }

    /// What happened, oldest first.
    pub(super) fn story(&mut self, events: &[StoryEvent]) -> io::Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        self.heading(self.telling.text(text::STORY))?;
        for event in events {
            let lead = format!("  {}  ", self.telling.policy.zone.local(event.at));
            write_indented(self.out, &lead, &events::words(&event.what, &self.telling), self.style.width)?;
        }
        Ok(())
    }
}
