//! A private key and its certificates, written anew for other programs.

use std::path::{Path, PathBuf};

use openssl::x509::X509;
use zeroize::Zeroizing;

use super::output::{Privacy, write_file};
use super::passwords::candidate_of_variable;
use super::private_keys::{self, KeyPair, OpenedWithKeys};
use super::{AppError, Context, Settings, files};
use crate::certificate::Certificate;
use crate::container::{
    self, ContainerEntry, ContainerOptions, KeyInspection, Limits, PasswordCandidate, WriteProfile, WrittenCertificate,
    WrittenContent, candidates_of_file, write_pem, write_pkcs12,
};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::trust::{PinClaim, compare_with_pins};

/// The forms that are written, as `--for` spells them.
pub const WRITTEN_FORMS: [(&str, WrittenForm); 4] = [
    ("modern", WrittenForm::Pkcs12(WriteProfile::Modern)),
    ("legacy", WrittenForm::Pkcs12(WriteProfile::Legacy)),
    ("pbmac1", WrittenForm::Pkcs12(WriteProfile::Pbmac1)),
    ("pem", WrittenForm::Pem),
];

/// A form that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenForm {
    /// PKCS#12.
    Pkcs12(WriteProfile),
    /// PEM.
    Pem,
}

/// What is converted, and into what.
pub struct ConvertOptions {
    /// Names policy, roots and the passwords of the file.
    pub settings: Settings,
    /// The file.
    pub file: PathBuf,
    /// The file to write.
    pub output: PathBuf,
    /// Its form.
    pub form: WrittenForm,
    /// Which of several keys.
    pub key: Option<String>,
    /// Where the new password is: a file.
    pub new_password_file: Option<PathBuf>,
    /// Where the new password is: an environment variable.
    pub new_password_env: Option<String>,
    /// Whether a new password is asked for.
    pub asks_new_password: bool,
    /// Whether a file that is there is replaced.
    pub force: bool,
}

/// What was written.
pub struct Converted {
    /// The subject of the key's certificate.
    pub subject: String,
    /// How many certificates, the key's own among them.
    pub certificates: usize,
    /// Subjects of certificates that were added from the roots kept here.
    pub added: Vec<String>,
    /// Certificates of the file that were left out, since they are other keys' own.
    pub left_out: usize,
    /// The password is the one that the file had.
    pub keeps_password: bool,
    /// The password has other characters than ASCII, which programs encode in different ways.
    pub has_wide_password: bool,
    /// Names and links that the form cannot hold.
    pub loses_attributes: bool,
}

/// Writes the file anew, once what was made has been read back and compared.
pub fn convert(context: &Context, options: &ConvertOptions) -> Result<Converted, AppError> {
    let lang = context.lang;
    let target = &options.output;
    if !options.force && std::fs::symlink_metadata(target).is_ok() {
        return Err(exists(target, lang));
    }
    let opened = private_keys::open(context, &options.settings, &options.file)?;
    let pair = opened.pick(options.key.as_deref(), &options.file, lang)?;
    let (password, keeps_password) = new_password(context, options, &opened)?;
    let (entries, left_out) = entries(&opened, pair);
    let (added, subjects) = missing_issuers(context, options, &entries)?;
    let key = pair.key.private_key_to_pkcs8().map(Zeroizing::new).map_err(|_| unwritable(&options.file, lang))?;
    let mut certificates: Vec<WrittenCertificate> = entries.iter().map(|entry| written(entry)).collect();
    // Programs find the key's certificate by the link: there is one, if need be what OpenSSL writes.
    let link = X509::from_der(&entries[0].der)
        .ok()
        .and_then(|certificate| certificate.digest(openssl::hash::MessageDigest::sha1()).ok());
    if let (None, Some(link)) = (certificates[0].local_key_id, &link) {
        certificates[0].local_key_id = Some(link);
    }
    certificates.extend(added.iter().map(|der| WrittenCertificate { der, friendly_name: None, local_key_id: None }));
    let content = WrittenContent { key: &key, certificates };
    let made = match options.form {
        WrittenForm::Pkcs12(profile) => write_pkcs12(&content, profile, &password),
        WrittenForm::Pem => write_pem(&content, &password),
    };
    let made = made.ok_or_else(|| no_text(lang))?.map_err(|_| unwritable(&options.file, lang))?;
    if !reads_back(&made, &content, options.form, &password) {
        let text = Text {
            ja: "書き出した内容を読み直したところ、元と一致しませんでした。{path} には何も書いていません。この不具合を知らせてください。",
            en: "What was made does not read back as it should. Nothing was written to {path}. Please report this.",
        };
        return Err(AppError::new(text, lang, &[("path", &target.display())]));
    }
    write(target, &made, options.force, lang)?;
    let text = password.text().unwrap_or_default();
    let has_attributes = entries.iter().any(|entry| entry.friendly_name.is_some());
    Ok(Converted {
        subject: Certificate::parse(&entries[0].der).map(|one| one.subject.printed()).unwrap_or_default(),
        certificates: content.certificates.len(),
        added: subjects,
        left_out,
        keeps_password,
        has_wide_password: !text.is_ascii(),
        loses_attributes: options.form == WrittenForm::Pem && has_attributes,
    })
}

fn written(entry: &ContainerEntry) -> WrittenCertificate<'_> {
    WrittenCertificate {
        der: &entry.der,
        friendly_name: entry.friendly_name.as_deref(),
        local_key_id: entry.local_key_id.as_deref(),
    }
}

/// The certificates to write, the key's own first, and how many others' own are left out.
fn entries<'a>(opened: &'a OpenedWithKeys, pair: &KeyPair) -> (Vec<&'a ContainerEntry>, usize) {
    let all = &opened.opened.entries;
    let own: Vec<usize> = opened.pairs.iter().map(|pair| pair.entry).filter(|entry| *entry != pair.entry).collect();
    let mut entries = vec![&all[pair.entry]];
    for (at, entry) in all.iter().enumerate() {
        if at != pair.entry && !own.contains(&at) && !entries.iter().any(|known| known.der == entry.der) {
            entries.push(entry);
        }
    }
    (entries, own.len())
}

/// The pinned certificates that are kept here and continue the path of the key's certificate: DER and
/// subjects.
fn missing_issuers(
    context: &Context,
    options: &ConvertOptions,
    entries: &[&ContainerEntry],
) -> Result<(Vec<Vec<u8>>, Vec<String>), AppError> {
    let judging = options.settings.policy_in_force(context)?;
    let is_pinned = |root: &&Certificate| matches!(compare_with_pins(&judging.policy, root), PinClaim::Anchor(_));
    let pinned: Vec<X509> =
        judging.roots.iter().filter(is_pinned).filter_map(|root| X509::from_der(root.der()).ok()).collect();
    let mut inside: Vec<X509> = entries.iter().filter_map(|entry| X509::from_der(&entry.der).ok()).collect();
    let signed = |by: &X509, child: &X509| by.public_key().is_ok_and(|key| child.verify(&key).unwrap_or(false));
    let (mut added, mut subjects) = (Vec::new(), Vec::new());
    let Some(mut top) = inside.first().cloned() else { return Ok((added, subjects)) };
    // As long as a path may be; one that runs in a circle ends here.
    for _ in 0..8 {
        if signed(&top, &top) {
            break;
        }
        if let Some(issuer) = inside.iter().find(|issuer| signed(issuer, &top)) {
            top = issuer.clone();
            continue;
        }
        let Some(issuer) = pinned.iter().find(|issuer| signed(issuer, &top)) else { break };
        let Ok(der) = issuer.to_der() else { break };
        subjects.push(Certificate::parse(&der).map(|one| one.subject.printed()).unwrap_or_default());
        added.push(der);
        inside.push(issuer.clone());
        top = issuer.clone();
    }
    Ok((added, subjects))
}

/// The password to write with, and whether it is the one that the file had.
fn new_password(
    context: &Context,
    options: &ConvertOptions,
    opened: &OpenedWithKeys,
) -> Result<(PasswordCandidate, bool), AppError> {
    let lang = context.lang;
    let given = match (&options.new_password_file, &options.new_password_env) {
        (Some(path), _) => candidates_of_file(&Zeroizing::new(files::read(path, lang)?), path).into_iter().next(),
        (None, Some(name)) => Some(candidate_of_variable(name, context)?),
        (None, None) if options.asks_new_password => Some(asked(context)?),
        (None, None) => None,
    };
    let (password, keeps) = match (given, &opened.password) {
        (Some(given), _) => (given, false),
        (None, Some(old)) => (old.clone(), true),
        (None, None) => (PasswordCandidate::empty(), true),
    };
    if password.is_empty() {
        let text = Text {
            ja: "書き出すファイルのパスワードがありません。--new-password-file か --new-password-env で指定してください(--new-password なら尋ねます)。",
            en: "There is no password for the file to write. Give one with --new-password-file or --new-password-env, or type it with --new-password.",
        };
        return Err(AppError::Message(text.get(lang).into()));
    }
    if password.text().is_none() {
        return Err(no_text(lang));
    }
    Ok((password, keeps))
}

fn asked(context: &Context) -> Result<PasswordCandidate, AppError> {
    let lang = context.lang;
    let first = Text { ja: "新しいパスワード: ", en: "New password: " };
    let again = Text { ja: "もう一度: ", en: "Again: " };
    let none = Text {
        ja: "新しいパスワードが入力されませんでした。端末がないときは --new-password-file か --new-password-env を使ってください。",
        en: "No new password was typed. Without a terminal, use --new-password-file or --new-password-env.",
    };
    let ask = |text: Text| context.console.secret(text.get(lang));
    let typed = ask(first).ok_or_else(|| AppError::Message(none.get(lang).into()))?;
    let repeated = ask(again).ok_or_else(|| AppError::Message(none.get(lang).into()))?;
    if typed.text() != repeated.text() {
        let differ = Text {
            ja: "2 回の入力が一致しません。もう一度実行してください。",
            en: "The two passwords differ. Run it again.",
        };
        return Err(AppError::Message(differ.get(lang).into()));
    }
    Ok(typed)
}

/// Whether what was made opens with the password and holds the same key, certificates and names.
fn reads_back(made: &[u8], content: &WrittenContent, form: WrittenForm, password: &PasswordCandidate) -> bool {
    let limits = Limits::default();
    let options = ContainerOptions { limits: &limits, keys: KeyInspection::Match, try_typos: false };
    let candidates = [password.clone()];
    let (opened, secrets) = container::open_with_keys(made, &candidates, &options);
    let same_key = |der: &[u8]| {
        let read = openssl::pkey::PKey::private_key_from_der(der).and_then(|key| key.private_key_to_pkcs8());
        read.is_ok_and(|read| Zeroizing::new(read).as_slice() == content.key)
    };
    let is_same = |(read, written): (&ContainerEntry, &WrittenCertificate)| {
        let attributes = (read.friendly_name.as_deref(), read.local_key_id.as_deref());
        read.der == written.der
            && (form == WrittenForm::Pem || attributes == (written.friendly_name, written.local_key_id))
    };
    opened.problems.is_empty()
        && opened.entries.len() == content.certificates.len()
        && opened.entries.iter().zip(&content.certificates).all(is_same)
        && opened.entries[0].key_matches == Some(true)
        && secrets.keys.len() == 1
        && same_key(secrets.keys[0].der())
}

fn write(target: &Path, made: &[u8], force: bool, lang: Lang) -> Result<(), AppError> {
    if force {
        return write_file(target, Privacy::Private, lang, |out| out.write_all(made));
    }
    platform::write_new_private(target, made).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(target, lang),
        _ => {
            let text = Text {
                ja: "{path} に書き込めません: {error}。別の場所を --output に指定するか、書き込みの権限を確かめてください。",
                en: "cannot write {path}: {error}. Name another place with --output, or check the permissions.",
            };
            AppError::new(text, lang, &[("path", &target.display()), ("error", &error)])
        }
    })
}

fn exists(target: &Path, lang: Lang) -> AppError {
    let text = Text {
        ja: "{path} はすでにあります。別の名前を -o に指定するか、置き換えるなら --force を付けてください。",
        en: "{path} is there already. Name another file with -o, or add --force to replace it.",
    };
    AppError::new(text, lang, &[("path", &target.display())])
}

fn unwritable(file: &Path, lang: Lang) -> AppError {
    let text = Text {
        ja: "{path} の秘密鍵を書き出せません(対応していない種類の鍵です)。shomei inspect で確かめてください。",
        en: "The private key in {path} cannot be written: it is of a kind that is not supported. Check with shomei inspect.",
    };
    AppError::new(text, lang, &[("path", &file.display())])
}

fn no_text(lang: Lang) -> AppError {
    let text = Text {
        ja: "パスワードが UTF-8 の文字ではないため、書き出せません。新しいパスワードを指定してください(UTF-8 のファイルで --new-password-file)。",
        en: "The password is not UTF-8 text and cannot be written with. Give a new one (--new-password-file, in UTF-8).",
    };
    AppError::Message(text.get(lang).into())
}
