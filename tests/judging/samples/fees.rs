//! `samples/register/fees.xlsx`, reckoned by hand from what the samples declare, against what
//! `shomei fees` says of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::command::ROOT;
use super::register::document;
use super::told::{list, text};
use crate::common::python;

const SHEET: &str = "samples/register/fees.xlsx";

/// What a group of applications comes to: how many, how many of them ahead, what they cost, how
/// much of it is ahead, how many have an unknown fee.
type Sum = [i64; 5];
/// Fiscal year and payer.
type Group = (i64, &'static str);

fn payer(word: &str) -> &'static str {
    match word {
        "相殺" => "deduction",
        "振込" => "transfer",
        "不明" => "unknown",
        _ => panic!("{word}"),
    }
}

/// The totals of the spreadsheet.
fn by_hand() -> BTreeMap<Group, Sum> {
    let mut book: Xlsx<_> = open_workbook(Path::new(ROOT).join(SHEET)).unwrap();
    let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
    for row in book.worksheet_range("集計(値)").unwrap().rows().skip(1) {
        let [year, kind, word, count, yen, unknown] = row else { panic!("{row:?}") };
        let number = |cell: &Data| cell.to_string().parse::<i64>().unwrap();
        let ahead = i64::from(*kind == *"見込み");
        let (count, yen) = (number(count), number(yen));
        let sum = sums.entry((number(year), payer(&word.to_string()))).or_default();
        let added = [count, ahead * count, yen, ahead * yen, number(unknown)];
        add(sum, &added);
    }
    sums
}

fn add(sum: &mut Sum, other: &Sum) {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
}

/// The totals of `shomei fees`.
fn told() -> BTreeMap<Group, Sum> {
    let mut sums = BTreeMap::new();
    for group in list(&document(&["fees"])["groups"]) {
        let year: i64 = text(group, "group").parse().unwrap();
        for payer in ["deduction", "transfer", "unknown"] {
            let fields = ["applications", "forecast", "yen", "yen_forecast", "unknown"];
            sums.insert((year, payer), fields.map(|field| group["payers"][payer][field].as_i64().unwrap()));
        }
    }
    sums
}

#[test]
fn fees_are_what_a_spreadsheet_made_by_hand_says() {
    let (by_hand, mut told) = (by_hand(), told());
    told.retain(|(year, _), _| (2023..=2027).contains(year));
    assert_eq!((by_hand.len(), told.len()), (15, 15));
    assert_eq!(told, by_hand, "applications, ahead, yen, yen ahead, unknown");
}

#[test]
fn the_formulas_of_the_spreadsheet_come_to_the_values_beside_them() {
    let printed = python::printed(&["tests/judging/samples/sheet.py", SHEET]);
    let formulas: usize = printed.trim().parse().unwrap();
    assert!(formulas > 300, "{formulas}");
}

#[test]
fn the_spreadsheet_is_made_by_its_recipe_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    python::printed(&["samples/fees.py", folder.path().to_str().unwrap()]);
    let made = fs::read(folder.path().join("fees.xlsx")).unwrap();
    assert!(made == fs::read(Path::new(ROOT).join(SHEET)).unwrap(), "{SHEET} differs: run samples/fees.py");
}
