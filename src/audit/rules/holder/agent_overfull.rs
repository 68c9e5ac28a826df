//! `agent-overfull`.

use super::{about, status};
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;

/// An agent claims for more providers than one user ID may.
pub static RULE: Rule = Rule {
    code: "agent-overfull",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["holder", "name", "providers", "allowed"],
    title: Text { ja: "代理人の事業所数が上限を超えている", en: "Agent with too many providers" },
    message: Text {
        ja: "代理人{name}({holder})は、{providers} 事業所の請求を代行することになっています(上限 {allowed} 事業所)。",
        en: "The agent {name} ({holder}) claims for {providers} providers; one user ID may for {allowed}.",
    },
    remedy: Text {
        ja: "台帳の代理人IDを確認してください。誤りでなければ、超えた分を別のユーザIDで請求できるかを、\
             {desk}に確認してください。",
        en: "Check the agents' IDs in the register. If they are right, ask {desk} about a second user ID \
             for those beyond the limit.",
    },
    what: Text {
        ja: "台帳で、次の請求期間の最後の日に代理人として請求する事業所番号を数え、ポリシーの agent_providers を\
             超える代理人を指摘します。廃止された事業所は数えません。",
        en: "An agent for which the register lists, on the last day of the coming claim period, more provider numbers \
             than `agent_providers` allows. Closed providers do not count.",
    },
    why: Text {
        ja: "上限を超えた事業所は、代理人のユーザIDに登録できず、請求を送れません。",
        en: "Providers beyond the limit cannot be added to the agent's user ID, and their claims cannot be sent.",
    },
    source: Text {
        ja: "国保連合会の案内(東京都「代理請求について」)。ポリシーの holders.agent_providers。",
        en: "Notice of a federation (Tokyo, on claims by agents); `holders.agent_providers` in the policy.",
    },
    judge: RuleCheck::Holder(judge),
};

fn judge(facts: &HolderFacts, context: &RuleContext) -> RuleAnswer {
    let Some(allowed) = context.policy.holders.agent_providers else { return RuleAnswer::NotInForce };
    if matches!(status(facts.holder, context), HolderStatus::Closed | HolderStatus::ManagedElsewhere) {
        return RuleAnswer::NotApplicable;
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if facts.standing.providers <= allowed.value {
        return RuleAnswer::Clear;
    }
    let evidence =
        about(facts.holder).with("providers", count(facts.standing.providers)).with("allowed", count(allowed.value));
    RuleAnswer::found_by(evidence, allowed.line)
}
