//! The contents of one file while it is opened, with its passwords and budget.

use super::limits::{Limit, WorkBudget};
use super::password_trials::PasswordTrials;
use super::{
    Blob, Candidates, ContainerEntry, ContainerKind, ContainerOptions, ContainerProblem, Damage, KeyInspection,
    OpenedContainer, PasswordMatch, PrivateKey, PrivateKeyFacts, Protection, keys,
};
use crate::tlv::{Tlv, TlvReader, universal};

/// One file being opened.
pub(super) struct ContainerBuilder<'a> {
    pub out: OpenedContainer,
    pub work: WorkBudget<'a>,
    pub trials: PasswordTrials<'a>,
    pub options: ContainerOptions<'a>,
    /// The private keys, where the caller wants more than facts of them.
    pub taken: Option<Vec<PrivateKey>>,
    /// The password that opened the first of several PKCS#12 in the file.
    first_opening: Option<PasswordMatch>,
    /// Where the data ends.
    end: usize,
}

/// The attributes of a certificate or key.
#[derive(Clone, Default)]
pub(super) struct BagAttributes {
    pub friendly_name: Option<String>,
    pub local_key_id: Option<Vec<u8>>,
}

impl BagAttributes {
    /// A friendlyName of nothing but spaces is none: Windows writes an empty one where nobody typed any.
    fn without_blanks(self) -> BagAttributes {
        BagAttributes { friendly_name: self.friendly_name.filter(|name| !name.trim().is_empty()), ..self }
    }
}

impl<'a> ContainerBuilder<'a> {
    /// To open `size` bytes.
    pub fn new(size: usize, candidates: Candidates<'a>, options: &ContainerOptions<'a>) -> ContainerBuilder<'a> {
        ContainerBuilder {
            out: OpenedContainer::default(),
            work: WorkBudget::new(options.limits),
            trials: PasswordTrials::new(candidates),
            options: *options,
            taken: None,
            first_opening: None,
            end: size,
        }
    }

    /// What is read now ends after `size` bytes.
    pub fn ends_at(&mut self, size: usize) {
        self.end = size;
    }

    /// Whether keys are decrypted.
    pub fn matches_keys(&self) -> bool {
        self.options.keys == KeyInspection::Match
    }

    /// Takes note of a problem: of each limit once, of every other each different one.
    pub fn problem(&mut self, problem: ContainerProblem) {
        let same = |known: &ContainerProblem| match (known, &problem) {
            // Every refused derivation reports its limit with other numbers; one report is enough.
            (ContainerProblem::Limit { limit: a, .. }, ContainerProblem::Limit { limit: b, .. }) => a == b,
            (a, b) => a == b,
        };
        if !self.out.problems.iter().any(same) {
            self.out.problems.push(problem);
        }
    }

    /// Takes note of the problem, if it is one.
    pub fn ok_or_note<T>(&mut self, result: Result<T, ContainerProblem>) -> Option<T> {
        result.map_err(|problem| self.problem(problem)).ok()
    }

    /// The next element of the file. Of an element that the end of the data cuts off, the remaining
    /// part is returned and the truncation noted.
    pub fn element<'t>(&mut self, reader: &mut TlvReader<'t>) -> Result<Tlv<'t>, ContainerProblem> {
        let (offset, rest) = (reader.offset(), reader.rest());
        match reader.read() {
            Ok(tlv) => Ok(tlv),
            Err(error) => {
                // Only an element at the end of the data can be cut off; elsewhere its length is
                // wrong.
                let at_end = offset + rest.len() == self.end;
                let tlv = cut_off(reader, offset, rest).filter(|_| at_end).ok_or(error)?;
                self.problem(ContainerProblem::Damaged { offset: self.end, what: Damage::Truncated });
                *reader = TlvReader::at(&[], self.end);
                Ok(tlv)
            }
        }
    }

    /// Adds the certificates in `der`, nearly always one.
    pub fn certificate(
        &mut self,
        der: &[u8],
        offset: usize,
        attributes: BagAttributes,
    ) -> Result<(), ContainerProblem> {
        let attributes = attributes.without_blanks();
        self.each(der, offset, |builder, der, offset| {
            builder.work.limits.check(Limit::Certificates, builder.out.entries.len() as u64 + 1)?;
            builder.out.entries.push(ContainerEntry {
                der: der.to_vec(),
                offset,
                friendly_name: attributes.friendly_name.clone(),
                local_key_id: attributes.local_key_id.clone(),
                has_key: None,
                key_matches: None,
            });
            Ok(())
        })
    }

    /// Adds the CRLs in `der`, nearly always one.
    pub fn crl(&mut self, der: &[u8], offset: usize) -> Result<(), ContainerProblem> {
        self.each(der, offset, |builder, der, offset| {
            builder.out.crls.push(Blob { der: der.to_vec(), offset });
            Ok(())
        })
    }

    /// Hands on the elements in `der`: where there should be one, some programs put several.
    fn each(
        &mut self,
        der: &[u8],
        offset: usize,
        mut add: impl FnMut(&mut Self, &[u8], usize) -> Result<(), ContainerProblem>,
    ) -> Result<(), ContainerProblem> {
        let mut at = 0;
        loop {
            let element = whole(&der[at..], offset + at)?;
            add(self, element.raw, offset + at)?;
            at += element.raw.len();
            at += padding(&der[at..]);
            match der.get(at) {
                None => return Ok(()),
                Some(0x30) => self.work.bag()?,
                Some(_) => return Err(trailing(offset + at)),
            }
        }
    }

    /// Notes that something else than a known form follows the data, where nothing is known that
    /// would explain it.
    pub fn trailing(&mut self, offset: usize) {
        if self.out.problems.is_empty() {
            self.problem(trailing(offset));
        }
    }

    /// Begins with a PKCS#12: each in a file has a password of its own.
    pub fn begin_pkcs12(&mut self) {
        let opening = self.trials.restart();
        self.first_opening = self.first_opening.take().or(opening);
    }

    /// Adds a private key: `plain` are its bytes and their offset, if it is not encrypted.
    pub fn key(&mut self, plain: Option<(&[u8], usize)>, encrypted: bool, attributes: BagAttributes) {
        if self.options.keys == KeyInspection::Skip {
            return;
        }
        let BagAttributes { friendly_name, local_key_id } = attributes.without_blanks();
        let mut key = PrivateKeyFacts { local_key_id, friendly_name, id: None, claim: None, encrypted };
        if let Some((der, offset)) = plain.filter(|_| self.matches_keys()) {
            self.take(der, self.out.keys.len());
            let pair = keys::key_pair(&mut self.work, der, offset);
            self.ok_or_note(pair).into_iter().for_each(|pair| key.read(pair));
        }
        self.out.keys.push(key);
    }

    /// Keeps a private key that was read, where the caller wants it.
    pub fn take(&mut self, der: &[u8], index: usize) {
        if let Some(taken) = &mut self.taken {
            taken.push(PrivateKey::new(der, index));
        }
    }

    /// Takes note of how certificates are protected.
    pub fn certificates_under(&mut self, protection: &Protection) {
        add_once(&mut self.out.certificate_encryption, protection);
    }

    /// Takes note of how keys are protected.
    pub fn keys_under(&mut self, protection: &Protection) {
        add_once(&mut self.out.key_encryption, protection);
    }

    /// What was found.
    pub fn finish(mut self) -> OpenedContainer {
        self.out.secret = self.trials.opening_secret();
        self.out.password = self.first_opening.take().or(self.trials.opening());
        keys::link(&mut self.out, self.options.keys);
        if matches!(self.out.kind, ContainerKind::NssDatabase | ContainerKind::WindowsStore) {
            // Their keys lie elsewhere: in key4.db, in the computer's own store.
            self.out.entries.iter_mut().for_each(|entry| entry.has_key = None);
        }
        self.out
    }
}

/// How many bytes of white space and zeros `bytes` begins with. They mean nothing between elements
/// and behind the last: line ends come from editors and `echo`, zeros from disks and tapes that
/// fill whole blocks, and 0x1A is the end of a text to DOS.
pub(super) fn padding(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, 0 | 0x1a)).count()
}

fn trailing(offset: usize) -> ContainerProblem {
    ContainerProblem::Damaged { offset, what: Damage::Trailing }
}

fn add_once(list: &mut Vec<Protection>, protection: &Protection) {
    if !list.contains(protection) {
        list.push(protection.clone());
    }
}

/// The SEQUENCE that `der` begins with. Where it ends too early, that is seen at the end.
fn whole(der: &[u8], offset: usize) -> Result<Tlv<'_>, ContainerProblem> {
    TlvReader::at(der, offset).sequence().map_err(|error| match ContainerProblem::from(error) {
        ContainerProblem::Damaged { what: Damage::Truncated, .. } => {
            ContainerProblem::Damaged { offset: offset + der.len(), what: Damage::Truncated }
        }
        problem => problem,
    })
}

/// An element as far as it is there, if its end is not.
fn cut_off<'t>(reader: &TlvReader<'t>, offset: usize, rest: &'t [u8]) -> Option<Tlv<'t>> {
    let tag = reader.peek().filter(|tag| tag.constructed || tag.is_universal(universal::OCTET_STRING))?;
    let first = *rest.get(1)?;
    let header = if first > 0x80 { 2 + usize::from(first & 0x7f) } else { 2 };
    let content = rest.get(header..)?;
    let length = rest[2..header].iter().fold(0usize, |n, b| n.saturating_mul(256).saturating_add(usize::from(*b)));
    // An element that would have ended is broken inside, not cut off.
    let ends = match first {
        0x80 => false,
        0..0x80 => usize::from(first) <= content.len(),
        _ => length <= content.len(),
    };
    (!ends).then_some(Tlv { tag, offset, header, content, raw: rest, indefinite: first == 0x80 })
}
