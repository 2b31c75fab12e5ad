//! Reads a file's columns as what they hold: text by `types`, Parquet's own types as they are.
//!
//! A value that does not fit is null here and a [`Fault`] of its row; nothing else becomes null.

use crate::mapping::column::{Column, Fault};
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::excel_date;
use crate::mapping::fault::MappingFault;
use crate::mapping::found::Found;
use crate::mapping::kind::Kind;
use crate::mapping::money;
use crate::mapping::value::{Misfit, Number, ambiguous, far_off, parse_bool, parse_epoch, parse_time, written};
use crate::values::{Moments, held, value_as_text};
use accrue_facts::ids::IdCheck;
use accrue_facts::moment::{BareDate, Moment, NotATime};
use accrue_facts::number::may_be_thousands;
use accrue_facts::seen::{Expiries, is_midnight};
use accrue_kernel::time::{LocalCalendar, Timestamp};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, TimestampMicrosecondType};
use std::sync::Arc;

/// The instants, in microseconds, that a bare date begins and ends at; of any other time the same twice.
#[derive(Clone, Copy)]
struct Instants {
    start: i64,
    end: i64,
}

/// What is the same for all columns of a file.
pub(crate) struct Reading<'a> {
    pub zone: &'a LocalCalendar,
    /// The decimal mark of its numbers: `.` or `,`.
    pub decimal: u8,
    /// How the values are judged that ids are put together of.
    pub ids: IdCheck,
    /// The rows that the look-ups of the mapping search, in the order of the look-ups.
    pub found: &'a [Found],
}

/// Reads a column of a batch; `wanted` is what `types` says of it, `comma` a value with a decimal comma that the column
/// has somewhere, where it has one among decimals with a point.
pub(super) fn read(
    name: &str,
    array: &ArrayRef,
    (wanted, comma): (Option<&Kind>, Option<&str>),
    reading: &Reading<'_>,
) -> Result<Column, MappingFault> {
    let data_type = array.data_type();
    let unreadable = |wanted: &Kind| MappingFault::Unreadable {
        column: name.to_owned(),
        holds: held(data_type),
        wanted: wanted.name(),
    };
    let native = Kind::native(data_type).ok_or_else(|| unreadable(wanted.unwrap_or(&Kind::Text)))?;
    let kind = wanted.unwrap_or(&native);
    match (&native, kind) {
        (Kind::Time(_), Kind::Time(_)) => {
            let moments = Moments::new(name, array).map_err(|_| unreadable(kind))?;
            Ok(times_of_parquet(array, &moments, reading.zone))
        }
        (Kind::Time(_), _) => Err(unreadable(kind)),
        (Kind::Bool, Kind::Bool) => Ok(Column::new(ExprType::Bool, array.clone(), Vec::new())),
        (Kind::Decimal, Kind::Decimal) if data_type.is_decimal() => decimals_of_parquet(name, array),
        (Kind::Int, Kind::Int) if *data_type != DataType::UInt64 => {
            let whole = cast(array, &DataType::Int64).map_err(|_| unreadable(kind))?;
            Ok(Column::new(ExprType::Int, whole, Vec::new()))
        }
        (Kind::Decimal, Kind::Text) if data_type.is_floating() => {
            let texts = texts(array).ok_or_else(|| unreadable(kind))?;
            let (values, faults) = each(&texts, written);
            Ok(Column::new(ExprType::Text, Arc::new(StringArray::from(values)), faults))
        }
        _ => {
            let texts = texts(array).ok_or_else(|| unreadable(kind))?;
            // What is not text in the file has the decimal mark that we write it with.
            let decimal = if native == Kind::Text { reading.decimal } else { b'.' };
            Ok(parse(texts, (kind, comma), &Reading { decimal, ..*reading }))
        }
    }
}

/// Returns the first value of a column of decimals with a point that only a decimal comma makes readable: `10,5`, and
/// `$10,5` too.
pub(super) fn comma(array: &ArrayRef, kind: &Kind, reading: &Reading<'_>) -> Option<String> {
    let is_comma =
        |text: &&str| reader_of_decimals(kind)(text, reading.decimal).is_err() && money::parse(text, b',').is_ok();
    let has_point = matches!(kind, Kind::Money | Kind::Decimal) && reading.decimal == b'.';
    texts(array).filter(|_| has_point)?.iter().flatten().find(is_comma).map(str::to_owned)
}

fn reader_of_decimals(kind: &Kind) -> fn(&str, u8) -> Result<Number, Misfit> {
    if *kind == Kind::Money { money::parse } else { Number::parse }
}

fn parse(texts: StringArray, (kind, comma): (&Kind, Option<&str>), reading: &Reading<'_>) -> Column {
    let times = |read: &dyn Fn(&str) -> Result<Moment, Misfit>| {
        let (instants, faults) = each(&texts, |text| instants(read(text)?, reading.zone));
        times(&instants, faults)
    };
    let (values, faults): (ArrayRef, _) = match kind {
        Kind::Text => (Arc::new(texts), Vec::new()),
        Kind::Int => {
            let (numbers, faults) = each(&texts, |text| Number::parse(text, reading.decimal).and_then(Number::whole));
            (Arc::new(Int64Array::from(numbers)), faults)
        }
        Kind::Bool => {
            let (truths, faults) = each(&texts, parse_bool);
            (Arc::new(BooleanArray::from(truths)), faults)
        }
        Kind::Time(pattern) => return times(&|text| parse_time(text, pattern.as_ref())),
        Kind::EpochSeconds => return times(&|text| parse_epoch(text, 1)),
        Kind::EpochMillis => return times(&|text| parse_epoch(text, 1000)),
        Kind::ExcelDate => return times(&|text| excel_date::parse(text, reading.decimal)),
        Kind::Money | Kind::Decimal => {
            let read = reader_of_decimals(kind);
            let (mut numbers, mut faults) = (Numbers::with_capacity(texts.len()), Vec::new());
            for (row, text) in texts.iter().enumerate() {
                numbers.push(or_fault(row, text, |text| read(text, reading.decimal), &mut faults));
            }
            if let Some(comma) = comma {
                leave_out_thousands(&texts, comma, &mut numbers, &mut faults);
            }
            return numbers.column(faults);
        }
    };
    Column::new(kind.holds(), values, faults)
}

/// Reads each text; what does not fit is a fault.
fn each<T>(texts: &StringArray, read: impl Fn(&str) -> Result<T, Misfit>) -> (Vec<Option<T>>, Vec<Fault>) {
    let mut faults = Vec::new();
    let values = texts.iter().enumerate().map(|(row, text)| or_fault(row, text, &read, &mut faults)).collect();
    (values, faults)
}

/// Reads the text of a row; one that does not fit is a fault.
fn or_fault<T>(
    row: usize,
    text: Option<&str>,
    read: impl Fn(&str) -> Result<T, Misfit>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let text = text?;
    read(text).map_err(|misfit| faults.push(Fault { row, value: text.to_owned(), misfit })).ok()
}

/// Takes out what may be thousands in a column that has commas before decimals: `1.000` beside `10,5`.
fn leave_out_thousands(texts: &StringArray, comma: &str, numbers: &mut Numbers, faults: &mut Vec<Fault>) {
    for (row, text) in texts.iter().enumerate() {
        let may_be = |text: &str| money::plain(text, '.').is_some_and(|plain| may_be_thousands(&plain));
        if let Some(text) = text.filter(|text| numbers.scales[row].is_some() && may_be(text)) {
            faults.push(Fault { row, value: text.to_owned(), misfit: ambiguous(comma) });
            numbers.scales[row] = None;
        }
    }
}

/// Makes a column of times.
fn times(instants: &[Option<Instants>], faults: Vec<Fault>) -> Column {
    let of = |one: fn(Instants) -> i64| -> ArrayRef {
        Arc::new(instants.iter().map(|instants| instants.map(one)).collect::<TimestampMicrosecondArray>())
    };
    let ends = Some(of(|instants| instants.end));
    Column { ends, ..Column::new(ExprType::Time, of(|instants| instants.start), faults) }
}

/// Looks at how a column of expiries was written, up to the first that is no midnight: a bare date begins and ends at
/// different instants.
pub(super) fn expiries(starts: &ArrayRef, ends: &ArrayRef, zone: &LocalCalendar) -> Expiries {
    let mut expiries = Expiries::default();
    let instants = |array: &ArrayRef| array.as_primitive::<TimestampMicrosecondType>().clone();
    for pair in instants(starts).iter().zip(&instants(ends)) {
        match pair {
            (Some(start), Some(end)) if start == end => {
                expiries.add(start, is_midnight(Timestamp::from_micros(start), zone));
            }
            (Some(_), Some(_)) => expiries.has_others = true,
            _ => {}
        }
        if expiries.has_others {
            return expiries;
        }
    }
    expiries
}

/// Returns the instants of a time, which may be a bare date.
fn instants(moment: Moment, zone: &LocalCalendar) -> Result<Instants, Misfit> {
    let at = |bare_date| moment.instant(bare_date, zone).map(|instant| instant.micros()).map_err(|NotATime| far_off());
    let start = at(BareDate::Start)?;
    let end = if matches!(moment, Moment::Day(_)) { at(BareDate::End)? } else { start };
    Ok(Instants { start, end })
}

/// Reads native times; those without a zone are local.
fn times_of_parquet(array: &ArrayRef, moments: &Moments, zone: &LocalCalendar) -> Column {
    let mut faults = Vec::new();
    let read = |row: usize| match moments.get(row).map_err(|NotATime| far_off())? {
        Some(moment) => instants(moment, zone).map(Some),
        None => Ok(None),
    };
    let value = |row: usize| {
        read(row).unwrap_or_else(|misfit| {
            faults.push(Fault { row, value: value_as_text(array, row), misfit });
            None
        })
    };
    let instants: Vec<_> = (0..array.len()).map(value).collect();
    times(&instants, faults)
}

/// Numbers as they are read: each with the decimals that it needs, `None` where there is no number.
struct Numbers {
    mantissas: Vec<i128>,
    scales: Vec<Option<u8>>,
}

impl Numbers {
    fn with_capacity(rows: usize) -> Numbers {
        Numbers { mantissas: Vec::with_capacity(rows), scales: Vec::with_capacity(rows) }
    }

    fn push(&mut self, number: Option<Number>) {
        self.mantissas.push(number.map_or(0, |number| number.mantissa));
        self.scales.push(number.map(|number| number.scale));
    }

    /// Makes a column of them, with the most decimals that any of them needs.
    fn column(mut self, faults: Vec<Fault>) -> Column {
        let scale = self.scales.iter().flatten().copied().max().unwrap_or(0);
        for (mantissa, own) in self.mantissas.iter_mut().zip(&self.scales) {
            if let Some(more) = own.map(|own| scale - own).filter(|more| *more > 0) {
                *mantissa *= 10_i128.pow(u32::from(more));
            }
        }
        let is_there = BooleanBuffer::collect_bool(self.scales.len(), |row| self.scales[row].is_some());
        let nulls = Some(NullBuffer::new(is_there)).filter(|nulls| nulls.null_count() > 0);
        let values = Decimal128Array::new(self.mantissas.into(), nulls);
        let values = values.with_precision_and_scale(38, scale as i8).expect("a scale of at most 18");
        Column::new(ExprType::Decimal(scale), Arc::new(values), faults)
    }
}

fn decimals_of_parquet(name: &str, array: &ArrayRef) -> Result<Column, MappingFault> {
    let (DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale)) =
        *array.data_type()
    else {
        unreachable!("a column of decimals");
    };
    let wide = cast(array, &DataType::Decimal128(38, scale)).map_err(|_| MappingFault::unreadable(name))?;
    let wide = wide.as_primitive::<Decimal128Type>();
    let number = |mantissa| match u32::try_from(scale) {
        Ok(scale) => Number::new(mantissa, scale),
        Err(_) => Number::new(mantissa.saturating_mul(10_i128.pow(u32::from(scale.unsigned_abs()))), 0),
    };
    let (mut numbers, mut faults) = (Numbers::with_capacity(wide.len()), Vec::new());
    for (row, mantissa) in wide.iter().enumerate() {
        let read = mantissa.map(number).transpose();
        numbers.push(read.unwrap_or_else(|misfit| {
            faults.push(Fault { row, value: wide.value_as_string(row), misfit });
            None
        }));
    }
    Ok(numbers.column(faults))
}

/// Returns a column as trimmed texts, empty ones null; numbers as their shortest decimal.
pub(super) fn texts(array: &ArrayRef) -> Option<StringArray> {
    match array.data_type() {
        DataType::Float32 => {
            Some(array.as_primitive::<Float32Type>().iter().map(|float| float.map(|float| float.to_string())).collect())
        }
        DataType::Float64 => {
            Some(array.as_primitive::<Float64Type>().iter().map(|float| float.map(|float| float.to_string())).collect())
        }
        data_type if data_type.is_decimal() => {
            let written = cast(array, &DataType::Utf8).ok()?;
            let shortest = |text: &str| match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text.to_owned(),
            };
            Some(written.as_string::<i32>().iter().map(|text| text.map(shortest)).collect())
        }
        _ => Some(trimmed(cast(array, &DataType::Utf8).ok()?.as_string::<i32>())),
    }
}

fn trimmed(texts: &StringArray) -> StringArray {
    let is_trim = |text: &str| match (text.as_bytes().first(), text.as_bytes().last()) {
        // Most texts show at once that no blank is around them.
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => true,
        _ => !text.is_empty() && text.trim().len() == text.len(),
    };
    if texts.iter().flatten().all(is_trim) {
        return texts.clone();
    }
    texts.iter().map(|text| text.map(str::trim).filter(|text| !text.is_empty())).collect()
}
