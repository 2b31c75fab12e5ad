//! Where files lie: in the folder of a table, whose log says which of them count, or in folders that carry columns.
//!
//! A Delta table is read as its log has it ([`accrue_delta::current`]); files picked out of the folder of a table, and
//! tables of other formats, are refused. Nothing of a table's rows is known here.

mod delta;
mod fixed;
mod hive;
mod listed;
mod reading;
mod tables;

pub use fixed::FixedColumn;
pub use listed::Listed;
pub(super) use reading::read;

use crate::error::FileFault;
use crate::input::Input;
use crate::readers::files::{files, format_of};
use std::path::PathBuf;
use tables::TableFormat;

/// Returns the files that an input names, in the order in which they are read.
///
/// # Errors
/// Where nothing matches, or what matches is a folder that cannot be read as a table, or a file in the folder of one.
pub fn list(input: &Input) -> Result<Vec<Listed>, FileFault> {
    let mut listed = list_all(input)?;
    listed.retain(|listed| !input.of_other_variants.contains(&listed.path));
    Ok(listed)
}

fn list_all(input: &Input) -> Result<Vec<Listed>, FileFault> {
    let pattern = input.path.as_path();
    let listed = |path: PathBuf, columns| Listed {
        format: input.format.or_else(|| format_of(&path)),
        path,
        columns,
        returned_in: None,
    };
    if input.kept_since.is_some() {
        // The book knows which files its tables have.
        return Ok(vec![listed(pattern.to_path_buf(), Vec::new())]);
    }
    match TableFormat::of(pattern) {
        Some(TableFormat::Delta) => return delta::files(input),
        Some(other) => return Err(FileFault::OtherTable(other.name())),
        None => {}
    }
    let paths = files(pattern).map_err(|fault| match &fault {
        FileFault::Folder(example) => tables::fault_around(example.parent().unwrap_or(example)).unwrap_or(fault),
        _ => fault,
    })?;
    tables::refuse_loose(&paths)?;
    let with_columns = |path: PathBuf| Ok(listed(path.clone(), hive::columns(input, &path)?));
    paths.into_iter().map(with_columns).collect()
}
