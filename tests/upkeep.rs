//! What is generated stands in step with what it is generated from, and the floors of the crate
//! hold. `SHOMEI_BLESS=1 cargo test --test upkeep` writes the generated files again.

mod common;
#[path = "upkeep/imports.rs"]
mod imports;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shomei::locale::{Lang, Text, catalogue};

use common::ROOT;
use common::snapshot::committed;
use imports::{Arrow, Imports};

/// The manual pages of both languages: file and text.
fn manual() -> Vec<(String, String)> {
    let of = |lang, folder: &str| {
        let pages = shomei::cli::manual(lang).into_iter();
        pages.map(|page| (format!("{folder}/{}", page.file), page.roff)).collect::<Vec<_>>()
    };
    [of(Lang::En, "man"), of(Lang::Ja, "man/ja")].concat()
}

#[test]
fn manual_pages_are_in_step() {
    let pages = manual();
    for (file, text) in &pages {
        committed(file, text);
    }
    let kept = files_below(&Path::new(ROOT).join("man"));
    for file in kept {
        let name = file.strip_prefix(ROOT).unwrap().to_string_lossy().into_owned();
        assert!(pages.iter().any(|(known, _)| *known == name), "{name} is a page of no command: remove it");
    }
    assert!(pages.len() > 60);
}

#[test]
fn manual_pages_are_read_without_complaint() {
    for (file, _) in manual() {
        let lint = Command::new("mandoc").args(["-T", "lint", "-W", "warning", &file]).current_dir(ROOT).output();
        let lint = lint.expect("mandoc is missing: tests/install installs it");
        let complaint = String::from_utf8_lossy(&lint.stdout).into_owned() + &String::from_utf8_lossy(&lint.stderr);
        assert!(complaint.is_empty(), "{complaint}");
    }
    for file in ["man/shomei.1", "man/ja/shomei.1", "man/shomei-audit.1", "man/ja/shomei-register.1"] {
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
    }
}

/// Every page of help in both languages: the command, and what it shows.
fn help_pages() -> Vec<(String, String)> {
    fn add(command: &clap::Command, name: &str, pages: &mut Vec<(String, String)>) {
        let name = format!("{name} {}", command.get_name());
        pages.push((name.clone(), command.clone().render_help().to_string()));
        command.get_subcommands().for_each(|below| add(below, &name, pages));
    }
    let mut pages = Vec::new();
    for lang in [Lang::En, Lang::Ja] {
        let mut root = shomei::cli::command(lang);
        root.build();
        add(&root, lang.code(), &mut pages);
    }
    pages
}

#[test]
fn help_fits_eighty_columns_and_names_every_command() {
    let pages = help_pages();
    assert!(pages.len() > 100);
    for (name, page) in &pages {
        for line in page.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{name}: {line}");
        }
    }
    for first in pages.iter().filter(|(name, _)| name.ends_with(" shomei")) {
        for command in shomei::cli::command(Lang::En).get_subcommands() {
            let line = format!("\n  {} ", command.get_name());
            assert_eq!(first.1.matches(&line).count(), 1, "{} is in no group of help, or in two", command.get_name());
        }
    }
}

/// Whether a shell takes the completions without complaint, and what it completes.
#[test]
fn completions_are_read_by_their_shells() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = Command::new(env!("CARGO_BIN_EXE_shomei")).args(["completions", shell]).output().unwrap();
        assert!(output.status.success() && output.stdout.len() > 10_000, "{shell}");
        fs::write(folder.path().join(shell), &output.stdout).unwrap();
    }
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder.path()).output();
        let output = output.unwrap_or_else(|error| panic!("{program}: {error} (tests/install installs it)"));
        assert!(output.status.success() && output.stderr.is_empty(), "{program}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run("zsh", &["-n", "zsh"]);
    run("fish", &["--no-execute", "fish"]);
    let complete = "source ./bash; COMP_WORDS=(shomei plan --format ''); COMP_CWORD=3; \
                    _shomei shomei '' --format; echo \"${COMPREPLY[@]}\"";
    assert_eq!(run("bash", &["-c", complete]).trim(), "table json csv");
    let completed = run("fish", &["-c", "source ./fish; complete -C 'shomei conv'"]);
    assert!(completed.starts_with("convert"), "{completed}");
    let values = run("fish", &["-c", "source ./fish; complete -C 'shomei convert --for '"]);
    assert!(values.contains("legacy") && values.contains("pbmac1"), "{values}");
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
    let files = files_below(folder).into_iter();
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect();
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
    &["connect", "deliver", "lab"],
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
    let imports = Imports::read(&src);
    for (file, module, used, path) in imports.crossings() {
        let is_below = floor_of(&used) < floor_of(&module);
        assert!(is_below, "src/{file}: {module} imports from {used}, which is not below it: {path}");
    }
    let modules = fs::read_dir(&src).unwrap().map(|entry| entry.unwrap().file_name());
    for module in modules.map(|name| name.to_string_lossy().replace(".rs", "")) {
        assert!(module == "lib" || module == "main" || floor_of(&module) < FLOORS.len());
    }
}

/// Arrows that close a circle of files, and why each is kept.
const ACCEPTED: &[(&str, &str, &str)] = &[];

#[test]
fn only_the_command_line_knows_how_it_is_called() {
    let src = Path::new(ROOT).join("src");
    for path in rust_files(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let uses = ["clap::", "ArgMatches"].into_iter().find(|word| text.contains(word));
        let may = inside.starts_with("cli") || inside == Path::new("main.rs");
        assert!(may || uses.is_none(), "{}: {uses:?} belongs to cli", inside.display());
    }
}

#[test]
fn files_do_not_import_each_other_in_circles() {
    let arrows = Imports::read(&Path::new(ROOT).join("src")).arrows();
    let arrows: BTreeSet<Arrow> = arrows.into_iter().filter(|arrow| !arrow.is_to_parent()).collect();
    let circles_without = |accepted: &[&(&str, &str, &str)]| {
        let is_accepted =
            |arrow: &&Arrow| accepted.iter().any(|(from, to, _)| (arrow.from == *from) && arrow.to == *to);
        imports::circles(&arrows.iter().filter(|arrow| !is_accepted(arrow)).cloned().collect())
    };
    let accepted: Vec<_> = ACCEPTED.iter().collect();
    if let Some(circle) = circles_without(&accepted).first() {
        let within = arrows.iter().filter(|arrow| circle.contains(&arrow.from) && circle.contains(&arrow.to));
        let within: Vec<String> = within.map(|Arrow { from, to, by }| format!("{from} > {to} ({by})")).collect();
        panic!("these files of src import each other in a circle:\n{}", within.join("\n"));
    }
    for one in ACCEPTED {
        let others: Vec<_> = ACCEPTED.iter().filter(|other| *other != one).collect();
        assert!(!circles_without(&others).is_empty(), "{} > {} closes no circle any more: remove it", one.0, one.1);
    }
}

/// Programs that are handed out are built without the lab, so that nobody gets private keys with
/// them. `.ci/run` checks what such a build reads; this, that there are none elsewhere.
#[test]
fn private_keys_lie_in_the_lab_alone_which_is_a_feature() {
    let root = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    assert!(root.contains("#[cfg(feature = \"lab\")]\npub mod lab;"), "the lab is not behind its feature");
    for folder in ["src", "policies"] {
        for path in files_below(&Path::new(ROOT).join(folder)) {
            let is_of_the_lab = path.starts_with(Path::new(ROOT).join("src/lab"));
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            // So begins the PEM of all of them: PKCS#8, encrypted or not, and the older forms.
            let is_key = text.lines().any(|line| line.starts_with("-----BEGIN ") && line.contains("PRIVATE KEY"));
            assert!(is_of_the_lab || !is_key, "{} holds a private key", path.display());
            let is_included = text.lines().any(|line| {
                line.contains("include_") && [".key", "lab/", "samples/"].iter().any(|place| line.contains(place))
            });
            assert!(is_of_the_lab || !is_included, "{} includes keys", path.display());
        }
    }
}

#[test]
fn each_dependency_has_its_line_of_reason() {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let reasons = fs::read_to_string(Path::new(ROOT).join("docs/dependencies.md")).unwrap();
    let lists = ["\n[dependencies]", "\n[build-dependencies]", "\n[dev-dependencies]"]
        .map(|list| manifest.split(list).nth(1).unwrap());
    let lines = lists.iter().flat_map(|list| list.split("\n[").next().unwrap().lines());
    let names: Vec<&str> = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    assert!(names.len() > 30);
    for name in names {
        assert!(reasons.contains(&format!("| {name} |")), "docs/dependencies.md says nothing of {name}");
    }
}

#[test]
fn each_promise_of_safety_names_tests_that_exist() {
    let promises = fs::read_to_string(Path::new(ROOT).join("docs/security.md")).unwrap();
    let rows: Vec<&str> = promises
        .split("## Promises")
        .nth(1)
        .and_then(|after| after.split("\n## ").next())
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit_once(" | "))
        .filter(|(promise, _)| !matches!(*promise, "promise" | "---"))
        .map(|(_, tests)| tests)
        .collect();
    assert!(rows.len() > 10);
    let files = rust_files(&Path::new(ROOT).join("tests"));
    let code: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for tests in rows {
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test holds: {tests}");
        for name in named {
            let is_file = Path::new(ROOT).join(name).exists();
            assert!(is_file || code.contains(&format!("#[test]\nfn {name}()")), "there is no test {name}");
        }
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
