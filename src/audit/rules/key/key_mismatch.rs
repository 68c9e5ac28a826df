//! `key-mismatch`.

use crate::audit::rules::prelude::*;

/// The private key beside the certificate is another's.
pub static RULE: Rule = Rule {
    code: "key-mismatch",
    family: RuleFamily::Key,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["files"],
    title: Text { ja: "秘密鍵が証明書と合わない", en: "Private key does not match" },
    message: Text {
        ja: "このファイルの秘密鍵は、この証明書のものではありません({files})。",
        en: "The private key in the file is not this certificate's ({files}).",
    },
    remedy: Text {
        ja: "証明書を使っているパソコンから、正しい秘密鍵とともに書き出し直してください。書き出せるのは、\
             鍵を「エクスポート可能」として取り込んだパソコンだけです。書き出せない場合は再発行が必要で\
             す。{apply}",
        en: "Export it again, with the right private key, from the computer that uses it. A key can be \
             exported only where it was imported as exportable; otherwise a new certificate is needed. \
             {apply}",
    },
    what: Text {
        ja: "ファイルの中でこの証明書の鍵として結びつけられている秘密鍵から公開鍵を求め、証明書の公開鍵と比べて、\
             違うものを指摘します(--keys match、既定)。ファイルについての指摘なので、\
             同じ証明書の別のファイルの判定は変わりません。鍵の中身を表示したり保存したりすることはありません。",
        en: "The public key that belongs to the private key linked with this certificate in the file is compared \
             with the certificate's own (`--keys match`, the default). It is a fact of the file that is named: other files \
             with the same certificate are not affected. The key itself is never shown or kept.",
    },
    why: Text {
        ja: "読み込めても、署名や接続の段になって初めて失敗します。更新時に古い鍵と新しい証明書を組み合わせたときに\
             よく起こります。",
        en: "It can be installed, but fails when something is to be signed or connected. It happens where at a \
             renewal the new certificate was put together with the old key.",
    },
    source: Text {
        ja: "RFC 7292 4.2 SafeBag と localKeyID。RFC 5280 4.1.2.7 公開鍵。",
        en: "RFC 7292 section 4.2, safe bags and localKeyID. RFC 5280 section 4.1.2.7, public key.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let mismatched = facts.places.iter().filter(|place| place.key_matches == Some(false));
    let files: Vec<String> = mismatched.map(|place| place.path.clone()).collect();
    match (files.is_empty(), context.keys) {
        (false, _) => RuleAnswer::found(Evidence::new().with("files", files)),
        (true, KeyInspection::Match) => RuleAnswer::Clear,
        (true, KeyInspection::Presence | KeyInspection::Skip) => RuleAnswer::Undetermined,
    }
}
