//! As typed.
/// x
pub struct Document {}
/// x
pub const BUILT_IN: &str = "";
