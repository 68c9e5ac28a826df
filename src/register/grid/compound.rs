//! Compound files, the wrapping of XLS and of encrypted workbooks: just enough to take one stream
//! out and to wrap it anew. calamine follows chains of sectors without end and makes room for
//! what a damaged file says of itself; it gets the new wrapping only.

/// A sector that ends a chain, and the first number that is no sector.
const END: u32 = 0xffff_fffe;
const NO_SECTOR: u32 = 0xffff_fffa;
const FREE: u32 = 0xffff_ffff;
/// Streams below this size lie in small sectors.
const SMALL_BELOW: usize = 4096;
const SMALL_SHIFT: u32 = 6;
const ENTRY: usize = 128;

/// A compound file.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    shift: u32,
    table: Vec<u32>,
    small_table: Vec<u32>,
    directory: Vec<u8>,
}

impl<'a> Compound<'a> {
    /// Reads the tables of a compound file; none where it is not one.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Compound<'a>> {
        let shift = u32::from(u16_at(bytes, 30)?);
        if !matches!(shift, 9 | 12) {
            return None;
        }
        let mut file = Compound { bytes, shift, table: Vec::new(), small_table: Vec::new(), directory: Vec::new() };
        file.table = file.table()?;
        file.directory = file.chain(u32_at(bytes, 48)?, usize::MAX);
        file.small_table = numbers(&file.chain(u32_at(bytes, 60)?, usize::MAX));
        Some(file)
    }

    /// Which sector follows which. Its own sectors are listed in the header, and from there on in
    /// a chain of lists.
    fn table(&self) -> Option<Vec<u32>> {
        let mut table = Vec::new();
        let mut list = numbers(self.bytes.get(76..512)?);
        let mut next = u32_at(self.bytes, 68)?;
        for _ in 0..=self.bytes.len() >> self.shift {
            for sector in list.iter().filter(|sector| **sector < NO_SECTOR) {
                table.extend(numbers(self.sector(*sector)?));
                // A sector listed over and over would make a table without end.
                if table.len() > self.bytes.len() / 4 {
                    return None;
                }
            }
            if next >= NO_SECTOR {
                return Some(table);
            }
            list = numbers(self.sector(next)?);
            next = list.pop()?;
        }
        None
    }

    fn sector(&self, sector: u32) -> Option<&'a [u8]> {
        let size = 1usize << self.shift;
        let from = (sector as usize).checked_add(1)?.checked_mul(size)?;
        self.bytes.get(from..self.bytes.len().min(from.checked_add(size)?))
    }

    /// The sectors of a chain one after the other, as far as it goes.
    fn chain(&self, start: u32, length: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = start;
        while out.len() < length.min(self.bytes.len()) {
            let Some(sector) = self.sector(at) else { break };
            out.extend_from_slice(sector);
            let Some(next) = self.table.get(at as usize) else { break };
            at = *next;
        }
        out.truncate(length);
        out
    }

    /// Whether there is an entry of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &str) -> Option<&[u8]> {
        self.directory.chunks_exact(ENTRY).find(|entry| {
            let units = entry.chunks_exact(2).take(32).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            let text = char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|c| c.unwrap_or('\u{fffd}'));
            text.collect::<String>().eq_ignore_ascii_case(name)
        })
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entry(name)?;
        let (start, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        if length >= SMALL_BELOW {
            return Some(self.chain(start, length));
        }
        let root = self.directory.get(..ENTRY)?;
        let small = self.chain(u32_at(root, 116)?, u32_at(root, 120)? as usize);
        let mut out = Vec::new();
        let mut at = start as usize;
        while out.len() < length {
            let from = at.checked_shl(SMALL_SHIFT)?;
            let Some(sector) = small.get(from..small.len().min(from.saturating_add(1 << SMALL_SHIFT))) else { break };
            if sector.is_empty() {
                break;
            }
            out.extend_from_slice(sector);
            let Some(next) = self.small_table.get(at) else { break };
            at = *next as usize;
        }
        out.truncate(length);
        Some(out)
    }
}

/// A compound file with one stream of this name.
pub(super) fn wrap(name: &str, stream: &[u8]) -> Vec<u8> {
    const SHIFT: u32 = 12;
    const SIZE: usize = 1 << SHIFT;
    // Zeros behind the last record are passed over by readers.
    let length = stream.len().max(SMALL_BELOW);
    let sectors = length.div_ceil(SIZE);
    let of_table = (sectors + 2).div_ceil(SIZE / 4 - 1);
    let first = of_table + 1;
    let as_u32 = |number: usize| u32::try_from(number).unwrap_or(FREE);

    let mut out = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    out.extend([0; 16]);
    out.extend([0x3e, 0, 4, 0, 0xfe, 0xff, SHIFT as u8, 0, SMALL_SHIFT as u8, 0, 0, 0, 0, 0, 0, 0]);
    let header = [1, as_u32(of_table), as_u32(of_table), 0, as_u32(SMALL_BELOW), END, 0, END, 0];
    out.extend(header.iter().flat_map(|number| number.to_le_bytes()));
    out.extend((0..as_u32(of_table)).flat_map(u32::to_le_bytes));
    fill(&mut out, 512, 0xff);
    fill(&mut out, SIZE, 0);

    let table = std::iter::repeat_n(0xffff_fffd, of_table).chain([END]);
    let table = table.chain((1..sectors).map(|n| as_u32(first + n))).chain([END]);
    out.extend(table.flat_map(u32::to_le_bytes));
    fill(&mut out, SIZE, 0xff);

    out.extend(entry("Root Entry", 5, (1, 0, 0)));
    out.extend(entry(name, 2, (FREE, as_u32(first), as_u32(length))));
    fill(&mut out, SIZE, 0);
    out.extend(stream);
    out.resize(out.len() + length - stream.len(), 0);
    fill(&mut out, SIZE, 0);
    out
}

/// Fills up to a multiple of `size`.
fn fill(out: &mut Vec<u8>, size: usize, with: u8) {
    out.resize(out.len().next_multiple_of(size), with);
}

/// An entry of the directory: name, kind, and first child, first sector, length.
fn entry(name: &str, kind: u8, (child, start, length): (u32, u32, u32)) -> Vec<u8> {
    let mut out: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_length = u8::try_from(out.len() + 2).unwrap_or(64);
    out.resize(64, 0);
    out.extend([name_length, 0, kind, 1]);
    out.extend([FREE, FREE, child].iter().flat_map(|number| number.to_le_bytes()));
    out.resize(116, 0);
    out.extend([start, length, 0].iter().flat_map(|number| number.to_le_bytes()));
    out
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|chunk| u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]])).collect()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}
