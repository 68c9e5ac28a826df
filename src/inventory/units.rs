//! The ID and time of entries.

use crate::calendar::Instant;

/// A random 128-bit ID.
pub type EntryId = [u8; 16];

/// Microseconds since 1970.
pub fn micros(at: Instant) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

/// The instant so many microseconds after 1970.
pub fn instant(micros: i64) -> Instant {
    Instant::from_unix_timestamp_nanos(i128::from(micros) * 1000).unwrap_or(Instant::UNIX_EPOCH)
}
