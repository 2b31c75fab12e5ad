//! Computes numbers and times that expressions read from texts. A text that holds none is a failure of its row.

use crate::mapping::compute::failure::{Failure, TextMisfit};
use crate::mapping::compute::{Evaluation, Values};
use crate::mapping::exact::node::{Node, READ_SCALE, TextReading};
use crate::mapping::value::{Misfit, Number, misfit};
use crate::mapping::{excel_date, money, value};
use accrue_facts::RejectReason;
use accrue_facts::moment::{BareDate, Moment};
use accrue_kernel::time::LocalCalendar;
use arrow::array::{ArrayRef, Decimal128Array, TimestampMicrosecondArray};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Evaluation<'_> {
    /// Reads what the texts of an expression hold. A text that does not hold it is a failure of its row.
    pub(super) fn read(&mut self, of: &[Node], column: &str, reading: &TextReading) -> Values {
        let (operands, height, is_constant) = self.operands(of);
        let mut failed = Vec::new();
        let texts = (0..height).map(|row| operands[0].text(row));
        let mut fail = |row, value: &str, misfit| {
            let value = value.to_owned();
            failed.push((row, Failure::Misfit(Box::new(TextMisfit { column: column.to_owned(), value, misfit }))));
        };
        let array: ArrayRef = match reading {
            TextReading::Number { decimal } => numbers(texts, |text| Number::parse(text, *decimal), &mut fail),
            TextReading::Money { decimal } => numbers(texts, |text| money::parse(text, *decimal), &mut fail),
            TextReading::Refusal { message } => {
                numbers(texts, |_| Err(misfit(RejectReason::Malformed, message)), &mut fail)
            }
            TextReading::Time { pattern, zone, bare_date } => {
                let mut zones = Zones { own: zone, others: BTreeMap::new() };
                let zone_of = |row: usize| operands.get(1).and_then(|zone| zone.text(row));
                let read = |row: usize, text: &str| {
                    let zone = zones.named(zone_of(row))?;
                    instant(value::parse_time(text, pattern.as_ref())?, *bare_date, &zone)
                };
                times(texts, read, &mut fail)
            }
            TextReading::ExcelDate { decimal, zone, bare_date } => {
                let read = |_, text: &str| instant(excel_date::parse(text, *decimal)?, *bare_date, zone);
                times(texts, read, &mut fail)
            }
        };
        self.fail(failed, is_constant);
        Values { array, is_constant }
    }
}

/// The zones that a column names.
struct Zones<'z> {
    /// The input's own, where none is named.
    own: &'z LocalCalendar,
    others: BTreeMap<String, LocalCalendar>,
}

impl Zones<'_> {
    fn named(&mut self, name: Option<&str>) -> Result<LocalCalendar, Misfit> {
        let Some(name) = name else { return Ok(self.own.clone()) };
        if let Some(known) = self.others.get(name) {
            return Ok(known.clone());
        }
        let zone: Tz = name.parse().map_err(|_| {
            let message =
                format!("stands beside `{name}`, which is no time zone of the IANA list, such as Europe/Paris");
            misfit(RejectReason::Malformed, &message)
        })?;
        Ok(self.others.entry(name.to_owned()).or_insert(LocalCalendar::new(zone)).clone())
    }
}

fn instant(moment: Moment, bare_date: BareDate, zone: &LocalCalendar) -> Result<i64, Misfit> {
    moment.instant(bare_date, zone).map(|instant| instant.micros()).map_err(|_| value::far_off())
}

fn numbers<'t>(
    texts: impl Iterator<Item = Option<&'t str>>,
    read: impl Fn(&str) -> Result<Number, Misfit>,
    fail: &mut impl FnMut(usize, &str, Misfit),
) -> ArrayRef {
    let widened = |number: Number| match READ_SCALE.checked_sub(number.scale) {
        Some(more) => Ok(number.mantissa * 10_i128.pow(u32::from(more))),
        None => Err(misfit(
            RejectReason::TooPrecise,
            "has more than 9 decimals: round it in the export, or type the column `decimal`",
        )),
    };
    let numbers = texts.enumerate().map(|(row, text)| {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        read(text).and_then(widened).map_err(|misfit| fail(row, text, misfit)).ok()
    });
    Arc::new(numbers.collect::<Decimal128Array>())
}

fn times<'t>(
    texts: impl Iterator<Item = Option<&'t str>>,
    mut read: impl FnMut(usize, &str) -> Result<i64, Misfit>,
    fail: &mut impl FnMut(usize, &str, Misfit),
) -> ArrayRef {
    let times = texts.enumerate().map(|(row, text)| {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        read(row, text).map_err(|misfit| fail(row, text, misfit)).ok()
    });
    Arc::new(times.collect::<TimestampMicrosecondArray>())
}
