//! What is written is read back as it was, whatever it is.

use shomei::certificate::Serial;
use shomei::locale::Lang;
use shomei::register::{
    Agent, Contact, ContactChannel, CsvEncoding, DeclaredCertificate, FeePayer, FormTable, Grid, GridCell, Holder,
    HolderKey, HolderKind, HolderStatus, ServiceLine, write_csv, write_xlsx,
};

use crate::scene::*;

/// The same numbers for the same seed (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn perhaps<T>(&mut self, make: impl FnOnce(&mut Numbers) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| make(self))
    }

    fn day(&mut self) -> shomei::calendar::Day {
        let day = 1 + self.below(28);
        self::day(&format!("{}-{:02}-{day:02}", 1995 + self.below(60), 1 + self.below(12)))
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

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

fn line_text(numbers: &mut Numbers) -> String {
    let more = if numbers.below(4) == 0 { numbers.one(&TEXTS) } else { "" };
    let text = format!("{}{more}", numbers.one(&TEXTS));
    // A tab within a line is kept as a space.
    text.replace('\t', " ").replace('〜', "～")
}

fn lines_text(numbers: &mut Numbers) -> String {
    let count = 1 + numbers.below(3);
    (0..count).map(|_| line_text(numbers)).collect::<Vec<_>>().join("\n")
}

fn line(numbers: &mut Numbers, own: &str) -> ServiceLine {
    let agent = numbers.perhaps(|n| Agent { id: format!("D'{own}"), from: Some(n.day()), until: None });
    ServiceLine {
        provider_number: Some(numbers.digits(10)),
        service: numbers.perhaps(|n| n.one(&["kaigo".to_string(), "shogai".to_string()])),
        agent,
    }
}

fn holder(numbers: &mut Numbers, at: usize) -> Holder {
    let id = format!("{}{at:04}", numbers.one(&["", "=", "A-", "0", "'", "+", "-", "12E", "ア"]));
    let phone =
        |n: &mut Numbers| n.one(&["03-1234-5678", "0312345678", "+81 3 1234 5678", "(03)1234"].map(str::to_string));
    let count = numbers.below(4);
    let mut lines: Vec<ServiceLine> = (0..count).map(|_| line(numbers, &id)).collect();
    lines.dedup();
    let mut places: Vec<String> = (0..numbers.below(3)).map(|n| format!("={n}PC、受付{n}")).collect();
    places.dedup();
    let declared = DeclaredCertificate {
        serial: numbers
            .perhaps(|n| Serial::parse(&n.one(&["07 86 D1", "12E4", "00", "03 34 35"].map(str::to_string))).unwrap()),
        expires_on: numbers.perhaps(Numbers::day),
    };
    Holder {
        key: HolderKey { register: REGISTER.into(), id },
        name: line_text(numbers),
        kind: numbers.perhaps(|n| n.one(HolderKind::ALL)),
        prefecture: numbers.perhaps(line_text),
        category: numbers.perhaps(|n| n.one(&["kaigo", "shogai", "common"].map(str::to_string))),
        lines,
        places,
        contact: Contact {
            person: numbers.perhaps(line_text),
            mail: numbers.perhaps(|_| "=a@example.jp".to_string()),
            tel: numbers.perhaps(phone),
            fax: numbers.perhaps(phone),
            postcode: numbers.perhaps(|_| "060-0001".to_string()),
            address: numbers.perhaps(lines_text),
            channel: numbers.perhaps(|n| n.one(ContactChannel::ALL)),
        },
        payer: numbers.perhaps(|n| n.one(FeePayer::ALL)),
        password_changed: numbers.perhaps(Numbers::day),
        status: numbers.one(HolderStatus::ALL),
        status_since: numbers.perhaps(Numbers::day),
        declared: Some(declared).filter(|declared| *declared != DeclaredCertificate::default()),
        tag: numbers.perhaps(line_text),
        notes: numbers.perhaps(lines_text),
    }
}

fn made(seed: u64, count: usize) -> Vec<Holder> {
    let mut numbers = Numbers(seed);
    let mut holders: Vec<Holder> = (0..count).map(|at| holder(&mut numbers, at)).collect();
    holders.sort_by(|one, other| one.key.cmp(&other.key));
    holders
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
    for seed in 1..=10 {
        let written = made(seed, 200);
        for lang in [Lang::Ja, Lang::En] {
            let what = format!("seed {seed}, {}", lang.code());
            let xlsx = write_xlsx(&written, lang, &words()).unwrap();
            assert_same(&written, &holders(&xlsx), &format!("{what}, XLSX"));
            for encoding in [CsvEncoding::Utf8Bom, CsvEncoding::Cp932] {
                let (csv, lost) = write_csv(&written, lang, &words(), encoding);
                assert!(lost.is_empty(), "{lost:?}");
                assert_same(&written, &holders(&csv), &format!("{what}, {encoding:?}"));
            }
        }
    }
}

#[test]
fn the_same_holders_are_the_same_bytes() {
    let holders = made(7, 20);
    let write = || write_xlsx(&holders, Lang::Ja, &words()).unwrap();
    assert!(write() == write());
}

#[test]
fn no_cell_of_csv_is_a_formula() {
    let (csv, _) = write_csv(&made(3, 300), Lang::Ja, &words(), CsvEncoding::Utf8Bom);
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
    let mut holders = made(5, 1);
    holders[0].name = "森鷗外𠮷田〜¥👪👪".into();
    holders[0].lines.clear();
    holders[0].notes = None;
    let (csv, lost) = write_csv(&holders, Lang::Ja, &words(), CsvEncoding::Cp932);
    let characters: String = lost.iter().map(|one| one.character).collect();
    assert_eq!(characters, "鷗𠮷〜¥👪");
    let header = "2行目の「名称」にある「𠮷」(U+20BB7)は CP932 にありません。〓 に置き換えました。";
    assert_eq!(lost[1].text(Lang::Ja), header);
    assert_eq!(lost[1].text(Lang::En), "row 2, 名称: \"𠮷\" (U+20BB7) is not in CP932 and was written as 〓.");
    let name = python(
        "rows = list(__import__('csv').reader(open('input', encoding='cp932', newline='')))\nopen('output', 'w').write(rows[1][1])",
        &csv,
    );
    assert_eq!(String::from_utf8(name).unwrap(), "森〓外〓田〓〓〓〓");
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
