//! The rules: their texts, their pages, and what they answer at the edges. That the command
//! finds these things in files is tested with the samples.

mod answers;
mod edges;
mod scene;
mod texts;
mod version;
