//! The document `shomei/coverage/1`.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::{Coverage, UNIT_LISTS};
use crate::calendar::format_instant;
use crate::register::HolderKey;
use crate::report::answer::model::period_document;
use crate::report::form::json;
use crate::report::list::List;
use crate::report::list::coverage::{UNITS, UnitRow};

impl Coverage {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let asked = &self.asked;
        let mut fields = self.opening("shomei/coverage/1");
        let holder = asked.holder.as_ref().map(|HolderKey { register, id }| json!({"register": register, "id": id}));
        fields["as_of"] = json!(asked.as_of.map(|day| day.to_string()));
        fields["asked"] = json!({"holder": holder, "prefecture": asked.prefecture, "only": asked.only});
        let [cannot, can_until, unknown, can] = self.lists(&UNITS);
        json::write_document(
            out,
            &fields,
            &[("cannot", &cannot), ("can_until", &can_until), ("unknown", &unknown), ("can", &can)],
        )
    }

    /// What was judged, by what, for which period, and the numbers.
    pub(in crate::report) fn opening(&self, schema: &str) -> Json {
        let [can, can_until, unknown, cannot] = self.counts();
        json!({
            "schema": schema,
            "at": format_instant(self.at),
            "policy": {"name": self.policy.0, "file": self.policy.1},
            "period": self.period.map(period_document),
            "unmatched": self.unmatched,
            "units": {"can": can, "can_until": can_until, "unknown": unknown, "cannot": cannot},
        })
    }

    /// What writes the lists, in the order of [`UNIT_LISTS`].
    pub(in crate::report) fn lists<'a>(
        &'a self,
        list: &'a List<UnitRow>,
    ) -> [impl Fn(&mut dyn Write) -> io::Result<()> + 'a; 4] {
        UNIT_LISTS
            .map(move |code| move |out: &mut dyn Write| json::write_rows(out, list, self.rows_that(code), self.lang))
    }
}
