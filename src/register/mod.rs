//! The register (台帳), which is the office's own list of holders, and the records of action about
//! their certificates.
//!
//! A [`Holder`] is a provider (事業所) or an agent (代理人) as the office lists it, with one
//! [`ServiceLine`] per provider number and service it claims for. A [`Mark`] is a record of action
//! about a certificate or a holder. [`RegisterState`] is all of it at one moment, which is what the
//! audit uses.
//!
//! A list comes as a workbook or CSV: [`Grid::read`] makes cells of bytes, [`propose`] maps headers
//! to [`RegisterColumn`]s, [`read`] makes holders of rows and reports every mistake, and
//! [`write_xlsx`] and [`write_csv`] write what [`read`] reads back unchanged. A [`FormTable`] is
//! any other list for people to fill in.
//!
//! The policy defines services and usage categories; here they are just [`PolicyWords`]. A number
//! that may have lost its leading zeros is a mistake and is never padded. Absent here: no clock, no
//! storage, no files, no judgement.

mod column;
mod day;
mod filled_table;
mod fold;
mod form_table;
mod grid;
mod holder;
mod kept;
mod mail_address;
mod mapping;
mod mark;
mod marked;
mod mistake;
mod prefecture;
mod read;
mod rows;
mod state;
mod value;
mod words;
mod write;

pub use column::RegisterColumn;
pub use filled_table::{FilledColumn, FilledRow, FilledTable};
pub use fold::is_placeholder;
pub(crate) use fold::{key as fold_key, plain};
pub use form_table::{CsvEncoding, FormTable, TableError, Unencodable};
pub use grid::{
    Grid, GridCell, GridError, GridFile, GridOptions, GridRow, MOST_BYTES, MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS,
    MOST_ROWS, MOST_TEXT, MOST_UNPACKED, TextForm, column_letters, column_number,
};
pub use holder::{
    Agent, Contact, ContactChannel, DeclaredCertificate, FeePayer, Holder, HolderKey, HolderKind, HolderStatus,
    ServiceLine,
};
pub use mail_address::{is_address, spelled_address};
pub use mapping::{AmbiguousHeaders, ColumnMapping, GridHeader, MappingError, MappingProposal, find_headers, propose};
pub use mark::{Mark, MarkState, MarkTarget};
pub use marked::mark_mistakes;
pub use mistake::{MistakeEffect, RowMistake, RowMistakeKind, RowNote, RowNoteKind, row_ranges};
pub use prefecture::{asked_prefecture, prefecture, prefectures};
pub use read::{RegisterReading, RegisterSheet, read, read_sheets};
pub use rows::PassedRow;
pub use state::{ManualBinding, RefusedAddress, RegisterState};
pub use value::day as day_of;
pub use words::{PolicyWord, PolicyWords};
pub use write::{column_texts, write_csv, write_xlsx};
