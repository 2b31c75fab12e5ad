//! Reads columns of texts, dates or times as instants or local times, in microseconds since 1970.

use super::as_text::as_text;
use crate::error::FileFault;
use accrue_facts::Time;
use accrue_facts::moment::{ALL, Moment, NotATime, parse_moment};
use accrue_facts::trim::trim;
use accrue_kernel::time::{LocalCalendar, MICROS_PER_DAY, Timestamp};
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int64Type, TimeUnit};
use std::ops::Range;

const MILLIS_PER_DAY: i64 = 86_400_000;
/// Microseconds: local time is never so far from UTC, a day that a zone has skipped included.
const FURTHEST: i64 = 3 * MICROS_PER_DAY;

/// What a column of any type says about time.
pub(crate) struct Moments(Values);

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

impl Moments {
    /// Reads a column of texts, dates or times.
    pub(crate) fn new(name: &str, array: &ArrayRef) -> Result<Moments, FileFault> {
        Moments::within(name, array, &ALL)
    }

    /// Reads a column of which the instants within bounds are to be found quickly.
    pub(crate) fn within(name: &str, array: &ArrayRef, bounds: &Range<i64>) -> Result<Moments, FileFault> {
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
    pub(crate) fn get(&self, at: usize) -> Result<Option<Moment>, NotATime> {
        self.get_by(at, parse_moment)
    }

    /// Likewise, texts being read by `parse`.
    #[inline]
    pub(crate) fn get_by(
        &self,
        at: usize,
        parse: impl Fn(&[u8]) -> Option<Moment>,
    ) -> Result<Option<Moment>, NotATime> {
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

    /// Returns the time of a row, null where it has none, if all times of the column are known to be within the bounds.
    #[inline]
    pub(crate) fn in_bounds(&self, at: usize, zone: &LocalCalendar) -> Option<Time> {
        let is_null = |nulls: &Option<NullBuffer>| nulls.as_ref().is_some_and(|nulls| nulls.is_null(at));
        match &self.0 {
            Values::Instants(_, nulls) | Values::Locals(_, nulls) if is_null(nulls) => Some(Time::NULL),
            Values::Instants(micros, _) => Some(Timestamp::from_micros(micros[at]).into()),
            Values::Locals(micros, _) => Some(zone.instant_of(micros[at]).into()),
            _ => None,
        }
    }

    /// Tells whether the column holds texts.
    pub(crate) fn are_texts(&self) -> bool {
        matches!(self.0, Values::Texts(_))
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
