//! `shomei report`: every form of it, read back by programs that are not ours.

mod html;
mod letters;
mod office;
