//! Runs expressions over a file's columns, and finds the rows that they fail on.
//!
//! A failing expression fails a whole query. What can fail (a number that does not fit 38 digits, a division by
//! zero) is then looked for by halves, so that only the rows, or groups, at fault are left out.

use crate::mapping::fault::MappingFault;
use polars::prelude::*;
use std::collections::BTreeMap;

/// More rows or groups at fault than this are a fault of the mapping.
const TOLERATED: usize = 1000;

/// The name of the column that numbers the rows of a file from 0; no column of a file begins with this character.
pub const ROW: &str = "\u{1}row";
/// The name of the column that is true for rows with a value that does not fit.
pub const BAD: &str = "\u{1}bad";
/// The column that says whether a row stands beside a line that could not be read as a row.
pub const BESIDE: &str = "\u{1}beside";

/// Names the column of another's times in which a bare date means the end of its day.
pub fn ends_of(column: &str) -> String {
    format!("\u{1}ends of {column}")
}

/// What of a frame could be computed.
pub struct Computed {
    pub frame: DataFrame,
    /// The rows of each unit that could not be, and why.
    pub failed: Vec<(Vec<IdxSize>, String)>,
}

/// Computes a query over a frame.
///
/// `units` gives the positions of rows that stand or fall together: single rows, or groups.
pub fn compute(
    frame: DataFrame,
    query: &dyn Fn(LazyFrame) -> LazyFrame,
    units: &dyn Fn(&DataFrame) -> PolarsResult<Vec<Vec<IdxSize>>>,
) -> Result<Computed, MappingFault> {
    match query(frame.clone().lazy()).collect() {
        Ok(frame) => Ok(Computed { frame, failed: Vec::new() }),
        Err(fault) if is_of_a_value(&fault) => by_halves(&frame, query, units(&frame).map_err(engine)?),
        Err(fault) => Err(engine(fault)),
    }
}

/// Returns each row as a unit of its own.
pub fn rows(frame: &DataFrame) -> PolarsResult<Vec<Vec<IdxSize>>> {
    Ok((0..frame.height() as IdxSize).map(|row| vec![row]).collect())
}

/// Returns the rows of each group, groups in order of their first row.
pub fn groups(frame: &DataFrame, keys: &[String]) -> PolarsResult<Vec<Vec<IdxSize>>> {
    let keys: Vec<Expr> = keys.iter().map(col).collect();
    let firsts = frame.clone().lazy().select([col(ROW).first().over(keys)?]).collect()?;
    let mut units: BTreeMap<IdxSize, Vec<IdxSize>> = BTreeMap::new();
    for (position, first) in firsts.column(ROW)?.idx()?.into_no_null_iter().enumerate() {
        units.entry(first).or_default().push(position as IdxSize);
    }
    Ok(units.into_values().collect())
}

fn by_halves(
    frame: &DataFrame,
    query: &dyn Fn(LazyFrame) -> LazyFrame,
    units: Vec<Vec<IdxSize>>,
) -> Result<Computed, MappingFault> {
    let mut failed: Vec<(Vec<IdxSize>, String)> = Vec::new();
    let mut good: Vec<IdxSize> = Vec::with_capacity(frame.height());
    let mut open = vec![units.as_slice()];
    while let Some(part) = open.pop() {
        let rows: Vec<IdxSize> = part.iter().flatten().copied().collect();
        match query(take(frame, &rows)?.lazy()).collect() {
            Ok(_) => good.extend(rows),
            Err(fault) if !is_of_a_value(&fault) => return Err(engine(fault)),
            Err(fault) if part.len() <= 1 => failed.push((numbers(&take(frame, &rows)?)?, message(&fault))),
            Err(_) => {
                let (left, right) = part.split_at(part.len() / 2);
                open.extend([right, left]);
            }
        }
        if failed.len() > TOLERATED {
            return Err(MappingFault::Incomputable { count: failed.len(), first: failed.swap_remove(0).1 });
        }
    }
    good.sort_unstable();
    let frame = query(take(frame, &good)?.lazy()).collect().map_err(engine)?;
    Ok(Computed { frame, failed })
}

fn take(frame: &DataFrame, rows: &[IdxSize]) -> Result<DataFrame, MappingFault> {
    frame.take(&IdxCa::from_slice("rows".into(), rows)).map_err(engine)
}

/// Returns the file's row numbers of a frame.
fn numbers(frame: &DataFrame) -> Result<Vec<IdxSize>, MappingFault> {
    let rows = frame.column(ROW).and_then(|rows| rows.idx().cloned()).map_err(engine)?;
    Ok(rows.into_no_null_iter().collect())
}

/// Tells faults of a value from faults of the query itself.
fn is_of_a_value(fault: &PolarsError) -> bool {
    let text = fault.to_string();
    ["overflow in ", "division by zero", "decimal precision", "conversion from `decimal"]
        .iter()
        .any(|part| text.contains(part))
}

fn message(fault: &PolarsError) -> String {
    match fault.to_string().contains("division by zero") {
        true => "divides by zero: write nullif(x, 0) where that should give null".to_owned(),
        false => "gives a number of more than 38 digits (a summand: 30), decimals included".to_owned(),
    }
}

pub fn engine(fault: PolarsError) -> MappingFault {
    MappingFault::Engine(fault.to_string())
}
