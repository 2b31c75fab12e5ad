//! Reads text columns: texts are trimmed, empty ones are null, and damaged ids are faults.

use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use crate::error::FileFault;
use crate::values::{NO_TEXT, as_text};
use accrue_facts::RejectReason;
use accrue_facts::ids::whole_part;
use accrue_facts::ids::{self, Bytes, Damage, IdCheck, Meaning};
use accrue_facts::trim::is_graphic_at_both_ends;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use std::collections::BTreeMap;

/// The texts that are kept of a kind, in the order of `Row::TEXTS`.
pub(crate) struct Texts {
    names: &'static [&'static str],
    columns: Vec<Option<StringArray>>,
    /// What cannot be accepted, by row and column.
    faults: BTreeMap<(u32, usize), TextFault>,
    /// Of each column, whether it has ids such as `12345.0`.
    has_decimals: Vec<bool>,
}

/// What is wrong with a text.
#[derive(Clone, Copy)]
enum TextFault {
    /// It is a float that is no number.
    NoNumber,
    Damaged(Damage),
}

impl Texts {
    pub(crate) fn new(names: &'static [&'static str], cells: &Cells) -> Result<Texts, FileFault> {
        let (columns, has_decimals) = (Vec::with_capacity(names.len()), vec![false; names.len()]);
        let mut texts = Texts { names, columns, faults: BTreeMap::new(), has_decimals };
        for (number, name) in names.iter().enumerate() {
            for at in cells.column(name).into_iter().flat_map(no_numbers_of) {
                texts.faults.insert((at, number), TextFault::NoNumber);
            }
            let doubts_digits = cells.reading.doubts.ids != IdCheck::Nothing && Meaning::of(name) == Meaning::Id;
            for at in cells.column(name).filter(|_| doubts_digits).into_iter().flat_map(ids::inexact) {
                texts.faults.insert((at, number), TextFault::Damaged(Damage::Inexact));
            }
            let (column, may_say_nothing) = trimmed_column(name, cells)?.unzip();
            if let Some(column) = &column {
                texts.find_damage(number, column, may_say_nothing == Some(true), cells.reading.doubts.ids);
            }
            texts.columns.push(column);
        }
        Ok(texts)
    }

    /// Finds damaged ids in a column. An address such as `NULL` is a fault only where no other column names the owner.
    fn find_damage(&mut self, number: usize, texts: &StringArray, may_say_nothing: bool, judge: IdCheck) {
        let meaning = Meaning::of(self.names[number]);
        if meaning == Meaning::Other || judge == IdCheck::Nothing {
            return;
        }
        let bytes = Bytes::of(texts);
        self.has_decimals[number] = meaning == Meaning::Id
            && bytes.may_be_decimal()
            && texts.iter().flatten().any(|text| whole_part(text).is_some());
        if !(may_say_nothing || bytes.may_be_damaged(meaning)) {
            return;
        }
        for (at, text) in (0..).zip(texts) {
            let damage = text.and_then(|text| Damage::of(text, meaning, judge));
            let decides = |damage: &Damage| {
                meaning == Meaning::Id || *damage != Damage::Nothing || self.is_owner_alone(number, at)
            };
            if let Some(damage) = damage.filter(decides) {
                self.faults.entry((at, number)).or_insert(TextFault::Damaged(damage));
            }
        }
    }

    /// Tells whether only the address of a row names its owner, as that of an order without a customer does.
    fn is_owner_alone(&self, address: usize, at: u32) -> bool {
        let customer = self.names[..address].iter().position(|name| *name == "customer_id");
        customer.is_some_and(|customer| !self.has(customer, at))
    }

    /// Checks that what a row has in its columns can be text.
    #[inline]
    pub(crate) fn check(&self, at: u32) -> Result<(), Box<Fault>> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults(at).into_iter().next().map_or(Ok(()), |fault| Err(Box::new(fault)))
    }

    /// Returns all faults of a row's texts.
    pub(crate) fn faults(&self, at: u32) -> Vec<Fault> {
        let of_row = self.faults.range((at, 0)..(at + 1, 0));
        of_row.map(|(&(_, column), &fault)| *self.fault(column, at, fault)).collect()
    }

    fn fault(&self, column: usize, at: u32, fault: TextFault) -> Box<Fault> {
        let (name, value) = (self.names[column], self.value(column, at).to_string());
        match fault {
            TextFault::NoNumber => Fault::of_value(name, value, RejectReason::Malformed, NO_TEXT),
            TextFault::Damaged(damage) => {
                let message = damage.message(&value);
                Fault::of_value(name, value, RejectReason::DamagedId, message)
            }
        }
    }

    /// Returns the columns with ids such as `12345.0`.
    pub(crate) fn decimal_ids(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().zip(&self.has_decimals).filter(|(_, has)| **has).map(|(name, _)| *name)
    }

    pub(crate) fn name(&self, column: usize) -> &'static str {
        self.names[column]
    }

    #[inline]
    pub(crate) fn has(&self, column: usize, at: u32) -> bool {
        self.columns[column].as_ref().is_some_and(|texts| texts.is_valid(at as usize))
    }

    /// Returns a text that a row has; empty where it has none.
    #[inline]
    pub(crate) fn value(&self, column: usize, at: u32) -> &str {
        self.columns[column].as_ref().map_or("", |texts| texts.value(at as usize))
    }

    /// Checks that a row has a text.
    #[inline]
    pub(crate) fn require(&self, column: usize, at: u32) -> Result<(), Box<Fault>> {
        if self.has(column, at) { Ok(()) } else { Err(Fault::missing(self.names[column])) }
    }

    pub(crate) fn into_columns(self) -> Vec<Option<StringArray>> {
        self.columns
    }
}

/// Returns a column's texts; `None` where there is not one.
pub(super) fn column(name: &str, cells: &Cells) -> Result<Option<StringArray>, FileFault> {
    Ok(trimmed_column(name, cells)?.map(|(texts, _)| texts))
}

/// Returns a column's texts, and whether any may be one that says "nothing".
fn trimmed_column(name: &str, cells: &Cells) -> Result<Option<(StringArray, bool)>, FileFault> {
    let Some(array) = cells.column(name) else { return Ok(None) };
    let texts = trimmed(as_text(name, array)?);
    Ok(Some(texts).filter(|(texts, _)| texts.null_count() < texts.len()))
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

/// Bytes that need not be looked at again where a text begins with them.
const PLAIN_FIRST: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        plain[byte as usize] = !ids::begins_nothing(byte);
        byte += 1;
    }
    plain
};

#[inline]
fn is_plain(text: &str) -> bool {
    matches!(text.as_bytes(), [first, .., last] if PLAIN_FIRST[*first as usize] && last.is_ascii_graphic())
}

/// Trims texts, and tells whether any may be one that says "nothing".
fn trimmed(texts: StringArray) -> (StringArray, bool) {
    let is_null = |at| texts.is_null(at);
    let (mut is_any_empty, mut may_say_nothing) = (false, false);
    for at in 0..texts.len() {
        let text = texts.value(at);
        // Looked at first, so that the nulls need be asked for few.
        if is_plain(text) || is_null(at) {
            continue;
        }
        may_say_nothing |= ids::says_nothing(text);
        if is_graphic_at_both_ends(text) {
            continue;
        }
        if text.trim().len() != text.len() {
            let trimmed = texts.iter().map(|text| text.map(str::trim).filter(|text| !text.is_empty()));
            return (trimmed.collect(), true);
        }
        is_any_empty |= text.is_empty();
    }
    if !is_any_empty {
        return (texts, may_say_nothing);
    }
    let full = BooleanBuffer::collect_bool(texts.len(), |at| !is_null(at) && !texts.value(at).is_empty());
    let (offsets, values, _) = texts.into_parts();
    (StringArray::new(offsets, values, Some(NullBuffer::new(full))), may_say_nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_blank_ones_are_null() {
        let texts = |values: Vec<Option<&str>>| {
            let trimmed = trimmed(StringArray::from(values)).0;
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
        assert_eq!(trimmed(texts).0.values().as_ptr(), before);
    }
}
