//! Delivery as a whole: `shomei notify`, `run` and `init`, with a real mail server, and with one
//! that misbehaves.

mod init;
mod killed;
mod limits;
#[allow(dead_code)]
#[path = "../mail/scene.rs"]
mod mail;
mod notify;
mod outage;
mod paper;
mod refused;
mod replaced;
mod run;
mod scene;
#[path = "../mail/server/mod.rs"]
mod server;
#[path = "../samples/validate.rs"]
mod validate;
