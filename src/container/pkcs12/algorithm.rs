//! AlgorithmIdentifiers, and how errors of reading become problems.

use super::super::{ContainerProblem, Damage};
use crate::tlv::{self, Tlv, TlvErrorKind, dotted, universal};

/// An AlgorithmIdentifier: its OID, parameters and offset.
#[derive(Clone)]
pub struct AlgorithmIdentifier<'a> {
    pub oid: String,
    pub parameters: Option<Tlv<'a>>,
    pub offset: usize,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads an AlgorithmIdentifier.
    pub fn read(sequence: &Tlv<'a>) -> Result<AlgorithmIdentifier<'a>, tlv::TlvError> {
        if !sequence.tag.is_universal(universal::SEQUENCE) {
            return Err(sequence.unexpected());
        }
        let mut parts = sequence.children();
        let oid = parts.universal(universal::OID)?;
        let parameters = if parts.is_empty() { None } else { Some(parts.read()?) };
        Ok(AlgorithmIdentifier { oid: dotted(oid.content), parameters, offset: sequence.offset })
    }

    /// The parameters, which must be a SEQUENCE.
    pub fn sequence(&self) -> Result<Tlv<'a>, ContainerProblem> {
        match self.parameters {
            Some(sequence) if sequence.tag.is_universal(universal::SEQUENCE) => Ok(sequence),
            _ => Err(self.damaged()),
        }
    }

    /// The problem that this algorithm is not supported.
    pub fn unsupported(&self, name: String) -> ContainerProblem {
        ContainerProblem::Unsupported { algorithm: name, offset: self.offset }
    }

    /// The problem that the parameters are not what they must be.
    pub fn damaged(&self) -> ContainerProblem {
        ContainerProblem::Damaged { offset: self.offset, what: Damage::Structure }
    }
}

/// The name of an OID in a list, else its dotted form.
pub fn name_of(oid: &str, names: &[(&str, &str)]) -> String {
    names.iter().find(|(known, _)| *known == oid).map_or(oid, |(_, name)| name).to_string()
}

/// The name of a part, also of one that is not supported.
pub fn name_or_reason<T>(part: &Result<T, ContainerProblem>, name: impl Fn(&T) -> String) -> String {
    match part {
        Ok(part) => name(part),
        Err(ContainerProblem::Unsupported { algorithm, .. }) => algorithm.clone(),
        Err(_) => String::new(),
    }
}

impl From<tlv::TlvError> for ContainerProblem {
    fn from(error: tlv::TlvError) -> ContainerProblem {
        let what = match error.kind {
            TlvErrorKind::Truncated => Damage::Truncated,
            _ => Damage::Structure,
        };
        ContainerProblem::Damaged { offset: error.offset, what }
    }
}
