//! Shops that no dice would make: the exports of a generated one, written again with other buyers or other times.
//!
//! Rows, their order, columns and encoding stay as they were, so that nothing but the shape differs.

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::TimestampMicrosecondType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// Who buys so much, the first to register.
const ID: &str = "C0000001";
const EMAIL: &str = "c0000001@mail.example";
/// 2023-01-01T00:00:00Z, the start of every generated shop.
const START: i64 = 1_672_531_200;
/// The second day of the shop: clawback is on, and hardly a refund comes before it.
const BUSY_DAY: i64 = START + 86_400;
const DAYS: i64 = 731;
const MICROS: i64 = 1_000_000;
/// As generated exports have it.
const ROW_GROUP: usize = 1 << 20;
const BATCH: usize = 1 << 15;
const NEVER_REPEATS: [&str; 4] = ["order_id", "placed_at", "paid_at", "cancelled_at"];

/// Copies a shop and gives so many of its orders, evenly spread, to one person.
pub fn one_person(shop: &Path, orders: u64, of_one: u64, dir: &Path) {
    copy(shop, dir);
    let mut number = 0;
    rewrite(&shop.join("orders.parquet"), &dir.join("orders.parquet"), |batch| {
        let rows = number..number + batch.num_rows() as u64;
        number = rows.end;
        let theirs: Vec<bool> = rows.map(|row| (row + 1) * of_one / orders > row * of_one / orders).collect();
        let replaced = |name: &str, by: &str| -> ArrayRef {
            let texts = batch.column_by_name(name).expect("a column of orders").as_string::<i32>();
            let chosen = texts.iter().zip(&theirs).map(|(text, &one)| if one { Some(by) } else { text });
            Arc::new(chosen.collect::<StringArray>())
        };
        with(batch, &[("customer_id", replaced("customer_id", ID)), ("email", replaced("email", EMAIL))])
    });
}

/// Copies a shop and lets its orders of two years happen on one day, in the same order.
pub fn one_day(shop: &Path, dir: &Path) {
    copy(shop, dir);
    rewrite(&shop.join("orders.parquet"), &dir.join("orders.parquet"), |batch| {
        let pressed = ["placed_at", "paid_at", "cancelled_at"].map(|name| {
            let times = batch.column_by_name(name).expect("a column of orders");
            let times = times.as_primitive::<TimestampMicrosecondType>();
            let pressed = times.unary::<_, TimestampMicrosecondType>(|at| {
                (BUSY_DAY + (at / MICROS - START) / DAYS) * MICROS // Whole seconds, as generated times are.
            });
            let column: ArrayRef = Arc::new(pressed.with_timezone("UTC"));
            (name, column)
        });
        with(batch, &pressed)
    });
}

/// Copies everything but the orders.
fn copy(shop: &Path, dir: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("a folder of an earlier run can be removed");
    }
    fs::create_dir(dir).expect("a folder can be made");
    for name in ["pipeline.toml", "program.toml", "registrations.parquet", "refunds.parquet"] {
        fs::copy(shop.join(name), dir.join(name)).expect("a file can be copied");
    }
}

fn rewrite(from: &Path, to: &Path, mut change: impl FnMut(&RecordBatch) -> RecordBatch) {
    let file = File::open(from).expect("a shop has orders");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("they are Parquet");
    let (schema, reader) = (builder.schema().clone(), builder.with_batch_size(BATCH).build());
    let to = File::create(to).expect("a file can be made");
    let mut writer = ArrowWriter::try_new(to, schema, Some(properties())).expect("a schema of Parquet's");
    for batch in reader.expect("they are Parquet") {
        let batch = batch.expect("an export can be read back");
        writer.write(&change(&batch)).expect("a file can be written");
    }
    writer.close().expect("a file can be written");
}

fn with(batch: &RecordBatch, changed: &[(&str, ArrayRef)]) -> RecordBatch {
    let mut columns = batch.columns().to_vec();
    for (name, column) in changed {
        columns[batch.schema().index_of(name).expect("a column of orders")] = column.clone();
    }
    RecordBatch::try_new(batch.schema(), columns).expect("as many rows of the same type")
}

fn properties() -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(zstd).set_max_row_group_row_count(Some(ROW_GROUP));
    let plain = |properties: parquet::file::properties::WriterPropertiesBuilder, name: &str| {
        properties.set_column_dictionary_enabled(name.into(), false)
    };
    NEVER_REPEATS.into_iter().fold(properties, plain).build()
}
