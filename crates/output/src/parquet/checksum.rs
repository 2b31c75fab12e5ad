//! Adds checksums to pages: the CRC-32 of a page's bytes as they are in the file, in the page's header. Readers check
//! them; the `parquet` crate does too, but does not write them.
//!
//! Source: <https://parquet.apache.org/docs/file-format/data-pages/checksumming/>; headers are in Thrift's compact
//! protocol, <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

use super::file::File;
use super::packing::write_varint;
use bytes::Bytes;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::io::Write;

/// The field of a page header with the compressed size of the page; the next one is its checksum.
const SIZE: u8 = 3;
const CHECKSUM: u8 = SIZE + 1;
/// The head of an `i32` field whose number is one more than that of the field before.
const NEXT_I32: u8 = 1 << 4 | I32;
const I32: u8 = 5;
const BINARY: u8 = 8;
const STRUCT: u8 = 12;
/// How deeply structures may be nested: a header has statistics within the description of a page.
const DEPTH: usize = 4;

/// Appends the first page of `pages` to `out`, with its checksum; returns the size of the page in `pages`.
pub(super) fn append_page(pages: &[u8], out: &mut Vec<u8>) -> Result<usize, ParquetError> {
    let header =
        Header::read(pages).ok_or_else(|| ParquetError::General("a page's header cannot be read".to_owned()))?;
    let end = header.end + header.size;
    let body = pages.get(header.end..end).ok_or_else(|| ParquetError::General("a page is cut off".to_owned()))?;
    if header.has_checksum {
        out.extend_from_slice(&pages[..end]);
        return Ok(end);
    }
    let (before, after) = pages[..header.end].split_at(header.after_size);
    out.extend_from_slice(before);
    out.push(NEXT_I32);
    write_varint(zigzag(crc32fast::hash(body) as i32), out);
    // The next field has the difference to the number of the field before it: now `CHECKSUM` instead of `SIZE`.
    out.push(after[0] - (1 << 4));
    out.extend_from_slice(&after[1..]);
    out.extend_from_slice(body);
    Ok(end)
}

/// Writes a whole Parquet file to `sink` with checksums of its pages, and returns the sink. The file must come from the
/// `parquet` crate; indexes of its pages are left out.
///
/// # Errors
/// Where the file cannot be read, or `sink` cannot be written.
///
/// # Panics
/// Where the footer names bytes that the file does not have.
pub fn with_checksums<W: Write + Send>(whole: &Bytes, sink: W) -> Result<W, ParquetError> {
    let reader = SerializedFileReader::new(whole.clone())?;
    let footer = reader.metadata();
    let mut file = File::create(sink, footer.file_metadata().schema_descr())?;
    for group in footer.row_groups() {
        let mut writer = file.0.next_row_group()?;
        for column in group.columns() {
            let (bytes, metadata) = chunk_with_checksums(whole, column)?;
            let close = ColumnCloseResult {
                bytes_written: bytes.len() as u64,
                rows_written: group.num_rows() as u64,
                metadata,
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            writer.append_column(&bytes, close)?;
        }
        writer.close()?;
    }
    file.finish()
}

fn chunk_with_checksums(
    whole: &Bytes,
    column: &ColumnChunkMetaData,
) -> Result<(Bytes, ColumnChunkMetaData), ParquetError> {
    let (start, len) = column.byte_range();
    let pages = &whole[start as usize..(start + len) as usize];
    let mut out = Vec::with_capacity(pages.len() + 64);
    let mut read = 0;
    // The size of the first page, which is the dictionary where there is one.
    let mut first = 0;
    while read < pages.len() {
        read += append_page(&pages[read..], &mut out)?;
        if first == 0 {
            first = out.len();
        }
    }
    let longer = (out.len() - pages.len()) as i64;
    let has_dictionary = column.dictionary_page_offset().is_some();
    let metadata = column
        .clone()
        .into_builder()
        .set_dictionary_page_offset(has_dictionary.then_some(0))
        .set_data_page_offset(if has_dictionary { first as i64 } else { 0 })
        .set_total_compressed_size(out.len() as i64)
        .set_total_uncompressed_size(column.uncompressed_size() + longer)
        .build()?;
    Ok((Bytes::from(out), metadata))
}

/// The parts of a page header that are needed here.
struct Header {
    /// The number of bytes of the page.
    size: usize,
    /// The position behind the field with that number.
    after_size: usize,
    has_checksum: bool,
    /// The position behind the header.
    end: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Header> {
        let mut fields = Fields { bytes, at: 0, last: 0 };
        let (mut size, mut after_size, mut has_checksum) = (None, 0, false);
        while let Some((number, holds)) = fields.next()? {
            if number == SIZE {
                size = usize::try_from(unzigzag(fields.varint()?)).ok();
                after_size = fields.at;
                continue;
            }
            has_checksum |= number == CHECKSUM;
            fields.skip(holds, DEPTH)?;
        }
        Some(Header { size: size?, after_size, has_checksum, end: fields.at })
    }
}

/// The fields of a structure, one after the other.
struct Fields<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The number of the last field.
    last: u8,
}

impl Fields<'_> {
    /// Returns the number and the type of the next field; `Some(None)` at the end of the structure.
    #[allow(clippy::option_option)]
    fn next(&mut self) -> Option<Option<(u8, u8)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        // Larger differences have another form, which page headers do not need.
        let more = Some(head >> 4).filter(|&more| more > 0)?;
        self.last = self.last.checked_add(more)?;
        Some(Some((self.last, head & 0xf)))
    }

    fn skip(&mut self, holds: u8, depth: usize) -> Option<()> {
        match holds {
            // Booleans are in the head of the field.
            1 | 2 => Some(()),
            3 => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            BINARY => {
                let len = usize::try_from(self.varint()?).ok()?;
                self.at = self.at.checked_add(len).filter(|&at| at <= self.bytes.len())?;
                Some(())
            }
            STRUCT if depth > 0 => {
                let mut inner = Fields { bytes: self.bytes, at: self.at, last: 0 };
                while let Some((_, holds)) = inner.next()? {
                    inner.skip(holds, depth - 1)?;
                }
                self.at = inner.at;
                Some(())
            }
            _ => None,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

fn zigzag(value: i32) -> u64 {
    u64::from((value << 1 ^ value >> 31) as u32)
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;
    use crate::columns::{Field, Holds};
    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::properties::WriterProperties;
    use std::sync::Arc;

    /// Two columns in several pages and row groups, one of them with a dictionary and nulls.
    fn batch() -> RecordBatch {
        let texts: ArrayRef =
            Arc::new(StringArray::from_iter((0..5_000).map(|row| (row % 7 > 0).then(|| format!("t{}", row % 40)))));
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values((0..5_000).map(|row| row * 77_777)));
        RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap()
    }

    fn written() -> Bytes {
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(2_000))
            .set_data_page_row_count_limit(500)
            .set_write_batch_size(100)
            .set_write_page_header_statistics(true);
        let mut writer = ArrowWriter::try_new(Vec::new(), batch().schema(), Some(properties.build())).unwrap();
        writer.write(&batch()).unwrap();
        writer.into_inner().unwrap().into()
    }

    fn read(bytes: Bytes) -> Result<Vec<RecordBatch>, ParquetError> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)?.with_batch_size(10_000).build()?;
        Ok(reader.collect::<Result<_, _>>()?)
    }

    #[test]
    fn a_file_reads_as_before_and_every_page_has_a_checksum() {
        let whole = written();
        let checked = Bytes::from(with_checksums(&whole, Vec::new()).unwrap());
        assert_eq!(read(checked.clone()).unwrap(), [batch()]);
        let reader = SerializedFileReader::new(checked.clone()).unwrap();
        let mut pages = 0;
        for column in reader.metadata().row_groups().iter().flat_map(|group| group.columns()) {
            let (start, len) = column.byte_range();
            let (mut at, end) = (start as usize, (start + len) as usize);
            while at < end {
                let header = Header::read(&checked[at..end]).unwrap();
                assert!(header.has_checksum);
                at += header.end + header.size;
                pages += 1;
            }
            assert_eq!(at, end);
        }
        assert!(pages > 12, "{pages}");
        // Once is enough.
        assert_eq!(with_checksums(&checked, Vec::new()).unwrap(), checked);
    }

    #[test]
    fn a_page_that_is_altered_is_not_read() {
        let checked = with_checksums(&written(), Vec::new()).unwrap();
        let reader = SerializedFileReader::new(Bytes::from(checked.clone())).unwrap();
        let (start, _) = reader.metadata().row_group(0).column(0).byte_range();
        let header = Header::read(&checked[start as usize..]).unwrap();
        for at in [0, header.size / 2, header.size - 1] {
            let mut altered = checked.clone();
            altered[start as usize + header.end + at] ^= 1;
            let fault = read(altered.into()).unwrap_err().to_string();
            assert!(fault.contains("CRC"), "{fault}");
        }
    }

    #[test]
    fn the_checksum_is_the_one_that_gzip_has() {
        // A page of four bytes with a header of sizes and one empty structure: type, 4, 4, then field 5.
        let page = [0x15, 0, 0x15, 8, 0x15, 8, 0x2c, 0, 0, b'a', b'b', b'c', b'd'];
        let mut out = Vec::new();
        assert_eq!(append_page(&page, &mut out).unwrap(), page.len());
        // CRC-32 of `abcd` is ed82cd11, as a number of 32 bits -310,194,927: in zigzag 620,389,853.
        let mut expected = vec![0x15, 0, 0x15, 8, 0x15, 8, 0x15];
        write_varint(620_389_853, &mut expected);
        expected.extend([0x1c, 0, 0, b'a', b'b', b'c', b'd']);
        assert_eq!(out, expected);
    }

    #[test]
    fn what_is_no_page_is_refused() {
        let page = [0x15, 0, 0x15, 8, 0x15, 8, 0x2c, 0, 0, b'a', b'b', b'c', b'd'];
        for end in 0..page.len() {
            assert!(append_page(&page[..end], &mut Vec::new()).is_err(), "{end}");
        }
    }

    #[test]
    fn an_empty_file_stays_one() {
        const FIELDS: [Field; 1] = [Field::new("id", Holds::Text)];
        let file = File::create(Vec::new(), &schema("test", &FIELDS).unwrap()).unwrap();
        let checked = with_checksums(&file.finish().unwrap().into(), Vec::new()).unwrap();
        assert!(read(checked.into()).unwrap().iter().all(|batch| batch.num_rows() == 0));
    }
}
