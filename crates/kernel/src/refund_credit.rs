//! Refund with store credit (docs/spec.md 5.6): a lot of the amount, switched on or off, for it was promised to a
//! customer.

use super::context::Context;
use super::currency::Currency;
use super::decision::Basis;
use super::earn;
use super::entry::Method;
use super::expiry;
use super::lots::Grant;
use super::money::Amount;
use super::program::ClawbackShare;
use super::trace::Trace;

/// Makes a `refund_credit` lot of an amount above zero.
pub(crate) fn give<'a, T: Trace<'a>>(
    amount: Amount,
    basis: Basis,
    currency: Currency,
    context: &mut Context<'_, '_, 'a, T>,
) {
    if amount.is_zero() {
        return;
    }
    let (program, source) = (context.compiled.program, &context.source);
    let expires_at = expiry::expires_at(program.refund_credit_expiry, source.at, &program.zone);
    let method = Method::RefundCredit;
    let grant = Grant { method, amount, expires_at, clawback: ClawbackShare::None, rule: None };
    let account = context.state.account(currency, context.compiled);
    earn::give(&grant, basis, context.state.account_mut(account), source, context.journal);
}
