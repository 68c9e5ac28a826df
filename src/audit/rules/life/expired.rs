//! `expired`.

use super::cause;
use crate::audit::rules::prelude::*;

/// Its effective expiry has passed.
pub static RULE: Rule = Rule {
    code: "expired",
    family: RuleFamily::Life,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["end", "days_ago", "cause", "expires_on"],
    title: Text { ja: "期限切れ", en: "Expired" },
    message: Text {
        ja: "有効期限({end}、{cause})が切れています({days_ago}日前)。",
        en: "It expired on {end} ({cause}); days since: {days_ago}.",
    },
    remedy: Text {
        ja: "請求などに使っているものなら、すぐに新しい証明書を申請してください。{apply}すでに新しい証明\
             書があれば、対応は不要です。過去の通知文書を読むために鍵を残す場合は、ポリシーの \
             suppressions に理由と期限を書くと、この指摘を抑止できます。",
        en: "If it is in use, apply for a new certificate at once. {apply} If there is a new one \
             already, nothing needs to be done. If the key is kept to read old notices, a suppression \
             in the policy, with a reason and an end date, hides this finding.",
    },
    what: Text {
        ja: "事業所・代理人の証明書について、実効有効期限(認証パスがあればその中で最も早い期限、なければ\
             証明書自身の期限)が、判定する時点より前のものを指摘します。期限の時刻ちょうどはまだ有効です。\
             ルート証明書と中間認証局には出しません。その期限は実効有効期限と outlives-root、\
             untrusted-path に現れます。新しい証明書への入れ替えが済んでいれば(renewed-not-installed を\
             参照)、更新しないと記録されていれば、または同じ事業所・代理人に有効な証明書があれば、情報に\
             とどめます。",
        en: "An end-entity certificate whose effective expiry (the earliest notAfter on its path, or its \
             own where there is no path) is before the moment judged; in that very second it is still \
             valid. Not for roots and intermediates: their expiry shows in the effective expiry, in \
             outlives-root and in untrusted-path. Where a newer certificate has taken its place (see \
             renewed-not-installed), where it is recorded as not to be renewed, or where its holder has \
             a valid certificate, it is only info.",
    },
    why: Text {
        ja: "この証明書では請求の送信も通知文書の取得もできません。締め切り当日に気づいても、再発行は間に\
             合いません。",
        en: "It can be used neither to connect nor to sign. On the day of a deadline it is too late for \
             a new one.",
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
    let Some(end) = facts.end() else { return RuleAnswer::Undetermined };
    if end >= context.at {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("end", day_value(context, end))
        .with("days_ago", days_until(context, end).map_or(EvidenceValue::Unknown, |days| EvidenceValue::Number(-days)))
        .with("cause", cause(facts))
        .with("expires_on", facts.expires_on);
    // Where the holder has a living one, what is left to do is told by renewed-not-installed.
    let severity = facts.peers.superseded_by.is_some().then_some(Severity::Info);
    RuleAnswer::Findings(vec![Finding { settled: facts.holding.is_settled(), severity, ..Finding::new(evidence) }])
}
