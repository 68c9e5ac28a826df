//! `serial-reused`.

use crate::audit::rules::prelude::*;

/// One serial number on two certificates of one issuer key.
pub static RULE: Rule = Rule {
    code: "serial-reused",
    family: RuleFamily::Key,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["serial", "issuer", "count", "files"],
    title: Text { ja: "シリアル番号の重複", en: "Serial number reused" },
    message: Text {
        ja: "同じ発行元({issuer})が、同じシリアル番号 {serial} で別の証明書を発行しています({files})。",
        en: "The same issuer ({issuer}) has issued another certificate with serial number {serial} ({files}).",
    },
    remedy: Text {
        ja: "2つの証明書のファイルとシリアル番号を{desk}に示し、どちらが正しいかを確認してください。",
        en: "Show both files and their serial number to {desk} and ask which of them is genuine.",
    },
    what: Text {
        ja: "信頼できる証明書のうち、署名した鍵とシリアル番号が同じで中身の違うものがあるとき、\
             それぞれを指摘します。同じ名前でも世代(鍵)の違うルートが同じ番号を使うことは問題にしません。",
        en: "Trusted certificates signed by the same key that have the same serial number and are not the same. \
             Roots of one name but different generations (keys) may use a number each.",
    },
    why: Text {
        ja: "失効はシリアル番号で示されるため、一方の失効がもう一方まで止めます。発行の管理が崩れているか、\
             鍵が不正に使われたしるしです。",
        en: "Revocation goes by serial number, so revoking one stops the other. It is a sign that issuing is out of \
             order, or of a stolen CA key.",
    },
    source: Text {
        ja: "RFC 5280 4.1.2.2 シリアル番号は認証局ごとに一意。",
        en: "RFC 5280 section 4.1.2.2: unique for each CA.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let others = &facts.peers.serial_reused_by;
    if others.is_empty() {
        return RuleAnswer::Clear;
    }
    let evidence = Evidence::new()
        .with("serial", &facts.certificate.serial)
        .with("issuer", facts.certificate.issuer.printed())
        .with("count", others.count())
        .with("files", named(others, |peer| &peer.path));
    RuleAnswer::found(evidence)
}
