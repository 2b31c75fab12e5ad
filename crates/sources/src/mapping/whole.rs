//! A whole mapping: the names that files have for its columns, and the facts that a row may give.

use crate::input::{FactOfRow, Format, Mapping};
use crate::mapping::aliases::Aliases;
use crate::mapping::columns::Reading;
use crate::mapping::fault::MappingFault;
use crate::mapping::file_rows::{FileRows, names_of};
use crate::mapping::lookup::LookupTable;
use crate::mapping::mapped::{Mapped, Use};
use crate::mapping::mapped_rows::MappedRows;
use crate::mapping::split::{SplitRows, Splitter};
use crate::raw::HeldBatch;
use crate::readers::{Members, Wanted};
use accrue_facts::columns::{Need, columns};
use accrue_facts::{FactKind, FileIndex, Reject};
use std::collections::{BTreeMap, BTreeSet};

/// The mapping of an input, its expressions read and found exact as far as that is known without a file.
#[derive(Clone, Debug)]
pub struct WholeMapping {
    aliases: Aliases,
    lookups: Vec<LookupTable>,
    split: Option<Splitter>,
    /// One for each fact that a row, or a group of rows, may give.
    facts: Vec<Mapped>,
}

/// What a mapping has made of files: the rows of each fact that a row may give, and the rejects in the order of files
/// and places, one a row.
pub(crate) struct WholeRows<'m> {
    pub facts: Vec<(FactRows<'m>, MappedRows)>,
    pub rejects: Vec<Reject>,
}

/// What tells the columns of a file from those of its facts.
pub(crate) struct FactRows<'m> {
    mapped: &'m Mapped,
    /// By file: aliases and the name that it has for each.
    found: BTreeMap<FileIndex, Vec<(String, String)>>,
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
        let facts = own.iter().map(|own| Mapped::of_fact(mapping, own, kind)).collect::<Result<Vec<_>, _>>()?;
        let spoken_of: BTreeSet<String> = facts.iter().flat_map(|fact| fact.spoken_of().cloned()).collect();
        let facts = facts.into_iter().map(|fact| fact.beside_others(&spoken_of)).collect();
        let split = mapping.split.as_ref().map(Splitter::new).transpose()?;
        let lookups = mapping.lookups.iter().map(|lookup| LookupTable::new(lookup, mapping, kind));
        let lookups = lookups.collect::<Result<_, _>>()?;
        Ok(WholeMapping { aliases: Aliases(mapping.aliases.clone()), lookups, split, facts })
    }

    /// Returns the look-ups whose rows must be read before the rows of the input are mapped.
    pub(crate) fn lookups(&self) -> &[LookupTable] {
        &self.lookups
    }

    /// Returns the columns that files must or may have, by name.
    pub(crate) fn wanted(&self) -> Vec<(String, Need)> {
        let mut wanted = self.aliases.in_files(self.spoken_of());
        // A file that has a column of that name is refused.
        wanted.extend(self.number().map(|number| (number.clone(), Need::Optional)));
        wanted
    }

    /// Returns what is wanted of a file: where rows of a fact are added up and nothing tells them apart, hashes of them
    /// too.
    pub(crate) fn wanted_of_file(&self, format: Format) -> Wanted {
        let counts_rows = |fact: &Mapped| fact.written().any(|written| written.expr.counts_rows());
        let hashes = self.facts.iter().any(|fact| fact.distinct.is_empty() && counts_rows(fact));
        let mut wanted = self.wanted();
        if format.is_json() {
            // The members of records have no order that tells which fault is the first: canonical columns have one.
            wanted.sort_by_cached_key(|(name, _)| self.first_use(self.aliases.spoken_name(name)));
        }
        Wanted { hashes, ..Wanted::of_file(wanted, format) }
    }

    /// Returns the place of the first canonical column, in the order of the contract, that is made of a column of
    /// files; the others come after them.
    fn first_use(&self, name: &str) -> usize {
        let is_made_of = |canonical: &str| {
            let made = self.facts.iter().flat_map(|fact| &fact.columns).filter(|(column, _)| column == canonical);
            made.flat_map(|(_, written)| written.sources()).any(|source| source == name)
        };
        let kind = self.facts.first().map(|fact| fact.kind);
        let mut columns = kind.into_iter().flat_map(columns);
        columns.position(|column| is_made_of(column.name)).unwrap_or(usize::MAX)
    }

    /// Returns the columns of files that expressions refer to, by name. A column is needed if any expression needs it.
    pub(crate) fn spoken_of(&self) -> Vec<(String, Need)> {
        let mut wanted: BTreeMap<String, Need> = BTreeMap::new();
        for (name, need) in self.facts.iter().flat_map(Mapped::wanted) {
            let own = wanted.entry(name).or_insert(need);
            if need == Need::Required {
                *own = need;
            }
        }
        if let Some(split) = &self.split {
            wanted.insert(split.column.clone(), Need::Required);
        }
        self.number().map(|number| wanted.remove(number));
        wanted.into_iter().collect()
    }

    /// Returns the columns that a file must have, for each thing that they are used for.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let split = self.split.iter().map(|split| Use {
            key: "split".to_owned(),
            place: "split".to_owned(),
            name: split.column.clone(),
            need: Need::Required,
        });
        let of_facts = self.facts.iter().flat_map(Mapped::uses).filter(|used| self.number() != Some(&used.name));
        split.chain(of_facts).collect()
    }

    /// Returns the name of the column of numbers that the mapping itself makes.
    fn number(&self) -> Option<&String> {
        self.split.as_ref()?.number.as_ref()
    }

    /// Returns the members of an NDJSON file under the names that expressions use.
    pub(crate) fn members(&self, members: Members) -> Members {
        self.aliases.count(members)
    }

    /// Brings the rows of a file, of which some lines could not be read as rows, into the form that expressions speak
    /// of.
    ///
    /// `file` is the file's index in `Facts::files`.
    ///
    /// # Errors
    /// Where the file has none of the names of an alias, or its cells cannot be split.
    pub(crate) fn prepare(
        &self,
        file: FileIndex,
        raw: Vec<HeldBatch>,
        unread: Vec<u64>,
    ) -> Result<FileRows, MappingFault> {
        let rows = self.aliases.rows(file, raw, unread, &self.spoken_of())?;
        let Some(split) = &self.split else { return Ok(rows) };
        let SplitRows { raw, faults } = split.applied(rows.raw)?;
        Ok(FileRows { raw, faults, ..rows })
    }

    /// Turns all rows of one file, or of several whose rows are put together, into rows of canonical columns, and
    /// rejects what does not fit.
    ///
    /// Each fact that a row may give is judged by itself.
    ///
    /// # Errors
    /// Where the files lack a column, or too many rows cannot be computed.
    pub(crate) fn map(&self, mut files: Vec<FileRows>, reading: &Reading<'_>) -> Result<WholeRows<'_>, MappingFault> {
        let found: BTreeMap<_, _> = files.iter().map(|rows| (rows.file, rows.found.clone())).collect();
        let names = names_of(&files);
        let (mut facts, mut rejects, mut rejected) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (at, mapped) in self.facts.iter().enumerate() {
            let is_last = at + 1 == self.facts.len();
            let files = if is_last { std::mem::take(&mut files) } else { files.clone() };
            let mut made = mapped.map(files, reading)?;
            let rows = FactRows { mapped, found: found.clone(), names: names.clone() };
            for mut reject in made.rejects.drain(..) {
                if rejected.insert((reject.file, reject.place)) {
                    reject.column = rows.in_file(reject.file, reject.column);
                    rejects.push(reject);
                }
            }
            facts.push((rows, made));
        }
        rejects.sort_by_key(|reject| (reject.file, reject.place));
        Ok(WholeRows { facts, rejects })
    }
}

impl FactRows<'_> {
    /// Makes a reject of a canonical value name the file's columns, and the expression that gave the value.
    pub(crate) fn name_sources(&self, reject: &mut Reject) {
        let (sources, expression) = self.mapped.source_columns(&reject.column);
        let sources: Vec<String> = sources.into_iter().map(|name| self.in_file(reject.file, name)).collect();
        reject.column = sources.join(", ");
        reject.expression = expression.map(str::to_owned);
        if let Some(expression) = expression {
            reject.message = format!("{} (given by `{expression}`)", reject.message);
        }
    }

    /// Returns the numbers of the canonical columns in the order of the files' columns that they are made of.
    pub(crate) fn order_of_sources(&self) -> Vec<usize> {
        self.mapped.order_of_sources(&self.names)
    }

    fn in_file(&self, file: FileIndex, name: String) -> String {
        let own = self.found.get(&file).into_iter().flatten().find(|(alias, _)| *alias == name);
        own.map_or(name, |(_, in_file)| in_file.clone())
    }
}
