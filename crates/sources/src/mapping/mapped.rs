//! A mapping whose expressions have been read (docs/spec.md 9): what it needs of files, and its expressions made exact
//! for the columns of one.

use crate::input::{ColumnType, FactOfRow, Mapping};
use crate::mapping::definitions::Definitions;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::{Level, ReadContext, Scope};
use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::key_here::KeyHere;
use crate::mapping::kind::Kind;
use crate::mapping::language::expr::Expr;
use crate::mapping::plan::{Plan, PlannedColumn};
use crate::mapping::written::Written;
use accrue_facts::FactKind;
use accrue_facts::columns as contract;
use accrue_facts::columns::Need;
use accrue_facts::ids::Meaning;
use accrue_facts::moment::BareDate;
use accrue_kernel::time::LocalCalendar;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The zone in which expressions are made exact before any file is read: whether they can be depends on no zone.
pub(super) static ANY_ZONE: LazyLock<LocalCalendar> = LazyLock::new(|| LocalCalendar::new(chrono_tz::UTC));

/// A mapping whose expressions have been read and found exact, as far as that is known without a file.
#[derive(Clone, Debug)]
pub struct Mapped {
    pub(super) kind: FactKind,
    pub(super) types: BTreeMap<String, Kind>,
    /// Typed columns used only by other facts of the row, which decide whether a file must have them.
    types_of_others: BTreeSet<String>,
    pub(super) definitions: Definitions,
    pub(super) lookups: Vec<KeyHere>,
    /// The conditions that a row must meet, all of them.
    pub(super) filters: Vec<Written>,
    /// The keys of facts: rows with equal keys are one fact.
    pub(super) keys: Vec<Written>,
    /// The keys of rows within a fact: rows with equal keys are copies.
    pub(super) distinct: Vec<Written>,
    pub(super) having: Option<Written>,
    pub(super) columns: Vec<(String, Written)>,
    /// Whether groups that are left out are named: rows that look them up say why they cannot be used.
    pub(super) names_left_out: bool,
}

/// A column of a file that the mapping cannot do without, and what it is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The place in the pipeline file, such as `columns.order_id`.
    pub key: String,
    /// The key that refers to it: the same, or that of a definition, such as `define.goods`.
    pub place: String,
    pub name: String,
    /// How much facts need what is made of it.
    pub need: Need,
}

impl Mapped {
    /// Reads the expressions of a mapping and refuses what can be refused before any file is read.
    ///
    /// # Errors
    /// Where an expression or a pattern of times is none, or may lose something.
    pub fn new(mapping: &Mapping, kind: FactKind) -> Result<Mapped, MappingFault> {
        Mapped::of_fact(mapping, &FactOfRow::default(), kind)
    }

    /// Reads the expressions of one of the facts that a row may give.
    pub(super) fn of_fact(mapping: &Mapping, own: &FactOfRow, kind: FactKind) -> Result<Mapped, MappingFault> {
        let mut types = BTreeMap::new();
        for (column, column_type) in &mapping.types {
            types.insert(column.clone(), Kind::new(column_type).ok_or_else(|| bad_pattern(column, column_type))?);
        }
        let definitions = Definitions::of(&mapping.define)?;
        let parse = |key: String, text| definitions.parse(key, text);
        let filters = mapping.filter.iter().chain(&own.filter).map(|text| parse("where".to_owned(), text));
        let filters = filters.collect::<Result<_, _>>()?;
        let is_common = |(canonical, _): &&(String, String)| own.columns.iter().all(|(name, _)| name != canonical);
        let columns = mapping
            .columns
            .iter()
            .filter(is_common)
            .chain(&own.columns)
            .map(|(canonical, text)| Ok((canonical.clone(), parse(format!("columns.{canonical}"), text)?)));
        let columns = columns.collect::<Result<_, MappingFault>>()?;
        let having = mapping.having.as_ref().map(|text| parse("having".to_owned(), text)).transpose()?;
        let keys = mapping.group_by.iter().map(|text| definitions.key("group_by", text)).collect();
        let distinct = mapping.distinct.iter().map(|text| definitions.key("distinct", text)).collect();
        let lookups = mapping.lookups.iter().map(|lookup| KeyHere::new(lookup, &definitions));
        let lookups = lookups.collect::<Result<_, _>>()?;
        let mapped = Mapped {
            kind,
            types,
            types_of_others: BTreeSet::new(),
            definitions,
            lookups,
            filters,
            keys,
            distinct,
            having,
            columns,
            names_left_out: false,
        };
        mapped.exact(&mapped.holds(), None, (&ANY_ZONE, b'.'))?;
        mapped.written().try_for_each(|written| mapped.check_taken(written))?;
        Ok(mapped)
    }

    /// Returns what `types` says that columns hold.
    pub(super) fn holds(&self) -> BTreeMap<String, ExprType> {
        self.types.iter().map(|(column, kind)| (column.clone(), kind.holds())).collect()
    }

    /// Returns the source columns that any expression refers to.
    pub(super) fn spoken_of(&self) -> impl Iterator<Item = &String> {
        self.written().flat_map(|written| written.needed.iter().chain(&written.optional))
    }

    /// Makes the mapping name the groups that are left out.
    pub(super) fn naming_left_out(self) -> Mapped {
        Mapped { names_left_out: true, ..self }
    }

    /// Takes note of the columns that all facts of a row refer to. Their values are judged for each of the facts: one
    /// that does not fit rejects the row.
    pub(super) fn beside_others(mut self, spoken_of: &BTreeSet<String>) -> Mapped {
        let own: BTreeSet<String> = self.spoken_of().cloned().collect();
        let is_of_others = |name: &&String| spoken_of.contains(*name) && !own.contains(*name);
        self.types_of_others = self.types.keys().filter(is_of_others).cloned().collect();
        self
    }

    /// Returns the source columns that the mapping refers to, by name; optional are those within `optional` only.
    pub(crate) fn wanted(&self) -> Vec<(String, Need)> {
        let in_file = |name: &&String| self.lookup_of(name).is_none();
        let optional: BTreeSet<&String> =
            self.written().flat_map(|written| &written.optional).filter(in_file).collect();
        let needed = self.written().flat_map(|written| &written.needed).filter(in_file);
        let mut wanted: BTreeMap<&String, Need> = needed.map(|name| (name, Need::Required)).collect();
        for name in optional {
            wanted.entry(name).or_insert(Need::Optional);
        }
        for name in self.types.keys() {
            let is_of_others = self.types_of_others.contains(name);
            wanted.entry(name).or_insert(if is_of_others { Need::Optional } else { Need::Required });
        }
        wanted.into_iter().map(|(name, need)| (name.clone(), need)).collect()
    }

    /// Returns the source columns that a file must have, for each thing that they are used for.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let keys = self.keys.iter().chain(&self.distinct).map(|key| (key, Need::Required));
        let columns = self.columns.iter().map(|(canonical, written)| {
            (written, contract::column(self.kind, canonical).map_or(Need::Optional, |column| column.need))
        });
        let filters = self.filters.iter().chain(&self.having).map(|written| (written, Need::Optional));
        let lookups = self.lookups.iter().map(|here| (&here.key, Need::Optional));
        let uses = keys.chain(columns).chain(filters).chain(lookups).flat_map(|(written, need)| {
            let used = move |name: &String| {
                let place = self.place_of(written, name).to_owned();
                Use { key: written.key.clone(), place, name: name.clone(), need }
            };
            written.needed.iter().map(used)
        });
        uses.filter(|used| self.lookup_of(&used.name).is_none()).collect()
    }

    pub(super) fn written(&self) -> impl Iterator<Item = &Written> {
        let lookups = self.lookups.iter().map(|here| &here.key);
        lookups
            .chain(&self.filters)
            .chain(&self.keys)
            .chain(&self.distinct)
            .chain(&self.having)
            .chain(self.columns.iter().map(|(_, written)| written))
    }

    /// Returns the source columns of ids that are made by an expression. An id that is a plain column is judged itself,
    /// and so is the id of a group.
    pub(super) fn parts_of_ids(&self) -> Vec<String> {
        let is_id = |canonical: &str| Meaning::of(canonical) == Meaning::Id;
        let ids = self.columns.iter().filter(|(canonical, _)| self.keys.is_empty() && is_id(canonical));
        ids.filter(|(_, written)| !matches!(written.expr, Expr::Column { .. }))
            .flat_map(|(_, own)| own.sources())
            .collect()
    }

    /// Returns the source columns that are ids as they are.
    pub(super) fn plain_ids(&self) -> Vec<String> {
        let ids = self.columns.iter().filter(|(canonical, _)| Meaning::of(canonical) == Meaning::Id);
        ids.filter(|(_, written)| matches!(written.expr, Expr::Column { .. }))
            .flat_map(|(_, own)| own.sources())
            .collect()
    }

    /// Returns the source columns that an expiry is made of.
    pub(super) fn expiries(&self) -> Vec<String> {
        let expiries = self.columns.iter().filter(|(canonical, _)| self.bare_date(canonical) == BareDate::End);
        expiries.flat_map(|(_, written)| written.sources()).collect()
    }

    /// Returns what a bare date means in the expression of a canonical column.
    pub(super) fn bare_date(&self, canonical: &str) -> BareDate {
        match contract::column(self.kind, canonical) {
            Some(column) if column.holds == contract::CanonicalType::ExpiryInstant => BareDate::End,
            _ => BareDate::Start,
        }
    }

    /// Returns the source columns that a reject of a canonical value names, and the expression that gave the value,
    /// where it is no plain column.
    pub(crate) fn source_columns(&self, canonical: &str) -> (Vec<String>, Option<&str>) {
        match self.columns.iter().find(|(name, _)| name == canonical) {
            Some((_, Written { expr: Expr::Column { name, .. }, .. })) => (vec![name.to_string()], None),
            Some((_, written)) => {
                let sources = written.sources();
                let sources = if sources.is_empty() { vec![written.text.clone()] } else { sources };
                (sources, Some(&written.text))
            }
            None => (vec![canonical.to_owned()], None),
        }
    }

    /// Returns the numbers of the canonical columns in the order of the file's columns that they are made of, the first
    /// of several.
    pub(crate) fn order_of_sources(&self, names: &[String]) -> Vec<usize> {
        let first = |at: &usize| {
            let sources = self.columns[*at].1.sources();
            sources.iter().filter_map(|source| names.iter().position(|name| name == source)).min()
        };
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by_cached_key(first);
        order
    }

    /// Makes every expression exact over columns of which this is known.
    pub(super) fn exact(
        &self,
        holds: &BTreeMap<String, ExprType>,
        names: Option<&[String]>,
        (zone, decimal): (&LocalCalendar, u8),
    ) -> Result<Plan, MappingFault> {
        for written in self.definitions.used_by(self.written()) {
            self.check_definition(written, holds, names, (zone, decimal))?;
        }
        let level = if self.keys.is_empty() { Level::Row } else { Level::Fact };
        let keys: Vec<&Expr> = self.keys.iter().map(|key| &key.expr).collect();
        let aggregations = RefCell::new(Vec::new());
        let scope = |level, bare_date| Scope {
            columns: holds,
            names,
            keys: &keys,
            level,
            context: ReadContext { zone, bare_date, decimal },
            aggregations: &aggregations,
        };
        let planned = |level, bare_date, name: &str, written: &Written| {
            let exact = scope(level, bare_date).exact(&written.expr).map_err(|reason| written.fault(reason))?;
            Ok(PlannedColumn {
                name: name.to_owned(),
                sources: written.named_sources(),
                node: exact.node,
                holds: exact.holds,
            })
        };
        let condition = |level, written: &Written| match planned(level, BareDate::Start, "", written)? {
            PlannedColumn { node, holds: ExprType::Bool | ExprType::Unknown, .. } => Ok(node),
            PlannedColumn { holds, .. } => Err(written.fault(Reason::NotCondition(holds))),
        };
        let filters = self.filters.iter().map(|filter| condition(Level::Row, filter));
        let filters = filters.collect::<Result<_, MappingFault>>()?;
        let having = self.having.as_ref().map(|having| condition(Level::Fact, having)).transpose()?;
        let of_rows = |keys: &[Written]| -> Result<Vec<PlannedColumn>, MappingFault> {
            keys.iter().map(|key| planned(Level::Row, BareDate::Start, &key.text, key)).collect()
        };
        let (keys, distinct) = (of_rows(&self.keys)?, of_rows(&self.distinct)?);
        let columns = self
            .columns
            .iter()
            .map(|(canonical, written)| planned(level, self.bare_date(canonical), canonical, written));
        let columns = columns.collect::<Result<_, MappingFault>>()?;
        let mut plan = Plan { filters, keys, distinct, having, columns, aggregations: aggregations.into_inner() };
        plan.share();
        Ok(plan)
    }
}

fn bad_pattern(column: &str, column_type: &ColumnType) -> MappingFault {
    let pattern = match column_type {
        ColumnType::Time(Some(pattern)) => pattern.clone(),
        _ => String::new(),
    };
    MappingFault::Pattern { column: column.to_owned(), pattern }
}
