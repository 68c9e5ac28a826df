//! Delivery: mail that reaches whom it must, and the schedule that nobody has to remember.
//!
//! What is due, to whom and in which words comes from the floors below; here it is put into
//! messages, handed to a mail server ([`mail`]), and set on a schedule ([`schedule`]). Absent
//! here: the clock, the inventory, the user's configuration.

pub mod mail;
pub mod schedule;
