//! Whom a refusal concerns: the address, or the sender.

use super::{DeliveryResult, MailQueue};
use crate::app::{AppError, Context};
use crate::deliver::RunError;
use crate::deliver::mail::Refusal;
use crate::locale::Text;

/// So many addresses that are all refused, and none that is taken, are not all wrong.
const EVERYBODY: usize = 3;

/// Tells addresses that are wrong from messages that the server does not want: those are tried
/// again, and the server needs attention.
pub(super) fn sort(context: &Context, queue: &mut MailQueue, sent: &mut DeliveryResult) -> Result<(), AppError> {
    let refused = std::mem::take(&mut queue.refused);
    let is_everybody = sent.addresses.is_empty() && refused.len() >= EVERYBODY;
    let (addresses, unwanted): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|one| !is_everybody && one.is_about_address());
    let addresses: Vec<(String, String)> = addresses.into_iter().map(|one| (one.to, one.reply)).collect();
    queue.record_refused(context, &addresses)?;
    sent.refused = addresses;
    sent.failed += unwanted.len() as u64;
    let Some(Refusal { to, reply, .. }) = unwanted.first() else { return Ok(()) };
    let text = Text {
        ja: "メールサーバーが {n} 件を断りました(初めは {to}: {reply})。宛先ではなく、差出人、ログイン、内容が理由のようです。設定の notify とサーバーの設定を確かめてください。次の実行でもう一度送ります。",
        en: "the mail server refused {n} messages (the first, to {to}: {reply}), as it seems not for the address but for sender, login or content. Check notify in the configuration, and the server; the next run sends them again.",
    };
    let text = text.fill(context.lang, &[("n", &unwanted.len()), ("to", to), ("reply", reply)]);
    queue.errors.push(RunError { stage: "mail", reason: "unwanted", text });
    Ok(())
}
