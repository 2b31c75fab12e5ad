//! Adjustments (docs/spec.md 5.7): credit given or taken by hand, as a signed amount or as the balance to reach.

use super::context::Context;
use super::debt;
use super::decision::Basis;
use super::earn;
use super::entry::{Kind, Method};
use super::expiry;
use super::facts::{Adjustment, AdjustmentChange};
use super::journal::Journal;
use super::lots::{Account, EntrySource, Grant};
use super::money::{Amount, WideAmount};
use super::program::{ClawbackShare, Program};
use super::redemption;
use super::trace::{Decision, Trace};

/// Makes a lot of an amount above zero; takes one below zero like a redemption.
pub(crate) fn adjust<'a, T: Trace<'a>>(adjustment: &Adjustment<'a>, context: &mut Context<'_, '_, 'a, T>) {
    let program = context.compiled.program;
    let account = context.state.account(adjustment.currency, context.compiled);
    let (account, source, journal) = (context.state.account_mut(account), &context.source, &mut *context.journal);
    let amount = match adjustment.change {
        AdjustmentChange::By(amount) => amount,
        AdjustmentChange::To(balance) => (WideAmount::from(balance) - account.balance()).saturate(),
    };
    journal.tell(|| Decision::Adjusted { change: adjustment.change, balance: account.balance(), amount });
    if amount.is_positive() {
        add(adjustment, amount, program, account, source, journal);
    } else if amount.is_negative() {
        let order = program.redemption.order;
        let rest = redemption::spend(account, order, -amount, &source.cause(Kind::Adjust), journal, |_, _| ());
        if rest.is_positive() {
            debt::owe(account, program.carry_debt, Kind::Adjust, source, rest, journal);
        }
    }
}

fn add<'a, T: Trace<'a>>(
    adjustment: &Adjustment<'a>,
    amount: Amount,
    program: &Program,
    account: &mut Account<'a>,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
) {
    let shared = || expiry::expires_at(program.shared_expiry(source.at), source.at, &program.zone);
    let expires_at = adjustment.expires_at.or_else(shared);
    let method = Method::Adjustment;
    let grant = Grant { method, amount, expires_at, clawback: ClawbackShare::None, rule: None };
    earn::give(&grant, Basis::Stated, account, source, journal);
}
