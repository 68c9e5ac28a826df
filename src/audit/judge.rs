//! The second look: verdicts, then what certificates mean for each other, then the rules.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use globset::GlobMatcher;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::facts::{CertificateFacts, ContainerFacts, Context, Peer, Peers, Place, RunFacts};
use super::look::{Scanned, Short, short};
use super::record::{CertificateRecord, Head, Judged, Sink, Summary, Unreadable};
use super::rules::{Answer, Finding, Judge, RULES, Rule, Value};
use super::scan::{Known, Scan, Sighting};
use super::steady::{self, Moments, Steady};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl, Role};
use crate::container::{KeyLook, Kind, Opened, Problem};
use crate::locale::Lang;
use crate::policy::{Policy, Severity, Suppression, glob};
use crate::trust::{Status, Trust, Verdict};

/// Certificates judged before their records are handed on.
const CHUNK: usize = 1024;

/// Judges everything that was scanned and hands the records to `sink` in their order.
pub(super) fn judge(
    scan: &Scan,
    roots: Vec<Certificate>,
    crls: Vec<Crl>,
    context: &Context,
    sink: &mut dyn Sink,
) -> io::Result<Summary> {
    let crls: Vec<Crl> = crls.into_iter().chain(scan.crls.iter().cloned()).collect();
    let issuers = issuers(scan, roots)?;
    let world =
        World { hash: steady::world(context.policy, &issuers, &crls), moments: steady::common(&issuers, &crls, context.at) };
    let trust = Trust::new(context.policy, context.at, issuers, crls).map_err(io::Error::other)?;
    let places = Places::of(scan);
    let order = places.order(scan);
    let (verdicts, trusted) = verdicts(scan, &trust, &world, context)?;
    let peers = Grouped::of(scan, trusted, &places);
    let suppressions = Suppressions::of(context);
    let mut summary = Summary {
        files: scan.files.len() as u64,
        passed_over: scan.passed_over,
        certificates: order.len() as u64,
        passed_over_paths: scan.passed_over_paths.clone(),
        unopened: scan.unopened.clone(),
        ..Summary::default()
    };
    summary.passed_over_paths.sort();
    summary.unopened.sort();
    sink.begin(&Head { at: context.at, policy: context.policy })?;
    for chunk in order.chunks(CHUNK) {
        let judged = chunk.par_iter().map(|i| -> io::Result<_> {
            let certificate = scan.certificate(*i)?;
            let peers = peers.of_certificate(*i, scan, &places)?;
            let facts =
                facts(&certificate, &scan.certificates[*i], &verdicts[*i].0, &places.of[*i], &peers, &trust, context);
            let findings = suppressions.filter(judge_certificate(&facts, context), Some(&facts), None);
            Ok((certificate, peers, findings))
        });
        for (i, outcome) in chunk.iter().zip(judged.collect::<Vec<_>>()) {
            let (certificate, peers, findings) = outcome?;
            let facts =
                facts(&certificate, &scan.certificates[*i], &verdicts[*i].0, &places.of[*i], &peers, &trust, context);
            summary.count_certificate(&facts, &findings);
            let mut own = moments_of(&certificate);
            own.span(None, facts.end());
            let findings_until = steady::findings_until(context, &own, facts.end(), &findings);
            let steady = Steady { findings_until, ..verdicts[*i].1 };
            sink.certificate(&CertificateRecord { facts, findings: &findings, steady })?;
        }
    }
    judge_files(scan, context, &suppressions, &mut summary, sink)?;
    let run = RunFacts { unmatched_suppressions: suppressions.unmatched() };
    for finding in suppressions.filter(judge_run(&run, context), None, None) {
        summary.count(&finding);
        sink.finding(None, &finding)?;
    }
    summary.suppressed = suppressions.total();
    sink.end(&summary)?;
    Ok(summary)
}

/// What may be somebody's issuer or a CRL's signer: CAs, self-issued certificates, and whoever
/// bears the name of another certificate's or a CRL's issuer.
fn issuers(scan: &Scan, roots: Vec<Certificate>) -> io::Result<Vec<Certificate>> {
    let others = scan.certificates.iter().filter(|known| known.gist.issuer != known.gist.subject);
    let mut named: std::collections::HashSet<Short> = others.map(|known| known.gist.issuer).collect();
    named.extend(scan.crls.iter().map(|crl| short(&crl.issuer.canonical())));
    let may_issue = |known: &Known| {
        known.gist.role != Role::EndEntity
            || known.gist.subject == known.gist.issuer
            || named.contains(&known.gist.subject)
    };
    let found = (0..scan.certificates.len()).filter(|i| may_issue(&scan.certificates[*i]));
    let mut all = roots;
    for i in found {
        all.push(scan.certificate(i)?);
    }
    // Whatever order the files came in, the forest grows alike.
    all.sort_by_key(|certificate| certificate.sha256);
    all.dedup_by_key(|certificate| certificate.sha256);
    Ok(all)
}

/// What all verdicts of a run are reached with.
struct World {
    hash: [u8; 32],
    moments: Moments,
}

/// A verdict, and how long it holds.
type Lasting = (Verdict, Steady);

fn verdicts(scan: &Scan, trust: &Trust, world: &World, context: &Context) -> io::Result<(Vec<Lasting>, Vec<Trusted>)> {
    let both = (0..scan.certificates.len()).into_par_iter().map(|i| {
        let certificate = scan.certificate(i)?;
        let lasting = scan.verdict(i, &world.hash).unwrap_or_else(|| {
            let (from, until) = world.moments.around(context.at, &moments_of(&certificate));
            let steady = Steady { world: world.hash, from, until, findings_until: None };
            (trust.verdict(&certificate), steady)
        });
        let facts = trusted_facts(&certificate, &scan.certificates[i], &lasting.0, context);
        Ok((lasting, facts))
    });
    both.collect::<io::Result<Vec<_>>>().map(|both| both.into_iter().unzip())
}

fn moments_of(certificate: &Certificate) -> Moments {
    let mut moments = Moments::default();
    moments.span(certificate.not_before, certificate.not_after);
    moments
}

/// The places of every certificate, sorted.
struct Places {
    of: Vec<Vec<Place>>,
}

impl Places {
    fn of(scan: &Scan) -> Places {
        let of = scan.certificates.par_iter().map(|known| {
            let place = |sighting: &Sighting| Place {
                path: scan.files[sighting.file].path.clone(),
                position: sighting.found.position,
                container: scan.files[sighting.file].kind,
                friendly_name: sighting.found.friendly_name.as_deref().map(Into::into),
                has_key: sighting.found.has_key,
                key_matches: sighting.found.key_matches,
                opened_with: scan.files[sighting.file].opening.as_ref().map(|(_, origin)| origin.to_string()),
            };
            let mut places: Vec<Place> = known.sightings.iter().map(place).collect();
            places.sort();
            places
        });
        Places { of: of.collect() }
    }

    /// Certificates that lie somewhere, by their first place.
    fn order(&self, scan: &Scan) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.of.len()).filter(|i| !self.of[*i].is_empty()).collect();
        order.sort_by(|a, b| {
            let key = |i: usize| (&self.of[i][0].path, self.of[i][0].position, scan.certificates[i].gist.sha256);
            key(*a).cmp(&key(*b))
        });
        order
    }
}

/// Certificates grouped by what they share: sorted lists of (key, certificate), since a map of
/// a hundred thousand one-element groups would cost more than it tells.
struct Grouped {
    names: Vec<(Short, usize)>,
    keys: Vec<(Short, usize)>,
    serials: Vec<(Short, usize)>,
    key_places: HashMap<Short, Vec<String>>,
    facts: Vec<Trusted>,
}

/// What grouping needs to know of a certificate.
struct Trusted {
    name: Short,
    key: Option<Short>,
    serial: Short,
    begins: Option<Instant>,
    alive: bool,
    trusted: bool,
}

impl Grouped {
    fn of(scan: &Scan, facts: Vec<Trusted>, places: &Places) -> Grouped {
        let grouped = |key: fn(&Trusted) -> Option<Short>| {
            let listed = (0..facts.len()).filter(|i| facts[*i].trusted && !places.of[*i].is_empty());
            let mut list: Vec<(Short, usize)> = listed.filter_map(|i| Some((key(&facts[i])?, i))).collect();
            list.sort_unstable();
            list
        };
        let mut key_places: HashMap<Short, Vec<String>> = HashMap::new();
        for file in &scan.files {
            for id in &file.key_ids {
                key_places.entry(short(&id.0)).or_default().push(file.path.clone());
            }
        }
        for paths in key_places.values_mut() {
            paths.sort();
            paths.dedup();
        }
        Grouped {
            names: grouped(|f| Some(f.name)),
            keys: grouped(|f| f.key),
            serials: grouped(|f| Some(f.serial)),
            key_places,
            facts,
        }
    }

    fn of_certificate(&self, i: usize, scan: &Scan, places: &Places) -> io::Result<Peers> {
        let me = &self.facts[i];
        let key_places = me.key.and_then(|key| self.key_places.get(&key)).cloned().unwrap_or_default();
        if !me.trusted {
            return Ok(Peers { key_places, ..Peers::default() });
        }
        let subject = scan.certificates[i].gist.subject;
        let later = group(&self.names, me.name)
            .filter(|j| self.facts[*j].alive && self.facts[*j].begins > me.begins)
            .max_by_key(|j| (self.facts[*j].begins, scan.certificates[*j].gist.sha256));
        let shared = me.key.into_iter().flat_map(|key| group(&self.keys, key));
        let shared = shared.filter(|j| scan.certificates[*j].gist.subject != subject);
        let reused = group(&self.serials, me.serial).filter(|j| *j != i);
        let peer = |j: usize| peer(j, scan, places);
        Ok(Peers {
            superseded_by: later.map(peer).transpose()?,
            key_shared_with: sorted(shared.map(peer))?,
            serial_reused_by: sorted(reused.map(peer))?,
            key_places,
        })
    }
}

fn sorted(peers: impl Iterator<Item = io::Result<Peer>>) -> io::Result<Vec<Peer>> {
    let mut peers = peers.collect::<io::Result<Vec<Peer>>>()?;
    peers.sort();
    Ok(peers)
}

fn group(list: &[(Short, usize)], key: Short) -> impl Iterator<Item = usize> + '_ {
    let start = list.partition_point(|(k, _)| *k < key);
    list[start..].iter().take_while(move |(k, _)| *k == key).map(|(_, i)| *i)
}

fn peer(i: usize, scan: &Scan, places: &Places) -> io::Result<Peer> {
    let certificate = scan.certificate(i)?;
    Ok(Peer {
        path: places.of[i][0].path.clone(),
        sha256: certificate.sha256,
        subject: certificate.subject.printed(),
        expires_on: certificate.not_after.map(|at| at.date()),
    })
}

fn trusted_facts(certificate: &Certificate, known: &Known, verdict: &Verdict, context: &Context) -> Trusted {
    let end = verdict.effective_expiry.or(certificate.not_after);
    let signer = verdict.signer_key.map(|key| key.0).unwrap_or_default();
    Trusted {
        name: short(&[known.gist.issuer, known.gist.subject].concat()),
        key: certificate.key().map(|key| short(&key.id.0)),
        serial: short(&[&signer[..], certificate.serial.bytes()].concat()),
        begins: certificate.not_before,
        alive: certificate.not_before <= Some(context.at) && end >= Some(context.at),
        trusted: verdict.status == Status::Trusted,
    }
}

fn facts<'a>(
    certificate: &'a Certificate,
    known: &Known,
    verdict: &'a Verdict,
    places: &'a [Place],
    peers: &'a Peers,
    trust: &'a Trust,
    context: &Context<'a>,
) -> CertificateFacts<'a> {
    let zone = context.policy.zone;
    CertificateFacts {
        certificate,
        role: known.gist.role,
        verdict,
        authority: trust.authority(certificate, verdict),
        issued_on: certificate.not_before.and_then(|at| zone.day(at)),
        expires_on: certificate.not_after.and_then(|at| zone.day(at)),
        places,
        peers,
        crl: trust.crl_for(verdict),
    }
}

fn judge_certificate(facts: &CertificateFacts, context: &Context) -> Vec<Judged> {
    graded(context, |rule| match rule.judge {
        Judge::Certificate(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

fn judge_container(facts: &ContainerFacts, context: &Context) -> Vec<Judged> {
    graded(context, |rule| match rule.judge {
        Judge::Container(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

fn judge_run(facts: &RunFacts, context: &Context) -> Vec<Judged> {
    graded(context, |rule| match rule.judge {
        Judge::Run(judge) => Some(judge(facts, context)),
        _ => None,
    })
}

/// Asks every rule that `ask` answers for and puts severities to what was found; gravest first,
/// then in the order of the list of rules.
fn graded(context: &Context, ask: impl Fn(&'static Rule) -> Option<Answer>) -> Vec<Judged> {
    let mut judged = Vec::new();
    for rule in RULES.iter().copied() {
        let Some(Answer::Findings(findings)) = ask(rule) else { continue };
        judged.extend(findings.into_iter().filter_map(|finding| grade(rule, finding, context)));
    }
    judged.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    judged
}

fn grade(rule: &'static Rule, finding: Finding, context: &Context) -> Option<Judged> {
    let severity = match context.policy.severities.get(rule.code) {
        Some(set) => set.value?,
        None => finding.severity.unwrap_or(rule.severity),
    };
    let policy_line = finding.line.map(|line| context.policy.line(line));
    Some(Judged { rule, severity, evidence: finding.evidence, policy_line })
}

fn judge_files(
    scan: &Scan,
    context: &Context,
    suppressions: &Suppressions,
    summary: &mut Summary,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut files: Vec<&Scanned> = scan.files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut others = Vec::new();
    for file in files {
        let facts = container_facts(file);
        let findings = suppressions.filter(judge_container(&facts, context), None, Some(&file.path));
        findings.iter().for_each(|finding| summary.count(finding));
        match reason(file) {
            Some(reason) => {
                summary.unreadable += 1;
                sink.unreadable(&Unreadable { path: &file.path, reason, findings: &findings })?;
            }
            None => others.extend(findings.into_iter().map(|finding| (file.path.as_str(), finding))),
        }
    }
    others.iter().try_for_each(|(path, finding)| sink.finding(Some(path), finding))
}

fn container_facts(file: &Scanned) -> ContainerFacts<'_> {
    ContainerFacts {
        path: &file.path,
        kind: file.kind,
        certificate_encryption: &file.shape.certificate_encryption,
        key_encryption: &file.shape.key_encryption,
        mac: file.shape.mac.as_ref(),
        opening: file.opening.as_ref().map(|(opening, _)| opening),
        origin: file.opening.as_ref().map(|(_, origin)| origin),
        keys: file.keys,
        plain_keys: file.plain_keys,
        problems: &file.problems,
        io_error: file.io_error.as_deref(),
        readable_by_others: file.readable_by_others.as_deref(),
    }
}

/// Why nothing came out of a file, as the code of the rule that says so.
fn reason(file: &Scanned) -> Option<&'static str> {
    if file.io_error.is_some() {
        return Some("file-unreadable");
    }
    if file.fruitful || file.kind == Kind::Nothing && file.problems.is_empty() {
        return None;
    }
    file.problems.first().map(problem_code)
}

fn problem_code(problem: &Problem) -> &'static str {
    match problem {
        Problem::Password { .. } => "password-unknown",
        Problem::Unsupported { .. } => "algorithm-unsupported",
        Problem::Damaged { .. } => "container-damaged",
        Problem::Limit { .. } => "container-limit",
        Problem::NotRead => "container-unread",
    }
}

/// The policy's suppressions and how often each matched.
struct Suppressions<'a> {
    rules: Vec<(&'a Suppression, Option<GlobMatcher>, AtomicU64)>,
    in_force: Vec<bool>,
}

impl<'a> Suppressions<'a> {
    fn of(context: &Context<'a>) -> Suppressions<'a> {
        let today = context.today();
        let list = &context.policy.suppressions;
        Suppressions {
            in_force: list.iter().map(|s| today.is_none_or(|today| today <= s.value.until)).collect(),
            rules: list
                .iter()
                .map(|s| {
                    let matcher = s.value.matches.path.as_deref().and_then(glob);
                    (&s.value, matcher, AtomicU64::new(0))
                })
                .collect(),
        }
    }

    /// What of the findings is not suppressed.
    fn filter(&self, findings: Vec<Judged>, facts: Option<&CertificateFacts>, path: Option<&str>) -> Vec<Judged> {
        if self.rules.is_empty() {
            return findings;
        }
        findings.into_iter().filter(|finding| !self.suppresses(finding, facts, path)).collect()
    }

    fn suppresses(&self, finding: &Judged, facts: Option<&CertificateFacts>, path: Option<&str>) -> bool {
        let fitting = self.rules.iter().zip(&self.in_force).find(|((suppression, glob, _), in_force)| {
            **in_force && suppression.rule == finding.rule.code && fits(suppression, glob.as_ref(), facts, path)
        });
        if let Some(((_, _, count), _)) = fitting {
            count.fetch_add(1, Ordering::Relaxed);
        }
        fitting.is_some()
    }

    fn unmatched(&self) -> Vec<usize> {
        let counts = self.rules.iter().enumerate();
        counts.filter(|(_, (_, _, count))| count.load(Ordering::Relaxed) == 0).map(|(i, _)| i).collect()
    }

    fn total(&self) -> u64 {
        self.rules.iter().map(|(_, _, count)| count.load(Ordering::Relaxed)).sum()
    }
}

fn fits(
    suppression: &Suppression,
    glob: Option<&GlobMatcher>,
    facts: Option<&CertificateFacts>,
    path: Option<&str>,
) -> bool {
    let wanted = &suppression.matches;
    let certificate = facts.map(|facts| facts.certificate);
    let about_certificate = wanted.sha256.is_some() || wanted.serial.is_some() || wanted.subject.is_some();
    if about_certificate && certificate.is_none() {
        return false;
    }
    let holds = certificate.is_none_or(|certificate| {
        wanted.sha256.is_none_or(|sha256| sha256 == certificate.sha256)
            && wanted.serial.as_ref().is_none_or(|serial| *serial == certificate.serial)
            && wanted.subject.as_ref().is_none_or(|text| {
                certificate.subject.rfc4514().contains(text) || certificate.subject.printed().contains(text)
            })
    });
    let anywhere = |glob: &GlobMatcher| match (facts, path) {
        (_, Some(path)) => glob.is_match(path),
        (Some(facts), None) => facts.places.iter().any(|place| glob.is_match(&place.path)),
        (None, None) => false,
    };
    holds && glob.is_none_or(anywhere)
}

impl Summary {
    fn count(&mut self, finding: &Judged) {
        *self.severities.entry(finding.severity).or_default() += 1;
        *self.rules.entry(finding.rule.code).or_default() += 1;
        if let (true, Some(Value::Number(tier))) = (finding.rule.code == "expiring", finding.evidence.get("tier")) {
            *self.tiers.entry(*tier).or_default() += 1;
        }
    }

    fn count_certificate(&mut self, facts: &CertificateFacts, findings: &[Judged]) {
        *self.verdicts.entry(facts.verdict.status).or_default() += 1;
        findings.iter().for_each(|finding| self.count(finding));
        self.attention += u64::from(findings.iter().any(|finding| finding.severity > Severity::Info));
    }
}

/// The rule's code, message and remedy for one problem of a container.
pub fn problem_finding(
    path: &str,
    opened: &Opened,
    problem: &Problem,
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
    };
    let context = Context { policy, at: Instant::UNIX_EPOCH, keys: KeyLook::Skip };
    let code = problem_code(problem);
    let findings = RULES.iter().filter(|rule| rule.code == code).filter_map(|rule| match rule.judge {
        Judge::Container(judge) => Some((rule, judge(&facts, &context))),
        _ => None,
    });
    let mut told = findings.filter_map(|(rule, answer)| match answer {
        Answer::Findings(findings) => findings.into_iter().next().map(|finding| {
            let words = |text| finding.evidence.fill(text, lang);
            (rule.code, words(&rule.message), words(&rule.remedy))
        }),
        _ => None,
    });
    told.next().unwrap_or((code, String::new(), String::new()))
}

/// The counts by verdict, all three whether met or not.
pub fn verdict_counts(summary: &Summary) -> BTreeMap<Status, u64> {
    let all = [Status::Trusted, Status::Untrusted, Status::Undetermined];
    all.into_iter().map(|status| (status, summary.verdicts.get(&status).copied().unwrap_or(0))).collect()
}
