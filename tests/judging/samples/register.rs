//! `samples/register/expected.tsv`, written from the intention of whoever made the registers,
//! against what the command says once the fleet and both registers are in an inventory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use shomei::audit::rules::{RULES, RuleFamily};
use tempfile::TempDir;

use super::command::{CONFIG, ROOT, command};
use super::told::{list, text};
use crate::common::command::CommandResult;
use crate::common::python;

/// The moment of the samples, for what is recorded too.
const NOW: &str = "2026-11-23T09:00:00+09:00";
/// The registers: name and file.
const REGISTERS: [(&str, &str); 2] =
    [("default", "samples/register/register.xlsx"), ("大阪府", "samples/register/register-osaka.csv")];

/// What is expected, or told, of a holder, a row or a certificate.
#[derive(Debug, Default, PartialEq)]
struct Told {
    units: BTreeSet<String>,
    rules: BTreeSet<String>,
}

/// By what it is, the register, and who.
type Place = (String, String, String);

struct Expected {
    place: Place,
    told: Told,
    nearly: BTreeSet<String>,
}

fn words(cell: &str) -> BTreeSet<String> {
    cell.split(' ').filter(|word| *word != "-").map(String::from).collect()
}

fn expected() -> Vec<Expected> {
    let table = fs::read_to_string(Path::new(ROOT).join("samples/register/expected.tsv")).unwrap();
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("what\tregister\twho\tunits\tfires\tnearly"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [what, register, who, units, fires, nearly] = cells[..] else { panic!("{line}") };
        let place = (what.into(), register.into(), who.into());
        Expected { place, told: Told { units: words(units), rules: words(fires) }, nearly: words(nearly) }
    };
    rows.map(row).collect()
}

/// The inventory of fleet and registers, and what taking the registers said.
struct Office {
    _folder: TempDir,
    inventory: String,
    taken: Vec<CommandResult>,
}

fn office() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let inventory = folder.path().join("inventory.sqlite").to_str().unwrap().to_string();
        let fleet = on(&inventory, &["import", "--fail-on", "never"]);
        assert_eq!((fleet.code, fleet.stderr.lines().count()), (0, 0), "{}", fleet.stderr);
        let take = |(name, file): (&str, &str)| on(&inventory, &["register", "import", "--name", name, file]);
        let taken = REGISTERS.into_iter().map(take).collect();
        Office { _folder: folder, inventory, taken }
    })
}

/// A command upon an inventory, as the samples' configuration says.
fn on(inventory: &str, arguments: &[&str]) -> CommandResult {
    let (mut command, _home) = command(arguments);
    command.args(CONFIG).args(["--lang", "en", "--inventory", inventory]).env("SHOMEI_CLOCK", NOW);
    CommandResult::from(command)
}

pub fn document(arguments: &[&str]) -> Value {
    let said = on(&office().inventory, &[arguments, &["--format", "json"]].concat());
    assert_eq!(said.stderr, "", "{arguments:?}");
    serde_json::from_str(&said.stdout).unwrap()
}

/// `kaigo=cannot:expired`, by the holder of the unit.
fn add_units(told: &mut BTreeMap<Place, Told>, check: &Value, coverage: &str) {
    for unit in list(&check[coverage.replace('-', "_")]) {
        let reasons: Vec<&str> = list(&unit["reasons"]).iter().map(|reason| text(reason, "code")).collect();
        let service = unit["service"].as_str().unwrap_or("-");
        let reasons = if reasons.is_empty() { String::new() } else { format!(":{}", reasons.join(",")) };
        let units = &mut told.entry(holder(&unit["holder"])).or_default().units;
        assert!(units.insert(format!("{service}={coverage}{reasons}")), "{unit}");
    }
}

fn holder(named: &Value) -> Place {
    ("holder".into(), text(named, "register").into(), text(named, "id").into())
}

fn certificate(path: &str) -> Place {
    let (_, path) = path.split_once("/samples/").unwrap();
    ("certificate".into(), "-".into(), path.into())
}

/// What `register check` and `list` tell of holders, and of certificates that are nobody's.
fn told() -> BTreeMap<Place, Told> {
    let check = document(&["register", "check"]);
    let mut told = BTreeMap::new();
    for coverage in ["can", "can-until", "unknown", "cannot"] {
        add_units(&mut told, &check, coverage);
    }
    for finding in list(&check["findings"]) {
        let place = match &finding["holder"] {
            Value::Null => certificate(text(finding, "path")),
            named => holder(named),
        };
        told.entry(place).or_default().rules.insert(text(finding, "rule").into());
    }
    for unknown in list(&document(&["list", "--rule", "holder-unknown"])["certificates"]) {
        told.entry(certificate(text(unknown, "path"))).or_default().rules.insert("holder-unknown".into());
    }
    told
}

#[test]
fn every_holder_can_bill_or_not_as_intended_and_nothing_else_is_told_of_it() {
    let told = told();
    let expected = expected();
    let of = |what: &str| expected.iter().filter(move |one| one.place.0 == what).collect::<Vec<_>>();
    assert!(of("holder").len() > 50, "{}", of("holder").len());
    let nothing = Told::default();
    let mut differences = Vec::new();
    for one in of("holder").into_iter().chain(of("certificate")) {
        let said = told.get(&one.place).unwrap_or(&nothing);
        if *said != one.told {
            differences.push(format!("{:?}: {said:?}, expected {:?}", one.place, one.told));
        }
        assert!(one.told.rules.is_disjoint(&one.nearly), "{:?}: expected.tsv contradicts itself", one.place);
    }
    let known: BTreeSet<&Place> = expected.iter().map(|one| &one.place).collect();
    let others = told.keys().filter(|place| place.0 == "holder" && !known.contains(place));
    differences.extend(others.map(|place| format!("{place:?} is not expected")));
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_rule_of_holders_fires_in_the_registers_and_has_a_near_miss() {
    let expected = expected();
    // What a mail server refuses, no sample can tell: tests/delivery. Provider numbers of the samples
    // are one provider's each, since everything is counted by them: tests/judging/holding shares one.
    let elsewhere = ["mail-refused", "provider-number-shared"];
    let of_holders = RULES.iter().filter(|rule| rule.family == RuleFamily::Holder);
    for rule in of_holders.filter(|rule| !elsewhere.contains(&rule.code)) {
        let fires = expected.iter().filter(|one| one.told.rules.contains(rule.code)).count();
        let nearly = expected.iter().filter(|one| one.nearly.contains(rule.code)).count();
        assert!(fires > 0 && nearly > 0, "{}: fires {fires}, nearly {nearly}", rule.code);
    }
}

#[test]
fn just_the_rows_in_error_are_told_and_taken_from_nobody() {
    for ((name, file), said) in REGISTERS.into_iter().zip(&office().taken) {
        assert_eq!((said.code, said.stderr.as_str()), (1, ""), "{file}");
        let rows = said.stdout.lines().filter_map(|line| line.trim_start().strip_prefix("row "));
        let rows: BTreeSet<String> = rows.map(|rest| rest.split([',', ':']).next().unwrap().into()).collect();
        let expected = expected().into_iter().filter(|one| one.place.0 == "row" && one.place.1 == name);
        assert_eq!(rows, expected.map(|one| one.place.2).collect(), "{file}: {}", said.stdout);
    }
}

/// All columns but one find their place by themselves.
#[test]
fn the_headers_of_both_are_understood() {
    let ignored = ["No.", "印刷"];
    for ((_, file), ignored) in REGISTERS.into_iter().zip(ignored) {
        let said = on("nowhere.sqlite", &["register", "import", "--dry-run", file]);
        // In the table of headers; the line below it names it again.
        let in_table = |line: &&str| line.starts_with("  ") && line.contains(ignored);
        let left: Vec<&str> = said.stdout.lines().filter(in_table).collect();
        assert_eq!(left.len(), 1, "{}", said.stdout);
    }
}

#[test]
fn the_registers_are_made_by_their_recipe_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let script = "import pathlib, sys; sys.path.insert(0, 'samples')\n\
                  import holders, register, sheets; holders.all_samples()\n\
                  sheets.write_all(pathlib.Path(sys.argv[1]), register.entries(holders.Holder.issued))";
    python::printed(&["-c", script, folder.path().to_str().unwrap()]);
    for name in ["register.xlsx", "register-osaka.csv", "expected.tsv"] {
        let made = fs::read(folder.path().join("register").join(name)).unwrap();
        let committed = fs::read(Path::new(ROOT).join("samples/register").join(name)).unwrap();
        assert!(made == committed, "samples/register/{name} differs: run samples/make --register");
    }
}
