//! The document `shomei/coverage/1`.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::{Coverage, UNIT_LISTS};
use crate::calendar::format_instant;
use crate::register::HolderKey;
use crate::report::form::json;
use crate::report::list::List;
use crate::report::list::coverage::{UNITS, UnitRow};

impl Coverage {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let asked = &self.asked;
        let mut fields = self.opening("shomei/coverage/1");
        let holder = asked.holder.as_ref().map(|HolderKey { register, id }| json!({"register": register, "id": id}));
        fields.insert("as_of".into(), json!(asked.as_of.map(|day| day.to_string())));
        fields.insert("asked".into(), json!({"holder": holder, "prefecture": asked.prefecture, "only": asked.only}));
        let [cannot, unknown, can] = self.lists(&UNITS);
        json::write_document(out, &fields, &[("cannot", &cannot), ("unknown", &unknown), ("can", &can)])
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

    /// What writes the three lists, in the order of [`UNIT_LISTS`].
    pub(in crate::report) fn lists<'a>(
        &'a self,
        list: &'a List<UnitRow>,
    ) -> [impl Fn(&mut dyn Write) -> io::Result<()> + 'a; 3] {
        UNIT_LISTS
            .map(move |code| move |out: &mut dyn Write| json::write_rows(out, list, self.rows_that(code), self.lang))
    }
}
