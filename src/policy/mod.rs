//! Policy: what an office expects of its CAs, as data.
//!
//! A [`Document`] is YAML as typed, with positions; checking it gives a [`Policy`], whose
//! invariants hold and which cannot be built otherwise, or *all* its mistakes at once, each with
//! file, line, column and the nearest known word. Values that judge carry the line they stand
//! on ([`Lined`]), so that a finding can name it.
//! Absent here: no I/O (text comes in), no knowledge of which rules exist (their codes are a
//! parameter), nothing particular to one CA.

mod build;
mod document;
mod faq;
mod glob;
mod holders;
mod holidays;
mod model;
mod renewal;
mod shape;

pub use document::{BUILT_IN, Document, built_in, schema};
pub use faq::{Answer, Faq};
pub use glob::glob;
pub use holders::{Category, HolderPattern, HolderPolicy, PatternField, Placeholder, Service};
pub use holidays::{Changes, Holidays, SheetError, SheetMistake, SheetMistakeKind};
pub use model::*;
pub use renewal::{
    CalendarPolicy, Closure, Fee, Prefecture, RenewalPolicy, RenewalStart, Stated, Terms, bare_prefecture,
};
