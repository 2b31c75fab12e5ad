//! Columns of a table in memory: plain numbers, or dictionary-encoded values, of which each is kept once and rows have
//! its number.
//!
//! A run encodes millions of rows. A [`Key`] takes four bytes also where it may be null; numbers that may be null take
//! twice the room of others, so they are columns of their own.

use std::num::NonZeroU32;

/// The description of a column.
pub struct Field {
    /// The name of the column.
    pub name: &'static str,
    /// The type of its values.
    pub holds: Holds,
    /// Whether it may have nulls.
    pub nullable: bool,
    /// Whether the rows are sorted by this column first.
    pub is_sorted: bool,
}

/// The type of the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text in UTF-8.
    Text,
    /// A decimal(18,4), as a number of ten-thousandths of the currency's main unit.
    Amount,
    /// An instant in UTC, as microseconds since 1970.
    Time,
    /// A whole number of 64 bits.
    Long,
    /// 1 for true and 0 for false; only as [`Column::Numbers`], since readers expect no dictionary of booleans.
    Flag,
}

/// Rows of a table, column by column.
pub struct Rows<'a> {
    /// The number of rows.
    pub count: usize,
    /// The columns, one for each field of the table, each with `count` rows.
    pub columns: Vec<Column<'a>>,
}

/// The values of one column.
#[derive(Clone, Copy)]
pub enum Column<'a> {
    /// A number for each row.
    Numbers(&'a [i64]),
    /// A number or null for each row.
    NumbersOrNull(&'a [Option<i64>]),
    /// For each row the key of its value, or null.
    Keys(&'a [Option<Key>], Values<'a>),
    /// The first of the values, in every row.
    Same(Values<'a>),
}

/// The number of one of the different values of a column, from 0.
///
/// It takes four bytes, also as an `Option`: what is kept is the number plus one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(NonZeroU32);

/// The different values of a column.
#[derive(Clone, Copy)]
pub enum Values<'a> {
    /// Texts.
    Texts(&'a Texts),
    /// Numbers, in the unit of the column.
    Numbers(&'a [i64]),
}

impl Field {
    /// Describes a column without nulls.
    pub const fn new(name: &'static str, holds: Holds) -> Field {
        Field { name, holds, nullable: false, is_sorted: false }
    }

    /// Allows nulls.
    pub const fn or_null(self) -> Field {
        Field { nullable: true, ..self }
    }

    /// Says that the rows are sorted by this column first.
    pub const fn sorted(self) -> Field {
        Field { is_sorted: true, ..self }
    }
}

impl<'a> Column<'a> {
    /// Returns the different values; `None` for a column of plain numbers.
    pub fn values(&self) -> Option<Values<'a>> {
        match *self {
            Column::Numbers(_) | Column::NumbersOrNull(_) => None,
            Column::Keys(_, values) | Column::Same(values) => Some(values),
        }
    }

    /// Returns the number of nulls.
    pub fn null_count(&self) -> usize {
        match *self {
            Column::NumbersOrNull(numbers) => numbers.iter().filter(|number| number.is_none()).count(),
            Column::Keys(keys, _) => keys.iter().filter(|key| key.is_none()).count(),
            Column::Numbers(_) | Column::Same(_) => 0,
        }
    }
}

impl Key {
    /// Makes the key of the value with this number.
    ///
    /// # Panics
    /// For `u32::MAX`: columns have fewer values.
    #[inline]
    pub(crate) fn new(number: u32) -> Key {
        Key(NonZeroU32::new(number.wrapping_add(1)).expect("columns have fewer values"))
    }

    /// Returns the number of the value, from 0.
    #[inline]
    pub fn number(self) -> u32 {
        self.0.get() - 1
    }

    /// Returns the number as an index into a slice.
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.number() as usize
    }
}

impl Values<'_> {
    /// Returns the number of values.
    pub fn len(&self) -> usize {
        match self {
            Values::Texts(texts) => texts.len(),
            Values::Numbers(numbers) => numbers.len(),
        }
    }

    /// Tells whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Texts in one buffer, numbered from 0.
#[derive(Default)]
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Texts {
    /// Removes all texts and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a text made of two parts and returns its key.
    ///
    /// # Panics
    /// Where all texts together reach 4 GiB.
    pub fn push(&mut self, (prefix, text): (&str, &str)) -> Key {
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(u32::try_from(self.bytes.len()).expect("a piece of a table holds less than 4 GiB of texts"));
        Key::new(self.ends.len() as u32 - 1)
    }

    /// Removes the last text.
    pub fn pop(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns a text by its key.
    ///
    /// # Panics
    /// Where there is no such text.
    pub fn get(&self, key: Key) -> &[u8] {
        self.at(key.index())
    }

    /// Returns a text by its number, from 0.
    pub(crate) fn at(&self, number: usize) -> &[u8] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.bytes[start..self.ends[number] as usize]
    }

    /// Returns all texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|number| self.at(number))
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Texts {
        let mut all = Texts::default();
        for text in texts {
            all.push(("", text));
        }
        all
    }
}

/// A column of labels from a short list; each row is given as the index of its label in the list.
#[derive(Default)]
pub(crate) struct Labels {
    keys: Vec<Option<Key>>,
    /// The key of each label, by its index in the list; `None` as long as no row has it.
    key_of: Vec<Option<Key>>,
    texts: Texts,
}

impl Labels {
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.key_of.clear();
        self.texts.clear();
    }

    /// Adds rows, each by the index of its label; `None` is null.
    pub(crate) fn extend<'l>(&mut self, places: impl Iterator<Item = Option<usize>>, label: impl Fn(usize) -> &'l str) {
        let Labels { keys, key_of, texts } = self;
        keys.extend(places.map(|place| match place.map(|place| (place, key_of.get(place))) {
            None => None,
            Some((_, Some(&Some(key)))) => Some(key),
            Some((place, _)) => {
                key_of.resize(key_of.len().max(place + 1), None);
                key_of[place] = Some(texts.push(("", label(place))));
                key_of[place]
            }
        }));
    }

    pub(crate) fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Texts(&self.texts))
    }
}

/// A column of texts in which equal texts follow one another.
#[derive(Default)]
pub struct Runs {
    keys: Vec<Option<Key>>,
    texts: Texts,
}

impl Runs {
    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.texts.clear();
    }

    /// Adds a number of rows with the same text.
    ///
    /// # Panics
    /// Where all texts together reach 4 GiB.
    pub fn push(&mut self, text: &str, rows: usize) {
        if rows > 0 {
            let key = self.texts.push(("", text));
            self.keys.resize(self.keys.len() + rows, Some(key));
        }
    }

    /// Returns the column, to be encoded.
    pub fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Texts(&self.texts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_or_null_takes_four_bytes() {
        assert_eq!(size_of::<Option<Key>>(), 4);
        assert_eq!([0, 7, u32::MAX - 1].map(|number| Key::new(number).number()), [0, 7, u32::MAX - 1]);
    }
}
