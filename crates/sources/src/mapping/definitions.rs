//! Definitions of a mapping (`define`): a name stands for an expression in all others, as if that expression stood
//! there in parentheses.

use crate::input::{LookupFrom, Mapping};
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::{Level, ReadContext, Scope};
use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::language;
use crate::mapping::language::expr::Expr;
use crate::mapping::{Mapped, Written};
use accrue_facts::FactKind;
use accrue_facts::moment::BareDate;
use accrue_kernel::time::LocalCalendar;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The definitions of a mapping by their names. Their expressions are made of columns alone: other definitions stand in
/// the place of their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions {
    by_name: BTreeMap<String, Written>,
    /// Their names, each after those of the definitions that it speaks of.
    order: Vec<String>,
}

/// Tells whether expressions can speak of a name as it is: one plain word that is no word of SQL.
pub fn is_plain_name(name: &str) -> bool {
    let is_column = |expr| matches!(expr, Expr::Column { name: own, .. } if own == name);
    !name.contains('.') && language::parse(name).is_ok_and(is_column)
}

/// Returns what is wrong with the definitions of a mapping, as far as that is known without a file; each fault with the
/// name of its definition.
pub fn definition_faults(mapping: &Mapping, kind: FactKind) -> Vec<(String, Reason)> {
    let definitions = match Definitions::new(&mapping.define) {
        Ok(definitions) => definitions,
        Err(faults) => return faults,
    };
    let spoken_of = definitions.spoken_of(mapping);
    let unused = definitions.order.iter().filter(|name| !spoken_of.contains(*name));
    let mut faults: Vec<_> = unused.map(|name| (name.clone(), Reason::Unused)).collect();
    let Mapping { types, lookups, group_by, define, .. } = mapping.clone();
    let alone = Mapping { types, lookups, group_by, define, ..Mapping::default() };
    // What is wrong with the other keys is not the definitions' fault.
    let Ok(mapped) = Mapped::new(&alone, kind) else { return faults };
    let (zone, holds) = (LocalCalendar::new(chrono_tz::UTC), mapped.holds());
    let mut faulty = BTreeSet::new();
    for (name, written) in definitions.in_order() {
        if !written.named.is_disjoint(&faulty) {
            faulty.insert(name.clone());
        } else if let Err(fault) = mapped.check_definition(written, &holds, None, (&zone, b'.')) {
            faulty.insert(name.clone());
            faults.extend(fault.into_reason().map(|reason| (name.clone(), reason)));
        }
    }
    faults
}

impl Definitions {
    /// Reads the expressions of definitions.
    ///
    /// # Errors
    /// The first fault of [`Self::new`], as the fault of a mapping.
    pub(super) fn of(define: &[(String, String)]) -> Result<Definitions, MappingFault> {
        Definitions::new(define).map_err(|mut faults| {
            let (name, reason) = faults.swap_remove(0);
            let text = define.iter().find(|(own, _)| *own == name).map(|(_, text)| text.clone());
            MappingFault::Expression { key: place(&name), expression: text.unwrap_or_default(), reason }
        })
    }

    /// Reads the expressions of definitions, whatever their order.
    ///
    /// # Errors
    /// Where expressions are none, or are defined by themselves; each fault with the name of its definition.
    fn new(define: &[(String, String)]) -> Result<Definitions, Vec<(String, Reason)>> {
        let (mut open, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, text) in define {
            match language::parse(text) {
                Ok(expr) => drop(open.insert(name.as_str(), (text, expr))),
                Err(reason) => faults.push((name.clone(), reason)),
            }
        }
        let mut definitions = Definitions::default();
        // Each once all that it speaks of is there.
        let is_ready = |open: &BTreeMap<&str, (&String, Expr)>, expr: &Expr| {
            expr.column_names().iter().all(|name| !open.contains_key(name))
        };
        while let Some(name) = open.iter().find(|(_, (_, expr))| is_ready(&open, expr)).map(|(name, _)| *name) {
            let (text, _) = open.remove(name).expect("it was found there");
            match Written::parse(place(name), text, &definitions) {
                Ok(written) => {
                    definitions.by_name.insert(name.to_owned(), written);
                    definitions.order.push(name.to_owned());
                }
                Err(fault) => faults.extend(fault.into_reason().map(|reason| (name.to_owned(), reason))),
            }
        }
        let spoken_of = |name: &str| open.get(name).into_iter().flat_map(|(_, expr)| expr.column_names());
        faults.extend(circles(open.keys().copied().collect(), &spoken_of));
        if faults.is_empty() { Ok(definitions) } else { Err(faults) }
    }

    /// Returns the expression that a name stands for.
    pub(super) fn get(&self, name: &str) -> Option<&Expr> {
        self.by_name.get(name).map(|written| &written.expr)
    }

    /// Puts definitions in the place of their names.
    ///
    /// # Errors
    /// Where one stands within `optional`, or the expression grows too large.
    pub(super) fn filled_in(&self, expr: Expr) -> Result<Expr, Reason> {
        let mut optional = expr.columns().into_iter().filter(|(_, is_optional)| *is_optional);
        if let Some((name, _)) = optional.find(|(name, _)| self.by_name.contains_key(*name)) {
            return Err(Reason::OptionalDefinition(name.to_owned()));
        }
        language::filled_in(expr, |name| self.get(name))
    }

    /// Returns the definitions that expressions speak of, those among them that others speak of first.
    pub(super) fn used_by<'a>(&'a self, written: impl Iterator<Item = &'a Written>) -> Vec<&'a Written> {
        let mut open: Vec<&String> = written.flat_map(|written| &written.named).collect();
        let mut used = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(written) = self.by_name.get(name)
                && used.insert(name)
            {
                open.extend(&written.named);
            }
        }
        self.in_order().filter(|(name, _)| used.contains(name)).map(|(_, written)| written).collect()
    }

    fn in_order(&self) -> impl Iterator<Item = (&String, &Written)> {
        self.order.iter().map(|name| (name, &self.by_name[name]))
    }

    /// Returns what the expressions of a mapping and of its definitions name.
    fn spoken_of(&self, mapping: &Mapping) -> BTreeSet<String> {
        let (facts, lookups) = (&mapping.facts, &mapping.lookups);
        let filters = mapping.filter.iter().chain(facts.iter().filter_map(|fact| fact.filter.as_ref()));
        let columns = mapping.columns.iter().chain(facts.iter().flat_map(|fact| &fact.columns));
        let own_files = lookups.iter().filter(|lookup| matches!(lookup.from, LookupFrom::Own));
        let of_own_files = own_files.flat_map(|lookup| {
            let taken = lookup.take.iter().map(|(_, text)| text);
            lookup.filter.iter().chain([&lookup.there]).chain(taken)
        });
        let texts = filters.chain(&mapping.having).chain(&mapping.group_by).chain(columns.map(|(_, text)| text));
        let texts = texts.chain(lookups.iter().map(|lookup| &lookup.here)).chain(of_own_files);
        let named = |text: &String| match language::parse(text) {
            Ok(expr) => expr.column_names().into_iter().map(str::to_owned).collect(),
            Err(_) => BTreeSet::new(),
        };
        texts.flat_map(named).chain(self.by_name.values().flat_map(|written| written.named.clone())).collect()
    }
}

impl Mapped {
    /// Checks a definition by itself, so that the fault names it and not the columns that speak of it.
    pub(super) fn check_definition(
        &self,
        written: &Written,
        holds: &BTreeMap<String, ExprType>,
        names: Option<&[String]>,
        (zone, decimal): (&LocalCalendar, u8),
    ) -> Result<(), MappingFault> {
        self.check_taken(written)?;
        let keys: Vec<&Expr> = self.keys.iter().map(|key| &key.expr).collect();
        let scope = Scope {
            columns: holds,
            names,
            keys: &keys,
            level: if self.keys.is_empty() { Level::Row } else { Level::Fact },
            context: ReadContext { zone, bare_date: BareDate::Start, decimal },
            aggregations: &RefCell::default(),
        };
        scope.part(&written.expr).map(drop).map_err(|reason| written.fault(reason))
    }

    /// Returns where an expression speaks of a column: its own key, or that of a definition.
    pub(super) fn place_of<'a>(&'a self, written: &'a Written, column: &str) -> &'a str {
        let definitions = self.definitions.used_by(std::iter::once(written));
        let place = [written].into_iter().chain(definitions).find(|place| place.named.contains(column));
        &place.unwrap_or(written).key
    }
}

/// Returns where a definition stands in the pipeline file.
fn place(name: &str) -> String {
    format!("define.{name}")
}

/// Returns a fault for each circle of definitions; `names` are those that a circle keeps from being known.
fn circles<'d, Names: Iterator<Item = &'d str>>(
    names: BTreeSet<&'d str>,
    spoken_of: &dyn Fn(&str) -> Names,
) -> Vec<(String, Reason)> {
    let (mut circles, mut seen) = (Vec::new(), BTreeSet::new());
    for first in &names {
        // Each speaks of another that is not known, so the way ends where it has been.
        let mut way = vec![*first];
        let circle = loop {
            let last = way.last().expect("it has a beginning");
            let next = spoken_of(last).find(|name| names.contains(name)).expect("else it would be known");
            match way.iter().position(|name| *name == next) {
                Some(start) => break way[start..].iter().copied().chain([next]).collect::<Vec<_>>(),
                None => way.push(next),
            }
        };
        let is_new = circle.iter().all(|name| !seen.contains(name));
        seen.extend(circle.iter().copied());
        if is_new {
            circles.push((circle[0].to_owned(), Reason::Circle(circle.into_iter().map(str::to_owned).collect())));
        }
    }
    circles
}
