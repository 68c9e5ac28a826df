//! Three hundred offices, from a folder of certificates and a list with the habits of its field to
//! the right coverage in four commands, by the rules of the built-in policy; counted by another
//! program.

use std::process::Command;

use serde_json::Value;

use crate::common::ROOT;
use crate::common::home::Home;
use crate::common::policies::built_in_with_lab_roots;
use crate::common::python;

#[test]
fn a_folder_and_a_list_with_all_its_habits_become_the_right_answer() {
    // Late enough that some certificates have expired, and that some expire within the claim period.
    let home = Home::on("2027-09-28").configured();
    let policy = built_in_with_lab_roots();
    assert!(!policy.lines().any(|line| line.trim_start().starts_with("patterns:")), "what is read from subjects");
    home.write("policy.yaml", policy);
    home.write("shomei.yaml", "policy: policy.yaml\ninventory: inventory.sqlite\n");
    home.ok(&["lab", "lab", "--holders", "300", "--faults", "none", "--at", "2026-11-23"]);
    let (fleet, script) = (home.text("lab/fleet"), format!("{ROOT}/tests/office/commands/habits.py"));
    let password = home.read("lab/passwords.txt");
    let arguments = [&script, &fleet, password.trim_end(), "2027-09-28", "2027-10-01", "2027-10-10"];
    let printed = python::printed_in(home.folder(), &arguments, b"");
    let expected: Value = serde_json::from_slice(&printed).unwrap();
    let count = |key: &str| expected[key].as_u64().unwrap();
    assert!(["can", "can_until", "cannot", "unknown"].iter().all(|key| count(key) > 0), "{expected}");

    home.ok(&[
        "root",
        "add",
        &format!("{ROOT}/src/lab/keys/root-2013.pem"),
        &format!("{ROOT}/src/lab/keys/root-2019.pem"),
    ]);
    home.run(&["import", "--password-file", "lab/passwords.txt", "--fail-on", "never", &fleet]).ok();
    let said = home.run(&["register", "import", "list.xlsx", "--map-value", "状況", "〇=利用中"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{}", said.stdout);
    assert!(said.stdout.contains(&format!("New: {}, changed: 0", count("all"))), "{}", said.stdout);
    let coverage = home.json(&["coverage"]);
    for key in ["can", "can_until", "cannot", "unknown"] {
        let found = coverage["units"][key].as_u64().unwrap_or(0);
        assert_eq!(found, count(key), "{key}: {expected} {}", coverage["units"]);
    }
    // Nothing is left without a holder, and no certificate is counted beside the day that the list declares of it.
    assert_eq!(coverage["unmatched"], 0);
    let plan = home.json(&["plan"]);
    let declared = plan["entries"].as_array().unwrap().iter().filter(|entry| entry["proof"] == "declared").count();
    assert_eq!(declared as u64, count("unknown"), "those that have no certificate");

    // Every ID has its zeros, every prefecture is one, every telephone number whole.
    let csv = home.ok(&["register", "export", "--lang", "ja"]);
    assert_eq!(csv.lines().filter(|line| line.starts_with(expected["first_id"].as_str().unwrap())).count(), 1);
    assert_eq!(csv.matches("長野県").count() as u64, count("all"));
    assert_eq!(csv.matches(",026").count() as u64, count("all"));
    // The list of next month changes nothing, whatever it is saved as: LibreOffice shows numbers by their format in CSV,
    // and keeps the format in the others.
    let filters = ["ods", "xls", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"];
    for filter in filters {
        let output = Command::new("soffice")
            .args(["--headless", "--convert-to", filter, "list.xlsx"])
            .arg(format!("-env:UserInstallation=file://{}", home.text("profile")))
            .current_dir(home.folder())
            .output()
            .expect("soffice is missing: run the tests by ./tests/run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    for file in ["list.xlsx", "list.ods", "list.xls", "list.csv"] {
        let again = home.ok(&["register", "import", file]);
        assert!(again.contains(&format!("changed: 0, unchanged: {}", count("all"))), "{file}: {again}");
    }
}
