//! What applications cost.

use shomei::calendar::Day;
use shomei::lifecycle::{
    ApplicationDay, CertificateItem, Certificates, Charge, Fees, LifecycleState, PlanBounds, UnknownFee, fiscal_year,
};
use shomei::policy::{DaySpan, Fee, LocalizedText, Policy, RenewalStart};
use shomei::register::{MarkState, RegisterState};

use super::scene::{calendar, day, fleet, item, mark, plan, policy};

fn reckoned(fleet: &Certificates, policy: &Policy, years: (i32, i32), each: &mut dyn FnMut(&Fees)) {
    let calendar = calendar(policy);
    let plan = plan(fleet, &calendar, PlanBounds::default());
    each(&Fees::new(fleet, &plan, years));
}

/// What is told of one application: the days it may have been, yen, doubt.
fn told(charge: &Charge) -> (ApplicationDay, Option<u64>, Option<UnknownFee>) {
    (charge.applied, charge.fee.map(|fee| fee.yen), charge.doubt)
}

/// Every application from `years` of items with a category each.
fn charges(
    policy: &Policy,
    office: &RegisterState,
    items: Vec<CertificateItem>,
    years: (i32, i32),
) -> Vec<(ApplicationDay, Option<u64>, Option<UnknownFee>)> {
    let mut fleet = fleet(policy, office, day("2026-12-01"), items);
    fleet.settle();
    let mut found = Vec::new();
    reckoned(&fleet, policy, years, &mut |fees| found = fees.charges.iter().map(told).collect());
    found
}

fn fee(category: &str, from: Option<&str>, until: Option<&str>, yen: u64) -> Fee {
    Fee {
        category: Some(category.into()),
        applied: DaySpan { from: from.map(day), until: until.map(day) },
        yen,
        years: Some(3),
        tax_included: None,
        source: LocalizedText { ja: "試験".into(), en: "a test".into() },
        line: 1,
    }
}

fn issued(number: u8, begins: &str, ends: &str) -> CertificateItem {
    let mut item = item(number, day(ends));
    item.begins = Some(day(begins));
    item
}

#[test]
fn a_fiscal_year_begins_in_april() {
    assert_eq!((fiscal_year(day("2027-03-31")), fiscal_year(day("2027-04-01"))), (2026, 2027));
    assert_eq!((fiscal_year(day("2028-01-01")), fiscal_year(day("2028-03-31"))), (2027, 2027));
}

#[test]
fn a_past_application_is_presumed_on_the_day_of_issue_or_as_recorded() {
    let policy = policy();
    let years = (2024, 2025);
    let item = issued(1, "2025-04-01", "2028-04-01");
    let office = RegisterState::default();
    let presumed = charges(&policy, &office, vec![item.clone()], years);
    assert_eq!(presumed, [(ApplicationDay::On(day("2025-04-01")), Some(13_200), None)]);
    // Recorded on the certificate itself, a few days before its issue: another fiscal year.
    let mut office = RegisterState::default();
    let applied = mark(&item, MarkState::Applied, day("2025-03-24"));
    office.marks.insert(applied.target.clone(), vec![applied]);
    let recorded = charges(&policy, &office, vec![item], years);
    assert_eq!(recorded, [(ApplicationDay::On(day("2025-03-24")), Some(13_200), None)]);
}

#[test]
fn an_application_recorded_on_the_old_one_is_the_new_ones() {
    let policy = policy();
    let old = issued(1, "2022-05-20", "2025-05-20");
    let mut new = issued(1, "2025-04-28", "2028-04-28");
    new.thing = shomei::lifecycle::Subject::Certificate([9; 32]);
    let mut office = RegisterState::default();
    let applied = mark(&old, MarkState::Applied, day("2025-04-21"));
    office.marks.insert(applied.target.clone(), vec![applied]);
    let found = charges(&policy, &office, vec![old, new], (2022, 2025));
    let expected = [
        (ApplicationDay::On(day("2022-05-20")), Some(13_200), None),
        (ApplicationDay::On(day("2025-04-21")), Some(13_200), None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_renewal_that_runs_on_was_applied_for_within_an_interval() {
    let mut policy = policy();
    let old = issued(1, "2022-05-20", "2025-05-20");
    let mut new = issued(1, "2025-05-21", "2028-05-21");
    new.thing = shomei::lifecycle::Subject::Certificate([9; 32]);
    let between = ApplicationDay::Between(day("2025-02-20"), day("2025-05-21"));
    let of_new =
        |policy: &Policy| charges(policy, &RegisterState::default(), vec![old.clone(), new.clone()], (2025, 2025));
    assert_eq!(of_new(&policy), [(between, Some(13_200), None)]);
    // The fee changes inside: unknown. It changes just outside: known.
    let split =
        |change: &str, next: &str| vec![fee("kaigo", None, Some(change), 1000), fee("kaigo", Some(next), None, 2000)];
    policy.fees = split("2025-03-31", "2025-04-01");
    assert_eq!(of_new(&policy), [(between, None, Some(UnknownFee::FeeChanges))]);
    policy.fees = split("2025-02-19", "2025-02-20");
    assert_eq!(of_new(&policy), [(between, Some(2000), None)]);
    // A row is missing in the middle: nobody knows.
    policy.fees = vec![fee("kaigo", None, Some("2025-03-31"), 1000), fee("kaigo", Some("2025-04-10"), None, 1000)];
    assert_eq!(of_new(&policy), [(between, None, Some(UnknownFee::NoFee))]);
    // Where renewals count from their issue, it was issued on that day.
    policy.renewal.general.start.value = RenewalStart::Issue;
    assert_eq!(of_new(&policy)[0].0, ApplicationDay::On(day("2025-05-21")));
}

#[test]
fn what_is_unknown_is_counted_and_never_zero() {
    let policy = policy();
    let mut nameless = issued(1, "2025-06-01", "2028-06-01");
    nameless.category = None;
    let mut early = issued(2, "2012-06-01", "2013-06-01");
    early.category = Some("kaigo".into());
    let office = RegisterState::default();
    let mut fleet = fleet(&policy, &office, day("2026-12-01"), vec![nameless, early]);
    fleet.settle();
    reckoned(&fleet, &policy, (2010, 2026), &mut |fees| {
        let total = fees.total();
        assert_eq!((total.applications, total.unknown, total.yen), (2, 2, 0));
        let gaps: Vec<_> =
            fees.gaps(&fleet).into_iter().map(|gap| (gap.doubt, gap.category, gap.applications)).collect();
        assert_eq!(gaps, [(UnknownFee::CategoryUnknown, None, 1), (UnknownFee::NoFee, Some("kaigo".into()), 1)]);
        assert_eq!(fees.lapsed, 0, "what expired in 2013 is history");
    });
}

#[test]
fn the_forecast_renews_as_planned_for_as_long_as_a_certificate_lives() {
    let mut policy = policy();
    // Ends 2027-05-20: renewal opens 2027-02-19, a Friday.
    let years = |policy: &Policy, last| -> Vec<Day> {
        let found =
            charges(policy, &RegisterState::default(), vec![issued(1, "2024-05-20", "2027-05-20")], (2026, last));
        found.iter().map(|(applied, ..)| applied.last()).collect()
    };
    assert_eq!(years(&policy, 2026), [day("2027-02-19")]);
    // In hand on 2027-03-01, it ends on 2030-03-01: renewed 90 days before, on Monday 2029-12-03,
    // which lies in a claim period; the first business day after it is the 11th.
    assert_eq!(years(&policy, 2029), [day("2027-02-19"), day("2029-12-11")]);
    // Running on from the end it ends on 2030-05-20, and is renewed from 2030-02-19.
    policy.renewal.general.start.value = RenewalStart::RunOn;
    assert_eq!(years(&policy, 2029), [day("2027-02-19"), day("2030-02-19")]);
}

#[test]
fn what_was_applied_for_is_charged_once_on_its_day() {
    let policy = policy();
    let mut awaited = issued(1, "2024-01-20", "2027-01-20");
    awaited.state = LifecycleState::Awaited(day("2026-11-25"));
    let office = RegisterState::default();
    let fleet = fleet(&policy, &office, day("2026-12-01"), vec![awaited]);
    reckoned(&fleet, &policy, (2026, 2026), &mut |fees| {
        let [charge] = fees.charges.as_slice() else { panic!("{:?}", fees.charges) };
        assert_eq!(charge.applied, ApplicationDay::On(day("2026-11-25")));
        assert!(charge.recorded && !charge.forecast);
    });
}

#[test]
fn what_was_revoked_was_paid_for_and_what_begins_later_was_applied_for_by_today() {
    let policy = policy();
    let mut revoked = issued(1, "2025-06-02", "2028-06-02");
    (revoked.proof, revoked.state) = (shomei::lifecycle::CertificateProof::Revoked, LifecycleState::LeftOver);
    let later = issued(2, "2026-12-20", "2029-12-20");
    let found = charges(&policy, &RegisterState::default(), vec![revoked, later], (2025, 2026));
    let expected = [
        (ApplicationDay::On(day("2025-06-02")), Some(13_200), None),
        (ApplicationDay::On(day("2026-12-01")), Some(13_200), None),
    ];
    assert_eq!(found, expected);
}
