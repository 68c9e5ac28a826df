//! `shomei report`: every form of it, read back by programs that are not ours.

mod anonymise;
mod calendar;
mod counts;
mod hostile;
mod html;
mod letters;
mod markdown;
mod office;
mod prometheus;
mod same;
mod schema;
mod scope;
mod synthetic;
mod xlsx;
