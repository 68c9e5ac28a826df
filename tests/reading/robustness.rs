//! Hostile bytes, without a fuzzer: real files are damaged in thousands of ways, always the
//! same, and nothing may panic; that time is bounded follows from the limits. fuzz/ does this
//! with coverage and for longer.

#[path = "../../fuzz/exercise.rs"]
mod exercise;

use openssl::nid::Nid;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use openssl::x509::X509;

/// xorshift64*: the same numbers everywhere, for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound.max(1)
    }
}

/// Bytes that mean something where tags and lengths stand.
const TELLING: &[u8] = &[0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0xa0, 0xff];

fn damaged(original: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << random.below(8),
            2 | 3 => bytes[at] = TELLING[random.below(TELLING.len())],
            4 => drop(bytes.drain(at..(at + 1 + random.below(8)).min(bytes.len()))),
            _ => {
                let piece = bytes[at..(at + random.below(64)).min(bytes.len())].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, piece);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Damages each file so many times, and does `exercise` with every outcome.
fn damage(files: &[(&str, Vec<u8>)], times: usize, exercise: fn(&[u8])) {
    for (name, original) in files {
        assert!(!original.is_empty(), "{name}");
        exercise(original);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for _ in 0..times {
            exercise(&damaged(original, &mut random));
        }
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
    damage(&files, 3000, exercise::certificate);
    damage(&files, 1000, exercise::tlv);
}

#[test]
fn revocation_lists() {
    damage(&[read("samples/fleet/本部/認証局/e-seikyuu.crl")], 5000, exercise::crl);
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
    damage(&files, 500, exercise::container);
}

#[test]
fn texts() {
    let files = [read("policies/lab.yaml"), read("samples/passwords.yaml"), read("samples/shomei.yaml")];
    damage(&files, 300, exercise::policy);
    damage(&files, 300, exercise::yaml);
    damage(&files, 300, exercise::text);
    let scheduled = ["daily 07:30", "weekly mon,thu 18:00 skip", "monthly 11,25 07:30 next", "a..b.@docomo.ne.jp"];
    let lines = "# a\n# shomei begin shomei\n# shomei schedule: daily 07:30 +09:00\n30 * * * * x\n# shomei end shomei\n\n1 2 * * * y\n";
    let typed: Vec<(&str, Vec<u8>)> =
        scheduled.into_iter().chain([lines]).map(|text| (text, text.as_bytes().to_vec())).collect();
    damage(&typed, 2_000, exercise::text);
}
