//! Markdown, for wikis and mail.

use std::io::{self, Write};

use super::Report;

impl Report {
    /// Writes it.
    pub fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let _ = (&self.notes, out);
        Err(io::Error::other("not yet"))
    }
}
