//! Builds the report of a plan from its postings: what changes, for whom most, and why.

use super::super::error::RunError;
use super::super::guards::{GuardName, Tripped};
use super::super::in_order::in_order;
use super::super::retroactive;
use super::draft::PlanDraft;
use super::shown::shown;
use super::why::{self, Person};
use crate::book::Posted;
use crate::kernel::currency::Currency;
use crate::kernel::entry::{Kind, Method};
use crate::reports::changes::{Changes, Moved};
use crate::reports::plan::{
    BookReport, ChangeReport, GuardReport, LiabilityReport, PlanReport, ProgramReport, RuleReport,
};
use crate::reports::summary::BalanceSummary;
use std::path::Path;

/// Reports a plan whose postings are in a file.
pub(crate) fn explain(draft: &PlanDraft<'_>, ledger: &Path) -> Result<PlanReport, RunError> {
    let PlanDraft { request, session, prepared, .. } = *draft;
    let (program, summary) = (request.program, &prepared.report.summary);
    let rules: Vec<String> = program.program.rules.iter().map(|rule| rule.id.clone()).collect();
    let postings = Posted::of_file(ledger)?;
    let changes = collect(&postings, &rules)?;
    let people = changes.largest().map(|change| Person::of(change, &postings, session, &rules));
    let people = people.collect::<Result<Vec<Person>, RunError>>()?;
    let posted_until = session.and_then(|session| session.last.as_ref());
    let posted_until = posted_until.map(|last| program.program.zone.moment(last.as_of));
    let new_facts = summary.book.iter().flat_map(|book| &book.new_facts);
    Ok(PlanReport {
        run_id: summary.run_id.clone(),
        as_of: summary.as_of.clone(),
        as_of_local: summary.as_of_local.clone(),
        planned_at: summary.posted_at.clone(),
        backfill: draft.backfill,
        program: ProgramReport {
            name: program.program.name.clone(),
            path: program.path.display().to_string(),
            sha256: program.digest.clone(),
        },
        book: summary.book.as_ref().map(|book| BookReport {
            path: book.path.clone(),
            run: book.run,
            posted_until: posted_until.map(|until| until.at.to_string()),
            posted_until_local: posted_until.and_then(|until| until.local()),
        }),
        program_changes: draft.changes.iter().map(|change| change.message.clone()).collect(),
        guards: guards(draft),
        new_facts: new_facts.map(|(&kind, &count)| (kind.to_owned(), count)).collect(),
        funnel: summary.funnel.clone(),
        people: changes.people,
        postings: by_kind(&changes),
        liability: liability(draft, &changes),
        rules: by_rule(draft, &changes),
        largest: why::reports(draft, &people),
        emails: summary.emails.jobs.values().sum(),
        rejects: summary.rejects.count,
        exceptions: summary.exceptions.count,
    })
}

/// Adds up all postings of a file.
pub(crate) fn collect(postings: &Posted, rules: &[String]) -> Result<Changes, RunError> {
    let mut all = Changes::default();
    in_order(
        postings.group_count(),
        || (),
        |(), number| {
            let (group, mut changes) = (postings.group(number, rules)?, Changes::default());
            let (mut at, mut entries) = (0, Vec::new());
            while let Some(customer_id) = group.id_at(at) {
                at = group.fill(at, &mut entries);
                changes.add(customer_id, &entries, group.rules());
            }
            Ok(changes)
        },
        |changes| {
            all.merge(changes);
            Ok::<(), RunError>(())
        },
    )?;
    Ok(all)
}

fn guards(draft: &PlanDraft<'_>) -> Vec<GuardReport> {
    let report = |tripped: &Tripped| GuardReport {
        name: tripped.name.name().to_owned(),
        message: tripped.message.clone(),
        shown: tripped.shown.clone(),
        look: tripped.look.clone(),
        overridden: draft.request.overrides.contains(&tripped.name),
        // Corrections are what a backfill is for.
        only_reported: draft.backfill && tripped.name == GuardName::MaxCorrected,
    };
    draft.tripped.iter().map(report).collect()
}

pub(crate) fn by_kind(changes: &Changes) -> Vec<ChangeReport> {
    let report = |(&(currency, kind, method), moved): (&(Currency, Kind, Method), &Moved)| ChangeReport {
        currency: currency.code().to_owned(),
        kind: kind.name().to_owned(),
        method: method.name().to_owned(),
        count: moved.count,
        people: moved.people,
        up: shown(moved.up, currency),
        down: shown(moved.down, currency),
    };
    changes.kinds.iter().map(report).collect()
}

fn by_rule(draft: &PlanDraft<'_>, changes: &Changes) -> Vec<RuleReport> {
    let rules = &draft.request.program.program.rules;
    let report = |((currency, id), moved): (&(Currency, String), &Moved)| {
        let rule = rules.iter().find(|rule| rule.id == *id && rule.currency == *currency);
        RuleReport {
            currency: currency.code().to_owned(),
            rule: id.clone(),
            gives: rule.map(retroactive::given),
            count: moved.count,
            people: moved.people,
            up: shown(moved.up, *currency),
            down: shown(moved.down, *currency),
        }
    };
    changes.rules.iter().map(report).collect()
}

/// Returns what all people have, whom the run visits or not: its summary says that.
fn liability(draft: &PlanDraft<'_>, changes: &Changes) -> Vec<LiabilityReport> {
    let report = |all: &BalanceSummary| {
        let change = Currency::from_code(all.currency).map(|currency| shown(changes.liability(currency), currency));
        LiabilityReport {
            currency: all.currency.to_owned(),
            before: all.before.clone(),
            change: change.unwrap_or_default(),
            after: all.after.clone(),
        }
    };
    draft.prepared.report.summary.balances.iter().map(report).collect()
}
