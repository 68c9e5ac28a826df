//! `shomei holidays`.

use std::fs;

use serde_json::json;

use super::scene::{Home, OF_2028, cp932, edition, next, official, sheet, validate};

const IMPORT: [&str; 3] = ["holidays", "import", "syukujitsu.csv"];

fn with(bytes: &[u8]) -> Home {
    let home = Home::new();
    home.write("syukujitsu.csv", bytes);
    home
}

#[test]
fn the_built_in_list_is_in_force_at_first() {
    let home = Home::new();
    let list = home.list(&[]);
    assert_eq!([&list["list"], &list["file"]], [&json!("built-in"), &json!(null)]);
    assert_eq!([&list["from"], &list["until"]], ["1955-01-01", "2027-12-31"]);
    let days = list["days"].as_array().unwrap();
    assert_eq!(days.len(), 17, "those of 2027, the year of the clock");
    assert_eq!(days[5], json!({"day": "2027-03-22", "name_ja": "振替休日", "name_en": "Substitute Holiday"}));
    assert!(!home.kept().exists());
}

#[test]
fn the_next_years_list_is_taken_in() {
    let home = with(&cp932(&sheet(&next())));
    let said = home.ok(&[&IMPORT[..], &["--lang", "ja"]].concat());
    assert!(said.starts_with(
        "1955-01-01 から 2028-12-31 までの一覧を取り込みました(これまでは 1955-01-01 から 2027-12-31 まで)。\n"
    ));
    assert!(said.contains("\n新しい休日: 16日\n  2028-01-01 (土)  元日\n"), "{said}");
    assert!(!said.contains("名称が変わった") && !said.contains("なくなった"), "{said}");
    let list = home.list(&["--year", "2028"]);
    assert_eq!([&list["list"], &list["until"]], ["imported", "2028-12-31"]);
    assert_eq!(list["file"], home.kept().display().to_string());
    let days: Vec<&str> = list["days"].as_array().unwrap().iter().map(|day| day["day"].as_str().unwrap()).collect();
    assert_eq!(days, OF_2028.map(|(day, _)| day));
    assert_eq!(list["days"][0]["name_en"], "New Year's Day");
    let table = home.ok(&["holidays", "list", "--lang", "ja"]);
    assert!(table.starts_with("国民の祝日・休日: 1955-01-01 から 2028-12-31 までの一覧(取り込んだもの)\n"), "{table}");
    assert!(table.contains("(2027-03-01 に取り込み)"), "{table}");
}

#[test]
fn utf8_does_as_well_and_a_second_import_changes_nothing() {
    let home = with(&cp932(&sheet(&next())));
    home.ok(&IMPORT);
    let kept = fs::read(home.kept()).unwrap();
    home.write("syukujitsu.csv", sheet(&next()).as_bytes());
    let said = home.run_at("2027-06-01T00:00:00Z", &IMPORT);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(said.stdout, "This is the list in force, from 1955-01-01 to 2028-12-31: nothing changes.\n");
    assert_eq!(fs::read(home.kept()).unwrap(), kept);
}

#[test]
fn the_list_that_is_built_in_already_is_not_kept() {
    let home = with(&cp932(&sheet(&official())));
    assert!(home.ok(&IMPORT).contains("nothing changes"));
    assert!(!home.kept().exists());
}

#[test]
fn a_law_that_moves_holidays_within_the_year_is_obeyed() {
    let mut days = official();
    days.retain(|(day, _)| day != "2027-07-19");
    days.push(("2027-07-22".into(), "海の日".into()));
    days.iter_mut().filter(|(day, _)| day == "2027-10-11").for_each(|(_, name)| *name = "体育の日".into());
    let home = with(sheet(&days).as_bytes());
    let said = home.ok(&IMPORT);
    let changes = "\nNew: 1\n  2027-07-22 (Thu)  Marine Day\n\nRenamed: 1\n  2027-10-11 (Mon)  Sports Day → Physical Education Day\n\nGone: 1\n  2027-07-19 (Mon)  Marine Day\n";
    assert!(said.ends_with(changes), "{said}");
    let table = home.ok(&["holidays", "list", "--year", "2027", "--lang", "ja"]);
    assert!(table.contains("2027-07-22  木    海の日") && !table.contains("2027-07-19"), "{table}");
}

#[test]
fn a_list_of_which_rows_were_deleted_is_refused() {
    let without = |from: &str, until: &str| {
        let mut days = official();
        days.retain(|(day, _)| !(from..=until).contains(&day.as_str()));
        sheet(&days)
    };
    // Four of the year of the clock; it still reaches into November.
    let home = with(without("2027-03-01", "2027-05-03").as_bytes());
    let said = home.refused(&IMPORT);
    assert!(said.contains("2027 has lost 4 holidays") && said.contains("--accept-gone"), "{said}");
    assert!(!home.kept().exists());
    home.ok(&[&IMPORT[..], &["--accept-gone"]].concat());
    // Three may be a law, and what is over is no matter.
    with(without("2027-05-03", "2027-05-05").as_bytes()).ok(&IMPORT);
    with(without("2020-01-01", "2020-05-04").as_bytes()).ok(&IMPORT);
}

#[test]
fn a_list_that_ends_before_the_built_in_one_is_refused() {
    let home = with(&edition("20240717"));
    for accept in [&[][..], &["--accept-gone"]] {
        let said = home.refused(&[&IMPORT[..], accept].concat());
        assert!(said.contains("this list ends on 2025-12-31 and the built-in one on 2027-12-31"), "{said}");
    }
    assert!(!home.kept().exists());
}

#[test]
fn a_longer_list_is_given_up_on_purpose_only() {
    let home = with(sheet(&next()).as_bytes());
    home.ok(&IMPORT);
    home.write("syukujitsu.csv", sheet(&official()).as_bytes());
    let said = home.refused(&[&IMPORT[..], &["--lang", "ja"]].concat());
    assert!(
        said.contains("使っている一覧(1955-01-01 から 2028-12-31 まで)より狭い") && said.contains("--accept-gone"),
        "{said}"
    );
    assert_eq!(home.list(&[])["until"], "2028-12-31");
    let said = home.ok(&[&IMPORT[..], &["--accept-gone"]].concat());
    assert!(said.contains("\nGone: 16\n  2028-01-01 (Sat)  New Year's Day\n"), "{said}");
    assert_eq!(home.list(&[])["until"], "2027-12-31");
}

#[test]
fn a_list_that_begins_later_is_given_up_on_purpose_only_too() {
    let later: Vec<_> = next().into_iter().filter(|(day, _)| day.as_str() >= "2020").collect();
    let home = with(sheet(&later).as_bytes());
    assert!(home.refused(&IMPORT).contains("from 2020-01-01 to 2028-12-31"));
    home.ok(&[&IMPORT[..], &["--accept-gone"]].concat());
    assert_eq!(home.list(&[])["from"], "2020-01-01");
}

#[test]
fn the_built_in_list_is_in_force_again_once_it_reaches_further() {
    let home = with(sheet(&next()).as_bytes());
    home.ok(&IMPORT);
    let kept = fs::read_to_string(home.kept()).unwrap();
    let older: String =
        kept.lines().filter(|line| !line.starts_with("  202")).map(|line| format!("{line}\n")).collect();
    let older = older.replace("until: 2028-12-31", "until: 2019-12-31").replace("  スポーツの日: Sports Day\n", "");
    fs::write(home.kept(), older).unwrap();
    assert_eq!([&home.list(&[])["list"], &home.list(&[])["until"]], ["built-in", "2027-12-31"]);
}

#[test]
fn a_file_that_is_no_list_is_refused_by_name_and_row() {
    let home = with("国民の祝日・休日月日,国民の祝日・休日名称\r\n2028/1/1,元日\r\n2028/2/30,節分\r\n".as_bytes());
    let said = home.refused(&[&IMPORT[..], &["--lang", "ja"]].concat());
    assert!(said.starts_with("shomei: syukujitsu.csv: 3行目: 「2028/2/30」は日付ではありません"), "{said}");
    home.write("syukujitsu.csv", b"ID,name\nA1,Himawari\n");
    assert!(home.refused(&IMPORT).contains("syukujitsu.csv: row 1 is not 国民の祝日・休日月日"));
    assert!(home.refused(&["holidays", "import", "nowhere.csv"]).contains("nowhere.csv"));
    assert!(!home.kept().exists());
}

#[test]
fn a_kept_list_that_was_damaged_is_told_with_its_place() {
    let home = with(sheet(&next()).as_bytes());
    home.ok(&IMPORT);
    let kept = fs::read_to_string(home.kept()).unwrap();
    fs::write(home.kept(), kept.replace("2028-01-01: ", "2028-01-32: ")).unwrap();
    let said = home.refused(&["holidays", "list", "--lang", "ja"]);
    assert!(said.contains("「2028-01-32」は日付ではありません") && said.contains("holidays import"), "{said}");
    fs::remove_file(home.kept()).unwrap();
    assert_eq!(home.list(&[])["list"], "built-in");
}

#[test]
fn names_cannot_act_on_a_terminal() {
    let mut days = next();
    days.push(("2028-12-01".into(), "\u{202e}日休".into()));
    let home = with(sheet(&days).as_bytes());
    assert!(home.ok(&IMPORT).contains("2028-12-01 (Fri)  <U+202E>日休"));
    let table = home.ok(&["holidays", "list", "--year", "2028"]);
    assert!(table.contains("2028-12-01") && !table.contains('\u{202e}'), "{table}");
}

#[test]
fn a_year_that_must_have_been_announced_is_missed() {
    let home = Home::new();
    let missed = |clock: &str| home.run_at(clock, &["holidays", "list"]).stdout.contains("a later year must be out");
    assert!(!missed("2027-02-28T09:00:00+09:00"));
    // In Japan it is March already.
    assert!(missed("2027-02-28T15:00:00Z"));
    assert!(missed("2030-01-01T00:00:00Z"));
    let later = home.run_at("2030-01-01T00:00:00Z", &["holidays", "list"]);
    assert_eq!((later.code, later.stdout.contains("2027-11-23")), (0, false), "{}", later.stdout);
}

#[test]
fn a_year_outside_the_list_is_not_answered() {
    let home = Home::new();
    for year in ["1954", "2028"] {
        let said = home.refused(&["holidays", "list", "--year", year]);
        assert!(said.contains(&format!("the holidays of {year} are not known")), "{said}");
    }
    assert!(home.refused(&["holidays", "list", "--year", "令和9年"]).contains("--year"));
}

#[test]
fn documents_are_as_their_schema_says() {
    let home = with(sheet(&next()).as_bytes());
    let built_in = home.list(&[]);
    home.ok(&IMPORT);
    let documents = [built_in, home.list(&["--year", "2028"]), home.list(&["--year", "1955"])];
    validate(&[], &documents);
    let mut unknown = documents.clone();
    unknown[0]["unknown"] = json!(1);
    unknown[1]["days"][0]["unknown"] = json!(1);
    unknown[2]["until"] = json!(null);
    validate(&["--refused"], &unknown);
}

#[test]
fn the_csv_is_one_for_spreadsheets() {
    let home = Home::new();
    let csv = home.ok(&["holidays", "list", "--year", "2027", "--format", "csv"]);
    let mut lines = csv.split("\r\n");
    assert_eq!(lines.next(), Some("\u{feff}day,name_ja,name_en"));
    assert_eq!(lines.next(), Some("2027-01-01,元日,New Year's Day"));
    home.ok(&["holidays", "list", "--year", "2027", "--format", "csv", "--output", "out.csv"]);
}
