//! Bounds on bytes and work.

/// Bounds.
#[derive(Clone, Debug, Default)]
pub struct Limits {}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// `Limits::bytes`.
    Bytes,
    /// `Limits::iterations`.
    Iterations,
    /// `Limits::work`.
    Work,
    /// `Limits::scrypt_memory`.
    ScryptMemory,
    /// `Limits::depth`.
    Depth,
    /// `Limits::bags`.
    Bags,
    /// `Limits::certificates`.
    Certificates,
}

impl Limit {
    /// All of them.
    pub const ALL: [Limit; 7] = [
        Limit::Bytes,
        Limit::Iterations,
        Limit::Work,
        Limit::ScryptMemory,
        Limit::Depth,
        Limit::Bags,
        Limit::Certificates,
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        &self.flag()["--max-".len()..]
    }

    /// The command-line flag that raises it.
    pub fn flag(self) -> &'static str {
        match self {
            Limit::Bytes => "--max-bytes",
            Limit::Iterations => "--max-iterations",
            Limit::Work => "--max-work",
            Limit::ScryptMemory => "--max-scrypt-memory",
            Limit::Depth => "--max-depth",
            Limit::Bags => "--max-bags",
            Limit::Certificates => "--max-certificates",
        }
    }
}
