//! Policies as people write them: what is accepted and what it means. What is said of mistakes
//! is in tests/reading/mistakes.

use std::fs;
use std::path::{Path, PathBuf};

use shomei::calendar::parse_day;
use shomei::locale::{Lang, catalogue};
use shomei::policy::{self, CrlPolicy, MonthDays, PatternField, Placeholder, Policy, PolicyDocument, Severity};
use shomei::yaml::{self, YamlMistake};

use crate::common::snapshot;

const RULES: &[&str] = &["expired", "expiring", "key-weak", "issued-in-gap"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn print(mistakes: &[YamlMistake]) -> String {
    let all = |lang| mistakes.iter().map(|m| m.print(lang) + "\n").collect::<String>();
    format!("{}\n{}", all(Lang::Ja), all(Lang::En))
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let is_other = |path: &PathBuf| path.ends_with("e-seikyuu-faq.yaml") || path.ends_with("holidays-jp.yaml");
    let is_policy = |path: &PathBuf| path.extension().is_some_and(|e| e == "yaml") && !is_other(path);
    files.retain(is_policy);
    files.sort();
    files
}

/// A policy with everything that may be left out left out.
const LEAST: &str = "schema: shomei/policy/1
name: least
zone: Z
authorities:
  - subject: C=JP, O=Trial
    pins:
      - {id: 1, serial: 033435, not_before: 2020-01-01, not_after: 2030-01-01, source: trial,
         sha1: 47ffc54fb8f2cfbb9d18d96541f99e5e66b81cbe}
";

fn read(text: &str) -> Policy {
    Policy::read(text, "folder/trial.yaml", RULES).unwrap_or_else(|mistakes| panic!("{}", print(&mistakes)))
}

fn mistakes(text: &str) -> Vec<YamlMistake> {
    Policy::read(text, "trial.yaml", RULES).unwrap_err()
}

#[test]
fn the_built_in_policy_is_what_the_faq_prints() {
    let policy = policy::built_in(RULES).unwrap();
    assert_eq!((policy.name.as_str(), policy.file.as_str()), ("e-seikyuu", "e-seikyuu.yaml"));
    assert_eq!(policy.zone.to_string(), "+09:00");
    let [authority] = &policy.authorities[..] else { panic!() };
    assert_eq!(authority.subject, "OU=e-seikyuu CA, O=e-seikyuu, C=JP");
    let printed: Vec<String> = authority
        .pins
        .iter()
        .map(|p| {
            let sha1 = shomei::certificate::spaced_hex(&p.sha1);
            format!("{}: {} / {} ~ {} / {sha1} / {:?}", p.id, p.serial, p.not_before, p.not_after, p.sha256)
        })
        .collect();
    assert_eq!(
        printed,
        [
            "2013: 03 34 35 / 2013-07-18 ~ 2023-07-18 / 47 FF C5 4F B8 F2 CF BB 9D 18 D9 65 41 F9 9E 5E 66 B8 1C BE / None",
            "2019: 07 86 D1 / 2019-07-20 ~ 2029-07-20 / BC 69 F5 E6 D7 AD E7 FA 06 BD D9 62 EF 69 09 EF B3 75 E6 6B / None",
        ]
    );
    let id = |day| authority.pin_for(parse_day(day).unwrap()).map(|p| p.id.as_str());
    assert_eq!(id("2013-07-18"), Some("2013"));
    assert_eq!(id("2019-07-19"), Some("2013"));
    assert_eq!(id("2019-07-20"), None);
    assert_eq!(id("2019-07-23"), None);
    assert_eq!(id("2019-07-24"), Some("2019"));
    let gap = |day| authority.gap(parse_day(day).unwrap()).is_some();
    assert_eq!(["2019-07-19", "2019-07-20", "2019-07-23", "2019-07-24"].map(gap), [false, true, true, false]);
    let length = |day: &str| {
        let day = parse_day(day).unwrap();
        authority.validity.iter().find(|v| v.value.issued.contains(day)).map(|v| v.value.years)
    };
    assert_eq!((length("2014-08-17"), length("2014-08-18")), (Some(1), Some(3)));
    assert_eq!(authority.crl.value, CrlPolicy::WhenAvailable);
    let holders = &policy.holders;
    assert_eq!(holders.password_days.unwrap().value, 180);
    assert_eq!(holders.claim_period.unwrap().value, MonthDays { from: 1, until: 10 });
    assert!(!holders.category("shogai").unwrap().bills_for("kaigo"));
    assert!(["kaigo", "shogai"].iter().all(|service| holders.category("kyotsu").unwrap().bills_for(service)));
    assert!(holders.patterns.is_empty(), "no layout of subjects is public");
}

#[test]
fn the_name_of_an_authority_is_known_in_either_order() {
    let policy = policy::built_in(RULES).unwrap();
    let name = |text| shomei::certificate::Name::parse(text).unwrap();
    assert!(policy.authority(&name("C=JP, O=e-seikyuu, OU=e-seikyuu CA")).is_some());
    assert!(policy.authority(&name("OU=E-Seikyuu  CA, O=e-seikyuu, C=JP")).is_some());
    assert!(policy.authority(&name("O=e-seikyuu, OU=e-seikyuu CA, C=JP")).is_none());
}

#[test]
fn the_lab_policy_differs_in_fingerprints_and_words_alone() {
    let lab = fs::read_to_string(root().join("policies/lab.yaml")).unwrap();
    let (lab, real) = (read(&lab), policy::built_in(RULES).unwrap());
    let ids = |p: &Policy| p.holders.categories.iter().map(|c| (c.id.clone(), c.bills.clone())).collect::<Vec<_>>();
    assert_eq!(ids(&lab), ids(&real));
    assert_eq!(lab.holders.claim_period.map(|p| p.value), real.holders.claim_period.map(|p| p.value));
    assert_eq!((&lab.zone, &lab.tiers.len()), (&real.zone, &real.tiers.len()));
    let (lab, real) = (&lab.authorities[0], &real.authorities[0]);
    assert_eq!(lab.names, real.names);
    for (lab, real) in lab.pins.iter().zip(&real.pins) {
        assert_eq!((&lab.id, &lab.serial, lab.issues.value), (&real.id, &real.serial, real.issues.value));
        assert_eq!((lab.not_before, lab.not_after), (real.not_before, real.not_after));
        assert_ne!(lab.sha1, real.sha1);
        assert!(lab.sha256.is_some());
    }
}

#[test]
fn every_committed_policy_is_right() {
    for path in yaml_files(&root().join("policies")) {
        read(&fs::read_to_string(path).unwrap());
    }
}

#[test]
fn a_policy_shown_is_the_same_policy() {
    for path in yaml_files(&root().join("policies")) {
        let policy = read(&fs::read_to_string(path).unwrap());
        let again = read(&policy.yaml);
        assert_eq!(format!("{policy:?}"), format!("{again:?}"));
    }
    assert_eq!(read(LEAST.trim_end()).yaml, LEAST);
}

#[test]
fn what_is_left_out_has_the_documented_default_and_no_line() {
    let policy = read(LEAST);
    assert_eq!((policy.title.ja.as_str(), policy.title.en.as_str()), ("least", "least"));
    let tiers: Vec<(i64, Severity)> = policy.tiers.iter().map(|t| (t.value.days, t.value.severity)).collect();
    use Severity::{Info, Warning};
    assert_eq!(tiers, [(7, Warning), (14, Warning), (30, Warning), (60, Info), (90, Info)]);
    assert_eq!((policy.keys.rsa_bits.value, policy.keys.ec_bits.value), (2048, 224));
    let digests: Vec<&str> = policy.weak_digests.iter().map(|d| d.value.as_str()).collect();
    assert_eq!(digests, ["md2", "md4", "md5", "sha1"]);
    assert_eq!(policy.containers.iterations.value, 1000);
    assert_eq!(policy.containers.weak_ciphers.value, ["RC2-40", "RC2-64", "RC4", "DES"]);
    let authority = &policy.authorities[0];
    assert_eq!((authority.crl.value, authority.crl.line), (CrlPolicy::WhenAvailable, 0));
    assert!(authority.usage.is_none() && authority.gaps.is_empty() && authority.validity.is_empty());
    assert!(authority.pin_for(parse_day("1990-01-01").unwrap()).is_some());
    let holders = &policy.holders;
    assert!(holders.services.is_empty() && holders.categories.is_empty() && holders.patterns.is_empty());
    assert!(holders.password_days.is_none() && holders.live_certificates.is_none() && holders.claim_period.is_none());
    assert_eq!((holders.password_warning_days.value, holders.renewal_overlap_days.value), (30, 90));
    assert_eq!(policy.line(policy.keys.rsa_bits.line), "trial.yaml");
    assert_eq!(policy.line(authority.pins[0].line), "trial.yaml:7");
}

#[test]
fn the_built_in_policy_states_the_defaults() {
    let (stated, default) = (policy::built_in(RULES).unwrap(), read(LEAST));
    let values = |p: &Policy| {
        let tiers: Vec<_> = p.tiers.iter().map(|t| t.value).collect();
        let digests: Vec<_> = p.weak_digests.iter().map(|d| d.value.clone()).collect();
        let containers = (p.containers.iterations.value, p.containers.weak_ciphers.value.clone());
        (tiers, digests, containers, p.keys.rsa_bits.value, p.keys.ec_bits.value)
    };
    assert_eq!(values(&stated), values(&default));
}

#[test]
fn everything_that_may_be_said_is_read() {
    let text = fs::read_to_string(root().join("tests/reading/mistakes/full.yaml")).unwrap();
    let policy = read(&text);
    let authority = &policy.authorities[0];
    assert_eq!(authority.crl.value, CrlPolicy::Require);
    let usage = authority.usage.as_ref().unwrap();
    assert_eq!(usage.value.extended, ["1.3.6.1.5.5.7.3.2", "1.2.392.200999.1"]);
    assert_eq!(usage.value.key_usage, ["digitalSignature", "nonRepudiation"]);
    let validity = authority.validity[0].value;
    assert_eq!((validity.years, validity.months, validity.tolerance_days), (3, 3, 1));
    assert_eq!(policy.severities["expired"].value, Some(Severity::Info));
    assert_eq!(policy.severities["expiring"].value, None);
    let suppression = &policy.suppressions[0];
    assert_eq!(policy.line(suppression.line), "trial.yaml:47");
    assert_eq!(suppression.value.rule, "key-weak");
    assert_eq!(suppression.value.matches.serial.as_ref().unwrap().hex(), "033435");
    assert_eq!(suppression.value.matches.path.as_deref(), Some("旧システム/**/*.p12"));
    assert_eq!(suppression.value.until, parse_day("2027-03-31").unwrap());
    let holders = &policy.holders;
    assert_eq!(holders.services.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["care", "other"]);
    assert_eq!(holders.service("care").unwrap().words, ["介護", "ケア"]);
    assert!(holders.category("both").unwrap().bills_for("other"));
    assert!(!holders.category("care").unwrap().bills_for("other"));
    let numbers = (holders.password_days.unwrap().value, holders.password_warning_days.value);
    assert_eq!(numbers, (90, 14));
    let numbers = (holders.live_certificates.unwrap().value, holders.renewal_overlap_days.value);
    assert_eq!(numbers, (2, 60));
    assert_eq!(holders.claim_period.unwrap().value, MonthDays { from: 5, until: 31 });
    let [subject, friendly, path] = &holders.patterns[..] else { panic!() };
    let pattern = &subject.value;
    assert_eq!((pattern.before.as_str(), pattern.after.as_str()), ("CN=*", "*, O=試験"));
    assert_eq!(pattern.placeholder, Some(Placeholder::ProviderNumber));
    assert_eq!(pattern.category.as_deref(), Some("both"));
    assert_eq!((friendly.value.field, friendly.value.placeholder), (PatternField::FriendlyName, Some(Placeholder::Id)));
    assert_eq!((path.value.placeholder, path.value.before.as_str()), (None, "*/介護/*"));
    // Pins come oldest first, wherever they stand.
    assert_eq!(authority.pins.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["old", "new"]);
    assert_eq!(authority.pins[1].source.get(Lang::Ja), "認証局の通知");
    assert_eq!(authority.pins[1].source.get(Lang::En), "notice of the CA");
}

#[test]
fn scalars_are_texts() {
    let pin = |text: &str| read(text).authorities[0].pins[0].clone();
    assert_eq!(pin(LEAST).serial.hex(), "033435");
    // A number with an exponent to others.
    assert_eq!(pin(&LEAST.replace("033435", "12e4")).serial.hex(), "12e4");
    let zone = LEAST.replace("name: least", "name: no");
    assert_eq!(read(&zone).name, "no");
}

#[test]
fn line_ends_and_byte_order_mark_do_not_matter() {
    let windows = format!("\u{feff}{}", LEAST.replace('\n', "\r\n"));
    assert_eq!(read(&windows).authorities[0].pins[0].line, 7);
    assert_eq!(read(&read(&windows).yaml).name, "least");
    let wrong = |text: &str| print(&mistakes(text));
    let unix = LEAST.replace("zone: Z", "zone: 日本");
    let windows = format!("\u{feff}{}", unix.replace('\n', "\r\n"));
    assert_eq!(wrong(&windows), wrong(&unix));
    assert_eq!(wrong(&unix.replace('\n', "\r")), wrong(&unix));
}

#[test]
fn an_unknown_key_on_the_first_line_after_a_byte_order_mark_stands_in_column_one() {
    let mistakes = mistakes(&format!("\u{feff}shema: shomei/policy/1\n{}", LEAST.split_once('\n').unwrap().1));
    assert_eq!((mistakes.len(), mistakes[0].line, mistakes[0].column), (1, 1, 1));
    assert_eq!(mistakes[0].source_line.as_deref(), Some("shema: shomei/policy/1"));
}

#[test]
fn other_encodings_are_a_mistake_at_their_place() {
    // 表題 in Shift_JIS.
    let bytes = b"name: a\ntitle: \x95\x5c\x91\xe8\n";
    let mistakes = yaml::decode(bytes, "sjis.yaml").unwrap_err();
    assert_eq!(
        print(&mistakes),
        "sjis.yaml:2:8: UTF-8 の文字ではありません
  対処: 文字コード UTF-8 で保存し直してください(Shift_JIS や UTF-16 は読めません)

sjis.yaml:2:8: this is not UTF-8
  help: save the file as UTF-8 (Shift_JIS and UTF-16 are not read)
"
    );
    let utf16: Vec<u8> = "\u{feff}name: a".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mistakes = yaml::decode(&utf16, "utf16.yaml").unwrap_err();
    assert_eq!((mistakes[0].line, mistakes[0].column), (1, 1));
    assert_eq!(yaml::decode(LEAST.as_bytes(), "x").unwrap(), LEAST);
}

#[test]
fn huge_and_hostile_documents_are_refused_at_once() {
    let started = std::time::Instant::now();
    let large = format!("{LEAST}# {}\n", "x".repeat(yaml::MAX_BYTES));
    assert!(mistakes(&large)[0].what.en.starts_with("the file is too large"), "{}", print(&mistakes(&large)));
    let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n";
    assert!(mistakes(bomb).iter().any(|m| m.what.en == "anchors (&) and aliases (*) are not allowed"));
    for deep in ["[", "{a: ", "- ", "? "] {
        let mistakes = mistakes(&deep.repeat(100_000));
        assert_eq!(mistakes[0].what.en, "nested too deeply (at most 32 levels)", "{deep}");
        assert!(mistakes[0].print(Lang::Ja).len() < 1000);
    }
    // As many mistakes as fit, on one line and on many; nobody reads more than 1000.
    let keys = |end: &str| (0..yaml::MAX_BYTES / 12).map(|i| format!("k{i}: 1{end}")).collect::<String>();
    assert_eq!(mistakes(&format!("{{{}}}", keys(","))).len(), 1000);
    assert_eq!(mistakes(&keys("\n")).len(), 1000);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn what_would_change_the_terminal_is_not_shown() {
    let mistakes = mistakes(&LEAST.replace("zone: Z", "zone: \"\\e[31m\u{202e}赤\u{2066}\" # \u{202e}"));
    let said = print(&mistakes);
    assert!(said.contains("赤"), "{said}");
    assert!(!said.contains(['\u{1b}', '\u{202e}', '\u{2066}']), "{said:?}");
}

#[test]
fn unknown_rules_are_told_by_the_list_given() {
    let text = format!("{LEAST}severities: {{issued-in-gap: info}}\n");
    assert!(Policy::read(&text, "x", RULES).is_ok());
    let mistakes = Policy::read(&text, "x", &["issued-in-gaps"]).unwrap_err();
    assert_eq!(mistakes[0].what.en, "unknown rule \"issued-in-gap\", did you mean \"issued-in-gaps\"?");
}

#[test]
fn a_document_is_read_once_and_checked_with_what_is_known() {
    let document = PolicyDocument::parse(LEAST, "least.yaml").unwrap();
    assert_eq!(document.check(&[]).unwrap().name, document.check(RULES).unwrap().name);
}

#[test]
fn the_committed_schema_is_the_programs() {
    let schema = serde_json::to_string_pretty(&policy::schema()).unwrap() + "\n";
    snapshot::committed("docs/schemas/policy.json", &schema);
}

#[test]
fn the_readme_explains_every_key_in_both_languages() {
    let readme = fs::read_to_string(root().join("policies/README.md")).unwrap();
    let (ja, en) = readme.split_once("\n## English\n").unwrap();
    fn keys(schema: &serde_json::Value, found: &mut Vec<String>) {
        match schema {
            serde_json::Value::Object(map) => {
                if let Some(properties) = map.get("properties").and_then(|p| p.as_object()) {
                    found.extend(properties.keys().cloned());
                }
                map.values().for_each(|value| keys(value, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    keys(&policy::schema(), &mut found);
    assert!(found.len() > 40);
    for key in found {
        for (part, name) in [(ja, "日本語"), (en, "English")] {
            assert!(part.contains(&format!("`{key}`")), "policies/README.md, {name}: `{key}`");
        }
    }
}

#[test]
fn both_languages_name_the_same_values() {
    for (name, text) in catalogue::yaml::ALL.iter().chain(catalogue::policy::ALL) {
        let sorted = |lang| {
            let mut names = text.names(lang);
            names.sort();
            names
        };
        assert_eq!(sorted(Lang::Ja), sorted(Lang::En), "{name}");
        assert!(!text.ja.is_empty() && !text.en.is_empty(), "{name}");
    }
}
