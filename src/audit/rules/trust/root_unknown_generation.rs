//! `root-unknown-generation`.

use crate::audit::rules::prelude::*;
use crate::trust::VerdictReason;

/// A root of a pinned name that begins after the newest pin, or a certificate under one.
pub static RULE: Rule = Rule {
    code: "root-unknown-generation",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["authority", "newest", "newest_begins"],
    title: Text { ja: "未知の世代のルート証明書", en: "Root of an unknown generation" },
    message: Text {
        ja: "発行元「{authority}」に、ポリシーの最も新しいピン({newest}、{newest_begins} 開始)より後に始まる、\
             未知の世代のルート証明書があります。",
        en: "There is a root of {authority} that begins after the newest pin of the policy ({newest}, from \
             {newest_begins}): a generation that the policy does not know.",
    },
    remedy: Text {
        ja: "この証明書の拇印を、今公表されているルート証明書の拇印と照合してください。公表場所は{desk}に\
             確認できます。一致したらポリシーにピンを加えてください。一致するまでは信頼しないでください。",
        en: "Compare its fingerprint with that of the root published now; ask {desk} where that is. If \
             they agree, add a pin to the policy; do not trust it before.",
    },
    what: Text {
        ja: "ピンと同じ名前で、最も新しいピンより後に有効期間が始まるルート証明書と、\
             その下で発行された証明書を指摘します。どちらも検証結果は「判定保留」で、\
             ピンが加わるまで信頼されることはありません。",
        en: "A root with a pinned name that begins after the newest pin, and the certificates under it. Both are \
             undetermined, and never trusted until the pin is in the policy.",
    },
    why: Text {
        ja: "認証局は何年かごとに、同じ名前のまま新しい世代のルート証明書へ切り替えます。\
             切り替えに気づかないと新しい証明書をすべて疑うことになり、\
             確かめずに信頼するとなりすましを招き入れます。",
        en: "Every few years a CA moves to a new root of the same name. Who does not notice distrusts every new \
             certificate; who trusts it unseen may let an impostor in.",
    },
    source: Text {
        ja: "RFC 4210 4.4 ルート鍵の更新。ピンの値の出典はポリシーの各ピンの source。",
        en: "RFC 4210 section 4.4, root CA key update. Where the pins are from: `source` of each pin in \
             the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if !facts.verdict.reasons.contains(&VerdictReason::RootUnknownGeneration) {
        return RuleAnswer::Clear;
    }
    let newest = facts.authority.and_then(|authority| authority.pins.iter().max_by_key(|pin| pin.not_before));
    let name = match facts.authority {
        Some(authority) => authority.subject.clone(),
        None => facts.certificate.issuer.printed(),
    };
    let evidence = Evidence::new()
        .with("authority", name)
        .with("newest", newest.map_or(EvidenceValue::Unknown, |pin| pin.id.as_str().into()))
        .with("newest_begins", newest.map(|pin| pin.not_before));
    match newest {
        Some(pin) => RuleAnswer::found_by(evidence, pin.line),
        None => RuleAnswer::found(evidence),
    }
}
