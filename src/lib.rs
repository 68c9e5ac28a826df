//! **shomei** (証明): a certificate lifecycle toolkit for private CAs.
//!
//! ```text
//! file ─▶ container ─▶ certificate ─▶ verdict ─▶ findings ─▶ inventory ─▶ lifecycle ─▶ report
//! bytes   opened with  parsed facts   which pinned  policy     what was     what to do   what people
//!         a password                  root, at when rules      seen, when   next         see
//! ```
//!
//! Data flows one way. Apart from reading files, everything up to the findings is a pure function
//! of bytes, passwords, policy, anchors and time. Time is a parameter; only [`cli`] reads the
//! clock, the environment, or prints.
//!
//! The floors, bottom up; a module imports only from floors below it (a test reads the imports):
//!
//! | floor | modules |
//! | --- | --- |
//! | 1 | [`locale`] texts and language · [`platform`] what differs between systems · [`tlv`] tolerant BER and DER · [`calendar`] civil days and instants · [`yaml`] YAML with positions |
//! | 2 | [`certificate`] X.509 certificates and CRLs, parsed |
//! | 3 | [`container`] PKCS#12, PKCS#7, PEM, DER · [`policy`] what an office expects · [`register`] its list of holders |
//! | 4 | [`trust`] pins, anchors, paths: the verdict |
//! | 5 | [`audit`] the pipeline from source to findings, and the rules |
//! | 6 | [`inventory`] what was found, where and when, and what people did about it |
//! | 7 | [`lifecycle`] what to do next, by when, at what cost |
//! | 8 | [`report`] what people read, in every format |
//! | 9 | [`connect`] the way to a claim server · [`deliver`] mail and schedules · [`lab`] made-up fleets for trials, samples and benches |
//! | 10 | [`app`] one file a use case, on plain structs |
//! | 11 | [`cli`] one file a command |

#![deny(missing_docs)]
#![deny(clippy::disallowed_macros, clippy::disallowed_methods)]

pub mod app;
pub mod audit;
pub mod calendar;
pub mod certificate;
pub mod cli;
pub mod connect;
pub mod container;
pub mod deliver;
pub mod inventory;
#[cfg(feature = "lab")]
pub mod lab;
pub mod lifecycle;
pub mod locale;
pub mod platform;
pub mod policy;
pub mod register;
pub mod report;
pub mod tlv;
pub mod trust;
pub mod yaml;
