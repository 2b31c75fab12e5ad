//! A trace hears every decision about a person whose figures are worked out by hand.

use super::shop::{cents, midnight, noon, order, program, refund, rule, usd};
use accrue_kernel::compiled_program::CompiledProgram;
use accrue_kernel::compute_traced;
use accrue_kernel::decision::{Basis, Earned, NoGrants, NotEarned, NotGranted};
use accrue_kernel::exception::Reason;
use accrue_kernel::facts::{
    Adjustment, AdjustmentChange, FactRef, FactRow, Order, OrderIndex, Person, Redemption, Refund, RefundMethod,
    Registration,
};
use accrue_kernel::money::{Amount, Fraction};
use accrue_kernel::outcome::PersonLedger;
use accrue_kernel::program::{Expiry, OrderReward, OrderTier, Program, Reward, Rule, SpendReward, Switch};
use accrue_kernel::state::PersonState;
use accrue_kernel::time::Timestamp;
use accrue_kernel::trace::{Decision, Ignored, NotReclaimed, Reclaimed, Refunded, Trace};

/// Keeps every decision.
struct Recorder<'a>(Vec<Decision<'a>>);

impl<'a> Trace<'a> for Recorder<'a> {
    fn hear(&mut self, decision: Decision<'a>) {
        self.0.push(decision);
    }
}

fn heard<'a>(person: &Person<'a, '_>, program: &Program, as_of: Timestamp) -> Vec<Decision<'a>> {
    let (mut state, mut traced, mut silent) =
        (PersonState::default(), PersonLedger::default(), PersonLedger::default());
    let compiled = CompiledProgram::new(program);
    let mut recorder = Recorder(Vec::new());
    compute_traced(person, &compiled, as_of, &mut state, &mut traced, &mut recorder);
    accrue_kernel::compute(person, &compiled, as_of, &mut state, &mut silent);
    assert_eq!(traced.entries, silent.entries, "a trace changes no entry");
    recorder.0
}

fn person<'a, 'f>(orders: &'f [Order<'a>], refunds: &'f [Refund<'a>]) -> Person<'a, 'f> {
    Person { id: "ada", registration: None, orders, refunds, redemptions: &[], adjustments: &[] }
}

fn redemption(id: &str, order: Option<OrderIndex>, at: Timestamp, amount: i64) -> Redemption<'_> {
    Redemption {
        fact: FactRef::Redemption(FactRow::new(0)),
        id,
        order,
        redeemed_at: at,
        amount: cents(amount),
        currency: usd(),
    }
}

/// Writes a decision in few words, with amounts in cents.
fn brief(decision: &Decision<'_>) -> String {
    match decision {
        Decision::Ignored { id, reason, .. } => format!("ignored {id}: {reason:?}"),
        Decision::Event { source_id, .. } => format!("event {:?}", source_id.0),
        Decision::Counted { value, orders, spend, .. } => {
            format!("counted v={} n={orders} s={}", value.minor(), spend.minor())
        }
        Decision::CountedSince { counts_from, orders, spend } => {
            format!("counted since {counts_from}: n={orders} s={}", spend.minor())
        }
        Decision::NoGrants { reason, .. } => format!("no grants: {reason:?}"),
        Decision::Grant { method, granted: Ok(granted), .. } => {
            let Earned { amount, basis } = granted.earned;
            format!("{} gives {} in lot {}: {basis:?}", method.name(), amount.minor(), granted.lot.number())
        }
        Decision::Grant { method, granted: Err(reason), .. } => format!("{} gives nothing: {reason:?}", method.name()),
        Decision::Lot { lot, kind, source_id, amount, remaining } => {
            let (kind, number) = (kind.name(), lot.number.number());
            format!("{kind} {} of lot {number} by {:?}, {} left", amount.minor(), source_id.0, remaining.minor())
        }
        Decision::Owed { kind, source_id, amount, owed, .. } => {
            format!("{} {} of debt by {:?}, {} left", kind.name(), amount.minor(), source_id.0, owed.minor())
        }
        Decision::Exception(exception) => {
            format!("{} {:?}", exception.reason.name(), exception.amount.map(Amount::minor))
        }
        Decision::Lowered { exception, by } => format!("{} lowered by {}", exception.reason.name(), by.minor()),
        Decision::CountedRefund { amount } => format!("counted refund {}", amount.minor()),
        Decision::Reclaimed(it) => format!(
            "lot {}: {} due of {}, {} taken, {} expired, {} short",
            it.lot.number(),
            it.due.minor(),
            it.reclaimable.minor(),
            it.taken.minor(),
            it.expired.minor(),
            it.shortfall.minor()
        ),
        Decision::NotReclaimed(reason) => format!("nothing reclaimed: {reason:?}"),
        Decision::Restored { amount, settled, .. } => {
            format!("restored {}, of it settled {}", amount.minor(), settled.minor())
        }
        Decision::Adjusted { balance, amount, .. } => {
            format!("balance {} adjusted by {}", balance.minor(), amount.minor())
        }
    }
}

fn briefly(decisions: &[Decision<'_>]) -> Vec<String> {
    decisions.iter().map(brief).collect()
}

/// Five rules: 5.00 for the first order for 30 days, 0.50 for each 10.00 of an order of 20.00 or more, 1.00 for the
/// registration from June on, 2.00 for the third order, 3.00 for each 100.00 spent.
fn five_rules() -> Vec<Rule> {
    let fixed = OrderReward::Fixed(cents(5_00));
    let by_value = OrderReward::ByValue { every: cents(10_00), receive: cents(50), prorated: false };
    let tiers = vec![OrderTier { orders: 3, receive: cents(2_00) }];
    let every = SpendReward::Every { every: cents(100_00), receive: cents(3_00) };
    vec![
        Rule { expiry: Some(Expiry::Days(30)), ..rule(Reward::FirstOrder { reward: fixed }) },
        rule(Reward::PerOrder { reward: by_value, min_spend: Some(cents(20_00)) }),
        Rule { from: Some(midnight(6, 1)), ..rule(Reward::Registration { fixed: cents(1_00) }) },
        rule(Reward::OrderHistory { tiers, counts_from: None }),
        rule(Reward::SpendHistory { reward: every, counts_from: None }),
    ]
}

#[test]
fn a_trace_hears_each_reward_with_its_basis_and_each_missing_one_with_its_distance() {
    let registration = Registration {
        fact: FactRef::Registration(FactRow::new(0)),
        registered_at: noon(1, 1),
        orders_before: 0,
        spend_before: Amount::ZERO,
    };
    let unpaid = Order { paid_at: None, ..order(2, "o3", noon(1, 21), 50_00) };
    let orders = [order(0, "o1", noon(1, 10), 19_99), order(1, "o2", noon(1, 20), 85_00), unpaid];
    let person = Person { registration: Some(registration), ..person(&orders, &[]) };
    // As of the expiry of the first lot: 30 days after 10 January is 9 February, so it expires on the 10th.
    let told = briefly(&heard(&person, &program(five_rules()), midnight(2, 10)));
    let june = midnight(6, 1);
    let expected = [
        "ignored o3: Unpaid".to_owned(),
        "event ada".to_owned(),
        format!("registration gives nothing: {:?}", NotGranted::NotYetInForce { from: june }),
        "event o1".to_owned(),
        "counted v=1999 n=1 s=1999".to_owned(),
        "first_order gives 500 in lot 1: Fixed".to_owned(),
        "grant 500 of lot 1 by o1, 500 left".to_owned(),
        // 20.00 - 19.99.
        nothing("per_order", NotEarned::BelowMinSpend { missing: cents(1) }),
        nothing("order_history", NotEarned::NoOrderTier { missing: Some(2) }),
        // 100.00 - 19.99.
        nothing("spend_history", NotEarned::NoWholeStep { missing: cents(80_01) }),
        "event o2".to_owned(),
        "counted v=8500 n=2 s=10499".to_owned(),
        nothing("first_order", NotEarned::NotFirstOrder { orders: 2 }),
        // 85.00 holds 8 steps of 10.00, and 5.00.
        format!("per_order gives 400 in lot 2: {:?}", Basis::Steps { steps: 8, rest: cents(5_00) }),
        "grant 400 of lot 2 by o2, 400 left".to_owned(),
        nothing("order_history", NotEarned::NoOrderTier { missing: Some(1) }),
        // 104.99 holds one step of 100.00 and 19.99 none.
        format!("spend_history gives 300 in lot 3: {:?}", Basis::Steps { steps: 1, rest: cents(4_99) }),
        "grant 300 of lot 3 by o2, 300 left".to_owned(),
        "expire -500 of lot 1 by o1, 0 left".to_owned(),
    ];
    assert_eq!(told, expected);
}

fn nothing(method: &str, reason: NotEarned) -> String {
    format!("{method} gives nothing: {:?}", NotGranted::NotEarned(reason))
}

#[test]
fn a_trace_hears_the_lots_that_pay_and_the_fractions_that_rounding_drops() {
    let orders = [order(0, "o1", noon(1, 10), 19_99), order(1, "o2", noon(1, 20), 85_00)];
    let refunds = [refund(0, "r1", 1, noon(1, 30), 10_00)];
    let redemptions = [redemption("x1", None, noon(1, 25), 6_00)];
    let person = Person { redemptions: &redemptions, ..person(&orders, &refunds) };
    let decisions = heard(&person, &program(five_rules()), midnight(2, 1));
    let spent = decisions.iter().position(|it| brief(it) == "event x1").unwrap();
    let expected = [
        "event x1",
        // The lot that expires first, then of those without expiry the one by the first method.
        "redeem -500 of lot 1 by x1, 0 left",
        "redeem -100 of lot 2 by x1, 300 left",
        "event r1",
        "counted refund 1000",
        // 4.00 * 10.00 / 85.00 = 0.47 and 500 / 8500 of a cent; 3.00 * 10.00 / 85.00 = 0.35 and 2500 / 8500.
        "lot 2: 47 due of 47, 47 taken, 0 expired, 0 short",
        "clawback -47 of lot 2 by r1, 253 left",
        "lot 3: 35 due of 35, 35 taken, 0 expired, 0 short",
        "clawback -35 of lot 3 by r1, 265 left",
    ];
    assert_eq!(briefly(&decisions[spent..]), expected);
    let dropped: Vec<_> = decisions.iter().filter_map(reclaimed).map(|it| (it.refunded, it.dropped)).collect();
    let fraction = |numerator| Some(Fraction { numerator, denominator: 85_00 });
    let refunded = Refunded::Part { refunded: cents(10_00), total: cents(85_00) };
    assert_eq!(dropped, [(refunded, fraction(500)), (refunded, fraction(2500))]);
}

fn reclaimed(decision: &Decision<'_>) -> Option<Reclaimed> {
    match decision {
        Decision::Reclaimed(reclaimed) => Some(*reclaimed),
        _ => None,
    }
}

#[test]
fn a_trace_hears_why_no_rule_is_asked() {
    let fixed = Reward::PerOrder { reward: OrderReward::Fixed(cents(1_00)), min_spend: None };
    let orders = [order(0, "o1", noon(1, 10), 5_00)];
    let heard = |program: &Program| {
        let found = heard(&person(&orders, &[]), program, midnight(2, 1));
        found.into_iter().filter(|it| matches!(it, Decision::NoGrants { .. } | Decision::Exception(_))).collect()
    };
    let no_grants = |reason| Decision::NoGrants { currency: usd(), reason };
    let off = Program { switches: vec![Switch { at: noon(1, 1), on: false }], ..program(vec![rule(fixed)]) };
    let found: Vec<_> = heard(&off);
    assert_eq!(found, [no_grants(NoGrants::SwitchedOff)]);
    let found: Vec<_> = heard(&program(vec![rule(Reward::Registration { fixed: cents(1) })]));
    assert_eq!(found, [no_grants(NoGrants::NoRuleForEvent)]);
    let found: Vec<_> = heard(&program(Vec::new()));
    assert_eq!(found[0], no_grants(NoGrants::NoRuleForCurrency));
    assert!(matches!(found[1..], [Decision::Exception(it)] if it.reason == Reason::NoRuleForCurrency));
}

#[test]
fn a_trace_hears_which_dates_keep_a_rule_from_an_order() {
    let fixed = Reward::PerOrder { reward: OrderReward::Fixed(cents(1_00)), min_spend: None };
    let tiers = vec![OrderTier { orders: 1, receive: cents(1_00) }];
    let history = Reward::OrderHistory { tiers, counts_from: Some(midnight(2, 1)) };
    let until = midnight(1, 10);
    // In force from the first order's instant on.
    let history = Rule { from: Some(midnight(1, 10)), until: Some(midnight(6, 1)), ..rule(history) };
    let program = program(vec![Rule { until: Some(until), ..rule(fixed) }, history]);
    let orders = [order(0, "o1", midnight(1, 10), 5_00), order(1, "o2", midnight(2, 1), 5_00)];
    let told = briefly(&heard(&person(&orders, &[]), &program, midnight(2, 1)));
    let too_early = NotGranted::BeforeCountsFrom { counts_from: midnight(2, 1) };
    let expected = [
        "event o1".to_owned(),
        "counted v=500 n=1 s=500".to_owned(),
        format!("per_order gives nothing: {:?}", NotGranted::NoLongerInForce { until }),
        format!("order_history gives nothing: {too_early:?}"),
        "event o2".to_owned(),
        "counted v=500 n=2 s=1000".to_owned(),
        format!("counted since {}: n=1 s=500", midnight(2, 1)),
        format!("per_order gives nothing: {:?}", NotGranted::NoLongerInForce { until }),
        "order_history gives 100 in lot 1: OrderTier { orders: 1 }".to_owned(),
        "grant 100 of lot 1 by o2, 100 left".to_owned(),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_trace_hears_why_a_refund_reclaims_nothing() {
    let fixed = Reward::PerOrder { reward: OrderReward::Fixed(cents(2_00)), min_spend: Some(cents(10_00)) };
    let cancelled = Order { cancelled_at: Some(noon(1, 12)), ..order(0, "gone", noon(1, 10), 20_00) };
    let orders = [cancelled, order(1, "free", noon(1, 11), 0), order(2, "small", noon(1, 11), 5_00)];
    let credit = Refund { method: RefundMethod::StoreCredit, ..refund(0, "r-credit", 0, noon(1, 11), 1_00) };
    let refunds = [
        credit,
        refund(1, "r-late", 0, noon(1, 13), 1_00),
        refund(2, "r-free", 1, noon(1, 13), 1_00),
        refund(3, "r-small", 2, noon(1, 13), 1_00),
    ];
    let mut program = program(vec![rule(fixed)]);
    let told = |program: &Program| -> Vec<NotReclaimed> {
        let decisions = heard(&person(&orders, &refunds), program, midnight(2, 1));
        let reasons = decisions.iter().filter_map(|it| match it {
            Decision::NotReclaimed(reason) => Some(*reason),
            _ => None,
        });
        reasons.collect()
    };
    let none = [
        NotReclaimed::StoreCredit,
        NotReclaimed::TotalZero,
        NotReclaimed::AfterCancellation,
        NotReclaimed::NothingGranted,
    ];
    // By id: r-credit, then of one instant r-free, r-late, r-small.
    assert_eq!(told(&program), none);
    let from = midnight(1, 13);
    program.clawback.from = from;
    // The cancellation is too early now and reclaims nothing either.
    assert_eq!(told(&program), [none[0], NotReclaimed::BeforeFrom { from }, none[1], none[2], none[3]]);
}

#[test]
fn a_trace_hears_debt_and_its_repayment() {
    let add = |row, id, at, amount| Adjustment {
        fact: FactRef::Adjustment(FactRow::new(row)),
        id,
        adjusted_at: at,
        change: AdjustmentChange::By(cents(amount)),
        currency: usd(),
        expires_at: None,
    };
    let redemptions = [redemption("x1", Some(OrderIndex::new(0)), noon(1, 11), 5_00)];
    let to_zero = Adjustment { change: AdjustmentChange::To(Amount::ZERO), ..add(2, "a3", noon(1, 15), 0) };
    let adjustments = [add(0, "a1", noon(1, 10), 2_00), add(1, "a2", noon(1, 12), 4_00), to_zero];
    let orders = [Order { paid_at: None, ..order(0, "o1", noon(1, 11), 5_00) }];
    let refunds = [Refund { method: RefundMethod::Restore, ..refund(0, "r1", 0, noon(1, 13), 4_00) }];
    let person = Person { redemptions: &redemptions, adjustments: &adjustments, ..person(&orders, &refunds) };
    let carrying = Program { carry_debt: true, ..program(Vec::new()) };
    let expected = [
        "ignored o1: Unpaid",
        "event a1",
        "balance 0 adjusted by 200",
        "adjustment gives 200 in lot 1: Stated",
        "grant 200 of lot 1 by a1, 200 left",
        "event x1",
        "redeem -200 of lot 1 by x1, 0 left",
        "redeem -300 of debt by x1, 300 left",
        "event a2",
        "balance -300 adjusted by 400",
        "adjustment gives 400 in lot 2: Stated",
        "grant 400 of lot 2 by a2, 400 left",
        "settle -300 of lot 2 by a2, 100 left",
        "settle 300 of debt by a2, 0 left",
        "event r1",
        // The debt came last, so it comes back first: it is settled. 1.00 of the lot follows.
        "restore 100 of lot 1 by r1, 100 left",
        "restored 400, of it settled 300",
        "refund_credit gives 300 in lot 3: Settled",
        "grant 300 of lot 3 by r1, 300 left",
        "counted refund 400",
        "nothing reclaimed: NothingGranted",
        "event a3",
        "balance 500 adjusted by -500",
        // Without expiry all three: by the instant at which they were made.
        "adjust -100 of lot 1 by a3, 0 left",
        "adjust -100 of lot 2 by a3, 0 left",
        "adjust -300 of lot 3 by a3, 0 left",
    ];
    assert_eq!(briefly(&heard(&person, &carrying, midnight(2, 1))), expected);
    let reporting = program(Vec::new());
    let told = briefly(&heard(&person, &reporting, midnight(2, 1)));
    let odd: Vec<&String> = told.iter().filter(|it| it.starts_with("unbacked")).collect();
    assert_eq!(odd, ["unbacked Some(300)", "unbacked lowered by 300"]);
}

#[test]
fn a_trace_hears_why_a_fact_makes_no_event() {
    let order = order(0, "o1", noon(1, 10), 5_00);
    let orders = [
        Order { cancelled_at: Some(noon(1, 9)), ..order },
        Order { id: "o2", paid_at: Some(noon(3, 1)), credit: cents(1), ..order },
    ];
    let redemptions = [redemption("x1", None, noon(1, 11), 5_00)];
    let person = Person { redemptions: &redemptions, ..person(&orders, &[]) };
    let mut program = program(Vec::new());
    program.redemption.from = accrue_kernel::program::RedemptionSource::Orders;
    let told = briefly(&heard(&person, &program, midnight(2, 1)));
    let expected = [
        format!("ignored x1: {:?}", Ignored::OtherSource),
        format!("ignored o1: {:?}", Ignored::CancelledBeforePayment),
        format!("ignored o2: {:?}", Ignored::AfterAsOf { at: noon(3, 1) }),
        "event cancel:o1".to_owned(),
        "restored 0, of it settled 0".to_owned(),
        "counted refund 500".to_owned(),
        "nothing reclaimed: NothingGranted".to_owned(),
        "event order:o2".to_owned(),
        "unbacked Some(1)".to_owned(),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_trace_hears_of_a_lot_that_would_be_born_expired_and_of_one_that_is_too_large() {
    let reward = OrderReward::ByValue { every: cents(1), receive: cents(10_000_000_000), prorated: false };
    let mut large = rule(Reward::PerOrder { reward, min_spend: None });
    let late =
        Rule { expiry: Some(Expiry::Days(0)), ..rule(Reward::FirstOrder { reward: OrderReward::Fixed(cents(1)) }) };
    large.expiry = Some(Expiry::Never);
    let mut born_expired = late.clone();
    born_expired.expiry = Some(Expiry::Until(accrue_kernel::time::LocalDate::from_ymd(2024, 1, 9).unwrap()));
    let orders = [order(0, "o1", noon(1, 10), 10)];
    let told = briefly(&heard(&person(&orders, &[]), &program(vec![large, born_expired]), midnight(2, 1)));
    let (amount, expires_at) = (cents(1), midnight(1, 10));
    let expected = [
        "event o1".to_owned(),
        "counted v=10 n=1 s=10".to_owned(),
        format!("first_order gives nothing: {:?}", NotGranted::BornExpired { amount, expires_at }),
        "born_expired Some(1)".to_owned(),
        // 10 * 10,000,000,000 cents are 1,000,000,000.00.
        format!("per_order gives nothing: {:?}", NotGranted::OutOfRange { amount: cents(100_000_000_000).into() }),
        "out_of_range Some(100000000000)".to_owned(),
    ];
    assert_eq!(told, expected);
}
