//! The steps of an event: one decision each, with the figures that it was made from and what it moves. A part of the
//! model.

use serde::Serialize;

/// One decision, and what it moves.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[expect(missing_docs, reason = "docs/explain.md says what they mean")]
pub enum Step {
    /// A lot is made.
    Granted {
        method: &'static str,
        rule: Option<String>,
        formula: Formula,
        amount: String,
        lot: u32,
        expires_at: Option<String>,
        last_day: Option<String>,
        moves: Vec<Move>,
    },
    /// A rule gives nothing.
    NotGranted {
        method: Option<&'static str>,
        rule: Option<String>,
        /// One of the list in docs/explain.md.
        reason: &'static str,
        figures: NotGrantedFigures,
    },
    /// Credit is spent.
    Redeemed { asked: String, moves: Vec<Move>, uncovered: Option<Uncovered> },
    /// Credit is taken by an adjustment.
    Taken { asked: String, moves: Vec<Move>, uncovered: Option<Uncovered> },
    /// Credit that paid for the order comes back.
    Restored { limit: Option<String>, amount: String, settled: String, moves: Vec<Move>, lowered: Vec<Lowered> },
    /// A refund reclaims its share of a lot from that lot.
    Reclaimed(Reclaimed),
    /// The person's other lots, or debt, make up for what a lot does not hold any more.
    Collected { lot: u32, shortfall: String, moves: Vec<Move>, uncovered: Option<Uncovered> },
    /// A refund reclaims nothing.
    NotReclaimed {
        /// One of the list in docs/explain.md.
        reason: &'static str,
        from: Option<String>,
        /// The same in the program's time zone.
        local: Option<String>,
    },
    /// What remains of a lot leaves.
    Expired { lot: u32, moves: Vec<Move> },
    /// A run has posted it, and it is not explained.
    Posted { run: i64, last_day: Option<String>, moves: Vec<Move> },
    /// The fact is odd: an exception.
    Odd { reason: &'static str, amount: Option<String> },
}

/// What a refund reclaims of one lot.
#[derive(Clone, Debug, Serialize)]
pub struct Reclaimed {
    /// The lot.
    pub lot: u32,
    /// How much of it a refund reclaims: `prorate`, `full_only`, `none`.
    pub share: &'static str,
    /// What it was granted.
    pub lot_granted: String,
    /// What the refunds that reclaim come to, this one included; `None` where an order of total zero is cancelled.
    pub refunded: Option<String>,
    /// The total of the order.
    pub total: Option<String>,
    /// The exact share of all refunds so far, where something is divided.
    pub exact: Option<Exact>,
    /// That share, rounded towards zero.
    pub due_so_far: String,
    /// What earlier refunds were to reclaim.
    pub due_before: String,
    /// What this refund is to reclaim.
    pub due: String,
    /// What the lot itself gives.
    pub taken: String,
    /// What has expired of it already, and counts as reclaimed.
    pub counted_as_expired: String,
    /// The rest, for which other lots make up.
    pub shortfall: String,
    /// Why the lot gives nothing: `none`, `full_only`, `already_reclaimed`, `already_expired`, `nothing_left`.
    pub reason: Option<&'static str>,
    /// What is moved.
    pub moves: Vec<Move>,
}

/// A result before it is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exact {
    /// For people: all decimals, or the first ones and `...`.
    pub shown: String,
    /// What rounding drops, in minor units: this over that.
    pub dropped_numerator: i64,
    /// See above.
    pub dropped_denominator: i64,
}

/// How the amount of a lot comes about.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[expect(missing_docs, reason = "docs/explain.md says what they mean")]
pub enum Formula {
    /// The event states it.
    Stated {},
    /// Credit that paid for an order comes back: it was debt then and is settled.
    Settled {
        settled: String,
    },
    /// The rest of a refund that first gives back the credit that paid for its order.
    RestOfRefund {
        refund: String,
        /// What redemptions that name the order took.
        paid_with_credit: String,
        /// What refunds before it gave back of that.
        given_back_before: String,
        /// What a cancellation before it gave back of that: it is not given back twice, and is no new credit.
        given_back_by_cancellation: String,
        /// What of the refund goes back, at most what is left of that.
        given_back: String,
        /// What of it repaid debt, and comes with the rest.
        settled: String,
    },
    Fixed {
        fixed: String,
    },
    /// So much for each whole step of the value.
    ValueSteps {
        value: String,
        every: String,
        receive: String,
        steps: String,
        unused: String,
    },
    /// So much for each multiple that the spend passes.
    SpendSteps {
        spend_before: String,
        spend: String,
        every: String,
        receive: String,
        steps: String,
        carried: String,
    },
    /// The exact share of the value.
    Prorated {
        value: String,
        every: String,
        receive: String,
        exact: Exact,
    },
    OrderTier {
        orders: u64,
        receive: String,
    },
    SpendTiers {
        spend_before: String,
        spend: String,
        tiers: Vec<SpendTierTold>,
    },
}

/// An amount of spend that is rewarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "as in the program")]
pub struct SpendTierTold {
    pub spend: String,
    pub receive: String,
}

/// How far a rule was from giving something.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "docs/explain.md says what they mean")]
pub struct NotGrantedFigures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_spend: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_spend: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_orders: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The instant of these figures in the program's time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// What is missing, as an amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// What is missing, as a number of orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_orders: Option<u64>,
}

/// An amount that no lot covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncovered {
    /// How much.
    pub amount: String,
    /// `debt` where the program carries it, else the reason of the open item: `unbacked` or `uncollected`.
    pub becomes: &'static str,
}

/// An open item that is lowered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lowered {
    /// `unbacked` or `uncollected`.
    pub reason: &'static str,
    /// The event that left it open.
    pub source_id: String,
    /// By how much.
    pub by: String,
}

/// One change of a lot or of debt; kind, source, method and origin are those of its entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The lot; `None` for debt.
    pub lot: Option<u32>,
    /// What is done.
    pub kind: &'static str,
    /// The event that does it.
    pub source_id: String,
    /// What made the lot.
    pub method: &'static str,
    /// The event that made the lot.
    pub origin_id: String,
    /// The change.
    pub amount: String,
    /// What the lot holds afterwards, or what is owed.
    pub left: String,
    /// The balance afterwards.
    pub balance_after: String,
}
