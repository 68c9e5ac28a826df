//! Writing holders as rows that [`super::read`] reads back unchanged.

use super::form_table::{CsvEncoding, FormTable, TableError, Unencodable};
use super::grid::GridCell;
use super::words::{PolicyWord, PolicyWords};
use super::{Agent, Contact, DeclaredCertificate, Holder, RegisterColumn, ServiceLine};
use crate::calendar::Day;
use crate::locale::catalogue::register as texts;
use crate::locale::{Lang, Text};

/// The holders as a workbook.
pub fn write_xlsx(holders: &[Holder], lang: Lang, words: &PolicyWords) -> Result<Vec<u8>, TableError> {
    table(holders, lang, words).to_xlsx()
}

/// The holders as CSV, and the characters that could not be encoded.
pub fn write_csv(
    holders: &[Holder],
    lang: Lang,
    words: &PolicyWords,
    encoding: CsvEncoding,
) -> (Vec<u8>, Vec<Unencodable>) {
    table(holders, lang, words).to_csv(encoding)
}

/// The text of each column for a holder: those of its lines where they differ, with `; ` between.
pub fn column_texts(holder: &Holder, lang: Lang, words: &PolicyWords) -> Vec<(RegisterColumn, String)> {
    let no_line = [ServiceLine::default()];
    let lines = if holder.lines.is_empty() { &no_line } else { holder.lines.as_slice() };
    let column = |column: RegisterColumn| {
        let mut texts: Vec<String> = lines.iter().map(|line| cell(holder, line, column, lang, words).text()).collect();
        if texts.iter().all(|text| *text == texts[0]) {
            texts.truncate(1);
        }
        (column, texts.join("; "))
    };
    RegisterColumn::ALL.into_iter().map(column).collect()
}

/// One row per line of each holder, with all values of the holder in each row.
fn table(holders: &[Holder], lang: Lang, words: &PolicyWords) -> FormTable {
    let row = |holder: &Holder, line: &ServiceLine| {
        RegisterColumn::ALL.into_iter().map(|column| cell(holder, line, column, lang, words)).collect()
    };
    let no_line = [ServiceLine::default()];
    let rows = holders.iter().flat_map(|holder| {
        let lines = if holder.lines.is_empty() { &no_line } else { holder.lines.as_slice() };
        // Every row repeats the holder's values, so that people can sort and filter the sheet and
        // it still reads back.
        lines.iter().map(|line| row(holder, line)).collect::<Vec<Vec<GridCell>>>()
    });
    FormTable {
        title: texts::SHEET_REGISTER.get(lang).to_string(),
        headers: RegisterColumn::ALL.into_iter().map(|column| column.title().get(lang).to_string()).collect(),
        rows: rows.collect(),
    }
}

fn cell(holder: &Holder, line: &ServiceLine, column: RegisterColumn, lang: Lang, words: &PolicyWords) -> GridCell {
    let Contact { person, mail, tel, fax, postcode, address, channel } = &holder.contact;
    let agent = line.agent.as_ref();
    let declared = holder.declared.as_ref();
    let term = |term: Option<Text>| text(term.map(|term| term.get(lang)));
    match column {
        RegisterColumn::HolderId => text(Some(&holder.key.id)),
        RegisterColumn::Name => text(Some(&holder.name)),
        RegisterColumn::Kind => term(holder.kind.map(|kind| kind.title())),
        RegisterColumn::ProviderNumber => text(line.provider_number.as_ref()),
        RegisterColumn::Prefecture => text(holder.prefecture.as_ref()),
        RegisterColumn::Services => word(&words.services, line.service.as_deref(), lang),
        RegisterColumn::BilledBy => text(agent.map(|agent| &agent.id)),
        RegisterColumn::BilledFrom => day(agent.and_then(|Agent { from, .. }| *from)),
        RegisterColumn::BilledTo => day(agent.and_then(|Agent { until, .. }| *until)),
        RegisterColumn::Category => word(&words.categories, holder.category.as_deref(), lang),
        RegisterColumn::Uses => {
            let titles = holder.uses.iter().map(|id| {
                let known = words.uses.iter().find(|word| word.id == *id);
                known.map_or(id.as_str(), |word| word.title.get(lang)).to_string()
            });
            text(Some(titles.collect::<Vec<_>>().join("; ")))
        }
        RegisterColumn::Places => text(Some(holder.places.join("; "))),
        RegisterColumn::Person => text(person.as_ref()),
        RegisterColumn::Mail => text(mail.as_ref()),
        RegisterColumn::Tel => text(tel.as_ref()),
        RegisterColumn::Fax => text(fax.as_ref()),
        RegisterColumn::Postcode => text(postcode.as_ref()),
        RegisterColumn::Address => text(address.as_ref()),
        RegisterColumn::Channel => term(channel.map(|channel| channel.title())),
        RegisterColumn::Payer => term(holder.payer.map(|payer| payer.title())),
        RegisterColumn::PasswordChanged => day(holder.password_changed),
        RegisterColumn::Status => term(Some(holder.status.title())),
        RegisterColumn::StatusSince => day(holder.status_since),
        RegisterColumn::DeclaredSerial => {
            text(declared.and_then(|DeclaredCertificate { serial, .. }| serial.as_ref()).map(ToString::to_string))
        }
        RegisterColumn::DeclaredExpiry => day(declared.and_then(|DeclaredCertificate { expires_on, .. }| *expires_on)),
        RegisterColumn::Tag => text(holder.tag.as_ref()),
        RegisterColumn::Notes => text(holder.notes.as_ref()),
    }
}

fn text(text: Option<impl AsRef<str>>) -> GridCell {
    match text {
        Some(text) if !text.as_ref().is_empty() => GridCell::Text(text.as_ref().to_string()),
        _ => GridCell::Empty,
    }
}

fn day(day: Option<Day>) -> GridCell {
    day.map_or(GridCell::Empty, GridCell::Day)
}

/// The title of a word of the policy; its ID where the policy no longer has it.
fn word(words: &[PolicyWord], id: Option<&str>, lang: Lang) -> GridCell {
    let known = id.and_then(|id| words.iter().find(|word| word.id == id));
    text(known.map(|word| word.title.get(lang)).or(id))
}
