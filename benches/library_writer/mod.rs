//! Rows of a table written by the `parquet` crate, with the program's settings: dictionaries for values that come again,
//! differences for numbers, zstd level 1, a row group for each piece.

use accrue::output::columns::{Column, Field, Holds, NO_KEY, NO_NUMBER, Rows, Texts, Values};
use arrow::array::{ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, UInt32Array};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

/// Writes rows as a file of one row group; returns its bytes.
pub fn write(fields: &[Field], rows: &Rows<'_>) -> Vec<u8> {
    let columns = fields.iter().zip(&rows.columns);
    let batch = RecordBatch::try_from_iter(columns.map(|(field, column)| (field.name, array(column, rows.count))));
    let batch = batch.expect("columns of one length");
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties(fields))).expect("a schema to write");
    writer.write(&batch).expect("memory can be written");
    writer.into_inner().expect("memory can be written")
}

fn properties(fields: &[Field]) -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).expect("a level of zstd"));
    let builder = WriterProperties::builder().set_compression(zstd).set_max_row_group_row_count(None);
    let numbers = fields.iter().filter(|field| field.holds != Holds::Text).map(|field| ColumnPath::from(field.name));
    let builder = numbers.fold(builder, |builder, column| {
        let plain = builder.set_column_dictionary_enabled(column.clone(), false);
        plain.set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
    });
    builder.build()
}

fn array(column: &Column<'_>, count: usize) -> ArrayRef {
    match *column {
        Column::Numbers(numbers) => numbers_of(numbers.iter().copied()),
        Column::Same(Values::Numbers(numbers)) => numbers_of(std::iter::repeat_n(numbers[0], count)),
        Column::Keys(keys, Values::Numbers(numbers)) => {
            numbers_of(keys.iter().map(|&key| numbers.get(key as usize).copied().unwrap_or(NO_NUMBER)))
        }
        Column::Same(Values::Texts(texts)) => texts_of(std::iter::repeat_n(0, count), texts),
        Column::Keys(keys, Values::Texts(texts)) => texts_of(keys.iter().copied(), texts),
    }
}

fn numbers_of(numbers: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(numbers.map(|number| (number != NO_NUMBER).then_some(number)).collect::<Int64Array>())
}

fn texts_of(keys: impl Iterator<Item = u32>, texts: &Texts) -> ArrayRef {
    let keys: UInt32Array = keys.map(|key| (key != NO_KEY).then_some(key)).collect();
    let values: StringArray = texts.iter().map(|text| Some(str::from_utf8(text).expect("texts"))).collect();
    Arc::new(DictionaryArray::new(keys, Arc::new(values)))
}
