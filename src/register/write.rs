//! From holders to rows: what [`super::read`] reads back as it was.

use super::grid::Cell;
use super::table::{Encoding, Table, TableError, Unencodable};
use super::words::{Word, Words};
use super::{Agent, Column, Contact, Declared, Holder, Line};
use crate::calendar::Day;
use crate::locale::catalogue::register as texts;
use crate::locale::{Lang, Text};

/// The holders as a workbook.
pub fn write_xlsx(holders: &[Holder], lang: Lang, words: &Words) -> Result<Vec<u8>, TableError> {
    table(holders, lang, words).to_xlsx()
}

/// The holders as CSV, and what could not be encoded.
pub fn write_csv(holders: &[Holder], lang: Lang, words: &Words, encoding: Encoding) -> (Vec<u8>, Vec<Unencodable>) {
    table(holders, lang, words).to_csv(encoding)
}

/// What each column says of a holder, by its lines where they differ, with `; ` between.
pub fn said(holder: &Holder, lang: Lang, words: &Words) -> Vec<(Column, String)> {
    let no_line = [Line::default()];
    let lines = if holder.lines.is_empty() { &no_line } else { holder.lines.as_slice() };
    let column = |column: Column| {
        let mut texts: Vec<String> = lines.iter().map(|line| cell(holder, line, column, lang, words).text()).collect();
        if texts.iter().all(|text| *text == texts[0]) {
            texts.truncate(1);
        }
        (column, texts.join("; "))
    };
    Column::ALL.into_iter().map(column).collect()
}

/// One row a line of each holder, with all that is said of the holder in each.
fn table(holders: &[Holder], lang: Lang, words: &Words) -> Table {
    let row = |holder: &Holder, line: &Line| {
        Column::ALL.into_iter().map(|column| cell(holder, line, column, lang, words)).collect()
    };
    let no_line = [Line::default()];
    let rows = holders.iter().flat_map(|holder| {
        let lines = if holder.lines.is_empty() { &no_line } else { holder.lines.as_slice() };
        lines.iter().map(|line| row(holder, line)).collect::<Vec<Vec<Cell>>>()
    });
    Table {
        title: texts::SHEET_REGISTER.get(lang).to_string(),
        headers: Column::ALL.into_iter().map(|column| column.title().get(lang).to_string()).collect(),
        rows: rows.collect(),
    }
}

fn cell(holder: &Holder, line: &Line, column: Column, lang: Lang, words: &Words) -> Cell {
    let Contact { person, mail, tel, fax, postcode, address, channel } = &holder.contact;
    let agent = line.agent.as_ref();
    let declared = holder.declared.as_ref();
    let term = |term: Option<Text>| text(term.map(|term| term.get(lang)));
    match column {
        Column::HolderId => text(Some(&holder.key.id)),
        Column::Name => text(Some(&holder.name)),
        Column::Kind => term(holder.kind.map(|kind| kind.title())),
        Column::ProviderNumber => text(line.provider_number.as_ref()),
        Column::Prefecture => text(holder.prefecture.as_ref()),
        Column::Services => word(&words.services, line.service.as_deref(), lang),
        Column::BilledBy => text(agent.map(|agent| &agent.id)),
        Column::BilledFrom => day(agent.and_then(|Agent { from, .. }| *from)),
        Column::BilledTo => day(agent.and_then(|Agent { until, .. }| *until)),
        Column::Category => word(&words.categories, holder.category.as_deref(), lang),
        Column::Places => text(Some(holder.places.join("; "))),
        Column::Person => text(person.as_ref()),
        Column::Mail => text(mail.as_ref()),
        Column::Tel => text(tel.as_ref()),
        Column::Fax => text(fax.as_ref()),
        Column::Postcode => text(postcode.as_ref()),
        Column::Address => text(address.as_ref()),
        Column::Channel => term(channel.map(|channel| channel.title())),
        Column::Payer => term(holder.payer.map(|payer| payer.title())),
        Column::PasswordChanged => day(holder.password_changed),
        Column::Status => term(Some(holder.status.title())),
        Column::StatusSince => day(holder.status_since),
        Column::DeclaredSerial => {
            text(declared.and_then(|Declared { serial, .. }| serial.as_ref()).map(ToString::to_string))
        }
        Column::DeclaredExpiry => day(declared.and_then(|Declared { expires_on, .. }| *expires_on)),
        Column::Tag => text(holder.tag.as_ref()),
        Column::Notes => text(holder.notes.as_ref()),
    }
}

fn text(text: Option<impl AsRef<str>>) -> Cell {
    match text {
        Some(text) if !text.as_ref().is_empty() => Cell::Text(text.as_ref().to_string()),
        _ => Cell::Empty,
    }
}

fn day(day: Option<Day>) -> Cell {
    day.map_or(Cell::Empty, Cell::Day)
}

/// The title of a word of the policy; its ID where the policy does not know it.
fn word(words: &[Word], id: Option<&str>, lang: Lang) -> Cell {
    let known = id.and_then(|id| words.iter().find(|word| word.id == id));
    text(known.map(|word| word.title.get(lang)).or(id))
}
