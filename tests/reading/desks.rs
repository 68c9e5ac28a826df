//! Desks: when they can be reached, by their hours, the claim period and the holidays.

use shomei::audit::rules::codes;
use shomei::calendar::{Zone, parse_day, parse_instant};
use shomei::locale::Lang;
use shomei::policy::{BUILT_IN, Desk, DeskTaskKind, Holidays, Policy};
use shomei::report::{desk_line, desk_opening};

fn built_in() -> Policy {
    Policy::read(BUILT_IN, "e-seikyuu.yaml", &codes()).unwrap()
}

fn desk<'a>(policy: &'a Policy, id: &str) -> &'a Desk {
    policy.desks.iter().find(|desk| desk.id == id).unwrap()
}

fn opening(at: &str, lang: Lang) -> String {
    let (policy, holidays) = (built_in(), Holidays::built_in().unwrap());
    let at = parse_instant(&format!("{at}:00+09:00"), Zone::JAPAN).unwrap();
    desk_opening(desk(&policy, "helpdesk-shogai"), at, &policy.desk_calendar(&holidays), lang).unwrap()
}

#[test]
fn the_help_desk_is_open_as_the_faq_prints() {
    for (at, expected) in [
        // Friday, outside the claim period: 10 to 17.
        ("2026-11-27T09:59", "opens today at 10:00, until 17:00"),
        ("2026-11-27T10:00", "open today until 17:00"),
        ("2026-11-27T16:59", "open today until 17:00"),
        // No Saturday and Sunday then.
        ("2026-11-27T17:00", "closed for today, opens again on 2026-11-30 (Mon) at 10:00"),
        ("2026-11-28T11:00", "closed today, opens on 2026-11-30 (Mon) at 10:00"),
        // In the claim period until 19, and on Saturdays until 17.
        ("2026-12-01T18:59", "open today until 19:00"),
        ("2026-12-05T16:59", "open today until 17:00"),
        ("2026-12-06T11:00", "closed today, opens on 2026-12-07 (Mon) at 10:00"),
        ("2026-12-10T18:00", "open today until 19:00"),
        ("2026-12-11T18:00", "closed for today, opens again on 2026-12-14 (Mon) at 10:00"),
        // A holiday on a weekday, and one on a Saturday of a claim period.
        ("2026-11-23T11:00", "closed today, opens on 2026-11-24 (Tue) at 10:00"),
        ("2025-05-03T11:00", "closed today, opens on 2025-05-07 (Wed) at 10:00"),
    ] {
        assert_eq!(opening(at, Lang::En), expected, "{at}");
    }
    assert_eq!(opening("2026-11-27T11:00", Lang::Ja), "本日は17:00まで受付中");
    assert_eq!(opening("2026-11-27T17:30", Lang::Ja), "本日の受付は終了、次は2026年11月30日(月)10:00から");
}

#[test]
fn what_is_not_published_is_not_asserted() {
    // The turn of the year, and a year whose holidays are not announced.
    for at in ["2026-12-29T11:00", "2026-12-31T11:00", "2099-03-05T11:00"] {
        assert!(opening(at, Lang::Ja).contains("お知らせで確認"), "{at}");
        assert!(opening(at, Lang::En).contains("check the notices"), "{at}");
    }
    let (policy, holidays) = (built_in(), Holidays::built_in().unwrap());
    let at = parse_instant("2026-11-27", Zone::JAPAN).unwrap();
    // A telephone number is known, hours are not.
    let kaigo = desk_line(desk(&policy, "helpdesk-kaigo"), at, &policy.desk_calendar(&holidays), Lang::En);
    assert!(kaigo.ends_with("telephone 0570-059-402"), "{kaigo}");
    assert_eq!(desk(&policy, "federation").availability(at, &policy.desk_calendar(&holidays)), None);
}

#[test]
fn the_desk_is_that_of_the_task_and_the_kind_of_holder() {
    let policy = built_in();
    let of = |task, agent| policy.desks.doing(task, agent).map(|(desk, _)| desk.id.as_str());
    assert_eq!(of(DeskTaskKind::Apply, false), Some("system"));
    assert_eq!(of(DeskTaskKind::ChangePassword, false), Some("system"));
    assert_eq!(of(DeskTaskKind::ChangePassword, true), Some("agents-system"));
    assert_eq!(of(DeskTaskKind::Revoke, true), Some("federation"));
    assert!(policy.desks.iter().all(|desk| desk.retrieved >= parse_day("2026-11-30").unwrap()));
}

#[test]
fn a_policy_may_name_nobody() {
    let text = BUILT_IN.split("\ndesks:\n").next().unwrap();
    let policy = Policy::read(text, "none.yaml", &codes()).unwrap();
    assert_eq!(policy.desks.iter().count(), 0);
    assert_eq!(policy.desks.placeholder("desk", Lang::Ja).as_deref(), Some("発行元"));
    assert_eq!(policy.desks.placeholder("other", Lang::Ja), None);
}
