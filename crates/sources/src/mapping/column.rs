//! A column of a file as expressions see it, and the values of it that do not fit.

use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::value::Misfit;
use arrow::array::{ArrayRef, StringArray, new_empty_array};
use arrow::datatypes::DataType;
use std::sync::Arc;

/// A column of a batch as expressions see it.
pub(super) struct Column {
    pub holds: ExprType,
    pub values: ArrayRef,
    /// Of times: the same, where a bare date means the end of its day.
    pub ends: Option<ArrayRef>,
    pub faults: Vec<Fault>,
}

/// A value that does not fit.
#[derive(Clone)]
pub(super) struct Fault {
    /// The row, from 0, in the batch or over all batches.
    pub row: usize,
    pub value: String,
    pub misfit: Misfit,
}

impl Column {
    pub(super) fn new(holds: ExprType, values: ArrayRef, faults: Vec<Fault>) -> Column {
        Column { holds, values, ends: None, faults }
    }

    /// Returns a column of texts as they are.
    pub(super) fn of_texts(texts: StringArray) -> Column {
        Column::new(ExprType::Text, Arc::new(texts), Vec::new())
    }

    /// Returns a column of no rows.
    pub(super) fn of_nothing() -> Column {
        Column::new(ExprType::Null, new_empty_array(&DataType::Utf8), Vec::new())
    }
}
