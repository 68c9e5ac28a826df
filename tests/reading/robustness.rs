//! Hostile bytes, without a fuzzer: real files are damaged in thousands of ways, always the
//! same, and nothing may panic; that time is bounded follows from the limits. fuzz/ does this
//! with coverage and for longer.

#[path = "../../fuzz/exercise.rs"]
mod exercise;

use openssl::nid::Nid;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use openssl::x509::X509;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::common::laws::holds;

/// Bytes that mean something where tags and lengths stand.
const TELLING: &[u8] = &[0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0xa0, 0xff];

/// What befalls a file, at places that fit any length.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Put(Index, u8),
    Remove(Index, usize),
    Repeat { from: Index, length: usize, to: Index },
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        1 => at().prop_map(Damage::Cut),
        1 => (at(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        2 => (at(), select(TELLING)).prop_map(|(at, byte)| Damage::Put(at, byte)),
        1 => (at(), 1..=8_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        1 => (at(), 0..64_usize, at()).prop_map(|(from, length, to)| Damage::Repeat { from, length, to }),
    ]
}

impl Damage {
    fn befall(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        if length == 0 {
            return;
        }
        match self {
            Damage::Cut(at) => bytes.truncate(at.index(length)),
            Damage::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Damage::Put(at, byte) => bytes[at.index(length)] = *byte,
            Damage::Remove(at, count) => {
                let at = at.index(length);
                drop(bytes.drain(at..(at + count).min(length)));
            }
            Damage::Repeat { from, length: piece, to } => {
                let from = from.index(length);
                let piece = bytes[from..(from + piece).min(length)].to_vec();
                let to = to.index(length);
                bytes.splice(to..to, piece);
            }
        }
    }
}

/// Damages each file so many times, and does `exercise` with every outcome.
fn damaged(files: &[(&str, Vec<u8>)], times: u32, exercise: fn(&[u8])) {
    for (name, original) in files {
        assert!(!original.is_empty(), "{name}");
        exercise(original);
        holds(times, vec(damage(), 1..=3), |damages| {
            let mut bytes = original.clone();
            damages.iter().for_each(|damage| damage.befall(&mut bytes));
            exercise(&bytes);
        });
    }
}

fn read(name: &'static str) -> (&'static str, Vec<u8>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    (name, std::fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// A PKCS#12 whose every lock opens at once, so that the bytes behind the locks are met too.
fn unlocked(name: &'static str, algorithm: Nid) -> (&'static str, Vec<u8>) {
    let pem = |name| read(name).1;
    let key = PKey::private_key_from_pem(&pem("src/lab/keys/root-2019.key")).expect("a key");
    let certificate = X509::from_pem(&pem("src/lab/keys/root-2019.pem")).expect("a certificate");
    let mut builder = Pkcs12::builder();
    builder.name("葉").pkey(&key).cert(&certificate).key_iter(1).mac_iter(1);
    builder.key_algorithm(algorithm).cert_algorithm(algorithm);
    (name, builder.build2(exercise::PASSWORD).and_then(|pfx| pfx.to_der()).expect("a PKCS#12"))
}

#[test]
fn certificates() {
    let pem = |name| (name, X509::from_pem(&read(name).1).and_then(|it| it.to_der()).expect("a certificate"));
    let files = [
        pem("src/lab/keys/root-2013.pem"),
        read("samples/fleet/本部/認証局/e-seikyuu CA 2026.cer"),
        read("samples/fleet/京都府/なりすまし.cer"),
    ];
    damaged(&files, 3000, exercise::certificate);
    damaged(&files, 1000, exercise::tlv);
}

#[test]
fn revocation_lists() {
    damaged(&[read("samples/fleet/本部/認証局/e-seikyuu.crl")], 5000, exercise::crl);
}

#[test]
fn containers() {
    let files = [
        unlocked("AES", Nid::AES_256_CBC),
        unlocked("3DES", Nid::PBE_WITHSHA1AND3_KEY_TRIPLEDES_CBC),
        read("samples/fleet/福岡県/反復1回.p12"),
        read("samples/fleet/福岡県/MACなし.p12"),
        read("samples/fleet/東京都/ケアプランあさがお.p12"),
        read("samples/fleet/東京都/グループホームつばき.p12"),
        read("samples/fleet/東京都/訪問看護れんげ.p12"),
        read("samples/fleet/本部/控え/訪問介護みやこ.p7b"),
        read("samples/fleet/本部/控え/訪問介護みやこ.p7c"),
        read("samples/fleet/本部/控え/証明書の控え.pem"),
    ];
    damaged(&files, 500, exercise::container);
}

#[test]
fn texts() {
    let files = [read("policies/lab.yaml"), read("samples/passwords.yaml"), read("samples/shomei.yaml")];
    damaged(&files, 300, exercise::policy);
    damaged(&files, 300, exercise::yaml);
    damaged(&files, 300, exercise::text);
    let scheduled = ["daily 07:30", "weekly mon,thu 18:00 skip", "monthly 11,25 07:30 next", "a..b.@docomo.ne.jp"];
    let lines = "# a\n# shomei begin shomei\n# shomei schedule: daily 07:30 +09:00\n30 * * * * x\n# shomei end shomei\n\n1 2 * * * y\n";
    let typed: Vec<(&str, Vec<u8>)> =
        scheduled.into_iter().chain([lines]).map(|text| (text, text.as_bytes().to_vec())).collect();
    damaged(&typed, 2_000, exercise::text);
}
