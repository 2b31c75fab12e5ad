//! A program prepared for the computation: values that are the same for every person are worked out once.

use super::currency::Currency;
use super::decision::NotGranted;
use super::entry::MadeBy;
use super::history::{Epoch, Epochs};
use super::program::{Program, Rule, RuleIndex};
use super::time::Timestamp;

/// A program prepared for [`compute`]: its rules by currency and method. Make it once and use it for every person.
///
/// [`compute`]: super::compute
pub struct CompiledProgram<'p> {
    pub(crate) program: &'p Program,
    pub(crate) epochs: Epochs,
    /// Few: one per currency that a rule is in.
    currencies: Vec<(Currency, ActiveRules<'p>)>,
}

/// The rule versions of one currency, by what they reward, in the order that lots of one event are made.
#[derive(Default)]
pub(crate) struct ActiveRules<'p> {
    pub(crate) registration: Vec<ActiveRule<'p>>,
    pub(crate) order: Vec<ActiveRule<'p>>,
}

/// One version of a rule, made ready.
pub(crate) struct ActiveRule<'p> {
    pub(crate) index: RuleIndex,
    pub(crate) rule: &'p Rule,
    /// What it counts.
    pub(crate) epoch: Epoch,
    /// When it earns: from here, and until before there.
    from: Timestamp,
    until: Timestamp,
}

impl<'p> CompiledProgram<'p> {
    /// Prepares a program that keeps the conditions stated at [`Program`]; they are not checked.
    pub fn new(program: &'p Program) -> CompiledProgram<'p> {
        let mut compiled = CompiledProgram { program, epochs: Epochs::of(program), currencies: Vec::new() };
        let mut rules: Vec<_> = program.rules.iter().enumerate().collect();
        rules.sort_by_key(|(_, rule)| rule.reward.method());
        for (index, rule) in rules {
            let version = ActiveRule::of(RuleIndex::new(index), rule, &compiled.epochs);
            let versions = compiled.opened(rule.currency);
            match rule.reward.method().made_by() {
                MadeBy::Registration => versions.registration.push(version),
                MadeBy::Order => versions.order.push(version),
                MadeBy::Refund | MadeBy::Adjustment | MadeBy::Debt => unreachable!("no method of a rule"),
            }
        }
        compiled
    }

    /// Returns the rules of a currency, or `None` where no rule is in it.
    pub(crate) fn versions(&self, currency: Currency) -> Option<&ActiveRules<'p>> {
        self.currencies.iter().find(|(known, _)| *known == currency).map(|(_, versions)| versions)
    }

    fn opened(&mut self, currency: Currency) -> &mut ActiveRules<'p> {
        let index = self.currencies.iter().position(|(known, _)| *known == currency).unwrap_or_else(|| {
            self.currencies.push((currency, ActiveRules::default()));
            self.currencies.len() - 1
        });
        &mut self.currencies[index].1
    }
}

impl<'p> ActiveRule<'p> {
    fn of(index: RuleIndex, rule: &'p Rule, epochs: &Epochs) -> ActiveRule<'p> {
        let in_force_from = rule.from.unwrap_or(Timestamp::EVER);
        // Orders from before `counts_from` neither count nor earn.
        let counts_from = rule.counts_from().unwrap_or(Timestamp::EVER);
        ActiveRule {
            index,
            rule,
            epoch: epochs.place(rule.counts_from()),
            from: in_force_from.max(counts_from),
            until: rule.until.unwrap_or(Timestamp::NEVER),
        }
    }

    /// Tells whether an event at this instant earns by this version: `from` <= t < `until`.
    pub(crate) fn earns_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// Returns the reason why an event at this instant, at which the version does not earn, does not earn by it.
    pub(crate) fn why_not(&self, at: Timestamp) -> NotGranted {
        match (self.rule.from, self.rule.until) {
            (Some(from), _) if at < from => NotGranted::NotYetInForce { from },
            (_, Some(until)) if until <= at => NotGranted::NoLongerInForce { until },
            // In force, so only `counts_from` is left.
            (_, _) => NotGranted::BeforeCountsFrom { counts_from: self.from },
        }
    }
}
