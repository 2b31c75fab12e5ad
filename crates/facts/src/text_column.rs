//! Keeps one column of texts of a piece of rows, in the form that takes the least memory: all texts, texts of one
//! length, or the few that there are.

use arrow::array::{Array, AsArray, StringArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;

/// The texts of rows, by the number of each row within its piece, from 0. Texts are trimmed and never empty.
pub enum TextColumn {
    /// A text for each row; null where a row has none.
    All(StringArray),
    /// All texts have one length, as ids mostly have, so that no offsets are needed.
    OneLength {
        /// The length of each text in bytes.
        length: usize,
        /// All texts, one after the other; blanks where a row has none.
        texts: String,
        /// The rows that have none; `None` where each row has a text.
        nulls: Option<NullBuffer>,
    },
    /// Only few rows have a text.
    Few {
        /// The numbers of the rows that have a text; they rise.
        places: Vec<u32>,
        /// The texts of these rows.
        texts: StringArray,
    },
}

/// The size in bytes of an offset in [`TextColumn::All`].
const OFFSET: usize = size_of::<i32>();

impl TextColumn {
    /// Keeps the texts of all rows, which may be null.
    pub fn of_all(texts: StringArray) -> TextColumn {
        let of_one_length = one_length(&texts).filter(|length| {
            // The blanks must not take more memory than the offsets would.
            length * texts.null_count() <= OFFSET * texts.len()
        });
        let Some(length) = of_one_length else { return TextColumn::All(texts) };
        let mut filled = String::with_capacity(length * texts.len());
        for text in &texts {
            match text {
                Some(text) => filled.push_str(text),
                None => filled.extend(std::iter::repeat_n(' ', length)),
            }
        }
        TextColumn::OneLength { length, texts: filled, nulls: texts.nulls().cloned() }
    }

    /// Keeps the texts of some rows, whose numbers must rise; `None` where none of them has a text.
    pub fn of_few(texts: &StringArray, wanted: impl Iterator<Item = u32>) -> Option<TextColumn> {
        let places: Vec<u32> = wanted.filter(|&at| texts.is_valid(at as usize)).collect();
        let texts = taken(texts, &places);
        (!places.is_empty()).then_some(TextColumn::Few { places, texts })
    }

    /// Returns the text of a row; `None` where it has none.
    ///
    /// # Panics
    /// May panic where there is no such row.
    #[inline]
    pub fn get(&self, at: u32) -> Option<&str> {
        let place = at as usize;
        match self {
            TextColumn::All(texts) => texts.is_valid(place).then(|| texts.value(place)),
            TextColumn::OneLength { length, texts, .. } => {
                self.has(at).then(|| &texts[length * place..length * (place + 1)])
            }
            TextColumn::Few { places, texts } => places.binary_search(&at).ok().map(|found| texts.value(found)),
        }
    }

    /// Tells whether a row has a text.
    ///
    /// # Panics
    /// May panic where there is no such row.
    #[inline]
    pub fn has(&self, at: u32) -> bool {
        match self {
            TextColumn::All(texts) => texts.is_valid(at as usize),
            TextColumn::OneLength { nulls, .. } => nulls.as_ref().is_none_or(|nulls| nulls.is_valid(at as usize)),
            TextColumn::Few { places, .. } => places.binary_search(&at).is_ok(),
        }
    }

    /// Tells whether every row has a text. May be false although every row has one, if the texts are kept as the few
    /// that there are.
    pub fn is_full(&self) -> bool {
        match self {
            TextColumn::All(texts) => texts.null_count() == 0,
            TextColumn::OneLength { nulls, .. } => nulls.is_none(),
            TextColumn::Few { .. } => false,
        }
    }

    /// Keeps only the rows with these numbers, which must rise; they are numbered anew from 0.
    ///
    /// # Panics
    /// May panic where there is no such row.
    pub fn only(&self, at: &[u32]) -> TextColumn {
        match self {
            TextColumn::All(texts) => TextColumn::All(taken(texts, at)),
            _ => TextColumn::of_all(at.iter().map(|&at| self.get(at)).collect()),
        }
    }
}

/// Returns the length in bytes that all texts have; `None` where they differ, or there are none.
fn one_length(texts: &StringArray) -> Option<usize> {
    let mut lengths = texts.iter().flatten().map(str::len);
    let first = lengths.next()?;
    lengths.all(|length| length == first).then_some(first)
}

fn taken(texts: &StringArray, at: &[u32]) -> StringArray {
    let taken = take(texts, &UInt32Array::from(at.to_vec()), None).expect("the places are in the piece");
    taken.as_string::<i32>().clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Said = Vec<Option<&'static str>>;

    fn found(column: &TextColumn, rows: u32) -> Vec<Option<&str>> {
        assert!((0..rows).all(|at| column.has(at) == column.get(at).is_some()));
        assert!(!column.is_full() || (0..rows).all(|at| column.has(at)));
        (0..rows).map(|at| column.get(at)).collect()
    }

    #[test]
    fn texts_are_found_at_the_places_of_their_rows_whatever_their_lengths() {
        let short: Said = vec![Some("a"), None, Some("cc"), Some("d"), None];
        let even: Said = vec![Some("C1"), Some("é"), None, Some("C4"), Some("C5")];
        let none: Said = vec![None; 5];
        for said in [short, even, none, vec![Some("a long one"), None, None, None, None]] {
            let column = TextColumn::of_all(said.clone().into());
            assert_eq!(found(&column, 5), said);
            assert_eq!(found(&column.only(&[0, 3]), 2), [said[0], said[3]]);
        }
    }

    #[test]
    fn only_texts_of_one_length_are_kept_without_their_beginnings() {
        let is_even = |said: Said| matches!(TextColumn::of_all(said.into()), TextColumn::OneLength { length: 2, .. });
        assert!(is_even(vec![Some("C1"), Some("C2")]) && is_even(vec![Some("C1"), None]));
        assert!(!is_even(vec![Some("C1"), Some("C")]));
        let rare = TextColumn::of_all(vec![Some("0123456789"), None, None, None].into());
        assert!(matches!(rare, TextColumn::All(_)), "filling up would take more than it saves");
    }

    #[test]
    fn few_texts_are_found_at_the_places_of_their_rows() {
        let texts = StringArray::from(vec![Some("a"), None, Some("c"), Some("d"), None]);
        let few = TextColumn::of_few(&texts, [1, 2, 4].into_iter()).unwrap();
        assert_eq!(found(&few, 5), [None, None, Some("c"), None, None]);
        assert_eq!(found(&few.only(&[0, 2]), 2), [None, Some("c")]);
        assert!(TextColumn::of_few(&texts, [1, 4].into_iter()).is_none());
    }
}
