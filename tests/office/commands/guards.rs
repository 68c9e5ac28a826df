//! What `shomei register import` does not believe, what it says of how it read a file, and how an
//! import is taken back.

use std::process::Command;

use super::scene::Office;
use crate::common::{ROOT, python};

const HEADERS: &str = "台帳ID,名称,事業所番号,都道府県,メール,有効期限";

fn row(n: u32) -> String {
    format!("H{n:02},事業所{n},13000000{n:02},東京都,h{n}@example.jp,2027-04-{n:02}")
}

fn list(headers: &str, rows: impl IntoIterator<Item = String>) -> Vec<u8> {
    let rows: Vec<String> = rows.into_iter().collect();
    format!("{headers}\r\n{}\r\n", rows.join("\r\n")).into_bytes()
}

/// An office whose register has ten holders.
fn office() -> Office {
    let office = Office::new();
    office.write("list.csv", list(HEADERS, (1..=10).map(row)));
    office.ok(&["register", "import", "list.csv"]);
    office
}

fn exported(office: &Office) -> String {
    office.ok(&["register", "export", "--lang", "ja"])
}

#[track_caller]
fn guarded(office: &Office, file: &str, told: &[&str]) {
    let before = (exported(office), office.log());
    let said = office.run(&["register", "import", file]);
    assert_eq!((said.code, said.stderr.as_str()), (1, ""), "{}", said.stdout);
    for text in told.iter().chain(&["was not imported"]) {
        assert!(said.stdout.contains(text), "{text}: {}", said.stdout);
    }
    assert!((exported(office), office.log()) == before, "nothing of it is recorded");
}

#[test]
fn a_column_that_is_no_longer_there_is_withheld() {
    let office = office();
    let renamed = HEADERS.replace("有効期限", "証明書の終わり");
    office.write("list.csv", list(&renamed, (1..=11).map(row)));
    guarded(
        &office,
        "list.csv",
        &["\"declared expiry\"", "--map \"証明書の終わり=declared-expiry\"", "--accept-blank"],
    );
    office.ok(&["register", "import", "list.csv", "--map", "証明書の終わり=declared-expiry"]);
    assert_eq!(exported(&office).matches("2027-04-").count(), 11);
    // Only ID and name.
    let short = |n: u32| row(n).split(',').take(2).collect::<Vec<_>>().join(",");
    office.write("short.csv", list("台帳ID,名称", (1..=11).map(short)));
    guarded(&office, "short.csv", &["\"mail\"", "\"prefecture\"", "\"provider number\""]);
    // Headers that were said before count as there.
    office.write(
        "blank.csv",
        list(HEADERS, (1..=11).map(|n| row(n).replace("2027-04-", "").replace(&format!(",{n:02}"), ","))),
    );
    let said = office.run(&["register", "import", "blank.csv", "--accept-blank", "有効期限"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert_eq!(exported(&office).matches("2027-04-").count(), 0);
}

#[test]
fn one_emptied_cell_is_emptied_and_a_new_column_is_taken() {
    let office = office();
    let rows = (1..=10).map(|n| if n == 3 { row(n).replace("h3@example.jp", "") } else { row(n) });
    office.write("list.csv", list(&format!("{HEADERS},FAX"), rows.map(|row| format!("{row},03-0000-0000"))));
    office.ok(&["register", "import", "list.csv"]);
    let csv = exported(&office);
    assert!(!csv.contains("h3@example.jp") && csv.contains("h4@example.jp") && csv.contains("03-0000-0000"));
    // Two of ten are more than a tenth.
    let rows = (1..=10).map(|n| if n < 5 { row(n).replace(&format!("h{n}@example.jp"), "") } else { row(n) });
    office.write("list.csv", list(HEADERS, rows));
    let said = office.run(&["register", "import", "list.csv"]);
    assert!(said.stdout.contains("the values of \"mail\" vanish for 3 of 10 holders"), "{}", said.stdout);
}

#[test]
fn a_formula_without_value_keeps_what_was_known() {
    let office = Office::new();
    let script = |value: &str| {
        format!(
            "import datetime, openpyxl\nbook = openpyxl.Workbook()\nbook.active.append(['ID', '名称', '有効期限'])\n\
             [book.active.append([f'A-{{n}}', f'事業所{{n}}', {value}]) for n in range(1, 6)]\nbook.save('list.xlsx')"
        )
    };
    office.python(&script("datetime.date(2027, 4, n)"));
    office.ok(&["register", "import", "list.xlsx"]);
    let before = exported(&office);
    office.python(&script("'=EDATE(A1,36)'"));
    let said = office.run(&["register", "import", "list.xlsx"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stdout.contains("rows 2–6, declared expiry: \"=EDATE(A1,36)\" and others: is a formula without a value"),
        "{}",
        said.stdout
    );
    assert_eq!(exported(&office), before);
}

#[test]
fn the_wrong_list_leaves_nothing_behind() {
    let office = office();
    office.write("theirs.csv", list(HEADERS, (61..=67).map(row)));
    guarded(&office, "theirs.csv", &["10 of 10 holders are not in the file", "H01 事業所1"]);
    // The same IDs, other offices.
    let other = |n: u32| format!("H{n:02},よそ{n},14000000{n:02},神奈川県,y{n}@example.jp,2027-04-{n:02}");
    office.write("same-ids.csv", list(HEADERS, (1..=10).map(other)));
    guarded(&office, "same-ids.csv", &["10 of 10 holders have both another name", "\"事業所1\", now \"よそ1\""]);
    office.ok(&["register", "import", "same-ids.csv", "--accept-gone"]);
    // One new holder in the right file is taken; a holder that was renamed, too.
    office.write("more.csv", list(HEADERS, (1..=11).map(|n| other(n).replace("よそ2,", "よその2,"))));
    office.ok(&["register", "import", "more.csv"]);
}

#[test]
fn the_last_import_can_be_taken_back() {
    let office = office();
    let before = exported(&office);
    let changed = |n: u32| if n == 2 { row(n).replace("事業所2", "改名") } else { row(n) };
    office.write("next.csv", list(HEADERS, (1..=9).chain([11]).map(changed)));
    office.ok(&["register", "import", "next.csv", "--map", "都道府県=ignore", "--accept-blank", "prefecture"]);
    assert!(exported(&office) != before);
    let said = office.ok(&["register", "import", "--undo"]);
    assert!(said.contains("1 holders that it had brought are out"), "{said}");
    assert_eq!(exported(&office), before);
    assert!(!office.ok(&["register", "mapping"]).contains("ignore"));
    // The one before it, and then there is none.
    office.ok(&["register", "import", "--undo"]);
    let complaint = office.refused(&["register", "import", "--undo"]);
    assert!(complaint.contains("no import of the register \"default\""), "{complaint}");
    // What was taken back is new again.
    assert!(office.ok(&["register", "import", "next.csv"]).contains("New: 10"));
}

#[test]
fn other_sheets_are_named_or_taken() {
    let office = Office::new();
    office.python(
        "import openpyxl\n\
         book = openpyxl.Workbook()\n\
         book.active.title = '長野県'\n\
         for sheet, first in [(book.active, 1), (book.create_sheet('群馬県'), 3)]:\n\
         \x20   sheet.append(['台帳ID', '名称', '電話'])\n\
         \x20   [sheet.append([f'K-{n}', f'やまびこ{n}', 12345]) for n in range(first, first + 2)]\n\
         book.create_sheet('メモ').append(['更新は事務局まで', 'ID と名称を書くこと'])\n\
         book.save('list.xlsx')",
    );
    let said = office.run(&["register", "import", "list.xlsx"]);
    assert!(said.stdout.contains("Other sheets that look like registers: 群馬県."), "{}", said.stdout);
    let said = office.run(&["register", "import", "list.xlsx", "--sheet", "all"]);
    assert!(said.stdout.contains("New: 2"), "{}", said.stdout);
    assert!(said.stdout.contains("sheet \"群馬県\", row 2, tel: \"12345\""), "{}", said.stdout);
    assert_eq!(said.code, 0, "a telephone number is no more than a warning");
}

#[test]
fn words_and_letters_of_columns_are_said_once() {
    let office = Office::new();
    office.write(
        "list.csv",
        "台帳ID,名称,電話番号,電話番号,状況\r\nX1,さくら苑,03-1,03-2,〇\r\nX2,ひまわり,03-3,03-4,×\r\n",
    );
    let maps = ["--map", "D=tel", "--map-value", "状況", "〇=利用中", "--map-value", "状況", "×=廃止"];
    office.ok(&[&["register", "import", "list.csv"][..], &maps].concat());
    let csv = exported(&office);
    assert!(csv.contains("03-2") && !csv.contains("03-1") && csv.contains("廃止"), "{csv}");
    // Kept by register.
    assert!(office.ok(&["register", "import", "list.csv"]).contains("unchanged: 2"));
    let kept = office.ok(&["register", "mapping"]);
    assert!(kept.contains("status") && kept.contains('〇'), "{kept}");
    let complaint = office.refused(&["register", "import", "list.csv", "--map-value", "ない列", "〇=利用中"]);
    assert!(complaint.contains("ない列"), "{complaint}");
}

#[test]
fn equal_mistakes_are_one_line_and_come_back_marked() {
    let office = Office::new();
    let rows = (1..=9).map(|n| format!("A-{n},事業所{n},99{n}"));
    office.write("list.csv", list("台帳ID,名称,事業所番号", rows));
    let said = office.run(&["register", "import", "list.csv", "--report", "mistakes.xlsx"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stdout.contains("rows 2–10, provider number: \"991\" and others: is not ten digits"),
        "{}",
        said.stdout
    );
    let read = office.python(
        "import openpyxl\n\
         sheet = openpyxl.load_workbook('mistakes.xlsx').active\n\
         print(sheet['B3'].value, sheet['C3'].fill.fgColor.rgb, sheet['A3'].fill.fgColor.rgb, sheet['D1'].value, sheet['D3'].value)",
    );
    assert!(
        read.starts_with("事業所2 FFFFC7CE 00000000 shomei: what to correct row 3, provider number: \"992\""),
        "{read}"
    );
    let complaint = office.refused(&["register", "import", "list.csv", "--report", "mistakes.xlsx"]);
    assert!(complaint.contains("there already"), "{complaint}");
}

#[test]
fn what_was_guessed_of_a_text_is_said() {
    let office = Office::new();
    for (file, bytes, told) in [
        ("semicolons.csv", "台帳ID,名称,端末\nA,一,本館;別館;東館\n".as_bytes().to_vec(), "separated by commas"),
        ("tabs.txt", "台帳ID\t名称\nA\t一\n".as_bytes().to_vec(), "separated by tabs"),
        ("utf16.csv", "台帳ID,名称\r\nA,一\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-16LE"),
        ("mail.csv", b"\x1b$BBfD\"\x1b(BID,\x1b$BL>>N\x1b(B\nA,\x1b$B0l\x1b(B\n".to_vec(), "ISO-2022-JP"),
        ("euc.csv", b"\xc2\xe6\xc4\xa2ID,\xcc\xbe\xbe\xce\nA,\xb0\xec\n".to_vec(), "EUC-JP"),
        ("dos.csv", "台帳ID,名称\r\nA,一\r\n\u{1a}".as_bytes().to_vec(), "UTF-8"),
    ] {
        office.write(file, bytes);
        let said = office.ok(&["register", "import", file, "--name", file]);
        assert!(said.contains(told) && said.contains("New: 1"), "{file}: {said}");
        assert!(office.ok(&["register", "export", "--name", file]).contains('一'), "{file}");
    }
    let said = office.run(&["register", "import", "semicolons.csv", "--separator", "semicolon"]);
    assert_eq!(said.code, 2);
}

#[test]
fn workbooks_of_every_kind_are_read() {
    let office = Office::new();
    office.python(
        "import zipfile\n\
         cells = lambda row: ''.join(f'<table:table-cell office:value-type=\"string\"><text:p>{v}</text:p></table:table-cell>' for v in row)\n\
         rows = [('台帳ID', '名称'), ('A-1', 'さくら苑'), ('A-2', 'ひまわり')]\n\
         out = zipfile.ZipFile('list.ods', 'w')\n\
         out.writestr('mimetype', 'application/vnd.oasis.opendocument.spreadsheet')\n\
         out.writestr('META-INF/manifest.xml', '<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>')\n\
         out.writestr('content.xml', '<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"台帳\">' + ''.join(f'<table:table-row>{cells(row)}</table:table-row>' for row in rows) + '</table:table></office:spreadsheet></office:body></office:document-content>')\n\
         out.close()",
    );
    let said = office.ok(&["register", "import", "list.ods"]);
    assert!(said.contains("New: 2") && said.contains("sheet \"台帳\""), "{said}");
}

#[test]
fn an_xlsb_is_read_as_its_cells_show_it() {
    let office = Office::new();
    python::printed_in(office.folder(), &[&format!("{ROOT}/tests/office/commands/xlsb.py")], b"");
    office.ok(&["register", "import", "list.xlsb"]);
    // What LibreOffice shows of the same file, formats included.
    let output = Command::new("soffice")
        .args(["--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "list.xlsb"])
        .arg(format!("-env:UserInstallation=file://{}", office.text("profile")))
        .current_dir(office.folder())
        .output()
        .expect("soffice is missing: run the tests by ./tests/run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(office.read("list.csv").contains("0003,事業所3,0125000003"), "{}", office.read("list.csv"));
    let said = office.ok(&["register", "import", "list.csv"]);
    assert!(said.contains("changed: 0, unchanged: 3"), "{said}");
}

#[test]
fn a_list_of_care_recipients_is_refused() {
    let office = Office::new();
    office.write("recipients.csv", "利用者ID,氏名,サービス種類\nR-11,山口,介護\n");
    let complaint = office.refused(&["register", "import", "recipients.csv"]);
    assert!(complaint.contains("list of care recipients") && complaint.contains("利用者ID"), "{complaint}");
    office.write("both.csv", "事業所名,利用者氏名,利用者ID\nさくら苑,山口,R-11\n");
    assert!(office.refused(&["register", "import", "both.csv"]).contains("care recipients"));
    // The user of the system, with the provider's name beside it.
    office.write("users.csv", "利用者ID,事業所名\nU-1,さくら苑\n");
    office.ok(&["register", "import", "users.csv"]);
}

#[test]
fn names_that_cp932_lacks_go_out_and_come_back_as_they_were() {
    let office = Office::new();
    office.write("names.csv", "台帳ID,名称\nA,やまびこ〜東館\nB,グループホームひ\u{3099}わ\nC,葛\u{e0100}飾\n");
    office.ok(&["register", "import", "names.csv"]);
    let said = office.run(&["register", "export", "--encoding", "cp932", "--output", "back.csv"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let said = office.ok(&["register", "import", "back.csv"]);
    assert!(said.contains("unchanged: 3"), "{said}");
    assert!(exported(&office).contains("やまびこ〜東館"));
}
