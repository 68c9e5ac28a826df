//! `der-malformed`.

use crate::audit::rules::prelude::*;

/// The strict decoder refuses it.
pub static RULE: Rule = Rule {
    code: "der-malformed",
    family: RuleFamily::Key,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["parts", "reason"],
    title: Text { ja: "証明書の形式の誤り", en: "Malformed certificate" },
    message: Text {
        ja: "証明書の形式に誤りがあります(箇所: {parts}。{reason})。",
        en: "The certificate is malformed (in {parts}: {reason}).",
    },
    remedy: Text {
        ja: "元のファイルから取り出し直しても同じなら、この指摘のページを{desk}に示して再発行を相談してく\
             ださい。読み取れた項目も、誤っている可能性があります。",
        en: "Extract it again from the original file. If nothing changes, send this page to {desk} and \
             ask for a new certificate. The fields that could be read may be wrong too.",
    },
    what: Text {
        ja: "X.509 の規定(DER)を厳密に読む処理が受け付けない証明書、または拡張領域を指摘します。\
             読める範囲の項目は読み、他の規則も適用します。箇所は証明書全体(certificate)、有効期間(validity)、\
             または拡張の OID で示します。",
        en: "A certificate, or an extension of it, that a strict decoder of X.509 (DER) refuses. What can be read \
             is read, and the other rules still apply. The part is the whole (`certificate`), the `validity`, or an \
             extension's OID.",
    },
    why: Text {
        ja: "形式の誤った証明書は、ソフトによって読めたり読めなかったり、違う意味に読まれたりします。\
             途中で壊れたか、規定どおりに作られていません。",
        en: "Some programs read it, some do not, and some read something else. It was damaged on the way, or not \
             made by the rules.",
    },
    source: Text {
        ja: "RFC 5280 4.1 証明書の形式、ITU-T X.690 10 章 DER。",
        en: "RFC 5280 section 4.1, form of a certificate; ITU-T X.690 section 10, DER.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let faults = facts.certificate.malformed();
    let Some(first) = faults.first() else { return RuleAnswer::Clear };
    let evidence = Evidence::new()
        .with("parts", faults.iter().map(|fault| fault.part.clone()).collect::<Vec<_>>())
        .with("reason", first.reason.as_str());
    RuleAnswer::found(evidence)
}
