//! `password-expiring`.

use time::Duration;

use super::{about, status};
use crate::audit::rules::prelude::*;
use crate::policy::{DeskTaskKind, LocalizedText};
use crate::register::{Holder, HolderKind, HolderStatus};

/// The system password expires soon, or has.
pub static RULE: Rule = Rule {
    code: "password-expiring",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["holder", "name", "changed_on", "expires_on", "days_left", "state", "how"],
    title: Text { ja: "システムのパスワードの期限", en: "System password expiring" },
    message: Text {
        ja: "{name}({holder})のシステムのパスワードは、{expires_on} {state}(最後の変更 {changed_on}、残り\
             {days_left}日)。",
        en: "The system password of {name} ({holder}), last changed on {changed_on}, {state} on \
             {expires_on} (days left: {days_left}).",
    },
    remedy: Text {
        ja: "{how}変更した日は、台帳か shomei mark password-changed(パスワード変更)で記録してください。",
        en: "{how} Record the day of the change in the register or with `shomei mark password-changed`.",
    },
    what: Text {
        ja: "最後の変更から、ポリシーの日数(password_days)目の日が、判定する日から password_warning_days 日以内の\
             事業所と、すでに過ぎた事業所を指摘します。その日数目の日は、もう切れたものと数えます。\
             台帳と記録のうち、遅い方の変更日を使います。利用中の事業所だけが対象です。",
        en: "A holder in business whose password was changed so long ago that the day on which it is as old as the \
             policy allows (`password_days`) is at most `password_warning_days` away, or has come: on that day it \
             counts as expired. Of the register's day of change and a recorded one the later counts.",
    },
    why: Text {
        ja: "パスワードが切れていると、証明書が有効でもログインと請求の送信ができません。",
        en: "With an expired password login and sending fail, even with a valid certificate.",
    },
    source: Text {
        ja: "電子請求受付システム FAQ Q1(180日)。30日前からの案内と、180日目を期限切れと数えることは、当\
             プロジェクトの判断です。ポリシーの holders.password_days。",
        en: "e-seikyuu FAQ, Q1 (180 days). Warning from 30 days before, and counting day 180 as expired, \
             are decisions of this project. `holders.password_days` in the policy.",
    },
    judge: RuleCheck::Holder(judge),
};

fn judge(facts: &HolderFacts, context: &RuleContext) -> RuleAnswer {
    let Some(life) = context.policy.holders.password_days else { return RuleAnswer::NotInForce };
    if status(facts.holder, context) != HolderStatus::Active {
        return RuleAnswer::NotApplicable;
    }
    let (Some(changed), Some(today)) = (facts.password_changed, context.today()) else {
        return RuleAnswer::Undetermined;
    };
    let Some(expires) = changed.checked_add(Duration::days(life.value)) else { return RuleAnswer::Clear };
    let left = (expires - today).whole_days();
    if left > context.policy.holders.password_warning_days.value {
        return RuleAnswer::Clear;
    }
    let state = match left {
        1.. => CodedWord::new("expiring", Text { ja: "に期限が切れます", en: "expires" }),
        _ => CodedWord::new("expired", Text { ja: "に期限が切れました", en: "expired" }),
    };
    let evidence = about(facts.holder)
        .with("changed_on", EvidenceValue::Day(changed))
        .with("expires_on", EvidenceValue::Day(expires))
        .with("days_left", left)
        .with("state", state)
        .with("how", EvidenceValue::Name(how(facts.holder, context)));
    let severity = (left <= 0).then_some(Severity::Error);
    RuleAnswer::Findings(vec![Finding { severity, ..Finding::new(evidence).by(life.line) }])
}

/// How such a holder changes its password: agents do so in a system of their own.
fn how(holder: &Holder, context: &RuleContext) -> PolicyTerm {
    let agent = holder.kind == Some(HolderKind::Agent);
    match context.policy.desks.doing(DeskTaskKind::ChangePassword, agent) {
        Some((desk, how)) => PolicyTerm::new(&desk.id, Some(how)),
        None => {
            let (ja, en) = ("ログインしてパスワードを変更してください。".into(), "Log in and change it.".into());
            PolicyTerm::new("", Some(&LocalizedText { ja, en }))
        }
    }
}
