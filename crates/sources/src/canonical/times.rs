//! Columns of times: microseconds since 1970 in UTC.
//!
//! A time without an offset is local time of the file's zone; a bare date is the start of its day, or its end where the
//! column says so.

use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use crate::error::FileFault;
use crate::values::{Moments, value_as_text};
use accrue_facts::counted_time;
use accrue_facts::moment::{ALL, BareDate, Moment, NotATime, PLAUSIBLE, SameDays};
use accrue_facts::seen::{Expiries, is_local_midnight, is_midnight};
use accrue_facts::{RejectReason, Time};
use accrue_kernel::time::{LocalCalendar, Timestamp};
use arrow::array::{Array, ArrayRef};
use std::ops::Range;

/// A column of times.
pub(super) struct Times<'a> {
    name: &'static str,
    zone: &'a LocalCalendar,
    bare_date: BareDate,
    /// Microseconds of the instants that are accepted.
    bounds: Range<i64>,
    are_instants_made: bool,
    column: Option<Column>,
}

struct Column {
    /// As the file has it, for rejects.
    array: ArrayRef,
    moments: Moments,
    days: SameDays,
}

impl<'a> Times<'a> {
    pub(super) fn new(name: &'static str, bare_date: BareDate, cells: &Cells<'a>) -> Result<Times<'a>, FileFault> {
        let bounds = match bare_date {
            // Nothing but an expiry has the end of a bare date, and credit may be valid for ever.
            BareDate::End => ALL,
            BareDate::Start if cells.reading.doubts.any_time => ALL,
            BareDate::Start => PLAUSIBLE,
        };
        let column = cells.column(name).map(|array| Column::new(name, array, &bounds)).transpose()?;
        let column = column.filter(|column| column.array.null_count() < column.array.len());
        Ok(Times {
            name,
            zone: cells.reading.zone,
            bare_date,
            bounds,
            are_instants_made: cells.reading.doubts.are_instants_made,
            column,
        })
    }

    /// Returns the time of a row, null where it has none.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Result<Time, Box<Fault>> {
        let Some(column) = &self.column else { return Ok(Time::NULL) };
        if let Some(time) = column.moments.in_bounds(at as usize, self.zone) {
            return Ok(time);
        }
        let instant = match column.moments.get_by(at as usize, |text| column.days.parse(text)) {
            Ok(None) => return Ok(Time::NULL),
            Ok(Some(moment)) => moment.instant(self.bare_date, self.zone),
            Err(NotATime) => Err(NotATime),
        };
        match instant {
            Ok(instant) if self.bounds.contains(&instant.micros()) => Ok(instant.into()),
            Ok(instant) => Err(self.implausible(&column.array, at as usize, instant)),
            Err(NotATime) => Err(self.fault(&column.array, at as usize)),
        }
    }

    /// Returns the time of a row, which must have one.
    #[inline]
    pub(super) fn require(&self, at: u32) -> Result<Time, Box<Fault>> {
        match self.get(at)? {
            Time::NULL => Err(Fault::missing(self.name)),
            time => Ok(time),
        }
    }

    /// Looks at how a column of expiries was written, up to the first that is no midnight.
    pub(super) fn expiries(&self) -> Expiries {
        let mut expiries = Expiries::default();
        let Some(column) = &self.column else { return expiries };
        if self.are_instants_made && !column.moments.are_texts() {
            return expiries;
        }
        for at in 0..column.array.len() {
            match column.moments.get(at) {
                Ok(Some(Moment::Local(micros))) => expiries.add(micros, is_local_midnight(micros)),
                Ok(Some(Moment::Utc(micros))) => {
                    expiries.add(micros, is_midnight(Timestamp::from_micros(micros), self.zone));
                }
                Ok(Some(Moment::Day(_))) => expiries.has_others = true,
                Ok(None) | Err(NotATime) => {}
            }
            if expiries.has_others {
                break;
            }
        }
        expiries
    }

    #[cold]
    fn fault(&self, array: &ArrayRef, at: usize) -> Box<Fault> {
        let value = value_as_text(array, at);
        let what = counted_time::not_a_time(&value).unwrap_or_else(|| {
            "is not a time of the years 1 to 9999 such as `2024-05-01`, `2024-05-01 12:00:00` (local time) or \
             `2024-05-01T12:00:00+02:00`"
                .to_owned()
        });
        Fault::of_value(self.name, value, RejectReason::Malformed, what)
    }

    #[cold]
    fn implausible(&self, array: &ArrayRef, at: usize, instant: Timestamp) -> Box<Fault> {
        let value = value_as_text(array, at);
        let what = counted_time::implausible(instant);
        Fault::of_value(self.name, value, RejectReason::Implausible, what)
    }
}

impl Column {
    fn new(name: &str, array: &ArrayRef, bounds: &Range<i64>) -> Result<Column, FileFault> {
        Ok(Column { array: array.clone(), moments: Moments::within(name, array, bounds)?, days: SameDays::default() })
    }
}
