//! `shomei schedule`.

use std::fs;

use super::scene::{Home, stand_ins};

const DAILY: [&str; 3] = ["install", "--daily", "07:30"];

#[test]
fn systemd_is_taken_where_it_is_at_work() {
    let home = Home::with_systemd();
    home.write("crontab", "# mine\n");
    home.ok(&["install", "--daily", "06:00", "--with", "cron"]);
    let said = home.ok(&DAILY);
    assert!(said.starts_with("Installed with systemd: shomei.timer\n"), "{said}");
    assert!(said.contains("Removed from cron.\n") && said.contains("loginctl enable-linger"), "{said}");
    assert_eq!(home.read("crontab"), "# mine\n");
    let asked =
        "--user show-environment\n--user daemon-reload\n--user enable shomei.timer\n--user restart shomei.timer\n";
    assert!(home.read("systemctl").ends_with(asked), "{}", home.read("systemctl"));
    let timer = home.read(".config/systemd/user/shomei.timer");
    assert!(timer.contains("OnCalendar=*-*-* 07:30:00 Asia/Tokyo\nPersistent=true\n"), "{timer}");

    let said = home.ok(&["status"]);
    assert!(said.starts_with(&format!("systemd: {}\n", home.text(".config/systemd/user/shomei.timer"))), "{said}");
    assert!(said.ends_with("Next run: 2026-11-27 07:30:00 +09:00 (Fri)\n"), "{said}");

    let before = fs::read(home.path(".config/systemd/user/shomei.service")).unwrap();
    home.ok(&DAILY);
    assert_eq!(fs::read(home.path(".config/systemd/user/shomei.service")).unwrap(), before);

    assert_eq!(home.ok(&["remove"]), "Removed from systemd: shomei\n");
    assert!(home.read("systemctl").ends_with("--user disable --now shomei.timer\n--user daemon-reload\n"));
    assert_eq!(fs::read_dir(home.path(".config/systemd/user")).unwrap().count(), 0);
    let gone = home.run(&["status"]);
    assert_eq!((gone.code, gone.stdout.starts_with("No schedule shomei is installed.")), (1, true));
}

#[test]
fn cron_takes_over_from_systemd() {
    let home = Home::with_systemd();
    home.ok(&DAILY);
    let said = home.ok(&[&DAILY[..], &["--with", "cron"]].concat());
    assert!(said.contains("Removed from systemd.\n"), "{said}");
    assert!(home.ok(&["status"]).starts_with("cron\n"));
}

#[test]
fn units_are_written_where_no_systemd_is_at_work() {
    let home = Home::new();
    let said = home.ok(&[&DAILY[..], &["--with", "systemd", "--lang", "ja"]].concat());
    assert!(
        said.contains("まだ始まっていません") && said.contains("systemctl --user enable --now shomei.timer"),
        "{said}"
    );
    assert!(said.ends_with("予定: 毎日 07:30。時刻は +09:00\n次の実行: 2026-11-27 07:30:00 +09:00 (金)\n"), "{said}");
    let status = home.run(&["status"]);
    assert_eq!((status.code, status.stdout.contains("It has not started")), (1, true), "{status:?}");
    home.ok(&["remove"]);
    assert_eq!(home.run(&["status"]).code, 1);
}

#[test]
fn units_of_others_are_left_alone() {
    let home = Home::with_systemd();
    home.write(".config/systemd/user/shomei.service", "[Service]\nExecStart=/bin/true\n");
    assert!(home.refused(&DAILY).contains("shomei.service was not made by shomei"));
    assert_eq!(home.read(".config/systemd/user/shomei.service"), "[Service]\nExecStart=/bin/true\n");
    home.ok(&[&DAILY[..], &["--name", "mine"]].concat());
    assert!(home.read(".config/systemd/user/shomei-mine.timer").contains("OnCalendar"));
}

#[test]
fn without_any_scheduler_it_says_how_to_go_on() {
    let home = Home::new();
    let said = home.run_with("/nowhere", &["schedule", "install", "--daily", "07:30", "--config", "config.yaml"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("shomei schedule print"), "{}", said.stderr);
    let asked = ["schedule", "install", "--daily", "07:30", "--with", "windows", "--config", "config.yaml"];
    assert!(home.run_with("/nowhere", &asked).refused().contains("print --for windows"));
}

#[test]
fn a_run_takes_everything_from_a_configuration() {
    let home = Home::new();
    let said = home.run_with(&stand_ins().to_string_lossy(), &["schedule", "install", "--daily", "07:30"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("there is no configuration"), "{}", said.stderr);
    assert!(home.refused(&["install"]).contains("say when: --daily 07:30"));
    assert!(home.refused(&[&DAILY[..], &["--program", "nothing"]].concat()).contains("there is no program nothing"));
    assert!(home.refused(&["install", "--monthly-on", "0"]).contains("“0” is no day of a month"));
    assert!(home.refused(&[&DAILY[..], &["--time", "08:00"]].concat()).contains("--time"));
    assert!(!home.path("crontab").exists() && !home.path(".config").exists());
}

#[test]
fn the_language_is_the_configurations_or_that_of_whoever_installs() {
    let home = Home::new();
    let print = ["print", "--for", "cron", "--daily", "07:30"];
    assert!(home.ok(&[&print[..], &["--lang", "ja"]].concat()).contains("--if-due 'daily 07:30' --lang ja\n"));
    home.write("config.yaml", "lang: ja\n");
    assert!(home.ok(&print).contains("--if-due 'daily 07:30'\n"));
}

#[test]
fn passwords_in_variables_are_named_and_not_told() {
    let home = Home::new();
    home.write("config.yaml", "passwords:\n  env: PW\n");
    for kind in ["systemd", "cron", "windows"] {
        let said = home.run(&["print", "--for", kind, "--daily", "07:30"]);
        assert!(said.stderr.contains("takes passwords from PW"), "{}", said.stderr);
        assert!(!said.stdout.contains("PW"), "{}", said.stdout);
    }
}

#[test]
fn another_configurations_next_run_is_not_guessed() {
    let home = Home::new();
    home.ok(&DAILY);
    home.write("other.yaml", "");
    let asked = ["schedule", "status", "--config", "other.yaml"];
    let said = home.run_with(&stand_ins().to_string_lossy(), &asked);
    assert!(
        said.stdout.contains(&home.text("config.yaml")) && said.stdout.contains("name this configuration"),
        "{said:?}"
    );
    assert!(!said.stdout.contains("Next run"), "{said:?}");
}
