//! `holder-surplus`.

use super::about;
use crate::audit::rules::prelude::*;

/// More living certificates than the policy allows.
pub static RULE: Rule = Rule {
    code: "holder-surplus",
    family: RuleFamily::Holder,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["holder", "name", "count", "allowed", "files"],
    title: Text { ja: "有効な証明書が多い", en: "More certificates than allowed" },
    message: Text {
        ja: "{name}({holder})に有効な証明書が{count}枚あります(利用区分ごとに{allowed}枚まで。{files})。",
        en: "{name} ({holder}) has {count} living certificates, {allowed} per usage category being allowed ({files}).",
    },
    remedy: Text {
        ja: "使っていない証明書は、{desk}に失効を相談してください。どれも必要なら、ほかの事業所のものが混\
             じっていないか、事業所番号が台帳に漏れていないかを確認してください。",
        en: "Ask {desk} about revoking those that are not used. If all are needed, check whether one \
             belongs to another holder, or whether the register lacks a provider number.",
    },
    what: Text {
        ja: "台帳の事業所ごと、利用区分ごとに有効で信頼できる証明書を数え、ポリシーの枚数(live_certificates)に\
             事業所番号の数を掛けた数より多ければ指摘します。更新済みで期限が近い(renewal_overlap_days 以内)\
             証明書は数えません。",
        en: "The living trusted certificates of a holder are counted by usage category; more than the policy allows \
             (`live_certificates` for each provider number) is a finding. One that is renewed and near its end \
             (within `renewal_overlap_days`) does not count.",
    },
    why: Text {
        ja: "余分な証明書は手数料の無駄であり、鍵の置き場所が増える分だけ盗まれる機会も増えます。",
        en: "A certificate too many costs its fee, and is one more key to be stolen.",
    },
    source: Text {
        ja: "ポリシーの holders.live_certificates と holders.renewal_overlap_days。",
        en: "`holders.live_certificates` and `holders.renewal_overlap_days` in the policy.",
    },
    judge: RuleCheck::Holder(judge),
};

fn judge(facts: &HolderFacts, context: &RuleContext) -> RuleAnswer {
    let Some(allowed) = context.policy.holders.live_certificates else { return RuleAnswer::NotInForce };
    if facts.surplus.is_empty() {
        return RuleAnswer::Clear;
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let evidence = about(facts.holder)
        .with("count", number(facts.surplus.len()))
        .with("allowed", number(facts.standing.allowed))
        .with("files", facts.surplus.iter().map(|peer| peer.path.clone()).collect::<Vec<_>>());
    RuleAnswer::found_by(evidence, allowed.line)
}
