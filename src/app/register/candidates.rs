//! Which holder a certificate without one may belong to, and by what evidence.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::audit::facts::CertificateFacts;
use crate::audit::holding::{CertificateProfile, NameHash, numbers_in};
use crate::calendar::{Day, Instant};
use crate::locale::Text;
use crate::register::{Holder, RegisterState, plain};
use crate::trust::TrustStatus;

/// What speaks for a holder, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Its provider number is in the subject.
    NumberInSubject,
    /// Its provider number is in the friendlyName.
    NumberInFriendlyName,
    /// Its provider number is in the name of the file or of a folder.
    NumberInPath,
    /// A folder or the file is named by its ID.
    IdInPath,
    /// Its name is in the subject.
    NameInSubject,
    /// Its name is in the friendlyName.
    NameInFriendlyName,
    /// Its name is in the name of the file or of a folder.
    NameInPath,
    /// The register declares the certificate's last day.
    DeclaredDay,
    /// It has another certificate of the same subject.
    SameSubject,
}

impl Evidence {
    /// As people read it.
    pub fn text(self) -> Text {
        match self {
            Evidence::NumberInSubject => {
                Text { ja: "所有者識別子に事業所番号", en: "provider number in the subject" }
            }
            Evidence::NumberInFriendlyName => {
                Text { ja: "フレンドリ名に事業所番号", en: "provider number in the friendlyName" }
            }
            Evidence::NumberInPath => {
                Text { ja: "ファイル・フォルダー名に事業所番号", en: "provider number in the path" }
            }
            Evidence::IdInPath => {
                Text { ja: "ファイル・フォルダー名に台帳ID", en: "holder ID in the path" }
            }
            Evidence::NameInSubject => Text { ja: "所有者識別子に名称", en: "name in the subject" },
            Evidence::NameInFriendlyName => Text { ja: "フレンドリ名に名称", en: "name in the friendlyName" },
            Evidence::NameInPath => Text { ja: "ファイル・フォルダー名に名称", en: "name in the path" },
            Evidence::DeclaredDay => Text { ja: "申告の有効期限と同じ日", en: "same last day as declared" },
            Evidence::SameSubject => Text {
                ja: "同じ所有者識別子の証明書がある",
                en: "has another certificate of the same subject",
            },
        }
    }

    /// Whether it names the holder; a day or a subject is shared by chance or mistake more easily.
    fn names_holder(self) -> bool {
        self < Evidence::DeclaredDay
    }
}

/// A holder, by index, and what speaks for it, the strongest first.
pub type Candidate = (usize, BTreeSet<Evidence>);

/// A certificate without holder.
pub struct UnmatchedCertificate {
    pub sha256: [u8; 32],
    /// Its subject as printed.
    pub subject: String,
    subject_hash: NameHash,
    /// The name that people know it by.
    pub name: String,
    pub friendly_name: String,
    pub serial: String,
    /// The day of its effective expiry.
    pub ends_on: Option<Day>,
    pub host: String,
    pub path: String,
    /// It may be in use: valid, of the policy's CAs, not untrusted.
    pub is_in_use: bool,
    /// It is of the policy's CAs and not untrusted, so that it may be matched without another look.
    pub is_acceptable: bool,
    /// The holders that it may belong to, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// The one holder that is not in doubt.
    pub proposed: Option<usize>,
    expires_on: Option<Day>,
    texts: [Vec<String>; 3],
}

impl UnmatchedCertificate {
    /// What is needed of a certificate's facts, at the moment judged.
    pub fn new(facts: &CertificateFacts, ends_on: Option<Day>, at: Instant) -> UnmatchedCertificate {
        let subject = facts.certificate.subject.printed();
        let place = facts.places.first();
        let friendly = facts.places.iter().filter_map(|place| place.friendly_name.clone()).collect();
        let paths = facts.places.iter().map(|place| place.path.clone()).collect();
        UnmatchedCertificate {
            sha256: facts.certificate.sha256,
            subject_hash: CertificateProfile::hash(&facts.certificate.subject),
            name: facts.certificate.subject.common(),
            friendly_name: place.and_then(|place| place.friendly_name.clone()).unwrap_or_default(),
            serial: facts.certificate.serial.to_string(),
            ends_on,
            host: place.and_then(|place| place.host.clone()).unwrap_or_default(),
            path: place.map(|place| place.path.clone()).unwrap_or_default(),
            is_in_use: facts.awaits_holder(at),
            is_acceptable: facts.authority.is_some() && facts.verdict.status != TrustStatus::Untrusted,
            candidates: Vec::new(),
            proposed: None,
            expires_on: facts.expires_on,
            texts: [vec![subject.clone()], friendly, paths],
            subject,
        }
    }
}

/// Certificates that are matched already, by subject.
#[derive(Default)]
pub struct MatchedSubjects {
    holders: HashMap<NameHash, BTreeSet<usize>>,
    /// Subjects of valid certificates, by holder.
    valid: HashMap<usize, HashSet<NameHash>>,
}

impl MatchedSubjects {
    /// Adds a certificate that is matched to a holder.
    pub fn add(&mut self, facts: &CertificateFacts, holder: usize, at: Instant) {
        let subject = CertificateProfile::hash(&facts.certificate.subject);
        if facts.verdict.status == TrustStatus::Trusted {
            self.holders.entry(subject).or_default().insert(holder);
            if facts.end().is_some_and(|end| end >= at) {
                self.valid.entry(holder).or_default().insert(subject);
            }
        }
    }
}

/// What is looked for in the texts of certificates.
struct SearchIndex<'a> {
    office: &'a RegisterState,
    numbers: HashMap<&'a str, Vec<usize>>,
    ids: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    name_lengths: BTreeSet<usize>,
    days: HashMap<Day, Vec<usize>>,
}

/// Names of fewer characters are parts of other words.
const SHORTEST_NAME: usize = 3;

/// Finds the candidates of every certificate, and the one holder of those that leave no doubt.
pub fn find(certificates: &mut [UnmatchedCertificate], office: &RegisterState, matched: &MatchedSubjects) {
    let index = SearchIndex::of(office);
    for certificate in certificates.iter_mut() {
        certificate.candidates = index.candidates(certificate, matched);
        certificate.proposed = sole(&certificate.candidates).filter(|_| certificate.is_acceptable);
    }
    // The other way round: whoever would get valid certificates of several subjects, or has one of
    // another subject, is asked about.
    let mut subjects: HashMap<usize, HashSet<NameHash>> = matched.valid.clone();
    for certificate in certificates.iter().filter(|one| one.is_in_use) {
        if let Some(holder) = certificate.proposed {
            subjects.entry(holder).or_default().insert(certificate.subject_hash);
        }
    }
    for certificate in certificates.iter_mut() {
        certificate.proposed = certificate.proposed.filter(|holder| subjects.get(holder).is_none_or(|of| of.len() < 2));
    }
}

/// The first candidate, unless another one is named too.
fn sole(candidates: &[Candidate]) -> Option<usize> {
    let strongest = |(_, evidence): &Candidate| evidence.first().copied();
    let (first, others) = candidates.split_first()?;
    let is_rival = |other: &Candidate| {
        strongest(other) == strongest(first) || strongest(other).is_some_and(Evidence::names_holder)
    };
    (!others.iter().any(is_rival)).then_some(first.0)
}

impl<'a> SearchIndex<'a> {
    fn of(office: &'a RegisterState) -> SearchIndex<'a> {
        let mut index = SearchIndex {
            office,
            numbers: HashMap::new(),
            ids: HashMap::new(),
            names: HashMap::new(),
            name_lengths: BTreeSet::new(),
            days: HashMap::new(),
        };
        for (at, holder) in office.holders.iter().enumerate() {
            index.add(at, holder);
        }
        index
    }

    fn add(&mut self, at: usize, holder: &'a Holder) {
        for number in holder.lines.iter().filter_map(|line| line.provider_number.as_deref()) {
            let known = self.numbers.entry(number).or_default();
            if !known.contains(&at) {
                known.push(at);
            }
        }
        self.ids.entry(plain(&holder.key.id).to_lowercase()).or_default().push(at);
        let name: String = letters(&holder.name).into_iter().collect();
        let length = name.chars().count();
        if length >= SHORTEST_NAME {
            self.names.entry(name).or_default().push(at);
            self.name_lengths.insert(length);
        }
        if let Some(day) = holder.declared.as_ref().and_then(|declared| declared.expires_on) {
            for day in [day.previous_day(), Some(day), day.next_day()].into_iter().flatten() {
                self.days.entry(day).or_default().push(at);
            }
        }
    }

    fn candidates(&self, certificate: &UnmatchedCertificate, matched: &MatchedSubjects) -> Vec<Candidate> {
        let mut found: BTreeMap<usize, BTreeSet<Evidence>> = BTreeMap::new();
        let mut add = |holders: &[usize], evidence| {
            for holder in holders {
                found.entry(*holder).or_default().insert(evidence);
            }
        };
        let numbers = [Evidence::NumberInSubject, Evidence::NumberInFriendlyName, Evidence::NumberInPath];
        let names = [Evidence::NameInSubject, Evidence::NameInFriendlyName, Evidence::NameInPath];
        for ((texts, number), name) in certificate.texts.iter().zip(numbers).zip(names) {
            for text in texts {
                for digits in numbers_in(text) {
                    add(self.numbers.get(digits.as_str()).map_or(&[], Vec::as_slice), number);
                }
                // A name does not go on in the next folder.
                for part in text.split(['/', '\\']) {
                    add(&self.named(part), name);
                }
            }
        }
        for part in certificate.texts[2].iter().flat_map(|path| path.split(['/', '\\'])) {
            add(&self.of_id(part), Evidence::IdInPath);
        }
        if let Some(day) = certificate.expires_on {
            add(self.days.get(&day).map_or(&[], Vec::as_slice), Evidence::DeclaredDay);
        }
        if let Some(holders) = matched.holders.get(&certificate.subject_hash) {
            add(&holders.iter().copied().collect::<Vec<_>>(), Evidence::SameSubject);
        }
        let mut candidates: Vec<Candidate> = found.into_iter().collect();
        candidates.sort_by(|a, b| a.1.iter().cmp(b.1.iter()).then(a.0.cmp(&b.0)));
        candidates
    }

    /// The holders whose names are in a text. A name within a longer one is not meant:
    /// さくら苑 is not さくら苑第二.
    fn named(&self, text: &str) -> Vec<usize> {
        let letters = letters(text);
        let mut spans: Vec<(usize, usize, &[usize])> = Vec::new();
        for start in 0..letters.len() {
            for length in &self.name_lengths {
                let end = start + length;
                let Some(part) = letters.get(start..end) else { break };
                let goes_on = |at: usize| {
                    let both = letters.get(at.wrapping_sub(1)).zip(letters.get(at));
                    both.is_some_and(|(a, b)| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
                };
                let name: String = part.iter().collect();
                if let Some(holders) = self.names.get(&name).filter(|_| !goes_on(start) && !goes_on(end)) {
                    spans.push((start, end, holders));
                }
            }
        }
        let is_within = |(start, end, _): &(usize, usize, &[usize])| {
            spans.iter().any(|(from, until, _)| from <= start && end <= until && until - from > end - start)
        };
        spans.iter().filter(|span| !is_within(span)).flat_map(|(_, _, holders)| holders.iter().copied()).collect()
    }

    /// The holders by whose ID a folder or file is named: the whole name, or its beginning or end up
    /// to a mark such as `_`. An ID that is a number of up to two digits must be the whole name or
    /// stand before a mark.
    fn of_id(&self, part: &str) -> Vec<usize> {
        let folded = plain(part).to_lowercase();
        let stem = folded.rsplit_once('.').map_or(folded.as_str(), |(stem, _)| stem);
        let is_mark = |c: char| !c.is_alphanumeric() && c != '-';
        let mut words: Vec<&str> = vec![folded.as_str(), stem];
        words.extend(stem.split_once(is_mark).map(|(first, _)| first));
        words.extend(stem.rsplit_once(is_mark).map(|(_, last)| last).filter(|last| last.len() > 2));
        let mut holders: Vec<usize> = words.iter().filter_map(|word| self.ids.get(*word)).flatten().copied().collect();
        holders.sort_unstable();
        holders.dedup();
        // The number is its ID: that was found already, as a provider number.
        holders.retain(|at| !self.numbers.contains_key(self.office.holders[*at].key.id.as_str()));
        holders
    }
}

/// A text as names are compared by: letters and digits alone, half-width and in lower case.
fn letters(text: &str) -> Vec<char> {
    plain(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
