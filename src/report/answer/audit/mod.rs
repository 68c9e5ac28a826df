//! The answer of `audit`: one stream of records, as table, JSON, NDJSON or CSV.

mod csv;
mod json;
mod table;

pub use csv::CsvWriter;
pub use json::JsonWriter;
pub use table::TableWriter;
