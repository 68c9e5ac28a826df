//! `root-missing`.

use super::reason_word;
use crate::audit::rules::prelude::*;
use crate::trust::{TrustStatus, VerdictReason};

/// Whether it can be trusted cannot be determined, since a root is missing.
pub static RULE: Rule = Rule {
    code: "root-missing",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["reasons", "needed"],
    title: Text { ja: "判定に必要な証明書がない", en: "Root or issuer missing" },
    message: Text {
        ja: "信頼できるかを判定できません。理由: {reasons}。必要な証明書: {needed}。",
        en: "Whether it can be trusted cannot be told: {reasons}. Needed: {needed}.",
    },
    remedy: Text {
        ja: "必要な証明書を公表元から入手し、拇印を照合してから `shomei root add FILE` で登録するか、\
             `--root FILE` で指定してください。入手先が分からなければ、{desk}に問い合わせてください。ポ\
             リシーにない認証局の証明書なら、その認証局のポリシーを `--policy FILE` で指定してください。",
        en: "Get the certificate from where it is published, compare its fingerprint, and add it with \
             `shomei root add FILE` or give it with `--root FILE`. If you do not know where that is, \
             ask {desk}. If the policy does not know this CA, name a policy that does with `--policy \
             FILE`.",
    },
    what: Text {
        ja: "検証結果が「判定保留」の証明書のうち、ピン留めされたルート証明書や発行元の証明書が\
             手元にないものを指摘します。\
             ピンがあるのに手元にないルートは、名前と拇印(SHA-1)を示します。中間の発行元が足りないときは、\
             その証明書を監査するフォルダーに置けば見つかります。\
             名前の挙がった発行元が手元にあるのに判定できないときは、その上の発行元かルートがありません。",
        en: "An undetermined certificate for which a pinned root or an issuer is not in hand. A pinned root that is not in hand is named with \
             its SHA-1. A missing intermediate is found if it is put into the folder that is audited. Where the issuer \
             that is named is in hand already, what stands above it is missing.",
    },
    why: Text {
        ja: "ルート証明書がないことは、証明書が悪いことを意味しません。しかし確かめられないままでは、\
             なりすましを見逃します。",
        en: "That a root is missing does not make a certificate bad. But while it cannot be checked, an impostor \
             goes unseen.",
    },
    source: Text { ja: "RFC 5280 6.1.1 検証の入力。", en: "RFC 5280 section 6.1.1, inputs of validation." },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let meant = |reason: &VerdictReason| matches!(reason, VerdictReason::RootMissing | VerdictReason::IssuerUnknown);
    if facts.verdict.status != TrustStatus::Undetermined {
        return RuleAnswer::Clear;
    }
    let reasons: Vec<CodedWord> = facts.verdict.reasons.iter().filter(|r| meant(r)).map(reason_word).collect();
    if reasons.is_empty() {
        return RuleAnswer::NotApplicable;
    }
    RuleAnswer::found(Evidence::new().with("reasons", reasons).with("needed", needed(facts)))
}

/// The missing pinned roots with their fingerprints; otherwise the issuer by name.
fn needed(facts: &CertificateFacts) -> Vec<String> {
    let verdict = facts.verdict;
    let authority = facts.authority.filter(|_| !verdict.missing.is_empty());
    let Some(authority) = authority else {
        return vec![verdict.missing_issuer.clone().unwrap_or_else(|| facts.certificate.issuer.printed())];
    };
    let missing = authority.pins.iter().filter(|pin| verdict.missing.contains(&pin.id));
    missing.map(|pin| format!("{} ({}, SHA-1 {})", authority.subject, pin.id, spaced_hex(&pin.sha1))).collect()
}
