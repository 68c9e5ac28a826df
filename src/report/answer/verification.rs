//! The answer of `verify`, as JSON and for people.

use serde_json::{Value as Json, json};

use super::model::hex_path;
use crate::audit::rules::{crl_fault_word, ocsp_fault_word, reason_word};
use crate::calendar::format_instant;
use crate::certificate::{Certificate, OcspResponse, ProfileViolation, hex};
use crate::locale::{Lang, Text};
use crate::report::escape;
use crate::trust::{OcspFault, TrustStatus, UnusedCrl, Verification};

/// The validations of all end entities of one file.
pub struct VerificationReport<'a> {
    /// Each with its outcome, in the order of the file; at least one.
    pub outcomes: &'a [(Certificate, Verification)],
    /// The CRLs that were given and are not used.
    pub unused_crls: &'a [UnusedCrl],
    /// The OCSP responses that were given and are not used.
    pub unused_ocsp: &'a [(OcspResponse, OcspFault)],
}

impl VerificationReport<'_> {
    /// The worst outcome. A list that is not used changes none, also where it names a certificate:
    /// anybody can write one.
    pub fn worst(&self) -> TrustStatus {
        let rank = |status: TrustStatus| match status {
            TrustStatus::Trusted => 0,
            TrustStatus::Undetermined => 1,
            TrustStatus::Untrusted => 2,
        };
        let statuses = self.outcomes.iter().map(|(_, outcome)| outcome.status);
        statuses.max_by_key(|status| rank(*status)).unwrap_or(TrustStatus::Undetermined)
    }

    fn listed(&self, unused: &UnusedCrl) -> Vec<&Certificate> {
        self.outcomes.iter().map(|(certificate, _)| certificate).filter(|c| unused.lists(c)).collect()
    }

    /// The document. Its own `valid`, `reasons` and `path` are those of the worst certificate.
    pub fn document(&self) -> Json {
        let worst = self.worst();
        let certificates: Vec<Json> = self
            .outcomes
            .iter()
            .map(|(certificate, outcome)| {
                json!({
                    "subject": certificate.subject.rfc4514(),
                    "serial": certificate.serial.hex(),
                    "sha256": hex(&certificate.sha256),
                    "status": outcome.status.code(),
                    "reasons": reason_codes(outcome),
                    "path": hex_path(&outcome.path),
                    "violations": outcome.violations.iter().map(|(depth, violation)| json!({ "depth": depth, "code": violation.code() })).collect::<Vec<_>>(),
                })
            })
            .collect();
        let unused: Vec<Json> = self
            .unused_crls
            .iter()
            .map(|unused| {
                let fault = crl_fault_word(&unused.fault);
                json!({
                    "issuer": unused.crl.issuer.rfc4514(),
                    "this_update": unused.crl.this_update.map(format_instant),
                    "number": unused.crl.number.as_ref().map(|number| number.hex()),
                    "reason": fault.code,
                    "detail": fault.detail,
                    "lists": self.listed(unused).iter().map(|c| hex(&c.sha256)).collect::<Vec<_>>(),
                })
            })
            .collect();
        let ocsp: Vec<Json> = self
            .unused_ocsp
            .iter()
            .map(|(response, fault)| {
                json!({
                    "produced_at": response.produced_at.map(format_instant),
                    "sha256": hex(&response.sha256),
                    "reason": ocsp_fault_word(*fault).code,
                })
            })
            .collect();
        let shown = self.outcomes.iter().find(|(_, outcome)| outcome.status == worst).or(self.outcomes.first());
        json!({
            "schema": "shomei/verify/1",
            "status": worst.code(),
            "valid": worst == TrustStatus::Trusted,
            "reasons": shown.map(|(_, outcome)| reason_codes(outcome)),
            "path": shown.map(|(_, outcome)| hex_path(&outcome.path)),
            "certificates": certificates,
            "unused_crls": unused,
            "unused_ocsp": ocsp,
        })
    }

    /// For people.
    pub fn text(&self, lang: Lang) -> String {
        let mut out = String::new();
        for (certificate, outcome) in self.outcomes {
            out += &outcome_text(certificate, outcome, lang);
        }
        for unused in self.unused_crls {
            let issuer = unused.crl.issuer.printed();
            let issued = unused.crl.this_update.map(format_instant).unwrap_or_default();
            let reason = crl_fault_word(&unused.fault).show(lang);
            let text = Text {
                ja: "使われなかった失効リスト: {issuer}({issued} 発行): {reason}\n",
                en: "CRL not used: {issuer} (of {issued}): {reason}\n",
            };
            out +=
                &text.fill(lang, &[("issuer", &escape::terminal(&issuer)), ("issued", &issued), ("reason", &reason)]);
            for certificate in self.listed(unused) {
                let subject = certificate.subject.printed();
                let text =
                    Text { ja: "  このリストに載っています: {subject}\n", en: "  it lists {subject}\n" };
                out += &text.fill(lang, &[("subject", &escape::terminal(&subject))]);
            }
        }
        for (response, fault) in self.unused_ocsp {
            let issued = response.produced_at.map(format_instant).unwrap_or_default();
            let text = Text {
                ja: "使われなかった OCSP 応答({issued} 作成): {reason}\n",
                en: "OCSP response not used (of {issued}): {reason}\n",
            };
            out += &text.fill(lang, &[("issued", &issued), ("reason", &ocsp_fault_word(*fault).show(lang))]);
        }
        out
    }
}

fn reason_codes(outcome: &Verification) -> Vec<String> {
    outcome.reasons.iter().map(|reason| reason.code()).collect()
}

fn outcome_text(certificate: &Certificate, outcome: &Verification, lang: Lang) -> String {
    let answer = match outcome.status {
        TrustStatus::Trusted => Text { ja: "有効です: {subject}", en: "valid: {subject}" },
        TrustStatus::Untrusted => Text { ja: "有効ではありません: {subject}", en: "not valid: {subject}" },
        TrustStatus::Undetermined => Text { ja: "判定保留: {subject}", en: "undetermined: {subject}" },
    };
    let subject = certificate.subject.printed();
    let mut out = answer.fill(lang, &[("subject", &escape::terminal(&subject))]) + "\n";
    for reason in &outcome.reasons {
        let word = reason_word(reason);
        out.push_str(&format!("  - {}: {}\n", word.code, word.show(lang)));
    }
    for (depth, violation) in &outcome.violations {
        out.push_str(&format!("    {depth}: {}: {}\n", violation.code(), violation_text(*violation).get(lang)));
    }
    for (depth, sha256) in hex_path(&outcome.path).iter().enumerate() {
        out.push_str(&format!("  {depth}: {sha256}\n"));
    }
    out
}

/// A demand of RFC 5280 that is not met, with its section.
fn violation_text(violation: ProfileViolation) -> Text {
    match violation {
        ProfileViolation::SerialNotPositive => Text {
            ja: "シリアル番号が正の数ではない(4.1.2.2)",
            en: "its serial number is not positive (4.1.2.2)",
        },
        ProfileViolation::SerialTooLong => Text {
            ja: "シリアル番号が20バイトより長い(4.1.2.2)",
            en: "its serial number has more than 20 bytes (4.1.2.2)",
        },
        ProfileViolation::IssuerEmpty => {
            Text { ja: "発行元の名前が空である(4.1.2.4)", en: "its issuer is empty (4.1.2.4)" }
        }
        ProfileViolation::SubjectEmpty => {
            Text { ja: "認証局の名前が空である(4.1.2.6)", en: "it is a CA without a subject (4.1.2.6)" }
        }
        ProfileViolation::AlternativeNameNotCritical => Text {
            ja: "名前が空なのに別名(subjectAltName)が必須ではない(4.1.2.6)",
            en: "it has no subject, and its alternative name is not critical (4.1.2.6)",
        },
        ProfileViolation::VersionTooLow => Text {
            ja: "拡張があるのにバージョン3ではない(4.1.2.1)",
            en: "it has extensions and is not of version 3 (4.1.2.1)",
        },
        ProfileViolation::ExtensionRepeated => {
            Text { ja: "同じ拡張が2つある(4.2)", en: "an extension occurs twice (4.2)" }
        }
        ProfileViolation::AuthorityKeyIdentifierMissing => Text {
            ja: "発行元の鍵識別子がない(4.2.1.1)",
            en: "it has no authority key identifier (4.2.1.1)",
        },
        ProfileViolation::SubjectKeyIdentifierMissing => Text {
            ja: "認証局なのに鍵識別子がない(4.2.1.2)",
            en: "it is a CA without a subject key identifier (4.2.1.2)",
        },
        ProfileViolation::KeyUsageMissing => Text {
            ja: "認証局なのに証明書へ署名する用途(keyCertSign)の記載がない(4.2.1.3)",
            en: "it is a CA without keyCertSign (4.2.1.3)",
        },
        ProfileViolation::CertificateSigningWithoutCa => Text {
            ja: "認証局ではないのに keyCertSign がある(4.2.1.3)",
            en: "it has keyCertSign and is no CA (4.2.1.3)",
        },
        ProfileViolation::BasicConstraintsMissing => Text {
            ja: "証明書を発行したのに認証局であるという記載(basicConstraints)がない(4.2.1.9)",
            en: "it has issued a certificate and does not say that it is a CA (4.2.1.9)",
        },
        ProfileViolation::BasicConstraintsNotCritical => Text {
            ja: "basicConstraints が必須(critical)ではない(4.2.1.9)",
            en: "its basic constraints are not critical (4.2.1.9)",
        },
        ProfileViolation::PathLengthWithoutCa => Text {
            ja: "認証局ではないのに pathLenConstraint がある(4.2.1.9)",
            en: "it has a path length and is no CA (4.2.1.9)",
        },
        ProfileViolation::NameConstraintsMisplaced => Text {
            ja: "名前制約が必須ではないか、認証局ではない証明書にある(4.2.1.10)",
            en: "its name constraints are not critical, or it is no CA (4.2.1.10)",
        },
        ProfileViolation::PolicyConstraintsNotCritical => Text {
            ja: "ポリシーの制約が必須ではない(4.2.1.11、4.2.1.14)",
            en: "its policy constraints are not critical (4.2.1.11, 4.2.1.14)",
        },
        ProfileViolation::CriticalMisplaced => Text {
            ja: "必須にしてはならない拡張が必須である(4.2.1.1、4.2.1.2、4.2.1.15、4.2.2)",
            en: "an extension is critical that must not be (4.2.1.1, 4.2.1.2, 4.2.1.15, 4.2.2)",
        },
        ProfileViolation::AlternativeNameEmpty => {
            Text { ja: "別名(subjectAltName)が空である(4.2.1.6)", en: "its alternative name is empty (4.2.1.6)" }
        }
        ProfileViolation::DnsNameMalformed => {
            Text { ja: "DNS 名の形が正しくない(4.2.1.6)", en: "a DNS name has not the form of one (4.2.1.6)" }
        }
    }
}
