//! Reclaiming what a refunded order earned (5.4).

use super::account::{Account, Kind};
use super::facts::{Order, RefundMethod};
use super::program::{Method, Program, Reclaim};
use super::time::Instant;

/// What the refunds of one order came to so far.
#[derive(Default)]
pub struct Refunded {
    /// By refunds of any method.
    pub in_all: i128,
    /// By refunds "of the methods that count in 5.4, also from before its `from`" (3).
    pub by_counting_methods: i128,
    /// R of 5.4, before it is limited to the total.
    pub since_from: i128,
    /// What refunds gave back of the credit that paid for the order, or would have, had a cancellation not come first.
    pub given_back: i128,
    pub is_cancelled: bool,
}

/// "Which refunds: `original` and `restore`; `store_credit` ones too with `on_store_credit = true`".
pub fn counts(program: &Program, method: RefundMethod) -> bool {
    method != RefundMethod::StoreCredit || program.clawback_on_store_credit
}

/// Counts a refund, or the refund that a cancellation acts as, and reclaims what it has to.
///
/// "A refund acting at or after `[clawback] from` ... reclaims from every lot that its order granted"; "Refunds before
/// `from` count for nothing here."
pub fn refund(
    account: &mut Account,
    order: &Order,
    refunded: &mut Refunded,
    amount: i128,
    source_id: &str,
    at: Instant,
) {
    refunded.by_counting_methods += amount;
    if at >= account.program.clawback_from {
        refunded.since_from += amount;
        reclaim(account, order, refunded, source_id, at);
    }
}

/// "An order's lots go in the order of the methods: each from itself first, then the shortfalls."
fn reclaim(account: &mut Account, order: &Order, refunded: &Refunded, source_id: &str, at: Instant) {
    let mut shortfalls = Vec::new();
    for index in lots_of(account, order) {
        shortfalls.push((index, reclaim_from_itself(account, index, order, refunded, source_id, at)));
    }
    for (index, shortfall) in shortfalls {
        reclaim_shortfall(account, index, shortfall, source_id, at);
    }
}

/// The lots that an order granted, in the order of the methods.
pub fn lots_of(account: &Account, order: &Order) -> Vec<usize> {
    let by_orders = [Method::FirstOrder, Method::PerOrder, Method::OrderHistory, Method::SpendHistory];
    let is_of_order = |index: &usize| {
        let lot = &account.lots[*index];
        by_orders.contains(&lot.method) && lot.origin_id == order.order_id
    };
    let mut lots: Vec<usize> = (0..account.lots.len()).filter(is_of_order).collect();
    lots.sort_by_key(|index| account.lots[*index].method);
    lots
}

/// "this refund reclaims the difference to what earlier ones did"; "It is taken from what remains in that lot; what has
/// already expired of that lot counts as reclaimed; the rest" is returned.
fn reclaim_from_itself(
    account: &mut Account,
    index: usize,
    order: &Order,
    refunded: &Refunded,
    source_id: &str,
    at: Instant,
) -> i128 {
    let lot = &mut account.lots[index];
    let total = to_have_been_reclaimed(lot.granted, lot.reclaim, order, refunded);
    let difference = total - lot.to_have_been_reclaimed;
    lot.to_have_been_reclaimed = total;
    let remaining = difference.min(lot.remaining);
    let expired = (difference - remaining).min(lot.expired - lot.expired_reclaimed);
    lot.expired_reclaimed += expired;
    account.book(index, Kind::Clawback, source_id, -remaining, at);
    difference - remaining - expired
}

/// "With R = sum of those refunds of that order so far, this one included, at most `total_amount`, the total to have
/// been reclaimed is `lot amount * R / total_amount`, rounded towards zero"; "A rule may say `clawback = "full_only"`
/// (nothing until R reaches the total) or `"none"`"; "An order with total 0 is reclaimed whole when cancelled."
fn to_have_been_reclaimed(granted: i128, reclaim: Reclaim, order: &Order, refunded: &Refunded) -> i128 {
    let total_amount = order.total_amount;
    let r = refunded.since_from.min(total_amount);
    let is_whole = if total_amount == 0 { refunded.is_cancelled } else { r == total_amount };
    match reclaim {
        Reclaim::Nothing => 0,
        _ if is_whole => granted,
        Reclaim::FullOnly => 0,
        Reclaim::Prorate if total_amount == 0 => 0,
        Reclaim::Prorate => granted * r / total_amount,
    }
}

/// "the rest, already spent, from the person's other lots in redemption order (`reach = "account"`, the default;
/// `"lot"`: not), and what is left is debt."
fn reclaim_shortfall(account: &mut Account, index: usize, shortfall: i128, source_id: &str, at: Instant) {
    let taken = match account.program.reach_account {
        true => account.take(Kind::Clawback, source_id, shortfall, at),
        false => Vec::new(),
    };
    let debt = shortfall - taken.iter().map(|(_, part)| part).sum::<i128>();
    if debt > 0 {
        account.owe(Kind::Clawback, source_id, debt, Some(index), at);
    }
}
