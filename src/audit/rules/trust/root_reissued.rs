//! `root-reissued`.

use crate::audit::rules::prelude::*;
use crate::trust::VerdictReason;

/// Name and key of a pinned root in another certificate.
pub static RULE: Rule = Rule {
    code: "root-reissued",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["pin", "pin_not_after", "not_before", "not_after"],
    title: Text { ja: "同じ鍵で再発行されたルート証明書", en: "Root reissued on the same key" },
    message: Text {
        ja: "ピン「{pin}」({pin_not_after} まで)のルート証明書と同じ名前・同じ鍵の、\
             別の証明書です(有効期間 {not_before} から {not_after})。",
        en: "It has the name and the key of the root of pin {pin} (until {pin_not_after}) and is another certificate \
             (valid from {not_before} to {not_after}).",
    },
    remedy: Text {
        ja: "この証明書の拇印を、今公表されているルート証明書の拇印と照合してください。公表場所は{desk}に\
             確認できます。一致したら、この証明書のピンをポリシーに加えてください。",
        en: "Compare its fingerprint with that of the root published now; ask {desk} where that is. If \
             they agree, add a pin for this certificate to the policy.",
    },
    what: Text {
        ja: "手元にあるピン留めされたルート証明書と名前と公開鍵が同じで、その鍵で署名され、\
             シリアル番号や有効期間が違う証明書を指摘します。検証結果は「判定保留」です。\
             ほかの鍵が署名したもの(世代交代のリンク証明書)は、その署名をたどって検証します。",
        en: "A certificate with the name and the public key of a pinned root in hand, signed by that key, that differs \
             in serial number or validity. It is undetermined. One that another key has signed (a link certificate at \
             a change of generation) is validated by that signature instead.",
    },
    why: Text {
        ja: "認証局は、鍵を替えずに期限だけを延ばしたルート証明書を発行することがあります。\
             署名できるのは認証局だけなのでなりすましではありませんが、ピンにない証明書を信頼点にはしません。",
        en: "A CA may extend the life of its root without a new key. Nobody else could have signed it, so it is no \
             impostor; but only what a pin describes becomes a trust anchor.",
    },
    source: Text {
        ja: "RFC 5280 3.2(自己発行の証明書と鍵の更新)。ピンの値の出典はポリシーの各ピンの source。",
        en: "RFC 5280 section 3.2, self-issued certificates and key rollover. Where the pins are from: \
             `source` of each pin in the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if !facts.verdict.reasons.contains(&VerdictReason::PinnedKeyReissued) {
        return RuleAnswer::Clear;
    }
    let pins = facts.authority.map_or(&[][..], |authority| &authority.pins);
    let pin = pins.iter().find(|pin| facts.verdict.generation.as_ref() == Some(&pin.id));
    let evidence = Evidence::new()
        .with("pin", facts.verdict.generation.as_deref().map_or(EvidenceValue::Unknown, EvidenceValue::from))
        .with("pin_not_after", pin.map(|pin| pin.not_after))
        .with("not_before", facts.issued_on)
        .with("not_after", facts.expires_on);
    match pin {
        Some(pin) => RuleAnswer::found_by(evidence, pin.line),
        None => RuleAnswer::found(evidence),
    }
}
