//! Rejects and exceptions as lines of the run's lists, with the file and row that they came from.

use crate::ingest::facts::{Facts, Reject};
use crate::ingest::resolve::People;
use crate::kernel::exception::{Exception, Reason};
use crate::kernel::money::Amount;
use crate::output::lists::{ExceptionLine, RejectLine};
use crate::reports::tally::Tally;

/// Returns the lines of one person's exceptions; orders in currencies without a rule are counted elsewhere.
pub fn exceptions<'e>(
    people: &'e People,
    customer_id: &'e str,
    exceptions: &'e [Exception<'_>],
) -> impl Iterator<Item = ExceptionLine> + 'e {
    let own = exceptions.iter().filter(|exception| exception.reason != Reason::NoRuleForCurrency);
    own.map(move |exception| exception_line(people, customer_id, exception))
}

/// Returns the lines of facts that are nobody's.
pub fn strays(people: &People) -> impl Iterator<Item = ExceptionLine> {
    people.strays().map(|exception| exception_line(people, "", &exception))
}

/// Returns one line per currency that no rule is in.
pub fn unruled(tally: &Tally) -> impl Iterator<Item = ExceptionLine> {
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
    })
}

/// Returns the lines of the rejected rows.
pub fn rejects(facts: &Facts) -> Vec<RejectLine> {
    let line = |reject: &Reject| RejectLine {
        kind: reject.kind.name(),
        file: path(facts, reject.file),
        row: reject.place,
        column: reject.column.clone(),
        value: reject.value.clone(),
        reason: reject.reason.name(),
        message: reject.message.clone(),
    };
    facts.rejects.iter().map(line).collect()
}

fn exception_line(people: &People, customer_id: &str, exception: &Exception<'_>) -> ExceptionLine {
    let (file, row) = people.origin(exception.fact);
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
        row: Some(row),
    }
}

fn path(facts: &Facts, file: u32) -> String {
    facts.files[file as usize].path.display().to_string()
}
