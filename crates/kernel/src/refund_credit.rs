//! Refund with store credit (SPEC 5.6): a lot of the amount, switched on or off, for it was promised to a customer.

use super::currency::Currency;
use super::earn;
use super::entry::Method;
use super::expiry;
use super::lots::{Cause, Grant};
use super::money::Amount;
use super::outcome::Outcome;
use super::program::ClawbackShare;
use super::state::State;
use super::terms::Terms;

/// Makes a `refund_credit` lot of an amount above zero.
pub(crate) fn give<'a>(
    amount: Amount,
    currency: Currency,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    if amount.is_zero() {
        return;
    }
    let program = terms.program;
    let expires_at = expiry::expires_at(program.refund_credit_expiry, cause.at, &program.zone);
    let method = Method::RefundCredit;
    let grant = Grant { method, amount, expires_at, clawback: ClawbackShare::None, rule: None };
    let account = state.account(currency, terms);
    earn::give(grant, state.account_mut(account), cause, out);
}
