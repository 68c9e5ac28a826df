//! iCalendar (RFC 5545): an all-day event for each last safe day and each end.

use std::io::{self, Write};

use super::Report;

impl Report {
    /// Writes it.
    pub fn write_calendar(&self, out: &mut dyn Write) -> io::Result<()> {
        let _ = (&self.notes, out);
        Err(io::Error::other("not yet"))
    }
}
