//! Assignment of applications to days when the office can make only so many a day.
//!
//! A bipartite matching of applications to days. Each takes the earliest day with room; where all
//! its days are full, others move (an augmenting path), so that no application is left out that
//! could be placed. Days from which no free day can be reached stay so and are not searched again,
//! which keeps the work linear in the number of applications.

use std::collections::HashSet;

/// An application to place, its days as indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Application {
    /// The last day.
    pub until: usize,
    /// The first day.
    pub from: usize,
    /// The index of the terms whose days are open to it.
    pub terms_at: usize,
}

/// Which days are open by each set of terms, and which to avoid.
pub(super) struct OpenDays<'a> {
    /// By terms, then by day.
    pub open: &'a [Vec<bool>],
    /// By day: used only for applications that cannot be placed otherwise.
    pub avoided: &'a [bool],
    /// How many may be placed on a day.
    pub per_day: usize,
}

/// Places the applications: the day of each, or none. As many as possible are placed, first on days
/// that are not to be avoided.
pub(super) fn place(applications: &[Application], days: &OpenDays) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..applications.len()).collect();
    // Earliest last day first: the order that fills days well, so that few augmenting paths are
    // needed.
    order.sort_by_key(|at| (applications[*at], *at));
    let mut assignment = DayAssignment {
        applications,
        days,
        avoiding: true,
        placed: vec![None; applications.len()],
        taken: vec![Vec::new(); days.avoided.len()],
        full: vec![false; days.avoided.len()],
    };
    let left: Vec<usize> = order.into_iter().filter(|application| !assignment.take(*application)).collect();
    assignment.avoiding = false;
    // Days to avoid are open now, so a day that led nowhere may lead to one of them.
    assignment.full.fill(false);
    for application in left {
        assignment.take(application);
    }
    assignment.placed
}

struct DayAssignment<'a> {
    applications: &'a [Application],
    days: &'a OpenDays<'a>,
    avoiding: bool,
    placed: Vec<Option<usize>>,
    taken: Vec<Vec<usize>>,
    /// Days from which no free day can be reached.
    full: Vec<bool>,
}

impl DayAssignment<'_> {
    fn days_of(&self, application: usize) -> impl Iterator<Item = usize> + use<'_> {
        let Application { from, until, terms_at } = self.applications[application];
        let open = &self.days.open[terms_at];
        (from..=until).filter(move |day| open[*day] && !(self.avoiding && self.days.avoided[*day]))
    }

    fn has_room(&self, day: usize) -> bool {
        self.taken[day].len() < self.days.per_day
    }

    fn put(&mut self, application: usize, day: usize) {
        if let Some(before) = self.placed[application].replace(day) {
            self.taken[before].retain(|other| *other != application);
        }
        self.taken[day].push(application);
    }

    /// Places a application, if others can make room where there is none.
    fn take(&mut self, application: usize) -> bool {
        let free = self.days_of(application).find(|day| self.has_room(*day));
        if let Some(day) = free {
            self.put(application, day);
            return true;
        }
        // From which application each day was reached. Equal applications reach the same days, so
        // each kind is tried once.
        let mut reached_by: Vec<Option<usize>> = vec![None; self.taken.len()];
        let mut tried: HashSet<Application> = HashSet::from([self.applications[application]]);
        let mut queue: Vec<usize> = self.days_of(application).filter(|day| !self.full[*day]).collect();
        queue.iter().for_each(|day| reached_by[*day] = Some(application));
        let mut next = 0;
        while let Some(day) = queue.get(next).copied() {
            next += 1;
            for other in self.taken[day].clone() {
                if !tried.insert(self.applications[other]) {
                    continue;
                }
                let further: Vec<usize> =
                    self.days_of(other).filter(|day| reached_by[*day].is_none() && !self.full[*day]).collect();
                for day in further {
                    reached_by[day] = Some(other);
                    if self.has_room(day) {
                        self.shift(application, day, &reached_by);
                        return true;
                    }
                    queue.push(day);
                }
            }
        }
        queue.iter().for_each(|day| self.full[*day] = true);
        false
    }

    /// Moves every application on the path to `free` by one step, so that `application` gets a day.
    fn shift(&mut self, application: usize, free: usize, reached_by: &[Option<usize>]) {
        let mut day = free;
        while let Some(mover) = reached_by[day] {
            let from = self.placed[mover];
            self.put(mover, day);
            match from {
                Some(from) if mover != application => day = from,
                _ => return,
            }
        }
    }
}
