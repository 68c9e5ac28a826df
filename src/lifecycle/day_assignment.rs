//! So many applications a day, each inside its own window: who goes when.
//!
//! A matching of jobs to days. Each takes the earliest day with room; where all its days are
//! full, others move (an augmenting path), so that nobody is left out who could be placed. Days
//! from which no free day can be reached stay so, and are not searched again: the work grows with
//! the number of jobs.

use std::collections::HashSet;

/// An application to place, its days as indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Application {
    /// The last day.
    pub until: usize,
    /// The first day.
    pub from: usize,
    /// Whose days these are.
    pub desk: usize,
}

/// Which days are open at each desk, and which are better left alone.
pub(super) struct OpenDays<'a> {
    /// By desk, by day.
    pub open: &'a [Vec<bool>],
    /// By day: used only by those who cannot be placed otherwise.
    pub avoided: &'a [bool],
    /// How many may be placed on a day.
    pub per_day: usize,
}

/// Places the jobs: of each its day, or none. Most possible are placed, on days that are not to
/// be avoided before others.
pub(super) fn place(jobs: &[Application], days: &OpenDays) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|at| (jobs[*at], *at));
    let mut assignment = DayAssignment {
        jobs,
        days,
        avoiding: true,
        placed: vec![None; jobs.len()],
        taken: vec![Vec::new(); days.avoided.len()],
        full: vec![false; days.avoided.len()],
    };
    let left: Vec<usize> = order.into_iter().filter(|job| !assignment.take(*job)).collect();
    assignment.avoiding = false;
    assignment.full.fill(false);
    for job in left {
        assignment.take(job);
    }
    assignment.placed
}

struct DayAssignment<'a> {
    jobs: &'a [Application],
    days: &'a OpenDays<'a>,
    avoiding: bool,
    placed: Vec<Option<usize>>,
    taken: Vec<Vec<usize>>,
    /// Days from which no free day can be reached.
    full: Vec<bool>,
}

impl DayAssignment<'_> {
    fn days_of(&self, job: usize) -> impl Iterator<Item = usize> + use<'_> {
        let Application { from, until, desk } = self.jobs[job];
        let open = &self.days.open[desk];
        (from..=until).filter(move |day| open[*day] && !(self.avoiding && self.days.avoided[*day]))
    }

    fn has_room(&self, day: usize) -> bool {
        self.taken[day].len() < self.days.per_day
    }

    fn put(&mut self, job: usize, day: usize) {
        if let Some(before) = self.placed[job].replace(day) {
            self.taken[before].retain(|other| *other != job);
        }
        self.taken[day].push(job);
    }

    /// Places a job, if others can make room where there is none.
    fn take(&mut self, job: usize) -> bool {
        let free = self.days_of(job).find(|day| self.has_room(*day));
        if let Some(day) = free {
            self.put(job, day);
            return true;
        }
        // From which job each day was reached; jobs alike reach the same days.
        let mut reached_by: Vec<Option<usize>> = vec![None; self.taken.len()];
        let mut asked: HashSet<Application> = HashSet::from([self.jobs[job]]);
        let mut queue: Vec<usize> = self.days_of(job).filter(|day| !self.full[*day]).collect();
        queue.iter().for_each(|day| reached_by[*day] = Some(job));
        let mut next = 0;
        while let Some(day) = queue.get(next).copied() {
            next += 1;
            for other in self.taken[day].clone() {
                if !asked.insert(self.jobs[other]) {
                    continue;
                }
                let further: Vec<usize> =
                    self.days_of(other).filter(|day| reached_by[*day].is_none() && !self.full[*day]).collect();
                for day in further {
                    reached_by[day] = Some(other);
                    if self.has_room(day) {
                        self.shift(job, day, &reached_by);
                        return true;
                    }
                    queue.push(day);
                }
            }
        }
        queue.iter().for_each(|day| self.full[*day] = true);
        false
    }

    /// Moves everybody on the way to `free` on by one, so that `job` has a place.
    fn shift(&mut self, job: usize, free: usize, reached_by: &[Option<usize>]) {
        let mut day = free;
        while let Some(mover) = reached_by[day] {
            let from = self.placed[mover];
            self.put(mover, day);
            match from {
                Some(from) if mover != job => day = from,
                _ => return,
            }
        }
    }
}
