//! Answers: what each command says beside its lists, which is a sentence, counts, notes and a hint.

pub(super) mod audit;
pub(super) mod check;
pub(super) mod coverage;
pub(super) mod desk;
pub(super) mod diff;
mod expiry;
mod fees;
pub(super) mod holidays;
pub(super) mod lifecycle;
pub(super) mod list;
pub(super) mod model;
pub(super) mod monitor;
mod plan;
mod reminders;
pub mod report;
pub(super) mod story;
pub(super) mod unfinished;
pub(super) mod unmatched;
pub(super) mod verification;
pub(super) mod words;
