//! The work grows with what there is, never with its square.

use std::time::{Duration, Instant};

use shomei::audit::holding::{CertificateProfile, KeyState, match_certificates};
use shomei::certificate::{CertificateRole, Serial};
use shomei::register::{Holder, HolderKind, ManualBinding, RegisterState, ServiceLine};
use shomei::trust::TrustStatus;

use super::cards::*;

/// Cards of `subjects` subjects, each a second younger than the one before.
fn cards<'a>(
    count: usize,
    subjects: usize,
    serials: &'a [Serial],
    places: &'a [shomei::audit::facts::OccurrenceFacts],
) -> Vec<CertificateProfile<'a>> {
    let card = |i: usize| {
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&(i as u64).to_be_bytes());
        let mut subject = [0; 16];
        subject[..8].copy_from_slice(&((i % subjects) as u64).to_be_bytes());
        CertificateProfile {
            numbers: &[],
            not_after: None,
            root_ends: None,
            sha256,
            subject,
            issuer: [0; 16],
            printed: "CN=x",
            serial: &serials[i],
            role: CertificateRole::EndEntity,
            status: TrustStatus::Trusted,
            revoked: false,
            of_authority: true,
            begins: Some(at("2024-06-01") + Duration::from_secs(i as u64)),
            ends: Some(at("2027-06-01")),
            key: KeyState::Matching,
            places,
            present: true,
        }
    };
    (0..count).map(card).collect()
}

fn serials(count: usize) -> Vec<Serial> {
    (0..count).map(|i| Serial::new(&(i as u64 + 1).to_be_bytes())).collect()
}

/// The holders of a large office: every tenth an agent for the nine after it.
fn holders(count: usize, serials: &[Serial]) -> Vec<Holder> {
    let holder = |i: usize| {
        let id = format!("{i:06}");
        let agent_id = format!("{:06}", i / 10 * 10);
        let mut line = line(&id, "care");
        line.agent = (i % 10 > 4).then(|| agent(&agent_id, "", "")).flatten();
        let kind = i.is_multiple_of(10).then_some(HolderKind::Agent);
        Holder { lines: vec![line], kind, declared: declared(Some(&serials[i]), "2027-06-01"), ..holder(&id) }
    };
    (0..count).map(holder).collect()
}

/// Generous: an unoptimised build on a busy machine; a square would take hours.
const ENOUGH: Duration = Duration::from_secs(10);

fn timed(cards: &[CertificateProfile], office: &RegisterState) -> shomei::audit::holding::Holdings {
    let policy = policy(HOLDERS);
    let started = Instant::now();
    let held = match_certificates(cards, office, &policy, at("2026-11-23"), coming(&policy, "2026-11-23"));
    let took = started.elapsed();
    println!("{} cards, {} holders: {took:?}", cards.len(), office.holders.len());
    assert!(took < ENOUGH, "{took:?}");
    held
}

#[test]
fn a_hundred_thousand_cards_and_thirty_thousand_holders() {
    let (serials, places) = (serials(100_000), [place("a.p12", None)]);
    let office = office(&holders(30_000, &serials));
    let held = timed(&cards(100_000, 30_000, &serials, &places), &office);
    assert!(held.certificates[..30_000].iter().all(|holding| holding.holder().is_some()));
    assert!(held.holders.iter().all(|standing| standing.units.len() == 1));
}

#[test]
fn one_subject_one_holder_and_one_agent_for_all() {
    let (serials, places) = (serials(100_000), [place("a.p12", None)]);
    let cards = cards(100_000, 1, &serials, &places);
    // Every other card bound by hand, to ever different holders; all lines billed by one agent,
    // which has half of all certificates.
    let mut holders = holders(30_000, &serials);
    for holder in &mut holders {
        holder.declared = None;
        let line = &holder.lines[0];
        holder.lines = vec![ServiceLine { agent: agent("000000", "", ""), ..line.clone() }];
    }
    let mut office = office(&holders);
    for (i, card) in cards.iter().enumerate().step_by(2) {
        let to = if i % 4 == 0 { 0 } else { i % 30_000 };
        office.bindings.insert(card.sha256, ManualBinding::To(office.holders[to].key.clone()));
    }
    let held = timed(&cards, &office);
    assert!(held.certificates[0].superseded_by.is_some());
    timed(&cards, &RegisterState::default());
}

#[test]
fn patterns_over_a_hundred_thousand_paths() {
    let serials = serials(100_000);
    let office = office(&holders(30_000, &serials));
    let places = [place("share/東京都/事業所/000017 ひまわり/証明書.p12", None)];
    let section = format!("{HOLDERS}  patterns:\n    - {{field: path, pattern: \"*{{id}}*\"}}\n");
    let policy = policy(&section);
    let mut cards = cards(100_000, 100_000, &serials, &places);
    cards.iter_mut().for_each(|card| card.of_authority = false);
    let started = Instant::now();
    let held = match_certificates(&cards, &office, &policy, at("2026-11-23"), coming(&policy, "2026-11-23"));
    println!("patterns: {:?}", started.elapsed());
    assert!(started.elapsed() < ENOUGH);
    assert!(held.certificates.iter().all(|holding| holding.holder().is_some_and(|key| key.id == "000017")));
}
