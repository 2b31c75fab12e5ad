//! Mappings at work, on frames made by hand and on real data.

mod conditions;
mod definitions;
mod expressions;
mod groups;
mod identity;
mod natives;
mod optional;
mod real_data;
mod refusals;
mod typing;
mod waiting;

use crate::input::{ColumnType, Mapping};
use crate::mapping::mapped_rows::MappedRows;
use crate::mapping::{FileRows, Mapped, MappingFault, Reading};
use crate::raw::{HeldBatch, RawBatch};
use accrue_facts::FactKind;
use accrue_facts::Reject;
use accrue_facts::ids::IdCheck;
use accrue_kernel::time::{LocalCalendar, Timestamp};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::array_value_to_string;
use std::sync::Arc;

/// A mapping in the making.
#[derive(Default)]
struct Sketch(Mapping);

impl Sketch {
    fn types(mut self, column: &str, column_type: ColumnType) -> Sketch {
        self.0.types.push((column.to_owned(), column_type));
        self
    }

    fn filter(mut self, expression: &str) -> Sketch {
        self.0.filter = Some(expression.to_owned());
        self
    }

    fn group_by(mut self, column: &str) -> Sketch {
        self.0.group_by.push(column.to_owned());
        self
    }

    fn distinct(mut self, column: &str) -> Sketch {
        self.0.distinct.push(column.to_owned());
        self
    }

    fn having(mut self, expression: &str) -> Sketch {
        self.0.having = Some(expression.to_owned());
        self
    }

    fn column(mut self, canonical: &str, expression: &str) -> Sketch {
        self.0.columns.push((canonical.to_owned(), expression.to_owned()));
        self
    }

    fn define(mut self, name: &str, expression: &str) -> Sketch {
        self.0.define.push((name.to_owned(), expression.to_owned()));
        self
    }

    fn compiled(&self) -> Result<Mapped, MappingFault> {
        Mapped::new(&self.0, FactKind::Orders)
    }

    /// Maps a table of texts, its first line the names, its data from line 2 on; London time.
    fn map(&self, table: &str) -> Outcome {
        self.map_batches(vec![batch(table)])
    }

    fn map_batches(&self, batches: Vec<RawBatch>) -> Outcome {
        self.map_held(batches.into_iter().map(|batch| batch.held(false)).collect())
    }

    fn map_held(&self, batches: Vec<HeldBatch>) -> Outcome {
        let zone = LocalCalendar::new(chrono_tz::Europe::London);
        match self.compiled().and_then(|mapped| mapped.map(vec![rows_of(batches)], &reading(&zone))) {
            Ok(MappedRows { batches, rejects, .. }) => {
                Outcome { rows: batches.iter().flat_map(|(_, batch)| shown(batch)).collect(), rejects }
            }
            Err(fault) => panic!("{fault}"),
        }
    }

    fn fault(&self, table: &str) -> String {
        let zone = LocalCalendar::new(chrono_tz::Europe::London);
        match self
            .compiled()
            .and_then(|mapped| mapped.map(vec![rows_of(vec![batch(table).held(false)])], &reading(&zone)))
        {
            Ok(MappedRows { batches, .. }) => {
                panic!("maps to {:?}", batches.iter().flat_map(|(_, batch)| shown(batch)).collect::<Vec<_>>())
            }
            Err(fault) => fault.to_string(),
        }
    }
}

/// What a mapping made: `place: value|value` a row, and the rejects.
struct Outcome {
    rows: Vec<String>,
    rejects: Vec<Reject>,
}

impl Outcome {
    fn rejects(&self) -> Vec<String> {
        let shown = self
            .rejects
            .iter()
            .map(|reject| format!("{} {} {} `{}`", reject.place, reject.column, reject.reason.name(), reject.value));
        shown.collect()
    }
}

/// Reads a table of texts; `_` is null.
pub(super) fn batch(table: &str) -> RawBatch {
    let mut reader = csv::ReaderBuilder::new().from_reader(table.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |at: usize| -> ArrayRef {
        Arc::new(records.iter().map(|record| Some(&record[at]).filter(|text| *text != "_")).collect::<StringArray>())
    };
    let columns = RecordBatch::try_from_iter_with_nullable(
        names.iter().enumerate().map(|(at, name)| (name.as_str(), column(at), true)),
    );
    RawBatch { columns: columns.unwrap(), places: (2..records.len() as u64 + 2).collect() }
}

pub(super) fn shown(batch: &HeldBatch) -> Vec<String> {
    let columns = batch.columns.columns();
    let cell = |column: &ArrayRef, row: usize| match column.is_null(row) {
        true => "_".to_owned(),
        false if *column.data_type() == DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())) => {
            Timestamp::from_micros(column.as_primitive::<TimestampMicrosecondType>().value(row)).to_string()
        }
        false => array_value_to_string(column, row).unwrap(),
    };
    let row = |row: usize| {
        let cells: Vec<String> = columns.columns().iter().map(|column| cell(column, row)).collect();
        format!("{}: {}", batch.places[row], cells.join("|"))
    };
    (0..batch.places.len()).map(row).collect()
}

/// Rows of the first file.
fn rows_of(raw: Vec<HeldBatch>) -> FileRows {
    FileRows { raw, ..FileRows::default() }
}

fn reading(zone: &LocalCalendar) -> Reading<'_> {
    Reading { zone, decimal: b'.', ids: IdCheck::Everything, found: &[] }
}
