//! Mappings (docs/spec.md 9): a file's own columns become canonical ones, by expressions of Polars SQL.
//!
//! A mapping renames, picks, splits, sums and filters; it knows no rule about credit, and what it makes is checked
//! afterwards like any canonical row. Reading files is the readers' work, and judging canonical values `canonical`'s.
//! docs/mappings.md is this room's manual.
//!
//! **Invariants.** Numbers are exact: never binary floating point, never wrapped, never rounded unless the mapping
//! says so. A value that does not fit rejects its row, and with `group_by` the fact that the row belongs to: no fact
//! is made of a part of its rows. A row has at most one reject: the first in the order of the file's columns. Nothing that is not null becomes null. Same columns, same result: rows and groups
//! stay in the order of the file.

mod bridge;
mod calls;
mod clock;
mod columns;
mod exact;
mod expr_type;
mod fault;
mod nesting;
mod optional;
mod query;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use clock::{by_pattern, items as pattern_items};
pub use fault::{MappingFault, Reason};

use crate::input::{ColumnType, Mapping};
use crate::raw::RawBatch;
use accrue_facts::FactKind;
use accrue_facts::Reject;
use accrue_facts::columns as contract;
use accrue_facts::columns::Need;
use accrue_facts::ids::Meaning;
use accrue_facts::moment::BareDate;
use accrue_facts::seen::Expiries;
use accrue_kernel::time::LocalCalendar;
use columns::Kind;
pub use columns::Reading;
use exact::{Exact, Scope, Stand};
use expr_type::ExprType;
use optional::Parsed;
use polars::prelude::{Expr, col};
use std::collections::{BTreeMap, BTreeSet};

/// Says why a text is no expression of a mapping.
pub fn syntax_fault(text: &str) -> Option<String> {
    optional::parse(text).err().map(|fault| fault.to_string())
}

/// A mapping whose expressions have been read and found exact, as far as that is known without a file.
#[derive(Clone, Debug)]
pub struct Mapped {
    kind: FactKind,
    types: BTreeMap<String, Kind>,
    filter: Option<Written>,
    keys: Vec<String>,
    columns: Vec<(String, Written)>,
}

/// What a mapping has made of a file's rows.
#[derive(Default)]
pub struct MappedRows {
    /// Canonical columns.
    pub batches: Vec<RawBatch>,
    pub rejects: Vec<Reject>,
    /// How expiries were written.
    pub expiries: Expiries,
}

/// An expression and where it stands in the pipeline file.
#[derive(Clone, Debug)]
struct Written {
    key: String,
    text: String,
    expr: Expr,
    /// The columns that a file must have for it.
    needed: BTreeSet<String>,
    /// Those that it speaks of within `optional` only.
    optional: BTreeSet<String>,
}

/// A column of a file that the mapping cannot do without, and what it is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The place in the pipeline file, such as `columns.order_id`.
    pub key: String,
    pub name: String,
    /// How much facts need what is made of it.
    pub need: Need,
}

/// The expressions of a mapping, made exact for the columns of one file.
struct Plan {
    filter: Option<Expr>,
    columns: Vec<(String, Exact)>,
}

impl Mapped {
    /// Reads the expressions of a mapping and refuses what can be refused before any file is read.
    pub fn new(mapping: &Mapping, kind: FactKind) -> Result<Mapped, MappingFault> {
        let mut types = BTreeMap::new();
        for (column, column_type) in &mapping.types {
            types.insert(column.clone(), Kind::new(column_type).ok_or_else(|| bad_pattern(column, column_type))?);
        }
        let filter = mapping.filter.as_ref().map(|text| Written::parse("where".to_owned(), text)).transpose()?;
        let columns = mapping
            .columns
            .iter()
            .map(|(canonical, text)| Ok((canonical.clone(), Written::parse(format!("columns.{canonical}"), text)?)));
        let columns = columns.collect::<Result<_, MappingFault>>()?;
        let mapped = Mapped { kind, types, filter, keys: mapping.group_by.clone(), columns };
        let holds = mapped.types.iter().map(|(column, kind)| (column.clone(), kind.holds())).collect();
        mapped.exact(&holds, None, &LocalCalendar::new(chrono_tz::UTC))?;
        Ok(mapped)
    }

    /// Returns the source columns that the mapping speaks of, by name; optional are those within `optional` only.
    pub fn wanted(&self) -> Vec<(String, Need)> {
        let optional: BTreeSet<&String> = self.written().flat_map(|written| &written.optional).collect();
        let needed = self.written().flat_map(|written| &written.needed).chain(&self.keys);
        let mut wanted: BTreeMap<&String, Need> = needed.map(|name| (name, Need::Required)).collect();
        for name in optional {
            wanted.entry(name).or_insert(Need::Optional);
        }
        for name in self.types.keys() {
            wanted.entry(name).or_insert(Need::Required);
        }
        wanted.into_iter().map(|(name, need)| (name.clone(), need)).collect()
    }

    /// Returns the source columns that a file must have, for each thing that they are used for.
    pub fn uses(&self) -> Vec<Use> {
        let used = |key: &str, name: &String, need| Use { key: key.to_owned(), name: name.clone(), need };
        let keys = self.keys.iter().map(|name| used("group_by", name, Need::Required));
        let columns = self.columns.iter().flat_map(|(canonical, written)| {
            let need = contract::column(self.kind, canonical).map_or(Need::Optional, |column| column.need);
            written.needed.iter().map(move |name| used(&written.key, name, need))
        });
        let filter = self
            .filter
            .iter()
            .flat_map(|written| written.needed.iter().map(|name| used(&written.key, name, Need::Optional)));
        keys.chain(columns).chain(filter).collect()
    }

    fn written(&self) -> impl Iterator<Item = &Written> {
        self.filter.iter().chain(self.columns.iter().map(|(_, written)| written))
    }

    /// Returns the source columns that the expression of an id puts something together of. What a plain column holds is judged
    /// as the id itself, and so is what becomes of a group.
    fn parts_of_ids(&self) -> Vec<String> {
        let is_id = |canonical: &str| Meaning::of(canonical) == Meaning::Id;
        let ids = self.columns.iter().filter(|(canonical, _)| self.keys.is_empty() && is_id(canonical));
        ids.filter(|(_, written)| !matches!(written.expr, Expr::Column(_))).flat_map(|(_, own)| own.sources()).collect()
    }

    /// Returns the source columns that are ids as they are.
    fn plain_ids(&self) -> Vec<String> {
        let ids = self.columns.iter().filter(|(canonical, _)| Meaning::of(canonical) == Meaning::Id);
        ids.filter(|(_, written)| matches!(written.expr, Expr::Column(_))).flat_map(|(_, own)| own.sources()).collect()
    }

    /// Returns the source columns that an expiry is made of.
    fn expiries(&self) -> Vec<String> {
        let expiries = self.columns.iter().filter(|(canonical, _)| self.bare_date(canonical) == BareDate::End);
        expiries.flat_map(|(_, written)| written.sources()).collect()
    }

    /// Returns what a bare date means in the expression of a canonical column.
    fn bare_date(&self, canonical: &str) -> BareDate {
        match contract::column(self.kind, canonical) {
            Some(column) if column.holds == contract::CanonicalType::ExpiryInstant => BareDate::End,
            _ => BareDate::Start,
        }
    }

    /// Returns what a reject of a canonical value names: the source column, or the expression that gave the value.
    pub fn source_column(&self, canonical: &str) -> String {
        match self.columns.iter().find(|(name, _)| name == canonical) {
            Some((_, Written { expr: Expr::Column(name), .. })) => name.to_string(),
            Some((_, written)) => written.text.clone(),
            None => canonical.to_owned(),
        }
    }

    /// Returns the numbers of the canonical columns in the order of the file's columns that they are made of, the first of
    /// several.
    pub fn order_of_sources(&self, names: &[String]) -> Vec<usize> {
        let first = |at: &usize| {
            let sources = self.columns[*at].1.sources();
            sources.iter().filter_map(|source| names.iter().position(|name| name == source)).min()
        };
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by_cached_key(first);
        order
    }

    /// Turns all rows of one file into rows of canonical columns, and rejects what does not fit.
    ///
    /// `file` is the file's index in `Facts::files`. A row made of a group has the place of the group's first row. Rejects are
    /// in the order of their places.
    pub fn map(&self, file: u32, raw: Vec<RawBatch>, reading: &Reading<'_>) -> Result<MappedRows, MappingFault> {
        if raw.is_empty() {
            return Ok(MappedRows::default());
        }
        let mut table = table::Table::read(self, file, &raw, reading)?;
        let Plan { filter, columns } = self.exact(&table.holds, Some(&table.names), reading.zone)?;
        if let Some(filter) = filter {
            table.keep(&filter, &self.filter.as_ref().map(Written::sources).unwrap_or_default())?;
        }
        let expiries = table.expiries;
        let made = if self.keys.is_empty() { table.rows(&columns) } else { table.facts(&self.keys, &columns) };
        made.map(|(batches, rejects)| MappedRows { batches, rejects, expiries })
    }

    /// Makes every expression exact over columns of which this is known.
    fn exact(
        &self,
        holds: &BTreeMap<String, ExprType>,
        names: Option<&[String]>,
        zone: &LocalCalendar,
    ) -> Result<Plan, MappingFault> {
        let grouped = if self.keys.is_empty() { Stand::Row } else { Stand::Fact };
        let scope = |stand, bare_date| Scope { columns: holds, names, keys: &self.keys, stand, zone, bare_date };
        let filter = self.filter.as_ref().map(|written| {
            let exact =
                scope(Stand::Row, BareDate::Start).exact(&written.expr).map_err(|reason| written.fault(reason))?;
            match exact.holds {
                ExprType::Bool | ExprType::Unknown => Ok(exact.expr),
                other => Err(written.fault(Reason::NotCondition(other))),
            }
        });
        let columns = self.columns.iter().map(|(canonical, written)| {
            let bare_date = self.bare_date(canonical);
            let mut exact = scope(grouped, bare_date).exact(&written.expr).map_err(|reason| written.fault(reason))?;
            if bare_date == BareDate::End {
                exact.expr = with_ends(exact.expr, holds);
            }
            Ok((canonical.clone(), exact))
        });
        Ok(Plan { filter: filter.transpose()?, columns: columns.collect::<Result<_, MappingFault>>()? })
    }
}

impl Written {
    fn parse(key: String, text: &str) -> Result<Written, MappingFault> {
        match optional::parse(text) {
            Ok(Parsed { expr, needed, optional }) => Ok(Written { key, text: text.to_owned(), expr, needed, optional }),
            Err(fault) => {
                let reason = Reason::Syntax(fault.to_string());
                Err(MappingFault::Expression { key, expression: text.to_owned(), reason })
            }
        }
    }

    fn sources(&self) -> Vec<String> {
        self.expr.clone().meta().root_names().iter().map(ToString::to_string).collect()
    }

    fn fault(&self, reason: Reason) -> MappingFault {
        MappingFault::Expression { key: self.key.clone(), expression: self.text.clone(), reason }
    }
}

/// Lets an expression speak of the ends of bare dates instead of their beginnings.
fn with_ends(expr: Expr, holds: &BTreeMap<String, ExprType>) -> Expr {
    expr.map_expr(|part| match part {
        Expr::Column(name) if holds.get(name.as_str()) == Some(&ExprType::Time) => col(query::ends_of(&name)),
        other => other,
    })
}

fn bad_pattern(column: &str, column_type: &ColumnType) -> MappingFault {
    let pattern = match column_type {
        ColumnType::Time(Some(pattern)) => pattern.clone(),
        _ => String::new(),
    };
    MappingFault::Pattern { column: column.to_owned(), pattern }
}
