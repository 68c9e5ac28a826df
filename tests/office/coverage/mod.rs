//! `shomei coverage`: who can bill in a month's claim period, by the command. Certificates with
//! the days that each question needs are issued under the lab's root by Python's cryptography.

mod asked;
mod forms;
mod monitor;
mod months;
mod reasons;
mod scene;
