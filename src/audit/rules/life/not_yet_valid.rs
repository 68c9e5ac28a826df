//! `not-yet-valid`.

use crate::audit::rules::prelude::*;

/// It has not begun.
pub static RULE: Rule = Rule {
    code: "not-yet-valid",
    family: RuleFamily::Life,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["not_before", "begins_on"],
    title: Text { ja: "有効期間の開始前", en: "Not yet valid" },
    message: Text {
        ja: "まだ有効ではありません。{begins_on}({not_before})から使えます。",
        en: "It is not valid yet: it begins on {begins_on} ({not_before}).",
    },
    remedy: Text {
        ja: "開始日までは今の証明書を使ってください。すでに使えるはずなら、パソコンの日付と時刻、`--at` \
             の指定を確認してください。",
        en: "Use the current certificate until then. If it should be valid already, check the computer's \
             date and time, and the value of `--at`.",
    },
    what: Text {
        ja: "事業所・代理人の証明書の有効期間の開始(notBefore)が、判定する時点より後のものを指摘します。\
             開始の時刻ちょうどからは有効です。",
        en: "An end-entity certificate whose notBefore lies after the moment judged; in that very second it is \
             valid.",
    },
    why: Text {
        ja: "早く入れ替えすぎると、開始日まで接続できません。時計の狂った機器で作られた証明書のこともあります。",
        en: "Who installs it too early cannot connect until it begins. Or it was made on a machine with a wrong \
             clock.",
    },
    source: Text {
        ja: "RFC 5280 4.1.2.5 有効期間(両端を含む)。",
        en: "RFC 5280 section 4.1.2.5, validity (both ends inclusive).",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    if facts.role != CertificateRole::EndEntity {
        return RuleAnswer::NotApplicable;
    }
    let Some(begins) = facts.certificate.not_before else { return RuleAnswer::Undetermined };
    if begins <= context.at {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("not_before", EvidenceValue::Instant(begins))
        .with("begins_on", day_value(context, begins));
    RuleAnswer::found(evidence)
}
