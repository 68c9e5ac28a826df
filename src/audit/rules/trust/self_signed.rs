//! `self-signed`.

use crate::audit::rules::prelude::*;
use crate::trust::VerdictReason;

/// Self-signed, and of no CA of the policy.
pub static RULE: Rule = Rule {
    code: "self-signed",
    family: RuleFamily::Trust,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["subject"],
    title: Text { ja: "自己署名の証明書", en: "Self-signed" },
    message: Text {
        ja: "「{subject}」が自分で署名した証明書で、ポリシーにある認証局のものではありません。",
        en: "{subject} has signed it itself; it is of no CA that the policy knows.",
    },
    remedy: Text {
        ja: "複合機や社内のサーバーなどの証明書なら、対応は不要です。ポリシーに加えるべき認証局のルート証\
             明書なら、そのピンを持つポリシーを `--policy FILE` で指定してください。",
        en: "If a printer or a server made it for itself, nothing needs to be done. If it is the root of \
             a CA that the policy should know, name a policy with its pin with `--policy FILE`.",
    },
    what: Text {
        ja: "主体者と発行元が同じ名前で、署名が自分の鍵によるもので、ポリシーのどのピンの名前でもない証明書を\
             案内します。検証結果は「判定保留」です。入手すべき証明書はありません。",
        en: "A certificate whose subject and issuer are the same name, signed by its own key, that bears the name of no \
             pin. It is undetermined, and there is nothing to fetch.",
    },
    why: Text {
        ja: "自己署名の証明書が本物かどうかは、署名からは分かりません。",
        en: "Whether a self-signed certificate is genuine cannot be determined from its signature.",
    },
    source: Text { ja: "RFC 5280 3.2 自己署名証明書。", en: "RFC 5280 section 3.2, self-signed certificates." },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    match facts.verdict.reasons.contains(&VerdictReason::SelfSigned) {
        true => RuleAnswer::found(Evidence::new().with("subject", facts.certificate.subject.printed())),
        false => RuleAnswer::Clear,
    }
}
