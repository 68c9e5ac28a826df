//! `container-damaged`.

use crate::audit::rules::prelude::*;
use crate::container::{ContainerProblem, Damage};

/// Not what its format demands.
pub static RULE: Rule = Rule {
    code: "container-damaged",
    family: RuleFamily::Container,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["offset", "damage", "file"],
    title: Text { ja: "ファイルの破損", en: "Damaged file" },
    message: Text {
        ja: "ファイルの {offset}バイト目で読めなくなりました({damage})。",
        en: "It cannot be read from byte {offset} on ({damage}).",
    },
    remedy: Text {
        ja: "元の場所からコピーし直してください。メールやチャットで受け取ったファイルは、添付のまま受け取\
             り直してください。元のファイルも破損していれば、証明書の入っているパソコンから書き出し直し\
             てください。書き出せるのは、鍵を「エクスポート可能」として取り込んだパソコンだけです。書き\
             出せない場合は再発行が必要です。{apply}",
        en: "Copy the file again from where it came from; if it was sent by mail or chat, ask for it \
             again as an attachment. If the original is damaged too, export it again from the computer \
             that has the certificate. A key can be exported only where it was imported as exportable; \
             otherwise a new certificate is needed. {apply}",
    },
    what: Text {
        ja: "証明書のファイルと見分けられたのに、形式の規定に合わない箇所があって読み切れなかったものを、\
             その位置(先頭を 0 とするバイト数。暗号化された部分の中では復号後の位置)とともに指摘します。\
             読めた証明書はそのまま監査します。パスワード違い(password-unknown)、\
             未対応の方式(algorithm-unsupported)とは区別します。",
        en: "A file recognised as one with certificates that breaks its format somewhere, with the place (bytes \
             from 0; within an encrypted part, of what was decrypted). What could be read is audited. A wrong \
             password (password-unknown) and an algorithm that is not supported (algorithm-unsupported) are other \
             findings.",
    },
    why: Text {
        ja: "壊れた控えからは証明書を戻せません。壊れていることは、必要になった日に分かるのでは遅すぎます。",
        en: "From a damaged backup nothing can be restored, and the day on which it is needed is too late to learn \
             of it.",
    },
    source: Text {
        ja: "形式の規定: RFC 7292(PKCS#12)、RFC 5652(PKCS#7、CMS)、RFC 7468(PEM)。",
        en: "RFC 7292 (PKCS#12), RFC 5652 (PKCS#7, CMS), RFC 7468 (PEM).",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    // What is damaged once is often seen at several places: one finding a file, of the first.
    let mut damages = facts.problems.iter().filter_map(|problem| match problem {
        ContainerProblem::Damaged { offset, what } => Some((*offset, *what)),
        _ => None,
    });
    let Some((offset, what)) = damages.next() else { return RuleAnswer::Clear };
    let evidence = Evidence::new()
        .with("offset", i64::try_from(offset).unwrap_or(i64::MAX))
        .with("damage", damage_word(what))
        .with("file", facts.path);
    // What follows whole data harms nobody who reads the data.
    let severity = (what == Damage::Trailing).then_some(Severity::Warning);
    RuleAnswer::Findings(vec![Finding { severity, ..Finding::new(evidence) }])
}

fn damage_word(damage: Damage) -> CodedWord {
    let (code, text) = match damage {
        Damage::Truncated => ("truncated", Text { ja: "途中で終わっている", en: "it ends too early" }),
        Damage::Structure => (
            "structure",
            Text { ja: "そこにあるはずの項目がない", en: "something else than the format demands there" },
        ),
        Damage::Base64 => ("base64", Text { ja: "Base64 として読めない", en: "it is not Base64" }),
        Damage::PemEnd => ("pem-end", Text { ja: "PEM の終わりの行がない", en: "a PEM block has no end line" }),
        Damage::Decrypted => (
            "decrypted",
            Text {
                ja: "パスワードは正しいのに復号した中身が読めない",
                en: "the password is right, what it decrypts is not",
            },
        ),
        Damage::Mac => (
            "mac",
            Text {
                ja: "中身は開けるのに完全性の確認(MAC)が合わない",
                en: "it opens, but its integrity check (MAC) fails",
            },
        ),
        Damage::LineEnds => (
            "line-ends",
            Text {
                ja: "改行コードが変換されている(FTP のテキストモードなど)",
                en: "line ends were converted, as by FTP in its text mode",
            },
        ),
        Damage::Trailing => ("trailing", Text { ja: "その後ろに別のデータがある", en: "other data follows there" }),
    };
    CodedWord::new(code, text)
}
