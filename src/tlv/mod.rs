//! A tolerant reader of ASN.1 TLVs, BER and DER alike.
//!
//! It reads what real programs write: indefinite lengths, constructed strings, long-form
//! lengths that could be short. It borrows from the input and copies only where a constructed
//! string must be put together. Every error names the byte at which it was found.
//! Absent here: no meaning (what a tag stands for is the caller's business), no strictness,
//! no recursion deeper than [`MAX_DEPTH`].

pub mod der;

use std::borrow::Cow;
use std::fmt;

/// Nesting at which reading stops. RFC 7292 files nest about 15 deep, with safes within safes
/// and constructed strings some 30.
pub const MAX_DEPTH: usize = 64;

/// The class bits of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagClass {
    /// Universal: the types of ASN.1 itself.
    Universal,
    /// Application.
    Application,
    /// Context-specific, written `[n]`.
    Context,
    /// Private.
    Private,
}

/// A tag: class, number, and whether the content is itself made of TLVs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The class.
    pub class: TagClass,
    /// The tag number.
    pub number: u32,
    /// The content consists of TLVs.
    pub constructed: bool,
}

impl Tag {
    /// Whether this is the universal type `number`, primitive or constructed.
    pub fn is_universal(&self, number: u32) -> bool {
        self.class == TagClass::Universal && self.number == number
    }

    /// Whether this is the context tag `[number]`, primitive or constructed.
    pub fn is_context(&self, number: u32) -> bool {
        self.class == TagClass::Context && self.number == number
    }
}

/// Universal tag numbers.
pub mod universal {
    #![allow(missing_docs)]
    pub const BOOLEAN: u32 = 1;
    pub const INTEGER: u32 = 2;
    pub const BIT_STRING: u32 = 3;
    pub const OCTET_STRING: u32 = 4;
    pub const NULL: u32 = 5;
    pub const OID: u32 = 6;
    pub const ENUMERATED: u32 = 10;
    pub const UTF8_STRING: u32 = 12;
    pub const SEQUENCE: u32 = 16;
    pub const SET: u32 = 17;
    pub const NUMERIC_STRING: u32 = 18;
    pub const PRINTABLE_STRING: u32 = 19;
    pub const TELETEX_STRING: u32 = 20;
    pub const IA5_STRING: u32 = 22;
    pub const UTC_TIME: u32 = 23;
    pub const GENERALIZED_TIME: u32 = 24;
    pub const VISIBLE_STRING: u32 = 26;
    pub const UNIVERSAL_STRING: u32 = 28;
    pub const BMP_STRING: u32 = 30;
}

/// Why a TLV could not be read, and at which byte of the whole input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlvError {
    /// The byte offset in the whole input.
    pub offset: usize,
    /// What is wrong there.
    pub kind: TlvErrorKind,
}

/// What is wrong with a TLV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlvErrorKind {
    /// The input ends inside a TLV.
    Truncated,
    /// A length of more than eight bytes or beyond the address space.
    Length,
    /// A tag number of more than 28 bits.
    TagNumber,
    /// An indefinite length on a primitive type, or an end-of-contents that nothing opened.
    EndOfContents,
    /// Nested deeper than [`MAX_DEPTH`].
    Depth,
    /// Another type was expected here.
    Unexpected,
    /// The value does not have the form of its type.
    Value,
}

impl fmt::Display for TlvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TlvErrorKind::Truncated => "the data ends inside an element",
            TlvErrorKind::Length => "a length that cannot be",
            TlvErrorKind::TagNumber => "a tag number that cannot be",
            TlvErrorKind::EndOfContents => "an indefinite length without its end",
            TlvErrorKind::Depth => "nested too deep",
            TlvErrorKind::Unexpected => "an element of another type than expected",
            TlvErrorKind::Value => "a value that its type does not allow",
        };
        write!(f, "{what} at byte {}", self.offset)
    }
}

impl std::error::Error for TlvError {}

/// One element: its tag, content and offset.
#[derive(Clone, Copy, Debug)]
pub struct Tlv<'a> {
    /// The tag.
    pub tag: Tag,
    /// Offset of the tag's first byte in the whole input.
    pub offset: usize,
    /// Length of tag and length bytes.
    pub header: usize,
    /// The content, without header and without end-of-contents.
    pub content: &'a [u8],
    /// The bytes of the whole element, header and end-of-contents included.
    pub raw: &'a [u8],
    /// The content's length was given as indefinite.
    pub indefinite: bool,
}

/// Reads elements one after the other.
#[derive(Clone, Debug)]
pub struct TlvReader<'a> {
    input: &'a [u8],
    base: usize,
}

impl<'a> TlvReader<'a> {
    /// Reads `input` from its first byte, which is byte 0 in errors.
    pub fn new(input: &'a [u8]) -> Self {
        TlvReader::at(input, 0)
    }

    /// Reads `input`, which begins at byte `base` of the whole.
    pub fn at(input: &'a [u8], base: usize) -> Self {
        TlvReader { input, base }
    }

    /// Whether all was read. An end-of-contents left by an outer indefinite length never
    /// counts: [`Tlv::content`] does not contain it.
    pub fn is_empty(&self) -> bool {
        self.input.is_empty()
    }

    /// The offset of the next byte.
    pub fn offset(&self) -> usize {
        self.base
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.input
    }

    /// The tag of the next element, without reading it.
    pub fn peek(&self) -> Option<Tag> {
        read_tag(self.input, self.base).ok().map(|(tag, _)| tag)
    }

    /// The next element; an error at the end of the input.
    pub fn read(&mut self) -> Result<Tlv<'a>, TlvError> {
        let tlv = read_tlv(self.input, self.base, 0)?;
        self.input = &self.input[tlv.raw.len()..];
        self.base += tlv.raw.len();
        Ok(tlv)
    }

    /// The next element, which must be of the universal type `number`.
    pub fn universal(&mut self, number: u32) -> Result<Tlv<'a>, TlvError> {
        let tlv = self.read()?;
        if tlv.tag.is_universal(number) { Ok(tlv) } else { Err(tlv.unexpected()) }
    }

    /// The next element, which must be a SEQUENCE.
    pub fn sequence(&mut self) -> Result<Tlv<'a>, TlvError> {
        self.universal(universal::SEQUENCE)
    }

    /// The next element if it is `[number]`, else nothing is read.
    pub fn optional_context(&mut self, number: u32) -> Result<Option<Tlv<'a>>, TlvError> {
        match self.peek() {
            Some(tag) if tag.is_context(number) => self.read().map(Some),
            _ => Ok(None),
        }
    }

    /// The next element if it is of the universal type `number`, else nothing is read.
    pub fn optional(&mut self, number: u32) -> Result<Option<Tlv<'a>>, TlvError> {
        match self.peek() {
            Some(tag) if tag.is_universal(number) => self.read().map(Some),
            _ => Ok(None),
        }
    }
}

impl<'a> Tlv<'a> {
    /// Offset of the first content byte in the whole input.
    pub fn content_offset(&self) -> usize {
        self.offset + self.header
    }

    /// A reader of the elements inside.
    pub fn children(&self) -> TlvReader<'a> {
        TlvReader::at(self.content, self.content_offset())
    }

    /// The error that this element is of the wrong type.
    pub fn unexpected(&self) -> TlvError {
        TlvError { offset: self.offset, kind: TlvErrorKind::Unexpected }
    }

    /// The error that this element's value is wrong.
    pub fn bad_value(&self) -> TlvError {
        TlvError { offset: self.offset, kind: TlvErrorKind::Value }
    }

    /// The bytes of a string, put together if it is constructed from pieces.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, TlvError> {
        if !self.tag.constructed {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut all = Vec::with_capacity(self.content.len());
        self.collect_octets(&mut all, 0)?;
        Ok(Cow::Owned(all))
    }

    fn collect_octets(&self, into: &mut Vec<u8>, depth: usize) -> Result<(), TlvError> {
        if depth > MAX_DEPTH {
            return Err(TlvError { offset: self.offset, kind: TlvErrorKind::Depth });
        }
        let mut pieces = self.children();
        while !pieces.is_empty() {
            let piece = pieces.universal(universal::OCTET_STRING)?;
            if piece.tag.constructed {
                piece.collect_octets(into, depth + 1)?;
            } else {
                into.extend_from_slice(piece.content);
            }
        }
        Ok(())
    }

    /// The bytes of a BIT STRING without its count of unused bits.
    pub fn bits(&self) -> Result<&'a [u8], TlvError> {
        match self.content.split_first() {
            Some((unused, bytes)) if *unused < 8 && !self.tag.constructed => Ok(bytes),
            _ => Err(self.bad_value()),
        }
    }

    /// The value of a non-negative INTEGER that fits 64 bits.
    pub fn unsigned(&self) -> Result<u64, TlvError> {
        let bytes = self.magnitude();
        if self.content.is_empty() || self.content[0] & 0x80 != 0 || bytes.len() > 8 {
            return Err(self.bad_value());
        }
        Ok(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    /// The content of an INTEGER without leading zero bytes.
    pub fn magnitude(&self) -> &'a [u8] {
        let zeros = self.content.iter().take_while(|b| **b == 0).count();
        &self.content[zeros..]
    }
}

/// The dotted form of an OBJECT IDENTIFIER's content; `?` after what cannot be read.
pub fn dotted(oid: &[u8]) -> String {
    let mut out = String::with_capacity(3 * oid.len() + 1);
    let mut arc: u128 = 0;
    for (i, byte) in oid.iter().enumerate() {
        let unfinished = byte & 0x80 != 0 && i + 1 == oid.len();
        if arc > u128::MAX >> 7 || unfinished {
            return out + ".?";
        }
        arc = arc << 7 | u128::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if out.is_empty() {
            let root = (arc / 40).min(2);
            push_number(&mut out, root);
            arc -= root * 40;
        }
        out.push('.');
        push_number(&mut out, arc);
        arc = 0;
    }
    out
}

/// Appends a number in decimal: identifiers are printed so often that formatting shows.
fn push_number(out: &mut String, number: u128) {
    let Ok(mut rest) = u64::try_from(number) else {
        return out.push_str(&number.to_string());
    };
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

fn read_tag(input: &[u8], base: usize) -> Result<(Tag, usize), TlvError> {
    let truncated = TlvError { offset: base, kind: TlvErrorKind::Truncated };
    let first = *input.first().ok_or(truncated)?;
    let class = match first >> 6 {
        0 => TagClass::Universal,
        1 => TagClass::Application,
        2 => TagClass::Context,
        _ => TagClass::Private,
    };
    let constructed = first & 0x20 != 0;
    let low = u32::from(first & 0x1f);
    if low != 0x1f {
        return Ok((Tag { class, number: low, constructed }, 1));
    }
    let mut number: u32 = 0;
    for (i, byte) in input[1..].iter().enumerate() {
        if i == 4 {
            return Err(TlvError { offset: base, kind: TlvErrorKind::TagNumber });
        }
        number = number << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok((Tag { class, number, constructed }, i + 2));
        }
    }
    Err(truncated)
}

fn read_tlv(input: &[u8], base: usize, depth: usize) -> Result<Tlv<'_>, TlvError> {
    if depth > MAX_DEPTH {
        return Err(TlvError { offset: base, kind: TlvErrorKind::Depth });
    }
    let (tag, mut header) = read_tag(input, base)?;
    let truncated = TlvError { offset: base, kind: TlvErrorKind::Truncated };
    let first = *input.get(header).ok_or(truncated)?;
    header += 1;
    let length = match first {
        0x80 => None,
        0..=0x7f => Some(usize::from(first)),
        _ => {
            let count = usize::from(first & 0x7f);
            let bytes = input.get(header..header + count).ok_or(truncated)?;
            header += count;
            let significant: &[u8] = &bytes[bytes.iter().take_while(|b| **b == 0).count()..];
            if significant.len() > 8 {
                return Err(TlvError { offset: base, kind: TlvErrorKind::Length });
            }
            let n = significant.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
            Some(usize::try_from(n).map_err(|_| TlvError { offset: base, kind: TlvErrorKind::Length })?)
        }
    };
    let Some(length) = length else {
        let inner = skip_to_end_of_contents(&input[header..], base + header, depth + 1).map_err(|e| {
            if tag.constructed { e } else { TlvError { offset: base, kind: TlvErrorKind::EndOfContents } }
        })?;
        if !tag.constructed {
            return Err(TlvError { offset: base, kind: TlvErrorKind::EndOfContents });
        }
        let content = &input[header..header + inner];
        return Ok(Tlv { tag, offset: base, header, content, raw: &input[..header + inner + 2], indefinite: true });
    };
    let end = header.checked_add(length).filter(|end| *end <= input.len()).ok_or(truncated)?;
    Ok(Tlv { tag, offset: base, header, content: &input[header..end], raw: &input[..end], indefinite: false })
}

/// The number of content bytes before the end-of-contents that closes an indefinite length.
fn skip_to_end_of_contents(input: &[u8], base: usize, depth: usize) -> Result<usize, TlvError> {
    let mut at = 0;
    loop {
        match input.get(at..at + 2) {
            Some([0, 0]) => return Ok(at),
            Some(_) => at += read_tlv(&input[at..], base + at, depth)?.raw.len(),
            None => return Err(TlvError { offset: base + at, kind: TlvErrorKind::Truncated }),
        }
    }
}
