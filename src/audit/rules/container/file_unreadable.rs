//! `file-unreadable`.

use crate::audit::rules::prelude::*;

/// The system refused to open or read the file.
pub static RULE: Rule = Rule {
    code: "file-unreadable",
    family: RuleFamily::Container,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["error"],
    title: Text { ja: "ファイルを読めない", en: "File cannot be read" },
    message: Text {
        ja: "ファイルを開けないか、読み取れません({error})。",
        en: "The file cannot be opened or read ({error}).",
    },
    remedy: Text {
        ja: "アクセス権、ほかのソフトで開いていないか、ネットワークや媒体の接続を確認して、もう一度実行し\
             てください。",
        en: "Check its permissions, whether another program has it open, and the network or the medium, \
             then run again.",
    },
    what: Text {
        ja: "調べる範囲にあるファイルを、システムが開かせないか、途中で読み取りに失敗したものを、\
             システムの示した理由とともに指摘します。名指しされた入力元そのものが開けないときは、\
             監査を始めずに終了します(終了コード 2)。",
        en: "A file within the scan that the system does not let us open, or that failed while it was read, with \
             the system's own words. A source that was named and cannot be opened at all ends the run with exit \
             code 2.",
    },
    why: Text {
        ja: "読めなかったファイルに期限の近い証明書があっても、誰も気づきません。",
        en: "A certificate about to expire in a file that was not read is noticed by nobody.",
    },
    source: Text { ja: "オペレーティングシステムの応答。", en: "The operating system's answer." },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    match facts.io_error {
        None => RuleAnswer::Clear,
        Some(error) => RuleAnswer::found(Evidence::new().with("error", error)),
    }
}
