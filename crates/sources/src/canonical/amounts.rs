//! Columns of numbers: amounts in some currency, and counts.
//!
//! Amounts become minor units of the row's currency, exactly or not at all: one with more decimals than the currency
//! has is a fault. Those of refunds stay exact decimals, since the currency is that of their order, which may be known
//! later.

use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use crate::error::FileFault;
use crate::values::{as_text, value_as_text};
use accrue_facts::number::{Decimal, brief, may_be_thousands, not_a_number, parse_number, short};
use accrue_facts::trim::trim;
use accrue_facts::{ExactDecimal, RejectReason};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::{Amount, AmountFault};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Decimal128Array, PrimitiveArray, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DECIMAL64_MAX_PRECISION, DataType, Decimal64Type, Decimal128Type, Int64Type};

/// Numbers of an input stay below this.
const LIMIT: i128 = 1_000_000_000;
/// The most minor units that a currency has.
const MOST_DECIMALS: u32 = 4;
/// Below it an amount is in range, whatever its decimals.
const PLAIN: i64 = 1_000_000_000;
const POWERS: [i64; MOST_DECIMALS as usize + 1] = [1, 10, 100, 1000, 10_000];

/// A column of numbers.
pub(super) struct Numbers {
    name: &'static str,
    decimal: u8,
    /// Whether the column also has decimal commas.
    has_commas: bool,
    column: Option<Column>,
}

struct Column {
    /// As the file has it, for rejects.
    array: ArrayRef,
    values: Values,
}

enum Values {
    Texts(StringArray),
    /// Mantissas, and their number of decimals.
    Narrow(ScalarBuffer<i64>, Option<NullBuffer>, u32),
    Wide(Decimal128Array, u32),
}

impl Numbers {
    pub(super) fn new(name: &'static str, cells: &Cells) -> Result<Numbers, FileFault> {
        let column = cells.column(name).map(|array| Column::new(name, array)).transpose()?;
        let has_commas = cells.reading.commas.contains(name);
        Ok(Numbers { name, decimal: cells.reading.decimal, has_commas, column })
    }

    /// Returns the number of a row, of either sign.
    #[inline]
    pub(super) fn signed(&self, at: u32) -> Result<Option<Decimal>, Box<Fault>> {
        let Some(column) = &self.column else { return Ok(None) };
        match &column.values {
            Values::Narrow(_, Some(nulls), _) if nulls.is_null(at as usize) => Ok(None),
            Values::Narrow(mantissas, _, decimals) => {
                Ok(Some(Decimal { mantissa: mantissas[at as usize].into(), decimals: *decimals }))
            }
            Values::Wide(array, _) if array.is_null(at as usize) => Ok(None),
            Values::Wide(array, decimals) => {
                Ok(Some(Decimal { mantissa: array.value(at as usize), decimals: *decimals }))
            }
            Values::Texts(texts) if texts.is_null(at as usize) => Ok(None),
            Values::Texts(texts) => match trim(texts.value(at as usize)) {
                "" => Ok(None),
                text if self.has_commas && may_be_thousands(text) => Err(self.ambiguous(at)),
                text => parse_number(text.as_bytes(), self.decimal).map(Some).ok_or_else(|| self.malformed(at)),
            },
        }
    }

    /// Returns the number of a row, of either sign, which it must have.
    pub(super) fn require_signed(&self, at: u32) -> Result<Decimal, Box<Fault>> {
        self.signed(at)?.ok_or_else(|| Fault::missing(self.name))
    }

    /// Returns the number of a row, at least zero, which it must have.
    #[inline]
    pub(super) fn require(&self, at: u32) -> Result<Decimal, Box<Fault>> {
        self.positive(at)?.ok_or_else(|| Fault::missing(self.name))
    }

    /// Returns the number of a row, at least zero.
    #[inline]
    pub(super) fn positive(&self, at: u32) -> Result<Option<Decimal>, Box<Fault>> {
        let number = self.signed(at)?;
        match number {
            Some(number) if number.mantissa < 0 => Err(self.negative(at)),
            number => Ok(number),
        }
    }

    /// Returns the amount of a row, at least zero; where it has none, zero.
    #[inline]
    pub(super) fn amount(&self, at: u32, currency: Currency) -> Result<Amount, Box<Fault>> {
        if let Some(amount) = self.plain_amount(at, currency) {
            return Ok(amount);
        }
        self.positive(at)?.map_or(Ok(Amount::ZERO), |number| self.in_currency(at, number, currency))
    }

    /// Returns the amount of a row, at least zero, which it must have.
    #[inline]
    pub(super) fn require_amount(&self, at: u32, currency: Currency) -> Result<Amount, Box<Fault>> {
        if let Some(amount) = self.plain_amount(at, currency) {
            return Ok(amount);
        }
        let number = self.require(at)?;
        self.in_currency(at, number, currency)
    }

    /// Returns the amount of a row that holds what nearly all do, in short: a number of few digits, at least zero, with
    /// no more decimals than the currency has.
    #[inline]
    fn plain_amount(&self, at: u32, currency: Currency) -> Option<Amount> {
        let (mantissa, decimals) = match &self.column.as_ref()?.values {
            Values::Narrow(mantissas, nulls, decimals)
                if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(at as usize)) =>
            {
                (mantissas[at as usize], *decimals)
            }
            Values::Texts(texts) if texts.is_valid(at as usize) && !self.has_commas => {
                let [start, end] = [at, at + 1].map(|at| texts.value_offsets()[at as usize] as usize);
                let number = brief(&texts.values()[..end], end - start, self.decimal);
                number.or_else(|| short(&texts.values()[start..end], self.decimal))?
            }
            _ => return None,
        };
        let factor = POWERS[currency.minor_units().checked_sub(decimals)? as usize];
        (0..PLAIN).contains(&mantissa).then(|| Amount::from_minor(mantissa * factor))
    }

    /// Returns a row's number as an amount of a currency.
    #[inline]
    pub(super) fn in_currency(&self, at: u32, number: Decimal, currency: Currency) -> Result<Amount, Box<Fault>> {
        Amount::from_decimal(number.mantissa, number.decimals, currency).map_err(|fault| {
            let reason = match fault {
                AmountFault::Malformed => RejectReason::Malformed,
                AmountFault::TooPrecise(..) => RejectReason::TooPrecise,
                AmountFault::OutOfRange => RejectReason::OutOfRange,
            };
            self.fault(at, reason, &fault.to_string())
        })
    }

    /// Returns a row's number, at least zero, as any currency may have it.
    pub(super) fn require_exact(&self, at: u32) -> Result<ExactDecimal, Box<Fault>> {
        let number = self.require(at)?.without_trailing_zeros();
        if number.decimals > MOST_DECIMALS {
            return Err(self.fault(at, RejectReason::TooPrecise, "has more than 4 decimals, which no currency has"));
        }
        if number.mantissa >= LIMIT * 10_i128.pow(number.decimals) {
            return Err(self.fault(at, RejectReason::OutOfRange, "is out of range: amounts are below 1,000,000,000"));
        }
        Ok(ExactDecimal { mantissa: number.mantissa as i64, decimals: number.decimals as u8 })
    }

    /// Returns a row's whole number, at least zero; where it has none, zero.
    pub(super) fn count(&self, at: u32) -> Result<u64, Box<Fault>> {
        let Some(number) = self.positive(at)?.map(Decimal::without_trailing_zeros) else { return Ok(0) };
        if number.decimals > 0 {
            return Err(self.fault(at, RejectReason::Malformed, "is not a whole number"));
        }
        match u64::try_from(number.mantissa) {
            Ok(count) if number.mantissa < LIMIT => Ok(count),
            _ => Err(self.fault(at, RejectReason::OutOfRange, "is out of range: numbers are below 1,000,000,000")),
        }
    }

    #[cold]
    fn malformed(&self, at: u32) -> Box<Fault> {
        self.fault(at, RejectReason::Malformed, not_a_number(&self.text(at), self.decimal))
    }

    #[cold]
    fn ambiguous(&self, at: u32) -> Box<Fault> {
        let what = "may be thousands, since the column also has decimal commas";
        self.fault(at, RejectReason::Malformed, what)
    }

    #[cold]
    pub(super) fn negative(&self, at: u32) -> Box<Fault> {
        self.fault(at, RejectReason::Negative, "is negative, and here only zero or more is allowed")
    }

    #[cold]
    fn fault(&self, at: u32, reason: RejectReason, what: &str) -> Box<Fault> {
        Fault::of_value(self.name, self.text(at), reason, what)
    }

    fn text(&self, at: u32) -> String {
        self.column.as_ref().map(|column| value_as_text(&column.array, at as usize)).unwrap_or_default()
    }
}

impl Column {
    fn new(name: &str, array: &ArrayRef) -> Result<Column, FileFault> {
        let values = match array.data_type() {
            // The only integers that do not fit into `i64`.
            DataType::UInt64 => wide(array, 20, 0)?,
            holds if holds.is_integer() => narrow(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>(), 0),
            DataType::Decimal32(_, scale @ 0..) | DataType::Decimal64(_, scale @ 0..) => {
                let decimals = cast(array, &DataType::Decimal64(DECIMAL64_MAX_PRECISION, *scale))?;
                narrow(decimals.as_primitive::<Decimal64Type>(), *scale)
            }
            DataType::Decimal128(_, scale @ 0..) => wide(array, 38, *scale)?,
            _ => Values::Texts(as_text(name, array)?),
        };
        Ok(Column { array: array.clone(), values })
    }
}

fn narrow<T: ArrowPrimitiveType<Native = i64>>(array: &PrimitiveArray<T>, scale: i8) -> Values {
    Values::Narrow(array.values().clone(), array.nulls().cloned(), scale.unsigned_abs().into())
}

fn wide(array: &ArrayRef, precision: u8, scale: i8) -> Result<Values, FileFault> {
    let decimals = cast(array, &DataType::Decimal128(precision, scale))?;
    Ok(Values::Wide(decimals.as_primitive::<Decimal128Type>().clone(), scale.unsigned_abs().into()))
}
