//! Limits memory for texts stored once in a file but repeated in many rows: dictionary values and shared prefixes of
//! Parquet, parent fields of JSON lists. A small file could otherwise fill the memory. Sizes are in bytes.

use crate::error::FileFault;
use crate::readers::open::most_unpacked;
use crate::readers::placed::Placed;
use arrow::array::{Array, AsArray, RecordBatch};
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::Length;
use parquet::file::serialized_reader::SerializedPageReader;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that the texts of a piece have in one column.
const PIECE: u64 = 256 << 20;
/// Rows decoded at a time where nothing tells how long their texts are.
const CAREFUL: usize = 256;

/// Counts the bytes of the texts of a Parquet file.
pub(super) struct Texts {
    file_bytes: u64,
    seen: AtomicU64,
}

impl Texts {
    pub(super) fn of(file: &Placed) -> Texts {
        Texts { file_bytes: file.len(), seen: AtomicU64::new(0) }
    }

    /// Counts some rows of a piece; `before` are its bytes by column so far.
    ///
    /// # Errors
    /// Where the piece or the file has too many.
    pub(super) fn count(&self, columns: &RecordBatch, before: &mut Vec<u64>) -> Result<(), FileFault> {
        before.resize(columns.num_columns(), 0);
        let mut added = 0;
        for (column, sum) in columns.columns().iter().zip(before) {
            let bytes = column.as_string_opt::<i32>().map_or(0, |texts| {
                let (first, last) = (texts.value_offsets()[0], texts.value_offsets()[texts.len()]);
                u64::try_from(last - first).unwrap_or_default()
            });
            *sum += bytes;
            added += bytes;
            if *sum > PIECE {
                return Err(FileFault::Swollen { bytes: self.file_bytes, most: PIECE });
            }
        }
        let most = most_unpacked(self.file_bytes);
        match self.seen.fetch_add(added, Ordering::Relaxed) + added > most {
            true => Err(FileFault::Swollen { bytes: self.file_bytes, most }),
            false => Ok(()),
        }
    }
}

/// Counts the bytes of texts that are in a text file once, and in several of its rows.
pub(super) struct Repeated {
    file_bytes: u64,
    seen: AtomicU64,
}

impl Repeated {
    pub(super) fn of(path: &Path) -> Repeated {
        Repeated { file_bytes: path.metadata().map_or(0, |metadata| metadata.len()), seen: AtomicU64::new(0) }
    }

    /// Checks how many bytes a piece has come to.
    ///
    /// # Errors
    /// Where they are too many.
    pub(super) fn check(&self, of_piece: u64) -> Result<(), FileFault> {
        self.within(of_piece, PIECE)
    }

    /// Counts the bytes of a whole piece.
    ///
    /// # Errors
    /// Where the file has too many.
    pub(super) fn count(&self, of_piece: u64) -> Result<(), FileFault> {
        let all = self.seen.fetch_add(of_piece, Ordering::Relaxed) + of_piece;
        self.within(all, most_unpacked(self.file_bytes))
    }

    fn within(&self, bytes: u64, most: u64) -> Result<(), FileFault> {
        match bytes > most {
            true => Err(FileFault::Swollen { bytes: self.file_bytes, most }),
            false => Ok(()),
        }
    }
}

/// Returns how many rows of a group to decode at a time, `most` at most, so that their texts fit a piece.
pub(super) fn step(
    file: &Placed,
    group: &RowGroupMetaData,
    is_wanted: impl Fn(&ColumnChunkMetaData) -> bool,
    most: usize,
) -> Result<usize, ParquetError> {
    let file = Arc::new(file.clone());
    let mut step = most;
    for chunk in group.columns() {
        if chunk.column_type() != PhysicalType::BYTE_ARRAY || !is_wanted(chunk) {
            continue;
        }
        let longest = longest_in_dictionary(&file, chunk)?;
        let mean = chunk.uncompressed_size().max(0) as u64 / chunk.num_values().max(1) as u64;
        let of_chunk = PIECE / longest.max(mean).max(1);
        step = step.min(of_chunk.max(1) as usize);
        if chunk.encodings().any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY) {
            step = step.min(CAREFUL);
        }
    }
    Ok(step)
}

/// Returns the bytes of the longest text in the dictionary of a column, 0 without one.
fn longest_in_dictionary(file: &Arc<Placed>, chunk: &ColumnChunkMetaData) -> Result<u64, ParquetError> {
    let rows = usize::try_from(chunk.num_values()).unwrap_or_default();
    let mut pages = SerializedPageReader::new(Arc::clone(file), chunk, rows, None)?;
    if !pages.peek_next_page()?.is_some_and(|page| page.is_dict) {
        return Ok(0);
    }
    let Some(Page::DictionaryPage { buf, .. }) = pages.get_next_page()? else { return Ok(0) };
    let (mut longest, mut rest) = (0, buf.as_ref());
    // Its texts follow each other, each after its length. What is wrong with them is found where they are decoded.
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length);
        longest = longest.max(u64::from(length));
        rest = after.get(length as usize..).unwrap_or_default();
    }
    Ok(longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, StringArray};

    fn column(texts: &[&str]) -> RecordBatch {
        RecordBatch::try_from_iter([("note", Arc::new(StringArray::from(texts.to_vec())) as ArrayRef)]).unwrap()
    }

    #[test]
    fn the_texts_of_a_piece_and_of_a_file_are_counted_together() {
        let file_bytes = 5 << 20;
        let most = most_unpacked(file_bytes);
        let texts = Texts { file_bytes, seen: AtomicU64::new(most - 10) };
        let said = |counted: Result<(), FileFault>| counted.err().map(|fault| fault.to_string());
        assert_eq!(said(texts.count(&column(&["12345", "67890"]), &mut Vec::new())), None);
        let swollen = |megabytes: u64| {
            Some(format!(
                "its texts come to more than {megabytes} MB, and the file itself has 5 MB only: export it again, without \
                 texts that repeat so often"
            ))
        };
        assert_eq!(said(texts.count(&column(&["1"]), &mut Vec::new())), swollen(1280));
        let texts = Texts { file_bytes, seen: AtomicU64::new(0) };
        // Of a part of a larger array only its own rows count.
        let part = column(&["12345", "67890", "1"]).slice(1, 2);
        let mut before = vec![PIECE - 6];
        assert_eq!(said(texts.count(&part, &mut before)), None);
        assert_eq!(before, [PIECE]);
        assert_eq!(said(texts.count(&column(&["1"]), &mut before)), swollen(256));
    }
}
