//! JSON: documents, rows of lists, records one a line. Characters that could act on a terminal are
//! written as `\u` escapes, which every reader takes for the same text.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Map, Value as Json};

use crate::locale::Lang;
use crate::report::escape::is_dangerous;
use crate::report::list::{Cell, Get, List, Table};

struct Safe(CompactFormatter);

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut start = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_dangerous(*c)) {
            out.write_all(&fragment.as_bytes()[start..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            start = at + c.len_utf8();
        }
        self.0.write_string_fragment(out, &fragment[start..])
    }
}

/// Writes one value as JSON that is safe on a terminal.
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Safe(CompactFormatter))).map_err(io::Error::from)
}

/// Writes a document: its fields, then its lists, and a newline. Each list writes its own rows.
pub fn write_document(out: &mut dyn Write, fields: &Map<String, Json>, lists: &[(&str, &WriteRows)]) -> io::Result<()> {
    let mut opening = Vec::new();
    write_json(&mut opening, fields)?;
    // The lists stand in the same object, which they close.
    opening.pop();
    out.write_all(&opening)?;
    for (name, write_rows) in lists {
        write!(out, ",\"{name}\":[")?;
        write_rows(out)?;
        out.write_all(b"]")?;
    }
    out.write_all(b"}\n")
}

/// How a document's list is written, [`write_rows`] as a rule.
pub type WriteRows<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// Writes values one after the other, with commas between.
pub fn write_values(out: &mut dyn Write, values: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        write_json(out, &value)?;
    }
    Ok(())
}

/// Writes rows of a list one after the other, with commas between.
pub fn write_rows<R>(out: &mut dyn Write, list: &List<R>, rows: impl Iterator<Item = R>, lang: Lang) -> io::Result<()> {
    let paths = Paths::of(list);
    for (at, row) in rows.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        write_json(out, &paths.row(&row, lang))?;
    }
    Ok(())
}

/// A row of a list as a value.
pub fn value<R>(list: &List<R>, row: &R, lang: Lang) -> Json {
    serde_json::to_value(Paths::of(list).row(row, lang)).unwrap_or_default()
}

/// Rows of a list as a value, where there are few.
pub fn values<R>(list: &List<R>, rows: impl Iterator<Item = R>, lang: Lang) -> Json {
    let paths = Paths::of(list);
    rows.map(|row| serde_json::to_value(paths.row(&row, lang)).unwrap_or_default()).collect()
}

/// The columns of a list in JSON.
pub struct Paths<R>(Vec<(Vec<&'static str>, Get<R>)>);

impl<R> Paths<R> {
    /// Those of a list.
    pub fn of(list: &List<R>) -> Paths<R> {
        Paths(list.json().collect())
    }

    /// A row, as an object.
    pub fn row<'r>(&'r self, row: &'r R, lang: Lang) -> Object<'r> {
        Object(self.0.iter().map(|(path, get)| (path.as_slice(), get(row, lang))).collect())
    }
}

/// An object of facts, each on its path; those whose paths begin alike stand together. An object
/// inside of it is null where nothing of it is known, or where a fact on its own path says so.
pub struct Object<'r>(Vec<(&'r [&'static str], Cell<'r>)>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Level { facts: &self.0, depth: 0 }.serialize(serializer)
    }
}

/// The facts of an object that is nested so deep.
struct Level<'o, 'r> {
    facts: &'o [(&'r [&'static str], Cell<'r>)],
    depth: usize,
}

impl Serialize for Level<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (present, facts) = match self.facts {
            [(path, cell), facts @ ..] if path.len() == self.depth => (*cell == Cell::Bool(true), facts),
            facts => (self.depth == 0 || facts.iter().any(|(_, cell)| *cell != Cell::Nothing), facts),
        };
        if !present {
            return serializer.serialize_none();
        }
        let mut object = serializer.serialize_map(None)?;
        for facts in facts.chunk_by(|(one, _), (next, _)| one[self.depth] == next[self.depth]) {
            match facts {
                [(path, cell)] if path.len() == self.depth + 1 => object.serialize_entry(path[self.depth], cell)?,
                [(path, _), ..] => {
                    object.serialize_entry(path[self.depth], &Level { facts, depth: self.depth + 1 })?;
                }
                [] => {}
            }
        }
        object.end()
    }
}

/// The rows of a table of the whole report, by the names that its columns have there.
pub struct TableRows<'t, 'r>(pub &'t Table<'r>);

impl Serialize for TableRows<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.0.len).map(|row| TableRow { table: self.0, row }))
    }
}

/// Writes the rows of a table one after the other, with commas between.
pub fn write_table_rows(out: &mut dyn Write, table: &Table) -> io::Result<()> {
    write_values(out, (0..table.len).map(|row| TableRow { table, row }))
}

/// A row of a table.
struct TableRow<'t, 'r> {
    table: &'t Table<'r>,
    row: usize,
}

impl Serialize for TableRow<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let heads = self.table.heads.iter().enumerate();
        serializer.collect_map(heads.map(|(at, head)| (head.code, self.table.cell(self.row, at))))
    }
}

/// A record on a line of its own.
#[derive(Serialize)]
pub struct Line<T> {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its fields.
    #[serde(flatten)]
    pub record: T,
}
