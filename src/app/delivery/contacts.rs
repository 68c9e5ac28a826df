//! Messages to contacts: each gets what concerns its own holders.

use super::mail_queue::MessageOutcome;
use super::{DeliveryContext, DeliveryResult, MailQueue};
use crate::app::{AppError, Context};
use crate::deliver::mail::{MailAddress, SmtpClient};
use crate::deliver::{ContactMessages, NotificationKey, RecipientBatch, Routing};

/// Messages that fail one after the other before the rest is left to the next run.
const PATIENCE: usize = 3;

/// Sends each contact its message.
pub(super) fn deliver(
    context: &Context,
    queue: &mut MailQueue,
    client: &mut SmtpClient,
    delivery: &DeliveryContext,
    routing: &Routing,
    sent: &mut DeliveryResult,
) -> Result<(), AppError> {
    let signature = queue.notify.signature.as_ref().map(|set| set.value.clone()).unwrap_or_default();
    let templates = queue.templates.clone();
    let messages = ContactMessages {
        view: delivery.view(),
        reminders: &delivery.reminders,
        templates: &templates,
        signature: &signature,
        details: queue.details(),
    };
    let mut in_a_row = 0;
    for (at, batch) in routing.mail.iter().enumerate() {
        let person = person(delivery, batch);
        let to = vec![MailAddress { name: person, mail: batch.to.clone() }];
        let notifications: Vec<NotificationKey> =
            batch.due.iter().map(|at| delivery.key_of(&delivery.reminders.due[*at])).collect();
        let Some(pending) = queue.message(context, to, &messages.body(batch), notifications, Vec::new()) else {
            sent.failed += 1;
            continue;
        };
        let outcome = queue.deliver(context, client, pending)?;
        in_a_row = if outcome == MessageOutcome::Failed { in_a_row + 1 } else { 0 };
        match outcome {
            MessageOutcome::Taken => sent.addresses.push(batch.to.clone()),
            // Counted when all refusals are sorted.
            MessageOutcome::Refused => {}
            MessageOutcome::Failed if in_a_row < PATIENCE => sent.failed += 1,
            MessageOutcome::Failed | MessageOutcome::Hopeless => {
                sent.failed += (routing.mail.len() - at) as u64;
                break;
            }
        }
    }
    Ok(())
}

/// The person whom all of a batch's holders name; several are greeted by no name.
fn person(delivery: &DeliveryContext, batch: &RecipientBatch) -> Option<String> {
    let fleet = &delivery.gathering.fleet;
    let mut people =
        batch.due.iter().map(|at| delivery.reminders.due[*at].holder(fleet).and_then(|h| h.contact.person.clone()));
    let first = people.next().flatten()?;
    people.all(|other| other.as_ref() == Some(&first)).then_some(first)
}
