//! The text of a message in blocks, as plain text and as HTML for mail programs.

use askama::Template;

use crate::locale::Lang;
use crate::report::TextBlock;
use crate::report::escape::{filters, terminal};

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyBlock {
    /// Text.
    Text(TextBlock),
    /// The signature at the end.
    Signature(Vec<String>),
}

impl From<TextBlock> for BodyBlock {
    fn from(block: TextBlock) -> BodyBlock {
        BodyBlock::Text(block)
    }
}

/// A message without its envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageBody {
    /// The subject.
    pub subject: String,
    /// The text.
    pub blocks: Vec<BodyBlock>,
}

/// A message as HTML. Mail programs know neither scripts nor style sheets, so that each element has
/// its style.
#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    lang: Lang,
    body: &'a MessageBody,
}

impl MessageBody {
    /// Adds a part.
    pub fn push(&mut self, block: impl Into<BodyBlock>) {
        self.blocks.push(block.into());
    }

    /// As plain text, lines ending with a newline.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for (at, block) in self.blocks.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            match block {
                BodyBlock::Text(TextBlock::Heading(text)) => line(&mut out, "■ ", text),
                BodyBlock::Text(TextBlock::Lines(lines) | TextBlock::Right(lines)) => {
                    lines.iter().for_each(|text| line(&mut out, "", text))
                }
                BodyBlock::Text(TextBlock::Facts(facts)) => {
                    facts.iter().for_each(|(head, value)| line(&mut out, "  ", &format!("{head}: {value}")));
                }
                BodyBlock::Text(TextBlock::Items(items)) => {
                    for text in items {
                        let marks = std::iter::once("・").chain(std::iter::repeat("  "));
                        marks.zip(text.split('\n')).for_each(|(mark, text)| line(&mut out, mark, text));
                    }
                }
                BodyBlock::Text(TextBlock::Steps(steps)) => {
                    (1..).zip(steps).for_each(|(n, text)| line(&mut out, &format!("{n}. "), text));
                }
                BodyBlock::Signature(lines) => {
                    // What mail programs take for the beginning of a signature.
                    out.push_str("-- \n");
                    lines.iter().for_each(|text| line(&mut out, "", text));
                }
            }
        }
        out
    }

    /// As a page of HTML.
    pub fn html(&self, lang: Lang) -> String {
        MailPage { lang, body: self }.to_string()
    }
}

fn line(out: &mut String, mark: &str, text: &str) {
    out.push_str(mark);
    out.push_str(&terminal(text));
    out.push('\n');
}
