//! The inventory, by the command and by its public face: what was seen stays, whatever happens.

mod import;
mod killed;
mod merge;
mod safe;
mod scene;
