//! The task for Windows, against the schema of the Task Scheduler.

use std::fs;
use std::path::Path;
use std::process::Command;

use shomei::calendar::{Zone, parse_day};
use shomei::deliver::schedule::{Schedule, TimerJob, windows};

use super::scene::{Home, ROOT};
use crate::common::command::CommandResult;

fn task(spec: &str) -> TimerJob {
    TimerJob {
        name: "shomei".into(),
        program: r"C:\Program Files\証明 & Co\shomei.exe".into(),
        config: r"D:\事務所 <1>\shomei.yaml".into(),
        lang: None,
        schedule: Schedule::parse(spec).unwrap(),
        zone: Zone::JAPAN,
    }
}

/// What xmllint says of a file against the schema; nothing where it fits.
fn complaints(file: &Path) -> String {
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", "tests/vectors/task-scheduler/task.xsd"])
        .arg(file)
        .current_dir(ROOT)
        .output()
        .expect("xmllint is missing: tests/install installs it");
    if output.status.success() { String::new() } else { String::from_utf8_lossy(&output.stderr).into_owned() }
}

/// The text at a path of elements.
fn at(file: &Path, path: &str) -> String {
    let steps: String = path.split('/').map(|name| format!("/*[local-name()='{name}']")).collect();
    let output = Command::new("xmllint").args(["--xpath", &format!("string({steps})")]).arg(file).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_string()
}

#[test]
fn a_task_fits_its_schema() {
    let home = Home::new();
    for spec in ["daily 07:30", "weekly mon,thu 07:30 skip", "monthly 11,31 23:05 next"] {
        let file = home.path("task.xml");
        fs::write(&file, windows::file(&task(spec), parse_day("2026-11-26").unwrap())).unwrap();
        assert_eq!(complaints(&file), "", "{spec}");
        assert_eq!(at(&file, "Task/Actions/Exec/Command"), r"C:\Program Files\証明 & Co\shomei.exe");
        let arguments = at(&file, "Task/Actions/Exec/Arguments");
        assert_eq!(arguments, format!(r#"run --config "D:\事務所 <1>\shomei.yaml" --if-due "{spec}""#));
        let start = at(&file, "Task/Triggers/CalendarTrigger/StartBoundary");
        assert_eq!(start, format!("2026-11-26T{}:00+09:00", if spec.contains("23:05") { "23:05" } else { "07:30" }));
    }
}

#[test]
fn the_schema_refuses_what_is_no_task() {
    let home = Home::new();
    let right = windows::task(&task("daily 07:30"), parse_day("2026-11-26").unwrap()).replace("UTF-16", "UTF-8");
    let wrong = [
        ("IgnoreNew", "Ignore"),
        ("PT1H", "1H"),
        ("+09:00</StartBoundary>", " JST</StartBoundary>"),
        ("Context=\"Author\"", "Context=\"Nobody\""),
        ("<Exec>", "<Exec><Password>p</Password>"),
        ("<Repetition>", "<Delay>PT0M</Delay><Repetition>"),
    ];
    for (good, bad) in wrong {
        assert!(right.contains(good), "{good}");
        home.write("task.xml", right.replace(good, bad));
        assert_ne!(complaints(&home.path("task.xml")), "", "{bad}");
    }
}

#[test]
fn the_file_is_as_windows_writes_its_own() {
    let home = Home::new();
    home.ok(&["print", "--for", "windows", "--daily", "07:30", "-o", "shomei.xml"]);
    let bytes = fs::read(home.path("shomei.xml")).unwrap();
    assert_eq!(bytes[..4], [0xff, 0xfe, b'<', 0]);
    assert_eq!(complaints(&home.path("shomei.xml")), "");
    assert_eq!(at(&home.path("shomei.xml"), "Task/RegistrationInfo/URI"), r"\shomei");
    let shown = home.ok(&["print", "--for", "windows", "--daily", "07:30"]);
    let units = bytes[2..].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(Result::unwrap).collect();
    assert_eq!(text.replace("\r\n", "\n"), shown);
}

#[test]
fn words_are_taken_apart_as_they_were() {
    // As the C runtime of Microsoft takes a command line apart.
    let mut job = task("daily 07:30");
    job.config = r#"D:\a b\"c" d\"#.into();
    let shown = windows::task(&job, parse_day("2026-11-26").unwrap());
    assert!(shown.contains(r#"--config "D:\a b\\\"c\" d\\" --if-due"#), "{shown}");
}

/// Runs `shomei schedule` where there is a Task Scheduler and nothing else.
fn on_windows(home: &Home, arguments: &[&str]) -> CommandResult {
    let programs = Path::new(ROOT).join("tests/delivery/schedule/bin-windows");
    home.run_with(&programs.to_string_lossy(), &[&["schedule"], arguments, &["--config", "config.yaml"]].concat())
}

#[test]
fn the_task_scheduler_is_given_it_asked_and_relieved() {
    let home = Home::new();
    let said = on_windows(&home, &["install", "--daily", "07:30"]).ok();
    assert!(said.starts_with("Installed with the Task Scheduler: shomei\n"), "{said}");
    assert!(said.contains("schtasks /Change /TN shomei /RU %USERNAME% /RP *"), "{said}");
    let task = home.path("task-scheduler/shomei");
    assert_eq!(complaints(&task), "");
    assert!(at(&task, "Task/Actions/Exec/Arguments").contains("--if-due \"daily 07:30\""));

    let status = on_windows(&home, &["status"]).ok();
    assert!(status.starts_with("Task Scheduler: shomei\n"), "{status}");
    assert!(status.ends_with("Next run: 2026-11-27 07:30:00 +09:00 (Fri)\n"), "{status}");

    // Again with another time: one task, and the new time.
    on_windows(&home, &["install", "--monthly-on", "11,25", "--time", "09:00"]).ok();
    assert!(on_windows(&home, &["status"]).ok().contains("Next run: 2026-12-11 09:00:00"), "the new time");

    assert_eq!(on_windows(&home, &["remove"]).ok(), "Removed from the Task Scheduler: shomei\n");
    assert!(!task.exists());
    assert_eq!(on_windows(&home, &["status"]).code, 1);
}

#[test]
fn a_task_that_was_deleted_by_hand_is_not_installed() {
    let home = Home::new();
    on_windows(&home, &["install", "--daily", "07:30"]).ok();
    fs::remove_file(home.path("task-scheduler/shomei")).unwrap();
    let said = on_windows(&home, &["status"]);
    assert_eq!((said.code, said.stdout.starts_with("No schedule shomei is installed.")), (1, true), "{said:?}");
}

#[test]
fn the_tasks_of_others_are_left_alone() {
    let home = Home::new();
    let said = on_windows(&home, &["install", "--daily", "07:30", "--name", "theirs"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("shomei-theirs was not made by shomei"), "{}", said.stderr);
    assert_eq!(home.read("task-scheduler/shomei-theirs"), "foreign\n");
    on_windows(&home, &["remove", "--name", "theirs"]);
    assert_eq!(home.read("task-scheduler/shomei-theirs"), "foreign\n");
}
