//! `issued-in-gap`.

use crate::audit::rules::prelude::*;

/// A date of issue on which the CA issued nothing.
pub static RULE: Rule = Rule {
    code: "issued-in-gap",
    family: RuleFamily::Trust,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["issued_on", "not_before", "gap_from", "gap_until"],
    title: Text { ja: "発行停止期間の発行日", en: "Issued in a gap" },
    message: Text {
        ja: "発行日({issued_on}、有効期間の開始 {not_before} による)が、\
             発行停止期間({gap_from} から {gap_until} まで)の中にあります。",
        en: "Its date of issue ({issued_on}, as its validity begins at {not_before}) lies in a period in which the \
             CA issued nothing ({gap_from} to {gap_until}).",
    },
    remedy: Text {
        ja: "確認できるまで、この証明書は使わないでください。{desk}にシリアル番号を示して、発行の記録があ\
             るかを確認してください。",
        en: "Do not use this certificate until it is cleared. Give {desk} the serial number and ask \
             whether it is in the records.",
    },
    what: Text {
        ja: "有効期間の開始日(notBefore)が、ポリシーに書かれた発行停止期間(gaps)の日に当たる証明書を指摘します。\
             日付は暦日(ポリシーの時間帯)で、期間の両端を含みます。信頼できるかどうかとは別に判断します。\
             開始日は発行日の最もよい手がかりですが、発行日そのものではありません。",
        en: "A certificate whose notBefore falls on a day of a gap in the policy. Days are civil days in the \
             policy's zone, both ends included. It does not matter here whether the certificate is trusted. \
             notBefore is the best evidence of the date of issue, not the date itself.",
    },
    why: Text {
        ja: "発行が止まっていた日に作られたことになる証明書は、正規の手続きの外で作られたか、\
             日付が書き換えられた疑いがあります。",
        en: "A certificate dated on a day when nothing was issued may have been made outside the regular procedure, \
             or with a false date.",
    },
    source: Text {
        ja: "発行元が公表する発行停止期間(ポリシーの gaps と source)。RFC 5280 4.1.2.5 有効期間。",
        en: "The operator's suspension of issuing (`gaps` and `source` in the policy). RFC 5280 section 4.1.2.5, \
             validity.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let Some(authority) = facts.authority.filter(|_| facts.role != CertificateRole::Root) else {
        return RuleAnswer::NotApplicable;
    };
    if authority.gaps.is_empty() {
        return RuleAnswer::NotInForce;
    }
    let Some(day) = facts.issued_on else { return RuleAnswer::Undetermined };
    let Some(gap) = authority.gap(day) else { return RuleAnswer::Clear };
    let evidence = Evidence::new()
        .with("issued_on", EvidenceValue::Day(day))
        .with("not_before", facts.certificate.not_before)
        .with("gap_from", gap.value.days.from)
        .with("gap_until", gap.value.days.until);
    RuleAnswer::found_by(evidence, gap.line)
}
