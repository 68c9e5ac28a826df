//! The reasons of a verdict in words.

use crate::audit::rules::CodedWord;
use crate::locale::Text;
use crate::trust::{OcspFault, VerdictReason};

/// All reasons that have a name of their own; [`VerdictReason::Verifier`] has a number instead.
pub const REASONS: &[VerdictReason] = &[
    VerdictReason::SignedByNoPinnedRoot,
    VerdictReason::RootImpostor,
    VerdictReason::PathExpired,
    VerdictReason::PathNotYetValid,
    VerdictReason::ValidityDisjoint,
    VerdictReason::Revoked,
    VerdictReason::NotCa,
    VerdictReason::PathLength,
    VerdictReason::KeyUsage,
    VerdictReason::NameConstraints,
    VerdictReason::CertificatePolicy,
    VerdictReason::CriticalExtension,
    VerdictReason::Purpose,
    VerdictReason::Signature,
    VerdictReason::CrlMissing,
    VerdictReason::CrlStale,
    VerdictReason::ProfileViolation,
    VerdictReason::OcspMissing,
    VerdictReason::Expired,
    VerdictReason::NotYetValid,
    VerdictReason::RootMissing,
    VerdictReason::IssuerUnknown,
    VerdictReason::RootUnknownGeneration,
    VerdictReason::PinnedKeyReissued,
    VerdictReason::PinConflict,
    VerdictReason::SearchBound,
    VerdictReason::Unreadable,
    VerdictReason::UnsupportedAlgorithm,
    VerdictReason::SelfSigned,
];

/// A reason with its code (as JSON has it) and its wording.
pub fn reason_word(reason: &VerdictReason) -> CodedWord {
    match reason {
        VerdictReason::Verifier(number) => {
            let text = VERIFIER_ERRORS.iter().find(|(n, _)| n == number).map(|(_, text)| *text);
            CodedWord::new(reason.code(), text.unwrap_or_else(|| reason_text(reason)))
        }
        _ => CodedWord::new(reason.code(), reason_text(reason)),
    }
}

/// Errors of OpenSSL's verifier (`X509_V_ERR_…`) that have no reason of their own, with the field
/// that causes them.
const VERIFIER_ERRORS: &[(i32, Text)] = &[
    (
        1,
        Text {
            ja: "OpenSSL の検証が理由を示さずに失敗した", en: "OpenSSL's verifier fails without a reason"
        },
    ),
    (
        18,
        Text {
            ja: "自己署名の証明書が信頼点ではない(subject と issuer が同じ)",
            en: "it is self-signed and no trust anchor (subject and issuer are the same)",
        },
    ),
    (
        19,
        Text {
            ja: "認証パスに信頼点ではない自己署名の証明書がある(subject と issuer が同じ)",
            en: "a self-signed certificate on its path is no trust anchor (subject and issuer are the same)",
        },
    ),
    (
        30,
        Text {
            ja: "発行元の鍵識別子が発行元の証明書と合わない(authorityKeyIdentifier)",
            en: "its authority key identifier is not its issuer's (authorityKeyIdentifier)",
        },
    ),
    (
        31,
        Text {
            ja: "発行元の名前とシリアル番号が発行元の証明書と合わない(authorityKeyIdentifier)",
            en: "it names another issuer and serial number (authorityKeyIdentifier)",
        },
    ),
    (
        38,
        Text {
            ja: "プロキシ証明書の認証パスが許された長さを超える(proxyCertInfo)",
            en: "its path of proxy certificates is too long (proxyCertInfo)",
        },
    ),
    (
        40,
        Text {
            ja: "プロキシ証明書は使えない(proxyCertInfo)",
            en: "proxy certificates are not allowed (proxyCertInfo)",
        },
    ),
    (
        41,
        Text {
            ja: "拡張の中身が正しくない、または食い違う(extensions)",
            en: "an extension is invalid or contradicts another (extensions)",
        },
    ),
    (
        45,
        Text {
            ja: "OpenSSL の扱えない書き方の拡張がある(extensions)",
            en: "an extension uses a feature that OpenSSL does not support (extensions)",
        },
    ),
    (
        46,
        Text {
            ja: "IP アドレスや AS 番号が発行元の範囲の外にある(RFC 3779 の拡張)",
            en: "its IP addresses or AS numbers are outside its issuer's (RFC 3779 extensions)",
        },
    ),
    (55, Text { ja: "認証パスが輪になっている(issuer)", en: "its path is a circle (issuer)" }),
];

/// A reason for people: a clause that may stand after a colon.
pub fn reason_text(reason: &VerdictReason) -> Text {
    match reason {
        VerdictReason::SignedByNoPinnedRoot => Text {
            ja: "発行元の名前を持つピン留めされたルート証明書のどれも署名していない",
            en: "no pinned root of its issuer's name has signed it",
        },
        VerdictReason::RootImpostor => Text {
            ja: "ピン留めされたルート証明書の名前を持つ別の証明書である",
            en: "it takes the place of a pinned root and is not that root",
        },
        VerdictReason::PathExpired => {
            Text { ja: "発行元の証明書の期限が切れている", en: "an issuer on its path has expired" }
        }
        VerdictReason::PathNotYetValid => Text {
            ja: "発行元の証明書の有効期間が始まっていない",
            en: "an issuer on its path has not begun",
        },
        VerdictReason::ValidityDisjoint => Text {
            ja: "認証パスのすべての証明書が同時に有効な時が一度もない",
            en: "there is no moment at which all of its path is valid",
        },
        VerdictReason::Revoked => Text { ja: "失効している", en: "it has been revoked" },
        VerdictReason::NotCa => {
            Text { ja: "発行元が認証局の証明書ではない", en: "an issuer on its path is not a CA" }
        }
        VerdictReason::PathLength => Text {
            ja: "認証パスが発行元の許す長さ(pathLenConstraint)を超える",
            en: "its path is longer than an issuer allows",
        },
        VerdictReason::KeyUsage => Text {
            ja: "発行元の証明書に証明書へ署名する用途(keyCertSign)がない",
            en: "an issuer on its path may not sign certificates",
        },
        VerdictReason::NameConstraints => Text {
            ja: "名前が発行元の許す範囲(名前制約)の外にある",
            en: "its name is outside what an issuer may issue (name constraints)",
        },
        VerdictReason::CertificatePolicy => Text {
            ja: "証明書ポリシーが発行元の求めと合わない",
            en: "its certificate policies are not what an issuer requires",
        },
        VerdictReason::CriticalExtension => Text {
            ja: "解釈できない必須(critical)の拡張がある",
            en: "it has a critical extension that cannot be interpreted",
        },
        VerdictReason::Purpose => {
            Text { ja: "求められた用途には使えない", en: "it is not for the purpose asked" }
        }
        VerdictReason::Signature => {
            Text { ja: "署名が発行元の鍵と合わない", en: "its signature is not its issuer's" }
        }
        VerdictReason::CrlMissing => Text {
            ja: "認証パスの証明書の失効リスト(CRL)がない",
            en: "there is no CRL for a certificate on its path",
        },
        VerdictReason::CrlStale => {
            Text { ja: "失効リスト(CRL)の次回発行予定を過ぎている", en: "the CRL is out of date" }
        }
        VerdictReason::ProfileViolation => Text {
            ja: "認証パスの証明書が RFC 5280 の求める書き方を満たさない",
            en: "a certificate on its path does not meet what RFC 5280 asks of issuers",
        },
        VerdictReason::OcspMissing => Text {
            ja: "この証明書について使える OCSP 応答がない",
            en: "no OCSP response that can be used answers for it",
        },
        VerdictReason::Expired => Text { ja: "期限が切れている", en: "it has expired" },
        VerdictReason::NotYetValid => Text { ja: "有効期間が始まっていない", en: "it has not begun" },
        VerdictReason::Verifier(_) => {
            Text { ja: "OpenSSL の検証で誤りとされた({code})", en: "OpenSSL's verifier refuses it ({code})" }
        }
        VerdictReason::RootMissing => Text {
            ja: "ピン留めされたルート証明書が手元にない",
            en: "a pinned root of its issuer's name is not in hand",
        },
        VerdictReason::IssuerUnknown => Text {
            ja: "発行元がポリシーになく、発行元の証明書につながらない",
            en: "its issuer is not in the policy, nor does it lead to one that is",
        },
        VerdictReason::RootUnknownGeneration => Text {
            ja: "ポリシーにない新しい世代のルート証明書の下にある",
            en: "it is under a root of a generation that the policy does not know",
        },
        VerdictReason::PinnedKeyReissued => Text {
            ja: "ピンのルート証明書と同じ名前・同じ鍵の、別の証明書である",
            en: "it has the name and the key of a pinned root, and is another certificate",
        },
        VerdictReason::PinConflict => Text {
            ja: "拇印はピンと同じだが他の項目が違う",
            en: "its fingerprint is a pin's, but other fields differ",
        },
        VerdictReason::SearchBound => Text {
            ja: "認証パスの候補が多すぎて調べ切れない",
            en: "there are too many possible paths to try them all",
        },
        VerdictReason::UnsupportedAlgorithm => Text {
            ja: "鍵か署名のアルゴリズムを OpenSSL が知らない",
            en: "OpenSSL does not know the algorithm of its key or signature",
        },
        VerdictReason::SelfSigned => Text {
            ja: "自分で署名した証明書で、ポリシーにある認証局のものではない",
            en: "it is self-signed and of no CA that the policy knows",
        },
        VerdictReason::Unreadable => Text { ja: "OpenSSL が証明書を読めない", en: "OpenSSL cannot read it" },
    }
}

/// Why an OCSP response is not used, in words.
pub fn ocsp_fault_word(fault: OcspFault) -> CodedWord {
    let (code, text) = match fault {
        OcspFault::NoAnswer => ("no-answer", Text { ja: "答えが入っていない", en: "it holds no answer" }),
        OcspFault::UnknownIssuer => (
            "unknown-issuer",
            Text {
                ja: "既知の認証局の証明書についてのものではない", en: "it is about certificates of no known CA"
            },
        ),
        OcspFault::UnknownSigner => (
            "unknown-signer",
            Text {
                ja: "認証局も、認証局が認めた応答者も署名していない",
                en: "neither the CA nor a responder that it has certified has signed it",
            },
        ),
        OcspFault::NotYetIssued => (
            "not-yet-issued",
            Text { ja: "判定の時点より後のものである", en: "it is as of later than the moment judged" },
        ),
        OcspFault::Stale => (
            "stale",
            Text {
                ja: "有効な期間(nextUpdate まで)が判定の時点より前に終わっているか、示されていない",
                en: "its time (nextUpdate) had passed at the moment judged, or it names none",
            },
        ),
        OcspFault::Unknown => (
            "unknown",
            Text {
                ja: "応答者がこの証明書を知らない", en: "the responder does not know the certificate"
            },
        ),
    };
    CodedWord::new(code, text)
}
