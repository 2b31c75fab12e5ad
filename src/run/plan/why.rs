//! Why a person's balance changes: entries as they are posted and as they would be, the rules that give them, and the
//! facts that are new to the book. Nothing is guessed: what is said can be read in the plan and in the book.

use super::super::book_session::BookSession;
use super::super::error::RunError;
use super::draft::PlanDraft;
use super::facts::{self, Ids};
use super::shown::shown;
use crate::book::Posted;
use crate::book::posted::PostedRange;
use crate::facts::FactKind;
use crate::kernel::entry::Entry;
use crate::kernel::money::WideAmount;
use crate::kernel::time::Timestamp;
use crate::reports::changes::PersonChange;
use crate::reports::plan::{FactReport, PersonReport, PostingReport};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many postings, and how many facts, are shown of a person.
const SHOWN: usize = 5;

/// One of those whose balance changes most.
pub(crate) struct Person {
    change: PersonChange,
    /// What is posted to the person already; `None` without a book.
    before: Option<PostedRange>,
    postings: PostedRange,
}

impl Person {
    pub(crate) fn of(
        change: PersonChange,
        postings: &Posted,
        session: Option<&BookSession>,
        rules: &[String],
    ) -> Result<Person, RunError> {
        let before = session.map(|session| session.posted.of_person(&change.customer_id, rules)).transpose()?;
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
pub(crate) fn reports(draft: &PlanDraft<'_>, people: &[Person]) -> Vec<PersonReport> {
    let ids = |person: &Person| facts::ids(draft, &person.change.customer_id, &person.entries(&person.postings));
    let ids: Vec<Ids> = people.iter().map(ids).collect();
    let facts = facts::new_facts(draft, &ids);
    people.iter().zip(&ids).map(|(person, ids)| report(draft, person, ids, &facts)).collect()
}

fn report(
    draft: &PlanDraft<'_>,
    person: &Person,
    ids: &Ids,
    facts: &BTreeMap<(FactKind, String), FactReport>,
) -> PersonReport {
    let PersonChange { customer_id, currency, change, .. } = &person.change;
    let posted = person.before.as_ref().map(|before| person.entries(before)).unwrap_or_default();
    let before: WideAmount = posted.iter().map(|entry| entry.amount).sum();
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
        postings: postings.iter().map(|posting| posting_report(draft, person, posting, &posted)).collect(),
        fact_count: found.len() as u64,
        facts: found.into_iter().take(SHOWN).cloned().collect(),
    }
}

fn posting_report(draft: &PlanDraft<'_>, person: &Person, posting: &Entry<'_>, posted: &[Entry<'_>]) -> PostingReport {
    let is_same = |entry: &&Entry<'_>| {
        let identity = |entry: &Entry<'_>| (entry.kind, entry.method);
        identity(entry) == identity(posting)
            && (entry.source_id, entry.origin_id) == (posting.source_id, posting.origin_id)
    };
    let same: Vec<&Entry<'_>> = posted.iter().filter(is_same).collect();
    let with_expiry = same.iter().filter(|entry| entry.expires_at == posting.expires_at);
    let before: WideAmount = with_expiry.map(|entry| entry.amount).sum();
    let after = before + posting.amount;
    let rule_id = |entry: &Entry<'_>, range: &PostedRange| entry.rule.map(|rule| range.rules()[rule.index()].clone());
    let then = same.iter().find_map(|entry| rule_id(entry, person.before.as_ref()?));
    // What is taken back whole is given by no rule any more.
    let now = rule_id(posting, &person.postings).filter(|_| after != WideAmount::ZERO);
    let last = draft.session.and_then(|session| session.last.as_ref());
    PostingReport {
        kind: posting.kind.name().to_owned(),
        method: posting.method.name().to_owned(),
        source_id: posting.source_id.0.to_string(),
        origin_id: posting.origin_id.0.to_string(),
        effective_at: posting.effective_at.to_string(),
        expires_at: posting.expires_at.map(|at: Timestamp| at.to_string()),
        before: shown(before, posting.currency),
        change: shown(posting.amount.into(), posting.currency),
        after: shown(after, posting.currency),
        rule_before: then.filter(|then| now.as_ref() != Some(then)),
        rule: now,
        is_due: last.is_some_and(|last| posting.effective_at > last.as_of),
    }
}
