//! Lists the files of a Delta table at its newest version, with the partition columns from its log.

use crate::error::FileFault;
use crate::input::{Format, Input, Mapping};
use crate::readers::lake::fixed::FixedColumn;
use crate::readers::lake::listed::Listed;
use crate::readers::matched::Below;
use accrue_delta::current::{TableColumn, current};
use arrow::array::{Array, ArrayRef, StringArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Returns the files that are in the table of an input now.
pub(super) fn files(input: &Input) -> Result<Vec<Listed>, FileFault> {
    if input.format.is_some_and(|format| format != Format::Parquet) {
        return Err(FileFault::DeltaFormat);
    }
    let below = Below::new(&input.path);
    check_log(&input.path.join("_delta_log"), &below)?;
    let table = current(&input.path).map_err(|fault| FileFault::DeltaTable(Box::new(fault)))?;
    let groups_files = |mapping: &Mapping| !mapping.group_by.is_empty() && !mapping.across_files;
    if input.mapping.as_ref().is_some_and(groups_files) && table.files.len() > 1 {
        // Rows of one fact may be in any of them.
        return Err(FileFault::DeltaGroups(table.files.len()));
    }
    let (partitions, others): (Vec<_>, Vec<_>) = table.columns.into_iter().partition(|column| column.is_partition);
    // A file that is older than a column does not have it: there the column is null.
    let absent: Vec<FixedColumn> = others
        .iter()
        .filter_map(|column| Some(FixedColumn::where_absent(&column.name, new_null_array(&type_of(column, "")?, 1))))
        .collect();
    let mut listed = Vec::with_capacity(table.files.len());
    for file in table.files {
        below.check(&file.path)?;
        let mut columns = absent.clone();
        for (column, value) in partitions.iter().zip(&file.partition) {
            columns.push(FixedColumn::of_log(&column.name, value_of(column, value.as_deref())?));
        }
        listed.push(Listed { path: file.path, format: Some(Format::Parquet), columns, returned_in: file.returned_in });
    }
    Ok(listed)
}

/// Checks that the log and its files lie in the table's folder, and that none of them is anything but a file.
fn check_log(log: &Path, below: &Below) -> Result<(), FileFault> {
    below.check(log)?;
    for entry in fs::read_dir(log)? {
        let entry = entry?;
        match entry.file_type()? {
            file if file.is_file() => {}
            folder if folder.is_dir() => check_log(&entry.path(), below)?,
            _ => below.check(&entry.path())?,
        }
    }
    Ok(())
}

/// Returns a value of a partition column as an array of it alone.
fn value_of(column: &TableColumn, value: Option<&str>) -> Result<ArrayRef, FileFault> {
    let text = value.unwrap_or_default();
    let unreadable = || FileFault::PartitionValue {
        column: column.name.clone(),
        value: text.to_owned(),
        holds: column.holds.clone().unwrap_or_default(),
    };
    let holds = type_of(column, text).ok_or_else(unreadable)?;
    let read = cast(&StringArray::from(vec![value]), &holds).map_err(|_| unreadable())?;
    if read.is_null(0) == value.is_none() { Ok(Arc::clone(&read)) } else { Err(unreadable()) }
}

/// Returns the type of a column; `None` where this reader has no use for it. Times of the log are local unless their
/// text says that they are in UTC.
fn type_of(column: &TableColumn, text: &str) -> Option<DataType> {
    let holds = column.holds.as_deref()?;
    Some(match holds {
        "string" => DataType::Utf8,
        "byte" | "short" | "integer" | "long" => DataType::Int64,
        "float" | "double" => DataType::Float64,
        "boolean" => DataType::Boolean,
        "date" => DataType::Date32,
        "timestamp" if text.is_empty() || text.ends_with('Z') => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()))
        }
        "timestamp" | "timestamp_ntz" => DataType::Timestamp(TimeUnit::Microsecond, None),
        _ => {
            let (precision, scale) = holds.strip_prefix("decimal(")?.strip_suffix(')')?.split_once(',')?;
            DataType::Decimal128(precision.trim().parse().ok()?, scale.trim().parse().ok()?)
        }
    })
}
