//! `key-shared`.

use crate::audit::rules::prelude::*;

/// One key under different subjects.
pub static RULE: Rule = Rule {
    code: "key-shared",
    family: RuleFamily::Key,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["count", "subjects", "files"],
    title: Text { ja: "別の名義と同じ鍵", en: "Key shared by different subjects" },
    message: Text {
        ja: "名義の違う証明書({subjects})が、同じ鍵を使っています。",
        en: "Certificates of other subjects ({subjects}) have the same key.",
    },
    remedy: Text {
        ja: "証明書は、名義ごとに別の鍵で発行を受ける必要があります。どれが誰のものかを確認し、共用してい\
             るものは再発行してください。{apply}それまでは、鍵を持つ人全員を把握してください。",
        en: "Each holder needs a certificate with its own key. Find out whose they are and have the \
             shared ones reissued. {apply} Until then keep track of everybody who has the key.",
    },
    what: Text {
        ja: "信頼できる証明書のうち、公開鍵が同じで所有者識別子の違うものがあるとき、それぞれを指摘します。\
             同じ名義の新旧の証明書が同じ鍵を使うことは指摘しません。",
        en: "Trusted certificates with the same public key and different subjects. That the old and the new \
             certificate of one subject have one key is no finding.",
    },
    why: Text {
        ja: "鍵を持つ人は、その鍵の証明書のどの名義にもなりすませます。誰が手続きしたのか分からなくなり、\
             1つの紛失で全員の証明書を取り消すことになります。",
        en: "Who has the key can act as each of the subjects. It cannot be determined who did what, and one loss means \
             that all of them must be revoked.",
    },
    source: Text {
        ja: "RFC 5280 4.1.2.6 所有者識別子と公開鍵の結びつき。",
        en: "RFC 5280 section 4.1.2.6, the subject bound to a public key.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let others = &facts.peers.key_shared_with;
    if others.is_empty() {
        return RuleAnswer::Clear;
    }
    let subjects = named(others, |peer| &peer.subject);
    RuleAnswer::found(
        Evidence::new()
            .with("count", others.count())
            .with("subjects", subjects)
            .with("files", named(others, |peer| &peer.path)),
    )
}
