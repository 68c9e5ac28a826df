//! `closed-not-revoked`.

use super::{about, is_trusted, status};
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;

/// A closed holder still has a valid certificate.
pub static RULE: Rule = Rule {
    code: "closed-not-revoked",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["holder", "name", "since", "ends"],
    title: Text { ja: "廃止した事業所の証明書が有効", en: "Closed, but its certificate is valid" },
    message: Text {
        ja: "{name}({holder})は廃止(時期: {since})ですが、証明書は失効しておらず、{ends} まで有効です。",
        en: "{name} ({holder}) is closed (since: {since}), but its certificate is not revoked and is \
             valid until {ends}.",
    },
    remedy: Text {
        ja: "証明書の失効を申請してください。{revoke}廃止していない場合は、台帳の利用状況を直してください。",
        en: "Have the certificate revoked. {revoke} If the holder is not closed, correct its status in \
             the register.",
    },
    what: Text {
        ja: "台帳で廃止となっている事業所・代理人の、信頼できる、期限内で失効していない証明書を指摘します。\
             廃止の日が先なら、その日までは指摘しません。失効は手元の失効リストで判断します。",
        en: "A trusted certificate, within its validity and not revoked, of a holder that the register \
             calls closed; not before the day on which it closes. Revocation is judged by the CRLs \
             available.",
    },
    why: Text {
        ja: "廃止後も有効な証明書は、鍵を持つ人がその名義で使えます。",
        en: "A certificate that stays valid can be used in the name of the closed holder by anybody who \
             has the key.",
    },
    source: Text {
        ja: "RFC 5280 5.3.1(失効理由 cessationOfOperation)。台帳の利用状況。",
        en: "RFC 5280 section 5.3.1 (reason cessationOfOperation); the status in the register.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(holder) = facts.holder.filter(|_| is_trusted(facts)) else { return RuleAnswer::NotApplicable };
    let Some(end) = facts.end() else { return RuleAnswer::Undetermined };
    if status(holder, context) != HolderStatus::Closed || end < context.at {
        return RuleAnswer::Clear;
    }
    RuleAnswer::found(about(holder).with("since", holder.status_since).with("ends", day_value(context, end)))
}
