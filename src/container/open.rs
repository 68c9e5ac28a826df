//! The way in.
use super::{Candidate, Opened, Options};
/// Opens a container.
pub fn open(_bytes: &[u8], _candidates: &[Candidate], _options: &Options) -> Opened {
    Opened::default()
}
