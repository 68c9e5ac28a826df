//! The document `shomei/coverage/1`.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use super::{Coverage, Named, Of, UnitRow};
use crate::calendar::{Day, format_instant};
use crate::register::HolderKey;
use crate::report::form::json::write_json;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    opening: Map<String, Json>,
    as_of: Option<String>,
    asked: Json,
    #[serde(flatten)]
    units: Lists<'a>,
}

/// The three lists, written unit by unit.
#[derive(Serialize)]
pub(in crate::report) struct Lists<'a> {
    cannot: List<'a>,
    unknown: List<'a>,
    can: List<'a>,
}

struct List<'a> {
    coverage: &'a Coverage,
    code: &'static str,
    tells_subjects: bool,
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let units = self.coverage.listed(self.code).map(|row| self.coverage.unit_json(row, self.tells_subjects));
        serializer.collect_seq(units)
    }
}

/// A holder with its name.
pub(in crate::report) fn named(key: &HolderKey, name: &str) -> Json {
    json!({"register": key.register, "id": key.id, "name": name})
}

fn key_json(key: &HolderKey) -> Json {
    json!({"register": key.register, "id": key.id})
}

impl Coverage {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let asked = &self.asked;
        let document = Document {
            opening: self.opening("shomei/coverage/1"),
            as_of: asked.as_of.map(|day: Day| day.to_string()),
            asked: json!({
                "holder": asked.holder.as_ref().map(key_json),
                "prefecture": asked.prefecture,
                "only": asked.only,
            }),
            units: self.lists(true),
        };
        write_json(out, &document)?;
        out.write_all(b"\n")
    }

    /// What was judged, by what, for which period, and the three numbers.
    pub(in crate::report) fn opening(&self, schema: &str) -> Map<String, Json> {
        let [can, unknown, cannot] = self.counts();
        let period = self.period.map(|one| json!({"from": one.first.to_string(), "until": one.last.to_string()}));
        let fields = [
            ("schema", json!(schema)),
            ("at", json!(format_instant(self.at))),
            ("policy", json!({"name": self.policy.0, "file": self.policy.1})),
            ("period", json!(period)),
            ("units", json!({"can": can, "unknown": unknown, "cannot": cannot})),
        ];
        fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }

    /// The three lists; with the subjects that stand in a register's stead, where there may be
    /// none.
    pub(in crate::report) fn lists(&self, tells_subjects: bool) -> Lists<'_> {
        let list = |code| List { coverage: self, code, tells_subjects };
        Lists { cannot: list("cannot"), unknown: list("unknown"), can: list("can") }
    }

    fn unit_json(&self, row: &UnitRow, tells_subject: bool) -> Json {
        let unit = &row.unit;
        let reasons = unit.coverage.reasons().iter().map(|reason| {
            json!({
                "code": reason.code(),
                "text": reason.text().get(self.lang),
                "way_out": reason.way_out().get(self.lang),
            })
        });
        let mut told = json!({
            "holder": self.holder(row).map(|Named { key, name }| named(key, name)),
            "provider_number": unit.provider_number,
            "service": unit.service,
            "through": unit.through.iter().map(key_json).collect::<Vec<_>>(),
            "reasons": reasons.collect::<Vec<_>>(),
        });
        if tells_subject {
            told["subject"] = json!(match &row.of {
                Of::Subject(subject) => Some(subject),
                Of::Holder(_) => None,
            });
        }
        told
    }
}
