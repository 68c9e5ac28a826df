//! Whom a refusal concerns: the address, or the sender.

use super::{DeliveryResult, MailQueue};
use crate::app::{AppError, Context};
use crate::deliver::RunError;
use crate::locale::Text;

/// So many addresses that are all refused, and none that is taken, are not all wrong.
const EVERYBODY: usize = 3;

/// Tells addresses that are wrong from messages that the server does not want: those are tried
/// again, and the server needs attention.
pub(super) fn sort(context: &Context, queue: &mut MailQueue, sent: &mut DeliveryResult) -> Result<(), AppError> {
    let refused = std::mem::take(&mut queue.refused);
    let is_everybody = sent.addresses.is_empty() && refused.len() >= EVERYBODY;
    let (addresses, unwanted): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|(_, reply)| !is_everybody && is_about_address(reply));
    queue.record_refused(context, &addresses)?;
    sent.refused = addresses;
    sent.failed += unwanted.len() as u64;
    let Some((to, reply)) = unwanted.first() else { return Ok(()) };
    let text = Text {
        ja: "メールサーバーが {n} 件を断りました(初めは {to}: {reply})。宛先ではなく、差出人、ログイン、内容が理由のようです。設定の notify とサーバーの設定を確かめてください。次の実行でもう一度送ります。",
        en: "the mail server refused {n} messages (the first, to {to}: {reply}), as it seems not for the address but for sender, login or content. Check notify in the configuration, and the server; the next run sends them again.",
    };
    let text = text.fill(context.lang, &[("n", &unwanted.len()), ("to", to), ("reply", reply)]);
    queue.errors.push(RunError { stage: "mail", reason: "unwanted", text });
    Ok(())
}

/// Whether a refusal for good speaks of the address: an enhanced code (RFC 3463) of the kinds
/// address and mailbox, or where there is none a code that is used for those.
fn is_about_address(reply: &str) -> bool {
    let mut words = reply.split(' ');
    let (code, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let mut digits = second.split('.');
    match (digits.next(), digits.next(), digits.next()) {
        (Some("5"), Some(kind), Some(_)) => matches!(kind, "1" | "2"),
        _ => !matches!(code, "552" | "554"),
    }
}
