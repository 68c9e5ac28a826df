//! `password-weak`.

use crate::audit::PasswordFault;
use crate::audit::rules::prelude::*;

/// The password of a container is easy to guess.
pub static RULE: Rule = Rule {
    code: "password-weak",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["reasons"],
    title: Text { ja: "推測されやすいパスワード", en: "Weak password" },
    message: Text {
        ja: "このファイルのパスワードは推測されやすいものです: {reasons}。",
        en: "The password of this file is easy to guess: {reasons}.",
    },
    remedy: Text {
        ja: "証明書の入っているパソコンから、8文字以上の推測されにくいパスワードで書き出し直し、このファ\
             イルは削除してください。書き出せるのは、鍵を「エクスポート可能」として取り込んだパソコンだ\
             けです。書き出せない場合は、ファイルを読める人を限定してください。",
        en: "Export the certificate again with a password of at least 8 characters that is hard to \
             guess, and delete this file. A key can be exported only where it was imported as \
             exportable; if that is not possible, restrict who can read the file.",
    },
    what: Text {
        ja: "秘密鍵を含むファイルを開いたパスワードが、8文字未満のもの、10桁の数字(事業所番号の形)のもの、\
             証明書の名義かフレンドリ名に含まれるものを指摘します。パスワードは示しません。空のパスワー\
             ドは container-weak と file-exposed で指摘します。",
        en: "A file with private keys whose password has fewer than 8 characters, is ten digits (the \
             form of a provider number), or is in the subject or friendlyName of the certificate. The \
             password itself is never shown. The empty password is for container-weak and file-exposed.",
    },
    why: Text {
        ja: "事業所番号は公表されており、短いパスワードは総当たりで破られます。ファイルが持ち出されると、\
             鍵を取り出されます。",
        en: "Provider numbers are public, and short passwords fall to a search. Whoever takes the file \
             gets the key.",
    },
    source: Text {
        ja: "NIST SP 800-63B(8文字以上)。証明書ファイルについての当プロジェクトの基準です。",
        en: "NIST SP 800-63B (at least 8 characters), applied to certificate files by this project.",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    if facts.keys == 0 {
        return RuleAnswer::NotApplicable;
    }
    let reason = |fault: &PasswordFault| {
        let text = match fault {
            PasswordFault::Short => Text { ja: "8文字未満", en: "fewer than 8 characters" },
            PasswordFault::ProviderNumber => {
                Text { ja: "10桁の数字(事業所番号の形)", en: "ten digits, as a provider number" }
            }
            PasswordFault::InCertificate => Text {
                ja: "証明書の名義またはフレンドリ名に含まれる",
                en: "part of the certificate's subject or name",
            },
            PasswordFault::InFileName | PasswordFault::InFile(_) => return None,
        };
        Some(CodedWord::new(fault.code().0, text))
    };
    let reasons: Vec<CodedWord> = facts.password_faults.iter().filter_map(reason).collect();
    if reasons.is_empty() {
        return RuleAnswer::Clear;
    }
    RuleAnswer::found(Evidence::new().with("reasons", reasons))
}
