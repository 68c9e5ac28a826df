//! A simulated year: an office that every day imports its share, asks for the plan, does what the
//! plan says, and has reminders said. Then the same with a month in which nobody did anything,
//! and a year in which `shomei run` sends all of it by mail.
//!
//! On which days offices are closed is asked of another calendar, and what a plan should say is
//! reckoned here once more, from the words of the issue.

#[path = "../common/mod.rs"]
mod common;

mod desk;
mod hangs_up;
mod mail;
mod office;
mod outage;
mod through;
