//! What `verify` answers: as JSON and for people.

use serde_json::{Value as Json, json};

use super::{escape, hex_path};
use crate::audit::rules::{crl_fault_word, ocsp_fault_word, reason_word};
use crate::calendar::format_instant;
use crate::certificate::{Certificate, OcspResponse, hex};
use crate::locale::{Lang, Text};
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
                    "reasons": outcome.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>(),
                    "path": hex_path(&outcome.path),
                })
            })
            .collect();
        let unused: Vec<Json> = self
            .unused_crls
            .iter()
            .map(|unused| {
                json!({
                    "issuer": unused.crl.issuer.rfc4514(),
                    "this_update": unused.crl.this_update.map(format_instant),
                    "number": unused.crl.number.as_ref().map(|number| number.hex()),
                    "reason": crl_fault_word(&unused.fault).code,
                    "detail": crl_fault_word(&unused.fault).detail,
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
            "reasons": shown.map(|(_, o)| o.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>()),
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
    for (depth, sha256) in hex_path(&outcome.path).iter().enumerate() {
        out.push_str(&format!("  {depth}: {sha256}\n"));
    }
    out
}
