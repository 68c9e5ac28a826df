//! Marks before they are recorded.

use crate::audit::rules::{self, RuleCheck};
use crate::calendar::{Day, Instant};
use crate::locale::{Lang, Text, nearest};
use crate::register::{GridCell, Mark, MarkState, MarkTarget, day_of};

/// What was done, as people type it.
#[derive(Clone, Debug, Default)]
pub struct MarkWords {
    /// The state: a code, or a word for it.
    pub state: String,
    /// The rule whose finding is acknowledged.
    pub rule: Option<String>,
    pub place: Option<String>,
    /// The day on which it was done; none: today.
    pub on: Option<String>,
    /// The last day on which it holds.
    pub until: Option<String>,
    /// Why, or a note.
    pub reason: Option<String>,
    pub by: Option<String>,
}

/// What was done, whatever it was done to.
#[derive(Clone, Debug)]
pub struct MarkDetails {
    /// What.
    pub state: MarkState,
    /// The rule whose finding is acknowledged.
    pub rule: Option<String>,
    pub place: Option<String>,
    /// The day on which it was done.
    pub on: Option<Day>,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// Why, or a note.
    pub reason: Option<String>,
    pub by: Option<String>,
}

/// A mark to be recorded, with the name of what it is put on.
#[derive(Clone, Debug)]
pub struct MarkDraft {
    pub details: MarkDetails,
    /// What it is put on.
    pub target: MarkTarget,
    /// What that is called.
    pub name: String,
}

impl MarkDetails {
    /// From words as people write them.
    pub(super) fn of_words(
        words: MarkWords,
        (today, latest): (Option<Day>, Option<Day>),
        lang: Lang,
    ) -> Result<MarkDetails, String> {
        let day = |text: Option<String>| text.map(|text| day(&GridCell::Text(text), lang)).transpose();
        let details = MarkDetails {
            state: state_of(&words.state, lang)?,
            rule: words.rule,
            place: words.place,
            on: day(words.on)?.or(today),
            until: day(words.until)?,
            reason: words.reason,
            by: words.by,
        };
        details.checked(latest, lang)
    }

    /// The same, if it has all that its state needs and does not contradict itself.
    /// Nothing was done after the `latest` day.
    pub(super) fn checked(self, latest: Option<Day>, lang: Lang) -> Result<MarkDetails, String> {
        if let Some(on) = self.on.filter(|on| latest.is_some_and(|latest| *on > latest)) {
            let text = Text {
                ja: "した日 {on} はまだ来ていません。年を確かめてください。",
                en: "the day {on} has not come yet; see whether the year is right.",
            };
            return Err(text.fill(lang, &[("on", &on)]));
        }
        if let (Some(on), Some(until)) = (self.on, self.until)
            && until < on
        {
            let text = Text {
                ja: "最後の日 {until} が、した日 {on} より前です。",
                en: "the last day {until} comes before the day {on}.",
            };
            return Err(text.fill(lang, &[("until", &until), ("on", &on)]));
        }
        match (self.state, &self.rule) {
            (MarkState::Acknowledged, rule) => acknowledgeable(rule.as_deref(), self.until, lang)?,
            (_, Some(rule)) => {
                let text = Text {
                    ja: "規則({rule})を指定できるのは確認済(acknowledged)だけです。",
                    en: "a rule ({rule}) is given with acknowledged only.",
                };
                return Err(text.fill(lang, &[("rule", rule)]));
            }
            _ => {}
        }
        Ok(self)
    }
}

impl MarkDraft {
    /// The mark; entry and instant are put to it when it is recorded.
    pub(super) fn mark(&self) -> Mark {
        let details = self.details.clone();
        Mark {
            id: [0; 16],
            recorded: Instant::UNIX_EPOCH,
            target: self.target.clone(),
            state: details.state,
            rule: details.rule,
            place: details.place,
            on: details.on,
            until: details.until,
            reason: details.reason,
            by: details.by,
        }
    }

    /// What it is put on, and its details, on one line.
    pub fn about(&self, lang: Lang) -> String {
        let mut parts = vec![self.name.clone()];
        if let (MarkState::PasswordChanged | MarkState::Contacted, MarkTarget::Holder(key)) =
            (self.details.state, &self.target)
            && !self.name.starts_with(&key.id)
        {
            parts.push(format!("→ {}", key.id));
        }
        parts.extend(self.details.rule.clone());
        parts.extend(self.details.place.clone());
        parts.extend(self.details.on.map(|day| day.to_string()));
        let until = Text { ja: "{day} まで", en: "until {day}" };
        parts.extend(self.details.until.map(|day| until.fill(lang, &[("day", &day)])));
        parts.join("  ")
    }
}

/// The state that a word means.
pub fn state_of(word: &str, lang: Lang) -> Result<MarkState, String> {
    MarkState::of_word(word).map_err(|known| {
        let text = Text {
            ja: "「{word}」という状態はありません。{known}。",
            en: "there is no state \"{word}\"; {known}",
        };
        text.fill(lang, &[("word", &word), ("known", &known.get(lang))])
    })
}

/// A day as people write it.
pub(super) fn day(cell: &GridCell, lang: Lang) -> Result<Day, String> {
    day_of(cell).map_err(|kind| {
        let text = Text { ja: "「{text}」{what}", en: "\"{text}\" {what}" };
        text.fill(lang, &[("text", &cell.text()), ("what", &kind.text(lang))])
    })
}

/// Whether a finding of this rule can be acknowledged until then.
fn acknowledgeable(rule: Option<&str>, until: Option<Day>, lang: Lang) -> Result<(), String> {
    let Some(code) = rule else {
        let text = Text {
            ja: "確認済(acknowledged)には、どの規則の指摘かが要ります(--rule)。",
            en: "acknowledged needs the rule whose finding is meant (--rule).",
        };
        return Err(text.get(lang).to_string());
    };
    let Some(known) = rules::rule(code) else {
        let text = Text {
            ja: "{code} という規則はありません。{near}一覧は shomei explain --list で見られます。",
            en: "there is no rule {code}. {near}shomei explain --list shows them all.",
        };
        let question = Text { ja: "{near} のことですか。", en: "Did you mean {near}? " };
        let near = nearest(code, rules::codes()).map(|near| question.fill(lang, &[("near", &near)]));
        return Err(text.fill(lang, &[("code", &code), ("near", &near.unwrap_or_default())]));
    };
    if !matches!(known.judge, RuleCheck::Certificate(_) | RuleCheck::Holder(_)) {
        let text = Text {
            ja: "{code} はファイルについての指摘なので、証明書や事業所の記録では確認済にできません。ポリシーの suppressions に書いてください。",
            en: "{code} is about files and cannot be acknowledged of a certificate or holder; use suppressions in the policy.",
        };
        return Err(text.fill(lang, &[("code", &code)]));
    }
    if until.is_none() {
        let text = Text {
            ja: "確認済(acknowledged)には、いつまでかが要ります(--until)。期限のない確認は忘れられてしまうためです。",
            en: "acknowledged needs a last day (--until): without one it would be forgotten for good.",
        };
        return Err(text.get(lang).to_string());
    }
    Ok(())
}
