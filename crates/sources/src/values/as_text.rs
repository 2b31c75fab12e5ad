//! Turns columns of any scalar type into text: numbers plain and without trailing zeros.

use super::held::held;
use crate::error::FileFault;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type};

/// Returns a column as text: numbers plain and without trailing zeros (a float as its shortest decimal).
pub(crate) fn as_text(name: &str, array: &ArrayRef) -> Result<StringArray, FileFault> {
    let unusable = || FileFault::Unusable { column: name.to_string(), holds: held(array.data_type()) };
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().clone(),
        DataType::Float64 => texts(array.as_primitive::<Float64Type>().iter()),
        DataType::Float32 => texts(array.as_primitive::<Float32Type>().iter()),
        DataType::Float16 => texts(array.as_primitive::<Float16Type>().iter().map(|value| value.map(f32::from))),
        DataType::Dictionary(_, value) => {
            return as_text(name, &cast(array, value).map_err(|_| unusable())?);
        }
        holds if holds.is_decimal() => {
            let plain = cast(array, &DataType::Utf8).map_err(|_| unusable())?;
            plain.as_string::<i32>().iter().map(|value| value.map(without_trailing_zeros)).collect()
        }
        holds if holds.is_nested() => return Err(unusable()),
        _ => cast(array, &DataType::Utf8).map_err(|_| unusable())?.as_string::<i32>().clone(),
    })
}

/// Returns one value as text, for a reject.
pub(crate) fn value_as_text(array: &ArrayRef, at: usize) -> String {
    let value = array.slice(at, 1);
    if let DataType::Timestamp(unit, Some(_)) = array.data_type() {
        // In UTC: the names of zones are not known to `arrow`.
        let utc = cast(&value, &DataType::Timestamp(*unit, None)).map(|utc| value_as_text(&utc, 0));
        return utc.ok().filter(|utc| !utc.is_empty()).map(|utc| utc + "Z").unwrap_or_default();
    }
    let text = as_text("", &value);
    text.ok().filter(|text| text.is_valid(0)).map(|text| text.value(0).trim().to_string()).unwrap_or_default()
}

fn texts<T: ToString>(values: impl Iterator<Item = Option<T>>) -> StringArray {
    values.map(|value| value.map(|value| value.to_string())).collect()
}

fn without_trailing_zeros(decimal: &str) -> &str {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.'),
        false => decimal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        BinaryArray, BooleanArray, Decimal128Array, Decimal256Array, DictionaryArray, Float32Array, Float64Array,
        Int64Array, LargeStringArray, NullArray, StringViewArray, TimestampMicrosecondArray, UInt8Array,
    };
    use arrow::datatypes::{Int8Type, i256};
    use std::sync::Arc;

    fn shown(array: impl Array + 'static) -> Vec<Option<String>> {
        let text = as_text("x", &(Arc::new(array) as ArrayRef)).unwrap();
        text.iter().map(|value| value.map(str::to_string)).collect()
    }

    #[test]
    fn instants_are_shown_in_utc_whatever_their_zone() {
        let micros = TimestampMicrosecondArray::from(vec![Some(1_500_000), None]);
        for (zone, shown) in [(Some("Asia/Tokyo"), "1970-01-01T00:00:01.500Z"), (None, "1970-01-01T00:00:01.500")] {
            let array: ArrayRef = Arc::new(micros.clone().with_timezone_opt(zone));
            assert_eq!((value_as_text(&array, 0), value_as_text(&array, 1)), (shown.to_owned(), String::new()));
        }
    }

    #[test]
    fn values_of_every_scalar_type_are_written_plainly() {
        let some = |text: &str| vec![Some(text.to_string())];
        assert_eq!(shown(Int64Array::from(vec![-7])), some("-7"));
        assert_eq!(shown(UInt8Array::from(vec![7])), some("7"));
        assert_eq!(shown(Float64Array::from(vec![0.1])), some("0.1"));
        assert_eq!(shown(Float64Array::from(vec![1e21])), some("1000000000000000000000"));
        assert_eq!(shown(Float64Array::from(vec![7.0])), some("7"));
        assert_eq!(shown(Float64Array::from(vec![f64::NAN])), some("NaN"));
        assert_eq!(shown(Float32Array::from(vec![0.1])), some("0.1"));
        assert_eq!(shown(BooleanArray::from(vec![true])), some("true"));
        let decimals = |value, scale| Decimal128Array::from(vec![value]).with_precision_and_scale(20, scale).unwrap();
        assert_eq!(shown(decimals(1250, 2)), some("12.5"));
        assert_eq!(shown(decimals(1200, 2)), some("12"));
        assert_eq!(shown(decimals(100, 0)), some("100"));
        let wide = Decimal256Array::from(vec![i256::from(-5)]).with_precision_and_scale(50, 2).unwrap();
        assert_eq!(shown(wide), some("-0.05"));
        assert_eq!(shown(LargeStringArray::from(vec!["a"])), some("a"));
        assert_eq!(shown(StringViewArray::from(vec!["a"])), some("a"));
        assert_eq!(shown(BinaryArray::from(vec!["a".as_bytes()])), some("a"));
        assert_eq!(shown(["a"].into_iter().collect::<DictionaryArray<Int8Type>>()), some("a"));
        assert_eq!(shown(NullArray::new(1)), [None]);
    }
}
