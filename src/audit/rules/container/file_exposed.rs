//! `file-exposed`.

use crate::audit::rules::prelude::*;

/// Others may read a key that nothing guards.
pub static RULE: Rule = Rule {
    code: "file-exposed",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["permissions", "cause"],
    title: Text { ja: "誰でも読める鍵ファイル", en: "Exposed key file" },
    message: Text {
        ja: "{cause}を含むファイルを、所有者以外も読めます(アクセス権 {permissions})。",
        en: "Others than its owner may read this file with {cause} (permissions {permissions}).",
    },
    remedy: Text {
        ja: "ファイルを本人と管理者だけが読める場所とアクセス権に改め(Linux なら `chmod 600`)、\
             パスワードを付けて書き出し直してください。すでに多くの人が読めたなら、\
             発行元(認証局の運営者)に失効と再発行を相談してください。",
        en: "Restrict the file to its owner (`chmod 600` on Linux) and export it again with a password. If many \
             could read it, ask the CA's operator about revoking and reissuing.",
    },
    what: Text {
        ja: "暗号化されていない秘密鍵、または空のパスワードで開く秘密鍵を含むファイルで、\
             所有者以外の利用者が読めるアクセス権になっているものを指摘します。\
             アクセス権が分からない環境では判定しません。",
        en: "A file with private keys that are not encrypted, or that the empty password opens, which others than \
             the owner may read. Not told where the system does not say who may read it.",
    },
    why: Text {
        ja: "読める人は誰でも鍵を写し取り、証明書の持ち主になりすませます。写し取られても痕跡は残りません。",
        en: "Whoever may read it can copy the key and act as the holder, and copying leaves no trace.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 6 章 鍵の保護。",
        en: "NIST SP 800-57 part 1, section 6, protection of keys.",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    let empty = facts.opening.is_some_and(|opening| opening.empty);
    let cause = match (facts.plain_keys, facts.keys) {
        (1.., _) => {
            CodedWord::new("unencrypted", Text { ja: "暗号化されていない秘密鍵", en: "an unencrypted private key" })
        }
        (0, 1..) if empty => CodedWord::new(
            "empty-password",
            Text { ja: "空のパスワードの秘密鍵", en: "a private key under the empty password" },
        ),
        _ => return RuleAnswer::NotApplicable,
    };
    match facts.readable_by_others {
        None => RuleAnswer::Clear,
        Some(permissions) => RuleAnswer::found(Evidence::new().with("permissions", permissions).with("cause", cause)),
    }
}
