//! `untrusted-path`.

use super::reason_word;
use crate::audit::rules::prelude::*;
use crate::trust::{TrustStatus, VerdictReason};

/// A path that failed, or none to any pinned root.
pub static RULE: Rule = Rule {
    code: "untrusted-path",
    family: RuleFamily::Trust,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["reasons", "issuer"],
    title: Text { ja: "認証パスが成り立たない", en: "Untrusted path" },
    message: Text { ja: "信頼できません。理由: {reasons}。", en: "It cannot be trusted: {reasons}." },
    remedy: Text {
        ja: "この証明書は使わず、正規の手続きで発行を受けてください。{apply}心当たりのない証明書なら、入\
             手先を確認して{desk}に連絡してください。",
        en: "Do not use this certificate; obtain one by the regular procedure. {apply} If you do not \
             know this certificate, find out where it came from and inform {desk}.",
    },
    what: Text {
        ja: "検証結果が「信頼できない」の証明書を、理由とともに指摘します。\
             信頼点までの署名がつながっているのに途中で規定に反するか、\
             発行元の名前を持つピン留めされたルート証明書がすべて手元にあるのにどれも署名していない場合です。\
             なりすましのルート(root-impostor)と失効(revoked)だけが理由のときは、それぞれの規則が指摘します。\
             証明書自身の期限切れは理由になりません(expired が見ます)。",
        en: "A certificate whose verdict is untrusted, with the reasons: a signed path to an anchor that breaks a \
             rule on the way, or all pinned roots of the issuer's name in hand and none that signed it. Where an \
             impostor (root-impostor) or revocation (revoked) is the only reason, those rules speak. That the \
             certificate itself has expired is no reason here (expired tells it).",
    },
    why: Text {
        ja: "署名がどの信頼点にもつながらない証明書は、誰が作ったものか分かりません。つながっていても、\
             途中の発行元が期限切れだったり発行の資格を持たなかったりすれば、相手の系統では拒否されます。",
        en: "Nobody knows who made a certificate whose signature leads to no anchor. And where it does lead to one, \
             an issuer on the way that has expired or may not issue makes the other side refuse it.",
    },
    source: Text { ja: "RFC 5280 6.1 認証パスの検証。", en: "RFC 5280 section 6.1, path validation." },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if facts.verdict.status != TrustStatus::Untrusted {
        return RuleAnswer::Clear;
    }
    let spoken_for = |reason: &VerdictReason| matches!(reason, VerdictReason::RootImpostor | VerdictReason::Revoked);
    let reasons: Vec<CodedWord> = facts.verdict.reasons.iter().filter(|r| !spoken_for(r)).map(reason_word).collect();
    if reasons.is_empty() {
        return RuleAnswer::NotApplicable;
    }
    RuleAnswer::found(Evidence::new().with("reasons", reasons).with("issuer", facts.certificate.issuer.printed()))
}
