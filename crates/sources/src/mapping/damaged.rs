//! Finds values that another program has damaged, in columns from which a mapping builds ids.

use crate::mapping::column::Fault;
use crate::mapping::value::misfit;
use crate::values::value_as_text;
use accrue_facts::RejectReason;
use accrue_facts::ids::{Damage, IdCheck, Meaning, inexact};
use arrow::array::{ArrayRef, AsArray};

/// Finds the values of a column of a batch that are damaged parts of ids.
pub(super) fn damaged_parts(array: &ArrayRef, judge: IdCheck) -> Vec<Fault> {
    let mut faults = Vec::new();
    if judge == IdCheck::Nothing {
        return faults;
    }
    let mut add = |row: usize, value: String, damage: Damage| {
        let misfit = misfit(RejectReason::DamagedId, &damage.message(&value));
        faults.push(Fault { row, value, misfit });
    };
    for row in inexact(array) {
        add(row as usize, value_as_text(array, row as usize), Damage::Inexact);
    }
    for (row, text) in array.as_string_opt::<i32>().into_iter().flatten().enumerate() {
        let text = text.map(str::trim).unwrap_or_default();
        if let Some(damage) = Damage::of(text, Meaning::Id, judge) {
            add(row, text.to_owned(), damage);
        }
    }
    faults
}
