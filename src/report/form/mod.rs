//! Forms: what lists and answers look like on a terminal, in CSV, JSON, Markdown, on a page, in a
//! workbook, a calendar and metrics. Each walks the columns of whatever list it is given, and escapes
//! for its own place.

pub mod csv;
pub(super) mod html;
mod icalendar;
pub mod json;
mod markdown;
mod prometheus;
pub mod terminal;
mod xlsx;
