//! The evaluation of a scan: verdicts, then the relations between certificates, then the rules.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::facts::{
    CertificateFacts, ContainerFacts, CrlFacts, HolderFacts, OccurrenceFacts, PeerCertificate, PeerGroup, Peers,
    RuleContext, RunFacts, SingleCopies,
};
use super::holding::{CertificateProfile, Holdings, KeyState, match_certificates, numbers_in, status_on};
use super::record::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use super::rules::{self, EvidenceValue, Finding, RULES, Rule, RuleAnswer, RuleCheck};
use super::scan::{DistinctCertificate, FileOccurrence, Scan};
use super::scanner::{FileSummary, HalfDigest, half_digest};
use super::suppression::{PolicySuppressions, SuppressionFilter};
use super::verdict_lifetime::{self, Transitions, VerdictLifetime};
use crate::calendar::{Day, Instant};
use crate::certificate::{Certificate, CertificateRole, Crl, Serial};
use crate::container::{ContainerKind, ContainerProblem, KeyInspection, OpenedContainer};
use crate::locale::Lang;
use crate::policy::{PatternField, Policy, Severity};
use crate::register::{Holder, HolderKey, HolderKind, HolderStatus, RegisterState};
use crate::trust::{CrlFault, Trust, TrustStatus, UnusedCrl, Verdict};

/// Certificates judged in parallel before their records are passed on in order.
const CHUNK: usize = 1024;

/// Judges everything that was scanned and passes the records to `sink` in order.
pub fn judge(
    scan: &Scan,
    roots: Vec<Certificate>,
    crls: Vec<Crl>,
    office: &RegisterState,
    context: &RuleContext,
    sink: &mut dyn AuditSink,
) -> io::Result<AuditSummary> {
    // An inventory's lists were found in folders once.
    let given: HashSet<[u8; 32]> = match scan.is_kept_elsewhere() {
        true => HashSet::new(),
        false => crls.iter().map(|crl| crl.sha256).collect(),
    };
    let crls: Vec<Crl> = crls.into_iter().chain(scan.crls.iter().cloned()).collect();
    let issuers = issuers(scan, roots)?;
    let trust_inputs = TrustInputs {
        hash: verdict_lifetime::trust_inputs(context.policy, &issuers, &crls),
        moments: verdict_lifetime::common(&issuers, &crls, context.at),
    };
    let trust = Trust::new(context.policy, context.at, issuers, crls).map_err(io::Error::other)?;
    let places = OccurrenceIndex::of(scan);
    let (verdicts, digests) = verdicts(scan, &trust, &trust_inputs, context)?;
    let grouped = CertificateGroups::of(scan, &digests, &places)?;
    let period = context.claim_period();
    // Matching comes after all verdicts: only trusted certificates may lend their holder to others
    // of the same subject.
    let held =
        match_certificates(&profiles(scan, &digests, &places, &grouped), office, context.policy, context.at, period);
    let damaged = DamagedFiles::of(scan);
    let evaluation = Evaluation { scan, office, context, trust, places, verdicts, digests, grouped, held, damaged };
    let filter = SuppressionFilter::of(office, context);
    let mut summary = evaluation.summary();
    sink.begin(&AuditHead { at: context.at, policy: context.policy, period })?;
    let mut single_copies = SingleCopies::default();
    judge_certificates(&evaluation, &filter, &mut summary, &mut single_copies, sink)?;
    report_gone(&evaluation, sink)?;
    judge_holders(&evaluation, &filter, &mut summary, sink)?;
    judge_files(&evaluation, &filter.suppressions, &mut summary, sink)?;
    judge_crls(&evaluation, &given, &filter.suppressions, &mut summary, sink)?;
    let run = RunFacts { unmatched_suppressions: filter.suppressions.unmatched(), single_copies };
    for finding in filter.suppressions.filter(judge_run(&run, context), None, None) {
        summary.count(&finding);
        sink.finding(None, &finding)?;
    }
    summary.suppressed = filter.total();
    sink.end(&summary)?;
    Ok(summary)
}

/// Everything from which findings are made, once the scan is complete.
struct Evaluation<'a> {
    scan: &'a Scan,
    office: &'a RegisterState,
    context: &'a RuleContext<'a>,
    trust: Trust<'a>,
    places: OccurrenceIndex,
    verdicts: Vec<LastingVerdict>,
    digests: Vec<PeerDigest>,
    grouped: CertificateGroups,
    held: Holdings,
    damaged: DamagedFiles,
}

/// Damaged files of which certificates are known. The damage is a finding of the certificate, since
/// it is the certificate that cannot be relied on; of several in a file, of the first end-entity
/// certificate.
struct DamagedFiles {
    of_certificate: HashMap<usize, Vec<usize>>,
    files: HashSet<usize>,
}

impl DamagedFiles {
    fn of(scan: &Scan) -> DamagedFiles {
        let mut first: HashMap<usize, (bool, u32, usize)> = HashMap::new();
        for (i, known) in scan.certificates.iter().enumerate() {
            let is_authority = known.summary.role != CertificateRole::EndEntity;
            for occurrence in known.occurrences.iter().filter(|one| scan.files[one.file].is_damaged()) {
                let candidate = (is_authority, occurrence.found.position, i);
                let known = first.entry(occurrence.file).or_insert(candidate);
                *known = candidate.min(*known);
            }
        }
        let files = first.keys().copied().collect();
        let mut of_certificate: HashMap<usize, Vec<usize>> = HashMap::new();
        for (file, (_, _, certificate)) in first {
            of_certificate.entry(certificate).or_default().push(file);
        }
        let path = |file: &usize| &scan.files[*file].path;
        of_certificate.values_mut().for_each(|files| files.sort_by(|a, b| path(a).cmp(path(b))));
        DamagedFiles { of_certificate, files }
    }
}

/// Whether a finding says that its file is damaged or holds something else.
fn is_of_damage(finding: &JudgedFinding) -> bool {
    matches!(finding.rule.code, "container-damaged" | "certificate-missing")
}

fn judge_certificates(
    evaluation: &Evaluation,
    filter: &SuppressionFilter,
    summary: &mut AuditSummary,
    single_copies: &mut SingleCopies,
    sink: &mut dyn AuditSink,
) -> io::Result<()> {
    // In chunks, so that records leave in order and only so many certificates are in memory, while
    // the rules run on all cores.
    for chunk in evaluation.places.order(evaluation.scan).chunks(CHUNK) {
        // The certificate is parsed again from its DER: keeping all parsed would cost memory that
        // grows with the input.
        let judged = chunk.par_iter().map(|i| -> io::Result<_> {
            let certificate = evaluation.scan.certificate(*i)?;
            let peers = evaluation.peers(*i)?;
            let facts = evaluation.facts(*i, &certificate, &peers);
            let mut findings = judge_certificate(&facts, evaluation.context);
            findings.extend(evaluation.damage(*i));
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            let findings = filter.filter(findings, &facts);
            Ok((certificate, peers, findings))
        });
        for (i, outcome) in chunk.iter().zip(judged.collect::<Vec<_>>()) {
            let (certificate, peers, findings) = outcome?;
            let facts = evaluation.facts(*i, &certificate, &peers);
            summary.count_certificate(&facts, &findings);
            if let Some(file) = rules::only_file(&facts, evaluation.context) {
                single_copies.add(file);
            }
            let mut own = moments_of(&certificate);
            own.span(None, facts.end());
            let evidence = findings.iter().map(|finding| &finding.evidence);
            let findings_until = verdict_lifetime::findings_until(evaluation.context, &own, facts.end(), evidence);
            let lifetime = VerdictLifetime { findings_until, ..evaluation.verdicts[*i].1 };
            sink.certificate(&CertificateRecord { facts, findings: &findings, lifetime })?;
        }
    }
    Ok(())
}

/// Reports the certificates that are gone.
fn report_gone(evaluation: &Evaluation, sink: &mut dyn AuditSink) -> io::Result<()> {
    for (i, known) in evaluation.scan.certificates.iter().enumerate() {
        let Some(place) = &known.gone else { continue };
        let certificate = evaluation.scan.certificate(i)?;
        let peers = Peers::default();
        let places = std::slice::from_ref(place);
        let facts = CertificateFacts { places, ..evaluation.facts(i, &certificate, &peers) };
        sink.gone(&CertificateRecord { facts, findings: &[], lifetime: evaluation.verdicts[i].1 })?;
    }
    Ok(())
}

fn judge_holders(
    evaluation: &Evaluation,
    filter: &SuppressionFilter,
    summary: &mut AuditSummary,
    sink: &mut dyn AuditSink,
) -> io::Result<()> {
    let numbers = ProviderNumbers::of(evaluation.office, evaluation.context);
    for (holder, standing) in evaluation.office.holders.iter().zip(&evaluation.held.holders) {
        let surplus: Vec<PeerCertificate> =
            standing.surplus.iter().map(|i| evaluation.peer(*i)).collect::<io::Result<_>>()?;
        let password_changed = evaluation.office.password_changed(holder);
        let refused = holder.contact.addresses().find_map(|address| evaluation.office.refused(address));
        let period = evaluation.held.period;
        let shared_numbers = numbers.shared(holder);
        let facts = HolderFacts {
            holder,
            standing,
            period,
            password_changed,
            refused,
            surplus: &surplus,
            shared_numbers: &shared_numbers,
        };
        let findings = filter.acknowledged.filter(judge_holder(&facts, evaluation.context), None, Some(&holder.key));
        summary.count_holder(&facts, &findings);
        sink.holder(&HolderRecord { facts, findings: &findings })?;
    }
    Ok(())
}

/// The active providers by provider number.
struct ProviderNumbers<'a> {
    holders: HashMap<&'a str, Vec<&'a Holder>>,
}

impl<'a> ProviderNumbers<'a> {
    fn of(office: &'a RegisterState, context: &RuleContext) -> ProviderNumbers<'a> {
        let mut holders: HashMap<&str, Vec<&Holder>> = HashMap::new();
        for holder in office.holders.iter().filter(|holder| is_active_provider(holder, context)) {
            for number in holder.lines.iter().filter_map(|line| line.provider_number.as_deref()) {
                let known = holders.entry(number).or_default();
                // A holder has a line for each service of one number.
                if known.last().is_none_or(|last| last.key != holder.key) {
                    known.push(holder);
                }
            }
        }
        holders.retain(|_, known| known.len() > 1);
        ProviderNumbers { holders }
    }

    /// The numbers of a holder that others have too, with those.
    fn shared(&self, holder: &Holder) -> Vec<(String, Vec<HolderKey>)> {
        if self.holders.is_empty() {
            return Vec::new();
        }
        let mut numbers: Vec<&str> = holder.lines.iter().filter_map(|line| line.provider_number.as_deref()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let others = |number: &&str| {
            let known = self.holders.get(number).filter(|known| known.iter().any(|one| one.key == holder.key))?;
            let others = known.iter().filter(|one| one.key != holder.key && !is_other_service(holder, one, number));
            let keys: Vec<HolderKey> = others.map(|one| one.key.clone()).collect();
            (!keys.is_empty()).then(|| ((*number).to_string(), keys))
        };
        numbers.iter().filter_map(others).collect()
    }
}

/// Whether two rows are one provider's: of one name, each for services of its own. Offices that keep
/// a list for each service have such rows.
fn is_other_service(one: &Holder, other: &Holder, number: &str) -> bool {
    let of_number = |holder: &Holder, service: &Option<String>| {
        holder.lines.iter().any(|line| line.provider_number.as_deref() == Some(number) && line.service == *service)
    };
    let lines = one.lines.iter().filter(|line| line.provider_number.as_deref() == Some(number));
    one.name == other.name && lines.into_iter().all(|line| line.service.is_some() && !of_number(other, &line.service))
}

/// Whether a provider number of this holder must be nobody else's.
fn is_active_provider(holder: &Holder, context: &RuleContext) -> bool {
    holder.kind != Some(HolderKind::Agent) && status_on(holder, context.today()) != HolderStatus::Closed
}

/// Reports the CRLs that are in hand and have no say. The finding is the list's: of the
/// certificates that it names nothing changes, or whoever forges a list could alarm about others.
fn judge_crls(
    evaluation: &Evaluation,
    given: &HashSet<[u8; 32]>,
    suppressions: &PolicySuppressions,
    summary: &mut AuditSummary,
    sink: &mut dyn AuditSink,
) -> io::Result<()> {
    let trust = &evaluation.trust;
    let mut lists: Vec<CrlUse> = trust.unused_crls(given).map(CrlUse::of_unused).collect();
    lists.extend(trust.scoped_crls().map(CrlUse::of_scoped));
    if lists.is_empty() {
        return Ok(());
    }
    for i in evaluation.places.order(evaluation.scan) {
        let issuer = evaluation.scan.certificates[i].summary.issuer;
        let mut of_issuer = lists.iter_mut().filter(|list| list.issuer == issuer).peekable();
        if of_issuer.peek().is_some() {
            let certificate = evaluation.scan.certificate(i)?;
            let is_issued = evaluation.verdicts[i].0.path.len() > 1;
            of_issuer.for_each(|list| list.meet(&certificate, is_issued));
        }
    }
    let path = |list: &CrlUse| evaluation.scan.crl_path(&list.crl.sha256);
    lists.retain(|list| list.fault().is_some());
    lists.sort_by_key(|list| (path(list), list.crl.sha256));
    for list in &lists {
        let listed = PeerGroup::new(list.listed.clone(), list.listed_count);
        let facts = CrlFacts { crl: list.crl, fault: list.fault(), listed: &listed };
        let findings = judge_crl(&facts, evaluation.context);
        for finding in suppressions.filter(findings, None, path(list)) {
            summary.count(&finding);
            sink.finding(path(list), &finding)?;
        }
    }
    Ok(())
}

/// What becomes of a CRL among the certificates of a scan.
struct CrlUse<'a> {
    crl: &'a Crl,
    unused: Option<&'a UnusedCrl>,
    issuer: HalfDigest,
    listed: Vec<String>,
    listed_count: usize,
    /// Certificates of its issuer were met, and whether it covers one.
    met: Option<bool>,
}

impl<'a> CrlUse<'a> {
    fn of(crl: &'a Crl, unused: Option<&'a UnusedCrl>) -> CrlUse<'a> {
        let issuer = half_digest(&crl.issuer.canonical());
        CrlUse { crl, unused, issuer, listed: Vec::new(), listed_count: 0, met: None }
    }

    fn of_unused(unused: &'a UnusedCrl) -> CrlUse<'a> {
        CrlUse::of(&unused.crl, Some(unused))
    }

    fn of_scoped(crl: &'a Crl) -> CrlUse<'a> {
        CrlUse::of(crl, None)
    }

    /// Takes in a certificate of the list's issuer; `is_issued`: with a path, and no anchor itself.
    fn meet(&mut self, certificate: &Certificate, is_issued: bool) {
        if self.unused.is_none() && is_issued {
            self.met = Some(self.met.unwrap_or(false) || self.crl.covers(certificate));
        }
        if self.unused.is_some_and(|unused| unused.lists(certificate)) {
            self.listed_count += 1;
            if self.listed.len() < PeerGroup::<String>::NAMED {
                self.listed.push(format!("{} ({})", certificate.subject.printed(), certificate.serial));
            }
        }
    }

    /// Why it is not used, if it is not.
    fn fault(&self) -> Option<&'a CrlFault> {
        match self.unused {
            Some(unused) => Some(&unused.fault),
            None => (self.met == Some(false)).then_some(&CrlFault::OtherScope),
        }
    }
}

impl Evaluation<'_> {
    fn summary(&self) -> AuditSummary {
        let scan = self.scan;
        let mut summary = AuditSummary {
            files: scan.files.len() as u64,
            passed_over: scan.passed_over,
            certificates: self.places.of.iter().filter(|places| !places.is_empty()).count() as u64,
            passed_over_paths: scan.passed_over_paths.clone(),
            unopened: scan.unopened.clone(),
            barren: scan.barren.clone(),
            links: scan.links,
            ..AuditSummary::default()
        };
        summary.passed_over_paths.sort();
        summary.unopened.sort();
        summary
    }

    /// The findings of a certificate about the damaged files that it is in.
    fn damage(&self, i: usize) -> Vec<JudgedFinding> {
        let files = self.damaged.of_certificate.get(&i).into_iter().flatten();
        let findings = files.flat_map(|file| judge_container(&container_facts(&self.scan.files[*file]), self.context));
        findings.filter(is_of_damage).collect()
    }

    fn facts<'b>(&'b self, i: usize, certificate: &'b Certificate, peers: &'b Peers) -> CertificateFacts<'b> {
        let zone = self.context.policy.zone;
        let (verdict, holding) = (&self.verdicts[i].0, &self.held.certificates[i]);
        CertificateFacts {
            certificate,
            role: self.scan.certificates[i].summary.role,
            verdict,
            authority: self.trust.authority(certificate, verdict),
            issued_on: certificate.not_before.and_then(|at| zone.day(at)),
            expires_on: certificate.not_after.and_then(|at| zone.day(at)),
            places: &self.places.of[i],
            peers,
            crl: self.trust.crl_for(verdict),
            holding,
            holder: holding.holder().and_then(|key| self.office.holder(key)),
        }
    }

    fn peers(&self, i: usize) -> io::Result<Peers> {
        let me = &self.digests[i];
        let key_places = me.key.and_then(|key| self.grouped.key_places.get(&key)).cloned().unwrap_or_default();
        // An untrusted certificate is told of its key's places but of no peers: nobody else's
        // certificates are listed for a forged one.
        if me.status != TrustStatus::Trusted {
            return Ok(Peers { key_places, ..Peers::default() });
        }
        let known = &self.scan.certificates[i];
        let shared = me.key.and_then(|key| self.grouped.keys.get(&key));
        let reused = self.grouped.serials.get(&me.signed_serial);
        Ok(Peers {
            superseded_by: self.held.certificates[i].superseded_by.map(|j| self.peer(j)).transpose()?,
            key_shared_with: shared.map(|group| group.others(by_subject(known))).unwrap_or_default(),
            serial_reused_by: reused.map(|group| group.others(by_itself(known))).unwrap_or_default(),
            key_places,
        })
    }

    fn peer(&self, i: usize) -> io::Result<PeerCertificate> {
        peer(self.scan, &self.places, i)
    }
}

fn peer(scan: &Scan, places: &OccurrenceIndex, i: usize) -> io::Result<PeerCertificate> {
    let certificate = scan.certificate(i)?;
    let place = places.of[i].first().or(scan.certificates[i].gone.as_ref());
    Ok(PeerCertificate {
        path: place.map(|place| place.path.clone()).unwrap_or_default(),
        sha256: certificate.sha256,
        subject: certificate.subject.printed(),
        expires_on: certificate.not_after.map(|at| at.date()),
    })
}

/// Possible issuers of certificates and signers of CRLs: CAs, self-issued certificates, and
/// certificates with the name of an issuer of another certificate or a CRL.
fn issuers(scan: &Scan, roots: Vec<Certificate>) -> io::Result<Vec<Certificate>> {
    // A CA certificate without basicConstraints has the role of an end entity, so the names of
    // issuers count as well.
    let others = scan.certificates.iter().filter(|known| known.summary.issuer != known.summary.subject);
    let mut named: std::collections::HashSet<HalfDigest> = others.map(|known| known.summary.issuer).collect();
    named.extend(scan.crls.iter().map(|crl| half_digest(&crl.issuer.canonical())));
    let may_issue = |known: &DistinctCertificate| {
        known.summary.role != CertificateRole::EndEntity
            || known.summary.subject == known.summary.issuer
            || named.contains(&known.summary.subject)
    };
    // An issuer that is gone must not keep a path alive that a fresh scan would not find.
    let lie = |i: &usize| scan.certificates[*i].gone.is_none();
    let found = (0..scan.certificates.len()).filter(lie).filter(|i| may_issue(&scan.certificates[*i]));
    let mut all = roots;
    for i in found {
        all.push(scan.certificate(i)?);
    }
    // The graph must not depend on the order in which files were read.
    all.sort_by_key(|certificate| certificate.sha256);
    all.dedup_by_key(|certificate| certificate.sha256);
    Ok(all)
}

/// What all verdicts of a run depend on.
struct TrustInputs {
    hash: [u8; 32],
    moments: Transitions,
}

/// A verdict, and how long it holds.
type LastingVerdict = (Verdict, VerdictLifetime);

fn verdicts(
    scan: &Scan,
    trust: &Trust,
    trust_inputs: &TrustInputs,
    context: &RuleContext,
) -> io::Result<(Vec<LastingVerdict>, Vec<PeerDigest>)> {
    let both = (0..scan.certificates.len()).into_par_iter().map(|i| {
        let certificate = scan.certificate(i)?;
        let lasting = scan.verdict(i, &trust_inputs.hash).unwrap_or_else(|| {
            let (from, until) = trust_inputs.moments.around(context.at, &moments_of(&certificate));
            let lifetime = VerdictLifetime { trust_inputs: trust_inputs.hash, from, until, findings_until: None };
            (trust.verdict(&certificate), lifetime)
        });
        let digest = PeerDigest::of(&certificate, &lasting.0, trust, context);
        Ok((lasting, digest))
    });
    both.collect::<io::Result<Vec<_>>>().map(|both| both.into_iter().unzip())
}

fn moments_of(certificate: &Certificate) -> Transitions {
    let mut moments = Transitions::default();
    moments.span(certificate.not_before, certificate.not_after);
    moments
}

/// The occurrences of every certificate, sorted.
struct OccurrenceIndex {
    of: Vec<Vec<OccurrenceFacts>>,
}

impl OccurrenceIndex {
    fn of(scan: &Scan) -> OccurrenceIndex {
        let of = scan.certificates.par_iter().map(|known| {
            let place = |occurrence: &FileOccurrence| OccurrenceFacts {
                path: scan.files[occurrence.file].path.clone(),
                host: scan.files[occurrence.file].host.clone(),
                position: occurrence.found.position,
                container: scan.files[occurrence.file].kind,
                friendly_name: occurrence.found.friendly_name.as_deref().map(Into::into),
                has_key: occurrence.found.has_key,
                key_matches: occurrence.found.key_matches,
                opened_with: scan.files[occurrence.file].opening.as_ref().map(|(_, origin)| origin.to_string()),
                damaged: scan.files[occurrence.file].is_damaged(),
            };
            let mut places: Vec<OccurrenceFacts> = known.occurrences.iter().map(place).collect();
            places.sort();
            places
        });
        OccurrenceIndex { of: of.collect() }
    }

    /// The certificates that are present, in the order of their first occurrence.
    fn order(&self, scan: &Scan) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.of.len()).filter(|i| !self.of[*i].is_empty()).collect();
        order.sort_by(|a, b| {
            let key = |i: usize| (&self.of[i][0].path, self.of[i][0].position, scan.certificates[i].summary.sha256);
            key(*a).cmp(&key(*b))
        });
        order
    }
}

/// Certificates that share what they should not, each group made once.
struct CertificateGroups {
    /// By the key that several subjects have.
    keys: HashMap<HalfDigest, SharedProperty>,
    /// By the issuer key and serial number that several certificates have.
    serials: HashMap<HalfDigest, SharedProperty>,
    key_places: HashMap<HalfDigest, PeerGroup<String>>,
}

/// The certificates that share a property. Those of one class may share it: a renewal with the same
/// key is usual, the same key under another subject is not.
struct SharedProperty {
    /// The first in the order in which findings name them: of each class no more than a finding names,
    /// and so many that enough are left of any class taken out.
    first: Vec<(HalfDigest, PeerCertificate)>,
    count: usize,
    classes: HashMap<HalfDigest, usize>,
}

impl SharedProperty {
    /// The certificates of the other classes.
    fn others(&self, class: HalfDigest) -> PeerGroup<PeerCertificate> {
        let own = self.classes.get(&class).copied().unwrap_or_default();
        let first = self.first.iter().filter(|(other, _)| *other != class).map(|(_, peer)| peer.clone());
        PeerGroup::new(first.take(PeerGroup::<PeerCertificate>::NAMED).collect(), self.count - own)
    }
}

fn by_subject(known: &DistinctCertificate) -> HalfDigest {
    known.summary.subject
}

fn by_itself(known: &DistinctCertificate) -> HalfDigest {
    half_digest(&known.summary.sha256)
}

/// What is kept of each certificate to relate it to others.
struct PeerDigest {
    status: TrustStatus,
    revoked: bool,
    of_authority: bool,
    key: Option<HalfDigest>,
    serial: Serial,
    /// Serial number and the key that signed it.
    signed_serial: HalfDigest,
    begins: Option<Instant>,
    ends: Option<Instant>,
    not_after: Option<Instant>,
    root_ends: Option<Day>,
    /// The subject as printed, where a pattern of the policy needs it.
    printed: String,
    /// The provider numbers in the subject.
    numbers: Vec<String>,
}

impl PeerDigest {
    fn of(certificate: &Certificate, verdict: &Verdict, trust: &Trust, context: &RuleContext) -> PeerDigest {
        let signer = verdict.signer_key.map(|key| key.0).unwrap_or_default();
        let patterns = &context.policy.holders.patterns;
        // The printed subject is kept only where a policy needs it: it is a text of its own per
        // certificate.
        let asked = patterns.iter().any(|pattern| pattern.value.field == PatternField::Subject);
        let printed = certificate.subject.printed();
        PeerDigest {
            status: verdict.status,
            revoked: CertificateProfile::is_revoked(verdict),
            of_authority: trust.authority(certificate, verdict).is_some(),
            key: certificate.key().map(|key| half_digest(&key.id.0)),
            serial: certificate.serial.clone(),
            signed_serial: half_digest(&[&signer[..], certificate.serial.hex().as_bytes()].concat()),
            begins: certificate.not_before,
            ends: CertificateProfile::end(certificate, verdict),
            not_after: certificate.not_after,
            root_ends: verdict.generation.as_deref().and_then(|id| context.policy.root_ends(id)),
            numbers: numbers_in(&printed),
            printed: if asked { printed } else { String::new() },
        }
    }
}

impl CertificateGroups {
    fn of(scan: &Scan, digests: &[PeerDigest], places: &OccurrenceIndex) -> io::Result<CertificateGroups> {
        let grouped = |key: fn(&PeerDigest) -> Option<HalfDigest>, class: fn(&DistinctCertificate) -> HalfDigest| {
            let listed = digests.iter().zip(&places.of).enumerate();
            let listed =
                listed.filter(|(_, (digest, places))| digest.status == TrustStatus::Trusted && !places.is_empty());
            // A sorted list: a map of all would need an allocation for each of a hundred thousand
            // groups of one.
            let mut list: Vec<(HalfDigest, usize)> =
                listed.filter_map(|(i, (digest, _))| Some((key(digest)?, i))).collect();
            list.sort_unstable();
            let groups = list.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1);
            let mut shared = HashMap::new();
            for group in groups {
                let members = group.iter().map(|(_, i)| *i).collect();
                shared.extend(shared_property(scan, places, members, class)?.map(|property| (group[0].0, property)));
            }
            Ok::<_, io::Error>(shared)
        };
        let mut key_places: HashMap<HalfDigest, Vec<String>> = HashMap::new();
        for file in &scan.files {
            for id in &file.key_ids {
                key_places.entry(half_digest(&id.0)).or_default().push(file.path.clone());
            }
        }
        let sorted = |mut paths: Vec<String>| {
            paths.sort();
            paths.dedup();
            PeerGroup::from(paths)
        };
        Ok(CertificateGroups {
            keys: grouped(|digest| digest.key, by_subject)?,
            serials: grouped(|digest| Some(digest.signed_serial), by_itself)?,
            key_places: key_places.into_iter().map(|(key, paths)| (key, sorted(paths))).collect(),
        })
    }
}

/// What these certificates share; none where they are all of one class.
fn shared_property(
    scan: &Scan,
    places: &OccurrenceIndex,
    mut members: Vec<usize>,
    class: fn(&DistinctCertificate) -> HalfDigest,
) -> io::Result<Option<SharedProperty>> {
    const NAMED: usize = PeerGroup::<PeerCertificate>::NAMED;
    let path = |i: usize| places.of[i].first().map(|place| &place.path);
    members.sort_by_key(|i| (path(*i), scan.certificates[*i].summary.sha256));
    let mut classes: HashMap<HalfDigest, usize> = HashMap::new();
    let mut first = Vec::new();
    for i in &members {
        let class = class(&scan.certificates[*i]);
        let known = classes.entry(class).or_default();
        *known += 1;
        if *known <= NAMED && first.len() < 2 * NAMED {
            first.push((class, peer(scan, places, *i)?));
        }
    }
    Ok((classes.len() > 1).then_some(SharedProperty { first, count: members.len(), classes }))
}

/// The profiles of all certificates for matching and coverage.
fn profiles<'a>(
    scan: &'a Scan,
    digests: &'a [PeerDigest],
    places: &'a OccurrenceIndex,
    grouped: &CertificateGroups,
) -> Vec<CertificateProfile<'a>> {
    let all = scan.certificates.iter().zip(digests).zip(&places.of);
    let profile = |((known, digest), places): ((&'a DistinctCertificate, &'a PeerDigest), &'a Vec<OccurrenceFacts>)| {
        CertificateProfile {
            sha256: known.summary.sha256,
            subject: known.summary.subject,
            issuer: known.summary.issuer,
            printed: &digest.printed,
            numbers: &digest.numbers,
            serial: &digest.serial,
            role: known.summary.role,
            status: digest.status,
            revoked: digest.revoked,
            of_authority: digest.of_authority,
            begins: digest.begins,
            ends: digest.ends,
            not_after: digest.not_after,
            root_ends: digest.root_ends,
            key: KeyState::of(places, digest.key.is_some_and(|key| grouped.key_places.contains_key(&key))),
            places: known.gone.as_ref().map_or(places, std::slice::from_ref),
            present: known.gone.is_none(),
        }
    };
    all.map(profile).collect()
}

fn judge_certificate(facts: &CertificateFacts, context: &RuleContext) -> Vec<JudgedFinding> {
    graded(context, |rule| match rule.judge {
        RuleCheck::Certificate(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

fn judge_holder(facts: &HolderFacts, context: &RuleContext) -> Vec<JudgedFinding> {
    graded(context, |rule| match rule.judge {
        RuleCheck::Holder(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

fn judge_container(facts: &ContainerFacts, context: &RuleContext) -> Vec<JudgedFinding> {
    graded(context, |rule| match rule.judge {
        RuleCheck::Container(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

fn judge_crl(facts: &CrlFacts, context: &RuleContext) -> Vec<JudgedFinding> {
    graded(context, |rule| match rule.judge {
        RuleCheck::Crl(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

fn judge_run(facts: &RunFacts, context: &RuleContext) -> Vec<JudgedFinding> {
    graded(context, |rule| match rule.judge {
        RuleCheck::Run(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

/// Runs every rule for which `ask` has an answer and assigns severities; highest first, then in the
/// order of the list of rules.
fn graded(context: &RuleContext, ask: impl Fn(&'static Rule) -> Option<RuleAnswer>) -> Vec<JudgedFinding> {
    let mut judged = Vec::new();
    for rule in RULES.iter().copied() {
        let Some(RuleAnswer::Findings(findings)) = ask(rule) else { continue };
        judged.extend(findings.into_iter().filter_map(|finding| grade(rule, finding, context)));
    }
    judged.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    judged
}

fn grade(rule: &'static Rule, finding: Finding, context: &RuleContext) -> Option<JudgedFinding> {
    let severity = match context.policy.severities.get(rule.code) {
        Some(set) => set.value?,
        None => finding.severity.unwrap_or(rule.severity),
    };
    // A finding that has been dealt with raises no alarm, whatever severity the policy gives the
    // rule.
    let severity = if finding.settled { Severity::Info } else { severity };
    let policy_line = finding.line.map(|line| context.policy.line(line));
    let (evidence, settled, desks) = (finding.evidence, finding.settled, context.policy.desks.clone());
    Some(JudgedFinding { rule, severity, evidence, policy_line, settled, desks })
}

fn judge_files(
    evaluation: &Evaluation,
    suppressions: &PolicySuppressions,
    summary: &mut AuditSummary,
    sink: &mut dyn AuditSink,
) -> io::Result<()> {
    let (scan, context) = (evaluation.scan, evaluation.context);
    let mut files: Vec<(usize, &FileSummary)> = scan.files.iter().enumerate().collect();
    files.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
    let mut others = Vec::new();
    for (i, file) in files {
        let mut findings = judge_container(&container_facts(file), context);
        // Told with the certificate.
        findings.retain(|finding| !(is_of_damage(finding) && evaluation.damaged.files.contains(&i)));
        let findings = suppressions.filter(findings, None, Some(&file.path));
        findings.iter().for_each(|finding| summary.count(finding));
        match reason(file) {
            Some(reason) => {
                summary.unreadable += 1;
                sink.unreadable(&UnreadableFile { path: &file.path, reason, findings: &findings })?;
            }
            None => others.extend(findings.into_iter().map(|finding| (file.path.as_str(), finding))),
        }
    }
    others.iter().try_for_each(|(path, finding)| sink.finding(Some(path), finding))
}

fn container_facts(file: &FileSummary) -> ContainerFacts<'_> {
    ContainerFacts {
        path: &file.path,
        kind: file.kind,
        certificate_encryption: &file.protection.certificate_encryption,
        key_encryption: &file.protection.key_encryption,
        mac: file.protection.mac.as_ref(),
        opening: file.opening.as_ref().map(|(opening, _)| opening),
        origin: file.opening.as_ref().map(|(_, origin)| origin),
        keys: file.keys,
        plain_keys: file.plain_keys,
        problems: &file.problems,
        io_error: file.io_error.as_deref(),
        readable_by_others: file.readable_by_others.as_deref(),
        shared_place: file.shared_place.as_deref(),
        password_faults: &file.password_faults,
    }
}

/// The code of the rule that explains why nothing could be read from a file.
fn reason(file: &FileSummary) -> Option<&'static str> {
    if file.io_error.is_some() {
        return Some("file-unreadable");
    }
    if file.fruitful || file.kind == ContainerKind::Nothing && file.problems.is_empty() {
        return None;
    }
    file.problems.first().map(problem_code)
}

fn problem_code(problem: &ContainerProblem) -> &'static str {
    match problem {
        ContainerProblem::Password { .. } => "password-unknown",
        ContainerProblem::Unsupported { .. } => "algorithm-unsupported",
        ContainerProblem::Damaged { .. } => "container-damaged",
        ContainerProblem::Limit { .. } => "container-limit",
        ContainerProblem::NotRead => "container-unread",
        ContainerProblem::GroupProtected => "group-protected",
        ContainerProblem::Barren { .. } => "certificate-missing",
    }
}

impl AuditSummary {
    fn count(&mut self, finding: &JudgedFinding) {
        *self.severities.entry(finding.severity).or_default() += 1;
        *self.rules.entry(finding.rule.code).or_default() += 1;
        match (finding.rule.code, finding.evidence.get("tier")) {
            _ if finding.settled => {}
            ("expired", _) => self.expired += 1,
            ("expiring", Some(EvidenceValue::Number(tier))) => *self.tiers.entry(*tier).or_default() += 1,
            _ => {}
        }
    }

    fn count_certificate(&mut self, facts: &CertificateFacts, findings: &[JudgedFinding]) {
        *self.verdicts.entry(facts.verdict.status).or_default() += 1;
        findings.iter().for_each(|finding| self.count(finding));
        self.attention += u64::from(findings.iter().any(|finding| finding.severity > Severity::Info));
    }

    fn count_holder(&mut self, facts: &HolderFacts, findings: &[JudgedFinding]) {
        self.holders += 1;
        for unit in &facts.standing.units {
            *self.units.entry(unit.coverage.code()).or_default() += 1;
        }
        findings.iter().for_each(|finding| self.count(finding));
    }
}

/// The rule's code, message and remedy for one problem of a container.
pub fn problem_finding(
    path: &str,
    opened: &OpenedContainer,
    problem: &ContainerProblem,
    policy: &Policy,
    lang: Lang,
) -> (&'static str, String, String) {
    let facts = ContainerFacts {
        path,
        kind: opened.kind,
        certificate_encryption: &[],
        key_encryption: &[],
        mac: opened.mac.as_ref(),
        opening: None,
        origin: None,
        keys: 0,
        plain_keys: 0,
        problems: std::slice::from_ref(problem),
        io_error: None,
        readable_by_others: None,
        shared_place: None,
        password_faults: &[],
    };
    let context = RuleContext { policy, at: Instant::UNIX_EPOCH, keys: KeyInspection::Skip, period: None };
    let code = problem_code(problem);
    let findings = RULES.iter().filter(|rule| rule.code == code).filter_map(|rule| match rule.judge {
        RuleCheck::Container(judge) => Some((rule, judge(&facts, &context))),
        _ => None,
    });
    let mut told = findings.filter_map(|(rule, answer)| match answer {
        RuleAnswer::Findings(findings) => findings.into_iter().next().map(|finding| {
            let message = finding.evidence.fill(&rule.message, lang);
            (rule.code, message, rule.remedy(&finding.evidence, &policy.desks, lang))
        }),
        _ => None,
    });
    told.next().unwrap_or((code, String::new(), String::new()))
}

/// The counts by verdict, always all three.
pub fn verdict_counts(summary: &AuditSummary) -> BTreeMap<TrustStatus, u64> {
    let all = [TrustStatus::Trusted, TrustStatus::Untrusted, TrustStatus::Undetermined];
    all.into_iter().map(|status| (status, summary.verdicts.get(&status).copied().unwrap_or(0))).collect()
}
