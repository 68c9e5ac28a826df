//! The configuration and password maps as people write them; what is said of mistakes is in
//! tests/reading/mistakes.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use shomei::app::config::{self, Config, ConfigError, NamedBy, PolicyFile, Setting, SettingSource};
use shomei::app::passwords::{PasswordMap, Whereabouts};
use shomei::container::KeyInspection;
use shomei::locale::{Lang, catalogue};
use shomei::policy::Severity;
use shomei::report::Format;

const FULL: &str = "\
sources: [fleet, ../other, '-']
policy: lab.yaml
passwords:
  file: [a.txt, b.txt]
  env: SHOMEI_PASSWORD
  map: passwords.yaml
roots: roots/2019.pem
crls: []
lang: ja
at: 2026-11-20
keys: presence
try_typos: true
fail_on: warning
format: json
output: out/report.json
limits:
  scrypt-memory: 536870912
";

fn parse(text: &str, path: &str) -> Config {
    Config::parse(text, Path::new(path)).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|m| m.print(Lang::En)).collect::<Vec<_>>().join("\n"));
    })
}

fn set<T>(value: T, line: u32) -> Option<Setting<T>> {
    Some(Setting { value, from: SettingSource::File { path: PathBuf::from("samples/shomei.yaml"), line } })
}

fn paths(texts: &[&str]) -> Vec<PathBuf> {
    texts.iter().map(PathBuf::from).collect()
}

#[test]
fn every_setting_knows_its_line_and_paths_are_relative_to_the_file() {
    let config = parse(FULL, "samples/shomei.yaml");
    assert_eq!(config.sources, set(paths(&["samples/fleet", "samples/../other", "-"]), 1));
    assert_eq!(config.policy, set(PolicyFile(PathBuf::from("samples/lab.yaml")), 2));
    let passwords = config.passwords.unwrap();
    assert_eq!(passwords.file, set(paths(&["samples/a.txt", "samples/b.txt"]), 4));
    assert_eq!(passwords.env, set(vec![String::from("SHOMEI_PASSWORD")], 5));
    assert_eq!(passwords.map, set(PathBuf::from("samples/passwords.yaml"), 6));
    assert_eq!(config.roots, set(paths(&["samples/roots/2019.pem"]), 7));
    assert_eq!(config.crls, set(paths(&[]), 8));
    assert_eq!(config.lang, set(Lang::Ja, 9));
    assert_eq!(config.at, set(String::from("2026-11-20"), 10));
    assert_eq!(config.keys, set(KeyInspection::Presence, 11));
    assert_eq!(config.try_typos, set(true, 12));
    assert_eq!(config.fail_on, set(Some(Severity::Warning), 13));
    assert_eq!(config.format, set(Format::Json, 14));
    assert_eq!(config.output, set(PathBuf::from("samples/out/report.json"), 15));
    let limits = config.limits.unwrap().0;
    assert_eq!(limits.get("scrypt-memory").cloned(), set(536870912, 17));
    assert_eq!(limits.len(), 1);
}

#[test]
fn what_the_file_does_not_mention_is_not_set() {
    for text in ["", "# 何も無い\n", "\u{feff}\r\n"] {
        assert_eq!(parse(text, "shomei.yaml"), Config::default());
    }
    let config = parse("fail_on: never\n", "shomei.yaml");
    assert_eq!(config.fail_on.map(|set| set.value), Some(None));
    assert!(config.sources.is_none() && config.lang.is_none());
}

#[test]
fn absolute_paths_and_files_without_a_folder_stay_as_they_are() {
    let absolute = std::env::temp_dir().join("lab.yaml");
    let text = format!("policy: '{}'\nsources: fleet\n", absolute.display());
    let config = parse(&text, "shomei.yaml");
    assert_eq!(config.policy.unwrap().value.0, absolute);
    assert_eq!(config.sources.unwrap().value, paths(&["fleet"]));
}

#[test]
fn the_flag_wins_over_the_variable_and_that_over_the_users_folder() {
    let flag = || Some(PathBuf::from("flag.yaml"));
    let variable = || Some(OsString::from("variable.yaml"));
    let folder = || Some(PathBuf::from("home"));
    assert_eq!(config::choose(flag(), variable(), folder()), flag().map(|p| (p, NamedBy::Flag)));
    let named = Some((PathBuf::from("variable.yaml"), NamedBy::Variable));
    assert_eq!(config::choose(None, variable(), folder()), named);
    let users = Some((Path::new("home").join("config.yaml"), NamedBy::UserFolder));
    assert_eq!(config::choose(None, None, folder()), users);
    assert_eq!(config::choose(None, Some(OsString::new()), folder()), users);
    assert_eq!(config::choose(None, None, None), None);
}

#[test]
fn a_named_configuration_must_be_there_and_be_right() {
    let load = |path: PathBuf| config::load(Some((path, NamedBy::Flag)));
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.yaml");
    let failure = load(missing.clone()).unwrap_err();
    assert!(matches!(&failure, ConfigError::Unreadable { path, by: NamedBy::Flag, .. } if *path == missing));
    assert!(failure.print(Lang::Ja).contains("--config"), "{}", failure.print(Lang::Ja));

    let wrong = folder.path().join("wrong.yaml");
    fs::write(&wrong, "lang: jp\nsource: a\n").unwrap();
    let failure = load(wrong).unwrap_err();
    assert!(matches!(&failure, ConfigError::Mistakes(mistakes) if mistakes.len() == 2));
    assert_eq!(failure.print(Lang::En).matches("help:").count(), 2);

    let sjis = folder.path().join("sjis.yaml");
    fs::write(&sjis, b"# \x95\x5c\x91\xe8\nlang: ja\n").unwrap();
    assert!(matches!(load(sjis).unwrap_err(), ConfigError::Mistakes(m) if m[0].line == 1));

    let right = folder.path().join("right.yaml");
    fs::write(&right, "lang: ja\n").unwrap();
    let (path, config) = load(right.clone()).unwrap().unwrap();
    assert_eq!((path, config.lang.unwrap().value), (right, Lang::Ja));
}

#[test]
fn a_setting_tells_where_it_is_from() {
    let from = parse(FULL, "samples/shomei.yaml").lang.unwrap().from;
    assert_eq!(from.print(Lang::En), format!("{}:9", Path::new("samples/shomei.yaml").display()));
    let all = [
        SettingSource::CommandLine,
        SettingSource::Environment("SHOMEI_LANG".into()),
        SettingSource::Locale,
        SettingSource::Default,
    ];
    let print = |lang| all.iter().map(|w| w.print(lang)).collect::<Vec<_>>().join(" / ");
    assert_eq!(print(Lang::Ja), "コマンド行 / 環境変数 SHOMEI_LANG / OSの言語設定 / 既定");
    assert_eq!(print(Lang::En), "command line / environment variable SHOMEI_LANG / the system's locale / default");
}

const MAP: &str = "\
- {path: 大阪/*.p12, file: osaka.txt}
- {path: '大阪/**', env: OSAKA_PASSWORD}
- {path: '/share/kyoto/**', file: ../kyoto.txt}
- {path: '**', file: rest.txt}
";

fn winner(map: &PasswordMap, file: &str) -> Option<String> {
    map.rule_for(Path::new(file)).map(|rule| rule.name())
}

#[cfg(unix)]
#[test]
fn the_first_rule_that_fits_wins_by_relative_or_absolute_path() {
    let map = PasswordMap::parse(MAP, Path::new("samples/passwords.yaml"), Path::new("/work")).unwrap();
    let rule = |line, pattern| Some(format!("passwords.yaml:{line} ({pattern})"));
    assert_eq!(winner(&map, "samples/大阪/a.p12"), rule(1, "大阪/*.p12"));
    assert_eq!(winner(&map, "./samples/../samples/大阪/a.p12"), rule(1, "大阪/*.p12"));
    assert_eq!(winner(&map, "/work/samples/大阪/a.p12"), rule(1, "大阪/*.p12"));
    assert_eq!(winner(&map, "samples/大阪/旧/a.p12"), rule(2, "大阪/**"));
    assert_eq!(winner(&map, "/share/kyoto/x/a.p12"), rule(3, "/share/kyoto/**"));
    assert_eq!(winner(&map, "/elsewhere/a.p12"), rule(4, "**"));
    let places: Vec<&Whereabouts> = map.rules().iter().map(|rule| &rule.passwords).collect();
    assert_eq!(*places[0], Whereabouts::File(PathBuf::from("samples/osaka.txt")));
    assert_eq!(*places[1], Whereabouts::Environment(String::from("OSAKA_PASSWORD")));
    assert_eq!(*places[2], Whereabouts::File(PathBuf::from("samples/../kyoto.txt")));
}

#[test]
fn a_file_that_no_rule_fits_has_none() {
    let working = std::env::temp_dir();
    let map = PasswordMap::parse("- {path: 'a/*', env: A}\n", Path::new("passwords.yaml"), &working).unwrap();
    assert_eq!(winner(&map, "a/b/c.p12"), None);
    assert_eq!(winner(&map, "b/c.p12"), None);
    assert_eq!(winner(&map, "a/c.p12"), Some(String::from("passwords.yaml:1 (a/*)")));
}

fn configuration_pages() -> [String; 2] {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    ["ja", "en"].map(|lang| fs::read_to_string(docs.join(lang).join("configuration.md")).unwrap())
}

#[test]
fn the_documentation_names_every_key_in_both_languages() {
    let [ja, en] = configuration_pages();
    let mistakes = Config::parse("x: 1\npasswords: {x: 1}\n", Path::new("x")).unwrap_err();
    let mistakes =
        mistakes.into_iter().chain(PasswordMap::parse("- {x: 1}\n", Path::new("x"), Path::new("/")).unwrap_err());
    let mut keys = 0;
    for list in mistakes.filter_map(|m| m.help.en.strip_prefix("the keys here are ").map(String::from)) {
        for key in list.split(", ") {
            keys += 1;
            for part in [&ja, &en] {
                assert!(part.contains(&format!("`{key}`")), "{key}");
            }
        }
    }
    assert!(keys > 15, "{keys}");
}

#[test]
fn the_example_in_the_documentation_is_right() {
    let pages = configuration_pages().concat();
    let blocks: Vec<&str> = pages.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        if block.starts_with("- ") {
            PasswordMap::parse(block, Path::new("passwords.yaml"), Path::new("/")).unwrap();
        } else {
            Config::parse(block, Path::new("shomei.yaml")).unwrap();
        }
    }
}

#[test]
fn both_languages_name_the_same_values() {
    for (name, text) in catalogue::config::ALL {
        let sorted = |lang| {
            let mut names = text.names(lang);
            names.sort();
            names
        };
        assert_eq!(sorted(Lang::Ja), sorted(Lang::En), "{name}");
    }
}
