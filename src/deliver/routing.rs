//! Routing of due notifications by the channel of the holder.

use std::collections::BTreeMap;

use super::mail::is_address;
use crate::calendar::Day;
use crate::lifecycle::{Certificates, Reminders};
use crate::register::{ContactChannel, Holder, RegisterState};

/// Days after a refusal during which a mail address is not used again.
pub const REFUSED_DAYS: i64 = 30;

/// The due notifications by recipient, as indices of [`Reminders::due`] in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    /// By mail: one message per address.
    pub mail: Vec<RecipientBatch>,
    /// By letter, fax or telephone, which people do.
    pub by_hand: BTreeMap<ContactChannel, Vec<usize>>,
    /// To the auditors only, where no holder can be reached.
    pub auditors: Vec<usize>,
}

/// The notifications of one mail address, which are those of the holders that have it as contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientBatch {
    /// The mail address.
    pub to: String,
    /// The notifications.
    pub due: Vec<usize>,
}

impl Routing {
    /// Routes the reminders; without `contacts`, holders get no mail.
    pub fn new(fleet: &Certificates, reminders: &Reminders, contacts: bool) -> Routing {
        let mut routing = Routing::default();
        let mut mail: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, due) in reminders.due.iter().enumerate() {
            let holder = due.holder(fleet);
            match holder.and_then(|holder| route(holder, fleet.office, fleet.today)) {
                Some(Route::Mail(_)) if !contacts => routing.auditors.push(at),
                Some(Route::Mail(addresses)) => {
                    addresses.into_iter().for_each(|to| mail.entry(to.to_string()).or_default().push(at));
                }
                Some(Route::ByHand(channel)) => routing.by_hand.entry(channel).or_default().push(at),
                None => routing.auditors.push(at),
            }
        }
        routing.mail = mail.into_iter().map(|(to, due)| RecipientBatch { to, due }).collect();
        routing
    }
}

/// How to reach a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route<'h> {
    /// By a message to each of these addresses, at least one.
    Mail(Vec<&'h str>),
    /// By a person.
    ByHand(ContactChannel),
}

/// How to reach a holder: by the channel that the register names if it has the address for it,
/// otherwise by the first of mail, telephone, fax and letter that is possible.
pub fn route<'h>(holder: &'h Holder, office: &RegisterState, today: Day) -> Option<Route<'h>> {
    let wanted = holder.contact.channel.and_then(|channel| reached(holder, channel, office, today));
    let order = [ContactChannel::Mail, ContactChannel::Phone, ContactChannel::Fax, ContactChannel::Letter];
    wanted.or_else(|| order.into_iter().find_map(|channel| reached(holder, channel, office, today)))
}

/// Whether a holder can be notified on a day; without `contacts`, mail to holders is not sent.
pub fn is_reached(holder: &Holder, office: &RegisterState, today: Day, contacts: bool) -> bool {
    match route(holder, office, today) {
        Some(Route::Mail(_)) => contacts,
        Some(Route::ByHand(_)) => true,
        None => false,
    }
}

fn reached<'h>(holder: &'h Holder, channel: ContactChannel, office: &RegisterState, today: Day) -> Option<Route<'h>> {
    let contact = &holder.contact;
    match channel {
        ContactChannel::Mail => {
            let is_refused = |address: &&str| {
                office.refused(address).is_some_and(|refused| {
                    let since = (today - refused.on).whole_days();
                    // A refusal dated in the future (a clock that ran ahead) must not silence an
                    // address.
                    (0..REFUSED_DAYS).contains(&since)
                })
            };
            let usable = contact.addresses().filter(|address| is_address(address) && !is_refused(address));
            let usable: Vec<&str> = usable.collect();
            (!usable.is_empty()).then_some(Route::Mail(usable))
        }
        ContactChannel::Letter => contact.address.as_ref().map(|_| Route::ByHand(channel)),
        ContactChannel::Fax => contact.fax.as_ref().map(|_| Route::ByHand(channel)),
        ContactChannel::Phone => contact.tel.as_ref().map(|_| Route::ByHand(channel)),
    }
}
