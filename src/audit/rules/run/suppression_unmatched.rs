//! `suppression-unmatched`.

use crate::audit::facts::RunFacts;
use crate::audit::rules::prelude::*;

/// An exception that matched nothing.
pub static RULE: Rule = Rule {
    code: "suppression-unmatched",
    family: RuleFamily::Run,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["rule", "reason", "until"],
    title: Text { ja: "使われていない抑止", en: "Suppression matched nothing" },
    message: Text {
        ja: "規則「{rule}」の抑止(理由「{reason}」、{until} まで)に当てはまる指摘がありませんでした。",
        en: "The suppression of {rule} ({reason}, until {until}) matched no finding.",
    },
    remedy: Text {
        ja: "問題が解消したのなら、ポリシーからこの抑止を削除してください。解消していないなら、条件\
             (match)の誤りを確認してください。",
        en: "If the problem is solved, remove the suppression from the policy; if not, check its \
             conditions (`match`) for a mistake.",
    },
    what: Text {
        ja: "ポリシーの suppressions のうち、今回の監査でどの指摘も抑えなかったものを、その行とともに指摘します。",
        en: "An entry of `suppressions` in the policy that silenced no finding of this run, with its line.",
    },
    why: Text {
        ja: "役目を終えた例外を残しておくと、別の指摘まで抑止してしまうおそれがあります。書き誤った例外は、\
             抑えたつもりの指摘を抑えていません。",
        en: "An exception that has done its work may one day silence something else; and one that was mistyped does \
             not silence what it should.",
    },
    source: Text { ja: "ポリシーの suppressions。", en: "`suppressions` in the policy." },
    judge: RuleCheck::Run(judge),
};

fn judge(facts: &RunFacts, context: &RuleContext) -> RuleAnswer {
    let unmatched = facts.unmatched_suppressions.iter().filter_map(|i| context.policy.suppressions.get(*i));
    let findings: Vec<Finding> = unmatched
        .map(|entry| {
            let evidence = Evidence::new()
                .with("rule", entry.value.rule.as_str())
                .with("reason", entry.value.reason.as_str())
                .with("until", EvidenceValue::Day(entry.value.until));
            Finding::new(evidence).by(entry.line)
        })
        .collect();
    RuleAnswer::of(findings)
}
