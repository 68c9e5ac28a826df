//! `holder-uncovered`.

use super::{about_unit, words};
use crate::audit::holding::{ClaimPeriod, ClaimUnit, Coverage, CoverageReason};
use crate::audit::rules::prelude::*;

/// A provider number and service for which no claims can be submitted.
pub static RULE: Rule = Rule {
    code: "holder-uncovered",
    family: RuleFamily::Holder,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["holder", "name", "provider_number", "service", "from", "until", "through", "reasons", "way_out"],
    title: Text { ja: "請求できる証明書がない", en: "Claims cannot be submitted" },
    message: Text {
        ja: "{name}({holder})の事業所番号 {provider_number}({service})は、{from} から {until} までの請求期間に\
             請求できません({reasons}。請求する者: {through})。",
        en: "For provider number {provider_number} of {name} ({holder}), {service}, no claims can be submitted in the \
             claim period from {from} to {until}: {reasons} (submitted by {through}).",
    },
    remedy: Text {
        ja: "最短の対処: {way_out}。請求期間に間に合わない場合は、ほかの請求方法(代理人による請求など)が\
             使えるかを、{desk}に確認してください。",
        en: "Shortest way out: {way_out}. If that is too late for the claim period, ask {desk} whether \
             claims can be submitted in another way, such as through an agent.",
    },
    what: Text {
        ja: "台帳の事業所番号とサービスごとに、次の請求期間(期間中なら残り)のどの時点でも請求できないと\
             分かったものを指摘します。請求できるとは、請求する者(その期間に代理人がいれば代理人、\
             いなければ事業所)が、信頼でき、失効しておらず、利用区分がサービスに合い、鍵のある証明書を持つことです。\
             請求は期間のどの日にも送信できるため、途中の日まで有効な証明書があれば「その日まで請求できる」とし、\
             claims-end-early で指摘します。判定できないもの(検証結果の保留、鍵を調べていない、証明書だけで鍵が\
             パソコンの中かもしれない、利用区分が不明、申告だけなど)は「判定できない」と数え、指摘しません。\
             廃止と他社管理の事業所は対象外です。",
        en: "A provider number and service of the register for which claims certainly cannot be submitted at any \
             moment of the coming claim period (of the rest of it, where it is running). They can be if the \
             submitter (the agent in its time, otherwise the provider) has a certificate that is trusted, not \
             revoked, of a usage category valid for the service, with its key. Claims go in on any day of the \
             period: with a certificate that lasts until a day within it they can be submitted until that day, \
             which is a finding of claims-end-early. What cannot be determined (verdict undetermined, key not \
             examined, a bare certificate whose key may be in a computer's own store, usage category unknown, \
             only declared) is no finding. Closed holders and those managed elsewhere are left out.",
    },
    why: Text {
        ja: "請求期間に証明書が使えないと、その月の請求が送れません。新しい証明書の発行には日数がかかります。",
        en: "Without a certificate in the claim period the month's claims cannot be sent, and a new one takes its \
             time.",
    },
    source: Text {
        ja: "ポリシーの holders.claim_period と holders.categories。",
        en: "`holders.claim_period` and `holders.categories` in the policy.",
    },
    judge: RuleCheck::Holder(judge),
};

fn judge(facts: &HolderFacts, context: &RuleContext) -> RuleAnswer {
    let (Some(claim), Some(period)) = (context.policy.holders.claim_period, facts.period) else {
        return RuleAnswer::NotInForce;
    };
    if facts.standing.units.is_empty() {
        return RuleAnswer::NotApplicable;
    }
    let cannot = facts.standing.units.iter().filter_map(|unit| match &unit.coverage {
        Coverage::Cannot(reasons) => Some(evidence(facts, context, period, unit, reasons)),
        _ => None,
    });
    let findings: Vec<Finding> = cannot.map(|evidence| Finding::new(evidence).by(claim.line)).collect();
    let unknown = |unit: &ClaimUnit| matches!(unit.coverage, Coverage::Unknown(_));
    match findings.is_empty() && facts.standing.units.iter().any(unknown) {
        true => RuleAnswer::Undetermined,
        false => RuleAnswer::of(findings),
    }
}

fn evidence(
    facts: &HolderFacts,
    context: &RuleContext,
    period: ClaimPeriod,
    unit: &ClaimUnit,
    reasons: &[CoverageReason],
) -> Evidence {
    let mut ways: Vec<CodedWord> =
        reasons.iter().map(|reason| CodedWord::new(reason.code(), reason.way_out())).collect();
    ways.dedup_by_key(|word| word.text);
    about_unit(facts, context, unit)
        .with("from", EvidenceValue::Day(period.first))
        .with("until", EvidenceValue::Day(period.last))
        .with("through", unit.through.iter().map(|key| key.id.clone()).collect::<Vec<_>>())
        .with("reasons", words(reasons))
        .with("way_out", ways)
}
