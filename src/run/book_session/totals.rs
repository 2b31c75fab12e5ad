//! The balances of all people after the last run, from its record: a run that visits only affected people adds to them.

use crate::book::{RunRecord, SeenBalance};
use crate::kernel::currency::Currency;
use crate::kernel::money::WideAmount;
use crate::reports::tally::{BalanceSum, TotalBalance};
use std::collections::BTreeMap;

pub(crate) type Totals = BTreeMap<Currency, TotalBalance>;

/// Reads what a run's record remembers of all balances; `None` where it is of a version that did not.
pub(crate) fn told_by(run: &RunRecord) -> Option<Totals> {
    let balances = run.remembered.as_ref()?.balances.as_ref()?;
    let of_currency = |seen: &SeenBalance| {
        let currency = Currency::from_code(&seen.currency)?;
        Some((currency, TotalBalance { people: seen.people, balance: WideAmount::parse(&seen.balance, currency)? }))
    };
    balances.iter().map(of_currency).collect()
}

/// Returns all balances as a record remembers them.
pub(crate) fn remembered(balances: &[BalanceSum]) -> Vec<SeenBalance> {
    let seen = |sum: &BalanceSum| SeenBalance {
        currency: sum.currency.code().to_owned(),
        people: sum.people,
        balance: sum.amount.display(sum.currency).to_string(),
    };
    balances.iter().map(seen).collect()
}
