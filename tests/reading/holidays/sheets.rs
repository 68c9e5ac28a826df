//! The Cabinet Office's syukujitsu.csv.

use shomei::locale::Lang;
use shomei::policy::{Holidays, SheetError, SheetMistake, SheetMistakeKind};

use super::scene::{HEADS, built_in, cp932, day, edition, next, official, sheet, source};

fn read(bytes: &[u8]) -> Holidays {
    Holidays::of_csv(bytes, source()).unwrap_or_else(|error| panic!("{}", error.text(Lang::En)))
}

fn refused(text: &str) -> SheetError {
    Holidays::of_csv(text.as_bytes(), source()).unwrap_err()
}

#[test]
fn the_offices_own_files_agree_with_the_built_in_list_on_every_day() {
    let built_in = built_in();
    for (at, until) in [("20201127", "2021-12-31"), ("20230204", "2024-12-31"), ("20240717", "2025-12-31")] {
        let theirs = read(&edition(at)).with_english_of(&built_in);
        assert_eq!((theirs.from(), theirs.until()), (built_in.from(), day(until)), "{at}");
        let ours: Vec<_> = built_in.days().filter(|(day, _)| theirs.covers(*day)).collect();
        assert_eq!(theirs.days().collect::<Vec<_>>(), ours, "{at}");
    }
}

#[test]
fn holidays_that_a_law_moved_are_told() {
    let changes = read(&edition("20201127")).changes_since(&read(&edition("20201118")));
    let days = |list: &[(shomei::calendar::Day, shomei::policy::LocalizedText)]| -> Vec<String> {
        list.iter().map(|(day, name)| format!("{day} {}", name.ja)).collect()
    };
    assert_eq!(
        days(&changes.new),
        ["2021-07-22 海の日", "2021-07-23 スポーツの日", "2021-08-08 山の日", "2021-08-09 振替休日"]
    );
    assert_eq!(days(&changes.gone), ["2021-07-19 海の日", "2021-08-11 山の日", "2021-10-11 スポーツの日"]);
    assert!(changes.renamed.is_empty());
}

#[test]
fn encoding_and_line_ends_do_not_matter() {
    let text = sheet(&next());
    let wanted = read(text.as_bytes());
    assert_eq!(wanted.until(), day("2028-12-31"));
    assert_eq!(wanted.name(day("2028-01-01")).unwrap().ja, "元日");
    for bytes in [
        cp932(&text),
        format!("\u{feff}{text}").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
        text.trim_end().as_bytes().to_vec(),
        // As a spreadsheet saves it again.
        format!("{text},\r\n,\r\n").into_bytes(),
        text.lines().map(|line| format!("\"{}\"\r\n", line.replace(',', "\",\""))).collect::<String>().into_bytes(),
    ] {
        assert_eq!(read(&bytes), wanted);
    }
}

#[test]
fn days_may_be_written_as_in_2017() {
    let dashed: Vec<String> = official().iter().map(|(day, name)| format!("{day},{name}")).collect();
    let list = read(format!("{HEADS}\n{}", dashed.join("\n")).as_bytes());
    assert_eq!(list.days().count(), built_in().days().count());
}

#[test]
fn every_row_in_error_is_named() {
    let rows = ["2028/1/1,元日", "2028/13/1,成人の日", "2/11,建国記念の日", "2028/2/30,", "", "2028/3/20,"];
    let more = [
        "2028/1/1,元日",
        "2028/4/29,昭和\u{7}の日",
        "2028/5/3/4,憲法記念日",
        "2028/11/3,文化の日",
        "２０２８/1/1,元日",
    ];
    let error = refused(&format!("{HEADS}\r\n{}\r\n{}", rows.join("\r\n"), more.join("\r\n")));
    let mistake = |row, kind| SheetMistake { row, kind };
    let no_day = |row, text: &str| mistake(row, SheetMistakeKind::NoDay(text.into()));
    let expected = vec![
        no_day(3, "2028/13/1"),
        no_day(4, "2/11"),
        no_day(5, "2028/2/30"),
        mistake(7, SheetMistakeKind::NoName),
        mistake(8, SheetMistakeKind::Twice(day("2028-01-01"), 2)),
        mistake(9, SheetMistakeKind::OddName),
        no_day(10, "2028/5/3/4"),
        no_day(12, "２０２８/1/1"),
    ];
    assert_eq!(error, SheetError::Rows(expected));
    let said = error.text(Lang::Ja);
    assert!(said.starts_with("3行目: 「2028/13/1」は日付ではありません"), "{said}");
    assert!(said.contains("8行目: 2028-01-01 は2行目にもあります"), "{said}");
}

#[test]
fn many_rows_in_error_are_counted() {
    let error = refused(&format!("{HEADS}\n{}", "x,元日\n".repeat(100)));
    let said = error.text(Lang::En);
    assert!(said.contains("row 21:") && !said.contains("row 22:") && said.contains("80 rows more"), "{said}");
}

#[test]
fn what_is_another_file_is_told_so() {
    for text in ["", "\n", "2028/1/1,元日\n", "台帳ID,名称\nA1,ひまわり\n", "PK\u{3}\u{4}"] {
        assert_eq!(refused(text), SheetError::Heads, "{text:?}");
    }
    assert_eq!(refused(&format!("{HEADS}\r\n")), SheetError::Empty);
    assert_eq!(refused(&"x".repeat((1 << 20) + 1)), SheetError::TooLarge);
    let mut bytes = cp932(&sheet(&official()));
    let at = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(2).unwrap().0;
    bytes[at - 2] = 0xff;
    assert_eq!(Holidays::of_csv(&bytes, source()).unwrap_err(), SheetError::Encoding { row: 3 });
}

#[test]
fn a_year_that_is_not_there_as_a_whole_is_refused() {
    let whole = next();
    let until = |last: &str| sheet(&whole.iter().filter(|(day, _)| day.as_str() <= last).cloned().collect());
    assert_eq!(refused(&until("2028-10-31")), SheetError::Unfinished { year: 2028 });
    assert_eq!(refused(&until("2028-01-01")), SheetError::Unfinished { year: 2028 });
    assert_eq!(read(until("2028-11-23").as_bytes()).until(), day("2028-12-31"));
    let without: Vec<_> = whole.iter().filter(|(day, _)| !day.starts_with("2013")).cloned().collect();
    assert_eq!(refused(&sheet(&without)), SheetError::Unfinished { year: 2013 });
}

#[test]
fn both_kinds_of_rest_are_told_apart() {
    let list = read(sheet(&official()).as_bytes());
    for (day, name) in built_in().days() {
        assert_eq!(list.name(day).map(|name| &name.ja), Some(&name.ja), "{day}");
    }
}
