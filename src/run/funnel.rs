//! Where the rows of a run went: the rows of each kind from its files to its facts, and what has become of those.

use super::book_session::BookSession;
use crate::facts::{FactKind, Facts, FileRead, RejectReason};
use crate::kernel::exception::Reason;
use crate::kernel::facts::FactRef;
use crate::kernel::program::{Program, RedemptionSource, RefundSource};
use crate::reports::funnel::counting::OutcomeCounts;
use crate::reports::funnel::model::{CurrencyFunnel, KindFunnel};
use crate::reports::funnel::outcome::{FactsOf, Outcome};
use crate::resolve::{People, SortedOut};

/// Returns the funnel of every kind that has any rows, and of what orders tell beside themselves. `computed` has the
/// facts of the people.
pub(crate) fn funnel(
    people: &People,
    computed: &OutcomeCounts,
    session: Option<&BookSession>,
    program: &Program,
) -> Vec<KindFunnel> {
    let mut outcomes = computed.clone();
    add_nobodys(&mut outcomes, people);
    let rejected = rejected_by_file(people.facts());
    let of_rows = FactKind::ALL.into_iter().map(|kind| {
        let skipped = session.map_or(0, |session| session.taken.skipped_rows(kind));
        let is_used = match kind {
            FactKind::Refunds => program.refunds_from != RefundSource::Orders,
            FactKind::Redemptions => program.redemption.from == RedemptionSource::Redemptions,
            FactKind::Orders | FactKind::Registrations | FactKind::Adjustments => true,
        };
        let currencies = outcomes.by_currency(facts_of(kind));
        KindFunnel { currencies, ..rows_of(people, &rejected, kind, skipped, is_used) }
    });
    let told = [FactsOf::RefundsToldByOrders, FactsOf::RedemptionsToldByOrders].into_iter().map(|facts| {
        let currencies = outcomes.by_currency(facts);
        let count = currencies.iter().map(|own: &CurrencyFunnel| own.facts).sum();
        KindFunnel { kind: facts.name().to_owned(), rows: count, facts: count, currencies, ..KindFunnel::default() }
    });
    of_rows.chain(told).filter(|own| own.rows > 0).collect()
}

fn facts_of(kind: FactKind) -> FactsOf {
    match kind {
        FactKind::Orders => FactsOf::Orders,
        FactKind::Registrations => FactsOf::Registrations,
        FactKind::Refunds => FactsOf::Refunds,
        FactKind::Redemptions => FactsOf::Redemptions,
        FactKind::Adjustments => FactsOf::Adjustments,
    }
}

/// The rejected rows of a file: those that tell whose they are, and the others.
#[derive(Clone, Copy, Default)]
struct Rejected {
    owned: u64,
    no_owner: u64,
}

fn rejected_by_file(facts: &Facts) -> Vec<Rejected> {
    let mut rejected = vec![Rejected::default(); facts.files.len()];
    for reject in &facts.rejects {
        let own = &mut rejected[reject.file.get()];
        match reject.reason {
            RejectReason::NoOwner => own.no_owner += 1,
            _ => own.owned += 1,
        }
    }
    rejected
}

/// Adds up the rows of a kind, from its files to its facts.
fn rows_of(people: &People, rejected: &[Rejected], kind: FactKind, skipped: u64, is_used: bool) -> KindFunnel {
    let SortedOut { superseded, void, .. } = *people.sorted_out().get(kind);
    let name = kind.name().to_owned();
    let mut own = KindFunnel { kind: name, rows: skipped, skipped, superseded, void, ..KindFunnel::default() };
    let is_own = |file: &FileRead| file.kind == kind && file.kept_since.is_none();
    let files = people.facts().files.iter().zip(rejected).filter(|(file, _)| is_own(file));
    for (file, &Rejected { owned, no_owner }) in files {
        let told = owned + no_owner + file.filled.accepted;
        own.rows += file.rows;
        own.rejected += owned;
        own.no_owner += no_owner;
        own.left_out += file.rows.saturating_sub(told);
        own.added += told.saturating_sub(file.rows);
        own.repeated += file.repeated;
        own.facts += file.filled.accepted.saturating_sub(file.repeated);
    }
    let facts = own.facts.saturating_sub(superseded + void);
    match is_used {
        true => KindFunnel { facts, ..own },
        false => KindFunnel { facts: 0, not_used: facts, ..own },
    }
}

/// Adds the facts that nobody has.
fn add_nobodys(outcomes: &mut OutcomeCounts, people: &People) {
    for kind in FactKind::ALL {
        for (&currency, &count) in &people.sorted_out().get(kind).later {
            outcomes.add(facts_of(kind), currency, Outcome::AfterAsOf, count);
        }
    }
    let kept = people.kept_rows();
    for (stray, _) in people.strays() {
        let outcome = match stray.reason {
            Reason::UnknownOrder => Outcome::UnknownOrder,
            Reason::RefundOfRejectedOrder => Outcome::RejectedOrder,
            Reason::UnknownCard => Outcome::UnknownCard,
            _ => continue,
        };
        let (facts, row, kept) = match stray.fact {
            FactRef::Refund(row) => (FactsOf::Refunds, row, kept.refunds),
            FactRef::Redemption(row) => (FactsOf::Redemptions, row, kept.redemptions),
            FactRef::Order(_) | FactRef::Registration(_) | FactRef::Adjustment(_) => continue,
        };
        if row.get() >= kept as usize {
            outcomes.add(facts, stray.currency, outcome, 1);
        }
    }
}
