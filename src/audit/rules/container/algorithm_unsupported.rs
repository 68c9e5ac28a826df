//! `algorithm-unsupported`.

use super::each_problem;
use crate::audit::rules::prelude::*;
use crate::container::ContainerProblem;

/// Protected or made in a way that is not supported.
pub static RULE: Rule = Rule {
    code: "algorithm-unsupported",
    family: RuleFamily::Container,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["algorithm", "offset"],
    title: Text { ja: "未対応の暗号方式", en: "Algorithm not supported" },
    message: Text {
        ja: "暗号方式「{algorithm}」に対応していないため、読めない部分があります({offset}バイト目)。",
        en: "Part of it cannot be read, since the algorithm {algorithm} is not supported (at byte {offset}).",
    },
    remedy: Text {
        ja: "証明書の入っているパソコンから、一般的な方式(AES256-SHA256 など)を選んで書き出し直してくださ\
             い。書き出せるのは、鍵を「エクスポート可能」として取り込んだパソコンだけです。書き出せない\
             場合は再発行が必要です。{apply}",
        en: "Export it again from the computer that has the certificate, with a common algorithm such as \
             AES256-SHA256. A key can be exported only where it was imported as exportable; otherwise a \
             new certificate is needed. {apply}",
    },
    what: Text {
        ja: "ファイルの暗号化、鍵の導出、完全性の確認に使われた方式のうち、shomei の知らないもの、\
             または実装していないものを、名前か OID で指摘します。",
        en: "An algorithm of encryption, key derivation or integrity that shomei does not know or does not have, by \
             its name or OID.",
    },
    why: Text {
        ja: "読めない部分の証明書は監査できません。特殊な方式のファイルは、\
             他のパソコンやソフトでも読み込めないことがあります。",
        en: "What cannot be read cannot be audited; and a file with unusual algorithms may not open on other \
             computers either.",
    },
    source: Text {
        ja: "RFC 7292、RFC 8018(パスワードによる暗号化)、RFC 9579(PBMAC1)。",
        en: "RFC 7292, RFC 8018 (password-based encryption), RFC 9579 (PBMAC1).",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    let mut named: Vec<&str> = Vec::new();
    each_problem(facts, |problem| {
        let ContainerProblem::Unsupported { algorithm, offset } = problem else { return None };
        if named.contains(&algorithm.as_str()) {
            return None;
        }
        named.push(algorithm);
        let offset = i64::try_from(*offset).unwrap_or(i64::MAX);
        Some(Evidence::new().with("algorithm", algorithm.as_str()).with("offset", offset))
    })
}
