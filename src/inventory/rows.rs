//! The stored form of entries: JSON that later versions must still read.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::units::{EntryId, instant, micros};
use crate::audit::{ContainerProtection, FileSummary, Occurrence, PasswordFault};
use crate::calendar::{Day, parse_day};
use crate::certificate::{KeyId, Serial, hex, parse_hex};
use crate::container::{
    ContainerKind, ContainerProblem, Damage, FileContent, Limit, Mac, PasswordMatch, PasswordOrigin, Protection, Typo,
};
use crate::register::{
    Agent, Contact, ContactChannel, DeclaredCertificate, FeePayer, Holder, HolderKey, HolderKind, HolderStatus,
    ManualBinding, Mark, MarkState, MarkTarget, RefusedAddress, ServiceLine,
};
use crate::trust::{TrustStatus, Verdict, VerdictReason};

macro_rules! hex_module {
    ($name:ident, $length:literal) => {
        /// Bytes as hexadecimal.
        pub(super) mod $name {
            use serde::{Deserialize, Deserializer, Serializer, de};

            use crate::certificate::{hex, parse_hex};

            pub fn serialize<S: Serializer>(bytes: &[u8; $length], serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&hex(bytes))
            }

            pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; $length], D::Error> {
                let text = String::deserialize(deserializer)?;
                let bytes = parse_hex(&text).and_then(|bytes| bytes.try_into().ok());
                bytes.ok_or_else(|| de::Error::custom("not hexadecimal of the right length"))
            }
        }
    };
}
hex_module!(hex16, 16);
hex_module!(hex32, 32);

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A source that was walked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// The computer.
    pub host: String,
    /// The source.
    pub root: String,
    /// When the import began: the instant of its first entry, in microseconds since 1970.
    pub began: i64,
    /// The file system that it was on.
    pub file_system: Option<String>,
    /// The number of files found.
    pub files: u64,
    /// Whether the walk was complete.
    pub complete: bool,
}

/// A file as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileRow {
    /// The kind's code.
    pub kind: String,
    #[serde(skip_serializing_if = "is_default")]
    certificate_encryption: Vec<ProtectionRow>,
    #[serde(skip_serializing_if = "is_default")]
    key_encryption: Vec<ProtectionRow>,
    #[serde(skip_serializing_if = "is_default")]
    mac: Option<MacRow>,
    #[serde(skip_serializing_if = "is_default")]
    opening: Option<OpeningRow>,
    #[serde(skip_serializing_if = "is_default")]
    key_ids: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    keys: usize,
    #[serde(skip_serializing_if = "is_default")]
    plain_keys: usize,
    #[serde(skip_serializing_if = "is_default")]
    problems: Vec<ProblemRow>,
    #[serde(skip_serializing_if = "is_default")]
    io_error: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    readable_by_others: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    shared_place: Option<String>,
    /// Codes of what is wrong with its password, each with the file it is about or an empty text.
    #[serde(skip_serializing_if = "is_default")]
    password_faults: Vec<(String, String)>,
    #[serde(skip_serializing_if = "is_default")]
    fruitful: bool,
    /// Its certificates.
    #[serde(skip_serializing_if = "is_default")]
    pub certificates: Vec<OccurrenceRow>,
}

/// A certificate in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OccurrenceRow {
    /// The certificate.
    #[serde(with = "hex32")]
    pub sha256: [u8; 32],
    /// Its position in the file.
    pub position: u32,
    /// Its friendlyName there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub friendly_name: Option<String>,
    /// Whether its key is there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub has_key: Option<bool>,
    /// Whether that key is the certificate's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub key_matches: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ProtectionRow(String, String, String, u64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MacRow(String, String, u64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OpeningRow {
    #[serde(default, skip_serializing_if = "is_default", deserialize_with = "typo_code")]
    typo: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    empty: bool,
    origin: OriginRow,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OriginRow {
    Empty,
    File { path: String, line: usize },
    Environment(String),
    Map(String),
    Prompt,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ProblemRow {
    Password {
        certain: bool,
        tried: usize,
    },
    Unsupported {
        algorithm: String,
        offset: usize,
    },
    Damaged {
        offset: usize,
        #[serde(deserialize_with = "damage_code")]
        what: String,
    },
    Limit {
        limit: String,
        asked: u64,
        allowed: u64,
        untried: usize,
    },
    NotRead,
    GroupProtected,
    Barren {
        content: String,
        held_certificate: bool,
    },
}

const DAMAGES: [(Damage, &str); 8] = [
    (Damage::Truncated, "truncated"),
    (Damage::Structure, "structure"),
    (Damage::Base64, "base64"),
    (Damage::PemEnd, "pem-end"),
    (Damage::Decrypted, "decrypted"),
    (Damage::Mac, "mac"),
    (Damage::LineEnds, "line-ends"),
    (Damage::Trailing, "trailing"),
];

/// In version 1 of the tables, and in exports of that time, the index in this list stood for a
/// typing error.
pub(super) const TYPOS_OF_FORM_1: [&str; 8] =
    ["width", "space", "line-end", "byte-order-mark", "caps-lock", "first-letter", "zero-or-o", "one-or-l"];
/// The same for kinds of damage.
pub(super) const DAMAGES_OF_FORM_1: [&str; 6] = ["truncated", "structure", "base64", "pem-end", "decrypted", "mac"];

/// A code, or its index in the list of version 1.
#[derive(Deserialize)]
#[serde(untagged)]
enum CodeOrPlace {
    Code(String),
    Place(usize),
}

impl CodeOrPlace {
    fn code<E: serde::de::Error>(self, of_form_1: &[&str]) -> Result<String, E> {
        match self {
            CodeOrPlace::Code(code) => Ok(code),
            CodeOrPlace::Place(at) => {
                let code = of_form_1.get(at).ok_or_else(|| E::custom(format_args!("there is no place {at}")))?;
                Ok((*code).to_string())
            }
        }
    }
}

fn typo_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let found = Option::<CodeOrPlace>::deserialize(deserializer)?;
    found.map(|found| found.code(&TYPOS_OF_FORM_1)).transpose()
}

fn damage_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    CodeOrPlace::deserialize(deserializer)?.code(&DAMAGES_OF_FORM_1)
}

const KINDS: [(ContainerKind, &str); 15] = [
    (ContainerKind::Pkcs12, "pkcs12"),
    (ContainerKind::Pkcs7, "pkcs7"),
    (ContainerKind::Pem, "pem"),
    (ContainerKind::Der, "der"),
    (ContainerKind::Crl, "crl"),
    (ContainerKind::Key, "key"),
    (ContainerKind::JavaKeystore, "java-keystore"),
    (ContainerKind::NssDatabase, "nss-database"),
    (ContainerKind::WindowsStore, "windows-store"),
    (ContainerKind::BouncyCastleKeystore, "bouncy-castle-keystore"),
    (ContainerKind::XcaDatabase, "xca-database"),
    (ContainerKind::IbmKeyDatabase, "ibm-key-database"),
    (ContainerKind::Archive, "archive"),
    (ContainerKind::EncryptedMember, "encrypted-member"),
    (ContainerKind::Nothing, "nothing"),
];

impl FileRow {
    /// From a scanned file.
    pub fn new(file: &FileSummary, certificates: Vec<OccurrenceRow>) -> FileRow {
        FileRow {
            kind: KINDS.iter().find(|(kind, _)| *kind == file.kind).map_or("", |(_, code)| code).to_string(),
            certificate_encryption: file.protection.certificate_encryption.iter().map(ProtectionRow::new).collect(),
            key_encryption: file.protection.key_encryption.iter().map(ProtectionRow::new).collect(),
            mac: file.protection.mac.as_ref().map(|m| MacRow(m.algorithm.clone(), m.kdf.clone(), m.iterations)),
            opening: file.opening.as_ref().map(|(opening, origin)| OpeningRow::new(opening, origin)),
            key_ids: file.key_ids.iter().map(|id| hex(&id.0)).collect(),
            keys: file.keys,
            plain_keys: file.plain_keys,
            problems: file.problems.iter().map(ProblemRow::new).collect(),
            io_error: file.io_error.clone(),
            readable_by_others: file.readable_by_others.clone(),
            shared_place: file.shared_place.clone(),
            password_faults: file
                .password_faults
                .iter()
                .map(|fault| (fault.code().0.to_string(), fault.code().1.to_string()))
                .collect(),
            fruitful: file.fruitful,
            certificates,
        }
    }

    /// A file without certificate, CRL or key.
    pub fn passed_over() -> FileRow {
        FileRow { kind: "nothing".into(), ..FileRow::default() }
    }

    /// Whether it is a file without certificate, CRL or key, and without a problem.
    pub fn is_passed_over(&self) -> bool {
        self.kind == "nothing" && self.problems.is_empty() && self.io_error.is_none()
    }

    /// A directory or file that cannot be read.
    pub fn unreadable(error: String) -> FileRow {
        FileRow { kind: "nothing".into(), io_error: Some(error), ..FileRow::default() }
    }

    /// Whether it could not be read.
    pub fn is_unreadable(&self) -> bool {
        self.io_error.is_some()
    }

    /// Whether nothing differs but where the password came from.
    pub fn is_same_file(&self, other: &FileRow) -> bool {
        let without = |row: &FileRow| {
            let mut row = row.clone();
            if let Some(opening) = &mut row.opening {
                opening.origin = OriginRow::Empty;
            }
            row
        };
        without(self) == without(other)
    }

    /// The same contents, with the errors of today's attempt to read them.
    #[must_use]
    pub fn with_error_of(&self, today: &FileRow) -> FileRow {
        FileRow { io_error: today.io_error.clone(), ..self.clone() }
    }

    /// Whether it held certificates and today's attempt found none, because of damage or because
    /// something else is there.
    pub fn is_lost_in(&self, today: &FileRow) -> bool {
        let explains = |problem: &ProblemRow| matches!(problem, ProblemRow::Damaged { .. } | ProblemRow::Barren { .. });
        !self.certificates.is_empty() && today.certificates.is_empty() && today.problems.iter().any(explains)
    }

    /// The same contents, with the problems of today's attempt to read them.
    #[must_use]
    pub fn with_problems_of(&self, today: &FileRow) -> FileRow {
        FileRow { problems: today.problems.clone(), io_error: None, ..self.clone() }
    }

    /// Whether it is to be tried again next time: it could not be read, or no password opened it.
    pub fn is_to_be_retried(&self) -> bool {
        self.io_error.is_some()
            || self.problems.iter().any(|problem| {
                matches!(problem, ProblemRow::Password { .. })
                    || matches!(problem, ProblemRow::Limit { untried, .. } if *untried > 0)
            })
    }

    /// The public keys of the private keys in it.
    pub fn key_ids(&self) -> impl Iterator<Item = [u8; 32]> {
        self.key_ids.iter().filter_map(|id| bytes32(id))
    }

    /// As the audit needs it.
    pub fn scanned(&self, host: &str, path: &str) -> FileSummary {
        FileSummary {
            host: Some(host.to_string()),
            path: path.to_string(),
            kind: KINDS.iter().find(|(_, code)| *code == self.kind).map_or(ContainerKind::Nothing, |(kind, _)| *kind),
            protection: Arc::new(ContainerProtection {
                certificate_encryption: self.certificate_encryption.iter().map(ProtectionRow::protection).collect(),
                key_encryption: self.key_encryption.iter().map(ProtectionRow::protection).collect(),
                mac: self.mac.as_ref().map(|MacRow(algorithm, kdf, iterations)| Mac {
                    algorithm: algorithm.clone(),
                    kdf: kdf.clone(),
                    iterations: *iterations,
                }),
            }),
            opening: self.opening.as_ref().map(OpeningRow::opening),
            key_ids: self.key_ids().map(KeyId).collect(),
            keys: self.keys,
            plain_keys: self.plain_keys,
            problems: self.problems.iter().map(ProblemRow::problem).collect(),
            io_error: self.io_error.clone(),
            readable_by_others: self.readable_by_others.clone(),
            shared_place: self.shared_place.clone(),
            password_faults: self
                .password_faults
                .iter()
                .filter_map(|(code, path)| PasswordFault::of_code(code, path))
                .collect(),
            fruitful: self.fruitful,
        }
    }
}

impl OccurrenceRow {
    /// From an occurrence.
    pub fn new(sha256: [u8; 32], found: &Occurrence) -> OccurrenceRow {
        OccurrenceRow {
            sha256,
            position: found.position,
            friendly_name: found.friendly_name.as_deref().map(Into::into),
            has_key: found.has_key,
            key_matches: found.key_matches,
        }
    }

    /// As the audit needs it.
    pub fn found(&self) -> Occurrence {
        Occurrence {
            position: self.position,
            friendly_name: self.friendly_name.as_deref().map(Into::into),
            has_key: self.has_key,
            key_matches: self.key_matches,
        }
    }
}

impl ProtectionRow {
    fn new(p: &Protection) -> ProtectionRow {
        ProtectionRow(p.scheme.clone(), p.kdf.clone(), p.cipher.clone(), p.iterations)
    }

    fn protection(&self) -> Protection {
        let ProtectionRow(scheme, kdf, cipher, iterations) = self.clone();
        Protection { scheme, kdf, cipher, iterations }
    }
}

impl OpeningRow {
    fn new(opening: &PasswordMatch, origin: &PasswordOrigin) -> OpeningRow {
        let origin = match origin {
            PasswordOrigin::Empty => OriginRow::Empty,
            PasswordOrigin::File { path, line } => {
                OriginRow::File { path: path.to_string_lossy().into_owned(), line: *line }
            }
            PasswordOrigin::Environment(name) => OriginRow::Environment(name.clone()),
            PasswordOrigin::Map { rule } => OriginRow::Map(rule.clone()),
            PasswordOrigin::Prompt => OriginRow::Prompt,
        };
        OpeningRow { typo: opening.typo.map(|typo| typo.code().into()), empty: opening.empty, origin }
    }

    fn opening(&self) -> (PasswordMatch, PasswordOrigin) {
        let origin = match &self.origin {
            OriginRow::Empty => PasswordOrigin::Empty,
            OriginRow::File { path, line } => PasswordOrigin::File { path: PathBuf::from(path), line: *line },
            OriginRow::Environment(name) => PasswordOrigin::Environment(name.clone()),
            OriginRow::Map(rule) => PasswordOrigin::Map { rule: rule.clone() },
            OriginRow::Prompt => PasswordOrigin::Prompt,
        };
        let typo = self.typo.as_deref().and_then(|code| Typo::ALL.into_iter().find(|typo| typo.code() == code));
        (PasswordMatch { candidate: 0, typo, empty: self.empty }, origin)
    }
}

impl ProblemRow {
    fn new(problem: &ContainerProblem) -> ProblemRow {
        match problem {
            ContainerProblem::Password { certain, tried } => ProblemRow::Password { certain: *certain, tried: *tried },
            ContainerProblem::Unsupported { algorithm, offset } => {
                ProblemRow::Unsupported { algorithm: algorithm.clone(), offset: *offset }
            }
            ContainerProblem::Damaged { offset, what } => ProblemRow::Damaged {
                offset: *offset,
                what: DAMAGES.iter().find(|(damage, _)| damage == what).map_or("structure", |(_, code)| code).into(),
            },
            ContainerProblem::Limit { limit, asked, allowed, untried } => ProblemRow::Limit {
                limit: limit.code().to_string(),
                asked: *asked,
                allowed: *allowed,
                untried: *untried,
            },
            ContainerProblem::NotRead => ProblemRow::NotRead,
            ContainerProblem::GroupProtected => ProblemRow::GroupProtected,
            ContainerProblem::Barren { content, held_certificate } => {
                ProblemRow::Barren { content: content.code().into(), held_certificate: *held_certificate }
            }
        }
    }

    fn problem(&self) -> ContainerProblem {
        match self {
            ProblemRow::Password { certain, tried } => ContainerProblem::Password { certain: *certain, tried: *tried },
            ProblemRow::Unsupported { algorithm, offset } => {
                ContainerProblem::Unsupported { algorithm: algorithm.clone(), offset: *offset }
            }
            ProblemRow::Damaged { offset, what } => ContainerProblem::Damaged {
                offset: *offset,
                what: DAMAGES.iter().find(|(_, code)| code == what).map_or(Damage::Structure, |(damage, _)| *damage),
            },
            ProblemRow::Limit { limit, asked, allowed, untried } => ContainerProblem::Limit {
                limit: Limit::ALL.into_iter().find(|l| l.code() == limit).unwrap_or(Limit::Bytes),
                asked: *asked,
                allowed: *allowed,
                untried: *untried,
            },
            ProblemRow::NotRead => ContainerProblem::NotRead,
            ProblemRow::GroupProtected => ContainerProblem::GroupProtected,
            ProblemRow::Barren { content, held_certificate } => {
                ContainerProblem::Barren { content: FileContent::of_code(content), held_certificate: *held_certificate }
            }
        }
    }
}

/// The judgement of a certificate in the history, written when it changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictRow {
    /// The certificate.
    #[serde(with = "hex32")]
    pub sha256: [u8; 32],
    /// trusted, untrusted or undetermined.
    pub status: String,
    /// The generation of the anchor.
    pub generation: Option<String>,
    /// The reasons' codes.
    pub reasons: Vec<String>,
    /// Rule and severity of each finding.
    pub findings: Vec<(String, String)>,
}

/// The number of a severity's code.
pub(super) fn severity_number(code: &str) -> u8 {
    match code {
        "error" => 3,
        "warning" => 2,
        "info" => 1,
        _ => 0,
    }
}

impl VerdictRow {
    /// The highest severity: 0 none, 1 info, 2 warning, 3 error.
    pub fn gravest(&self) -> u8 {
        self.findings.iter().map(|(_, severity)| severity_number(severity)).max().unwrap_or(0)
    }
}

/// A holder as the register has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredHolderRow {
    /// 名称
    pub name: String,
    #[serde(skip_serializing_if = "is_default")]
    kind: Option<String>,
    /// 都道府県
    #[serde(skip_serializing_if = "is_default")]
    pub prefecture: Option<String>,
    /// 証明書利用区分
    #[serde(skip_serializing_if = "is_default")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    lines: Vec<LineRow>,
    #[serde(skip_serializing_if = "is_default")]
    uses: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    places: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    person: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    mail: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    tel: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    fax: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    postcode: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    address: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    channel: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    payer: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    password_changed: Option<String>,
    /// 利用状況
    pub status: String,
    #[serde(skip_serializing_if = "is_default")]
    status_since: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    declared: Option<DeclaredRow>,
    /// A word to group by.
    #[serde(skip_serializing_if = "is_default")]
    pub tag: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    notes: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct LineRow {
    #[serde(skip_serializing_if = "is_default")]
    provider_number: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    service: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    agent: Option<(String, Option<String>, Option<String>)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct DeclaredRow {
    serial: Option<String>,
    expires_on: Option<String>,
}

fn written(day: Option<Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

fn read(day: &Option<String>) -> Option<Day> {
    day.as_deref().and_then(parse_day)
}

impl StoredHolderRow {
    /// A holder as it is stored.
    pub fn new(holder: &Holder) -> StoredHolderRow {
        let contact = holder.contact.clone();
        let line = |line: &ServiceLine| LineRow {
            provider_number: line.provider_number.clone(),
            service: line.service.clone(),
            agent: line.agent.as_ref().map(|a| (a.id.clone(), written(a.from), written(a.until))),
        };
        StoredHolderRow {
            name: holder.name.clone(),
            kind: holder.kind.map(|kind| kind.code().into()),
            prefecture: holder.prefecture.clone(),
            category: holder.category.clone(),
            lines: holder.lines.iter().map(line).collect(),
            uses: holder.uses.clone(),
            places: holder.places.clone(),
            person: contact.person,
            mail: contact.mail,
            tel: contact.tel,
            fax: contact.fax,
            postcode: contact.postcode,
            address: contact.address,
            channel: contact.channel.map(|channel| channel.code().into()),
            payer: holder.payer.map(|payer| payer.code().into()),
            password_changed: written(holder.password_changed),
            status: holder.status.code().into(),
            status_since: written(holder.status_since),
            declared: holder.declared.as_ref().map(|declared| DeclaredRow {
                serial: declared.serial.as_ref().map(Serial::hex),
                expires_on: written(declared.expires_on),
            }),
            tag: holder.tag.clone(),
            notes: holder.notes.clone(),
        }
    }

    /// The holder with this key.
    pub fn holder(&self, key: HolderKey) -> Holder {
        let line = |line: &LineRow| ServiceLine {
            provider_number: line.provider_number.clone(),
            service: line.service.clone(),
            agent: line.agent.as_ref().map(|(id, from, until)| Agent {
                id: id.clone(),
                from: read(from),
                until: read(until),
            }),
        };
        Holder {
            key,
            name: self.name.clone(),
            kind: self.kind.as_deref().and_then(HolderKind::of_code),
            prefecture: self.prefecture.clone(),
            category: self.category.clone(),
            lines: self.lines.iter().map(line).collect(),
            uses: self.uses.clone(),
            places: self.places.clone(),
            contact: Contact {
                person: self.person.clone(),
                mail: self.mail.clone(),
                tel: self.tel.clone(),
                fax: self.fax.clone(),
                postcode: self.postcode.clone(),
                address: self.address.clone(),
                channel: self.channel.as_deref().and_then(ContactChannel::of_code),
            },
            payer: self.payer.as_deref().and_then(FeePayer::of_code),
            password_changed: read(&self.password_changed),
            status: HolderStatus::of_code(&self.status).unwrap_or_default(),
            status_since: read(&self.status_since),
            declared: self.declared.as_ref().map(|declared| DeclaredCertificate {
                serial: declared.serial.as_deref().and_then(Serial::parse),
                expires_on: read(&declared.expires_on),
            }),
            tag: self.tag.clone(),
            notes: self.notes.clone(),
        }
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.status == HolderStatus::Closed.code()
    }

    /// Removes the contact.
    pub fn forget_contact(&mut self) {
        for field in [
            &mut self.person,
            &mut self.mail,
            &mut self.tel,
            &mut self.fax,
            &mut self.postcode,
            &mut self.address,
            &mut self.notes,
        ] {
            *field = None;
        }
    }
}

/// An assignment of a certificate by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BindingRow {
    /// To a holder: register and ID.
    Holder(String, String),
    /// To no holder.
    Nobody,
}

impl BindingRow {
    /// From an assignment.
    pub fn new(bound: &ManualBinding) -> BindingRow {
        match bound {
            ManualBinding::To(key) => BindingRow::Holder(key.register.clone(), key.id.clone()),
            ManualBinding::Nobody => BindingRow::Nobody,
        }
    }

    /// The assignment.
    pub fn bound(&self) -> ManualBinding {
        match self {
            BindingRow::Holder(register, id) => {
                ManualBinding::To(HolderKey { register: register.clone(), id: id.clone() })
            }
            BindingRow::Nobody => ManualBinding::Nobody,
        }
    }
}

/// A notification in the reminder ledger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NotificationRow {
    /// The topic.
    pub topic: String,
    /// The code of the step.
    pub step: String,
    /// The day on which it was sent.
    pub on: String,
    /// Who recorded it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by: Option<String>,
    /// The code of the channel, or the reply of a mail server.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: Option<String>,
    /// The holder's register and ID, where it is about one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub holder: Option<(String, String)>,
    /// The mail addresses that the server took it for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub to: Vec<String>,
    /// The subject of the message.
    #[serde(default, skip_serializing_if = "is_default")]
    pub subject: Option<String>,
    /// The Message-ID, without its angle brackets.
    #[serde(default, skip_serializing_if = "is_default")]
    pub message_id: Option<String>,
    /// The message was sent twice, and no answer tells whether it arrived.
    #[serde(default, skip_serializing_if = "is_default")]
    pub in_doubt: bool,
}

impl NotificationRow {
    /// The prefix of a topic of which only the auditors were notified, since the holder is not known
    /// or cannot be reached. It does not use up what the holder is due.
    pub const AUDITORS: &str = "auditors:";
    /// The prefix of a topic of which the auditors know that it goes by hand.
    pub const BY_HAND: &str = "hand:";

    /// What it is about, whoever was notified.
    pub fn about(&self) -> &str {
        let topic = self.topic.as_str();
        [NotificationRow::AUDITORS, NotificationRow::BY_HAND]
            .iter()
            .find_map(|prefix| topic.strip_prefix(prefix))
            .unwrap_or(topic)
    }

    /// Whether only the auditors were notified.
    pub fn is_to_auditors(&self) -> bool {
        self.about() != self.topic
    }

    /// The step under which the last reply of a mail server about an address is kept.
    const DELIVERY: &str = "delivery";
    /// The prefix of its topic.
    pub(super) const ADDRESS: &str = "mail:";

    /// The prefix of topics about a system password; register, ID and day follow.
    pub const PASSWORD: &str = "password:";
    /// The prefix of topics about a declared certificate that was not found.
    pub const DECLARED: &str = "declared:";

    /// The refusal of an address with this reply; without one, its end.
    pub fn delivery(address: &str, on: Day, refused: Option<String>) -> NotificationRow {
        NotificationRow {
            topic: format!("{}{}", NotificationRow::ADDRESS, address.trim().to_lowercase()),
            step: NotificationRow::DELIVERY.into(),
            on: on.to_string(),
            note: refused,
            ..NotificationRow::default()
        }
    }

    /// The address that was refused, and the refusal.
    pub fn refused(&self) -> Option<(String, RefusedAddress)> {
        let address =
            self.topic.strip_prefix(NotificationRow::ADDRESS).filter(|_| self.step == NotificationRow::DELIVERY)?;
        let refused = RefusedAddress { on: parse_day(&self.on)?, reply: self.note.clone()? };
        Some((address.to_string(), refused))
    }
}

/// A record of action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkRow {
    /// `sha256:…` or `holder:REGISTER<NUL>ID`.
    pub target: String,
    /// The state's code.
    pub state: String,
    /// The rule whose finding is acknowledged.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rule: Option<String>,
    /// The computer or place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub place: Option<String>,
    /// The day on which it was done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on: Option<String>,
    /// The last day on which it is valid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<String>,
    /// Who.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by: Option<String>,
    /// The state before: its code and day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub before: Option<String>,
}

/// A target as it is stored.
pub(super) fn target_text(target: &MarkTarget) -> String {
    match target {
        MarkTarget::Certificate(sha256) => format!("sha256:{}", hex(sha256)),
        MarkTarget::Holder(key) => format!("holder:{}\u{0}{}", key.register, key.id),
    }
}

fn target_of(text: &str) -> Option<MarkTarget> {
    let (kind, rest) = text.split_once(':')?;
    match kind {
        "sha256" => Some(MarkTarget::Certificate(parse_hex(rest)?.try_into().ok()?)),
        "holder" => {
            let (register, id) = rest.split_once('\u{0}')?;
            Some(MarkTarget::Holder(HolderKey { register: register.into(), id: id.into() }))
        }
        _ => None,
    }
}

impl MarkRow {
    /// From a record of action.
    pub fn new(mark: &Mark, before: Option<String>) -> MarkRow {
        MarkRow {
            target: target_text(&mark.target),
            state: mark.state.code().into(),
            rule: mark.rule.clone(),
            place: mark.place.clone(),
            on: written(mark.on),
            until: written(mark.until),
            reason: mark.reason.clone(),
            by: mark.by.clone(),
            before,
        }
    }

    /// The record of action of an entry.
    pub fn mark(&self, id: EntryId, at: i64) -> Option<Mark> {
        Some(Mark {
            id,
            recorded: instant(at),
            target: target_of(&self.target)?,
            state: MarkState::of_code(&self.state)?,
            rule: self.rule.clone(),
            place: self.place.clone(),
            on: read(&self.on),
            until: read(&self.until),
            reason: self.reason.clone(),
            by: self.by.clone(),
        })
    }
}

/// A stored verdict, for reuse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) struct StoredVerdict {
    status: String,
    #[serde(default, skip_serializing_if = "is_default")]
    reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    path: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    anchor: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    generation: Option<String>,
    /// Effective expiry, the signer's end, the anchor's end; in microseconds since 1970.
    #[serde(default, skip_serializing_if = "is_default")]
    ends: [Option<i64>; 3],
    #[serde(default, skip_serializing_if = "is_default")]
    signer_key: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    crl: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    missing: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    missing_issuer: Option<String>,
}

fn bytes32(text: &str) -> Option<[u8; 32]> {
    parse_hex(text)?.try_into().ok()
}

impl StoredVerdict {
    pub(super) fn new(verdict: &Verdict) -> StoredVerdict {
        let ends = [verdict.effective_expiry, verdict.signer_not_after, verdict.anchor_not_after];
        StoredVerdict {
            status: verdict.status.code().into(),
            reasons: verdict.reasons.iter().map(VerdictReason::code).collect(),
            path: verdict.path.iter().map(|sha256| hex(sha256)).collect(),
            anchor: verdict.anchor.map(|sha256| hex(&sha256)),
            generation: verdict.generation.clone(),
            ends: ends.map(|end| end.map(micros)),
            signer_key: verdict.signer_key.map(|key| hex(&key.0)),
            crl: verdict.crl.map(|sha256| hex(&sha256)),
            missing: verdict.missing.clone(),
            missing_issuer: verdict.missing_issuer.clone(),
        }
    }

    /// The verdict; none where another version wrote codes that are unknown here.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let [effective_expiry, signer_not_after, anchor_not_after] = self.ends.map(|end| end.map(instant));
        let one = |text: &Option<String>| text.as_deref().and_then(bytes32);
        Some(Verdict {
            status: TrustStatus::of_code(&self.status)?,
            reasons: self.reasons.iter().map(|code| VerdictReason::of_code(code)).collect::<Option<_>>()?,
            path: self.path.iter().map(|sha256| bytes32(sha256)).collect::<Option<_>>()?,
            anchor: one(&self.anchor),
            generation: self.generation.clone(),
            effective_expiry,
            signer_not_after,
            anchor_not_after,
            signer_key: one(&self.signer_key).map(KeyId),
            crl: one(&self.crl),
            missing: self.missing.clone(),
            missing_issuer: self.missing_issuer.clone(),
        })
    }
}
