//! Bounds on bytes and work.
/// Bounds.
#[derive(Clone, Debug, Default)]
pub struct Limits {}
/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// x
    Bytes,
}
