//! What the JSON documents say: `docs/schemas/*.json` describe these types.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::audit::facts::OccurrenceFacts;
use crate::audit::holding::{ClaimPeriod, ClaimUnit, HolderMatch};
use crate::audit::rules::{Evidence, EvidenceValue};
use crate::audit::{AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile, verdict_counts};
use crate::calendar::{Day, Instant, Zone, format_instant};
use crate::certificate::{Certificate, CertificateRole, hex};
use crate::container::{ContainerEntry, ContainerKind, Mac, OpenedContainer, Protection};
use crate::locale::Lang;
use crate::policy::Severity;
use crate::trust::Verdict;

/// The schema of the audit's documents.
pub const AUDIT: &str = "shomei/audit/1";

/// The name of a role.
pub fn role_code(role: CertificateRole) -> &'static str {
    match role {
        CertificateRole::Root => "root",
        CertificateRole::Intermediate => "intermediate",
        CertificateRole::EndEntity => "end-entity",
    }
}

/// The name of a container's kind.
pub fn kind_code(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Pkcs12 => "pkcs12",
        ContainerKind::Pkcs7 => "pkcs7",
        ContainerKind::Pem => "pem",
        ContainerKind::Der => "der",
        ContainerKind::Crl => "crl",
        ContainerKind::Key => "key",
        ContainerKind::JavaKeystore => "java-keystore",
        ContainerKind::NssDatabase => "nss-database",
        ContainerKind::WindowsStore => "windows-store",
        ContainerKind::BouncyCastleKeystore => "bouncy-castle-keystore",
        ContainerKind::XcaDatabase => "xca-database",
        ContainerKind::IbmKeyDatabase => "ibm-key-database",
        ContainerKind::Archive => "archive",
        ContainerKind::EncryptedMember => "encrypted-member",
        ContainerKind::Nothing => "nothing",
    }
}

/// The name of a container's kind as people write it.
pub fn kind_name(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Pkcs12 => "PKCS#12",
        ContainerKind::Pkcs7 => "PKCS#7",
        ContainerKind::Pem => "PEM",
        ContainerKind::Der => "DER",
        ContainerKind::Crl => "CRL (DER)",
        ContainerKind::Key => "private key (DER)",
        ContainerKind::JavaKeystore => "Java keystore",
        ContainerKind::NssDatabase => "NSS database",
        ContainerKind::WindowsStore => "Windows certificate store",
        ContainerKind::BouncyCastleKeystore => "Bouncy Castle keystore",
        ContainerKind::XcaDatabase => "XCA database",
        ContainerKind::IbmKeyDatabase => "IBM key database",
        ContainerKind::Archive => "ZIP archive",
        ContainerKind::EncryptedMember => "encrypted file in a ZIP archive",
        ContainerKind::Nothing => "-",
    }
}

/// A path of certificates as hexadecimal, leaf first.
pub fn hex_path(path: &[[u8; 32]]) -> Vec<String> {
    path.iter().map(|sha256| hex(sha256)).collect()
}

pub(super) fn instant(at: Option<Instant>) -> Option<String> {
    at.map(format_instant)
}

pub(super) fn day(day: Option<Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// A claim period in JSON.
pub(super) fn period_document(period: ClaimPeriod) -> Json {
    json!({"from": period.first.to_string(), "until": period.last.to_string()})
}

/// A finding in JSON.
#[derive(Serialize)]
pub struct FindingDocument<'a> {
    /// Absent where the finding is nested in its subject, null where it is of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Option<&'a str>>,
    rule: &'static str,
    severity: &'static str,
    message: String,
    remedy: String,
    evidence: EvidenceJson<'a>,
    policy_line: Option<&'a str>,
}

struct EvidenceJson<'a>(&'a Evidence);

struct ValueJson<'a>(&'a EvidenceValue);

impl Serialize for EvidenceJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.0.len()))?;
        for (name, value) in &self.0.0 {
            map.serialize_entry(name, &ValueJson(value))?;
        }
        map.end()
    }
}

impl Serialize for ValueJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            EvidenceValue::Text(text) => serializer.serialize_str(text),
            EvidenceValue::Number(number) => serializer.serialize_i64(*number),
            EvidenceValue::Day(day) => serializer.serialize_str(&day.to_string()),
            EvidenceValue::Instant(at) => serializer.serialize_str(&format_instant(*at)),
            EvidenceValue::Hex(bytes) => serializer.serialize_str(&hex(bytes)),
            EvidenceValue::Serial(serial) => serializer.serialize_str(&serial.hex()),
            EvidenceValue::List(list) | EvidenceValue::Members(list, _) => list.serialize(serializer),
            EvidenceValue::Words(words) => {
                let mut list = serializer.serialize_seq(Some(words.len()))?;
                words.iter().try_for_each(|word| list.serialize_element(&word.code))?;
                list.end()
            }
            EvidenceValue::Name(named) => serializer.serialize_str(&named.id),
            EvidenceValue::Names(names) => {
                names.iter().map(|named| &named.id).collect::<Vec<_>>().serialize(serializer)
            }
            EvidenceValue::Unknown => serializer.serialize_none(),
        }
    }
}

/// The evidence of a finding in JSON.
pub(in crate::report) fn evidence_document(evidence: &Evidence) -> Json {
    json!(EvidenceJson(evidence))
}

impl<'a> FindingDocument<'a> {
    /// A finding in `lang`, nested in its subject.
    pub fn new(finding: &'a JudgedFinding, lang: Lang) -> FindingDocument<'a> {
        FindingDocument {
            path: None,
            rule: finding.rule.code,
            severity: finding.severity.code(),
            message: finding.message(lang),
            remedy: finding.remedy(lang),
            evidence: EvidenceJson(&finding.evidence),
            policy_line: finding.policy_line.as_deref(),
        }
    }

    /// A finding that stands by itself: of the file at `path`, or of the run.
    pub fn standing(path: Option<&'a str>, finding: &'a JudgedFinding, lang: Lang) -> FindingDocument<'a> {
        FindingDocument { path: Some(path), ..FindingDocument::new(finding, lang) }
    }
}

/// A verdict in JSON.
pub(super) fn verdict(verdict: &Verdict) -> Json {
    json!({
        "status": verdict.status.code(),
        "anchor": verdict.anchor.map(|sha256| hex(&sha256)),
        "generation": verdict.generation,
        "path": (!verdict.path.is_empty()).then(|| hex_path(&verdict.path)),
        "reasons": verdict.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>(),
    })
}

/// Findings that are nested in their subject.
pub(super) fn findings(findings: &[JudgedFinding], lang: Lang) -> Json {
    json!(findings.iter().map(|finding| FindingDocument::new(finding, lang)).collect::<Vec<_>>())
}

/// A certificate in JSON.
pub(super) fn certificate(record: &CertificateRecord, lang: Lang) -> Json {
    let facts = &record.facts;
    let certificate = facts.certificate;
    let source = |place: &OccurrenceFacts| {
        json!({
            "path": place.path,
            "container": kind_code(place.container),
            "friendly_name": place.friendly_name,
            "has_key": place.has_key,
            "key_matches": place.key_matches,
            "opened_with": place.opened_with,
        })
    };
    let mut object = json!({
        "sha256": hex(&certificate.sha256),
        "sha1": hex(&certificate.sha1()),
        "serial": certificate.serial.hex(),
        "subject": certificate.subject.rfc4514(),
        "issuer": certificate.issuer.rfc4514(),
        "not_before": instant(certificate.not_before),
        "not_after": instant(certificate.not_after),
        "issued_on": day(facts.issued_on),
        "expires_on": day(facts.expires_on),
        "effective_expiry": instant(facts.verdict.effective_expiry),
        "role": role_code(facts.role),
        "verdict": verdict(facts.verdict),
    });
    if let HolderMatch::Known(key, how) = &facts.holding.of {
        object["holder"] = json!({"register": key.register, "id": key.id, "how": how.code()});
    }
    if let Some(category) = &facts.holding.category {
        object["category"] = json!(category);
    }
    object["sources"] = facts.places.iter().map(source).collect();
    object["findings"] = findings(record.findings, lang);
    object
}

/// A holder of the register in JSON, and what it can submit claims for.
pub(super) fn holder(record: &HolderRecord, lang: Lang) -> Json {
    let holder = record.facts.holder;
    json!({
        "register": holder.key.register,
        "id": holder.key.id,
        "name": holder.name,
        "units": record.facts.standing.units.iter().map(unit).collect::<Vec<_>>(),
        "findings": findings(record.findings, lang),
    })
}

/// A provider number and service in JSON, and whether claims can be submitted for it.
pub(super) fn unit(unit: &ClaimUnit) -> Json {
    json!({
        "provider_number": unit.provider_number,
        "service": unit.service,
        "through": unit.through.iter().map(|key| &key.id).collect::<Vec<_>>(),
        "coverage": unit.coverage.code(),
        "reasons": unit.coverage.reasons().iter().map(|reason| reason.code()).collect::<Vec<_>>(),
        "can_from": unit.from.map(|day| day.to_string()),
        "can_until": unit.until.map(|day| day.to_string()),
        "remarks": unit.remarks.iter().map(|remark| remark.kind.code()).collect::<Vec<_>>(),
    })
}

/// A file that could not be read, in JSON.
pub(super) fn unreadable(file: &UnreadableFile, lang: Lang) -> Json {
    let telling = file.findings.iter().find(|f| f.rule.code == file.reason).or(file.findings.first());
    json!({
        "path": file.path,
        "reason": file.reason,
        "message": telling.map(|finding| finding.message(lang)),
        "findings": findings(file.findings, lang),
    })
}

/// The summary in JSON.
pub(super) fn summary(summary: &AuditSummary) -> Json {
    let verdicts: serde_json::Map<String, Json> =
        verdict_counts(summary).into_iter().map(|(status, n)| (status.code().into(), n.into())).collect();
    let severities: serde_json::Map<String, Json> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| (severity.code().into(), summary.severities.get(&severity).copied().unwrap_or(0).into()))
        .collect();
    let tiers: serde_json::Map<String, Json> =
        summary.tiers.iter().map(|(days, n)| (days.to_string(), (*n).into())).collect();
    let mut object = json!({
        "files": summary.files,
        "files_without_certificate": summary.passed_over,
        "certificates": summary.certificates,
        "unreadable": summary.unreadable,
        "attention": summary.attention,
        "verdict": verdicts,
        "severity": severities,
        "rule": summary.rules,
        "tier": tiers,
        "suppressed": summary.suppressed,
        "links": summary.links,
        "unopened": summary.unopened.iter().map(|(path, error)| json!({"path": path, "error": error})).collect::<Vec<_>>(),
    });
    if summary.holders > 0 {
        let count = |code: &str| summary.units.get(code).copied().unwrap_or(0);
        object["holders"] = json!(summary.holders);
        object["units"] = json!({
            "can": count("can"),
            "can_until": count("can-until"),
            "unknown": count("unknown"),
            "cannot": count("cannot"),
        });
    }
    if !summary.passed_over_paths.is_empty() {
        object["passed_over"] = json!(summary.passed_over_paths);
    }
    object
}

/// Everything known of a certificate, as `inspect` shows it.
pub fn certificate_document(certificate: &Certificate, zone: Zone) -> Json {
    let key = certificate.key();
    json!({
        "sha256": hex(&certificate.sha256),
        "sha1": hex(&certificate.sha1()),
        "version": certificate.version(),
        "serial": certificate.serial.hex(),
        "serial_printed": certificate.serial.to_string(),
        "subject": certificate.subject.rfc4514(),
        "subject_printed": certificate.subject.printed(),
        "issuer": certificate.issuer.rfc4514(),
        "issuer_printed": certificate.issuer.printed(),
        "not_before": instant(certificate.not_before),
        "not_after": instant(certificate.not_after),
        "issued_on": day(certificate.not_before.and_then(|at| zone.day(at))),
        "expires_on": day(certificate.not_after.and_then(|at| zone.day(at))),
        "role": role_code(certificate.role()),
        "key": key.as_ref().map(|key| json!({"label": key.label(), "bits": key.bits})),
        "signature_algorithm": certificate.signature_algorithm(),
        "basic_constraints": certificate.basic_constraints().map(|b| json!({"ca": b.ca, "path_length": b.path_length})),
        "key_usage": certificate.key_usage(),
        "extended_key_usage": certificate.extended_key_usage(),
        "subject_key_identifier": certificate.subject_key_identifier().map(hex),
        "authority_key_identifier": certificate.authority_key_identifier().map(hex),
        "alternative_names": certificate.alternative_names(),
        "crl_addresses": certificate.crl_addresses(),
        "ocsp_addresses": certificate.ocsp_addresses(),
        "extensions": certificate.extensions().map(|(oid, critical)| json!({"oid": oid, "critical": critical})).collect::<Vec<_>>(),
        "malformed": certificate.malformed().iter().map(|m| json!({"part": m.part, "reason": m.reason})).collect::<Vec<_>>(),
    })
}

/// One entry of a container, as `inspect` shows it.
pub fn entry_document(entry: &ContainerEntry, certificate: Option<&Certificate>, zone: Zone) -> Json {
    json!({
        "friendly_name": entry.friendly_name,
        "local_key_id": entry.local_key_id.as_deref().map(hex),
        "has_key": entry.has_key,
        "key_matches": entry.key_matches,
        "offset": entry.offset,
        "certificate": certificate.map(|c| certificate_document(c, zone)),
    })
}

/// How a part of a container is encrypted, in JSON.
pub(super) fn protection(protection: &Protection) -> Json {
    json!({
        "scheme": protection.scheme,
        "kdf": protection.kdf,
        "cipher": protection.cipher,
        "iterations": protection.iterations,
    })
}

/// The integrity check of a container in JSON.
pub(super) fn mac(mac: &Mac) -> Json {
    json!({"algorithm": mac.algorithm, "kdf": mac.kdf, "iterations": mac.iterations})
}

/// The document of `inspect`.
pub fn inspect_document(
    path: &str,
    opened: &OpenedContainer,
    opened_with: Option<String>,
    entries: Vec<Json>,
    problems: Vec<Json>,
) -> Json {
    json!({
        "schema": "shomei/inspect/1",
        "path": path,
        "container": kind_code(opened.kind),
        "opened_with": opened_with,
        "encryption": {
            "certificates": opened.certificate_encryption.iter().map(protection).collect::<Vec<_>>(),
            "keys": opened.key_encryption.iter().map(protection).collect::<Vec<_>>(),
        },
        "mac": opened.mac.as_ref().map(mac),
        "entries": entries,
        "keys": opened.keys.len(),
        "crls": opened.crls.len(),
        "problems": problems,
    })
}
