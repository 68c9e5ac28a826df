//! Answers to the questions that users of a CA ask most, as data.

use serde::Deserialize;

use super::LocalizedText;
use crate::locale::{Lang, Text};

const BUILT_IN: &str = include_str!("../../policies/e-seikyuu-faq.yaml");

const RULES: Text = Text { ja: "関係する規則", en: "Rules that have to do with it" };
const SOURCE: Text = Text { ja: "出典", en: "Source" };

/// Short answers to an operator's frequent questions and error codes.
#[derive(Clone, Debug)]
pub struct Faq {
    /// Who publishes the questions, and the source of the content.
    pub source: LocalizedText,
    /// The answers, in the operator's order.
    pub answers: Vec<FaqAnswer>,
}

/// One question and its answer.
#[derive(Clone, Debug)]
pub struct FaqAnswer {
    /// The question's number, `Q5`.
    pub id: String,
    /// Error codes that it explains.
    pub aliases: Vec<String>,
    /// The question.
    pub title: LocalizedText,
    /// The answer: one paragraph. Its lines are joined with spaces in English and without in
    /// Japanese.
    pub answer: LocalizedText,
    /// Codes of related rules.
    pub rules: Vec<String>,
}

impl Faq {
    /// Reads answers in YAML; the error says line and column.
    pub fn parse(yaml: &str) -> Result<Faq, String> {
        let document: FaqDocument = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        Ok(document.into())
    }

    /// The answers about the e-seikyuu system that are built in.
    pub fn built_in() -> Result<Faq, String> {
        Faq::parse(BUILT_IN)
    }

    /// The answer with this number or error code, in either case of letters.
    pub fn find(&self, word: &str) -> Option<&FaqAnswer> {
        self.answers.iter().find(|answer| answer.names().any(|name| name.eq_ignore_ascii_case(word)))
    }

    /// The page of one answer, in plain text that is Markdown too.
    pub fn page(&self, answer: &FaqAnswer, lang: Lang) -> String {
        let names: Vec<&str> = answer.names().collect();
        let (title, text) = (answer.title.get(lang), answer.answer.get(lang));
        let mut page = format!("# {}: {title}\n\n{text}\n", names.join(", "));
        if !answer.rules.is_empty() {
            page += &format!("\n{}: {}\n", RULES.get(lang), answer.rules.join(", "));
        }
        page + &format!("\n{}: {} {}\n", SOURCE.get(lang), self.source.get(lang), answer.id)
    }
}

impl FaqAnswer {
    /// The words that find it: its number, then its error codes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id).chain(&self.aliases).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqDocument {
    source: FaqText,
    answers: Vec<FaqEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqEntry {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    title: FaqText,
    answer: FaqText,
    rules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaqText {
    ja: String,
    en: String,
}

impl From<FaqDocument> for Faq {
    fn from(document: FaqDocument) -> Faq {
        Faq { source: document.source.into(), answers: document.answers.into_iter().map(FaqAnswer::from).collect() }
    }
}

impl From<FaqEntry> for FaqAnswer {
    fn from(entry: FaqEntry) -> FaqAnswer {
        let FaqEntry { id, aliases, title, answer, rules } = entry;
        let answer = LocalizedText { ja: answer.ja.lines().collect(), en: answer.en };
        FaqAnswer { id, aliases, title: title.into(), answer, rules }
    }
}

impl From<FaqText> for LocalizedText {
    fn from(both: FaqText) -> LocalizedText {
        LocalizedText { ja: both.ja, en: both.en }
    }
}
