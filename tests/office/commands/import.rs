//! `shomei register import`.

use serde_json::Value;

use super::scene::{Office, register};
use crate::common::files::cp932;

/// Counts of new, changed, unchanged and gone that an import tells.
fn counts(stdout: &str) -> [usize; 4] {
    let line = stdout.lines().find(|line| line.contains("New: ")).unwrap_or_else(|| panic!("{stdout}"));
    let numbers = line[line.find("New: ").unwrap()..].split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let numbers: Vec<usize> = numbers.map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

fn rows(ids: impl IntoIterator<Item = u32>) -> Vec<String> {
    ids.into_iter().map(|id| format!("H{id:02},事業所{id},13000000{id:02},介護,介護,,,,")).collect()
}

/// The value of one field of a holder, as the register is written out.
fn exported(office: &Office, id: &str, header: &str) -> String {
    let csv = office.ok(&["register", "export", "--lang", "ja"]);
    let mut lines = csv.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').collect::<Vec<_>>());
    let at = lines.next().unwrap().iter().position(|name| *name == header).unwrap();
    lines.find(|cells| cells[0] == id).unwrap_or_else(|| panic!("{id} is not in {csv}"))[at].to_string()
}

#[test]
fn an_excel_list_as_offices_have_it_is_taken_in() {
    let office = Office::new();
    office.python(
        "import datetime, openpyxl\n\
         book = openpyxl.Workbook()\n\
         book.active.title = '表紙'\n\
         sheet = book.create_sheet('一覧')\n\
         sheet['A1'] = '令和8年度 事業所一覧'\n\
         sheet.merge_cells('A1:F1')\n\
         sheet.append([])\n\
         sheet.append(['管理番号', '事業所名', '事業所番号', 'サービス', '電話', '社内メモ欄', 'PW変更日'])\n\
         sheet.append(['Ａ０１', 'さくら苑', 1310000001, '介護・障害', '０３-１２３４-５６７８', 'x', datetime.date(2026, 9, 1)])\n\
         sheet.append(['A02', 'ひまわり', '1310000002', '介護', None, 'y', '令和8年9月2日'])\n\
         book.save('list.xlsx')",
    );
    let said = office.run(&["register", "import", "list.xlsx"]);
    assert_eq!((said.code, said.stderr.as_str(), counts(&said.stdout)), (0, "", [2, 0, 0, 0]), "{}", said.stdout);
    assert!(said.stdout.contains("sheet \"一覧\", headers in row 3"), "{}", said.stdout);
    for (header, value) in [
        ("名称", "さくら苑"),
        ("事業所番号", "1310000001"),
        ("電話番号", "03-1234-5678"),
        ("パスワード変更日", "2026-09-01"),
    ] {
        assert_eq!(exported(&office, "A01", header), value);
    }
    assert_eq!(exported(&office, "A02", "パスワード変更日"), "2026-09-02");
}

#[test]
fn a_second_import_changes_nothing() {
    let office = Office::new();
    office.write("list.csv", cp932(&register(&rows(1..=5))));
    assert_eq!(counts(&office.ok(&["register", "import", "list.csv"])), [5, 0, 0, 0]);
    let before = office.log();
    assert_eq!(counts(&office.ok(&["register", "import", "list.csv"])), [0, 0, 5, 0]);
    assert_eq!(office.log(), before);
}

#[test]
fn rows_in_another_order_are_no_change() {
    let office = Office::new();
    let two = ["H01,事業所,1300000001,介護,介護,,,,".to_string(), "H01,事業所,1300000001,障害,,,,,".to_string()];
    office.write("list.csv", register(&two).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    office.write("list.csv", register(&[two[1].clone(), two[0].clone()]).as_bytes());
    assert_eq!(counts(&office.ok(&["register", "import", "list.csv"])), [0, 0, 1, 0]);
}

#[test]
fn a_row_in_error_keeps_its_former_state_and_the_others_are_taken() {
    let office = Office::new();
    office.write("list.csv", register(&rows(1..=3)).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    let mut changed = rows(1..=3);
    changed[0] = "H01,改名,1.31E+09,介護,介護,,,,".into();
    changed[1] = "H02,改名,1300000002,介護,介護,,,,".into();
    office.write("list.csv", register(&changed).as_bytes());
    let said = office.run(&["register", "import", "list.csv"]);
    assert_eq!((said.code, counts(&said.stdout)), (1, [0, 1, 1, 0]));
    assert!(said.stdout.contains("row 2, provider number: \"1.31E+09\" is not ten digits"), "{}", said.stdout);
    let said = office.run(&["register", "import", "list.csv", "--lang", "ja"]);
    assert!(said.stdout.contains("2行目「事業所番号」: 「1.31E+09」は10桁の数字ではありません"), "{}", said.stdout);
    assert_eq!((exported(&office, "H01", "名称"), exported(&office, "H02", "名称")), ("事業所1".into(), "改名".into()));
}

#[test]
fn whoever_vanishes_is_not_in_the_register_since_and_may_come_back() {
    let office = Office::new();
    office.write("list.csv", register(&rows(1..=10)).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    office.write("less.csv", register(&rows(1..=9)).as_bytes());
    let said = office.ok(&["register", "import", "less.csv"]);
    assert_eq!(counts(&said), [0, 0, 9, 1]);
    assert!(said.contains("H10 事業所10"), "{said}");
    let gone = |office: &Office| -> Vec<Value> {
        let check = office.check(&[]);
        let problems = check["problems"].as_array().unwrap().iter();
        problems.filter(|problem| problem["problem"] == "not-in-register").cloned().collect()
    };
    let [problem] = &gone(&office)[..] else { panic!("one is gone") };
    assert_eq!((&problem["detail"], &problem["holders"][0]["id"]), (&"2026-11-23".into(), &"H10".into()));
    assert_eq!(problem["holders"][0]["name"], "事業所10");
    assert_eq!(counts(&office.ok(&["register", "import", "less.csv"])), [0, 0, 9, 0]);
    assert_eq!(counts(&office.ok(&["register", "import", "list.csv"])), [1, 0, 9, 0]);
    assert!(gone(&office).is_empty());
}

#[test]
fn more_than_a_tenth_vanishing_at_once_is_not_believed() {
    let office = Office::new();
    office.write("list.csv", register(&rows(1..=10)).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    let mut less = rows(1..=8);
    less[0] = "H01,改名,1300000001,介護,介護,,,,".into();
    office.write("less.csv", register(&less).as_bytes());
    let said = office.run(&["register", "import", "less.csv"]);
    assert_eq!((said.code, counts(&said.stdout)), (1, [0, 1, 7, 0]));
    assert!(said.stdout.contains("2 of 10 holders are not in the file, which is more than a tenth"), "{}", said.stdout);
    assert!(said.stdout.contains("--accept-gone") && said.stdout.contains("H09 事業所9"), "{}", said.stdout);
    assert_eq!(exported(&office, "H01", "名称"), "事業所1", "nothing of it is recorded");
    assert_eq!(exported(&office, "H09", "名称"), "事業所9");
    let said = office.ok(&["register", "import", "less.csv", "--accept-gone"]);
    assert_eq!(counts(&said), [0, 1, 7, 2]);
}

#[test]
fn rows_without_an_id_let_nobody_vanish() {
    let office = Office::new();
    office.write("list.csv", register(&rows(1..=10)).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    let mut less = rows(1..=9);
    less.push(",事業所10,1300000010,介護,介護,,,,".into());
    office.write("less.csv", register(&less).as_bytes());
    let said = office.run(&["register", "import", "less.csv", "--accept-gone"]);
    assert_eq!((said.code, counts(&said.stdout)), (1, [0, 0, 9, 0]));
    assert!(said.stdout.contains("1 rows have no ID that can be read"), "{}", said.stdout);
    assert_eq!(exported(&office, "H10", "名称"), "事業所10");
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let office = Office::new();
    let mut list = rows(1..=2);
    list.push("H03,事業所3,99,介護,介護,,,,".into());
    office.write("list.csv", format!("社員番号,{}", register(&list).replace("\r\n", "\r\nx,")).as_bytes());
    let said = office.run(&["register", "import", "list.csv", "--dry-run"]);
    assert_eq!((said.code, counts(&said.stdout)), (1, [2, 0, 0, 0]), "{}", said.stdout);
    assert!(!office.path("inventory.sqlite").exists());
    for told in
        ["社員番号                      (not used)", "holder ID (holder-id)", "H01 事業所1", "row 4, provider number"]
    {
        assert!(said.stdout.contains(told), "{told}: {}", said.stdout);
    }
    office.run(&["register", "import", "list.csv"]);
    let before = office.log();
    office.write(
        "list.csv",
        register(&["H01,改名,1300000001,介護,介護,03,,,".to_string(), rows([2])[0].clone()]).as_bytes(),
    );
    let said = office.ok(&["register", "import", "list.csv", "--dry-run"]);
    assert_eq!(counts(&said), [0, 1, 1, 0]);
    assert!(said.contains("H01 改名  name: 事業所1 → 改名 / tel: (none) → 03"), "{said}");
    assert_eq!(office.log(), before);
}

#[test]
fn registers_of_other_names_are_left_alone() {
    let office = Office::new();
    office.write("tokyo.csv", register(&rows(1..=3)).as_bytes());
    office.write("osaka.csv", register(&rows(3..=4)).as_bytes());
    office.ok(&["register", "import", "tokyo.csv", "--name", "東京"]);
    assert_eq!(counts(&office.ok(&["register", "import", "osaka.csv", "--name", "大阪"])), [2, 0, 0, 0]);
    assert_eq!(counts(&office.ok(&["register", "import", "tokyo.csv", "--name", "東京"])), [0, 0, 3, 0]);
    let complaint = office.refused(&["register", "export"]);
    assert!(complaint.contains("大阪, 東京"), "{complaint}");
}

#[test]
fn a_mapping_is_said_once_and_kept_by_register() {
    let office = Office::new();
    office.write("list.csv", "社員番号,呼び名\r\nX1,さくら苑\r\n".as_bytes());
    let complaint = office.refused(&["register", "import", "list.csv"]);
    assert!(complaint.contains("--map 'HEADER=CODE'") && complaint.contains("社員番号"), "{complaint}");
    let map = ["--map", "社員番号=holder-id", "--map", "呼び名=名称"];
    office.ok(&[&["register", "import", "list.csv"][..], &map].concat());
    assert_eq!(counts(&office.ok(&["register", "import", "list.csv"])), [0, 0, 1, 0]);
    let kept = office.ok(&["register", "mapping"]);
    assert!(kept.contains("社員番号                      holder-id"), "{kept}");
    let complaint = office.refused(&["register", "import", "list.csv", "--name", "other"]);
    assert!(complaint.contains("社員番号"), "{complaint}");
}

#[test]
fn a_mapping_that_makes_no_sense_is_refused() {
    let office = Office::new();
    office.write("list.csv", register(&rows([1])).as_bytes());
    for (map, told) in [
        ("名称=nam", "Did you mean name?"),
        ("名称", "HEADER=CODE"),
        ("存在しない=name", "row 1 has no header \"存在しない\""),
    ] {
        let complaint = office.refused(&["register", "import", "list.csv", "--map", map]);
        assert!(complaint.contains(told), "{map}: {complaint}");
    }
}

#[test]
fn two_headers_of_one_column_are_not_guessed_between() {
    let office = Office::new();
    office.write("list.csv", "台帳ID,名称,電話番号,TEL\r\nX1,さくら苑,03,06\r\n".as_bytes());
    let complaint = office.refused(&["register", "import", "list.csv"]);
    assert!(complaint.contains("電話番号") && complaint.contains("TEL"), "{complaint}");
    // By its letter, which tells apart what has one text, too.
    assert!(complaint.contains("--map C=tel"), "{complaint}");
    office.ok(&["register", "import", "list.csv", "--map", "TEL=ignore"]);
    assert_eq!(exported(&office, "X1", "電話番号"), "03");
}

#[test]
fn what_is_said_later_counts_even_if_the_clock_was_set_back() {
    let office = Office::new();
    office.write("list.csv", register(&rows([1])).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    office.write("list.csv", register(&["H01,改名,1300000001,介護,介護,,,,".to_string()]).as_bytes());
    office.run_at("2026-11-23T00:00:00+09:00", &["register", "import", "list.csv"]);
    assert_eq!(exported(&office, "H01", "名称"), "改名");
}

#[test]
fn files_that_are_no_register_are_refused_with_a_reason() {
    let office = Office::new();
    office.write("empty.csv", b"");
    office.write("page.xls", b"<html></html>");
    for (file, told) in
        [("empty.csv", "no cell with a value"), ("page.xls", "save it as XLSX"), ("none.xlsx", "cannot read")]
    {
        let complaint = office.refused(&["register", "import", file]);
        assert!(complaint.contains(told) && complaint.contains(file), "{complaint}");
    }
}
