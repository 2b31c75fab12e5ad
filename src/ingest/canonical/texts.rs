//! Text columns: trimmed, empty being null.

use super::arrays::as_text;
use super::cells::Cells;
use super::fault::Fault;
use crate::ingest::error::FileFault;
use crate::ingest::facts::RejectReason;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use std::collections::BTreeMap;

/// What is wrong with a float that is no number, where text is wanted.
pub const NO_TEXT: &str = "is neither text nor a number: leave it empty (null) where there is nothing to say";

/// The texts that are kept of a kind, in the order of `Row::TEXTS`.
pub struct Texts {
    names: &'static [&'static str],
    columns: Vec<Option<StringArray>>,
    /// Rows with a float that is no number, each with the first such column.
    no_numbers: BTreeMap<u32, usize>,
}

impl Texts {
    pub fn new(names: &'static [&'static str], cells: &Cells) -> Result<Texts, FileFault> {
        let columns = names.iter().map(|name| column(name, cells)).collect::<Result<_, _>>()?;
        let mut no_numbers = BTreeMap::new();
        for (number, name) in names.iter().enumerate() {
            for at in cells.column(name).into_iter().flat_map(no_numbers_of) {
                no_numbers.entry(at).or_insert(number);
            }
        }
        Ok(Texts { names, columns, no_numbers })
    }

    /// Checks that what a row has in its columns can be text.
    #[inline]
    pub fn check(&self, at: u32) -> Result<(), Box<Fault>> {
        if self.no_numbers.is_empty() {
            return Ok(());
        }
        let Some(&column) = self.no_numbers.get(&at) else { return Ok(()) };
        let value = self.columns[column].as_ref().map(|texts| texts.value(at as usize).to_string());
        Err(Fault::of_value(self.names[column], value.unwrap_or_default(), RejectReason::Malformed, NO_TEXT))
    }

    /// Returns all faults of a row's texts.
    pub fn faults(&self, at: u32) -> Vec<Box<Fault>> {
        self.check(at).err().into_iter().collect()
    }

    pub fn name(&self, column: usize) -> &'static str {
        self.names[column]
    }

    #[inline]
    pub fn has(&self, column: usize, at: u32) -> bool {
        self.columns[column].as_ref().is_some_and(|texts| texts.is_valid(at as usize))
    }

    /// Returns a text that a row has; empty where it has none.
    #[inline]
    pub fn value(&self, column: usize, at: u32) -> &str {
        self.columns[column].as_ref().map_or("", |texts| texts.value(at as usize))
    }

    /// Checks that a row has a text.
    #[inline]
    pub fn require(&self, column: usize, at: u32) -> Result<(), Box<Fault>> {
        if self.has(column, at) { Ok(()) } else { Err(Fault::missing(self.names[column])) }
    }

    pub fn into_columns(self) -> Vec<Option<StringArray>> {
        self.columns
    }
}

/// Returns a column's texts; `None` where there is not one.
pub fn column(name: &str, cells: &Cells) -> Result<Option<StringArray>, FileFault> {
    let Some(array) = cells.column(name) else { return Ok(None) };
    let texts = trimmed(as_text(name, array)?);
    Ok(Some(texts).filter(|texts| texts.null_count() < texts.len()))
}

/// Returns the rows of a column of floats that hold NaN or an infinity.
fn no_numbers_of(array: &ArrayRef) -> Vec<u32> {
    if !array.data_type().is_floating() {
        return Vec::new();
    }
    let Ok(wide) = cast(array, &DataType::Float64) else { return Vec::new() };
    let floats = wide.as_primitive::<Float64Type>().iter().zip(0..);
    floats.filter(|(float, _)| float.is_some_and(|float| !float.is_finite())).map(|(_, at)| at).collect()
}

/// Returns a text without blanks around it; quickly where it has none.
#[inline]
pub fn trim(text: &str) -> &str {
    if is_graphic_at_both_ends(text) { text } else { text.trim() }
}

#[inline]
fn is_graphic_at_both_ends(text: &str) -> bool {
    matches!(text.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic())
}

fn trimmed(texts: StringArray) -> StringArray {
    let is_null = |at| texts.is_null(at);
    let mut is_any_empty = false;
    for at in 0..texts.len() {
        let text = texts.value(at);
        // Looked at first, so that the nulls need be asked for few.
        if is_graphic_at_both_ends(text) || is_null(at) {
            continue;
        }
        if text.trim().len() != text.len() {
            return texts.iter().map(|text| text.map(str::trim).filter(|text| !text.is_empty())).collect();
        }
        is_any_empty |= text.is_empty();
    }
    if !is_any_empty {
        return texts;
    }
    let full = BooleanBuffer::collect_bool(texts.len(), |at| !is_null(at) && !texts.value(at).is_empty());
    let (offsets, values, _) = texts.into_parts();
    StringArray::new(offsets, values, Some(NullBuffer::new(full)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_blank_ones_are_null() {
        let texts = |values: Vec<Option<&str>>| {
            let trimmed = trimmed(StringArray::from(values));
            trimmed.iter().map(|text| text.map(str::to_string)).collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_string());
        assert_eq!(texts(vec![Some(" a\t"), Some("b c"), None, Some("  ")]), [some("a"), some("b c"), None, None]);
        assert_eq!(texts(vec![Some("a"), Some(""), None]), [some("a"), None, None]);
        assert_eq!(texts(vec![Some("\u{a0}é\u{3000}"), None]), [some("é"), None]);
    }

    #[test]
    fn texts_that_need_no_trimming_are_not_copied() {
        let texts = StringArray::from(vec!["a", "", "b"]);
        let before = texts.values().as_ptr();
        assert_eq!(trimmed(texts).values().as_ptr(), before);
    }
}
