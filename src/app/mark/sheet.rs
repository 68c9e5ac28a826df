//! Marks in a table.

use std::path::Path;

use super::draft::{MarkDetails, MarkDraft, day, state_of};
use super::{MarkRecorder, RecordedMark};
use crate::app::open_inventory::InventoryOptions;
use crate::app::sheet::{filled_grid, id_of, row_mistake, write_table};
use crate::app::{AppError, Context};
use crate::locale::Text;
use crate::register::{FilledColumn, FilledRow, FilledTable, FormTable, GridCell};

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
pub fn write_template(context: &Context, path: &Path) -> Result<(), AppError> {
    let lang = context.lang;
    let headers = HEADINGS.iter().map(|heading| heading.title.get(lang).to_string()).collect();
    let title = Text { ja: "記録", en: "marks" }.get(lang).to_string();
    write_table(context, &FormTable { title, headers, rows: Vec::new() }, path)
}

/// What a table of marks brought.
pub struct MarksImported {
    pub marks: Vec<RecordedMark>,
    pub mistakes: Vec<String>,
}

/// Records what is in a table; rows in error are passed over.
pub fn import_sheet(
    context: &Context,
    inventory: InventoryOptions,
    path: &Path,
    by: Option<String>,
) -> Result<MarksImported, AppError> {
    let lang = context.lang;
    let grid = filled_grid(path, &HEADINGS, &[ID, STATE], lang)?;
    let mut recorder = MarkRecorder::open(context, inventory)?;
    let (mut drafts, mut mistakes) = (Vec::new(), Vec::new());
    for row in FilledTable::find(&grid, &HEADINGS, &[ID, STATE]).iter().flat_map(FilledTable::rows) {
        if (0..HEADINGS.len()).all(|at| row.text(at).is_none()) {
            continue;
        }
        match read(context, &mut recorder, &row, by.clone())? {
            Ok(draft) => drafts.push(draft),
            Err(what) => mistakes.push(row_mistake(row.number(), &what, lang)),
        }
    }
    Ok(MarksImported { marks: recorder.record(context, drafts)?, mistakes })
}

/// The mark that a row speaks of. The inner error is for people.
fn read(
    context: &Context,
    recorder: &mut MarkRecorder,
    row: &FilledRow,
    by: Option<String>,
) -> Result<Result<MarkDraft, String>, AppError> {
    let lang = recorder.lang;
    let read = details(recorder, row, by).and_then(|details| match row.cell(ID) {
        cell if cell.is_blank() => Err(Text { ja: "IDがありません。", en: "there is no ID." }.get(lang).to_string()),
        cell => Ok((details, id_of(cell, lang)?)),
    });
    match read {
        Ok((details, id)) => recorder.draft(context, &details, &id),
        Err(what) => Ok(Err(what)),
    }
}

fn details(recorder: &MarkRecorder, row: &FilledRow, by: Option<String>) -> Result<MarkDetails, String> {
    let lang = recorder.lang;
    let day = |at: usize| match row.cell(at) {
        cell if cell.is_blank() => Ok(None),
        cell => day(cell, lang).map(Some),
    };
    let Some(state) = row.text(STATE) else {
        return Err(Text { ja: "状態がありません。", en: "there is no state." }.get(lang).to_string());
    };
    let details = MarkDetails {
        state: state_of(&state, lang)?,
        rule: row.text(RULE),
        place: row.text(PC),
        on: day(ON)?.or(recorder.today),
        until: day(UNTIL)?,
        reason: row.text(REASON),
        by: row.text(BY).or(by),
    };
    if let GridCell::Fault(fault) = row.cell(ID) {
        return Err(fault.clone());
    }
    details.checked(recorder.latest, lang)
}
