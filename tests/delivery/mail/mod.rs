//! Mail: messages read back by Python, a real mail server, and one that misbehaves.

mod addresses;
mod encode;
mod odd;
mod real;
pub mod scene;
