//! `holder-unknown`.

use crate::audit::holding::HolderMatch;
use crate::audit::rules::prelude::*;
use crate::trust::TrustStatus;

/// No holder of the register is known for it.
pub static RULE: Rule = Rule {
    code: "holder-unknown",
    family: RuleFamily::Holder,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["subject", "serial"],
    title: Text { ja: "事業所が分からない証明書", en: "Holder unknown" },
    message: Text {
        ja: "台帳のどの事業所のものか分かりません({subject}、シリアル番号 {serial})。",
        en: "It is not known whose of the register it is ({subject}, serial number {serial}).",
    },
    remedy: Text {
        ja: "shomei register match --export で一覧を書き出して記入し、--import で取り込むか、shomei bind \
             で1枚ずつ指定してください。台帳の申告シリアル番号に書いても対応付けられます。どの事業所・代\
             理人のものでもなければ、そのように指定できます。",
        en: "Export the list with `shomei register match --export`, fill it in and import it with \
             `--import`, or assign certificates one by one with `shomei bind`, which can also record \
             that a certificate belongs to nobody. A serial number declared in the register matches too.",
    },
    what: Text {
        ja: "台帳があるとき、ポリシーの認証局が発行した事業所・代理人の証明書のうち、手での対応付け、台帳の申告シリアル番号、\
             同じ名義の以前の証明書、ポリシーのパターンのどれでも事業所が決まらないものと、対応付けた事業所が\
             台帳から消えたものを指摘します。信頼できない証明書は対象外です。",
        en: "Where there is a register: an end-entity certificate of one of the policy's CAs whose holder neither a \
             binding by hand, nor a declared serial number, nor the subject of an earlier certificate, nor a pattern \
             tells; or whose holder has vanished from the register. Not for untrusted certificates.",
    },
    why: Text {
        ja: "事業所が分からない証明書は、請求できるかどうかの判断に使えず、更新の連絡先も分かりません。",
        en: "It cannot count when it is asked who can bill, and nobody knows whom to tell of its end.",
    },
    source: Text { ja: "台帳の対応付けの規則。", en: "The register's rules of binding." },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let ours = facts.role == CertificateRole::EndEntity && facts.authority.is_some();
    if !ours || facts.verdict.status == TrustStatus::Untrusted {
        return RuleAnswer::NotApplicable;
    }
    match &facts.holding.of {
        HolderMatch::NoRegister | HolderMatch::Nobody => return RuleAnswer::NotApplicable,
        HolderMatch::Ambiguous(_) => return RuleAnswer::Clear,
        HolderMatch::Known(..) if facts.holder.is_some() => return RuleAnswer::Clear,
        HolderMatch::Unknown | HolderMatch::Known(..) => {}
    }
    let evidence =
        Evidence::new().with("subject", facts.certificate.subject.printed()).with("serial", &facts.certificate.serial);
    RuleAnswer::found(evidence)
}
