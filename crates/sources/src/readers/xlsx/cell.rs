//! Writes the value of a cell as text.

use super::date::{self, Shape};
use calamine::DataRef;
use std::fmt::Write;

/// From here on a number does not hold all whole numbers.
const EXACT: f64 = (1_u64 << 53) as f64;

/// Appends a cell's text: numbers with the 15 digits that a spreadsheet shows, dates as local times, errors as they are
/// shown.
pub(super) fn write(value: &DataRef<'_>, shape: Shape, is_1904: bool, text: &mut String) {
    // A text never fails to take more.
    let _ = match value {
        DataRef::String(value) => text.write_str(value),
        DataRef::SharedString(value) => text.write_str(value),
        DataRef::Float(number) => write_number(*number, text),
        DataRef::Int(number) => write!(text, "{number}"),
        DataRef::Bool(value) => write!(text, "{value}"),
        DataRef::DateTime(value) => match date::text(value, shape, is_1904) {
            Some(date) => text.write_str(&date),
            None => write_number(value.as_f64(), text),
        },
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text.write_str(value),
        DataRef::Error(error) => write!(text, "{error}"),
        DataRef::Empty => Ok(()),
    };
}

/// Writes a number without an exponent; one that has lost digits, if it was an id, with it, as spreadsheets show it.
fn write_number(number: f64, text: &mut String) -> std::fmt::Result {
    if number.abs() < EXACT {
        // Of what was computed in binary the last digits are noise: 12.3 may be held as 12.299999999999999.
        let shown = if number.fract() == 0.0 { number } else { format!("{number:.14e}").parse().unwrap_or(number) };
        return write!(text, "{shown}");
    }
    let scientific = format!("{number:E}");
    match scientific.split_once('E') {
        Some((digits, exponent)) => write!(text, "{digits}E+{exponent}"),
        None => text.write_str(&scientific),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_a_spreadsheet_shows_and_large_ones_show_that_digits_are_lost() {
        for (number, expected) in [
            (0.1, "0.1"),
            (12.0, "12"),
            (-5.5, "-5.5"),
            (0.1 + 0.2, "0.3"),
            (12.299_999_999_999_999, "12.3"),
            (-1_234_567.890_000_000_1, "-1234567.89"),
            (1.0 / 3.0, "0.333333333333333"),
            (999_999_999.999_999_99, "1000000000"),
            (1e-7, "0.0000001"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (9_007_199_254_740_992.0, "9.007199254740992E+15"),
            (-46_876_912_345_678_900.0, "-4.68769123456789E+16"),
            (1e100, "1E+100"),
        ] {
            let mut text = String::new();
            write_number(number, &mut text).unwrap();
            assert_eq!(text, expected);
        }
    }
}
