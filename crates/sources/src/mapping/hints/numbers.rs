//! How numbers can be read that plain ones are not: with another decimal mark, or as amounts of money.

use crate::mapping::hints::values_of::{DECIMAL_COMMA, ValuesOf};
use crate::mapping::{money, value::Number};

/// Says how all values can be read as numbers.
pub(super) fn remedy(from: ValuesOf<'_>, values: &[&str]) -> Option<String> {
    let mark = from.written.decimal.unwrap_or(b'.');
    let other = if mark == b'.' { b',' } else { b'.' };
    let all = |reads: &dyn Fn(&str) -> bool| values.iter().all(|value| reads(value));
    if all(&|value| Number::parse(value, mark).is_ok()) {
        return None;
    }
    let by_other_mark = all(&|value| Number::parse(value, other).is_ok());
    let by_money = all(&|value| money::parse(value, mark).is_ok());
    match (by_other_mark, by_money) {
        (true, true) => Some(format!(
            "{} where the {} stands before the decimals, or {} where it stands between thousands: the values do not tell",
            with_mark(from, other, values, "number"),
            if other == b',' { "comma" } else { "point" },
            from.type_of("money"),
        )),
        (true, false) => Some(with_mark(from, other, values, "number")),
        (false, true) => Some(from.type_of("money")),
        (false, false) => {
            let by_both = all(&|value| money::parse(value, other).is_ok());
            by_both.then(|| match from.written.decimal {
                Some(_) => format!("{} and {}", from.type_of("money"), csv(other)),
                None => with_mark(from, other, values, "money"),
            })
        }
    }
}

/// Says how numbers with another mark are read: where the input cannot say the mark, it is replaced in each value.
fn with_mark(from: ValuesOf<'_>, mark: u8, values: &[&str], function: &str) -> String {
    if from.written.decimal.is_some() {
        return csv(mark);
    }
    let has_groups = values.iter().any(|value| value.contains('.'));
    from.call(|text| match has_groups {
        true => format!("{function}(replace(replace({text}, '.', ''), ',', '.'))"),
        false => format!("{function}(replace({text}, ',', '.'))"),
    })
}

fn csv(mark: u8) -> String {
    if mark == b',' { DECIMAL_COMMA.to_owned() } else { "`csv = { decimal = \".\" }`".to_owned() }
}
