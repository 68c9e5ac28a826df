//! `copied`.

use crate::audit::rules::prelude::*;

/// Its private key is in several places.
pub static RULE: Rule = Rule {
    code: "copied",
    family: RuleFamily::Container,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["count", "files"],
    title: Text { ja: "鍵の控えが複数ある", en: "Key in several places" },
    message: Text {
        ja: "同じ秘密鍵が{count}か所にあります({files})。",
        en: "The same private key lies in {count} places ({files}).",
    },
    remedy: Text {
        ja: "どのパソコン・誰の控えかを台帳に書き、不要なものは削除してください。複数のパソコンで使うため\
             の控えなら、そのままで構いません。",
        en: "Record in the register whose copies they are and for which computer, and delete those that \
             are not needed. Copies for several computers in use are fine.",
    },
    what: Text {
        ja: "この証明書の秘密鍵が、調べた範囲の2つ以上のファイルにあるものを指摘します。\
             鍵を復号して比べたときだけ(--keys match、既定)分かります。",
        en: "The private key of this certificate was found in two or more files of the scan. Known only where keys \
             are decrypted and compared (`--keys match`, the default).",
    },
    why: Text {
        ja: "複数のパソコンで使うために控えを作るのは普通のことですが、置き場所が増えるほど、\
             紛失や持ち出しに気づきにくくなります。",
        en: "Copies for several computers are usual; but the more places there are, the less a loss is noticed.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 8.2.2 鍵の控え。",
        en: "NIST SP 800-57 part 1, section 8.2.2, backup of keys.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let files = &facts.peers.key_places;
    match (files.count() > 1, context.keys) {
        (true, _) => RuleAnswer::found(Evidence::new().with("count", files.count()).with("files", files)),
        (false, KeyInspection::Match) => RuleAnswer::Clear,
        (false, KeyInspection::Presence | KeyInspection::Skip) => RuleAnswer::Undetermined,
    }
}
