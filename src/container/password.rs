//! Password candidates: where they come from, the forms in which programs feed them to key
//! derivations, and the usual mistakes in typing them.

use std::fmt;
use std::path::{Path, PathBuf};

use encoding_rs::{EncoderResult, SHIFT_JIS};
use zeroize::Zeroizing;

/// Text that is wiped from memory when dropped.
type Text = Zeroizing<String>;

/// A password as it was given: bytes, since a file of passwords may be in any encoding. Wiped
/// from memory when dropped; never shown.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl From<Zeroizing<Vec<u8>>> for Secret {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Secret {
        Secret(bytes)
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(mut text: Zeroizing<String>) -> Secret {
        Secret(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret(Zeroizing::new(text.as_bytes().to_vec()))
    }
}

/// Where a candidate came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The empty password, tried on its own account.
    Empty,
    /// A line of a password file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable, by name.
    Environment(String),
    /// A rule of a password map.
    Map {
        /// The rule, for people: its pattern and line.
        rule: String,
    },
    /// Typed at the prompt.
    Prompt,
}

/// `passwords.txt:3`, `$VARIABLE`, the rule of a map; `empty` and `prompt` for the others.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Empty => f.write_str("empty"),
            Origin::File { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Environment(name) => write!(f, "${name}"),
            Origin::Map { rule } => f.write_str(rule),
            Origin::Prompt => f.write_str("prompt"),
        }
    }
}

/// A password to be tried.
#[derive(Clone)]
pub struct Candidate {
    secret: Secret,
    origin: Origin,
}

impl Candidate {
    /// A password and where it came from.
    pub fn new(secret: impl Into<Secret>, origin: Origin) -> Candidate {
        Candidate { secret: secret.into(), origin }
    }

    /// The empty password.
    pub fn empty() -> Candidate {
        Candidate::new("", Origin::Empty)
    }

    /// The same password, from elsewhere.
    pub fn with_origin(self, origin: Origin) -> Candidate {
        Candidate { origin, ..self }
    }

    /// Where it came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether it is the empty password.
    pub fn is_empty(&self) -> bool {
        self.secret.0.is_empty()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.secret.0
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The candidates in a password file, one a line. Line ends (LF, CRLF) and a byte-order mark do
/// not belong to a password, spaces do; empty lines are passed over. UTF-16 with a byte-order
/// mark is what Windows' Notepad calls Unicode.
pub fn candidates_of_file(bytes: &[u8], path: &Path) -> Vec<Candidate> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16_text(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16_text(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => Zeroizing::new(rest.to_vec()),
        _ => Zeroizing::new(bytes.to_vec()),
    };
    let lines = text.split(|b| *b == b'\n').enumerate();
    lines
        .map(|(i, line)| (i + 1, line.strip_suffix(b"\r").unwrap_or(line)))
        .filter(|(_, line)| !line.is_empty())
        .map(|(line, secret)| {
            let origin = Origin::File { path: path.to_path_buf(), line };
            Candidate::new(Zeroizing::new(secret.to_vec()), origin)
        })
        .collect()
}

fn utf16_text(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Zeroizing<Vec<u8>> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    // At most three bytes of UTF-8 for a unit: the buffer never moves and leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len() / 2 * 3));
    for c in char::decode_utf16(units) {
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    text
}

/// What a key derivation takes a password as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usage {
    /// PKCS#12's own derivation: UTF-16 with a terminator (RFC 7292 appendix B.1).
    Wide,
    /// PKCS#5: bytes, of an encoding that RFC 8018 leaves open.
    Narrow,
}

/// How a password is turned into the bytes that a derivation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// UTF-16BE and a terminating zero: the standard for [`Usage::Wide`], NSS's for
    /// [`Usage::Narrow`].
    Utf16,
    /// Each byte of UTF-8 widened to 16 bits: OpenSSL up to 1.0.2.
    WideUtf8,
    /// Each byte as given, or in Windows' Japanese code page, widened: OpenSSL on Windows.
    WideLocal,
    /// UTF-16BE without the characters beyond the basic plane.
    BasicPlane,
    /// No byte at all, for the empty password.
    Nothing,
    /// UTF-8: the standard for [`Usage::Narrow`].
    Utf8,
    /// Windows' Japanese code page, CP932; or the bytes as given where those are no UTF-8.
    Local,
    /// Latin-1.
    Latin1,
}

impl Form {
    /// The forms to try, the likeliest first.
    fn all(usage: Usage) -> &'static [Form] {
        match usage {
            Usage::Wide => &[Form::Utf16, Form::WideUtf8, Form::WideLocal, Form::BasicPlane, Form::Nothing],
            Usage::Narrow => &[Form::Utf8, Form::Local, Form::Latin1, Form::Utf16],
        }
    }

    /// The form for `usage` that goes with this one elsewhere in the file.
    pub fn counterpart(self, usage: Usage) -> Form {
        match (usage, self) {
            (Usage::Narrow, Form::WideLocal) => Form::Local,
            (Usage::Narrow, Form::Utf16 | Form::WideUtf8 | Form::BasicPlane | Form::Nothing) => Form::Utf8,
            (Usage::Wide, Form::Local) => Form::WideLocal,
            (Usage::Wide, Form::Utf8 | Form::Latin1) => Form::Utf16,
            (_, same) => same,
        }
    }
}

/// The bytes for a derivation, in every form that differs from those before it; `preferred`
/// comes first.
pub(super) fn forms(secret: &[u8], usage: Usage, preferred: Option<Form>) -> Vec<(Form, Zeroizing<Vec<u8>>)> {
    let reading = Reading::of(secret);
    let mut forms: Vec<(Form, Zeroizing<Vec<u8>>)> = Vec::new();
    for form in preferred.iter().chain(Form::all(usage)) {
        if let Some(bytes) = reading.in_form(*form).filter(|bytes| forms.iter().all(|(_, known)| known != bytes)) {
            forms.push((*form, bytes));
        }
    }
    forms
}

/// A secret and what it says as text.
struct Reading<'a> {
    bytes: &'a [u8],
    text: Option<Text>,
}

impl<'a> Reading<'a> {
    fn of(bytes: &'a [u8]) -> Reading<'a> {
        Reading { bytes, text: text_of(bytes) }
    }

    fn in_form(&self, form: Form) -> Option<Zeroizing<Vec<u8>>> {
        let text = self.text.as_ref().map(|text| text.as_str());
        // ASCII is the same in all encodings.
        let special = text.filter(|text| !text.is_ascii());
        match form {
            Form::Utf16 => text.map(utf16),
            Form::WideUtf8 => special.map(|text| widened(text.bytes())),
            Form::WideLocal => self.local().map(|bytes| widened(bytes.iter().copied())),
            Form::BasicPlane => {
                let beyond = |c: &char| *c as u32 > 0xffff;
                let text = special.filter(|text| text.chars().any(|c| beyond(&c)))?;
                let kept: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !beyond(c)).collect());
                Some(utf16(&kept))
            }
            Form::Nothing => self.bytes.is_empty().then(Zeroizing::default),
            Form::Utf8 => text.map(|text| Zeroizing::new(text.as_bytes().to_vec())),
            Form::Local => self.local(),
            Form::Latin1 => {
                let text = special.filter(|text| text.chars().all(|c| c as u32 <= 0xff))?;
                Some(Zeroizing::new(text.chars().map(|c| c as u8).collect()))
            }
        }
    }

    /// The bytes as given where they are not UTF-8, else in CP932.
    fn local(&self) -> Option<Zeroizing<Vec<u8>>> {
        match std::str::from_utf8(self.bytes) {
            Ok(text) if text.is_ascii() => None,
            Ok(text) => cp932(text),
            Err(_) => Some(Zeroizing::new(self.bytes.to_vec())),
        }
    }
}

/// What a secret says: UTF-8, else CP932.
fn text_of(secret: &[u8]) -> Option<Text> {
    if let Ok(text) = std::str::from_utf8(secret) {
        return Some(Zeroizing::new(text.to_string()));
    }
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let mut text = Zeroizing::new(String::with_capacity(decoder.max_utf8_buffer_length(secret.len())?));
    let (result, _) = decoder.decode_to_string_without_replacement(secret, &mut text, true);
    matches!(result, encoding_rs::DecoderResult::InputEmpty).then_some(text)
}

fn cp932(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut encoder = SHIFT_JIS.new_encoder();
    let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len())?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
    matches!(result, EncoderResult::InputEmpty).then_some(bytes)
}

fn utf16(text: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 2 + 2));
    text.encode_utf16().for_each(|unit| bytes.extend_from_slice(&unit.to_be_bytes()));
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

fn widened(narrow: impl ExactSizeIterator<Item = u8>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(narrow.len() * 2 + 2));
    narrow.for_each(|b| bytes.extend_from_slice(&[0, b]));
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// A mistake in typing, named by what differs between the candidate and the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Typo {
    /// Full-width letters, digits or signs where half-width ones belong, or the reverse.
    Width,
    /// A space or tab at either end, too many or missing.
    Space,
    /// A line end at the end, too many or missing.
    LineEnd,
    /// A byte-order mark at the beginning, too many or missing.
    ByteOrderMark,
    /// Upper and lower case reversed: Caps Lock.
    CapsLock,
    /// The first letter in the other case: a telephone's keyboard.
    FirstLetter,
    /// The letter O and the digit 0.
    ZeroOrO,
    /// The digit 1, the small letter l and the capital letter I.
    OneOrL,
}

impl Typo {
    /// All of them.
    pub const ALL: [Typo; 8] = [
        Typo::Width,
        Typo::Space,
        Typo::LineEnd,
        Typo::ByteOrderMark,
        Typo::CapsLock,
        Typo::FirstLetter,
        Typo::ZeroOrO,
        Typo::OneOrL,
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Typo::Width => "width",
            Typo::Space => "space",
            Typo::LineEnd => "line-end",
            Typo::ByteOrderMark => "byte-order-mark",
            Typo::CapsLock => "caps-lock",
            Typo::FirstLetter => "first-letter",
            Typo::ZeroOrO => "zero-or-o",
            Typo::OneOrL => "one-or-l",
        }
    }

    /// What the password may be if `text` suffers from this mistake.
    fn undone(self, text: &str) -> Vec<Text> {
        match self {
            Typo::Width => vec![mapped(text, half_width), mapped(text, full_width)],
            Typo::Space => ends(text, &[" ", "\t", "\u{3000}"], true),
            Typo::LineEnd => ends(text, &["\r\n", "\n", "\r"], false),
            Typo::ByteOrderMark => match text.strip_prefix('\u{feff}') {
                Some(rest) => vec![joined(&[rest])],
                None => vec![joined(&["\u{feff}", text])],
            },
            Typo::CapsLock => vec![mapped(text, other_case)],
            Typo::FirstLetter => first_letter(text),
            Typo::ZeroOrO => confused(text, &["0", "O", "o"]),
            Typo::OneOrL => confused(text, &["1", "l", "I"]),
        }
    }
}

/// The longest text whose mistakes are looked for: nobody types more.
const TYPED: usize = 128;

/// Every other reading of a candidate, with the mistake that explains it; none twice.
pub(super) fn typos(secret: &[u8]) -> Vec<(Typo, Zeroizing<Vec<u8>>)> {
    let mut all: Vec<(Typo, Text)> = Vec::new();
    if let Some(text) = text_of(secret).filter(|text| !text.is_empty() && text.len() <= TYPED) {
        for typo in Typo::ALL {
            for other in typo.undone(&text) {
                if other != text && all.iter().all(|(_, known)| *known != other) {
                    all.push((typo, other));
                }
            }
        }
    }
    all.into_iter().map(|(typo, text)| (typo, Secret::from(text).0)).collect()
}

/// The parts one after the other, in a buffer that never moves and so leaves no copy behind.
fn joined(parts: &[&str]) -> Text {
    let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| text.push_str(part));
    text
}

fn mapped(text: &str, map: fn(char) -> char) -> Text {
    // No character grows by more than two bytes, so this buffer never moves either.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    out.extend(text.chars().map(map));
    out
}

/// Full-width forms lie at a fixed distance from ASCII.
const WIDTH_DISTANCE: u32 = 0xfee0;

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - WIDTH_DISTANCE).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(c as u32 + WIDTH_DISTANCE).unwrap_or(c),
        ' ' => '\u{3000}',
        _ => c,
    }
}

fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

fn first_letter(text: &str) -> Vec<Text> {
    let Some(at) = text.find(|c: char| c.is_ascii_alphabetic()) else {
        return Vec::new();
    };
    let letter = mapped(&text[at..=at], other_case);
    vec![joined(&[&text[..at], &letter, &text[at + 1..]])]
}

/// `text` without any of `extra` at its ends, and with one more of it.
fn ends(text: &str, extra: &[&str], both: bool) -> Vec<Text> {
    let trim = |c: char| extra.iter().any(|extra| extra.contains(c));
    let mut all = vec![joined(&[text.trim_end_matches(trim)])];
    if both {
        all.push(joined(&[text.trim_start_matches(trim)]));
        all.push(joined(&[text.trim_matches(trim)]));
    }
    for extra in extra {
        all.push(joined(&[text, extra]));
        if both {
            all.push(joined(&[extra, text]));
        }
    }
    all
}

/// `text` with one of the look-alikes replaced by another: at one place, each of a kind, and
/// all of them.
fn confused(text: &str, alike: &[&str]) -> Vec<Text> {
    let mut all = Vec::new();
    for (from, to) in alike.iter().flat_map(|from| alike.iter().map(move |to| (from, to))) {
        for (at, found) in text.match_indices(from) {
            all.push(joined(&[&text[..at], to, &text[at + found.len()..]]));
        }
        all.push(replaced(text, &[from], to));
    }
    all.extend(alike.iter().map(|to| replaced(text, alike, to)));
    all
}

/// `text` with each of the one-byte strings `from` replaced by `to`, which is as long.
fn replaced(text: &str, from: &[&str], to: &str) -> Text {
    let mut buffer = [0; 4];
    let pieces =
        text.chars().map(|c| if from.contains(&&*c.encode_utf8(&mut buffer)) { to.chars().next() } else { Some(c) });
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    out.extend(pieces.flatten());
    out
}
