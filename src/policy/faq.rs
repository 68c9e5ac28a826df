//! Answers to the questions that the people of a CA ask most, as data.

use serde::Deserialize;

use super::Localized;
use crate::locale::{Lang, Text};

const BUILT_IN: &str = include_str!("../../policies/e-seikyuu-faq.yaml");

const RULES: Text = Text { ja: "関係する規則", en: "Rules that have to do with it" };
const SOURCE: Text = Text { ja: "出典", en: "Source" };

/// Short answers to an operator's frequent questions and error codes.
#[derive(Clone, Debug)]
pub struct Faq {
    /// Whose questions they are, and where the content is from.
    pub source: Localized,
    /// The answers, in the operator's order.
    pub answers: Vec<Answer>,
}

/// One question and its answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The question's number, `Q5`.
    pub id: String,
    /// Error codes that it is about.
    pub aliases: Vec<String>,
    /// The question.
    pub title: Localized,
    /// The answer: one paragraph. Japanese knows no spaces, so its lines are joined without.
    pub answer: Localized,
    /// Codes of rules that have to do with it.
    pub rules: Vec<String>,
}

impl Faq {
    /// Reads answers in YAML; the error says line and column.
    pub fn parse(yaml: &str) -> Result<Faq, String> {
        let document: Document = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        Ok(document.into())
    }

    /// The answers about the e-seikyuu system that are built in.
    pub fn built_in() -> Result<Faq, String> {
        Faq::parse(BUILT_IN)
    }

    /// The answer with this number or error code, in either case of letters.
    pub fn find(&self, word: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.names().any(|name| name.eq_ignore_ascii_case(word)))
    }

    /// The page of one answer, in plain text that is Markdown too.
    pub fn page(&self, answer: &Answer, lang: Lang) -> String {
        let names: Vec<&str> = answer.names().collect();
        let (title, text) = (answer.title.get(lang), answer.answer.get(lang));
        let mut page = format!("# {}: {title}\n\n{text}\n", names.join(", "));
        if !answer.rules.is_empty() {
            page += &format!("\n{}: {}\n", RULES.get(lang), answer.rules.join(", "));
        }
        page + &format!("\n{}: {} {}\n", SOURCE.get(lang), self.source.get(lang), answer.id)
    }
}

impl Answer {
    /// All words that find it: its number, then its error codes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id).chain(&self.aliases).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    source: Both,
    answers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    title: Both,
    answer: Both,
    rules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    ja: String,
    en: String,
}

impl From<Document> for Faq {
    fn from(document: Document) -> Faq {
        Faq { source: document.source.into(), answers: document.answers.into_iter().map(Answer::from).collect() }
    }
}

impl From<Entry> for Answer {
    fn from(entry: Entry) -> Answer {
        let Entry { id, aliases, title, answer, rules } = entry;
        let answer = Localized { ja: answer.ja.lines().collect(), en: answer.en };
        Answer { id, aliases, title: title.into(), answer, rules }
    }
}

impl From<Both> for Localized {
    fn from(both: Both) -> Localized {
        Localized { ja: both.ja, en: both.en }
    }
}
