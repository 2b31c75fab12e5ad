//! Computes one hash of a ledger's rows, so that a benchmark shows whether two builds give the same ledger.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;

/// Returns the number of rows of a ledger, and a hash of all columns but the last two.
pub fn hash(ledger: &Path) -> (usize, String) {
    let file = File::open(ledger).expect("a run writes its ledger");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let mut rows = 0;
    // A hash per column, so that it does not matter where batches end.
    let mut hashes = vec![Sha256::new(); 10];
    for batch in reader.expect("a ledger is Parquet") {
        let batch = batch.expect("a ledger can be read back");
        rows += batch.num_rows();
        hashes.iter_mut().zip(batch.columns()).for_each(|(hash, column)| add(column, hash));
    }
    let mut all = Sha256::new();
    hashes.into_iter().for_each(|hash| all.update(hash.finalize()));
    (rows, all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Adds a column's values to a hash: texts with their lengths, everything else as 64-bit numbers.
fn add(column: &ArrayRef, hash: &mut Sha256) {
    let is_text = !matches!(column.data_type(), DataType::Timestamp(..) | DataType::Decimal128(..));
    if is_text {
        let texts = cast(column, &DataType::Utf8).expect("a column of texts");
        for text in texts.as_string::<i32>() {
            hash.update(text.map_or(-1, |text| text.len() as i64).to_le_bytes());
            hash.update(text.unwrap_or_default());
        }
    } else {
        let numbers = match column.data_type() {
            DataType::Decimal128(..) => {
                let exact = column.as_primitive::<arrow::datatypes::Decimal128Type>();
                exact.unary::<_, Int64Type>(|amount| i64::try_from(amount).expect("an amount of 18 digits"))
            }
            _ => column.as_primitive::<arrow::datatypes::TimestampMicrosecondType>().reinterpret_cast::<Int64Type>(),
        };
        for number in &numbers {
            hash.update(number.unwrap_or(i64::MIN).to_le_bytes());
        }
    }
}
