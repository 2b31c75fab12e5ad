//! The figures of an event that rules use: from its fact, and from its place in the person's history. A part of the
//! model.

use serde::Serialize;

/// The figures of an event.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "docs/explain.md says what they mean")]
pub enum Figures {
    Registration {
        orders_before: u64,
        spend_before: String,
    },
    Order {
        items: String,
        credit: String,
        total: String,
        #[serde(flatten)]
        counted: Option<Counted>,
    },
    Refund {
        amount: String,
        method: &'static str,
        refunded_at: String,
        order_total: String,
        /// What of it counts as refunded; `None` for nothing.
        counted: Option<String>,
    },
    Cancellation {
        order_total: String,
        /// What refunds before it have left of the total.
        amount: Option<String>,
    },
    Redemption {
        amount: String,
    },
    Adjustment {
        mode: &'static str,
        amount: String,
        #[serde(flatten)]
        worked_out: Option<WorkedOut>,
    },
    Expiry {},
    Posting {},
}

/// What an order adds to the history of the person.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// The value that earns.
    pub value: String,
    /// The number of the order among the orders of the person.
    pub orders: u64,
    /// The spend in the currency before it.
    pub spend_before: String,
    /// The spend in the currency with it.
    pub spend: String,
    /// The same for the rules that count orders from an instant on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<CountedSince>,
}

/// The history of a person since an instant.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as in `Counted`")]
pub struct CountedSince {
    pub counts_from: String,
    pub orders: u64,
    pub spend_before: String,
    pub spend: String,
}

/// What an adjustment changes.
#[derive(Clone, Debug, Serialize)]
pub struct WorkedOut {
    /// The balance before, less what is owed.
    pub balance_before: String,
    /// What is added, or taken if it is below zero.
    pub change: String,
}
