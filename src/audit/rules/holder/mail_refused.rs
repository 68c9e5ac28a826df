//! `mail-refused`.

use super::{about, status};
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;

/// The holder's mail address takes no mail.
pub static RULE: Rule = Rule {
    code: "mail-refused",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["holder", "name", "mail", "refused_on", "reply"],
    title: Text { ja: "メールが届かない", en: "Mail refused" },
    message: Text {
        ja: "{name}({holder})のメールアドレス {mail} に送ったメールは、{refused_on} に受け取りを拒否されました({reply})。",
        en: "Mail to {mail}, the address of {name} ({holder}), was refused on {refused_on} ({reply}).",
    },
    remedy: Text {
        ja: "電話などで本人に正しいアドレスを確認し、台帳を直して取り込み直してください。それまでの案内は、\
             台帳にあるほかの連絡方法で行います。",
        en: "Ask the holder for the right address, correct the register and import it again. Until then \
             the holder is notified by another channel in the register.",
    },
    what: Text {
        ja: "shomei notify か run が最後に送ったとき、メールサーバーが「このアドレスには届けられない」(5xx)と答えた\
             アドレスを指摘します。利用中の事業所だけが対象です。次に届くか、台帳のアドレスが変わると、なくなります。",
        en: "An address that the mail server refused for good (5xx) when `shomei notify` or `run` last wrote to it, of a \
             holder in business. It ends when mail is taken again, or when the register has another address.",
    },
    why: Text {
        ja: "届かないと、期限の案内が誰にも伝わらないまま証明書が切れます。",
        en: "A reminder that nobody gets lets the certificate lapse.",
    },
    source: Text {
        ja: "RFC 5321 4.2.1(恒久的な失敗)。", en: "RFC 5321, 4.2.1 (permanent negative completion)."
    },
    judge: RuleCheck::Holder(judge),
};

fn judge(facts: &HolderFacts, context: &RuleContext) -> RuleAnswer {
    let Some(mail) = &facts.holder.contact.mail else { return RuleAnswer::NotApplicable };
    if status(facts.holder, context) != HolderStatus::Active {
        return RuleAnswer::NotApplicable;
    }
    let Some(refused) = facts.refused else { return RuleAnswer::Clear };
    let evidence = about(facts.holder)
        .with("mail", mail.as_str())
        .with("refused_on", EvidenceValue::Day(refused.on))
        .with("reply", refused.reply.as_str());
    RuleAnswer::found(evidence)
}
