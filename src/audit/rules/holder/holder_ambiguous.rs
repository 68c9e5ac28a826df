//! `holder-ambiguous`.

use super::shown;
use crate::audit::holding::HolderMatch;
use crate::audit::rules::prelude::*;
use crate::trust::TrustStatus;

/// Several holders might be its own.
pub static RULE: Rule = Rule {
    code: "holder-ambiguous",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["candidates"],
    title: Text { ja: "事業所の候補が複数ある", en: "Holder is ambiguous" },
    message: Text {
        ja: "この証明書の事業所の候補が複数あります({candidates})。どれとも対応付けていません。",
        en: "Several holders might have this certificate ({candidates}); it is matched to none of them.",
    },
    remedy: Text {
        ja: "どの事業所・代理人のものかを shomei bind で指定してください。台帳の申告シリアル番号や ID の\
             重複、ポリシーの patterns が原因なら、そちらを直してください。",
        en: "Assign it to one holder with `shomei bind`. If a serial number declared twice, an ID in two \
             registers or a pattern of the policy is the cause, correct that.",
    },
    what: Text {
        ja: "最も確かな手がかり(手での対応付け、台帳の申告シリアル番号、同じ名義の以前の証明書、ポリシーのパターンの順)\
             に、当てはまる事業所が2つ以上ある証明書を指摘します。信頼できない証明書は対象外です。",
        en: "A certificate that two or more holders fit at the strongest clue there is: bound by hand, serial number \
             declared in the register, subject of an earlier certificate, pattern of the policy, in this order. Not \
             for untrusted certificates.",
    },
    why: Text {
        ja: "取り違えて対応付けると、請求できない事業所をできると数えてしまいます。",
        en: "Bound to the wrong one it would make a holder seem able to bill that is not.",
    },
    source: Text {
        ja: "台帳の対応付けの規則(候補が2つなら、どちらにも対応付けない)。",
        en: "The register's rule of binding: two candidates, matched to neither.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if facts.role != CertificateRole::EndEntity || facts.verdict.status == TrustStatus::Untrusted {
        return RuleAnswer::NotApplicable;
    }
    match &facts.holding.of {
        HolderMatch::NoRegister | HolderMatch::Nobody => RuleAnswer::NotApplicable,
        HolderMatch::Unknown | HolderMatch::Known(..) => RuleAnswer::Clear,
        HolderMatch::Ambiguous(keys) => {
            RuleAnswer::found(Evidence::new().with("candidates", keys.iter().map(shown).collect::<Vec<_>>()))
        }
    }
}
