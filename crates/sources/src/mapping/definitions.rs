//! Definitions of a mapping (`define`) give names to expressions. Where another expression uses such a name, it is
//! computed as if the named expression were written there in parentheses.

use crate::input::{LookupFrom, Mapping};
use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::language;
use crate::mapping::language::expr::Expr;
use crate::mapping::written::Written;
use std::collections::{BTreeMap, BTreeSet};

/// The definitions of a mapping by their names. Their expressions contain columns only: the names of other definitions
/// have been replaced by the expressions of these.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions {
    by_name: BTreeMap<String, Written>,
    /// Their names, each after those of the definitions that it refers to.
    order: Vec<String>,
}

/// Tells whether expressions can use a name without quotes: it is one plain word, and no word of SQL.
pub fn is_plain_name(name: &str) -> bool {
    let is_column = |expr| matches!(expr, Expr::Column { name: own, .. } if own == name);
    !name.contains('.') && language::parse(name).is_ok_and(is_column)
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
    pub(super) fn new(define: &[(String, String)]) -> Result<Definitions, Vec<(String, Reason)>> {
        let (mut open, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, text) in define {
            match language::parse(text) {
                Ok(expr) => drop(open.insert(name.as_str(), (text, expr))),
                Err(reason) => faults.push((name.clone(), reason)),
            }
        }
        let mut definitions = Definitions::default();
        // Each once all that it refers to is there.
        let is_ready = |open: &BTreeMap<&str, (&String, Expr)>, expr: &Expr| {
            expr.column_names().iter().all(|name| !open.contains_key(name))
        };
        while let Some(name) = open.iter().find(|(_, (_, expr))| is_ready(&open, expr)).map(|(name, _)| *name) {
            let (text, _) = open.remove(name).expect("it was found there");
            match definitions.parse(place(name), text) {
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

    /// Returns the expression of a definition by its name.
    pub(super) fn get(&self, name: &str) -> Option<&Expr> {
        self.by_name.get(name).map(|written| &written.expr)
    }

    /// Reads an expression that is at a key.
    ///
    /// # Errors
    /// Where it is none, or grows too large with the definitions that it refers to.
    pub(super) fn parse(&self, key: String, text: &str) -> Result<Written, MappingFault> {
        let read = language::parse(text).and_then(|own| {
            let named = own.column_names().into_iter().map(str::to_owned).collect();
            Ok((named, self.filled_in(own)?))
        });
        match read {
            Ok((named, expr)) => Ok(Written::new(key, text, named, expr)),
            Err(reason) => Err(MappingFault::Expression { key, expression: text.to_owned(), reason }),
        }
    }

    /// Reads a key of facts or rows: the name of a column, whatever its characters, perhaps within `optional`,
    /// a definition, or an expression that calls a function.
    pub(super) fn key(&self, place: &str, text: &str) -> Written {
        match self.parse(place.to_owned(), text) {
            Ok(written) if written.expr.is_call() || is_optional(&written.expr) || self.get(text).is_some() => written,
            _ => {
                let column = Expr::Column { name: text.to_owned(), is_optional: false };
                Written::new(place.to_owned(), text, BTreeSet::from([text.to_owned()]), column)
            }
        }
    }

    /// Puts definitions in the place of their names.
    ///
    /// # Errors
    /// Where one is within `optional`, or the expression grows too large.
    fn filled_in(&self, expr: Expr) -> Result<Expr, Reason> {
        let mut optional = expr.columns().into_iter().filter(|(_, is_optional)| *is_optional);
        if let Some((name, _)) = optional.find(|(name, _)| self.by_name.contains_key(*name)) {
            return Err(Reason::OptionalDefinition(name.to_owned()));
        }
        language::filled_in(expr, |name| self.get(name))
    }

    /// Returns the definitions that expressions refer to, those among them that others refer to first.
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

    pub(super) fn in_order(&self) -> impl Iterator<Item = (&String, &Written)> {
        self.order.iter().map(|name| (name, &self.by_name[name]))
    }

    /// Returns what the expressions of a mapping and of its definitions name.
    pub(super) fn spoken_of(&self, mapping: &Mapping) -> BTreeSet<String> {
        let (facts, lookups) = (&mapping.facts, &mapping.lookups);
        let filters = mapping.filter.iter().chain(facts.iter().filter_map(|fact| fact.filter.as_ref()));
        let columns = mapping.columns.iter().chain(facts.iter().flat_map(|fact| &fact.columns));
        let own_files = lookups.iter().filter(|lookup| matches!(lookup.from, LookupFrom::Own));
        let of_own_files = own_files.flat_map(|lookup| {
            let taken = lookup.take.iter().map(|(_, text)| text);
            lookup.filter.iter().chain([&lookup.there]).chain(taken)
        });
        let keys = mapping.group_by.iter().chain(&mapping.distinct);
        let texts = filters.chain(&mapping.having).chain(keys).chain(columns.map(|(_, text)| text));
        let texts = texts.chain(lookups.iter().map(|lookup| &lookup.here)).chain(of_own_files);
        texts
            .flat_map(|text| named(text))
            .chain(self.by_name.values().flat_map(|written| written.named.clone()))
            .collect()
    }
}

/// Returns the names in an expression; none where it is no expression.
pub(super) fn named(text: &str) -> BTreeSet<String> {
    let names = |expr: Expr| expr.column_names().into_iter().map(str::to_owned).collect();
    language::parse(text).map(names).unwrap_or_default()
}

/// Returns where a definition is in the pipeline file.
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
        // Each refers to another that is not known, so the way ends where it has been.
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
fn is_optional(expr: &Expr) -> bool {
    matches!(expr, Expr::Column { is_optional: true, .. })
}
