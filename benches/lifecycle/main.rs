//! What the lifecycle costs a holder, over a small and a large fleet.
//!
//! ```text
//! cargo bench --bench lifecycle [-- --small 3000 --large 300000 --rounds 3]
//! ```
//!
//! Every figure is for one holder. `floor` is a bare pass: the certificates sorted by their ends,
//! their days left added up. `settle` relates certificates to each other, `plan` and `plan/N` find
//! days without and with a daily number (so many that all can be placed), `fees` reckons seven fiscal
//! years, `reminders` asks a ledger that holds a line for every second certificate, and `…/json`
//! writes the documents to nowhere. `dispatch` sorts what is due by address; `message` makes messages of it
//! as they are sent, and `bare` has lettre encode the same texts, both for one message. Beside them the memory that is resident afterwards, a holder.
//! Results are asserted, time never. docs/en/performance.md tells what was seen.

use std::io;
use std::time::Instant;

use lettre::Message;
use lettre::message::MultiPart;
use shomei::audit::rules;
use shomei::calendar::{Day, Zone, parse_day};
use shomei::deliver::mail::{Mail, MailAddress};
use shomei::deliver::{ContactMessages, DetailLevel, Routing};
use shomei::lifecycle::{
    CertificateItem, CertificateProof, Certificates, Fees, LifecycleState, Notification, NotificationTopic,
    OfficeCalendars, PlanBounds, PlanOutcome, ReminderLedger, ReminderStep, Reminders, RenewalPlan, Subject,
};
use shomei::locale::Lang;
use shomei::policy::{Holidays, Policy};
use shomei::register::{Contact, FeePayer, Holder, HolderKey, HolderStatus, RegisterState, ServiceLine};
use shomei::report::{FeesBy, FeesReport, PlanReport, Templates, View};
use time::Duration;

const RESIDENT: &str = "resident, B";
const TODAY: &str = "2026-11-24";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, default: usize| {
        let at = arguments.iter().position(|a| a == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let sizes = [number("--small", 3_000), number("--large", 300_000)];
    for round in 0..number("--rounds", 3) {
        let [small, large] = sizes.map(|size| (size, measured(size)));
        println!("{:<16} {:>12} {:>12} {:>8} {:>8}", "a holder, ns", small.0, large.0, "large/", "/floor");
        let floor = large.1[0].1;
        // Later rounds use memory that earlier ones gave back.
        let told = small.1.iter().zip(&large.1).filter(|((name, _), _)| round == 0 || *name != RESIDENT);
        for ((name, few), (_, many)) in told {
            let unit = if *name == RESIDENT { String::new() } else { format!("{:.1}", many / floor) };
            println!("{name:<16} {few:>12.0} {many:>12.0} {:>8.2} {unit:>8}", many / few);
        }
    }
}

/// Nanoseconds a holder of each step, and the bytes that were resident at its end.
fn measured(holders: usize) -> Vec<(&'static str, f64)> {
    let text = include_str!("../../policies/lab.yaml");
    let policy = Policy::read(text, "lab.yaml", &rules::codes()).expect("the lab's policy");
    let calendar = OfficeCalendars::new(&policy, &Holidays::built_in().expect("holidays"));
    let before = resident();
    let office = office(holders);
    let today = parse_day(TODAY).expect("a day");
    let at = policy.zone.first_second(today).expect("a moment");
    let mut fleet = Certificates::new(&policy, &office, at).expect("a fleet");
    fleet.items = (0..holders).map(|at| item(at, today)).collect();
    let mut steps = Vec::new();
    let mut time = |name, work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        steps.push((name, began.elapsed().as_nanos() as f64 / holders as f64));
    };
    time("floor", &mut || {
        let mut ends: Vec<Day> = fleet.items.iter().filter_map(|item| item.ends).collect();
        ends.sort_unstable();
        let left: i64 = ends.iter().map(|day| (*day - today).whole_days()).sum();
        assert!(left > 0);
    });
    time("settle", &mut || fleet.settle());
    let (mut plan, mut daily) = (None, None);
    time("plan", &mut || plan = RenewalPlan::new(&fleet, &calendar, PlanBounds::default()));
    let per_day = Some(u32::try_from(holders / 150 + 1).expect("a number"));
    time("plan/N", &mut || {
        daily = RenewalPlan::new(&fleet, &calendar, PlanBounds { per_day, ..PlanBounds::default() })
    });
    let (plan, daily) = (plan.expect("a plan"), daily.expect("a plan"));
    let placed =
        |plan: &RenewalPlan| plan.entries.iter().filter(|one| matches!(one.outcome, PlanOutcome::Apply { .. })).count();
    assert!(placed(&plan) * 4 > holders, "a third is to be applied for within a year");
    assert!(placed(&daily) * 100 > placed(&plan) * 99, "{} of {}", placed(&daily), placed(&plan));
    let mut fees = None;
    time("fees", &mut || fees = Some(Fees::new(&fleet, &plan, (2023, 2029))));
    let fees = fees.expect("fees");
    assert!(fees.total().unknown == 0 && fees.charges.len() >= holders);
    let mut ledger = ReminderLedger::default();
    for item in fleet.items.iter().step_by(2) {
        ledger.add(NotificationTopic::of(item), Notification { step: ReminderStep::Tier(90), on: today });
    }
    time("reminders", &mut || assert!(!Reminders::new(&fleet, &plan, &ledger, &|_| true).due.is_empty()));
    let reminders = Reminders::new(&fleet, &plan, &ledger, &|_| true);
    let mut dispatch = Routing::default();
    time("dispatch", &mut || dispatch = Routing::new(&fleet, &reminders, true));
    let view = View { lang: Lang::Ja, fleet: &fleet, as_of: None };
    time("plan/json", &mut || PlanReport::new(view, &plan).write_json(&mut io::sink()).expect("written"));
    let by = FeesReport::new(view, &fees, FeesBy::Payer, &plan.assumed);
    time("fees/json", &mut || by.write_json(&mut io::sink()).expect("written"));
    steps.extend(messages(view, &reminders, &dispatch));
    steps.push((RESIDENT, (resident() - before).max(0.0) / holders as f64));
    steps
}

/// Nanoseconds a message: as it is sent, and as lettre encodes the same texts.
fn messages(view: View, reminders: &Reminders, dispatch: &Routing) -> [(&'static str, f64); 2] {
    let templates = Templates::built_in(Lang::Ja);
    let digests = ContactMessages {
        view,
        reminders,
        templates: &templates,
        signature: "証明書係",
        details: DetailLevel::default(),
    };
    let parcels = &dispatch.mail[..dispatch.mail.len().min(2_000)];
    assert!(parcels.len() > 100, "{} messages", parcels.len());
    let address = |mail: &str| MailAddress { name: None, mail: mail.to_string() };
    let mut texts = Vec::new();
    let began = Instant::now();
    for (at, parcel) in parcels.iter().enumerate() {
        let body = digests.body(parcel);
        let mail = Mail {
            from: address("cert@example.jp"),
            to: vec![address(&parcel.to)],
            reply_to: None,
            subject: body.subject.clone(),
            text: body.plain(),
            html: Some(body.html(Lang::Ja)),
            attachments: Vec::new(),
            message_id: format!("{at}@example.jp"),
            at: view.fleet.at,
            zone: Zone::JAPAN,
            lang: Lang::Ja,
        };
        assert!(mail.encode().expect("a message").len() > 500);
        texts.push((mail.subject, mail.text, mail.html.unwrap_or_default()));
    }
    let message = began.elapsed().as_nanos() as f64 / parcels.len() as f64;
    let began = Instant::now();
    for (subject, text, html) in texts {
        let builder = Message::builder().from("cert@example.jp".parse().expect("an address"));
        let builder = builder.to("a@example.jp".parse().expect("an address")).subject(subject);
        let whole = builder.multipart(MultiPart::alternative_plain_html(text, html)).expect("a message");
        assert!(whole.formatted().len() > 500);
    }
    let bare = began.elapsed().as_nanos() as f64 / parcels.len() as f64;
    [("bare", bare), ("message", message)]
}

/// Bytes in memory, where the system tells.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4096.0
}

fn office(holders: usize) -> RegisterState {
    let holder = |at: usize| Holder {
        key: HolderKey { register: "default".into(), id: format!("H{at:07}") },
        name: format!("架空の事業所{at:07}"),
        kind: None,
        prefecture: Some(["東京都", "大阪府", "愛知県"][at % 3].into()),
        category: Some("kaigo".into()),
        lines: vec![ServiceLine {
            provider_number: Some(format!("99{at:08}")),
            service: Some("kaigo".into()),
            agent: None,
        }],
        places: Vec::new(),
        contact: Contact { mail: Some(format!("h{at}@example.jp")), ..Contact::default() },
        payer: [Some(FeePayer::Deduction), Some(FeePayer::Transfer), None][at % 3],
        uses: Vec::new(),
        password_changed: None,
        status: HolderStatus::Active,
        status_since: None,
        declared: None,
        tag: None,
        notes: None,
    };
    RegisterState { has_register: true, holders: (0..holders).map(holder).collect(), ..RegisterState::default() }
}

/// Certificates that end over three years from tomorrow on, evenly.
fn item(at: usize, today: Day) -> CertificateItem {
    let ends = today + Duration::days(1 + (at as i64 * 7919) % 1095);
    let end = Zone::JAPAN.first_second(ends + Duration::DAY).and_then(|at| at.checked_sub(Duration::SECOND));
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&(at as u64).to_be_bytes());
    CertificateItem {
        thing: Subject::Certificate(sha256),
        serial: format!("{at:08X}"),
        name: format!("架空の事業所{at:07}"),
        path: format!("share/{:03}/{at:07}.p12", at / 500),
        holder: Some(at),
        category: Some("kaigo".into()),
        generation: Some("2019".into()),
        authority: Some(0),
        begins: Some(ends - Duration::days(1095)),
        ends: Some(ends),
        printed_until: Some(ends),
        whole_until: Some(ends),
        end,
        clipped: false,
        present: true,
        proof: CertificateProof::Trusted,
        state: LifecycleState::Active,
        before: None,
        subject: Default::default(),
    }
}
