//! Password candidates: where they come from, the forms in which programs feed them to key
//! derivations, and the usual mistakes in typing them.

use std::fmt;
use std::path::{Path, PathBuf};

use encoding_rs::{EncoderResult, SHIFT_JIS};
use icu_normalizer::properties::{CanonicalCompositionBorrowed, CanonicalDecompositionBorrowed, Decomposed};
use zeroize::Zeroizing;

use super::PasswordMatch;

/// Text that is wiped from memory when dropped.
type ZeroizingText = Zeroizing<String>;

/// A password as it was given: bytes, since a file of passwords may be in any encoding. Wiped
/// from memory when dropped; never shown.
#[derive(Clone)]
pub struct Password(Zeroizing<Vec<u8>>);

impl From<Zeroizing<Vec<u8>>> for Password {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Password {
        Password(bytes)
    }
}

impl From<Zeroizing<String>> for Password {
    fn from(mut text: Zeroizing<String>) -> Password {
        Password(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Password {
        Password(Zeroizing::new(text.as_bytes().to_vec()))
    }
}

/// Where a candidate came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordOrigin {
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
impl fmt::Display for PasswordOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PasswordOrigin::Empty => f.write_str("empty"),
            PasswordOrigin::File { path, line } => write!(f, "{}:{line}", path.display()),
            PasswordOrigin::Environment(name) => write!(f, "${name}"),
            PasswordOrigin::Map { rule } => f.write_str(rule),
            PasswordOrigin::Prompt => f.write_str("prompt"),
        }
    }
}

/// A password to be tried.
#[derive(Clone)]
pub struct PasswordCandidate {
    secret: Password,
    origin: PasswordOrigin,
}

impl PasswordCandidate {
    /// A password and where it came from.
    pub fn new(secret: impl Into<Password>, origin: PasswordOrigin) -> PasswordCandidate {
        PasswordCandidate { secret: secret.into(), origin }
    }

    /// The empty password.
    pub fn empty() -> PasswordCandidate {
        PasswordCandidate::new("", PasswordOrigin::Empty)
    }

    /// The same password, from elsewhere.
    pub fn with_origin(self, origin: PasswordOrigin) -> PasswordCandidate {
        PasswordCandidate { origin, ..self }
    }

    /// Where it came from.
    pub fn origin(&self) -> &PasswordOrigin {
        &self.origin
    }

    /// Whether it is the empty password.
    pub fn is_empty(&self) -> bool {
        self.secret.0.is_empty()
    }

    /// The password, where it is text in UTF-8: for those who write or log in with it.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.secret.0).ok()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.secret.0
    }
}

/// The candidates for one file, in their order: borrowed, since thousands of files share them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Candidates<'a> {
    /// Those for this file.
    pub own: &'a [PasswordCandidate],
    /// Those for all files.
    pub common: &'a [PasswordCandidate],
}

impl<'a> Candidates<'a> {
    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = &'a PasswordCandidate> {
        self.own.iter().chain(self.common)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.own.len() + self.common.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Where the candidate is from that opened a file.
    pub fn origin_of(self, opening: &PasswordMatch) -> PasswordOrigin {
        self.iter().nth(opening.candidate).map_or(PasswordOrigin::Empty, |candidate| candidate.origin().clone())
    }
}

impl<'a, T: AsRef<[PasswordCandidate]> + ?Sized> From<&'a T> for Candidates<'a> {
    fn from(common: &'a T) -> Candidates<'a> {
        Candidates { own: &[], common: common.as_ref() }
    }
}

impl fmt::Debug for PasswordCandidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The password that opened a container: it can be compared with texts, and is never shown.
#[derive(Clone)]
pub struct OpeningSecret(Zeroizing<Vec<u8>>);

impl fmt::Debug for OpeningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningSecret(..)")
    }
}

impl OpeningSecret {
    /// Fewer characters are in texts by chance.
    const FEWEST: usize = 4;

    pub(super) fn new(secret: &[u8]) -> OpeningSecret {
        OpeningSecret(Zeroizing::new(secret.to_vec()))
    }

    /// How many characters it has.
    pub fn chars(&self) -> usize {
        String::from_utf8_lossy(&self.0).chars().count()
    }

    /// Whether it is exactly so many digits.
    pub fn is_digits(&self, count: usize) -> bool {
        self.0.len() == count && self.0.iter().all(u8::is_ascii_digit)
    }

    /// Whether a text has it as a word of its own: `2024` is not in `20241130`.
    pub fn is_in(&self, text: &[u8]) -> bool {
        let size = self.0.len();
        if self.chars() < OpeningSecret::FEWEST {
            return false;
        }
        let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        text.windows(size).enumerate().any(|(at, window)| {
            window == self.0.as_slice()
                && !(is_part(window.first()) && is_part(at.checked_sub(1).and_then(|before| text.get(before))))
                && !(is_part(window.last()) && is_part(text.get(at + size)))
        })
    }
}

/// The candidates in a password file, one a line. Line ends (LF, CRLF) and a byte-order mark do
/// not belong to a password, spaces do; empty lines are passed over. UTF-16 with a byte-order
/// mark is what Windows' Notepad calls Unicode.
pub fn candidates_of_file(bytes: &[u8], path: &Path) -> Vec<PasswordCandidate> {
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
            let origin = PasswordOrigin::File { path: path.to_path_buf(), line };
            PasswordCandidate::new(Zeroizing::new(secret.to_vec()), origin)
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

/// The form of password that a key derivation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordUsage {
    /// PKCS#12's own derivation: UTF-16 with a terminator (RFC 7292 appendix B.1).
    Wide,
    /// PKCS#5: bytes, of an encoding that RFC 8018 leaves open.
    Narrow,
}

/// How a password is turned into the bytes that a derivation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordForm {
    /// UTF-16BE and a terminating zero: the standard for [`PasswordUsage::Wide`], NSS's for
    /// [`PasswordUsage::Narrow`].
    Utf16,
    /// Each byte of UTF-8 widened to 16 bits: OpenSSL up to 1.0.2.
    WideUtf8,
    /// Each byte as given, or in Windows' Japanese code page, widened: OpenSSL on Windows.
    WideLocal,
    /// UTF-16BE without the characters beyond the basic plane.
    BasicPlane,
    /// No byte at all, for the empty password.
    Nothing,
    /// UTF-8: the standard for [`PasswordUsage::Narrow`].
    Utf8,
    /// Windows' Japanese code page, CP932; or the bytes as given where those are no UTF-8.
    Local,
    /// Latin-1.
    Latin1,
}

impl PasswordForm {
    /// The forms to try, the likeliest first.
    fn all(usage: PasswordUsage) -> &'static [PasswordForm] {
        match usage {
            PasswordUsage::Wide => &[
                PasswordForm::Utf16,
                PasswordForm::WideUtf8,
                PasswordForm::WideLocal,
                PasswordForm::BasicPlane,
                PasswordForm::Nothing,
            ],
            PasswordUsage::Narrow => {
                &[PasswordForm::Utf8, PasswordForm::Local, PasswordForm::Latin1, PasswordForm::Utf16]
            }
        }
    }

    /// The form for `usage` that goes with this one elsewhere in the file.
    pub fn counterpart(self, usage: PasswordUsage) -> PasswordForm {
        match (usage, self) {
            (PasswordUsage::Narrow, PasswordForm::WideLocal) => PasswordForm::Local,
            (
                PasswordUsage::Narrow,
                PasswordForm::Utf16 | PasswordForm::WideUtf8 | PasswordForm::BasicPlane | PasswordForm::Nothing,
            ) => PasswordForm::Utf8,
            (PasswordUsage::Wide, PasswordForm::Local) => PasswordForm::WideLocal,
            (PasswordUsage::Wide, PasswordForm::Utf8 | PasswordForm::Latin1) => PasswordForm::Utf16,
            (_, same) => same,
        }
    }
}

/// The bytes for a derivation, in every form that differs from those before it; `preferred`
/// comes first.
pub(super) fn forms(
    secret: &[u8],
    usage: PasswordUsage,
    preferred: Option<PasswordForm>,
) -> Vec<(PasswordForm, Zeroizing<Vec<u8>>)> {
    let reading = DecodedPassword::of(secret);
    let mut forms: Vec<(PasswordForm, Zeroizing<Vec<u8>>)> = Vec::new();
    for form in preferred.iter().chain(PasswordForm::all(usage)) {
        if let Some(bytes) = reading.in_form(*form).filter(|bytes| forms.iter().all(|(_, known)| known != bytes)) {
            forms.push((*form, bytes));
        }
    }
    forms
}

/// A password and its text.
struct DecodedPassword<'a> {
    bytes: &'a [u8],
    text: Option<ZeroizingText>,
}

impl<'a> DecodedPassword<'a> {
    fn of(bytes: &'a [u8]) -> DecodedPassword<'a> {
        DecodedPassword { bytes, text: text_of(bytes) }
    }

    fn in_form(&self, form: PasswordForm) -> Option<Zeroizing<Vec<u8>>> {
        let text = self.text.as_ref().map(|text| text.as_str());
        // ASCII is the same in all encodings.
        let special = text.filter(|text| !text.is_ascii());
        match form {
            PasswordForm::Utf16 => text.map(utf16),
            PasswordForm::WideUtf8 => special.map(|text| widened(text.bytes())),
            PasswordForm::WideLocal => self.local().map(|bytes| widened(bytes.iter().copied())),
            PasswordForm::BasicPlane => {
                let beyond = |c: &char| *c as u32 > 0xffff;
                let text = special.filter(|text| text.chars().any(|c| beyond(&c)))?;
                let kept: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !beyond(c)).collect());
                Some(utf16(&kept))
            }
            PasswordForm::Nothing => self.bytes.is_empty().then(Zeroizing::default),
            PasswordForm::Utf8 => text.map(|text| Zeroizing::new(text.as_bytes().to_vec())),
            PasswordForm::Local => self.local(),
            PasswordForm::Latin1 => {
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

/// The text of a password: UTF-8, otherwise CP932.
fn text_of(secret: &[u8]) -> Option<ZeroizingText> {
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

/// A typing error, named by the difference between the candidate and the password.
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
    /// The yen sign and the backslash: one key on Japanese keyboards, which of the two depends on
    /// the program.
    YenOrBackslash,
    /// A wave dash or full-width tilde, and the other signs of JIS X 0208 that Unix and Windows take for
    /// different characters.
    WaveDash,
    /// A letter and its mark in one character or in two: `が` as macOS writes it is か and a voice mark.
    Composition,
}

impl Typo {
    /// All of them.
    pub const ALL: [Typo; 11] = [
        Typo::Width,
        Typo::Space,
        Typo::LineEnd,
        Typo::ByteOrderMark,
        Typo::CapsLock,
        Typo::FirstLetter,
        Typo::ZeroOrO,
        Typo::OneOrL,
        Typo::YenOrBackslash,
        Typo::WaveDash,
        Typo::Composition,
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
            Typo::YenOrBackslash => "yen-or-backslash",
            Typo::WaveDash => "wave-dash",
            Typo::Composition => "composition",
        }
    }

    /// The passwords that `text` may be meant for, given this error.
    fn undone(self, text: &str) -> Vec<ZeroizingText> {
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
            Typo::YenOrBackslash => alike(text, &['\\', '\u{a5}', '\u{ffe5}', '\u{ff3c}']),
            Typo::WaveDash => {
                let swapped = vec![mapped(text, as_on_windows), mapped(text, as_on_unix)];
                swapped.into_iter().chain(alike(text, &['\u{301c}', '\u{ff5e}', '~'])).collect()
            }
            Typo::Composition => vec![composed(text), decomposed(text)],
        }
    }
}

/// The longest text whose typing errors are tried; longer passwords are pasted.
const TYPED: usize = 128;

/// Every other reading of a candidate, with the mistake that explains it; none twice.
pub(super) fn typos(secret: &[u8]) -> Vec<(Typo, Zeroizing<Vec<u8>>)> {
    let mut all: Vec<(Typo, ZeroizingText)> = Vec::new();
    if let Some(text) = text_of(secret).filter(|text| !text.is_empty() && text.len() <= TYPED) {
        for typo in Typo::ALL {
            for other in typo.undone(&text) {
                if other != text && all.iter().all(|(_, known)| *known != other) {
                    all.push((typo, other));
                }
            }
        }
    }
    all.into_iter().map(|(typo, text)| (typo, Password::from(text).0)).collect()
}

/// The parts one after the other, in a buffer that never moves and so leaves no copy behind.
fn joined(parts: &[&str]) -> ZeroizingText {
    let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| text.push_str(part));
    text
}

fn mapped(text: &str, map: fn(char) -> char) -> ZeroizingText {
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

/// Signs of JIS X 0208: what the converters of Unix make of them, and those of Windows.
const TWINS: [(char, char); 4] =
    [('\u{301c}', '\u{ff5e}'), ('\u{2212}', '\u{ff0d}'), ('\u{2014}', '\u{2015}'), ('\u{2016}', '\u{2225}')];

fn as_on_windows(c: char) -> char {
    TWINS.iter().find(|(unix, _)| *unix == c).map_or(c, |(_, windows)| *windows)
}

fn as_on_unix(c: char) -> char {
    TWINS.iter().find(|(_, windows)| *windows == c).map_or(c, |(unix, _)| *unix)
}

/// `text` with all of the characters `alike` made one of them: whoever takes one for another does so
/// throughout.
fn alike(text: &str, alike: &[char]) -> Vec<ZeroizingText> {
    let to = |to: char| {
        let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
        out.extend(text.chars().map(|c| if alike.contains(&c) { to } else { c }));
        out
    };
    alike.iter().map(|one| to(*one)).collect()
}

/// Marks that follow their letter: of kana, and of Latin letters.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}')
}

/// NFC, but for signs that only look alike (compatibility ideographs), which nobody types so.
fn composed(text: &str) -> ZeroizingText {
    let composition = CanonicalCompositionBorrowed::new();
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    for c in text.chars() {
        let letter = out.chars().last().filter(|_| is_mark(c));
        match letter.and_then(|letter| composition.compose(letter, c)) {
            Some(whole) => {
                out.pop();
                out.push(whole);
            }
            None => out.push(c),
        }
    }
    out
}

/// The same of NFD.
fn decomposed(text: &str) -> ZeroizingText {
    let decomposition = CanonicalDecompositionBorrowed::new();
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    for c in text.chars() {
        match decomposition.decompose(c) {
            Decomposed::Expansion(letter, mark) if is_mark(mark) => out.extend([letter, mark]),
            _ => out.push(c),
        }
    }
    out
}

fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

fn first_letter(text: &str) -> Vec<ZeroizingText> {
    let Some(at) = text.find(|c: char| c.is_ascii_alphabetic()) else {
        return Vec::new();
    };
    let letter = mapped(&text[at..=at], other_case);
    vec![joined(&[&text[..at], &letter, &text[at + 1..]])]
}

/// `text` without any of `extra` at its ends, and with one more of it.
fn ends(text: &str, extra: &[&str], both: bool) -> Vec<ZeroizingText> {
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
fn confused(text: &str, alike: &[&str]) -> Vec<ZeroizingText> {
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
fn replaced(text: &str, from: &[&str], to: &str) -> ZeroizingText {
    let mut buffer = [0; 4];
    let pieces =
        text.chars().map(|c| if from.contains(&&*c.encode_utf8(&mut buffer)) { to.chars().next() } else { Some(c) });
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    out.extend(pieces.flatten());
    out
}
