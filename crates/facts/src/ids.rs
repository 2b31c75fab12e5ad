//! Recognises ids that a program has damaged (docs/spec.md 10): texts that mean null, numbers in scientific notation,
//! floats with too few digits, and invisible characters.

use accrue_text::is_hidden;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use memchr::memchr;

/// Which damages of ids are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdCheck {
    /// None: the rows were accepted by an earlier run.
    Nothing,
    /// Invisible characters only: the input says `literal_ids = true`.
    Characters,
    /// All of them.
    Everything,
}

/// What the texts of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The id of a fact, a customer or a card.
    Id,
    /// An email address, by which a person can be known.
    Address,
    /// Any other text: it does not decide which rows belong together.
    Other,
}

/// What is wrong with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It is a text that programs write for null, such as `NULL` or `NaN`.
    Nothing,
    /// It is a number in scientific notation, so that digits are lost.
    Scientific,
    /// It is a float with more digits than the type holds, so that the last ones may be wrong.
    Inexact,
    /// It has this control, zero-width or replacement character.
    Invisible(char),
}

impl Meaning {
    /// Returns the meaning of a canonical column, by its name.
    pub fn of(column: &str) -> Meaning {
        match column {
            "order_id" | "customer_id" | "refund_id" | "redemption_id" | "adjustment_id" | "card_number" => Meaning::Id,
            "email" => Meaning::Address,
            _ => Meaning::Other,
        }
    }
}

impl Damage {
    /// Returns the first damage of a text in a column of that meaning; `None` if there is none.
    pub fn of(text: &str, meaning: Meaning, judge: IdCheck) -> Option<Damage> {
        if let Some(invisible) = text.chars().find(|&character| is_invisible(character)) {
            return Some(Damage::Invisible(invisible));
        }
        match judge {
            IdCheck::Everything if says_nothing(text) => Some(Damage::Nothing),
            // No email address is such a text, and a mapping may have changed the case.
            IdCheck::Everything if meaning == Meaning::Address && says_nothing_in_any_case(text) => {
                Some(Damage::Nothing)
            }
            IdCheck::Everything if meaning == Meaning::Id && is_scientific(text.as_bytes()) => Some(Damage::Scientific),
            _ => None,
        }
    }

    /// Returns the end of a message about a damaged id: what is wrong and how to correct it. The message begins with
    /// the quoted value.
    pub fn message(self, value: &str) -> String {
        match self {
            Damage::Nothing => format!(
                "is what programs write for nothing: write `nulls = ['{value}']` in the input where it means null, or \
                 `literal_ids = true` where it is an id"
            ),
            Damage::Scientific => "is a number in scientific notation, and the other digits of the id are lost: export \
                again and do not save the file with a spreadsheet; write `literal_ids = true` in the input where it is an id"
                .to_owned(),
            Damage::Inexact => "stands in a column of floats, which do not hold so many digits: export ids as text or as \
                whole numbers"
                .to_owned(),
            Damage::Invisible(character) => {
                let code = u32::from(character);
                format!("has the invisible character U+{code:04X}: remove it where the value was entered, and export again")
            }
        }
    }
}

/// The bytes of all texts of a column, with the least and the greatest: enough to skip nearly all columns.
pub struct Bytes<'t> {
    bytes: &'t [u8],
    least: u8,
    most: u8,
}

impl Bytes<'_> {
    /// Looks at all bytes of a column once.
    pub fn of(texts: &StringArray) -> Bytes<'_> {
        let offsets = texts.value_offsets();
        let bytes = &texts.values()[offsets[0] as usize..offsets[texts.len()] as usize];
        let (least, most) = range(bytes);
        Bytes { bytes, least, most }
    }

    /// Tells whether a text of the column may have a damage other than [`Damage::Nothing`]. Never false for a damaged
    /// one.
    pub fn may_be_damaged(&self, meaning: Meaning) -> bool {
        self.least < b' ' || self.most >= 0x7f || meaning == Meaning::Id && self.has(b'+')
    }

    /// Tells whether a text of the column may be a number with decimals.
    pub fn may_be_decimal(&self) -> bool {
        self.has(b'.')
    }

    fn has(&self, byte: u8) -> bool {
        self.least <= byte && memchr(byte, self.bytes).is_some()
    }
}

/// Returns the least and the greatest byte.
fn range(bytes: &[u8]) -> (u8, u8) {
    bytes.iter().fold((u8::MAX, 0), |(least, most), &byte| (least.min(byte), most.max(byte)))
}

/// Tells whether a text is one that programs write for null.
#[inline]
pub fn says_nothing(text: &str) -> bool {
    matches!(text, "NULL" | "\\N" | "null" | "None" | "NaN" | "nan" | "undefined" | "N/A" | "#N/A")
}

fn says_nothing_in_any_case(text: &str) -> bool {
    ["null", "\\n", "none", "nan", "undefined", "n/a", "#n/a"].iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

/// Tells whether a text that programs write for null may begin with this byte, in any case.
pub const fn begins_nothing(byte: u8) -> bool {
    matches!(byte, b'N' | b'n' | b'u' | b'U' | b'#' | b'\\')
}

/// Tells whether a JSON number in this column is an id that a program has written in scientific notation.
pub fn is_cut_id(column: &str, number: &str) -> bool {
    Meaning::of(column) == Meaning::Id && is_scientific(number.as_bytes())
}

/// Returns the row numbers (from 0) of floats so large that the type does not hold every whole number: at least 2^53
/// for `Float64`, 2^24 for `Float32`, 2^11 for `Float16`. Empty for columns of other types.
pub fn inexact(array: &ArrayRef) -> Vec<u32> {
    let most = match array.data_type() {
        DataType::Float64 => (1_u64 << 53) as f64,
        DataType::Float32 => (1_u32 << 24) as f64,
        DataType::Float16 => f64::from(1_u32 << 11),
        _ => return Vec::new(),
    };
    let Ok(wide) = cast(array, &DataType::Float64) else { return Vec::new() };
    let floats = wide.as_primitive::<Float64Type>().iter().zip(0..);
    floats
        .filter(|(float, _)| float.is_some_and(|float| float.is_finite() && float.abs() >= most))
        .map(|(_, at)| at)
        .collect()
}

/// Tells whether a text is a digit, perhaps decimals, and an exponent of two or three digits: `4.68769E+17`.
pub(crate) fn is_scientific(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|byte| matches!(byte, b'e' | b'E')) else { return false };
    let (number, exponent) = (&text[..at], &text[at + 1..]);
    let are_digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let is_number = match number {
        [digit] => digit.is_ascii_digit(),
        [digit, b'.' | b',', decimals @ ..] => digit.is_ascii_digit() && !decimals.is_empty() && are_digits(decimals),
        _ => false,
    };
    is_number && matches!(exponent, [b'+', digits @ ..] if matches!(digits.len(), 2 | 3) && are_digits(digits))
}

/// Returns `12345` of an id such as `12345.0`; `None` for any other id.
pub fn whole_part(id: &str) -> Option<&str> {
    let whole = id.strip_suffix(".0")?;
    (!whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit())).then_some(whole)
}

/// Tells whether a character is a control, zero-width or replacement character.
fn is_invisible(character: char) -> bool {
    is_hidden(character) || matches!(character, '\u{fffc}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(text: &str) -> Option<Damage> {
        Damage::of(text, Meaning::Id, IdCheck::Everything)
    }

    #[test]
    fn texts_that_say_nothing_and_cut_numbers_are_no_ids() {
        for text in ["NULL", "\\N", "null", "None", "NaN", "nan", "undefined", "N/A", "#N/A"] {
            assert_eq!(damage(text), Some(Damage::Nothing), "{text}");
            assert_eq!(Damage::of(text, Meaning::Address, IdCheck::Everything), Some(Damage::Nothing), "{text}");
            assert!(begins_nothing(text.as_bytes()[0]));
            assert_eq!(Damage::of(text, Meaning::Id, IdCheck::Characters), None, "{text}");
        }
        for text in ["4.68769E+17", "1e+100", "5E+05", "4,68769E+17"] {
            assert_eq!(damage(text), Some(Damage::Scientific), "{text}");
            assert_eq!(Damage::of(text, Meaning::Address, IdCheck::Everything), None, "{text}");
            assert_eq!(Damage::of(text, Meaning::Id, IdCheck::Characters), None, "{text}");
        }
    }

    #[test]
    fn other_ids_are_taken_as_they_are() {
        let ids = [
            "0",
            "1e5",
            "12E+05",
            "1.E+05",
            "1E+5",
            "1E+0555",
            "E+05",
            "1E-05",
            "x1E+05",
            "Null",
            "NONE",
            "none",
            "N",
            "NULL-1",
            "#1001",
            "na",
            "é",
            "日本",
            "a b",
            "O\u{301}",
            "\u{1f600}",
            "+49 30",
            "a+b@c.d",
        ];
        for text in ids {
            assert_eq!(damage(text), None, "{text}");
        }
    }

    #[test]
    fn invisible_characters_are_damage_whatever_the_input_says() {
        for invisible in "\u{0}\t\n\r\u{1b}\u{7f}\u{85}\u{9f}\u{ad}\u{200b}\u{200d}\u{200f}\u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{fffd}".chars() {
            let text = format!("c{invisible}1");
            for judge in [IdCheck::Characters, IdCheck::Everything] {
                assert_eq!(Damage::of(&text, Meaning::Id, judge), Some(Damage::Invisible(invisible)), "{invisible:?}");
            }
            assert!(Bytes::of(&StringArray::from(vec!["plain", &text])).may_be_damaged(Meaning::Address));
        }
        let texts = StringArray::from(vec!["a", "1E+05", "b"]);
        let may_be = |texts: &StringArray, meaning| Bytes::of(texts).may_be_damaged(meaning);
        assert!(may_be(&texts, Meaning::Id) && !may_be(&texts, Meaning::Address));
        assert!(!may_be(&texts.slice(2, 1), Meaning::Id) && !may_be(&texts.slice(0, 0), Meaning::Id));
    }
}
