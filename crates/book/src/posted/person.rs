//! What runs have posted to one person: the rows of the ledger, and the run of each.

use super::super::{Book, BookError, TableName};
use super::{PostedRange, columns};
use accrue_delta::Reading;
use accrue_kernel::entry::Entry;
use arrow::array::AsArray;
use std::path::Path;
use std::sync::Arc;

/// The rows of one person.
#[derive(Default)]
pub struct PersonPostings {
    range: PostedRange,
    run_ids: Vec<String>,
}

impl Book {
    /// Reads all that was ever posted to a person.
    ///
    /// # Errors
    /// Where a row group cannot be read, or has a row that is no posting.
    pub fn postings_of(&self, customer_id: &str) -> Result<PersonPostings, BookError> {
        let mut postings = PersonPostings::default();
        let Some(ledger) = self.table(TableName::Ledger) else { return Ok(postings) };
        for file in ledger.files() {
            postings.add(&ledger.place(file), customer_id)?;
        }
        Ok(postings)
    }
}

impl Book {
    /// Returns the ids of the people to whom runs have posted something of one of these sources, each with the id of
    /// the run; in the order of the ledger's rows.
    ///
    /// # Errors
    /// Where a file of the ledger cannot be read.
    pub fn people_posted_by(&self, source_ids: &[String]) -> Result<Vec<(String, String)>, BookError> {
        let mut found = Vec::new();
        let Some(ledger) = self.table(TableName::Ledger) else { return Ok(found) };
        for file in ledger.files() {
            let columns = ["customer_id", "source_id", "run_id"];
            let reading = Reading::open(&ledger.place(file), TableName::Ledger.fields())?;
            for batch in reading.batches(&columns, |rows| rows)? {
                let batch = batch?;
                let text = |name: &str| batch.column_by_name(name).expect("it was asked for").as_string::<i32>();
                let [people, sources, runs] = columns.map(text);
                let rows = (0..batch.num_rows()).filter(|&row| source_ids.iter().any(|id| id == sources.value(row)));
                found.extend(rows.map(|row| (people.value(row).to_owned(), runs.value(row).to_owned())));
            }
        }
        Ok(found)
    }
}

impl PersonPostings {
    /// Returns the rows, each with the id of the run that has posted it, in no particular order.
    pub fn rows(&self) -> Vec<(&str, Entry<'_>)> {
        let mut entries = Vec::new();
        if !self.run_ids.is_empty() {
            self.range.fill(0, &mut entries);
        }
        self.run_ids.iter().map(String::as_str).zip(entries).collect()
    }

    /// Returns the ids of the rules that the rows name by index.
    pub fn rules(&self) -> &[String] {
        self.range.rules()
    }

    fn add(&mut self, path: &Path, customer_id: &str) -> Result<(), BookError> {
        for (source, ends) in columns::sources(path)? {
            let may_have = ends.is_none_or(|(first, last)| (first.as_str()..=last.as_str()).contains(&customer_id));
            if !may_have {
                continue;
            }
            let rows = source.read()?;
            let own = rows.rows_of_one(customer_id);
            if !own.is_empty() {
                self.run_ids.extend(source.run_ids(own.clone())?);
                self.range.add(Arc::new(rows), own);
            }
        }
        Ok(())
    }
}
