//! Made-up cards, and an office around them.

use shomei::audit::facts::OccurrenceFacts;
use shomei::audit::holding::{
    CertificateProfile, ClaimPeriod, ClaimUnit, Coverage, CoverageReason, HolderMatch, Holding, Holdings, KeyState,
    MatchBasis, match_certificates,
};
use shomei::audit::rules::codes;
use shomei::calendar::{Day, Instant, parse_day};
use shomei::certificate::{CertificateRole, Serial};
use shomei::policy::Policy;
use shomei::register::{
    Agent, DeclaredCertificate, Holder, HolderKey, ManualBinding, Mark, MarkState, MarkTarget, RegisterState,
    ServiceLine,
};
use shomei::trust::TrustStatus;

use crate::common::holders;

pub use crate::common::holders::place;
pub use crate::common::times::in_japan as at;

/// The policy of the tests: claims from the 1st to the 10th in Japan.
pub const HOLDERS: &str = "holders:
  services:
    - {id: care, name: {ja: 介護, en: care}}
    - {id: welfare, name: {ja: 障害, en: welfare}}
  categories:
    - {id: care, name: {ja: 介護証明書, en: care}, bills: [care], source: {ja: 試験, en: test}}
    - {id: welfare, name: {ja: 障害証明書, en: welfare}, bills: [welfare], source: {ja: 試験, en: test}}
    - {id: both, name: {ja: 共通証明書, en: both}, bills: [care, welfare], source: {ja: 試験, en: test}}
  password_days: 180
  password_warning_days: 30
  live_certificates: 1
  renewal_overlap_days: 90
  claim_period: {from: 1, until: 10}
  notices: {day: 25, assumed: [day], source: test}
";

/// A policy with this section of holders.
pub fn policy(holders: &str) -> Policy {
    let text = format!(
        "schema: shomei/policy/1\nname: test\nzone: \"+09:00\"\nauthorities:\n  - subject: OU=Test CA, O=Test, C=JP\n    \
         pins:\n      - {{id: \"1\", serial: 01, not_before: 2019-07-20, not_after: 2029-07-20, source: test,\n         \
         sha1: bc69f5e6d7ade7fa06bdd962ef6909efb375e66b}}\n{holders}"
    );
    Policy::read(&text, "test.yaml", &codes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// The owned side of a [`CertificateProfile`]: a trusted certificate of 2024 to 2027 with its key.
#[derive(Clone)]
pub struct Made {
    pub name: u8,
    pub subject: u8,
    pub issuer: u8,
    pub printed: String,
    pub numbers: Vec<String>,
    pub serial: Serial,
    pub status: TrustStatus,
    pub revoked: bool,
    pub of_authority: bool,
    pub begins: Instant,
    pub ends: Instant,
    pub not_after: Option<Instant>,
    pub root_ends: Option<Day>,
    pub key: KeyState,
    pub places: Vec<OccurrenceFacts>,
    pub present: bool,
}

/// The card called `name`; its subject is its own.
pub fn card(name: u8) -> Made {
    Made {
        name,
        subject: name,
        issuer: 0,
        printed: format!("CN={name}, O=Test"),
        numbers: Vec::new(),
        serial: Serial::new(&[1, name]),
        status: TrustStatus::Trusted,
        revoked: false,
        of_authority: true,
        begins: at("2024-06-01"),
        ends: at("2027-06-01T23:59:59+09:00"),
        not_after: None,
        root_ends: None,
        key: KeyState::Matching,
        places: vec![place("share/a.p12", None)],
        present: true,
    }
}

impl Made {
    pub fn subject(self, subject: u8) -> Made {
        Made { subject, ..self }
    }

    /// Begins and ends with these days in Japan.
    pub fn lasts(self, from: &str, until: &str) -> Made {
        Made { begins: at(from), ends: at(&format!("{until}T23:59:59+09:00")), ..self }
    }

    pub fn status(self, status: TrustStatus) -> Made {
        Made { status, ..self }
    }

    pub fn key(self, key: KeyState) -> Made {
        Made { key, ..self }
    }

    pub fn on(self, hosts: &[&str]) -> Made {
        Made { places: hosts.iter().map(|host| place("c/a.p12", Some(host))).collect(), ..self }
    }

    pub fn sha256(&self) -> [u8; 32] {
        [self.name; 32]
    }

    fn card(&self) -> CertificateProfile<'_> {
        CertificateProfile {
            sha256: self.sha256(),
            subject: [self.subject; 16],
            issuer: [self.issuer; 16],
            printed: &self.printed,
            numbers: &self.numbers,
            serial: &self.serial,
            role: CertificateRole::EndEntity,
            status: self.status,
            revoked: self.revoked,
            of_authority: self.of_authority,
            begins: Some(self.begins),
            ends: Some(self.ends),
            not_after: Some(self.not_after.unwrap_or(self.ends)),
            root_ends: self.root_ends,
            key: self.key,
            places: &self.places,
            present: self.present,
        }
    }
}

pub fn key(id: &str) -> HolderKey {
    HolderKey { register: "tokyo".into(), id: id.into() }
}

/// A holder with certificates that are good for everything, and no lines.
pub fn holder(id: &str) -> Holder {
    Holder { name: format!("事業所{id}"), category: Some("both".into()), ..holders::holder("tokyo", id) }
}

/// A holder that bills for one provider number and service.
pub fn provider(id: &str, service: &str) -> Holder {
    Holder { lines: vec![line(id, service)], ..holder(id) }
}

pub fn line(id: &str, service: &str) -> ServiceLine {
    ServiceLine { provider_number: Some(number(id)), service: Some(service.into()), agent: None }
}

/// A provider number of ten digits that ends like the ID.
pub fn number(id: &str) -> String {
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    format!("99{digits:0>8}")
}

pub fn agent(id: &str, from: &str, until: &str) -> Option<Agent> {
    Some(Agent { id: id.into(), from: parse_day(from), until: parse_day(until) })
}

pub fn declared(serial: Option<&Serial>, expires_on: &str) -> Option<DeclaredCertificate> {
    Some(DeclaredCertificate { serial: serial.cloned(), expires_on: parse_day(expires_on) })
}

pub fn office(holders: &[Holder]) -> RegisterState {
    let mut holders = holders.to_vec();
    holders.sort_by(|a, b| a.key.cmp(&b.key));
    RegisterState { has_register: true, holders, ..RegisterState::default() }
}

/// Binds cards by hand.
pub fn bind(mut office: RegisterState, bindings: &[(&Made, &str)]) -> RegisterState {
    for (made, id) in bindings {
        office.bindings.insert(made.sha256(), ManualBinding::To(key(id)));
    }
    office
}

pub fn mark(office: &mut RegisterState, target: MarkTarget, state: MarkState, change: impl FnOnce(&mut Mark)) {
    let mut mark = Mark {
        id: [0; 16],
        recorded: at("2026-11-01"),
        target: target.clone(),
        state,
        rule: None,
        place: None,
        on: None,
        until: None,
        reason: None,
        by: None,
    };
    change(&mut mark);
    office.marks.entry(target).or_default().push(mark);
}

/// What the stage says, and whom it says it of.
pub struct Said {
    pub held: Holdings,
    names: Vec<u8>,
    ids: Vec<String>,
}

/// The cards judged on 2026-11-23.
pub fn judge(cards: &[Made], office: &RegisterState) -> Said {
    judge_at(cards, office, "2026-11-23", HOLDERS)
}

/// The claim period that comes next.
pub fn coming(policy: &Policy, moment: &str) -> Option<ClaimPeriod> {
    ClaimPeriod::coming(policy.holders.claim_period?.value, policy.zone, at(moment))
}

/// The same on another day, by another policy.
pub fn judge_at(cards: &[Made], office: &RegisterState, moment: &str, holders: &str) -> Said {
    judge_for(cards, office, moment, holders, None)
}

/// The same for another claim period, and in every order of the cards.
pub fn judge_for(
    cards: &[Made],
    office: &RegisterState,
    moment: &str,
    holders: &str,
    month: Option<ClaimPeriod>,
) -> Said {
    let policy = policy(holders);
    let said = |cards: &[&Made]| {
        let list: Vec<CertificateProfile> = cards.iter().map(|made| made.card()).collect();
        let held = match_certificates(&list, office, &policy, at(moment), month.or_else(|| coming(&policy, moment)));
        let ids = office.holders.iter().map(|holder| holder.key.id.clone()).collect();
        Said { held, names: cards.iter().map(|made| made.name).collect(), ids }
    };
    let forward = said(&cards.iter().collect::<Vec<_>>());
    let backward = said(&cards.iter().rev().collect::<Vec<_>>());
    for made in cards {
        let (a, b) = (forward.of(made), backward.of(made));
        assert_eq!((&a.of, &a.category, a.is_settled()), (&b.of, &b.category, b.is_settled()), "{}", made.name);
        assert_eq!(forward.successor(made), backward.successor(made), "{}", made.name);
    }
    let units = |said: &Said| said.held.holders.iter().map(|standing| standing.units.clone()).collect::<Vec<_>>();
    assert_eq!(units(&forward), units(&backward));
    forward
}

impl Said {
    pub fn of(&self, made: &Made) -> &Holding {
        let i = self.names.iter().position(|name| *name == made.name).unwrap();
        &self.held.certificates[i]
    }

    /// Whose it is, and how that is known.
    pub fn whose(&self, made: &Made) -> String {
        match &self.of(made).of {
            HolderMatch::Known(key, how) => format!("{} {}", key.id, how.code()),
            HolderMatch::Ambiguous(keys) => {
                format!("? {}", keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>().join(" "))
            }
            HolderMatch::Unknown => "unknown".into(),
            HolderMatch::Nobody => "nobody".into(),
            HolderMatch::NoRegister => "no register".into(),
        }
    }

    /// The name of the card that supersedes it.
    pub fn successor(&self, made: &Made) -> Option<u8> {
        self.of(made).superseded_by.map(|i| self.names[i])
    }

    pub fn units(&self, id: &str) -> &[ClaimUnit] {
        let i = self.ids.iter().position(|one| one == id).unwrap();
        &self.held.holders[i].units
    }

    /// The providers for which a holder claims as an agent.
    pub fn providers(&self, id: &str) -> usize {
        self.held.holders[self.ids.iter().position(|one| one == id).unwrap()].providers
    }

    /// The only unit's answer: `can`, `cannot: expired`.
    pub fn bills(&self, id: &str) -> String {
        let [unit] = self.units(id) else { panic!("one unit expected: {:?}", self.units(id)) };
        let days = [("from", unit.from), ("until", unit.until)];
        let days = days.iter().filter_map(|(word, day)| Some(format!(" {word} {}", (*day)?)));
        let (code, reasons) = (unit.coverage.code(), told(&unit.coverage));
        let said = format!("{code}{}{}", days.collect::<String>(), reasons.strip_prefix(code).unwrap());
        said.replace("can-until until", "can-until")
    }

    /// The remarks of a unit: code, whose, and day.
    pub fn remarks(&self, id: &str) -> Vec<String> {
        let remarks = self.units(id).iter().flat_map(|unit| &unit.remarks);
        remarks.map(|one| format!("{} {} {}", one.kind.code(), one.by.id, one.on)).collect()
    }
}

pub fn told(coverage: &Coverage) -> String {
    let reasons: Vec<&str> = coverage.reasons().iter().map(|reason: &CoverageReason| reason.code()).collect();
    if reasons.is_empty() { coverage.code().into() } else { format!("{}: {}", coverage.code(), reasons.join(" ")) }
}

/// Every way of knowing whose a card is has its own code.
#[test]
fn codes_are_stable() {
    let codes =
        [MatchBasis::ByHand, MatchBasis::Serial, MatchBasis::Subject, MatchBasis::Pattern, MatchBasis::ProviderNumber]
            .map(MatchBasis::code);
    assert_eq!(codes, ["by-hand", "serial", "subject", "pattern", "provider-number"]);
    let mut reasons: Vec<&str> = CoverageReason::ALL.iter().map(|reason| reason.code()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), CoverageReason::ALL.len());
}
