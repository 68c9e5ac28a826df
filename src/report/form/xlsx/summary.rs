//! The first sheet: the answer, the numbers, what they rest on, and charts with their numbers.

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::cells::{Forms, cell_text, line_pixels, tone, width};
use super::charts::{self, Numbers, Words};
use super::lay_out;
use crate::audit::rules::{rule, severity_name};
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::answer::report::Report;
use crate::report::layout::status_word;
use crate::trust::TrustStatus;

/// The widths of the columns: labels, and all others up to the last.
const LABELS: usize = 36;
const OTHERS: usize = 11;
const LAST: u16 = 11;
/// Where charts begin, to the right of labels, numbers and a gap.
const RIGHT: u16 = 3;

/// The sheet under construction.
struct SummarySheet<'a> {
    sheet: &'a mut Worksheet,
    forms: &'a Forms,
    lang: Lang,
    row: u32,
}

/// Writes the summary.
pub(super) fn write(report: &Report, book: &mut Workbook, forms: &Forms) -> Result<(), XlsxError> {
    let lang = report.lang;
    let name = Text { ja: "概要", en: "Summary" }.get(lang);
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_column_width(0, LABELS as f64)?;
    sheet.set_column_range_width(1, LAST, OTHERS as f64)?;
    let mut page = SummarySheet { sheet, forms, lang, row: 0 };
    page.heading(report)?;
    let top = page.row;
    page.numbers(report)?;
    let beside = page.row;
    // What is as high as both charts, in rows.
    let chart_rows = charts::SIZE.1.div_ceil(line_pixels(lang)) + 1;
    page.row = beside.max(top + 2 * chart_rows) + 1;
    page.grounds(report)?;
    page.rules(report)?;
    let expiry = page.expiry(report)?;
    let fees = page.fees(report)?;
    page.generations(report)?;
    let words = Words {
        title: EXPIRY.get(lang),
        told: Text {
            ja: "月ごとに期限を迎える証明書の枚数。数値はこのシートの表にあります",
            en: "Certificates that end in each month; the numbers stand in a table of this sheet",
        }
        .get(lang),
        form: "0",
    };
    charts::insert(page.sheet, (top, RIGHT), &Numbers { sheet: name, ..expiry }, &words)?;
    let words = Words {
        title: FEES.get(lang),
        told: Text {
            ja: "年度ごとの手数料。数値はこのシートの表にあります",
            en: "Fees of each fiscal year; the numbers stand in a table of this sheet",
        }
        .get(lang),
        form: "#,##0",
    };
    charts::insert(page.sheet, (top + chart_rows, RIGHT), &Numbers { sheet: name, ..fees }, &words)?;
    lay_out(page.sheet, report);
    let last_row = page.row.saturating_sub(1);
    page.sheet.set_print_fit_to_pages(1, 0).set_print_area(0, 0, last_row, LAST)?;
    Ok(())
}

const EXPIRY: Text =
    Text { ja: "期限を迎える証明書(月別・利用区分別)", en: "Certificates by the month of their end" };
const FEES: Text = Text { ja: "手数料(年度別、円)", en: "Fees by fiscal year, yen" };

impl SummarySheet<'_> {
    fn get(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    /// A text from a column to the last, on as many lines as it needs.
    fn sentence(&mut self, from: u16, text: &str, form: &Format) -> Result<(), XlsxError> {
        // Excel fits no height to merged cells, so that it is computed here.
        let text = cell_text(text);
        let across = OTHERS * usize::from(LAST) + if from == 0 { LABELS } else { 0 };
        // Lines break where words end: a little less fits.
        let lines = text.lines().map(|line| width(line).div_ceil(across * 9 / 10).max(1)).sum::<usize>().min(16);
        let lines = u32::try_from(lines).unwrap_or(1);
        self.sheet.merge_range(self.row, from, self.row, LAST, &text, form)?;
        self.sheet.set_row_height_pixels(self.row, lines.max(1) * line_pixels(self.lang))?;
        Ok(())
    }

    fn part(&mut self, title: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, title, &self.forms.part)?;
        self.row += 1;
        Ok(())
    }

    fn counted(&mut self, label: &str, number: u64, form: Option<&Format>) -> Result<(), XlsxError> {
        let forms = self.forms;
        let (text, figure) = (form.unwrap_or(&forms.text), form.unwrap_or(&forms.number));
        self.sheet.write_string_with_format(self.row, 0, cell_text(label), text)?;
        self.sheet.write_number_with_format(self.row, 1, number as f64, figure)?;
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, report: &Report) -> Result<(), XlsxError> {
        let forms = self.forms;
        self.sheet.write_string_with_format(0, 0, cell_text(&report.title()), &forms.title)?;
        self.sheet.set_row_height_pixels(0, 36)?;
        self.row = 1;
        self.sentence(0, &report.answer().join("\n"), &forms.sentence.clone().set_font_size(12))?;
        self.row += 2;
        Ok(())
    }

    /// The three numbers, then all others.
    fn numbers(&mut self, report: &Report) -> Result<(), XlsxError> {
        let counts = &report.counts;
        self.part(self.get(Text { ja: "請求できるか", en: "Who can bill" }))?;
        let fine = Format::new().set_font_color(Color::RGB(0x0000_4B38)).set_background_color(Color::RGB(0x00D8_EFE7));
        let units = [
            (Text { ja: "請求できる", en: "can submit claims" }, report.coverage.can, fine),
            (
                Text { ja: "途中の日まで請求できる", en: "can until a day" },
                report.coverage.can_until,
                tone(Severity::Warning),
            ),
            (Text { ja: "判定できない", en: "cannot be determined" }, report.coverage.unknown, tone(Severity::Warning)),
            (Text { ja: "請求できない", en: "cannot submit claims" }, report.coverage.cannot, tone(Severity::Error)),
        ];
        for (label, number, tone) in units {
            let form =
                tone.merge(&self.forms.plain).set_font_size(16).set_bold().set_align(FormatAlign::VerticalCenter);
            self.sheet.set_row_height_pixels(self.row, 34)?;
            self.counted(self.get(label), number, Some(&form))?;
        }
        self.row += 1;
        self.part(self.get(Text { ja: "証明書", en: "Certificates" }))?;
        self.counted(
            self.get(Text {
                ja: "証明書(認証局のものを含む)", en: "certificates, those of CAs among them"
            }),
            counts.certificates,
            None,
        )?;
        for status in [TrustStatus::Trusted, TrustStatus::Untrusted, TrustStatus::Undetermined] {
            let number = counts.verdicts.get(status.code()).copied().unwrap_or(0);
            self.counted(status_word(status, self.lang), number, None)?;
        }
        self.counted(
            self.get(Text {
                ja: "期限切れ(更新済みなどを除く)", en: "expired (not renewed or otherwise settled)"
            }),
            counts.lapsed,
            None,
        )?;
        self.counted(
            self.get(Text { ja: "履歴(期限切れから長期間経過)", en: "history (expired long ago)" }),
            counts.history,
            None,
        )?;
        for (days, number) in &counts.tiers {
            let label = Text { ja: "残り {days} 日以内", en: "within {days} days" };
            self.counted(&label.fill(self.lang, &[("days", days)]), *number, None)?;
        }
        self.row += 1;
        self.part(self.get(Text { ja: "更新計画", en: "Renewals" }))?;
        self.counted(self.get(Text { ja: "申請する", en: "to apply for" }), counts.apply, None)?;
        self.counted(
            self.get(Text { ja: "期限切れ・間に合わない", en: "expired or too late" }),
            counts.unplaced,
            None,
        )?;
        self.counted(self.get(Text { ja: "余裕がない", en: "without margin" }), counts.no_margin, None)?;
        self.counted(self.get(Text { ja: "申請済み", en: "applied for" }), counts.awaited, None)?;
        self.row += 1;
        self.part(self.get(Text { ja: "指摘", en: "Findings" }))?;
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let number = counts.severities.get(&severity).copied().unwrap_or(0);
            let form = tone(severity).merge(&self.forms.plain);
            self.counted(severity_name(severity).get(self.lang), number, Some(&form))?;
        }
        Ok(())
    }

    /// What all of it rests on.
    fn grounds(&mut self, report: &Report) -> Result<(), XlsxError> {
        self.part(self.get(Text { ja: "前提", en: "What it rests on" }))?;
        let (name, file, title) = &report.policy;
        let policy = format!("{title} ({name}, {file})");
        let all = self.get(Text { ja: "すべて", en: "everything" }).to_string();
        let lines = [
            (Text { ja: "判定日時", en: "judged at" }, Some(report.zone.local(report.at))),
            (Text { ja: "この日までに分かっていたこと", en: "as known on" }, report.as_of.map(|day| day.to_string())),
            (Text { ja: "ポリシー", en: "policy" }, Some(policy)),
            (
                Text { ja: "範囲", en: "limited to" },
                Some(if report.scope.is_empty() { all } else { report.scope.clone() }),
            ),
            (Text { ja: "変化の起点", en: "changes since" }, report.since.clone()),
        ];
        let form = self.forms.sentence.clone();
        for (label, value) in lines {
            let Some(value) = value else { continue };
            self.sheet.write_string_with_format(self.row, 0, label.get(self.lang), &self.forms.text)?;
            self.sentence(1, &value, &form)?;
            self.row += 1;
        }
        for note in &report.notes {
            self.sentence(0, note, &form)?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    /// Findings by rule.
    fn rules(&mut self, report: &Report) -> Result<(), XlsxError> {
        let forms = self.forms;
        self.part(self.get(Text { ja: "規則ごとの指摘", en: "Findings by rule" }))?;
        let heads = [
            Text { ja: "規則", en: "rule" },
            Text { ja: "件数", en: "findings" },
            Text { ja: "重大度", en: "level" },
            Text { ja: "指摘", en: "finding" },
        ];
        for (at, head) in (0..).zip(heads) {
            self.sheet.write_string_with_format(self.row, at, head.get(self.lang), &forms.head)?;
        }
        self.row += 1;
        let mut rules: Vec<_> = report.counts.rules.iter().collect();
        rules.sort_by_key(|(_, (number, severity))| std::cmp::Reverse((*severity, *number)));
        for (code, (number, severity)) in rules {
            self.counted(code, *number, None)?;
            let row = self.row - 1;
            let word = severity_name(*severity).get(self.lang);
            self.sheet.write_string_with_format(row, 2, word, &tone(*severity).merge(&forms.plain))?;
            let title = rule(code).map_or("", |rule| rule.title.get(self.lang));
            self.sheet.write_string_with_format(row, 3, cell_text(title), &forms.text)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A table for a chart: heads, then rows of a label and numbers.
    fn table(&mut self, title: &str, heads: &[String], rows: u32) -> Result<Numbers<'static>, XlsxError> {
        self.part(title)?;
        for (at, head) in (0..).zip(heads) {
            self.sheet.write_string_with_format(self.row, at, cell_text(head), &self.forms.head)?;
        }
        let series = u16::try_from(heads.len()).unwrap_or(1).saturating_sub(1);
        let numbers = Numbers { sheet: "", at: (self.row, 0), labels: rows, series };
        self.row += 1;
        Ok(numbers)
    }

    /// The numbers of the chart of ends.
    fn expiry(&mut self, report: &Report) -> Result<Numbers<'static>, XlsxError> {
        let mut series: Vec<&String> = Vec::new();
        for (name, _) in report.expiry.iter().flat_map(|bar| &bar.parts) {
            if !series.contains(&name) {
                series.push(name);
            }
        }
        series.sort();
        let month = self.get(Text { ja: "月", en: "month" }).to_string();
        let heads: Vec<String> = std::iter::once(month).chain(series.iter().map(|name| (*name).clone())).collect();
        let rows = u32::try_from(report.expiry.len()).unwrap_or(0);
        let numbers = self.table(self.get(EXPIRY), &heads, rows)?;
        for bar in &report.expiry {
            self.sheet.write_string_with_format(self.row, 0, cell_text(&bar.label), &self.forms.text)?;
            for (at, name) in (1..).zip(&series) {
                let number = bar.parts.iter().find(|(part, _)| part == *name).map_or(0, |(_, number)| *number);
                self.sheet.write_number_with_format(self.row, at, number as f64, &self.forms.number)?;
            }
            self.row += 1;
        }
        self.row += 1;
        Ok(numbers)
    }

    fn fees(&mut self, report: &Report) -> Result<Numbers<'static>, XlsxError> {
        let heads = [
            Text { ja: "年度", en: "fiscal year" },
            Text { ja: "申請した分", en: "applied for" },
            Text { ja: "見込み", en: "ahead" },
            Text { ja: "手数料が不明の枚数", en: "of unknown fee" },
        ];
        let heads = heads.map(|head| head.get(self.lang).to_string());
        let rows = u32::try_from(report.fees.len()).unwrap_or(0);
        let numbers = self.table(self.get(FEES), &heads, rows)?;
        for year in &report.fees {
            let forms = self.forms;
            let left = &forms.number.clone().set_align(FormatAlign::Left);
            self.sheet.write_number_with_format(self.row, 0, f64::from(year.year), left)?;
            for (at, (number, form)) in
                (1..).zip([(year.past, &forms.yen), (year.ahead, &forms.yen), (year.unknown, &forms.number)])
            {
                self.sheet.write_number_with_format(self.row, at, number as f64, form)?;
            }
            self.row += 1;
        }
        self.row += 1;
        // The last is no amount.
        Ok(Numbers { series: 2, ..numbers })
    }

    fn generations(&mut self, report: &Report) -> Result<(), XlsxError> {
        let title = self
            .get(Text { ja: "ルートの世代ごとの枚数", en: "Certificates by the generation of their root" });
        let heads = [Text { ja: "世代", en: "root" }, Text { ja: "枚数", en: "certificates" }];
        self.table(title, &heads.map(|head| head.get(self.lang).to_string()), 0)?;
        report.generations.iter().try_for_each(|(name, number)| self.counted(name, *number, None))
    }
}
