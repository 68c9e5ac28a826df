//! `password-typo`.

use crate::audit::rules::prelude::*;
use crate::container::{PasswordOrigin, Typo};

/// A mistake in a candidate had to be undone.
pub static RULE: Rule = Rule {
    code: "password-typo",
    family: RuleFamily::Container,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["typo", "origin"],
    title: Text { ja: "パスワードの入力の誤り", en: "Mistyped password" },
    message: Text {
        ja: "渡されたパスワードには入力の間違いがあり、直すと開けました(間違いの種類: {typo}、出どころ: {origin})。",
        en: "The password given has a typing error and opens the file once it is undone (mistake: {typo}; from \
             {origin}).",
    },
    remedy: Text {
        ja: "控えてあるパスワード({origin})を、この種類の誤りに注意して直してください。ファイルのパスワー\
             ドのほうが意図と違う(全角で付けた、空白が入ったなど)場合は、証明書の入っているパソコンから\
             書き出し直してください。",
        en: "Correct the stored password ({origin}), watching for this kind of error. If the file has a \
             password that was not intended (full-width letters, a space in it), export the file again \
             from the computer that has the certificate.",
    },
    what: Text {
        ja: "`--try-typos` を付けたとき、渡されたパスワードそのものでは開けず、\
             よくある間違いを1つ直すと開けたファイルを指摘します。示すのは間違いの種類だけで、\
             パスワードは表示も記録もしません。",
        en: "With `--try-typos`: a file that a given password opens only after one usual mistake is undone. Only \
             the kind of mistake is told; the password is never shown or kept.",
    },
    why: Text {
        ja: "控えのパスワードが違っていると、必要なときに証明書を読み込めません。",
        en: "With a wrong password on record the certificate cannot be installed when it is needed.",
    },
    source: Text {
        ja: "電子請求受付システムの FAQ Q8、Q15(`shomei explain Q8`)。",
        en: "FAQ of the e-seikyuu system, Q8 and Q15 (`shomei explain Q8`).",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    let Some(opening) = facts.opening else { return RuleAnswer::NotApplicable };
    let Some(typo) = opening.typo else { return RuleAnswer::Clear };
    let origin = facts.origin.map_or(EvidenceValue::Unknown, origin_value);
    RuleAnswer::found(Evidence::new().with("typo", CodedWord::new(typo.code(), typo_text(typo))).with("origin", origin))
}

/// The kind of mistake in words. Which letters they were would give away the password.
fn typo_text(typo: Typo) -> Text {
    match typo {
        Typo::Width => Text { ja: "全角と半角", en: "full-width and half-width characters" },
        Typo::Space => Text { ja: "前後の空白", en: "a space at the beginning or end" },
        Typo::LineEnd => Text { ja: "末尾の改行", en: "a line end at the end" },
        Typo::ByteOrderMark => {
            Text { ja: "先頭の BOM(文字コードの印)", en: "a byte-order mark at the beginning" }
        }
        Typo::CapsLock => {
            Text { ja: "大文字と小文字の逆転(Caps Lock)", en: "upper and lower case reversed (Caps Lock)" }
        }
        Typo::FirstLetter => {
            Text { ja: "最初の文字の大文字と小文字", en: "upper or lower case of the first letter" }
        }
        Typo::ZeroOrO => Text { ja: "数字の 0 と英字の O", en: "the digit 0 and the letter O" },
        Typo::OneOrL => Text { ja: "数字の 1 と英字の l、I", en: "the digit 1 and the letters l and I" },
        Typo::YenOrBackslash => {
            Text { ja: "円記号(¥)とバックスラッシュ(\\)", en: "the yen sign (¥) and the backslash (\\)" }
        }
        Typo::WaveDash => Text {
            ja: "波ダッシュ(〜)と全角チルダ(～)など、パソコンにより文字コードの違う記号",
            en: "the wave dash (〜) and the full-width tilde (～), or another sign whose character code differs \
                 between systems",
        },
        Typo::Composition => Text {
            ja: "濁点・半濁点の付いた文字の、1文字での表し方と2文字での表し方",
            en: "letters with marks (が) as one character or as two",
        },
    }
}

fn origin_value(origin: &PasswordOrigin) -> EvidenceValue {
    match origin {
        PasswordOrigin::Empty => {
            CodedWord::new("empty", Text { ja: "空のパスワード", en: "the empty password" }).into()
        }
        PasswordOrigin::Prompt => CodedWord::new("prompt", Text { ja: "画面での入力", en: "the prompt" }).into(),
        named => EvidenceValue::Text(named.to_string()),
    }
}
