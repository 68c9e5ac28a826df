//! `group-protected`.

use super::each_problem;
use crate::audit::rules::prelude::*;
use crate::container::ContainerProblem;

/// A PKCS#12 that Windows protects for users or groups.
pub static RULE: Rule = Rule {
    code: "group-protected",
    family: RuleFamily::Container,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["export"],
    title: Text {
        ja: "Windows のユーザーやグループで保護されたファイル", en: "Protected for a Windows user or group"
    },
    message: Text {
        ja: "パスワードではなく、Windows のユーザーまたはグループで保護された PKCS#12 です。\
             パスワードは Windows が自動で作ったもので、誰も知りません。",
        en: "This PKCS#12 is protected for users or groups of a Windows domain. Its password was made by Windows, \
             and nobody knows it.",
    },
    remedy: Text {
        ja: "書き出すときに選んだユーザー(またはグループのメンバー)が、同じドメインのパソコンでこのファイルを\
             取り込み、証明書をパスワード付きで書き出し直してください(`{export}`)。",
        en: "Let a user that was chosen when it was exported (or a member of the group) import it on a computer of \
             that domain and export the certificate with a password (`{export}`).",
    },
    what: Text {
        ja: "Windows の「グループまたはユーザー名」による保護(`Export-PfxCertificate -ProtectTo`)で書き出された\
             PKCS#12 のうち、渡されたパスワードで開けないものを指摘します。",
        en: "A PKCS#12 that was exported with Windows' protection by \"Group or user names\" \
             (`Export-PfxCertificate -ProtectTo`) and that no given password opens.",
    },
    why: Text {
        ja: "ドメインに参加していないパソコンでは取り込めません。ドメインやユーザーがなくなると、誰も開けません。",
        en: "A computer outside the domain cannot import it, and once the domain or the user is gone nobody can.",
    },
    source: Text {
        ja: "Microsoft の Export-PfxCertificate の説明書。シークレットバッグ 1.3.6.1.4.1.311.17.4。",
        en: "Microsoft's documentation of Export-PfxCertificate; secret bag 1.3.6.1.4.1.311.17.4.",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    each_problem(facts, |problem| {
        let export = "Export-PfxCertificate -Cert CERT -FilePath NEW.pfx -Password (Read-Host -AsSecureString)";
        (*problem == ContainerProblem::GroupProtected).then(|| Evidence::new().with("export", export))
    })
}
