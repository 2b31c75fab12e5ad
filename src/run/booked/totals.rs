//! What the balances of all people come to, as the last run has told it: a run that visits few knows no other way.

use crate::book::RunRecord;
use crate::kernel::currency::Currency;
use crate::kernel::money::Total;
use crate::reports::tally::Standing;
use serde::Deserialize;
use std::collections::BTreeMap;

pub type Totals = BTreeMap<Currency, Standing>;

/// What is wanted of a summary.
#[derive(Deserialize)]
struct Told {
    balances: Vec<Balance>,
}

#[derive(Deserialize)]
struct Balance {
    currency: String,
    people: u64,
    after: String,
}

/// Reads the summary in a run's record.
pub fn told_by(run: &RunRecord) -> Option<Totals> {
    let Told { balances } = Told::deserialize(&run.summary).ok()?;
    let of_currency = |told: Balance| {
        let currency = Currency::from_code(&told.currency)?;
        Some((currency, Standing { people: told.people, balance: Total::parse(&told.after, currency)? }))
    };
    balances.into_iter().map(of_currency).collect()
}
