//! `unverifiable`.

use super::reason_word;
use crate::audit::rules::prelude::*;
use crate::certificate::{Certificate, CertificateField};
use crate::trust::{TrustStatus, VerdictReason};

/// Nothing is missing, and yet no verdict is possible.
pub static RULE: Rule = Rule {
    code: "unverifiable",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["reasons", "field", "value"],
    title: Text { ja: "検証できない証明書", en: "Cannot be validated" },
    message: Text {
        ja: "信頼できるかを判定できません。理由: {reasons}。原因の項目: {field}({value})。",
        en: "Whether it can be trusted cannot be told: {reasons}. The field at fault: {field} ({value}).",
    },
    remedy: Text {
        ja: "この証明書が使えないとはかぎりません。使っているソフトで使えるかを確認し、使えなければ、この\
             指摘のページを{desk}に送って相談してください。",
        en: "It may still be usable: check whether the software that uses it accepts it. If not, send \
             this page to {desk}.",
    },
    what: Text {
        ja: "検証結果が「判定保留」の証明書のうち、足りないものがあるのではなく、証明書そのものを検証できないものを\
             指摘します。鍵か署名のアルゴリズムを OpenSSL が知らない、規格に反する書き方があって OpenSSL が読めない、\
             認証パスの候補が多すぎて調べ切れない場合です。原因の項目と値を示します。",
        en: "An undetermined certificate for which nothing is missing, but that cannot be validated itself: OpenSSL does \
             not know the algorithm of its key or signature, it is written against the standard so that OpenSSL cannot \
             read it, or there are too many possible paths to try. The field at fault and its value are named.",
    },
    why: Text {
        ja: "検証できないことは偽物であることを意味しませんが、正しいことも確かめられません。\
             受け取る側のシステムで読めないおそれもあります。",
        en: "That it cannot be validated does not make it false, nor right. The other side may not be able to read it \
             either.",
    },
    source: Text {
        ja: "RFC 5280 4.1 証明書の項目、6.1 認証パスの検証。",
        en: "RFC 5280 sections 4.1, certificate fields, and 6.1, path validation.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let meant = |reason: &VerdictReason| {
        matches!(reason, VerdictReason::Unreadable | VerdictReason::UnsupportedAlgorithm | VerdictReason::SearchBound)
    };
    if facts.verdict.status != TrustStatus::Undetermined {
        return RuleAnswer::Clear;
    }
    let reasons: Vec<&VerdictReason> = facts.verdict.reasons.iter().filter(|r| meant(r)).collect();
    let Some(first) = reasons.first() else { return RuleAnswer::NotApplicable };
    let (field, value) = at_fault(facts.certificate, first);
    let evidence = Evidence::new()
        .with("reasons", reasons.into_iter().map(reason_word).collect::<Vec<_>>())
        .with("field", field_word(field))
        .with("value", value);
    RuleAnswer::found(evidence)
}

/// The field that a reason is about, and what it says.
fn at_fault(certificate: &Certificate, reason: &VerdictReason) -> (CertificateField, EvidenceValue) {
    let field = match reason {
        VerdictReason::UnsupportedAlgorithm if certificate.has_unknown_signature() => {
            CertificateField::SignatureAlgorithm
        }
        VerdictReason::UnsupportedAlgorithm => CertificateField::SubjectPublicKey,
        VerdictReason::SearchBound => CertificateField::Issuer,
        _ => certificate.field_at_fault().unwrap_or(CertificateField::Other),
    };
    let value = match field {
        CertificateField::SerialNumber => (&certificate.serial).into(),
        CertificateField::SignatureAlgorithm => certificate.signature_algorithm().into(),
        CertificateField::Issuer => certificate.issuer.printed().into(),
        CertificateField::Subject => certificate.subject.printed().into(),
        CertificateField::Validity => certificate.validity_as_written().into(),
        CertificateField::SubjectPublicKey => {
            certificate.key().map_or(EvidenceValue::Unknown, |key| key.label().into())
        }
        CertificateField::Extensions | CertificateField::Other => EvidenceValue::Unknown,
    };
    (field, value)
}

fn field_word(field: CertificateField) -> CodedWord {
    let text = match field {
        CertificateField::SerialNumber => Text { ja: "シリアル番号", en: "serial number" },
        CertificateField::SignatureAlgorithm => Text { ja: "署名アルゴリズム", en: "signature algorithm" },
        CertificateField::Issuer => Text { ja: "発行元の名前", en: "issuer" },
        CertificateField::Validity => Text { ja: "有効期間", en: "validity" },
        CertificateField::Subject => Text { ja: "名義(subject)", en: "subject" },
        CertificateField::SubjectPublicKey => Text { ja: "公開鍵", en: "public key" },
        CertificateField::Extensions => Text { ja: "拡張", en: "extensions" },
        CertificateField::Other => Text { ja: "証明書全体の形式", en: "the form of the certificate" },
    };
    CodedWord::new(field.code(), text)
}
