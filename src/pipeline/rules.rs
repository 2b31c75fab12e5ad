//! Reads the `[[rule]]` tables of a program (docs/spec.md 4): the keys that all methods have.

use super::amounts;
use super::dates::{self, Dated};
use super::terms;
use super::walk::{Section, Value};
use crate::kernel::currency::Currency;
use crate::kernel::entry::Method;
use crate::kernel::program::{ClawbackShare, Expiry, Reward, Rule};
use crate::kernel::time::LocalCalendar;

const KEYS: &[&str] =
    &["id", "method", "from", "until", "expiry", "currency", "clawback", "reward", "min_spend", "tiers", "counts_from"];

/// One version of a rule as far as it could be read.
pub(super) struct Draft<'d> {
    /// Where its `[[rule]]` is.
    pub(super) at: usize,
    pub(super) id: String,
    pub(super) method: Method,
    /// `None` where it could not be read.
    pub(super) currency: Option<Currency>,
    pub(super) from: Option<Dated<'d>>,
    pub(super) until: Option<Dated<'d>>,
    /// Whether the dates that are given could be read.
    pub(super) is_dated: bool,
    expiry: Option<Expiry>,
    clawback: ClawbackShare,
    reward: Option<Reward>,
}

/// Reads the `[[rule]]` tables of a program; `currency` is the program's, where it is known.
pub(super) fn read<'d>(root: &Section<'d>, currency: Option<Currency>, zone: &LocalCalendar) -> Vec<Draft<'d>> {
    let tables = root.sections("rule", "[[rule]]", KEYS);
    if tables.is_empty() && root.get("rule").is_none_or(|rules| rules.raw().is_array()) {
        root.faults.add_with(root.at, "the program has no rules", "add a `[[rule]]` with a `method` and a `reward`");
    }
    let drafts: Vec<_> = tables.iter().filter_map(|table| draft(table, currency, zone)).collect();
    refuse_repeated_ids(root, &drafts);
    drafts
}

impl Draft<'_> {
    /// Returns the rule, if all of it could be read.
    pub(super) fn into_rule(self) -> Option<Rule> {
        Some(Rule {
            id: self.id,
            reward: self.reward?,
            currency: self.currency?,
            from: self.from.map(|from| from.at),
            until: self.until.map(|until| until.at),
            expiry: self.expiry,
            clawback: self.clawback,
        })
    }

    /// Tells whether there are instants between `from` and `until`.
    pub(super) fn has_a_span(&self) -> bool {
        match (self.from, self.until) {
            (Some(from), Some(until)) => from.at < until.at,
            _ => true,
        }
    }
}

fn draft<'d>(table: &Section<'d>, program: Option<Currency>, zone: &LocalCalendar) -> Option<Draft<'d>> {
    let method = table.require("method", "say what it rewards: `method = \"per_order\"`");
    let from = table.get("from").and_then(|value| dates::instant(value, zone));
    let until = table.get("until").and_then(|value| dates::instant(value, zone));
    let expiry = table.get("expiry").and_then(dates::expiry);
    let given_id = table.get("id").and_then(|value| value.text());
    let share = table.get("clawback").and_then(clawback);
    let currency = table.get("currency").map_or(program, amounts::currency);
    let earned = Method::ALL.into_iter().filter(|method| method.is_earned());
    let method = method?.choice(&earned.map(|method| (method.name(), method)).collect::<Vec<_>>())?;
    refuse_misplaced(table, method, program, currency);
    let draft = Draft {
        at: table.at,
        id: given_id.map_or_else(|| default_id(method, from), str::to_owned),
        method,
        currency,
        from,
        until,
        is_dated: is_read(table, "from", from) && is_read(table, "until", until),
        expiry,
        clawback: share.unwrap_or(ClawbackShare::Prorate),
        reward: terms::read(table, method, currency, zone),
    };
    if let (false, Some(until), Some(from)) = (draft.has_a_span(), table.get("until"), from) {
        until.fault(format!("`until` ({}) is not after `from` ({})", until.written(), from.written));
    }
    Some(draft)
}

fn clawback(value: Value<'_>) -> Option<ClawbackShare> {
    value.choice(&[
        ("prorate", ClawbackShare::Prorate),
        ("full_only", ClawbackShare::FullOnly),
        ("none", ClawbackShare::None),
    ])
}

/// Tells whether a date is left out or could be read.
fn is_read(table: &Section<'_>, key: &str, date: Option<Dated<'_>>) -> bool {
    date.is_some() || table.get(key).is_none()
}

fn default_id(method: Method, from: Option<Dated<'_>>) -> String {
    match from {
        Some(from) => format!("{}@{}", method.name(), from.written),
        None => method.name().to_owned(),
    }
}

/// Refuses keys that belong to rules of other methods.
fn refuse_misplaced(table: &Section<'_>, method: Method, program: Option<Currency>, currency: Option<Currency>) {
    let history = matches!(method, Method::OrderHistory | Method::SpendHistory);
    let belongs = [
        (
            "clawback",
            method != Method::Registration,
            "no order earned the credit, so no refund reclaims it: leave it out",
        ),
        ("min_spend", method == Method::PerOrder, "it belongs to `per_order` rules only"),
        ("tiers", history, "they belong to `order_history` and `spend_history` rules only"),
        ("counts_from", history, "it belongs to `order_history` and `spend_history` rules only"),
        ("reward", method != Method::OrderHistory, "write `tiers = [{ orders = 3, receive = \"2.00\" }]`"),
    ];
    for (key, allowed, remedy) in belongs {
        if let Some(value) = table.get(key).filter(|_| !allowed) {
            value.misplaced(format!("`{}` rules have no `{key}`", method.name()), remedy);
        }
    }
    if method == Method::Registration
        && let (Some(program), Some(own), Some(value)) = (program, currency, table.get("currency"))
        && program != own
    {
        value.fault_with(
            format!("a `registration` rule cannot be in {own}: the program's currency is {program}"),
            "leave `currency` out",
        );
    }
}

fn refuse_repeated_ids(root: &Section<'_>, drafts: &[Draft<'_>]) {
    for (index, draft) in drafts.iter().enumerate() {
        let has_its_id = |earlier: &Draft<'_>| earlier.is_dated && earlier.id == draft.id;
        if draft.is_dated && drafts[..index].iter().any(has_its_id) {
            root.faults.add_with(
                draft.at,
                format!("two rules have the id `{}`", draft.id),
                "give one of them an `id`, such as `id = \"spring-offer\"`",
            );
        }
    }
}
