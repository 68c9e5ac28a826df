//! `crl-stale`.

use crate::audit::rules::prelude::*;
use crate::policy::CrlPolicy;

/// The newest CRL is out of date.
pub static RULE: Rule = Rule {
    code: "crl-stale",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["issuer", "crl_issued", "next_update"],
    title: Text { ja: "失効リストが古い", en: "CRL out of date" },
    message: Text {
        ja: "発行元「{issuer}」の失効リスト(CRL)が古く、次の発行予定({next_update})を過ぎています。",
        en: "The CRL of {issuer} is out of date: its next issue was due at {next_update}.",
    },
    remedy: Text {
        ja: "新しい失効リストを公表元から入手し、`--crl FILE` で指定するか、監査するフォルダーの古いもの\
             と置き換えてください。公表元が分からなければ、{desk}に問い合わせてください。",
        en: "Fetch the new CRL from where it is published, and give it with `--crl FILE` or replace the \
             old one with it. If you do not know where that is, ask {desk}.",
    },
    what: Text {
        ja: "判定する時点で最も新しい失効リストの次回発行予定(nextUpdate)が過ぎているものを指摘します。\
             予定の時刻ちょうどまでは古いとみなしません。ポリシーが crl: ignore なら見ません。",
        en: "The newest CRL as of the moment judged has a nextUpdate that has passed; in that very second it is \
             still fresh. Not looked at where the policy says `crl: ignore`.",
    },
    why: Text {
        ja: "古い失効リストには、その後に取り消された証明書が載っていません。",
        en: "A CRL that is out of date does not list what was revoked since.",
    },
    source: Text {
        ja: "RFC 5280 5.1.2.5 次回発行予定(Next Update)。", en: "RFC 5280 section 5.1.2.5, next update."
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(authority) = facts.authority.filter(|_| facts.role != CertificateRole::Root) else {
        return RuleAnswer::NotApplicable;
    };
    let Some(crl) = facts.crl else { return RuleAnswer::NotApplicable };
    if authority.crl.value == CrlPolicy::Ignore {
        return RuleAnswer::NotInForce;
    }
    if !crl.is_stale(context.at) {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("issuer", facts.certificate.issuer.printed())
        .with("crl_issued", crl.this_update)
        .with("next_update", crl.next_update);
    RuleAnswer::found_by(evidence, authority.crl.line)
}
