//! What is said of rows in which something is wrong.
//!
//! `mistakes.txt` beside this file has every case: its name, the place and the kind, and what is
//! said in Japanese and in English. After a change that is meant, `SHOMEI_BLESS=1 cargo test
//! --test reading` writes it anew; read it before you commit.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use shomei::locale::Lang;
use shomei::register::{GridCell, RowMistake, RowMistakeKind};

use super::scene::*;
use crate::common::snapshot;

/// The name of a kind; a new one does not compile without a name, and then needs a case.
fn name(kind: &RowMistakeKind) -> &'static str {
    match kind {
        RowMistakeKind::IdMissing => "id-missing",
        RowMistakeKind::IdNumber => "id-number",
        RowMistakeKind::NameMissing => "name-missing",
        RowMistakeKind::NameNumber => "name-number",
        RowMistakeKind::ProviderNumber => "provider-number",
        RowMistakeKind::ProviderNumberShort => "provider-number-short",
        RowMistakeKind::NumberForText => "number-for-text",
        RowMistakeKind::DayForText => "day-for-text",
        RowMistakeKind::DayUnreadable => "day-unreadable",
        RowMistakeKind::DayImpossible => "day-impossible",
        RowMistakeKind::DayShortYear => "day-short-year",
        RowMistakeKind::DayOtherEra(_) => "day-other-era",
        RowMistakeKind::DayNumber => "day-number",
        RowMistakeKind::DayOtherWeekday(_) => "day-other-weekday",
        RowMistakeKind::Unvalued => "unvalued",
        RowMistakeKind::NoPrefecture => "no-prefecture",
        RowMistakeKind::MailUnusable => "mail-unusable",
        RowMistakeKind::NoDigits => "no-digits",
        RowMistakeKind::NoPostcode => "no-postcode",
        RowMistakeKind::NothingAbove => "nothing-above",
        RowMistakeKind::CellTooMany { .. } => "cell-too-many",
        RowMistakeKind::CellTooFew { .. } => "cell-too-few",
        RowMistakeKind::UnknownWord { .. } => "unknown-word",
        RowMistakeKind::SerialUnreadable => "serial-unreadable",
        RowMistakeKind::Fault => "fault",
        RowMistakeKind::Disagrees { .. } => "disagrees",
        RowMistakeKind::LineTwice { .. } => "line-twice",
        RowMistakeKind::AgentIsSelf => "agent-is-self",
        RowMistakeKind::AgentMissing => "agent-missing",
        RowMistakeKind::PeriodReversed { .. } => "period-reversed",
    }
}

const KINDS: usize = 30;

/// What a case is called, the column beside ID and name, and what stands in it.
fn one_cell() -> Vec<(&'static str, &'static str, GridCell)> {
    let fault = || GridCell::Fault("#N/A".into());
    vec![
        ("事業所番号が9桁", "事業所番号", text("131000001")),
        ("事業所番号の数値が9桁", "事業所番号", GridCell::Number(131_000_001.0)),
        ("事業所番号が指数", "事業所番号", text("1.31E+09")),
        ("事業所番号に小数", "事業所番号", GridCell::Number(1_310_000_001.5)),
        ("事業所番号が日付", "事業所番号", GridCell::Day(day("2026-04-01"))),
        ("電話が数値", "電話", GridCell::Number(12_345.0)),
        ("電話が言葉", "電話", text("携帯のみ")),
        ("FAXが日付", "FAX", GridCell::Day(day("2026-03-12"))),
        ("郵便番号の数値が3桁", "郵便番号", GridCell::Number(600.0)),
        ("郵便番号が6桁", "郵便番号", text("12-3456")),
        ("都道府県でない", "都道府県", text("愛智県")),
        ("メールに補足", "メール", text("k6@example.jp（夜間）")),
        ("メールが言葉", "メール", text("電話のみ")),
        ("曜日が違う", "有効期限", text("令和9年3月31日(木)")),
        ("上の行がない", "担当者", text("〃")),
        ("シリアル番号が数値", "シリアル番号", GridCell::Number(33_435.0)),
        ("シリアル番号が16進でない", "シリアル番号", text("07 86 DX")),
        ("シリアル番号が奇数桁", "シリアル番号", text("786D1")),
        ("代理人IDが数値", "代理人ID", GridCell::Number(12.0)),
        ("日付でない", "パスワード変更日", text("年度末")),
        ("月日が先", "パスワード変更日", text("12/31/2026")),
        ("日がない", "パスワード変更日", text("2026/12")),
        ("昔すぎる日", "パスワード変更日", text("0026-12-31")),
        ("ない日", "パスワード変更日", text("2026/2/29")),
        ("ない月", "パスワード変更日", text("20261301")),
        ("元号の0年", "パスワード変更日", text("令和0年5月1日")),
        ("2桁の年", "パスワード変更日", text("26/12/31")),
        ("次の元号の日", "パスワード変更日", text("平成31年5月1日")),
        ("前の元号の日", "パスワード変更日", text("R1.4.30")),
        ("ただの数値", "有効期限", GridCell::Number(47_319.0)),
        ("種別", "種別", text("事務所")),
        ("利用状況", "利用状況", text("閉店")),
        ("支払方法", "支払方法", text("現金")),
        ("連絡方法", "連絡方法", text("ポケベル")),
        ("サービスの一つ", "サービス", text("介護・医療")),
        ("サービスが区切りだけ", "サービス", text("・")),
        ("利用区分", "利用区分", text("介護・障害共通証明所")),
        ("数式のエラー", "備考", fault()),
        ("代理の日付だけ", "代理開始日", text("2026-04-01")),
        ("自分が代理人", "代理人ID", text("Ａ-1")),
        ("端末を操る値", "種別", text("\u{1b}[31m\u{202e}赤\n二行目")),
        (
            "長い値",
            "種別",
            text(
                "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんあいうえおかきくけこさしすせそ",
            ),
        ),
    ]
}

fn mistakes(headers: &[&str], rows: &[&[GridCell]]) -> Vec<RowMistake> {
    let found = reading(&workbook(headers, rows));
    assert!(!found.mistakes.is_empty());
    found.mistakes
}

fn cases() -> Vec<(&'static str, Vec<RowMistake>)> {
    let mut cases = Vec::new();
    for (name, header, cell) in one_cell() {
        cases.push((name, mistakes(&["ID", "名称", header], &[&[text("A-1"), text("一"), cell]])));
    }
    let names = ["ID", "名称"];
    cases.push(("IDなし", mistakes(&names, &[&[GridCell::Empty, text("一")]])));
    let first = [text("0011"), text("一")];
    cases.push(("IDが数値", mistakes(&names, &[&first, &[GridCell::Number(12.0), text("二")]])));
    cases.push(("名称が数値", mistakes(&names, &[&first, &[text("0012"), GridCell::Number(3.0)]])));
    let formula = "import openpyxl\nbook = openpyxl.Workbook()\nbook.active.append(['ID', '名称', '備考'])\n\
                   book.active.append(['A-1', '一', '=A2&B2'])\nbook.save('output')";
    cases.push(("数式に値がない", reading(&python(formula, b"")).mistakes));
    let csv = |rows: &str| reading(format!("ID,名称,住所,担当者,メール\n{rows}").as_bytes()).mistakes;
    let full = "A-1,一,松本市1,岳,a@example.jp\n";
    cases.push(("セルが多い", csv(&format!("{full}A-2,二,松本市2,山ビル5F,林,b@example.jp\n"))));
    cases.push(("セルが2つ多い", csv(&format!("{full}A-2,二,松本市2,山ビル5F,南,林,b@example.jp\n"))));
    cases.push(("セルが少ない", csv(&format!("{full}A-2,二,松\n"))));
    cases.push(("IDに小数", mistakes(&names, &[&[GridCell::Number(1_310_000_001.25), text("一")]])));
    cases.push(("IDが指数の文字列", mistakes(&names, &[&[text("1.31E+09"), text("一")]])));
    cases.push(("IDに小数点の文字列", mistakes(&names, &[&[text("1310000001.0"), text("一")]])));
    cases.push(("IDが日付", mistakes(&names, &[&[GridCell::Day(day("2026-01-02")), text("一")]])));
    cases.push(("名称なし", mistakes(&names, &[&[text("A-1"), text(" ")]])));
    cases.push(("名称が違う", mistakes(&names, &[&[text("A-1"), text("一")], &[text("A-1"), text("壱")]])));
    let days = ["ID", "名称", "代理人ID", "代理開始日", "代理終了日"];
    let row = [text("A-1"), text("一"), text("D-1"), text("2026-04-01"), text("2026-03-31")];
    cases.push(("期間が逆", mistakes(&days, &[&row])));
    let headers = ["ID", "名称", "事業所番号", "サービス"];
    let row = |services: &str| [text("A-1"), text("一"), text("1310000001"), text(services)];
    cases.push(("同じ行が2度", mistakes(&headers, &[&row("介護"), &row("障害・介護")])));
    let row = |number: &str| [text("A-1"), text("一"), text(number)];
    cases.push(("同じ事業所番号が2度", mistakes(&headers[..3], &[&row("1310000001"), &row("1310000001")])));
    let no_id = [text("131000001"), text("一")];
    cases.push(("IDを兼ねる事業所番号が9桁", mistakes(&["事業所番号", "事業所名"], &[&no_id])));
    cases.push(("IDを兼ねる事業所番号なし", mistakes(&["事業所番号", "事業所名"], &[&[GridCell::Empty, text("一")]])));
    cases
}

#[test]
fn every_mistake_says_where_and_what_to_do() {
    let mut told = String::new();
    let mut kinds = BTreeSet::new();
    for (case, mistakes) in cases() {
        writeln!(told, "# {case}").unwrap();
        for mistake in mistakes {
            kinds.insert(name(&mistake.kind));
            let column = mistake.column.map_or("-", |column| column.code());
            writeln!(told, "{} {column} {}", mistake.row, name(&mistake.kind)).unwrap();
            writeln!(told, "{}\n{}", mistake.text(Lang::Ja), mistake.text(Lang::En)).unwrap();
        }
        told.push('\n');
    }
    assert_eq!(kinds.len(), KINDS, "a kind without a case; there are {kinds:?}");
    snapshot::committed("tests/reading/register/mistakes.txt", &told);
}

#[test]
fn no_identity_is_padded() {
    let found = reading(&workbook(
        &["ID", "名称", "事業所番号"],
        &[&[text("0123"), text("一"), GridCell::Number(110_000_001.0)]],
    ));
    assert!(found.holders.is_empty());
    assert_eq!(found.ids_in_error.iter().collect::<Vec<_>>(), ["0123"]);
}
