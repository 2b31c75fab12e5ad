//! Encodes rows as Parquet, page by page.
//!
//! The `parquet` crate writes the file, its page headers and its metadata; checksums of pages are added here
//! (`checksum`). The pages themselves are made here, since columns are dictionary-encoded already
//! (`columns::Column::Keys`): a writer that does not know that hashes every value of every row again, which took most
//! of the time of a run. The encodings are those that every reader knows: PLAIN dictionaries with RLE_DICTIONARY keys,
//! DELTA_BINARY_PACKED for numbers, and RLE levels for nulls
//! (<https://parquet.apache.org/docs/file-format/data-pages/encodings/>).
//!
//! Invariants: one data page for each column of a row group; the bytes depend on the rows alone.

mod checksum;
mod chunk;
mod delta;
mod file;
mod packing;

use super::columns::{Field, Holds, Rows};
pub use checksum::with_checksums;
use chunk::Chunks;
pub use chunk::Scratch;
pub use file::{File, RowGroup};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor, Type};
use std::sync::Arc;

/// Returns the Parquet schema of a table.
///
/// # Errors
/// Where the `parquet` crate refuses it, as for two columns with one name.
pub fn schema(name: &str, fields: &[Field]) -> Result<SchemaDescPtr, ParquetError> {
    let fields = fields.iter().map(|field| Ok(Arc::new(primitive(field)?)));
    let root = Type::group_type_builder(name).with_fields(fields.collect::<Result<_, ParquetError>>()?).build()?;
    Ok(Arc::new(SchemaDescriptor::new(Arc::new(root))))
}

fn primitive(field: &Field) -> Result<Type, ParquetError> {
    let (physical, logical) = match field.holds {
        Holds::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        Holds::Amount => (PhysicalType::INT64, Some(LogicalType::decimal(4, 18))),
        Holds::Time => (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        Holds::Long => (PhysicalType::INT64, None),
        Holds::Flag => (PhysicalType::BOOLEAN, None),
    };
    let builder = Type::primitive_type_builder(field.name, physical).with_logical_type(logical);
    let builder = builder.with_repetition(if field.nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED });
    match field.holds {
        Holds::Amount => builder.with_precision(18).with_scale(4).build(),
        _ => builder.build(),
    }
}

/// Encodes rows as a row group.
///
/// # Errors
/// Where zstd or the `parquet` crate fails.
pub fn encode(
    fields: &[Field],
    schema: &SchemaDescriptor,
    rows: &Rows<'_>,
    scratch: &mut Scratch,
) -> Result<RowGroup, ParquetError> {
    if rows.count == 0 {
        return Ok(RowGroup(Vec::new()));
    }
    let mut chunks = Chunks::new(scratch);
    let columns = fields.iter().zip(schema.columns()).zip(&rows.columns);
    let encoded = columns.map(|(field, column)| chunks.encode(field, column, rows.count));
    Ok(RowGroup(encoded.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::super::columns::{Column, Labels, Runs, Texts, Values};
    use super::*;
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use ::parquet::basic::CompressionCodec;
    use arrow::array::{Array, AsArray, RecordBatch};
    use arrow::datatypes::{Decimal128Type, Int64Type, TimestampMicrosecondType};

    #[test]
    fn flags_and_whole_numbers_are_read_back() {
        const FIELDS: [Field; 2] = [Field::new("is_new", Holds::Flag).or_null(), Field::new("number", Holds::Long)];
        let schema = schema("test", &FIELDS).unwrap();
        let mut file = File::create(Vec::new(), &schema).unwrap();
        let flags: Vec<_> = (0..100).map(|row| [Some(1), None, Some(0), Some(1)][row % 4]).collect();
        let numbers: Vec<i64> = (0..100).map(|row| i64::MAX - row).collect();
        let columns = vec![Column::NumbersOrNull(&flags), Column::Numbers(&numbers)];
        file.append(encode(&FIELDS, &schema, &Rows { count: 100, columns }, &mut Scratch::default()).unwrap()).unwrap();
        let bytes = bytes::Bytes::from(file.finish().unwrap());
        let batch = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap().next().unwrap().unwrap();
        let flag = |row: usize| [Some(true), None, Some(false), Some(true)][row % 4];
        assert_eq!(batch.column(0).as_boolean().iter().collect::<Vec<_>>(), (0..100).map(flag).collect::<Vec<_>>());
        assert_eq!(*batch.column(1).as_primitive::<Int64Type>().values(), *numbers);
    }

    const FIELDS: [Field; 4] = [
        Field::new("id", Holds::Text).sorted(),
        Field::new("label", Holds::Text).or_null(),
        Field::new("amount", Holds::Amount).or_null(),
        Field::new("at", Holds::Time),
    ];

    fn read_back(groups: &[Rows<'_>]) -> Vec<RecordBatch> {
        let schema = schema("test", &FIELDS).unwrap();
        let mut file = File::create(Vec::new(), &schema).unwrap();
        for rows in groups {
            file.append(encode(&FIELDS, &schema, rows, &mut Scratch::default()).unwrap()).unwrap();
        }
        let bytes = bytes::Bytes::from(file.finish().unwrap());
        ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap().map(Result::unwrap).collect()
    }

    fn texts(batches: &[RecordBatch], column: usize) -> Vec<Option<String>> {
        let of = |batch: &RecordBatch| {
            batch.column(column).as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
        };
        batches.iter().flat_map(of).collect()
    }

    #[test]
    fn rows_are_read_back_as_they_were() {
        let (mut ids, mut labels) = (Runs::default(), Labels::default());
        let names = ["x", "yy", "zzz"];
        for person in 0..1_000 {
            ids.push(&format!("C{person:04}"), person % 23);
        }
        let count = (0..1_000).map(|person| person % 23).sum();
        labels.extend((0..count).map(|row| (row % 5 != 2).then_some(row % 3)), |name| names[name]);
        let amounts: Vec<_> =
            (0..count as i64).map(|row| (row % 9 != 4).then_some(row * row % 100_003 - 50_000)).collect();
        let instants: Vec<i64> = (0..count as i64).map(|row| row / 3 * 86_400_000_000 - (row % 2) * 40).collect();
        let columns = vec![ids.column(), labels.column(), Column::NumbersOrNull(&amounts), Column::Numbers(&instants)];
        let batches = read_back(&[Rows { count, columns }]);

        let expected: Vec<_> = (0..1_000).flat_map(|person| vec![Some(format!("C{person:04}")); person % 23]).collect();
        assert_eq!(texts(&batches, 0), expected);
        let label = |row: usize| (row % 5 != 2).then(|| names[row % 3].to_owned());
        assert_eq!(texts(&batches, 1), (0..count).map(label).collect::<Vec<_>>());
        let read = batches.iter().flat_map(|batch| batch.column(2).as_primitive::<Decimal128Type>().iter());
        assert_eq!(read.collect::<Vec<_>>(), amounts.iter().map(|amount| amount.map(i128::from)).collect::<Vec<_>>());
        let read = batches.iter().flat_map(|batch| batch.column(3).as_primitive::<TimestampMicrosecondType>().values());
        assert_eq!(read.copied().collect::<Vec<_>>(), instants);
    }

    #[test]
    fn columns_without_a_value_and_groups_without_a_row_are_read_back() {
        let (same, none): (Texts, Texts) = (["all"].into_iter().collect(), Texts::default());
        let columns = || {
            let [same, none] = [&same, &none].map(Values::Texts);
            vec![
                Column::Same(same),
                Column::Keys(&[None; 3], none),
                Column::NumbersOrNull(&[None; 3]),
                Column::Same(Values::Numbers(&[-7])),
            ]
        };
        let empty = || Rows { count: 0, columns: vec![] };
        let batches = read_back(&[empty(), Rows { count: 3, columns: columns() }, empty()]);
        assert_eq!(texts(&batches, 0), vec![Some("all".to_owned()); 3]);
        assert_eq!(texts(&batches, 1), vec![None; 3]);
        assert_eq!(batches[0].column(2).null_count(), 3);
        assert_eq!(*batches[0].column(3).as_primitive::<TimestampMicrosecondType>().values(), [-7; 3]);
        assert_eq!(read_back(&[empty()]).iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
    }

    #[test]
    #[should_panic(expected = "number has no nulls")]
    fn a_null_in_a_column_without_nulls_is_not_written() {
        let fields = [Field::new("number", Holds::Long)];
        let rows = Rows { count: 2, columns: vec![Column::NumbersOrNull(&[Some(1), None])] };
        let _ = encode(&fields, &schema("test", &fields).unwrap(), &rows, &mut Scratch::default());
    }

    #[test]
    fn a_row_group_says_whose_rows_it_holds() {
        let (mut ids, mut labels) = (Runs::default(), Labels::default());
        ids.push("B", 1);
        ids.push("A2", 1);
        labels.extend([Some(0), None].into_iter(), |_| "x");
        let columns =
            vec![ids.column(), labels.column(), Column::NumbersOrNull(&[Some(3), None]), Column::Numbers(&[20, -10])];
        let schema = schema("test", &FIELDS).unwrap();
        let group = encode(&FIELDS, &schema, &Rows { count: 2, columns }, &mut Scratch::default()).unwrap();
        let statistics: Vec<_> = group.0.iter().map(|chunk| chunk.close.metadata.statistics().unwrap()).collect();
        // The first and the last: rows are sorted, so that is the smallest and the greatest.
        assert_eq!(statistics[0].min_bytes_opt().zip(statistics[0].max_bytes_opt()), Some((&b"B"[..], &b"A2"[..])));
        assert_eq!((statistics[1].min_bytes_opt(), statistics[1].null_count_opt()), (None, Some(1)));
        assert_eq!(
            (statistics[2].max_bytes_opt(), statistics[2].null_count_opt()),
            (Some(&3_i64.to_le_bytes()[..]), Some(1))
        );
        assert_eq!(statistics[3].min_bytes_opt(), Some(&(-10_i64).to_le_bytes()[..]));
    }

    #[test]
    fn numbers_are_compressed_where_that_makes_them_shorter() {
        let fields = [Field::new("even", Holds::Time), Field::new("odd", Holds::Time)];
        // Every day at midnight, and at a second that nobody could tell beforehand.
        let even: Vec<i64> = (0..50_000).map(|row| row % 700 * 86_400_000_000).collect();
        let mut dice = 1_u64;
        let mut throw = || {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            (dice >> 20) as i64
        };
        let odd: Vec<i64> = (0..50_000).map(|_| throw()).collect();
        let schema = schema("test", &fields).unwrap();
        let rows = Rows { count: 50_000, columns: vec![Column::Numbers(&even), Column::Numbers(&odd)] };
        let group = encode(&fields, &schema, &rows, &mut Scratch::default()).unwrap();
        let codecs: Vec<_> = group.0.iter().map(|chunk| chunk.close.metadata.compression_codec()).collect();
        assert_eq!(codecs, [CompressionCodec::ZSTD, CompressionCodec::UNCOMPRESSED]);
        let mut file = File::create(Vec::new(), &schema).unwrap();
        file.append(group).unwrap();
        let bytes = bytes::Bytes::from(file.finish().unwrap());
        let batches = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap().map(Result::unwrap);
        let batches: Vec<RecordBatch> = batches.collect();
        for (column, values) in [even, odd].iter().enumerate() {
            let read = batches
                .iter()
                .flat_map(|batch| batch.column(column).as_primitive::<TimestampMicrosecondType>().values());
            assert!(read.eq(values));
        }
    }
}
