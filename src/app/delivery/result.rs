//! What a delivery did, in a line and as a document.

use serde_json::json;

use crate::deliver::RunError;
use crate::locale::{Lang, Text};

/// What a delivery did.
#[derive(Debug, Default)]
pub struct DeliveryResult {
    /// Addresses that were written to.
    pub addresses: Vec<String>,
    /// Addresses that were refused, and the reply.
    pub refused: Vec<(String, String)>,
    /// Messages that failed.
    pub failed: u64,
    /// Addresses of which it is not known whether their message arrived.
    pub in_doubt: Vec<String>,
    /// Messages that were held back, and how many may go at once.
    pub held_back: Option<(usize, u64)>,
    /// Whether the auditors were written to; none where there was nothing to report.
    pub auditors: Option<bool>,
    /// Notifications that go by hand.
    pub by_hand: usize,
    /// What failed, in this delivery and before it.
    pub errors: Vec<RunError>,
}

impl DeliveryResult {
    /// Whether everything went that was to go.
    pub fn is_whole(&self) -> bool {
        self.errors.is_empty() && self.held_back.is_none()
    }

    /// In a line.
    pub fn summary(&self, lang: Lang) -> String {
        let text = Text {
            ja: "メール: 事業所・代理人へ {sent} 通、断られた宛先 {refused}、送れなかったもの {failed} 通、管理者あて: {auditors}。ほかの方法で知らせるもの {hand} 件。",
            en: "Mail: {sent} to contacts, {refused} addresses refused, {failed} not sent; auditors: {auditors}. By other channels: {hand}.",
        };
        let auditors = match self.auditors {
            Some(true) => Text { ja: "送信済み", en: "told" },
            Some(false) => Text { ja: "送れず", en: "not told" },
            None => Text { ja: "なし", en: "nothing to tell" },
        };
        let mut out = text.fill(
            lang,
            &[
                ("sent", &self.addresses.len()),
                ("refused", &self.refused.len()),
                ("failed", &self.failed),
                ("auditors", &auditors.get(lang)),
                ("hand", &self.by_hand),
            ],
        );
        if !self.in_doubt.is_empty() {
            let text = Text { ja: "届いたか分からないもの {n} 通。", en: " In doubt: {n}." };
            out += &text.fill(lang, &[("n", &self.in_doubt.len())]);
        }
        if let Some((n, most)) = self.held_back {
            let text = Text {
                ja: "{n} 通は上限({most} 通)を超えるので、1 通も送っていません。shomei notify --dry-run で確かめ、よければ --yes {n} を付けて送ってください。",
                en: " {n} messages are more than may go at once ({most}): none was sent. Look at them with shomei notify --dry-run; if they are right, send them with --yes {n}.",
            };
            out += &text.fill(lang, &[("n", &n), ("most", &most)]);
        }
        out
    }

    /// As a document.
    pub fn document(&self) -> serde_json::Value {
        json!({
            "schema": "shomei/notify/1",
            "sent": self.addresses,
            "refused": self.refused.iter().map(|(to, reply)| json!({"to": to, "reply": reply})).collect::<Vec<_>>(),
            "failed": self.failed,
            "in_doubt": self.in_doubt,
            "held_back": self.held_back.map(|(n, most)| json!({"messages": n, "max_messages": most})),
            "auditors_told": self.auditors,
            "by_hand": self.by_hand,
            "troubles": self.errors.iter().map(|error| {
                json!({"stage": error.stage, "reason": error.reason, "text": error.text})
            }).collect::<Vec<_>>(),
        })
    }
}
