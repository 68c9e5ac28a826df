//! PKCS#12 (RFC 7292) as it is found in the wild.
//!
//! The MAC shows which password is right; with it the SafeContents are opened, certificates first,
//! then the keys that need decrypting. A damaged, locked or unknown part never prevents another
//! from being read. Absent here: strictness about encoding, signatures (a PFX whose integrity rests
//! on one is read without checking it), private keys that stay.

mod algorithm;
mod bags;
mod cipher;
mod compress;
mod encrypted_key;
mod hash;
mod kdf;
mod mac;
mod scheme;
mod writer;

pub(super) use encrypted_key::EncryptedKey;
pub use writer::{WriteProfile, WrittenCertificate, WrittenContent, write_pem, write_pkcs12};

use std::borrow::Cow;

use super::builder::ContainerBuilder;
use super::password_trials::TrialMode;
use super::{ContainerProblem, Damage, Protection};
use crate::tlv::{Tlv, TlvReader, dotted, universal};
use bags::SafeContents;
use mac::Integrity;
use scheme::{Encryption, EncryptionScheme};

pub(super) const DATA: &str = "1.2.840.113549.1.7.1";
pub(super) const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";

/// Content types that cannot be read here, by name.
const OTHER_CONTENT: &[(&str, &str)] = &[
    ("1.2.840.113549.1.7.3", "envelopedData"),
    ("1.2.840.113549.1.7.4", "signedAndEnvelopedData"),
    ("1.2.840.113549.1.7.5", "digestedData"),
    ("1.2.840.113549.1.9.16.1.2", "authenticatedData"),
    ("1.2.840.113549.1.9.16.1.23", "authEnvelopedData"),
];

impl Protection {
    /// The scheme of what is not encrypted.
    pub(super) const NONE: &'static str = "none";

    pub(super) fn none() -> Protection {
        Protection { scheme: Self::NONE.into(), kdf: String::new(), cipher: String::new(), iterations: 0 }
    }
}

/// Reads a PFX, which begins at byte `base`, into the session.
pub(super) fn read(session: &mut ContainerBuilder<'_>, bytes: &[u8], base: usize) {
    session.begin_pkcs12();
    let outline = Pfx::read(session, bytes, base);
    let Some(pfx) = session.ok_or_note(outline) else {
        return;
    };
    let mut parts = EncryptedParts::default();
    if let Some(integrity) = &pfx.integrity {
        session.out.mac.get_or_insert_with(|| integrity.facts.clone());
        if let Err(problem) = &integrity.check {
            session.problem(problem.clone());
        }
    }
    let safes = safes(session, &pfx, &mut parts);
    session.ok_or_note(safes);
    parts.open(session, &pfx);
}

/// The outline: the AuthenticatedSafe's bytes, and the integrity check.
struct Pfx<'a> {
    content: Cow<'a, [u8]>,
    offset: usize,
    integrity: Option<Integrity>,
}

impl<'a> Pfx<'a> {
    fn read(session: &mut ContainerBuilder<'_>, bytes: &'a [u8], base: usize) -> Result<Pfx<'a>, ContainerProblem> {
        let mut parts = session.element(&mut TlvReader::at(bytes, base))?.children();
        parts.universal(universal::INTEGER)?;
        let content_info = session.element(&mut parts)?;
        let content = content_of(session, &content_info)?;
        let integrity = match parts.is_empty() {
            true => None,
            false => {
                let integrity =
                    parts.sequence().map_err(ContainerProblem::from).and_then(|data| Integrity::read(&data));
                session.ok_or_note(integrity)
            }
        };
        let octets = octets_of(&content)?;
        Ok(Pfx { content: octets, offset: content.content_offset(), integrity })
    }
}

/// The OCTET STRING of a ContentInfo of type data, or of the data inside signed-data.
fn content_of<'a>(session: &mut ContainerBuilder<'_>, content_info: &Tlv<'a>) -> Result<Tlv<'a>, ContainerProblem> {
    let mut parts = content_info.children();
    let kind = dotted(parts.universal(universal::OID)?.content);
    let explicit = session.element(&mut parts)?;
    let content = session.element(&mut explicit.children())?;
    match kind.as_str() {
        // A PFX in public-key integrity mode (RFC 7292 section 4): the signature is not checked,
        // the content is read.
        SIGNED_DATA => {
            let mut signed = content.children();
            signed.universal(universal::INTEGER)?;
            signed.universal(universal::SET)?;
            let mut inner = signed.sequence()?.children();
            inner.universal(universal::OID)?;
            Ok(inner.read()?.children().read()?)
        }
        DATA => Ok(content),
        other => Err(unsupported_content(other, content_info.offset)),
    }
}

fn unsupported_content(oid: &str, offset: usize) -> ContainerProblem {
    ContainerProblem::Unsupported { algorithm: algorithm::name_of(oid, OTHER_CONTENT), offset }
}

/// The bytes of an OCTET STRING, under its own tag or under [0].
fn octets_of<'a>(string: &Tlv<'a>) -> Result<Cow<'a, [u8]>, ContainerProblem> {
    // In EncryptedContentInfo the string is implicit under [0], primitive or constructed from
    // pieces.
    if !string.tag.is_universal(universal::OCTET_STRING) && !string.tag.is_context(0) {
        return Err(string.unexpected().into());
    }
    Ok(string.octets()?)
}

/// The parts that still need a password.
#[derive(Default)]
struct EncryptedParts {
    safes: Vec<EncryptedSafe>,
    keys: Vec<EncryptedKey>,
    /// The password is a random one that Windows gives to the members of a group.
    group_protected: bool,
}

/// An encrypted SafeContents.
struct EncryptedSafe {
    scheme: EncryptionScheme,
    protection: Protection,
    data: Vec<u8>,
    offset: usize,
}

/// Reads the AuthenticatedSafe: plain safes at once, encrypted ones into `locks`.
fn safes(
    session: &mut ContainerBuilder<'_>,
    pfx: &Pfx<'_>,
    parts: &mut EncryptedParts,
) -> Result<(), ContainerProblem> {
    let mut reader = TlvReader::at(&pfx.content, pfx.offset);
    let sequence = session.element(&mut reader)?;
    if !sequence.tag.is_universal(universal::SEQUENCE) {
        return Err(sequence.unexpected().into());
    }
    let mut safes = sequence.children();
    while !safes.is_empty() {
        session.work.bag()?;
        let content_info = session.element(&mut safes)?;
        let read = read_safe(session, &content_info, parts);
        session.ok_or_note(read);
    }
    Ok(())
}

fn read_safe(
    session: &mut ContainerBuilder<'_>,
    content_info: &Tlv<'_>,
    parts: &mut EncryptedParts,
) -> Result<(), ContainerProblem> {
    let kind = dotted(content_info.children().universal(universal::OID)?.content);
    match kind.as_str() {
        DATA => {
            let content = content_of(session, content_info)?;
            let contents = octets_of(&content)?;
            let mut safe = SafeContents {
                session,
                protection: Protection::none(),
                decrypted: None,
                sealed: &mut parts.keys,
                group_protected: false,
            };
            safe.read(&contents, content.content_offset());
            parts.group_protected |= safe.group_protected;
        }
        ENCRYPTED_DATA => {
            let safe = read_encrypted(session, content_info)?;
            parts.safes.push(safe);
        }
        other => return Err(unsupported_content(other, content_info.offset)),
    }
    Ok(())
}

/// EncryptedData: version, and EncryptedContentInfo with type, algorithm and content in [0],
/// which is an OCTET STRING under that tag, whole or in pieces.
fn read_encrypted(
    session: &mut ContainerBuilder<'_>,
    content_info: &Tlv<'_>,
) -> Result<EncryptedSafe, ContainerProblem> {
    let mut parts = content_info.children();
    parts.universal(universal::OID)?;
    let explicit = parts.read()?;
    let mut encrypted_data = explicit.children().sequence()?.children();
    encrypted_data.universal(universal::INTEGER)?;
    let mut encrypted = encrypted_data.sequence()?.children();
    encrypted.universal(universal::OID)?;
    let Encryption { protection, scheme } = Encryption::read(&encrypted.sequence()?)?;
    let content = encrypted.read()?;
    let data = octets_of(&content)?.into_owned();
    match scheme {
        Ok(scheme) => Ok(EncryptedSafe { scheme, protection, data, offset: content.offset }),
        Err(problem) => {
            session.certificates_under(&protection);
            Err(problem)
        }
    }
}

impl EncryptedParts {
    /// Opens what can be opened, with the candidates as given and then, if none has fitted and
    /// it is wished, with their typing mistakes undone.
    fn open(&mut self, session: &mut ContainerBuilder<'_>, pfx: &Pfx<'_>) {
        let mut checked = self.round(session, pfx, None);
        // Typing errors cost many derivations each, so they are tried only when no candidate has
        // opened anything.
        if session.options.try_typos && !session.trials.has_fitted() && self.is_locked(checked) {
            session.trials.mode = TrialMode::Typos;
            checked = self.round(session, pfx, checked);
        }
        let fitted = session.trials.has_fitted();
        match (checked, &pfx.integrity) {
            // The password that opens the safes is not the MAC's, or the MAC or a safe changed.
            (Some(false), Some(integrity)) if fitted => {
                session.problem(ContainerProblem::Damaged { offset: integrity.offset, what: Damage::Mac });
            }
            _ => {}
        }
        if self.is_locked(checked.filter(|_| !fitted)) {
            // Without a MAC a damaged part looks the same as a wrong password: decryption gives no
            // SEQUENCE either way.
            let certain = checked == Some(false) && !fitted;
            session.problem(match self.group_protected {
                true => ContainerProblem::GroupProtected,
                false => ContainerProblem::Password { certain, tried: session.trials.len() },
            });
        }
    }

    fn is_locked(&self, checked: Option<bool>) -> bool {
        checked == Some(false) || !self.safes.is_empty() || !self.keys.is_empty()
    }

    /// One round of trials: the MAC unless it was right before, SafeContents, keys. Returns the
    /// result of the MAC.
    fn round(&mut self, session: &mut ContainerBuilder<'_>, pfx: &Pfx<'_>, before: Option<bool>) -> Option<bool> {
        let check = pfx.integrity.as_ref().and_then(|integrity| integrity.check.as_ref().ok());
        let checked = match check {
            Some(check) if before != Some(true) => {
                let fits = check.fits(&mut session.trials, &mut session.work, &pfx.content);
                ok_or_note(session, fits).or(before)
            }
            _ => before,
        };
        // The MAC has refused every corrected spelling; the same password decrypts the parts, so
        // trying them would cost the derivations again.
        if session.trials.mode == TrialMode::Typos && checked == Some(false) {
            return checked;
        }
        for safe in std::mem::take(&mut self.safes) {
            let opened = self.open_safe(session, &safe);
            let opened = ok_or_note(session, opened);
            if opened != Some(true) {
                // A part that stays encrypted may contain certificates.
                session.certificates_under(&safe.protection);
            }
            if opened == Some(false) {
                self.safes.push(safe);
            }
        }
        // Neither the MAC nor a safe knows any candidate: a key would not either.
        if checked == Some(false) && !self.safes.is_empty() && !session.trials.has_fitted() {
            return checked;
        }
        for key in std::mem::take(&mut self.keys) {
            let opened = key.open(session);
            if ok_or_note(session, opened) == Some(false) {
                self.keys.push(key);
            }
        }
        checked
    }

    fn open_safe(
        &mut self,
        session: &mut ContainerBuilder<'_>,
        safe: &EncryptedSafe,
    ) -> Result<bool, ContainerProblem> {
        let (trials, work) = (&mut session.trials, &mut session.work);
        let Some(plain) = safe.scheme.open(trials, work, &safe.data, safe.offset)? else {
            return Ok(false);
        };
        let (protection, decrypted, sealed) = (safe.protection.clone(), Some(safe.offset), &mut self.keys);
        SafeContents { session, protection, decrypted, sealed, group_protected: false }.read(&plain, 0);
        Ok(true)
    }
}

/// Takes note of a problem; that typing mistakes cost more than is allowed is none.
fn ok_or_note<T>(session: &mut ContainerBuilder<'_>, result: Result<T, ContainerProblem>) -> Option<T> {
    match result {
        Err(ContainerProblem::Limit { .. }) if session.trials.mode == TrialMode::Typos => None,
        other => session.ok_or_note(other),
    }
}
