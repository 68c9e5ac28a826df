//! The documents against the published schemas, by Python's jsonschema.

use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::command::{CONFIG, audit, command, fleet, shomei};
use super::expected::fleet_files;
use crate::common::command::CommandResult;
use crate::common::schema::{objects, validate, with_an_unknown_field};

fn json_of(arguments: &[&str]) -> Value {
    let said = shomei(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", said.stderr))
}

const PASSWORDS: [&str; 2] = ["--password-map", "samples/passwords.yaml"];

#[test]
fn audits_are_as_their_schema_says() {
    let built_in = audit(&[&CONFIG[..], &["--policy", "e-seikyuu", "--all"]].concat());
    let japanese = json_of(&["audit", "--config", "samples/shomei.yaml", "--lang", "ja"]);
    let unopened = json_of(&["audit", "--policy", "lab", "--at", "2026-11-23", "samples/nowhere"]);
    validate(&["docs/schemas/audit.json"], &[fleet().clone(), built_in, japanese, unopened]);
}

#[test]
fn lines_of_ndjson_are_as_the_schema_says() {
    let said = shomei(&["audit", "--config", "samples/shomei.yaml", "--format", "ndjson", "--all"]);
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    validate(&["docs/schemas/audit.json", "line"], &lines);
    let mut mistyped = lines[1].clone();
    mistyped["type"] = json!("finding");
    validate(&["--refused", "docs/schemas/audit.json", "line"], &[lines[1]["verdict"].clone(), mistyped]);
}

#[test]
fn inspections_are_as_their_schema_says() {
    let files = fleet_files();
    let inspect = |path: &String| json_of(&[&["inspect", path][..], &PASSWORDS].concat());
    let documents: Vec<Value> = files.iter().map(inspect).collect();
    validate(&["docs/schemas/inspect.json"], &documents);
}

#[test]
fn fingerprints_are_as_their_schema_says() {
    let root = "src/lab/keys/root-2019.pem";
    let plain = json_of(&["fingerprint", root, "--policy", "lab"]);
    let sha256 = plain["certificates"][0]["sha256"].as_str().unwrap();
    let compared = json_of(&["fingerprint", root, "--expect", sha256]);
    let other = json_of(&["fingerprint", root, "--expect", &"0".repeat(40)]);
    assert_eq!(
        (&plain["matches"], &compared["matches"], &other["matches"]),
        (&Value::Null, &json!(true), &json!(false))
    );
    validate(&["docs/schemas/fingerprint.json"], &[plain, compared, other]);
}

fn verifications() -> [Value; 2] {
    let verify = |root: &str| {
        let leaf = "samples/fleet/東京都/PC1/訪問介護つくし.cer";
        json_of(&["verify", leaf, "--at", "2026-11-23", "--trust", &format!("src/lab/keys/root-{root}.pem")])
    };
    let both = [verify("2019"), verify("2013")];
    assert_eq!((&both[0]["valid"], &both[1]["valid"]), (&json!(true), &json!(false)));
    both
}

#[test]
fn verifications_are_as_their_schema_says() {
    validate(&["docs/schemas/verify.json"], &verifications());
}

#[test]
fn a_field_that_nobody_documented_is_refused() {
    let folder = ["samples/fleet/京都府"];
    let audit = audit(&[&CONFIG[..], &folder].concat());
    let inspect = json_of(&[&["inspect", "samples/fleet/東京都/訪問介護ひまわり.p12"][..], &PASSWORDS].concat());
    let fingerprint = json_of(&["fingerprint", "src/lab/keys/root-2019.pem"]);
    let documents =
        [("audit", audit), ("inspect", inspect), ("fingerprint", fingerprint), ("verify", verifications()[0].clone())];
    for (schema, document) in documents {
        validate(&["--refused", &format!("docs/schemas/{schema}.json")], &with_an_unknown_field(&document));
    }
}

/// A command upon an inventory of the samples, at their moment.
pub fn at_the_office(inventory: &str, arguments: &[&str]) -> CommandResult {
    let (mut command, _home) = command(arguments);
    command.args(CONFIG).args(["--inventory", inventory]).env("SHOMEI_CLOCK", "2026-11-23T09:00:00+09:00");
    CommandResult::from(command)
}

/// Documents of the lifecycle, each with the name of its schema.
type Lifecycle = Vec<(&'static str, Value)>;

/// A register with a declared certificate that nobody has seen: a serial number, and no end.
const DECLARED: &str = "\
台帳ID,名称,事業所番号,サービス,シリアル番号
E-01,訪問介護まだみぬ,9999000001,介護,7F FF FF FE
";

/// What the lifecycle commands say of an inventory.
fn lifecycle_of(inventory: &str, asked: &[&[&str]]) -> Lifecycle {
    let said = |arguments: &&[&str]| {
        let said = at_the_office(inventory, &[arguments, &["--format", "json"][..]].concat());
        assert_eq!(said.stderr, "", "{arguments:?}");
        let schema = match arguments {
            ["fees", "check", ..] => "fees-check",
            [command, ..] => *["expiry", "plan", "fees", "reminders"].iter().find(|name| *name == command).unwrap(),
            [] => unreachable!(),
        };
        (schema, serde_json::from_str(&said.stdout).unwrap())
    };
    asked.iter().map(said).collect()
}

/// The lifecycle of the samples: without a register, with one, with marks, and years ahead.
fn lifecycle() -> &'static Lifecycle {
    static LIFECYCLE: OnceLock<Lifecycle> = OnceLock::new();
    LIFECYCLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let inventory = folder.path().join("inventory.sqlite").to_str().unwrap().to_string();
        let done = |codes: &[i32], arguments: &[&str]| {
            let said = at_the_office(&inventory, arguments);
            assert!(codes.contains(&said.code), "{arguments:?}: {} {}", said.code, said.stderr);
        };
        let plain: [&[&str]; 5] = [&["expiry"], &["plan"], &["fees"], &["fees", "check"], &["reminders"]];
        done(&[0], &["import", "--fail-on", "never"]);
        let mut documents = lifecycle_of(&inventory, &plain);
        done(&[1], &["register", "import", "samples/register/register.xlsx"]);
        done(&[1], &["register", "import", "--name", "大阪府", "samples/register/register-osaka.csv"]);
        let declared = folder.path().join("declared.csv");
        fs::write(&declared, DECLARED).unwrap();
        done(&[0], &["register", "import", "--name", "申告", declared.to_str().unwrap()]);
        for by in ["month", "week", "prefecture", "category", "generation", "contact"] {
            documents.extend(lifecycle_of(&inventory, &[&["expiry", "--by", by, "--within", "all"]]));
        }
        for by in ["fiscal-year", "month", "holder", "category", "payer"] {
            documents.extend(lifecycle_of(&inventory, &[&["fees", "--by", by, "--fiscal-year", "2027"]]));
        }
        documents.extend(lifecycle_of(
            &inventory,
            &[
                &["plan", "--per-day", "1", "--from", "2026-12-11", "--to", "2027-06-30", "--lang", "ja"],
                &["plan", "--at", "2029-03-01", "--lang", "ja"],
                &["fees", "check", "--years", "20", "--lang", "ja"],
                &["reminders", "--at", "2026-12-01", "--lang", "ja"],
                &["expiry", "--as-of", "2026-11-23"],
            ],
        ));
        for (mark, id) in [("申請済", "O-05"), ("更新しない", "O-04"), ("失効申請済", "O-03"), ("連絡済", "O-01")]
        {
            done(&[0], &["mark", mark, id, "--on", "2026-11-20"]);
        }
        documents.extend(lifecycle_of(&inventory, &plain));
        documents.extend(lifecycle_of(&inventory, &[&["reminders", "--record"], &["reminders"]]));
        documents
    })
}

fn lifecycle_under(schema: &str) -> Vec<Value> {
    lifecycle().iter().filter(|(name, _)| *name == schema).map(|(_, document)| document.clone()).collect()
}

const LIFECYCLE: [&str; 5] = ["expiry", "plan", "fees", "fees-check", "reminders"];

#[test]
fn the_lifecycle_is_as_its_schemas_say() {
    for schema in LIFECYCLE {
        let documents = lifecycle_under(schema);
        assert!(documents.len() > 2, "{schema}");
        validate(&[&format!("docs/schemas/{schema}.json")], &documents);
    }
}

/// The documents show what they are there to show.
#[test]
fn the_lifecycle_of_the_samples_has_every_outcome() {
    let every = |pointers: &[&str]| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (_, document) in lifecycle() {
            for (list, field) in pointers.iter().map(|pointer| pointer.split_once('/').unwrap()) {
                let entries = document[list].as_array().into_iter().flatten();
                found.extend(entries.filter_map(|entry| entry[field].as_str()).map(String::from));
            }
        }
        found
    };
    let outcomes = every(&["entries/outcome", "entries/reason"]);
    for word in ["apply", "awaited", "cannot", "later", "end-unknown", "lapsed", "too-late"] {
        assert!(outcomes.contains(word), "{word}: {outcomes:?}");
    }
    let certain = every(&["certificates/proof", "entries/proof", "certificates/nearness"]);
    for word in ["trusted", "undetermined", "declared", "lapsed", "tier", "later", "unknown"] {
        assert!(certain.contains(word), "{word}: {certain:?}");
    }
    assert_eq!(every(&["due/about"]), ["certificate", "password"].map(String::from).into());
}

/// A document with the first entries of each list alone.
fn shortened(document: &Value) -> Value {
    match document {
        Value::Object(fields) => fields.iter().map(|(key, member)| (key.clone(), shortened(member))).collect(),
        Value::Array(members) => members.iter().take(2).map(shortened).collect(),
        other => other.clone(),
    }
}

/// The document once for each field in it, without that field. Counts by tier or reason have no
/// fields that must be there.
fn with_a_missing_field(document: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    objects(document, String::new(), &mut pointers);
    pointers.retain(|pointer| !pointer.ends_with("/tiers") && !pointer.ends_with("/left_out"));
    let mut spoilt = Vec::new();
    for pointer in pointers {
        let fields: Vec<String> = document.pointer(&pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let mut without = document.clone();
            without.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(&field);
            spoilt.push(without);
        }
    }
    spoilt
}

#[test]
fn a_field_too_many_or_too_few_is_refused_throughout_the_lifecycle() {
    for schema in LIFECYCLE {
        let file = format!("docs/schemas/{schema}.json");
        let documents: Vec<Value> = lifecycle_under(schema).iter().map(shortened).collect();
        let (first, last) = (&documents[0], &documents[documents.len() - 1]);
        validate(&[&file], &[first.clone(), last.clone()]);
        for document in [first, last] {
            validate(&["--refused", &file], &with_an_unknown_field(document));
            validate(&["--refused", &file], &with_a_missing_field(document));
        }
    }
}
