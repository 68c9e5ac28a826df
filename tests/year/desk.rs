//! On which days applications are taken and until when they are safe, reckoned day by day.

use std::collections::HashSet;

use shomei::calendar::Day;

pub use crate::common::times::{day, days_after as after};

/// The terms of a prefecture, as the office's policy has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// 大阪府: applications are taken from the 1st to the 15th.
    Applications,
    /// 愛知県: certificates are issued from the 1st to the 15th, seven business days later.
    Issues,
    /// 東京都: no window.
    Open,
}

impl Desk {
    pub const ALL: [Desk; 3] = [Desk::Applications, Desk::Issues, Desk::Open];

    pub fn prefecture(self) -> &'static str {
        match self {
            Desk::Applications => "大阪府",
            Desk::Issues => "愛知県",
            Desk::Open => "東京都",
        }
    }

    fn lead(self) -> usize {
        if self == Desk::Issues { 7 } else { 5 }
    }
}

/// Days on which offices are closed.
pub struct Closed(pub HashSet<Day>);

impl Closed {
    pub fn takes(&self, desk: Desk, day: Day) -> bool {
        !self.0.contains(&day) && (desk != Desk::Applications || day.day() <= 15)
    }

    /// When what was applied for on a day is in hand.
    pub fn in_hand(&self, desk: Desk, applied: Day) -> Day {
        let mut open = (1..).map(|days| after(applied, days)).filter(|day| !self.0.contains(day));
        let ready = open.nth(desk.lead() - 1).unwrap();
        let mut issued = std::iter::once(ready).chain(open);
        issued.find(|day| desk != Desk::Issues || day.day() <= 15).unwrap()
    }

    /// The last day on which applying for the renewal of what ends so is safe. The moment of the
    /// end is the last second of the day, or not.
    pub fn last_safe(&self, desk: Desk, ends: Day, whole: bool) -> Day {
        // The claim period of the month of its end is covered if it ends after the 10th is over.
        let covers = ends.day() > 10 || (ends.day() == 10 && whole);
        let first = ends.replace_day(1).unwrap();
        let uncovered = if covers { after(first, 31).replace_day(1).unwrap() } else { first };
        let before = (1..).map(|days| after(uncovered, -days)).find(|day| !self.0.contains(day)).unwrap();
        let deadline = before.min(if whole { ends } else { after(ends, -1) });
        let mut days = (0..).map(|days| after(deadline, -days));
        days.find(|day| self.takes(desk, *day) && self.in_hand(desk, *day) <= deadline).unwrap()
    }
}
