//! `shomei report`: every form of it, read back by programs that are not ours.

mod counts;
mod office;
mod schema;
mod synthetic;
mod xlsx;
