//! What is written is read back as it was, whatever it is.

use proptest::collection::{SizeRange, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use shomei::calendar::Day;
use shomei::certificate::Serial;
use shomei::locale::Lang;
use shomei::register::{
    Agent, Contact, ContactChannel, CsvEncoding, DeclaredCertificate, FeePayer, FormTable, Grid, GridCell, Holder,
    HolderKey, HolderKind, HolderStatus, ServiceLine, is_placeholder, write_csv, write_xlsx,
};

use super::scene::*;
use crate::common::laws::{holds, sample};

/// Texts that spreadsheets, separators and encodings are known to spoil.
const TEXTS: [&str; 26] = [
    "さくら訪問介護",
    "=1+1",
    "+81 3 0000 0000",
    "-",
    "--x",
    "@SUM(A1)",
    "＝１＋１",
    "'",
    "'=1",
    "''",
    "\"引用\"",
    "a,b;c\td",
    "0123",
    "1.0",
    "1E5",
    "2026-12-31",
    "TRUE",
    "〒",
    "山田　太郎",
    "髙橋①㈱",
    "<b>&amp;</b>",
    "_x000A_",
    "ﾃｽﾄ",
    "http://example.jp/?a=b",
    "〜",
    "１２３",
];

fn any_text() -> impl Strategy<Value = &'static str> {
    select(&TEXTS[..])
}

fn line_text() -> impl Strategy<Value = String> {
    // A tab within a line is kept as a space.
    (any_text(), prop_oneof![3 => Just(""), 1 => any_text()])
        .prop_map(|(text, more)| format!("{text}{more}").replace('\t', " ").replace('〜', "～"))
        // Strokes alone stand for nothing.
        .prop_map(|text| if is_placeholder(&text) { "苑".to_string() } else { text })
}

fn lines_text() -> impl Strategy<Value = String> {
    vec(line_text(), 1..4).prop_map(|lines| lines.join("\n"))
}

/// Two times in three.
fn perhaps<S: Strategy>(of: S) -> impl Strategy<Value = Option<S::Value>> {
    weighted(2.0 / 3.0, of)
}

fn any_day() -> impl Strategy<Value = Day> {
    (1995..2055, 1..=12, 1..=28).prop_map(|(year, month, on)| day(&format!("{year}-{month:02}-{on:02}")))
}

fn word(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(of).prop_map(str::to_string)
}

/// A line of the holder of this ID.
fn line(own: &str) -> impl Strategy<Value = ServiceLine> + use<> {
    let id = format!("D'{own}");
    let agent = perhaps(perhaps(any_day()).prop_map(move |from| Agent { id: id.clone(), from, until: None }));
    let number = "[0-9]{10}".prop_map(Some);
    (number, perhaps(word(&["kaigo", "shogai"])), agent).prop_map(|(provider_number, service, agent)| ServiceLine {
        provider_number,
        service,
        agent,
    })
}

fn declared() -> impl Strategy<Value = Option<DeclaredCertificate>> {
    let serial = word(&["07 86 D1", "12E4", "00", "03 34 35"]).prop_map(|text| Serial::parse(&text).unwrap());
    (perhaps(serial), perhaps(any_day())).prop_map(|(serial, expires_on)| {
        Some(DeclaredCertificate { serial, expires_on }).filter(|declared| *declared != DeclaredCertificate::default())
    })
}

fn contact() -> impl Strategy<Value = Contact> {
    let phone = || word(&["03-1234-5678", "0312345678", "+81 3 1234 5678", "(03)1234"]);
    let written = (perhaps(word(&["=a@example.jp"])), perhaps(phone()), perhaps(phone()), perhaps(word(&["060-0001"])));
    let all = (perhaps(line_text()), written, perhaps(lines_text()), perhaps(select(ContactChannel::ALL)));
    all.prop_map(|(person, (mail, tel, fax, postcode), address, channel)| Contact {
        person,
        mail,
        tel,
        fax,
        postcode,
        address,
        channel,
    })
}

/// One whose ID begins like one that spreadsheets spoil; what comes after that is its own.
fn any_holder() -> impl Strategy<Value = Holder> {
    let id = word(&["", "=", "A-", "0", "'", "+", "-", "12E", "ア"]);
    id.prop_flat_map(|id| {
        let lines = vec(line(&id), 0..4).prop_map(|mut lines| {
            lines.dedup();
            lines
        });
        let places = (0..3).prop_map(|count| (0..count).map(|n| format!("={n}PC、受付{n}")).collect::<Vec<_>>());
        let kinds = (perhaps(select(HolderKind::ALL)), perhaps(select(FeePayer::ALL)), select(HolderStatus::ALL));
        let days = (perhaps(any_day()), perhaps(any_day()), declared());
        let category = perhaps(word(&["kaigo", "shogai", "common"]));
        // A number is no name.
        let name = line_text().prop_map(|text| format!("苑{text}"));
        let prefecture = perhaps(word(&["東京都", "北海道", "京都府"]));
        let texts = (name, prefecture, category, perhaps(line_text()), perhaps(lines_text()));
        (Just(id), lines, places, contact(), kinds, days, texts)
    })
    .prop_map(|(id, lines, places, contact, kinds, days, texts)| {
        let (kind, payer, status) = kinds;
        let (password_changed, status_since, declared) = days;
        let (name, prefecture, category, tag, notes) = texts;
        // Any that has a tag uses its certificate for something else, too.
        let uses = tag.iter().map(|_: &String| "careplan".to_string()).collect();
        let key = HolderKey { register: REGISTER.into(), id };
        Holder {
            key,
            name,
            kind,
            prefecture,
            category,
            lines,
            uses,
            places,
            contact,
            payer,
            password_changed,
            status,
            status_since,
            declared,
            tag,
            notes,
        }
    })
}

/// Holders in the order of their IDs, each of which is its own.
fn any_holders(count: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Holder>> {
    vec(any_holder(), count).prop_map(|mut holders| {
        for (at, holder) in holders.iter_mut().enumerate() {
            holder.key.id += &format!("{at:04}");
        }
        holders.sort_by(|one, other| one.key.cmp(&other.key));
        holders
    })
}

#[track_caller]
fn assert_same(written: &[Holder], read: &[Holder], what: &str) {
    for (one, other) in written.iter().zip(read) {
        assert_eq!(one, other, "{what}");
    }
    assert_eq!(written.len(), read.len(), "{what}");
}

#[test]
fn export_then_import_is_identity() {
    holds(20, any_holders(1..200), |written| {
        for lang in [Lang::Ja, Lang::En] {
            let what = lang.code();
            let xlsx = write_xlsx(&written, lang, &words()).unwrap();
            assert_same(&written, &holders(&xlsx), &format!("{what}, XLSX"));
            for encoding in [CsvEncoding::Utf8Bom, CsvEncoding::Cp932] {
                let (csv, lost) = write_csv(&written, lang, &words(), encoding);
                assert!(lost.is_empty(), "{lost:?}");
                assert_same(&written, &holders(&csv), &format!("{what}, {encoding:?}"));
            }
        }
    });
}

#[test]
fn the_same_holders_are_the_same_bytes() {
    let holders = sample(any_holders(20));
    let write = || write_xlsx(&holders, Lang::Ja, &words()).unwrap();
    assert!(write() == write());
}

#[test]
fn no_cell_of_csv_is_a_formula() {
    let (csv, _) = write_csv(&sample(any_holders(300)), Lang::Ja, &words(), CsvEncoding::Utf8Bom);
    let text = String::from_utf8(csv).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let mut quoted = 0;
    for record in reader.records() {
        for cell in record.unwrap().iter() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']), "{cell}");
            quoted += usize::from(cell.starts_with("'="));
        }
    }
    assert!(quoted > 50);
    assert!(text.starts_with('\u{feff}') && text.contains("\r\n"));
}

#[test]
fn what_cp932_does_not_have_is_named_and_replaced() {
    let mut holders = sample(any_holders(1));
    holders[0].name = "森鷗外𠮷田〜¥👪👪".into();
    holders[0].lines.clear();
    holders[0].notes = None;
    let (csv, lost) = write_csv(&holders, Lang::Ja, &words(), CsvEncoding::Cp932);
    let characters: String = lost.iter().map(|one| one.character).collect();
    assert_eq!(characters, "鷗𠮷¥👪", "〜 has a twin");
    let header = "2行目の「名称」にある「𠮷」(U+20BB7)は CP932 にありません。〓 に置き換えました。";
    assert_eq!(lost[1].text(Lang::Ja), header);
    assert_eq!(lost[1].text(Lang::En), "row 2, 名称: \"𠮷\" (U+20BB7) is not in CP932 and was written as 〓.");
    let name = python(
        "rows = list(__import__('csv').reader(open('input', encoding='cp932', newline='')))\nopen('output', 'w').write(rows[1][1])",
        &csv,
    );
    assert_eq!(String::from_utf8(name).unwrap(), "森〓外〓田～〓〓〓");
}

#[test]
fn other_tables_come_back_too() {
    let cells = vec![
        vec![
            text("sha256:00"),
            GridCell::Day(day("2026-12-31")),
            GridCell::Number(3.0),
            GridCell::Truth(true),
            GridCell::Empty,
            text("=x"),
        ],
        vec![
            text("0001"),
            GridCell::Empty,
            GridCell::Number(-1.5),
            GridCell::Truth(false),
            GridCell::Fault("#N/A".into()),
            text("a\nb"),
        ],
    ];
    let headers: Vec<String> = ["証明書", "日付", "数", "済", "値", "備考"].map(str::to_string).to_vec();
    let table = FormTable { title: "未割当[1]/証明書:*?".into(), headers, rows: cells.clone() };
    let grid = Grid::read(&table.to_xlsx().unwrap(), None, &|_| true).unwrap();
    assert_eq!(grid.sheet(), Some("未割当 1  証明書"));
    for (row, cells) in (2..).zip(&cells) {
        for (column, cell) in (0..).zip(cells) {
            assert_eq!(grid.row(row).unwrap().cell(column), cell);
        }
    }
    let empty = FormTable { title: String::new(), headers: vec!["ID".into()], rows: Vec::new() };
    assert_eq!(Grid::read(&empty.to_xlsx().unwrap(), None, &|_| true).unwrap().rows().len(), 1);
}
