//! Columns that files call differently: an alias of the mapping stands for whichever of its names a file has.
//!
//! In each row the first of the names that has a value counts: the objects of an NDJSON file may use different names.

use crate::mapping::fault::MappingFault;
use crate::mapping::file_rows::FileRows;
use crate::raw::{HeldBatch, RawBatch};
use crate::readers::Members;
use accrue_facts::FileIndex;
use accrue_facts::columns::Need;
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::is_not_null;
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The aliases of a mapping, each with the names that it stands for, the first preferred.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases(pub(super) Vec<(String, Vec<String>)>);

impl Aliases {
    /// Returns the columns that expressions use, with their needs, where each alias is replaced by the names that files
    /// may have for it.
    pub(super) fn in_files(&self, wanted: Vec<(String, Need)>) -> Vec<(String, Need)> {
        let mut in_files = BTreeMap::new();
        for (name, need) in wanted {
            match self.names(&name) {
                // `applied` looks at which of them a file has.
                Some(names) => in_files.extend(names.iter().map(|name| (name.clone(), Need::Optional))),
                None => drop(in_files.insert(name, need)),
            }
        }
        in_files.into_iter().collect()
    }

    /// Returns the name by which expressions speak of a column of a file.
    pub(super) fn spoken_name<'n>(&'n self, in_file: &'n str) -> &'n str {
        let has_it = |(_, names): &&(String, Vec<String>)| names.iter().any(|name| name == in_file);
        self.0.iter().find(has_it).map_or(in_file, |(alias, _)| alias)
    }

    /// Counts an alias as a member of the objects that have one of its names.
    pub(super) fn count(&self, members: Members) -> Members {
        let mut counted = members;
        for (alias, names) in &self.0 {
            let most = names.iter().filter_map(|name| counted.counts.get(name)).max_by_key(|count| count.values);
            if let Some(most) = most.copied() {
                counted.counts.insert(alias.clone(), most);
            }
        }
        counted
    }

    /// Brings the rows of a file, of which some lines could not be read as rows, under the names that expressions use.
    ///
    /// # Errors
    /// Where the file has none of the names of an alias that `wanted` needs.
    pub(super) fn rows(
        &self,
        file: FileIndex,
        raw: Vec<HeldBatch>,
        unread: Vec<u64>,
        wanted: &[(String, Need)],
    ) -> Result<FileRows, MappingFault> {
        let found = self.found(&raw.first().map(HeldBatch::names).unwrap_or_default());
        Ok(FileRows { file, raw: self.applied(raw, wanted)?, faults: Vec::new(), unread, found })
    }

    /// Gives the columns of a file the names that expressions use for them.
    ///
    /// # Errors
    /// Where a file has none of the names of an alias that `wanted` needs.
    fn applied(&self, raw: Vec<HeldBatch>, wanted: &[(String, Need)]) -> Result<Vec<HeldBatch>, MappingFault> {
        let Some(first) = raw.first() else { return Ok(raw) };
        let has = first.names();
        let is_needed = |alias: &String| wanted.contains(&(alias.clone(), Need::Required));
        let is_absent = |names: &[String]| names.iter().all(|name| !has.contains(name));
        if let Some((alias, names)) = self.0.iter().find(|(alias, names)| is_needed(alias) && is_absent(names)) {
            return Err(MappingFault::NoAlias { alias: alias.clone(), names: names.clone() });
        }
        if self.0.is_empty() {
            return Ok(raw);
        }
        let renamed = |batch: HeldBatch| {
            let (batch, is_packed) = batch.taken();
            Ok(self.renamed(batch)?.held(is_packed))
        };
        raw.into_iter().map(renamed).collect()
    }

    /// Returns each alias for which a file has exactly one of the names, with that name.
    fn found(&self, has: &[String]) -> Vec<(String, String)> {
        let only = |(alias, names): &(String, Vec<String>)| {
            let mut own = names.iter().filter(|name| has.contains(name));
            own.next().filter(|_| own.next().is_none()).map(|name| (alias.clone(), name.clone()))
        };
        self.0.iter().filter_map(only).collect()
    }

    fn names(&self, alias: &str) -> Option<&[String]> {
        self.0.iter().find(|(name, _)| name == alias).map(|(_, names)| names.as_slice())
    }

    /// Puts a column for each alias in the place of the first of its names.
    fn renamed(&self, batch: RawBatch) -> Result<RawBatch, MappingFault> {
        let schema = batch.columns.schema();
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for (field, array) in schema.fields().iter().zip(batch.columns.columns()) {
            let stands_for = |(_, names): &&(String, Vec<String>)| names.contains(field.name());
            for (alias, names) in self.0.iter().filter(stands_for) {
                let first = schema.fields().iter().find(|field| names.contains(field.name()));
                if first == Some(field) {
                    let own: Vec<&ArrayRef> =
                        names.iter().filter_map(|name| batch.columns.column_by_name(name)).collect();
                    let array = first_values(&own).map_err(|_| MappingFault::unreadable(alias))?;
                    fields.push(Field::new(alias, array.data_type().clone(), true));
                    arrays.push(array);
                }
            }
            if self.0.iter().all(|(alias, _)| alias != field.name()) {
                fields.push(field.as_ref().clone());
                arrays.push(array.clone());
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.places.len()));
        let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options);
        Ok(RawBatch { columns: columns.map_err(|_| MappingFault::unreadable("*"))?, places: batch.places })
    }
}

/// Returns, row by row, the first value that is not null.
fn first_values(columns: &[&ArrayRef]) -> Result<ArrayRef, ArrowError> {
    let (first, others) = columns.split_first().expect("a name that the file has");
    others.iter().try_fold(ArrayRef::clone(first), |values, next| zip(&is_not_null(&values)?, &values, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::tests::{batch, shown};

    fn gateway() -> Aliases {
        let names = ["Payment Method", "Gateway"].map(str::to_owned).to_vec();
        Aliases(vec![("gateway".to_owned(), names)])
    }

    fn applied(table: &str) -> Result<(Vec<String>, Vec<String>), String> {
        let wanted = [("gateway".to_owned(), Need::Required)];
        let raw = gateway().applied(vec![batch(table).held(false)], &wanted).map_err(|fault| fault.to_string())?;
        Ok((raw[0].names(), shown(&raw[0])))
    }

    #[test]
    fn an_alias_is_the_column_that_a_file_has() {
        let (names, rows) = applied("no,Gateway\n1,paypal\n").unwrap();
        assert_eq!(
            (names, rows),
            (vec!["no".into(), "gateway".into(), "Gateway".into()], vec!["2: 1|paypal|paypal".into()])
        );
    }

    #[test]
    fn of_two_columns_the_first_name_with_a_value_counts_in_each_row() {
        let (names, rows) = applied("Gateway,no,Payment Method\npaypal,1,Card\nbank,2,_\n").unwrap();
        assert_eq!(names, ["gateway", "Gateway", "no", "Payment Method"]);
        assert_eq!(rows, ["2: Card|paypal|1|Card", "3: bank|bank|2|_"]);
    }

    #[test]
    fn a_file_with_none_of_the_names_is_refused_with_all_of_them() {
        assert_eq!(
            applied("no,Gate\n1,x\n").unwrap_err(),
            "has none of the columns `Payment Method`, `Gateway`, which the mapping calls `gateway`"
        );
    }
}
