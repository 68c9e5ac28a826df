//! Certificates from drafts.

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey, EcPoint};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name};

use super::draft::{FileDraft, LabKey};
use super::random::Random;
use super::signer::{Signer, shared_key};
use crate::calendar::Instant;

/// The key that a draft names.
pub(super) fn key_of(key: LabKey) -> Result<PKey<Private>, ErrorStack> {
    match key {
        LabKey::Own(number) => ec_key(Nid::X9_62_PRIME256V1, number),
        LabKey::Weak(number) => ec_key(Nid::X9_62_PRIME192V1, number),
        LabKey::Shared(number) => shared_key(number),
    }
}

/// A key that everybody can draw again. OpenSSL's own generator cannot be given a seed.
fn ec_key(curve: Nid, number: u64) -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(curve)?;
    let mut random = Random::new(number, 0);
    // Eight bits fewer than the field: below the order of the group, so no reduction is needed.
    let length = group.degree() as usize / 8 - 1;
    let bytes: Vec<u8> = std::iter::repeat_with(|| random.next().to_be_bytes()).flatten().take(length).collect();
    let scalar = BigNum::from_slice(&bytes)?;
    let mut point = EcPoint::new(&group)?;
    let mut context = BigNumContext::new()?;
    point.mul_generator2(&group, &scalar, &mut context)?;
    PKey::from_ec_key(EcKey::from_private_components(&group, &scalar, &point)?)
}

/// The certificate of a draft.
pub(super) fn certificate(draft: &FileDraft, key: &PKey<Private>, signer: &Signer) -> Result<X509, ErrorStack> {
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    let serial = BigNum::from_slice(&draft.serial.to_be_bytes())?;
    builder.set_serial_number(&*Asn1Integer::from_bn(&serial)?)?;
    builder.set_issuer_name(signer.certificate.subject_name())?;
    builder.set_subject_name(&*subject(draft)?)?;
    builder.set_not_before(&*moment(draft.begin)?)?;
    builder.set_not_after(&*moment(draft.end)?)?;
    builder.set_pubkey(key)?;
    extend(&mut builder, signer)?;
    builder.sign(&signer.key, MessageDigest::sha256())?;
    Ok(builder.build())
}

fn subject(draft: &FileDraft) -> Result<X509Name, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COUNTRYNAME, "JP")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "e-seikyuu")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONALUNITNAME, draft.category)?;
    name.append_entry_by_nid(Nid::COMMONNAME, &draft.subject)?;
    Ok(name.build())
}

fn moment(instant: Instant) -> Result<Asn1Time, ErrorStack> {
    Asn1Time::from_unix(instant.unix_timestamp())
}

fn extend(builder: &mut X509Builder, signer: &Signer) -> Result<(), ErrorStack> {
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().key_encipherment().build()?)?;
    builder.append_extension(ExtendedKeyUsage::new().client_auth().build()?)?;
    let context = builder.x509v3_context(Some(&signer.certificate), None);
    let own = SubjectKeyIdentifier::new().build(&context)?;
    let issuer = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    builder.append_extension(own)?;
    builder.append_extension(issuer)
}
