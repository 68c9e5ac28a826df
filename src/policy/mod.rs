//! Policies: the CA roots, rules and dates by which certificates are judged, as data.
//!
//! A [`PolicyDocument`] is YAML as typed, with positions; checking it gives a [`Policy`], whose
//! invariants hold and which cannot be built otherwise, or *all* its mistakes at once, each with
//! file, line, column and the nearest known word. Values that decide a finding carry their line
//! ([`WithLine`]), so that the finding can name it. Absent here: no I/O (text comes in), no
//! knowledge of which rules exist (their codes are a parameter), nothing particular to one CA.

mod build;
mod desks;
mod document;
mod faq;
mod glob;
mod holders;
mod holidays;
mod model;
mod renewal;
mod shape;
mod value;

pub use desks::{DESK_PLACEHOLDERS, Desk, DeskAvailability, DeskCalendar, DeskHours, DeskTask, DeskTaskKind, Desks};
pub use document::{BUILT_IN, PolicyDocument, built_in, schema};
pub use faq::{Faq, FaqAnswer, FaqDifference};
pub use glob::glob;
pub use holders::{
    HolderPattern, HolderPolicy, NoticesDay, PatternField, Placeholder, Service, Systems, UsageCategory,
};
pub use holidays::{HolidayChanges, Holidays, SheetError, SheetMistake, SheetMistakeKind};
pub use model::*;
pub use renewal::{
    CalendarPolicy, ClosedDays, Fee, Prefecture, RenewalPolicy, RenewalStart, StatedOrAssumed, Terms, bare_prefecture,
};
pub use value::{DaySpan, LocalizedText, MonthDays, WithLine};
