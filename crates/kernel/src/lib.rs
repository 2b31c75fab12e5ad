//! Computes the store credit of one person: the entries that the ledger should have at an instant.
//!
//! [`compute`], or [`Calculator`] for a few people, is a pure function of a person's [facts], a [program] and as_of. It
//! implements sections 1 and 3 to 6 of `docs/spec.md`; comments cite a section as `docs/spec.md 5.2`. The crate uses no
//! files, clock, threads, Arrow or serde. It returns no errors: facts that are odd become [exceptions](exception).
//!
//! [`Calculator`]: calculator::Calculator
//!
//! [`audit_entries`] checks the result of one person, [`delta`] subtracts the entries that are already posted, and
//! [`audit_postings`] checks the rows of a ledger. A [`trace`] hears the decisions that lead to the result.
//!
//! # What is stable
//!
//! The entries for the same facts, program and as_of are stable. [`CALCULATION`] rises with every version of this crate
//! that computes other entries. There is one exception: local midnights, and so expiries, follow the time zone data of
//! `chrono-tz`.
//!
//! The Rust items of this crate are the stable part of accrue, for programs that compute credit themselves. One changes
//! only with the middle number of the version, and the changelog says which and why.
//!
//! # Example
//!
//! A shop gives 0.50 USD for each whole 10.00 USD of an order, valid for 90 days.
//!
//! ```
//! use accrue_kernel::audit_entries;
//! use accrue_kernel::calculator::Calculator;
//! use accrue_kernel::currency::Currency;
//! use accrue_kernel::entry::Kind;
//! use accrue_kernel::facts::{FactRef, FactRow, Order, Person};
//! use accrue_kernel::money::Amount;
//! use accrue_kernel::program::{ClawbackShare, Expiry, OrderReward, Program, Reward, Rule, RuleIndex};
//! # use accrue_kernel::program::{
//! #     ClawbackTerms, Reach, RedemptionOrder, RedemptionSource, RedemptionTerms, RefundSource,
//! # };
//! use accrue_kernel::time::{Timestamp, LocalCalendar};
//!
//! let usd = Currency::from_code("USD").unwrap();
//! let cents = Amount::from_minor;
//! let rule = Rule {
//!     id: "per_order".to_owned(),
//!     reward: Reward::PerOrder {
//!         reward: OrderReward::ByValue { every: cents(10_00), receive: cents(50), prorated: false },
//!         min_spend: None,
//!     },
//!     currency: usd,
//!     from: None,
//!     until: None,
//!     expiry: Some(Expiry::Days(90)),
//!     clawback: ClawbackShare::Prorate,
//! };
//! let program = Program {
//!     currency: usd,
//!     zone: LocalCalendar::new(chrono_tz::America::New_York),
//!     rules: vec![rule],
//!     // The other fields have the defaults of docs/program.md.
//! #     name: "Example".to_owned(),
//! #     earn_on_credit: false,
//! #     switches: Vec::new(),
//! #     shared_expiry: Vec::new(),
//! #     redemption: RedemptionTerms {
//! #         from: RedemptionSource::Redemptions,
//! #         order: RedemptionOrder::SoonestExpiry,
//! #         restore_on_cancel: true,
//! #     },
//! #     refunds_from: RefundSource::Refunds,
//! #     // 2023-08-09T00:00:00 in New York.
//! #     clawback: ClawbackTerms {
//! #         from: Timestamp::from_micros(1_691_553_600_000_000),
//! #         reach: Reach::Account,
//! #         on_store_credit: false,
//! #     },
//! #     carry_debt: false,
//! #     refund_credit_expiry: Expiry::Never,
//! #     link_guests: true,
//! };
//!
//! let paid_at = Timestamp::from_micros(1_714_564_800_000_000); // 2024-05-01T12:00:00Z
//! let order = Order {
//!     fact: FactRef::Order(FactRow::new(0)),
//!     id: "1001",
//!     placed_at: paid_at,
//!     paid_at: Some(paid_at),
//!     cancelled_at: None,
//!     currency: usd,
//!     items: cents(39_99),
//!     total: cents(45_99),
//!     credit: Amount::ZERO,
//! };
//! let person = Person {
//!     id: "ada",
//!     registration: None,
//!     orders: &[order],
//!     refunds: &[],
//!     redemptions: &[],
//!     adjustments: &[],
//! };
//!
//! let as_of = Timestamp::from_micros(1_717_200_000_000_000); // 2024-06-01T00:00:00Z
//! let out = Calculator::new(&program).person(&person, as_of);
//! audit_entries::check(&out, &mut Vec::new()).unwrap();
//!
//! // 39.99 holds 3 whole steps of 10.00: 3 * 0.50 = 1.50. The order is paid on 1 May, local time; the 90th day after
//! // it is 30 July (30 + 30 + 30 days). The credit is valid to the end of that day, so it expires at the midnight
//! // that begins 31 July in New York, which is 04:00 UTC.
//! let [grant] = out.entries[..] else { panic!("one entry") };
//! assert_eq!((grant.kind, grant.rule), (Kind::Grant, Some(RuleIndex::new(0))));
//! assert_eq!(grant.source_id.0.to_string(), "1001");
//! assert_eq!(grant.amount.display(usd).to_string(), "1.50");
//! assert_eq!(grant.effective_at, paid_at);
//! assert_eq!(grant.expires_at.unwrap().to_string(), "2024-07-31T04:00:00.000000Z");
//! ```
//!
//! # Inside
//!
//! `timeline` sorts the events of a person; `replay` applies them one after the other. For an order, `earn` asks the
//! `rules` for the reward and makes lots. `redemption`, `refund` (with `restore`, `clawback`, `refund_credit`) and
//! `adjustment` change lots; `finalize` sorts and sums the entries.
//!
//! Invariants: only `lots` changes the amounts of lots; only [`money`] rounds; the order of events is total (instant,
//! kind, id), so the order of the facts in [`facts::Person`] does not matter.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

mod adjustment;
pub mod audit_entries;
pub mod audit_postings;
pub mod calculator;
mod clawback;
pub mod compiled_program;
mod context;
pub mod currency;
mod debt;
pub mod decision;
pub mod delta;
mod earn;
pub mod entry;
mod event;
mod event_id;
pub mod exception;
mod expiry;
mod expiry_queue;
pub mod facts;
mod fifo_heap;
mod finalize;
mod history;
mod journal;
mod lots;
pub mod moment;
pub mod money;
pub mod outcome;
pub mod program;
mod redeemed;
mod redemption;
mod refund;
mod refund_credit;
mod refunded;
mod replay;
mod restore;
mod rule_index;
mod rules;
pub mod state;
pub mod time;
mod timeline;
pub mod trace;

use compiled_program::CompiledProgram;
use facts::Person;
use outcome::PersonLedger;
use state::PersonState;
use time::Timestamp;
use trace::{Silent, Trace};

/// The version of the calculation: it rises whenever the same facts, program and as_of would give other entries.
pub const CALCULATION: u32 = 1;

/// Computes the entries, exceptions and balances of one person at as_of.
///
/// An event at as_of itself counts, and a lot that expires at as_of has expired (docs/spec.md 1, 3). `state` and `out`
/// are cleared first; passing the same ones for every person saves memory allocations.
///
/// # Panics
///
/// Panics if [`Refund::order`] or [`Redemption::order`] is not an index into the orders of the person, or if an amount
/// `every` of a rule is zero. It may panic or give wrong entries if the conditions stated at [`Program`] do not hold.
///
/// [`Refund::order`]: facts::Refund::order
/// [`Redemption::order`]: facts::Redemption::order
/// [`Program`]: program::Program
pub fn compute<'a>(
    person: &Person<'a, '_>,
    compiled: &CompiledProgram<'_>,
    as_of: Timestamp,
    state: &mut PersonState<'a>,
    out: &mut PersonLedger<'a>,
) {
    compute_traced(person, compiled, as_of, state, out, &mut Silent);
}

/// Computes the same as [`compute`] while `trace` hears every decision.
///
/// # Panics
///
/// Panics where [`compute`] does.
pub fn compute_traced<'a, T: Trace<'a>>(
    person: &Person<'a, '_>,
    compiled: &CompiledProgram<'_>,
    as_of: Timestamp,
    state: &mut PersonState<'a>,
    out: &mut PersonLedger<'a>,
    trace: &mut T,
) {
    out.clear();
    replay::replay(person, compiled, as_of, state, out, trace);
    finalize::finalize(state, compiled.program, out);
}
