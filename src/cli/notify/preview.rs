//! `shomei notify --dry-run`: who would be notified of what.

use serde_json::json;

use crate::app::delivery::{DeliveryContext, outbox, with_delivery_context};
use crate::cli::prelude::*;
use crate::deliver::{Outbox, PendingMessage, PendingState, Routing};
use crate::register::ContactChannel;

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let inventory = arguments::inventory_options(session, matches)?;
    let outbox = outbox(&inventory.settings.inventory.value);
    let notify = session.context.config.notify.clone().unwrap_or_default();
    let contacts = notify.writes_to_contacts();
    let most = notify.most(matches.get_one::<u64>("yes").copied());
    with_delivery_context(&session.context, inventory, &outbox, |delivery| {
        let preview = Preview { delivery, routing: delivery.routing(contacts), pending: pending(&outbox)?, most };
        if arguments::is_json(matches) {
            return session.print_json(&preview.document());
        }
        session.print(&preview.text())
    })
}

/// Messages in the outbox, of which it is not known whether they were sent, and that are sent once more.
fn pending(outbox: &Outbox) -> Result<usize, AppError> {
    let is_pending = |one: &&PendingMessage| one.channel == "mail" && one.state == PendingState::Sending;
    Ok(outbox.contents()?.messages.iter().filter(is_pending).count())
}

struct Preview<'a> {
    delivery: &'a DeliveryContext<'a>,
    routing: Routing,
    pending: usize,
    most: u64,
}

impl Preview<'_> {
    fn lang(&self) -> Lang {
        self.delivery.lang
    }

    fn line(&self, at: usize) -> String {
        let (view, due) = (self.delivery.view(), &self.delivery.reminders.due[at]);
        format!("    {}: {}\n", view.whose_due(due), view.message(due))
    }

    fn text(&self) -> String {
        let lang = self.lang();
        let count = self.routing.mail.len();
        let text = Text {
            ja: "送るとしたら(まだ送っていません): メール {n} 通(上限 {most})、ほかの方法 {hand} 件、管理者だけに知らせるもの {auditors} 件。\n",
            en: "Nothing was sent. To be sent: {n} messages (at most {most}), by other channels {hand}, to the auditors alone {auditors}.\n",
        };
        let hand: usize = self.routing.by_hand.values().map(Vec::len).sum();
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("n", &count), ("most", &self.most), ("hand", &hand), ("auditors", &self.routing.auditors.len())];
        let mut out = text.fill(lang, &values);
        if count as u64 > self.most {
            let text = Text {
                ja: "上限を超えるので、実行すると 1 通も送りません。よければ --yes {n} を付けてください。\n",
                en: "That is more than may go at once: none would be sent. If they are right, give --yes {n}.\n",
            };
            out += &text.fill(lang, &[("n", &count)]);
        }
        if self.pending > 0 {
            let text = Text {
                ja: "前の実行が送ったかどうか分からないメール {n} 通は、送った日とは別の日に一度だけ、同じ Message-ID で送ります。\n",
                en: "{n} messages that an earlier run may have sent are sent once more, on another day and with the same Message-ID.\n",
            };
            out += &text.fill(lang, &[("n", &self.pending)]);
        }
        for batch in &self.routing.mail {
            let text = Text { ja: "\nメール → {to}\n", en: "\nMail to {to}\n" };
            out += &text.fill(lang, &[("to", &batch.to)]);
            batch.due.iter().for_each(|at| out += &self.line(*at));
        }
        for (channel, dues) in &self.routing.by_hand {
            let text = Text {
                ja: "\n{channel}(shomei notify --channel {code} -o …)\n",
                en: "\nBy {channel} (shomei notify --channel {code} -o …)\n",
            };
            let name = channel.name().get(lang);
            out += &text.fill(lang, &[("channel", &name), ("code", &channel.code())]);
            dues.iter().for_each(|at| out += &self.line(*at));
        }
        if !self.routing.auditors.is_empty() {
            out += Text { ja: "\n管理者だけに\n", en: "\nTo the auditors alone\n" }.get(lang);
            self.routing.auditors.iter().for_each(|at| out += &self.line(*at));
        }
        let lines: Vec<_> = out.split('\n').map(crate::report::escape::terminal).collect();
        lines.join("\n")
    }

    fn document(&self) -> serde_json::Value {
        let due = |at: &usize| {
            let (view, due) = (self.delivery.view(), &self.delivery.reminders.due[*at]);
            let holder = due.holder(view.fleet);
            json!({
                "topic": due.topic.0,
                "step": due.step.code(),
                "holder": holder.map(|holder| json!({
                    "register": holder.key.register, "id": holder.key.id, "name": holder.name,
                })),
                "ends_on": due.ends.to_string(),
                "last_safe_day": due.last_application.map(|day| day.to_string()),
                "message": view.message(due),
            })
        };
        let list = |dues: &[usize]| dues.iter().map(due).collect::<Vec<_>>();
        let by_hand = |channel: ContactChannel| list(self.routing.by_hand.get(&channel).map_or(&[], Vec::as_slice));
        json!({
            "schema": "shomei/notify-preview/1",
            "day": self.delivery.gathering.fleet.today.to_string(),
            "max_messages": self.most,
            "pending": self.pending,
            "mail": self.routing.mail.iter().map(|batch| json!({
                "to": batch.to, "due": list(&batch.due),
            })).collect::<Vec<_>>(),
            "letter": by_hand(ContactChannel::Letter),
            "fax": by_hand(ContactChannel::Fax),
            "phone": by_hand(ContactChannel::Phone),
            "auditors": list(&self.routing.auditors),
        })
    }
}
