//! `key-missing`.

use crate::audit::rules::prelude::*;
use crate::container::ContainerKind;

/// A PKCS#12 with the certificate and nowhere its private key.
pub static RULE: Rule = Rule {
    code: "key-missing",
    family: RuleFamily::Key,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["files"],
    title: Text { ja: "秘密鍵がない", en: "Private key missing" },
    message: Text {
        ja: "証明書はありますが、その秘密鍵がこのファイルにも、調べた範囲のどこにもありません({files})。",
        en: "The certificate is there, but its private key is neither in that file nor anywhere in the scan \
             ({files}).",
    },
    remedy: Text {
        ja: "証明書を使っているパソコンから、「秘密キーをエクスポートする」を選んで書き出し直してください。\
             秘密鍵を紛失した場合は、この証明書は使えません。書き出せるのは、鍵を「エクスポート可能」と\
             して取り込んだパソコンだけです。書き出せない場合は再発行が必要です。{apply}",
        en: "Export it again, with its private key, from the computer that uses it. If the private key \
             is lost, the certificate is of no use. A key can be exported only where it was imported as \
             exportable; otherwise a new certificate is needed. {apply}",
    },
    what: Text {
        ja: "事業所・代理人の証明書が PKCS#12(.p12、.pfx)に入っているのに、その秘密鍵が同じファイルにも、\
             同時に調べた他のファイルにも見つからないものを指摘します。\
             別の証明書の鍵と一緒に入っているファイルは key-mismatch が指摘し、ここでは数えません。鍵を調べない設定(--keys skip)や、\
             鍵の有無が分からないファイルがあるときは判定しません。",
        en: "An end-entity certificate in a PKCS#12 (.p12, .pfx) whose private key is neither in that file nor in \
             any other of the scan. A file in which it lies beside another's key is told by key-mismatch and \
             does not count here. Not told with `--keys skip`, or where it is not known of some file whether the \
             key is there.",
    },
    why: Text {
        ja: "秘密鍵のない証明書は、控えとしては役に立ちません。パソコンが壊れたときに初めて気づくことになります。",
        en: "A certificate without its key is no backup, and one notices only when the computer has failed.",
    },
    source: Text {
        ja: "RFC 7292 4.2 SafeBag(鍵と証明書の対応)。",
        en: "RFC 7292 section 4.2, safe bags (keys and their certificates).",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    if facts.role != CertificateRole::EndEntity {
        return RuleAnswer::NotApplicable;
    }
    if context.keys == KeyInspection::Skip {
        return RuleAnswer::Undetermined;
    }
    // A file with another certificate's key is reported by key-mismatch and says nothing about the
    // other files.
    let places = || facts.places.iter().filter(|place| place.key_matches != Some(false));
    if !facts.peers.key_places.is_empty() || places().any(|place| place.has_key == Some(true)) {
        return RuleAnswer::Clear;
    }
    let files: Vec<String> =
        places().filter(|place| place.container == ContainerKind::Pkcs12).map(|place| place.path.clone()).collect();
    if files.is_empty() {
        return RuleAnswer::NotApplicable;
    }
    if places().any(|place| place.has_key.is_none()) {
        return RuleAnswer::Undetermined;
    }
    RuleAnswer::found(Evidence::new().with("files", files))
}
