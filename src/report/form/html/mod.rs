//! The report as a page: one file, no network, complete without scripts.
//!
//! It opens with the answer (who can submit claims, who cannot and why, what is to be done by when),
//! then charts, tables and notes. The markup is in `templates/`, where every value is escaped
//! ([`PageEscaper`]) unless a template says `|safe`, which only our own style and script do.
//!
//! [`PageEscaper`]: crate::report::escape::PageEscaper

mod chart;
mod frame;
mod grid;

pub(in crate::report) use frame::Frame;

use std::io::{self, Write};

use askama::Template;

use self::chart::ChartShape;
use self::grid::PageCell;
use crate::locale::{Lang, Text};
use crate::report::answer::report::Report;
use crate::report::escape::filters;

const STYLE: &str = include_str!("../../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../../templates/report.js");

const ANSWER: Text = Text { ja: "次の請求期間に請求できるか", en: "The coming claim period" };
const TO_DO: Text = Text { ja: "いつまでに何をするか", en: "What to do by when" };
const CHARTS: Text = Text { ja: "グラフ", en: "Charts" };
const NOTES: Text = Text { ja: "前提", en: "What this rests on" };

/// The page. The template makes each table of it when it comes to it, so that no two are held at once.
#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    frame: Frame,
    lang: Lang,
    report: &'a Report,
}

impl Report {
    /// Writes it as a page.
    pub fn write_html(&self, out: &mut dyn Write) -> io::Result<()> {
        let frame = Frame::new(self.lang, self.title(), STYLE, Some(SCRIPT));
        ReportPage { frame, lang: self.lang, report: self }.write_into(out)
    }
}

impl ReportPage<'_> {
    /// What the report is limited to, in words.
    fn limits(&self) -> Vec<String> {
        let Report { scope, as_of, .. } = self.report;
        let limited = Text { ja: "範囲: {scope}", en: "limited to: {scope}" };
        let known = Text { ja: "{day} の終わりに分かっていたこと", en: "as known at the end of {day}" };
        let limited = (!scope.is_empty()).then(|| limited.fill(self.lang, &[("scope", scope)]));
        let known = as_of.map(|day| known.fill(self.lang, &[("day", &day)]));
        limited.into_iter().chain(known).collect()
    }

    /// The sections: id and title.
    fn contents(&self) -> Vec<(&'static str, &'static str)> {
        let mut contents = vec![("answer", ANSWER), ("todo", TO_DO)];
        contents.extend(self.report.changes().map(|changes| (changes.id, changes.title)));
        contents.push(("charts", CHARTS));
        contents.extend(self.report.tables().iter().map(|table| (table.id, table.title)));
        contents.push(("notes", NOTES));
        contents.into_iter().map(|(id, title)| (id, title.get(self.lang))).collect()
    }

    /// The numbers of the answer: class, mark, label, number. Those that can until a day have one only
    /// where there are any.
    fn numbers(&self) -> Vec<(&'static str, char, &'static str, u64)> {
        let coverage = self.report.coverage;
        let early = Text { ja: "途中の日まで請求できる", en: "can until a day" };
        let early = (coverage.can_until > 0).then_some(("until", '!', early, coverage.can_until));
        let can = ("can", '✓', Text { ja: "請求できる", en: "can submit claims" }, coverage.can);
        let others = [
            ("unknown", '?', Text { ja: "判定できない", en: "cannot be determined" }, coverage.unknown),
            ("cannot", '✕', Text { ja: "請求できない", en: "cannot submit claims" }, coverage.cannot),
        ];
        let all = std::iter::once(can).chain(early).chain(others);
        all.map(|(class, mark, label, number)| (class, mark, label.get(self.lang), number)).collect()
    }

    fn to_do(&self) -> String {
        let text = Text {
            ja: "申請が間に合わないもの {unplaced}件(期限切れを含む)、余裕がないもの {tight}件、1年のうちに申請するもの {apply}件、申請済みのもの {awaited}件。",
            en: "{unplaced} expired or too late, {tight} without margin; within a year {apply} to apply for, {awaited} applied for.",
        };
        let counts = &self.report.counts;
        text.fill(
            self.lang,
            &[
                ("apply", &counts.apply),
                ("tight", &counts.no_margin),
                ("unplaced", &counts.unplaced),
                ("awaited", &counts.awaited),
            ],
        )
    }

    fn judged(&self) -> String {
        let text = Text {
            ja: "判定日時 {at}、ポリシー {policy}({file})。",
            en: "Judged at {at} by the policy {policy} ({file}).",
        };
        let Report { zone, at, policy: (policy, file, _), .. } = self.report;
        text.fill(self.lang, &[("at", &zone.local(*at)), ("policy", policy), ("file", file)])
    }

    fn made_by(&self) -> String {
        let text = Text {
            ja: "shomei {version} が作りました。この1ファイルだけで読め、通信はしません。",
            en: "Made by shomei {version}. This file is all there is to it; it asks the network for nothing.",
        };
        text.fill(self.lang, &[("version", &env!("CARGO_PKG_VERSION"))])
    }
}
