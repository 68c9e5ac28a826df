//! `claims-end-early`.

use super::{about_unit, words};
use crate::audit::holding::Coverage;
use crate::audit::rules::prelude::*;

/// A provider number and service for which claims can be submitted only until a day within the
/// claim period.
pub static RULE: Rule = Rule {
    code: "claims-end-early",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["holder", "name", "provider_number", "service", "from", "until", "last_day", "through", "reasons"],
    title: Text { ja: "請求期間の途中の日まで請求できる", en: "Claims can be submitted until a day" },
    message: Text {
        ja: "{name}({holder})の事業所番号 {provider_number}({service})は、{from} から {until} までの請求期間のうち \
             {last_day} まで請求できます({reasons}。請求する者: {through})。",
        en: "For provider number {provider_number} of {name} ({holder}), {service}, claims can be submitted until \
             {last_day} of the claim period from {from} to {until}: {reasons} (submitted by {through}).",
    },
    remedy: Text {
        ja: "{last_day} までに請求を送信してください。あわせて、証明書の更新を申請してください。{apply}",
        en: "Submit the claims by {last_day}, and apply for the renewal of the certificate. {apply}",
    },
    what: Text {
        ja: "台帳の事業所番号とサービスのうち、次の請求期間(期間中なら残り)の途中の日まで請求できることが\
             確かで、期間の最後の日まで請求できるとは確かめられないものを指摘します。日の途中で期限が切れる\
             証明書では、その前の日までと数えます。",
        en: "A provider number and service for which claims can certainly be submitted until a day within the coming \
             claim period (the rest of it, where it is running), but not certainly until its last day. Of a \
             certificate that expires during a day, the day before counts.",
    },
    why: Text {
        ja: "請求期間の終わりに送信するつもりでいると、その月の請求を送れません。",
        en: "Claims kept for the last days of the period can no longer be sent.",
    },
    source: Text {
        ja: "ポリシーの holders.claim_period(電子請求受付システム FAQ の冒頭)。",
        en: "`holders.claim_period` in the policy (e-seikyuu FAQ, header).",
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
    let early = facts.standing.units.iter().filter_map(|unit| match &unit.coverage {
        Coverage::CanUntil(reasons) => Some((unit, reasons)),
        _ => None,
    });
    let findings = early.map(|(unit, reasons)| {
        let evidence = about_unit(facts, context, unit)
            .with("from", EvidenceValue::Day(period.first))
            .with("until", EvidenceValue::Day(period.last))
            .with("last_day", unit.until)
            .with("through", unit.through.iter().map(|key| key.id.clone()).collect::<Vec<_>>())
            .with("reasons", words(reasons));
        Finding::new(evidence).by(claim.line)
    });
    RuleAnswer::of(findings.collect())
}
