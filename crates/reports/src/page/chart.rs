//! What all charts share: how numbers are written, and what a drawing is made of.

use super::scale::Milli;
use super::table::Table;
use crate::digits::grouped_amount;
use accrue_kernel::currency::Currency;
use serde::ser::{Serialize, Serializer};
use std::fmt::Display;

/// The width of all drawings.
pub(super) const WIDTH: i64 = 720;
/// About how wide a character is.
pub(super) const CHARACTER: i64 = 7;

/// What the numbers of a chart count.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// Money in minor units.
    Amount(Currency),
    /// People, entries or other things.
    Count,
}

impl Measure {
    /// Returns a number as it is to be read, with all its digits.
    pub(super) fn written(self, number: i128) -> String {
        let decimals = match self {
            Measure::Amount(currency) => currency.minor_units() as usize,
            Measure::Count => 0,
        };
        let sign = if number < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", number.unsigned_abs(), width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        let point = if decimals > 0 { "." } else { "" };
        grouped_amount(&format!("{sign}{whole}{point}{part}"))
    }
}

/// A chart as templates take it.
#[derive(serde::Serialize)]
pub(super) struct Chart<'c> {
    pub title: &'c str,
    pub about: &'c str,
    pub drawing: Drawing,
    pub table: Table,
}

/// What is drawn.
#[derive(Default, serde::Serialize)]
pub(super) struct Drawing {
    pub width: String,
    pub height: String,
    /// What each colour means; none where there is one only.
    pub keys: Vec<String>,
    pub lines: Vec<Line>,
    pub boxes: Vec<Rectangle>,
    pub labels: Vec<Label>,
}

#[derive(serde::Serialize)]
pub(super) struct Line {
    pub class: &'static str,
    pub x1: Milli,
    pub y1: Milli,
    pub x2: Milli,
    pub y2: Milli,
}

#[derive(serde::Serialize)]
pub(super) struct Rectangle {
    /// The number of its colour, from 1 on.
    pub series: usize,
    pub x: Milli,
    pub y: Milli,
    pub width: Milli,
    pub height: Milli,
    /// Shown where somebody points at it.
    pub title: String,
}

#[derive(serde::Serialize)]
pub(super) struct Label {
    pub class: &'static str,
    pub x: Milli,
    pub y: Milli,
    /// Which end of the text is there: `start`, `middle` or `end`.
    pub anchor: &'static str,
    pub text: String,
}

impl Serialize for Milli {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Returns about how wide the widest of some texts is.
pub(super) fn widest(texts: impl IntoIterator<Item = impl Display>) -> i64 {
    let characters = texts.into_iter().map(|text| text.to_string().chars().count() as i64).max();
    characters.unwrap_or_default() * CHARACTER
}

/// Returns a text with at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_all_their_digits() {
        let currency = |code| Measure::Amount(Currency::from_code(code).unwrap());
        assert_eq!(currency("USD").written(-123_456_789), "-1,234,567.89");
        assert_eq!(currency("USD").written(5), "0.05");
        assert_eq!(currency("KWD").written(1_234), "1.234");
        assert_eq!(currency("JPY").written(-1_234), "-1,234");
        assert_eq!(Measure::Count.written(1_000_000), "1,000,000");
        assert_eq!(currency("USD").written(i128::MAX / 100).len(), 49);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!((cut("Ærøskøbing", 10), cut("Ærøskøbing", 9)), ("Ærøskøbing".to_owned(), "Ærøskøbi…".to_owned()));
    }
}
