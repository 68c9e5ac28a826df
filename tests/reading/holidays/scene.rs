//! Lists as the Cabinet Office writes them, and a home in which the command runs.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shomei::policy::{Holidays, LocalizedText};

use crate::common::{files, home, python, schema};

pub use crate::common::ROOT;
pub use crate::common::files::cp932;
pub use crate::common::times::day;

pub const HEADS: &str = "国民の祝日・休日月日,国民の祝日・休日名称";

/// The holidays of 2028, which nobody had announced when this was written, in the form in which
/// the Cabinet Office would.
pub const OF_2028: [(&str, &str); 16] = [
    ("2028-01-01", "元日"),
    ("2028-01-10", "成人の日"),
    ("2028-02-11", "建国記念の日"),
    ("2028-02-23", "天皇誕生日"),
    ("2028-03-20", "春分の日"),
    ("2028-04-29", "昭和の日"),
    ("2028-05-03", "憲法記念日"),
    ("2028-05-04", "みどりの日"),
    ("2028-05-05", "こどもの日"),
    ("2028-07-17", "海の日"),
    ("2028-08-11", "山の日"),
    ("2028-09-18", "敬老の日"),
    ("2028-09-22", "秋分の日"),
    ("2028-10-09", "スポーツの日"),
    ("2028-11-03", "文化の日"),
    ("2028-11-23", "勤労感謝の日"),
];

pub fn built_in() -> Holidays {
    Holidays::built_in().unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

pub fn source() -> LocalizedText {
    LocalizedText { ja: "試験".into(), en: "a trial".into() }
}

/// Days with their names, as [`sheet`] takes them.
pub type Days = Vec<(String, String)>;

/// The built-in list, every day by the name that the Cabinet Office has for it.
pub fn official() -> Days {
    let name = |name: &str| if matches!(name, "振替休日" | "国民の休日") { "休日" } else { name }.to_string();
    built_in().days().map(|(day, is)| (day.to_string(), name(&is.ja))).collect()
}

/// The same with the next year.
pub fn next() -> Days {
    let new = OF_2028.iter().map(|(day, name)| (day.to_string(), name.to_string()));
    official().into_iter().chain(new).collect()
}

/// A list as the Cabinet Office writes it: 2027/1/1, CRLF.
pub fn sheet(days: &Days) -> String {
    let written = |text: &str| {
        let day = day(text);
        format!("{}/{}/{}", day.year(), u8::from(day.month()), day.day())
    };
    let rows = days.iter().map(|(day, name)| format!("{},{name}\r\n", written(day)));
    std::iter::once(format!("{HEADS}\r\n")).chain(rows).collect()
}

/// The Cabinet Office's own file of a day, as Python's package python-shukujitsu keeps it.
pub fn edition(day: &str) -> Vec<u8> {
    let folder = python::printed(&["-c", "import os, shukujitsu; print(os.path.dirname(shukujitsu.__file__))"]);
    let path = Path::new(folder.trim()).join(format!("asof{day}/syukujitsu.csv"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares documents with the schema of the list; each must fit, or with `--refused` none may.
pub fn validate(flags: &[&str], documents: &[Value]) {
    schema::validate(&[flags, &["docs/schemas/holidays-list.json"]].concat(), documents);
}

/// A user's home on a day of March 2027.
pub struct Home(home::Home);

impl Deref for Home {
    type Target = home::Home;

    fn deref(&self) -> &home::Home {
        &self.0
    }
}

impl Home {
    pub fn new() -> Home {
        Home(home::Home::at("2027-03-01T09:00:00+09:00"))
    }

    /// Where an imported list is kept.
    pub fn kept(&self) -> PathBuf {
        let mut found =
            files::below(self.folder()).into_iter().filter(|path| path.ends_with("shomei/holidays-jp.yaml"));
        found.next_back().unwrap_or_else(|| self.path("nowhere"))
    }

    /// The list as a document.
    pub fn list(&self, arguments: &[&str]) -> Value {
        let list = ["holidays", "list", "--format", "json"];
        serde_json::from_str(&self.ok(&[&list[..], arguments].concat())).unwrap()
    }
}
