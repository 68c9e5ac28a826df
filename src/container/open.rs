//! Opening a container: detects what a file is and calls the reader of its format.

use super::builder::{BagAttributes, ContainerBuilder};
use super::detect::{self, DerForm};
use super::limits::Limit;
use super::password_trials::TrialMode;
use super::pem::{self, PemBlock, PemText};
use super::pkcs12::{self, EncryptedKey};
use super::{
    ContainerKeys, ContainerKind, ContainerOptions, ContainerProblem, KeyInspection, OpenedContainer,
    PasswordCandidate, Protection, base64, pkcs7,
};
use crate::tlv::TlvReader;

/// Opens a container: detects by its content what it is, and reads everything in it that can be
/// read. Candidates are tried in their order, and the empty password after them, whether it is
/// among them or not. Whatever the bytes are, there is an answer.
///
/// ```
/// use shomei::container::{self, ContainerKind, ContainerOptions, KeyInspection, Limits};
///
/// let limits = Limits::default();
/// let options = ContainerOptions { limits: &limits, keys: KeyInspection::Match, try_typos: false };
/// let opened = container::open(b"not a certificate", &[], &options);
/// assert_eq!(opened.kind, ContainerKind::Nothing);
/// assert!(opened.problems.is_empty());
/// ```
pub fn open(bytes: &[u8], candidates: &[PasswordCandidate], options: &ContainerOptions) -> OpenedContainer {
    let mut session = ContainerBuilder::new(bytes.len(), candidates, options);
    read_whole(&mut session, bytes);
    session.finish()
}

/// Opens a container as [`open`] does, with its private keys, which are inspected in any case, and the
/// password that opened it.
pub fn open_with_keys(
    bytes: &[u8],
    candidates: &[PasswordCandidate],
    options: &ContainerOptions,
) -> (OpenedContainer, ContainerKeys) {
    let options = ContainerOptions { keys: KeyInspection::Match, ..*options };
    let mut session = ContainerBuilder::new(bytes.len(), candidates, &options);
    session.taken = Some(Vec::new());
    read_whole(&mut session, bytes);
    let password = session.trials.opening_password(candidates);
    let keys = session.taken.take().unwrap_or_default();
    (session.finish(), ContainerKeys { keys, password })
}

fn read_whole(session: &mut ContainerBuilder<'_>, bytes: &[u8]) {
    let options = session.options;
    let within = options.limits.check(Limit::Bytes, bytes.len() as u64);
    match within {
        Ok(()) => session.out.kind = read(session, bytes),
        Err(problem) => {
            // A file that is too large to read may still be one that should contain certificates.
            session.out.kind = kind_of_start(bytes);
            session.problem(problem);
        }
    }
}

/// The kind as far as the beginning of the file shows it.
fn kind_of_start(bytes: &[u8]) -> ContainerKind {
    if detect::is_java_keystore(bytes) {
        return ContainerKind::JavaKeystore;
    }
    detect::form_of(bytes).map_or(ContainerKind::Nothing, kind_of)
}

fn kind_of(form: DerForm) -> ContainerKind {
    match form {
        DerForm::Pfx => ContainerKind::Pkcs12,
        DerForm::SignedData => ContainerKind::Pkcs7,
        DerForm::Certificate => ContainerKind::Der,
        DerForm::Crl => ContainerKind::Crl,
        DerForm::Key | DerForm::SealedKey => ContainerKind::Key,
    }
}

fn read(session: &mut ContainerBuilder<'_>, bytes: &[u8]) -> ContainerKind {
    let recognised = match () {
        () if detect::is_java_keystore(bytes) => Some(ContainerKind::JavaKeystore),
        () if detect::is_nss_database(bytes) => Some(ContainerKind::NssDatabase),
        () => None,
    };
    if let Some(kind) = recognised {
        session.problem(ContainerProblem::NotRead);
        return kind;
    }
    if let Some(form) = detect::form_of(bytes) {
        read_form(session, form, bytes, 0);
        return kind_of(form);
    }
    let text = PemText::of(bytes);
    read_pem(session, &text).or_else(|| read_bare(session, &text)).unwrap_or_default()
}

/// Reads DER or BER of a known form, which is at byte `at` of the file or decoded from there.
fn read_form(session: &mut ContainerBuilder<'_>, form: DerForm, bytes: &[u8], at: usize) {
    session.ends_at(bytes.len());
    match form {
        DerForm::Pfx => pkcs12::read(session, bytes),
        DerForm::SignedData => pkcs7::read(session, bytes, 0),
        DerForm::Certificate => {
            let added = session.certificate(bytes, at, BagAttributes::default());
            session.ok_or_note(added);
        }
        DerForm::Crl => {
            let added = session.crl(bytes, at);
            session.ok_or_note(added);
        }
        DerForm::Key => {
            session.keys_under(&Protection::none());
            session.key(Some((bytes, at)), false, BagAttributes::default());
        }
        DerForm::SealedKey => {
            // Certificates around it were readable, so that it stays closed is no problem.
            let _ = read_sealed(session, bytes);
        }
    }
}

fn read_sealed(session: &mut ContainerBuilder<'_>, bytes: &[u8]) -> Result<(), ContainerProblem> {
    let info = TlvReader::new(bytes).sequence()?;
    let Some(key) = EncryptedKey::read(session, &info, BagAttributes::default(), None)? else {
        return Ok(());
    };
    session.trials.mode = TrialMode::Given;
    if !key.open(session)? && session.options.try_typos {
        session.trials.mode = TrialMode::Typos;
        key.open(session)?;
    }
    Ok(())
}

/// Names of PEM blocks that matter, and what they promise.
const LABELS: &[(&str, DerForm)] = &[
    ("CERTIFICATE", DerForm::Certificate),
    ("X509 CERTIFICATE", DerForm::Certificate),
    ("TRUSTED CERTIFICATE", DerForm::Certificate),
    ("X509 CRL", DerForm::Crl),
    ("CRL", DerForm::Crl),
    ("PKCS7", DerForm::SignedData),
    ("CMS", DerForm::SignedData),
    ("PKCS #7 SIGNED DATA", DerForm::SignedData),
    ("PKCS12", DerForm::Pfx),
    ("PRIVATE KEY", DerForm::Key),
    ("RSA PRIVATE KEY", DerForm::Key),
    ("EC PRIVATE KEY", DerForm::Key),
    ("DSA PRIVATE KEY", DerForm::Key),
    ("ENCRYPTED PRIVATE KEY", DerForm::SealedKey),
];

/// Reads a text with PEM blocks; none where no block matters. A text with one block of a kind
/// that has a name of its own is of that kind.
fn read_pem(session: &mut ContainerBuilder<'_>, text: &PemText<'_>) -> Option<ContainerKind> {
    let mut kind = None;
    for block in pem::blocks(&text.bytes) {
        let Some((_, promised)) = LABELS.iter().find(|(label, _)| *label == block.label) else {
            continue;
        };
        let counted = session.work.bag();
        if session.ok_or_note(counted).is_none() {
            break;
        }
        let form = read_block(session, text, &block, *promised);
        kind = match (kind, form) {
            (None, DerForm::Pfx) => Some(ContainerKind::Pkcs12),
            (None, DerForm::SignedData) => Some(ContainerKind::Pkcs7),
            _ => Some(ContainerKind::Pem),
        };
    }
    kind
}

/// Reads one block, and returns what it really is.
fn read_block(
    session: &mut ContainerBuilder<'_>,
    text: &PemText<'_>,
    block: &PemBlock<'_>,
    promised: DerForm,
) -> DerForm {
    if promised == DerForm::Key && block.is_encrypted() {
        session.keys_under(&block.protection());
        session.key(None, true, BagAttributes::default());
        return promised;
    }
    let decoded = block.decode(text);
    let Some(bytes) = session.ok_or_note(decoded) else {
        return promised;
    };
    // The label may be wrong; the content decides.
    let form = detect::form_of(&bytes).unwrap_or(promised);
    read_form(session, form, &bytes, text.place(block.offset));
    form
}

/// Reads Base64 without the lines around it, as people paste it. Keys are not looked for here,
/// where any long word might be one.
fn read_bare(session: &mut ContainerBuilder<'_>, text: &PemText<'_>) -> Option<ContainerKind> {
    let body = text.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text.bytes);
    // A SEQUENCE in Base64 begins so.
    if body.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'M') {
        return None;
    }
    let bytes = base64::decode(body).ok()?;
    let form = detect::form_of(&bytes)?;
    if !matches!(form, DerForm::Certificate | DerForm::Crl | DerForm::Pfx | DerForm::SignedData) {
        return None;
    }
    read_form(session, form, &bytes, 0);
    Some(kind_of(form))
}
