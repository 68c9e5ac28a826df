//! What is said of mistakes in the YAML files that people write.
//!
//! `tests/reading/mistakes/KIND/NAME.yaml` has what NAME says is wrong with it; NAME.txt beside it is all
//! that is said then, in Japanese and in English. After a change that is meant,
//! `SHOMEI_BLESS=1 cargo test --test reading` writes the texts anew; read them before you commit.

use std::fs;
use std::path::{Path, PathBuf};

use shomei::app::{config::Config, passwords::PasswordMap};
use shomei::locale::Lang;
use shomei::policy::{Holidays, Policy};
use shomei::yaml::YamlMistake;

use crate::common::files::with_ending;
use crate::common::snapshot::{blessing, difference};

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/mistakes").join(kind)
}

fn cases(kind: &str) -> Vec<PathBuf> {
    with_ending(&folder(kind), "yaml")
}

/// Compares what `read` says of each case with what is committed.
fn compare(kind: &str, least: usize, read: impl Fn(&str, &str) -> Result<(), Vec<YamlMistake>>) {
    let cases = cases(kind);
    assert!(cases.len() >= least, "{cases:?}");
    let mut differing = Vec::new();
    for path in cases {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mistakes = read(&fs::read_to_string(&path).unwrap(), name).err().unwrap_or_default();
        let print = |lang| mistakes.iter().map(|m| m.print(lang) + "\n").collect::<String>();
        let said = format!("{}\n{}", print(Lang::Ja), print(Lang::En));
        let text = path.with_extension("txt");
        if blessing() {
            fs::write(&text, &said).unwrap();
        }
        assert!(!mistakes.is_empty(), "{name} is without a mistake");
        differing.extend(difference(name, &fs::read_to_string(&text).unwrap_or_default(), &said));
    }
    assert!(differing.is_empty(), "not as committed (SHOMEI_BLESS=1 writes them anew):\n{}", differing.join("\n"));
}

#[test]
fn in_policies() {
    let rules = ["expired", "expiring", "key-weak", "issued-in-gap"];
    compare("policy", 39, |text, name| Policy::read(text, name, &rules).map(drop));
}

#[test]
fn in_holidays() {
    compare("holidays", 3, |text, name| Holidays::read(text, name).map(drop));
}

#[test]
fn in_configurations() {
    compare("config", 4, |text, name| Config::parse(text, Path::new(name)).map(drop));
}

#[test]
fn in_password_maps() {
    compare("passwords", 4, |text, name| PasswordMap::parse(text, Path::new(name), Path::new("/work")).map(drop));
}

#[test]
fn a_password_written_where_none_belongs_is_never_shown() {
    let cases = [
        "passwords: himitsu\n",
        "passwords: {word: himitsu, nope: himitsu}\n",
        "password: himitsu\n",
        "passwords:\n  word: himitsu\n\n  list:\n    - himitsu\nlang: jp\n",
        "passwords:\n  word: \"himitsu\n",
        "パスワード: [himitsu\n",
        "lang: jp\rpasswords:\r  word: himitsu\r",
    ];
    for text in cases {
        let mistakes = Config::parse(text, Path::new("shomei.yaml")).unwrap_err();
        assert!(mistakes.iter().all(|m| !m.print(Lang::Ja).contains("himitsu")), "{mistakes:?}");
    }
    let mistakes = Config::parse(cases[3], Path::new("shomei.yaml")).unwrap_err();
    assert_eq!(mistakes.last().unwrap().source_line.as_deref(), Some("lang: jp"), "other lines are shown");
    for text in ["himitsu\n", "a.p12: himitsu\n", "- himitsu\n", "- {path: a, password: himitsu}\n", "- [himitsu\n"] {
        let mistakes = PasswordMap::parse(text, Path::new("passwords.yaml"), Path::new("/")).unwrap_err();
        assert!(mistakes.iter().all(|m| !m.print(Lang::Ja).contains("himitsu")), "{mistakes:?}");
    }
}

#[test]
fn every_text_belongs_to_a_case() {
    for kind in ["policy", "holidays", "config", "passwords"] {
        for entry in fs::read_dir(folder(kind)).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.with_extension("yaml").exists(), "{}", path.display());
        }
    }
}
