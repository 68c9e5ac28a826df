//! Lists as offices keep them: what is no row of a holder, what is no value, what became a number.

use shomei::register::{GridCell, Holder, MistakeEffect, RegisterColumn, RegisterReading, RowNoteKind};

use super::scene::*;

const HEADERS: &str = "台帳ID,名称,事業所番号,都道府県,担当者,メール,電話番号,有効期限\n";

/// Three full rows and what is below them.
fn with_rows(below: &str) -> RegisterReading {
    let row =
        |n: u32| format!("K-0{n},やまびこ{n}号,992500000{n},長野県,岳,k{n}@example.jp,026-200-000{n},2027-04-28\n");
    reading(format!("{HEADERS}{}{}{}{below}", row(1), row(2), row(3)).as_bytes())
}

#[test]
fn sums_notes_and_legends_are_passed_over_and_listed() {
    for below in [
        "集計,3",
        "合計,,,,,,,3",
        ",合計,3",
        "総合計：3件",
        "件数,3,,,,,,",
        "平均,,,,,,,2.5",
        "うち介護,2",
        "小計(長野県),3",
        "更新日,R8.11.9",
        "更新日：2026/11/9",
        "印刷日時,2026/11/9 10:00",
        "担当,岳 樹",
        "【凡例】,○は申請済み",
        "※休止中を含む",
        "＊印は休止",
        "注),休止中を含む",
        "以上 3件",
        "\n\n○,申請済み",
        "\n長野県北信地区",
        "北信地区",
        ",,,,,,,3",
        "Total,3",
    ] {
        let found = with_rows(below);
        assert_eq!(ids(&found.holders), ["K-01", "K-02", "K-03"], "{below}");
        assert!(found.mistakes.is_empty() && found.rows_without_id == 0, "{below}: {:?}", found.mistakes);
        assert_eq!(found.passed_over.len(), 1, "{below}: {:?}", found.passed_over);
    }
}

#[test]
fn a_whole_block_of_notes_is_passed_over() {
    let found = with_rows("集計,3\n\n【凡例】\n○,申請済み\n×,未申請\n更新日,R8.11.9\n");
    assert_eq!((found.holders.len(), found.mistakes.len(), found.passed_over.len()), (3, 0, 5));
    assert_eq!(found.passed_over[0].text, "集計 3");
}

#[test]
fn names_that_begin_like_sums_are_names() {
    for (id, name) in [
        ("K-04", "計画相談支援センター"),
        ("K-04", "集計会計事務所"),
        ("本部", "やまびこ本部"),
        ("K-04", "うちの家デイサービス"),
        ("K-04", "合計"),
    ] {
        let found = with_rows(&format!("{id},{name},9925000004,長野県,岳,k4@example.jp,026-200-0004,2027-04-28\n"));
        assert!(found.passed_over.is_empty() && found.mistakes.is_empty(), "{name}: {found:?}");
        assert!(found.holders.iter().any(|holder| holder.key.id == id && holder.name == name), "{name}");
    }
    // Further rows of a holder have its ID and little else.
    let found = with_rows("K-03,,9925000009,,,,,\n");
    assert_eq!((found.holders[2].lines.len(), found.passed_over.len()), (2, 0));
    // A row that was begun is a mistake, and no note.
    let found = with_rows("K-04\n");
    assert_eq!((found.mistakes.len(), found.passed_over.len()), (1, 0));
}

#[test]
fn a_number_is_no_name() {
    let found = with_rows("K-04,12,9925000004,長野県,岳,k4@example.jp,,\n");
    assert_eq!((found.holders.len(), found.mistakes.len()), (3, 1));
    assert_eq!(found.mistakes[0].column, Some(RegisterColumn::Name));
    // So is 0, the result of a formula about an empty cell.
    let found = with_rows("0,0,0,0,0,0,0,0\n");
    assert_eq!((found.holders.len(), found.mistakes.len(), found.passed_over.len()), (3, 0, 0));
}

#[test]
fn a_further_block_has_headers_of_its_own() {
    let found = with_rows("\n代理人の一覧\n名称,台帳ID,メール\n代理やま,D-01,d1@example.jp\n");
    let agent = found.holders.iter().find(|holder| holder.key.id == "D-01").expect("the agent is read");
    assert_eq!((agent.name.as_str(), agent.contact.mail.as_deref()), ("代理やま", Some("d1@example.jp")));
    assert_eq!((found.holders.len(), found.mistakes.len()), (4, 0));
}

fn one(header: &str, cell: GridCell) -> (Option<Holder>, RegisterReading) {
    let found = reading(&workbook(&["ID", "名称", header], &[&[text("A-1"), text("一"), cell]]));
    (found.holders.first().cloned(), found)
}

#[test]
fn what_stands_for_nothing_is_no_value() {
    for nothing in ["－", "なし", "無", "未登録", "0", "---", "ー"] {
        for header in
            ["担当者", "メール", "電話番号", "FAX", "住所", "有効期限", "代理人ID", "端末", "備考", "都道府県"]
        {
            let (holder, found) = one(header, text(nothing));
            assert!(found.mistakes.is_empty(), "{header} {nothing}: {:?}", found.mistakes);
            let holder = holder.unwrap();
            assert!(RegisterColumn::ALL[2..].iter().all(|column| !holder.has(*column)), "{header} {nothing}");
        }
    }
}

#[test]
fn a_ditto_mark_is_the_value_above_and_said() {
    let found = with_rows("K-04,やまびこ4号,9925000004,〃,同上,〃,,2027-04-28\n");
    let holder = &found.holders[3];
    assert_eq!((holder.prefecture.as_deref(), holder.contact.person.as_deref()), (Some("長野県"), Some("岳")));
    assert_eq!(holder.contact.mail.as_deref(), Some("k3@example.jp"));
    let notes: Vec<_> = found.notes.iter().map(|note| (note.kind, note.column, note.rows.clone())).collect();
    let ditto = |column| (RowNoteKind::Ditto, column, vec![5]);
    assert_eq!(notes, [RegisterColumn::Prefecture, RegisterColumn::Person, RegisterColumn::Mail].map(ditto));
    // Of several in a row, each is the last value above.
    let found = with_rows("K-04,四,,〃,,,,\nK-05,五,,〃,,,,\n");
    assert!(found.holders[3..].iter().all(|holder| holder.prefecture.as_deref() == Some("長野県")));
}

#[test]
fn several_addresses_are_kept_as_one_list() {
    let (holder, found) = one("メール", text("岳 樹 <a@example.jp>、mailto:b@example.jp"));
    let contact = holder.unwrap().contact;
    assert_eq!(contact.mail.as_deref(), Some("a@example.jp; b@example.jp"));
    assert_eq!(contact.addresses().collect::<Vec<_>>(), ["a@example.jp", "b@example.jp"]);
    assert!(found.mistakes.is_empty());
}

#[test]
fn a_telephone_that_became_a_number_gets_its_zero_back_where_that_is_certain() {
    for (header, number, expected) in [
        ("電話番号", 262_000_001.0, Some("0262000001")),
        ("電話番号", 9_012_345_678.0, Some("09012345678")),
        ("電話番号", 120_123_456.0, Some("0120123456")),
        ("FAX", 312_345_678.0, Some("0312345678")),
        ("郵便番号", 600_001.0, Some("0600001")),
        ("郵便番号", 10_010.0, Some("0010010")),
        ("郵便番号", 3_900_001.0, Some("3900001")),
        ("電話番号", 3_123_456_789.0, None),
        ("電話番号", 12_345.0, None),
        ("郵便番号", 123.0, None),
    ] {
        // In CSV the number is text; the register is the same.
        for cell in [GridCell::Number(number), text(&number.to_string())] {
            let (holder, found) = one(header, cell);
            let contact = holder.expect("an optional value costs no holder").contact;
            let value = [contact.tel, contact.fax, contact.postcode].into_iter().flatten().next();
            assert_eq!(value.as_deref(), expected, "{header} {number}");
            assert_eq!(found.mistakes.is_empty(), expected.is_some());
            assert!(found.mistakes.iter().all(|mistake| mistake.effect() == MistakeEffect::Warning));
        }
    }
}

#[test]
fn ids_that_are_all_numbers_are_their_digits() {
    let rows = |second: GridCell| {
        reading(&workbook(
            &["ID", "名称", "代理人ID"],
            &[&[GridCell::Number(1.0), text("一"), GridCell::Number(2.0)], &[second, text("二"), GridCell::Empty]],
        ))
    };
    let found = rows(GridCell::Number(2.0));
    assert_eq!((ids(&found.holders), found.mistakes.len()), (vec!["1", "2"], 0));
    assert_eq!(found.holders[0].lines[0].agent.as_ref().unwrap().id, "2");
    assert!(found.notes.iter().any(|note| note.kind == RowNoteKind::NumberAsId && note.rows == [2, 3]));
    // Digits that were typed as text have lost nothing either; zeros in front show that others may have.
    assert!(rows(text("12")).mistakes.is_empty());
    for other in ["02", "K-2"] {
        assert!(!rows(text(other)).mistakes.is_empty(), "{other}");
    }
}

/// The same list as numbers with formats, as XLSX and as CSV.
#[test]
fn csv_and_workbook_of_one_list_are_one_register() {
    let script = r##"
import csv, datetime, openpyxl
rows = [
    ["事業所ID", "事業所の名称", "事業所番号(10桁)", "都道府県", "サービスの種類", "電話番号", "郵便番号", "電子証明書の有効期限", "備考"],
    [1, "やまびこ1号", 125000001, "愛 知 県", "介護", 262000001, 600001, datetime.date(2027, 4, 28), "－"],
    [2, "やまびこ2号", 125000002, "〃", "障害", 9012345678, 3900001, datetime.date(2027, 5, 28), 0],
    [3, "やまびこ3号", 2125000003, "23", "介護・障害", "026-200-0003", "390-0001", "令和9年6月28日(月)", None],
    ["集計", 3],
]
book = openpyxl.Workbook()
for row in rows:
    book.active.append(row)
for cell in book.active["C"]:
    cell.number_format = "0000000000"
if KIND == "xlsx":
    book.save("output")
elif KIND == "xls":
    import xlwt
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("台帳")
    zeros, date = xlwt.easyxf(num_format_str="0000000000"), xlwt.easyxf(num_format_str="yyyy/m/d")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                form = zeros if column == 2 else date if isinstance(value, datetime.date) else xlwt.Style.default_style
                sheet.write(at, column, value, form)
    old.save("output")
else:
    # As Excel writes it: what the cells show.
    shown = lambda column, value: f"{value:010}" if column == 2 and isinstance(value, int) else value
    shown = lambda column, value, shown=shown: f"{value:%Y/%-m/%-d}" if isinstance(value, datetime.date) else shown(column, value)
    with open("output", "w", encoding="cp932", newline="") as out:
        csv.writer(out).writerows([[shown(c, v) for c, v in enumerate(row)] for row in rows])
"##;
    let found = |kind: &str| reading(&python(&script.replace("KIND", &format!("{kind:?}")), b""));
    let xlsx = found("xlsx");
    assert!(xlsx.mistakes.is_empty(), "{:?}", xlsx.mistakes);
    assert_eq!(ids(&xlsx.holders), ["1", "2", "3"]);
    let numbers: Vec<_> =
        xlsx.holders.iter().map(|holder| holder.lines[0].provider_number.as_deref().unwrap()).collect();
    assert_eq!(numbers, ["0125000001", "0125000002", "2125000003"]);
    assert!(xlsx.holders.iter().all(|holder| holder.prefecture.as_deref() == Some("愛知県")));
    assert_eq!(found("csv").holders, xlsx.holders);
    assert_eq!(found("xls").holders, xlsx.holders);
}

#[test]
fn rows_of_csv_have_as_many_cells_as_headers() {
    let of = |rows: &str| reading(format!("ID,名称,住所,メール\n{rows}").as_bytes());
    // Quoted commas, and empty cells behind every row.
    let found = of("A-1,一,\"松本市1,山ビル\",a@example.jp\nA-2,二,,,,,\nA-3,三,,,\n");
    assert_eq!((found.holders.len(), found.mistakes.len()), (3, 0));
    // Programs that leave out empty cells at the end do so in many rows.
    assert_eq!(of("A-1,一\nA-2,二\nA-3,三,松本市\nA-4,四,松本市,a@example.jp\n").mistakes.len(), 0);
    // One that is cut off, and one with a comma that nobody quoted.
    let found = of("A-1,一,松本市1,a@example.jp\nA-2,二,松\nA-3,三,松本市3,山ビル,c@example.jp\n");
    assert_eq!((ids(&found.holders), found.mistakes.len()), (vec!["A-1"], 2));
    assert_eq!(found.ids_in_error.len(), 2);
}
