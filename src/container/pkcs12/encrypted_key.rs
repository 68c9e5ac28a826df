//! Private keys under encryption of their own: EncryptedPrivateKeyInfo (RFC 5958), in a bag or
//! alone.

use super::super::builder::{BagAttributes, ContainerBuilder};
use super::super::{ContainerProblem, Damage, keys};
use super::scheme::{Encryption, EncryptionScheme};
use crate::tlv::{Tlv, universal};

/// A key that waits for decryption.
pub struct EncryptedKey {
    scheme: EncryptionScheme,
    data: Vec<u8>,
    offset: usize,
    /// Its index among the keys of the container.
    index: usize,
}

impl EncryptedKey {
    /// Adds an EncryptedPrivateKeyInfo to the keys of the container; returns it if it is to be
    /// decrypted. `part` is the offset of the decrypted part that contains it, if one does.
    pub fn read(
        session: &mut ContainerBuilder<'_>,
        info: &Tlv<'_>,
        attributes: BagAttributes,
        part: Option<usize>,
    ) -> Result<Option<EncryptedKey>, ContainerProblem> {
        let index = session.out.keys.len();
        session.key(None, true, attributes);
        let mut parts = info.children();
        let encryption = Encryption::read(&parts.sequence()?)?;
        session.keys_under(&encryption.protection);
        let data = parts.universal(universal::OCTET_STRING)?;
        if !session.matches_keys() {
            return Ok(None);
        }
        let offset = part.unwrap_or(data.offset);
        Ok(Some(EncryptedKey { scheme: encryption.scheme?, data: data.octets()?.into_owned(), offset, index }))
    }

    /// Tries to decrypt the key with the passwords of the file; whether one fits.
    pub fn open(&self, session: &mut ContainerBuilder<'_>) -> Result<bool, ContainerProblem> {
        let (trials, work) = (&mut session.trials, &mut session.work);
        let Some(plain) = self.scheme.open(trials, work, &self.data, self.offset)? else {
            return Ok(false);
        };
        let pair = keys::key_pair(work, &plain, self.offset).map_err(|problem| match problem {
            ContainerProblem::Damaged { offset, .. } => ContainerProblem::Damaged { offset, what: Damage::Decrypted },
            other => other,
        });
        session.take(&plain, self.index);
        if let Some(pair) = session.ok_or_note(pair) {
            session.out.keys[self.index].read(pair);
        }
        Ok(true)
    }
}
