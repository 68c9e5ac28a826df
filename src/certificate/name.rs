//! Distinguished names: as RFC 4514 prints them, as the FAQ prints them, and comparable.

use std::fmt::Write;

use crate::tlv::{self, Tlv, TlvReader, universal};

/// A distinguished name, kept as its DER.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Name {
    der: Box<[u8]>,
}

/// Attribute types with the short names of RFC 4514 (section 3) and of common use.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.42", "GN"),
    ("2.5.4.46", "dnQualifier"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// One attribute: type as short name or dotted OID, value as text or `#hex`.
struct Attribute<'a> {
    oid: &'a [u8],
    label: String,
    value: Tlv<'a>,
}

impl Name {
    /// A name from its DER.
    pub fn new(der: &[u8]) -> Name {
        Name { der: der.into() }
    }

    /// A name from its printed form, `OU=e-seikyuu CA, O=e-seikyuu, C=JP`, in that order of
    /// RDNs; none where it is not of that form. Values are UTF8Strings.
    pub fn parse(text: &str) -> Option<Name> {
        let mut rdns = Vec::new();
        for part in split_unescaped(text) {
            let (kind, value) = part.split_once('=')?;
            let kind = kind.trim();
            let (oid, _) = ATTRIBUTES.iter().find(|(oid, n)| n.eq_ignore_ascii_case(kind) || *oid == kind)?;
            let oid = der::oid::ObjectIdentifier::new(oid).ok()?;
            let value = unescape(value.trim());
            if value.is_empty() {
                return None;
            }
            let mut attribute = element(6, oid.as_bytes());
            attribute.extend(element(12, value.as_bytes()));
            rdns.extend(element(0x31, &element(0x30, &attribute)));
        }
        (!rdns.is_empty()).then(|| Name { der: element(0x30, &rdns).into() })
    }

    /// The DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The same name with its RDNs in reverse order.
    pub fn reversed(&self) -> Name {
        let mut rdns: Vec<&[u8]> = Vec::new();
        if let Ok(sequence) = TlvReader::new(&self.der).sequence() {
            let mut reader = sequence.children();
            while let Ok(rdn) = reader.read() {
                rdns.push(rdn.raw);
            }
        }
        rdns.reverse();
        Name { der: element(0x30, &rdns.concat()).into() }
    }

    /// RFC 4514: last RDN first, `OU=e-seikyuu CA,O=e-seikyuu,C=JP`.
    pub fn rfc4514(&self) -> String {
        let mut rdns = self.rdns();
        rdns.reverse();
        print(&rdns, ",")
    }

    /// As the FAQ prints it: most specific first whatever the order in DER, separated by a
    /// comma and a space, `OU=e-seikyuu CA, O=e-seikyuu, C=JP`.
    pub fn printed(&self) -> String {
        let mut rdns = self.rdns();
        let general = |rdn: Option<&Vec<Attribute>>| {
            rdn.is_some_and(|r| r.iter().any(|a| matches!(a.label.as_str(), "C" | "DC")))
        };
        if general(rdns.first()) || !general(rdns.last()) {
            rdns.reverse();
        }
        print(&rdns, ", ")
    }

    /// The value that names the bearer for people: the common name, else the most specific
    /// value there is.
    pub fn common(&self) -> String {
        let rdns = self.rdns();
        let all = || rdns.iter().rev().flatten();
        all()
            .find(|a| a.label == "CN")
            .or_else(|| all().find(|a| a.label != "C"))
            .or_else(|| all().next())
            .map(|a| text_of(&a.value))
            .unwrap_or_default()
    }

    /// The name by which lists show a certificate: the common name, and beside it the friendlyName
    /// where that says more.
    ///
    /// Programs make up friendlyNames (`cert`, `le-` and a GUID, keytool's alias, NSS's `name - issuer`), and
    /// whoever writes a file can put anything there: it must not stand in the place of the name that the
    /// CA has signed.
    pub fn shown_with(&self, friendly_name: Option<&str>) -> String {
        let common = self.common();
        let Some(friendly) = friendly_name.map(str::trim).filter(|name| !name.is_empty()) else { return common };
        match () {
            // Nothing else is there to tell it by.
            () if common.trim().is_empty() => friendly.to_string(),
            () if !says_more(friendly, &common) => common,
            () if friendly.starts_with(&common) => friendly.to_string(),
            () => format!("{common} / {friendly}"),
        }
    }

    /// A form in which equal names have equal bytes: RFC 5280 section 7.1 as OpenSSL applies
    /// it, that is string types, ASCII case, and runs of ASCII white space do not matter. Names
    /// that differ only in the case of other letters stay different.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.der.len());
        for rdn in self.rdns() {
            let mut parts: Vec<Vec<u8>> = rdn.iter().map(canonical_attribute).collect();
            parts.sort();
            out.push(0x31);
            for part in parts {
                out.extend((part.len() as u32).to_be_bytes());
                out.extend(part);
            }
        }
        out
    }

    fn rdns(&self) -> Vec<Vec<Attribute<'_>>> {
        let mut rdns = Vec::new();
        let Ok(name) = TlvReader::new(&self.der).sequence() else { return rdns };
        let mut sets = name.children();
        while let Ok(set) = sets.read() {
            let mut attributes = Vec::new();
            let mut pairs = set.children();
            while let Ok(pair) = pairs.read() {
                let mut pair = pair.children();
                let (Ok(oid), Ok(value)) = (pair.read(), pair.read()) else { continue };
                let dotted = tlv::dotted(oid.content);
                let label = ATTRIBUTES.iter().find(|(o, _)| *o == dotted);
                let label = label.map_or(dotted.clone(), |(_, n)| (*n).to_string());
                attributes.push(Attribute { oid: oid.content, label, value });
            }
            rdns.push(attributes);
        }
        rdns
    }
}

/// Whether a person wrote something into the friendlyName that is not in the common name. What
/// programs write is ASCII; a distinguished name repeats the subject.
fn says_more(friendly: &str, common: &str) -> bool {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect() };
    let (friendly, common) = (plain(friendly), plain(common));
    let is_written = |c: char| !c.is_ascii() && c.is_alphabetic();
    !friendly.contains('=') && !common.contains(&friendly) && friendly.replacen(&common, "", 1).contains(is_written)
}

fn print(rdns: &[Vec<Attribute>], separator: &str) -> String {
    let mut out = String::new();
    for (i, rdn) in rdns.iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        for (j, attribute) in rdn.iter().enumerate() {
            if j > 0 {
                out.push('+');
            }
            let text = text_of(&attribute.value);
            let text = if is_text(&attribute.value) { escape(&text) } else { text };
            let _ = write!(out, "{}={text}", attribute.label);
        }
    }
    out
}

/// RFC 4514 section 2.4.
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (i, c) in value.chars().enumerate() {
        let special = matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (i == 0 && matches!(c, ' ' | '#'))
            || (i == last && c == ' ');
        match c {
            '\0' => out.push_str("\\00"),
            _ if special => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

fn split_unescaped(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (i, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            ',' if !escaped => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => escaped = false,
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn unescape(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    out
}

/// Whether the value is a string; RFC 4514 writes others as `#` and hexadecimal digits.
fn is_text(value: &Tlv) -> bool {
    use universal::{BMP_STRING, IA5_STRING, NUMERIC_STRING, UNIVERSAL_STRING, UTF8_STRING, VISIBLE_STRING};
    let number = value.tag.number;
    !value.tag.constructed
        && value.tag.class == tlv::TagClass::Universal
        && matches!(number, BMP_STRING | UNIVERSAL_STRING | UTF8_STRING | NUMERIC_STRING..=IA5_STRING | VISIBLE_STRING)
}

/// The text of a string of any ASN.1 type; another type is shown as `#` and its bytes.
pub(super) fn text_of(value: &Tlv) -> String {
    use universal::{BMP_STRING, UNIVERSAL_STRING};
    let bytes = value.content;
    match value.tag.number {
        _ if !is_text(value) => hex_value(value),
        BMP_STRING => {
            let units = bytes.chunks(2).map(|c| c.iter().fold(0u16, |n, b| n << 8 | u16::from(*b)));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        UNIVERSAL_STRING => {
            let points = bytes.chunks(4).map(|c| c.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)));
            points.map(|p| char::from_u32(p).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => text_of_bytes(bytes),
    }
}

/// Bytes as the world writes them into narrow strings: JIS with escapes, UTF-8 (ASCII with it), else Shift_JIS
/// (CP932), else Latin-1.
pub fn text_of_bytes(bytes: &[u8]) -> String {
    // ISO 2022 escapes are ASCII, and mean that what follows is not: old CAs wrote JIS into
    // TeletexStrings.
    if bytes.windows(2).any(|pair| pair == b"\x1b$")
        && let Some(text) = encoding_rs::ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return text.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    match encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => text.into_owned(),
        None => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

fn hex_value(value: &Tlv) -> String {
    value.raw.iter().fold(String::from("#"), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

fn canonical_attribute(attribute: &Attribute) -> Vec<u8> {
    let mut out = attribute.oid.to_vec();
    out.push(0);
    let value = &attribute.value;
    let textual = matches!(
        value.tag.number,
        universal::UTF8_STRING
            | universal::PRINTABLE_STRING
            | universal::TELETEX_STRING
            | universal::IA5_STRING
            | universal::VISIBLE_STRING
            | universal::UNIVERSAL_STRING
            | universal::BMP_STRING
    );
    if !textual {
        out.extend(value.raw);
        return out;
    }
    let text = text_of(value);
    let white = |c: char| matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r');
    let words: Vec<String> = text.split(white).filter(|w| !w.is_empty()).map(|w| w.to_ascii_lowercase()).collect();
    out.extend(words.join(" ").as_bytes());
    out
}

/// A DER element with a short tag.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        n @ 0..=0x7f => out.push(n as u8),
        n @ 0x80..=0xff => out.extend([0x81, n as u8]),
        n => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_friendly_name_stands_beside_the_common_name_only_where_it_says_more() {
        let name = Name::parse("CN=訪問介護やまびこ, O=e-seikyuu, C=JP").unwrap();
        let made_up = [
            "",
            "  ",
            "\u{3000}",
            "cert",
            "c",
            "1",
            "le-0f3b6c1e-55aa-4c1b-9f0e-0123456789ab",
            "{0F3B6C1E-55AA-4C1B-9F0E-0123456789AB}",
            "mykey",
            "訪問介護やまびこ",
            " 訪問介護 やまびこ ",
            "訪問介護やまびこ - e-seikyuu",
            "訪問介護やまびこ's e-seikyuu ID",
            "CN=訪問介護やまびこ, O=別の名前",
        ];
        for friendly in made_up {
            assert_eq!(name.shown_with(Some(friendly)), "訪問介護やまびこ", "{friendly}");
        }
        assert_eq!(name.shown_with(None), "訪問介護やまびこ");
        assert_eq!(name.shown_with(Some("受付のパソコン用")), "訪問介護やまびこ / 受付のパソコン用");
        assert_eq!(name.shown_with(Some("訪問介護やまびこ 令和9年更新")), "訪問介護やまびこ 令和9年更新");
        let number = Name::parse("CN=2711111111, O=e-seikyuu, C=JP").unwrap();
        assert_eq!(number.shown_with(Some("居宅介護ふもと")), "2711111111 / 居宅介護ふもと");
        let both = Name::parse("CN=2711111111 居宅介護ふもと, O=e-seikyuu, C=JP").unwrap();
        assert_eq!(both.shown_with(Some("居宅介護ふもと")), "2711111111 居宅介護ふもと");
    }

    #[test]
    fn an_alias_is_better_than_no_name() {
        let nameless = Name::new(&[0x30, 0]);
        assert_eq!(nameless.shown_with(Some("mykey")), "mykey");
        assert_eq!(nameless.shown_with(Some(" ")), "");
    }
}
