//! Forms: what a list looks like on a terminal, in CSV, in JSON. Each walks the columns of whatever
//! list it is given, and escapes for its own place.

pub mod csv;
pub mod json;
pub mod terminal;
