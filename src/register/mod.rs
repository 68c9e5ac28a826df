//! The register (台帳): the office's own list of holders, and what people did about their
//! certificates.
//!
//! A [`Holder`] is a provider (事業所) or an agent (代理人) as the office lists it, with one
//! [`ServiceLine`] per provider number and service it bills for. A [`Mark`] is what somebody recorded
//! of a certificate or a holder. [`RegisterState`] is all of it at one moment, as the audit asks it.
//!
//! A list comes as a workbook or CSV: [`Grid::read`] makes cells of bytes, [`propose`] finds
//! which header is which [`RegisterColumn`], [`read`] makes holders of rows and names every mistake, and
//! [`write_xlsx`] and [`write_csv`] write what it reads back as it was. A [`FormTable`] is any other
//! list to be filled in by hand.
//!
//! Which services and usage categories there are is the policy's; here they are just [`PolicyWords`].
//! A number that may have lost its zeros is a mistake, never padded. Absent here: no clock, no
//! storage, no files, no judgement.

mod column;
mod day;
mod filled_table;
mod fold;
mod form_table;
mod grid;
mod holder;
mod mapping;
mod mark;
mod mistake;
mod read;
mod state;
mod value;
mod words;
mod write;

pub use column::RegisterColumn;
pub use filled_table::{FilledColumn, FilledRow, FilledTable};
pub(crate) use fold::plain;
pub use form_table::{CsvEncoding, FormTable, TableError, Unencodable};
pub use grid::{
    Grid, GridCell, GridError, GridRow, MOST_BYTES, MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, MOST_TEXT,
    MOST_UNPACKED, column_letters,
};
pub use holder::{
    Agent, Contact, ContactChannel, DeclaredCertificate, FeePayer, Holder, HolderKey, HolderKind, HolderStatus,
    ServiceLine,
};
pub use mapping::{AmbiguousHeaders, ColumnMapping, GridHeader, MappingError, MappingProposal, find_headers, propose};
pub use mark::{Mark, MarkState, MarkTarget};
pub use mistake::{RowMistake, RowMistakeKind};
pub use read::{RegisterReading, read};
pub use state::{ManualBinding, RefusedAddress, RegisterState};
pub use value::day as day_of;
pub use words::{PolicyWord, PolicyWords};
pub use write::{said, write_csv, write_xlsx};
