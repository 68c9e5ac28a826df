//! The samples, by the command: what `samples/expected.tsv` intends is what `audit` says, in
//! every form of output, and nothing secret is among it. Test-time variants cover what depends
//! on what git does not keep (permissions) or on another policy.

mod command;
mod expected;
mod fees;
mod forms;
mod made;
mod pages;
mod register;
mod schemas;
mod secrets;
mod told;
