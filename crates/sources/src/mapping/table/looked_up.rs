//! The columns that look-ups give to rows.

use crate::mapping::columns::Fault;
use crate::mapping::compute::ends_of;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;
use crate::mapping::fault::MappingFault;
use crate::mapping::key_here::KeyHere;
use crate::mapping::lookup::{Found, computed_texts};
use crate::mapping::table::Table;
use crate::mapping::table::chunk::{Chunk, computable};
use crate::mapping::value::Misfit;
use accrue_facts::RejectReason;
use arrow::array::{ArrayRef, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::DataType;

impl Table {
    /// Gives the rows the columns of a look-up, by the key that `node` gives; rows that find nothing have null there,
    /// and are rejected unless the look-up says otherwise.
    pub(crate) fn look_up(
        &mut self,
        here: &KeyHere,
        (node, holds): (&Node, ExprType),
        found: &Found,
    ) -> Result<(), MappingFault> {
        let mut failed = Vec::new();
        for chunk in &mut self.chunks {
            let inputs = chunk.inputs();
            let mut evaluation = inputs.evaluation();
            let keys = computed_texts(&evaluation.column(node), holds).map_err(|reason| here.key.fault(reason))?;
            failed.extend(evaluation.failures.into_iter().map(|(at, failure)| (chunk.rows[at], failure)));
            let rows: Vec<Option<u32>> = keys.iter().map(|key| found.row(key.as_ref()?)).collect();
            for (at, key) in keys.into_iter().enumerate().filter(|_| !here.or_null) {
                if let Some(value) = key.filter(|_| rows[at].is_none()) {
                    let row = chunk.rows[at] as usize;
                    self.is_bad[row] = true;
                    self.faults.push((here.key.text.clone(), Fault { row, value, misfit: not_found(here) }));
                }
            }
            add_taken(chunk, here, found, &UInt32Array::from(rows));
        }
        for (row, _) in &failed {
            self.is_bad[*row as usize] = true;
        }
        for (name, column) in &found.columns {
            self.holds.insert(format!("{}{name}", here.prefix), column.holds);
        }
        self.reject_failed(failed, &here.key.text)
    }
}

fn add_taken(chunk: &mut Chunk, here: &KeyHere, found: &Found, rows: &UInt32Array) {
    for (name, column) in &found.columns {
        let taken = |chunks: &[ArrayRef]| match chunks.first() {
            Some(values) => take(values, rows, None).expect("rows of the same column"),
            None => new_null_array(&DataType::Utf8, rows.len()),
        };
        let name = format!("{}{name}", here.prefix);
        if let Some(ends) = &column.ends {
            chunk.columns.insert(ends_of(&name), computable(taken(ends)));
        }
        chunk.columns.insert(name, computable(taken(&column.chunks)));
    }
}

fn not_found(here: &KeyHere) -> Misfit {
    let lookup = here.prefix.trim_end_matches('.');
    let message = format!(
        "is not found by the look-up `{lookup}`: no row there has it, or the rows that have it contradict each other; \
         the file is read again by the next run"
    );
    Misfit { reason: RejectReason::NotFound, message }
}
