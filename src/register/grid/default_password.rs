//! XLS files that are encrypted with the password of which Excel never asks: it writes one where the
//! structure of a workbook is protected, so that other programs leave it alone ([MS-OFFCRYPTO]
//! 2.3.6.2 for RC4, 2.3.5.2 for RC4 of the CryptoAPI).

use cipher::{KeyInit, StreamCipher};
use digest::Digest;
use md5::Md5;
use sha1::Sha1;

/// [MS-XLS] 2.2.10: the password that applications try before they ask for one.
const PASSWORD: &str = "VelvetSweatshop";
/// Bytes that are encrypted with one key.
const BLOCK: usize = 1024;

const FILE_PASS: u16 = 0x002f;
const BOUND_SHEET: u16 = 0x0085;
/// Records that are never encrypted: BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead.
const PLAIN: [u16; 7] = [0x0809, FILE_PASS, 0x0194, 0x0195, 0x00e1, 0x0196, 0x0138];

/// How the keys of blocks are made.
enum BlockKeys {
    /// The first five bytes of a digest.
    Rc4([u8; 5]),
    /// A digest, and the bytes of a key.
    CryptoApi(Vec<u8>, usize),
}

impl BlockKeys {
    /// From the data of FilePass; none where it is another method, or another password.
    fn new(pass: &[u8]) -> Option<BlockKeys> {
        let number = |at: usize| pass.get(at..at + 4).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b));
        let (keys, salt_and_verifier) = match pass.get(..6)? {
            [1, 0, 1, 0, 1, 0] => {
                let first = Md5::digest(utf_16(PASSWORD));
                let seed = [first.get(..5)?, pass.get(6..22)?].concat().repeat(16);
                (BlockKeys::Rc4(*Md5::digest(seed).first_chunk()?), 6)
            }
            // Version 2 to 4, minor 2: flags, the size of the header, the header, the verifier.
            [1, 0, 2..=4, 0, 2, 0] => {
                let header = usize::try_from(number(10)?).ok()?;
                let bits = usize::try_from(number(14 + 16)?).ok()?;
                let verifier = header.checked_add(14)?;
                let salt = pass.get(verifier + 4..verifier + 20)?;
                let seed = [salt, &utf_16(PASSWORD)].concat();
                let bytes = if bits == 0 { 5 } else { bits / 8 };
                (BlockKeys::CryptoApi(Sha1::digest(seed).to_vec(), bytes), verifier + 4)
            }
            _ => return None,
        };
        // The verifier and its digest are encrypted as the first block.
        let mut check = pass.get(salt_and_verifier + 16..)?.to_vec();
        let digest_at = match &keys {
            BlockKeys::Rc4(_) => 16,
            // Between them stands the size of the digest, which is not encrypted.
            BlockKeys::CryptoApi(..) => {
                check.drain(16..20.min(check.len()));
                16
            }
        };
        keys.apply(0, 0, &mut check)?;
        let (verifier, digest) = check.split_at_checked(digest_at)?;
        let is_it = match &keys {
            BlockKeys::Rc4(_) => digest.starts_with(&Md5::digest(verifier)),
            BlockKeys::CryptoApi(..) => digest.starts_with(&Sha1::digest(verifier)),
        };
        is_it.then_some(keys)
    }

    /// Decrypts bytes that begin at an offset of a block.
    fn apply(&self, block: u32, offset: usize, bytes: &mut [u8]) -> Option<()> {
        let key = match self {
            BlockKeys::Rc4(digest) => Md5::digest([digest.as_slice(), &block.to_le_bytes()].concat()).to_vec(),
            BlockKeys::CryptoApi(digest, length) => {
                let key = Sha1::digest([digest.as_slice(), &block.to_le_bytes()].concat());
                let mut key = key.get(..*length)?.to_vec();
                // A key of 40 bits is filled up with zeros.
                if *length == 5 {
                    key.resize(16, 0);
                }
                key
            }
        };
        let mut cipher = rc4::Rc4::new_from_slice(&key).ok()?;
        let mut skipped = vec![0; offset];
        cipher.try_apply_keystream(&mut skipped).ok()?;
        cipher.try_apply_keystream(bytes).ok()
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Decrypts the stream of a workbook in place, if it is encrypted with the default password; gives
/// whether it is readable.
pub(super) fn decrypt(stream: &mut [u8]) -> bool {
    let Some(pass) = file_pass(stream) else { return true };
    let Some(keys) = BlockKeys::new(&pass.1) else { return false };
    let mut clear = stream.to_vec();
    for (at, block) in (0..).zip(clear.chunks_mut(BLOCK)) {
        if keys.apply(at, 0, block).is_none() {
            return false;
        }
    }
    // Record by record: what is never encrypted stays.
    let mut at = 0;
    while let Some((kind, length)) = record(stream, at) {
        let data = at + 4..(at + 4 + length).min(stream.len());
        let from = match kind {
            kind if PLAIN.contains(&kind) => data.end,
            // Where a sheet begins.
            BOUND_SHEET => (data.start + 4).min(data.end),
            _ => data.start,
        };
        if let (Some(to), Some(clear)) = (stream.get_mut(from..data.end), clear.get(from..data.end)) {
            to.copy_from_slice(clear);
        }
        at = data.end;
    }
    // Nobody is to look for a password any more: a record without a meaning.
    if let Some(kind) = stream.get_mut(pass.0..pass.0 + 2) {
        kind.copy_from_slice(&0x0094u16.to_le_bytes());
    }
    true
}

/// The FilePass record: where it begins, and its data.
fn file_pass(stream: &[u8]) -> Option<(usize, Vec<u8>)> {
    /// It stands behind BOF and a record or two at most.
    const AMONG_FIRST: usize = 8;
    let mut at = 0;
    for _ in 0..AMONG_FIRST {
        let (kind, length) = record(stream, at)?;
        let data = stream.get(at + 4..at + 4 + length)?;
        if kind == FILE_PASS {
            return Some((at, data.to_vec()));
        }
        at += 4 + length;
    }
    None
}

fn record(stream: &[u8], at: usize) -> Option<(u16, usize)> {
    let head: &[u8; 4] = stream.get(at..)?.first_chunk()?;
    Some((u16::from_le_bytes([head[0], head[1]]), usize::from(u16::from_le_bytes([head[2], head[3]]))))
}
