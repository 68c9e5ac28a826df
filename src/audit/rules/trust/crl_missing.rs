//! `crl-missing`.

use crate::audit::rules::prelude::*;
use crate::policy::CrlPolicy;

/// No CRL where the policy requires one.
pub static RULE: Rule = Rule {
    code: "crl-missing",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["issuer", "addresses"],
    title: Text { ja: "失効リストがない", en: "CRL missing" },
    message: Text {
        ja: "発行元「{issuer}」の失効リスト(CRL)がないため、失効していないことを確かめられません。",
        en: "There is no CRL of {issuer}, so that it cannot be determined whether the certificate has been revoked.",
    },
    remedy: Text {
        ja: "失効リストを証明書に書かれた配布先({addresses})から入手し、`--crl FILE` で指定するか、監査す\
             るフォルダーに置いてください。入手できなければ、{desk}に問い合わせてください。",
        en: "Fetch the CRL from the address in the certificate ({addresses}), and give it with `--crl \
             FILE` or put it into the audited folder. If you cannot get it, ask {desk}.",
    },
    what: Text {
        ja: "ポリシーが失効リストを必須(crl: require)としている認証局の証明書で、認証パスがあるのに、\
             発行元の署名した失効リストが1つも手元にないものを指摘します。\
             when-available(既定)と ignore では指摘しません。",
        en: "Where the policy says `crl: require`: a certificate with a path for which no CRL signed by its issuer \
             is in hand. With `when-available` (the default) and `ignore` there is no finding.",
    },
    why: Text {
        ja: "失効リストがなければ、紛失や退職などで取り消された証明書も有効に見えます。",
        en: "Without a CRL a certificate that was withdrawn still looks valid.",
    },
    source: Text {
        ja: "RFC 5280 6.3 CRL の検証。ポリシーの crl。",
        en: "RFC 5280 section 6.3, CRL validation. `crl` in the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let Some(authority) = facts.authority.filter(|_| facts.role != CertificateRole::Root) else {
        return RuleAnswer::NotApplicable;
    };
    match (authority.crl.value, facts.crl) {
        (CrlPolicy::Ignore | CrlPolicy::WhenAvailable, _) => RuleAnswer::NotInForce,
        (CrlPolicy::Require, _) if facts.verdict.path.is_empty() => RuleAnswer::NotApplicable,
        (CrlPolicy::Require, Some(_)) => RuleAnswer::Clear,
        (CrlPolicy::Require, None) => {
            let evidence = Evidence::new()
                .with("issuer", facts.certificate.issuer.printed())
                .with("addresses", facts.certificate.crl_addresses());
            RuleAnswer::found_by(evidence, authority.crl.line)
        }
    }
}
