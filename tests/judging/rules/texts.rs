//! What people read of the rules, and of the frequent questions.

use shomei::audit::rules::{CodedWord, REASONS, RULES, Rule, codes, document, page, reason_word, rule};
use shomei::locale::{Lang, Text};
use shomei::policy::{BUILT_IN, DESK_PLACEHOLDERS, Desks, Faq, Policy};
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
            // The sentence of a desk may be the last.
            let is_desk = name == "remedy" && ja.ends_with('}') && en.ends_with('}');
            let is_sentence = ja.ends_with('。') && en.ends_with('.');
            assert!(name == "title" || is_desk || is_sentence, "{code}: {name}: no sentence");
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
                let is_desk = name == "remedy" && DESK_PLACEHOLDERS.contains(used);
                assert!(is_desk || rule.evidence.contains(used), "{}: {name} names {{{used}}}", rule.code);
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
            let page = page(rule, &Desks::default(), lang);
            assert!(page.starts_with(&format!("# {}: ", rule.code)));
            for (name, text) in texts(rule).into_iter().filter(|(name, _)| *name != "remedy") {
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

fn built_in() -> Policy {
    Policy::read(BUILT_IN, "e-seikyuu.yaml", &codes()).unwrap()
}

#[test]
fn a_remedy_names_who_to_turn_to_by_the_policy_and_the_issuer_where_it_names_nobody() {
    for desks in [built_in().desks, Desks::default()] {
        for rule in RULES {
            for lang in LANGS {
                let page = page(rule, &desks, lang);
                for name in DESK_PLACEHOLDERS {
                    assert!(!page.contains(&format!("{{{name}}}")), "{}: {page}", rule.code);
                }
            }
        }
    }
    let expired = |desks: &Desks, lang| page(rule("expired").unwrap(), desks, lang);
    assert!(
        expired(&built_in().desks, Lang::Ja).contains("「証明書」の「発行申請」から、証明書発行用パスワードを使って")
    );
    assert!(expired(&built_in().desks, Lang::En).contains("証明書 → 発行申請"));
    assert!(expired(&Desks::default(), Lang::Ja).contains("発行元に証明書の発行(更新)を申請してください。"));
}

#[test]
fn no_remedy_leaves_people_with_an_anonymous_operator() {
    for rule in RULES {
        assert!(!rule.remedy.ja.contains("運営者") && !rule.remedy.en.contains("operator"), "{}", rule.code);
    }
}

#[test]
fn what_the_answers_name_is_there() {
    let (faq, policy) = (Faq::built_in().unwrap(), built_in());
    for answer in &faq.answers {
        for id in &answer.desks {
            assert!(policy.desks.iter().any(|desk| desk.id == *id), "{}: no desk {id}", answer.id);
        }
        for text in answer.ours.iter().chain(answer.differs.iter().map(|one| &one.answer)) {
            assert!(LANGS.iter().all(|lang| text.get(*lang).ends_with(['。', '.'])), "{}: {text:?}", answer.id);
        }
        let (ja, en) = (answer.answer.ja.as_str(), answer.answer.en.as_str());
        assert!(!ja.contains("shomei") && !en.contains("shomei"), "{}: shomei is not the FAQ's", answer.id);
    }
    for word in ["Q1", "Q5", "Q8", "Q9", "Q11", "Q12", "Q15"] {
        assert!(faq.answers.iter().any(|answer| answer.id == word && answer.ours.is_some()), "{word}");
    }
    for word in ["Q8", "Q9"] {
        assert!(faq.answers.iter().any(|answer| answer.id == word && !answer.differs.is_empty()), "{word}");
    }
}

#[test]
fn the_fees_in_the_answers_are_those_of_the_policy() {
    let (faq, policy) = (Faq::built_in().unwrap(), built_in());
    let answer = faq.answers.iter().find(|answer| answer.id == "Q14").unwrap();
    for fee in policy.fees.iter().filter(|fee| fee.applied.until.is_none()) {
        let yen = format!("{},{:03}", fee.yen / 1000, fee.yen % 1000);
        assert!(LANGS.iter().all(|lang| answer.ours.as_ref().unwrap().get(*lang).contains(&yen)), "{yen}");
    }
}

#[test]
fn the_fingerprints_in_the_answers_are_those_of_the_policy() {
    let (faq, policy) = (Faq::built_in().unwrap(), built_in());
    let q5 = faq.answers.iter().find(|answer| answer.id == "Q5").unwrap();
    for pin in &policy.authorities[0].pins {
        for lang in LANGS {
            let answer = q5.answer.get(lang);
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
