//! `validity-unusual`.

use crate::audit::rules::prelude::*;
use crate::calendar::add_months;
use crate::policy::ValidityRule;

/// Another length of validity than the policy's for that date of issue.
pub static RULE: Rule = Rule {
    code: "validity-unusual",
    family: RuleFamily::Life,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["issued_on", "expires_on", "expected_on", "tolerance_days"],
    title: Text { ja: "通常と違う有効期間", en: "Unusual validity" },
    message: Text {
        ja: "{issued_on} に発行された証明書の期限は通常 {expected_on} ですが、\
             これは {expires_on} までです(許容差{tolerance_days}日)。",
        en: "A certificate issued on {issued_on} usually lasts until {expected_on}, give or take {tolerance_days} \
             days; this one lasts until {expires_on}.",
    },
    remedy: Text {
        ja: "更新の時期を決める前に、期限の日付を確認してください。長すぎる場合や心当たりがない場合は、\
             {desk}に問い合わせてください。",
        en: "Check the expiry date before planning the renewal. If it is too long, or you know of no \
             reason for it, ask {desk}.",
    },
    what: Text {
        ja: "事業所・代理人の証明書の期限を、発行日(有効期間の開始日による)に応じたポリシーの長さ(validity の年・月)と比べ\
             ます。数え方の違いとして、同じ日付の日とその前日のどちらも通常とみなし、さらに許容差を認めます。\
             2月29日のように該当日のない月は月末とします。ルート証明書の期限に合わせて短くされた証明書は指摘しませ\
             ん。",
        en: "The end of an end-entity certificate is compared with the length (years and months) that the policy \
             gives for its date of issue, as its validity begins. The same day of the month and the day before are \
             both usual, and the tolerance is added to either side; where a month has no such day (29 February) its \
             last day counts. Certificates cut short to the end of their root are no finding.",
    },
    why: Text {
        ja: "期限を思い込みで管理していると、短い証明書は突然切れます。長すぎる証明書は、\
             正規の手続きで発行されていない疑いがあります。",
        en: "Who goes by habit is surprised when a shorter one ends. One that lasts too long may not have been \
             issued by the regular procedure.",
    },
    source: Text {
        ja: "発行元が公表する有効期間(ポリシーの validity)。",
        en: "The length of validity that the operator publishes (`validity` in the policy).",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(authority) = facts.authority.filter(|_| facts.role == CertificateRole::EndEntity) else {
        return RuleAnswer::NotApplicable;
    };
    let (Some(issued), Some(end)) = (facts.issued_on, facts.certificate.not_after) else {
        return RuleAnswer::Undetermined;
    };
    let Some(usual) = authority.validity.iter().find(|v| v.value.issued.contains(issued)) else {
        return RuleAnswer::NotInForce;
    };
    let Some(expected) = expected_end(issued, &usual.value) else { return RuleAnswer::Undetermined };
    if ends_with_root(facts, end) || facts.expires_on.is_some_and(|day| fits(day, expected, &usual.value)) {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("issued_on", EvidenceValue::Day(issued))
        .with("expires_on", day_value(context, end))
        .with("expected_on", EvidenceValue::Day(expected))
        .with("tolerance_days", usual.value.tolerance_days);
    RuleAnswer::found_by(evidence, usual.line)
}

fn expected_end(issued: Day, usual: &ValidityRule) -> Option<Day> {
    add_months(issued, usual.years.checked_mul(12)?.checked_add(usual.months)?)
}

/// Some CAs end on the same day of the month, others on the day before.
fn fits(end: Day, expected: Day, usual: &ValidityRule) -> bool {
    let difference = (end - expected).whole_days();
    (-1 - usual.tolerance_days..=usual.tolerance_days).contains(&difference)
}

/// Whether it was cut short to the end of its root: both end within a day of each other.
fn ends_with_root(facts: &CertificateFacts, end: Instant) -> bool {
    facts.verdict.anchor_not_after.is_some_and(|root| (end - root).abs() <= time::Duration::DAY)
}
