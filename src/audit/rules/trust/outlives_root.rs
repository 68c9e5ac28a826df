//! `outlives-root`.

use crate::audit::rules::prelude::*;

/// A certificate that claims to live longer than its issuers.
pub static RULE: Rule = Rule {
    code: "outlives-root",
    family: RuleFamily::Trust,
    severity: Severity::Warning,
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
        ja: "更新の予定は実効有効期限の {effective_expiry} を基準に立て直してください。発行元(認証局の運営者)に、\
             新しい世代のルート証明書による再発行の予定を確かめてください。",
        en: "Plan its renewal by {effective_expiry}, and ask the CA's operator when certificates are issued again \
             under a new root.",
    },
    what: Text {
        ja: "証明書の期限(notAfter)が、認証パス上で最も早い期限より後のものを指摘します。\
             期限切れ(expired)と期限間近(expiring)は、この実効有効期限で判断します。",
        en: "A certificate whose notAfter is later than the earliest notAfter on its path. `expired` and `expiring` \
             go by that effective expiry.",
    },
    why: Text {
        ja: "証明書に書かれた期限を信じて予定を立てると、ある日突然、同じルートの下の証明書が一斉に使えなくなります\
             。",
        en: "Who plans by the date that the certificate shows is surprised by the day on which all certificates \
             under that root fail at once.",
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
    RuleAnswer::found(evidence)
}
