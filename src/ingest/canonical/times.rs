//! Columns of times.

use super::arrays::{as_text, value_as_text};
use super::cells::Cells;
use super::fault::Fault;
use super::moment::{BareDate, Moment, NotATime, SameDays, parse};
use super::texts::trim;
use crate::ingest::error::FileFault;
use crate::ingest::facts::{RejectReason, Time};
use crate::kernel::time::{Instant, Zone};
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int64Type, TimeUnit};

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A column of times.
pub struct Times<'a> {
    name: &'static str,
    zone: &'a Zone,
    bare_date: BareDate,
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
    /// Microseconds of UTC, all of the years 1 to 9999.
    Instants(ScalarBuffer<i64>, Option<NullBuffer>),
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
        let column = cells.column(name).map(|array| Column::new(name, array)).transpose()?;
        let column = column.filter(|column| column.array.null_count() < column.array.len());
        Ok(Times { name, zone: cells.reading.zone, bare_date, column })
    }

    /// Returns the time of a row, null where it has none.
    #[inline]
    pub fn get(&self, at: u32) -> Result<Time, Box<Fault>> {
        let Some(column) = &self.column else { return Ok(Time::NULL) };
        if let Values::Instants(micros, nulls) = &column.moments.0 {
            let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(at as usize));
            return Ok(if is_null { Time::NULL } else { Instant::from_micros(micros[at as usize]).into() });
        }
        let instant = match column.moments.get_by(at as usize, |text| column.days.parse(text)) {
            Ok(None) => return Ok(Time::NULL),
            Ok(Some(moment)) => moment.instant(self.bare_date, self.zone),
            Err(NotATime) => Err(NotATime),
        };
        instant.map(Time::from).map_err(|NotATime| self.fault(&column.array, at as usize))
    }

    /// Returns the time of a row, which must have one.
    #[inline]
    pub fn require(&self, at: u32) -> Result<Time, Box<Fault>> {
        match self.get(at)? {
            Time::NULL => Err(Fault::missing(self.name)),
            time => Ok(time),
        }
    }

    #[cold]
    fn fault(&self, array: &ArrayRef, at: usize) -> Box<Fault> {
        let what = "is not a time of the years 1 to 9999: write `2024-05-01`, `2024-05-01 12:00:00` (local time) \
            or `2024-05-01T12:00:00+02:00`";
        Fault::of_value(self.name, value_as_text(array, at), RejectReason::Malformed, what)
    }
}

impl Column {
    fn new(name: &str, array: &ArrayRef) -> Result<Column, FileFault> {
        Ok(Column { array: array.clone(), moments: Moments::new(name, array)?, days: SameDays::default() })
    }
}

impl Moments {
    /// Reads a column of texts, dates or times.
    pub fn new(name: &str, array: &ArrayRef) -> Result<Moments, FileFault> {
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        let values = match array.data_type() {
            DataType::Timestamp(unit, zone) => {
                let whole = cast(array, &DataType::Int64)?;
                let whole = whole.as_primitive::<Int64Type>().values();
                let micros = match unit {
                    TimeUnit::Microsecond => whole.clone(),
                    _ => whole.iter().map(|value| to_micros(*value, *unit)).collect(),
                };
                match zone {
                    Some(_) if micros.iter().all(|&micros| Moment::Utc(micros).is_in_range()) => {
                        Values::Instants(micros, nulls)
                    }
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
            Values::Micros { micros, nulls, utc: false } => (nulls, Moment::Local(micros[at])),
            Values::Days { days, nulls } => (nulls, Moment::Day(days[at])),
        };
        Ok((!nulls.as_ref().is_some_and(|nulls| nulls.is_null(at))).then_some(moment))
    }
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
