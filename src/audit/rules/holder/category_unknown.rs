//! `category-unknown`.

use super::{about, is_trusted, status};
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;

/// The usage category of a living certificate is not known.
pub static RULE: Rule = Rule {
    code: "category-unknown",
    family: RuleFamily::Holder,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["holder", "name"],
    title: Text { ja: "利用区分が分からない", en: "Usage category unknown" },
    message: Text {
        ja: "{name}({holder})の証明書の利用区分が分かりません。",
        en: "The usage category of this certificate of {name} ({holder}) is not known.",
    },
    remedy: Text {
        ja: "台帳の証明書利用区分の欄に書いてください。分からなければ、{desk}に確認してください。証明書の\
             名義などから読み取れるなら、ポリシーの patterns に category を書けます。",
        en: "Enter it in the register; if you do not know it, ask {desk}. If it can be read from the \
             certificate itself, add a pattern with `category` to the policy (`patterns`).",
    },
    what: Text {
        ja: "事業所が分かっている、期限内の信頼できる証明書のうち、台帳にもポリシーのパターンにも利用区分がないものと、\
             パターンどうしが食い違うものを指摘します。",
        en: "A trusted certificate before its end whose holder is known and whose usage category neither the \
             register nor a pattern of the policy tells, or of which patterns tell different ones.",
    },
    why: Text {
        ja: "利用区分が分からないと、請求できるサービスも更新の手数料も分かりません。",
        en: "Without it neither the services it is valid for nor the fee of its renewal are known.",
    },
    source: Text { ja: "ポリシーの holders.categories。", en: "`holders.categories` in the policy." },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(holder) = facts.holder.filter(|_| is_trusted(facts)) else { return RuleAnswer::NotApplicable };
    if context.policy.holders.categories.is_empty() {
        return RuleAnswer::NotInForce;
    }
    let out = matches!(status(holder, context), HolderStatus::Closed | HolderStatus::ManagedElsewhere);
    if out || facts.end() < Some(context.at) {
        return RuleAnswer::NotApplicable;
    }
    match facts.holding.category {
        Some(_) => RuleAnswer::Clear,
        None => RuleAnswer::found(about(holder)),
    }
}
