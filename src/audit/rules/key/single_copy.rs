//! `single-copy`.

use crate::audit::holding::status_on;
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;
use crate::trust::TrustStatus;

/// Only one file with the private key was found.
pub static RULE: Rule = Rule {
    code: "single-copy",
    family: RuleFamily::Key,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["file"],
    title: Text { ja: "控えがない", en: "No second copy" },
    message: Text {
        ja: "秘密鍵を含むファイルは {file} だけで、控えが見つかりません。",
        en: "{file} is the only file found with its private key: there is no second copy.",
    },
    remedy: Text {
        ja: "パソコンの故障に備え、このファイルの控えを、アクセスを限定した別の場所(別のディスク)に保管し\
             てください。調べていないパソコンに控えがあれば、対応は不要です。",
        en: "Keep a second copy of this file in another place with restricted access, on another disk, \
             in case the computer fails. If there is a copy on a computer that was not scanned, nothing \
             needs to be done.",
    },
    what: Text {
        ja: "有効で信頼できる事業所・代理人の証明書のうち、調べた範囲で秘密鍵を含むファイルが1つだけのも\
             のを指摘します。新しい証明書に替わったもの、台帳に2台以上のパソコンがある事業所、廃止・代理\
             へ移行した事業所のものは指摘しません。パソコンの証明書ストアの中は調べません。",
        en: "A valid trusted certificate of a holder of which only one file with the private key was \
             found. Not for one that a newer certificate has replaced, nor for a holder with two or \
             more computers in the register, closed, or served by an agent. Certificate stores of \
             computers are not searched.",
    },
    why: Text {
        ja: "秘密鍵を失うと再発行が必要で、そのあいだ請求できなくなることがあります。",
        en: "If the private key is lost a new certificate is needed, and claims may have to wait for it.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 8.2.2 鍵の控え。",
        en: "NIST SP 800-57 part 1, section 8.2.2, backup of keys.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let is_living = facts.end().is_some_and(|end| end >= context.at);
    let is_needed = facts.holder.is_none_or(|holder| {
        matches!(status_on(holder, context.today()), HolderStatus::Active | HolderStatus::Suspended)
            && holder.places.len() < 2
    });
    if facts.role != CertificateRole::EndEntity
        || facts.verdict.status != TrustStatus::Trusted
        || facts.peers.superseded_by.is_some()
        || !is_living
        || !is_needed
    {
        return RuleAnswer::NotApplicable;
    }
    match (&facts.peers.key_places[..], context.keys) {
        ([file], KeyInspection::Match) => RuleAnswer::found(Evidence::new().with("file", file.as_str())),
        (_, KeyInspection::Match) => RuleAnswer::Clear,
        // Which files have its key is known only where keys are compared.
        (_, KeyInspection::Presence | KeyInspection::Skip) => RuleAnswer::Undetermined,
    }
}
