//! Made-up certificates, an office, the lab's policy.

use shomei::audit::holding::NameHash;
use shomei::audit::rules;
use shomei::calendar::{Day, Instant};
use shomei::lifecycle::{
    CertificateItem, CertificateProof, Certificates, LifecycleState, OfficeCalendars, PlanBounds, PlannedCertificate,
    RenewalPlan, Subject,
};
use shomei::policy::{Holidays, MonthDays, Policy};
use shomei::register::{Holder, Mark, MarkState, MarkTarget, RegisterState};

use crate::common::files::kept;
use crate::common::holders;
use crate::common::times::in_japan;

pub use crate::common::times::{day, days_after};

/// Nine in the morning of a day in Japan.
pub fn morning(policy: &Policy, day: Day) -> Instant {
    policy.zone.first_second(day).unwrap().checked_add(time::Duration::hours(9)).unwrap()
}

/// The lab's policy, whose terms by prefecture are for trials alone, without these.
pub fn policy() -> Policy {
    let mut policy = Policy::read(&kept("policies/lab.yaml"), "lab.yaml", &rules::codes()).unwrap();
    policy.renewal.prefectures.clear();
    policy
}

pub fn window(from: u8, until: u8) -> Option<MonthDays> {
    Some(MonthDays { from, until })
}

pub fn calendar(policy: &Policy) -> OfficeCalendars {
    OfficeCalendars::new(policy, &Holidays::built_in().unwrap())
}

/// A trusted certificate of nobody the register knows, which ends with the last second of a day.
pub fn item(number: u8, ends: Day) -> CertificateItem {
    let zone = shomei::calendar::Zone::JAPAN;
    let end = zone.first_second(ends.next_day().unwrap()).unwrap().checked_sub(time::Duration::SECOND);
    let mut sha256 = [0; 32];
    sha256[0] = number;
    CertificateItem {
        thing: Subject::Certificate(sha256),
        serial: format!("{number:02X}"),
        name: format!("事業所{number:03}"),
        path: format!("{number}.p12"),
        holder: None,
        category: Some("kaigo".into()),
        generation: Some("2019".into()),
        authority: Some(0),
        begins: ends.checked_sub(time::Duration::days(1095)),
        ends: Some(ends),
        printed_until: Some(ends),
        whole_until: Some(ends),
        end,
        clipped: false,
        present: true,
        proof: CertificateProof::Trusted,
        state: LifecycleState::Active,
        before: None,
        subject: [number; size_of::<NameHash>()],
    }
}

pub fn fleet<'a>(
    policy: &'a Policy,
    office: &'a RegisterState,
    today: Day,
    items: Vec<CertificateItem>,
) -> Certificates<'a> {
    let mut fleet = Certificates::new(policy, office, morning(policy, today)).unwrap();
    fleet.items = items;
    fleet
}

/// What is planned of the certificate with this number.
pub fn planned<'p>(plan: &'p RenewalPlan, fleet: &Certificates, number: u8) -> &'p PlannedCertificate {
    let name = format!("事業所{number:03}");
    plan.entries.iter().find(|entry| fleet.items[entry.item].name == name).unwrap()
}

pub fn plan<'a>(fleet: &Certificates<'a>, calendar: &'a OfficeCalendars, ask: PlanBounds) -> RenewalPlan<'a> {
    RenewalPlan::new(fleet, calendar, ask).unwrap()
}

pub fn holder(id: &str) -> Holder {
    Holder { category: Some("kaigo".into()), ..holders::holder("default", id) }
}

pub fn mark(target: &CertificateItem, state: MarkState, on: Day) -> Mark {
    let Subject::Certificate(sha256) = &target.thing else { panic!("no certificate") };
    Mark {
        id: [0; 16],
        recorded: in_japan(&on.to_string()),
        target: MarkTarget::Certificate(*sha256),
        state,
        rule: None,
        place: None,
        on: Some(on),
        until: None,
        reason: None,
        by: None,
    }
}
