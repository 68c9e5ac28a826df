//! Answers to the questions that users of a CA ask most, as data.

use serde::Deserialize;

use super::LocalizedText;
use crate::calendar::{Day, parse_day};

const BUILT_IN: &str = include_str!("../../policies/e-seikyuu-faq.yaml");

/// Short answers to an operator's frequent questions and error codes.
#[derive(Clone, Debug)]
pub struct Faq {
    /// Who publishes the questions, and the source of the content.
    pub source: LocalizedText,
    /// The day on which the source was read.
    pub retrieved: Day,
    /// The answers, in the operator's order.
    pub answers: Vec<FaqAnswer>,
}

/// One question and its answer. Its texts are single paragraphs: their lines are joined with
/// spaces in English and without in Japanese.
#[derive(Clone, Debug)]
pub struct FaqAnswer {
    /// The question's number, `Q5`.
    pub id: String,
    /// Error codes that it explains.
    pub aliases: Vec<String>,
    /// Words for what it is about.
    pub words: Vec<String>,
    /// The question.
    pub title: LocalizedText,
    /// The answer that the source gives.
    pub answer: LocalizedText,
    /// What this project adds: the source does not say it.
    pub ours: Option<LocalizedText>,
    /// What differs for another service.
    pub differs: Vec<FaqDifference>,
    /// Ids of the policy's desks that can be asked.
    pub desks: Vec<String>,
    /// Codes of related rules.
    pub rules: Vec<String>,
}

/// What differs from an answer for another service.
#[derive(Clone, Debug)]
pub struct FaqDifference {
    /// The service.
    pub service: LocalizedText,
    /// What holds there.
    pub answer: LocalizedText,
    /// Where this is from.
    pub source: LocalizedText,
}

impl Faq {
    /// Reads answers in YAML; the error says line and column.
    pub fn parse(yaml: &str) -> Result<Faq, String> {
        let document: FaqDocument = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        let retrieved = parse_day(&document.retrieved).ok_or_else(|| format!("retrieved: {}", document.retrieved))?;
        let answers = document.answers.into_iter().map(FaqAnswer::from).collect();
        Ok(Faq { source: document.source.into(), retrieved, answers })
    }

    /// The answers about the e-seikyuu system that are built in.
    pub fn built_in() -> Result<Faq, String> {
        Faq::parse(BUILT_IN)
    }
}

impl FaqAnswer {
    /// Its number, then its error codes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id).chain(&self.aliases).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqDocument {
    source: FaqText,
    retrieved: String,
    answers: Vec<FaqEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqEntry {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    title: FaqText,
    answer: FaqText,
    ours: Option<FaqText>,
    #[serde(default)]
    differs: Vec<FaqDifferenceEntry>,
    #[serde(default)]
    desks: Vec<String>,
    rules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqDifferenceEntry {
    r#for: FaqText,
    answer: FaqText,
    source: FaqText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqText {
    ja: String,
    en: String,
}

impl From<FaqEntry> for FaqAnswer {
    fn from(entry: FaqEntry) -> FaqAnswer {
        let FaqEntry { id, aliases, words, title, answer, ours, differs, desks, rules } = entry;
        let differs = differs.into_iter().map(|one| FaqDifference {
            service: one.r#for.into(),
            answer: one.answer.into(),
            source: one.source.into(),
        });
        FaqAnswer {
            id,
            aliases,
            words,
            title: title.into(),
            answer: answer.into(),
            ours: ours.map(LocalizedText::from),
            differs: differs.collect(),
            desks,
            rules,
        }
    }
}

impl From<FaqText> for LocalizedText {
    fn from(both: FaqText) -> LocalizedText {
        LocalizedText { ja: both.ja.lines().collect(), en: both.en }
    }
}
