//! Which facts contradict themselves or each other; amounts and times by hand.

use crate::tests::shop::{OrderSays, RefundSays, Shop, program};
use crate::{Gathered, People, PersonFacts, Rank, Ranks};
use accrue_kernel::program::{Program, RefundSource};
use accrue_kernel::time::Timestamp;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Returns `reason source amount` of each contradiction of the first person.
fn found(shop: &Shop, program: &Program, as_of: i64) -> Vec<String> {
    let as_of = Timestamp::from_micros(as_of);
    let people: People = crate::resolve(shop.facts(), program, as_of);
    let mut gathered = Gathered::new(&people);
    let first = Rank::new(0);
    gathered.gather(Ranks::one(first));
    let (mut facts, mut found) = (PersonFacts::default(), Vec::new());
    gathered.fill(first, &mut facts);
    gathered.contradictions(first, &facts.person(), program, as_of, &mut found);
    let line = |own: &accrue_kernel::exception::Exception<'_>| {
        let amount = own.amount.unwrap().display(own.currency).to_string();
        format!("{} {} {amount}", own.reason.name(), own.source_id.0)
    };
    found.iter().map(line).collect()
}

#[test]
fn what_an_order_says_was_refunded_is_compared_with_its_own_refunds() {
    let order = |id, refunded, cancelled| OrderSays { id, customer: "c1", refunded, cancelled, ..OrderSays::default() };
    let refund = |id, order, amount| RefundSays { id, order, amount, ..RefundSays::default() };
    // Of o1 are 0.30 of 0.50 dated; o2 has nothing but its cancellation, which is the whole 1.00.
    let shop = Shop {
        orders: vec![order("o1", 50, None), order("o2", 100, Some(9))],
        refunds: vec![refund("r1", "o1", 1_000), refund("r2", "o1", 2_000), refund("r3", "o2", 0)],
        ..Shop::default()
    };
    assert_eq!(found(&shop, &program(), 10), ["undated_refund o1 0.20"]);
    // Where such a rest is a refund, it is a stray; where orders alone count, there is nothing to compare with.
    for refunds_from in [RefundSource::Both, RefundSource::Orders] {
        assert!(found(&shop, &Program { refunds_from, ..program() }, 10).is_empty());
    }
}

#[test]
fn a_refund_is_before_its_order_by_more_than_a_day() {
    let order = OrderSays { id: "o1", customer: "c1", placed: 3 * DAY, ..OrderSays::default() };
    let refund = |id, refunded| RefundSays { id, order: "o1", amount: 100, refunded, ..RefundSays::default() };
    let refunds = vec![refund("r1", 2 * DAY), refund("r2", 2 * DAY - 1), refund("r3", DAY)];
    let shop = Shop { orders: vec![order], refunds, ..Shop::default() };
    let early = ["refund_before_order r2 0.01", "refund_before_order r3 0.01"];
    assert_eq!(found(&shop, &program(), 9 * DAY), early);
    // At as_of only the last of them has been made.
    assert_eq!(found(&shop, &program(), DAY), &early[1..]);
}
