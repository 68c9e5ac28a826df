//! `issued-after-root-retired`.

use crate::audit::rules::prelude::*;

/// It begins after its signer has ended.
pub static RULE: Rule = Rule {
    code: "issued-after-root-retired",
    family: RuleFamily::Trust,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["not_before", "signer_not_after"],
    title: Text { ja: "認証局証明書の有効期限後に発行", en: "Issued after its signer expired" },
    message: Text {
        ja: "有効期間の開始({not_before})が、署名した発行元の証明書の期限({signer_not_after})より後です。",
        en: "It begins ({not_before}) after the certificate that signed it had ended ({signer_not_after}).",
    },
    remedy: Text {
        ja: "この証明書は使わず、{desk}にシリアル番号を示して、発行の記録を確認してください。",
        en: "Do not use this certificate. Give {desk} the serial number and ask whether it is in the \
             records.",
    },
    what: Text {
        ja: "信頼点までの認証パスがある証明書について、有効期間の開始(notBefore)が、\
             署名した証明書の期限(notAfter)より後かを秒まで比べます。期限と同じ時刻なら指摘しません。",
        en: "Where there is a path, notBefore is compared to the second with notAfter of the certificate that \
             signed; beginning in the very second in which the signer ends is no finding.",
    },
    why: Text {
        ja: "期限の切れたルートや中間認証局の鍵は、もう発行に使われないはずです。その鍵で作られた証明書は、\
             鍵の流出や不正な発行の疑いがあり、有効になる時が一度もありません。",
        en: "The key of a root or intermediate that has ended should issue no more. A certificate made with it \
             suggests a stolen key or irregular issuing, and there is no moment at which it is valid.",
    },
    source: Text {
        ja: "RFC 5280 4.1.2.5 有効期間、6.1.3 (a) (2)。",
        en: "RFC 5280 sections 4.1.2.5, validity, and 6.1.3 (a) (2).",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let Some(signer) = facts.verdict.signer_not_after.filter(|_| facts.role != CertificateRole::Root) else {
        return RuleAnswer::NotApplicable;
    };
    let Some(begins) = facts.certificate.not_before else { return RuleAnswer::Undetermined };
    if begins <= signer {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("not_before", EvidenceValue::Instant(begins))
        .with("signer_not_after", EvidenceValue::Instant(signer));
    RuleAnswer::found(evidence)
}
