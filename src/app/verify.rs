//! Plain RFC 5280 validation against given roots.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::inspect::{is_locked, open_certificates};
use super::{AppError, Context, Outcome, Settings, files};
use crate::certificate::{Certificate, CertificateRole, Crl, OcspResponse};
use crate::locale::{Lang, Text};
use crate::report::VerificationReport;
use crate::trust::{CertificatePurpose, TrustStatus, Verification, Verifier, VerifyOptions};

/// What is validated, and against what: the files that hold it.
pub struct VerifyFiles {
    /// Names the moment and the passwords of the file.
    pub settings: Settings,
    /// The file with the certificates to validate.
    pub file: PathBuf,
    /// Files with anchors.
    pub trust: Vec<PathBuf>,
    /// Files with certificates that may be used in between.
    pub untrusted: Vec<PathBuf>,
    /// Files with CRLs.
    pub crls: Vec<PathBuf>,
    /// Files with OCSP responses.
    pub ocsp: Vec<PathBuf>,
    pub purpose: CertificatePurpose,
    /// Whether all that RFC 5280 asks of issuers is required.
    pub strict: bool,
}

/// The validations of all end entities of a file.
pub struct Verified {
    outcomes: Vec<(Certificate, Verification)>,
    verifier: Verifier,
}

impl Verified {
    /// What is shown of it.
    pub fn report(&self) -> VerificationReport<'_> {
        VerificationReport {
            outcomes: &self.outcomes,
            unused_crls: self.verifier.unused_crls(),
            unused_ocsp: self.verifier.unused_ocsp(),
        }
    }

    /// The outcome of the worst certificate.
    pub fn outcome(&self) -> Outcome {
        match self.report().worst() {
            TrustStatus::Trusted => Outcome::Clean,
            TrustStatus::Untrusted => Outcome::Found,
            TrustStatus::Undetermined => Outcome::Undetermined,
        }
    }
}

/// Validates the end entities of a file; pins are not used.
pub fn verify(context: &Context, named: VerifyFiles) -> Result<Verified, AppError> {
    let lang = context.lang;
    let crls: Vec<Crl> = all(&named.crls, files::crls, lang)?.concat();
    let ocsp: Vec<OcspResponse> = all(&named.ocsp, files::ocsp, lang)?;
    let inside = certificates(context, &named.settings, &named.file)?;
    let untrusted = [all(&named.untrusted, files::certificates, lang)?.concat(), inside.clone()].concat();
    let options = VerifyOptions {
        trust: all(&named.trust, files::certificates, lang)?.concat(),
        untrusted,
        crls,
        ocsp,
        at: named.settings.moment(context)?,
        purpose: named.purpose,
        strict: named.strict,
    };
    let verifier = Verifier::new(options).map_err(|error| AppError::Message(error.to_string()))?;
    let outcomes = end_entities(inside)
        .into_iter()
        .map(|leaf| {
            let verification = verifier.verify(&leaf);
            (leaf, verification)
        })
        .collect();
    Ok(Verified { outcomes, verifier })
}

/// What `read` finds in each of the files.
fn all<T>(
    paths: &[PathBuf],
    read: impl Fn(&Path, Lang) -> Result<T, AppError>,
    lang: Lang,
) -> Result<Vec<T>, AppError> {
    paths.iter().map(|path| read(path, lang)).collect()
}

/// The certificates in the file to validate, which may need a password.
fn certificates(context: &Context, settings: &Settings, path: &Path) -> Result<Vec<Certificate>, AppError> {
    let (opened, found) = open_certificates(context, settings, path)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let text = match is_locked(&opened) {
        true => Text {
            ja: "{path} を開くパスワードがありません。--password-file などで指定してください。",
            en: "no password opens {path}. Give one with --password-file or the like.",
        },
        false => files::NO_CERTIFICATE,
    };
    Err(AppError::new(text, context.lang, &[("path", &path.display())]))
}

/// The certificates to validate: the end entities; in a file of CA certificates alone those that have
/// issued no other in it.
fn end_entities(inside: Vec<Certificate>) -> Vec<Certificate> {
    let issues = |ca: &Certificate| {
        let name = ca.subject.canonical();
        inside.iter().any(|other| other.sha256 != ca.sha256 && other.issuer.canonical() == name)
    };
    let is_leaf = |certificate: &&Certificate| certificate.role() == CertificateRole::EndEntity;
    let mut chosen: Vec<Certificate> = inside.iter().filter(is_leaf).cloned().collect();
    if chosen.is_empty() {
        chosen = inside.iter().filter(|ca| !issues(ca)).cloned().collect();
    }
    if chosen.is_empty() {
        chosen = inside;
    }
    let mut seen = HashSet::new();
    chosen.retain(|certificate| seen.insert(certificate.sha256));
    chosen
}
