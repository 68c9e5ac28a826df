//! Opening a container: detects what a file is and calls the reader of its format.

use super::builder::{BagAttributes, ContainerBuilder, padding};
use super::detect::{self, DerForm};
use super::embedded::{self, Embedded};
use super::limits::Limit;
use super::password_trials::TrialMode;
use super::pem::{self, PemBlock, PemText};
use super::pkcs12::{self, EncryptedKey};
use super::{
    Candidates, ContainerKeys, ContainerKind, ContainerOptions, ContainerProblem, Damage, KeyInspection,
    OpenedContainer, Protection, base64, java_keystore, nss, pkcs7, windows_store,
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
pub fn open<'a>(
    bytes: &[u8],
    candidates: impl Into<Candidates<'a>>,
    options: &ContainerOptions<'a>,
) -> OpenedContainer {
    let mut session = ContainerBuilder::new(bytes.len(), candidates.into(), options);
    read_whole(&mut session, bytes);
    session.finish()
}

/// Opens a container as [`open`] does, with its private keys, which are inspected in any case, and the
/// password that opened it.
pub fn open_with_keys<'a>(
    bytes: &[u8],
    candidates: impl Into<Candidates<'a>>,
    options: &ContainerOptions<'a>,
) -> (OpenedContainer, ContainerKeys) {
    let options = ContainerOptions { keys: KeyInspection::Match, ..*options };
    let mut session = ContainerBuilder::new(bytes.len(), candidates.into(), &options);
    session.taken = Some(Vec::new());
    read_whole(&mut session, bytes);
    let password = session.trials.opening_password();
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
    recognised(bytes).or_else(|| detect::form_of(bytes).map(kind_of)).unwrap_or_default()
}

/// What the first bytes show, where it is neither DER nor text.
pub(super) fn recognised(bytes: &[u8]) -> Option<ContainerKind> {
    match () {
        () if detect::is_java_keystore(bytes) => Some(ContainerKind::JavaKeystore),
        () if detect::is_bouncy_castle(bytes) => Some(ContainerKind::BouncyCastleKeystore),
        () if detect::is_nss_database(bytes) => Some(ContainerKind::NssDatabase),
        () if detect::is_xca_database(bytes) => Some(ContainerKind::XcaDatabase),
        () if windows_store::is_store(bytes) || windows_store::is_blob(bytes) => Some(ContainerKind::WindowsStore),
        () => None,
    }
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
    if let Some(kind) = recognised(bytes) {
        match kind {
            ContainerKind::JavaKeystore => java_keystore::read(session, bytes),
            ContainerKind::WindowsStore => windows_store::read(session, bytes),
            ContainerKind::NssDatabase if detect::is_sqlite(bytes) => nss::read(session, bytes),
            _ => session.problem(ContainerProblem::NotRead),
        }
        return kind;
    }
    if detect::form_of(bytes).is_some() {
        let kind = read_elements(session, bytes, 0);
        explain_damage(session, bytes);
        return kind;
    }
    read_text(session, &PemText::of(bytes)).unwrap_or_default()
}

/// Reads elements in DER or BER that follow each other, as `cat` makes of files, from byte `base` of
/// the file on. The kind is the first one's.
fn read_elements(session: &mut ContainerBuilder<'_>, bytes: &[u8], base: usize) -> ContainerKind {
    let mut kind = ContainerKind::Nothing;
    let mut at = 0;
    while let Some(form) = detect::form_of(&bytes[at..]) {
        let counted = session.work.bag();
        if session.ok_or_note(counted).is_none() {
            return kind;
        }
        let length = first_element(&bytes[at..]).len();
        read_form(session, form, &bytes[at..at + length], base + at, base + at);
        kind = if kind == ContainerKind::Nothing { kind_of(form) } else { kind };
        at += length;
        at += padding(&bytes[at..]);
    }
    if at < bytes.len() && read_pem(session, &PemText::of(&bytes[at..])).is_none() {
        session.trailing(base + at);
    }
    kind
}

/// Says of data that does not add up that line ends were converted, where undoing that makes it whole.
fn explain_damage(session: &mut ContainerBuilder<'_>, bytes: &[u8]) {
    let Some(problem) = session.out.problems.iter_mut().find(|p| matches!(p, ContainerProblem::Damaged { .. })) else {
        return;
    };
    let returns = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    let feeds = bytes.iter().filter(|b| **b == b'\n').count();
    // A LF became CRLF each time: without the CR the length is the stated one.
    let Some(stated) = stated_length(bytes) else { return };
    let widened = returns > 0 && returns == feeds && stated == bytes.len() - returns;
    if let (true, ContainerProblem::Damaged { offset, .. }) = (widened, &problem) {
        *problem = ContainerProblem::Damaged { offset: *offset, what: Damage::LineEnds };
    }
}

/// The length of the element at the beginning as its header states it.
fn stated_length(bytes: &[u8]) -> Option<usize> {
    let [_, first, rest @ ..] = bytes else { return None };
    match usize::from(*first) {
        short @ 0..=0x7f => Some(2 + short),
        count @ 0x81..=0x84 => {
            let digits = rest.get(..count - 0x80)?;
            let length = digits.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
            length.checked_add(2 + digits.len())
        }
        _ => None,
    }
}

/// Reads a text: PEM, an export of the registry, bare Base64, or a text that holds one of them.
fn read_text(session: &mut ContainerBuilder<'_>, text: &PemText<'_>) -> Option<ContainerKind> {
    if windows_store::is_registry_export(&text.bytes) {
        return windows_store::read_registry(session, &text.bytes).then_some(ContainerKind::WindowsStore);
    }
    if let Some(kind) = read_pem(session, text).or_else(|| read_bare(session, text)) {
        return Some(kind);
    }
    if let Some(unescaped) = embedded::unescaped_pem(&text.bytes)
        && let Some(kind) = read_pem(session, &PemText::of(&unescaped))
    {
        return Some(kind);
    }
    read_embedded(session, text)
}

fn read_embedded(session: &mut ContainerBuilder<'_>, text: &PemText<'_>) -> Option<ContainerKind> {
    let mut kind = None;
    for found in embedded::find_all(&text.bytes) {
        let counted = session.work.bag();
        session.ok_or_note(counted)?;
        let read = match found {
            Embedded::Element(form, bytes, at) => {
                read_form(session, form, &bytes, text.place(at), 0);
                Some(kind_of(form))
            }
            Embedded::Pem(bytes) => read_pem(session, &PemText::of(&bytes)),
        };
        kind = kind.or(read);
    }
    kind
}

/// Reads DER or BER of a known form, which is at byte `at` of the file or decoded from there;
/// `base` is the offset of its first byte in what was decoded.
fn read_form(session: &mut ContainerBuilder<'_>, form: DerForm, bytes: &[u8], at: usize, base: usize) {
    session.ends_at(base + bytes.len());
    match form {
        DerForm::Pfx => pkcs12::read(session, bytes, base),
        DerForm::SignedData => pkcs7::read(session, bytes, base),
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

/// Whether the label of a PEM block is one that is read here.
pub(super) fn is_known_label(label: &str) -> bool {
    LABELS.iter().any(|(known, _)| *known == label)
}

/// Whether a text has a PEM block that is read here, be it damaged or cut off.
pub(super) fn pem_is_real(text: &[u8]) -> bool {
    pem::blocks(text).any(|block| is_known_label(block.label) && block.is_real())
}

/// Reads a text with PEM blocks; none where no block matters. A text with one block of a kind
/// that has a name of its own is of that kind.
fn read_pem(session: &mut ContainerBuilder<'_>, text: &PemText<'_>) -> Option<ContainerKind> {
    // Most texts that mention PEM have none: a manual, a program. They are no damaged certificates.
    if !pem_is_real(&text.bytes) {
        return None;
    }
    let mut kind = None;
    let mut end = 0;
    for block in pem::blocks(&text.bytes) {
        end = block.end();
        let Some((_, promised)) = LABELS.iter().find(|(label, _)| *label == block.label) else {
            continue;
        };
        // Beside real ones a block without content is one that lost it, unless it stands in a
        // sentence or is abbreviated.
        if !block.is_real() && !block.stands_alone(&text.bytes) {
            continue;
        }
        let counted = session.work.bag();
        if session.ok_or_note(counted).is_none() {
            return kind;
        }
        let form = read_block(session, text, &block, *promised);
        kind = match (kind, form) {
            (None, DerForm::Pfx) => Some(ContainerKind::Pkcs12),
            (None, DerForm::SignedData) => Some(ContainerKind::Pkcs7),
            _ => Some(ContainerKind::Pem),
        };
    }
    read_behind(session, text, end);
    kind
}

/// Reads DER that follows the last PEM block, as where files of both kinds were put together.
fn read_behind(session: &mut ContainerBuilder<'_>, text: &PemText<'_>, end: usize) {
    let rest = &text.bytes[end..];
    let line = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at + 1);
    let begin = end + line + padding(&rest[line..]);
    if text.place(1) == 1 && detect::form_of(&text.bytes[begin..]).is_some() {
        read_elements(session, &text.bytes[begin..], begin);
    }
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
    let at = text.place(block.offset);
    // The label may be wrong; the content decides.
    let Some(form) = detect::form_of(&bytes) else {
        read_form(session, promised, &bytes, at, 0);
        return promised;
    };
    match block.label {
        // OpenSSL's own form has its settings of trust behind the certificate.
        "TRUSTED CERTIFICATE" => read_form(session, form, first_element(&bytes), at, 0),
        _ => read_decoded(session, form, &bytes, at),
    }
    form
}

/// The element that the bytes begin with, as far as it is there.
fn first_element(bytes: &[u8]) -> &[u8] {
    TlvReader::new(bytes).read().map_or(bytes, |element| element.raw)
}

/// Reads the elements that were decoded from byte `at` of the file: nearly always one.
fn read_decoded(session: &mut ContainerBuilder<'_>, first: DerForm, bytes: &[u8], at: usize) {
    let (mut form, mut base) = (Some(first), 0);
    while let Some(known) = form {
        let length = first_element(&bytes[base..]).len();
        read_form(session, known, &bytes[base..base + length], at, base);
        base += length;
        base += padding(&bytes[base..]);
        form = detect::form_of(&bytes[base..]);
        let counted = session.work.bag();
        if session.ok_or_note(counted).is_none() {
            return;
        }
    }
    if base < bytes.len() {
        session.trailing(at);
    }
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
    read_decoded(session, form, &bytes, 0);
    Some(kind_of(form))
}
