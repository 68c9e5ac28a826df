//! The inventory, by the command and by its public face: what was seen stays, whatever happens.

mod diff;
mod forms;
mod import;
mod killed;
mod list;
mod locks;
mod merge;
mod order;
mod outputs;
mod safe;
mod scene;
mod show;
mod sound;
mod watch;
