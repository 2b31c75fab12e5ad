//! Columns of times.

use super::arrays::{as_text, value_as_text};
use super::cells::Cells;
use super::counts;
use super::fault::Fault;
use super::moment::{ALL, BareDate, Moment, NotATime, PLAUSIBLE, SameDays, parse};
use super::texts::trim;
use crate::ingest::error::FileFault;
use crate::ingest::facts::{RejectReason, Time};
use crate::ingest::warnings::{Expiries, is_local_midnight, is_midnight};
use crate::kernel::time::{Instant, MICROS_PER_DAY, Zone};
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int64Type, TimeUnit};
use std::ops::Range;

const MILLIS_PER_DAY: i64 = 86_400_000;
/// Microseconds: local time is never so far from UTC, a day that a zone has skipped included.
const FURTHEST: i64 = 3 * MICROS_PER_DAY;

/// A column of times.
pub struct Times<'a> {
    name: &'static str,
    zone: &'a Zone,
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

/// What a column of any type says about time.
pub struct Moments(Values);

enum Values {
    Texts(StringArray),
    /// Microseconds of UTC, all within the bounds.
    Instants(ScalarBuffer<i64>, Option<NullBuffer>),
    /// Microseconds of local time, all so far within the bounds that no zone takes them out.
    Locals(ScalarBuffer<i64>, Option<NullBuffer>),
    /// Microseconds, of UTC or of local time.
    Micros {
        micros: ScalarBuffer<i64>,
        nulls: Option<NullBuffer>,
        utc: bool,
    },
    Days {
        days: Vec<i32>,
        nulls: Option<NullBuffer>,
    },
}

impl<'a> Times<'a> {
    pub fn new(name: &'static str, bare_date: BareDate, cells: &Cells<'a>) -> Result<Times<'a>, FileFault> {
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
    pub fn get(&self, at: u32) -> Result<Time, Box<Fault>> {
        let Some(column) = &self.column else { return Ok(Time::NULL) };
        if let Values::Instants(micros, nulls) = &column.moments.0 {
            let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(at as usize));
            return Ok(if is_null { Time::NULL } else { Instant::from_micros(micros[at as usize]).into() });
        }
        if let Values::Locals(micros, nulls) = &column.moments.0 {
            let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(at as usize));
            return Ok(if is_null { Time::NULL } else { self.zone.instant_of(micros[at as usize]).into() });
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
    pub fn require(&self, at: u32) -> Result<Time, Box<Fault>> {
        match self.get(at)? {
            Time::NULL => Err(Fault::missing(self.name)),
            time => Ok(time),
        }
    }

    /// Looks at how a column of expiries was written, up to the first that is no midnight.
    pub fn expiries(&self) -> Expiries {
        let mut expiries = Expiries::default();
        let Some(column) = &self.column else { return expiries };
        if self.are_instants_made && !matches!(column.moments.0, Values::Texts(_)) {
            return expiries;
        }
        for at in 0..column.array.len() {
            match column.moments.get(at) {
                Ok(Some(Moment::Local(micros))) => expiries.add(micros, is_local_midnight(micros)),
                Ok(Some(Moment::Utc(micros))) => {
                    expiries.add(micros, is_midnight(Instant::from_micros(micros), self.zone));
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
        let what = counts::not_a_time(&value).unwrap_or_else(|| {
            "is not a time of the years 1 to 9999: write `2024-05-01`, `2024-05-01 12:00:00` (local time) \
             or `2024-05-01T12:00:00+02:00`"
                .to_owned()
        });
        Fault::of_value(self.name, value, RejectReason::Malformed, what)
    }

    #[cold]
    fn implausible(&self, array: &ArrayRef, at: usize, instant: Instant) -> Box<Fault> {
        let value = value_as_text(array, at);
        let what = counts::implausible(instant);
        Fault::of_value(self.name, value, RejectReason::Implausible, what)
    }
}

impl Column {
    fn new(name: &str, array: &ArrayRef, bounds: &Range<i64>) -> Result<Column, FileFault> {
        Ok(Column { array: array.clone(), moments: Moments::within(name, array, bounds)?, days: SameDays::default() })
    }
}

impl Moments {
    /// Reads a column of texts, dates or times.
    pub fn new(name: &str, array: &ArrayRef) -> Result<Moments, FileFault> {
        Moments::within(name, array, &ALL)
    }

    /// Reads a column of which the instants within bounds are to be found quickly.
    fn within(name: &str, array: &ArrayRef, bounds: &Range<i64>) -> Result<Moments, FileFault> {
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        let values = match array.data_type() {
            DataType::Timestamp(unit, zone) => {
                let whole = cast(array, &DataType::Int64)?;
                let whole = whole.as_primitive::<Int64Type>().values();
                let micros = match unit {
                    TimeUnit::Microsecond => whole.clone(),
                    _ => whole.iter().map(|value| to_micros(*value, *unit)).collect(),
                };
                let inner = bounds.start + FURTHEST..bounds.end - FURTHEST;
                match zone {
                    Some(_) if are_all_in(bounds, &micros, nulls.as_ref()) => Values::Instants(micros, nulls),
                    None if are_all_in(&inner, &micros, nulls.as_ref()) => Values::Locals(micros, nulls),
                    _ => Values::Micros { micros, nulls, utc: zone.is_some() },
                }
            }
            DataType::Date32 => Values::Days { days: array.as_primitive::<Date32Type>().values().to_vec(), nulls },
            DataType::Date64 => {
                let whole = cast(array, &DataType::Int64)?;
                let day = |millis: &i64| i32::try_from(millis.div_euclid(MILLIS_PER_DAY)).unwrap_or(i32::MAX);
                Values::Days { days: whole.as_primitive::<Int64Type>().values().iter().map(day).collect(), nulls }
            }
            _ => Values::Texts(as_text(name, array)?),
        };
        Ok(Moments(values))
    }

    /// Returns what a row says, of whatever year; `None` where it says nothing.
    #[inline]
    pub fn get(&self, at: usize) -> Result<Option<Moment>, NotATime> {
        self.get_by(at, parse)
    }

    #[inline]
    fn get_by(&self, at: usize, parse: impl Fn(&[u8]) -> Option<Moment>) -> Result<Option<Moment>, NotATime> {
        let (nulls, moment) = match &self.0 {
            Values::Texts(texts) => {
                // A null's text is empty, or nothing that anybody should read.
                let text = if texts.is_null(at) { "" } else { trim(texts.value(at)) };
                return match text.is_empty() {
                    true => Ok(None),
                    false => parse(text.as_bytes()).map(Some).ok_or(NotATime),
                };
            }
            Values::Instants(micros, nulls) | Values::Micros { micros, nulls, utc: true } => {
                (nulls, Moment::Utc(micros[at]))
            }
            Values::Locals(micros, nulls) | Values::Micros { micros, nulls, utc: false } => {
                (nulls, Moment::Local(micros[at]))
            }
            Values::Days { days, nulls } => (nulls, Moment::Day(days[at])),
        };
        Ok((!nulls.as_ref().is_some_and(|nulls| nulls.is_null(at))).then_some(moment))
    }
}

/// Tells whether all values but nulls are within bounds.
fn are_all_in(bounds: &Range<i64>, micros: &[i64], nulls: Option<&NullBuffer>) -> bool {
    let is_null = |at| nulls.is_some_and(|nulls| nulls.is_null(at));
    micros.iter().enumerate().all(|(at, value)| bounds.contains(value) || is_null(at))
}

/// Digits beyond microseconds are dropped, as in texts; what does not fit is out of every range.
fn to_micros(value: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => value.saturating_mul(1_000_000),
        TimeUnit::Millisecond => value.saturating_mul(1000),
        TimeUnit::Microsecond => value,
        TimeUnit::Nanosecond => value.div_euclid(1000),
    }
}
