//! `generation-mismatch`.

use crate::audit::rules::prelude::*;

/// Signed by another root than the date of issue calls for.
pub static RULE: Rule = Rule {
    code: "generation-mismatch",
    family: RuleFamily::Trust,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["issued_on", "signed_by", "expected"],
    title: Text { ja: "発行日と合わないルート証明書", en: "Wrong generation for the date of issue" },
    message: Text {
        ja: "発行日({issued_on}、有効期間の開始日による)からは{expected}世代のルート証明書のはずですが、\
             署名したのは{signed_by}世代です。",
        en: "By its date of issue ({issued_on}, as its validity begins) the root of generation {expected} should \
             have signed it, but {signed_by} did.",
    },
    remedy: Text {
        ja: "{desk}にシリアル番号を示して、この証明書の発行日と、発行したルート証明書を確認してください。\
             更新で開始日を指定した証明書なら、確認した結果を理由として、ポリシーの suppressions に書け\
             ます。",
        en: "Give {desk} the serial number and ask when and under which root it was issued. If it is a \
             renewal with a chosen start date, record the answer as the reason of a suppression in the \
             policy.",
    },
    what: Text {
        ja: "信頼点までの認証パスがある証明書について、署名をたどって着いたルート証明書の世代と、\
             発行日からポリシーのピン(issues)が求める世代を比べます。発行停止期間の日付と、\
             どのピンの期間にも入らない日付には適用しません。日付は暦日(ポリシーの時間帯)で比べます。\
             発行日そのものは証明書に書かれていないため、有効期間の開始日(notBefore)を最もよい手がかりとして使いま\
             す。",
        en: "Where there is a path to an anchor, the generation of the root that signed is compared with the one \
             that the pins (`issues`) call for on the date of issue. Not for days of a gap or days that no pin \
             claims. Days are civil days in the policy's zone. A certificate does not state its date of issue; \
             notBefore is the best evidence of it, not the date itself.",
    },
    why: Text {
        ja: "役目を終えたルートの鍵で後から作られた証明書、または日付をさかのぼらせた証明書の疑いがあります。\
             正規の手続きで発行されたものなら、発行元が説明できます。",
        en: "A certificate may have been made later with the key of a retired root, or been backdated. If it was \
             issued by the regular procedure, the operator can explain it.",
    },
    source: Text {
        ja: "発行元が公表する世代ごとの発行日の範囲(ポリシーの issues と source)。RFC 5280 4.1.2.5 有効期間。",
        en: "The operator's dates of issue per generation (`issues` and `source` in the policy). RFC 5280 section \
             4.1.2.5, validity.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let (Some(authority), Some(generation)) = (facts.authority, &facts.verdict.generation) else {
        return RuleAnswer::NotApplicable;
    };
    if facts.role == CertificateRole::Root || facts.verdict.path.is_empty() {
        return RuleAnswer::NotApplicable;
    }
    let Some(day) = facts.issued_on else { return RuleAnswer::Undetermined };
    if authority.gap(day).is_some() {
        return RuleAnswer::NotApplicable;
    }
    // Spans may overlap while a CA moves from one root to the next; then either is right.
    let fits = authority.pins.iter().any(|pin| pin.id == *generation && pin.issues.value.contains(day));
    match authority.pin_for(day) {
        _ if fits => RuleAnswer::Clear,
        None => RuleAnswer::NotApplicable,
        Some(expected) => {
            let evidence = Evidence::new()
                .with("issued_on", EvidenceValue::Day(day))
                .with("signed_by", generation.as_str())
                .with("expected", expected.id.as_str());
            RuleAnswer::found_by(evidence, expected.issues.line)
        }
    }
}
