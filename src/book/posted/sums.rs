//! Everything that is posted, added up.

use super::super::BookError;
use super::super::delta::Snapshot;
use super::columns::minor_units;
use crate::kernel::currency::Currency;
use crate::kernel::money::Total;
use arrow::array::AsArray;
use arrow::datatypes::Decimal128Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Returns the sum of all postings of each currency.
pub fn sums(ledger: Option<&Snapshot>) -> Result<BTreeMap<Currency, Total>, BookError> {
    let mut sums = BTreeMap::new();
    for file in ledger.into_iter().flat_map(|ledger| ledger.files().map(|file| ledger.place(file))) {
        add(&file, &mut sums).map_err(|error| BookError::Unreadable { path: file, what: error.to_string() })?;
    }
    Ok(sums)
}

fn add(path: &Path, sums: &mut BTreeMap<Currency, Total>) -> Result<(), Box<dyn std::error::Error>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let wanted = ProjectionMask::columns(builder.parquet_schema(), ["currency", "amount"]);
    for batch in builder.with_projection(wanted).build()? {
        let batch = batch?;
        let (codes, amounts) = (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Decimal128Type>());
        for (code, &amount) in codes.iter().flatten().zip(amounts.values()) {
            let currency = Currency::from_code(code).ok_or_else(|| format!("{code:?} is no currency"))?;
            let amount = minor_units(amount, currency).ok_or_else(|| format!("{amount} is no amount of {code}"))?;
            *sums.entry(currency).or_insert(Total::ZERO) += amount;
        }
    }
    Ok(())
}
