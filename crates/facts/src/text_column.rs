//! A column of texts beside the rows of a piece.

use arrow::array::{Array, AsArray, StringArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;

/// The texts of rows, by the places of these in their piece. Trimmed, never empty.
pub enum TextColumn {
    /// Null where a row has none.
    All(StringArray),
    /// All of one length, as ids mostly are: then nothing need say where each begins. Filled up where a row has none.
    OneLength { length: usize, texts: String, nulls: Option<NullBuffer> },
    /// Of the rows at some places, which rise; no other row has one.
    Few { places: Vec<u32>, texts: StringArray },
}

/// Bytes that tell where a text begins.
const OFFSET: usize = size_of::<i32>();

impl TextColumn {
    /// Keeps the texts of all rows.
    pub fn of_all(texts: StringArray) -> TextColumn {
        let of_one_length = one_length(&texts).filter(|length| {
            // Filling up must not take more than it saves.
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

    /// Keeps the texts of some rows only, whose places rise; `None` where not one of them has a text.
    pub fn of_few(texts: &StringArray, wanted: impl Iterator<Item = u32>) -> Option<TextColumn> {
        let places: Vec<u32> = wanted.filter(|&at| texts.is_valid(at as usize)).collect();
        let texts = taken(texts, &places);
        (!places.is_empty()).then_some(TextColumn::Few { places, texts })
    }

    /// Returns the text of the row at a place.
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

    /// Tells whether the row at a place has a text.
    #[inline]
    pub fn has(&self, at: u32) -> bool {
        match self {
            TextColumn::All(texts) => texts.is_valid(at as usize),
            TextColumn::OneLength { nulls, .. } => nulls.as_ref().is_none_or(|nulls| nulls.is_valid(at as usize)),
            TextColumn::Few { places, .. } => places.binary_search(&at).is_ok(),
        }
    }

    /// Tells whether certainly every row has a text.
    pub fn is_full(&self) -> bool {
        match self {
            TextColumn::All(texts) => texts.null_count() == 0,
            TextColumn::OneLength { nulls, .. } => nulls.is_none(),
            TextColumn::Few { .. } => false,
        }
    }

    /// Returns the texts of the rows at some places, which rise, as if there were no others.
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
