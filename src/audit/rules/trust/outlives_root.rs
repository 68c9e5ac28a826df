//! `outlives-root`.

use crate::audit::rules::prelude::*;

/// A certificate that claims to live longer than its issuers.
pub static RULE: Rule = Rule {
    code: "outlives-root",
    family: RuleFamily::Trust,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["expires_on", "effective_expiry"],
    title: Text { ja: "発行元より長い有効期間", en: "Outlives its root" },
    message: Text {
        ja: "証明書の期限は {expires_on} ですが、発行元の証明書が先に切れるため、\
             実際に使えるのは {effective_expiry} までです(実効有効期限)。",
        en: "It says it lasts until {expires_on}, but an issuer's certificate ends first: in effect it lasts until \
             {effective_expiry}.",
    },
    remedy: Text {
        ja: "更新の予定は、実効有効期限の {effective_expiry} を基準に立ててください。新しい世代のルート証\
             明書による再発行の予定は、{desk}に確認してください。",
        en: "Plan the renewal by its effective expiry, {effective_expiry}. Ask {desk} when certificates \
             are issued under a new root.",
    },
    what: Text {
        ja: "証明書の期限(notAfter)が、認証パス上で最も早い期限より後のものを指摘します。その期限の1年前\
             までは情報、それからは警告です。期限切れ(expired)と期限間近(expiring)は、この実効有効期限で\
             判断します。",
        en: "A certificate whose notAfter is later than the earliest notAfter on its path: info until a \
             year before that date, then a warning. `expired` and `expiring` go by that effective \
             expiry.",
    },
    why: Text {
        ja: "証明書に書かれた期限で予定を立てると、同じルートの証明書が同じ日に一斉に使えなくなります。",
        en: "If renewals are planned by the date in the certificate, all certificates under that root \
             fail on one day.",
    },
    source: Text {
        ja: "RFC 5280 6.1.3 (a) (2)、認証パスのすべての証明書が有効期間内であること。",
        en: "RFC 5280 section 6.1.3 (a) (2): every certificate on the path must be within its validity.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(effective) = facts.verdict.effective_expiry.filter(|_| facts.role == CertificateRole::EndEntity) else {
        return RuleAnswer::NotApplicable;
    };
    let Some(own) = facts.certificate.not_after else { return RuleAnswer::Undetermined };
    if own <= effective {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("expires_on", day_value(context, own))
        .with("effective_expiry", day_value(context, effective));
    // A date years ahead asks for nothing yet: until a year before it the finding is for planning.
    let is_near = days_until(context, effective).is_none_or(|days| days <= 365);
    let severity = is_near.then_some(Severity::Warning);
    RuleAnswer::Findings(vec![Finding { severity, ..Finding::new(evidence) }])
}
