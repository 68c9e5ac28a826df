//! Marks in a table.

use std::path::Path;

use clap::ArgMatches;

use super::Desk;
use super::draft::{Deed, Draft, day, state_of};
use crate::cli::session::Session;
use crate::cli::{Failure, Outcome, bind, office};
use crate::locale::{Lang, Text};
use crate::register::{FilledColumn, FilledRow, FilledTable, FormTable, GridCell};
use crate::report::escape;

/// The columns, in order.
const HEADINGS: [FilledColumn; 8] = [
    FilledColumn {
        title: Text { ja: "ID", en: "ID" },
        also: &["台帳ID", "holder ID", "SHA-256", "シリアル番号", "serial"],
    },
    FilledColumn { title: Text { ja: "状態", en: "state" }, also: &["したこと", "記録"] },
    FilledColumn { title: Text { ja: "日付", en: "day" }, also: &["した日", "日", "on", "date"] },
    FilledColumn { title: Text { ja: "期限", en: "until" }, also: &["まで", "最後の日"] },
    FilledColumn { title: Text { ja: "規則", en: "rule" }, also: &[] },
    FilledColumn { title: Text { ja: "PC", en: "PC" }, also: &["端末", "パソコン", "場所", "place"] },
    FilledColumn { title: Text { ja: "理由", en: "reason" }, also: &["備考", "メモ", "note"] },
    FilledColumn { title: Text { ja: "担当", en: "by" }, also: &["担当者", "記録者", "who"] },
];
const ID: usize = 0;
const STATE: usize = 1;
const ON: usize = 2;
const UNTIL: usize = 3;
const RULE: usize = 4;
const PC: usize = 5;
const REASON: usize = 6;
const BY: usize = 7;

/// Writes an empty table.
pub(super) fn template(session: &Session, path: &Path) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let headers = HEADINGS.iter().map(|heading| heading.title.get(lang).to_string()).collect();
    let title = Text { ja: "記録", en: "marks" }.get(lang).to_string();
    office::write_table(session, &FormTable { title, headers, rows: Vec::new() }, path)?;
    let text = Text {
        ja: "{path} を作りました。記入して shomei mark --from で取り込んでください。\n",
        en: "Made {path}. Fill it in and take it in with shomei mark --from.\n",
    };
    let path = path.display().to_string();
    session.print(&text.fill(lang, &[("path", &escape::terminal(&path))]))?;
    Ok(Outcome::Clean)
}

/// Records what stands in a table; rows in error are told, the others taken.
pub(super) fn run(session: &Session, matches: &ArgMatches, path: &Path) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let grid = office::filled_grid(path, &HEADINGS, &[ID, STATE], lang)?;
    let mut desk = Desk::open(session, matches)?;
    let (mut drafts, mut mistakes) = (Vec::new(), Vec::new());
    for row in FilledTable::find(&grid, &HEADINGS, &[ID, STATE]).iter().flat_map(FilledTable::rows) {
        if (0..HEADINGS.len()).all(|at| row.text(at).is_none()) {
            continue;
        }
        match read(session, &mut desk, &row, bind::who(matches))? {
            Ok(draft) => drafts.push(draft),
            Err(what) => mistakes.push(office::row_mistake(row.number(), &what, lang)),
        }
    }
    let count = drafts.len();
    let mut said = desk.record(session, drafts)?;
    said += &told(count, &mistakes, lang);
    session.print(&said)?;
    Ok(if mistakes.is_empty() { Outcome::Clean } else { Outcome::Found })
}

/// The mark that a row speaks of. The inner error is for people.
fn read(
    session: &Session,
    desk: &mut Desk,
    row: &FilledRow,
    by: Option<String>,
) -> Result<Result<Draft, String>, Failure> {
    let lang = desk.lang;
    let read = deed(desk, row, by).and_then(|deed| match row.cell(ID) {
        cell if cell.is_blank() => Err(Text { ja: "IDがありません。", en: "there is no ID." }.get(lang).to_string()),
        cell => Ok((deed, office::id_of(cell, lang)?)),
    });
    match read {
        Ok((deed, id)) => desk.draft(session, &deed, &id),
        Err(what) => Ok(Err(what)),
    }
}

fn deed(desk: &Desk, row: &FilledRow, by: Option<String>) -> Result<Deed, String> {
    let lang = desk.lang;
    let day = |at: usize| match row.cell(at) {
        cell if cell.is_blank() => Ok(None),
        cell => day(cell, lang).map(Some),
    };
    let Some(state) = row.text(STATE) else {
        return Err(Text { ja: "状態がありません。", en: "there is no state." }.get(lang).to_string());
    };
    let deed = Deed {
        state: state_of(&state, lang)?,
        rule: row.text(RULE),
        place: row.text(PC),
        on: day(ON)?.or(desk.today),
        until: day(UNTIL)?,
        reason: row.text(REASON),
        by: row.text(BY).or(by),
    };
    if let GridCell::Fault(fault) = row.cell(ID) {
        return Err(fault.clone());
    }
    deed.checked(desk.latest, lang)
}

fn told(count: usize, mistakes: &[String], lang: Lang) -> String {
    let text = Text {
        ja: "{count} 行を記録しました。誤りのある行は {wrong} です。\n",
        en: "Rows taken: {count}; rows with mistakes: {wrong}.\n",
    };
    let mut out = text.fill(lang, &[("count", &count), ("wrong", &mistakes.len())]);
    mistakes.iter().for_each(|mistake| {
        let lines: Vec<_> = mistake.lines().map(escape::terminal).collect();
        out += &format!("  {}\n", lines.join("\n    "));
    });
    out
}
