//! A page of its own: one file, no network, readable without scripts.
//!
//! It opens with the answer (who can bill, who cannot and why, what is to be done by when), then
//! charts, tables and notes. The script adds sorting and filtering to tables that are complete
//! without it. What comes from certificates and registers is escaped by [`Html`], without exception.

mod answer;
mod chart;
mod findings;
mod frame;
mod grid;

pub(super) use frame::{write_foot, write_head};

use std::io::{self, Write};

use super::Report;
use crate::locale::Text;
use crate::report::escape::Html;
use crate::report::list::change::CHANGES;
use crate::report::list::finding::FINDINGS;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The sections after the answer: id and title.
const CHARTS: Text = Text { ja: "グラフ", en: "Charts" };
const NOTES: Text = Text { ja: "前提", en: "What this rests on" };

impl Report {
    /// Writes it as a page.
    pub fn write_html(&self, out: &mut dyn Write) -> io::Result<()> {
        write_head(out, self.lang, &self.title(), STYLE, Some(SCRIPT))?;
        self.write_opening(out)?;
        out.write_all(b"<main id=\"main\">\n")?;
        self.write_answer(out)?;
        if let Some(changes) = self.changes() {
            self.write_changes(out, changes.as_ref())?;
        }
        self.write_charts(out)?;
        for table in self.tables() {
            match table.id() == FINDINGS.id {
                true => self.write_findings(out)?,
                false => self.write_table_section(out, table.as_ref())?,
            }
        }
        self.write_notes(out)?;
        out.write_all(b"</main>\n")?;
        self.write_closing_lines(out)?;
        write_foot(out, Some(SCRIPT))
    }

    fn write_opening(&self, out: &mut dyn Write) -> io::Result<()> {
        let skip = self.text(Text { ja: "本文へ", en: "Skip to the report" });
        writeln!(out, "<a class=\"skip\" href=\"#main\">{skip}</a>\n<header>\n<h1>{}</h1>", Html(&self.title()))?;
        write!(out, "<p class=\"under\">{}", Html(&self.policy.2))?;
        if !self.scope.is_empty() {
            let text = Text { ja: "範囲: {scope}", en: "limited to: {scope}" };
            write!(out, "<span class=\"scope\">{}</span>", Html(&text.fill(self.lang, &[("scope", &self.scope)])))?;
        }
        if let Some(day) = self.as_of {
            let text = Text { ja: "{day} の終わりに分かっていたこと", en: "as known at the end of {day}" };
            write!(out, "<span class=\"scope\">{}</span>", Html(&text.fill(self.lang, &[("day", &day)])))?;
        }
        out.write_all(b"</p>\n</header>\n")?;
        self.write_navigation(out)
    }

    fn write_navigation(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = self.text(Text { ja: "目次", en: "Contents" });
        write!(out, "<nav aria-label=\"{title}\"><ul>")?;
        let mut item = |id: &str, title: &str| write!(out, "<li><a href=\"#{id}\">{}</a></li>", Html(title));
        item("answer", self.text(answer::TITLE))?;
        item("todo", self.text(answer::TO_DO))?;
        if self.rows.changes.is_some() {
            item(CHANGES.id, self.text(CHANGES.title))?;
        }
        item("charts", self.text(CHARTS))?;
        for table in self.tables() {
            item(table.id(), self.text(table.title()))?;
        }
        item("notes", self.text(NOTES))?;
        out.write_all(b"</ul></nav>\n")
    }

    fn write_notes(&self, out: &mut dyn Write) -> io::Result<()> {
        open_section(out, "notes", self.text(NOTES))?;
        out.write_all(b"<ul class=\"notes\">\n")?;
        let policy = Text {
            ja: "判定日時 {at}、ポリシー {policy}({file})。",
            en: "Judged at {at} by the policy {policy} ({file}).",
        };
        let at = self.zone.local(self.at);
        let judged = policy.fill(self.lang, &[("at", &at), ("policy", &self.policy.0), ("file", &self.policy.1)]);
        for note in self.notes.iter().chain([&judged]) {
            writeln!(out, "<li>{}</li>", Html(note))?;
        }
        out.write_all(b"</ul>\n</section>\n")
    }

    fn write_closing_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = Text {
            ja: "shomei {version} が作りました。この1ファイルだけで読め、通信はしません。",
            en: "Made by shomei {version}. This file is all there is to it; it asks the network for nothing.",
        };
        let text = text.fill(self.lang, &[("version", &env!("CARGO_PKG_VERSION"))]);
        writeln!(out, "<footer><p>{}</p></footer>", Html(&text))
    }
}

/// Begins a section that its heading names.
fn open_section(out: &mut dyn Write, id: &str, title: &str) -> io::Result<()> {
    writeln!(out, "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{}</h2>", Html(title))
}
