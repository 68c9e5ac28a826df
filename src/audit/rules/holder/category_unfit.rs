//! `category-unfit`.

use super::{about, service};
use crate::audit::rules::prelude::*;

/// Its usage category is not good for what its holder bills.
pub static RULE: Rule = Rule {
    code: "category-unfit",
    family: RuleFamily::Holder,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["holder", "name", "category", "services"],
    title: Text { ja: "利用区分がサービスに合わない", en: "Usage category does not fit" },
    message: Text {
        ja: "{name}({holder})が請求する {services} には、この利用区分({category})の証明書を使えません。",
        en: "{name} ({holder}) bills {services}, for which a certificate of this usage category ({category}) is no \
             good.",
    },
    remedy: Text {
        ja: "{services} を請求できる利用区分の証明書が必要です。{apply}台帳のサービスまたは利用区分の誤り\
             なら、台帳を直してください。",
        en: "A certificate of a usage category that is valid for {services} is needed. {apply} If the \
             register is wrong about services or category, correct the register.",
    },
    what: Text {
        ja: "有効で信頼できる証明書の利用区分では、事業所が請求するサービス(代理人なら、請求を引き受けた事業所の\
             サービスを含む)の一部を請求できず、同じ事業所のほかの有効な証明書でもできないものを指摘します。",
        en: "A living trusted certificate whose usage category is not valid for a service that its holder bills (an \
             agent: for the providers it bills for), where no other living certificate of the holder is either.",
    },
    why: Text {
        ja: "利用区分の合わない証明書では、そのサービスの請求を送れません。気づくのが請求期間の中では間に合いません。",
        en: "The service's claims cannot be sent with it; and within the claim period it is too late to get another.",
    },
    source: Text {
        ja: "ポリシーの holders.categories(bills と source)。",
        en: "`holders.categories` in the policy (`bills` and `source`).",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(holder) = facts.holder else { return RuleAnswer::NotApplicable };
    if context.policy.holders.categories.is_empty() {
        return RuleAnswer::NotInForce;
    }
    let Some(id) = &facts.holding.category else { return RuleAnswer::Undetermined };
    let category = context.policy.holders.category(id);
    if facts.holding.unfit.is_empty() {
        return RuleAnswer::Clear;
    }
    let services: Vec<PolicyTerm> = facts.holding.unfit.iter().map(|id| service(id, context)).collect();
    let evidence = about(holder)
        .with("category", EvidenceValue::Name(PolicyTerm::new(id, category.map(|category| &category.name))))
        .with("services", services);
    RuleAnswer::found_by(evidence, category.map_or(0, |category| category.line))
}
