//! Whether a file promises a certificate, and what it holds where it keeps no promise.
//!
//! The one place that decides it. A promise is the file's name, what it held at the last import
//! (the inventory knows), or real content: DER of a known form, a PEM block with Base64 of an
//! element in it. Where nothing is promised, nothing is reported.

use std::path::Path;

use super::detect;
use super::open::{pem_is_real, recognised};
use super::pem::{self, PemText, find};
use super::{ContainerKind, OpenedContainer};

/// What files of certificates, lists of revoked ones and keys are called. `.pem` and `.key` may as
/// well hold other things in PEM.
const NAMES: [&str; 24] = [
    "p12",
    "pfx",
    "cer",
    "crt",
    "der",
    "pem",
    "p7b",
    "p7c",
    "spc",
    "crl",
    "key",
    "p8",
    "pk8",
    "jks",
    "jceks",
    "keystore",
    "truststore",
    "ks",
    "bks",
    "ubr",
    "uber",
    "sst",
    "xdb",
    "kdb",
];

/// Names of files for which a text in PEM that is neither certificate nor key is in its place.
const ANY_PEM: [&str; 2] = ["pem", "key"];

/// Names of files that hold a certificate or a list, and never a key alone.
const NO_KEYS: [&str; 7] = ["cer", "crt", "p7b", "p7c", "spc", "sst", "crl"];

/// How much of a file tells what it is.
const SAMPLE: usize = 64 << 10;

/// What a file holds that should hold a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileContent {
    /// No byte.
    Empty,
    /// Zeros alone: NTFS leaves them where a computer lost power while it wrote.
    Zeros,
    /// A web page: the one to log in at, or an error.
    Html,
    /// JSON.
    Json,
    /// XML of another kind.
    Xml,
    /// A ZIP archive, or an Office file.
    Zip,
    /// A PDF.
    Pdf,
    /// A picture.
    Image,
    /// A certificate signing request.
    Request,
    /// A private key without certificate.
    PrivateKey,
    /// PEM of another kind: a public key, parameters.
    OtherPem,
    /// PEM whose first and last lines are there and the certificate between them is not.
    EmptyPem,
    /// PEM whose hyphens a word processor replaced.
    Dashes,
    /// Text of another kind.
    Text,
    /// Binary data that was converted as if it were text.
    ConvertedText,
    /// The data of a certificate without its beginning.
    HeadLost,
    /// A PKCS#12 in which there is no certificate.
    EmptyPkcs12,
    /// A PKCS#7 in which there is no certificate.
    EmptyPkcs7,
    /// A keystore or store without certificates.
    EmptyStore,
    /// Something else.
    Unknown,
}

impl FileContent {
    /// All of them, with their stable names.
    pub const ALL: [(FileContent, &'static str); 20] = [
        (FileContent::Empty, "empty"),
        (FileContent::Zeros, "zeros"),
        (FileContent::Html, "html"),
        (FileContent::Json, "json"),
        (FileContent::Xml, "xml"),
        (FileContent::Zip, "zip"),
        (FileContent::Pdf, "pdf"),
        (FileContent::Image, "image"),
        (FileContent::Request, "request"),
        (FileContent::PrivateKey, "private-key"),
        (FileContent::OtherPem, "other-pem"),
        (FileContent::EmptyPem, "empty-pem"),
        (FileContent::Dashes, "dashes"),
        (FileContent::Text, "text"),
        (FileContent::ConvertedText, "converted-text"),
        (FileContent::HeadLost, "head-lost"),
        (FileContent::EmptyPkcs12, "empty-pkcs12"),
        (FileContent::EmptyPkcs7, "empty-pkcs7"),
        (FileContent::EmptyStore, "empty-store"),
        (FileContent::Unknown, "unknown"),
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        FileContent::ALL.iter().find(|(content, _)| *content == self).map_or("unknown", |(_, code)| code)
    }

    /// What has this stable name.
    pub fn of_code(code: &str) -> FileContent {
        FileContent::ALL.iter().find(|(_, known)| *known == code).map_or(FileContent::Unknown, |(content, _)| *content)
    }
}

/// Whether the name of a file promises a certificate, a CRL or a key.
pub fn is_promised(path: &Path) -> bool {
    extension(path).is_some_and(|extension| NAMES.contains(&extension.as_str()))
}

fn extension(path: &Path) -> Option<String> {
    // macOS puts files named `._x.p12` beside x.p12 on foreign disks, for what those cannot store.
    let name = path.file_name()?.to_string_lossy();
    (!name.starts_with("._")).then(|| path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()))?
}

/// Whether a file that begins with these bytes may hold certificates: whether a file above the
/// limits is worth mentioning. `bytes` may be all of the file or its beginning.
pub fn can_be_container(bytes: &[u8]) -> bool {
    recognised(bytes).is_some() || detect::form_of(bytes).is_some() || pem_is_real(&PemText::of(bytes).bytes)
}

/// What a file holds that should hold a certificate, by its name or its form, and holds none; none
/// where there is something in it, or something that explains why not, or where nothing was promised.
pub fn broken_promise(path: &Path, bytes: &[u8], opened: &OpenedContainer) -> Option<FileContent> {
    if !opened.problems.is_empty() || !opened.entries.is_empty() || !opened.crls.is_empty() {
        return None;
    }
    let promised = is_promised(path);
    match opened.kind {
        ContainerKind::Nothing => content_of(path, bytes).filter(|_| promised),
        ContainerKind::Pkcs12 => Some(FileContent::EmptyPkcs12),
        // The signature of a mail may be a PKCS#7 without certificates.
        ContainerKind::Pkcs7 => promised.then_some(FileContent::EmptyPkcs7),
        ContainerKind::JavaKeystore | ContainerKind::WindowsStore => Some(FileContent::EmptyStore),
        ContainerKind::Key | ContainerKind::Pem => {
            let extension = extension(path).unwrap_or_default();
            NO_KEYS.contains(&extension.as_str()).then_some(FileContent::PrivateKey)
        }
        _ => None,
    }
}

/// The content where its name promises something else.
fn content_of(path: &Path, bytes: &[u8]) -> Option<FileContent> {
    let content = content(bytes);
    let extension = extension(path).unwrap_or_default();
    let is_in_place = match content {
        FileContent::OtherPem => ANY_PEM.contains(&extension.as_str()),
        // Presentations of Keynote are ZIP archives named .key.
        FileContent::Zip => extension == "key",
        _ => false,
    };
    (!is_in_place).then_some(content)
}

/// What these bytes are, if they are no certificate.
pub fn content(bytes: &[u8]) -> FileContent {
    if bytes.is_empty() {
        return FileContent::Empty;
    }
    if bytes.iter().all(|b| *b == 0) {
        return FileContent::Zeros;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let magic: [(&[u8], FileContent); 7] = [
        (b"PK\x03\x04", FileContent::Zip),
        (b"PK\x05\x06", FileContent::Zip),
        (b"%PDF", FileContent::Pdf),
        (b"\x89PNG", FileContent::Image),
        (b"\xff\xd8\xff", FileContent::Image),
        (b"GIF8", FileContent::Image),
        (b"BM", FileContent::Image),
    ];
    if let Some((_, content)) = magic.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return *content;
    }
    if is_request(sample) {
        return FileContent::Request;
    }
    let text = PemText::of(sample);
    if let Some(content) = text_content(&text.bytes) {
        return content;
    }
    if is_converted(sample, &text.bytes) {
        return FileContent::ConvertedText;
    }
    if is_text(&text.bytes) {
        return FileContent::Text;
    }
    // X.520 attribute types and PKCS algorithms: no certificate or PKCS#12 is without one.
    let parts: [&[u8]; 3] = [b"\x06\x03\x55\x04", b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01", b"\x06\x03\x55\x1d"];
    if parts.iter().any(|part| find(sample, part).is_some()) {
        return FileContent::HeadLost;
    }
    FileContent::Unknown
}

/// PKCS#10 (RFC 2986): in DER a version 0, a name, a public key and attributes in [0].
fn is_request(bytes: &[u8]) -> bool {
    use crate::tlv::{TlvReader, universal};
    let read = || -> Result<bool, crate::tlv::TlvError> {
        let mut info = TlvReader::new(bytes).sequence()?.children().sequence()?.children();
        let version = info.universal(universal::INTEGER)?;
        info.sequence()?;
        info.sequence()?;
        Ok(version.content == [0] && info.peek().is_some_and(|tag| tag.is_context(0)))
    };
    read().unwrap_or(false)
}

/// The content of a text that has marks of its own.
fn text_content(text: &[u8]) -> Option<FileContent> {
    let labels: Vec<&str> = pem::blocks(text).map(|block| block.label).collect();
    if labels.iter().any(|label| label.ends_with("CERTIFICATE REQUEST")) {
        return Some(FileContent::Request);
    }
    if !labels.is_empty() {
        let is_ours = labels.iter().any(|label| super::open::is_known_label(label));
        return Some(if is_ours { FileContent::EmptyPem } else { FileContent::OtherPem });
    }
    // En dash, em dash and minus sign in UTF-8 and in Windows' code page.
    let dashes: [&[u8]; 5] = [
        "\u{2013}BEGIN ".as_bytes(),
        "\u{2014}BEGIN ".as_bytes(),
        "\u{2212}BEGIN ".as_bytes(),
        b"\x96BEGIN ",
        b"\x97BEGIN ",
    ];
    if dashes.iter().any(|dash| find(text, dash).is_some()) || find(text, b"?BEGIN CERTIFICATE").is_some() {
        return Some(FileContent::Dashes);
    }
    let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let lower = start[..start.len().min(1024)].to_ascii_lowercase();
    match start.first()? {
        b'<' if find(&lower, b"<html").is_some() || lower.starts_with(b"<!doctype html") => Some(FileContent::Html),
        b'<' if is_text(text) => Some(FileContent::Xml),
        b'{' | b'[' if is_text(text) => Some(FileContent::Json),
        _ => None,
    }
}

/// A SEQUENCE whose bytes above 0x7f became two or three of UTF-8, or a character of UTF-16.
fn is_converted(bytes: &[u8], narrow: &[u8]) -> bool {
    let utf8 = matches!(bytes, [0x30, 0xef, 0xbf, 0xbd, ..] | [0x30, 0xc2, 0x80..=0x9f, ..]);
    // 0x82 is a low quotation mark to Windows in western Europe, and begins Japanese characters.
    let western = bytes.starts_with(b"0\xe2\x80\x9a");
    let wide = narrow.len() < bytes.len() && narrow.trim_ascii_start().starts_with(b"0?");
    utf8 || western || wide
}

/// Text in UTF-8 or in Windows' Japanese code page: no control characters but white space.
fn is_text(bytes: &[u8]) -> bool {
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x1a) || *b == 0x7f;
    !bytes.iter().any(control) && (std::str::from_utf8(cut(bytes)).is_ok() || is_cp932(bytes))
}

/// The bytes without the beginning of a character that the sample cut.
fn cut(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

fn is_cp932(bytes: &[u8]) -> bool {
    let mut decoder = encoding_rs::SHIFT_JIS.new_decoder_without_bom_handling();
    let mut text = vec![0; 4096];
    let mut rest = bytes;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut text, false);
        rest = &rest[read..];
        match result {
            encoding_rs::DecoderResult::InputEmpty => return true,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => return false,
        }
    }
}
