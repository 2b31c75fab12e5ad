//! The method `registration` (docs/spec.md 4): a fixed reward for registering.

use crate::decision::{Basis, Earned, RuleDecision};
use crate::money::Amount;

pub(crate) fn reward(fixed: Amount) -> RuleDecision {
    Ok(Earned { amount: fixed.into(), basis: Basis::Fixed })
}
