//! What a message says: blocks that are written as plain text and as HTML for mail programs.

use crate::locale::Lang;
use crate::report::escape::{Html, Whole, terminal};

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyBlock {
    /// A heading.
    Heading(String),
    /// Lines of running text.
    Lines(Vec<String>),
    /// What something is: head and value.
    Facts(Vec<(String, String)>),
    /// A list; an item may have several lines.
    Items(Vec<String>),
    /// Steps in their order.
    Steps(Vec<String>),
    /// What stands below the message.
    Signature(Vec<String>),
}

/// A message without its envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageBody {
    /// What it is about, in a line.
    pub subject: String,
    /// What it says.
    pub blocks: Vec<BodyBlock>,
}

/// A style that mail programs understand: they know neither scripts nor style sheets.
const STYLE: &str = "font-family:'Yu Gothic UI','Hiragino Sans',Meiryo,sans-serif;font-size:15px;line-height:1.6;color:#1a1a1a;max-width:42em";

impl MessageBody {
    /// Adds a part.
    pub fn push(&mut self, block: BodyBlock) {
        self.blocks.push(block);
    }

    /// As plain text, lines ending with a newline.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for (at, block) in self.blocks.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            match block {
                BodyBlock::Heading(text) => line(&mut out, "■ ", text),
                BodyBlock::Lines(lines) => lines.iter().for_each(|text| line(&mut out, "", text)),
                BodyBlock::Facts(facts) => {
                    facts.iter().for_each(|(head, value)| line(&mut out, "  ", &format!("{head}: {value}")));
                }
                BodyBlock::Items(items) => {
                    for text in items {
                        let marks = std::iter::once("・").chain(std::iter::repeat("  "));
                        marks.zip(text.split('\n')).for_each(|(mark, text)| line(&mut out, mark, text));
                    }
                }
                BodyBlock::Steps(steps) => {
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
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body><div style=\"{STYLE}\">\n",
            lang.code(),
            Html(&self.subject)
        );
        self.blocks.iter().for_each(|block| out += &html_of(block));
        out += "</div></body>\n</html>\n";
        out
    }
}

fn line(out: &mut String, mark: &str, text: &str) {
    out.push_str(mark);
    out.push_str(&terminal(text));
    out.push('\n');
}

fn html_of(block: &BodyBlock) -> String {
    let joined = |lines: &[String]| lines.iter().map(|text| Whole(text).to_string()).collect::<Vec<_>>().join("<br>\n");
    let listed = |tag: &str, items: &[String]| {
        let lines = |text: &String| joined(&text.split('\n').map(String::from).collect::<Vec<_>>());
        let items: Vec<String> = items.iter().map(|text| format!("<li>{}</li>\n", lines(text))).collect();
        format!("<{tag}>\n{}</{tag}>\n", items.concat())
    };
    match block {
        BodyBlock::Heading(text) => format!("<h2 style=\"font-size:17px;margin:1.2em 0 .3em\">{}</h2>\n", Whole(text)),
        BodyBlock::Lines(lines) => format!("<p>{}</p>\n", joined(lines)),
        BodyBlock::Facts(facts) => {
            let row = |(head, value): &(String, String)| {
                format!(
                    "<tr><th scope=\"row\" style=\"text-align:left;font-weight:normal;color:#555;padding:2px 1em 2px 0;vertical-align:top;white-space:nowrap\">{}</th><td style=\"padding:2px 0\">{}</td></tr>\n",
                    Whole(head),
                    Whole(value)
                )
            };
            let rows: Vec<String> = facts.iter().map(row).collect();
            format!("<table style=\"border-collapse:collapse\">\n{}</table>\n", rows.concat())
        }
        BodyBlock::Items(items) => listed("ul", items),
        BodyBlock::Steps(steps) => listed("ol", steps),
        BodyBlock::Signature(lines) => {
            format!("<p style=\"border-top:1px solid #ccc;padding-top:.6em;color:#555\">{}</p>\n", joined(lines))
        }
    }
}
