//! `left-over`.

use super::{about, is_trusted, status};
use crate::audit::rules::prelude::*;
use crate::register::HolderStatus;

/// The certificate of a closed or moved holder is still on a disk.
pub static RULE: Rule = Rule {
    code: "left-over",
    family: RuleFamily::Holder,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["holder", "name", "status", "since", "files"],
    title: Text { ja: "使わない事業所の証明書が残っている", en: "Left over" },
    message: Text {
        ja: "{name}({holder})は{status}(時期: {since})ですが、証明書が残っています({files})。",
        en: "{name} ({holder}) is {status} (since: {since}), but its certificate is still on a disk \
             ({files}).",
    },
    remedy: Text {
        ja: "過去の通知文書を読むために必要な鍵は、アクセスを限定した場所へ移してください。ほかのシステム\
             でも使っていないことを確認したうえで、不要なら、パソコンと共有フォルダーから鍵とともに削除\
             してください。失効については、{desk}に相談してください。",
        en: "If the key is needed to read old notices, move it to a place with restricted access. If no \
             other system uses the certificate and it is not needed, delete it and its key from \
             computers and shares. Ask {desk} about revoking it.",
    },
    what: Text {
        ja: "台帳で廃止または代理へ移行となっている事業所の、信頼できる証明書がまだディスクにあるものを指摘します。\
             その時期が先の日付なら、その日までは指摘しません。\
             代理へ移行しても、請求のほかに証明書を使う(台帳の「請求のほかの利用」)事業所は指摘しません。",
        en: "A trusted certificate of a holder that the register calls closed or moved to an agent, while it still \
             lies on a disk. Where that begins on a later day, not before that day. \
             A holder that has moved to an agent and uses its certificate for something else (`uses` in the register) is \
             no finding.",
    },
    why: Text {
        ja: "使われていない有効な鍵は、盗まれても気づかれません。",
        en: "Nobody notices when a valid key that is not in use is stolen.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 8.3.4 鍵の破棄。台帳の利用状況。",
        en: "NIST SP 800-57 part 1, section 8.3.4, destruction of keys; the status in the register.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(holder) = facts.holder.filter(|_| is_trusted(facts)) else { return RuleAnswer::NotApplicable };
    // What it uses beside the claims takes a certificate of its own, whoever submits the claims.
    let (status, severity) = match status(holder, context) {
        HolderStatus::Closed => (CodedWord::new("closed", Text { ja: "廃止", en: "closed" }), Some(Severity::Warning)),
        HolderStatus::MovedToAgent if holder.uses.is_empty() => {
            (CodedWord::new("moved-to-agent", Text { ja: "代理へ移行済み", en: "served by an agent now" }), None)
        }
        _ => return RuleAnswer::Clear,
    };
    if !facts.holding.present {
        return RuleAnswer::Clear;
    }
    let mut files: Vec<String> = facts.places.iter().map(|place| place.path.clone()).collect();
    files.dedup();
    let evidence = about(holder).with("status", status).with("since", holder.status_since).with("files", files);
    RuleAnswer::Findings(vec![Finding { severity, ..Finding::new(evidence) }])
}
