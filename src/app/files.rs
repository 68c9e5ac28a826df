//! Files that a use case is given by name.

use std::path::Path;

use zeroize::Zeroizing;

use super::{AppError, Context};
use crate::certificate::{Certificate, Crl, OcspResponse};
use crate::container::{self, Candidates, ContainerOptions, KeyInspection, Limits, OpenedContainer};
use crate::locale::{Lang, Text};
use crate::platform;

/// Reads a file that the user named; it must be there.
#[expect(clippy::disallowed_methods, reason = "standard input is a file that the user names, as `-`")]
pub fn read(path: &Path, lang: Lang) -> Result<Vec<u8>, AppError> {
    let bytes = match path == Path::new("-") {
        true => {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
        }
        false => std::fs::read(path),
    };
    bytes.map_err(|error| AppError::Message(unreadable(path, &error, lang)))
}

/// Why a file that the user named cannot be read, and what to do.
pub fn unreadable(path: &Path, error: &std::io::Error, lang: Lang) -> String {
    let text = Text {
        ja: "{path} を読めません: {error}。場所と読み取りの権限を確かめてください。",
        en: "cannot read {path}: {error}. Check the place and the permission to read.",
    };
    text.fill(lang, &[("path", &path.display()), ("error", error)])
}

/// Reads a file with passwords; a notice where others may read it too.
pub fn read_secret(path: &Path, context: &Context) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let bytes = Zeroizing::new(read(path, context.lang)?);
    if let Some(permissions) = std::fs::metadata(path).ok().and_then(|data| platform::readable_by_others(&data)) {
        let text = Text {
            ja: "{path} は、ほかの利用者も読めます({permissions})。chmod 600 で自分だけにしてください。",
            en: "others may read {path} ({permissions}): keep it to yourself with chmod 600.",
        };
        context.notice(&text.fill(context.lang, &[("path", &path.display()), ("permissions", &permissions)]));
    }
    Ok(bytes)
}

/// A file that was named holds no certificate.
pub const NO_CERTIFICATE: Text = Text {
    ja: "{path} に証明書が見つかりません。PEM、DER、PKCS#7 の証明書か、空のパスワードの PKCS#12 を指定してください。",
    en: "{path} holds no certificate. Name a certificate in PEM, DER or PKCS#7, or a PKCS#12 with an empty password.",
};

/// Opens a file that needs no password: a root, a chain, a CRL.
fn open(path: &Path, lang: Lang) -> Result<OpenedContainer, AppError> {
    let bytes = read(path, lang)?;
    let limits = Limits::default();
    let options = ContainerOptions { limits: &limits, keys: KeyInspection::Skip, try_typos: false };
    Ok(container::open(&bytes, Candidates::default(), &options))
}

/// The certificates in a file; none is an error.
pub fn certificates(path: &Path, lang: Lang) -> Result<Vec<Certificate>, AppError> {
    let opened = open(path, lang)?;
    let found: Vec<Certificate> =
        opened.entries.iter().filter_map(|entry| Certificate::parse(&entry.der).ok()).collect();
    if found.is_empty() {
        return Err(AppError::new(NO_CERTIFICATE, lang, &[("path", &path.display())]));
    }
    Ok(found)
}

/// The CRLs in a file; none is an error.
pub fn crls(path: &Path, lang: Lang) -> Result<Vec<Crl>, AppError> {
    let opened = open(path, lang)?;
    let found: Vec<Crl> = opened.crls.iter().filter_map(|blob| Crl::parse(&blob.der).ok()).collect();
    if found.is_empty() {
        let text = Text {
            ja: "{path} に失効リスト(CRL)が見つかりません。PEM か DER の CRL を指定してください。",
            en: "{path} holds no CRL. Name a CRL in PEM or DER.",
        };
        return Err(AppError::new(text, lang, &[("path", &path.display())]));
    }
    Ok(found)
}

/// The OCSP response in a file.
pub fn ocsp(path: &Path, lang: Lang) -> Result<OcspResponse, AppError> {
    OcspResponse::parse(&read(path, lang)?).map_err(|error| {
        let text = Text {
            ja: "{path} は OCSP 応答ではありません({error})。DER の OCSP 応答(application/ocsp-response)を指定してください。",
            en: "{path} is no OCSP response ({error}). Name one in DER (application/ocsp-response).",
        };
        AppError::new(text, lang, &[("path", &path.display()), ("error", &error)])
    })
}
