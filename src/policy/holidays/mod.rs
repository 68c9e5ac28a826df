//! National holidays, as data.
//!
//! [`Holidays`] are the holidays by law between two days, weekends not included. Between these days
//! the list is complete; later holidays are not announced yet: Japan's Cabinet Office announces the
//! next year's in February. Absent here: weekends, an office's own closed days, and any guess of
//! days not announced.

mod document;
mod sheet;

pub use sheet::{SheetError, SheetMistake, SheetMistakeKind};

use std::collections::BTreeMap;

use super::LocalizedText;
use crate::calendar::Day;

/// National holidays, complete from one day until another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holidays {
    from: Day,
    until: Day,
    source: LocalizedText,
    days: BTreeMap<Day, LocalizedText>,
}

/// How a list differs from an earlier one, each in order of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HolidayChanges {
    /// Holidays that the earlier list lacks, because it ends before or did not have them.
    pub new: Vec<(Day, LocalizedText)>,
    /// Holidays of another name: the day, the earlier name, the name now.
    pub renamed: Vec<(Day, LocalizedText, LocalizedText)>,
    /// Days that are no longer holidays, or that the list does not cover.
    pub gone: Vec<(Day, LocalizedText)>,
}

impl Holidays {
    /// The first day that the list covers.
    pub fn from(&self) -> Day {
        self.from
    }

    /// The last day that the list covers.
    pub fn until(&self) -> Day {
        self.until
    }

    /// Where the list is from.
    pub fn source(&self) -> &LocalizedText {
        &self.source
    }

    /// Whether the list covers `day`, so that it is known to be a holiday or not.
    pub fn covers(&self, day: Day) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// The name of the holiday that `day` is.
    pub fn name(&self, day: Day) -> Option<&LocalizedText> {
        self.days.get(&day)
    }

    /// All holidays, in order.
    pub fn days(&self) -> impl Iterator<Item = (Day, &LocalizedText)> {
        self.days.iter().map(|(day, name)| (*day, name))
    }

    /// How this list differs from an earlier one. A day counts as renamed by its Japanese name,
    /// since an imported list has no other.
    pub fn changes_since(&self, before: &Holidays) -> HolidayChanges {
        let only_in = |one: &Holidays, other: &Holidays| -> Vec<(Day, LocalizedText)> {
            let missing = one.days().filter(|(day, _)| other.name(*day).is_none());
            missing.map(|(day, name)| (day, name.clone())).collect()
        };
        let renamed = self.days().filter_map(|(day, is)| {
            let was = before.name(day).filter(|was| was.ja != is.ja)?;
            Some((day, was.clone(), is.clone()))
        });
        HolidayChanges { new: only_in(self, before), renamed: renamed.collect(), gone: only_in(before, self) }
    }

    /// The same list with the English names that `known` has for names in Japanese. Other names
    /// stay as they are.
    pub fn with_english_of(mut self, known: &Holidays) -> Holidays {
        let english: BTreeMap<&str, &str> = known.days.values().map(|name| (&*name.ja, &*name.en)).collect();
        for name in self.days.values_mut() {
            if let Some(en) = english.get(name.ja.as_str()) {
                name.en = (*en).to_string();
            }
        }
        self
    }
}

impl HolidayChanges {
    /// Whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.renamed.is_empty() && self.gone.is_empty()
    }
}
