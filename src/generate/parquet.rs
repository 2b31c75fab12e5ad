//! Rows as Parquet: zstd, row groups of about a million rows, times as timestamp(us, UTC), amounts as decimal(18,2).

use super::cell::{Cell, Column, Holds};
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, Decimal128Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

const ROW_GROUP: usize = 1 << 20;
/// Rows collected before they are encoded.
const BATCH: usize = 1 << 15;
const MICROS: i64 = 1_000_000;

pub(crate) struct ParquetFile {
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    rows: usize,
}

enum ColumnBuilder {
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
    Money(Decimal128Builder),
}

impl ParquetFile {
    pub(crate) fn create(path: &Path, columns: &'static [Column]) -> io::Result<ParquetFile> {
        let fields: Vec<_> = columns.iter().map(field).collect();
        let schema = Arc::new(Schema::new(fields));
        let writer = ArrowWriter::try_new(File::create_new(path)?, schema.clone(), Some(properties(columns)))?;
        let columns = columns.iter().map(|column| ColumnBuilder::of(column.holds)).collect();
        Ok(ParquetFile { writer, schema, columns, rows: 0 })
    }

    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (column, &cell) in self.columns.iter_mut().zip(cells) {
            column.append(cell);
        }
        self.rows += 1;
        if self.rows < BATCH { Ok(()) } else { self.encode() }
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.encode()?;
        self.writer.into_inner()?.sync_all()
    }

    fn encode(&mut self) -> io::Result<()> {
        self.rows = 0;
        let arrays = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).expect("every column takes one cell a row");
        Ok(self.writer.write(&batch)?)
    }
}

impl ColumnBuilder {
    fn of(holds: Holds) -> ColumnBuilder {
        match holds {
            Holds::Text => ColumnBuilder::Text(StringBuilder::new()),
            Holds::Time => ColumnBuilder::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Holds::Money => ColumnBuilder::Money(Decimal128Builder::new().with_data_type(DataType::Decimal128(18, 2))),
        }
    }

    fn append(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (ColumnBuilder::Text(texts), Cell::Text(text)) => texts.append_value(text),
            (ColumnBuilder::Text(texts), _) => texts.append_null(),
            (ColumnBuilder::Time(times), Cell::Time(at)) => times.append_value(at * MICROS),
            (ColumnBuilder::Time(times), _) => times.append_null(),
            (ColumnBuilder::Money(amounts), Cell::Money(cents)) => amounts.append_value(i128::from(cents)),
            (ColumnBuilder::Money(amounts), _) => amounts.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            ColumnBuilder::Text(texts) => Arc::new(texts.finish()),
            ColumnBuilder::Time(times) => Arc::new(times.finish()),
            ColumnBuilder::Money(amounts) => Arc::new(amounts.finish()),
        }
    }
}

fn field(column: &Column) -> Field {
    let data_type = match column.holds {
        Holds::Text => DataType::Utf8,
        Holds::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Holds::Money => DataType::Decimal128(18, 2),
    };
    Field::new(column.name, data_type, true)
}

fn properties(columns: &[Column]) -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(zstd).set_max_row_group_row_count(Some(ROW_GROUP));
    let once = columns.iter().filter(|column| !column.repeats);
    // Numbering values that hardly repeat costs time and gains nothing.
    once.fold(properties, |properties, column| properties.set_column_dictionary_enabled(column.name.into(), false))
        .build()
}
