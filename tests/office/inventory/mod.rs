//! The inventory, by the command and by its public face: what was seen stays, whatever happens.

mod diff;
mod import;
mod killed;
mod list;
mod merge;
mod safe;
mod scene;
mod show;
mod watch;
