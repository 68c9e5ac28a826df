//! Who hears what: what is due, sorted by how its holder is reached.

use std::collections::BTreeMap;

use super::mail::is_address;
use crate::calendar::Day;
use crate::lifecycle::{Certificates, Reminders};
use crate::register::{ContactChannel, Holder, RegisterState};

/// Days after a mail address was refused in which it is not written to again.
pub const REFUSED_DAYS: i64 = 30;

/// What is due, sorted by whom it goes to. Dues are places in [`Reminders::due`], in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    /// By mail: one message an address.
    pub mail: Vec<RecipientBatch>,
    /// On paper or by telephone, which people do.
    pub by_hand: BTreeMap<ContactChannel, Vec<usize>>,
    /// To the auditors alone: nobody else can be reached.
    pub auditors: Vec<usize>,
}

/// What one address is told: only of the holders whose contact it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientBatch {
    /// The mail address.
    pub to: String,
    /// What is told.
    pub due: Vec<usize>,
}

impl Routing {
    /// Sorts what is due on `today`; without `contacts`, holders are not written to.
    pub fn new(fleet: &Certificates, reminders: &Reminders, contacts: bool) -> Routing {
        let mut routing = Routing::default();
        let mut mail: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, due) in reminders.due.iter().enumerate() {
            let holder = due.holder(fleet);
            match holder.and_then(|holder| route(holder, fleet.office, fleet.today)) {
                Some(Route::Mail(_)) if !contacts => routing.auditors.push(at),
                Some(Route::Mail(address)) => mail.entry(address.to_string()).or_default().push(at),
                Some(Route::ByHand(channel)) => routing.by_hand.entry(channel).or_default().push(at),
                None => routing.auditors.push(at),
            }
        }
        routing.mail = mail.into_iter().map(|(to, due)| RecipientBatch { to, due }).collect();
        routing
    }
}

/// How a holder is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'h> {
    /// By a message to this address.
    Mail(&'h str),
    /// By a person.
    ByHand(ContactChannel),
}

/// How a holder is reached: by the channel that the register names if that is possible, else by
/// mail, telephone, fax, letter, whichever the register knows first.
pub fn route<'h>(holder: &'h Holder, office: &RegisterState, today: Day) -> Option<Route<'h>> {
    let wanted = holder.contact.channel.and_then(|channel| reached(holder, channel, office, today));
    let order = [ContactChannel::Mail, ContactChannel::Phone, ContactChannel::Fax, ContactChannel::Letter];
    wanted.or_else(|| order.into_iter().find_map(|channel| reached(holder, channel, office, today)))
}

fn reached<'h>(holder: &'h Holder, channel: ContactChannel, office: &RegisterState, today: Day) -> Option<Route<'h>> {
    let contact = &holder.contact;
    match channel {
        ContactChannel::Mail => {
            let address = contact.mail.as_deref().map(str::trim).filter(|address| is_address(address))?;
            let refused = office.refused(address).is_some_and(|refused| {
                let since = (today - refused.on).whole_days();
                (0..REFUSED_DAYS).contains(&since)
            });
            (!refused).then_some(Route::Mail(address))
        }
        ContactChannel::Letter => contact.address.as_ref().map(|_| Route::ByHand(channel)),
        ContactChannel::Fax => contact.fax.as_ref().map(|_| Route::ByHand(channel)),
        ContactChannel::Phone => contact.tel.as_ref().map(|_| Route::ByHand(channel)),
    }
}
