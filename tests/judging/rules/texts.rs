//! What people read of the rules, and of the frequent questions.

use shomei::audit::rules::{CodedWord, REASONS, RULES, Rule, codes, document, page, reason_word, rule};
use shomei::locale::{Lang, Text};
use shomei::policy::{BUILT_IN, Faq, Policy};
use shomei::trust::VerdictReason;

use crate::common::snapshot;

const LANGS: [Lang; 2] = [Lang::Ja, Lang::En];

#[test]
fn codes_are_unique_and_in_kebab_case() {
    for (i, rule) in RULES.iter().enumerate() {
        let kebab = rule.code.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        assert!(kebab, "{}", rule.code);
        assert!(RULES[..i].iter().all(|other| other.code != rule.code), "{} stands twice", rule.code);
    }
}

fn texts(rule: &Rule) -> [(&'static str, Text); 6] {
    [
        ("title", rule.title),
        ("message", rule.message),
        ("remedy", rule.remedy),
        ("what", rule.what),
        ("why", rule.why),
        ("source", rule.source),
    ]
}

#[test]
fn every_text_is_there_in_its_language() {
    for rule in RULES {
        for (name, text) in texts(rule) {
            let japanese = |c: char| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿');
            let (code, ja, en) = (rule.code, text.ja, text.en);
            assert!(ja.contains(japanese), "{code}: {name}: no Japanese in {ja:?}");
            assert!(!en.trim().is_empty() && !en.contains(japanese), "{code}: {name}: no English in {en:?}");
            assert!(name == "title" || (ja.ends_with('。') && en.ends_with('.')), "{code}: {name}: no sentence");
            assert!(!ja.contains("  ") && !en.contains("  "), "{code}: {name}: two spaces");
        }
    }
}

#[test]
fn names_in_texts_are_evidence_and_the_same_in_both_languages() {
    for rule in RULES {
        for (name, text) in texts(rule) {
            let [mut ja, mut en] = LANGS.map(|lang| text.names(lang));
            for used in ja.iter().chain(&en) {
                assert!(rule.evidence.contains(used), "{}: {name} names {{{used}}}", rule.code);
            }
            for names in [&mut ja, &mut en] {
                names.sort();
                names.dedup();
            }
            assert_eq!(ja, en, "{}: {name}", rule.code);
        }
    }
}

#[test]
fn rules_know_no_particular_ca() {
    for rule in RULES {
        // Only the source of what is known of typing mistakes is an operator's.
        for (name, text) in texts(rule).into_iter().filter(|(name, _)| *name != "source") {
            for lang in LANGS {
                let text = text.get(lang);
                for word in ["e-seikyuu", "電子請求", "国保", "2019"] {
                    assert!(!text.contains(word), "{}: {name} says {word}", rule.code);
                }
            }
        }
    }
}

#[test]
fn every_reason_has_its_words() {
    let words: Vec<CodedWord> = REASONS.iter().chain([&VerdictReason::Verifier(77)]).map(reason_word).collect();
    for (i, word) in words.iter().enumerate() {
        let twice = |other: &CodedWord| other.code == word.code || other.text == word.text;
        assert!(!words[..i].iter().any(twice), "{} stands twice", word.code);
        assert!(!word.show(Lang::Ja).is_empty() && !word.show(Lang::En).contains('{'), "{}", word.code);
    }
}

#[test]
fn a_page_has_everything() {
    for rule in RULES {
        for lang in LANGS {
            let page = page(rule, lang);
            assert!(page.starts_with(&format!("# {}: ", rule.code)));
            for (name, text) in texts(rule) {
                assert!(page.contains(text.get(lang)), "{}: {name}", rule.code);
            }
            for name in rule.evidence {
                assert!(page.contains(&format!("`{name}`")), "{}: {name}", rule.code);
            }
        }
    }
}

#[test]
fn the_documents_are_in_step_with_the_rules() {
    for lang in LANGS {
        snapshot::committed(&format!("docs/{}/rules.md", lang.code()), &document(lang));
    }
}

#[test]
fn every_frequent_question_has_its_answer() {
    let faq = Faq::built_in().unwrap();
    let ids: Vec<&str> = faq.answers.iter().map(|answer| answer.id.as_str()).collect();
    assert_eq!(ids, (1..=16).map(|n| format!("Q{n}")).collect::<Vec<_>>());
    for answer in &faq.answers {
        for lang in LANGS {
            let (title, text) = (answer.title.get(lang), answer.answer.get(lang));
            assert!(!title.is_empty() && text.ends_with(['。', '.', ')']), "{}: {text}", answer.id);
            assert!(!text.contains('\n'), "{}", answer.id);
        }
        for code in &answer.rules {
            assert!(rule(code).is_some(), "{}: no rule {code}", answer.id);
        }
    }
}

#[test]
fn questions_are_found_by_number_and_by_error_code() {
    let faq = Faq::built_in().unwrap();
    for (word, id) in [("Q5", "Q5"), ("q16", "Q16"), ("S1MNM4C75E", "Q3"), ("s1mnm0139e", "Q4")] {
        assert_eq!(faq.find(word).unwrap().id, id);
    }
    assert!(faq.find("Q17").is_none());
}

#[test]
fn the_page_of_an_answer_has_its_names_its_rules_and_its_source() {
    let faq = Faq::built_in().unwrap();
    let page = faq.page(faq.find("S1MNM4C75E").unwrap(), Lang::Ja);
    assert!(page.starts_with("# Q3, S1MNM4C75E: "), "{page}");
    assert!(!page.contains("規則:"), "{page}");
    let page = faq.page(faq.find("Q5").unwrap(), Lang::En);
    assert!(page.contains("issued-in-gap") && page.trim_end().ends_with(" Q5"), "{page}");
}

#[test]
fn the_fingerprints_in_the_answers_are_those_of_the_policy() {
    let faq = Faq::built_in().unwrap();
    let policy = Policy::read(BUILT_IN, "e-seikyuu.yaml", &codes()).unwrap();
    for pin in &policy.authorities[0].pins {
        for lang in LANGS {
            let answer = faq.find("Q5").unwrap().answer.get(lang);
            assert!(answer.contains(&shomei::certificate::spaced_hex(&pin.sha1)), "{}", pin.id);
            assert!(answer.contains(&pin.serial.to_string()), "{}", pin.id);
        }
    }
}

#[test]
fn a_broken_answer_is_an_error_and_says_where() {
    let error = Faq::parse("source: {ja: 出典, en: source}\nanswers:\n  - id: Q1\n").unwrap_err();
    assert!(error.contains("line 3") || error.contains("3:"), "{error}");
}
