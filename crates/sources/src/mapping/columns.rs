//! Reads a file's columns as what they hold: text by `types`, Parquet's own types as they are.
//!
//! A value that does not fit is null here and a [`Fault`] of its row; nothing else becomes null.

use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::excel_date;
use crate::mapping::fault::MappingFault;
use crate::mapping::kind::Kind;
use crate::mapping::lookup::Found;
use crate::mapping::money;
use crate::mapping::value::{Misfit, Number, ambiguous, far_off, parse_bool, parse_epoch, parse_time, written};
use crate::values::{Moments, value_as_text};
use accrue_facts::ids::IdCheck;
use accrue_facts::moment::{BareDate, Moment, NotATime};
use accrue_facts::number::may_be_thousands;
use accrue_facts::seen::{Expiries, is_midnight};
use accrue_kernel::time::{LocalCalendar, Timestamp};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, TimestampMicrosecondType};
use std::sync::Arc;

/// A column as expressions see it.
pub(super) struct Column {
    pub holds: ExprType,
    /// One per batch of the file.
    pub chunks: Vec<ArrayRef>,
    /// Of times: the same, where a bare date means the end of its day.
    pub ends: Option<Vec<ArrayRef>>,
    pub faults: Vec<Fault>,
}

/// The instants, in microseconds, that a bare date begins and ends at; of any other time the same twice.
#[derive(Clone, Copy)]
struct Instants {
    start: i64,
    end: i64,
}

/// A value that does not fit.
#[derive(Clone)]
pub(super) struct Fault {
    /// The row, from 0, over all batches.
    pub row: usize,
    pub value: String,
    pub misfit: Misfit,
}

/// What is the same for all columns of a file.
pub(crate) struct Reading<'a> {
    pub zone: &'a LocalCalendar,
    /// The decimal mark of its numbers: `.` or `,`.
    pub decimal: u8,
    /// How the values are judged that ids are put together of.
    pub ids: IdCheck,
    /// What the look-ups of the mapping go through, in their order.
    pub found: &'a [Found],
}

impl Column {
    fn new(holds: ExprType, chunks: Vec<ArrayRef>, faults: Vec<Fault>) -> Column {
        Column { holds, chunks, ends: None, faults }
    }

    /// Returns a column of texts as they are.
    pub(super) fn of_texts(texts: StringArray) -> Column {
        Column::new(ExprType::Text, vec![Arc::new(texts)], Vec::new())
    }

    /// Returns a column that no row has a value of, in no batch.
    pub(super) fn of_nothing() -> Column {
        Column::new(ExprType::Null, Vec::new(), Vec::new())
    }
}

/// Reads all batches of one column; `wanted` is what `types` says of it.
pub(super) fn read(
    name: &str,
    arrays: &[ArrayRef],
    wanted: Option<&Kind>,
    reading: &Reading<'_>,
) -> Result<Column, MappingFault> {
    let data_type = arrays.first().map_or(&DataType::Null, |array| array.data_type());
    let unreadable = |wanted: &Kind| MappingFault::Unreadable {
        column: name.to_owned(),
        holds: data_type.to_string(),
        wanted: wanted.name(),
    };
    let native = Kind::native(data_type).ok_or_else(|| unreadable(wanted.unwrap_or(&Kind::Text)))?;
    let kind = wanted.unwrap_or(&native);
    match (&native, kind) {
        (Kind::Time(_), Kind::Time(_)) => {
            let moments = arrays.iter().map(|array| Moments::new(name, array)).collect::<Result<Vec<_>, _>>();
            Ok(times_of_parquet(arrays, &moments.map_err(|_| unreadable(kind))?, reading.zone))
        }
        (Kind::Time(_), _) => Err(unreadable(kind)),
        (Kind::Bool, Kind::Bool) => Ok(Column::new(ExprType::Bool, arrays.to_vec(), Vec::new())),
        (Kind::Decimal, Kind::Decimal) if data_type.is_decimal() => decimals_of_parquet(name, arrays),
        (Kind::Int, Kind::Int) if *data_type != DataType::UInt64 => {
            let chunks = arrays.iter().map(|array| cast(array, &DataType::Int64)).collect::<Result<_, _>>();
            let chunks = chunks.map_err(|_| unreadable(kind))?;
            Ok(Column::new(ExprType::Int, chunks, Vec::new()))
        }
        (Kind::Decimal, Kind::Text) if data_type.is_floating() => {
            let texts = arrays.iter().map(texts).collect::<Option<Vec<_>>>().ok_or_else(|| unreadable(kind))?;
            let mut reader = Reader { row: 0, faults: Vec::new() };
            let chunks = reader.each(&texts, written, array::<StringArray, _>);
            Ok(Column::new(ExprType::Text, chunks, reader.faults))
        }
        _ => {
            let texts = arrays.iter().map(texts).collect::<Option<Vec<_>>>().ok_or_else(|| unreadable(kind))?;
            // What is not text in the file has the decimal mark that we write it with.
            let decimal = if native == Kind::Text { reading.decimal } else { b'.' };
            Ok(parse(&texts, kind, &Reading { decimal, ..*reading }))
        }
    }
}

fn parse(texts: &[StringArray], kind: &Kind, reading: &Reading<'_>) -> Column {
    let mut reader = Reader { row: 0, faults: Vec::new() };
    let times = |mut reader: Reader, read: &dyn Fn(&str) -> Result<Moment, Misfit>| {
        let chunks = reader.each(texts, |text| instants(read(text)?, reading.zone), |instants| instants);
        times(chunks, reader.faults)
    };
    let chunks = match kind {
        Kind::Text => texts.iter().map(|chunk| Arc::new(chunk.clone()) as ArrayRef).collect(),
        Kind::Int => reader.each(
            texts,
            |text| Number::parse(text, reading.decimal).and_then(Number::whole),
            array::<Int64Array, _>,
        ),
        Kind::Bool => reader.each(texts, parse_bool, array::<BooleanArray, _>),
        Kind::Time(pattern) => return times(reader, &|text| parse_time(text, pattern.as_ref())),
        Kind::EpochSeconds => return times(reader, &|text| parse_epoch(text, 1)),
        Kind::EpochMillis => return times(reader, &|text| parse_epoch(text, 1000)),
        Kind::ExcelDate => return times(reader, &|text| excel_date::parse(text, reading.decimal)),
        Kind::Money => {
            let numbers = reader.each(texts, |text| money::parse(text, reading.decimal), |numbers| numbers);
            return decimals(numbers, reader.faults);
        }
        Kind::Decimal => {
            let mut numbers = reader.each(texts, |text| Number::parse(text, reading.decimal), |numbers| numbers);
            if reading.decimal == b'.' {
                reader.leave_out_thousands(texts, &mut numbers);
            }
            return decimals(numbers, reader.faults);
        }
    };
    Column::new(kind.holds(), chunks, reader.faults)
}

/// Goes through the texts of a column and keeps what does not fit.
struct Reader {
    row: usize,
    faults: Vec<Fault>,
}

impl Reader {
    fn each<T, C>(
        &mut self,
        texts: &[StringArray],
        read: impl Fn(&str) -> Result<T, Misfit>,
        finish: impl Fn(Vec<Option<T>>) -> C,
    ) -> Vec<C> {
        let chunks = texts.iter().map(|chunk| finish(chunk.iter().map(|text| self.value(text, &read)).collect()));
        chunks.collect()
    }

    /// Takes out what may be thousands in a column that has commas before decimals: `1.000` beside `10,5`.
    fn leave_out_thousands(&mut self, texts: &[StringArray], numbers: &mut [Vec<Option<Number>>]) {
        let comma = self.faults.iter().find(|fault| Number::parse(&fault.value, b',').is_ok());
        let Some(comma) = comma.map(|fault| fault.value.clone()) else { return };
        let mut row = 0;
        for (texts, numbers) in texts.iter().zip(numbers) {
            for (text, number) in texts.iter().zip(numbers) {
                if let Some(text) = text.filter(|text| number.is_some() && may_be_thousands(text)) {
                    let misfit = ambiguous(&comma);
                    self.faults.push(Fault { row, value: text.to_owned(), misfit });
                    *number = None;
                }
                row += 1;
            }
        }
    }

    fn value<T>(&mut self, text: Option<&str>, read: impl Fn(&str) -> Result<T, Misfit>) -> Option<T> {
        let row = self.row;
        self.row += 1;
        match read(text?) {
            Ok(value) => Some(value),
            Err(misfit) => {
                self.faults.push(Fault { row, value: text.unwrap_or_default().to_owned(), misfit });
                None
            }
        }
    }
}

fn array<A: Array + From<Vec<Option<T>>> + 'static, T>(values: Vec<Option<T>>) -> ArrayRef {
    Arc::new(A::from(values))
}

/// Makes a column of times.
fn times(chunks: Vec<Vec<Option<Instants>>>, faults: Vec<Fault>) -> Column {
    let of = |one: fn(Instants) -> i64| {
        let chunk = |instants: &Vec<Option<Instants>>| {
            array::<TimestampMicrosecondArray, _>(instants.iter().map(|instants| instants.map(one)).collect())
        };
        chunks.iter().map(chunk).collect()
    };
    Column {
        ends: Some(of(|instants| instants.end)),
        ..Column::new(ExprType::Time, of(|instants| instants.start), faults)
    }
}

/// Looks at how a column of expiries was written, up to the first that is no midnight: a bare date begins and ends at
/// different instants.
pub(super) fn expiries(starts: &[ArrayRef], ends: &[ArrayRef], zone: &LocalCalendar) -> Expiries {
    let mut expiries = Expiries::default();
    let instants = |chunk: &ArrayRef| chunk.as_primitive::<TimestampMicrosecondType>().clone();
    for (starts, ends) in starts.iter().zip(ends) {
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
fn times_of_parquet(arrays: &[ArrayRef], columns: &[Moments], zone: &LocalCalendar) -> Column {
    let (mut row, mut faults) = (0, Vec::new());
    let mut chunks = Vec::with_capacity(arrays.len());
    for (array, moments) in arrays.iter().zip(columns) {
        let read = |at: usize| match moments.get(at).map_err(|NotATime| far_off())? {
            Some(moment) => instants(moment, zone).map(Some),
            None => Ok(None),
        };
        let value = |at: usize| {
            read(at).unwrap_or_else(|misfit| {
                faults.push(Fault { row: row + at, value: value_as_text(array, at), misfit });
                None
            })
        };
        chunks.push((0..array.len()).map(value).collect());
        row += array.len();
    }
    times(chunks, faults)
}

/// Makes one column of decimals, with the most decimals that any of them needs.
fn decimals(chunks: Vec<Vec<Option<Number>>>, faults: Vec<Fault>) -> Column {
    let scale = chunks.iter().flatten().flatten().map(|number| number.scale).max().unwrap_or(0);
    let widened = |number: Number| number.mantissa * 10_i128.pow(u32::from(scale - number.scale));
    let chunks = chunks.into_iter().map(|chunk| {
        let mantissas: Decimal128Array = chunk.into_iter().map(|number| number.map(widened)).collect();
        let column = mantissas.with_precision_and_scale(38, scale as i8).expect("a scale of at most 18");
        Arc::new(column) as ArrayRef
    });
    Column::new(ExprType::Decimal(scale), chunks.collect(), faults)
}

fn decimals_of_parquet(name: &str, arrays: &[ArrayRef]) -> Result<Column, MappingFault> {
    let mut faults = Vec::new();
    let mut row = 0;
    let mut chunks = Vec::with_capacity(arrays.len());
    for array in arrays {
        let (DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale)) =
            *array.data_type()
        else {
            continue;
        };
        let wide = cast(array, &DataType::Decimal128(38, scale))
            .map_err(|fault| MappingFault::Column { column: name.to_owned(), fault: fault.to_string() })?;
        let wide = wide.as_primitive::<Decimal128Type>();
        let mut chunk = Vec::with_capacity(wide.len());
        for (at, value) in wide.iter().enumerate() {
            let number = value.map(|mantissa| match u32::try_from(scale) {
                Ok(scale) => Number::new(mantissa, scale),
                Err(_) => Number::new(mantissa.saturating_mul(10_i128.pow(u32::from(scale.unsigned_abs()))), 0),
            });
            chunk.push(number.transpose().unwrap_or_else(|misfit| {
                faults.push(Fault { row: row + at, value: wide.value_as_string(at), misfit });
                None
            }));
        }
        row += wide.len();
        chunks.push(chunk);
    }
    Ok(decimals(chunks, faults))
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
    let is_trim = |text: &str| !text.is_empty() && text.trim().len() == text.len();
    if texts.iter().flatten().all(is_trim) {
        return texts.clone();
    }
    texts.iter().map(|text| text.map(str::trim).filter(|text| !text.is_empty())).collect()
}
