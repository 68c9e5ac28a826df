//! `shomei show`: the whole story of a certificate or a holder.

use std::io;

use clap::{Arg, ArgMatches, Command};
use serde_json::Value as Json;

use super::depot::{Depot, failed};
use super::meant::{self, Wanted};
use super::session::Session;
use super::{Failure, Outcome, arguments};
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, FileSummary, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::certificate::Certificate;
use crate::inventory::{self, CertificateFilter, InventoryError, ListOrder, ListedCertificate, ResolvedId, Store};
use crate::locale::{Lang, Text};
use crate::register::{HolderKey, MarkTarget};
use crate::report::{CertificateStory, HolderStory, Telling, write_json};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "証明書か台帳の1件について、いまの状態とこれまでの経過をすべて示します",
        en: "Tells everything about one certificate or holder: how it is, and its story",
    };
    let id = Arg::new("id").value_name("ID").required(true).help(
        Text {
            ja: "拇印(SHA-256)の先頭4桁以上、シリアル番号、台帳ID(台帳名/ID)。sha256: serial: holder: を前に付けてもよい",
            en: "four or more digits of a SHA-256, a serial number, or a holder's ID (REGISTER/ID); sha256:, serial: or holder: before it says which",
        }
        .get(lang),
    );
    Command::new("show")
        .about(about.get(lang))
        .arg(id)
        .arg(arguments::format(&["table", "json"], lang))
        .args(arguments::reading(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let depot = Depot::read(session, matches)?;
    let lang = session.lang;
    let id = matches.get_one::<String>("id").map_or("", String::as_str);
    let told = |error: InventoryError| failed(&error, &depot.settings, lang);
    let meant = meant::one(&depot.inventory, id, Wanted::Either).map_err(told)?;
    let wants_json = depot.settings.is_json(matches);
    let out = match meant.map_err(|unclear| unclear.failure(lang))? {
        ResolvedId::Certificate(sha256, ..) => certificate(session, &depot, &sha256, wants_json),
        ResolvedId::Holder(register, id, _) => holder(session, &depot, &HolderKey { register, id }, wants_json),
    };
    let out = out.map_err(told)?;
    session.write_to(None, |to| to.write_all(&out))?;
    Ok(Outcome::Clean)
}

fn telling<'a>(depot: &'a Depot, lang: Lang) -> Telling<'a> {
    Telling { at: depot.judging.at, as_of: depot.as_of, policy: &depot.judging.policy, lang }
}

/// Tells a story as a page or a document.
fn tell(
    wants_json: bool,
    page: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    document: impl FnOnce() -> Json,
) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match wants_json {
        true => {
            write_json(&mut out, &document())?;
            out.push(b'\n');
        }
        false => page(&mut out)?,
    }
    Ok(out)
}

fn certificate(
    session: &Session,
    depot: &Depot,
    sha256: &[u8; 32],
    wants_json: bool,
) -> Result<Vec<u8>, InventoryError> {
    let inventory = &depot.inventory;
    let telling = telling(depot, session.lang);
    let der = inventory.certificate_source(telling.at)?.der(sha256)?;
    let certificate = Certificate::parse(&der).map_err(|error| InventoryError::Damaged(error.to_string()))?;
    let listed = inventory.listed(sha256)?;
    let renewed_by = listed.and_then(|listed| listed.superseded_by);
    let events = inventory::certificate_story(inventory, sha256, renewed_by, depot.until())?;
    let renews = each_listed(depot, &inventory.renewed_by(sha256)?)?;
    let files = files(depot, sha256)?;
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
        tell(wants_json, |out| story.page(out, telling, session.style(false)), || story.document(telling))
    };
    let mut told = Told { out: None, certificate: story, holder: |_: Option<&HolderRecord>| Ok(Vec::new()) };
    inventory::look_at(inventory, depot.situation(), &[*sha256], &[], &mut told)?;
    Ok(match told.out {
        Some(out) => out,
        None => story(None)?,
    })
}

fn holder(session: &Session, depot: &Depot, key: &HolderKey, wants_json: bool) -> Result<Vec<u8>, InventoryError> {
    let inventory = &depot.inventory;
    let telling = telling(depot, session.lang);
    let events = inventory::holder_story(inventory, key, depot.until())?;
    let last = inventory::last_of_holder(inventory, key, depot.until())?.unwrap_or_default().holder(key.clone());
    let filter = CertificateFilter {
        holder: Some(key.id.clone()),
        register: Some(key.register.clone()),
        ..CertificateFilter::default()
    };
    let mut certificates = each_listed(depot, &inventory.chosen(&filter, ListOrder::Ends)?)?;
    let today = depot.judging.policy.zone.day(telling.at).map(|day| day.to_string());
    certificates.sort_by_key(|listed| listed.ends_on < today);
    let office = inventory.office()?;
    let marks = office.marks_of(&MarkTarget::Holder(key.clone()));
    let story = |record: Option<&HolderRecord>| {
        let holder = record.map_or(&last, |record| record.facts.holder);
        let story = HolderStory { holder, record, certificates: &certificates, marks, events: &events };
        tell(wants_json, |out| story.page(out, telling, session.style(false)), || story.document(telling))
    };
    let mut told = Told { out: None, certificate: |_: Option<&CertificateRecord>| Ok(Vec::new()), holder: story };
    inventory::look_at(inventory, depot.situation(), &[], std::slice::from_ref(key), &mut told)?;
    Ok(match told.out {
        Some(out) => out,
        None => story(None)?,
    })
}

fn each_listed(depot: &Depot, keys: &[[u8; 32]]) -> Result<Vec<ListedCertificate>, InventoryError> {
    keys.iter().filter_map(|sha256| depot.inventory.listed(sha256).transpose()).collect()
}

/// The files in which a certificate lies.
fn files(depot: &Depot, sha256: &[u8; 32]) -> Result<Vec<FileSummary>, InventoryError> {
    let mut files = Vec::new();
    for (host, path) in depot.inventory.ever_in(sha256)? {
        files.extend(depot.inventory.file(&host, &path)?.map(|file| file.scanned(&host, &path)));
    }
    Ok(files)
}

/// Tells the one record that was asked for.
struct Told<C, H> {
    out: Option<Vec<u8>>,
    certificate: C,
    holder: H,
}

impl<C, H> AuditSink for Told<C, H>
where
    C: FnMut(Option<&CertificateRecord>) -> io::Result<Vec<u8>>,
    H: FnMut(Option<&HolderRecord>) -> io::Result<Vec<u8>>,
{
    fn begin(&mut self, _: &AuditHead) -> io::Result<()> {
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.out = Some((self.certificate)(Some(record))?);
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        self.out = Some((self.holder)(Some(record))?);
        Ok(())
    }

    fn unreadable(&mut self, _: &UnreadableFile) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: Option<&str>, _: &JudgedFinding) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &AuditSummary) -> io::Result<()> {
        Ok(())
    }
}
