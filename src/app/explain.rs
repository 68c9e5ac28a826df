//! Explanations: the pages of rules, error codes, frequent questions and desks.

use super::{AppError, Context, Settings, holidays};
use crate::audit::rules::{self, Rule};
use crate::calendar::Instant;
use crate::locale::{Lang, Text, nearest};
use crate::policy::{Desk, Faq, FaqAnswer, Holidays, Policy};
use crate::register::plain;
use crate::report::{desk_line, desk_numbers, desk_opening, pad, severity_word};

/// Everything that can be explained, at one moment.
struct Explanations {
    faq: Faq,
    policy: Policy,
    holidays: Holidays,
    at: Instant,
    lang: Lang,
}

/// One thing that can be explained.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Rule(&'static Rule),
    Answer(&'a FaqAnswer),
    Desk(&'a Desk),
}

/// The page about a word: the code or title of a rule, an error code, the number of a question, a
/// desk, or what one of these is about. Where the word is about several things, their list.
pub fn explain(context: &Context, settings: &Settings, word: &str) -> Result<String, AppError> {
    let all = Explanations::new(context, settings)?;
    let sought = key(word);
    let named = all.find(|name| key(name) == sought);
    if !named.is_empty() {
        let pages: Vec<String> = named.iter().map(|subject| all.page(*subject)).collect();
        return Ok(pages.join("\n"));
    }
    // A single letter or digit is in nearly every text.
    let about = if sought.chars().count() > 1 { all.find(|name| key(name).contains(&sought)) } else { Vec::new() };
    match about[..] {
        [] => Err(AppError::Message(all.nothing(word))),
        [subject] => Ok(all.page(subject)),
        _ => {
            let text = Text {
                ja: "「{word}」に関係する説明です。shomei explain に左端の語を渡すと表示します。\n\n",
                en: "Explanations that match \"{word}\"; give the first word of a line to `shomei explain`.\n\n",
            };
            let lines: String = about.iter().map(|subject| all.line(*subject)).collect();
            Ok(text.fill(context.lang, &[("word", &word)]) + &lines)
        }
    }
}

/// The list of everything that can be explained.
pub fn explanations(context: &Context, settings: &Settings) -> Result<String, AppError> {
    let all = Explanations::new(context, settings)?;
    Ok(all.subjects().map(|subject| all.line(subject)).collect())
}

/// What words are compared by: half-width, in lower case, without spaces.
fn key(word: &str) -> String {
    let plain = plain(word).to_lowercase();
    plain.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Explanations {
    fn new(context: &Context, settings: &Settings) -> Result<Explanations, AppError> {
        Ok(Explanations {
            faq: Faq::built_in().map_err(AppError::Message)?,
            policy: settings.read_policy(context)?,
            holidays: holidays::in_force(context)?,
            at: settings.moment(context)?,
            lang: context.lang,
        })
    }

    fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        let rules = rules::RULES.iter().copied().map(Subject::Rule);
        let answers = self.faq.answers.iter().map(Subject::Answer);
        rules.chain(answers).chain(self.policy.desks.iter().map(Subject::Desk))
    }

    fn find(&self, is_sought: impl Fn(&str) -> bool) -> Vec<Subject<'_>> {
        self.subjects().filter(|subject| subject.names().into_iter().any(&is_sought)).collect()
    }

    /// The error for a word that is about nothing.
    fn nothing(&self, word: &str) -> String {
        let codes = self.subjects().flat_map(|subject| subject.names());
        let plain = plain(word);
        let text = match nearest(&plain, codes) {
            Some(near) => {
                let text = Text {
                    ja: "「{word}」の説明はありません。「{near}」のことですか。一覧は shomei explain --list で見られます。",
                    en: "no explanation of \"{word}\"; did you mean \"{near}\"? `shomei explain --list` lists them all.",
                };
                return text.fill(self.lang, &[("word", &word), ("near", &near)]);
            }
            None => Text {
                ja: "「{word}」の説明はありません。一覧は shomei explain --list で見られます。",
                en: "no explanation of \"{word}\". `shomei explain --list` lists them all.",
            },
        };
        text.fill(self.lang, &[("word", &word)])
    }

    /// A line of a list.
    fn line(&self, subject: Subject) -> String {
        let lang = self.lang;
        let (name, kind, title) = match subject {
            Subject::Rule(rule) => {
                (rule.code.to_string(), severity_word(Some(rule.severity), lang), rule.title.get(lang))
            }
            Subject::Answer(answer) => (answer.names().collect::<Vec<_>>().join(" "), "FAQ", answer.title.get(lang)),
            Subject::Desk(desk) => (desk.id.clone(), Text { ja: "窓口", en: "desk" }.get(lang), desk.name.get(lang)),
        };
        format!("{}  {}  {title}\n", pad(&name, 28), pad(kind, 7))
    }

    fn page(&self, subject: Subject) -> String {
        match subject {
            Subject::Rule(rule) => rules::page(rule, &self.policy.desks, self.lang),
            Subject::Answer(answer) => self.answer_page(answer),
            Subject::Desk(desk) => self.desk_page(desk),
        }
    }

    fn answer_page(&self, answer: &FaqAnswer) -> String {
        let lang = self.lang;
        let names: Vec<&str> = answer.names().collect();
        let mut page = format!("# {}: {}\n\n{}\n", names.join(", "), answer.title.get(lang), answer.answer.get(lang));
        for other in &answer.differs {
            let text = Text {
                ja: "\n{service}の場合: {answer}(出典: {source})\n",
                en: "\nFor {service}: {answer} (Source: {source})\n",
            };
            let values: [(&str, &dyn std::fmt::Display); 3] = [
                ("service", &other.service.get(lang)),
                ("answer", &other.answer.get(lang)),
                ("source", &other.source.get(lang)),
            ];
            page += &text.fill(lang, &values);
        }
        if let Some(ours) = &answer.ours {
            let text = Text {
                ja: "\nshomei の補足(FAQ にはありません): {ours}\n",
                en: "\nAdded by shomei (not in the FAQ): {ours}\n",
            };
            page += &text.fill(lang, &[("ours", &ours.get(lang))]);
        }
        let desks: Vec<&Desk> =
            answer.desks.iter().filter_map(|id| self.policy.desks.iter().find(|desk| desk.id == *id)).collect();
        if !desks.is_empty() {
            page += Text { ja: "\n問い合わせ先:\n", en: "\nWho to ask:\n" }.get(lang);
            for desk in desks {
                page += &format!("- {}\n", desk_line(desk, self.at, &self.policy.desk_calendar(&self.holidays), lang));
            }
        }
        if !answer.rules.is_empty() {
            let text = Text { ja: "\n関係する規則: {rules}\n", en: "\nRelated rules: {rules}\n" };
            page += &text.fill(lang, &[("rules", &answer.rules.join(", "))]);
        }
        let text = Text {
            ja: "\n出典: {source} {id}({day} 確認)\n",
            en: "\nSource: {source}, {id} (retrieved on {day})\n",
        };
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("source", &self.faq.source.get(lang)), ("id", &answer.id), ("day", &self.faq.retrieved)];
        page + &text.fill(lang, &values)
    }

    fn desk_page(&self, desk: &Desk) -> String {
        let lang = self.lang;
        let mut page = format!("# {}: {}\n", desk.id, desk.name.get(lang));
        if let Some(opening) = desk_opening(desk, self.at, &self.policy.desk_calendar(&self.holidays), lang) {
            page += &format!("\n{opening}\n");
        }
        let numbers = desk_numbers(desk, lang);
        if !numbers.is_empty() {
            page.push('\n');
        }
        for (head, value) in numbers {
            page += &format!("- {head}: {value}\n");
        }
        if !desk.tasks.is_empty() {
            page.push('\n');
        }
        for task in &desk.tasks {
            page += &format!("- {}: {}\n", task.task.name().get(lang), task.how.get(lang));
        }
        if let Some(note) = &desk.note {
            page += &format!("\n{}\n", note.get(lang));
        }
        let text = Text { ja: "\n出典: {source}({day} 確認)\n", en: "\nSource: {source} (retrieved on {day})\n" };
        page + &text.fill(lang, &[("source", &desk.source.get(lang)), ("day", &desk.retrieved)])
    }
}

impl<'a> Subject<'a> {
    /// The words that find it.
    fn names(self) -> Vec<&'a str> {
        match self {
            Subject::Rule(rule) => vec![rule.code, rule.title.ja, rule.title.en],
            Subject::Answer(answer) => {
                let titles = [answer.title.ja.as_str(), answer.title.en.as_str()];
                answer.names().chain(answer.words.iter().map(String::as_str)).chain(titles).collect()
            }
            Subject::Desk(desk) => desk.names().collect(),
        }
    }
}
