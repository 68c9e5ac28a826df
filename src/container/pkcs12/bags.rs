//! The bags of a SafeContents: certificates, CRLs, keys, nested SafeContents, and their attributes.

use super::super::builder::{BagAttributes, ContainerBuilder};
use super::super::limits::Limit;
use super::super::{ContainerProblem, Damage, Protection};
use super::encrypted_key::EncryptedKey;
use crate::certificate::text_of_bytes;
use crate::tlv::{self, Tlv, TlvReader, dotted, universal};

const KEY_BAG: &str = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG: &str = "1.2.840.113549.1.12.10.1.2";
const CERT_BAG: &str = "1.2.840.113549.1.12.10.1.3";
const CRL_BAG: &str = "1.2.840.113549.1.12.10.1.4";
const SECRET_BAG: &str = "1.2.840.113549.1.12.10.1.5";
const SAFE_CONTENTS_BAG: &str = "1.2.840.113549.1.12.10.1.6";
const X509_CERTIFICATE: &str = "1.2.840.113549.1.9.22.1";
const X509_CRL: &str = "1.2.840.113549.1.9.23.1";
/// Microsoft's szOID_PKCS_12_PROTECTED_PASSWORD_SECRET_BAG_TYPE_ID: the file's password, sealed for
/// the users and groups of `Export-PfxCertificate -ProtectTo`.
const PROTECTED_PASSWORD: &str = "1.3.6.1.4.1.311.17.4";
const FRIENDLY_NAME: &str = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";

/// Reads the bags of one SafeContents.
pub struct SafeContents<'s, 'a> {
    pub session: &'s mut ContainerBuilder<'a>,
    /// How the safe is protected.
    pub protection: Protection,
    /// Its offset in the file, if it was decrypted: offsets inside are not offsets of the file
    /// then.
    pub decrypted: Option<usize>,
    /// The keys that need decrypting, as they are found.
    pub sealed: &'s mut Vec<EncryptedKey>,
    /// It holds a password that Windows gives to the members of a group.
    pub group_protected: bool,
}

impl SafeContents<'_, '_> {
    /// Reads SafeContents, which begin at byte `base`.
    pub fn read(&mut self, contents: &[u8], base: usize) {
        let mut reader = TlvReader::at(contents, base);
        match self.element(&mut reader) {
            Ok(sequence) if sequence.tag.is_universal(universal::SEQUENCE) => self.bags(&sequence, 1),
            Ok(other) => self.note(other.unexpected().into()),
            Err(problem) => self.note(problem),
        }
    }

    /// Reads the bags in a SEQUENCE; one that is broken does not keep the others from being read.
    fn bags(&mut self, sequence: &Tlv<'_>, depth: u64) {
        if let Err(problem) = self.session.work.limits.check(Limit::Depth, depth) {
            return self.note(problem);
        }
        let mut bags = sequence.children();
        while !bags.is_empty() {
            let bag = self.session.work.bag().and_then(|()| self.element(&mut bags));
            match bag {
                Ok(bag) => {
                    let read = self.bag(&bag, depth);
                    read.unwrap_or_else(|problem| self.note(problem));
                }
                Err(problem) => return self.note(problem),
            }
        }
    }

    /// SafeBag: its kind, its value in [0], its attributes.
    fn bag(&mut self, bag: &Tlv<'_>, depth: u64) -> Result<(), ContainerProblem> {
        if !bag.tag.is_universal(universal::SEQUENCE) {
            return Err(bag.unexpected().into());
        }
        let mut parts = bag.children();
        let kind = dotted(parts.universal(universal::OID)?.content);
        let explicit = self.element(&mut parts)?;
        if !explicit.tag.is_context(0) {
            return Err(explicit.unexpected().into());
        }
        let value = self.element(&mut explicit.children())?;
        let attributes = attributes(&mut parts);
        match kind.as_str() {
            CERT_BAG => self.typed(&value, X509_CERTIFICATE, |safe, der, at| {
                safe.session.certificates_under(&safe.protection);
                safe.session.certificate(der, at, attributes)
            }),
            CRL_BAG => self.typed(&value, X509_CRL, |safe, der, at| safe.session.crl(der, at)),
            KEY_BAG => {
                self.plain_key(&value, attributes);
                Ok(())
            }
            // GnuTLS without a cipher puts a plain key into a bag for encrypted ones.
            SHROUDED_KEY_BAG if value.children().peek().is_some_and(|tag| tag.is_universal(universal::INTEGER)) => {
                self.plain_key(&value, attributes);
                Ok(())
            }
            SHROUDED_KEY_BAG => {
                let place = self.decrypted;
                let sealed = EncryptedKey::read(self.session, &value, attributes, place)?;
                self.sealed.extend(sealed);
                Ok(())
            }
            SAFE_CONTENTS_BAG => {
                self.bags(&value, depth + 1);
                Ok(())
            }
            SECRET_BAG => {
                let kind = value.children().universal(universal::OID)?;
                self.group_protected |= dotted(kind.content) == PROTECTED_PASSWORD;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A PrivateKeyInfo, protected by nothing but the safe.
    fn plain_key(&mut self, value: &Tlv<'_>, attributes: BagAttributes) {
        self.session.keys_under(&self.protection);
        let encrypted = self.protection.scheme != Protection::NONE;
        let at = self.decrypted.unwrap_or(value.offset);
        self.session.key(Some((value.raw, at)), encrypted, attributes);
    }

    /// CertBag and CRLBag: a type, and in [0] an OCTET STRING if it is the expected type.
    fn typed(
        &mut self,
        value: &Tlv<'_>,
        wanted: &str,
        add: impl FnOnce(&mut Self, &[u8], usize) -> Result<(), ContainerProblem>,
    ) -> Result<(), ContainerProblem> {
        let mut parts = value.children();
        if dotted(parts.universal(universal::OID)?.content) != wanted {
            return Ok(());
        }
        let explicit = parts.read()?;
        let string = explicit.children().universal(universal::OCTET_STRING)?;
        add(self, &string.octets()?, string.content_offset())
    }

    /// The next element; only the file itself can be cut off, not what was decrypted.
    fn element<'t>(&mut self, reader: &mut TlvReader<'t>) -> Result<Tlv<'t>, ContainerProblem> {
        match self.decrypted {
            Some(_) => Ok(reader.read()?),
            None => self.session.element(reader),
        }
    }

    /// Takes note of a problem.
    fn note(&mut self, problem: ContainerProblem) {
        let problem = self.placed(problem);
        self.session.problem(problem);
    }

    /// A problem in a decrypted part is reported at the part's offset in the file.
    fn placed(&self, problem: ContainerProblem) -> ContainerProblem {
        match (self.decrypted, problem) {
            (Some(offset), ContainerProblem::Damaged { .. }) => {
                ContainerProblem::Damaged { offset, what: Damage::Decrypted }
            }
            (Some(offset), ContainerProblem::Unsupported { algorithm, .. }) => {
                ContainerProblem::Unsupported { algorithm, offset }
            }
            (_, problem) => problem,
        }
    }
}

/// Attributes in a SET; those that cannot be read or are not known are passed over.
fn attributes(parts: &mut TlvReader<'_>) -> BagAttributes {
    let mut found = BagAttributes::default();
    let Ok(Some(set)) = parts.optional(universal::SET) else {
        return found;
    };
    let mut all = set.children();
    while let Ok(attribute) = all.read() {
        let _ = read_attribute(&attribute, &mut found);
    }
    found
}

fn read_attribute(attribute: &Tlv<'_>, found: &mut BagAttributes) -> Result<(), tlv::TlvError> {
    let mut parts = attribute.children();
    let kind = dotted(parts.universal(universal::OID)?.content);
    let value = parts.universal(universal::SET)?.children().read()?;
    match kind.as_str() {
        FRIENDLY_NAME => found.friendly_name = Some(text(&value)),
        LOCAL_KEY_ID => found.local_key_id = Some(value.octets()?.into_owned()),
        _ => {}
    }
    Ok(())
}

/// The text of a friendlyName: a BMPString, or what writers take for one. Unpaired surrogates
/// become replacement characters, terminating zeros are dropped.
fn text(value: &Tlv<'_>) -> String {
    let text = match value.tag.number {
        universal::BMP_STRING => bmp_text(value.content),
        _ => text_of_bytes(value.content),
    };
    text.trim_end_matches('\0').to_string()
}

fn bmp_text(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let wide: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    utf8_in_disguise(bytes, &wide).unwrap_or(wide)
}

/// The text where UTF-8 was put into a BMPString: as it is, or (GnuTLS) each byte widened to 16
/// bits. The latter reads as Latin-1 and the former falls into the private area, as no name does.
fn utf8_in_disguise(bytes: &[u8], wide: &str) -> Option<String> {
    let strange = |c: char| matches!(c, '\u{e000}'..='\u{f8ff}' | char::REPLACEMENT_CHARACTER);
    let narrowed: Option<Vec<u8>> = wide.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    if let Some(narrowed) = narrowed.filter(|_| bytes.len().is_multiple_of(2)) {
        return String::from_utf8(narrowed).ok();
    }
    let narrow = std::str::from_utf8(bytes).ok()?;
    let odd = !bytes.len().is_multiple_of(2);
    (odd || (!narrow.is_ascii() && wide.contains(strange))).then(|| narrow.to_string())
}
