//! Lists for people's hands: for a word processor's mail merge, and to sign for what is handed
//! over. Both tell of the holders that the register names, and of nobody else.

use std::collections::BTreeMap;

use rust_xlsxwriter::{FormatAlign, Workbook, Worksheet, XlsxError};

use super::cells::{Forms, cell_text, column_width, width};
use super::lay_out;
use crate::calendar::Day;
use crate::lifecycle::PlanOutcome;
use crate::locale::{Lang, Text};
use crate::register;
use crate::report::answer::report::Report;
use crate::report::answer::report::people::Recipient;
use crate::report::layout::weekday;
use crate::report::letter::{Letter, LetterKind};
use crate::report::list::holder::{self, contact_of};
use crate::report::list::plan::{self, PlanRow};
use crate::report::list::{Cell, Column, ColumnKind, tracked};

/// Whether something is to be done now about what has this outcome.
fn is_due(outcome: &PlanOutcome) -> bool {
    matches!(outcome, PlanOutcome::Cannot(..) | PlanOutcome::NoMargin(..) | PlanOutcome::Apply { .. })
}

/// Whether a new certificate will be handed over.
fn is_on_the_way(outcome: &PlanOutcome) -> bool {
    is_due(outcome) || matches!(outcome, PlanOutcome::Awaited { .. })
}

impl Recipient {
    /// Its rows of the plan whose outcome is one of those.
    fn rows<'p>(&self, plan: &'p [PlanRow], is: fn(&PlanOutcome) -> bool) -> Vec<&'p PlanRow> {
        self.rows.iter().filter_map(|row| plan.get(*row)).filter(|row| is(&row.outcome)).collect()
    }
}

/// A day as a letter writes it.
fn written(day: Option<Day>, lang: Lang) -> String {
    match (day, lang) {
        (Some(day), Lang::Ja) => {
            let name = weekday(day).get(lang);
            format!("{}年{}月{}日({name})", day.year(), u8::from(day.month()), day.day())
        }
        (day, _) => day.map(|day| day.to_string()).unwrap_or_default(),
    }
}

/// The heads of the mail-merge sheet, which a letter names its fields by: no spaces in them.
pub(super) const MERGE: [Text; 19] = [
    Text { ja: "名称", en: "name" },
    Text { ja: "担当者", en: "person" },
    Text { ja: "郵便番号", en: "postcode" },
    Text { ja: "住所", en: "address" },
    Text { ja: "電話番号", en: "tel" },
    Text { ja: "FAX番号", en: "fax" },
    Text { ja: "メール", en: "mail" },
    Text { ja: "連絡方法", en: "channel" },
    Text { ja: "有効期限", en: "ends_on" },
    Text { ja: "最終申請日", en: "last_safe_day" },
    Text { ja: "申請日", en: "apply_on" },
    Text { ja: "利用区分", en: "category" },
    Text { ja: "枚数", en: "certificates" },
    Text { ja: "状況", en: "what" },
    Text { ja: "説明", en: "message" },
    Text { ja: "都道府県", en: "prefecture" },
    Text { ja: "台帳", en: "register" },
    Text { ja: "台帳ID", en: "holder_id" },
    Text { ja: "作成日", en: "made_on" },
];

/// Writes the sheet for a mail merge: one head, one row a holder, and all of it text, since word
/// processors write dates and numbers of a sheet in ways of their own.
pub(super) fn mail_merge(report: &Report, book: &mut Workbook) -> Result<(), XlsxError> {
    let lang = report.lang;
    let forms = Forms::new(lang);
    let sheet = book.add_worksheet();
    sheet.set_name(Text { ja: "差込データ", en: "Mail merge" }.get(lang))?;
    let mut rows: Vec<[String; 19]> = report.people.iter().filter_map(|one| merged(report, one)).collect();
    // Of whom only the password is due has no row yet, and is recorded as notified like the others.
    let has_row = |rows: &[[String; 19]], letter: &Letter| {
        rows.iter().any(|row| row[16] == letter.to.register && row[17] == letter.to.id)
    };
    for letter in &report.letters {
        if !has_row(&rows, letter) {
            rows.extend(merged_password(report, letter));
        }
    }
    for (at, head) in (0..).zip(MERGE) {
        let head = head.get(lang);
        let cells = rows.iter().take(1000).map(|row| width(&row[usize::from(at)]));
        let widest = cells.max().unwrap_or(0).max(width(head) + 3);
        sheet.set_column_width(at, column_width(widest, 8, 40))?;
        sheet.set_column_format(at, forms.of_column(ColumnKind::Text))?;
        sheet.write_string_with_format(0, at, head, &forms.head)?;
    }
    for (row, cells) in (1..).zip(&rows) {
        for (at, text) in (0..).zip(cells) {
            sheet.write_string_with_format(row, at, cell_text(text), &forms.text)?;
        }
    }
    let last_row = u32::try_from(rows.len()).unwrap_or(0);
    sheet.set_freeze_panes(1, 1)?.autofilter(0, 0, last_row, 18)?;
    lay_out(sheet, report);
    sheet.set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

/// A holder's row; none where nothing is due.
fn merged(report: &Report, one: &Recipient) -> Option<[String; 19]> {
    let lang = report.lang;
    let mut rows = one.rows(&report.rows.plan, is_due);
    rows.retain(|row| row.is_near);
    // The most pressing comes first; the others are counted.
    let first = rows.first()?;
    let mut categories: Vec<&str> = Vec::new();
    for category in rows.iter().filter_map(|row| row.certificate.category.as_ref()) {
        if !categories.contains(&category.name.as_str()) {
            categories.push(&category.name);
        }
    }
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let contact = &one.contact;
    Some([
        one.name.clone(),
        some(&contact.person),
        some(&contact.postcode),
        some(&contact.address),
        some(&contact.tel),
        some(&contact.fax),
        some(&contact.mail),
        contact.channel.map(|channel| channel.title().get(lang).to_string()).unwrap_or_default(),
        written(first.certificate.item.ends, lang),
        written(first.last_application.filter(|day| *day >= report.today), lang),
        written(first.recommended(), lang),
        categories.join(Text { ja: "、", en: ", " }.get(lang)),
        rows.len().to_string(),
        first.outcome_label().0.get(lang).to_string(),
        first.message.clone(),
        some(&first.certificate.holder.prefecture),
        one.holder.register.clone(),
        one.holder.id.clone(),
        written(Some(report.today), lang),
    ])
}

/// A row about a system password; none where the letter is not about one.
fn merged_password(report: &Report, letter: &Letter) -> Option<[String; 19]> {
    let due = letter.due.iter().find(|due| due.kind == LetterKind::Password)?;
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let (lang, contact) = (report.lang, &letter.contact);
    Some([
        letter.name.clone(),
        some(&contact.person),
        some(&contact.postcode),
        some(&contact.address),
        some(&contact.tel),
        some(&contact.fax),
        some(&contact.mail),
        contact.channel.map(|channel| channel.title().get(lang).to_string()).unwrap_or_default(),
        written(due.ends, lang),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        due.outcome.clone(),
        due.message.clone(),
        String::new(),
        letter.to.register.clone(),
        letter.to.id.clone(),
        written(Some(report.today), lang),
    ])
}

/// Rows of a page of A4 on its side, below title and heads.
const ROWS: usize = 19;
/// Pages of a sheet: Excel knows no more breaks.
const PAGES: usize = 1000;
/// Rows of a page in the sheet: title, person, heads, and the rows.
const PAGE: u32 = 3 + ROWS as u32;

const HANDOVER: Text = Text { ja: "証明書 引渡し一覧", en: "Certificates handed over" };

/// The columns: head, width in characters, the column of the plan. Without that they are to be
/// filled in by hand.
const COLUMNS: [(Text, f64, Option<Column<PlanRow>>); 9] = [
    (Text { ja: "台帳ID", en: "holder" }, 11.0, Some(holder::id(1))),
    (Text { ja: "名称", en: "name" }, 26.0, Some(holder::name(1))),
    (Text { ja: "利用区分", en: "category" }, 18.0, Some(tracked::category(1))),
    (Text { ja: "いまの有効期限", en: "ends on" }, 12.0, Some(tracked::ends_on(1))),
    (Text { ja: "最終期限", en: "at the latest" }, 12.0, Some(plan::LAST_SAFE)),
    (Text { ja: "入手予定", en: "in hand" }, 12.0, Some(plan::IN_HAND)),
    (Text { ja: "状況", en: "what" }, 11.0, Some(plan::OUTCOME)),
    (Text { ja: "受領日", en: "received on" }, 12.0, None),
    (Text { ja: "受領印・署名", en: "signature" }, 16.0, None),
];

/// What a page of the list is made of.
struct HandoverPage<'a> {
    person: &'a str,
    reached: &'a str,
    rows: &'a [&'a PlanRow],
    number: (usize, usize),
}

/// Writes the list to sign: for each person, on pages of their own, what they are to receive.
pub(super) fn handover(report: &Report, book: &mut Workbook) -> Result<(), XlsxError> {
    let lang = report.lang;
    let nobody = Text { ja: "(担当者なし)", en: "(nobody named)" }.get(lang);
    let mut people: BTreeMap<(bool, String, String), Vec<&PlanRow>> = BTreeMap::new();
    for one in &report.people {
        let rows = one.rows(&report.rows.plan, is_on_the_way);
        if rows.is_empty() {
            continue;
        }
        let person = contact_of(&one.contact);
        let key = (person.is_none(), person.unwrap_or_else(|| nobody.into()), reached(one, lang));
        people.entry(key).or_default().extend(rows);
    }
    let mut pages = Vec::new();
    for ((_, person, reached), rows) in &people {
        let last = rows.len().div_ceil(ROWS);
        let page = |(at, rows)| HandoverPage { person, reached, rows, number: (at + 1, last) };
        pages.extend(rows.chunks(ROWS).enumerate().map(page));
    }
    let forms = Forms::new(lang);
    let name = Text { ja: "引渡し一覧", en: "Handover" }.get(lang);
    // A list of nothing has an empty page.
    let empty = [HandoverPage { person: nobody, reached: "", rows: &[], number: (1, 1) }];
    let pages = if pages.is_empty() { &empty[..] } else { &pages[..] };
    for (at, pages) in (1..).zip(pages.chunks(PAGES)) {
        let sheet = book.add_worksheet();
        sheet.set_name(if at == 1 { name.to_string() } else { format!("{name} {at}") })?;
        pages_of(report, sheet, pages, &forms)?;
    }
    Ok(())
}

/// How somebody is reached.
fn reached(one: &Recipient, lang: Lang) -> String {
    let contact = &one.contact;
    let ways = [
        (register::RegisterColumn::Tel, &contact.tel),
        (register::RegisterColumn::Fax, &contact.fax),
        (register::RegisterColumn::Mail, &contact.mail),
    ];
    let told =
        ways.iter().filter_map(|(column, value)| Some(format!("{} {}", column.title().get(lang), value.as_ref()?)));
    told.collect::<Vec<_>>().join("　")
}

fn pages_of(report: &Report, sheet: &mut Worksheet, pages: &[HandoverPage], forms: &Forms) -> Result<(), XlsxError> {
    lay_out(sheet, report);
    for (at, (_, width, _)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(at, width)?;
    }
    let (mut breaks, boxed) = (Vec::new(), Forms::new(report.lang).boxed());
    for (top, page) in (0..).step_by(PAGE as usize).zip(pages) {
        if top > 0 {
            breaks.push(top);
        }
        page_at(report, sheet, top, page, forms, &boxed)?;
    }
    // Fixed: where pages are fitted, Excel forgets the breaks.
    sheet.set_print_scale(SCALE).set_page_breaks(&breaks)?;
    Ok(())
}

/// Per cent in which all columns fit the page.
const SCALE: u16 = 75;

fn page_at(
    report: &Report,
    sheet: &mut Worksheet,
    top: u32,
    page: &HandoverPage,
    forms: &Forms,
    boxed: &Forms,
) -> Result<(), XlsxError> {
    let lang = report.lang;
    let (of, all) = page.number;
    let title = if all > 1 { format!("{} ({of}/{all})", HANDOVER.get(lang)) } else { HANDOVER.get(lang).into() };
    sheet.set_row_height(top, 26)?.set_row_height(top + 1, 22)?.set_row_height(top + 2, 22)?;
    sheet.write_string_with_format(top, 0, title, &forms.title)?;
    let made = Text { ja: "作成日 {day}", en: "made on {day}" };
    let right = forms.text.clone().set_align(FormatAlign::Right);
    let day = written(Some(report.today), lang);
    sheet.write_string_with_format(top, 8, made.fill(lang, &[("day", &day)]), &right)?;
    let to = Text { ja: "担当: {person}　{reached}", en: "contact: {person}　{reached}" };
    let to = to.fill(lang, &[("person", &page.person), ("reached", &page.reached)]);
    sheet.write_string_with_format(top + 1, 0, cell_text(&to), &forms.text.clone().set_font_size(12))?;
    for (at, (head, ..)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(top + 2, at, head.get(lang), &boxed.head)?;
    }
    for (at_row, row) in (top + 3..).zip(page.rows) {
        // High enough for a seal.
        sheet.set_row_height(at_row, 27)?;
        for (at, (.., column)) in (0..).zip(COLUMNS) {
            let cell = column.map_or(Cell::Nothing, |column| column.cell(row, lang));
            sheet.write_blank(at_row, at, &boxed.text)?;
            boxed.write(sheet, (at_row, at), &cell, ColumnKind::Text, true)?;
        }
    }
    Ok(())
}
