//! Every rule that needs a register, on files and a register: what fires it, and what does not
//! quite.

use shomei::audit::rules::{RULES, RuleFamily};
use shomei::calendar::parse_day;
use shomei::register::{Holder, HolderKind, HolderStatus, ManualBinding, MarkState, MarkTarget, RegisterState};

use super::cards::{declared, holder, key, line, mark, office, provider};
use super::files::{Made, Scene, Told};

const AT: &str = "2026-11-23";

fn bind(office: RegisterState, made: &Made, id: &str) -> RegisterState {
    let mut office = office;
    office.bindings.insert(made.sha256(), ManualBinding::To(key(id)));
    office
}

/// One certificate that lives, in the hands of this holder.
fn one(change: impl FnOnce(&mut Holder)) -> Told {
    let scene = Scene::new();
    let made = scene.issue("One", "2025-04-01", "2028-04-01");
    scene.put("one.pem", &made);
    let mut holder = provider("P1", "care");
    change(&mut holder);
    scene.audit(&bind(office(&[holder]), &made, "P1"), AT)
}

#[test]
fn a_healthy_holder_has_no_finding() {
    let told = one(|_| {});
    assert_eq!((told.holder("P1"), told.file("one.pem")), (vec![], vec![]));
    assert_eq!(told.summary.units, [("can", 1)].into());
}

#[test]
fn holder_uncovered() {
    let told = one(|holder| holder.lines = vec![line("P1", "care"), line("P2", "care")]);
    assert_eq!(told.holder("P1"), [""; 0], "one certificate of the holder covers its numbers");
    let scene = Scene::new();
    assert_eq!(scene.audit(&office(&[provider("P1", "care")]), AT).holder("P1"), ["holder-uncovered"]);
    let declares = Holder { declared: declared(None, "2027-01-01"), ..provider("P1", "care") };
    assert_eq!(scene.audit(&office(&[declares]), AT).holder("P1"), [""; 0], "declared is unknown");
}

#[test]
fn category_unfit() {
    let of = |category: &str| one(|holder| holder.category = Some(category.into()));
    assert_eq!(of("welfare").file("one.pem"), ["category-unfit"]);
    assert_eq!(of("welfare").holder("P1"), ["holder-uncovered"]);
    assert_eq!(of("care").file("one.pem"), [""; 0]);
}

#[test]
fn category_unknown() {
    assert_eq!(one(|holder| holder.category = None).file("one.pem"), ["category-unknown"]);
    assert_eq!(one(|holder| holder.category = None).holder("P1"), [""; 0]);
}

#[test]
fn holder_ambiguous_and_unknown() {
    let scene = Scene::new();
    let made = scene.issue("One", "2025-04-01", "2028-04-01");
    scene.put("one.pem", &made);
    let declares = |id| Holder { declared: declared(Some(&made.read().serial), ""), ..holder(id) };
    let told = |office: &RegisterState| scene.audit(office, AT).file("one.pem").join(" ");
    assert_eq!(told(&office(&[declares("P1"), declares("P2")])), "holder-ambiguous");
    assert_eq!(told(&office(&[declares("P1"), holder("P2")])), "");
    assert_eq!(told(&office(&[holder("P1")])), "holder-unknown");
    assert_eq!(told(&bind(office(&[holder("P1")]), &made, "P9")), "holder-unknown", "its holder has vanished");
    assert_eq!(told(&RegisterState::default()), "");
}

#[test]
fn left_over() {
    let closed = |status, since: &str| {
        one(|holder| (holder.status, holder.status_since) = (status, parse_day(since))).file("one.pem").join(" ")
    };
    assert_eq!(closed(HolderStatus::Closed, AT), "left-over warning closed-not-revoked");
    assert_eq!(closed(HolderStatus::MovedToAgent, ""), "left-over");
    assert_eq!(closed(HolderStatus::Closed, "2026-11-24"), "");
    assert_eq!(closed(HolderStatus::ManagedElsewhere, ""), "");
}

#[test]
fn password_expiring_to_the_day() {
    let changed = |day: &str| {
        let scene = Scene::new();
        let holder = Holder { password_changed: parse_day(day), ..holder("A1") };
        let json = scene.json(&office(&[holder]), AT);
        let findings = json["holders"][0]["findings"].as_array().unwrap().clone();
        let password = findings.iter().find(|finding| finding["rule"] == "password-expiring");
        password.map_or(String::new(), |finding| {
            let evidence = &finding["evidence"];
            format!(
                "{} {} {}",
                evidence["state"][0].as_str().unwrap(),
                evidence["days_left"],
                evidence["expires_on"].as_str().unwrap()
            )
        })
    };
    // 2026-05-27 is 180 days before the day judged.
    assert_eq!(changed("2026-05-28"), "expiring 1 2026-11-24", "the 179th day");
    assert_eq!(changed("2026-05-27"), "expired 0 2026-11-23", "the 180th day");
    assert_eq!(changed("2026-05-26"), "expired -1 2026-11-22", "the 181st day");
    assert_eq!(changed("2026-06-26"), "expiring 30 2026-12-23");
    assert_eq!(changed("2026-06-27"), "");
    assert_eq!(changed(""), "");
}

#[test]
fn a_recorded_change_of_password_counts() {
    let scene = Scene::new();
    let mut office = office(&[Holder { password_changed: parse_day("2026-01-01"), ..provider("P1", "care") }]);
    assert!(scene.audit(&office, AT).holder("P1").contains(&"password-expiring error"));
    mark(&mut office, MarkTarget::Holder(key("P1")), MarkState::PasswordChanged, |mark| {
        mark.on = parse_day("2026-11-20")
    });
    assert!(scene.audit(&office, AT).holder("P1").iter().all(|code| !code.starts_with("password-expiring")));
}

#[test]
fn provider_number_shared() {
    let with = |change: fn(&mut Holder)| {
        let mut second = Holder { lines: vec![line("P1", "welfare")], name: "Other".into(), ..provider("P2", "care") };
        change(&mut second);
        let told = Scene::new().audit(&office(&[provider("P1", "care"), second]), AT);
        ["P1", "P2"].map(|id| told.holder(id).contains(&"provider-number-shared"))
    };
    assert_eq!(with(|_| {}), [true, true]);
    assert_eq!(with(|second| second.lines = vec![line("P2", "care")]), [false, false]);
    assert_eq!(with(|second| second.kind = Some(HolderKind::Agent)), [false, false]);
    assert_eq!(with(|second| second.status = HolderStatus::Closed), [false, false]);
    assert_eq!(with(|second| second.status = HolderStatus::Suspended), [true, true]);
    // Two rows of one provider, each for a service of its own, and for the same service.
    let name: fn(&mut Holder) = |second| second.name = provider("P1", "care").name;
    assert_eq!(with(name), [false, false]);
    assert_eq!(
        with(|second| (second.name, second.lines) = (provider("P1", "care").name, vec![line("P1", "care")])),
        [true, true]
    );
}

#[test]
fn holder_surplus() {
    let surplus = |from: &str, until: &str| {
        let scene = Scene::new();
        let (a, b) = (scene.issue("A", from, until), scene.issue("B", "2026-06-01", "2029-06-01"));
        scene.put("a.pem", &a);
        scene.put("b.pem", &b);
        let office = bind(bind(office(&[provider("P1", "care")]), &a, "P1"), &b, "P1");
        scene.audit(&office, AT).holder("P1").join(" ")
    };
    assert_eq!(surplus("2025-06-01", "2028-06-01"), "holder-surplus");
    assert_eq!(surplus("2024-01-10", "2027-01-10"), "", "the overlap of a renewal");
}

#[test]
fn renewal_without_a_register() {
    let scene = Scene::new();
    scene.put("old.pem", &scene.issue("One", "2023-11-01", "2026-11-01"));
    let new = scene.issue("One", "2026-10-01", "2029-07-01");
    let told = || scene.audit(&RegisterState::default(), AT);
    assert_eq!((told().file("old.pem"), told().summary.expired), (vec!["expired"], 1));
    scene.put_bare("new.cer", &new);
    assert_eq!(told().file("old.pem"), ["renewed-not-installed", "expired info", "superseded"]);
    scene.put("new.pem", &new);
    assert_eq!((told().file("old.pem"), told().summary.expired), (vec!["expired info", "superseded"], 0));
    assert!(told().holders.is_empty() && told().summary.holders == 0);
    let json = scene.json(&RegisterState::default(), AT);
    assert!(json.get("holders").is_none() && json["summary"].get("units").is_none());
}

#[test]
fn a_policys_severity_does_not_alarm_for_what_is_settled() {
    let scene = Scene::with("severities: {expired: warning}\n");
    scene.put("old.pem", &scene.issue("One", "2023-11-01", "2026-11-01"));
    assert_eq!(scene.audit(&RegisterState::default(), AT).file("old.pem"), ["expired warning"]);
    scene.put("new.pem", &scene.issue("One", "2026-10-01", "2029-07-01"));
    assert_eq!(scene.audit(&RegisterState::default(), AT).file("old.pem"), ["expired info", "superseded"]);
}

#[test]
fn a_hostile_neighbour_changes_nothing() {
    let scene = Scene::new();
    let old = scene.issue("One", "2023-11-01", "2026-11-01");
    scene.put("old.pem", &old);
    let office = bind(office(&[provider("P1", "care")]), &old, "P1");
    let before = scene.json(&office, AT);
    // Later, of the same names, with a key; and one that takes the serial number.
    scene.put("zz-hostile.pem", &scene.forge("One", "2026-10-01", "2029-07-01"));
    let after = scene.json(&office, AT);
    assert_eq!(before["holders"], after["holders"]);
    let record = |json: &serde_json::Value| {
        let list = json["certificates"].as_array().unwrap();
        list.iter().find(|one| one["sources"][0]["path"].as_str().unwrap().ends_with("old.pem")).unwrap().clone()
    };
    assert_eq!(record(&before), record(&after));
    scene.remove("zz-hostile.pem");
}

#[test]
fn acknowledged_findings_are_silent_until_their_day_and_counted() {
    let scene = Scene::new();
    let old = scene.issue("One", "2023-11-01", "2026-11-01");
    scene.put("old.pem", &old);
    let told = |target: MarkTarget, rule: &str, until: &str| {
        let mut office = bind(office(&[provider("P1", "care")]), &old, "P1");
        mark(&mut office, target, MarkState::Acknowledged, |mark| {
            (mark.rule, mark.until) = (Some(rule.into()), parse_day(until));
        });
        let told = scene.audit(&office, AT);
        format!("{} / {} / {}", told.file("old.pem").join(" "), told.holder("P1").join(" "), told.summary.suppressed)
    };
    let certificate = || MarkTarget::Certificate(old.sha256());
    assert_eq!(told(certificate(), "expired", AT), " / holder-uncovered / 1");
    assert_eq!(told(certificate(), "expired", "2026-11-22"), "expired / holder-uncovered / 0", "its day has passed");
    assert_eq!(told(certificate(), "expired", ""), "expired / holder-uncovered / 0", "no end date");
    assert_eq!(told(certificate(), "expiring", AT), "expired / holder-uncovered / 0", "another rule");
    assert_eq!(told(MarkTarget::Holder(key("P1")), "holder-uncovered", AT), "expired /  / 1");
    assert_eq!(
        told(MarkTarget::Holder(key("P1")), "expired", AT),
        " / holder-uncovered / 1",
        "the holder's certificates"
    );
    assert_eq!(told(MarkTarget::Holder(key("P2")), "expired", AT), "expired / holder-uncovered / 0");
}

#[test]
fn the_document_tells_whose_it_is_and_who_can_bill() {
    let scene = Scene::new();
    let made = scene.issue("One", "2025-04-01", "2028-04-01");
    scene.put("one.pem", &made);
    let office = bind(office(&[provider("P1", "care"), provider("P2", "welfare")]), &made, "P1");
    let json = scene.json(&office, AT);
    let one = json["certificates"].as_array().unwrap().iter().find(|one| one["role"] == "end-entity").unwrap();
    assert_eq!(one["holder"], serde_json::json!({"register": "tokyo", "id": "P1", "how": "by-hand"}));
    assert_eq!(one["category"], "both");
    let unit = serde_json::json!({"provider_number": "9900000002", "service": "welfare", "through": ["P2"],
        "coverage": "cannot", "reasons": ["no-certificate"], "can_from": null, "can_until": null, "remarks": []});
    assert_eq!(json["holders"][1]["units"][0], unit);
    assert_eq!(json["summary"]["units"], serde_json::json!({"can": 1, "can_until": 0, "unknown": 0, "cannot": 1}));
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["schema", "at", "policy", "certificates", "holders", "unreadable", "findings", "summary"]);
    crate::common::schema::validate(&["docs/schemas/audit.json"], &[json]);
}

/// The tests above, one for each rule; tests/samples proves the one that needs no register.
const PROVEN: [&str; 14] = [
    "holder-uncovered",
    "claims-end-early",
    "category-unfit",
    "holder-ambiguous",
    "left-over",
    "closed-not-revoked",
    "provider-number-shared",
    "password-expiring",
    "mail-refused",
    "renewed-not-installed",
    "holder-unknown",
    "holder-surplus",
    "agent-overfull",
    "category-unknown",
];

#[test]
fn no_rule_about_holders_is_forgotten() {
    let rules: Vec<&str> =
        RULES.iter().filter(|rule| rule.family == RuleFamily::Holder).map(|rule| rule.code).collect();
    assert_eq!(rules, PROVEN);
}
