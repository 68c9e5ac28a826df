//! `shomei diff`: what is otherwise, and nothing else.

use serde_json::{Value, json};

use super::scene::Scene;
use super::watch::{
    DAY1, NOW1, NOW2, bring, complaint, file_name, import, json as compared, office, second_day, told,
    told_in_japanese, valid,
};

/// What changed with which file: the new place, else the old one.
fn changes(document: &Value) -> Vec<(String, String)> {
    let change = |change: &Value| {
        let end = if change["change"] == "gone" { "from" } else { "to" };
        let path = change[end][0]["path"].as_str().map(file_name);
        // What was graded otherwise lies where it lay.
        let name = path.unwrap_or_else(|| change["name"].as_str().unwrap().to_string());
        (change["change"].as_str().unwrap().to_string(), name)
    };
    document["changes"].as_array().unwrap().iter().map(change).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(word, name)| (word.to_string(), name.to_string())).collect()
}

/// What happens between the two days, and nothing else.
const SECOND: [(&str, &str); 6] = [
    ("new", "ends 2029-07-06"),
    ("gone", "ends 2026-11-01"),
    ("moved", "himawari"),
    ("renewed", "ends 2029-07-06"),
    ("better", "9913000006 訪問看護れんげ"),
    ("worse", "9927000042 訪問介護なにわ30"),
];

#[test]
fn what_changed_between_two_imports_is_told_and_nothing_else() {
    let scene = office();
    second_day(&scene);
    let document = compared(&scene, NOW2, &["diff"]);
    assert_eq!(changes(&document), pairs(&SECOND));
    assert!(SECOND.iter().all(|(word, _)| document["counts"][word] == 1), "{}", document["counts"]);
    let of = |word: &str| {
        let all = document["changes"].as_array().unwrap();
        all.iter().find(|change| change["change"] == word).unwrap().clone()
    };
    let old = compared(&scene, NOW2, &["list", "10-02"])["certificates"][0]["sha256"].clone();
    assert_eq!(of("renewed")["renews"], old);
    assert_eq!((&of("worse")["severity_before"], &of("worse")["severity"]), (&Value::Null, &json!("warning")));
    assert_eq!((&of("better")["severity_before"], &of("better")["severity"]), (&json!("info"), &Value::Null));
    assert!(of("moved")["from"][0]["path"].as_str().unwrap().ends_with("fleet/himawari.p12"));
    assert_eq!(of("worse")["holder"]["id"], "O-1");
    valid("diff", None, &[document]);
}

#[test]
fn since_a_day_a_run_and_the_last_import_mean_what_they_say() {
    let scene = office();
    second_day(&scene);
    let words =
        |since: &str, more: &[&str]| changes(&compared(&scene, NOW2, &[&["diff", "--since", since], more].concat()));
    assert_eq!(words("last", &[]), pairs(&SECOND));
    assert_eq!(words(DAY1, &[]), pairs(&SECOND));
    assert_eq!(words("2026-11-22", &[]), pairs(&SECOND));
    assert_eq!(words("2026-11-23", &[]), []);
    // The first import: all that lies there is new, and nothing was judged before.
    let first = words("2026-08-31", &["--as-of", DAY1]);
    assert_eq!(first.len(), 7, "{first:?}");
    assert!(first.iter().all(|(word, _)| word == "new"));
    let run = compared(&scene, NOW2, &["diff"])["run"].as_str().unwrap().to_string();
    assert_eq!(words(&run[..12], &[]), pairs(&SECOND));
    let said = complaint(&scene, NOW2, &["diff", "--since", "yesterday"]);
    assert_eq!(said.lines().count(), 3, "{said}");
    let earlier = said.lines().nth(2).unwrap().split_whitespace().next().unwrap();
    assert_eq!(words(earlier, &[]).iter().filter(|(word, _)| word == "new").count(), 7);
    // As of the first day, its import is the last.
    assert_eq!(words("last", &["--as-of", DAY1]), first);
    assert!(complaint(&scene, NOW2, &["diff", "--as-of", "2026-08-31"]).contains("nothing has been imported yet"));
}

#[test]
fn the_last_import_is_the_last_even_if_the_clock_stands() {
    let scene = office();
    bring(&scene, "more.p12", "大阪府/期限/残り60日.p12");
    import(&scene, NOW1);
    assert_eq!(changes(&compared(&scene, NOW1, &["diff"])), pairs(&[("new", "more")]));
    import(&scene, NOW1);
    assert_eq!(changes(&compared(&scene, NOW1, &["diff"])), []);
    assert!(told(&scene, NOW1, &["diff"]).contains(": nothing changed.\n"));
}

#[test]
fn a_copy_is_no_move_and_what_comes_back_is_new() {
    let scene = office();
    let [here, copy, away] = ["fleet/renge.p12", "fleet/renge copy.p12", "renge.p12"].map(|name| scene.path(name));
    std::fs::remove_file(&copy).unwrap();
    import(&scene, NOW1);
    let document = compared(&scene, NOW1, &["diff"]);
    assert_eq!(changes(&document), pairs(&[("better", "9913000006 訪問看護れんげ")]));
    std::fs::rename(&here, &away).unwrap();
    import(&scene, NOW1);
    assert_eq!(changes(&compared(&scene, NOW1, &["diff"])), pairs(&[("gone", "renge")]));
    std::fs::rename(&away, &here).unwrap();
    import(&scene, NOW1);
    assert_eq!(changes(&compared(&scene, NOW1, &["diff"])), pairs(&[("new", "renge")]));
}

#[test]
fn a_renewal_that_was_written_over_the_old_file_is_one_too() {
    let scene = office();
    bring(&scene, "ends 2026-10-02.p12", "大阪府/更新/訪問介護とんび(新).p12");
    import(&scene, NOW1);
    let document = compared(&scene, NOW1, &["diff"]);
    let name = "ends 2026-10-02";
    assert_eq!(changes(&document), pairs(&[("new", name), ("gone", name), ("renewed", name)]));
    let all = document["changes"].as_array().unwrap();
    assert_eq!(all[2]["renews"], all[1]["sha256"]);
}

#[test]
fn cas_are_told_only_on_demand() {
    let scene = Scene::new();
    std::fs::create_dir_all(scene.path("fleet")).unwrap();
    std::fs::write(scene.path("passwords.txt"), "none\n").unwrap();
    bring(&scene, "root.cer", "本部/認証局/e-seikyuu CA 2019.cer");
    import(&scene, NOW1);
    assert_eq!(changes(&compared(&scene, NOW1, &["diff"])), []);
    assert_eq!(changes(&compared(&scene, NOW1, &["diff", "--all"])), pairs(&[("new", "root")]));
}

#[test]
fn table_and_csv_tell_the_same() {
    let scene = office();
    second_day(&scene);
    let table = told(&scene, NOW2, &["diff"]);
    let first = table.lines().next().unwrap();
    assert!(first.ends_with(": new 1, gone 1, moved 1, renewed 1, better 1, worse 1."), "{first}");
    assert!(first.starts_with("Since the import of 2026-11-23 12:00:00 +09:00"), "{first}");
    let lines: Vec<&str> = table.lines().collect();
    for (word, name) in SECOND {
        let at = lines.iter().position(|line| *line == format!("{word} (1)")).expect(word);
        let row = lines[at + 2];
        let path = format!("{name}.p12");
        // A long name loses its middle.
        let end: String = name.chars().skip(name.chars().count().saturating_sub(5)).collect();
        assert!(row.contains(&end) || row.ends_with(&path[path.len().saturating_sub(12)..]), "{word}: {row}");
    }
    let csv = told(&scene, NOW2, &["diff", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes());
    let words: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_string()).collect();
    assert_eq!(words, SECOND.map(|(word, _)| word));
    let japanese = told_in_japanese(&scene, NOW2, &["diff"]);
    assert!(japanese.contains("新しい証明書 1、なくなった証明書 1、移った証明書 1"), "{japanese}");
}
