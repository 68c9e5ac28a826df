//! `crl-unused`.

use crate::audit::rules::prelude::*;
use crate::trust::CrlFault;

/// A CRL in hand that has no say.
pub static RULE: Rule = Rule {
    code: "crl-unused",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["issuer", "crl_issued", "number", "reason", "detail", "listed", "listed_count"],
    title: Text { ja: "使われなかった失効リスト", en: "CRL not used" },
    message: Text {
        ja: "発行元「{issuer}」の失効リスト(CRL、{crl_issued} 発行)を判定に使っていません。理由: {reason}。\
             このリストに載っている証明書: {listed}。",
        en: "The CRL of {issuer} (of {crl_issued}) is not used: {reason}. Certificates that it lists: {listed}.",
    },
    remedy: Text {
        ja: "公表されている失効リストを入手し直し、このファイルと置き換えてください。差分リストなら、元の\
             完全なリストも必要です。載っている証明書が失効していないかは、{desk}に確認してください。",
        en: "Fetch the CRL again from where it is published and replace this file with it; a delta CRL \
             needs its base as well. Ask {desk} whether the certificates it lists have been revoked.",
    },
    what: Text {
        ja: "ポリシーにある認証局、または信頼点につながる認証局の名前で発行された失効リスト(`--crl` で渡したものと、\
             監査したフォルダーにあるもの)のうち、検証に使えないものを指摘します。既知の鍵が署名していない、\
             署名者に CRL へ署名する用途がない、途中から読めない、判定する時点より後に発行された、\
             元のリストのない差分である、解釈できない必須の拡張がある、\
             どの証明書にも当てはまらない配布点や種類のものである場合です。監査した証明書が載っていればエラーです。\
             新しいリストに置き換えられた古いリストと、ポリシーと関わりのない認証局のリストは指摘しません。",
        en: "A CRL in the name of a CA of the policy, or of one with a path to an anchor, given with `--crl` or found in \
             the folders audited, that cannot be used: no known key has signed it, its signer may not sign CRLs, it \
             cannot be read from some byte on, it is issued later than the moment judged, it is a delta without its \
             base, it has an unknown critical extension, or its distribution point or kind fits none of the \
             certificates. An error where it lists a certificate of the audit. A list that a later one has replaced, \
             and the lists of CAs that do not matter to the policy, are no finding.",
    },
    why: Text {
        ja: "失効リストを渡したつもりでも、使われなければ失効は見つかりません。偽のリストで失効させることもできないため、\
             検証結果は変えずに案内します。",
        en: "Where a list was given and has no say, a revocation goes unseen. Since nobody may revoke with a forged list \
             either, verdicts stay as they are and this finding says so.",
    },
    source: Text {
        ja: "RFC 5280 5 章 CRL、5.2.4 差分 CRL、6.3 CRL の検証。",
        en: "RFC 5280 section 5, CRLs; 5.2.4, delta CRLs; 6.3, CRL validation.",
    },
    judge: RuleCheck::Crl(judge),
};

fn judge(facts: &CrlFacts, _: &RuleContext) -> RuleAnswer {
    let Some(fault) = facts.fault else { return RuleAnswer::Clear };
    let detail = match fault {
        CrlFault::Unreadable(offset) => EvidenceValue::Number(*offset as i64),
        CrlFault::UnknownCritical(oid) => oid.as_str().into(),
        _ => EvidenceValue::Unknown,
    };
    let evidence = Evidence::new()
        .with("issuer", facts.crl.issuer.printed())
        .with("crl_issued", facts.crl.this_update)
        .with("number", facts.crl.number.as_ref().map_or(EvidenceValue::Unknown, |number| number.hex().into()))
        .with("reason", crl_fault_word(fault))
        .with("detail", detail)
        .with("listed", facts.listed)
        .with("listed_count", facts.listed.count());
    let severity = (!facts.listed.is_empty()).then_some(Severity::Error);
    RuleAnswer::Findings(vec![Finding { severity, ..Finding::new(evidence) }])
}

/// Why a CRL is not used, in words.
pub fn crl_fault_word(fault: &CrlFault) -> CodedWord {
    let (code, text) = match fault {
        CrlFault::UnknownSigner => (
            "unknown-signer",
            Text { ja: "既知の認証局の鍵で署名されていない", en: "no known CA's key has signed it" },
        ),
        CrlFault::SignerMayNotSign => (
            "signer-may-not-sign",
            Text {
                ja: "署名した証明書に CRL へ署名する用途(cRLSign)がない",
                en: "its signer may not sign CRLs (key usage)",
            },
        ),
        CrlFault::Unreadable(offset) => {
            let text =
                Text { ja: "{detail}バイト目から読めない", en: "it cannot be read from byte {detail} on" };
            return CodedWord::with_detail("unreadable", text, offset.to_string());
        }
        CrlFault::NotYetIssued => (
            "not-yet-issued",
            Text {
                ja: "発行日時が判定の時点より後である", en: "it is issued later than the moment judged"
            },
        ),
        CrlFault::Stale => (
            "stale",
            Text {
                ja: "次回発行予定が判定の時点より前である", en: "its next issue was due before the moment judged"
            },
        ),
        CrlFault::DeltaWithoutBase => (
            "delta-without-base",
            Text {
                ja: "差分リストで、番号の合う元のリストがない",
                en: "it is a delta, and no base whose number fits is there",
            },
        ),
        CrlFault::UnknownCritical(oid) => {
            let text = Text {
                ja: "解釈できない必須(critical)の拡張 {detail} がある",
                en: "it has the critical extension {detail}, which cannot be interpreted",
            };
            return CodedWord::with_detail("unknown-critical-extension", text, oid.clone());
        }
        CrlFault::OtherScope => (
            "other-scope",
            Text {
                ja: "対象の配布点や証明書の種類が、監査した証明書のどれにも当てはまらない",
                en: "its distribution point or kind fits none of the certificates",
            },
        ),
    };
    CodedWord::new(code, text)
}
