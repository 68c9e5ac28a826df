//! Password candidates.
/// A candidate.
#[derive(Clone, Debug)]
pub struct Candidate {}
/// Where from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// x
    Empty,
}
/// Typing mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typo {
    /// x
    Case,
}
