//! PKCS#7 and CMS signed-data (RFC 5652): its certificates and CRLs. Nothing is verified.

use super::ContainerProblem;
use super::builder::{BagAttributes, ContainerBuilder};
use crate::tlv::{TlvReader, universal};

/// Reads the certificates and CRLs of signed-data in DER or BER, which begins at byte `base`.
pub(super) fn read(session: &mut ContainerBuilder<'_>, bytes: &[u8], base: usize) {
    let read = read_signed_data(session, bytes, base);
    session.ok_or_note(read);
}

fn read_signed_data(session: &mut ContainerBuilder<'_>, bytes: &[u8], base: usize) -> Result<(), ContainerProblem> {
    let mut content_info = session.element(&mut TlvReader::at(bytes, base))?.children();
    content_info.universal(universal::OID)?;
    let explicit = session.element(&mut content_info)?;
    let mut signed = session.element(&mut explicit.children())?.children();
    signed.universal(universal::INTEGER)?;
    signed.universal(universal::SET)?;
    signed.sequence()?;
    while !signed.is_empty() {
        let part = session.element(&mut signed)?;
        let (is_certificates, is_crls) = (part.tag.is_context(0), part.tag.is_context(1));
        if !is_certificates && !is_crls {
            break;
        }
        let mut members = part.children();
        while !members.is_empty() {
            let member = members.read()?;
            // Attribute certificates and other formats have tags of their own.
            if !member.tag.is_universal(universal::SEQUENCE) {
                continue;
            }
            let added = match is_certificates {
                true => session.certificate(member.raw, member.offset, BagAttributes::default()),
                false => session.crl(member.raw, member.offset),
            };
            session.ok_or_note(added);
        }
    }
    Ok(())
}
