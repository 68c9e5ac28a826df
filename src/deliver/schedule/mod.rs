//! Schedules: civil times of the policy's zone, and what each system needs to keep them.

use crate::calendar::{Business, Instant, Zone};

/// Stub.
#[derive(Debug)]
pub struct Schedule;
impl Schedule {
    /// Stub.
    pub fn parse(_: &str) -> Result<Schedule, Mistake> {
        Ok(Schedule)
    }
    /// Stub.
    pub fn last(&self, _: &Business, _: Zone, now: Instant) -> Option<Instant> {
        Some(now)
    }
}

/// Stub.
#[derive(Debug)]
pub struct Mistake;
impl Mistake {
    /// Stub.
    pub fn text(&self, _: crate::locale::Lang) -> String {
        String::new()
    }
}
