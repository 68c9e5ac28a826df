//! `renewed-not-installed`.

use super::{is_trusted, words};
use crate::audit::holding::{CoverageReason, Renewal, UnmetConditions};
use crate::audit::rules::prelude::*;

/// It was renewed, but the new one is not yet where it should be.
pub static RULE: Rule = Rule {
    code: "renewed-not-installed",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["by", "by_sha256", "by_expires_on", "lacking", "places"],
    title: Text { ja: "更新後の証明書が未導入", en: "Renewed, not installed" },
    message: Text {
        ja: "新しい証明書({by}、{by_expires_on} まで)がありますが、入れ替えが済んだと確かめられません\
             ({lacking}。未確認のパソコン: {places})。",
        en: "There is a newer certificate ({by}, until {by_expires_on}), but nothing shows that it has taken this \
             one's place ({lacking}; PCs without it: {places}).",
    },
    remedy: Text {
        ja: "新しい証明書を秘密鍵とともに、使うパソコンすべてにインストールしてください。済んだパソコンは \
             shomei mark installed(導入済)で記録できます。古い証明書と鍵は、過去の通知文書を読むために残\
             してください。",
        en: "Install the new certificate with its key on every computer that uses it; record it with \
             `shomei mark installed`. Keep the old certificate and its key: old notices are encrypted \
             to it.",
    },
    what: Text {
        ja: "同じ事業所(台帳がなければ同じ名義)・同じ発行元・同じ用途の、後から始まった有効で信頼できる証明書があるのに、\
             その鍵が見つからないか、利用区分がサービスに合わないか、台帳のパソコンのどれかで鍵とともに見つかっておらず\
             導入済の記録もないとき、古い方を指摘します。そろえば、古い方の expired と expiring は情報になります。",
        en: "The earlier certificate, where a later one of the same holder (without a register: of the same subject), \
             issuer and purpose is trusted and alive, but its key was not found, or its usage category does not fit, \
             or it was neither seen with its key on every PC of the register nor recorded as installed there. Once \
             all is there, `expired` and `expiring` of the earlier one become info.",
    },
    why: Text {
        ja: "更新の手続きだけで安心していると、パソコンに残った古い証明書の期限で請求が止まります。",
        en: "Who trusts in the renewal alone stops on the day when the old one, still in the PC, ends.",
    },
    source: Text {
        ja: "通知文書の暗号化(大阪府国保連合会の案内、2026-11-30 確認)。台帳の設置場所。",
        en: "Notices are encrypted to the certificate (notice of the Osaka federation, retrieved on \
             2026-11-30); the computers in the register.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let (true, Some(later)) = (is_trusted(facts), &facts.peers.superseded_by) else {
        return RuleAnswer::NotApplicable;
    };
    let Renewal::NotInstalled(lacking) = &facts.holding.renewal else { return RuleAnswer::Clear };
    let unexamined = lacking.reasons == [CoverageReason::KeyNotExamined] && lacking.places.is_empty();
    if unexamined && context.keys != KeyInspection::Match {
        return RuleAnswer::Undetermined;
    }
    let evidence = Evidence::new()
        .with("by", later.path.as_str())
        .with("by_sha256", EvidenceValue::Hex(later.sha256.to_vec()))
        .with("by_expires_on", later.expires_on)
        .with("lacking", missing(lacking))
        .with("places", lacking.places.clone());
    RuleAnswer::found(evidence)
}

fn missing(lacking: &UnmetConditions) -> Vec<CodedWord> {
    let mut missing = words(&lacking.reasons);
    if !lacking.places.is_empty() {
        let text = Text { ja: "導入を確かめていないパソコンがある", en: "not seen on every PC" };
        missing.push(CodedWord::new("not-installed", text));
    }
    missing
}
