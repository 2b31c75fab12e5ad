//! `accrue check`: the road of a run, and nothing posted.

use super::arguments::CheckOptions;
use super::exit::Failure;
use super::run::go;
use crate::output::TableFormat;
use crate::run;

pub fn check(options: &CheckOptions) -> Result<(), Failure> {
    go(&options.common, TableFormat::Parquet, run::check)
}
