//! What stays as it was known of a holder: cells that could not be read, and texts that only a
//! converter changed.

use std::collections::BTreeMap;

use super::fold::{for_cp932, is_placeholder};
use super::read::RegisterReading;
use super::{DeclaredCertificate, Holder, HolderStatus, RegisterColumn};

impl RegisterReading {
    /// Takes over from the register what its file does not say: the values of cells that could not be
    /// read, and the characters that CP932 has only as their twins (〜 came back as ～).
    pub fn keep_known(&mut self, known: &[Holder]) {
        let known: BTreeMap<&str, &Holder> = known.iter().map(|holder| (holder.key.id.as_str(), holder)).collect();
        for holder in &mut self.holders {
            let Some(before) = known.get(holder.key.id.as_str()) else { continue };
            for column in self.unread.get(&holder.key.id).into_iter().flatten() {
                holder.keep(*column, before);
            }
            holder.keep_twins(before);
        }
    }
}

impl Holder {
    /// Whether a column has a value of this holder, other than what is so without one.
    pub fn has(&self, column: RegisterColumn) -> bool {
        let is = |text: &Option<String>| text.as_ref().is_some_and(|text| !is_placeholder(text));
        let (contact, declared) = (&self.contact, self.declared.as_ref());
        match column {
            RegisterColumn::HolderId => true,
            RegisterColumn::Name => !self.name.is_empty(),
            RegisterColumn::Kind => self.kind.is_some(),
            RegisterColumn::ProviderNumber => self.lines.iter().any(|line| line.provider_number.is_some()),
            RegisterColumn::Prefecture => is(&self.prefecture),
            RegisterColumn::Services => self.lines.iter().any(|line| line.service.is_some()),
            RegisterColumn::BilledBy => self.lines.iter().any(|line| line.agent.is_some()),
            RegisterColumn::BilledFrom => {
                self.lines.iter().any(|line| line.agent.as_ref().is_some_and(|agent| agent.from.is_some()))
            }
            RegisterColumn::BilledTo => {
                self.lines.iter().any(|line| line.agent.as_ref().is_some_and(|agent| agent.until.is_some()))
            }
            RegisterColumn::Category => self.category.is_some(),
            RegisterColumn::Uses => !self.uses.is_empty(),
            RegisterColumn::Places => !self.places.is_empty(),
            RegisterColumn::Person => is(&contact.person),
            RegisterColumn::Mail => is(&contact.mail),
            RegisterColumn::Tel => is(&contact.tel),
            RegisterColumn::Fax => is(&contact.fax),
            RegisterColumn::Postcode => is(&contact.postcode),
            RegisterColumn::Address => is(&contact.address),
            RegisterColumn::Channel => contact.channel.is_some(),
            RegisterColumn::Payer => self.payer.is_some(),
            RegisterColumn::PasswordChanged => self.password_changed.is_some(),
            RegisterColumn::Status => self.status != HolderStatus::default(),
            RegisterColumn::StatusSince => self.status_since.is_some(),
            RegisterColumn::DeclaredSerial => declared.is_some_and(|declared| declared.serial.is_some()),
            RegisterColumn::DeclaredExpiry => declared.is_some_and(|declared| declared.expires_on.is_some()),
            RegisterColumn::Tag => is(&self.tag),
            RegisterColumn::Notes => is(&self.notes),
        }
    }

    /// Takes over one value, where it is one of those without which a holder is still one.
    fn keep(&mut self, column: RegisterColumn, before: &Holder) {
        let (contact, known) = (&mut self.contact, before.contact.clone());
        let declared = before.declared.clone().unwrap_or_default();
        match column {
            RegisterColumn::Prefecture => self.prefecture.clone_from(&before.prefecture),
            RegisterColumn::Uses => self.uses.clone_from(&before.uses),
            RegisterColumn::Places => self.places.clone_from(&before.places),
            RegisterColumn::Person => contact.person = known.person,
            RegisterColumn::Mail => contact.mail = known.mail,
            RegisterColumn::Tel => contact.tel = known.tel,
            RegisterColumn::Fax => contact.fax = known.fax,
            RegisterColumn::Postcode => contact.postcode = known.postcode,
            RegisterColumn::Address => contact.address = known.address,
            RegisterColumn::Channel => contact.channel = known.channel,
            RegisterColumn::Payer => self.payer = before.payer,
            RegisterColumn::DeclaredSerial => self.declare(|own| own.serial = declared.serial),
            RegisterColumn::DeclaredExpiry => self.declare(|own| own.expires_on = declared.expires_on),
            RegisterColumn::Tag => self.tag.clone_from(&before.tag),
            RegisterColumn::Notes => self.notes.clone_from(&before.notes),
            // A mistake in any other column costs the holder, which then stays as a whole.
            _ => {}
        }
    }

    fn declare(&mut self, set: impl FnOnce(&mut DeclaredCertificate)) {
        let mut declared = self.declared.take().unwrap_or_default();
        set(&mut declared);
        self.declared = Some(declared).filter(|declared| *declared != DeclaredCertificate::default());
    }

    /// Keeps each text that differs from the known one by no more than what CP932 does not have.
    fn keep_twins(&mut self, before: &Holder) {
        let keep = |text: &mut String, known: &String| {
            if text != known && for_cp932(text) == for_cp932(known) {
                text.clone_from(known);
            }
        };
        keep(&mut self.name, &before.name);
        self.places.iter_mut().zip(&before.places).for_each(|(place, known)| keep(place, known));
        let (contact, known) = (&mut self.contact, &before.contact);
        for (text, known) in [
            (&mut contact.person, &known.person),
            (&mut contact.address, &known.address),
            (&mut self.prefecture, &before.prefecture),
            (&mut self.tag, &before.tag),
            (&mut self.notes, &before.notes),
        ] {
            if let (Some(text), Some(known)) = (text, known) {
                keep(text, known);
            }
        }
    }
}
