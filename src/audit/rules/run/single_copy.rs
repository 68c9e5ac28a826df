//! `single-copy`.

use crate::audit::facts::RunFacts;
use crate::audit::holding::status_on;
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;
use crate::trust::TrustStatus;

/// Only one file with the private key was found.
pub static RULE: Rule = Rule {
    code: "single-copy",
    family: RuleFamily::Run,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["count", "files"],
    title: Text { ja: "控えがない", en: "No second copy" },
    message: Text {
        ja: "秘密鍵を含むファイルが1つだけで、控えの見つからない証明書が{count}件あります({files})。",
        en: "Certificates with only one file that has their private key, and no second copy: {count} \
             ({files}).",
    },
    remedy: Text {
        ja: "パソコンの故障に備え、これらのファイルの控えを、アクセスを限定した別の場所(別のディスク)に保\
             管してください。調べていないパソコンに控えがあれば、対応は不要です。",
        en: "Keep a second copy of these files in another place with restricted access, on another disk, \
             in case a computer fails. Nothing needs to be done where there is a copy on a computer \
             that was not scanned.",
    },
    what: Text {
        ja: "有効で信頼できる事業所・代理人の証明書のうち、調べた範囲で秘密鍵を含むファイルが1つだけのも\
             のを数え、全体で1つの指摘にまとめます。証拠には1,000件まで示します。新しい証明書に替わった\
             もの、台帳に2台以上のパソコンがある事業所、廃止・代理へ移行した事業所のものは数えません。パ\
             ソコンの証明書ストアの中は調べません。",
        en: "Counts the valid trusted certificates of holders of which only one file with the private \
             key was found, in one finding for the whole audit; its evidence names up to 1,000 files. \
             Those that a newer certificate has replaced, and those of holders that have two or more \
             computers in the register, are closed or served by an agent, are not counted. Certificate \
             stores of computers are not searched.",
    },
    why: Text {
        ja: "秘密鍵を失うと再発行が必要で、そのあいだ請求できなくなることがあります。",
        en: "If the private key is lost a new certificate is needed, and claims may have to wait for it.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 8.2.2 鍵の控え。",
        en: "NIST SP 800-57 part 1, section 8.2.2, backup of keys.",
    },
    judge: RuleCheck::Run(judge),
};

fn judge(facts: &RunFacts, context: &RuleContext) -> RuleAnswer {
    match (facts.single_copies.count, context.keys) {
        (0, KeyInspection::Match) => RuleAnswer::Clear,
        // Which files have its key is known only where keys are compared.
        (_, KeyInspection::Presence | KeyInspection::Skip) => RuleAnswer::Undetermined,
        (count, KeyInspection::Match) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let files = facts.single_copies.files.clone();
            RuleAnswer::found(Evidence::new().with("count", count).with("files", files))
        }
    }
}

/// The only file with the key of a certificate that is still needed; none where there are more, or
/// none is known, or a second copy would be of no use.
pub fn only_file<'a>(facts: &CertificateFacts<'a>, context: &RuleContext) -> Option<&'a str> {
    let is_living = facts.end().is_some_and(|end| end >= context.at);
    let is_used = facts.holder.is_none_or(|holder| {
        let status = status_on(holder, context.today());
        matches!(status, HolderStatus::Active | HolderStatus::Suspended) && holder.places.len() < 2
    });
    let is_needed = facts.role == CertificateRole::EndEntity
        && facts.verdict.status == TrustStatus::Trusted
        && facts.peers.superseded_by.is_none()
        && is_living
        && is_used;
    match facts.peers.key_places.named() {
        [file] if is_needed => Some(file),
        _ => None,
    }
}
