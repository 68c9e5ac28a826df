//! The pages for users: they name everything that is put out, their links lead somewhere, and
//! the commands of the guide are understood as they are written.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shomei::report::document::report_heads;
use shomei::report::list::audited::AUDITED;
use shomei::report::list::{expiry::EXPIRY, fee::FEES, fee::GAPS, plan::PLAN, reminder::REMINDERS};
use tempfile::TempDir;

use super::command::ROOT;
use super::schemas::at_the_office;
use crate::common::command::SHOMEI;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// The documents that output.md explains.
const SCHEMAS: [&str; 17] = [
    "outcome",
    "audit",
    "inspect",
    "verify",
    "fingerprint",
    "register-check",
    "coverage",
    "expiry",
    "plan",
    "fees",
    "fees-check",
    "reminders",
    "notify",
    "notify-preview",
    "log",
    "report",
    "holidays-list",
];

/// The pages whose links are followed.
const PAGES: [&str; 12] = [
    "guide",
    "output",
    "configuration",
    "inventory",
    "coverage",
    "expiry",
    "plan",
    "fees",
    "reminders",
    "report",
    "delivery",
    "schedule",
];

/// The names of all fields that a schema describes.
fn fields(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(properties) = members.get("properties").and_then(Value::as_object) {
                found.extend(properties.keys().cloned());
            }
            members.values().for_each(|member| fields(member, found));
        }
        Value::Array(members) => members.iter().for_each(|member| fields(member, found)),
        _ => {}
    }
}

#[test]
fn every_field_and_column_is_documented_in_both_languages() {
    for page in ["docs/ja/output.md", "docs/en/output.md"] {
        let text = read(page);
        for schema in SCHEMAS {
            let mut names = BTreeSet::new();
            fields(&serde_json::from_str(&read(&format!("docs/schemas/{schema}.json"))).unwrap(), &mut names);
            assert!(names.len() > 3, "{schema}");
            for name in names {
                assert!(text.contains(&format!("`{name}`")), "{page} does not tell of {name} ({schema})");
            }
        }
        let (_, columns) = text.split_once("CSV").unwrap();
        for (column, _) in AUDITED.csv() {
            assert!(columns.contains(&format!("| `{column}` |")), "{page} has no line for the column {column}");
        }
    }
}

/// The sections of a page under headings that name these documents.
fn sections(text: &str, documents: &[&str]) -> String {
    let under = |section: &&str| {
        let heading = section.lines().next().unwrap_or("");
        documents.iter().any(|document| heading.contains(&format!("`shomei/{document}/1`")))
    };
    text.split("\n### ").filter(under).collect()
}

/// The columns and fields that the lifecycle commands share stand in a section that names all of
/// their documents, each one's own under its own heading.
#[test]
fn the_columns_of_the_lifecycle_are_documented_where_their_document_is() {
    let sheets: [(&str, Vec<&str>); 5] = [
        ("expiry", EXPIRY.csv().map(|(head, _)| head).collect()),
        ("plan", PLAN.csv().map(|(head, _)| head).collect()),
        ("fees", FEES.csv().map(|(head, _)| head).collect()),
        ("fees-check", GAPS.csv().map(|(head, _)| head).collect()),
        ("reminders", REMINDERS.csv().map(|(head, _)| head).collect()),
    ];
    for page in ["docs/ja/output.md", "docs/en/output.md"] {
        let text = read(page);
        for (document, columns) in &sheets {
            let told = sections(&text, &[document]);
            let mut names: BTreeSet<String> = columns.iter().map(|column| (*column).into()).collect();
            fields(&serde_json::from_str(&read(&format!("docs/schemas/{document}.json"))).unwrap(), &mut names);
            for name in names {
                assert!(told.contains(&format!("`{name}`")), "{page} does not tell of {name} under {document}");
            }
        }
    }
}

/// A report's tables share most columns: one list names them all, and which tables have them.
#[test]
fn the_columns_of_a_report_are_documented() {
    for page in ["docs/ja/output.md", "docs/en/output.md"] {
        let told = sections(&read(page), &["report"]);
        let mut names = BTreeSet::new();
        fields(&serde_json::from_str(&read("docs/schemas/report.json")).unwrap(), &mut names);
        assert!(names.len() > 60);
        for (table, columns) in report_heads() {
            names.insert(table.into());
            names.extend(columns.iter().map(|column| column.code.to_string()));
        }
        for name in names {
            assert!(told.contains(&format!("`{name}`")), "{page} does not tell of {name} under report");
        }
    }
}

/// Where a heading can be linked to, as forges make it: lower case, no punctuation, hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut checked = 0;
    for (lang, page) in ["ja", "en"].into_iter().flat_map(|lang| PAGES.map(|page| (lang, page))) {
        let folder = Path::new(ROOT).join("docs").join(lang);
        let text = fs::read_to_string(folder.join(format!("{page}.md"))).unwrap();
        for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { format!("{page}.md") } else { file.to_string() };
            // A picture has no headings, but must be there.
            let there = fs::read(folder.join(file)).unwrap_or_else(|e| panic!("{lang}/{page}: {target}: {e}"));
            let there = String::from_utf8_lossy(&there);
            let headings = there.lines().filter(|line| line.starts_with('#'));
            let found = fragment.is_empty() || headings.map(anchor).any(|anchor| anchor == fragment);
            assert!(found, "{lang}/{page}: nothing at {target}");
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

/// The command lines of a page's `sh` blocks.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines).filter(|line| line.starts_with("shomei ")).map(String::from).collect()
}

/// A folder as the guide imagines it: a share, passwords, roots, the configuration it shows.
fn office(page: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(Path::new(ROOT).join("samples").join(from), to).unwrap();
    };
    for name in super::expected::fleet_files().iter().map(|path| path.trim_start_matches("samples/")) {
        copy(name, &format!("samples/{name}"));
        if name.contains("東京都") {
            copy(name, &format!("share/{name}"));
        }
    }
    for name in ["shomei.yaml", "passwords.yaml", "passwords.txt"] {
        copy(name, &format!("samples/{name}"));
    }
    for name in ["tokyo", "osaka", "hokkaido", "aichi", "kyoto"] {
        copy(&format!("passwords/{name}.txt"), &format!("samples/passwords/{name}.txt"));
    }
    copy("passwords/tokyo.txt", "passwords.txt");
    copy("../policies/lab.yaml", "policies/lab.yaml");
    for generation in ["2013", "2019"] {
        copy(&format!("fleet/本部/認証局/e-seikyuu CA {generation}.cer"), &format!("roots/{generation}.cer"));
    }
    let configuration = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    fs::write(folder.path().join("shomei.yaml"), configuration).unwrap();
    folder
}

/// The roots of the samples are not those of e-seikyuu, so some commands find something (1);
/// none may be refused (2).
#[test]
fn every_command_of_the_guide_is_understood() {
    let folder_of_shomei = Path::new(SHOMEI).parent().unwrap();
    for lang in ["ja", "en"] {
        let page = read(&format!("docs/{lang}/guide.md"));
        let office = office(&page);
        let commands = commands(&page);
        assert!(commands.len() >= 10, "{commands:?}");
        for line in commands {
            let mut command = Command::new("sh");
            command.args(["-c", &line]).current_dir(&office).env_clear();
            let path = format!("{}:/usr/bin:/bin", folder_of_shomei.display());
            command.env("PATH", path).env("HOME", office.path()).env("LC_ALL", "C.UTF-8");
            let said = command.output().unwrap();
            let code = said.status.code();
            assert!(matches!(code, Some(0 | 1)), "{line}: {code:?} {}", String::from_utf8_lossy(&said.stderr));
        }
        let sheet = if lang == "ja" { "kekka.csv" } else { "audit.csv" };
        assert!(fs::read(office.path().join(sheet)).unwrap().starts_with("\u{feff}record,".as_bytes()));
    }
}

/// The commands of the lifecycle, each with a page of its own.
const LIFECYCLE: [&str; 4] = ["expiry", "plan", "fees", "reminders"];

/// What they say of an inventory, by page.
fn lifecycle_of(inventory: &str, lang: &str) -> Vec<(&'static str, BTreeSet<String>)> {
    let said = |page: &'static str| {
        let said = at_the_office(inventory, &[page, "--lang", lang]);
        assert_eq!(said.stderr, "", "{page}");
        (page, said.stdout.lines().map(String::from).collect())
    };
    LIFECYCLE.map(said).into()
}

/// The lines that the first block of a text shows; `…` stands for those that are left out.
fn shown<'a>(text: &'a str, fence: &str) -> impl Iterator<Item = &'a str> {
    let block = text.split(fence).nth(1).unwrap().split("```").next().unwrap();
    block.lines().filter(|line| !line.is_empty() && *line != "…")
}

/// A line that no longer comes has to be copied anew from a run on the samples.
#[test]
fn what_readme_and_pages_show_of_the_lifecycle_is_what_the_samples_give() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = folder.path().join("inventory.sqlite").to_str().unwrap().to_string();
    let readme = read("README.md");
    at_the_office(&inventory, &["import", "--fail-on", "never"]);
    at_the_office(&inventory, &["register", "import", "samples/register/register.xlsx"]);
    for (lang, chapter) in [("ja", "## いつ何を申請し、いくらかかるか"), ("en", "## When to apply, and what it costs")]
    {
        let said: BTreeSet<String> = lifecycle_of(&inventory, lang).into_iter().flat_map(|(_, lines)| lines).collect();
        let (_, chapter) = readme.split_once(chapter).unwrap();
        for line in shown(chapter, "```console\n") {
            assert!(said.contains(line), "README.md, {lang}: nobody says: {line}");
        }
    }
    at_the_office(&inventory, &["register", "import", "--name", "大阪府", "samples/register/register-osaka.csv"]);
    for lang in ["ja", "en"] {
        for (page, said) in lifecycle_of(&inventory, lang) {
            let text = read(&format!("docs/{lang}/{page}.md"));
            for line in shown(&text, "```text\n") {
                assert!(said.contains(line), "docs/{lang}/{page}.md: nobody says: {line}");
            }
        }
    }
}

/// What the pages propose to write into a policy is put into the built-in one, in the place of
/// its own section.
#[test]
fn what_the_pages_write_into_a_policy_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let policy = read("policies/e-seikyuu.yaml");
    for (page, section) in [("plan", "renewal"), ("fees", "fees")] {
        let (before, own) = policy.split_once(&format!("\n{section}:\n")).unwrap();
        let after = own.split_inclusive('\n').skip_while(|line| line.starts_with([' ', '#', '\n'])).collect::<String>();
        for lang in ["ja", "en"] {
            let text = read(&format!("docs/{lang}/{page}.md"));
            let block = text.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
            assert!(block.starts_with(&format!("{section}:\n")), "{lang}/{page}");
            let file = folder.path().join("own.yaml");
            fs::write(&file, format!("{before}\n{block}{after}")).unwrap();
            let said = super::command::shomei(&["policy", "check", file.to_str().unwrap()]);
            assert_eq!(said.code, 0, "{lang}/{page}: {}", said.stderr);
        }
    }
}
