//! The way in: tells what a file is, and hands it to the room that reads it.

use super::detect::{self, Form};
use super::limits::Limit;
use super::pem::{self, Block, Text};
use super::pkcs12::{self, SealedKey};
use super::ring::Mode;
use super::session::{Attributes, Session};
use super::{Candidate, Kind, Opened, Options, Problem, Protection, base64, pkcs7};
use crate::tlv::TlvReader;

/// Opens a container: tells by its content what it is, and finds everything in it that can be
/// read. Candidates are tried in their order, and the empty password after them, whether it is
/// among them or not. Whatever the bytes are, there is an answer.
///
/// ```
/// use shomei::container::{self, Kind, KeyLook, Limits, Options};
///
/// let limits = Limits::default();
/// let options = Options { limits: &limits, keys: KeyLook::Match, try_typos: false };
/// let opened = container::open(b"not a certificate", &[], &options);
/// assert_eq!(opened.kind, Kind::Nothing);
/// assert!(opened.problems.is_empty());
/// ```
pub fn open(bytes: &[u8], candidates: &[Candidate], options: &Options) -> Opened {
    let mut session = Session::new(bytes.len(), candidates, options);
    let within = options.limits.check(Limit::Bytes, bytes.len() as u64);
    match within {
        Ok(()) => session.out.kind = read(&mut session, bytes),
        Err(problem) => {
            session.out.kind = kind_of_start(bytes);
            session.problem(problem);
        }
    }
    session.finish()
}

/// The kind as far as it can be told without reading the whole.
fn kind_of_start(bytes: &[u8]) -> Kind {
    if detect::is_java_keystore(bytes) {
        return Kind::JavaKeystore;
    }
    detect::form_of(bytes).map_or(Kind::Nothing, kind_of)
}

fn kind_of(form: Form) -> Kind {
    match form {
        Form::Pfx => Kind::Pkcs12,
        Form::SignedData => Kind::Pkcs7,
        Form::Certificate => Kind::Der,
        Form::Crl => Kind::Crl,
        Form::Key | Form::SealedKey => Kind::Key,
    }
}

fn read(session: &mut Session<'_>, bytes: &[u8]) -> Kind {
    let recognised = match () {
        () if detect::is_java_keystore(bytes) => Some(Kind::JavaKeystore),
        () if detect::is_nss_database(bytes) => Some(Kind::NssDatabase),
        () => None,
    };
    if let Some(kind) = recognised {
        session.problem(Problem::NotRead);
        return kind;
    }
    if let Some(form) = detect::form_of(bytes) {
        read_form(session, form, bytes, 0);
        return kind_of(form);
    }
    let text = Text::of(bytes);
    read_pem(session, &text).or_else(|| read_bare(session, &text)).unwrap_or_default()
}

/// Reads DER or BER of a known form, which stands at byte `at` of the file or is decoded from
/// what stands there.
fn read_form(session: &mut Session<'_>, form: Form, bytes: &[u8], at: usize) {
    session.ends_at(bytes.len());
    match form {
        Form::Pfx => pkcs12::read(session, bytes),
        Form::SignedData => pkcs7::read(session, bytes, 0),
        Form::Certificate => {
            let added = session.certificate(bytes, at, Attributes::default());
            session.noted(added);
        }
        Form::Crl => {
            let added = session.crl(bytes, at);
            session.noted(added);
        }
        Form::Key => {
            session.keys_under(&Protection::none());
            session.key(Some((bytes, at)), false, Attributes::default());
        }
        Form::SealedKey => {
            // Certificates around it were readable, so that it stays closed is no problem.
            let _ = read_sealed(session, bytes);
        }
    }
}

fn read_sealed(session: &mut Session<'_>, bytes: &[u8]) -> Result<(), Problem> {
    let info = TlvReader::new(bytes).sequence()?;
    let Some(key) = SealedKey::read(session, &info, Attributes::default(), None)? else {
        return Ok(());
    };
    session.ring.mode = Mode::Given;
    if !key.open(session)? && session.options.try_typos {
        session.ring.mode = Mode::Typos;
        key.open(session)?;
    }
    Ok(())
}

/// Names of PEM blocks that matter, and what they promise.
const LABELS: &[(&str, Form)] = &[
    ("CERTIFICATE", Form::Certificate),
    ("X509 CERTIFICATE", Form::Certificate),
    ("TRUSTED CERTIFICATE", Form::Certificate),
    ("X509 CRL", Form::Crl),
    ("CRL", Form::Crl),
    ("PKCS7", Form::SignedData),
    ("CMS", Form::SignedData),
    ("PKCS #7 SIGNED DATA", Form::SignedData),
    ("PKCS12", Form::Pfx),
    ("PRIVATE KEY", Form::Key),
    ("RSA PRIVATE KEY", Form::Key),
    ("EC PRIVATE KEY", Form::Key),
    ("DSA PRIVATE KEY", Form::Key),
    ("ENCRYPTED PRIVATE KEY", Form::SealedKey),
];

/// Reads a text with PEM blocks; none where no block matters. A text with one block of a kind
/// that has a name of its own is of that kind.
fn read_pem(session: &mut Session<'_>, text: &Text<'_>) -> Option<Kind> {
    let mut kind = None;
    for block in pem::blocks(&text.bytes) {
        let Some((_, promised)) = LABELS.iter().find(|(label, _)| *label == block.label) else {
            continue;
        };
        let counted = session.work.bag();
        if session.noted(counted).is_none() {
            break;
        }
        let form = read_block(session, text, &block, *promised);
        kind = match (kind, form) {
            (None, Form::Pfx) => Some(Kind::Pkcs12),
            (None, Form::SignedData) => Some(Kind::Pkcs7),
            _ => Some(Kind::Pem),
        };
    }
    kind
}

/// Reads one block, and says what it is in truth.
fn read_block(session: &mut Session<'_>, text: &Text<'_>, block: &Block<'_>, promised: Form) -> Form {
    if promised == Form::Key && block.is_encrypted() {
        session.keys_under(&block.protection());
        session.key(None, true, Attributes::default());
        return promised;
    }
    let decoded = block.decode(text);
    let Some(bytes) = session.noted(decoded) else {
        return promised;
    };
    let form = detect::form_of(&bytes).unwrap_or(promised);
    read_form(session, form, &bytes, text.place(block.offset));
    form
}

/// Reads Base64 without the lines around it: some paste such. Keys are not looked for here,
/// where any long word might be one.
fn read_bare(session: &mut Session<'_>, text: &Text<'_>) -> Option<Kind> {
    let body = text.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text.bytes);
    // A SEQUENCE in Base64 begins so.
    if body.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'M') {
        return None;
    }
    let bytes = base64::decode(body).ok()?;
    let form = detect::form_of(&bytes)?;
    if !matches!(form, Form::Certificate | Form::Crl | Form::Pfx | Form::SignedData) {
        return None;
    }
    read_form(session, form, &bytes, 0);
    Some(kind_of(form))
}
