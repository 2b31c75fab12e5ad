//! Values that ids are put together of, and that a program has damaged.

use crate::mapping::columns::Fault;
use crate::mapping::value::Misfit;
use crate::values::value_as_text;
use accrue_facts::RejectReason;
use accrue_facts::ids::{Damage, IdCheck, Meaning, inexact};
use arrow::array::{Array, ArrayRef, AsArray};

/// Finds the values of a column, in all batches, that are damaged parts of ids.
pub(super) fn damaged_parts(arrays: &[ArrayRef], judge: IdCheck) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut first_row = 0;
    for array in arrays.iter().filter(|_| judge != IdCheck::Nothing) {
        let mut add = |at: usize, value: String, damage: Damage| {
            let misfit = Misfit { reason: RejectReason::DamagedId, message: damage.message(&value) };
            faults.push(Fault { row: first_row + at, value, misfit });
        };
        for at in inexact(array) {
            add(at as usize, value_as_text(array, at as usize), Damage::Inexact);
        }
        for (at, text) in array.as_string_opt::<i32>().into_iter().flatten().enumerate() {
            let text = text.map(str::trim).unwrap_or_default();
            if let Some(damage) = Damage::of(text, Meaning::Id, judge) {
                add(at, text.to_owned(), damage);
            }
        }
        first_row += array.len();
    }
    faults
}
