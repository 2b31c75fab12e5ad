//! Ledgers of single people that are worked out by hand: what the cases and the random shops do not meet.

use super::shop::{cents, midnight, noon, order, program, refund, rule, usd};
use accrue_kernel::audit_entries;
use accrue_kernel::calculator::Calculator;
use accrue_kernel::entry::Kind;
use accrue_kernel::facts::{FactRef, FactRow, Order, OrderIndex, Person, Redemption, Refund, RefundMethod};
use accrue_kernel::money::Amount;
use accrue_kernel::outcome::PersonLedger;
use accrue_kernel::program::{OrderReward, Program, Reach, Reward};

fn fixed(amount: i64) -> Reward {
    Reward::PerOrder { reward: OrderReward::Fixed(cents(amount)), min_spend: None }
}

fn person<'a, 'f>(
    orders: &'f [Order<'a>],
    refunds: &'f [Refund<'a>],
    redemptions: &'f [Redemption<'a>],
) -> Person<'a, 'f> {
    Person { id: "ada", registration: None, orders, refunds, redemptions, adjustments: &[] }
}

fn redemption<'a>(id: &'a str, order: u32, day: u32, amount: i64) -> Redemption<'a> {
    let (fact, redeemed_at) = (FactRef::Redemption(FactRow::new(0)), noon(1, day));
    Redemption { fact, id, order: Some(OrderIndex::new(order)), redeemed_at, amount: cents(amount), currency: usd() }
}

/// Computes a person and audits the result.
fn computed<'a>(program: &Program, person: &Person<'a, '_>) -> PersonLedger<'a> {
    let out = Calculator::new(program).person(person, midnight(3, 1));
    audit_entries::check(&out, &mut Vec::new()).unwrap();
    out
}

/// Writes entries as kind, source and cents.
fn brief(out: &PersonLedger<'_>, kinds: &[Kind]) -> Vec<String> {
    let entries = out.entries.iter().filter(|entry| kinds.contains(&entry.kind));
    entries.map(|it| format!("{} {:?} {}", it.kind.name(), it.source_id.0, it.amount.minor())).collect()
}

#[test]
fn credit_that_comes_back_pays_open_items_oldest_first_and_no_more_than_came_back() {
    // o1 earns 10.00 and o2, which is unpaid, takes them. Refunds of 30 % and 20 % of o1 find nothing: 3.00 and 2.00
    // are open. 4.00 come back: 3.00 pay the first item, and 1.00 the second, of which 1.00 stays open.
    let mut program = program(vec![rule(fixed(10_00))]);
    program.clawback.reach = Reach::Lot;
    let unpaid = Order { paid_at: None, ..order(1, "o2", noon(1, 11), 10_00) };
    let orders = [order(0, "o1", noon(1, 10), 100_00), unpaid];
    let back = Refund { method: RefundMethod::Restore, ..refund(2, "r3", 1, noon(1, 15), 4_00) };
    let refunds = [refund(0, "r1", 0, noon(1, 13), 30_00), refund(1, "r2", 0, noon(1, 14), 20_00), back];
    let redemptions = [redemption("x1", 1, 12, 10_00)];
    let out = computed(&program, &person(&orders, &refunds, &redemptions));
    // Both clawbacks have one identity: the restoring refund reclaims of one lot. They are one entry of 4.00.
    assert_eq!(brief(&out, &[Kind::Clawback, Kind::Restore]), ["clawback r3 -400", "restore r3 400"]);
    let open: Vec<_> = out.exceptions.iter().map(|it| (it.source_id.0.to_string(), it.amount)).collect();
    assert_eq!(open, [("r2".to_owned(), Some(cents(1_00)))]);
}

#[test]
fn lots_of_one_name_are_one_lot_of_the_ledger() {
    // Debt is carried. 5.00 of credit that is not there pay for o1. The refund `cancel:o1`, whose own id looks like
    // that of a cancellation, gives 7.00 of credit, which settles the debt. Then o1 is cancelled: its 5.00 are settled,
    // so they come back as a lot of the cancellation, which has the name of the refund's lot.
    let program = Program { carry_debt: true, ..program(Vec::new()) };
    let orders = [Order { cancelled_at: Some(noon(1, 14)), ..order(0, "o1", noon(1, 10), 20_00) }];
    let refunds = [Refund { method: RefundMethod::StoreCredit, ..refund(0, "cancel:o1", 0, noon(1, 13), 7_00) }];
    let redemptions = [redemption("x1", 0, 12, 5_00)];
    let out = computed(&program, &person(&orders, &refunds, &redemptions));
    let granted = brief(&out, &[Kind::Grant]);
    assert_eq!(granted, ["grant cancel:o1 1200"], "one grant of 7.00 and 5.00");
    assert_eq!(out.balances[0].amount.minor(), 7_00, "12.00 less the debt of 5.00");
    let lots: Vec<_> = out.entries.iter().filter_map(|entry| entry.lot).map(|lot| lot.number()).collect();
    assert!(lots.iter().all(|&lot| lot == lots[0]), "{lots:?}");
}

#[test]
fn credit_paid_with_an_order_makes_one_entry_for_each_lot_it_takes() {
    // o1 and o2 earn 3.00 each. o3 pays 5.00 with credit: 3.00 of the older lot and 2.00 of the other. o4 pays 0.50.
    let mut program = program(vec![rule(fixed(3_00))]);
    program.redemption.from = accrue_kernel::program::RedemptionSource::Orders;
    let spends = |row, id, amount| Order { paid_at: None, credit: cents(amount), ..order(row, id, noon(1, 12), 10_00) };
    let orders = [
        order(0, "o1", noon(1, 10), 10_00),
        order(1, "o2", noon(1, 11), 10_00),
        spends(2, "o3", 5_00),
        spends(3, "o4", 50),
    ];
    let out = computed(&program, &person(&orders, &[], &[]));
    let redeemed = brief(&out, &[Kind::Redeem]);
    assert_eq!(redeemed, ["redeem order:o3 -300", "redeem order:o3 -200", "redeem order:o4 -50"]);
    assert_eq!(out.balances[0].amount, Amount::from_minor(50).into());
}
