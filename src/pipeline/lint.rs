//! Warns about settings of a program that are legal but probably not meant.

use super::dates;
use super::doubtful_rewards;
use super::fault::{Fault, Faults};
use super::walk::Section;
use crate::emails::settings::Settings;
use crate::kernel::money::Amount;
use crate::kernel::program::{Expiry, OrderReward, Program, Reward, Rule, SharedExpiry, Switch};
use crate::kernel::time::Timestamp;
use std::path::Path;

/// A program's places, which its values no longer know.
pub(super) struct Lint<'a, 'd> {
    pub(super) root: &'a Section<'d>,
    /// Where each of the program's rules is.
    pub(super) rules_at: &'a [usize],
    pub(super) switches: &'a [(usize, Switch)],
    pub(super) shared_expiry: &'a [(usize, SharedExpiry)],
}

impl Lint<'_, '_> {
    /// Returns the warnings about a program without faults.
    pub(super) fn warnings(&self, program: &Program, emails: &Settings, path: &Path) -> Vec<Fault> {
        let found = Faults::new(path, self.root.faults.text());
        let general = self.root.get("program").and_then(|value| value.table("[program]"));
        if let Some(zone) = general.and_then(|general| general.get("timezone")) {
            dates::doubt_zone(zone, &found);
        }
        self.switches(&found);
        self.shared_expiry(program, &found);
        for (rule, &at) in program.rules.iter().zip(self.rules_at) {
            never_in_force(program, rule, at, &found);
            expiry_of_rule(program, rule, at, &found);
            small_orders(rule, at, &found);
            doubtful_rewards::doubt(rule, at, &found);
        }
        self.reminders(program, emails, &found);
        self.emails(emails, &found);
        found.into_sorted()
    }

    fn switches(&self, found: &Faults<'_>) {
        for pair in self.switches.windows(2) {
            let ((_, before), (at, switch)) = (pair[0], pair[1]);
            if before.on == switch.on {
                let state = if switch.on { "on" } else { "off" };
                found.add(at, format!("this switch changes nothing: the scheme is already {state}"));
            }
        }
    }

    fn shared_expiry(&self, program: &Program, found: &Faults<'_>) {
        for &(at, version) in self.shared_expiry {
            warn_of_expiry("this shared expiry", version.valid, version.from, program, at, found);
        }
    }

    /// Warns of credit that expires before there was time for a reminder.
    fn reminders(&self, program: &Program, emails: &Settings, found: &Faults<'_>) {
        let rules = program.rules.iter().zip(self.rules_at);
        let of_rules = rules.map(|(rule, &at)| (at, format!("the expiry of rule `{}`", rule.id), rule.expiry));
        let shared = self.shared_expiry.iter();
        let shared = shared.map(|&(at, version)| (at, "this shared expiry".to_owned(), Some(version.valid)));
        let refunds = self
            .root
            .get("refund_credit")
            .map(|table| (table.at, "the expiry of `[refund_credit]`".to_owned(), Some(program.refund_credit_expiry)));
        for (at, subject, expiry) in of_rules.chain(shared).chain(refunds) {
            let Some(Expiry::Days(valid @ 1..)) = expiry else { continue };
            let Some(before) = emails.expiring_days_before.iter().rfind(|before| **before > valid) else { continue };
            let valid = if valid == 1 { "1 day".to_owned() } else { format!("{valid} days") };
            found.add_with(
                at,
                format!("{subject} is {valid}, and the reminder is {before} days before it: it goes out at once"),
                "write fewer `days_before` in `[emails]`, or `expiring = false`",
            );
        }
    }

    fn emails(&self, emails: &Settings, found: &Faults<'_>) {
        let Some(table) = self.root.get("emails") else { return };
        if !emails.sends_any() && emails.templates.is_some() {
            found.add(table.at, "`templates` is set, but every kind of email is switched off");
        }
        if emails.sends_any() && emails.quiet_after_days == 0 {
            found.add_with(
                table.at,
                "`quiet_after` of 0 days: only what takes effect at the instant of the run is mailed",
                "write at least { days = 1 } for a nightly run",
            );
        }
    }
}

/// Warns of a rule that no event can ever meet.
fn never_in_force(program: &Program, rule: &Rule, at: usize, found: &Faults<'_>) {
    let from = rule.from.unwrap_or(Timestamp::EVER);
    let goes_on = |switch: &Switch| switch.on && from < switch.at && rule.until.is_none_or(|until| switch.at < until);
    if !program.is_on(from) && !program.switches.iter().any(goes_on) {
        let what = format!("rule `{}` is never in force: the scheme is switched off all that time", rule.id);
        found.add_with(at, what, "look at `[[program.switch]]`");
    }
    if let (Some(counts_from), Some(until)) = (rule.counts_from(), rule.until)
        && counts_from >= until
    {
        found.add(at, format!("rule `{}` never gives anything: `counts_from` is not before `until`", rule.id));
    }
}

fn expiry_of_rule(program: &Program, rule: &Rule, at: usize, found: &Faults<'_>) {
    if let Some(expiry) = rule.expiry {
        warn_of_expiry(&format!("the expiry of rule `{}`", rule.id), expiry, rule.from, program, at, found);
    }
}

fn warn_of_expiry(
    subject: &str,
    expiry: Expiry,
    from: Option<Timestamp>,
    program: &Program,
    at: usize,
    found: &Faults<'_>,
) {
    match expiry {
        Expiry::Days(0) => {
            let what = format!("{subject} is 0 days: credit expires at the end of the day it is given");
            found.add_with(at, what, "write \"never\" for credit that stays");
        }
        Expiry::Until(day) if from.is_some_and(|from| program.zone.start_of(day.plus(1)) <= from) => {
            found.add(at, format!("{subject} ends on {day}, before it begins: no such credit is ever given"));
        }
        _ => {}
    }
}

/// Warns of orders that a rule lets in and gives nothing.
fn small_orders(rule: &Rule, at: usize, found: &Faults<'_>) {
    let Reward::PerOrder { reward: OrderReward::ByValue { every, receive, prorated }, min_spend: Some(least) } =
        rule.reward
    else {
        return;
    };
    let show = |amount: Amount| amount.display(rule.currency).to_string();
    if !prorated && least < every {
        found.add_with(
            at,
            format!(
                "rule `{}`: orders from {} on are let in, but below {} they earn nothing",
                rule.id,
                show(least),
                show(every)
            ),
            format!("write `min_spend = \"{}\"`, or `prorated = true` in the reward", show(every)),
        );
    }
    if prorated && receive.prorate(least, every).is_zero() {
        found.add(
            at,
            format!("rule `{}`: an order of {} earns nothing, its share rounds to zero", rule.id, show(least)),
        );
    }
}
