//! Made-up holders and places of certificates.

use shomei::audit::facts::OccurrenceFacts;
use shomei::container::ContainerKind;
use shomei::register::{Contact, Holder, HolderKey, HolderStatus};

/// One in business of which nothing but its ID is known.
pub fn holder(register: &str, id: &str) -> Holder {
    Holder {
        key: HolderKey { register: register.into(), id: id.into() },
        name: id.into(),
        kind: None,
        prefecture: None,
        category: None,
        lines: Vec::new(),
        places: Vec::new(),
        contact: Contact::default(),
        payer: None,
        uses: Vec::new(),
        password_changed: None,
        status: HolderStatus::Active,
        status_since: None,
        declared: None,
        tag: None,
        notes: None,
    }
}

/// A PKCS#12 file with the certificate's key.
pub fn place(path: &str, host: Option<&str>) -> OccurrenceFacts {
    OccurrenceFacts {
        path: path.into(),
        host: host.map(Into::into),
        position: 0,
        container: ContainerKind::Pkcs12,
        friendly_name: None,
        has_key: Some(true),
        key_matches: Some(true),
        opened_with: None,
        damaged: false,
    }
}
