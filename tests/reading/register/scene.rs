//! Words of a policy, files made by Python, and the one place that touches the API.

use shomei::locale::Lang;
use shomei::register::{
    ColumnMapping, FormTable, Grid, GridCell, Holder, PolicyWord, PolicyWords, RegisterReading, propose, read,
};
use shomei::yaml::Phrase;

use crate::common::python;

pub use crate::common::times::day;

pub const REGISTER: &str = "東京";

fn word(id: &str, ja: &str, en: &str, synonyms: &[&str]) -> PolicyWord {
    let title = Phrase { ja: ja.into(), en: en.into() };
    PolicyWord { id: id.into(), title, synonyms: synonyms.iter().map(ToString::to_string).collect() }
}

/// Services and usage categories as the policy of e-seikyuu has them.
pub fn words() -> PolicyWords {
    PolicyWords {
        services: vec![
            word("kaigo", "介護", "long-term care", &["介護保険"]),
            word("shogai", "障害", "disability welfare", &["障害者総合支援", "障害福祉"]),
        ],
        uses: vec![word("careplan", "ケアプランデータ連携システム", "care plan data exchange", &["ケアプラン"])],
        categories: vec![
            word("shogai", "障害者総合支援証明書", "disability welfare certificate", &["障害"]),
            word("kaigo", "介護保険証明書", "long-term care certificate", &["介護"]),
            word("common", "介護・障害共通証明書", "common certificate", &["共通"]),
        ],
    }
}

/// The first sheet that fits, as the import reads it.
pub fn grid(bytes: &[u8]) -> Grid {
    let fits = |grid: &Grid| propose(grid, &ColumnMapping::default(), None).is_ok();
    Grid::read(bytes, None, &fits).unwrap_or_else(|error| panic!("{}", error.text(Lang::En)))
}

pub fn reading(bytes: &[u8]) -> RegisterReading {
    let grid = grid(bytes);
    let proposal =
        propose(&grid, &ColumnMapping::default(), None).unwrap_or_else(|error| panic!("{}", error.text(Lang::En)));
    read(&grid, &proposal, REGISTER, &words())
}

/// Holders of a file without a mistake.
#[track_caller]
pub fn holders(bytes: &[u8]) -> Vec<Holder> {
    let RegisterReading { holders, mistakes, ids_in_error, rows_without_id, .. } = reading(bytes);
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    assert!(ids_in_error.is_empty() && rows_without_id == 0);
    holders
}

pub fn ids(holders: &[Holder]) -> Vec<&str> {
    holders.iter().map(|holder| holder.key.id.as_str()).collect()
}

/// A workbook with these cells, the first row the headers.
pub fn workbook(headers: &[&str], rows: &[&[GridCell]]) -> Vec<u8> {
    let headers = headers.iter().map(ToString::to_string).collect();
    let rows = rows.iter().map(|row| row.to_vec()).collect();
    FormTable { title: "台帳".into(), headers, rows }.to_xlsx().unwrap()
}

pub fn text(text: &str) -> GridCell {
    if text.is_empty() { GridCell::Empty } else { GridCell::Text(text.into()) }
}

/// Runs Python in a folder of its own, in which `input` is; the script writes `output`.
pub fn python(script: &str, input: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("input"), input).unwrap();
    python::printed_in(folder.path(), &["-c", script], b"");
    std::fs::read(folder.path().join("output")).expect("the script writes a file")
}
