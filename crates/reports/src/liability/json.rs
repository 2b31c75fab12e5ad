//! A report as JSON. Amounts are texts in major units with all decimals of their currency, instants RFC 3339 in UTC,
//! days local days.

use super::periods::Period;
use super::report::Liability;
use super::table::{Cell, Column, Row, Table};
use accrue_kernel::entry::Method;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// The name and version of the shape of the JSON: it changes when a field is removed or gets another meaning.
const SCHEMA: &str = "liability/1";

#[derive(Serialize)]
struct Told<'r> {
    accrue: &'static str,
    schema: &'static str,
    known_at_run: u32,
    as_of: String,
    as_of_local: Option<String>,
    program: ProgramTold<'r>,
    classes: ClassesTold<'r>,
    opening_at_run: u32,
    periods: Vec<PeriodTold>,
    tables: TablesTold<'r>,
}

#[derive(Serialize)]
struct ProgramTold<'r> {
    sha256: &'r str,
    timezone: &'static str,
}

#[derive(Serialize)]
struct PeriodTold {
    start: String,
    end: String,
    from: String,
    until: String,
    reported_at_run: u32,
}

struct ClassesTold<'r>(&'r Liability);

struct TablesTold<'r>(&'r [Table]);

struct RowsTold<'r>(&'r Table);

struct RowTold<'r>(&'r [Column], &'r Row);

impl Liability {
    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        let head = &self.head;
        let told = Told {
            accrue: head.accrue,
            schema: SCHEMA,
            known_at_run: self.known_at_run(),
            as_of: head.as_of.at.to_string(),
            as_of_local: head.as_of.local(),
            program: ProgramTold { sha256: &head.program_sha256, timezone: head.timezone },
            classes: ClassesTold(self),
            opening_at_run: head.periods.opening_run(),
            periods: head.periods.all().iter().map(PeriodTold::of).collect(),
            tables: TablesTold(self.tables()),
        };
        serde_json::to_string_pretty(&told).expect("plain data") + "\n"
    }
}

impl PeriodTold {
    fn of(period: &Period) -> PeriodTold {
        PeriodTold {
            start: period.start.to_string(),
            end: period.end.to_string(),
            from: period.start_at.to_string(),
            until: period.end_at.to_string(),
            reported_at_run: period.run,
        }
    }
}

impl Serialize for ClassesTold<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(Method::ALL.map(|method| (method.name(), self.0.head.classes.of(method))))
    }
}

impl Serialize for TablesTold<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|table| (table.name, RowsTold(table))))
    }
}

impl Serialize for RowsTold<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut rows = to.serialize_seq(Some(self.0.rows.len()))?;
        self.0.rows.iter().try_for_each(|row| rows.serialize_element(&RowTold(self.0.columns, row)))?;
        rows.end()
    }
}

impl Serialize for RowTold<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let RowTold(columns, row) = self;
        let mut cells = to.serialize_map(Some(columns.len()))?;
        for (column, cell) in columns.iter().zip(&row.cells) {
            match cell {
                Cell::Text(text) => cells.serialize_entry(column.name, text)?,
                Cell::Amount(amount) => {
                    cells.serialize_entry(column.name, &amount.display(row.currency).to_string())?;
                }
                Cell::Count(count) => cells.serialize_entry(column.name, count)?,
                Cell::Time(at) => cells.serialize_entry(column.name, &at.to_string())?,
                Cell::Nothing => cells.serialize_entry(column.name, &None::<()>)?,
            }
        }
        cells.end()
    }
}
