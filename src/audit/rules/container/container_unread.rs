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
        ja: "{kind}です。読めないため、中の証明書は監査していません。",
        en: "This is {kind}, which shomei does not read: the certificates in it were not audited.",
    },
    remedy: Text {
        ja: "次の方法で取り出し、そのファイルを監査してください: `{export}`。\
             取り出したファイルには鍵も入ることがあるので、監査が済んだら削除してください。",
        en: "Export or unpack it and audit the new file: `{export}`. That may hold keys too, so delete it afterwards.",
    },
    what: Text {
        ja: "読めない形式の保管庫(Bouncy Castle のキーストア、XCA と IBM の鍵データベース、\
             NSS の古いデータベース cert8.db、key3.db)と、パスワード付きの ZIP の中の証明書のファイルを指摘します。\
             Java のキーストア(JKS、JCEKS)、NSS の cert9.db、Windows の証明書ストア(.sst)、\
             パスワードのない ZIP は読みます。",
        en: "Stores that are not read: keystores of Bouncy Castle, databases of XCA and IBM, NSS's old databases \
             (cert8.db, key3.db), and certificate files in a ZIP archive with a password. Java keystores (JKS, \
             JCEKS), NSS's cert9.db, stores of Windows (.sst) and ZIP archives without a password are read.",
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
        ContainerKind::BouncyCastleKeystore => (
            CodedWord::new(
                "bouncy-castle-keystore",
                Text { ja: "Bouncy Castle のキーストア(BKS)", en: "a Bouncy Castle keystore (BKS)" },
            ),
            "keytool -importkeystore -srckeystore FILE -srcstoretype BKS -destkeystore NEW.p12 -deststoretype PKCS12 \
             -providerpath bcprov.jar -provider org.bouncycastle.jce.provider.BouncyCastleProvider"
                .into(),
        ),
        ContainerKind::XcaDatabase => (
            CodedWord::new("xca-database", Text { ja: "XCA のデータベース", en: "a database of XCA" }),
            "xca > Export > PKCS #12".into(),
        ),
        ContainerKind::IbmKeyDatabase => (
            CodedWord::new(
                "ibm-key-database",
                Text { ja: "IBM の鍵データベース(KDB)", en: "an IBM key database (KDB)" },
            ),
            "runmqakm -cert -export -db FILE -label NAME -type cms -target NEW.p12 -target_type pkcs12".into(),
        ),
        ContainerKind::EncryptedMember => (
            CodedWord::new(
                "encrypted-member",
                Text {
                    ja: "パスワード付きの ZIP の中のファイル", en: "a file in a ZIP archive with a password"
                },
            ),
            "7z x FILE".into(),
        ),
        _ => (CodedWord::new("other", Text { ja: "未対応の形式", en: "a format" }), EvidenceValue::Unknown),
    }
}
