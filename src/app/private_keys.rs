//! A file's private keys with their certificates, for logging in and for writing anew.

use std::path::Path;

use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use super::inspect::is_locked;
use super::passwords::without_rule_text;
use super::{AppError, Context, Settings, files};
use crate::certificate::{Certificate, hex};
use crate::container::{
    self, Candidates, ContainerKeys, ContainerOptions, KeyInspection, OpenedContainer, PasswordCandidate,
};
use crate::locale::{Lang, Text};
use crate::report::escape;

/// A container with what is secret in it.
pub struct OpenedWithKeys {
    /// What it holds.
    pub opened: OpenedContainer,
    /// The password that opened it.
    pub password: Option<PasswordCandidate>,
    /// The private keys that belong to a certificate in it.
    pub pairs: Vec<KeyPair>,
}

/// A private key and the entry of its certificate.
pub struct KeyPair {
    /// The entry, in the order of the container.
    pub entry: usize,
    /// The private key.
    pub key: PKey<Private>,
}

impl OpenedWithKeys {
    /// The certificate of an entry.
    pub fn certificate(&self, entry: usize) -> Option<Certificate> {
        Certificate::parse(&self.opened.entries.get(entry)?.der).ok()
    }

    /// The one pair, or the one that `wanted` picks: by friendlyName, serial number, or the beginning
    /// of the SHA-256.
    pub fn pick(&self, wanted: Option<&str>, path: &Path, lang: Lang) -> Result<&KeyPair, AppError> {
        let fits = |pair: &&KeyPair| wanted.is_none_or(|wanted| self.is_named(pair.entry, wanted));
        let found: Vec<&KeyPair> = self.pairs.iter().filter(fits).collect();
        match found[..] {
            [one] => return Ok(one),
            _ if self.pairs.is_empty() => {}
            _ => {
                let text = match (wanted, found.is_empty()) {
                    (Some(_), true) => Text {
                        ja: "{path} に {wanted} という鍵はありません。--key に指定できるのは次のどれかです。\n{list}",
                        en: "{path} holds no key {wanted}. --key takes one of these.\n{list}",
                    },
                    (Some(_), false) => Text {
                        ja: "{path} には {wanted} に当たる鍵がいくつもあります。SHA-256 で指定してください。\n{list}",
                        en: "{path} holds several keys {wanted}; name one by its SHA-256.\n{list}",
                    },
                    (None, _) => Text {
                        ja: "{path} には秘密鍵がいくつもあります。--key にどれかを指定してください。\n{list}",
                        en: "{path} holds several private keys; pick one with --key.\n{list}",
                    },
                };
                let wanted = wanted.unwrap_or_default();
                let values: [(&str, &dyn std::fmt::Display); 3] =
                    [("path", &path.display()), ("wanted", &wanted), ("list", &self.list())];
                return Err(AppError::new(text, lang, &values));
            }
        }
        let text = match (is_locked(&self.opened), self.opened.keys.is_empty()) {
            (true, _) => Text {
                ja: "{path} を開くパスワードがありません。--password-file か --password-env で指定してください。",
                en: "No password opens {path}. Give one with --password-file or --password-env.",
            },
            (false, true) => Text {
                ja: "{path} に秘密鍵がありません。秘密鍵の入った PKCS#12(.p12、.pfx)を指定してください。",
                en: "{path} holds no private key. Name the PKCS#12 (.p12, .pfx) that does.",
            },
            (false, false) => Text {
                ja: "{path} の秘密鍵は、中のどの証明書のものでもないか、読めません。shomei inspect で確かめてください。",
                en: "The private key in {path} is of none of its certificates, or cannot be read. Check with shomei inspect.",
            },
        };
        Err(AppError::new(text, lang, &[("path", &path.display())]))
    }

    fn is_named(&self, entry: usize, wanted: &str) -> bool {
        let is_friendly = self.opened.entries[entry].friendly_name.as_deref() == Some(wanted);
        let digits: String = wanted.chars().filter(|c| !matches!(c, ' ' | ':')).flat_map(char::to_lowercase).collect();
        is_friendly
            || self.certificate(entry).is_some_and(|certificate| {
                let begins = digits.len() >= 4 && hex(&certificate.sha256).starts_with(&digits);
                begins || certificate.serial.hex() == digits
            })
    }

    /// The keys, a line each.
    fn list(&self) -> String {
        let line = |pair: &KeyPair| {
            // The friendlyName is one of the words by which a key is chosen, an alias too.
            let friendly = self.opened.entries[pair.entry].friendly_name.clone().unwrap_or_default();
            let certificate = self.certificate(pair.entry);
            let facts = certificate.map(|one| (hex(&one.sha256[..8]), one.serial.to_string(), one.subject.common()));
            let (sha256, serial, common) = facts.unwrap_or_default();
            let name = match () {
                () if common.is_empty() => friendly,
                () if friendly.is_empty() || friendly == common => common,
                () => format!("{common} ({friendly})"),
            };
            format!("  {sha256}  {serial}  {}", escape::terminal(&name))
        };
        self.pairs.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Opens a file with its private keys; a password is asked for until it opens or there is no other.
pub fn open(context: &Context, settings: &Settings, path: &Path) -> Result<OpenedWithKeys, AppError> {
    let bytes = zeroize::Zeroizing::new(files::read(path, context.lang)?);
    let keyring = settings.keyring(context)?;
    let own = keyring.of_path(path);
    let candidates = Candidates { own: &own, common: &keyring.common };
    let options =
        ContainerOptions { limits: &settings.limits, keys: KeyInspection::Match, try_typos: settings.try_typos };
    let mut found = container::open_with_keys(&bytes, candidates, &options);
    while is_locked(&found.0) && settings.prompt {
        let Some(candidate) = context.console.password(1, &path.to_string_lossy()) else { break };
        found = container::open_with_keys(&bytes, &[candidate], &options);
    }
    if is_locked(&found.0) && keyring.lacks_rule(path) {
        context.notice(&without_rule_text(settings, &[path.display().to_string()], context.lang));
    }
    let (opened, ContainerKeys { keys, password }) = found;
    let keys: Vec<PKey<Private>> = keys.iter().filter_map(|key| PKey::private_key_from_der(key.der()).ok()).collect();
    let of_entry = |entry: usize| {
        let public = X509::from_der(&opened.entries[entry].der).ok()?.public_key().ok()?;
        let key = keys.iter().find(|key| key.public_eq(&public))?;
        // A private part that does not make the public one is nobody's key.
        (opened.entries[entry].key_matches == Some(true)).then(|| KeyPair { entry, key: key.clone() })
    };
    let pairs = (0..opened.entries.len()).filter_map(of_entry).collect();
    Ok(OpenedWithKeys { opened, password, pairs })
}
