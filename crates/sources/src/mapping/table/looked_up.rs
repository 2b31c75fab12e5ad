//! Adds the columns that a look-up gives to rows, and rejects rows whose key finds nothing.

use crate::mapping::column::Fault;
use crate::mapping::compute::ends_of;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;
use crate::mapping::fault::MappingFault;
use crate::mapping::found::Found;
use crate::mapping::key_here::KeyHere;
use crate::mapping::lookup::computed_texts;
use crate::mapping::table::Table;
use crate::mapping::table::chunk::{Columns, held, inputs};
use crate::mapping::value::{self, Misfit};
use accrue_facts::RejectReason;
use arrow::array::{ArrayRef, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::DataType;

impl Table {
    /// Gives the rows the columns of a look-up, by the key that `node` gives. Rows that find nothing have null there,
    /// and are rejected unless the look-up says otherwise; those that find what cannot be used are always rejected.
    pub(crate) fn look_up(
        &mut self,
        here: &KeyHere,
        (node, holds): (&Node, ExprType),
        found: &Found,
    ) -> Result<(), MappingFault> {
        let mut failed = Vec::new();
        for chunk in &mut self.chunks {
            let (lost, failures) = chunk.change(|rows, columns| {
                let inputs = inputs(columns, rows);
                let mut evaluation = inputs.evaluation();
                let keys = computed_texts(&evaluation.column(node), holds).map_err(|reason| here.key.fault(reason))?;
                let failures = evaluation.failures;
                let found_at: Vec<Option<u32>> = keys.iter().map(|key| found.row(key.as_ref()?)).collect();
                let is_lost = |(at, _): &(usize, &Option<String>)| found_at[*at].is_none();
                let lost = keys.iter().enumerate().filter(is_lost);
                let lost: Vec<(usize, String)> = lost.filter_map(|(at, key)| Some((at, key.clone()?))).collect();
                add_taken(columns, here, found, &UInt32Array::from(found_at));
                Ok((lost, failures))
            })?;
            failed.extend(failures.into_iter().map(|(at, failure)| (chunk.rows[at], failure)));
            for (at, value) in lost {
                let Some(misfit) = misfit(here, found, &value) else { continue };
                let row = chunk.rows[at] as usize;
                self.is_bad[row] = true;
                self.faults.push((here.key.named_sources(), Fault { row, value, misfit }));
            }
        }
        for (row, _) in &failed {
            self.is_bad[*row as usize] = true;
        }
        for (name, column) in &found.columns {
            self.holds.insert(format!("{}{name}", here.prefix), column.holds);
        }
        self.reject_failed(failed, &here.key.named_sources())
    }
}

fn add_taken(columns: &mut Columns, here: &KeyHere, found: &Found, rows: &UInt32Array) {
    for (name, column) in &found.columns {
        let taken = |values: &ArrayRef| match column.holds {
            ExprType::Null => new_null_array(&DataType::Utf8, rows.len()),
            _ => take(values, rows, None).expect("rows of the same column"),
        };
        let name = format!("{}{name}", here.prefix);
        if let Some(ends) = &column.ends {
            columns.insert(ends_of(&name), held(taken(ends)));
        }
        columns.insert(name, held(taken(&column.values)));
    }
}

/// Says what is wrong with a key that finds no row; `None` where nothing is.
fn misfit(here: &KeyHere, found: &Found, key: &str) -> Option<Misfit> {
    let lookup = here.prefix.trim_end_matches('.');
    let message = match found.unusable(key) {
        Some(why) => format!("is found by the look-up `{lookup}` in rows that cannot be used ({why})"),
        None if here.or_null => return None,
        None => format!("is not found by the look-up `{lookup}`: no row there has it"),
    };
    let message = format!("{message}; the file is read again by the next run");
    Some(value::misfit(RejectReason::NotFound, &message))
}
