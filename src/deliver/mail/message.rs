//! Messages in the format of RFC 5322, in seven bits whatever they hold.

use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Body, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::address::{MailAddress, spelled};
use crate::calendar::{Instant, Zone};
use crate::locale::catalogue::mail as texts;
use crate::locale::{Lang, Text};

/// A message before it is encoded.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The sender.
    pub from: MailAddress,
    /// The recipients.
    pub to: Vec<MailAddress>,
    /// Who gets the answers, if not the sender.
    pub reply_to: Option<MailAddress>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// `name@host`, with or without `<>`; the same for every attempt at the same message.
    pub message_id: String,
    /// When it is written.
    pub at: Instant,
    /// The zone of its date.
    pub zone: Zone,
    /// The language of its text.
    pub lang: Lang,
}

/// A file attached to a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name, by which it is saved.
    pub name: String,
    /// Its type: `text/csv; charset=utf-8`.
    pub mime: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why a message cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageError {
    /// It has no recipient.
    Nobody,
    /// An address that is not valid.
    Address(String),
    /// A Message-ID that is not valid.
    MessageId(String),
    /// A type of file that is not valid.
    Mime(String),
    /// A date that RFC 5322 cannot write.
    Date,
}

impl MessageError {
    /// What is wrong.
    pub fn text(&self, lang: Lang) -> String {
        let (text, value): (&Text, &str) = match self {
            MessageError::Nobody => (&texts::TO_NOBODY, ""),
            MessageError::Address(address) => (&texts::NO_ADDRESS, address),
            MessageError::MessageId(id) => (&texts::NO_MESSAGE_ID, id),
            MessageError::Mime(mime) => (&texts::NO_MIME, mime),
            MessageError::Date => (&texts::NO_DATE, ""),
        };
        text.fill(lang, &[("value", &value.escape_debug())])
    }
}

/// A longer Message-ID would not fit on one line.
const MOST_ID: usize = 250;
/// The longest line with an encoded word: RFC 2047, section 2.
const MOST_LINE: usize = 76;
/// The longest text that is left as it is, so that it fits on one line.
const MOST_PLAIN: usize = 60;

impl Mail {
    /// The message in the bytes of RFC 5322, lines ending in CRLF. The same message gives the
    /// same bytes.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        if self.to.is_empty() {
            return Err(MessageError::Nobody);
        }
        let id = identifier(&self.message_id)?;
        let date = self.zone.mail_date(self.at).ok_or(MessageError::Date)?;
        let mut head = vec![("Date", date), ("From", people(std::slice::from_ref(&self.from), "From")?)];
        if let Some(address) = &self.reply_to {
            head.push(("Reply-To", people(std::slice::from_ref(address), "Reply-To")?));
        }
        head.push(("To", people(&self.to, "To")?));
        head.push(("Subject", subject(&self.subject)));
        head.push(("Message-ID", id.clone()));
        head.push(("Auto-Submitted", "auto-generated".into()));
        head.push(("Content-Language", self.lang.code().into()));
        head.push(("MIME-Version", "1.0".into()));
        let mut bytes: Vec<u8> =
            head.iter().flat_map(|(name, value)| format!("{name}: {value}\r\n").into_bytes()).collect();
        bytes.extend(self.content(&id)?);
        Ok(bytes)
    }

    /// The content with its own headers: text, page and files, in as few wrappings as they need.
    fn content(&self, id: &str) -> Result<Vec<u8>, MessageError> {
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(lines(&self.text));
        let page =
            self.html.as_ref().map(|html| SinglePart::builder().header(ContentType::TEXT_HTML).body(lines(html)));
        let alternative = |text, page| {
            let wrapping = MultiPart::alternative().boundary(boundary(id, "alternative"));
            wrapping.singlepart(text).singlepart(page)
        };
        if self.attachments.is_empty() {
            return Ok(match page {
                Some(page) => alternative(text, page).formatted(),
                None => text.formatted(),
            });
        }
        let wrapping = MultiPart::mixed().boundary(boundary(id, "mixed"));
        let whole = match page {
            Some(page) => wrapping.multipart(alternative(text, page)),
            None => wrapping.singlepart(text),
        };
        let whole = self.attachments.iter().try_fold(whole, |whole, file| Ok(whole.singlepart(attached(file)?)))?;
        Ok(whole.formatted())
    }
}

/// One kind of line ending, and no NUL, which mail cannot carry.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}")
}

/// A boundary of parts. `=_` occurs neither in Base64 nor in quoted-printable (RFC 2045, section
/// 6.7); it follows from the Message-ID, so that the same message gives the same bytes.
fn boundary(id: &str, kind: &str) -> String {
    let digest = Sha256::digest(format!("{kind} {id}"));
    let hex: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("=_{hex}")
}

fn identifier(id: &str) -> Result<String, MessageError> {
    let inside = id.strip_prefix('<').and_then(|i| i.strip_suffix('>')).unwrap_or(id);
    let fine = inside.len() <= MOST_ID
        && inside.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[]\\,;:\"".contains(&b))
        && inside.split_once('@').is_some_and(|(l, r)| !l.is_empty() && !r.is_empty() && !r.contains('@'));
    fine.then(|| format!("<{inside}>")).ok_or_else(|| MessageError::MessageId(id.to_string()))
}

/// A list of addresses, folded where it may be.
fn people(addresses: &[MailAddress], header: &str) -> Result<String, MessageError> {
    let mut pieces = Vec::new();
    for (n, address) in addresses.iter().enumerate() {
        let mail = spelled(&address.mail).ok_or_else(|| MessageError::Address(address.mail.clone()))?;
        let comma = if n + 1 < addresses.len() { "," } else { "" };
        match address.name.as_deref().map(one_line).filter(|name| !name.is_empty()) {
            Some(name) => {
                pieces.extend(phrase(&name));
                pieces.push(format!("<{mail}>{comma}"));
            }
            None => pieces.push(format!("{mail}{comma}")),
        }
    }
    Ok(folded(&pieces, header.len() + 2))
}

/// A name as a quoted string if it can be one that fits on a line, else in encoded words.
fn phrase(name: &str) -> Vec<String> {
    match is_plain(name) {
        true => vec![format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))],
        false => words(name, 1),
    }
}

fn is_plain(text: &str) -> bool {
    text.is_ascii() && text.len() <= MOST_PLAIN && !text.contains("=?")
}

/// `pieces` with spaces between them, on lines no longer than they should be.
fn folded(pieces: &[String], used: usize) -> String {
    let (mut out, mut column) = (String::new(), used);
    for (n, piece) in pieces.iter().enumerate() {
        let fits = column + 1 + piece.len() <= MOST_LINE;
        match (n, fits) {
            (0, _) => {}
            (_, true) => out.push(' '),
            (_, false) => out.push_str("\r\n "),
        }
        column = if fits || n == 0 { column + 1 + piece.len() } else { 1 + piece.len() };
        out.push_str(piece);
    }
    out
}

/// Text in which no line end begins another header.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.trim().to_string()
}

fn subject(text: &str) -> String {
    let text = one_line(text);
    match is_plain(&text) {
        true => text,
        false => words(&text, "Subject: ".len()).join("\r\n "),
    }
}

/// `text` in encoded words (RFC 2047), cut between characters, each to stand on its own line, the
/// first where `used` columns are taken.
fn words(text: &str, used: usize) -> Vec<String> {
    let mut out = String::new();
    let mut writer = EmailWriter::new(&mut out, used, 0, false);
    // Writing into a string does not fail.
    let _ = rfc2047::encode(text, &mut writer);
    drop(writer);
    out.split("\r\n ").map(str::to_string).collect()
}

/// The type of a file with its name, for programs that do not read it from Content-Disposition.
#[derive(Clone)]
struct NamedContentType(HeaderValue);

impl Header for NamedContentType {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Type")
    }

    fn parse(_: &str) -> Result<NamedContentType, Box<dyn std::error::Error + Send + Sync>> {
        Err("not to be parsed".into())
    }

    fn display(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn attached(file: &Attachment) -> Result<SinglePart, MessageError> {
    let refused = || MessageError::Mime(file.mime.clone());
    if !file.mime.bytes().all(|b| b.is_ascii_graphic() || b == b' ') || ContentType::parse(&file.mime).is_err() {
        return Err(refused());
    }
    let name = one_line(&file.name).replace(['/', '\\', '"'], "_");
    let spelled = match is_plain(&name) {
        true => name.clone(),
        false => words(&name, " name=\"\"".len()).join("\r\n "),
    };
    let kind = format!("{};\r\n name=\"{spelled}\"", file.mime);
    let kind = NamedContentType(HeaderValue::dangerous_new_pre_encoded(NamedContentType::name(), kind.clone(), kind));
    let body = Body::new_with_encoding(file.bytes.clone(), ContentTransferEncoding::Base64).map_err(|_| refused())?;
    Ok(SinglePart::builder().header(kind).header(ContentDisposition::attachment(&name)).body(body))
}
