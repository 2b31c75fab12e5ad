//! Rewards that are legal and probably not meant: more than what earns them, and tiers that nobody reaches.

use super::fault::Faults;
use crate::kernel::currency::Currency;
use crate::kernel::money::{Amount, WideAmount};
use crate::kernel::program::{OrderReward, OrderTier, Reward, Rule, SpendReward, SpendTier};

/// More orders than any customer places.
const MOST_ORDERS: u64 = 1_000;

/// Warns of the reward of a rule that stands at a place.
pub(super) fn doubt(rule: &Rule, at: usize, found: &Faults<'_>) {
    let doubts = Doubts { id: &rule.id, currency: rule.currency, at, found };
    match &rule.reward {
        Reward::FirstOrder { reward: OrderReward::ByValue { every, receive, .. } }
        | Reward::PerOrder { reward: OrderReward::ByValue { every, receive, .. }, .. } => {
            doubts.steps(*every, *receive, "an order");
        }
        Reward::PerOrder { reward: OrderReward::Fixed(fixed), min_spend } => doubts.fixed(*fixed, *min_spend),
        Reward::SpendHistory { reward: SpendReward::Every { every, receive }, .. } => {
            doubts.steps(*every, *receive, "what was spent");
        }
        Reward::SpendHistory { reward: SpendReward::Tiers(tiers), .. } => doubts.spend_tiers(tiers),
        Reward::OrderHistory { tiers, .. } => doubts.order_tiers(tiers),
        Reward::FirstOrder { reward: OrderReward::Fixed(_) } | Reward::Registration { .. } => {}
    }
}

/// A rule that is doubted.
struct Doubts<'r, 'f, 't> {
    id: &'r str,
    currency: Currency,
    at: usize,
    found: &'f Faults<'t>,
}

impl Doubts<'_, '_, '_> {
    fn warn(&self, what: String, remedy: impl Into<String>) {
        self.found.add_with(self.at, format!("rule `{}` {what}", self.id), remedy);
    }

    fn show(&self, amount: Amount) -> String {
        amount.display(self.currency).to_string()
    }

    fn steps(&self, every: Amount, receive: Amount, of: &str) {
        if receive <= every {
            return;
        }
        let (share, every, receive) = (percent(every, receive), self.show(every), self.show(receive));
        let what = format!("gives {receive} for each {every} of {of}: the reward is more than what earns it");
        let remedy =
            format!("did you mean {{ every = \"{receive}\", receive = \"{every}\" }}, which is {share} % of {of}?");
        self.warn(what, remedy);
    }

    fn fixed(&self, fixed: Amount, min_spend: Option<Amount>) {
        let given = self.show(fixed);
        match min_spend {
            None => self.warn(
                format!("gives {given} for every order, also for one that was paid with credit alone"),
                "write `min_spend`: the least that must be paid",
            ),
            Some(least) if fixed > least => self.warn(
                format!("gives {given} for an order of {}: the reward is more than what earns it", self.show(least)),
                format!("write a `min_spend` above {given}, or a smaller `fixed`"),
            ),
            Some(_) => {}
        }
    }

    fn spend_tiers(&self, tiers: &[SpendTier]) {
        let mut given = WideAmount::ZERO;
        for tier in tiers {
            given += tier.receive;
            if given > tier.spend.into() {
                let (given, spend) = (given.display(self.currency), self.show(tier.spend));
                let what = format!("has given {given} to who has spent {spend}: the reward is more than what earns it");
                self.warn(what, "write smaller amounts to `receive`: a tier comes on top of those below it");
                break;
            }
        }
        let receives = tiers.iter().map(|tier| (self.show(tier.spend), tier.receive));
        self.falling(receives.collect(), "");
    }

    fn order_tiers(&self, tiers: &[OrderTier]) {
        if let Some(tier) = tiers.iter().find(|tier| tier.orders > MOST_ORDERS) {
            let what = format!("has a tier of {} orders, which nobody reaches", tier.orders);
            self.warn(
                what,
                "the tiers of a `spend_history` rule are amounts: { spend = \"500.00\", receive = \"20.00\" }",
            );
        }
        let receives = tiers.iter().map(|tier| (tier.orders.to_string(), tier.receive));
        self.falling(receives.collect(), " orders");
    }

    /// Warns of the first tier that gives less than the one below it.
    fn falling(&self, tiers: Vec<(String, Amount)>, unit: &str) {
        let Some(pair) = tiers.windows(2).find(|pair| pair[1].1 < pair[0].1) else { return };
        let [(low, more), (high, less)] = [&pair[0], &pair[1]];
        let (less, more) = (self.show(*less), self.show(*more));
        let what =
            format!("gives {less} at {high}{unit}, and {more} at {low}{unit} already: the higher tier gives less");
        self.warn(what, "a tier comes on top of those below it: are the amounts in the right order?");
    }
}

/// Returns what share one amount is of another, in percent, with two decimals at most.
fn percent(part: Amount, whole: Amount) -> String {
    let hundredths = i128::from(part.minor()) * 10_000 / i128::from(whole.minor());
    let is_exact = i128::from(part.minor()) * 10_000 % i128::from(whole.minor()) == 0;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if is_exact { text.to_owned() } else { format!("about {text}") }
}
