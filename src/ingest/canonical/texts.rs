//! Text columns: trimmed, empty being null.

use super::arrays::as_text;
use super::cells::Cells;
use super::fault::Fault;
use crate::ingest::error::FileFault;
use arrow::array::{Array, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};

/// The texts that are kept of a kind, in the order of `Row::TEXTS`.
pub struct Texts {
    names: &'static [&'static str],
    columns: Vec<Option<StringArray>>,
}

impl Texts {
    pub fn new(names: &'static [&'static str], cells: &Cells) -> Result<Texts, FileFault> {
        let columns = names.iter().map(|name| column(name, cells)).collect::<Result<_, _>>()?;
        Ok(Texts { names, columns })
    }

    pub fn name(&self, column: usize) -> &'static str {
        self.names[column]
    }

    #[inline]
    pub fn has(&self, column: usize, at: u32) -> bool {
        self.columns[column].as_ref().is_some_and(|texts| texts.is_valid(at as usize))
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

/// Returns a text without blanks around it; quickly where it has none.
#[inline]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn trimmed(texts: StringArray) -> StringArray {
    let is_null = |at| texts.is_null(at);
    if (0..texts.len()).any(|at| !is_null(at) && trim(texts.value(at)).len() != texts.value(at).len()) {
        let trimmed = texts.iter().map(|text| text.map(str::trim).filter(|text| !text.is_empty()));
        return trimmed.collect();
    }
    if (0..texts.len()).all(|at| is_null(at) || !texts.value(at).is_empty()) {
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
