//! The register (台帳): the office's own list of holders, and what people did about their
//! certificates.
//!
//! A [`Holder`] is a provider (事業所) or an agent (代理人) as the office lists it, with one
//! [`Line`] per provider number and service it bills for. A [`Mark`] is what somebody recorded
//! of a certificate or a holder. [`Office`] is all of it at one moment, as the audit asks it.
//! Which services and usage categories there are is the policy's; here they are just words.
//! Absent here: no clock, no storage, no judgement.

mod holder;
mod mark;
mod office;

pub use holder::{Agent, Channel, Contact, Declared, Holder, HolderKey, HolderKind, HolderStatus, Line, Payer};
pub use mark::{Mark, MarkState, Target};
pub use office::{Bound, Office};
