//! What is generated stands in step with what it is generated from, and the floors of the crate
//! hold. `SHOMEI_BLESS=1 cargo test --test upkeep` writes the generated files again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shomei::locale::{Lang, Text, catalogue};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn in_step(file: &str, made: &str) {
    let path = Path::new(ROOT).join(file);
    if std::env::var_os("SHOMEI_BLESS").is_some() {
        return fs::write(path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{file} is out of step: run SHOMEI_BLESS=1 cargo test --test upkeep");
}

#[test]
fn manual_pages_are_in_step() {
    in_step("man/shomei.1", &shomei::cli::man_page(Lang::En));
    in_step("man/ja/shomei.1", &shomei::cli::man_page(Lang::Ja));
}

#[test]
fn manual_pages_are_read_by_man_without_complaint() {
    for file in ["man/shomei.1", "man/ja/shomei.1"] {
        let output = Command::new("man")
            .args(["--warnings=w", "-l", file])
            .current_dir(ROOT)
            .env("LC_ALL", "C.UTF-8")
            .env("MANWIDTH", "100")
            .env("MANPAGER", "cat")
            .output()
            .expect("man is missing: tests/install installs it");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaint.is_empty(), "{file}: {complaint}");
        let text = String::from_utf8_lossy(&output.stdout);
        for command in [
            "audit",
            "inspect",
            "fingerprint",
            "root",
            "policy",
            "explain",
            "verify",
            "lab",
            "config",
            "import",
            "inventory",
            "list",
            "show",
            "diff",
            "coverage",
            "expiry",
            "plan",
            "fees",
            "reminders",
            "report",
            "notify",
            "run",
            "init",
            "schedule",
        ] {
            assert!(text.contains(&format!("shomei {command}")), "{file} does not tell of {command}");
        }
    }
}

/// The parts of the catalogue.
fn catalogues() -> impl Iterator<Item = &'static (&'static str, Text)> {
    let parts = [
        catalogue::ALL,
        catalogue::config::ALL,
        catalogue::holidays::ALL,
        catalogue::inventory::ALL,
        catalogue::mail::ALL,
        catalogue::policy::ALL,
        catalogue::reading::ALL,
        catalogue::register::ALL,
        catalogue::yaml::ALL,
    ];
    let files = fs::read_dir(Path::new(ROOT).join("src/locale/catalogue")).unwrap().count();
    assert_eq!(parts.len(), files + 1, "a part of the catalogue is not looked at");
    parts.into_iter().flatten()
}

#[test]
fn texts_have_the_same_names_in_both_languages() {
    for (name, text) in catalogues() {
        let (mut ja, mut en) = (text.names(Lang::Ja), text.names(Lang::En));
        ja.sort();
        en.sort();
        assert_eq!(ja, en, "{name}");
        assert!(!text.ja.is_empty() && !text.en.is_empty(), "{name}");
    }
}

#[test]
fn no_text_of_the_catalogue_is_unused() {
    let sources: String = rust_files(&Path::new(ROOT).join("src"))
        .iter()
        .filter(|path| !path.to_string_lossy().replace('\\', "/").contains("locale/catalogue"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for (name, _) in catalogues() {
        assert!(sources.contains(name), "nobody says {name}");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(rust_files(&path)),
            false if path.extension().is_some_and(|e| e == "rs") => files.push(path),
            false => {}
        }
    }
    files.sort();
    files
}

/// Floors, bottom up. A module imports only from floors below; those on the first floor may
/// use `locale`, which has no imports.
const FLOORS: &[&[&str]] = &[
    &["locale"],
    &["platform", "tlv", "calendar", "yaml"],
    &["certificate"],
    &["container", "policy", "register"],
    &["trust"],
    &["audit"],
    &["inventory"],
    &["lifecycle"],
    &["report"],
    &["deliver", "lab"],
    &["app"],
    &["cli"],
];

fn floor_of(module: &str) -> usize {
    FLOORS
        .iter()
        .position(|floor| floor.contains(&module))
        .unwrap_or_else(|| panic!("src/{module} has no floor: put it into FLOORS and into src/lib.rs"))
}

#[test]
fn no_module_imports_from_above() {
    let src = Path::new(ROOT).join("src");
    let mut seen = BTreeSet::new();
    for path in rust_files(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let module = inside.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if module == "main" || module == "lib" {
            continue;
        }
        seen.insert(module.clone());
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for after in line.split("crate::").skip(1) {
                let used: String = after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if used.is_empty() || used == module {
                    continue;
                }
                let fine = floor_of(&used) < floor_of(&module);
                assert!(fine, "{}: {module} imports from {used}, which is not below it:\n{line}", inside.display());
            }
        }
    }
    let floors: BTreeSet<String> = FLOORS.iter().flat_map(|floor| floor.iter().map(ToString::to_string)).collect();
    assert_eq!(seen, floors, "the floors name every module and no other");
}

#[test]
fn only_the_command_line_prints_and_reads_clock_and_environment() {
    let src = Path::new(ROOT).join("src");
    let forbidden = ["println!", "eprintln!", "print!(", "SystemTime::now", "Instant::now", "env::var", "dbg!"];
    for path in rust_files(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        if inside.starts_with("cli") || inside == Path::new("main.rs") {
            continue;
        }
        for (i, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in forbidden {
                assert!(!code.contains(word), "{}:{}: {word} belongs to cli", inside.display(), i + 1);
            }
        }
    }
}

#[test]
fn only_the_command_line_knows_how_it_is_called() {
    let src = Path::new(ROOT).join("src");
    for path in rust_files(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let uses = ["clap::", "ArgMatches", "io::stdout", "std::env::"].into_iter().find(|word| text.contains(word));
        let may = inside.starts_with("cli") || inside == Path::new("main.rs");
        assert!(may || uses.is_none(), "{}: {uses:?} belongs to cli", inside.display());
    }
}

#[test]
fn unsafe_stands_in_one_file() {
    let src = Path::new(ROOT).join("src");
    let with: Vec<PathBuf> = rust_files(&src)
        .into_iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("unsafe {"))
        .map(|path| path.strip_prefix(&src).unwrap().to_path_buf())
        .collect();
    assert_eq!(with, [Path::new("trust/openssl_ffi.rs")]);
}

/// What the licences of dependencies may be: `deny.toml` says the same to cargo-deny.
fn allowed_licences() -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join("deny.toml")).unwrap();
    let list = text.split("allow = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    list.split(',').map(|word| word.trim().trim_matches('"').to_string()).filter(|word| !word.is_empty()).collect()
}

/// Whether an SPDX expression can be met with the allowed licences. The older spelling with `/`
/// means OR.
fn can_be_met(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    // Without brackets, AND binds closer; the crates in use nest no deeper than one OR in an AND.
    expression.split(" AND ").all(|part| part.split(" OR ").any(|word| allowed.iter().any(|a| a == word.trim())))
}

#[test]
fn dependencies_have_licences_that_fit_and_come_from_the_registry() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let allowed = allowed_licences();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or("none"));
        assert!(can_be_met(licence, &allowed), "{name} is licensed {licence}");
        let source = package["source"].as_str();
        assert!(name == "shomei" || source.is_some_and(|s| s.starts_with("registry+")), "{name} is from {source:?}");
    }
}

#[test]
fn each_dependency_has_its_line_of_reason() {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let reasons = fs::read_to_string(Path::new(ROOT).join("docs/dependencies.md")).unwrap();
    let list = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    assert!(names.len() > 30);
    for name in names {
        assert!(reasons.contains(&format!("| {name} |")), "docs/dependencies.md says nothing of {name}");
    }
}

/// Lines of the report on the samples that the README shows.
const SHOWN: usize = 10;

#[test]
fn the_readme_shows_what_the_samples_give() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    for (case, fence) in [("samples-in-japanese", 1), ("samples-in-english", 3)] {
        let report = fs::read_to_string(Path::new(ROOT).join("tests/cases/audit").join(case).join("stdout")).unwrap();
        let shown: String = report.lines().take(SHOWN).flat_map(|line| [line, "\n"]).collect();
        if std::env::var_os("SHOMEI_BLESS").is_none() {
            assert!(readme.contains(&shown), "README.md does not show how tests/cases/audit/{case}/stdout begins");
            continue;
        }
        let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
        let mut parts: Vec<&str> = readme.split("```text\n").collect();
        let rest = parts[fence / 2 + 1].split_once("```").unwrap().1;
        let part = format!("{shown}```{rest}");
        parts[fence / 2 + 1] = &part;
        fs::write(Path::new(ROOT).join("README.md"), parts.join("```text\n")).unwrap();
    }
}
