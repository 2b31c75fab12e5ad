//! The rows of a file, or of several together, on their way through a mapping: read, filtered, and made into canonical
//! rows or rejects.

mod chunk;
mod grouped;
mod looked_up;
mod reading;
mod repeated;

use crate::alike::nearest;
use crate::mapping::column::Fault;
use crate::mapping::columns::Reading;
use crate::mapping::compute::failure::{Failure, Rejection};
use crate::mapping::compute::where_true;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;
use crate::mapping::fault::MappingFault;
use crate::mapping::file_rows::{FileRows, Origins, hashes_of, names_of};
use crate::mapping::language::expr::Expr;
use crate::mapping::mapped::Mapped;
use crate::mapping::mapped_rows::LeftOut;
use crate::mapping::plan::{Plan, PlannedColumn};
use crate::mapping::written::Written;
use crate::raw::{HeldBatch, RawBatch};
use crate::values::as_text;
use accrue_facts::columns::Need;
use accrue_facts::seen::{Expiries, RepeatedRows};
use accrue_facts::{FactKind, FileIndex, Origin, Reject, RejectReason, Wanted};
use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema};
use chunk::{Chunk, Made, flags, handed_on, inputs};
use rayon::prelude::*;
use reading::ReadColumns;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The canonical column of the ids of orders.
const ORDER_ID: &str = "order_id";

/// Stands for an expression that reads a part of a cell.
const PART: &str = "x";

/// More rows or groups that cannot be computed than this are a fault of the mapping.
const TOLERATED: usize = 1000;

/// What has become of all rows.
pub(super) struct Finished {
    /// Canonical rows, each batch with its file.
    pub batches: Vec<(FileIndex, HeldBatch)>,
    pub rejects: Vec<Reject>,
    pub left_out: LeftOut,
    /// By file: rows that were added to a fact although another row of it is the same.
    pub repeated: BTreeMap<FileIndex, RepeatedRows>,
    /// By file: the number of rows of facts that stand in another file.
    pub in_others: BTreeMap<FileIndex, u64>,
}

/// Canonical rows of some rows or groups, with their files.
type Batches = Result<Vec<(FileIndex, HeldBatch)>, MappingFault>;

/// The rows of a file, or of several together, typed.
pub(super) struct Table {
    kind: FactKind,
    /// The names of all columns of the files.
    pub names: Vec<String>,
    /// What each column that the mapping refers to holds.
    pub holds: BTreeMap<String, ExprType>,
    chunks: Vec<Chunk>,
    /// Where each row comes from.
    origins: Origins,
    /// Of each row: whether it has a value that does not fit, whether it is beside a line that could not be read as
    /// a row, and whether it has a reject.
    is_bad: Vec<bool>,
    is_beside: Vec<bool>,
    is_rejected: Vec<bool>,
    /// Values that do not fit, by source column: columns in the order of the file.
    faults: Vec<(String, Fault)>,
    /// The orders that rows with such values are about, where they can be told.
    order_ids: BTreeMap<usize, String>,
    rejects: Vec<Reject>,
    /// A hash of each row, as the file has it, where rows that are alike are to be named.
    hashes: Option<Vec<i64>>,
    /// Whether groups that are left out are named.
    names_left_out: bool,
    /// How expiries were written.
    pub expiries: Expiries,
}

impl Table {
    /// Reads the columns that a mapping refers to.
    pub(super) fn read(mapped: &Mapped, files: Vec<FileRows>, reading: &Reading<'_>) -> Result<Table, MappingFault> {
        let (origins, names) = (Origins::of(&files), names_of(&files));
        let height = origins.height();
        let wanted = mapped.wanted();
        mapped.check_named(&names, &wanted)?;
        let mut faults = origins.faults(&files);
        let is_beside = flags(height, origins.beside(&files).into_iter());
        let hashes = hashes_of(&files);
        let ReadColumns { chunks, holds, faults: of_columns, expiries } =
            reading::read(mapped, files, (&names, &wanted), reading)?;
        faults.extend(of_columns);
        let is_bad = flags(height, faults.iter().map(|(_, fault)| fault.row));
        let (kind, is_rejected, rejects) = (mapped.kind, vec![false; height], Vec::new());
        let names_left_out = mapped.names_left_out;
        let order_ids = BTreeMap::new();
        Ok(Table {
            kind,
            names,
            holds,
            chunks,
            origins,
            is_bad,
            is_beside,
            is_rejected,
            faults,
            order_ids,
            rejects,
            hashes,
            names_left_out,
            expiries,
        })
    }

    /// Keeps the rows whose condition is true or cannot be decided. It cannot where a column of `sources` has a fault,
    /// or where computing it fails; the latter rows are marked as bad.
    pub(super) fn keep(&mut self, condition: &Node, sources: &[String]) -> Result<(), MappingFault> {
        let untold = self.faults.iter().filter(|(column, _)| sources.contains(column)).map(|(_, fault)| fault.row);
        let is_untold = flags(self.origins.height(), untold);
        let decided: Vec<_> = self
            .chunks
            .par_iter()
            .map(|chunk| {
                let columns = chunk.columns();
                let inputs = inputs(&columns, &chunk.rows);
                let mut evaluation = inputs.evaluation();
                let condition = evaluation.column(condition);
                let is_true = where_true(condition.as_boolean());
                let failed = evaluation.failures;
                let is_kept = chunk
                    .rows
                    .iter()
                    .enumerate()
                    .map(|(at, &row)| is_true.value(at) || is_untold[row as usize] || failed.contains_key(&at));
                (is_kept.collect::<Vec<bool>>(), failed)
            })
            .collect();
        let mut failed = Vec::new();
        for ((is_kept, failures), chunk) in decided.into_iter().zip(&mut self.chunks) {
            failed.extend(failures.into_iter().map(|(at, failure)| (chunk.rows[at], failure)));
            chunk.keep(&is_kept);
        }
        for (row, _) in &failed {
            self.is_bad[*row as usize] = true;
        }
        self.reject_failed(failed, &sources.join(", "))
    }

    /// Makes one canonical row of each row.
    pub(super) fn rows(mut self, plan: &Plan) -> Result<Finished, MappingFault> {
        self.note_orders(plan.columns.iter().find(|column| column.name == ORDER_ID));
        self.reject_faults();
        let chunks = std::mem::take(&mut self.chunks);
        let made: Vec<_> = chunks.into_par_iter().map(|chunk| self.made_of_rows(chunk, plan)).collect();
        let (batches, failed): (Vec<_>, Vec<_>) = made.into_iter().unzip();
        self.reject_failed(failed.into_iter().flatten().collect(), "")?;
        self.finish(batches, LeftOut::default())
    }

    /// Computes the canonical columns of the rows of a chunk that fit. Second are the rows that expressions fail on.
    fn made_of_rows(&self, mut chunk: Chunk, plan: &Plan) -> (Batches, Vec<(u32, Failure)>) {
        let is_sound: Vec<bool> = chunk.rows.iter().map(|&row| !self.is_bad[row as usize]).collect();
        chunk.keep(&is_sound);
        let columns = chunk.columns();
        let inputs = inputs(&columns, &chunk.rows);
        let mut evaluation = inputs.evaluation();
        let computed = plan.columns.iter().map(|column| handed_on(evaluation.column(&column.node), column.holds));
        let computed = computed.collect();
        let failed: Vec<_> = evaluation.failures.into_iter().map(|(at, failure)| (chunk.rows[at], failure)).collect();
        let mut made = Made { rows: chunk.rows.clone(), columns: computed };
        if !failed.is_empty() {
            let is_failed = |row| failed.binary_search_by_key(row, |(failed, _)| *failed).is_ok();
            let is_sound: Vec<bool> = made.rows.iter().map(|row| !is_failed(row)).collect();
            made.keep(&is_sound);
        }
        (self.batches(made, plan, chunk.is_packed()), failed)
    }

    /// Takes note of the orders that rows with values which do not fit are about, as a column says.
    fn note_orders(&mut self, order_id: Option<&PlannedColumn>) {
        let Some(order_id) = order_id.filter(|_| self.kind == FactKind::Orders) else { return };
        let is_bad = |row: &u32| self.is_bad[*row as usize];
        for chunk in self.chunks.iter().filter(|chunk| chunk.rows.iter().any(is_bad)) {
            let columns = chunk.columns();
            let inputs = inputs(&columns, &chunk.rows);
            let ids = handed_on(inputs.evaluation().column(&order_id.node), order_id.holds);
            let Ok(ids) = as_text(ORDER_ID, &ids) else { continue };
            let of_bad = chunk.rows.iter().zip(&ids).filter(|(row, _)| is_bad(row));
            let told = of_bad.filter_map(|(&row, id)| Some((row as usize, id?.trim().to_owned())));
            self.order_ids.extend(told);
        }
    }

    /// Rejects the rows that `where` kept and that have values which do not fit.
    fn reject_faults(&mut self) {
        let is_kept =
            flags(self.origins.height(), self.chunks.iter().flat_map(|chunk| &chunk.rows).map(|&row| row as usize));
        for (column, fault) in std::mem::take(&mut self.faults) {
            if is_kept[fault.row] {
                let message = format!("`{}` {}", fault.value, fault.misfit.message);
                if self.reject(fault.row, column, fault.value, fault.misfit.reason, message) {
                    self.rejects.last_mut().expect("a reject").wanted = fault.misfit.wanted;
                }
            }
        }
    }

    /// Rejects rows that an expression fails on.
    fn reject_failed(&mut self, failed: Vec<(u32, Failure)>, column: &str) -> Result<(), MappingFault> {
        let arithmetic = failed.iter().filter(|(_, failure)| failure.is_of_arithmetic());
        let count = arithmetic.clone().count();
        if let (Some((_, first)), true) = (arithmetic.clone().next(), count > TOLERATED) {
            return Err(MappingFault::Incomputable { count, first: first.clone().reject(column).message });
        }
        for (row, failure) in failed {
            let Rejection { column, value, is_part, wanted, reason, message } = failure.reject(column);
            if self.reject(row as usize, column, value, reason, message) {
                let own = self.rejects.last_mut().expect("a reject");
                own.wanted = wanted;
                own.expression = is_part.then(|| PART.to_owned());
            }
        }
        Ok(())
    }

    /// Rejects a row, unless it is rejected already; tells whether it was not.
    fn reject(&mut self, row: usize, column: String, value: String, reason: RejectReason, message: String) -> bool {
        if std::mem::replace(&mut self.is_rejected[row], true) {
            return false;
        }
        let Origin { file, place } = self.origins.of_row(row);
        let (kind, expression, wanted) = (self.kind, None, Wanted::Other);
        let order_id = self.order_ids.get(&row).cloned();
        self.rejects.push(Reject { kind, file, place, column, value, expression, wanted, reason, message, order_id });
        true
    }

    /// Hands over what was made, and the rejects in the order of files and places.
    fn finish(mut self, made: Vec<Batches>, left_out: LeftOut) -> Result<Finished, MappingFault> {
        let batches = made.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.rejects.sort_by_key(|reject| (reject.file, reject.place));
        let batches = batches.into_iter().flatten().collect();
        let (repeated, in_others) = (BTreeMap::new(), BTreeMap::new());
        Ok(Finished { batches, rejects: self.rejects, left_out, repeated, in_others })
    }

    /// Returns what was made as batches, each of rows of one file.
    fn batches(&self, made: Made, plan: &Plan, is_packed: bool) -> Batches {
        let Made { rows, columns } = made;
        let columns = named(plan, columns, rows.len())?;
        let batch = |(file, own): (FileIndex, Range<usize>)| {
            let places = rows[own.clone()].iter().map(|row| self.origins.of_row(*row as usize).place).collect();
            (file, RawBatch { columns: columns.slice(own.start, own.len()), places }.held(is_packed))
        };
        Ok(self.origins.by_file(&rows).into_iter().map(batch).collect())
    }
}

/// Puts canonical columns together under their names.
fn named(plan: &Plan, columns: Vec<ArrayRef>, height: usize) -> Result<RecordBatch, MappingFault> {
    let field =
        |(column, array): (&PlannedColumn, &ArrayRef)| Field::new(&column.name, array.data_type().clone(), true);
    let fields: Vec<Field> = plan.columns.iter().zip(&columns).map(field).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(height));
    let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options);
    columns.map_err(|_| MappingFault::unreadable("*"))
}

impl Mapped {
    /// Checks that the columns of `types` and `group_by` exist; those of expressions are checked with them.
    fn check_named(&self, names: &[String], wanted: &[(String, Need)]) -> Result<(), MappingFault> {
        let is_optional = |column: &&String| wanted.contains(&((*column).clone(), Need::Optional));
        let typed = self.types.keys().filter(|column| !is_optional(column)).map(|column| ("types", column));
        let keys = self.keys.iter().chain(&self.distinct);
        let is_column = |key: &&Written| matches!(key.expr, Expr::Column { is_optional: false, .. });
        let plain = keys.filter(is_column).filter(|key| self.definitions.get(&key.text).is_none());
        let mut named = typed.chain(plain.map(|key| (key.key.as_str(), &key.text)));
        match named.find(|(_, column)| !names.contains(column)) {
            None => Ok(()),
            Some((key, column)) => Err(MappingFault::UnknownColumn {
                key: key.to_owned(),
                column: column.clone(),
                nearest: nearest(column, names.iter().map(String::as_str)).map(str::to_owned),
            }),
        }
    }
}
