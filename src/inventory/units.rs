//! The ID, time and order of entries.

use crate::calendar::Instant;

/// A random 128-bit ID.
pub type EntryId = [u8; 16];

/// A day, in microseconds. Clocks differ by minutes, and time zones that were set wrong by hours: what
/// is a day off was recorded by a clock that was wrong.
pub(super) const DAY: i64 = 86_400_000_000;

/// Microseconds since 1970.
pub fn micros(at: Instant) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

/// The instant so many microseconds after 1970.
pub fn instant(micros: i64) -> Instant {
    Instant::from_unix_timestamp_nanos(i128::from(micros) * 1000).unwrap_or(Instant::UNIX_EPOCH)
}

/// The order of entries, as a hybrid logical clock has it: a number that is the clock's microseconds
/// as long as the clock runs forward, and one more than the last where it does not. Of two entries
/// about one subject the one with the greater (order, ID) holds, whatever their clocks said.
#[derive(Clone, Copy, Debug)]
pub struct EntryOrder;

impl EntryOrder {
    /// The highest order that a clock gives, the year 2200: a clock beyond is wrong.
    pub const CEILING: i64 = 7_258_118_400_000_000;

    /// The highest order that is believed of another inventory. There is room above it for all the
    /// entries that any inventory will ever add.
    const HIGHEST: i64 = i64::MAX / 2;

    /// The order of an entry that is new after one of order `last`.
    pub fn after(last: Option<i64>, at: i64) -> i64 {
        let clock = at.min(EntryOrder::CEILING);
        last.map_or(clock, |last| clock.max(last.saturating_add(1)))
    }

    /// The order of an entry that comes from elsewhere. It depends on the entry alone, so that
    /// whoever merges it finds the same. Before version 3 the clock was the order.
    pub fn merged(order: Option<i64>, at: i64) -> i64 {
        order.filter(|order| *order <= EntryOrder::HIGHEST).unwrap_or_else(|| at.min(EntryOrder::CEILING))
    }
}
