//! The whole story of a certificate or a holder.

use std::io;

use super::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use super::planning::{self, PlanningContext};
use super::resolve_id::{self, Wanted};
use super::{AppError, Context};
use crate::audit::{AuditSink, CertificateRecord, FileSummary};
use crate::certificate::Certificate;
use crate::inventory::{self, CertificateFilter, InventoryError, ListOrder, ListedCertificate, ResolvedId, Store};
use crate::lifecycle::PlanBounds;
use crate::locale::Lang;
use crate::register::{Holder, HolderKey, MarkTarget};
use crate::report::{CertificateStory, HolderRenewals, HolderStory, JudgedHolder, Telling, View};

/// The story of one thing. It borrows what is judged only while it is shown.
pub enum Story<'a> {
    /// A certificate's.
    Certificate(CertificateStory<'a>),
    /// A holder's.
    Holder(HolderStory<'a>),
}

/// Writes a story.
type Show<'s> = &'s dyn Fn(&Story, Telling) -> io::Result<Vec<u8>>;

/// Hands the story of what an ID means to `show`, and gives what that wrote.
pub fn story(context: &Context, inventory: InventoryOptions, id: &str, show: Show) -> Result<Vec<u8>, AppError> {
    let opened = OpenInventory::open_judged(context, inventory)?;
    match resolve_id::the(context, &opened, id, Wanted::Either)? {
        ResolvedId::Certificate(sha256, ..) => {
            certificate(&opened, &sha256, show, context.lang).or_message(&opened.settings, context.lang)
        }
        ResolvedId::Holder(register, id, _) => holder(context, opened, &HolderKey { register, id }, show),
    }
}

fn telling(opened: &OpenInventory, lang: Lang) -> Telling<'_> {
    Telling { at: opened.judging.at, as_of: opened.as_of, policy: &opened.judging.policy, lang }
}

fn certificate(opened: &OpenInventory, sha256: &[u8; 32], show: Show, lang: Lang) -> Result<Vec<u8>, InventoryError> {
    let inventory = &opened.inventory;
    let telling = telling(opened, lang);
    let der = inventory.certificate_source(telling.at)?.der(sha256)?;
    let certificate = Certificate::parse(&der).map_err(|error| InventoryError::Damaged(error.to_string()))?;
    let listed = inventory.listed(sha256)?;
    let renewed_by = listed.and_then(|listed| listed.superseded_by);
    let events = inventory::certificate_story(inventory, sha256, renewed_by, opened.until())?;
    let renews = each_listed(opened, &inventory.renewed_by(sha256)?)?;
    let files = files(opened, sha256)?;
    let office = inventory.office()?;
    let marks = office.marks_of(&MarkTarget::Certificate(*sha256));
    let story = |record: Option<&CertificateRecord>| {
        let story = CertificateStory {
            certificate: &certificate,
            record,
            files: &files,
            renews: &renews,
            marks,
            events: &events,
        };
        show(&Story::Certificate(story), telling)
    };
    let mut one = OneRecord { out: None, certificate: story };
    inventory::look_at(inventory, opened.situation(), &[*sha256], &mut one)?;
    Ok(match one.out {
        Some(out) => out,
        None => story(None)?,
    })
}

/// The story of a holder with the plan of its renewals and its fees.
fn holder(context: &Context, opened: OpenInventory, key: &HolderKey, show: Show) -> Result<Vec<u8>, AppError> {
    let lang = context.lang;
    let PlanningContext { mut opened, policy, office, calendar } = PlanningContext::of(context, opened)?;
    // Of all certificates, as `coverage`, `plan` and `fees` do: one that is matched to nobody may be this holder's,
    // and whether one is renewed, or an agent claims, depends on others.
    let (fleet, judged) = planning::certificates_and_holder(context, &mut opened, &policy, &office, key)?;
    let plan = planning::plan(&fleet, &calendar, PlanBounds::default(), lang)?;
    let fees = planning::fees(&fleet, &plan);
    let view = View { lang, fleet: &fleet, as_of: opened.as_of };
    let renewals = HolderRenewals::new(view, &plan, &fees, key);
    let written = judged_holder(&opened, key, office.holder(key), judged.as_ref(), &renewals, show, lang);
    written.or_message(&opened.settings, lang)
}

fn judged_holder(
    opened: &OpenInventory,
    key: &HolderKey,
    registered: Option<&Holder>,
    judged: Option<&JudgedHolder>,
    renewals: &HolderRenewals,
    show: Show,
    lang: Lang,
) -> Result<Vec<u8>, InventoryError> {
    let inventory = &opened.inventory;
    let telling = telling(opened, lang);
    let last = match registered {
        Some(holder) => holder.clone(),
        None => inventory::last_of_holder(inventory, key, opened.until())?.unwrap_or_default().holder(key.clone()),
    };
    let filter = CertificateFilter {
        holder: Some(key.id.clone()),
        register: Some(key.register.clone()),
        ..CertificateFilter::default()
    };
    let own = inventory.chosen(&filter, ListOrder::Ends)?;
    let events = inventory::holder_story(inventory, key, &own, opened.until())?;
    let mut certificates = each_listed(opened, &own)?;
    let today = opened.judging.policy.zone.day(telling.at).map(|day| day.to_string());
    certificates.sort_by_key(|listed| listed.ends_on < today);
    let office = inventory.office()?;
    let marks = office.marks_of(&MarkTarget::Holder(key.clone()));
    let story = HolderStory { holder: &last, judged, certificates: &certificates, renewals, marks, events: &events };
    Ok(show(&Story::Holder(story), telling)?)
}

fn each_listed(opened: &OpenInventory, keys: &[[u8; 32]]) -> Result<Vec<ListedCertificate>, InventoryError> {
    keys.iter().filter_map(|sha256| opened.inventory.listed(sha256).transpose()).collect()
}

/// The files that hold a certificate.
fn files(opened: &OpenInventory, sha256: &[u8; 32]) -> Result<Vec<FileSummary>, InventoryError> {
    let mut files = Vec::new();
    for (host, path) in opened.inventory.ever_in(sha256)? {
        files.extend(opened.inventory.file(&host, &path)?.map(|file| file.scanned(&host, &path)));
    }
    Ok(files)
}

/// Takes the one record that was asked for.
struct OneRecord<C> {
    out: Option<Vec<u8>>,
    certificate: C,
}

impl<C> AuditSink for OneRecord<C>
where
    C: FnMut(Option<&CertificateRecord>) -> io::Result<Vec<u8>>,
{
    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.out = Some((self.certificate)(Some(record))?);
        Ok(())
    }
}
