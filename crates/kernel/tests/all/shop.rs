//! Short ways to write programs, facts and times for tests.

use accrue_kernel::currency::Currency;
use accrue_kernel::facts::{FactRef, FactRow, Order, OrderIndex, Refund, RefundMethod};
use accrue_kernel::money::Amount;
use accrue_kernel::program::{
    ClawbackShare, ClawbackTerms, Expiry, Program, Reach, RedemptionOrder, RedemptionSource, RedemptionTerms,
    RefundSource, Reward, Rule,
};
use accrue_kernel::time::{LocalCalendar, LocalDate, Timestamp};

pub fn usd() -> Currency {
    Currency::from_code("USD").unwrap()
}

pub const fn cents(minor: i64) -> Amount {
    Amount::from_minor(minor)
}

/// Returns noon UTC of a day of 2024.
pub fn noon(month: u32, day: u32) -> Timestamp {
    midnight(month, day).plus_micros(12 * 3600 * 1_000_000)
}

/// Returns the first instant of a day of 2024 in UTC.
pub fn midnight(month: u32, day: u32) -> Timestamp {
    let day = LocalDate::from_ymd(2024, month, day).unwrap();
    let epoch = LocalDate::from_epoch_days(0);
    let days = (0..).find(|&days| epoch.plus(days) == day).unwrap();
    Timestamp::from_micros(0).plus_days(days.into())
}

/// Makes a rule in USD without dates and without an expiry of its own.
pub fn rule(reward: Reward) -> Rule {
    let (id, clawback) = (reward.method().name().to_owned(), ClawbackShare::Prorate);
    Rule { id, reward, currency: usd(), from: None, until: None, expiry: None, clawback }
}

/// Makes a program in USD and UTC with the defaults of docs/program.md.
pub fn program(rules: Vec<Rule>) -> Program {
    Program {
        name: "A shop".to_owned(),
        currency: usd(),
        zone: LocalCalendar::new(chrono_tz::UTC),
        earn_on_credit: false,
        switches: Vec::new(),
        shared_expiry: Vec::new(),
        rules,
        redemption: RedemptionTerms {
            from: RedemptionSource::Redemptions,
            order: RedemptionOrder::SoonestExpiry,
            restore_on_cancel: true,
        },
        refunds_from: RefundSource::Refunds,
        // 2023-08-09, long before all tests.
        clawback: ClawbackTerms {
            from: Timestamp::from_micros(1_691_539_200_000_000),
            reach: Reach::Account,
            on_store_credit: false,
        },
        carry_debt: false,
        refund_credit_expiry: Expiry::Never,
        link_guests: true,
    }
}

/// Makes an order of goods alone, paid when it is placed.
pub fn order(row: u32, id: &str, at: Timestamp, amount: i64) -> Order<'_> {
    Order {
        fact: FactRef::Order(FactRow::new(row)),
        id,
        placed_at: at,
        paid_at: Some(at),
        cancelled_at: None,
        currency: usd(),
        items: cents(amount),
        total: cents(amount),
        credit: Amount::ZERO,
    }
}

/// Makes a refund to the payment method of an order.
pub fn refund(row: u32, id: &str, order: u32, at: Timestamp, amount: i64) -> Refund<'_> {
    let fact = FactRef::Refund(FactRow::new(row));
    let order = OrderIndex::new(order);
    Refund { fact, id, order, refunded_at: at, amount: cents(amount), method: RefundMethod::Original }
}
