//! Every sentence of docs/spec.md 2 about identity, versions and undated refunds, then random shops against the slow
//! way.

mod contradictions;
mod few;
mod naive;
mod random;
mod shop;

use crate::{Rank, Ranks, SortedOut};
use accrue_facts::{FileIndex, Origin};
use accrue_kernel::facts::{FactRef, FactRow};
use accrue_kernel::program::{Program, RedemptionSource, RefundSource};
use naive::guest;
use shop::*;

fn lines_of(shop: Shop) -> Vec<String> {
    lines_under(shop, program())
}

fn lines_under(shop: Shop, program: Program) -> Vec<String> {
    lines(&shop.people(&program))
}

fn undated(orders: &[OrderSays]) -> Vec<String> {
    let program = Program { refunds_from: RefundSource::Orders, ..program() };
    lines_under(Shop { orders: orders.to_vec(), ..Shop::default() }, program)
}

const ORDER: OrderSays = OrderSays {
    id: "o1",
    customer: "c1",
    email: "",
    placed: 10,
    cancelled: None,
    updated: None,
    refunded: 0,
    currency: "",
    void: false,
};
const GUEST_ORDER: OrderSays = OrderSays { customer: "", email: "ann@example.com", ..ORDER };
const REGISTRATION: RegistrationSays = RegistrationSays {
    id: "c1",
    email: "ann@example.com",
    card: "card-1",
    name: "Ann",
    registered: 5,
    updated: None,
    void: false,
};
const REFUND: RefundSays =
    RefundSays { id: "r1", order: "o1", refunded: 20, amount: 10_000, updated: None, void: false };
const REDEMPTION: RedemptionSays =
    RedemptionSays { id: "x1", customer: "", card: "card-1", order: "", redeemed: 30, updated: None, void: false };

#[test]
fn an_order_without_customer_id_belongs_to_the_registration_with_its_email() {
    let orders = vec![OrderSays { email: "ANN@Example.com", ..GUEST_ORDER }];
    let shop = Shop { orders, registrations: vec![REGISTRATION], ..Shop::default() };
    assert_eq!(lines_of(shop), ["c1: order o1 @10, registered @5"]);
}

#[test]
fn emails_are_equal_in_unicode_lower_case() {
    let orders = vec![OrderSays { email: "ÄNN@example.com", ..GUEST_ORDER }];
    let registrations = vec![RegistrationSays { email: "änn@example.com", ..REGISTRATION }];
    assert_eq!(lines_of(Shop { orders, registrations, ..Shop::default() }), ["c1: order o1 @10, registered @5"]);
}

#[test]
fn an_order_without_registration_is_a_guests() {
    let orders = vec![GUEST_ORDER, OrderSays { id: "o2", email: "Ann@EXAMPLE.com", ..GUEST_ORDER }];
    // printf ann@example.com | sha256sum | cut -c 1-32
    let expected = "guest:71d4f55f72fa128dfb468a1a3901507c: order o1 @10, order o2 @10";
    assert_eq!(lines_of(Shop { orders, ..Shop::default() }), [expected]);
}

#[test]
fn a_later_registration_takes_the_guests_history_over_but_not_before_it_exists() {
    let registered = |registered| {
        let registrations = vec![RegistrationSays { registered, ..REGISTRATION }];
        Shop { orders: vec![GUEST_ORDER], registrations, refunds: vec![REFUND], ..Shop::default() }
    };
    let taken_over = "c1: order o1 @10, refund r1 of o1 1.00 @20, registered @1000";
    assert_eq!(lines_of(registered(1000)), [taken_over]);
    let not_yet = format!("{}: order o1 @10, refund r1 of o1 1.00 @20", guest("ann@example.com"));
    assert_eq!(lines_of(registered(1001)), [not_yet]);
}

#[test]
fn unlinked_guests_stay_guests() {
    let shop = Shop { orders: vec![GUEST_ORDER, ORDER], registrations: vec![REGISTRATION], ..Shop::default() };
    let orders = vec![OrderSays { id: "o2", ..ORDER }, GUEST_ORDER];
    let lines = lines_under(Shop { orders, ..shop }, Program { link_guests: false, ..program() });
    let guest = format!("{}: order o1 @10", guest("ann@example.com"));
    assert_eq!(lines, ["c1: order o2 @10, registered @5".to_string(), guest]);
}

#[test]
fn a_given_customer_id_is_taken_literally() {
    let literal = "guest:71d4f55f72fa128dfb468a1a3901507c";
    let orders = vec![
        OrderSays { id: "o1", customer: literal, email: "ann@example.com", ..ORDER },
        OrderSays { id: "o2", customer: "007", email: "ann@example.com", ..ORDER },
        OrderSays { id: "o3", customer: "7", ..ORDER },
    ];
    let expected = ["007: order o2 @10", "7: order o3 @10", "c1: registered @5"].map(str::to_string);
    let registrations = vec![REGISTRATION];
    let lines = lines_of(Shop { orders: orders.clone(), registrations, ..Shop::default() });
    assert_eq!(lines, [&expected[..], &[format!("{literal}: order o1 @10")]].concat());
    // Without the registration the guest of that email is that very person.
    let orders = vec![orders[0], OrderSays { id: "o4", ..GUEST_ORDER }];
    assert_eq!(lines_of(Shop { orders, ..Shop::default() }), [format!("{literal}: order o1 @10, order o4 @10")]);
}

#[test]
fn the_earliest_registered_then_smallest_id_owns_a_shared_email_or_card() {
    let owner = |registered: [(&'static str, i64); 3]| {
        let registrations = registered.map(|(id, registered)| RegistrationSays { id, registered, ..REGISTRATION });
        let shop = Shop { orders: vec![GUEST_ORDER], redemptions: vec![REDEMPTION], ..Shop::default() };
        let lines = lines_of(Shop { registrations: registrations.to_vec(), ..shop });
        let owners: Vec<_> = lines.into_iter().filter(|line| line.contains("order o1")).collect();
        assert!(owners.len() == 1 && owners[0].contains("redemption x1 for nothing @30"));
        owners[0].split(':').next().unwrap().to_string()
    };
    assert_eq!(owner([("c3", 7), ("c2", 6), ("c1", 8)]), "c2");
    assert_eq!(owner([("c3", 6), ("c2", 6), ("c1", 8)]), "c2");
    assert_eq!(owner([("c10", 6), ("c9", 6), ("c1", 1001)]), "c10");
}

#[test]
fn the_newest_version_says_since_when_a_registration_owns() {
    let registrations = vec![
        RegistrationSays { id: "c1", registered: 1, ..REGISTRATION },
        RegistrationSays { id: "c2", registered: 5, ..REGISTRATION },
        RegistrationSays { id: "c1", registered: 9, ..REGISTRATION },
    ];
    let lines = lines_of(Shop { orders: vec![GUEST_ORDER], registrations, ..Shop::default() });
    assert_eq!(lines, ["c1: registered @9", "c2: order o1 @10, registered @5"]);
}

#[test]
fn a_person_keeps_every_email_and_card_of_any_version() {
    let registrations = vec![
        RegistrationSays { email: "new@example.com", card: "card-2", updated: Some(2), ..REGISTRATION },
        RegistrationSays { updated: Some(1), ..REGISTRATION },
    ];
    let orders = vec![GUEST_ORDER, OrderSays { id: "o2", email: "new@example.com", ..GUEST_ORDER }];
    let redemptions = vec![REDEMPTION, RedemptionSays { id: "x2", card: "card-2", ..REDEMPTION }];
    let lines = lines_of(Shop { orders, registrations, redemptions, ..Shop::default() });
    let events = "order o1 @10, order o2 @10, redemption x1 for nothing @30, redemption x2 for nothing @30";
    assert_eq!(lines, [format!("c1: {events}, registered @5")]);
}

#[test]
fn a_void_registration_owns_nothing() {
    let registrations = vec![REGISTRATION, RegistrationSays { void: true, ..REGISTRATION }];
    let shop = Shop { orders: vec![GUEST_ORDER], registrations, redemptions: vec![REDEMPTION], ..Shop::default() };
    let guest = format!("{}: order o1 @10", guest("ann@example.com"));
    assert_eq!(lines_of(shop), [guest, "unknown_card x1 0.05 USD".to_string()]);
}

#[test]
fn a_redemption_with_customer_id_and_card_goes_by_customer_id() {
    let redemptions = vec![RedemptionSays { customer: "c2", ..REDEMPTION }];
    let lines = lines_of(Shop { registrations: vec![REGISTRATION], redemptions, ..Shop::default() });
    assert_eq!(lines, ["c1: registered @5", "c2: redemption x1 for nothing @30"]);
}

#[test]
fn a_redemption_names_only_an_order_of_its_person() {
    let redemption = |id, order| RedemptionSays { id, order, customer: "c1", ..REDEMPTION };
    let orders = vec![OrderSays { id: "o2", customer: "c2", ..ORDER }, ORDER];
    let redemptions = vec![redemption("x1", "o1"), redemption("x2", "o2"), redemption("x3", "o3")];
    let lines = lines_of(Shop { orders, redemptions, ..Shop::default() });
    let redeemed = "redemption x1 for o1 @30, redemption x2 for nothing @30, redemption x3 for nothing @30";
    assert_eq!(lines, [format!("c1: order o1 @10, {redeemed}"), "c2: order o2 @10".to_string()]);
}

#[test]
fn redemption_rows_are_not_used_where_orders_tell_of_them() {
    let mut program = program();
    program.redemption.from = RedemptionSource::Orders;
    let redemptions = vec![RedemptionSays { customer: "c9", ..REDEMPTION }, RedemptionSays { id: "x2", ..REDEMPTION }];
    assert_eq!(
        lines_under(Shop { orders: vec![ORDER], redemptions, ..Shop::default() }, program),
        ["c1: order o1 @10"]
    );
}

#[test]
fn the_greatest_updated_at_wins_then_the_one_read_later_and_null_is_oldest() {
    let placed = |versions: &[(i64, Option<i64>)]| {
        let version = |&(placed, updated): &(i64, Option<i64>)| OrderSays { placed, updated, ..ORDER };
        let lines = lines_of(Shop { orders: versions.iter().map(version).collect(), ..Shop::default() });
        lines[0].rsplit('@').next().unwrap().parse::<i64>().unwrap()
    };
    assert_eq!(placed(&[(1, Some(8)), (2, Some(9)), (3, Some(7))]), 2);
    assert_eq!(placed(&[(1, Some(9)), (2, Some(9)), (3, Some(7))]), 2);
    assert_eq!(placed(&[(1, None), (2, None)]), 2);
    assert_eq!(placed(&[(1, Some(-5)), (2, None)]), 1);
    assert_eq!(placed(&[(1, Some(5)), (2, Some(2000))]), 2);
}

#[test]
fn a_fact_is_gone_while_its_newest_version_is_void() {
    let void = OrderSays { void: true, updated: Some(2), ..ORDER };
    let orders = vec![void, OrderSays { updated: Some(1), ..ORDER }];
    assert!(lines_of(Shop { orders: orders.clone(), ..Shop::default() }).is_empty());
    let orders = [orders, vec![OrderSays { updated: Some(3), ..ORDER }]].concat();
    assert_eq!(lines_of(Shop { orders, ..Shop::default() }), ["c1: order o1 @10"]);
    let adjustment = AdjustmentSays { id: "a1", customer: "c1", ..AdjustmentSays::default() };
    let adjustments = vec![adjustment, AdjustmentSays { void: true, ..adjustment }];
    assert!(lines_of(Shop { adjustments, ..Shop::default() }).is_empty());
}

#[test]
fn an_order_that_moved_takes_its_refunds_along() {
    let orders = vec![OrderSays { customer: "c2", updated: Some(2), ..ORDER }, OrderSays { updated: Some(1), ..ORDER }];
    let lines = lines_of(Shop { orders, refunds: vec![REFUND], ..Shop::default() });
    assert_eq!(lines, ["c2: order o1 @10, refund r1 of o1 1.00 @20"]);
}

#[test]
fn a_refund_without_its_order_is_an_exception_until_as_of() {
    let refunds = vec![
        RefundSays { id: "r2", order: "void", ..REFUND },
        RefundSays { id: "r1", order: "nowhere", ..REFUND },
        RefundSays { id: "r3", order: "nowhere", refunded: 1001, ..REFUND },
        RefundSays { id: "r4", order: "nowhere", void: true, ..REFUND },
    ];
    let orders = vec![OrderSays { id: "void", void: true, ..ORDER }];
    let lines = lines_of(Shop { orders, refunds, ..Shop::default() });
    assert_eq!(lines, ["unknown_order r1 1.00 USD", "unknown_order r2 1.00 USD"]);
}

#[test]
fn a_refund_that_does_not_fit_its_orders_currency_is_rejected_and_the_version_before_stands() {
    let orders =
        vec![OrderSays { id: "yen", currency: "JPY", ..ORDER }, OrderSays { id: "dinar", currency: "KWD", ..ORDER }];
    let refunds = vec![
        RefundSays { id: "r1", order: "yen", amount: 50_000, ..REFUND },
        RefundSays { id: "r1", order: "yen", amount: 55_000, updated: Some(9), ..REFUND },
        RefundSays { id: "r2", order: "dinar", amount: 12_340, ..REFUND },
        RefundSays { id: "r3", order: "nowhere", amount: 12_340, ..REFUND },
        RefundSays { id: "r4", order: "yen", amount: 10_000_000_000_000, ..REFUND },
    ];
    let people = Shop { orders, refunds, ..Shop::default() }.people(&program());
    let events = "order dinar @10, order yen @10, refund r1 of yen 5 @20, refund r2 of dinar 1.234 @20";
    let rejects = ["too_precise amount 5.5", "too_precise amount 1.234", "out_of_range amount 1000000000"];
    assert_eq!(lines(&people), [&[format!("c1: {events}")][..], &rejects.map(str::to_string)].concat());
    assert_eq!(people.rejects()[0].message, "`5.5` has more decimals than JPY has minor units (0)");
    assert_eq!((people.rejects()[0].file, people.rejects()[0].place), (FileIndex::new(0), 2));
}

#[test]
fn each_increase_over_the_highest_before_is_an_undated_refund() {
    let version = |refunded, updated| OrderSays { refunded, updated, ..ORDER };
    let orders = [version(900, Some(40)), version(0, None), version(500, Some(20)), version(300, Some(30))];
    let refunds = "refund refunded:o1:5.00 of o1 5.00 @20, refund refunded:o1:9.00 of o1 4.00 @40";
    assert_eq!(undated(&orders), [format!("c1: order o1 @10, {refunds}")]);
}

#[test]
fn an_undated_refund_is_at_updated_at_else_cancelled_at_else_as_of() {
    let order = |id, updated, cancelled| OrderSays { id, updated, cancelled, refunded: 100, currency: "KWD", ..ORDER };
    let orders = [order("o1", Some(40), Some(50)), order("o2", None, Some(50)), order("o3", None, None)];
    let events = "order o1 @10, order o2 @10, order o3 @10, refund refunded:o1:0.100 of o1 0.100 @40, \
        refund refunded:o2:0.100 of o2 0.100 @50, refund refunded:o3:0.100 of o3 0.100 @1000";
    assert_eq!(undated(&orders), [format!("c1: {events}")]);
}

#[test]
fn void_versions_and_void_orders_tell_of_no_refund() {
    let version = |refunded, updated, void| OrderSays { refunded, updated, void, ..ORDER };
    let orders = [version(900, Some(1), true), version(500, Some(2), false)];
    assert_eq!(undated(&orders), ["c1: order o1 @10, refund refunded:o1:5.00 of o1 5.00 @2"]);
    assert!(undated(&[orders[1], version(900, Some(3), true)]).is_empty());
}

#[test]
fn refund_rows_are_not_used_where_orders_tell_of_refunds() {
    let program = Program { refunds_from: RefundSource::Orders, ..program() };
    let refunds = vec![REFUND, RefundSays { id: "r2", order: "nowhere", ..REFUND }];
    assert_eq!(lines_under(Shop { orders: vec![ORDER], refunds, ..Shop::default() }, program), ["c1: order o1 @10"]);
}

#[test]
fn with_both_orders_tell_what_their_dated_refunds_leave() {
    let program = Program { refunds_from: RefundSource::Both, ..program() };
    let version = |refunded, updated| OrderSays { refunded, updated, ..ORDER };
    let orders = vec![version(500, Some(20)), version(900, Some(40)), version(1200, Some(2000))];
    // 7.00 have a date: they explain the first 5.00 and 2.00 of the next 4.00.
    let refund = |id, amount, void| RefundSays { id, amount, void, ..REFUND };
    let refunds = vec![refund("r1", 40_000, false), refund("r2", 30_000, false), refund("r3", 90_000, true)];
    let shop = Shop { orders, refunds, ..Shop::default() };
    let events = "order o1 @10, refund r1 of o1 4.00 @20, refund r2 of o1 3.00 @20, refund refunded:o1:12.00 of o1 3.00 @2000, \
        refund refunded:o1:9.00 of o1 2.00 @40";
    // What is after as_of is not named yet.
    assert_eq!(lines_under(shop, program), [format!("c1: {events}"), "undated_refund o1 2.00 USD".to_owned()]);
}

#[test]
fn a_person_is_written_to_as_the_registration_says_else_the_newest_order() {
    let contact = |registrations: &[RegistrationSays], orders: &[OrderSays]| {
        let shop = Shop { orders: orders.to_vec(), registrations: registrations.to_vec(), ..Shop::default() };
        let people = shop.people(&program());
        let contact = people.contact(Rank::new(0));
        (contact.email.map(str::to_string), contact.name.map(str::to_string))
    };
    let order = |id, email, placed| OrderSays { id, email, placed, ..ORDER };
    let orders =
        [order("o1", "late@x", 30), order("o2", "early@x", 20), order("o3", "", 40), order("o4", "future@x", 1001)];
    let some = |text: &str| Some(text.to_string());
    assert_eq!(contact(&[REGISTRATION], &orders), (some("ann@example.com"), some("Ann")));
    let without = RegistrationSays { email: "", ..REGISTRATION };
    assert_eq!(contact(&[REGISTRATION, without], &orders), (some("late@x"), some("Ann")));
    assert_eq!(contact(&[RegistrationSays { registered: 1001, ..REGISTRATION }], &orders), (some("late@x"), None));
    assert_eq!(contact(&[], &orders[2..]), (None, None));
}

#[test]
fn facts_are_found_back_in_their_files() {
    let adjustment = AdjustmentSays { id: "a1", customer: "c1", note: "sorry", ..AdjustmentSays::default() };
    let orders = vec![ORDER, ORDER, OrderSays { id: "o2", ..ORDER }];
    let shop = Shop { orders, refunds: vec![REFUND], adjustments: vec![adjustment], ..Shop::default() };
    let people = shop.people(&program());
    assert_eq!(people.origin(FactRef::Order(FactRow::new(1))), Origin { file: FileIndex::new(0), place: 2 });
    assert_eq!(people.origin(FactRef::Order(FactRow::new(2))), Origin { file: FileIndex::new(1), place: 11 });
    assert_eq!(people.note(FactRef::Adjustment(FactRow::new(0))), Some("sorry"));
    assert_eq!(
        (people.note(FactRef::Refund(FactRow::new(0))), people.notifies(FactRef::Refund(FactRow::new(0)))),
        (None, false)
    );
}

#[test]
fn rows_that_reach_nobody_are_counted_by_why() {
    let version = |placed, updated| OrderSays { placed, updated, ..ORDER };
    // Two states of o1, the older one said twice: one is superseded. Of o2 the newest version is the first row.
    let o2 = |placed, updated| OrderSays { id: "o2", ..version(placed, updated) };
    let orders = vec![version(10, None), version(10, None), version(11, None), o2(20, Some(2)), o2(21, Some(1))];
    let registrations = vec![REGISTRATION, RegistrationSays { id: "c2", registered: AS_OF + 1, ..REGISTRATION }];
    let refunds = vec![RefundSays { order: "nowhere", refunded: AS_OF + 1, ..REFUND }];
    let redemptions =
        [AS_OF, AS_OF + 1].map(|redeemed| RedemptionSays { redeemed, card: "unknown", ..REDEMPTION }).to_vec();
    let people = Shop { orders, registrations, refunds, redemptions, ..Shop::default() }.people(&program());
    let sorted_out = people.sorted_out();
    assert_eq!((sorted_out.orders.superseded, people.kept_rows().orders), (2, 0));
    let later = |kind: &SortedOut| kind.later.iter().map(|(currency, count)| (currency.code(), *count)).collect();
    let later: [Vec<(&str, u64)>; 3] =
        [&sorted_out.registrations, &sorted_out.refunds, &sorted_out.redemptions].map(later);
    // Of the redemption only the later version counts.
    assert_eq!(later, [(); 3].map(|()| vec![("USD", 1)]));
    assert_eq!(sorted_out.redemptions.superseded, 1);
}

#[test]
fn ranges_hold_similar_work_and_everybody_once() {
    let order = |id, customer| OrderSays { id, customer, ..ORDER };
    let orders = [("1", "a"), ("2", "b"), ("3", "b"), ("4", "b"), ("5", "c"), ("6", "d"), ("7", "e")];
    let orders = orders.map(|(id, customer)| order(id, customer)).to_vec();
    let people = Shop { orders, ..Shop::default() }.people(&program());
    assert_eq!(people.ranges(2), [0..2, 2..4, 4..5].map(Ranks::new));
    assert_eq!(people.ranges(100), [people.ranks()]);
    assert!(Shop::default().people(&program()).ranges(2).is_empty());
}
