//! Checks each definition of a mapping by itself, so that a fault names the definition and not the columns that use it.
//! Finds the shared definitions that a mapping uses.

use crate::input::Mapping;
use crate::mapping::definitions::{Definitions, named};
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::{Level, ReadContext, Scope};
use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::language::expr::Expr;
use crate::mapping::mapped::{ANY_ZONE, Mapped};
use crate::mapping::written::Written;
use accrue_facts::FactKind;
use accrue_facts::moment::BareDate;
use accrue_kernel::time::LocalCalendar;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Returns what is wrong with the definitions of a mapping, as far as that is known without a file; each fault with the
/// name of its definition.
pub fn definition_faults(mapping: &Mapping, kind: FactKind) -> Vec<(String, Reason)> {
    let definitions = match Definitions::new(&mapping.define) {
        Ok(definitions) => definitions,
        Err(faults) => return faults,
    };
    let spoken_of = definitions.spoken_of(mapping);
    let unused = definitions.in_order().map(|(name, _)| name).filter(|name| !spoken_of.contains(*name));
    let mut faults: Vec<_> = unused.map(|name| (name.clone(), Reason::Unused)).collect();
    let Mapping { types, lookups, group_by, distinct, define, .. } = mapping.clone();
    let alone = Mapping { types, lookups, group_by, distinct, define, ..Mapping::default() };
    // What is wrong with the other keys is not the definitions' fault.
    let Ok(mapped) = Mapped::new(&alone, kind) else { return faults };
    let holds = mapped.holds();
    let mut faulty = BTreeSet::new();
    for (name, written) in definitions.in_order() {
        if !written.named.is_disjoint(&faulty) {
            faulty.insert(name.clone());
        } else if let Err(fault) = mapped.check_definition(written, &holds, None, (&ANY_ZONE, b'.')) {
            faulty.insert(name.clone());
            faults.extend(fault.into_reason().map(|reason| (name.clone(), reason)));
        }
    }
    faults
}

/// Gives a mapping those of the definitions of several mappings that it refers to, by itself or by other definitions.
/// Its own definition of a name comes first.
pub fn with_shared(mapping: Mapping, shared: &[(String, String)]) -> Mapping {
    let own = mapping.define.iter().flat_map(|(_, text)| named(text));
    let mut open: Vec<String> = Definitions::default().spoken_of(&mapping).into_iter().chain(own).collect();
    let mut define = mapping.define.clone();
    while let Some(name) = open.pop() {
        let is_known = define.iter().any(|(known, _)| *known == name);
        if let Some((name, text)) = shared.iter().find(|(shared, _)| *shared == name && !is_known) {
            open.extend(named(text));
            define.push((name.clone(), text.clone()));
        }
    }
    Mapping { define, ..mapping }
}

impl Mapped {
    /// Checks a definition by itself, so that the fault names it and not the columns that refer to it.
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

    /// Returns the key that refers to a column of an expression: the expression's own, or that of a definition.
    pub(super) fn place_of<'a>(&'a self, written: &'a Written, column: &str) -> &'a str {
        let definitions = self.definitions.used_by(std::iter::once(written));
        let place = [written].into_iter().chain(definitions).find(|place| place.named.contains(column));
        &place.unwrap_or(written).key
    }
}
