//! A fleet as an office has it: one PKCS#12 a holder, written by OpenSSL as OpenSSL 3 does.

use std::io;
use std::path::{Path, PathBuf};

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, BigNumContext};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::stack::Stack;
use openssl::x509::extension::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use openssl::x509::{X509, X509Name};
use rayon::prelude::*;

/// The root that signs all of them, pinned by the built-in policy `lab`.
pub const ROOT: &[u8] = include_bytes!("../../src/lab/keys/root-2019.pem");
const ROOT_KEY: &[u8] = include_bytes!("../../src/lab/keys/root-2019.key");

/// What opens every file.
pub const PASSWORD: &str = "bench-Password1";
/// When all of them are in order.
pub const AT: &str = "2026-06-15T03:00:00Z";
/// Iterations, as OpenSSL 3 writes them.
const ITERATIONS: u32 = 2048;

/// Writes `count` files below `folder`, a hundred to a folder.
pub fn make(folder: &Path, count: usize) -> io::Result<()> {
    let primes = primes(count)?;
    let pairs: Vec<(usize, usize)> = (1..primes.len()).flat_map(|p| (0..p).map(move |q| (p, q))).take(count).collect();
    let root = X509::from_pem(ROOT)?;
    let root_key = PKey::private_key_from_pem(ROOT_KEY)?;
    pairs.par_iter().enumerate().try_for_each(|(i, (p, q))| -> io::Result<()> {
        let key = key(&primes[*p], &primes[*q])?;
        let path = path(folder, i);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, container(i, &key, &root, &root_key)?)
    })
}

fn path(folder: &Path, i: usize) -> PathBuf {
    folder.join(format!("{:03}", i / 100)).join(format!("holder-{i:05}.p12"))
}

/// So many primes that each key has a pair of its own: making every key from scratch would take
/// a hundred times as long as everything else.
fn primes(keys: usize) -> Result<Vec<BigNum>, ErrorStack> {
    let count = (2..).find(|n| n * (n - 1) / 2 >= keys).unwrap_or(2);
    let prime = |_| {
        let mut prime = BigNum::new()?;
        // One above a multiple of the public exponent makes no key.
        while prime.num_bits() == 0 || prime.mod_word(65537)? == 1 {
            prime.generate_prime(1024, false, None, None)?;
        }
        Ok(prime)
    };
    (0..count).into_par_iter().map(prime).collect()
}

/// The RSA key of two primes.
fn key(p: &BigNum, q: &BigNum) -> Result<PKey<Private>, ErrorStack> {
    let mut context = BigNumContext::new()?;
    let (one, e) = (BigNum::from_u32(1)?, BigNum::from_u32(65537)?);
    let (mut n, mut phi) = (BigNum::new()?, BigNum::new()?);
    let (p1, q1) = (&**p - &*one, &**q - &*one);
    n.checked_mul(p, q, &mut context)?;
    phi.checked_mul(&p1, &q1, &mut context)?;
    let (mut d, mut dp, mut dq, mut qi) = (BigNum::new()?, BigNum::new()?, BigNum::new()?, BigNum::new()?);
    d.mod_inverse(&e, &phi, &mut context)?;
    dp.nnmod(&d, &p1, &mut context)?;
    dq.nnmod(&d, &q1, &mut context)?;
    qi.mod_inverse(q, p, &mut context)?;
    let rsa = Rsa::from_private_components(n, e, d, (**p).to_owned()?, (**q).to_owned()?, dp, dq, qi)?;
    PKey::from_rsa(rsa)
}

fn container(i: usize, key: &PKey<Private>, root: &X509, root_key: &PKey<Private>) -> Result<Vec<u8>, ErrorStack> {
    let leaf = leaf(i, key, root, root_key)?;
    let mut chain = Stack::new()?;
    chain.push(root.clone())?;
    let mut builder = Pkcs12::builder();
    builder.name(&format!("holder {i:05}")).pkey(key).cert(&leaf).ca(chain);
    builder.key_algorithm(Nid::AES_256_CBC).cert_algorithm(Nid::AES_256_CBC);
    builder.key_iter(ITERATIONS).mac_iter(ITERATIONS).mac_md(MessageDigest::sha256());
    builder.build2(PASSWORD)?.to_der()
}

fn leaf(i: usize, key: &PKey<Private>, root: &X509, root_key: &PKey<Private>) -> Result<X509, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COUNTRYNAME, "JP")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "e-seikyuu")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONALUNITNAME, "介護保険証明書")?;
    name.append_entry_by_nid(Nid::COMMONNAME, &format!("KJ13{i:010}"))?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let serial = BigNum::from_u32(0x10_0000 + i as u32)?.to_asn1_integer()?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(&name.build())?;
    builder.set_issuer_name(root.subject_name())?;
    builder.set_pubkey(key)?;
    let (from, until) = (Asn1Time::from_str_x509("20250501000000Z")?, Asn1Time::from_str_x509("20280501000000Z")?);
    builder.set_not_before(&from)?;
    builder.set_not_after(&until)?;
    builder.append_extension(BasicConstraints::new().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().key_encipherment().build()?)?;
    let context = builder.x509v3_context(Some(root), None);
    let (ski, aki) =
        (SubjectKeyIdentifier::new().build(&context)?, AuthorityKeyIdentifier::new().keyid(false).build(&context)?);
    builder.append_extension(ski)?;
    builder.append_extension(aki)?;
    builder.sign(root_key, MessageDigest::sha256())?;
    Ok(builder.build())
}
