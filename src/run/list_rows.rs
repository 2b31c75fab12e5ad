//! Turns rejects and exceptions into lines of the run's lists, with file and row.

use super::above_total::{AboveTotal, OrderAbove, Together, Told};
use crate::facts::{FactKind, Facts, FileIndex, Origin, Reject};
use crate::kernel::currency::Currency;
use crate::kernel::entry::{EventId, SourceId};
use crate::kernel::exception::{Exception, Reason};
use crate::kernel::facts::FactRef;
use crate::kernel::money::Amount;
use crate::output::lists::{ExceptionLine, RejectLine};
use crate::reports::tally::Tally;
use crate::resolve::{Conflict, People, Rank};

/// Returns the lines of one person's exceptions; orders in currencies without a rule are counted elsewhere.
pub(crate) fn exceptions<'e>(
    people: &'e People,
    customer_id: &'e str,
    exceptions: &'e [Exception<'_>],
) -> impl Iterator<Item = ExceptionLine> + 'e {
    let own = exceptions.iter().filter(|exception| exception.reason != Reason::NoRuleForCurrency);
    own.map(move |exception| exception_line(people, customer_id, exception))
}

/// Returns the line of a customer id under which many people are known, with the number of their addresses.
pub(crate) fn many_addresses(people: &People, rank: Rank, currency: Currency) -> Option<ExceptionLine> {
    let count = people.many_addresses(rank)?;
    let fact = people.newest_order(rank).map(FactRef::Order)?;
    let source_id = SourceId(EventId::fact(people.id(rank)));
    let exception = Exception { reason: Reason::ManyAddresses, currency, source_id, amount: None, fact };
    let line = exception_line(people, people.id(rank), &exception);
    Some(ExceptionLine { count: count as u64, order_id: String::new(), ..line })
}

/// Returns the lines of orders whose items cost more than their total and credit together: one for each, or one for all
/// of a currency, which names the place of the first.
pub(crate) fn above_total(people: &People, above: &AboveTotal) -> Vec<ExceptionLine> {
    match above.told() {
        Told::EachAlone(orders) => orders.iter().map(|order| order_above(people, order)).collect(),
        Told::Together(orders) => orders.values().map(|orders| orders_above(people, orders)).collect(),
    }
}

fn order_above(people: &People, order: &OrderAbove) -> ExceptionLine {
    let OrderAbove { rank, fact, currency, above } = *order;
    let source_id = SourceId(EventId::fact(people.order_named_by(fact).unwrap_or_default()));
    let exception = Exception { reason: Reason::ItemsAboveTotal, currency, source_id, amount: Some(above), fact };
    exception_line(people, people.id(rank), &exception)
}

fn orders_above(people: &People, orders: &Together) -> ExceptionLine {
    let [customer_id, source_id, order_id] = [const { String::new() }; 3];
    let amount = orders.above.display(orders.first.currency).to_string();
    let first = order_above(people, &orders.first);
    ExceptionLine { customer_id, source_id, order_id, amount, count: orders.count, ..first }
}

/// Returns the lines of odd facts that are found without computing a person.
pub(crate) fn strays(people: &People) -> impl Iterator<Item = ExceptionLine> {
    people.strays().map(|(exception, other)| {
        let line = exception_line(people, people.customer_named_by(exception.fact).unwrap_or_default(), &exception);
        let Some(Origin { file, place }) = other else { return line };
        ExceptionLine { other_file: path(people.facts(), file), other_row: Some(place), ..line }
    })
}

/// Returns the lines of rows that contradict a row of their file which says what a book has; the exports' files are the
/// last ones of all.
pub(crate) fn conflicts(facts: &Facts, conflicts: &[Conflict], currency: Currency) -> Vec<ExceptionLine> {
    let kept = facts.files.iter().filter(|file| file.kept_since.is_some()).count();
    let line = |conflict: &Conflict| {
        let file = path(facts, conflict.file.after(kept));
        ExceptionLine {
            reason: Reason::ConflictingRows.name(),
            customer_id: conflict.customer_id.clone().unwrap_or_default(),
            currency: currency.code(),
            source_id: conflict.id.clone(),
            order_id: if conflict.kind == FactKind::Orders { conflict.id.clone() } else { String::new() },
            card_number: String::new(),
            amount: String::new(),
            count: 1,
            file: file.clone(),
            row: Some(conflict.place),
            other_file: file,
            other_row: Some(conflict.other_place),
        }
    };
    conflicts.iter().map(line).collect()
}

/// Returns one line per currency that no rule is in.
pub(crate) fn unruled(tally: &Tally) -> impl Iterator<Item = ExceptionLine> {
    tally.unruled.iter().map(|(currency, &count)| ExceptionLine {
        reason: Reason::NoRuleForCurrency.name(),
        customer_id: String::new(),
        currency: currency.code(),
        source_id: String::new(),
        order_id: String::new(),
        card_number: String::new(),
        amount: String::new(),
        count,
        file: String::new(),
        row: None,
        other_file: String::new(),
        other_row: None,
    })
}

/// Returns the lines of the rejected rows.
pub(crate) fn rejects(facts: &Facts) -> Vec<RejectLine> {
    facts.rejects.iter().map(|rejected| reject(facts, rejected)).collect()
}

/// Returns the line of a rejected row.
pub(crate) fn reject(facts: &Facts, reject: &Reject) -> RejectLine {
    RejectLine {
        kind: reject.kind.name(),
        file: path(facts, reject.file),
        row: reject.place,
        column: reject.column.clone(),
        value: reject.value.clone(),
        reason: reject.reason.name(),
        message: reject.message.clone(),
    }
}

fn exception_line(people: &People, customer_id: &str, exception: &Exception<'_>) -> ExceptionLine {
    let Origin { file, place } = people.origin(exception.fact);
    let shown = |amount: Amount| amount.display(exception.currency).to_string();
    ExceptionLine {
        reason: exception.reason.name(),
        customer_id: customer_id.to_owned(),
        currency: exception.currency.code(),
        source_id: exception.source_id.0.to_string(),
        order_id: people.order_named_by(exception.fact).unwrap_or_default().to_owned(),
        card_number: people.card_named_by(exception.fact).unwrap_or_default().to_owned(),
        amount: exception.amount.map(shown).unwrap_or_default(),
        count: 1,
        file: path(people.facts(), file),
        row: Some(place),
        other_file: String::new(),
        other_row: None,
    }
}

pub(crate) fn path(facts: &Facts, file: FileIndex) -> String {
    facts.files[file.get()].path.display().to_string()
}
