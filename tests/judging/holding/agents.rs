//! Agents: who bills when.

use shomei::register::{Holder, HolderKind, HolderStatus, ServiceLine};

use super::cards::*;

/// P1 billed for by A1 in this span of days; who has a certificate.
fn billed(from: &str, until: &str, certificates: &[&str], moment: &str) -> String {
    let line = ServiceLine { agent: agent("A1", from, until), ..line("P1", "care") };
    let provider = Holder { lines: vec![line], ..holder("P1") };
    let agent = Holder { kind: Some(HolderKind::Agent), ..holder("A1") };
    let cards: Vec<Made> = (1..).zip(certificates).map(|(name, _)| card(name)).collect();
    let bindings: Vec<(&Made, &str)> = cards.iter().zip(certificates.iter().copied()).collect();
    judge_at(&cards, &bind(office(&[provider, agent]), &bindings), moment, HOLDERS).bills("P1")
}

#[test]
fn an_agents_certificate_covers_and_the_providers_own_is_not_needed() {
    assert_eq!(billed("", "", &["A1"], "2026-11-23"), "can");
    assert_eq!(billed("2026-04-01", "2027-03-31", &["A1"], "2026-11-23"), "can");
    assert_eq!(billed("", "", &["P1"], "2026-11-23"), "cannot: no-certificate", "the agent bills, not the provider");
}

#[test]
fn an_agents_time_counts_to_the_day() {
    // The period is 2026-12-01 to 10.
    assert_eq!(billed("2026-12-01", "2026-12-10", &["A1"], "2026-11-23"), "can");
    assert_eq!(billed("2026-12-02", "", &["A1"], "2026-11-23"), "can from 2026-12-02");
    assert_eq!(billed("", "2026-12-09", &["A1"], "2026-11-23"), "can-until 2026-12-09: no-certificate");
    assert_eq!(billed("2026-12-02", "", &["A1", "P1"], "2026-11-23"), "can", "the provider until the agent begins");
    assert_eq!(billed("", "2026-11-30", &["P1"], "2026-11-23"), "can", "the agent's time is over");
    assert_eq!(billed("2026-12-11", "", &["P1"], "2026-11-23"), "can", "the agent's time has not come");
    // Inside the period only what is left of it counts.
    assert_eq!(billed("2026-12-02", "", &["A1"], "2026-12-02"), "can");
    assert_eq!(billed("2026-12-02", "", &["A1"], "2026-12-01T23:59:59+09:00"), "can from 2026-12-02");
}

#[test]
fn agents_that_follow_each_other_cover_together() {
    let lines = [("A1", "", "2026-12-05"), ("A2", "2026-12-06", "")];
    let lines = lines.map(|(id, from, until)| ServiceLine { agent: agent(id, from, until), ..line("P1", "care") });
    let holders = [Holder { lines: lines.to_vec(), ..holder("P1") }, holder("A1"), holder("A2")];
    let (one, two) = (card(1), card(2));
    let both = bind(office(&holders), &[(&one, "A1"), (&two, "A2")]);
    let said = judge(&[one.clone(), two.clone()], &both);
    assert_eq!(said.bills("P1"), "can");
    assert_eq!(said.units("P1")[0].through, [key("A1"), key("A2")]);
    assert_eq!(judge(std::slice::from_ref(&one), &both).bills("P1"), "can-until 2026-12-05: no-certificate");
    assert_eq!(judge(std::slice::from_ref(&two), &both).bills("P1"), "can from 2026-12-06");
}

#[test]
fn an_agent_that_cannot_be_asked_makes_it_unknown() {
    let through = |status: Option<HolderStatus>| {
        let line = ServiceLine { agent: agent("A1", "", ""), ..line("P1", "care") };
        let provider = Holder { lines: vec![line], ..holder("P1") };
        let agent = status.map(|status| Holder { status, ..holder("A1") });
        let one = card(1);
        let holders: Vec<Holder> = [provider].into_iter().chain(agent).collect();
        judge(std::slice::from_ref(&one), &bind(office(&holders), &[(&one, "A1")])).bills("P1")
    };
    assert_eq!(through(None), "unknown: agent-unknown");
    assert_eq!(through(Some(HolderStatus::ManagedElsewhere)), "unknown: managed-elsewhere");
    assert_eq!(through(Some(HolderStatus::Closed)), "cannot: agent-closed");
    assert_eq!(through(Some(HolderStatus::Active)), "can");
}

#[test]
fn an_agent_of_another_register_is_another_holder() {
    let line = ServiceLine { agent: agent("A1", "", ""), ..line("P1", "care") };
    let mut stranger = holder("A1");
    stranger.key.register = "osaka".into();
    let office = office(&[Holder { lines: vec![line], ..holder("P1") }, stranger]);
    assert_eq!(judge(&[], &office).bills("P1"), "unknown: agent-unknown");
}

#[test]
fn whoever_has_moved_to_an_agent_that_nobody_names_is_unknown() {
    let moved = Holder { status: HolderStatus::MovedToAgent, ..provider("P1", "care") };
    let one = card(1);
    let said = judge(std::slice::from_ref(&one), &bind(office(std::slice::from_ref(&moved)), &[(&one, "P1")]));
    assert_eq!(said.bills("P1"), "unknown: agent-unnamed");
    let without = Holder { lines: Vec::new(), ..moved };
    assert!(judge(&[], &office(&[without])).units("P1").is_empty());
}
