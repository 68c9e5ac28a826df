//! The register (台帳): the office's own list of holders, and what people did about their
//! certificates.
//!
//! A [`Holder`] is a provider (事業所) or an agent (代理人) as the office lists it, with one
//! [`Line`] per provider number and service it bills for. A [`Mark`] is what somebody recorded
//! of a certificate or a holder. [`Office`] is all of it at one moment, as the audit asks it.
//!
//! A list comes as a workbook or CSV: [`Grid::read`] makes cells of bytes, [`propose`] finds
//! which header is which [`Column`], [`read`] makes holders of rows and names every mistake, and
//! [`write_xlsx`] and [`write_csv`] write what it reads back as it was. A [`Table`] is any other
//! list to be filled in by hand.
//!
//! Which services and usage categories there are is the policy's; here they are just [`Words`].
//! A number that may have lost its zeros is a mistake, never padded. Absent here: no clock, no
//! storage, no files, no judgement.

mod column;
mod day;
mod filled;
mod fold;
mod grid;
mod holder;
mod mapping;
mod mark;
mod mistake;
mod office;
mod read;
mod table;
mod value;
mod words;
mod write;

pub use column::Column;
pub use filled::{Filled, FilledRow, Heading};
pub(crate) use fold::plain;
pub use grid::{
    Cell, Grid, GridError, MOST_BYTES, MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, MOST_UNPACKED,
    Row, column_letters,
};
pub use holder::{Agent, Channel, Contact, Declared, Holder, HolderKey, HolderKind, HolderStatus, Line, Payer};
pub use mapping::{Ambiguous, Header, Mapping, MappingError, Proposal, find_headers, propose};
pub use mark::{Mark, MarkState, Target};
pub use mistake::{Mistake, MistakeKind};
pub use office::{Bound, Office, Refused};
pub use read::{Reading, read};
pub use table::{Encoding, Table, TableError, Unencodable};
pub use value::day as day_of;
pub use words::{Word, Words};
pub use write::{said, write_csv, write_xlsx};
