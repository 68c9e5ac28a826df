//! `root-impostor`.

use crate::audit::rules::prelude::*;
use crate::trust::VerdictReason;

/// Another certificate in the place of a pinned root.
pub static RULE: Rule = Rule {
    code: "root-impostor",
    family: RuleFamily::Trust,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["subject", "serial", "sha1", "pins"],
    title: Text { ja: "ルート証明書のなりすまし", en: "Impostor of a root certificate" },
    message: Text {
        ja: "「{subject}」を名乗るルート証明書ですが、拇印(SHA-1)が {sha1} で、ポリシーのピンのどれとも違います。",
        en: "It bears the name {subject} of a pinned root, but its SHA-1 fingerprint is {sha1} and no pin's.",
    },
    remedy: Text {
        ja: "この証明書を信頼済みのルート証明書として登録しないでください。登録したパソコンがあれば削除し、\
             ファイルの入手先を確認して、{desk}に連絡してください。",
        en: "Do not install this certificate as a trusted root; remove it from computers where it is \
             installed, find out where the file came from, and inform {desk}.",
    },
    what: Text {
        ja: "ポリシーにピンがあるルート証明書と同じ名前の認証局証明書(自己発行の証明書を含む)のうち、\
             ピンのどれとも一致せず、信頼点のどれからも署名されておらず、\
             ピンのシリアル番号や有効期間の場所を占めるものを指摘します。\
             最も新しいピンより後に始まるものは次の世代かもしれないので、root-unknown-generation として扱います。\
             拇印だけが一致して他の項目が違うものは pin-conflict です。",
        en: "A CA certificate (or any self-issued one) with the name of a pinned root that matches no pin, that no \
             anchor signed, and that takes a pin's serial number or place. One that begins after the newest pin may \
             be the next generation: root-unknown-generation. One whose fingerprint alone matches is a \
             pin-conflict.",
    },
    why: Text {
        ja: "名前・シリアル番号・有効期間は、誰でも同じものを作れます。作れないのは拇印の一致する証明書です。\
             なりすましのルートを信頼すると、その下で作られた偽の証明書がすべて本物に見えます。",
        en: "Anyone can make a certificate with the same name, serial number and dates; nobody can make one with \
             the same fingerprint. Whoever trusts an impostor takes every certificate made under it for genuine.",
    },
    source: Text {
        ja: "RFC 5280 6.1.1 (d) 信頼点の情報。ピンの値の出典はポリシーの各ピンの source。",
        en: "RFC 5280 section 6.1.1 (d), trust anchor information. Where the pins are from: `source` of each pin in \
             the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if !facts.verdict.reasons.contains(&VerdictReason::RootImpostor) {
        return RuleAnswer::Clear;
    }
    let certificate = facts.certificate;
    let pins = facts.authority.map_or(&[][..], |authority| &authority.pins);
    let known = pins.iter().map(|pin| format!("{}: {}", pin.id, spaced_hex(&pin.sha1))).collect::<Vec<_>>();
    let evidence = Evidence::new()
        .with("subject", certificate.subject.printed())
        .with("serial", &certificate.serial)
        .with("sha1", EvidenceValue::Hex(certificate.sha1().to_vec()))
        .with("pins", known);
    // The pin whose place it takes, as far as the serial number shows.
    match pins.iter().find(|pin| pin.serial == certificate.serial).or(pins.first()) {
        Some(pin) => RuleAnswer::found_by(evidence, pin.line),
        None => RuleAnswer::found(evidence),
    }
}
