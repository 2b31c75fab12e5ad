//! Why a person's balance changes: entries as they are posted and as they would be, the rules that give them, and the
//! facts that are new to the book. Nothing is guessed: what is said can be read in the plan and in the book.

use super::super::booked::{Booked, new_rows};
use super::super::error::RunError;
use super::Making;
use super::explain::shown;
use crate::book::Posted;
use crate::book::posted::PostedRange;
use crate::ingest::facts::{Facts, Row};
use crate::ingest::input::FactKind;
use crate::ingest::resolve::{Gathered, People, PersonFacts};
use crate::ingest::table::Table;
use crate::kernel::entry::{Entry, Kind, Method};
use crate::kernel::facts::FactRef;
use crate::kernel::money::Total;
use crate::kernel::time::Instant;
use crate::reports::changes::PersonChange;
use crate::reports::plan::{FactReport, PersonReport, PostingReport};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many postings, and how many facts, are shown of a person.
const SHOWN: usize = 5;

/// One of those whose balance changes most.
pub struct Person {
    change: PersonChange,
    /// What is posted to the person already; `None` without a book.
    before: Option<PostedRange>,
    postings: PostedRange,
}

/// Facts by kind and id.
type Ids = BTreeSet<(FactKind, String)>;

impl Person {
    pub fn of(
        change: PersonChange,
        postings: &Posted,
        booked: Option<&Booked>,
        rules: &[String],
    ) -> Result<Person, RunError> {
        let before = booked.map(|booked| booked.posted.of_person(&change.customer_id, rules)).transpose()?;
        Ok(Person { postings: postings.of_person(&change.customer_id, rules)?, before, change })
    }

    /// Returns entries in the person's currency that changes.
    fn entries<'r>(&self, range: &'r PostedRange) -> Vec<Entry<'r>> {
        let mut entries = Vec::new();
        range.fill(0, &mut entries);
        entries.retain(|entry| entry.currency == self.change.currency);
        entries
    }
}

/// Reports people.
pub fn reports(making: &Making<'_>, people: &[Person]) -> Vec<PersonReport> {
    let ids: Vec<Ids> = people.iter().map(|person| ids(making, person)).collect();
    let facts = new_facts(making, &ids);
    people.iter().zip(&ids).map(|(person, ids)| report(making, person, ids, &facts)).collect()
}

fn report(
    making: &Making<'_>,
    person: &Person,
    ids: &Ids,
    facts: &BTreeMap<(FactKind, String), FactReport>,
) -> PersonReport {
    let PersonChange { customer_id, currency, change, .. } = &person.change;
    let posted = person.before.as_ref().map(|before| person.entries(before)).unwrap_or_default();
    let before: Total = posted.iter().map(|entry| entry.amount).sum();
    let mut postings = person.entries(&person.postings);
    let posting_count = postings.len() as u64;
    postings.sort_by_key(|entry| Reverse(entry.amount.minor().unsigned_abs()));
    postings.truncate(SHOWN);
    let found: Vec<&FactReport> = ids.iter().filter_map(|id| facts.get(id)).collect();
    PersonReport {
        customer_id: customer_id.clone(),
        currency: currency.code().to_owned(),
        before: shown(before, *currency),
        change: shown(*change, *currency),
        after: shown(before + *change, *currency),
        posting_count,
        postings: postings.iter().map(|posting| posting_report(making, person, posting, &posted)).collect(),
        fact_count: found.len() as u64,
        facts: found.into_iter().take(SHOWN).cloned().collect(),
    }
}

fn posting_report(making: &Making<'_>, person: &Person, posting: &Entry<'_>, posted: &[Entry<'_>]) -> PostingReport {
    let is_same = |entry: &&Entry<'_>| {
        let identity = |entry: &Entry<'_>| (entry.kind, entry.method);
        identity(entry) == identity(posting)
            && (entry.source_id, entry.origin_id) == (posting.source_id, posting.origin_id)
    };
    let same: Vec<&Entry<'_>> = posted.iter().filter(is_same).collect();
    let with_expiry = same.iter().filter(|entry| entry.expires_at == posting.expires_at);
    let before: Total = with_expiry.map(|entry| entry.amount).sum();
    let after = before + posting.amount;
    let rule_id = |entry: &Entry<'_>, range: &PostedRange| entry.rule.map(|rule| range.rules()[rule as usize].clone());
    let then = same.iter().find_map(|entry| rule_id(entry, person.before.as_ref()?));
    // What is taken back whole is given by no rule any more.
    let now = rule_id(posting, &person.postings).filter(|_| after != Total::ZERO);
    let last = making.booked.and_then(|booked| booked.last.as_ref());
    PostingReport {
        kind: posting.kind.name().to_owned(),
        method: posting.method.name().to_owned(),
        source_id: posting.source_id.0.to_string(),
        origin_id: posting.origin_id.0.to_string(),
        effective_at: posting.effective_at.to_string(),
        expires_at: posting.expires_at.map(|at: Instant| at.to_string()),
        before: shown(before, posting.currency),
        change: shown(posting.amount.into(), posting.currency),
        after: shown(after, posting.currency),
        rule_before: then.filter(|then| now.as_ref() != Some(then)),
        rule: now,
        is_due: last.is_some_and(|last| posting.effective_at > last.as_of),
    }
}

/// Returns the facts that may be why: those of the person that are new to the book, and those that postings name, which
/// may be somebody else's or nobody's by now.
fn ids(making: &Making<'_>, person: &Person) -> Ids {
    let mut ids: Ids = own_new_facts(making, &person.change.customer_id);
    for posting in person.entries(&person.postings) {
        let texts = [posting.source_id.0.to_string(), posting.origin_id.0.to_string()];
        ids.extend(named(posting.kind, posting.method, &texts[0], &texts[1]));
    }
    ids
}

fn own_new_facts(making: &Making<'_>, customer_id: &str) -> Ids {
    let people = &making.prepared.people;
    let (Some(unseen), Some(rank)) = (&making.new, rank_of(people, customer_id)) else {
        return Ids::new();
    };
    let mut gathered = Gathered::new(people);
    gathered.gather(rank..rank + 1);
    let mut own = PersonFacts::default();
    gathered.fill(rank, &mut own);
    let person = own.person();
    let registration = person.registration.iter().map(|own| own.fact);
    let orders = person.orders.iter().map(|own| own.fact);
    let refunds = person.refunds.iter().map(|own| own.fact);
    let redemptions = person.redemptions.iter().map(|own| own.fact);
    let adjustments = person.adjustments.iter().map(|own| own.fact);
    let all = registration.chain(orders).chain(refunds).chain(redemptions).chain(adjustments).map(kind_and_row);
    let is_new = |&(kind, row): &(FactKind, u32)| new_rows(unseen, kind).binary_search(&row).is_ok();
    all.filter(is_new).map(|(kind, row)| (kind, id(people.facts(), kind, row).to_owned())).collect()
}

fn rank_of(people: &People, customer_id: &str) -> Option<usize> {
    let (mut low, mut high) = (0, people.len());
    while low < high {
        let middle = (low + high) / 2;
        if people.id(middle) < customer_id { low = middle + 1 } else { high = middle }
    }
    Some(low).filter(|&rank| rank < people.len() && people.id(rank) == customer_id)
}

fn kind_and_row(fact: FactRef) -> (FactKind, u32) {
    match fact {
        FactRef::Registration(row) => (FactKind::Registrations, row),
        FactRef::Order(row) => (FactKind::Orders, row),
        FactRef::Refund(row) => (FactKind::Refunds, row),
        FactRef::Redemption(row) => (FactKind::Redemptions, row),
        FactRef::Adjustment(row) => (FactKind::Adjustments, row),
    }
}

fn id(facts: &Facts, kind: FactKind, row: u32) -> &str {
    let row = row as usize;
    match kind {
        FactKind::Orders => facts.orders.id(row),
        FactKind::Registrations => facts.registrations.id(row),
        FactKind::Refunds => facts.refunds.id(row),
        FactKind::Redemptions => facts.redemptions.id(row),
        FactKind::Adjustments => facts.adjustments.id(row),
    }
}

/// Returns the facts that an entry names as its source and as what made its lot (SPEC 3, 5, 6).
fn named(kind: Kind, method: Method, source: &str, origin: &str) -> Ids {
    let own = |kind: FactKind, id: &str| vec![(kind, id.to_owned())];
    let refund = |id: &str| {
        let of_order = id.strip_prefix("cancel:");
        let undated = id.strip_prefix("refunded:").and_then(|rest| rest.rsplit_once(':')).map(|(order, _)| order);
        let orders = [of_order, undated].into_iter().flatten().flat_map(|order| own(FactKind::Orders, order));
        own(FactKind::Refunds, id).into_iter().chain(orders).collect()
    };
    let lot = match method {
        Method::FirstOrder | Method::PerOrder | Method::OrderHistory | Method::SpendHistory => {
            own(FactKind::Orders, origin)
        }
        Method::Registration => own(FactKind::Registrations, origin),
        Method::RefundCredit => refund(origin),
        Method::Adjustment => own(FactKind::Adjustments, origin),
        Method::Owed => Vec::new(),
    };
    let cause = match kind {
        Kind::Clawback | Kind::Restore => refund(source),
        Kind::Redeem => {
            let order = source.strip_prefix("order:").map(|order| own(FactKind::Orders, order));
            own(FactKind::Redemptions, source).into_iter().chain(order.unwrap_or_default()).collect()
        }
        Kind::Expire => source.strip_prefix("restore:").map(refund).unwrap_or_default(),
        Kind::Adjust => own(FactKind::Adjustments, source),
        Kind::Grant | Kind::Settle => Vec::new(),
    };
    lot.into_iter().chain(cause).collect()
}

/// Returns those of some facts that are new to the book, or changed.
fn new_facts(making: &Making<'_>, ids: &[Ids]) -> BTreeMap<(FactKind, String), FactReport> {
    let wanted: Ids = ids.iter().flatten().cloned().collect();
    let facts = making.prepared.people.facts();
    let mut found = BTreeMap::new();
    let Some(unseen) = &making.new else { return found };
    for kind in FactKind::ALL {
        let wanted: Vec<&str> = wanted.iter().filter(|(of, _)| *of == kind).map(|(_, id)| id.as_str()).collect();
        let new = new_rows(unseen, kind);
        if wanted.is_empty() || new.is_empty() {
            continue;
        }
        let reports = match kind {
            FactKind::Orders => reports_of(&facts.orders, &wanted, new),
            FactKind::Registrations => reports_of(&facts.registrations, &wanted, new),
            FactKind::Refunds => reports_of(&facts.refunds, &wanted, new),
            FactKind::Redemptions => reports_of(&facts.redemptions, &wanted, new),
            FactKind::Adjustments => reports_of(&facts.adjustments, &wanted, new),
        };
        found.extend(reports.into_iter().map(|report| ((kind, report.id.clone()), report)));
    }
    found
}

/// Returns the facts with these ids, which are sorted, that have a new row; one that has an older row too is changed.
fn reports_of<R: Row>(table: &Table<R>, wanted: &[&str], new: &[u32]) -> Vec<FactReport> {
    let rows = (0..table.rows.len()).into_par_iter();
    let rows: Vec<usize> = rows.filter(|&row| wanted.binary_search(&table.id(row)).is_ok()).collect();
    let is_new = |row: usize| new.binary_search(&(row as u32)).is_ok();
    let report = |id: &&str| {
        let versions: Vec<usize> = rows.iter().copied().filter(|&row| table.id(row) == *id).collect();
        let newest =
            versions.iter().copied().filter(|&row| is_new(row)).max_by_key(|&row| (table.updated_at(row), row))?;
        Some(FactReport {
            kind: R::KIND.name().to_owned(),
            id: (*id).to_owned(),
            is_changed: versions.len() > 1,
            is_void: table.rows[newest].is_void(),
        })
    };
    wanted.iter().filter_map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, method: Method, source: &str, origin: &str) -> Vec<String> {
        let named = named(kind, method, source, origin);
        named.iter().map(|(kind, id)| format!("{} {id}", kind.name())).collect()
    }

    #[test]
    fn an_entry_names_what_made_its_lot_and_what_was_done_to_it() {
        assert_eq!(shown(Kind::Grant, Method::PerOrder, "O-1", "O-1"), ["orders O-1"]);
        assert_eq!(shown(Kind::Grant, Method::Registration, "ann", "ann"), ["registrations ann"]);
        assert_eq!(shown(Kind::Redeem, Method::Registration, "X-1", "ann"), ["registrations ann", "redemptions X-1"]);
        assert_eq!(shown(Kind::Clawback, Method::PerOrder, "R-1", "O-1"), ["orders O-1", "refunds R-1"]);
        assert_eq!(shown(Kind::Expire, Method::Adjustment, "A-1", "A-1"), ["adjustments A-1"]);
        assert_eq!(shown(Kind::Redeem, Method::Owed, "X-1", ""), ["redemptions X-1"]);
    }

    #[test]
    fn what_an_order_tells_of_is_found_by_the_order() {
        let orders = |source: &str, kind| {
            let all = shown(kind, Method::Adjustment, source, "A-1");
            all.into_iter().filter(|shown| shown.starts_with("orders")).collect::<Vec<_>>()
        };
        assert_eq!(orders("cancel:O-1", Kind::Clawback), ["orders O-1"]);
        assert_eq!(orders("order:O-1", Kind::Redeem), ["orders O-1"]);
        assert_eq!(orders("refunded:O:1:5.00", Kind::Clawback), ["orders O:1"]);
        assert_eq!(orders("restore:cancel:O-1", Kind::Expire), ["orders O-1"]);
    }
}
