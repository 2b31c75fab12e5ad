//! Columns of a table in memory: plain numbers, or dictionary-encoded values, of which each is kept once and rows have
//! its number.
//!
//! Null is one number that no value has, [`NO_KEY`] or [`NO_NUMBER`]: a run encodes millions of keys and numbers, and
//! an `Option` of either takes twice the room.

/// Null in a column of keys.
pub const NO_KEY: u32 = u32::MAX;
/// Null in a column of numbers.
pub const NO_NUMBER: i64 = i64::MIN;

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
    /// A number for each row; [`NO_NUMBER`] is null.
    Numbers(&'a [i64]),
    /// For each row the number of its value, from 0; [`NO_KEY`] is null.
    Keys(&'a [u32], Values<'a>),
    /// The first of the values, in every row.
    Same(Values<'a>),
}

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
            Column::Numbers(_) => None,
            Column::Keys(_, values) | Column::Same(values) => Some(values),
        }
    }

    /// Returns the number of nulls.
    pub fn null_count(&self) -> usize {
        match *self {
            Column::Numbers(numbers) => numbers.iter().filter(|&&number| number == NO_NUMBER).count(),
            Column::Keys(keys, _) => keys.iter().filter(|&&key| key == NO_KEY).count(),
            Column::Same(_) => 0,
        }
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

    /// Adds a text made of two parts and returns its number.
    ///
    /// # Panics
    /// Where all texts together reach 4 GiB.
    pub fn push(&mut self, (prefix, text): (&str, &str)) -> u32 {
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(u32::try_from(self.bytes.len()).expect("a piece of a table holds less than 4 GiB of texts"));
        self.ends.len() as u32 - 1
    }

    /// Removes the last text.
    pub fn pop(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns a text by its number.
    ///
    /// # Panics
    /// Where there is no such text.
    pub fn get(&self, number: usize) -> &[u8] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.bytes[start..self.ends[number] as usize]
    }

    /// Returns all texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|number| self.get(number))
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
    keys: Vec<u32>,
    /// The key of each label, by its index in the list; `NO_KEY` as long as no row has it.
    key_of: Vec<u32>,
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
            None => NO_KEY,
            Some((_, Some(&key))) if key != NO_KEY => key,
            Some((place, _)) => {
                key_of.resize(key_of.len().max(place + 1), NO_KEY);
                key_of[place] = texts.push(("", label(place)));
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
    keys: Vec<u32>,
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
            self.keys.resize(self.keys.len() + rows, key);
        }
    }

    /// Returns the column, to be encoded.
    pub fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Texts(&self.texts))
    }
}
