//! Rows of a table written by the `parquet` crate, with the program's settings: dictionaries for values that come
//! again, differences for other numbers, zstd level 1, statistics where the program has them, a row group for each
//! piece.

use accrue::output::columns::{Column, Field, Holds, Key, Rows, Values};
use arrow::array::{ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::DataType;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

/// Returns rows as the library takes them: of values that come again each once and the numbers of these, as they are
/// here.
pub fn batch(fields: &[Field], rows: &Rows<'_>) -> RecordBatch {
    let columns = fields.iter().zip(&rows.columns);
    let batch = RecordBatch::try_from_iter(columns.map(|(field, column)| (field.name, array(column, rows.count))));
    batch.expect("columns of one length")
}

/// Writes a batch as a file of one row group; returns its bytes.
pub fn write(fields: &[Field], batch: &RecordBatch) -> Vec<u8> {
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties(fields, batch))).expect("a schema to write");
    writer.write(batch).expect("memory can be written");
    writer.into_inner().expect("memory can be written")
}

fn properties(fields: &[Field], batch: &RecordBatch) -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).expect("a level of zstd"));
    let mut builder = WriterProperties::builder()
        .set_compression(zstd)
        .set_max_row_group_row_count(None)
        .set_offset_index_disabled(true)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for (field, column) in fields.iter().zip(batch.columns()) {
        let name = ColumnPath::from(field.name);
        if !matches!(column.data_type(), DataType::Dictionary(..)) {
            builder = builder.set_column_dictionary_enabled(name.clone(), false);
            builder = builder.set_column_encoding(name.clone(), Encoding::DELTA_BINARY_PACKED);
        }
        if field.holds == Holds::Text && !field.is_sorted {
            builder = builder.set_column_statistics_enabled(name, EnabledStatistics::None);
        }
    }
    builder.build()
}

fn array(column: &Column<'_>, count: usize) -> ArrayRef {
    match *column {
        Column::Numbers(numbers) => Arc::new(Int64Array::from(numbers.to_vec())),
        Column::NumbersOrNull(numbers) => Arc::new(Int64Array::from(numbers.to_vec())),
        Column::Same(values) => dictionary(std::iter::repeat_n(Some(0), count), values),
        Column::Keys(keys, values) => dictionary(keys.iter().map(|key| key.map(Key::number)), values),
    }
}

fn dictionary(keys: impl Iterator<Item = Option<u32>>, values: Values<'_>) -> ArrayRef {
    let keys: UInt32Array = keys.collect();
    let values: ArrayRef = match values {
        Values::Numbers(numbers) => Arc::new(Int64Array::from(numbers.to_vec())),
        Values::Texts(texts) => {
            let text = |text| Some(str::from_utf8(text).expect("texts"));
            Arc::new(texts.iter().map(text).collect::<StringArray>())
        }
    };
    Arc::new(DictionaryArray::new(keys, values))
}
