//! National holidays: the built-in list against other calendars, the Cabinet Office's file, and
//! the command.

mod calendars;
mod command;
mod scene;
mod sheets;
mod written;
