//! Containers: opening PKCS#12, PKCS#7, PEM and DER with passwords.
//!
//! The content decides the kind, never the name. Opening yields the certificates byte for byte, the
//! CRLs, the facts of the private keys, how everything was protected, and every problem, each as a
//! fact of its own: wrong password, unsupported algorithm, damage and limit are four different
//! things. Whatever could be read is there even when something else could not. Absent here: no I/O
//! (bytes come in), no policy, no language; a key or password
//! comes out of [`open_with_keys`] alone, for those who write one elsewhere or log in with it.

pub mod archive;
mod base64;
mod builder;
mod detect;
mod embedded;
mod java_keystore;
mod keys;
mod limits;
mod nss;
mod open;
mod password;
mod password_trials;
mod pem;
mod pkcs12;
mod pkcs7;
mod private_key;
mod promise;
mod windows_store;

pub use limits::{Limit, Limits};
pub use open::{open, open_with_keys};
pub use password::{Candidates, OpeningSecret, Password, PasswordCandidate, PasswordOrigin, Typo, candidates_of_file};
pub use pkcs12::{WriteProfile, WrittenCertificate, WrittenContent, write_pem, write_pkcs12};
pub use private_key::{ContainerKeys, PrivateKey};
pub use promise::{FileContent, broken_promise, can_be_container, content as content_of, is_promised};

use crate::certificate::KeyId;

/// The kind of a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerKind {
    /// PKCS#12 (RFC 7292), a PFX.
    Pkcs12,
    /// PKCS#7 or CMS signed-data, DER or PEM.
    Pkcs7,
    /// PEM blocks.
    Pem,
    /// One certificate in DER.
    Der,
    /// One CRL in DER.
    Crl,
    /// A private key alone, in DER (PKCS#8, PKCS#1 or SEC 1).
    Key,
    /// A Java keystore (JKS or JCEKS): certificates are read, keys are seen by alias.
    JavaKeystore,
    /// An NSS database: cert9.db and key4.db are read as far as they are not encrypted, cert8.db and
    /// key3.db are recognised.
    NssDatabase,
    /// A certificate store of Windows as its dialogs export it (.sst), or one certificate as the
    /// registry and the user profile keep it.
    WindowsStore,
    /// A keystore of Bouncy Castle (BKS, UBER): recognised, not read.
    BouncyCastleKeystore,
    /// A database of the program XCA: recognised, not read.
    XcaDatabase,
    /// A key database of IBM's GSKit (.kdb): recognised, not read.
    IbmKeyDatabase,
    /// An archive (ZIP): the files in it whose names promise a certificate are read one by one.
    Archive,
    /// A file in an archive that is encrypted: recognised, not read.
    EncryptedMember,
    /// No certificate, no CRL, no key: a photo, a text.
    #[default]
    Nothing,
}

/// How private keys are inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum KeyInspection {
    /// Decrypted and compared with the certificates.
    #[default]
    Match,
    /// Only whether there is one, without decrypting it.
    Presence,
    /// Not at all.
    Skip,
}

/// The options for opening a container.
#[derive(Clone, Copy, Debug)]
pub struct ContainerOptions<'a> {
    /// The bounds on bytes and work.
    pub limits: &'a Limits,
    /// How private keys are inspected.
    pub keys: KeyInspection,
    /// Also try the usual typing mistakes of each candidate.
    pub try_typos: bool,
}

/// A container as it was opened.
#[derive(Clone, Debug, Default)]
pub struct OpenedContainer {
    /// What it is.
    pub kind: ContainerKind,
    /// The certificates, in order of appearance.
    pub entries: Vec<ContainerEntry>,
    /// The CRLs, in order of appearance.
    pub crls: Vec<Blob>,
    /// The private keys that are there, in order of appearance; empty with [`KeyInspection::Skip`].
    pub keys: Vec<PrivateKeyFacts>,
    /// How the parts with certificates are encrypted, without repetition.
    pub certificate_encryption: Vec<Protection>,
    /// How the parts with private keys are encrypted, without repetition; known without decrypting
    /// them.
    pub key_encryption: Vec<Protection>,
    /// The integrity check; none where there is none or the kind knows none.
    pub mac: Option<Mac>,
    /// The candidate that opened it; none where no password was needed or none fitted.
    pub password: Option<PasswordMatch>,
    /// The password that opened it, to be compared with; none where it was the empty one.
    pub secret: Option<OpeningSecret>,
    /// What could not be read, and why.
    pub problems: Vec<ContainerProblem>,
}

/// Bytes found in a container.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The bytes, unchanged.
    pub der: Vec<u8>,
    /// Where they begin: a byte of the file (in PEM, of the block), or for what was encrypted or
    /// in Base64 of its decrypted or decoded part.
    pub offset: usize,
}

/// One certificate in a container.
#[derive(Clone, Debug)]
pub struct ContainerEntry {
    /// The certificate, byte for byte.
    pub der: Vec<u8>,
    /// Where it begins: a byte of the file (in PEM, of the block), or for what was encrypted or
    /// in Base64 of its decrypted or decoded part.
    pub offset: usize,
    /// The friendlyName.
    pub friendly_name: Option<String>,
    /// The localKeyID.
    pub local_key_id: Option<Vec<u8>>,
    /// Whether its private key is in the container: linked by localKeyID or by the key itself. None
    /// where keys were not inspected or that would need decrypting.
    pub has_key: Option<bool>,
    /// Whether the private key there is this certificate's; none where there is no key or keys
    /// were not compared.
    pub key_matches: Option<bool>,
}

/// The facts of a private key in a container, never the key.
#[derive(Clone, Debug)]
pub struct PrivateKeyFacts {
    /// The localKeyID.
    pub local_key_id: Option<Vec<u8>>,
    /// The friendlyName.
    pub friendly_name: Option<String>,
    /// Identifies the public key that its private part makes; only with [`KeyInspection::Match`].
    pub id: Option<KeyId>,
    /// The public key that it carries, where its private part was not shown to make it.
    pub claim: Option<KeyClaim>,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// A public key that a private key carries without proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyClaim {
    /// Identifies the public key.
    pub id: KeyId,
    /// The private part makes another one, or none.
    pub refuted: bool,
}

/// How a part of a container is protected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protection {
    /// The scheme as its standard names it, `PBES2` or `pbeWithSHAAnd40BitRC2-CBC`; `none`.
    pub scheme: String,
    /// The key derivation, `PBKDF2-HMAC-SHA256`, `scrypt`, `PKCS12-SHA1`, `PBKDF1-MD5`; empty for `none`.
    pub kdf: String,
    /// The cipher with key bits and mode, `AES-256-CBC`, `3DES-CBC`, `RC2-40-CBC`, `RC4-128`; empty for `none`.
    pub cipher: String,
    /// Iterations; for scrypt its N.
    pub iterations: u64,
}

/// The integrity check of a PKCS#12.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mac {
    /// `HMAC-SHA256`, or `PBMAC1-HMAC-SHA256`.
    pub algorithm: String,
    /// The key derivation, `PKCS12-SHA256` or `PBKDF2-HMAC-SHA256`.
    pub kdf: String,
    /// Iterations.
    pub iterations: u64,
}

/// Which candidate opened a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordMatch {
    /// Its index in the list given; the list's length for the empty password where that was
    /// not in it.
    pub candidate: usize,
    /// The typing mistake that had to be undone, with `try_typos`.
    pub typo: Option<Typo>,
    /// Whether the password that fitted is empty.
    pub empty: bool,
}

/// Why something in a container could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerProblem {
    /// No candidate opens it. Without a MAC, damage looks the same: `certain` is false then.
    Password {
        /// A MAC proves it.
        certain: bool,
        /// How many candidates were tried, typing mistakes not counted.
        tried: usize,
    },
    /// An algorithm that is not supported, by name or dotted OID.
    Unsupported {
        /// Its name.
        algorithm: String,
        /// Its offset.
        offset: usize,
    },
    /// Not what its type demands.
    Damaged {
        /// The byte at which it was seen.
        offset: usize,
        /// What is wrong there.
        what: Damage,
    },
    /// It asks for more than the limits allow.
    Limit {
        /// Which limit.
        limit: Limit,
        /// How much the file needs.
        asked: u64,
        /// How much is allowed.
        allowed: u64,
        /// How many candidates were not tried because of it, the empty password included; 0
        /// where the limit has nothing to do with passwords.
        untried: usize,
    },
    /// A kind that is recognised, not read.
    NotRead,
    /// A PKCS#12 whose password Windows made and gives to the users or groups that were chosen when
    /// it was exported: nobody knows it.
    GroupProtected,
    /// A file that should hold a certificate, a CRL or a key, by its name or its form, and holds
    /// none.
    Barren {
        /// What it holds instead.
        content: FileContent,
        /// It held a certificate when it was last imported.
        held_certificate: bool,
    },
}

/// What is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The data ends too early.
    Truncated,
    /// An element is not what the format demands at this place.
    Structure,
    /// A PEM block's Base64 cannot be decoded.
    Base64,
    /// A PEM block has no end line.
    PemEnd,
    /// A decrypted part makes no sense although the password was right.
    Decrypted,
    /// The MAC fits no candidate although one opens what is encrypted: something was changed,
    /// or the MAC has another password.
    Mac,
    /// Line ends were converted on the way, as FTP does in its text mode.
    LineEnds,
    /// Bytes of no known form follow what was read.
    Trailing,
}
