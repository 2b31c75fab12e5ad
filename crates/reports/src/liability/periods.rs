//! The periods of a report: to which of them a posting belongs, and whether it is a movement or a correction.
//!
//! A period begins with the first instant of a local day and ends before the first instant of another. Each is reported
//! after a run: what later runs post to it is a correction in the period that is reported after them.

use accrue_kernel::entry::{Entry, Kind};
use accrue_kernel::time::{LocalCalendar, LocalDate, Timestamp};

/// A calendar month: its year, and its number from 1.
pub(super) type Month = (i32, u32);

/// A period, and the run after which it is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub start: LocalDate,
    /// The first day that is no longer in it.
    pub end: LocalDate,
    /// The first instant of `start`.
    pub start_at: Timestamp,
    /// The first instant of `end`.
    pub end_at: Timestamp,
    /// The number of the run after which it is reported.
    pub run: u32,
}

/// Periods that follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    all: Vec<Period>,
    /// The run after which the time before the first period was reported.
    opening_run: u32,
}

/// Where a posting belongs: a period by its number from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the first period, and reported with it.
    Opening,
    /// It changes what was reported of a time before the period.
    Correction(usize),
    /// It happened in the period.
    Movement(usize),
}

impl Periods {
    /// Makes the periods between some days, which must rise and be at least two.
    ///
    /// `runs` are the numbers and the as_of of all runs that are known, oldest first; the last of them is the run after
    /// which the last period is reported. A period before it is reported after the first run that is as of its end or
    /// later. `opening_run` is the run after which the time before the first period was reported; `None`: by the same
    /// rule.
    ///
    /// # Panics
    /// Where there are fewer than two days, or no runs.
    pub fn new(
        days: &[LocalDate],
        zone: &LocalCalendar,
        runs: &[(u32, Timestamp)],
        opening_run: Option<u32>,
    ) -> Periods {
        let last = runs.last().expect("a run is known").0;
        let first_after = |at: Timestamp| runs.iter().find(|(_, as_of)| *as_of >= at).map_or(last, |(run, _)| *run);
        let opening_run = opening_run.unwrap_or_else(|| first_after(zone.start_of(days[0]))).min(last);
        let period = |pair: &[LocalDate]| {
            let (start_at, end_at) = (zone.start_of(pair[0]), zone.start_of(pair[1]));
            Period { start: pair[0], end: pair[1], start_at, end_at, run: first_after(end_at).max(opening_run) }
        };
        let mut all: Vec<Period> = days.windows(2).map(period).collect();
        all.last_mut().expect("two days make a period").run = last;
        Periods { all, opening_run }
    }

    /// Returns the periods, in order.
    pub fn all(&self) -> &[Period] {
        &self.all
    }

    /// Returns the run after which the time before the first period was reported.
    pub fn opening_run(&self) -> u32 {
        self.opening_run
    }

    /// Returns the last period.
    pub fn last(&self) -> &Period {
        self.all.last().expect("there is a period")
    }

    /// Returns where a posting of a run belongs; `None` where it is later than the last period, or not known.
    pub(super) fn place(&self, run: u32, entry: &Entry<'_>) -> Option<Place> {
        let at = counted_at(entry);
        // 0 stands for the time before the first period.
        let happened = self.all.iter().take_while(|period| period.start_at <= at).count();
        if at >= self.last().end_at {
            return None;
        }
        let known = match run <= self.opening_run {
            true => 0,
            false => 1 + self.all.iter().position(|period| run <= period.run)?,
        };
        Some(match (known > happened, happened) {
            (true, _) => Place::Correction(known - 1),
            (false, 0) => Place::Opening,
            (false, _) => Place::Movement(happened - 1),
        })
    }
}

/// Returns the instant by which a posting is given to a period: credit that expires at a midnight does so at the end of
/// the day before, and before all else that happens at that instant.
pub(super) fn counted_at(entry: &Entry<'_>) -> Timestamp {
    match entry.kind {
        Kind::Expire => entry.effective_at.plus_micros(-1),
        _ => entry.effective_at,
    }
}

/// Returns the days between two at which calendar months begin, with these two before and behind.
pub fn months(start: LocalDate, end: LocalDate) -> Vec<LocalDate> {
    let mut days = vec![start];
    let (mut year, mut month) = year_and_month(start);
    loop {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        match LocalDate::from_ymd(year, month, 1).filter(|day| *day < end) {
            Some(day) => days.push(day),
            None => break,
        }
    }
    days.push(end);
    days
}

/// Returns the year of a day, and its month from 1.
pub(super) fn year_and_month(day: LocalDate) -> Month {
    let text = day.to_string();
    let mut parts = text.split('-');
    let year = parts.next().and_then(|year| year.parse().ok());
    let month = parts.next().and_then(|month| month.parse().ok());
    year.zip(month).expect("days of the years 1 to 9999 are written as year, month and day")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::liability::tally::tests::{at, day, row, utc};

    /// May and June 2024 in UTC; runs 1 to 5 are as of 1 May, 1 June, 15 June, 1 July and 10 July.
    fn periods(opening_run: Option<u32>) -> Periods {
        let runs = [(1, at(5, 1)), (2, at(6, 1)), (3, at(6, 15)), (4, at(7, 1)), (5, at(7, 10))];
        Periods::new(&months(day(5, 1), day(7, 1)), &utc(), &runs, opening_run)
    }

    #[test]
    fn months_are_cut_at_their_first_days() {
        let december = LocalDate::from_ymd(2023, 12, 15).unwrap();
        let new_year = LocalDate::from_ymd(2024, 1, 1).unwrap();
        assert_eq!(months(december, day(2, 1)), [december, new_year, day(2, 1)]);
        assert_eq!(months(day(6, 1), day(7, 1)), [day(6, 1), day(7, 1)]);
        assert_eq!(months(day(6, 3), day(6, 9)), [day(6, 3), day(6, 9)]);
    }

    #[test]
    fn a_period_is_reported_after_the_first_run_that_is_as_of_its_end_and_the_last_after_the_known_one() {
        let found = periods(None);
        assert_eq!((found.opening_run(), found.all()[0].run, found.all()[1].run), (1, 2, 5));
        // Who has reported later says so.
        let later = periods(Some(3));
        assert_eq!((later.opening_run(), later.all()[0].run, later.all()[1].run), (3, 3, 5));
    }

    #[test]
    fn what_a_later_run_posts_to_a_reported_time_is_a_correction() {
        let place = |run, month, on| periods(None).place(run, &row(Kind::Redeem, "a", -1, at(month, on)));
        assert_eq!(place(1, 4, 30), Some(Place::Opening));
        assert_eq!(place(2, 4, 30), Some(Place::Correction(0)));
        assert_eq!(place(3, 4, 30), Some(Place::Correction(1)));
        assert_eq!(place(2, 5, 1), Some(Place::Movement(0)));
        assert_eq!(place(3, 5, 31), Some(Place::Correction(1)));
        assert_eq!(place(5, 6, 30), Some(Place::Movement(1)));
        assert_eq!((place(5, 7, 1), place(6, 6, 30)), (None, None));
        // Known before it happened, as a run in the night before has it.
        assert_eq!(place(1, 6, 2), Some(Place::Movement(1)));
    }

    #[test]
    fn what_expires_at_a_midnight_belongs_to_the_day_that_ends_and_all_else_to_the_next() {
        let place = |kind| periods(None).place(2, &row(kind, "a", -1, at(6, 1)));
        assert_eq!(place(Kind::Expire), Some(Place::Movement(0)));
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Expire) {
            assert_eq!(place(kind), Some(Place::Movement(1)), "{kind:?}");
        }
        let at_the_end = periods(None).place(5, &row(Kind::Expire, "a", -1, at(7, 1)));
        assert_eq!(at_the_end, Some(Place::Movement(1)));
    }
}
