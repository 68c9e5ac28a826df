//! Questions about headers, asked on a terminal.

use std::io::{self, BufRead, Write};

use crate::app::register::{HeaderQuestions, IGNORE};
use crate::cli::prelude::*;
use crate::locale::nearest;
use crate::register::{ColumnMapping, GridHeader, RegisterColumn, column_letters};

/// An answer about a header.
enum Said {
    Is(RegisterColumn),
    Nothing,
    /// Enough: the others are no column either, this time.
    Stop,
}

/// Somebody who can be asked.
pub(super) struct Asker<R, W> {
    input: R,
    output: W,
    lang: Lang,
}

/// The column with this code or title; none for [`IGNORE`]. Otherwise the nearest word.
pub(super) fn column(word: &str) -> Result<Option<RegisterColumn>, Option<&'static str>> {
    let same = |name: &str| name.eq_ignore_ascii_case(word.trim());
    if same(IGNORE) {
        return Ok(None);
    }
    let names = |column: RegisterColumn| [column.code(), column.title().ja, column.title().en];
    RegisterColumn::of_name(word)
        .map(Some)
        .ok_or_else(|| nearest(word, RegisterColumn::ALL.into_iter().flat_map(names)))
}

impl<R: BufRead, W: Write> Asker<R, W> {
    pub(super) fn new(input: R, output: W, lang: Lang) -> Self {
        Asker { input, output, lang }
    }

    fn header(&mut self, header: &GridHeader, taken: &[RegisterColumn]) -> io::Result<Said> {
        let question = Text {
            ja: "見出し「{header}」({letters}列)はどの列ですか(列の名前かコード、? で一覧、Enter だけで使わない): ",
            en: "Which column is the header \"{header}\" (column {letters})? Name or code, ? lists them, just Enter for none: ",
        };
        let shown = escape::terminal(&header.text);
        let question = question.fill(self.lang, &[("header", &shown), ("letters", &column_letters(header.at))]);
        loop {
            let Some(answer) = self.answer(&question)? else { return Ok(Said::Stop) };
            if answer.is_empty() {
                return Ok(Said::Nothing);
            }
            if answer == "?" {
                self.list(taken)?;
                continue;
            }
            match column(&answer) {
                Ok(None) => return Ok(Said::Nothing),
                Ok(Some(column)) if !taken.contains(&column) => return Ok(Said::Is(column)),
                Ok(Some(_)) => self
                    .say(Text {
                        ja: "その列はもう決まっています。", en: "That column is taken already."
                    })?,
                Err(Some(near)) => {
                    let text = Text { ja: "{near} のことですか。", en: "Did you mean {near}?" };
                    let said = text.fill(self.lang, &[("near", &near)]);
                    writeln!(self.output, "{said}")?;
                }
                Err(None) => {
                    self.say(Text { ja: "そういう列はありません。", en: "There is no such column." })?
                }
            }
        }
    }

    fn list(&mut self, taken: &[RegisterColumn]) -> io::Result<()> {
        for column in RegisterColumn::ALL.into_iter().filter(|column| !taken.contains(column)) {
            writeln!(self.output, "  {}  {}", crate::report::pad(column.code(), 18), column.title().get(self.lang))?;
        }
        Ok(())
    }

    fn say(&mut self, text: Text) -> io::Result<()> {
        writeln!(self.output, "{}", text.get(self.lang))
    }

    /// A line; none where there is no more.
    fn answer(&mut self, question: &str) -> io::Result<Option<String>> {
        write!(self.output, "{question}")?;
        self.output.flush()?;
        let mut line = String::new();
        let read = self.input.read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim().to_string()))
    }
}

impl<R: BufRead, W: Write> HeaderQuestions for Asker<R, W> {
    fn which(&mut self, column: RegisterColumn, headers: &[GridHeader]) -> io::Result<Option<GridHeader>> {
        let lang = self.lang;
        let question = Text {
            ja: "「{column}」はどの見出しですか。列の記号を入れてください(Enter だけでやめる): ",
            en: "Which header is the column \"{column}\"? Give its letter, just Enter to give up: ",
        };
        for header in headers {
            writeln!(self.output, "  {}  {}", column_letters(header.at), escape::terminal(&header.text))?;
        }
        let question = question.fill(lang, &[("column", &column.title().get(lang))]);
        loop {
            let Some(answer) = self.answer(&question)?.filter(|answer| !answer.is_empty()) else { return Ok(None) };
            let found = headers.iter().find(|header| column_letters(header.at).eq_ignore_ascii_case(&answer));
            if found.is_some() {
                return Ok(found.cloned());
            }
        }
    }

    fn columns(
        &mut self,
        headers: &[GridHeader],
        taken: &[RegisterColumn],
        mapping: &mut ColumnMapping,
    ) -> io::Result<()> {
        let known: Vec<String> = mapping.iter().map(|(header, _)| header.to_string()).collect();
        let mut taken = taken.to_vec();
        for header in headers.iter().filter(|header| !known.contains(&header.text)) {
            match self.header(header, &taken)? {
                Said::Is(column) => {
                    taken.push(column);
                    mapping.set(&header.text, Some(column));
                }
                Said::Nothing => mapping.set(&header.text, None),
                Said::Stop => break,
            }
        }
        Ok(())
    }
}
