//! Encodes one column of a row group: a dictionary page where values repeat, and one data page.

use super::checksum::append_page;
use super::delta::write_deltas;
use super::file::Chunk;
use super::packing::{pack, width_of, write_hybrid, write_run};
use crate::columns::{Column, Field, Holds, Key, Texts, Values};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

/// The lowest level of zstd is the fastest, and packed values gain little by higher ones.
const ZSTD_LEVEL: i32 = 1;
/// The number of bytes of a page that tell whether it is worth compressing.
const SAMPLE: usize = 1 << 14;
/// The number of bytes reserved for page headers: more than two of them take.
const ROOM_FOR_HEADERS: usize = 128;

/// Buffers for encoding, used for one row group after the other.
pub struct Scratch {
    zstd: Compressor<'static>,
    /// The bytes to compress.
    plain: Vec<u8>,
    /// The compressed bytes.
    packed: Vec<u8>,
}

/// Makes the chunks of a row group.
pub(super) struct Chunks<'r, 's> {
    scratch: &'s mut Scratch,
    /// Dictionaries of texts compressed so far: columns that share their texts share the result.
    compressed: Vec<(&'r Texts, Packed)>,
}

/// The bytes of a page as they are in the file, and their number before compression.
#[derive(Clone)]
struct Packed {
    bytes: Bytes,
    plain_len: usize,
}

/// The pages of a chunk, one after the other.
struct Pages {
    bytes: Vec<u8>,
    uncompressed_len: usize,
}

impl Default for Scratch {
    fn default() -> Scratch {
        let zstd = Compressor::new(ZSTD_LEVEL).expect("there is memory, and the level is one of zstd's");
        Scratch { zstd, plain: Vec::new(), packed: Vec::new() }
    }
}

impl Scratch {
    /// Chooses the compression of a page of numbers by compressing a sample from its middle. Bit-packed numbers are
    /// mostly as short as they can be; compressing them would only cost time, also for readers.
    fn codec(&mut self) -> Result<Compression, ParquetError> {
        let from = self.plain.len().saturating_sub(SAMPLE) / 2;
        let sample = &self.plain[from..self.plain.len().min(from + SAMPLE)];
        let saves_a_fifth = 5 * compress(&mut self.zstd, sample, &mut self.packed)? < 4 * sample.len();
        if saves_a_fifth { zstd() } else { Ok(Compression::UNCOMPRESSED) }
    }

    fn pack(&mut self, codec: Compression) -> Result<Packed, ParquetError> {
        let bytes = match codec {
            Compression::UNCOMPRESSED => &self.plain,
            _ => {
                compress(&mut self.zstd, &self.plain, &mut self.packed)?;
                &self.packed
            }
        };
        Ok(Packed { bytes: Bytes::copy_from_slice(bytes), plain_len: self.plain.len() })
    }
}

fn zstd() -> Result<Compression, ParquetError> {
    Ok(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
}

/// Compresses `plain` into `packed`; returns the number of bytes.
fn compress(zstd: &mut Compressor<'_>, plain: &[u8], packed: &mut Vec<u8>) -> Result<usize, ParquetError> {
    packed.clear();
    packed.reserve(zstd::zstd_safe::compress_bound(plain.len()));
    Ok(zstd.compress_to_buffer(plain, packed)?)
}

impl<'r, 's> Chunks<'r, 's> {
    pub(super) fn new(scratch: &'s mut Scratch) -> Chunks<'r, 's> {
        Chunks { scratch, compressed: Vec::new() }
    }

    /// Encodes a column of at least one row.
    ///
    /// # Panics
    /// Where a row is null in a column without nulls.
    pub(super) fn encode(
        &mut self,
        (field, descriptor): (&Field, &ColumnDescPtr),
        column: &Column<'r>,
        rows: usize,
    ) -> Result<Chunk, ParquetError> {
        let nulls = column.null_count();
        assert!(field.nullable || nulls == 0, "{} has no nulls", field.name);
        let encoding = self.data(field, column, rows);
        let codec = if field.holds == Holds::Text { zstd()? } else { self.scratch.codec()? };
        let data = self.scratch.pack(codec)?;
        let values = column.values().filter(|values| !values.is_empty());
        let dictionary = match values {
            Some(values) => Some((values, self.dictionary(values, codec)?)),
            None => None,
        };
        let len = data.bytes.len() + dictionary.as_ref().map_or(0, |(_, packed)| packed.bytes.len());
        let mut pages = Pages::with_room_for(len);
        let dictionary = dictionary.map(|(values, packed)| {
            pages.write(&packed, |buf| Page::DictionaryPage {
                buf,
                num_values: values.len() as u32,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            })
        });
        let dictionary = dictionary.transpose()?;
        let data = pages.write(&data, |buf| Page::DataPage {
            buf,
            num_values: rows as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?;
        let Pages { bytes, uncompressed_len } = pages;
        let bytes = Bytes::from(bytes);
        let metadata = ColumnChunkMetaData::builder(descriptor.clone())
            .set_compression(codec)
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, encoding])
            .set_num_values(rows as i64)
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(uncompressed_len as i64)
            .set_dictionary_page_offset(dictionary)
            .set_data_page_offset(data)
            .set_statistics(statistics(field, column, nulls as u64))
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Chunk { bytes, close })
    }

    /// Returns the page of the different values.
    fn dictionary(&mut self, values: Values<'r>, codec: Compression) -> Result<Packed, ParquetError> {
        self.scratch.plain.clear();
        match values {
            Values::Numbers(numbers) => {
                numbers.iter().for_each(|number| self.scratch.plain.extend_from_slice(&number.to_le_bytes()));
                self.scratch.pack(codec)
            }
            Values::Texts(texts) => {
                let made = self.compressed.iter().find(|(made, _)| std::ptr::eq(*made, texts));
                if let Some((_, packed)) = made {
                    return Ok(packed.clone());
                }
                for text in texts.iter() {
                    self.scratch.plain.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    self.scratch.plain.extend_from_slice(text);
                }
                let packed = self.scratch.pack(codec)?;
                self.compressed.push((texts, packed.clone()));
                Ok(packed)
            }
        }
    }

    /// Encodes the data page: null levels where the column allows nulls, then the values.
    fn data(&mut self, field: &Field, column: &Column<'r>, rows: usize) -> Encoding {
        self.scratch.plain.clear();
        if field.nullable {
            write_levels(column, rows, &mut self.scratch.plain);
        }
        match *column {
            Column::Numbers(numbers) => self.numbers(field, numbers),
            Column::NumbersOrNull(numbers) => {
                self.numbers(field, &numbers.iter().copied().flatten().collect::<Vec<i64>>())
            }
            Column::Keys(keys, values) if !values.is_empty() => {
                let width = width_of(values.len() as u64 - 1);
                self.scratch.plain.push(width as u8);
                let there: Vec<Option<Key>>;
                let keys = if field.nullable {
                    there = keys.iter().copied().filter(Option::is_some).collect();
                    &there
                } else {
                    keys
                };
                // No key is null here.
                write_hybrid(keys, |key| key.map_or(0, Key::number), width, &mut self.scratch.plain);
                Encoding::RLE_DICTIONARY
            }
            Column::Same(_) => {
                self.scratch.plain.push(0);
                write_run(0, rows, 0, &mut self.scratch.plain);
                Encoding::RLE_DICTIONARY
            }
            // All rows are null: nothing to encode.
            Column::Keys(..) => Encoding::PLAIN,
        }
    }

    /// Encodes the numbers of a column, those that are not null.
    fn numbers(&mut self, field: &Field, numbers: &[i64]) -> Encoding {
        if field.holds == Holds::Flag {
            let count = numbers.len().next_multiple_of(8);
            pack(numbers.iter().map(|&flag| flag as u64), 1, count, &mut self.scratch.plain);
        } else if !numbers.is_empty() {
            write_deltas(numbers, &mut self.scratch.plain);
            return Encoding::DELTA_BINARY_PACKED;
        }
        Encoding::PLAIN
    }
}

impl Pages {
    fn with_room_for(len: usize) -> Pages {
        Pages { bytes: Vec::with_capacity(len + ROOM_FOR_HEADERS), uncompressed_len: 0 }
    }

    /// Writes a page; returns the position where it begins.
    fn write(&mut self, packed: &Packed, page: impl FnOnce(Bytes) -> Page) -> Result<i64, ParquetError> {
        let page = CompressedPage::new(page(packed.bytes.clone()), packed.plain_len);
        let mut plain = TrackedWrite::new(Vec::with_capacity(packed.bytes.len() + ROOM_FOR_HEADERS));
        SerializedPageWriter::new(&mut plain).write_page(page)?;
        let begin = self.bytes.len();
        append_page(&plain.into_inner()?, &mut self.bytes)?;
        let header_len = self.bytes.len() - begin - packed.bytes.len();
        self.uncompressed_len += header_len + packed.plain_len;
        Ok(begin as i64)
    }
}

/// Writes the definition levels: for each row whether it has a value.
fn write_levels(column: &Column<'_>, rows: usize, out: &mut Vec<u8>) {
    let mut levels = Vec::new();
    match *column {
        Column::NumbersOrNull(numbers) => {
            let has: Vec<bool> = numbers.iter().map(Option::is_some).collect();
            write_hybrid(&has, u32::from, 1, &mut levels);
        }
        Column::Keys(keys, _) => {
            let has: Vec<bool> = keys.iter().map(Option::is_some).collect();
            write_hybrid(&has, u32::from, 1, &mut levels);
        }
        Column::Numbers(_) | Column::Same(_) => write_run(1, rows, 1, &mut levels),
    }
    out.extend_from_slice(&(levels.len() as u32).to_le_bytes());
    out.append(&mut levels);
}

/// Returns the statistics by which a reader skips a row group: the number of nulls, and the least and the greatest
/// value of numbers and of the column that rows are sorted by.
fn statistics(field: &Field, column: &Column<'_>, nulls: u64) -> Statistics {
    let nulls = Some(nulls);
    if field.holds == Holds::Flag {
        return Statistics::boolean(None, None, None, nulls, false);
    }
    let between = |least: Option<i64>, greatest: Option<i64>| Statistics::int64(least, greatest, None, nulls, false);
    let of_numbers = |numbers: &[i64]| between(numbers.iter().copied().min(), numbers.iter().copied().max());
    match *column {
        Column::Numbers(numbers) => of_numbers(numbers),
        Column::NumbersOrNull(numbers) => {
            let there = || numbers.iter().copied().flatten();
            between(there().min(), there().max())
        }
        Column::Keys(_, Values::Numbers(numbers)) | Column::Same(Values::Numbers(numbers)) => of_numbers(numbers),
        Column::Keys(keys, Values::Texts(texts)) if field.is_sorted => {
            let text = |key: Option<&Option<Key>>| Some(ByteArray::from(texts.get((*key?)?).to_vec()));
            Statistics::byte_array(text(keys.first()), text(keys.last()), None, nulls, false)
        }
        Column::Keys(_, Values::Texts(_)) | Column::Same(Values::Texts(_)) => {
            Statistics::byte_array(None, None, None, nulls, false)
        }
    }
}
