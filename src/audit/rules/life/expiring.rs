//! `expiring`.

use super::cause;
use crate::audit::rules::prelude::*;

/// Within a tier of days before its effective expiry.
pub static RULE: Rule = Rule {
    code: "expiring",
    family: RuleFamily::Life,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["days_left", "tier", "end", "cause"],
    title: Text { ja: "期限間近", en: "Expiring" },
    message: Text {
        ja: "あと{days_left}日で期限が切れます({end}、{cause})。",
        en: "It expires on {end} ({cause}); days left: {days_left}.",
    },
    remedy: Text {
        ja: "{end} までに新しい証明書へ入れ替えられるように、更新を申請してください。{apply}申請日は \
             `shomei plan` で確認できます。",
        en: "Apply for its renewal so that the new certificate is installed by {end}. {apply} `shomei \
             plan` shows the day on which to apply.",
    },
    what: Text {
        ja: "有効な、事業所・代理人の証明書について、判定する日から実効有効期限の日までの暦日数を数え、\
             ポリシーの段階(expiring)のうち当てはまる最も短いものの重大度で指摘します。\
             どの段階よりも先なら指摘しません。ルート証明書と中間認証局には出しません。新しい証明書への入れ替えが\
             済んでいれば(renewed-not-installed を参照)、または更新しないと記録されていれば、情報にとどめます。",
        en: "For a living end-entity certificate the civil days from the day judged to the day of its effective \
             expiry are counted; the shortest tier of the policy (`expiring`) that holds gives the severity. Beyond \
             all tiers there is no finding. Not for roots and intermediates. Where a newer certificate has taken \
             its place (see renewed-not-installed), or it is recorded that it shall not be renewed, it is just info.",
    },
    why: Text {
        ja: "更新には申請・審査・設定の時間がかかります。期限が切れてから始めると、その間の手続きが止まります。",
        en: "A renewal takes time: application, approval, installation. If it begins after the end, work stands \
             still meanwhile.",
    },
    source: Text {
        ja: "ポリシーの expiring。60日、30日、14日、7日の段階は当プロジェクトの判断です。RFC 5280 \
             4.1.2.5 有効期間。",
        en: "`expiring` in the policy; the tiers of 60, 30, 14 and 7 days are decisions of this project. \
             RFC 5280 section 4.1.2.5, validity.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    if facts.role != CertificateRole::EndEntity {
        return RuleAnswer::NotApplicable;
    }
    if context.policy.tiers.is_empty() {
        return RuleAnswer::NotInForce;
    }
    let Some(end) = facts.end() else { return RuleAnswer::Undetermined };
    if end < context.at || facts.certificate.not_before.is_some_and(|begin| begin > context.at) {
        return RuleAnswer::NotApplicable;
    }
    // An end without a civil day ("no expiry", year 9999) is beyond every tier.
    let Some(left) = days_until(context, end) else { return RuleAnswer::Clear };
    let Some(tier) = context.policy.tiers.iter().find(|tier| left <= tier.value.days) else {
        return RuleAnswer::Clear;
    };
    let evidence = Evidence::new()
        .with("days_left", left)
        .with("tier", tier.value.days)
        .with("end", day_value(context, end))
        .with("cause", cause(facts));
    let settled = facts.holding.is_settled();
    RuleAnswer::Findings(vec![Finding {
        evidence,
        line: Some(tier.line),
        severity: Some(tier.value.severity),
        settled,
    }])
}
