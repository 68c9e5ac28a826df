//! Delivery as a whole: `shomei notify`, `run` and `init`, with a real mail server, and with one
//! that misbehaves.

mod after;
mod doubt;
mod init;
mod killed;
mod limits;
mod notify;
mod outage;
mod paper;
mod refused;
mod replaced;
mod run;
mod scene;
mod token;
