//! Files from drafts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rayon::prelude::*;

use super::draft::{self, CarriedKey, FileDraft, LabKey, LabRoot, PASSWORD};
use super::issue;
use super::signer::{Signer, Signers};
use super::{LabError, LabPlan, LabSummary};
use crate::calendar::format_instant;

const POLICY: &str = include_str!("../../policies/lab.yaml");

/// Makes a fleet in `folder`, which must be empty or not exist.
///
/// It then holds `fleet/` with the roots and one PKCS#12 per holder, `lab.yaml`, the policy that
/// pins the roots, `passwords.txt`, and `shomei.yaml`, the configuration that names them.
///
/// Errors: [`LabError::Moment`] and [`LabError::NotEmpty`] before anything is written, else what the
/// system or OpenSSL refused; files written until then stay.
pub fn make(plan: &LabPlan, folder: &Path) -> Result<LabSummary, LabError> {
    if !draft::is_possible(plan.at) {
        return Err(LabError::Moment);
    }
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(LabError::NotEmpty(folder.to_path_buf()));
    }
    let signers = Signers::load()?;
    write_frame(plan, &signers, folder)?;
    let fleet = folder.join("fleet");
    let faults = plan.faults.spread(plan.holders, plan.seed);
    let files = faults
        .par_iter()
        .enumerate()
        .map(|(index, fault)| {
            let drafts = draft::drafts(plan, index, *fault);
            drafts.iter().try_for_each(|draft| write_draft(draft, &signers, &fleet)).map(|()| drafts.len())
        })
        .try_reduce(|| 0, |a, b| Ok(a + b))?;
    let mut counts = BTreeMap::new();
    faults.into_iter().flatten().for_each(|fault| *counts.entry(fault.code()).or_default() += 1);
    Ok(LabSummary { holders: plan.holders, files, faults: counts })
}

/// Everything but the holders.
fn write_frame(plan: &LabPlan, signers: &Signers, folder: &Path) -> Result<(), LabError> {
    let configuration = format!(
        "sources: fleet\npolicy: lab.yaml\npasswords:\n  file: passwords.txt\nat: {}\n",
        format_instant(plan.at)
    );
    write(&folder.join("shomei.yaml"), configuration.as_bytes())?;
    write(&folder.join("lab.yaml"), POLICY.as_bytes())?;
    write(&folder.join("passwords.txt"), format!("{PASSWORD}\n").as_bytes())?;
    for (name, signer) in [("2013", &signers.root_2013), ("2019", &signers.root_2019)] {
        let path = folder.join("fleet").join("認証局").join(format!("e-seikyuu CA {name}.cer"));
        write(&path, &signer.certificate.to_der()?)?;
    }
    Ok(())
}

fn write_draft(draft: &FileDraft, signers: &Signers, fleet: &Path) -> Result<(), LabError> {
    let signer = match draft.root {
        LabRoot::Of2013 => &signers.root_2013,
        LabRoot::Of2019 => &signers.root_2019,
        LabRoot::Impostor => &signers.impostor,
        LabRoot::Next => &signers.next,
    };
    let key = issue::key_of(draft.key)?;
    let certificate = issue::certificate(draft, &key, signer)?;
    let mut bytes = container(draft, &key, &certificate, signer)?;
    if draft.cut {
        bytes.truncate(bytes.len() * 2 / 3);
    }
    write(&draft.path.split('/').fold(fleet.to_path_buf(), |path, name| path.join(name)), &bytes)
}

/// The PKCS#12, with the root as real ones have it.
fn container(draft: &FileDraft, key: &PKey<Private>, certificate: &X509, signer: &Signer) -> Result<Vec<u8>, LabError> {
    let leaf = Certificate::from_der(&certificate.to_der()?)?;
    let root = Certificate::from_der(&signer.certificate.to_der()?)?;
    let mut store = KeyStore::new();
    match carried_key(draft, key)? {
        Some(key) => {
            let chain = PrivateKeyChain::new([1].as_slice(), PrivateKey::from_der(&key)?, [leaf, root]);
            store.add_entry(&draft.subject, KeyStoreEntry::PrivateKeyChain(chain));
        }
        None => {
            store.add_entry(&draft.subject, KeyStoreEntry::Certificate(leaf));
            store.add_entry("e-seikyuu CA", KeyStoreEntry::Certificate(root));
        }
    }
    let writer = store.writer(draft.password);
    Ok(writer.encryption_iterations(draft.iterations).mac_iterations(draft.iterations).write()?)
}

/// The key stored beside the certificate, as PKCS#8. It is a test key: nothing to wipe.
fn carried_key(draft: &FileDraft, key: &PKey<Private>) -> Result<Option<Vec<u8>>, LabError> {
    Ok(match draft.carried {
        CarriedKey::Right => Some(key.private_key_to_pkcs8()?),
        CarriedKey::Wrong => Some(issue::key_of(LabKey::Own(!draft.serial))?.private_key_to_pkcs8()?),
        CarriedKey::Nothing => None,
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), LabError> {
    let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = parent.and_then(|()| fs::write(path, bytes));
    written.map_err(|error| LabError::File { path: path.to_path_buf(), error })
}
