//! `revoked`.

use crate::audit::rules::prelude::*;
use crate::trust::VerdictReason;

/// On a CRL of its issuer.
pub static RULE: Rule = Rule {
    code: "revoked",
    family: RuleFamily::Trust,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["issuer", "crl_issued"],
    title: Text { ja: "失効", en: "Revoked" },
    message: Text {
        ja: "この証明書、またはその発行元の証明書が失効しています(発行元 {issuer}、失効リストの発行 {crl_issued})。",
        en: "This certificate, or that of an issuer on its path, has been revoked (issuer {issuer}, CRL of \
             {crl_issued}).",
    },
    remedy: Text {
        ja: "この証明書は使わないでください。心当たりがなければ、{desk}に失効の理由を問い合わせてください。\
             今後も使う場合は、新しい証明書が必要です。{apply}",
        en: "Do not use it. If you do not know why it was revoked, ask {desk}. If a certificate is still \
             needed, apply for a new one. {apply}",
    },
    what: Text {
        ja: "判定する時点で最も新しい失効リスト(CRL)に、証明書または認証パス上の発行元の証明書が載っているものを指\
             摘します。失効リストは監査したフォルダーの中と `--crl FILE` から読み、\
             署名を確かめたものだけを使います。",
        en: "A certificate that is, or has an issuer on its path that is, on the newest CRL as of the moment \
             judged. CRLs come from the scanned files and from `--crl FILE`, and count only if their signature \
             holds.",
    },
    why: Text {
        ja: "失効した証明書は受け付けられません。鍵の漏えいが理由なら、使い続けると悪用と見分けられません。",
        en: "A revoked certificate is not accepted. If its key was compromised, continued use cannot be \
             distinguished from abuse.",
    },
    source: Text {
        ja: "RFC 5280 5 章 CRL、6.3 CRL の検証。",
        en: "RFC 5280 section 5, CRLs, and 6.3, CRL validation.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if !facts.verdict.reasons.contains(&VerdictReason::Revoked) {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("issuer", facts.certificate.issuer.printed())
        .with("crl_issued", facts.crl.and_then(|crl| crl.this_update));
    RuleAnswer::found(evidence)
}
