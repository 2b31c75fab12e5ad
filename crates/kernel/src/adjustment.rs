//! Adjustment (SPEC 5.7): by a signed amount, or to a balance.

use super::context::Context;
use super::debt;
use super::earn;
use super::entry::{Kind, Method};
use super::expiry;
use super::facts::{Adjustment, AdjustmentChange};
use super::lots::{Account, Cause, Grant};
use super::money::{Amount, Total};
use super::outcome::Outcome;
use super::program::{ClawbackShare, Program};
use super::redemption;

/// Makes a lot of an amount above zero; takes one below zero like a redemption.
pub(crate) fn adjust<'a>(adjustment: &Adjustment<'a>, context: &mut Context<'_, 'a>) {
    let program = context.terms.program;
    let account = context.state.account(adjustment.currency, context.terms);
    let (account, cause, out) = (context.state.account_mut(account), &context.cause, &mut *context.out);
    let amount = match adjustment.change {
        AdjustmentChange::By(amount) => amount,
        AdjustmentChange::To(balance) => (Total::from(balance) - account.balance()).saturate(),
    };
    if amount.is_positive() {
        add(adjustment, amount, program, account, cause, out);
    } else if amount.is_negative() {
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
    program: &Program,
    account: &mut Account<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let shared = || expiry::expires_at(program.shared_expiry(cause.at), cause.at, &program.zone);
    let expires_at = adjustment.expires_at.or_else(shared);
    let method = Method::Adjustment;
    let grant = Grant { method, amount, expires_at, clawback: ClawbackShare::None, rule: None };
    earn::give(grant, account, cause, out);
}
