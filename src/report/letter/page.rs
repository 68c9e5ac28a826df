//! Letters as pages for paper.

use std::io::{self, Write};

use askama::Template;

use super::template::{Templates, TextBlock, TextValues};
use super::{Letter, LetterDue};
use crate::calendar::Day;
use crate::locale::Text;
use crate::policy::{Desk, DeskTaskKind};
use crate::report::escape::{cut, filters};
use crate::report::form::html::Frame;
use crate::report::{Report, long_day};

const STYLE: &str = include_str!("../../../templates/letters.css");

/// Certificates that a letter names on its one page.
const ON_ONE_PAGE: usize = 8;

/// What the built-in texts have where something is to be written by hand; on paper it is a line.
const BLANK: &str = "________________________________";

/// Placeholders that are more than a value.
const PARTS: [&str; 3] = ["certificates", "sender", "contact"];

/// All letters. The template makes each when it comes to it, so that no two are held at once.
#[derive(Template)]
#[template(path = "letters.html")]
struct LettersPage<'a> {
    frame: Frame,
    report: &'a Report,
    templates: &'a Templates,
}

/// A sheet of paper.
struct LetterSheet {
    /// The name of its text.
    text: &'static str,
    /// ID and name of the holder.
    holder: String,
    blocks: Vec<LetterBlock>,
}

/// A part of a letter.
enum LetterBlock {
    Text(TextBlock),
    Certificates(Vec<[String; 5]>),
}

impl From<TextBlock> for LetterBlock {
    fn from(block: TextBlock) -> LetterBlock {
        LetterBlock::Text(block)
    }
}

impl Report {
    /// Writes a letter for each holder of whom something is due, with a cover sheet for those that
    /// are reached by fax.
    pub fn write_letters(&self, templates: &Templates, out: &mut dyn Write) -> io::Result<()> {
        let title = Text { ja: "更新のご案内 {day}", en: "Letters about certificates, {day}" };
        let title = title.fill(self.lang, &[("day", &self.today)]);
        LettersPage { frame: Frame::new(self.lang, title, STYLE, None), report: self, templates }.write_into(out)
    }
}

impl LettersPage<'_> {
    fn counted(&self) -> String {
        let text = Text {
            ja: "手紙 {n} 通(うち FAX送付状つき {fax} 通)。A4 で印刷してください。この見出しは印刷されません。",
            en: "Letters: {n}, of which {fax} have a fax cover sheet. Print them on A4; this heading is not printed.",
        };
        let letters = &self.report.letters;
        let fax = letters.iter().filter(|letter| letter.goes_by_fax()).count();
        let counted = text.fill(self.report.lang, &[("n", &letters.len()), ("fax", &fax)]);
        // To the office, above the sheets: who has renewed may be among what was not read.
        self.report.unfinished().into_iter().chain([counted]).collect::<Vec<_>>().join("\n")
    }

    /// The sheets of a letter.
    fn sheets(&self, letter: &Letter) -> impl Iterator<Item = LetterSheet> {
        let cover = letter.goes_by_fax().then_some("fax");
        let text = letter.first().map_or("apply", |due| due.kind.text());
        cover.into_iter().chain([text]).map(move |text| {
            let values = LetterValues { report: self.report, templates: self.templates, letter, inside: &[text] };
            let blocks = values.blocks(self.templates.lines(text));
            LetterSheet { text, holder: format!("{} {}", letter.to.id, letter.name), blocks }
        })
    }
}

/// What the placeholders mean in one letter.
struct LetterValues<'a> {
    report: &'a Report,
    templates: &'a Templates,
    letter: &'a Letter,
    /// The texts that this one is part of: within them their placeholders have no value, since a
    /// text that is part of itself would never end.
    inside: &'a [&'a str],
}

impl TextValues for LetterValues<'_> {
    type Block = LetterBlock;

    fn value(&self, name: &str) -> String {
        cut(&self.whole_value(name)).into_owned()
    }

    fn is_part(&self, name: &str) -> bool {
        PARTS.contains(&name) && !self.inside.contains(&name)
    }

    fn part(&self, name: &str) -> Vec<LetterBlock> {
        match name {
            "certificates" => {
                vec![LetterBlock::Certificates(self.letter.due.iter().map(|due| self.row(due)).collect())]
            }
            text => {
                let inside = [self.inside, &[text]].concat();
                LetterValues { inside: &inside, ..*self }.blocks(self.templates.lines(text))
            }
        }
    }
}

impl LetterValues<'_> {
    /// How to apply: as the policy's desks have it; agents do so in a system of their own.
    fn application(&self) -> String {
        let (lang, system) = (self.report.lang, &self.letter.system);
        let own = Text {
            ja: "{system}にログインし、証明書の発行(更新)を申請してください。証明書発行用パスワードを使います。",
            en: "Log in to {system} and apply for issue (renewal). You need the password for issuing certificates.",
        };
        match self.report.desks.placeholder("apply", lang).filter(|_| !self.letter.is_agent) {
            Some(apply) => apply,
            None if system.is_empty() => String::new(),
            None => own.fill(lang, &[("system", system)]),
        }
    }

    fn day(&self, day: Day) -> String {
        long_day(day, self.report.lang)
    }

    fn whole_value(&self, name: &str) -> String {
        let (report, letter) = (self.report, self.letter);
        let first = letter.first();
        let some = |value: &Option<String>| value.clone().unwrap_or_default();
        let day = |of: fn(&LetterDue) -> Option<Day>| first.and_then(of).map(|day| self.day(day)).unwrap_or_default();
        match name {
            "today" => self.day(report.today),
            "name" => letter.name.clone(),
            "honorific" if letter.contact.person.is_none() => report.text(Text { ja: "御中", en: "" }).into(),
            "person" => some(&letter.contact.person),
            "postcode" => some(&letter.contact.postcode),
            "address" => some(&letter.contact.address),
            "tel" => some(&letter.contact.tel),
            "fax" => some(&letter.contact.fax),
            "mail" => some(&letter.contact.mail),
            "id" => letter.to.id.clone(),
            "provider_numbers" => letter.provider_numbers.join(report.text(Text { ja: "、", en: ", " })),
            "ends_on" => day(|due| due.ends),
            "recommended_day" => day(|due| due.recommended),
            "last_safe_day" => day(|due| due.last_application),
            "in_hand_on" => day(|due| due.expected_issue),
            "category" => first.map(|due| due.category.clone()).unwrap_or_default(),
            "serial" => first.map(|due| due.serial.clone()).unwrap_or_default(),
            "message" => first.map(|due| due.message.clone()).unwrap_or_default(),
            "lapse" => letter.lapse.clone(),
            "apply" => self.application(),
            "help_desk" => self.help_desks(),
            "system" => letter.system.clone(),
            "you" => super::address(letter.is_agent).get(report.lang).into(),
            "providers" if letter.providers > 0 => letter.providers.to_string(),
            "pages" if letter.due.len() <= ON_ONE_PAGE => "2".into(),
            _ => String::new(),
        }
    }

    /// The desks that answer questions about the system, with their telephone numbers.
    fn help_desks(&self) -> String {
        let lang = self.report.lang;
        let line = |desk: &Desk| {
            let text = Text { ja: "{name}(電話 {telephone})", en: "{name}, telephone {telephone}" };
            let telephone = desk.telephone.as_ref()?;
            desk.how(DeskTaskKind::Support, false)?;
            Some(text.fill(lang, &[("name", &desk.name.get(lang)), ("telephone", telephone)]))
        };
        let lines: Vec<String> = self.report.desks.iter().filter_map(line).collect();
        lines.join(Text { ja: "、", en: "; " }.get(lang))
    }

    /// What the table of certificates says of one: usage category, serial number, expiry, what to
    /// do, last application date.
    fn row(&self, due: &LetterDue) -> [String; 5] {
        let day = |day: Option<Day>| day.map_or_else(|| "-".into(), |day| self.day(day));
        let or = |text: &str| if text.is_empty() { "-".to_string() } else { text.to_string() };
        let to_do = match due.recommended {
            Some(on) => {
                let text = Text { ja: "{day} に申請", en: "apply on {day}" };
                text.fill(self.report.lang, &[("day", &self.day(on))])
            }
            None => due.outcome.clone(),
        };
        [or(&due.category), or(&due.serial), day(due.ends), to_do, day(due.last_application)]
    }
}

/// The heads of the table of certificates.
const CERTIFICATE_HEADS: [Text; 5] = [
    Text { ja: "利用区分", en: "category" },
    Text { ja: "シリアル番号", en: "serial number" },
    Text { ja: "有効期限", en: "expires on" },
    Text { ja: "すること", en: "what to do" },
    Text { ja: "最終申請日", en: "last application date" },
];
