//! A report that names nobody, for those who may see days and numbers but not whose.
//!
//! What may pass is listed, column by column ([`Privacy::Open`]): days, numbers, prefectures,
//! categories, generations, verdicts, codes and sentences made of nothing else. A name becomes a
//! pseudonym, always the same under one secret; without the secret nobody can try all numbers of
//! ten digits. All else is left out. Rows lose the order of the register, since who has the list
//! could count them. Absent here: the file that holds the secret.

use std::collections::HashMap;
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::table::{Column, Privacy};
use super::{Cell, Report, Scope, Table, columns};
use crate::certificate::hex;
use crate::locale::{Lang, Text};
use crate::policy::bare_prefecture;

/// Bytes of the digest that a pseudonym shows: two of a million names are the same once in 37
/// million times.
const BYTES: usize = 8;

/// The policies that come with the program: their names tell nothing of anybody.
const POLICIES: [&str; 2] = ["e-seikyuu", "lab"];

/// The prefectures without 都, 府, 県; a register may say anything in that column.
const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森",
    "岩手",
    "宮城",
    "秋田",
    "山形",
    "福島",
    "茨城",
    "栃木",
    "群馬",
    "埼玉",
    "千葉",
    "東京",
    "神奈川",
    "新潟",
    "富山",
    "石川",
    "福井",
    "山梨",
    "長野",
    "岐阜",
    "静岡",
    "愛知",
    "三重",
    "滋賀",
    "京都",
    "大阪",
    "兵庫",
    "奈良",
    "和歌山",
    "鳥取",
    "島根",
    "岡山",
    "広島",
    "山口",
    "徳島",
    "香川",
    "愛媛",
    "高知",
    "福岡",
    "佐賀",
    "長崎",
    "熊本",
    "大分",
    "宮崎",
    "鹿児島",
    "沖縄",
];

/// The columns that an anonymous table has.
static LEFT: LazyLock<HashMap<&'static str, Vec<Column>>> = LazyLock::new(|| {
    let tables = [
        ("coverage", columns::COVERAGE),
        ("plan", columns::PLAN),
        ("findings", columns::FINDINGS),
        ("certificates", columns::CERTIFICATES),
        ("fees", columns::FEES),
        ("changes", columns::CHANGES),
    ];
    let left = |column: &&Column| passes(column);
    tables.into_iter().map(|(id, all)| (id, all.iter().filter(left).copied().collect())).collect()
});

/// Whether a column stays, if only with pseudonyms. A policy's own texts may name people.
fn passes(column: &Column) -> bool {
    column.privacy != Privacy::Private && column.code != "source"
}

/// What pseudonyms are made with; it never leaves the computer.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// Bytes of a secret.
    pub const BYTES: usize = 32;

    /// A secret of so many bytes; none of fewer or more.
    pub fn of(bytes: &[u8]) -> Option<Secret> {
        Some(Secret(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// What stands for a name: the same for the same kind and name.
    fn pseudonym(&self, kind: &str, name: &str, lang: Lang) -> String {
        // Any length will do as a key of HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0[..]) else { return kind.to_string() };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(name.as_bytes());
        let digest = mac.finalize().into_bytes();
        let prefix = match kind {
            "name" => Text { ja: "事業所", en: "office" }.get(lang),
            "provider_number" => "provider",
            other => other,
        };
        format!("{prefix}-{}", hex(&digest[..BYTES]))
    }

    fn cell(&self, column: &Column, cell: &Cell, lang: Lang) -> Cell {
        let text = cell.code();
        match (column.code, column.privacy) {
            _ if text.is_empty() => Cell::Nothing,
            ("prefecture", _) => Cell::Text(self.prefecture(&text, lang)),
            ("policy_line", _) => {
                text.rsplit(':').next().and_then(|n| n.parse().ok()).map_or(Cell::Nothing, Cell::Number)
            }
            ("through", _) => {
                let names: Vec<String> = text.split(' ').map(|one| self.pseudonym("holder", one, lang)).collect();
                Cell::Text(names.join(" "))
            }
            (_, Privacy::Open) => cell.clone(),
            (code, _) => Cell::Text(self.pseudonym(code, &text, lang)),
        }
    }

    /// A prefecture as it is; whatever else stands there is somebody's own words.
    fn prefecture(&self, text: &str, lang: Lang) -> String {
        match PREFECTURES.contains(&bare(text)) {
            true => text.trim().to_string(),
            false => self.pseudonym("prefecture", text, lang),
        }
    }

    fn table(&self, table: &Table, lang: Lang) -> Table {
        let kept: Vec<(usize, &Column)> =
            table.columns.iter().enumerate().filter(|(_, column)| passes(column)).collect();
        let row = |row: &Vec<Cell>| -> Vec<Cell> {
            kept.iter()
                .map(|(at, column)| row.get(*at).map_or(Cell::Nothing, |cell| self.cell(column, cell, lang)))
                .collect()
        };
        let mut rows: Vec<Vec<Cell>> = table.rows.iter().map(row).collect();
        shuffle(&mut rows);
        let columns = LEFT.get(table.id).map_or(&[][..], Vec::as_slice);
        Table { columns, rows, ..table.clone() }
    }

    /// What a report is limited to, without names.
    fn scope(&self, scope: &Scope, lang: Lang) -> Scope {
        let hidden = |kind: &str, of: &Option<String>| of.as_ref().map(|name| self.pseudonym(kind, name, lang));
        let id = scope.holder.as_ref().map(|holder| holder.rsplit('/').next().unwrap_or_default().to_string());
        Scope {
            prefecture: scope.prefecture.as_ref().map(|text| self.prefecture(text, lang)),
            contact: hidden("contact", &scope.contact),
            host: hidden("host", &scope.host),
            tag: hidden("tag", &scope.tag),
            holder: hidden("holder", &id),
        }
    }
}

/// 京都 is short for 京都府, though it looks as if it were long for 京.
fn bare(text: &str) -> &str {
    match bare_prefecture(text) {
        "京" if text.trim().starts_with("京都") => "京都",
        bare => bare,
    }
}

/// Sorts rows by what is seen of them: first in the order in which the words of the first column
/// came, then by their cells.
fn shuffle(rows: &mut [Vec<Cell>]) {
    let mut rank: HashMap<String, usize> = HashMap::new();
    for row in rows.iter() {
        let next = rank.len();
        rank.entry(row.first().map(Cell::code).unwrap_or_default()).or_insert(next);
    }
    rows.sort_by_cached_key(|row| {
        let cells: Vec<String> = row.iter().map(Cell::code).collect();
        (cells.first().and_then(|first| rank.get(first)).copied(), cells)
    });
}

impl Report {
    /// The same report without names, made from what it was limited to.
    pub fn anonymised(self, secret: &Secret, scope: &Scope) -> Report {
        let lang = self.lang;
        let note = Text {
            ja: "匿名の報告書です。名前や番号は仮の名に置き換え、担当、タグ、コンピューター、場所、指摘の説明は載せていません。仮の名は、作ったコンピューターでは毎回同じです。",
            en: "An anonymous report: pseudonyms stand for names and numbers; contacts, tags, computers, places and the texts of findings are left out. On the computer that made it, pseudonyms are always the same.",
        };
        let mut notes = vec![note.get(lang).to_string()];
        notes.extend(self.excluded.map(|excluded| excluded.sentence(lang)));
        let policy = match POLICIES.contains(&self.policy.0.as_str()) {
            true => self.policy.0.clone(),
            false => secret.pseudonym("policy", &self.policy.0, lang),
        };
        let moment = |since: &String| since.chars().all(|c| c.is_ascii_digit() || " -:+.".contains(c));
        Report {
            policy: (policy.clone(), String::new(), policy),
            scope: secret.scope(scope, lang).words(lang),
            notes,
            since: self.since.filter(moment),
            changes: self.changes.map(|table| secret.table(&table, lang)),
            tables: self.tables.iter().map(|table| secret.table(table, lang)).collect(),
            people: Vec::new(),
            letters: Vec::new(),
            lapse: None,
            // Days, numbers and codes of the policy alone; what is new in a report is looked at here.
            lang,
            at: self.at,
            today: self.today,
            as_of: self.as_of,
            zone: self.zone,
            excluded: self.excluded,
            coverage: self.coverage,
            counts: self.counts,
            expiry: self.expiry,
            generations: self.generations,
            fees: self.fees,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_pseudonym_and_another_secret_another() {
        let [one, other] = [1, 2].map(|byte| Secret::of(&[byte; 32]).unwrap());
        let of = |secret: &Secret, kind: &str, name: &str| secret.pseudonym(kind, name, Lang::En);
        assert_eq!(of(&one, "holder", "T-001"), of(&one, "holder", "T-001"));
        let names = [
            of(&one, "holder", "T-001"),
            of(&one, "holder", "T-002"),
            of(&one, "register", "T-001"),
            of(&other, "holder", "T-001"),
        ];
        let digits = |name: &str| name.rsplit('-').next().unwrap().to_string();
        let distinct: std::collections::BTreeSet<String> = names.iter().map(|name| digits(name)).collect();
        assert_eq!(distinct.len(), names.len());
        assert!(distinct.iter().all(|digits| digits.len() == 16));
        assert!(Secret::of(&[0; 31]).is_none());
    }

    #[test]
    fn a_prefecture_passes_and_what_is_none_does_not() {
        let secret = Secret::of(&[1; 32]).unwrap();
        for name in ["大阪府", "大阪", "京都府", "京都", "東京都", "北海道", "三重県"] {
            assert_eq!(secret.prefecture(name, Lang::Ja), name);
        }
        for name in ["田中の家", "京", "県", "大阪府 田中"] {
            assert!(secret.prefecture(name, Lang::Ja).starts_with("prefecture-"), "{name}");
        }
    }
}
