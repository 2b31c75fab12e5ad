//! Look-ups: a row finds something in other rows by a key, such as the buyer of the order that a refund names.
//!
//! The other rows are grouped by their key, and what is taken is computed of the rows of each key, as with `group_by`.
//! Keys are texts or whole numbers, compared as texts. A key that is null finds nothing and is no fault. What is taken
//! of facts is in `lookup_facts`.

use crate::input::{Lookup, LookupFrom, Mapping};
use crate::mapping::aliases::Aliases;
use crate::mapping::column::Column;
use crate::mapping::columns::{self, Reading};
use crate::mapping::definitions::Definitions;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::file_rows::FileRows;
use crate::mapping::found::Found;
use crate::mapping::language::expr::Expr;
use crate::mapping::mapped::Mapped;
use crate::raw::HeldBatch;
use crate::values::held;
use accrue_facts::columns::Need;
use accrue_facts::seen::UnusableRows;
use accrue_facts::{FactKind, FileIndex, Origin, Reject};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The name of the column of keys, among the taken columns. No column of a file begins with this character.
const KEY: &str = "\u{1}key";

/// The other rows of a look-up, its expressions read.
#[derive(Clone, Debug)]
pub(crate) struct LookupTable {
    pub lookup: Lookup,
    aliases: Aliases,
    /// What makes one row of the rows of each key; `None` of facts.
    mapped: Option<Mapped>,
}

/// Rows that a look-up goes through.
pub(crate) struct LookedThrough {
    pub files: Vec<FileRows>,
    /// The paths of the files.
    pub paths: Vec<PathBuf>,
    /// What could not be read as rows.
    pub rejects: Vec<Reject>,
}

impl LookupTable {
    /// Reads the expressions of a look-up of a mapping.
    ///
    /// # Errors
    /// Where an expression is none, or may lose something.
    pub(super) fn new(lookup: &Lookup, own: &Mapping, kind: FactKind) -> Result<LookupTable, MappingFault> {
        let aliases = match lookup.from {
            LookupFrom::Own => Aliases(own.aliases.clone()),
            LookupFrom::Files(_) | LookupFrom::Facts(_) => Aliases::default(),
        };
        let mapped = match lookup.from {
            LookupFrom::Facts(_) => None,
            LookupFrom::Own => {
                let (types, define, distinct) = (own.types.clone(), own.define.clone(), own.distinct.clone());
                Some(of_rows(lookup, Mapping { types, define, distinct, ..Mapping::default() }, kind)?)
            }
            LookupFrom::Files(_) => {
                let types = lookup.types.clone();
                Some(of_rows(lookup, Mapping { types, ..Mapping::default() }, kind)?)
            }
        };
        Ok(LookupTable { lookup: lookup.clone(), aliases, mapped })
    }

    /// Returns the columns that the look-up needs of the rows of files.
    pub(crate) fn wanted(&self) -> Vec<(String, Need)> {
        self.aliases.in_files(self.mapped.as_ref().map(Mapped::wanted).unwrap_or_default())
    }

    /// Prepares the rows of one of the files, the one with this number among them, of which some lines could not be
    /// read as rows.
    ///
    /// # Errors
    /// Where the file lacks a column.
    pub(crate) fn prepare(
        &self,
        file: FileIndex,
        raw: Vec<HeldBatch>,
        unread: Vec<u64>,
    ) -> Result<FileRows, MappingFault> {
        let wanted = self.mapped.as_ref().map(Mapped::wanted).unwrap_or_default();
        self.aliases.rows(file, raw, unread, &wanted)
    }

    /// Makes one row a key of the rows of files. Second is what says which of the rows cannot be used.
    ///
    /// # Errors
    /// Where the files lack a column, or hold a key that is neither text nor a whole number.
    pub(crate) fn found_in_rows(
        &self,
        through: LookedThrough,
        reading: &Reading<'_>,
    ) -> Result<(Found, Option<UnusableRows>), MappingFault> {
        let mapped = self.mapped.as_ref().expect("rows of files are grouped by a mapping");
        let LookedThrough { files, paths, mut rejects } = through;
        let made = mapped.map(files, reading)?;
        rejects.extend(made.rejects);
        rejects.sort_by_key(|reject| (reject.file, reject.place));
        let batches: Vec<RecordBatch> = made.batches.iter().map(|(_, batch)| batch.columns.columns()).collect();
        let mut found = self.found(&batches, reading)?;
        let why = |origin: &Origin| {
            let of_row = |reject: &&Reject| (reject.file, reject.place) == (origin.file, origin.place);
            rejects.iter().find(of_row).map(|reject| shown(reject, &paths)).unwrap_or_default()
        };
        let keys = made.left_out.batches.iter().flat_map(|batch| texts(batch.column(0)).unwrap_or_default());
        let because = &made.left_out.because;
        let unusable = keys.zip(because).filter_map(|(key, origin)| Some((key?, why(origin))));
        found.unusable = unusable.collect();
        // A row that does not fit says more than those that are left out with it.
        let is_cause = |reject: &&Reject| {
            reject.column.is_empty() || because.contains(&Origin { file: reject.file, place: reject.place })
        };
        let first = rejects.iter().find(is_cause).or(rejects.first()).map(|reject| shown(reject, &paths));
        let lookup = self.lookup.name.clone();
        Ok((found, first.map(|first| UnusableRows { lookup, rows: rejects.len() as u64, first })))
    }

    /// Takes the row of each key. The first column is the key, the others are what is taken.
    fn found(&self, rows: &[RecordBatch], reading: &Reading<'_>) -> Result<Found, MappingFault> {
        let names = self.lookup.take.iter().map(|(name, _)| name.clone());
        let Some(first) = rows.first() else {
            let columns = names.map(|name| (name, Column::of_nothing())).collect();
            return Ok(Found { rows: BTreeMap::new(), columns, unusable: BTreeMap::new(), is_email: false });
        };
        let rows = concat_batches(first.schema_ref(), rows).map_err(|_| MappingFault::unreadable(&self.lookup.name))?;
        let keys = texts(rows.column(0)).ok_or_else(|| self.no_key(rows.column(0)))?;
        let keys = (0..).zip(keys).filter_map(|(row, key)| Some((key?, row))).collect();
        let read = |(name, array): (String, &ArrayRef)| {
            let column = columns::read(&name, array, (None, None), reading)?;
            Ok((name, column))
        };
        let columns = names.zip(&rows.columns()[1..]).map(read).collect::<Result<_, MappingFault>>()?;
        Ok(Found { rows: keys, columns, unusable: BTreeMap::new(), is_email: false })
    }

    fn no_key(&self, keys: &ArrayRef) -> MappingFault {
        MappingFault::NoKey { lookup: self.lookup.name.clone(), holds: held(keys.data_type()) }
    }
}

/// Shows the row that a reject is about, and why it is one.
fn shown(reject: &Reject, paths: &[PathBuf]) -> String {
    let Reject { file, place, column, message, .. } = reject;
    let column = if column.is_empty() { String::new() } else { format!(", column `{column}`") };
    format!("{}, row {place}{column}: {message}", paths[file.get()].display())
}

/// Makes the mapping that gives one row of the rows of each key, out of what is known of them.
fn of_rows(lookup: &Lookup, known: Mapping, kind: FactKind) -> Result<Mapped, MappingFault> {
    let is_defined = known.define.iter().any(|(name, _)| *name == lookup.there);
    let there = match Definitions::default().key("on", &lookup.there).expr {
        _ if is_defined => lookup.there.clone(),
        Expr::Column { name, .. } => format!("\"{}\"", name.replace('"', "\"\"")),
        _ => lookup.there.clone(),
    };
    let columns = std::iter::once((KEY.to_owned(), there)).chain(lookup.take.iter().cloned()).collect();
    let group_by = vec![lookup.there.clone()];
    let filter = lookup.filter.clone();
    let mapping = Mapping { filter, group_by, columns, ..known };
    Mapped::new(&mapping, kind).map(Mapped::naming_left_out).map_err(|fault| match fault {
        MappingFault::Expression { key, expression, reason } => {
            let part = key.strip_prefix("columns.").map_or(key.clone(), |name| format!("take.{name}"));
            MappingFault::Expression { key: format!("lookup.{}.{part}", lookup.name), expression, reason }
        }
        other => other,
    })
}

/// Returns keys as texts; `None` where they are neither texts nor whole numbers.
pub(super) fn texts(keys: &ArrayRef) -> Option<Vec<Option<String>>> {
    Some(match keys.data_type() {
        DataType::Utf8 => keys.as_string::<i32>().iter().map(|key| key.map(str::to_owned)).collect(),
        DataType::Int64 => keys.as_primitive::<Int64Type>().iter().map(|key| Some(key?.to_string())).collect(),
        DataType::Null => vec![None; keys.len()],
        _ => return None,
    })
}

/// Returns keys that an expression has computed as texts.
pub(super) fn computed_texts(keys: &ArrayRef, holds: ExprType) -> Result<Vec<Option<String>>, Reason> {
    match holds {
        ExprType::Text | ExprType::Null | ExprType::Unknown => {
            Ok(texts(keys).unwrap_or_else(|| vec![None; keys.len()]))
        }
        ExprType::Int => Ok(keys.as_primitive::<Decimal128Type>().iter().map(|key| Some(key?.to_string())).collect()),
        ExprType::Decimal(_) | ExprType::Bool | ExprType::Time => Err(Reason::NoKey(holds)),
    }
}
