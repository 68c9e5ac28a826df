//! Plain RFC 5280 validation against given roots.

use std::path::PathBuf;

use super::{AppError, Context, Settings, files};
use crate::certificate::{Certificate, Crl};
use crate::trust::{self, CertificatePurpose, Verification, VerifyOptions};

/// What is validated, and against what.
pub struct VerifyOptions {
    /// Names the moment.
    pub settings: Settings,
    /// The file with the certificate.
    pub leaf: PathBuf,
    /// Files with anchors.
    pub trust: Vec<PathBuf>,
    /// Files with certificates that may lie in between.
    pub untrusted: Vec<PathBuf>,
    /// Files with CRLs.
    pub crls: Vec<PathBuf>,
    /// The purpose.
    pub purpose: CertificatePurpose,
}

/// Validates a certificate; pins are not used.
pub fn verify(context: &Context, options: VerifyOptions) -> Result<(Certificate, Verification), AppError> {
    let lang = context.lang;
    let certificates = |paths: &[PathBuf]| -> Result<Vec<Certificate>, AppError> {
        let lists = paths.iter().map(|path| files::certificates(path, lang)).collect::<Result<Vec<_>, _>>()?;
        Ok(lists.concat())
    };
    let crls = options.crls.iter().map(|path| files::crls(path, lang)).collect::<Result<Vec<Vec<Crl>>, _>>()?;
    let leaf = files::certificates(&options.leaf, lang)?.swap_remove(0);
    let given = VerifyOptions {
        trust: certificates(&options.trust)?,
        untrusted: certificates(&options.untrusted)?,
        crls: crls.concat(),
        at: options.settings.moment(context)?,
        purpose: options.purpose,
    };
    let verification = trust::verify(&leaf, given).map_err(|error| AppError::Message(error.to_string()))?;
    Ok((leaf, verification))
}
