//! The user's crontab.

use std::process::Command;

use super::scene::{Home, stand_ins};
use crate::common::command::SHOMEI;

const DAILY: [&str; 5] = ["install", "--with", "cron", "--daily", "07:30"];
const OTHERS: &str = "# mine\nMAILTO=\"\"\n\n5 4 * * 1\techo 100\\% done  \n# shomei end other";

#[test]
fn other_lines_stay_byte_for_byte() {
    let home = Home::new();
    let others = OTHERS.to_string() + "\n";
    home.write("crontab", &others);
    let said = home.ok(&DAILY);
    assert!(said.starts_with("Installed with cron"), "{said}");
    assert!(said.ends_with("Next run: 2026-11-27 07:30:00 +09:00 (Fri)\n"), "{said}");
    let line =
        format!("30 * * * * {} run --config {} --if-due 'daily 07:30' --lang en\n", SHOMEI, home.text("config.yaml"));
    let head = format!("# shomei schedule: daily 07:30 +09:00\n# configuration: {}\n", home.text("config.yaml"));
    let block = format!("# shomei begin shomei\n{head}{line}# shomei end shomei\n");
    assert_eq!(home.read("crontab"), format!("{others}{block}"));

    home.ok(&DAILY);
    assert_eq!(home.read("crontab"), format!("{others}{block}"), "again, and nothing changes");
    home.write("crontab", format!("{others}{block}# after\n"));
    home.ok(&["install", "--with", "cron", "--monthly-on", "11", "--time", "8:05", "--business-day", "next"]);
    let changed = home.read("crontab");
    assert!(changed.starts_with(&others) && changed.ends_with("# shomei end shomei\n# after\n"), "{changed}");
    assert!(changed.contains("\n5 * * * * ") && changed.contains("'monthly 11 08:05 next'"), "{changed}");

    assert_eq!(home.ok(&["remove"]), "Removed from cron: shomei\n");
    assert_eq!(home.read("crontab"), format!("{others}# after\n"));
    assert_eq!(home.ok(&["remove"]), "No schedule shomei is installed.\n");
}

#[test]
fn a_crontab_of_ours_alone_is_taken_away() {
    let home = Home::new();
    home.ok(&DAILY);
    home.ok(&["remove"]);
    assert!(!home.path("crontab").exists());
}

#[test]
fn a_last_line_without_end_is_ended() {
    let home = Home::new();
    home.write("crontab", OTHERS);
    home.ok(&DAILY);
    assert!(home.read("crontab").starts_with(&(OTHERS.to_string() + "\n# shomei begin shomei\n")));
}

#[test]
fn two_configurations_live_side_by_side() {
    let home = Home::new();
    home.ok(&DAILY);
    home.ok(&[&DAILY[..], &["--name", "osaka"]].concat());
    let both = home.read("crontab");
    assert!(both.contains("# shomei begin shomei\n") && both.contains("# shomei begin shomei-osaka\n"), "{both}");
    home.ok(&["remove"]);
    assert_eq!(home.run(&["status"]).code, 1);
    assert!(home.ok(&["status", "--name", "osaka"]).starts_with("cron\n"));
    assert!(home.refused(&[&DAILY[..], &["--name", "../x"]].concat()).contains("--name ../x cannot be used"));
}

#[test]
fn a_crontab_that_cannot_be_read_is_not_written() {
    let home = Home::new();
    home.write("crontab-fails", "");
    home.write("crontab", OTHERS);
    assert!(home.refused(&DAILY).contains("crontab -l failed: you may not use this program"));
    assert_eq!(home.read("crontab"), OTHERS);
}

#[test]
fn no_percent_sign_ends_the_command() {
    let home = Home::new();
    home.write("100% it's/config.yaml", "");
    let arguments = ["schedule", "print", "--for", "cron", "--daily", "07:30", "--config", "100% it's/config.yaml"];
    let block = home.run_with(&stand_ins().to_string_lossy(), &arguments).stdout;
    let line = block.lines().find(|line| line.starts_with("30 ")).unwrap();
    assert!(line.contains(r#"/100'\%' it'"'"'s/config.yaml' --if-due"#), "{line}");
}

/// What the installed line does at a moment: exit code, and what it says.
fn called(home: &Home, clock: &str) -> (i32, String) {
    let crontab = home.read("crontab");
    let line = crontab.lines().find_map(|line| line.strip_prefix("30 * * * * ")).unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .env("HOME", home.path(""))
        .env("SHOMEI_CLOCK", clock)
        .env_remove("SHOMEI_CONFIG")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn what_was_missed_is_caught_up_once_and_nothing_before_the_installation() {
    let home = Home::new();
    home.write("share/no certificate.txt", "");
    home.write("config.yaml", "inventory: data/inventory.sqlite\nsources: share\nlang: en\n");
    home.ok(&DAILY);
    // Installed at noon of the 26th.
    assert_eq!(called(&home, "2026-11-26T12:30:00+09:00"), (0, String::new()));
    assert_eq!(called(&home, "2026-11-27T07:29:00+09:00"), (0, String::new()));
    // The computer was off until the 29th.
    let (code, said) = called(&home, "2026-11-29T10:30:00+09:00");
    assert!(code == 0 && !said.is_empty(), "{code}: {said}");
    assert_eq!(called(&home, "2026-11-29T11:30:00+09:00"), (0, String::new()));
    assert_ne!(called(&home, "2026-11-30T07:30:00+09:00").1, "");
}

#[test]
fn installing_again_forgets_nothing_that_was_missed() {
    let home = Home::new();
    home.ok(&DAILY);
    let state = "data/inventory.sqlite.delivery/run.json";
    let earlier = home.read(state).replace("2026-11-26T03:00:00Z", "2026-11-01T00:00:00Z");
    assert_ne!(home.read(state), earlier);
    home.write(state, &earlier);
    home.ok(&DAILY);
    assert_eq!(home.read(state), earlier);
}
