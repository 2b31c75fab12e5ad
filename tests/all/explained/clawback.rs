//! What refunds reclaim: of each lot its share, from the lot itself, then from others.

use super::checker::Person;
use super::figures::{Checked, list, number, same, text};
use super::grants::check_dropped;
use super::lots::Moved;
use serde_json::Value;

/// What has become of an order.
#[derive(Clone, Debug, Default)]
pub struct OrderState {
    /// The refunds of every method.
    pub refunded: i128,
    /// Those that count, whenever they are.
    pub counted: i128,
    /// Those that reclaim, at most the total.
    pub reclaiming: i128,
    pub is_cancelled: bool,
    /// What redemptions took.
    pub paid: i128,
    /// What of it no refund has given back.
    pub not_refunded: i128,
    pub given_back_by_cancellation: i128,
}

impl OrderState {
    /// Adds what counts as refunded.
    pub fn count(&mut self, amount: i128, total: i128, reclaims: bool) {
        self.counted += amount;
        if reclaims && !self.is_cancelled {
            self.reclaiming = (self.reclaiming + amount).min(total);
        }
    }
}

impl Person<'_> {
    /// Takes from a lot its share of what is refunded.
    pub fn reclaim(&mut self, event: &Value, step: &Value) -> Checked {
        let decimals = self.account.decimals;
        let (at, source_id) = (text(event, "at")?, text(event, "id")?);
        let number = number(step, "lot")? as usize - 1;
        let share = self.share(number)?;
        same("share", text(step, "share")?, share.as_str())?;
        let order = text(event, "order")?;
        let state = self.orders.get(order).cloned().unwrap_or_default();
        let lot = &mut self.account.lots[number];
        same("the order of the lot", lot.origin_id.as_str(), order)?;
        same("granted", decimals.amount(step, "lot_granted")?, lot.granted)?;
        let due_so_far = match (share.as_str(), decimals.maybe(step, "refunded")?, decimals.maybe(step, "total")?) {
            ("none", ..) => 0,
            (_, None, _) | (_, _, None) => lot.granted,
            (share, Some(refunded), Some(total)) => {
                same("refunded", refunded, state.reclaiming)?;
                match share {
                    "full_only" if refunded < total => 0,
                    "full_only" => lot.granted,
                    _ => {
                        let product = lot.granted * refunded;
                        check_dropped(&step["exact"], (product % total, total))?;
                        product / total
                    }
                }
            }
        };
        let (due_before, due) = (lot.reclaimable, due_so_far - lot.reclaimable);
        lot.reclaimable = due_so_far;
        let taken = due.min(lot.remaining);
        let expired = (due - taken).min(lot.expired);
        lot.expired -= expired;
        let shortfall = due - taken - expired;
        let own = [
            ("due_so_far", due_so_far),
            ("due_before", due_before),
            ("due", due),
            ("taken", taken),
            ("counted_as_expired", expired),
            ("shortfall", shortfall),
        ];
        for (name, own) in own {
            same(name, decimals.amount(step, name)?, own)?;
        }
        if taken > 0 {
            let (kind, source_id) = ("clawback".to_owned(), source_id.to_owned());
            let own = Moved { lot: Some(number), kind, source_id, amount: -taken, at: String::new() };
            self.account.make(step["moves"].get(0), at, own)?;
        }
        if shortfall > 0 {
            self.shortfalls.push_back((number, shortfall));
        }
        Ok(())
    }

    /// Takes from other lots what a lot could not give.
    pub fn collect(&mut self, event: &Value, step: &Value) -> Checked {
        let (at, source_id) = (text(event, "at")?, text(event, "id")?);
        let (lot, shortfall) = self.shortfalls.pop_front().ok_or("nothing is short")?;
        same("lot", number(step, "lot")?, lot as u64 + 1)?;
        same("shortfall", self.account.decimals.amount(step, "shortfall")?, shortfall)?;
        let mut told = list(step, "moves")?.iter();
        let rest = match text(self.program, "clawback_reach")? {
            "lot" => shortfall,
            _ => self.account.spend(shortfall, ("clawback", source_id, at), &mut told, |_, _| ())?,
        };
        let open = ("uncollected", "clawback", source_id, at);
        let item = self.account.leave_open(rest, open, self.carries, step, &mut told)?;
        self.account.lots[lot].open.extend(item);
        same("further changes", told.count(), 0)
    }

    /// Checks that a refund reclaims nothing at all.
    pub fn check_not_reclaimed(&self, event: &Value, step: &Value) -> Checked {
        let at = text(event, "at")?;
        let order = text(event, "order")?;
        let is_cancelled = self.orders.get(order).is_some_and(|state| state.is_cancelled);
        let total = self.account.decimals.amount(&event["figures"], "order_total")?;
        let is_true = match text(step, "reason")? {
            "on_store_credit_off" => ["store_credit", "restore_first"].contains(&text(&event["figures"], "method")?),
            "after_cancellation" => is_cancelled,
            "before_from" => at < text(self.program, "clawback_from")?,
            "total_zero" => total == 0,
            "nothing_granted" => {
                !self.account.lots.iter().any(|lot| lot.origin_id == order && is_of_order(&lot.method))
            }
            other => return Err(format!("{other} is no reason of the list")),
        };
        same("a reason to reclaim nothing", is_true, true)
    }

    /// Returns how much of a lot refunds reclaim.
    fn share(&self, lot: usize) -> Checked<String> {
        let rule = self.account.lots[lot].rule.clone().unwrap_or_default();
        let own = list(self.program, "rules")?.iter().find(|own| own["id"] == rule.as_str());
        own.map_or(Ok("none".to_owned()), |rule| Ok(text(rule, "clawback")?.to_owned()))
    }
}

pub fn is_of_order(method: &str) -> bool {
    ["first_order", "per_order", "order_history", "spend_history"].contains(&method)
}
