//! A report made up row by row, of names that nobody would choose. The bench of reports uses it too.

use std::collections::BTreeMap;

use shomei::audit::holding::ClaimUnit;
use shomei::audit::rules::RULES;
use shomei::calendar::{Day, Zone, parse_day, parse_instant};
use shomei::certificate::CertificateRole;
use shomei::lifecycle::{ApplicationDay, CertificateItem, CertificateProof, LifecycleState, PlanOutcome, Subject};
use shomei::locale::Lang;
use shomei::policy::Severity;
use shomei::register::{Contact, HolderKey};
use shomei::report::document::{Counts, CoverageCounts, Recipient, Report, ReportRows};
use shomei::report::list::certificate::CertificateRow;
use shomei::report::list::coverage::UnitRow;
use shomei::report::list::fee::{Cost, FeeRow};
use shomei::report::list::finding::FindingRow;
use shomei::report::list::holder::HolderRef;
use shomei::report::list::plan::PlanRow;
use shomei::report::list::tracked::{CategoryRef, TrackedCertificate};
use shomei::trust::TrustStatus;

/// Names, as a register or a certificate may have them.
pub fn hostile() -> Vec<String> {
    let names = [
        "=1+1",
        "@SUM(A1)",
        "+1",
        "-1",
        "0012",
        "'quoted",
        "=HYPERLINK(\"http://x\",\"y\")",
        "_x0041_",
        "<b>&amp;",
        " ",
    ];
    let mut names: Vec<String> = names.map(String::from).into();
    names.extend(["a\u{202e}b".into(), "one\r\ntwo".into(), "\u{0}\u{1f}\u{7f}\u{fffe}".into(), "長".repeat(400_000)]);
    names
}

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A report whose every table has a row for each of these names, which is also what is said of it.
pub fn report(lang: Lang, names: &[String]) -> Report {
    let certificates: Vec<TrackedCertificate> =
        names.iter().enumerate().map(|(at, name)| certificate(at, name)).collect();
    let person = |(at, name): (usize, &String)| Recipient {
        holder: HolderKey { register: "default".into(), id: format!("{at:04}") },
        name: name.clone(),
        contact: Contact { person: Some(name.clone()), address: Some(name.clone()), ..Contact::default() },
        rows: vec![at],
    };
    Report {
        excluded: None,
        letters: Vec::new(),
        desks: shomei::policy::Desks::default(),
        lang,
        at: parse_instant("2026-11-23T00:00:00Z", Zone::UTC).unwrap(),
        today: day("2026-11-23"),
        as_of: None,
        zone: Zone::JAPAN,
        policy: ("=policy".into(), "file.yaml".into(), "title".into()),
        scope: names.first().cloned().unwrap_or_default(),
        coverage: CoverageCounts::default(),
        counts: Counts { tiers: BTreeMap::new(), ..Counts::default() },
        expiry: Vec::new(),
        generations: names.iter().map(|name| (name.clone(), 1)).collect(),
        fees: Vec::new(),
        unfinished: Vec::new(),
        notes: names.to_vec(),
        since: None,
        rows: ReportRows {
            units: certificates.iter().map(unit).collect(),
            plan: certificates.iter().map(planned).collect(),
            findings: certificates.iter().map(finding).collect(),
            certificates: certificates.iter().map(judged).collect(),
            fees: certificates.iter().map(fee).collect(),
            changes: None,
        },
        is_anonymous: false,
        people: names.iter().enumerate().map(person).collect(),
    }
}

fn certificate(at: usize, name: &str) -> TrackedCertificate {
    let item = CertificateItem {
        thing: Subject::Certificate([0; 32]),
        serial: format!("{at:06X}"),
        name: name.into(),
        path: format!("share/{:03}/{at:07}.p12", at / 500),
        holder: None,
        category: Some("provider".into()),
        generation: Some("2019".into()),
        authority: None,
        begins: Some(day("2024-04-19")),
        ends: Some(day("2027-04-19")),
        printed_until: Some(day("2027-04-19")),
        whole_until: Some(day("2027-04-18")),
        end: None,
        clipped: false,
        proof: CertificateProof::Trusted,
        present: true,
        state: LifecycleState::Active,
        before: None,
        subject: [0; 16],
    };
    TrackedCertificate {
        item,
        sha256: format!("{at:064x}"),
        holder: HolderRef { contact: Some(name.into()), ..HolderRef::unknown(name) },
        category: Some(CategoryRef { id: "provider".into(), name: "事業所".into(), short: "事業所".into() }),
        days_left: Some(147),
        providers: 0,
    }
}

fn unit(of: &TrackedCertificate) -> UnitRow {
    UnitRow {
        period: None,
        holder: of.holder.clone(),
        subject: None,
        unit: ClaimUnit::without_register(),
        service_name: String::new(),
    }
}

fn planned(of: &TrackedCertificate) -> PlanRow {
    PlanRow {
        certificate: of.clone(),
        outcome: PlanOutcome::Apply {
            day: day("2027-03-12"),
            expected_issue: Some(day("2027-03-19")),
            in_claim_period: false,
        },
        first: Some(day("2027-01-19")),
        last_application: Some(day("2027-03-26")),
        deadline: None,
        guess: false,
        is_near: false,
        message: of.holder.name.clone(),
    }
}

fn finding(of: &TrackedCertificate) -> FindingRow {
    FindingRow {
        severity: Severity::Warning,
        rule: RULES[0],
        holder: of.holder.clone(),
        message: of.holder.name.clone(),
        remedy: "この証明書の期限は近づいています。計画の日までに更新を申請してください。".into(),
        host: "pc-01".into(),
        path: of.item.path.clone(),
        sha256: of.sha256.clone(),
        policy_line: None,
    }
}

fn judged(of: &TrackedCertificate) -> CertificateRow {
    CertificateRow {
        severity: Some(Severity::Warning),
        ends_on: of.item.ends,
        days_left: of.days_left,
        holder: of.holder.clone(),
        category: of.category.clone(),
        generation: of.item.generation.clone(),
        verdict: TrustStatus::Trusted,
        role: CertificateRole::EndEntity,
        rules: vec![RULES[0].code],
        issued_on: of.item.begins,
        serial: of.item.serial.clone(),
        sha256: of.sha256.clone(),
        subject: of.holder.name.clone(),
        places: 1,
        hosts: vec!["pc-01".into()],
        path: Some(of.item.path.clone()),
    }
}

fn fee(of: &TrackedCertificate) -> FeeRow {
    let cost = Cost { yen: 13_200, tax_included: Some(true), source: "手数料の一覧".into(), policy_line: None };
    FeeRow {
        certificate: of.clone(),
        applied: ApplicationDay::On(day("2026-04-01")),
        recorded: false,
        forecast: false,
        cost: Some(cost),
        doubt: None,
        payer: None,
    }
}
