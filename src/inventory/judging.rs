//! Judging what the inventory holds: the audit's second look over everything present, with the
//! verdicts reached before wherever they still hold, and its result kept. What lies nowhere any
//! more is told of no longer, but still counts where it is asked who can bill.

use std::io;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::entry::EntryBody;
use super::rows::VerdictRow;
use super::sequence::EntrySequence;
use super::store::{
    InventoryError, JudgedHolder, JudgedInventory, JudgedRow, Judgement, JudgementCounts, Store, StoreContents,
    StoreWriter,
};
use super::units::micros;
use crate::audit::facts::RuleContext;
use crate::audit::holding::{ClaimPeriod, HolderMatch};
use crate::audit::rules::RULES_VERSION;
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, Scan, UnreadableFile,
    judge_scan,
};
use crate::calendar::Instant;
use crate::certificate::{Certificate, CertificateRole, Crl, hex};
use crate::container::KeyInspection;
use crate::policy::{Policy, Severity};

/// Judgements written at once.
const BATCH: usize = 1024;

/// By what the inventory is judged.
pub struct JudgingInputs {
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// The moment judged.
    pub at: Instant,
    /// The claim period asked about; none: the coming one.
    pub period: Option<ClaimPeriod>,
    /// How closely private keys were looked at.
    pub keys: KeyInspection,
    /// Roots given or kept.
    pub roots: Vec<Certificate>,
    /// CRLs given.
    pub crls: Vec<Crl>,
}

impl JudgingInputs {
    /// What the judgement depends on beside the inventory and time.
    pub fn inputs(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(RULES_VERSION.to_be_bytes());
        digest.update(&self.policy.yaml);
        for pin in self.policy.authorities.iter().flat_map(|authority| &authority.pins) {
            digest.update(pin.sha256.unwrap_or_default());
        }
        let mut given: Vec<[u8; 32]> = self.roots.iter().map(|root| root.sha256).collect();
        given.extend(self.crls.iter().map(|crl| crl.sha256));
        given.sort_unstable();
        given.dedup();
        given.iter().for_each(|sha256| digest.update(sha256));
        for moment in self.period.iter().flat_map(|period| [period.from, period.until]) {
            digest.update(micros(moment).to_be_bytes());
        }
        digest.finalize().into()
    }
}

/// Whether what is kept of the judgement holds in a situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgementFreshness {
    /// It holds.
    Holds,
    /// Something has changed or a date has passed: to be judged again, and kept.
    Stale,
    /// It was judged by something else, or for a later moment, or another claim period is asked
    /// about: what is judged now is not what the inventory keeps.
    Other,
}

/// Whether what is kept of the judgement holds.
pub fn standing(store: &dyn Store, situation: &JudgingInputs) -> Result<JudgementFreshness, InventoryError> {
    if situation.period.is_some() {
        return Ok(JudgementFreshness::Other);
    }
    let Some(whole) = store.judged()? else { return Ok(JudgementFreshness::Stale) };
    let at = micros(situation.at);
    Ok(match () {
        () if whole.inputs != situation.inputs() || at < whole.at => JudgementFreshness::Other,
        () if at < whole.until => JudgementFreshness::Holds,
        () => JudgementFreshness::Stale,
    })
}

/// Judges everything present, keeps the result, and hands the records on to `sink`.
pub fn judge(
    store: &mut dyn StoreWriter,
    situation: JudgingInputs,
    now: Instant,
    sink: &mut dyn AuditSink,
) -> Result<AuditSummary, InventoryError> {
    let inputs = situation.inputs();
    let JudgingInputs { policy, at, period, keys, roots, mut crls } = situation;
    crls.extend(store.crls()?);
    let scan = restored(store, at)?;
    let office = store.office()?;
    let context = RuleContext { policy: &policy, at, keys, period };
    let stamper = EntrySequence::new(store, now)?;
    let mut recorder = JudgementRecorder {
        store,
        sink,
        context,
        stamper,
        rows: Vec::new(),
        holders: Vec::new(),
        days_count: office.has_register || !office.marks.is_empty(),
        until: None,
        whole: JudgedInventory { inputs, at: micros(at), until: i64::MAX, tally: JudgementCounts::default() },
    };
    let summary = judge_scan(&scan, roots, crls, &office, &context, &mut recorder)?;
    Ok(summary)
}

/// Judges some certificates, keeps nothing, and hands their records to `sink`: only what means
/// something for them is looked at. What the whole says (counts, findings of files and of the run)
/// is not told, nor what it says of holders: their coverage depends on certificates that nobody has.
pub fn look_at(
    store: &dyn StoreContents,
    situation: JudgingInputs,
    certificates: &[[u8; 32]],
    sink: &mut dyn AuditSink,
) -> Result<(), InventoryError> {
    let JudgingInputs { policy, at, period, keys, roots, mut crls } = situation;
    crls.extend(store.crls()?);
    let office = store.office()?;
    let summaries = store.related(certificates)?;
    let mut scan = Scan::of(store.certificate_source(at)?);
    store.each_file_with(&summaries, &mut |host, path, file| {
        let found = file.certificates.iter().filter_map(|s| Some((*summaries.get(&s.sha256)?, s.found())));
        scan.add(file.scanned(host, path), found);
        Ok(())
    })?;
    add_gone(&mut scan, store)?;
    let context = RuleContext { policy: &policy, at, keys, period };
    let mut chosen = SelectedSink { sink, certificates };
    judge_scan(&scan, roots, crls, &office, &context, &mut chosen)?;
    Ok(())
}

/// Lets through only what was asked for.
struct SelectedSink<'a> {
    sink: &'a mut dyn AuditSink,
    certificates: &'a [[u8; 32]],
}

impl AuditSink for SelectedSink<'_> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        self.sink.begin(head)
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        match self.certificates.contains(&record.facts.certificate.sha256) {
            true => self.sink.certificate(record),
            false => Ok(()),
        }
    }

    fn holder(&mut self, _: &HolderRecord) -> io::Result<()> {
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

/// Everything present, as the audit's first look would find it.
fn restored(store: &dyn StoreContents, at: Instant) -> Result<Scan, InventoryError> {
    let summaries = store.summaries()?;
    let mut scan = Scan::of(store.certificate_source(at)?);
    store.each_file(&mut |host, path, file| {
        if file.is_passed_over() {
            scan.pass_over();
        } else {
            let mut found = Vec::new();
            for occurrence in &file.certificates {
                // Left out, the certificate would be gone without a word.
                let Some(summary) = summaries.get(&occurrence.sha256) else {
                    let what = format!("certificate {}: absent", hex(&occurrence.sha256));
                    return Err(InventoryError::Damaged(what).into());
                };
                found.push((*summary, occurrence.found()));
            }
            scan.add(file.scanned(host, path), found);
        }
        Ok(())
    })?;
    add_gone(&mut scan, store)?;
    Ok(scan)
}

/// Adds what lies nowhere any more, and is or was somebody's.
fn add_gone(scan: &mut Scan, store: &dyn StoreContents) -> Result<(), InventoryError> {
    for (summary, host, path) in store.gone()? {
        scan.add_gone(summary, host, path);
    }
    Ok(())
}

/// Keeps what is judged, and hands it on.
struct JudgementRecorder<'a> {
    store: &'a mut dyn StoreWriter,
    sink: &'a mut dyn AuditSink,
    context: RuleContext<'a>,
    stamper: EntrySequence,
    rows: Vec<JudgedRow>,
    holders: Vec<JudgedHolder>,
    /// There are holders or marks.
    days_count: bool,
    until: Option<Instant>,
    whole: JudgedInventory,
}

impl JudgementRecorder<'_> {
    fn flush(&mut self, last: bool) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let mut changed = Vec::new();
        for judged in &rows {
            if self.store.last_verdict(&judged.row.sha256)?.as_ref() != Some(&judged.row) {
                changed.push(self.stamper.entry(EntryBody::Verdict(judged.row.clone())));
            }
        }
        if last {
            self.whole.until = self.until.map_or(i64::MAX, micros);
        }
        let holders = std::mem::take(&mut self.holders);
        self.store.judge(&Judgement { rows, holders, changed, whole: last.then_some(self.whole.clone()) })?;
        Ok(())
    }

    fn holds_until(&mut self, moment: Option<Instant>) {
        self.until = [self.until, moment].into_iter().flatten().min();
    }
}

impl AuditSink for JudgementRecorder<'_> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        // Suppressions and marks end, and claim periods begin, at midnight.
        let tomorrow = self.context.today().and_then(time::Date::next_day);
        let policy = self.context.policy;
        if !policy.suppressions.is_empty() || self.days_count {
            self.holds_until(tomorrow.and_then(|day| policy.zone.first_second(day)));
        }
        self.sink.begin(head)
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.holds_until(record.lifetime.until);
        self.holds_until(record.lifetime.findings_until);
        self.rows.push(row(record, &self.context));
        if self.rows.len() >= BATCH {
            self.flush(false)?;
        }
        self.sink.certificate(record)
    }

    fn gone(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.sink.gone(record)
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let key = &record.facts.holder.key;
        self.holders.extend(record.findings.iter().map(|finding| JudgedHolder {
            register: key.register.clone(),
            id: key.id.clone(),
            rule: finding.rule.code,
            severity: number(Some(finding.severity)),
        }));
        self.sink.holder(record)
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        self.sink.unreadable(file)
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        self.sink.finding(path, finding)
    }

    fn end(&mut self, summary: &AuditSummary) -> io::Result<()> {
        self.whole.tally = JudgementCounts::of(summary);
        self.flush(true)?;
        self.sink.end(summary)
    }
}

fn role_code(role: CertificateRole) -> &'static str {
    match role {
        CertificateRole::Root => "root",
        CertificateRole::Intermediate => "intermediate",
        CertificateRole::EndEntity => "end-entity",
    }
}

/// The number of a severity, 0 for none.
fn number(severity: Option<Severity>) -> u8 {
    match severity {
        None => 0,
        Some(Severity::Info) => 1,
        Some(Severity::Warning) => 2,
        Some(Severity::Error) => 3,
    }
}

fn row(record: &CertificateRecord, context: &RuleContext) -> JudgedRow {
    let facts = &record.facts;
    let verdict = facts.verdict;
    let findings = record.findings.iter().map(|f| (f.rule.code.to_string(), f.severity.code().to_string()));
    let first = facts.places.first();
    JudgedRow {
        row: VerdictRow {
            sha256: facts.certificate.sha256,
            status: verdict.status.code().into(),
            generation: verdict.generation.clone(),
            reasons: verdict.reasons.iter().map(|reason| reason.code()).collect(),
            findings: findings.collect(),
        },
        verdict: verdict.clone(),
        lifetime: record.lifetime,
        role: role_code(facts.role),
        severity: number(record.findings.iter().map(|finding| finding.severity).max()),
        ends: facts.end(),
        ends_on: facts.end().and_then(|end| context.policy.zone.day(end)).map(|day| day.to_string()),
        holder: facts.holding.holder().map(|key| (key.register.clone(), key.id.clone())),
        how: how(&facts.holding.of),
        category: facts.holding.category.clone(),
        places: facts.places.len(),
        host: first.and_then(|place| place.host.clone()).unwrap_or_default(),
        path: first.map(|place| place.path.clone()).unwrap_or_default(),
        name: facts.name(),
        superseded_by: facts.peers.superseded_by.as_ref().map(|peer| peer.sha256),
    }
}

/// How it is known whose a certificate is, or why it is not.
fn how(of: &HolderMatch) -> &'static str {
    match of {
        HolderMatch::NoRegister => "no-register",
        HolderMatch::Nobody => "nobody",
        HolderMatch::Unknown => "unknown",
        HolderMatch::Ambiguous(_) => "ambiguous",
        HolderMatch::Known(_, how) => how.code(),
    }
}
