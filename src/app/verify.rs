//! Plain RFC 5280 validation against given roots.

use std::path::PathBuf;

use super::{AppError, Context, Settings, files};
use crate::certificate::{Certificate, Crl};
use crate::trust::{self, CertificatePurpose, Verification, VerifyOptions};

/// What is validated, and against what: the files that hold it.
pub struct VerifyFiles {
    /// Names the moment.
    pub settings: Settings,
    /// The file with the certificate.
    pub leaf: PathBuf,
    /// Files with anchors.
    pub trust: Vec<PathBuf>,
    /// Files with certificates that may be used in between.
    pub untrusted: Vec<PathBuf>,
    /// Files with CRLs.
    pub crls: Vec<PathBuf>,
    pub purpose: CertificatePurpose,
}

/// Validates a certificate; pins are not used.
pub fn verify(context: &Context, named: VerifyFiles) -> Result<(Certificate, Verification), AppError> {
    let lang = context.lang;
    let certificates = |paths: &[PathBuf]| -> Result<Vec<Certificate>, AppError> {
        let lists = paths.iter().map(|path| files::certificates(path, lang)).collect::<Result<Vec<_>, _>>()?;
        Ok(lists.concat())
    };
    let crls = named.crls.iter().map(|path| files::crls(path, lang)).collect::<Result<Vec<Vec<Crl>>, _>>()?;
    let leaf = files::certificates(&named.leaf, lang)?.swap_remove(0);
    let options = VerifyOptions {
        trust: certificates(&named.trust)?,
        untrusted: certificates(&named.untrusted)?,
        crls: crls.concat(),
        at: named.settings.moment(context)?,
        purpose: named.purpose,
    };
    let verification = trust::verify(&leaf, options).map_err(|error| AppError::Message(error.to_string()))?;
    Ok((leaf, verification))
}
