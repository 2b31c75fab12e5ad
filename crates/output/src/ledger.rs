//! The ledger's columns (docs/spec.md 6), and the rows of some people in them. Amounts are ten-thousandths, times
//! microseconds since 1970.

use super::columns::{Column, Field, Holds, Key, Labels, Rows, Runs, Texts, Values};
use super::numbering::{Ids, Instants};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method, OriginId, SourceId};
use accrue_kernel::program::RuleIndex;
use accrue_kernel::time::Timestamp;

/// The columns of docs/spec.md 6, in that order.
pub const FIELDS: &[Field] = &[
    Field::new("customer_id", Holds::Text).sorted(),
    Field::new("currency", Holds::Text),
    Field::new("kind", Holds::Text),
    Field::new("source_id", Holds::Text),
    Field::new("method", Holds::Text),
    Field::new("origin_id", Holds::Text),
    Field::new("amount", Holds::Amount),
    Field::new("effective_at", Holds::Time),
    Field::new("expires_at", Holds::Time).or_null(),
    Field::new("rule", Holds::Text).or_null(),
    Field::new("posted_at", Holds::Time),
    Field::new("run_id", Holds::Text),
];

/// What all postings of a run have in common.
pub struct RunStamp {
    /// The name of the run: see [`RunName`](crate::run_name::RunName).
    pub run_id: String,
    /// When the run was posted: the clock, read once.
    pub posted_at: Timestamp,
    /// The same two values as column values.
    run_id_text: Texts,
    posted_at_micros: [i64; 1],
}

/// The ledger rows of some people, column by column; cleared and filled again.
#[derive(Default)]
pub struct LedgerRows {
    customer_id: Runs,
    currency: Labels,
    kind: Labels,
    ids: Ids,
    source_id: Vec<Option<Key>>,
    method: Labels,
    origin_id: Vec<Option<Key>>,
    amount: Vec<i64>,
    effective_at: Vec<i64>,
    expires_at: Instants,
    rule: Labels,
}

impl RunStamp {
    /// Returns the stamp of a run.
    pub fn new(run_id: String, posted_at: Timestamp) -> RunStamp {
        let run_id_text = [run_id.as_str()].into_iter().collect();
        RunStamp { run_id, posted_at, run_id_text, posted_at_micros: [posted_at.micros()] }
    }
}

impl LedgerRows {
    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.customer_id.clear();
        self.currency.clear();
        self.kind.clear();
        self.ids.clear();
        self.source_id.clear();
        self.method.clear();
        self.origin_id.clear();
        self.amount.clear();
        self.effective_at.clear();
        self.expires_at.clear();
        self.rule.clear();
    }

    /// Adds the entries of one person. People must come in rising order of their ids. `rules` has the rule ids that
    /// entries name by index.
    ///
    /// # Panics
    /// Where an entry names a rule that `rules` does not have.
    pub fn push(&mut self, customer_id: &str, entries: &[Entry<'_>], rules: &[String]) {
        self.customer_id.push(customer_id, entries.len());
        self.push_ids(entries);
        let some = |place: usize| Some(place);
        self.currency.extend(entries.iter().map(|entry| some(entry.currency.index())), Currency::code_at);
        self.kind.extend(entries.iter().map(|entry| some(entry.kind as usize)), |kind| Kind::ALL[kind].name());
        self.method
            .extend(entries.iter().map(|entry| some(entry.method as usize)), |method| Method::ALL[method].name());
        self.amount.extend(entries.iter().map(|entry| entry.amount.ten_thousandths(entry.currency)));
        self.effective_at.extend(entries.iter().map(|entry| entry.effective_at.micros()));
        self.expires_at.extend(entries.iter().map(|entry| entry.expires_at.map(Timestamp::micros)));
        self.rule.extend(entries.iter().map(|entry| entry.rule.map(RuleIndex::index)), |rule| &rules[rule]);
    }

    /// Returns the rows, to be encoded, with the stamp of the run that posts them.
    pub fn rows<'r>(&'r self, stamp: &'r RunStamp) -> Rows<'r> {
        let ids = Values::Texts(self.ids.texts());
        let columns = vec![
            self.customer_id.column(),
            self.currency.column(),
            self.kind.column(),
            Column::Keys(&self.source_id, ids),
            self.method.column(),
            Column::Keys(&self.origin_id, ids),
            Column::Numbers(&self.amount),
            Column::Numbers(&self.effective_at),
            self.expires_at.column(),
            self.rule.column(),
            Column::Same(Values::Numbers(&stamp.posted_at_micros)),
            Column::Same(Values::Texts(&stamp.run_id_text)),
        ];
        Rows { count: self.amount.len(), columns }
    }

    fn push_ids(&mut self, entries: &[Entry<'_>]) {
        self.ids.begin_person();
        let (mut last, mut key) = (None, None);
        for Entry { source_id: SourceId(source), origin_id: OriginId(origin), .. } in entries {
            // Entries of one event follow each other.
            if last != Some(source) {
                key = Some(self.ids.key(*source));
                last = Some(source);
            }
            self.source_id.push(key);
            self.origin_id.push(if origin == source { key } else { Some(self.ids.key(*origin)) });
        }
    }
}
