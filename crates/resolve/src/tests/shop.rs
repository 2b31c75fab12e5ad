//! A shop small enough to write down, and what comes out of it as lines to compare.

use crate::{Gathered, People, PersonFacts, Ranks, resolve};
use accrue_facts::FactKind;
use accrue_facts::filled::Filled;
use accrue_facts::short_numbers::{ShortAmount, ShortTime};
use accrue_facts::short_text::ShortText;
use accrue_facts::table::{Batch, Table};
use accrue_facts::text_column::TextColumn;
use accrue_facts::*;
use accrue_kernel::currency::Currency;
use accrue_kernel::facts::{AdjustmentChange, Person, RefundMethod};
use accrue_kernel::money::Amount;
use accrue_kernel::program::*;
use accrue_kernel::time::{LocalCalendar, Timestamp};
use std::sync::LazyLock;

/// Rows as they were read; an empty text is none, times are microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shop {
    pub orders: Vec<OrderSays>,
    pub registrations: Vec<RegistrationSays>,
    pub refunds: Vec<RefundSays>,
    pub redemptions: Vec<RedemptionSays>,
    pub adjustments: Vec<AdjustmentSays>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OrderSays {
    pub id: &'static str,
    pub customer: &'static str,
    pub email: &'static str,
    pub placed: i64,
    pub cancelled: Option<i64>,
    pub updated: Option<i64>,
    pub refunded: i64,
    /// USD where empty.
    pub currency: &'static str,
    pub void: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RegistrationSays {
    pub id: &'static str,
    pub email: &'static str,
    pub card: &'static str,
    pub name: &'static str,
    pub registered: i64,
    pub updated: Option<i64>,
    pub void: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RefundSays {
    pub id: &'static str,
    pub order: &'static str,
    pub refunded: i64,
    /// Ten-thousandths, with trailing zeros.
    pub amount: i64,
    pub updated: Option<i64>,
    pub void: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RedemptionSays {
    pub id: &'static str,
    pub customer: &'static str,
    pub card: &'static str,
    pub order: &'static str,
    pub redeemed: i64,
    pub updated: Option<i64>,
    pub void: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AdjustmentSays {
    pub id: &'static str,
    pub customer: &'static str,
    pub note: &'static str,
    pub adjusted: i64,
    pub updated: Option<i64>,
    pub void: bool,
}

static UTC: LazyLock<LocalCalendar> = LazyLock::new(|| LocalCalendar::new(chrono_tz::UTC));

/// Nothing after it exists.
pub(crate) const AS_OF: i64 = 1000;

impl Shop {
    pub(crate) fn facts(&self) -> Facts {
        Facts {
            orders: table(&self.orders, |says, extras| {
                (says.row(extras), says.updated, vec![says.id, says.customer, says.email])
            }),
            registrations: table(&self.registrations, |says, _| {
                (says.row(), says.updated, vec![says.id, says.email, says.card, says.name, ""])
            }),
            refunds: table(&self.refunds, |says, _| (says.row(), says.updated, vec![says.id, says.order, ""])),
            redemptions: table(&self.redemptions, |says, _| {
                (says.row(), says.updated, vec![says.id, says.customer, says.card, says.order])
            }),
            adjustments: table(&self.adjustments, |says, _| {
                (says.row(), says.updated, vec![says.id, says.customer, "", says.note])
            }),
            files: (0..99).map(file).collect(),
            ..Facts::default()
        }
    }

    pub(crate) fn people(&self, program: &Program) -> People {
        resolve(self.facts(), program, Timestamp::from_micros(AS_OF))
    }
}

fn file(number: u64) -> FileRead {
    let path = format!("{number}.csv").into();
    let (kind, digest, filled, nowhere) = (FactKind::Orders, String::new(), Filled::default(), Vec::new());
    let told_by_place = String::new();
    FileRead {
        input: InputIndex::new(0),
        kind,
        path,
        digest,
        bytes: 0,
        rows: 2,
        filled,
        nowhere,
        repeated: 0,
        newer: 0,
        decimal: None,
        last_line_unended: false,
        unconfirmed: None,
        lines_unwrapped: false,
        kept_since: None,
        told_by_place,
    }
}

/// A row, when it was updated, and its texts.
type Said<R> = (R, Option<i64>, Vec<&'static str>);

/// Makes batches of two rows.
fn table<S, R: Row>(says: &[S], make: impl Fn(&S, &mut Vec<Extras>) -> Said<R>) -> Table<R> {
    let mut table = Table::default();
    for (batch, says) in says.chunks(2).enumerate() {
        let (mut rows, mut updated, mut extras) = (Vec::new(), Vec::new(), Vec::new());
        let mut columns = vec![Vec::new(); R::TEXTS.len()];
        for says in says {
            let (row, updated_at, texts) = make(says, &mut extras);
            rows.push(row);
            updated.push(time(updated_at));
            for (column, text) in columns.iter_mut().zip(texts) {
                column.push((!text.is_empty()).then_some(text));
            }
        }
        let places = (1..=says.len() as u64).map(|row| 10 * batch as u64 + row).collect();
        let is_empty = |column: &Vec<Option<&str>>| column.iter().all(Option::is_none);
        let texts = columns.into_iter().map(|column| (!is_empty(&column)).then(|| TextColumn::of_all(column.into())));
        table.push(rows, Batch { file: FileIndex::new(batch), places, texts: texts.collect(), updated, extras });
    }
    table
}

fn time(micros: Option<i64>) -> Time {
    micros.map_or(Time::NULL, |micros| Timestamp::from_micros(micros).into())
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(if code.is_empty() { "USD" } else { code }).unwrap()
}

impl OrderSays {
    fn row(&self, extras: &mut Vec<Extras>) -> OrderRow {
        let (credit, refunded) = (Amount::ZERO, Amount::from_minor(self.refunded));
        extras.push(Extras { cancelled_at: time(self.cancelled), credit, refunded, ..Extras::NONE });
        OrderRow {
            id: ShortText::new(self.id),
            placed_at: time(Some(self.placed)),
            paid: ShortTime::split(time(Some(self.placed)), time(Some(self.placed))).0,
            items: ShortAmount::split(Amount::from_minor(100)).0,
            total: ShortAmount::split(Amount::from_minor(100)).0,
            extras: Some(ExtrasIndex::new(extras.len() - 1)),
            currency: currency(self.currency),
            void: self.void,
        }
    }
}

impl RegistrationSays {
    fn row(&self) -> RegistrationRow {
        RegistrationRow {
            registered_at: time(Some(self.registered)),
            orders_before: 0,
            spend_before: Amount::ZERO,
            void: self.void,
        }
    }
}

impl RefundSays {
    fn row(&self) -> RefundRow {
        let (mut mantissa, mut decimals) = (self.amount, 4);
        while decimals > 0 && mantissa % 10 == 0 {
            (mantissa, decimals) = (mantissa / 10, decimals - 1);
        }
        RefundRow {
            refunded_at: time(Some(self.refunded)),
            amount: ExactDecimal { mantissa, decimals },
            method: RefundMethod::Original,
            notify: false,
            void: self.void,
            id: ShortText::new(self.id),
        }
    }
}

impl RedemptionSays {
    fn row(&self) -> RedemptionRow {
        RedemptionRow {
            redeemed_at: time(Some(self.redeemed)),
            amount: Amount::from_minor(5),
            currency: currency(""),
            void: self.void,
            id: ShortText::new(self.id),
        }
    }
}

impl AdjustmentSays {
    fn row(&self) -> AdjustmentRow {
        AdjustmentRow {
            adjusted_at: time(Some(self.adjusted)),
            expires_at: Time::NULL,
            amount: Amount::from_minor(7),
            to: false,
            currency: currency(""),
            void: self.void,
            id: ShortText::new(self.id),
        }
    }
}

pub(crate) fn program() -> Program {
    Program {
        name: "test".to_string(),
        currency: currency("USD"),
        zone: UTC.clone(),
        earn_on_credit: false,
        switches: Vec::new(),
        shared_expiry: Vec::new(),
        rules: Vec::new(),
        redemption: RedemptionTerms {
            from: RedemptionSource::Redemptions,
            order: RedemptionOrder::SoonestExpiry,
            restore_on_cancel: true,
        },
        refunds_from: RefundSource::Refunds,
        clawback: ClawbackTerms { from: Timestamp::from_micros(0), reach: Reach::Account, on_store_credit: false },
        carry_debt: false,
        refund_credit_expiry: Expiry::Never,
        link_guests: true,
    }
}

/// One line per person, then one per stray and per reject.
pub(crate) fn lines(people: &People) -> Vec<String> {
    let mut gathered = Gathered::new(people);
    let mut lines = Vec::new();
    for rank in people.ranks() {
        // Three people at a time.
        if rank.get() % 3 == 0 {
            gathered.gather(Ranks::new(rank.get()..people.len().min(rank.get() + 3)));
        }
        let mut facts = PersonFacts::default();
        gathered.fill(rank, &mut facts);
        let person = facts.person();
        let events = events(&person);
        assert_eq!(people.id(rank), person.id);
        assert_eq!(people.event_count(rank), events.len());
        lines.push(format!("{}: {}", person.id, events.join(", ")));
    }
    // Rows that contradict others have tests of their own.
    let nobodys = people.strays().filter(|(_, other)| other.is_none());
    let nobodys = nobodys.filter_map(|(stray, _)| Some((stray, stray.amount?)));
    lines.extend(nobodys.map(|(stray, amount)| {
        let amount = amount.display(stray.currency).to_string();
        format!("{} {} {amount} {}", stray.reason.name(), stray.source_id.0, stray.currency)
    }));
    let reject = |reject: &Reject| format!("{} {} {}", reject.reason.name(), reject.column, reject.value);
    lines.extend(people.rejects().iter().map(reject));
    lines
}

fn events(person: &Person) -> Vec<String> {
    let at = |instant: Timestamp| instant.micros();
    let mut events = Vec::new();
    events.extend(person.registration.map(|registration| format!("registered @{}", at(registration.registered_at))));
    events.extend(person.orders.iter().map(|order| format!("order {} @{}", order.id, at(order.placed_at))));
    events.extend(person.refunds.iter().map(|refund| {
        let order = person.orders[refund.order.get()];
        let amount = refund.amount.display(order.currency);
        format!("refund {} of {} {amount} @{}", refund.id, order.id, at(refund.refunded_at))
    }));
    events.extend(person.redemptions.iter().map(|redemption| {
        let order = redemption.order.map_or("nothing", |order| person.orders[order.get()].id);
        format!("redemption {} for {order} @{}", redemption.id, at(redemption.redeemed_at))
    }));
    events.extend(person.adjustments.iter().map(|adjustment| {
        assert_eq!(adjustment.change, AdjustmentChange::By(Amount::from_minor(7)));
        format!("adjustment {} @{}", adjustment.id, at(adjustment.adjusted_at))
    }));
    events.sort();
    events
}
