//! `shomei register export`: what import reads back as it was.

use super::scene::Office;
use crate::common::files::cp932;

/// A register with something in every column, agents, two lines, and values that spreadsheets
/// take for formulas.
const FULL: &str = "台帳ID,名称,種別,事業所番号,都道府県,請求サービス,代理人ID,代理開始日,代理終了日,証明書利用区分,端末・設置場所,担当者,メール,電話番号,FAX番号,郵便番号,住所,連絡方法,手数料支払方法,パスワード変更日,利用状況,利用状況の開始日,シリアル番号(申告),有効期限(申告),タグ,備考\r\n\
A1,さくら苑,事業所,1310000001,東京都,介護,A2,2026-12-01,2027-03-31,共通,PC-1;事務室,佐藤,sato@example.jp,03-1234-5678,03-1234-5679,100-0001,千代田1-1,メール,相殺,2026-09-01,利用中,,07 86 D1,2028-04-30,北,\"=1+1\n二行目\"\r\n\
A1,,,1310000001,,障害,,,,,,,,,,,,,,,,,,,,\r\n\
A2,けやき代理,代理人,,,,,,,介護保険,,,,,,,,郵送,振込,,休止,2026-10-01,,,,+81\r\n";

fn import(office: &Office, file: &str, name: &str) -> String {
    office.ok(&["register", "import", file, "--name", name])
}

#[test]
fn export_then_import_is_identity_in_every_form_and_language() {
    let office = Office::new();
    office.write("full.csv", cp932(FULL));
    import(&office, "full.csv", "default");
    for (file, options) in
        [("a.xlsx", &[][..]), ("b.csv", &[]), ("c.csv", &["--encoding", "cp932"]), ("d.xlsx", &["--lang", "ja"])]
    {
        office.ok(&[&["register", "export", "-o", file][..], options].concat());
        let said = import(&office, file, "default");
        assert!(said.contains("New: 0, changed: 0, unchanged: 2, gone: 0"), "{file}: {said}");
        import(&office, file, file);
        office.ok(&["register", "export", "--name", file, "-o", "again.csv"]);
        office.ok(&["register", "export", "-o", "first.csv"]);
        assert_eq!(office.bytes("again.csv"), office.bytes("first.csv"), "{file}");
    }
}

#[test]
fn what_cp932_does_not_have_is_told() {
    let office = Office::new();
    office.write("list.csv", "台帳ID,名称\r\nA1,𠮷野\r\n".as_bytes());
    import(&office, "list.csv", "default");
    let said = office.run(&["register", "export", "-o", "out.csv", "--encoding", "cp932"]);
    assert_eq!(said.code, 1);
    assert!(said.stderr.contains("row 2") && said.stderr.contains("U+20BB7"), "{}", said.stderr);
    assert_eq!(office.run(&["register", "export", "-o", "out.csv"]).code, 0);
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let office = Office::new();
    office.write("list.csv", "台帳ID,名称\r\nA1,さくら苑\r\n".as_bytes());
    let complaint = office.refused(&["register", "export"]);
    assert!(complaint.contains("there is no inventory"), "{complaint}");
    import(&office, "list.csv", "default");
    let complaint = office.refused(&["register", "export", "-o", "out.pdf"]);
    assert!(complaint.contains(".xlsx or .csv"), "{complaint}");
    let complaint = office.refused(&["register", "export", "-o", "nowhere/out.csv"]);
    assert!(complaint.contains("cannot write"), "{complaint}");
    let complaint = office.refused(&["register", "export", "--name", "大阪"]);
    assert!(complaint.contains("nobody stands in the register \"大阪\""), "{complaint}");
    let left: Vec<_> = std::fs::read_dir(office.folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("out")), "{left:?}");
}
