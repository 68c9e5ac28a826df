//! A small tree of TLVs: DER is taken apart, changed, and put together again as DER or as BER.

/// One element. Octet strings that hold further elements are taken apart too.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Primitive(u8, Vec<u8>),
    Constructed(u8, Vec<Node>),
    /// An OCTET STRING around one element.
    Wrapped(Box<Node>),
}

pub use Node::*;

/// How a tree is written.
#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    Der,
    /// Indefinite lengths, and octet strings in pieces.
    Indefinite,
    /// The same as [`Style::Indefinite`], but what an octet string holds stays as it is.
    IndefiniteOutside,
    /// Definite lengths in a longer form than needed.
    LongLengths,
}

/// Takes DER apart; `into_strings` says whether to look into octet strings.
pub fn parse(der: &[u8], into_strings: bool) -> Node {
    let (node, length) = parse_one(der, into_strings).expect("this is DER");
    assert_eq!(length, der.len(), "all of it");
    node
}

fn parse_one(der: &[u8], into_strings: bool) -> Option<(Node, usize)> {
    let tag = *der.first()?;
    let first = usize::from(*der.get(1)?);
    let (length, header) = match first {
        0..=0x7f => (first, 2),
        0x81..=0x84 => {
            let bytes = der.get(2..2 + first - 0x80)?;
            (bytes.iter().fold(0, |n, b| n << 8 | usize::from(*b)), 2 + bytes.len())
        }
        _ => return None,
    };
    let content = der.get(header..header + length)?;
    let node = match tag {
        _ if tag & 0x20 != 0 => Constructed(tag, parse_all(content, into_strings)?),
        0x04 if into_strings && matches!(content.first(), Some(0x30 | 0x04)) => match parse_one(content, true) {
            Some((inner, used)) if used == content.len() => Wrapped(Box::new(inner)),
            _ => Primitive(tag, content.to_vec()),
        },
        _ => Primitive(tag, content.to_vec()),
    };
    Some((node, header + length))
}

fn parse_all(mut content: &[u8], into_strings: bool) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while !content.is_empty() {
        let (node, used) = parse_one(content, into_strings)?;
        nodes.push(node);
        content = &content[used..];
    }
    Some(nodes)
}

impl Node {
    pub fn write(&self, style: Style) -> Vec<u8> {
        match self {
            // A string under a context tag ([0] in EncryptedContentInfo) is a string as well.
            Primitive(0x04 | 0x80, bytes) if style.is_indefinite() && bytes.len() > 1 => {
                let (a, b) = bytes.split_at(bytes.len() / 2);
                let pieces = [element(0x04, a, style), element(0x04, b, style)].concat();
                element(self.tag() | 0x20, &pieces, style)
            }
            Primitive(tag, bytes) => element(*tag, bytes, style),
            Constructed(tag, nodes) => {
                let content: Vec<u8> = nodes.iter().flat_map(|node| node.write(style)).collect();
                element(*tag, &content, style)
            }
            Wrapped(inner) => {
                let inside = if style == Style::IndefiniteOutside { Style::Der } else { style };
                Primitive(0x04, inner.write(inside)).write(style)
            }
        }
    }

    pub fn der(&self) -> Vec<u8> {
        self.write(Style::Der)
    }

    fn tag(&self) -> u8 {
        match self {
            Primitive(tag, _) | Constructed(tag, _) => *tag,
            Wrapped(_) => 0x04,
        }
    }

    /// The children, in an octet string those of what it holds.
    pub fn children(&mut self) -> &mut Vec<Node> {
        match self {
            Constructed(_, nodes) => nodes,
            Wrapped(inner) => inner.children(),
            Primitive(..) => panic!("a primitive element has no children"),
        }
    }

    /// The element at a path of child indices.
    pub fn at(&mut self, path: &[usize]) -> &mut Node {
        path.iter().fold(self, |node, i| &mut node.children()[*i])
    }

    /// Changes every element, from the outside in.
    pub fn each(&mut self, change: &mut dyn FnMut(&mut Node)) {
        change(self);
        match self {
            Constructed(_, nodes) => nodes.iter_mut().for_each(|node| node.each(change)),
            Wrapped(inner) => inner.each(change),
            Primitive(..) => {}
        }
    }
}

impl Style {
    fn is_indefinite(self) -> bool {
        matches!(self, Style::Indefinite | Style::IndefiniteOutside)
    }
}

fn element(tag: u8, content: &[u8], style: Style) -> Vec<u8> {
    let length = content.len();
    let head = match style {
        _ if style.is_indefinite() && tag & 0x20 != 0 => return [&[tag, 0x80], content, &[0, 0]].concat(),
        Style::LongLengths => [&[tag, 0x84], &(length as u32).to_be_bytes()[..]].concat(),
        _ if length < 0x80 => vec![tag, length as u8],
        _ => {
            let bytes = (length as u32).to_be_bytes();
            let bytes = &bytes[bytes.iter().take_while(|b| **b == 0).count()..];
            [&[tag, 0x80 | bytes.len() as u8], bytes].concat()
        }
    };
    [&head, content].concat()
}

pub fn sequence(nodes: Vec<Node>) -> Node {
    Constructed(0x30, nodes)
}

pub fn set(nodes: Vec<Node>) -> Node {
    Constructed(0x31, nodes)
}

/// `[0]` with an explicit element.
pub fn explicit(node: Node) -> Node {
    Constructed(0xa0, vec![node])
}

pub fn octets(bytes: &[u8]) -> Node {
    Primitive(0x04, bytes.to_vec())
}

pub fn integer(n: u32) -> Node {
    let bytes = n.to_be_bytes();
    let zeros = bytes.iter().take_while(|b| **b == 0).count().min(3);
    let bytes = bytes[zeros..].to_vec();
    Primitive(0x02, if bytes[0] & 0x80 != 0 { [vec![0], bytes].concat() } else { bytes })
}

pub fn oid(dotted: &str) -> Node {
    let arcs: Vec<u32> = dotted.split('.').map(|arc| arc.parse().expect("a number")).collect();
    let mut bytes = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let groups = (0..5).rev().map(|i| (arc >> (7 * i) & 0x7f) as u8).skip_while(|group| *group == 0);
        let groups: Vec<u8> = groups.collect();
        let groups = if groups.is_empty() { vec![0] } else { groups };
        let last = groups.len() - 1;
        bytes.extend(groups.iter().enumerate().map(|(i, group)| if i < last { group | 0x80 } else { *group }));
    }
    Primitive(0x06, bytes)
}

/// A PFX without a MAC around safes, each given as its bags.
pub fn pfx(safes: Vec<Vec<Node>>) -> Node {
    let data = || oid("1.2.840.113549.1.7.1");
    let safes = safes.into_iter().map(|bags| sequence(vec![data(), explicit(Wrapped(Box::new(sequence(bags))))]));
    let authenticated = Wrapped(Box::new(sequence(safes.collect())));
    sequence(vec![integer(3), sequence(vec![data(), explicit(authenticated)])])
}

/// A bag of one of RFC 7292's six types with attributes.
pub fn bag(kind: u32, value: Node, attributes: Vec<Node>) -> Node {
    let mut parts = vec![oid(&format!("1.2.840.113549.1.12.10.1.{kind}")), explicit(value)];
    if !attributes.is_empty() {
        parts.push(set(attributes));
    }
    sequence(parts)
}

pub fn certificate_bag(der: &[u8], attributes: Vec<Node>) -> Node {
    let value = sequence(vec![oid("1.2.840.113549.1.9.22.1"), explicit(octets(der))]);
    bag(3, value, attributes)
}

pub fn key_bag(pkcs8: &[u8], attributes: Vec<Node>) -> Node {
    bag(1, parse(pkcs8, false), attributes)
}

pub fn friendly_name(tag: u8, bytes: &[u8]) -> Node {
    sequence(vec![oid("1.2.840.113549.1.9.20"), set(vec![Primitive(tag, bytes.to_vec())])])
}

pub fn local_key_id(id: &[u8]) -> Node {
    sequence(vec![oid("1.2.840.113549.1.9.21"), set(vec![octets(id)])])
}
