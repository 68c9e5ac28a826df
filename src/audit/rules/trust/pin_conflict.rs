//! `pin-conflict`.

use crate::audit::rules::prelude::*;
use crate::calendar::Zone;
use crate::certificate::Certificate;
use crate::policy::{Authority, Pin};
use crate::trust::VerdictReason;

/// A pin's fingerprint on a certificate that differs from the pin in another field.
pub static RULE: Rule = Rule {
    code: "pin-conflict",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["pin", "fields", "sha1"],
    title: Text { ja: "ピンの項目の食い違い", en: "Pin in conflict with its root" },
    message: Text {
        ja: "拇印はピン「{pin}」と一致しますが、{fields}がピンと違います。",
        en: "Its fingerprint is that of pin {pin}, but what the pin says differs in: {fields}.",
    },
    remedy: Text {
        ja: "公表されている情報とポリシーのピンを1項目ずつ照合し、ピンの誤りを直してください。ピンが公表\
             のとおりなら、この証明書は使わず、{desk}に問い合わせてください。",
        en: "Compare the pin in the policy with the published values, field by field, and correct the \
             pin. If the pin is as published, do not use this certificate, and ask {desk}.",
    },
    what: Text {
        ja: "拇印(SHA-1 または SHA-256)がピンと同じなのに、名前・シリアル番号・有効期間・もう一方の拇印のいずれかが\
             ピンと違う証明書を指摘します。すべての項目が一致しないかぎり信頼点にはしません。有効期間の日付は、\
             ポリシーの時間帯か UTC のどちらかで一致すれば一致とみなします。",
        en: "A certificate with a pin's fingerprint (SHA-1 or SHA-256) whose name, serial number, validity days or \
             other fingerprint are not the pin's. Only a match in every field makes an anchor. A day matches in the \
             policy's zone or in UTC.",
    },
    why: Text {
        ja: "たいていはピンの入力の誤りですが、SHA-1 には衝突(同じ拇印を持つ別の証明書)が知られています。\
             どちらかを確かめないまま信頼点にはできません。",
        en: "Most often the pin is mistyped; but collisions of SHA-1, other certificates with the same fingerprint, \
             are known. Before it is clear which it is, it cannot be an anchor.",
    },
    source: Text {
        ja: "RFC 6194 SHA-1 の安全性。ピンの値の出典はポリシーの各ピンの source。",
        en: "RFC 6194, security of SHA-1. Where the pins are from: `source` of each pin in the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    if !facts.verdict.reasons.contains(&VerdictReason::PinConflict) {
        return RuleAnswer::Clear;
    }
    let certificate = facts.certificate;
    let sha1 = certificate.sha1();
    let same = |pin: &Pin| pin.sha1 == sha1 || pin.sha256 == Some(certificate.sha256);
    let pins = context.policy.authorities.iter().flat_map(|a| a.pins.iter().map(move |pin| (a, pin)));
    let Some((authority, pin)) = pins.into_iter().find(|(_, pin)| same(pin)) else {
        // The conflict is its root's, and the finding is reported there.
        return RuleAnswer::NotApplicable;
    };
    let evidence = Evidence::new()
        .with("pin", pin.id.as_str())
        .with("fields", differing(certificate, authority, pin, context.policy.zone))
        .with("sha1", EvidenceValue::Hex(sha1.to_vec()));
    RuleAnswer::found_by(evidence, pin.line)
}

fn differing(certificate: &Certificate, authority: &Authority, pin: &Pin, zone: Zone) -> Vec<CodedWord> {
    let falls_on = |instant: Option<Instant>, day: Day| {
        instant.is_some_and(|i| zone.day(i) == Some(day) || Zone::UTC.day(i) == Some(day))
    };
    let fields = [
        (!authority.is_named(&certificate.subject), "subject", Text { ja: "名前", en: "subject" }),
        (certificate.serial != pin.serial, "serial", Text { ja: "シリアル番号", en: "serial number" }),
        (
            !falls_on(certificate.not_before, pin.not_before),
            "not_before",
            Text { ja: "有効期間の開始日", en: "first day of validity" },
        ),
        (
            !falls_on(certificate.not_after, pin.not_after),
            "not_after",
            Text { ja: "有効期間の終了日", en: "last day of validity" },
        ),
        (certificate.sha1() != pin.sha1, "sha1", Text { ja: "SHA-1 の拇印", en: "SHA-1 fingerprint" }),
        (
            pin.sha256.is_some_and(|sha256| sha256 != certificate.sha256),
            "sha256",
            Text { ja: "SHA-256 の拇印", en: "SHA-256 fingerprint" },
        ),
    ];
    fields.into_iter().filter(|(differs, _, _)| *differs).map(|(_, code, text)| CodedWord::new(code, text)).collect()
}
