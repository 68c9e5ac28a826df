//! Keys made on the spot, and names as the test CAs have them.

use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509Name;

/// A fresh P-256 key, which is quick to make.
pub fn p256() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

/// `OU=unit, O=Test, C=JP`.
pub fn name(unit: &str) -> X509Name {
    let mut name = X509Name::builder().unwrap();
    for (kind, value) in [("C", "JP"), ("O", "Test"), ("OU", unit)] {
        name.append_entry_by_text(kind, value).unwrap();
    }
    name.build()
}

/// A time from `2019-07-20T00:00:00Z`.
pub fn time(text: &str) -> Asn1Time {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Asn1Time::from_str(&format!("{digits}Z")).unwrap()
}
