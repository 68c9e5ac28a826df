//! What expires, what to do by when, at what cost, and who is to be told: the definitions, asked
//! of the library with made-up certificates, by examples and as laws over many cases.

mod examples;
mod fees;
mod laws;
mod ledger;
mod scene;
