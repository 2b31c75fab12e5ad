//! Columns of a table under construction: plain numbers, and values that come again kept once and told by their number.

/// Stands for a value that is missing, in a column of keys.
pub const NO_KEY: u32 = u32::MAX;
/// Stands for a value that is missing, in a column of numbers.
pub const NO_NUMBER: i64 = i64::MIN;

/// A column of a table.
pub struct Field {
    pub name: &'static str,
    pub holds: Holds,
    pub nullable: bool,
    /// Whether rows are sorted by it before anything else.
    pub is_sorted: bool,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Text,
    /// A decimal(18,4), as a number of ten-thousandths.
    Amount,
    /// An instant in UTC, as a number of microseconds.
    Time,
    /// A whole number.
    Long,
    /// 1 for yes and 0 for no; only as plain numbers, since no reader expects a dictionary of two.
    Flag,
}

/// Rows of a table, column by column.
pub struct Rows<'a> {
    pub count: usize,
    /// One for each field of the table.
    pub columns: Vec<Column<'a>>,
}

/// The values of one column.
#[derive(Clone, Copy)]
pub enum Column<'a> {
    /// Most of them different; `NO_NUMBER` where there is none.
    Numbers(&'a [i64]),
    /// For each row the number of its value; `NO_KEY` where there is none.
    Keys(&'a [u32], Values<'a>),
    /// The first of the values, in every row.
    Same(Values<'a>),
}

/// The different values of a column.
#[derive(Clone, Copy)]
pub enum Values<'a> {
    Texts(&'a Texts),
    Numbers(&'a [i64]),
}

impl Field {
    pub const fn new(name: &'static str, holds: Holds) -> Field {
        Field { name, holds, nullable: false, is_sorted: false }
    }

    pub const fn or_null(self) -> Field {
        Field { nullable: true, ..self }
    }

    pub const fn sorted(self) -> Field {
        Field { is_sorted: true, ..self }
    }
}

impl<'a> Column<'a> {
    /// Returns the different values, where they are told by their numbers.
    pub fn values(&self) -> Option<Values<'a>> {
        match *self {
            Column::Numbers(_) => None,
            Column::Keys(_, values) | Column::Same(values) => Some(values),
        }
    }

    pub fn null_count(&self) -> usize {
        match *self {
            Column::Numbers(numbers) => numbers.iter().filter(|&&number| number == NO_NUMBER).count(),
            Column::Keys(keys, _) => keys.iter().filter(|&&key| key == NO_KEY).count(),
            Column::Same(_) => 0,
        }
    }
}

impl Values<'_> {
    pub fn len(&self) -> usize {
        match self {
            Values::Texts(texts) => texts.len(),
            Values::Numbers(numbers) => numbers.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Texts one after the other.
#[derive(Default)]
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Texts {
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a text made of two parts; returns its number.
    pub fn push(&mut self, (prefix, text): (&str, &str)) -> u32 {
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(u32::try_from(self.bytes.len()).expect("a piece of a table holds less than 4 GiB of texts"));
        self.ends.len() as u32 - 1
    }

    /// Takes the last text away.
    pub fn pop(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, number: usize) -> &[u8] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.bytes[start..self.ends[number] as usize]
    }

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

/// A column of labels out of a short list, each row given as the place of its label there.
#[derive(Default)]
pub struct Labels {
    keys: Vec<u32>,
    /// By place in the list the key of a label, `NO_KEY` as long as no row has it.
    key_of: Vec<u32>,
    texts: Texts,
}

impl Labels {
    pub fn clear(&mut self) {
        self.keys.clear();
        self.key_of.clear();
        self.texts.clear();
    }

    /// Adds rows, each by the place of its label in the list; `None` where it has none.
    pub fn extend<'l>(&mut self, places: impl Iterator<Item = Option<usize>>, label: impl Fn(usize) -> &'l str) {
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

    pub fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Texts(&self.texts))
    }
}

/// A column of texts that come in runs.
#[derive(Default)]
pub struct Runs {
    keys: Vec<u32>,
    texts: Texts,
}

impl Runs {
    pub fn clear(&mut self) {
        self.keys.clear();
        self.texts.clear();
    }

    /// Adds so many rows with the same text.
    pub fn push(&mut self, text: &str, rows: usize) {
        if rows > 0 {
            let key = self.texts.push(("", text));
            self.keys.resize(self.keys.len() + rows, key);
        }
    }

    pub fn column(&self) -> Column<'_> {
        Column::Keys(&self.keys, Values::Texts(&self.texts))
    }
}
