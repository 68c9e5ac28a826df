//! What we write, as openpyxl reads it.

use shomei::locale::Lang;
use shomei::register::{FormTable, GridCell, TableError, write_xlsx};

use super::scene::*;

/// Sheet, frozen cell, filter, then each cell: place, kind, value, number format.
const DUMP: &str = r#"
import openpyxl
book = openpyxl.load_workbook(open("input", "rb"))
sheet = book.active
out = open("output", "w")
print(sheet.title, sheet.freeze_panes, sheet.auto_filter.ref, file=out)
for row in sheet.iter_rows():
    for cell in row:
        if cell.value is not None:
            print(cell.coordinate, cell.data_type, repr(cell.value), cell.number_format, file=out)
"#;

#[test]
fn text_is_text_and_days_are_dates() {
    let csv = "ID,名称,事業所番号,サービス,利用区分,電話,備考,パスワード変更日,シリアル番号,有効期限\n\
               0001,'=1+1,0110000001,介護,共通,0312345678,\"一\n二\",2026-04-01,12E4,2029-07-20\n";
    let xlsx = write_xlsx(&holders(csv.as_bytes()), Lang::Ja, &words()).unwrap();
    let told = String::from_utf8(python(DUMP, &xlsx)).unwrap();
    let rows: Vec<&str> = told.lines().filter(|line| !line.contains("1 s ")).collect();
    let expected = "台帳 A2 A1:AA2\nA2 s '0001' @\nB2 s '=1+1' @\nD2 s '0110000001' @\nF2 s '介護' @\nJ2 s '介護・障害共通証明書' @\n\
                    O2 s '0312345678' @\nU2 d datetime.datetime(2026, 4, 1, 0, 0) yyyy-mm-dd\nV2 s '利用中' @\nX2 s '12 E4' @\n\
                    Y2 d datetime.datetime(2029, 7, 20, 0, 0) yyyy-mm-dd\nAA2 s '一\\n二' @";
    assert_eq!(rows.join("\n"), expected);
    let headers: Vec<&str> = told.lines().filter(|line| line.contains("1 s ")).collect();
    assert_eq!((headers.len(), headers[0], headers[26]), (27, "A1 s '台帳ID' @", "AA1 s '備考' @"));
}

#[test]
fn what_is_typed_below_keeps_its_zeros() {
    let table = FormTable {
        title: "t".into(),
        headers: vec!["ID".into(), "日".into()],
        rows: vec![vec![text("1"), GridCell::Day(day("2026-04-01"))]],
    };
    let script = "import openpyxl\nsheet = openpyxl.load_workbook(open('input', 'rb')).active\nopen('output', 'w').write(\
                  repr([(sheet.column_dimensions[c].number_format, sheet.column_dimensions[c].width > 8) for c in 'AB']))";
    let told = String::from_utf8(python(script, &table.to_xlsx().unwrap())).unwrap();
    assert_eq!(told, "[('@', True), ('yyyy-mm-dd', True)]");
}

#[test]
fn what_excel_cannot_hold_is_told() {
    let long = "あ".repeat(32_768);
    let table =
        |cell: &str| FormTable { title: "t".into(), headers: vec!["備考".into()], rows: vec![vec![text(cell)]] };
    let error = table(&long).to_xlsx().unwrap_err();
    assert_eq!(error, TableError::Cell { row: 2, header: "備考".into() });
    assert_eq!(
        error.text(Lang::Ja),
        "2行目の「備考」が長すぎて Excel の形式では書けません(上限 32767 文字)。CSV で書き出してください。"
    );
    assert_eq!(error.text(Lang::En), "row 2, 備考: too long for Excel (at most 32767 characters); write CSV.");
    assert!(table(&long[3..]).to_xlsx().is_ok());
    let rows = vec![Vec::new(); 1 << 20];
    let error = FormTable { title: "t".into(), headers: vec!["備考".into()], rows }.to_xlsx().unwrap_err();
    assert_eq!(
        error.text(Lang::Ja),
        "行が多すぎて Excel の形式では書けません(上限 1048576 行)。CSV で書き出してください。"
    );
    assert_eq!(error.text(Lang::En), "there are too many rows for Excel (at most 1048576); write CSV.");
}
