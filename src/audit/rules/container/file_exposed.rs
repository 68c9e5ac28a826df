//! `file-exposed`.

use crate::audit::rules::prelude::*;

/// Others may read a key that nothing guards.
pub static RULE: Rule = Rule {
    code: "file-exposed",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["permissions", "cause", "place"],
    title: Text { ja: "誰でも読める鍵ファイル", en: "Exposed key file" },
    message: Text {
        ja: "{cause}を含むファイルを、所有者以外も読めるおそれがあります({place})。",
        en: "Others than its owner may be able to read this file with {cause} ({place}).",
    },
    remedy: Text {
        ja: "ファイルを本人と管理者だけが読める場所へ移すか、アクセス権を改めてください(Linux なら \
             `chmod 600`、Windows ならフォルダーの「共有」と「セキュリティ」の設定)。暗号化されていない\
             鍵は、パスワードを付けて書き出し直してください。すでに多くの人が読めた場合は、失効と再発行\
             を検討してください。{revoke}",
        en: "Move the file to where only its owner and the administrators can read it, or restrict its \
             permissions (`chmod 600` on Linux, the sharing and security settings of the folder on \
             Windows). Export an unencrypted key again with a password. If many people could read it, \
             consider revoking and replacing the certificate. {revoke}",
    },
    what: Text {
        ja: "暗号化されていない秘密鍵、または空のパスワードで開く秘密鍵を含むファイルで、所有者以外のユー\
             ザーが読めるアクセス権になっているもの、ネットワーク上の共有フォルダーや Windows の「パブリ\
             ック」フォルダーにあるものを指摘します。Windows のアクセス権(ACL)は調べません。",
        en: "A file with private keys that are not encrypted, or that the empty password opens, which \
             others than the owner may read by its permissions, or which is on a network share or in \
             the Public folder of Windows. Access control lists of Windows are not examined.",
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
    let place = match (facts.readable_by_others, facts.shared_place) {
        (Some(permissions), _) => {
            let text = Text { ja: "アクセス権 {detail}", en: "permissions {detail}" };
            CodedWord::with_detail("permissions", text, permissions)
        }
        (None, Some(share)) => {
            let text = Text { ja: "共有の場所 {detail}", en: "the shared place {detail}" };
            CodedWord::with_detail("share", text, share)
        }
        (None, None) => return RuleAnswer::Clear,
    };
    let permissions = facts.readable_by_others.map_or(EvidenceValue::Unknown, EvidenceValue::from);
    RuleAnswer::found(Evidence::new().with("permissions", permissions).with("cause", cause).with("place", place))
}
