//! Units for systemd, read by systemd's own tools.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use shomei::calendar::{Instant, Zone, parse_instant};
use shomei::deliver::schedule::Schedule;
use shomei::deliver::schedule::systemd::on_calendar;

use super::scene::{Home, at, office, stand_ins};

fn analyze(home: &Home, arguments: &[&str]) -> String {
    let output = Command::new("systemd-analyze")
        .args(arguments)
        .env("XDG_RUNTIME_DIR", home.path(""))
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("systemd-analyze is missing: tests/install installs it");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<&str> = stderr.lines().filter(|line| line.contains("shomei")).collect();
    assert!(output.status.success() && complaints.is_empty(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

const ODD: &str = "50% of $HOME 書類";

/// The printed units of the user or the system, with a program and a configuration whose names
/// are odd.
fn printed(home: &Home, more: &[&str]) -> [String; 2] {
    let (program, config) = (format!("{ODD}/called"), format!("{ODD}/\"1\".yaml"));
    home.write(&config, "");
    fs::copy(stand_ins().join("called"), home.path(&program)).unwrap();
    let asked = ["schedule", "print", "--for", "systemd", "-o", "units", "--weekly-on", "mon", "--weekly-on", "木"];
    let arguments = [&asked[..], &["--config", &config, "--program", &program], more].concat();
    let said = home.run_with(&stand_ins().to_string_lossy(), &arguments);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    ["shomei.timer", "shomei.service"].map(|name| home.text(&format!("units/{name}")))
}

#[test]
fn systemd_has_nothing_to_say_of_a_users_units() {
    let home = Home::new();
    let [timer, service] = printed(&home, &[]);
    analyze(&home, &["--user", "verify", &timer, &service]);
    let service = home.read("units/shomei.service");
    for line in [
        // systemd 239, which Red Hat 8 has, loads no oneshot with a Restart, and knows no `:` before a command.
        "Type=simple",
        "RuntimeMaxSec=12h",
        "SuccessExitStatus=1",
        "Restart=on-failure",
        "RestartSec=1h",
        "NoNewPrivileges=yes",
        "LimitCORE=0",
        "UMask=0077",
    ] {
        assert!(service.lines().any(|l| l == line), "{line}: {service}");
    }
    let command = service.lines().find(|line| line.starts_with("ExecStart=")).unwrap();
    assert!(
        command.starts_with("ExecStart=\"/") && command.contains("50%% of $$HOME 書類/\\\"1\\\".yaml"),
        "{command}"
    );
    // Mounting is for the system's manager.
    assert!(!service.contains("ProtectSystem") && !service.contains("User="), "{service}");
}

#[test]
fn systemd_has_nothing_to_say_of_the_systems_units_and_finds_them_safe() {
    let home = Home::new();
    let writes = ["--writes", "報告 書"];
    let [timer, service] = printed(&home, &[&["--system"][..], &writes].concat());
    analyze(&home, &["verify", &timer, &service]);
    analyze(&home, &["security", "--offline=true", "--threshold=20", &service]);
    let service = home.read("units/shomei.service");
    let writable: Vec<&str> = service.lines().filter(|line| line.starts_with("ReadWritePaths=")).collect();
    let expected =
        [".local/share/shomei", "報告 書"].map(|folder| format!("ReadWritePaths=\"-{}\"", home.text(folder)));
    assert_eq!(writable, expected);
    assert!(service.contains("\nUser=hanako\n") && service.contains("\nCapabilityBoundingSet=\n"), "{service}");
    assert!(service.contains("50%% of $$HOME 書類/\\\"1\\\".yaml\""), "{service}");
}

#[test]
fn whoever_has_the_inventory_must_be_known() {
    let home = Home::new();
    let print = ["print", "--for", "systemd", "--system", "--daily", "07:30", "--user"];
    let service = home.ok(&[&print[..], &["jiro"]].concat());
    assert!(
        service.contains("User=jiro\n") && service.contains(&format!("=\"-{}\"\n", home.text("data"))),
        "{service}"
    );
    let more = "inventory: data/i.sqlite\nreport: {folder: reports}\nrun: {log: logs/run.jsonl, metrics: metrics}\n";
    home.write("config.yaml", more);
    let service = home.ok(&[&print[..], &["jiro"]].concat());
    for folder in ["data", "logs", "metrics", "reports"] {
        assert!(service.contains(&format!("\nReadWritePaths=\"-{}\"\n", home.text(folder))), "{service}");
    }
    home.write("config.yaml", "lang: en\n");
    assert!(home.refused(&[&print[..], &["jiro"]].concat()).contains("write inventory into the configuration"));
    assert!(home.refused(&[&print[..], &["a b"]].concat()).contains("no name of a user"));
}

/// When systemd says that these calendars elapse, from a moment on.
fn elapses(home: &Home, calendars: &[String], from: &str) -> BTreeSet<Instant> {
    let base = format!("--base-time={from}");
    let mut all = BTreeSet::new();
    for calendar in calendars {
        let told = analyze(home, &["calendar", "--iterations=12", &base, calendar]);
        let times =
            told.lines().filter(|line| (line.contains("elapse:") || line.contains("Iter.")) && line.ends_with(" UTC"));
        // `Next elapse: Sun 2026-11-29 22:30:00 UTC`
        all.extend(times.map(|line| {
            let words: Vec<&str> = line.split_whitespace().rev().collect();
            parse_instant(&format!("{}T{}Z", words[2], words[1]), Zone::UTC).unwrap()
        }));
    }
    assert!(all.len() >= 12, "{calendars:?}: {all:?}");
    all
}

#[test]
fn timers_elapse_when_a_run_is_due() {
    let home = Home::new();
    let zones = ["+09:00", "Z", "-05:00", "+14:00"].map(|zone| Zone::parse(zone).unwrap());
    let texts =
        ["daily 07:30", "weekly mon,sun 23:59", "monthly 11,25 00:00", "monthly 1,29,30 07:30", "monthly 31 07:30"];
    for (at_zone, zone) in zones.iter().enumerate() {
        for text in texts {
            let schedule = Schedule::parse(text).unwrap();
            let elapses = elapses(&home, &on_calendar(&schedule, *zone).unwrap(), "2026-12-20 00:00:00 UTC");
            let mut now = at("2026-12-20T00:00:00Z");
            for moment in elapses.iter().take(12) {
                let next = schedule.next(&office(), *zone, now).unwrap();
                // 30 and the last of a month are two timers, of which `--if-due` takes one.
                let may_be_more = text.contains("29,30");
                assert!(next == *moment || (may_be_more && *moment < next), "{text}, zone {at_zone}");
                now = *moment;
            }
        }
    }
}

#[test]
fn timers_elapse_at_least_when_business_days_say_so() {
    let home = Home::new();
    for text in ["daily 07:30 skip", "weekly mon 07:30 skip", "monthly 31 07:30 skip", "monthly 1,11 07:30 next"] {
        let schedule = Schedule::parse(text).unwrap();
        let elapses = elapses(&home, &on_calendar(&schedule, Zone::JAPAN).unwrap(), "2026-12-27 00:00:00 UTC");
        let mut now = at("2026-12-27T00:00:00Z");
        while let Some(next) = schedule.next(&office(), Zone::JAPAN, now).filter(|next| elapses.last() >= Some(next)) {
            assert!(elapses.contains(&next), "{text}: {}", Zone::JAPAN.local(next));
            now = next;
        }
        assert!(now > at("2027-01-01"), "{text}");
    }
}

#[test]
fn a_program_that_systemd_refuses_is_for_cron() {
    let home = Home::new();
    let program = "it's/called";
    home.write(program, "");
    let install = ["install", "--daily", "07:30", "--program", program, "--with"];
    assert!(home.refused(&[&install[..], &["systemd"]].concat()).contains("whose path has a quotation mark"));
    assert!(!home.path(".config").exists());
    home.ok(&[&install[..], &["cron"]].concat());
}

#[test]
fn a_zone_without_a_name_is_for_cron() {
    let home = Home::new();
    let lab = fs::read_to_string("policies/lab.yaml").unwrap();
    home.write("policy.yaml", lab.replacen("zone: \"+09:00\"", "zone: \"+05:30\"", 1));
    home.write("config.yaml", "policy: policy.yaml\n");
    let install = ["install", "--daily", "07:30", "--with"];
    assert!(home.refused(&[&install[..], &["systemd"]].concat()).contains("zone +05:30, only for whole hours"));
    let said = home.ok(&[&install[..], &["cron"]].concat());
    assert!(said.ends_with("Next run: 2026-11-27 07:30:00 +05:30 (Fri)\n"), "{said}");
}
