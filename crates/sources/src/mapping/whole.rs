//! A whole mapping: the names that files have for its columns, and the facts that a row may give.

use crate::input::{FactOfRow, Mapping};
use crate::mapping::aliases::Aliases;
use crate::mapping::{LookupTable, Mapped, MappedRows, MappingFault, Reading, Use};
use crate::raw::RawBatch;
use crate::readers::Members;
use accrue_facts::columns::Need;
use accrue_facts::{FactKind, Reject};
use std::collections::{BTreeMap, BTreeSet};

/// The mapping of an input, its expressions read and found exact as far as that is known without a file.
#[derive(Clone, Debug)]
pub struct WholeMapping {
    aliases: Aliases,
    lookups: Vec<LookupTable>,
    /// One for each fact that a row, or a group of rows, may give.
    facts: Vec<Mapped>,
}

/// What a mapping has made of a file: the rows of each fact that a row may give, and the rejects in the order of their
/// places, one a row.
pub(crate) struct WholeRows<'m> {
    pub facts: Vec<(FactRows<'m>, MappedRows)>,
    pub rejects: Vec<Reject>,
}

/// What tells the columns of a file from those of its facts.
pub(crate) struct FactRows<'m> {
    mapped: &'m Mapped,
    /// Aliases and the name that the file has for each.
    found: Vec<(String, String)>,
    names: Vec<String>,
}

impl WholeMapping {
    /// Reads the expressions of a mapping and refuses what can be refused before any file is read.
    ///
    /// # Errors
    /// Where an expression or a pattern of times is none, or may lose something.
    pub fn new(mapping: &Mapping, kind: FactKind) -> Result<WholeMapping, MappingFault> {
        let only = [FactOfRow::default()];
        let own = if mapping.facts.is_empty() { &only } else { mapping.facts.as_slice() };
        let facts = own.iter().map(|own| Mapped::of_fact(mapping, own, kind)).collect::<Result<_, _>>()?;
        let lookups = mapping.lookups.iter().map(|lookup| LookupTable::new(lookup, mapping, kind));
        let lookups = lookups.collect::<Result<_, _>>()?;
        Ok(WholeMapping { aliases: Aliases(mapping.aliases.clone()), lookups, facts })
    }

    /// Returns the look-ups whose rows must be read before the rows of the input are mapped.
    pub(crate) fn lookups(&self) -> &[LookupTable] {
        &self.lookups
    }

    /// Returns the columns that files must or may have, by name.
    pub(crate) fn wanted(&self) -> Vec<(String, Need)> {
        self.aliases.in_files(self.spoken_of())
    }

    /// Returns the columns that expressions speak of, by name: those that any needs are needed.
    pub(crate) fn spoken_of(&self) -> Vec<(String, Need)> {
        let mut wanted: BTreeMap<String, Need> = BTreeMap::new();
        for (name, need) in self.facts.iter().flat_map(Mapped::wanted) {
            let own = wanted.entry(name).or_insert(need);
            if need == Need::Required {
                *own = need;
            }
        }
        wanted.into_iter().collect()
    }

    /// Returns the columns that a file must have, for each thing that they are used for.
    pub(crate) fn uses(&self) -> Vec<Use> {
        self.facts.iter().flat_map(Mapped::uses).collect()
    }

    /// Returns the members of an NDJSON file under the names that expressions use.
    pub(crate) fn members(&self, members: Members) -> Members {
        self.aliases.count(members)
    }

    /// Turns all rows of one file into rows of canonical columns, and rejects what does not fit.
    ///
    /// `file` is the file's index in `Facts::files`. Each fact that a row may give is judged by itself.
    ///
    /// # Errors
    /// Where the file lacks a column, or too many rows cannot be computed.
    pub(crate) fn map(
        &self,
        file: u32,
        raw: Vec<RawBatch>,
        reading: &Reading<'_>,
    ) -> Result<WholeRows<'_>, MappingFault> {
        let found = self.aliases.found(&raw.first().map(RawBatch::names).unwrap_or_default());
        let raw = self.aliases.applied(raw, &self.spoken_of())?;
        let names = raw.first().map(RawBatch::names).unwrap_or_default();
        let (mut facts, mut rejects, mut rejected) = (Vec::new(), Vec::new(), BTreeSet::new());
        for mapped in &self.facts {
            let mut made = mapped.map(file, &raw, reading)?;
            let rows = FactRows { mapped, found: found.clone(), names: names.clone() };
            for mut reject in made.rejects.drain(..) {
                if rejected.insert(reject.place) {
                    reject.column = rows.in_file(reject.column);
                    rejects.push(reject);
                }
            }
            facts.push((rows, made));
        }
        rejects.sort_by_key(|reject| reject.place);
        Ok(WholeRows { facts, rejects })
    }
}

impl FactRows<'_> {
    /// Returns what a reject of a canonical value names: the file's column, or the expression that gave the value.
    pub(crate) fn source_column(&self, canonical: &str) -> String {
        self.in_file(self.mapped.source_column(canonical))
    }

    /// Returns the numbers of the canonical columns in the order of the file's columns that they are made of.
    pub(crate) fn order_of_sources(&self) -> Vec<usize> {
        self.mapped.order_of_sources(&self.names)
    }

    fn in_file(&self, name: String) -> String {
        self.found.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, in_file)| in_file.clone())
    }
}
