//! `superseded`.

use crate::audit::rules::prelude::*;
use crate::trust::TrustStatus;

/// A later certificate of the same holder is alive.
pub static RULE: Rule = Rule {
    code: "superseded",
    family: RuleFamily::Life,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["by", "by_sha256", "by_expires_on"],
    title: Text { ja: "新しい証明書がある", en: "Superseded" },
    message: Text {
        ja: "同じ名義の新しい証明書({by}、{by_expires_on} まで)があります。",
        en: "There is a newer certificate of the same holder ({by}, until {by_expires_on}).",
    },
    remedy: Text {
        ja: "新しい証明書が使えることを確認したら、古い証明書は使わないでください。過去の通知文書など、こ\
             の証明書に宛てて暗号化された文書を読むために、鍵とともに安全な場所に保管してください。",
        en: "Once the new certificate works, stop using the old one. Keep it with its key in a safe \
             place to read documents that are encrypted to it, such as old notices.",
    },
    what: Text {
        ja: "発行元・事業所・用途が同じで、どちらも信頼でき、後から始まった証明書が判定する時点で有効なとき、\
             古い方を指摘します。台帳で事業所が分からなければ、所有者識別子が同じものを同じ事業所とみなします。\
             用途が同じとは、利用区分が同じか、新しい方が古い方のサービスをすべて請求できることです。",
        en: "The older of two certificates of the same issuer, holder and purpose, both trusted, of which the later \
             is alive at the moment judged. Where no register shows the holder, one subject is one holder. The \
             purpose is the same if the usage category is, or if the later one is valid for all that the older is.",
    },
    why: Text {
        ja: "古い証明書を使い続けると期限で止まります。使わない鍵が残っていると、それだけ盗まれる機会が増えます。",
        en: "Who keeps using the old one stops at its end; and a key that nobody needs is one more to be stolen.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 5.3.4(鍵の使用期間と、復号のための保管)。",
        en: "NIST SP 800-57 part 1, section 5.3.4, cryptoperiods and keys kept for decryption.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    if facts.role != CertificateRole::EndEntity || facts.verdict.status != TrustStatus::Trusted {
        return RuleAnswer::NotApplicable;
    }
    let Some(later) = &facts.peers.superseded_by else { return RuleAnswer::Clear };
    let evidence = Evidence::new()
        .with("by", later.path.as_str())
        .with("by_sha256", EvidenceValue::Hex(later.sha256.to_vec()))
        .with("by_expires_on", later.expires_on);
    RuleAnswer::found(evidence)
}
