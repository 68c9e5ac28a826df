//! `container-unread`.

use super::each_problem;
use crate::audit::rules::prelude::*;
use crate::container::{ContainerKind, ContainerProblem};

/// A keystore that is recognised and not read.
pub static RULE: Rule = Rule {
    code: "container-unread",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["kind", "export"],
    title: Text { ja: "読めない形式の鍵の保管庫", en: "Keystore not read" },
    message: Text {
        ja: "{kind}です。この形式は読めないため、中の証明書は監査していません。",
        en: "This is {kind}, which shomei does not read: the certificates in it were not audited.",
    },
    remedy: Text {
        ja: "次のコマンドで PKCS#12 に書き出し、そのファイルを監査してください: `{export}`。\
             書き出したファイルには鍵も入るので、監査が済んだら削除してください。",
        en: "Export it as PKCS#12 and audit that file: `{export}`. It holds the keys too, so delete it afterwards.",
    },
    what: Text {
        ja: "Java のキーストア(JKS、JCEKS)と NSS のデータベース(Firefox などの cert9.db、key4.db)を、\
             名前でなく中身で見分けて指摘します。中身は読みません。",
        en: "Java keystores (JKS, JCEKS) and NSS databases (cert9.db and key4.db of Firefox and others), told by \
             their content and not by name. They are not read.",
    },
    why: Text {
        ja: "読まなかったことを黙っていると、監査が済んだと思い込みます。",
        en: "If it were passed over in silence one would think it audited.",
    },
    source: Text {
        ja: "JDK の keytool、NSS の pk12util の説明書。",
        en: "The manuals of keytool (JDK) and pk12util (NSS).",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    each_problem(facts, |problem| {
        if *problem != ContainerProblem::NotRead {
            return None;
        }
        let (kind, export) = kind_and_export(facts.kind);
        Some(Evidence::new().with("kind", kind).with("export", export))
    })
}

fn kind_and_export(kind: ContainerKind) -> (CodedWord, EvidenceValue) {
    match kind {
        ContainerKind::JavaKeystore => (
            CodedWord::new("java-keystore", Text { ja: "Java のキーストア", en: "a Java keystore" }),
            "keytool -importkeystore -srckeystore FILE -destkeystore NEW.p12 -deststoretype PKCS12".into(),
        ),
        ContainerKind::NssDatabase => (
            CodedWord::new("nss-database", Text { ja: "NSS のデータベース", en: "an NSS database" }),
            "pk12util -d FOLDER -n NAME -o NEW.p12".into(),
        ),
        _ => (CodedWord::new("other", Text { ja: "未対応の形式", en: "a format" }), EvidenceValue::Unknown),
    }
}
