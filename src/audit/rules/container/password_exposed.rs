//! `password-exposed`.

use crate::audit::PasswordFault;
use crate::audit::rules::prelude::*;

/// The password of a container can be read beside it.
pub static RULE: Rule = Rule {
    code: "password-exposed",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["where", "files"],
    title: Text { ja: "パスワードが読める場所にある", en: "Password exposed" },
    message: Text {
        ja: "このファイルを開くパスワードが、{where}にあります。",
        en: "The password that opens this file is in {where}.",
    },
    remedy: Text {
        ja: "パスワードを書いたファイルを、証明書とは別の、アクセスを限定した場所へ移してください。ファイ\
             ル名に含まれる場合は、名前を変えてください。多くの人が読めた場合は、別のパスワードで書き出\
             し直し、失効と再発行も検討してください。{revoke}",
        en: "Move the file with the password to a place with restricted access, apart from the \
             certificate; if it is in the file name, rename the file. If many people could read it, \
             export the certificate again with another password, and consider revoking and replacing \
             it. {revoke}",
    },
    what: Text {
        ja: "証明書ファイルを開いたパスワードが、ファイル名か、同じフォルダーの短いテキスト(64 KiB までの\
             メモ、CSV など。1フォルダーにつき64個まで)に、独立した語として含まれるものを指摘します。ど\
             のファイルかは示しますが、パスワードは示しません。4文字未満のパスワードは調べません。変わっ\
             ていないファイルは import で開き直さないので、後から置かれたメモは audit で見つかります。",
        en: "A container whose password is, as a word of its own, in its file name or in a short text in \
             the same folder (notes, CSV and the like up to 64 KiB, 64 of them in a folder). The \
             finding names the file, never the password. Passwords of fewer than four characters are \
             not searched for. `import` does not open unchanged files again, so a note that was added \
             later is found by `audit`.",
    },
    why: Text {
        ja: "フォルダーを読める人は誰でも、秘密鍵を取り出せます。",
        en: "Anybody who can read the folder can extract the private key.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1 6章(鍵の保護)。",
        en: "NIST SP 800-57 part 1, section 6, protection of keys.",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    if facts.keys == 0 {
        return RuleAnswer::NotApplicable;
    }
    let files: Vec<String> = facts
        .password_faults
        .iter()
        .filter_map(|fault| match fault {
            PasswordFault::InFile(path) => Some(path.clone()),
            _ => None,
        })
        .collect();
    let mut places = Vec::new();
    if facts.password_faults.contains(&PasswordFault::InFileName) {
        places.push(CodedWord::new("file-name", Text { ja: "ファイル名", en: "its file name" }));
    }
    if !files.is_empty() {
        let text = Text { ja: "同じフォルダーの {detail}", en: "{detail} in the same folder" };
        places.push(CodedWord::with_detail("file", text, file_names(&files)));
    }
    if places.is_empty() {
        return RuleAnswer::Clear;
    }
    RuleAnswer::found(Evidence::new().with("where", places).with("files", files))
}

fn file_names(paths: &[String]) -> String {
    let name = |path: &String| {
        std::path::Path::new(path).file_name().map_or(path.clone(), |name| name.to_string_lossy().into_owned())
    };
    paths.iter().map(name).collect::<Vec<_>>().join(", ")
}
