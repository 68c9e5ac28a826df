//! Iterations on bare compressions, for the digests that nearly every file has.
//!
//! An iteration of PKCS#12's derivation is one compression of one block, and one of PBKDF2 two:
//! the state after HMAC's key block is kept, and the block keeps its padding while the digest
//! in it is replaced. Through the general interfaces of digest and HMAC it costs a tenth or a
//! third more, for buffers that are copied and padded anew; and iterations are what an audit
//! spends its time on. The compressions are RustCrypto's.

use digest::Output;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// Bytes of a block.
const BLOCK: usize = 64;

/// A digest with blocks of 64 bytes and a state of `N` words of 32 bits.
pub trait CompressionFunction<const N: usize>: Digest {
    /// The state before the first block (FIPS 180-4 section 5.3).
    const INITIAL: [u32; N];
    /// Takes one block into the state.
    fn compress(state: &mut [u32; N], block: &[u8; BLOCK]);
}

impl CompressionFunction<5> for Sha1 {
    const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

    fn compress(state: &mut [u32; 5], block: &[u8; BLOCK]) {
        sha1::block_api::compress(state, std::slice::from_ref(block));
    }
}

impl CompressionFunction<8> for Sha256 {
    const INITIAL: [u32; 8] =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

    fn compress(state: &mut [u32; 8], block: &[u8; BLOCK]) {
        sha2::block_api::compress256(state, std::slice::from_ref(block));
    }
}

/// RFC 8018 section 5.2 with HMAC.
pub fn pbkdf2<D: CompressionFunction<N>, const N: usize>(
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    out: &mut [u8],
) {
    let mut key = key_block::<D, N>(password);
    let (mut inner_key, mut outer_key) = (key.map(|byte| byte ^ 0x36), key.map(|byte| byte ^ 0x5c));
    let (mut inner, mut outer) = (D::INITIAL, D::INITIAL);
    D::compress(&mut inner, &inner_key);
    D::compress(&mut outer, &outer_key);
    for (i, chunk) in out.chunks_mut(4 * N).enumerate() {
        let first = D::new().chain_update(inner_key).chain_update(salt).chain_update((i as u32 + 1).to_be_bytes());
        let mut block = padded::<N>(BLOCK);
        block[..4 * N].copy_from_slice(&first.finalize());
        let mut state = outer;
        D::compress(&mut state, &block);
        let mut sum = state;
        for _ in 1..iterations {
            put(&mut block, &state);
            state = inner;
            D::compress(&mut state, &block);
            put(&mut block, &state);
            state = outer;
            D::compress(&mut state, &block);
            sum.iter_mut().zip(state).for_each(|(sum, word)| *sum ^= word);
        }
        put(&mut block, &sum);
        chunk.copy_from_slice(&block[..chunk.len()]);
        block.zeroize();
        state.zeroize();
        sum.zeroize();
    }
    key.zeroize();
    inner_key.zeroize();
    outer_key.zeroize();
    inner.zeroize();
    outer.zeroize();
}

/// HMAC's key: as it is or hashed, filled up with zeros.
fn key_block<D: Digest, const N: usize>(password: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    match password.len() {
        0..=BLOCK => block[..password.len()].copy_from_slice(password),
        _ => block[..4 * N].copy_from_slice(&D::digest(password)),
    }
    block
}

/// Replaces a digest by its digest, so many times.
pub fn repeat<D: CompressionFunction<N>, const N: usize>(value: &mut Output<D>, times: u64) {
    let mut block = padded::<N>(0);
    block[..4 * N].copy_from_slice(value);
    for _ in 0..times {
        let mut state = D::INITIAL;
        D::compress(&mut state, &block);
        put(&mut block, &state);
    }
    value.copy_from_slice(&block[..4 * N]);
    block.zeroize();
}

/// The last block of a message that ends with a digest and has `before` bytes in blocks before:
/// room for the digest, padding, length in bits.
fn padded<const N: usize>(before: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[4 * N] = 0x80;
    block[BLOCK - 8..].copy_from_slice(&(8 * (before + 4 * N) as u64).to_be_bytes());
    block
}

fn put<const N: usize>(block: &mut [u8; BLOCK], state: &[u32; N]) {
    for (bytes, word) in block.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::hash::MessageDigest;

    /// Repeating is what it says.
    #[test]
    fn repeats_the_digest() {
        let mut expected = Sha256::digest(b"a");
        let mut value = expected;
        for times in [0, 1, 5] {
            repeat::<Sha256, 8>(&mut value, times);
            (0..times).for_each(|_| expected = Sha256::digest(expected));
            assert_eq!(value, expected);
        }
        let mut value = Sha1::digest(b"a");
        repeat::<Sha1, 5>(&mut value, 2);
        assert_eq!(value, Sha1::digest(Sha1::digest(Sha1::digest(b"a"))));
    }

    /// OpenSSL derives the same, for passwords and outputs below, at and above every edge.
    #[test]
    fn agrees_with_openssl() {
        for password in [0, 1, 15, 63, 64, 65, 200].map(|n| vec![0xc5; n]) {
            for (salt, iterations) in [(&b""[..], 1), (b"salt", 2), (&[7; 70], 100)] {
                for length in [1, 16, 20, 21, 32, 33, 64, 100] {
                    let (mut ours, mut theirs) = (vec![0; length], vec![0; length]);
                    let mut check = |derive: fn(&[u8], &[u8], u32, &mut [u8]), digest| {
                        derive(&password, salt, iterations, &mut ours);
                        openssl::pkcs5::pbkdf2_hmac(&password, salt, iterations as usize, digest, &mut theirs)
                            .expect("OpenSSL derives");
                        assert_eq!(ours, theirs, "{} {iterations} {length}", password.len());
                    };
                    check(pbkdf2::<Sha1, 5>, MessageDigest::sha1());
                    check(pbkdf2::<Sha256, 8>, MessageDigest::sha256());
                }
            }
        }
    }
}
