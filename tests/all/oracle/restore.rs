//! Restoring the credit that paid for an order (5.3).

use super::account::{Account, Grant, Kind, Place};
use super::grants;
use super::program::{Method, Reclaim};
use super::time::Instant;

/// Gives back up to `limit` of what the redemptions naming an order took, and returns what was given back.
///
/// "A `restore` refund gives back up to its amount of what redemptions naming that order, by the order's person and in
/// its currency, took and that was not yet restored: last taken, first returned (what was debt is the last part of its
/// redemption)". `source_id` is the refund's id, or the cancellation's.
pub fn give_back(account: &mut Account, order_id: &str, limit: i128, source_id: &str, at: Instant) -> i128 {
    give_back_and_more(account, order_id, limit, 0, source_id, at)
}

/// Does that, and gives new credit in one lot with what was settled meanwhile.
pub fn give_back_and_more(
    account: &mut Account,
    order_id: &str,
    limit: i128,
    new_credit: i128,
    source_id: &str,
    at: Instant,
) -> i128 {
    let mut left = limit;
    let mut settled_meanwhile = 0;
    for (place, part) in last_taken_first(account, order_id, &mut left) {
        match place {
            Place::Lot(index) => back_to_lot(account, index, part, source_id, at),
            Place::OpenItem(index) => account.open_items[index].amount -= part,
            Place::Owed => {
                // "with `carry` it lowers `owed` by as much as is owed at that moment (a `restore` entry there)".
                let still_owed = part.min(-account.owed);
                account.book_owed(Kind::Restore, source_id, still_owed, at);
                settled_meanwhile += part - still_owed;
            }
        }
    }
    // "and the rest, settled meanwhile, comes back as one `refund_credit` lot of the refund's id, made last."
    if settled_meanwhile + new_credit > 0 {
        make_refund_credit(account, source_id, settled_meanwhile + new_credit, at);
    }
    limit - left
}

/// Marks what is to be restored, and lists it in the order of restoring.
fn last_taken_first(account: &mut Account, order_id: &str, left: &mut i128) -> Vec<(Place, i128)> {
    let mut returned = Vec::new();
    for taking in account.takings.iter_mut().rev().filter(|taking| taking.order_id == order_id) {
        for part in taking.parts.iter_mut().rev() {
            let amount = part.unrestored.min(*left);
            if amount > 0 {
                part.unrestored -= amount;
                *left -= amount;
                returned.push((part.place, amount));
            }
        }
    }
    returned
}

/// "each part to the lot it came from (`restore` entries), with that lot's expiry."
fn back_to_lot(account: &mut Account, index: usize, amount: i128, source_id: &str, at: Instant) {
    account.book(index, Kind::Restore, source_id, amount, at);
    if !account.lots[index].is_live(at) {
        // "A lot that has expired meanwhile gets the `restore` and, in the same instant, an `expire` with the source
        // `restore:<refund id>`."
        account.lots[index].expired += amount;
        account.book(index, Kind::Expire, &format!("restore:{source_id}"), -amount, at);
        return;
    }
    // "What comes back to a live lot first meets what is still uncollected of that lot (a `clawback` with the restoring
    // refund as source), then, with `carry`, the debt".
    let collected = collect(account, index, amount);
    account.book(index, Kind::Clawback, source_id, -collected, at);
    account.settle_arrived(index, amount - collected, at);
}

/// Lowers the open items of a lot by up to `amount`, oldest first, and returns by how much.
fn collect(account: &mut Account, index: usize, amount: i128) -> i128 {
    let mut left = amount;
    for item in account.open_items.iter_mut().filter(|item| item.lot == Some(index)) {
        let collected = item.amount.min(left);
        item.amount -= collected;
        left -= collected;
    }
    amount - left
}

/// 5.6: "makes a lot of `amount` (`refund_credit`), switched on or off"; 5.1: it never expires "unless
/// `[refund_credit] expiry` says so".
pub fn make_refund_credit(account: &mut Account, refund_id: &str, amount: i128, at: Instant) {
    let grant = Grant {
        method: Method::RefundCredit,
        origin_id: refund_id.to_string(),
        amount,
        expires_at: grants::expires_at(account.program, Some(&account.program.refund_credit_expiry), at),
        rule: String::new(),
        reclaim: Reclaim::Nothing,
    };
    account.make_lot(grant, at);
}
