//! Adjustment (SPEC 5.7): by a signed amount, or to a balance.

use super::debt;
use super::earn;
use super::entry::{Kind, Method};
use super::expiry;
use super::facts::{Adjustment, AdjustmentChange};
use super::lots::{Account, Cause, Grant};
use super::money::{Amount, Total};
use super::outcome::Outcome;
use super::program::ClawbackShare;
use super::redemption;
use super::state::State;
use super::terms::Terms;

/// Makes a lot of an amount above zero; takes one below zero like a redemption.
pub(crate) fn adjust<'a>(
    adjustment: &Adjustment<'a>,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let account = state.account(adjustment.currency, terms);
    let amount = match adjustment.change {
        AdjustmentChange::By(amount) => amount,
        AdjustmentChange::To(balance) => (Total::from(balance) - state.accounts()[account].balance()).saturate(),
    };
    if amount.is_positive() {
        add(adjustment, amount, terms, state.account_mut(account), cause, out);
    } else if amount.is_negative() {
        let (program, account) = (terms.program, state.account_mut(account));
        let order = program.redemption.order;
        let rest = redemption::spend(account, order, Kind::Adjust, cause, -amount, out, |_, _| ());
        if rest.is_positive() {
            debt::owe(account, program.carry_debt, Kind::Adjust, cause, rest, out);
        }
    }
}

fn add<'a>(
    adjustment: &Adjustment<'a>,
    amount: Amount,
    terms: &Terms<'_>,
    account: &mut Account<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let program = terms.program;
    let shared = || expiry::expires_at(program.shared_expiry(cause.at), cause.at, &program.zone);
    let expires_at = adjustment.expires_at.or_else(shared);
    let method = Method::Adjustment;
    let grant = Grant { method, amount, expires_at, clawback: ClawbackShare::None, rule: None };
    earn::give(grant, account, cause, out);
}
