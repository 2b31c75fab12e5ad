//! Columns that wait in little room: compressed until they are asked for.
//!
//! Texts that a file repeats, such as what ids and times begin with, take a tenth of their bytes, and to unpack them
//! takes less time than it took to read them. Of texts, the lengths are packed instead of where they end: these are all
//! different, and lengths are mostly the same. What is packed lies in slabs, so that it leaves no holes in memory
//! between what comes and goes.

use arrow::array::{Array, ArrayData, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, make_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::compute::concat;
use arrow::datatypes::{DataType, SchemaRef};
use bytes::{Bytes, BytesMut};
use std::cell::RefCell;

/// Zstandard's quickest level above 0.
const LEVEL: i32 = 1;
/// The size of a slab.
const SLAB_BYTES: usize = 2 << 20;

/// Columns in little room. They are of types without others within.
pub(crate) struct Packed {
    schema: SchemaRef,
    rows: usize,
    /// Of each column: the length of the bits that mark values that are not null, if it has nulls, and those of its
    /// buffers.
    lengths: Vec<(Option<usize>, Vec<usize>)>,
    /// The number of bytes before packing.
    unpacked: usize,
    bytes: Bytes,
}

thread_local! {
    /// What is packed next, or was unpacked last.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// What was packed last.
    static PACKED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The rest of a slab.
    static SLAB: RefCell<BytesMut> = RefCell::new(BytesMut::new());
}

impl Packed {
    /// Packs columns.
    pub(crate) fn new(columns: &RecordBatch) -> Packed {
        SCRATCH.with_borrow_mut(|raw| {
            raw.clear();
            let mut put = |buffer: &[u8]| {
                raw.extend_from_slice(buffer);
                buffer.len()
            };
            let column = |array: &ArrayRef| {
                let array = from_its_beginning(array);
                let data = array.to_data();
                let nulls = data.nulls().map(|nulls| put(&nulls.inner().sliced()));
                let buffers = match array.as_string_opt::<i32>() {
                    Some(texts) => vec![put(&lengths(texts)), put(own_values(texts))],
                    None => data.buffers().iter().map(|buffer| put(buffer)).collect(),
                };
                (nulls, buffers)
            };
            let lengths = columns.columns().iter().map(column).collect();
            let (schema, rows, unpacked) = (columns.schema(), columns.num_rows(), raw.len());
            let bytes = packed(raw);
            Packed { schema, rows, lengths, unpacked, bytes }
        })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the columns as they were, each with memory of its own.
    pub(crate) fn unpack(&self) -> RecordBatch {
        let arrays = SCRATCH.with_borrow_mut(|raw| {
            raw.resize(self.unpacked, 0);
            zstd::bulk::decompress_to_buffer(&self.bytes, &mut raw[..]).expect("what was packed here");
            let mut rest = raw.as_slice();
            let mut next = |length: &usize| {
                let (buffer, others) = rest.split_at(*length);
                rest = others;
                Buffer::from(buffer)
            };
            let array = |(data_type, (nulls, buffers)): (&DataType, &(Option<usize>, Vec<usize>))| {
                let nulls = nulls.as_ref().map(&mut next);
                let nulls = nulls.map(|nulls| NullBuffer::new(BooleanBuffer::new(nulls, 0, self.rows)));
                let mut buffers: Vec<Buffer> = buffers.iter().map(&mut next).collect();
                if *data_type == DataType::Utf8 {
                    buffers[0] = ends(&buffers[0]);
                }
                let data = ArrayData::builder(data_type.clone()).len(self.rows).nulls(nulls).buffers(buffers).build();
                make_array(data.expect("what was packed here"))
            };
            let types = self.schema.fields().iter().map(|field| field.data_type());
            types.zip(&self.lengths).map(array).collect()
        });
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options).expect("what was packed here")
    }
}

/// Packs bytes into the slab at hand.
fn packed(raw: &[u8]) -> Bytes {
    PACKED.with_borrow_mut(|packed| {
        packed.resize(zstd::zstd_safe::compress_bound(raw.len()), 0);
        let length = zstd::bulk::compress_to_buffer(raw, &mut packed[..], LEVEL).expect("there is room");
        SLAB.with_borrow_mut(|slab| {
            if slab.capacity() < length {
                *slab = BytesMut::with_capacity(SLAB_BYTES.max(length));
            }
            slab.extend_from_slice(&packed[..length]);
            slab.split().freeze()
        })
    })
}

/// Returns the lengths of texts.
fn lengths(texts: &StringArray) -> Vec<u8> {
    texts.value_offsets().windows(2).flat_map(|ends| (ends[1] - ends[0]).to_le_bytes()).collect()
}

/// Returns the texts one after the other; there may be others before and after them.
fn own_values(texts: &StringArray) -> &[u8] {
    let ends = texts.value_offsets();
    &texts.value_data()[ends[0] as usize..ends[texts.len()] as usize]
}

/// Returns where texts of some lengths begin and end, one after the other.
fn ends(lengths: &[u8]) -> Buffer {
    let (lengths, _) = lengths.as_chunks();
    let mut end = 0;
    let ends = lengths.iter().map(|length| {
        end += i32::from_le_bytes(*length);
        end
    });
    std::iter::once(0).chain(ends).collect()
}

/// Returns an array whose buffers begin with its first value.
fn from_its_beginning(array: &ArrayRef) -> ArrayRef {
    match array.to_data().offset() {
        0 => array.clone(),
        _ => concat(&[array, &array.slice(0, 0)]).expect("both are of one type"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{BooleanArray, Decimal128Array, TimestampMicrosecondArray};
    use std::sync::Arc;

    fn columns() -> RecordBatch {
        let arrays: [(&str, ArrayRef); 5] = [
            ("texts", Arc::new(StringArray::from(vec![Some("a"), None, Some(""), Some("näh")]))),
            ("numbers", Arc::new(Decimal128Array::from(vec![Some(-1), None, Some(i128::MAX), Some(0)]))),
            ("truths", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]))),
            ("times", Arc::new(TimestampMicrosecondArray::from(vec![1, 2, 3, 4]).with_timezone("UTC"))),
            ("nothing", arrow::array::new_null_array(&DataType::Null, 4)),
        ];
        RecordBatch::try_from_iter_with_nullable(arrays.map(|(name, array)| (name, array, true))).unwrap()
    }

    #[test]
    fn what_is_unpacked_is_what_was_packed() {
        let columns = columns();
        for (from, count) in [(0, 4), (1, 3), (3, 1), (2, 0)] {
            let part = columns.slice(from, count);
            assert_eq!(Packed::new(&part).unpack(), part, "{count} rows from {from}");
        }
    }

    #[test]
    fn ids_that_begin_alike_take_a_tenth_of_their_room_at_most() {
        let ids: StringArray =
            (0..10_000).map(|id| Some(format!("gid://shopify/Order/{}", 5_000_000 + id * 7))).collect();
        let columns = RecordBatch::try_from_iter([("id", Arc::new(ids) as ArrayRef)]).unwrap();
        let packed = Packed::new(&columns);
        assert!(packed.bytes.len() * 10 < packed.unpacked, "{} of {}", packed.bytes.len(), packed.unpacked);
    }
}
