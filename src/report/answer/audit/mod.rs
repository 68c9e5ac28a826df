//! The answer of `audit`: one stream of records, as table, JSON, NDJSON or CSV.

mod csv;
mod json;
mod table;

pub use csv::{COLUMNS, CsvWriter};
pub use json::{JsonWriter, NdjsonWriter};
pub use table::TableWriter;
