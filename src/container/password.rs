//! Password candidates.
/// A candidate.
pub struct Candidate {}
/// Where from.
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
