//! Java keystores: JKS, and JCEKS, which differs in its magic number and has secret keys.
//!
//! Their certificates are not encrypted. Private keys are, each with its password, in a way of
//! Java's own; they are seen, not opened. The integrity check at the end needs the password and is
//! not made.

use super::builder::{BagAttributes, ContainerBuilder};
use super::{ContainerProblem, Damage, Protection};

/// Reads a keystore into the session.
pub(super) fn read(session: &mut ContainerBuilder<'_>, bytes: &[u8]) {
    let read = entries(session, &mut Bytes { bytes, at: 4 });
    session.ok_or_note(read);
}

/// The bytes of a keystore, big-endian as Java's `DataOutputStream` writes them.
struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ContainerProblem> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(ContainerProblem::Damaged { offset: self.bytes.len(), what: Damage::Truncated })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<usize, ContainerProblem> {
        let mut four = [0; 4];
        four.copy_from_slice(self.take(4)?);
        Ok(u32::from_be_bytes(four) as usize)
    }

    /// Java's modified UTF-8 differs for U+0000 and beyond the basic plane only.
    fn text(&mut self) -> Result<String, ContainerProblem> {
        let length = self.take(2)?;
        let text = self.take(usize::from(u16::from_be_bytes([length[0], length[1]])))?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn sized(&mut self) -> Result<&'a [u8], ContainerProblem> {
        let length = self.number()?;
        self.take(length)
    }
}

fn entries(session: &mut ContainerBuilder<'_>, bytes: &mut Bytes<'_>) -> Result<(), ContainerProblem> {
    let version = bytes.number()?;
    let count = bytes.number()?;
    for _ in 0..count {
        session.work.bag()?;
        let offset = bytes.at;
        let kind = bytes.number()?;
        let alias = bytes.text()?;
        // The date of the entry.
        bytes.take(8)?;
        match kind {
            1 => key_entry(session, bytes, version, alias)?,
            2 => {
                certificate(session, bytes, version, &BagAttributes { friendly_name: Some(alias), local_key_id: None })?
            }
            // A secret key is a serialized Java object without a length: where it ends cannot be
            // known without Java's classes.
            3 => return Err(ContainerProblem::Unsupported { algorithm: "JCEKS SecretKeyEntry".into(), offset }),
            _ => return Err(ContainerProblem::Damaged { offset, what: Damage::Structure }),
        }
    }
    Ok(())
}

/// A private key and its chain. The first certificate is the key's; the alias links them.
fn key_entry(
    session: &mut ContainerBuilder<'_>,
    bytes: &mut Bytes<'_>,
    version: usize,
    alias: String,
) -> Result<(), ContainerProblem> {
    bytes.sized()?;
    let link = Some(alias.clone().into_bytes());
    let attributes = BagAttributes { friendly_name: Some(alias), local_key_id: link };
    session.keys_under(&Protection {
        scheme: "Java keystore".into(),
        kdf: String::new(),
        cipher: "SHA-1-XOR".into(),
        iterations: 1,
    });
    session.key(None, true, attributes.clone());
    for i in 0..bytes.number()? {
        session.work.bag()?;
        let attributes = if i == 0 { attributes.clone() } else { BagAttributes::default() };
        certificate(session, bytes, version, &attributes)?;
    }
    Ok(())
}

fn certificate(
    session: &mut ContainerBuilder<'_>,
    bytes: &mut Bytes<'_>,
    version: usize,
    attributes: &BagAttributes,
) -> Result<(), ContainerProblem> {
    // Version 1 knows X.509 alone and does not say so.
    let kind = if version == 1 { "X.509".into() } else { bytes.text()? };
    let der = bytes.sized()?;
    if kind.starts_with("X.509") || kind.starts_with("X509") {
        let added = session.certificate(der, bytes.at - der.len(), attributes.clone());
        session.ok_or_note(added);
    }
    Ok(())
}
