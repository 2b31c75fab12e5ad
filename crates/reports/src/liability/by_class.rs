//! The lines of a roll-forward added up for people: a sum for each class, one for all credit, and debt by itself.

use super::classes::{Classes, DEBT};
use super::rollforward::{Line, Roll};
use accrue_kernel::money::WideAmount;

/// The sum of some lines.
pub(super) struct Sum {
    pub title: String,
    pub roll: Roll,
}

/// An amount of a roll-forward, and what people call it.
pub(super) type Amount = (&'static str, fn(&Roll) -> WideAmount);

/// From the opening to the closing.
pub(super) const AMOUNTS: [Amount; 11] = [
    ("opening", |roll| roll.opening),
    ("+ corrections of earlier periods", |roll| roll.corrections),
    ("+ granted", |roll| roll.granted),
    ("- redeemed", |roll| roll.redeemed),
    ("+ restored", |roll| roll.restored),
    ("- reclaimed", |roll| roll.reclaimed),
    ("- expired", |roll| roll.expired),
    ("- settled debt", |roll| roll.settled),
    ("+ adjusted up", |roll| roll.adjusted_up),
    ("- adjusted down", |roll| roll.adjusted_down),
    ("= closing", |roll| roll.closing),
];

/// Of what was redeemed and has expired, that of lots which were granted before the period.
pub(super) const OF_OPENING: [Amount; 2] = [
    ("redeemed, granted before", |roll| roll.redeemed_from_opening),
    ("expired, granted before", |roll| roll.expired_from_opening),
];

/// Adds up lines of one currency: by class, and where there are several classes all credit as the last sum; and debt,
/// if there is any.
pub(super) fn credit_and_debt(lines: &[&Line], classes: &Classes) -> (Vec<Sum>, Option<Sum>) {
    let class = |line: &&Line| classes.of(line.method);
    let (debt, credit): (Vec<&Line>, Vec<&Line>) = lines.iter().copied().partition(|line| class(line) == DEBT);
    let by_class = credit.chunk_by(|one, other| class(one) == class(other));
    let mut sums: Vec<Sum> = by_class.map(|lines| sum(class(&lines[0]), lines)).collect();
    if sums.len() > 1 {
        sums.push(sum("all credit", &credit));
    }
    (sums, (!debt.is_empty()).then(|| sum(DEBT, &debt)))
}

fn sum(title: &str, lines: &[&Line]) -> Sum {
    let mut roll = Roll::default();
    lines.iter().for_each(|line| roll.add(&line.roll));
    Sum { title: title.to_owned(), roll }
}
