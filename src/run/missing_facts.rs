//! Rules that can do nothing, because no export has the facts that they need: told by `check` and by the first run.

use crate::facts::columns::columns;
use crate::facts::{FactKind, Facts};
use crate::kernel::entry::MadeBy;
use crate::kernel::program::{ClawbackShare, Program, RefundSource, Reward};

/// Returns the warnings about all facts that a book and exports have.
pub(crate) fn warnings(facts: &Facts, program: &Program) -> Vec<String> {
    let refunds = reclaims(program).then(|| missing_refunds(facts, program.refunds_from)).flatten();
    let is_for_registration = |reward: &Reward| matches!(reward, Reward::Registration { .. });
    let rewards_registrations = program.rules.iter().any(|rule| is_for_registration(&rule.reward));
    let registrations = (rewards_registrations && facts.registrations.rows.is_empty())
        .then(|| "a rule rewards registrations, and no input has one: nobody gets credit for registering".to_owned());
    refunds.into_iter().chain(registrations).collect()
}

fn reclaims(program: &Program) -> bool {
    let is_for_orders = |reward: &Reward| reward.method().made_by() == MadeBy::Order;
    program.rules.iter().any(|rule| rule.clawback != ClawbackShare::None && is_for_orders(&rule.reward))
}

/// Returns the warning that nothing is refunded, if that is so.
fn missing_refunds(facts: &Facts, from: RefundSource) -> Option<String> {
    let (has_rows, is_told) = (!facts.refunds.rows.is_empty(), tells_refunds(facts));
    let (missing, remedy) = match from {
        RefundSource::Refunds if !has_rows => (
            "no input has a refund",
            "add an input of kind \"refunds\", or, where orders tell what was refunded, write `from = \"orders\"` below \
             `[refunds]` of the program",
        ),
        RefundSource::Orders if !is_told => {
            ("no order has a `refunded_amount`", "map that column, or add an input of kind \"refunds\"")
        }
        RefundSource::Both if !has_rows && !is_told => (
            "no input has a refund and no order a `refunded_amount`",
            "add an input of kind \"refunds\", or map that column",
        ),
        RefundSource::Refunds | RefundSource::Orders | RefundSource::Both => return None,
    };
    Some(format!(
        "rules reclaim what refunded orders have earned, and {missing}: returned goods keep their credit; {remedy}"
    ))
}

/// Tells whether any row of orders has a `refunded_amount`.
fn tells_refunds(facts: &Facts) -> bool {
    let column = columns(FactKind::Orders).iter().position(|column| column.name == "refunded_amount");
    let orders = facts.files.iter().filter(|file| file.kind == FactKind::Orders);
    column.is_some_and(|column| {
        orders.into_iter().any(|file| file.filled.columns.get(column).is_some_and(|&count| count > 0))
    })
}
