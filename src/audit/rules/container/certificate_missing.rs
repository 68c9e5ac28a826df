//! `certificate-missing`.

use super::each_problem;
use crate::audit::rules::prelude::*;
use crate::container::{ContainerProblem, FileContent};

/// A file that should hold a certificate holds none.
pub static RULE: Rule = Rule {
    code: "certificate-missing",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["promise", "content", "advice", "file"],
    title: Text {
        ja: "証明書の入っていない証明書ファイル", en: "Certificate file without a certificate"
    },
    message: Text {
        ja: "{promise}に、証明書が入っていません。中身は{content}です。",
        en: "{promise} holds no certificate: it is {content}.",
    },
    remedy: Text {
        ja: "{advice}正しいファイルの控えがほかにあれば、それと入れ替えてください。",
        en: "{advice} If there is a good copy of the file elsewhere, put that in its place.",
    },
    what: Text {
        ja: "証明書のファイルのはずなのに、証明書、失効リスト(CRL)、鍵のどれも入っていないものを指摘し、\
             中身が何かを示します。証明書のファイルのはずだと判断するのは、名前が .p12、.pfx、.cer、.crt、.der、\
             .pem、.p7b、.p7c、.spc、.crl、.key、.jks、.sst などで終わるとき、前回の取り込みで証明書が入っていたとき\
             (このときはエラー)、空の PKCS#12 や証明書ストアのときです。\
             名前の約束のないファイル(メモ、写真、動画など)は指摘しません。\
             ファイルそのものを指定したときの終了コードは 2 です。",
        en: "A file that should hold a certificate and holds no certificate, CRL or key, with what it holds \
             instead. It should hold one if its name ends with .p12, .pfx, .cer, .crt, .der, .pem, .p7b, .p7c, .spc, \
             .crl, .key, .jks, .sst and the like, if it held a certificate when it was last imported (an error \
             then), or if it is a PKCS#12 or a store without a certificate. Other files (notes, photographs, \
             videos) are not reported. Where the file itself was named, the exit code is 2.",
    },
    why: Text {
        ja: "コピーの失敗で空になった控えや、ログイン画面を保存してしまったファイルは、\
             名前だけ見ると証明書に見えます。必要になった日に気づくのでは間に合いません。",
        en: "A backup that a failed copy left empty, or a login page saved in its place, looks like a certificate \
             as long as only its name is seen. The day on which it is needed is too late to learn of it.",
    },
    source: Text {
        ja: "ファイルの名前と中身。形式の規定: RFC 7292(PKCS#12)、RFC 5652(PKCS#7、CMS)、RFC 7468(PEM)。",
        en: "The file's name and content. RFC 7292 (PKCS#12), RFC 5652 (PKCS#7, CMS), RFC 7468 (PEM).",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    let mut lost = false;
    let answer = each_problem(facts, |problem| {
        let ContainerProblem::Barren { content, held_certificate } = problem else { return None };
        lost |= held_certificate;
        let evidence = Evidence::new()
            .with("promise", promise(*content, *held_certificate))
            .with("content", CodedWord::new(content.code(), content_text(*content)))
            .with("advice", advice(*content))
            .with("file", facts.path);
        Some(evidence)
    });
    match answer {
        RuleAnswer::Findings(findings) if lost => {
            let graver = |finding| Finding { severity: Some(Severity::Error), ..finding };
            RuleAnswer::Findings(findings.into_iter().map(graver).collect())
        }
        answer => answer,
    }
}

/// Why a certificate should be in it.
fn promise(content: FileContent, held_certificate: bool) -> CodedWord {
    let is_form = matches!(content, FileContent::EmptyPkcs12 | FileContent::EmptyPkcs7 | FileContent::EmptyStore);
    match (held_certificate, is_form) {
        (true, _) => CodedWord::new(
            "import",
            Text {
                ja: "前回の取り込みで証明書が入っていたファイル",
                en: "A file that held a certificate when it was last imported",
            },
        ),
        (false, true) => CodedWord::new(
            "form",
            Text { ja: "証明書を入れる形式のファイル", en: "A file of a form that holds certificates" },
        ),
        (false, false) => CodedWord::new(
            "name",
            Text {
                ja: "証明書のファイルとして名前を付けたか指定したファイル",
                en: "A file that is named as a certificate file, or was given as one,",
            },
        ),
    }
}

fn content_text(content: FileContent) -> Text {
    match content {
        FileContent::Empty => Text { ja: "空(0 バイト)", en: "empty (0 bytes)" },
        FileContent::Zeros => Text { ja: "すべて 0 のデータ", en: "nothing but zeros" },
        FileContent::Html => Text { ja: "Web ページ(HTML)", en: "a web page (HTML)" },
        FileContent::Json => Text { ja: "JSON のテキスト", en: "a JSON text" },
        FileContent::Xml => Text { ja: "XML のテキスト", en: "an XML text" },
        FileContent::Zip => Text {
            ja: "ZIP 形式のファイル(圧縮フォルダー、Office の文書など)",
            en: "a ZIP file (an archive, an Office document)",
        },
        FileContent::Pdf => Text { ja: "PDF の文書", en: "a PDF document" },
        FileContent::Image => Text { ja: "画像", en: "a picture" },
        FileContent::Request => Text { ja: "証明書の発行要求(CSR)", en: "a certificate signing request (CSR)" },
        FileContent::PrivateKey => Text { ja: "秘密鍵だけ", en: "a private key alone" },
        FileContent::OtherPem => Text { ja: "証明書でも鍵でもない PEM", en: "PEM of another kind" },
        FileContent::EmptyPem => Text {
            ja: "最初と最後の行だけで、間に証明書のない PEM",
            en: "PEM lines with no certificate between them",
        },
        FileContent::Dashes => Text {
            ja: "ハイフン(-)が別の横棒に置き換わった PEM",
            en: "PEM whose hyphens (-) were replaced by other dashes",
        },
        FileContent::Text => Text { ja: "証明書でないテキスト", en: "a text without a certificate" },
        FileContent::ConvertedText => Text {
            ja: "文字コードの変換で壊れたバイナリーデータ",
            en: "binary data that was converted as if it were text",
        },
        FileContent::HeadLost => Text {
            ja: "先頭の欠けた証明書のデータ",
            en: "the data of a certificate without its beginning",
        },
        FileContent::EmptyPkcs12 => Text { ja: "証明書のない PKCS#12", en: "a PKCS#12 without a certificate" },
        FileContent::EmptyPkcs7 => Text { ja: "証明書のない PKCS#7", en: "a PKCS#7 without a certificate" },
        FileContent::EmptyStore => {
            Text { ja: "証明書のない証明書ストア", en: "a certificate store without a certificate" }
        }
        FileContent::Unknown => Text { ja: "証明書でないデータ", en: "data of another kind" },
    }
}

/// What to do about it.
fn advice(content: FileContent) -> CodedWord {
    match content {
        FileContent::Html => CodedWord::new(
            "download-again",
            Text {
                ja: "ダウンロードしたときに、証明書でなくログイン画面やエラーの画面が保存されています。\
                     ログインしてからダウンロードし直してください。",
                en: "The page to log in at, or an error, was saved in place of the certificate. Log in and download \
                     it again.",
            },
        ),
        FileContent::Zip => CodedWord::new(
            "unpack",
            Text {
                ja: "証明書を入れた圧縮ファイルなら、名前の終わりを .zip にするか、展開してください。\
                     そうでなければ、証明書を書き出し直してください。",
                en: "If it is an archive with the certificate in it, let its name end with .zip or unpack it; \
                     otherwise export the certificate again.",
            },
        ),
        FileContent::Request => CodedWord::new(
            "not-issued",
            Text {
                ja: "これは発行を申し込むためのファイルで、証明書ではありません。発行された証明書をダウンロードしてください。",
                en: "This is what is sent to apply for a certificate. Download the certificate that was issued.",
            },
        ),
        FileContent::PrivateKey | FileContent::EmptyPkcs12 => CodedWord::new(
            "export-both",
            Text {
                ja: "証明書の入っているパソコンから、証明書と秘密鍵を一緒に書き出し直してください。",
                en: "Export the certificate and its private key together from the computer that has them.",
            },
        ),
        FileContent::OtherPem
        | FileContent::Json
        | FileContent::Xml
        | FileContent::Text
        | FileContent::Pdf
        | FileContent::Image => CodedWord::new(
            "right-file",
            Text {
                ja: "正しいファイルか確かめてください。証明書でないなら、名前の終わり(拡張子)を直すか、\
                     別のフォルダーに移してください。",
                en: "Check that it is the right file. If it is no certificate, rename it or move it elsewhere.",
            },
        ),
        FileContent::ConvertedText => CodedWord::new(
            "copy-binary",
            Text {
                ja: "テキストとしてコピーや変換をせず、元の場所からファイルのままコピーし直してください。",
                en: "Copy it again from where it came from as a file, without converting it as text.",
            },
        ),
        FileContent::Dashes | FileContent::EmptyPem => CodedWord::new(
            "copy-file",
            Text {
                ja: "文書作成ソフトや画面から貼り付けず、証明書のファイルそのものをコピーし直してください。",
                en: "Copy the certificate file itself, not its text through a word processor or a screen.",
            },
        ),
        FileContent::Empty
        | FileContent::Zeros
        | FileContent::HeadLost
        | FileContent::EmptyPkcs7
        | FileContent::EmptyStore
        | FileContent::Unknown => CodedWord::new(
            "copy-again",
            Text {
                ja: "元の場所からコピーし直すか、証明書の入っているパソコンから書き出し直してください。",
                en: "Copy it again from where it came from, or export it again from the computer that has the \
                     certificate.",
            },
        ),
    }
}
