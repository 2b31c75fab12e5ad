//! Reads one row group of the ledger, column by column, and makes kernel entries of its rows.
//!
//! Rows of a group are sorted by customer id. Amounts in the file are in ten-thousandths of the major unit, instants in
//! microseconds since 1970; amounts that are no whole number of minor units are refused.

use super::super::BookError;
use super::event_id::event_id;
use accrue_delta::{Reading, ReadingBuilder};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method, OriginId, SourceId};
use accrue_kernel::money::Amount;
use accrue_kernel::program::RuleIndex;
use accrue_kernel::time::Timestamp;
use accrue_output::ledger;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Decimal128Type, Int32Type, TimestampMicrosecondType};
use parquet::arrow::arrow_reader::RowSelection;
use parquet::file::statistics::Statistics;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The columns that make an entry, in the ledger's order.
const WANTED: [&str; 10] = [
    "customer_id",
    "currency",
    "kind",
    "source_id",
    "method",
    "origin_id",
    "amount",
    "effective_at",
    "expires_at",
    "rule",
];

/// The number of a row whose run is not known, or was not asked for.
pub(super) const NO_RUN: u32 = u32::MAX;

/// The numbers of runs, by their ids.
pub(super) type RunNumbers = Arc<BTreeMap<String, u32>>;

/// A row group of a file.
pub(super) struct Source {
    pub(super) file: Reading,
    pub(super) number: usize,
    /// Where rows are to have the number of their run.
    pub(super) runs: Option<RunNumbers>,
}

/// The rows of a group, sorted by customer id.
pub(super) struct Columns {
    customer_id: StringArray,
    source_id: StringArray,
    origin_id: StringArray,
    rows: Vec<Row>,
    rules: Vec<String>,
}

/// The values of a row that are not texts.
struct Row {
    currency: Currency,
    kind: Kind,
    method: Method,
    amount: Amount,
    effective_at: Timestamp,
    expires_at: Option<Timestamp>,
    rule: Option<RuleIndex>,
    run: u32,
}

/// A row group, and its first and last customer id where the file's statistics have them.
pub(super) type Found = (Source, Option<(String, String)>);

/// Finds the row groups of a file.
pub(super) fn sources(path: &Path) -> Result<Vec<Found>, BookError> {
    let file = Reading::open(path, ledger::FIELDS)?;
    let found = file.footer().row_groups().iter().enumerate().map(|(number, group)| {
        let ids = group.columns().iter().find(|chunk| chunk.column_descr().name() == WANTED[0]);
        let ends = match ids.and_then(|chunk| chunk.statistics()) {
            Some(Statistics::ByteArray(known)) => known
                .min_opt()
                .zip(known.max_opt())
                .and_then(|(first, last)| Some((first.as_utf8().ok()?.to_owned(), last.as_utf8().ok()?.to_owned()))),
            _ => None,
        };
        (Source { file: file.clone(), number, runs: None }, ends)
    });
    Ok(found.collect())
}

impl Source {
    /// Returns the number of rows.
    pub(super) fn row_count(&self) -> usize {
        usize::try_from(self.file.group(self.number).num_rows()).unwrap_or_default()
    }

    /// Reads all rows.
    pub(super) fn read(&self) -> Result<Columns, BookError> {
        self.read_some(None)
    }

    /// Reads some ranges of rows, at least one; they must rise.
    pub(super) fn read_ranges(&self, ranges: Vec<Range<usize>>) -> Result<Columns, BookError> {
        self.read_some(Some(RowSelection::from_consecutive_ranges(ranges.into_iter(), self.row_count())))
    }

    /// Returns the ids of the runs that have posted some of the rows.
    pub(super) fn run_ids(&self, rows: Range<usize>) -> Result<Vec<String>, BookError> {
        let some = RowSelection::from_consecutive_ranges(std::iter::once(rows), self.row_count());
        let how = |all: ReadingBuilder| all.with_row_groups(vec![self.number]).with_row_selection(some);
        let mut run_ids = Vec::new();
        for batch in self.file.batches(&["run_id"], how)? {
            run_ids.extend(batch?.column(0).as_string::<i32>().iter().map(|id| id.unwrap_or_default().to_owned()));
        }
        Ok(run_ids)
    }

    fn read_some(&self, rows: Option<RowSelection>) -> Result<Columns, BookError> {
        let count = rows.as_ref().map_or(self.row_count(), RowSelection::row_count);
        let mut batches = self.file.batches(&WANTED, |all| {
            let all = all.with_row_groups(vec![self.number]).with_batch_size(count);
            match rows {
                Some(rows) => all.with_row_selection(rows),
                None => all,
            }
        })?;
        let batch = batches.next().transpose()?.filter(|batch| batch.num_rows() == count);
        let what = "a row group has other rows than it says".to_owned();
        let batch = batch.ok_or_else(|| BookError::Unreadable { path: self.file.path().to_path_buf(), what })?;
        let mut columns = self.columns(&batch)?;
        if let Some(numbers) = &self.runs {
            self.number_runs(&mut columns, numbers)?;
        }
        Ok(columns)
    }

    /// Gives each of all rows the number of its run.
    fn number_runs(&self, columns: &mut Columns, numbers: &RunNumbers) -> Result<(), BookError> {
        let file = self.file.clone().with_numbered_texts("run_id")?;
        let mut rows = columns.rows.iter_mut();
        for batch in file.batches(&["run_id"], |all| all.with_row_groups(vec![self.number]))? {
            let batch = batch?;
            let ids = batch.column(0).as_dictionary::<Int32Type>();
            let texts = ids.values().as_string::<i32>().iter().map(Option::unwrap_or_default);
            let known: Vec<u32> = texts.map(|id| numbers.get(id).copied().unwrap_or(NO_RUN)).collect();
            rows.by_ref().zip(ids.keys().values()).for_each(|(row, &key)| row.run = known[key as usize]);
        }
        Ok(())
    }

    fn columns(&self, batch: &RecordBatch) -> Result<Columns, BookError> {
        let column = |name: &str| -> &ArrayRef { batch.column_by_name(name).expect("a column that was asked for") };
        let text = |name: &str| column(name).as_string::<i32>();
        let time = |name: &str| column(name).as_primitive::<TimestampMicrosecondType>();
        let (currencies, kinds, methods, rule_ids) = (text("currency"), text("kind"), text("method"), text("rule"));
        let amounts = column("amount").as_primitive::<Decimal128Type>();
        let (effective, expiring) = (time("effective_at"), time("expires_at"));
        let mut rules: Vec<String> = Vec::new();
        let row = |row: usize| {
            let fault = |column: &str, value: &dyn ToString| BookError::Row {
                path: self.file.path().to_path_buf(),
                group: self.number,
                row,
                what: format!("`{column}` cannot be {:?}", value.to_string()),
            };
            let unknown = |column: &'static str, values: &StringArray| fault(column, &values.value(row));
            let currency = Currency::from_code(currencies.value(row)).ok_or_else(|| unknown("currency", currencies))?;
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == kinds.value(row));
            let method = Method::ALL.into_iter().find(|method| method.name() == methods.value(row));
            let amount = minor_units(amounts.value(row), currency);
            Ok(Row {
                currency,
                kind: kind.ok_or_else(|| unknown("kind", kinds))?,
                method: method.ok_or_else(|| unknown("method", methods))?,
                amount: amount.ok_or_else(|| fault("amount", &amounts.value(row)))?,
                effective_at: Timestamp::from_micros(effective.value(row)),
                expires_at: expiring.is_valid(row).then(|| Timestamp::from_micros(expiring.value(row))),
                rule: rule_ids.is_valid(row).then(|| number_of(rule_ids.value(row), &mut rules)),
                run: NO_RUN,
            })
        };
        let rows = (0..batch.num_rows()).map(row).collect::<Result<Vec<Row>, BookError>>()?;
        let [customer_id, source_id, origin_id] =
            ["customer_id", "source_id", "origin_id"].map(|name| text(name).clone());
        match (1..rows.len()).find(|&row| customer_id.value(row - 1) > customer_id.value(row)) {
            Some(row) => {
                let what = "it is not sorted by `customer_id`".to_owned();
                Err(BookError::Row { path: self.file.path().to_path_buf(), group: self.number, row, what })
            }
            None => Ok(Columns { customer_id, source_id, origin_id, rows, rules }),
        }
    }
}

/// Returns an amount in ten-thousandths in minor units; `None` where it is no whole number of them.
pub(super) fn minor_units(ten_thousandths: i128, currency: Currency) -> Option<Amount> {
    let per_minor_unit = 10_i128.pow(4 - currency.minor_units());
    let is_whole = ten_thousandths % per_minor_unit == 0;
    is_whole.then(|| i64::try_from(ten_thousandths / per_minor_unit).ok().map(Amount::from_minor)).flatten()
}

/// Returns the place of a rule id in a list, where it is added if need be.
pub(super) fn number_of(rule: &str, rules: &mut Vec<String>) -> RuleIndex {
    let known = rules.iter().position(|known| known == rule);
    RuleIndex::new(known.unwrap_or_else(|| {
        rules.push(rule.to_owned());
        rules.len() - 1
    }))
}

impl Columns {
    pub(super) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Returns the ids of the rules, which entries name by index.
    pub(super) fn rules(&self) -> &[String] {
        &self.rules
    }

    pub(super) fn customer_id(&self, row: usize) -> &str {
        self.customer_id.value(row)
    }

    /// Returns the rows of the people after one id and up to another.
    pub(super) fn rows_of(&self, after: Option<&str>, up_to: Option<&str>) -> Range<usize> {
        let up_to_row = |id: Option<&str>, otherwise| id.map_or(otherwise, |id| self.first_after(id));
        up_to_row(after, 0)..up_to_row(up_to, self.rows.len())
    }

    /// Returns the first row whose customer id is above this one.
    fn first_after(&self, id: &str) -> usize {
        let (mut low, mut high) = (0, self.rows.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.customer_id.value(middle) <= id { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Returns the rows of one person.
    pub(super) fn rows_of_one(&self, id: &str) -> Range<usize> {
        let up_to = self.first_after(id);
        let before = (0..up_to).rev().find(|&row| self.customer_id.value(row) != id);
        before.map_or(0, |row| row + 1)..up_to
    }

    /// Returns the number of the run that has posted a row.
    pub(super) fn run(&self, row: usize) -> u32 {
        self.rows[row].run
    }

    pub(super) fn entry(&self, row: usize) -> Entry<'_> {
        let Row { currency, kind, method, amount, effective_at, expires_at, rule, run: _ } = self.rows[row];
        Entry {
            currency,
            kind,
            source_id: SourceId(event_id(self.source_id.value(row))),
            method,
            origin_id: OriginId(event_id(self.origin_id.value(row))),
            amount,
            effective_at,
            expires_at,
            rule,
            lot: None,
        }
    }
}
