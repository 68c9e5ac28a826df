//! Files as other programs write them, to cells.

use std::fmt::Write as _;

use shomei::locale::Lang;
use shomei::register::{Grid, GridCell, GridError, column_letters};

use super::scene::*;

fn any(bytes: &[u8], sheet: Option<&str>) -> Result<Grid, GridError> {
    Grid::read(bytes, sheet, &|_| true)
}

/// Rows as text, for comparing.
fn dump(grid: &Grid) -> String {
    let mut out = String::new();
    for row in grid.rows() {
        for (column, cell) in row.cells() {
            writeln!(out, "{}{} {cell:?}", column_letters(column), row.number()).unwrap();
        }
    }
    out
}

/// A list as offices keep it: title rows, a merged header, merged cells, dates of all kinds.
const OFFICE: &str = r#"
import datetime, openpyxl
book = openpyxl.Workbook()
book.active.title = "表紙"
book.active["B2"] = "電子証明書管理"
sheet = book.create_sheet("一覧")
sheet["A1"] = "令和8年度 電子証明書管理台帳"
sheet.merge_cells("A1:H1")
sheet["H2"] = datetime.date(2026, 4, 1)
for column, header in zip("ABCDEFGH", ["管理番号", "事業所名", "事業所\n番号", "サービス", "利用区分", "担当者", "有効期限(申告)", "パスワード変更日"]):
    sheet[column + "4"] = header
rows = [
    ["A-1", "さくら訪問介護", 1310000001, "介護", "共通", "山田　太郎", "令和8年12月31日", datetime.datetime(2026, 10, 1, 9, 30)],
    [None, None, "１３１００００００２", "障害", None, None, None, None],
    ["A-2", "ﾋﾟｱ ｻﾎﾟｰﾄ", "1310000003", "介護・障害", "介護・障害共通証明書", "佐藤", "R8.1.5", "2026/10/02"],
]
for at, row in enumerate(rows, 5):
    for column, value in zip("ABCDEFGH", row):
        if value is not None:
            sheet[f"{column}{at}"] = value
for column in "ABEFGH":
    sheet.merge_cells(f"{column}5:{column}6")
sheet["A9"] = None
book.save("output")
"#;

#[test]
fn a_list_with_titles_merged_cells_and_dates_of_all_kinds() {
    let bytes = python(OFFICE, b"");
    let found = holders(&bytes);
    assert_eq!(ids(&found), ["A-1", "A-2"]);
    let first = &found[0];
    assert_eq!(first.name, "さくら訪問介護");
    let lines: Vec<_> = first.lines.iter().map(|l| (l.provider_number.as_deref(), l.service.as_deref())).collect();
    assert_eq!(lines, [(Some("1310000001"), Some("kaigo")), (Some("1310000002"), Some("shogai"))]);
    assert_eq!(first.category.as_deref(), Some("common"));
    assert_eq!(first.contact.person.as_deref(), Some("山田　太郎"));
    assert_eq!(first.declared.as_ref().unwrap().expires_on, Some(day("2026-12-31")));
    assert_eq!(first.password_changed, Some(day("2026-10-01")));
    let second = &found[1];
    assert_eq!(second.name, "ﾋﾟｱ ｻﾎﾟｰﾄ", "a name stays as it is written");
    assert_eq!(second.lines.len(), 2, "two services in one cell are two lines");
    assert_eq!(second.declared.as_ref().unwrap().expires_on, Some(day("2026-01-05")));
    assert_eq!(second.password_changed, Some(day("2026-10-02")));
}

#[test]
fn the_sheet_that_fits_is_taken_or_the_one_that_is_named() {
    let bytes = python(OFFICE, b"");
    assert_eq!(grid(&bytes).sheet(), Some("一覧"));
    assert_eq!(dump(&any(&bytes, Some("表紙")).unwrap()), "B2 Text(\"電子証明書管理\")\n");
    let error = any(&bytes, Some("名簿")).unwrap_err();
    assert_eq!(error.text(Lang::Ja), "「名簿」というシートはありません。あるのは 表紙、一覧 です。");
    assert_eq!(error.text(Lang::En), "there is no sheet \"名簿\"; there are 表紙, 一覧.");
}

#[test]
fn hidden_sheets_are_read_only_by_name() {
    let script = r#"
import openpyxl
book = openpyxl.Workbook()
for name, value in [("旧", "古い"), ("新", "新しい")]:
    sheet = book.create_sheet(name)
    sheet["A1"], sheet["B1"] = "ID", "名称"
    sheet["A2"], sheet["B2"] = "1-1", value
book.remove(book["Sheet"])
book["旧"].sheet_state = "hidden"
book.active = 1
book.save("output")
"#;
    let bytes = python(script, b"");
    assert_eq!(holders(&bytes)[0].name, "新しい");
    assert_eq!(any(&bytes, Some("旧")).unwrap().row(2).unwrap().cell(1), &text("古い"));
}

#[test]
fn cells_of_every_kind() {
    let script = r##"
import datetime, openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = "'quoted"
sheet["B1"] = 0.5
sheet["C1"] = 1310000001
sheet["D1"] = datetime.date(2024, 2, 29)
sheet["E1"] = True
sheet["F1"] = "#N/A"
sheet["F1"].data_type = "e"
sheet["G1"] = datetime.time(9, 30)
sheet["H1"] = "  "
sheet["I1"] = CellRichText("赤", TextBlock(InlineFont(b=True), "字"))
sheet["J1"] = 46387
sheet["J1"].number_format = '[$-411]ggge"年"m"月"d"日"'
sheet["K1"] = 46387
sheet["AA3"] = "一行\n二行"
book.save("output")
"##;
    let expected = "A1 Text(\"quoted\")\nB1 Number(0.5)\nC1 Number(1310000001.0)\nD1 Day(2024-02-29)\nE1 Truth(true)\n\
                    F1 Fault(\"#N/A\")\nG1 Number(0.3958333333333333)\nI1 Text(\"赤字\")\nJ1 Day(2026-12-31)\n\
                    K1 Number(46387.0)\nAA3 Text(\"一行\\n二行\")\n";
    assert_eq!(dump(&any(&python(script, b""), None).unwrap()), expected);
}

#[test]
fn both_date_systems() {
    let script = r#"
import datetime, openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
book = openpyxl.Workbook()
book.epoch = CALENDAR_MAC_1904
book.active.append(["ID", "名称", "有効期限"])
book.active.append(["1-1", "一", datetime.date(2029, 7, 20)])
book.save("output")
"#;
    let found = holders(&python(script, b""));
    assert_eq!(found[0].declared.as_ref().unwrap().expires_on, Some(day("2029-07-20")));
}

#[test]
fn xls_with_dates_and_merged_cells() {
    let script = r##"
import datetime, xlwt
book = xlwt.Workbook(encoding="utf-8")
book.dates_1904 = EPOCH
sheet = book.add_sheet("台帳")
dates = xlwt.easyxf(num_format_str="yyyy/mm/dd")
sheet.write(0, 0, "管理台帳")
for column, header in enumerate(["台帳ID", "名称", "事業所番号", "サービス", "有効期限"]):
    sheet.write(2, column, header)
sheet.write_merge(3, 4, 0, 0, "A-1")
sheet.write_merge(3, 4, 1, 1, "さくら")
sheet.write(3, 2, 1310000001)
sheet.write(4, 2, "１３１００００００２")
sheet.write(3, 3, "介護")
sheet.write(4, 3, "障害")
sheet.write(3, 4, SERIAL, dates)
book.save("output")
"##;
    for (epoch, serial) in [("False", "47319"), ("True", "45857")] {
        let script = script.replace("EPOCH", epoch).replace("SERIAL", serial);
        let found = holders(&python(&script, b""));
        assert_eq!(found[0].lines.len(), 2, "{epoch}");
        assert_eq!(found[0].lines[1].provider_number.as_deref(), Some("1310000002"));
        assert_eq!(found[0].declared.as_ref().unwrap().expires_on, Some(day("2029-07-20")), "{epoch}");
    }
}

/// The same list as text: quotes, an empty line, a title, half-width katakana, a character that
/// CP932 and Shift_JIS of old differ in.
const LIST: &str = "電子証明書管理台帳\n\nID,名称,備考\nA-1,\"高橋, 髙橋①\",\"一行\n二行\"\n\nA-2,ﾃｽﾄ〜,\n";

#[test]
fn text_in_every_encoding_and_with_every_separator() {
    let list = LIST.replace('〜', "～");
    let encodings = ["cp932", "utf-8", "utf-8-sig", "utf-16"];
    for encoding in encodings {
        // Python quotes the LF of a cell only where it ends lines too.
        for (line_end, separator, quotes) in [("\r\n", ",", 0), ("\n", "\t", 0), ("\r", ";", 1), ("\r\n", "\t", 0)] {
            let script = format!(
                "import csv, io\nrows = csv.reader(io.StringIO(open('input', encoding='utf-8', newline='').read()))\n\
                 out = open('output', 'w', encoding={encoding:?}, newline='')\n\
                 csv.writer(out, delimiter={separator:?}, lineterminator={line_end:?}, quoting={quotes}).writerows(rows)\n"
            );
            let found = holders(&python(&script, list.as_bytes()));
            let what = format!("{encoding} {separator:?} {line_end:?}");
            assert_eq!(ids(&found), ["A-1", "A-2"], "{what}");
            assert_eq!(found[0].name, "高橋, 髙橋①", "{what}");
            assert_eq!(found[0].notes.as_deref(), Some("一行\n二行"), "{what}");
            assert_eq!(found[1].name, "ﾃｽﾄ～", "{what}");
        }
    }
}

#[test]
fn rows_of_text_are_numbered_as_spreadsheets_number_them() {
    for line_end in ["\n", "\r\n", "\r"] {
        let grid = any(LIST.replace('\n', line_end).as_bytes(), None).unwrap();
        let numbers: Vec<u32> = grid.rows().iter().map(|row| row.number()).collect();
        assert_eq!(numbers, [1, 3, 4, 6], "{line_end:?}");
        assert_eq!(grid.row(4).unwrap().cell(2), &text("一行\n二行"));
    }
}

#[test]
fn a_sign_within_cells_does_not_separate_them() {
    let found = holders("ID,名称,PC名\nA-1,一,受付;事務;控室;書庫\nA-2,二,受付；事務\n".as_bytes());
    assert_eq!(found[0].places, ["受付", "事務", "控室", "書庫"]);
    assert_eq!(found[1].places, ["受付", "事務"]);
}

#[test]
fn an_apostrophe_in_front_makes_text() {
    let found = holders("ID,名称,電話\n'001,'=1+1,'0312345678\n''x,'',\n".as_bytes());
    assert_eq!(ids(&found), ["'x", "001"]);
    assert_eq!((found[0].name.as_str(), found[1].name.as_str()), ("'", "=1+1"));
    assert_eq!(found[1].contact.tel.as_deref(), Some("0312345678"));
}

#[test]
fn what_is_no_table_is_told_by_its_kind() {
    let encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 this is cut off";
    let ods = python("import zipfile\nzipfile.ZipFile('output', 'w').writestr('content.xml', '<x/>')", b"");
    let cases: Vec<(&[u8], &str, &str)> = vec![
        (
            b"",
            "値の入ったセルがありません。シートとファイルを確かめてください。",
            "there is no cell with a value; is it the right file and sheet?",
        ),
        (
            b" \r\n\t\r\n",
            "値の入ったセルがありません。シートとファイルを確かめてください。",
            "there is no cell with a value; is it the right file and sheet?",
        ),
        (
            b"<html><table>",
            "読めない形式の表です(HTML など)。Excel で XLSX として保存し直してください。",
            "a table in a format that cannot be read (HTML or the like); save it as XLSX.",
        ),
        (
            &ods,
            "読めない形式の表です(HTML など)。Excel で XLSX として保存し直してください。",
            "a table in a format that cannot be read (HTML or the like); save it as XLSX.",
        ),
        (
            b"%PDF-1.7\0\xff\xff",
            "表ではありません。Excel のブック(XLSX、XLSM、XLSB、XLS)、ODS、CSV のいずれかを指定してください。",
            "this is no table; give an Excel workbook (XLSX, XLSM, XLSB, XLS), ODS or CSV.",
        ),
        (
            b"ID\nA\n\x81\xff\n",
            "3行目の文字コードが分かりません。UTF-8、UTF-16、Shift_JIS(CP932)のいずれかで保存し直してください。",
            "line 3 is in no known encoding; save the file as UTF-8, UTF-16 or Shift_JIS (CP932).",
        ),
        (
            b"\xef\xbb\xbfID\n\x82\xa0\n",
            "2行目の文字コードが分かりません。UTF-8、UTF-16、Shift_JIS(CP932)のいずれかで保存し直してください。",
            "line 2 is in no known encoding; save the file as UTF-8, UTF-16 or Shift_JIS (CP932).",
        ),
        (
            b"\xff\xfe\x00\xd8A\x00",
            "文字コードが分かりません。UTF-8、UTF-16、Shift_JIS(CP932)のいずれかで保存し直してください。",
            "the text is in no known encoding; save it as UTF-8, UTF-16 or Shift_JIS (CP932).",
        ),
    ];
    for (bytes, ja, en) in cases {
        let error = any(bytes, None).unwrap_err();
        assert_eq!((error.text(Lang::Ja).as_str(), error.text(Lang::En).as_str()), (ja, en));
    }
    for bytes in [encrypted.as_slice(), b"PK\x03\x04 this is cut off"] {
        let error = any(bytes, None).unwrap_err();
        assert!(matches!(error, GridError::Damaged { .. }), "{error:?}");
        assert!(error.text(Lang::Ja).starts_with("ブックが壊れているようです。Excel で開いて保存し直してください。"));
        assert!(
            error.text(Lang::En).starts_with("the workbook seems to be damaged; open it in Excel and save it again.")
        );
    }
}

#[test]
fn columns_have_letters() {
    let letters: Vec<String> = [0, 25, 26, 51, 52, 701, 702, 16383].into_iter().map(column_letters).collect();
    assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    assert_eq!(GridCell::Number(1.0).text(), "1");
}

/// Excel encrypts a workbook whose structure is protected with a password of which it never asks.
#[test]
fn a_workbook_with_the_default_password_is_read_and_any_other_is_called_encrypted() {
    let script = r##"
import hashlib, struct, xlwt
from xlwt import CompoundDoc
book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("台帳")
for row, cells in enumerate([("台帳ID", "名称")] + [(f"A-{n:03}", f"事業所{n}") for n in range(1, 200)]):
    for column, text in enumerate(cells):
        sheet.write(row, column, text)
plain = book.get_biff_data()

def records(data):
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack("<HH", data[at:at + 4])
        yield kind, data[at + 4:at + 4 + length]
        at += 4 + length

def rc4(key, data):
    box, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)

salt, verifier, password = bytes(range(16)), bytes(range(100, 116)), PASSWORD.encode("utf-16-le")
if CRYPTO_API:
    first = hashlib.sha1(salt + password).digest()
    key = lambda block: hashlib.sha1(first + struct.pack("<I", block)).digest()[:16]
    check = rc4(key(0), verifier + hashlib.sha1(verifier).digest())
    name = "Microsoft Enhanced Cryptographic Provider v1.0\0".encode("utf-16-le")
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + name
    passed = struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header + struct.pack("<I", 16) + salt + check[:16] + struct.pack("<I", 20) + check[16:]
else:
    first = hashlib.md5((hashlib.md5(password).digest()[:5] + salt) * 16).digest()[:5]
    key = lambda block: hashlib.md5(first + struct.pack("<I", block)).digest()
    check = rc4(key(0), verifier + hashlib.md5(verifier).digest())
    passed = struct.pack("<HHH", 1, 1, 1) + salt + check

out = bytearray()
shift = len(passed) + 4
for number, (kind, data) in enumerate(records(plain)):
    if kind == 0x85:
        data = struct.pack("<I", struct.unpack("<I", data[:4])[0] + shift) + data[4:]
    out += struct.pack("<HH", kind, len(data)) + data
    if number == 0:
        out += struct.pack("<HH", 0x2F, len(passed)) + passed
stream = b"".join(rc4(key(block), bytes(1024)) for block in range(len(out) // 1024 + 1))
at = 0
for kind, data in list(records(bytes(out))):
    begin = at + 4 + (4 if kind == 0x85 else 0)
    end = at + 4 + len(data)
    if kind not in (0x809, 0x2F, 0xE1):
        out[begin:end] = bytes(a ^ b for a, b in zip(out[begin:end], stream[begin:end]))
    at = end
CompoundDoc.XlsDoc().save("output", bytes(out))
"##;
    for api in ["False", "True"] {
        let made = |password: &str| {
            python(&script.replace("PASSWORD", &format!("{password:?}")).replace("CRYPTO_API", api), b"")
        };
        let found = holders(&made("VelvetSweatshop"));
        assert_eq!((found.len(), found[198].name.as_str()), (199, "事業所199"), "{api}");
        assert_eq!(any(&made("secret"), None), Err(GridError::Encrypted), "{api}");
    }
}
