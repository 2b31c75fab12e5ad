//! Balances at an instant: the sums of all people, and one person's balances and lots.

use super::digits::{Aligned, grouped, grouped_amount};
use super::lots::Lot;
use super::until::Until;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::Kind;
use accrue_kernel::money::WideAmount;
use accrue_kernel::outcome::Balance;
use accrue_kernel::time::{LocalCalendar, LocalDate, Timestamp};
use accrue_text::{folded, visible};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// The greatest width of an origin that stands in the line of its lot.
const ORIGIN: usize = 20;

/// The balances of all people, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everybody(BTreeMap<Currency, OfCurrency>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OfCurrency {
    /// The number of people with a balance above zero, and the sum of their balances.
    having: (u64, WideAmount),
    /// The number of people with a balance below zero, and the sum of their balances.
    owing: (u64, WideAmount),
}

/// The balances and lots of one person.
pub struct Statement<'a> {
    /// The person's id.
    pub customer_id: &'a str,
    /// The instant or day.
    pub until: Until,
    /// The days of lots are shown in this zone.
    pub zone: LocalCalendar,
    /// The balances by currency.
    pub balances: Vec<Balance>,
    /// The lots that had a posting until then.
    pub lots: Vec<Lot<'a>>,
}

impl Everybody {
    /// Adds one person's balances.
    pub fn add(&mut self, balances: &[Balance]) {
        for balance in balances.iter().filter(|balance| !balance.amount.is_zero()) {
            let own = self.0.entry(balance.currency).or_default();
            let (people, sum) = if balance.amount.is_positive() { &mut own.having } else { &mut own.owing };
            *people += 1;
            *sum += balance.amount;
        }
    }

    /// Adds the balances of other people.
    pub fn merge(&mut self, other: Everybody) {
        for (currency, theirs) in other.0 {
            let own = self.0.entry(currency).or_default();
            for (own, (people, sum)) in [(&mut own.having, theirs.having), (&mut own.owing, theirs.owing)] {
                own.0 += people;
                own.1 += sum;
            }
        }
    }

    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self, until: &Until) -> String {
        let currency = |(currency, own): (&Currency, &OfCurrency)| {
            let shown = |sum: WideAmount| sum.display(*currency).to_string();
            json!({
                "currency": currency.code(),
                "people_with_credit": own.having.0,
                "credit": shown(own.having.1),
                "people_in_debt": own.owing.0,
                "debt": shown(own.owing.1),
                "balance": shown(own.having.1 + own.owing.1),
            })
        };
        let mut json = until.to_json();
        json["balances"] = self.0.iter().map(currency).collect();
        pretty(&json)
    }

    /// Returns a table for people.
    pub fn table(&self, until: &Until) -> String {
        let mut text = folded(&format!("Balances {until}\n")).into_owned();
        let aligned = Aligned::of(self.0.keys().copied());
        text +=
            &format!("\n{:<10} {:>12} {:>20} {:>12} {:>20} {:>20}\n", "", "people", "credit", "people", "debt", "sum");
        for (currency, OfCurrency { having, owing }) in &self.0 {
            let shown = |sum: WideAmount| aligned.show(&sum.display(*currency).to_string());
            let (credit, debt, sum) = (shown(having.1), shown(owing.1), shown(having.1 + owing.1));
            let (with, without) = (grouped(having.0), grouped(owing.0));
            text += &format!("{:<10} {with:>12} {credit:>20} {without:>12} {debt:>20} {sum:>20}\n", currency.code());
        }
        if self.0.is_empty() {
            text += "nobody has any credit\n";
        }
        text
    }
}

impl Statement<'_> {
    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        let balance = |own: &Balance| {
            let shown = |sum: WideAmount| sum.display(own.currency).to_string();
            json!({
                "currency": own.currency.code(),
                "balance": shown(own.amount),
                "next_expires_at": own.next_expiry.map(|(at, _)| at.to_string()),
                "next_expiring": own.next_expiry.map(|(_, sum)| shown(sum)),
            })
        };
        let mut json = json!({"customer_id": self.customer_id});
        if let (Value::Object(json), Value::Object(until)) = (&mut json, self.until.to_json()) {
            json.extend(until);
        }
        json["balances"] = self.balances.iter().map(balance).collect();
        json["lots"] = self.shown_lots().map(lot_json).collect();
        pretty(&json)
    }

    fn shown_lots(&self) -> impl Iterator<Item = &Lot<'_>> {
        self.lots.iter().filter(|lot| !lot.is_nothing())
    }
}

fn lot_json(lot: &Lot<'_>) -> Value {
    let shown = |sum: WideAmount| sum.display(lot.currency).to_string();
    let mut json = json!({
        "currency": lot.currency.code(),
        "method": lot.method.name(),
        "origin_id": lot.origin_id.0.to_string(),
        "granted_at": lot.granted_at.map(|at| at.to_string()),
        "expires_at": lot.expires_at.map(|at| at.to_string()),
    });
    for kind in Kind::ALL {
        json[kind.name()] = shown(lot.sum(kind)).into();
    }
    json["remaining"] = shown(lot.remaining()).into();
    json
}

impl Display for Statement<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", folded(&format!("{} {}", visible(self.customer_id), self.until)))?;
        let aligned = self.aligned();
        for Balance { currency, amount, next_expiry } in &self.balances {
            write!(f, "  balance {} {currency}", grouped_amount(&amount.display(*currency).to_string()))?;
            if let Some((at, sum)) = next_expiry {
                let sum = grouped_amount(&sum.display(*currency).to_string());
                write!(f, ", of which {sum} until {}", self.last_day(*at))?;
            }
            writeln!(f)?;
        }
        if self.balances.is_empty() {
            return writeln!(f, "  nothing was posted until then");
        }
        let [method, origin, granted_on] = ["method", "origin", "granted on"];
        let [granted, remaining, last_day] = ["granted", "remaining", "last day"];
        writeln!(
            f,
            "\n  {method:<13} {origin:<ORIGIN$} {granted_on:<10} {granted:>15} {remaining:>15}      {last_day}"
        )?;
        self.shown_lots().try_for_each(|lot| self.write_lot(f, lot, aligned))
    }
}

impl Statement<'_> {
    fn aligned(&self) -> Aligned {
        Aligned::of(self.lots.iter().map(|lot| lot.currency))
    }

    /// Returns the last local day on which something is valid that ends at an instant.
    fn last_day(&self, expires_at: Timestamp) -> LocalDate {
        self.zone.day_of(expires_at.plus_micros(-1))
    }

    fn write_lot(&self, f: &mut Formatter<'_>, lot: &Lot<'_>, aligned: Aligned) -> fmt::Result {
        let shown = |sum: WideAmount| aligned.show(&sum.display(lot.currency).to_string());
        let origin = lot.origin_id.0.to_string();
        let (method, mut origin) = (lot.method.name(), visible(&origin));
        let granted_on = lot.granted_at.map_or_else(String::new, |at| self.zone.day_of(at).to_string());
        let (granted, remaining) = (shown(lot.sum(Kind::Grant)), shown(lot.remaining()));
        let last_day = lot.expires_at.map_or_else(|| "never".to_owned(), |at| self.last_day(at).to_string());
        let currency = lot.currency;
        if origin.chars().count() > ORIGIN {
            // A line of its own, so that it can be copied and breaks no column.
            writeln!(f, "  {method:<13} {origin}")?;
            origin = "".into();
        }
        let method = if origin.is_empty() && lot.granted_at.is_some() { "" } else { method };
        writeln!(
            f,
            "  {method:<13} {origin:<ORIGIN$} {granted_on:<10} {granted:>15} {remaining:>15} {currency}  {last_day}"
        )
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("plain data") + "\n"
}
