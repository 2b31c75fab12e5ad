//! The funnel in words: a table, and the reason why nothing is posted.

use super::model::KindFunnel;
use super::outcome::Outcome;
use crate::digits::{counted, grouped};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// How many outcomes are named where nothing is posted.
const NAMED: usize = 3;

/// Writes where the rows went.
pub(crate) fn write(text: &mut String, funnel: &[KindFunnel]) -> fmt::Result {
    if funnel.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<46} {:>12}", "Where the rows went", "rows")?;
    for own in funnel {
        let (kind, lines) = (own.kind.replace('_', " "), lines(own));
        if let [(words, count)] = &lines[..] {
            writeln!(text, "  {:<44} {:>12}", format!("{kind}: {words}"), grouped(*count))?;
            continue;
        }
        writeln!(text, "  {kind:<44} {:>12}", grouped(own.rows))?;
        for (words, count) in lines {
            writeln!(text, "    {words:<42} {:>12}", grouped(count))?;
        }
    }
    Ok(())
}

/// Returns the counts of a kind that are above zero, each with words for it.
fn lines(own: &KindFunnel) -> Vec<(String, u64)> {
    let added = (own.added, "more facts than rows, by mappings");
    let rows = [added].into_iter().chain(own.without_facts()).filter(|(count, _)| *count > 0);
    let rows = rows.map(|(count, words)| (words.to_owned(), count));
    let facts = own.currencies.iter().flat_map(|of| {
        counts(&of.outcomes).map(|(outcome, count)| (format!("{} {}", of.currency, outcome.words()), count))
    });
    rows.chain(facts).collect()
}

/// Returns the counts of outcomes in the order of their list.
fn counts(outcomes: &BTreeMap<String, u64>) -> impl Iterator<Item = (Outcome, u64)> {
    Outcome::ALL.into_iter().filter_map(|outcome| Some((outcome, *outcomes.get(outcome.name())?)))
}

/// Returns why a run posts nothing, as it follows `as`: where the rows went.
pub(crate) fn why_nothing(funnel: &[KindFunnel]) -> String {
    let facts: u64 = funnel.iter().map(|own| own.facts).sum();
    if facts > 0 {
        let list = listed(facts_by_outcome(funnel));
        return match facts {
            1 => format!("the only new fact changes nothing ({list})"),
            _ => format!("{} new facts change nothing ({list})", grouped(facts)),
        };
    }
    let mut sums: Vec<(u64, &str)> = Vec::new();
    for own in funnel.iter().flat_map(KindFunnel::without_facts).filter(|(count, _)| *count > 0) {
        match sums.iter_mut().find(|(_, words)| *words == own.1) {
            Some(sum) => sum.0 += own.0,
            None => sums.push(own),
        }
    }
    match sums.is_empty() {
        true => "there are no rows".to_owned(),
        false => {
            let rows = funnel.iter().map(|own| own.rows).sum();
            let list = sums.into_iter().map(|(count, words)| format!("{} {words}", grouped(count)));
            format!(
                "none of {} tells anything new ({})",
                counted(rows, "row", "rows"),
                list.collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// Returns how many facts have each outcome, in words, the most frequent first.
fn facts_by_outcome(funnel: &[KindFunnel]) -> Vec<(u64, String)> {
    let mut sums: Vec<(u64, (&str, &str))> = Vec::new();
    for own in funnel {
        for (outcome, count) in own.currencies.iter().flat_map(|of| counts(&of.outcomes)) {
            // Such a fact posts nothing where it has posted all before.
            let words = if outcome.posts() { "as posted before" } else { outcome.words() };
            match sums.iter_mut().find(|(_, key)| *key == (own.kind.as_str(), words)) {
                Some(sum) => sum.0 += count,
                None => sums.push((count, (&own.kind, words))),
            }
        }
    }
    sums.sort_by_key(|(count, _)| Reverse(*count));
    let told = |(count, (kind, words)): (u64, (&str, &str))| {
        let kind = kind.replace('_', " ");
        let kind = if count == 1 { kind.strip_suffix('s').unwrap_or(&kind) } else { &kind };
        (count, format!("{} {kind} {words}", grouped(count)))
    };
    sums.into_iter().map(told).collect()
}

fn listed(counts: Vec<(u64, String)>) -> String {
    let others: u64 = counts.iter().skip(NAMED).map(|(count, _)| count).sum();
    let mut list: Vec<String> = counts.into_iter().take(NAMED).map(|(_, told)| told).collect();
    list.extend((others > 0).then(|| counted(others, "other", "others")));
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::model::CurrencyFunnel;
    use super::*;

    fn facts(kind: &str, outcomes: &[(Outcome, u64)]) -> KindFunnel {
        let count = outcomes.iter().map(|(_, count)| count).sum();
        let outcomes = outcomes.iter().map(|(outcome, count)| (outcome.name().to_owned(), *count)).collect();
        let currencies = vec![CurrencyFunnel { currency: "USD".to_owned(), facts: count, outcomes }];
        KindFunnel { kind: kind.to_owned(), rows: count, facts: count, currencies, ..KindFunnel::default() }
    }

    #[test]
    fn nothing_is_posted_for_the_reasons_that_most_facts_have() {
        let orders = [(Outcome::Unpaid, 1), (Outcome::BelowMinSpend, 1_200), (Outcome::Earning, 4)];
        let refunds = [(Outcome::UnknownOrder, 3), (Outcome::BeforeFrom, 2)];
        let funnel = [facts("orders", &orders), facts("refunds", &refunds)];
        assert!(funnel.iter().all(KindFunnel::adds_up));
        assert_eq!(
            why_nothing(&funnel),
            "1,210 new facts change nothing (1,200 orders below the minimum spend, 4 orders as posted before, 3 refunds of \
             unknown orders, 3 others)"
        );
        let one = [facts("refunds", &[(Outcome::BeforeFrom, 1)])];
        assert_eq!(why_nothing(&one), "the only new fact changes nothing (1 refund before clawback begins)");
    }

    #[test]
    fn where_no_row_is_new_the_rows_are_said() {
        let orders =
            KindFunnel { kind: "orders".to_owned(), rows: 7, repeated: 5, rejected: 2, ..KindFunnel::default() };
        let refunds = KindFunnel { kind: "refunds".to_owned(), rows: 3, repeated: 3, ..KindFunnel::default() };
        assert_eq!(why_nothing(&[orders, refunds]), "none of 10 rows tells anything new (2 rejected, 8 repeated)");
        assert_eq!(why_nothing(&[]), "there are no rows");
    }

    #[test]
    fn counts_that_miss_a_row_or_a_fact_do_not_add_up() {
        let whole = KindFunnel { superseded: 2, rows: 5, ..facts("orders", &[(Outcome::Earning, 3)]) };
        assert!(whole.adds_up());
        assert!(!KindFunnel { rows: 6, ..whole.clone() }.adds_up());
        assert!(!KindFunnel { facts: 2, superseded: 3, ..whole }.adds_up());
    }

    #[test]
    fn the_table_has_the_counts_above_zero() {
        let orders = [(Outcome::Earning, 1_000), (Outcome::Unpaid, 4)];
        let registrations = facts("registrations", &[(Outcome::Earning, 9)]);
        let funnel = [KindFunnel { skipped: 10, rows: 1_014, ..facts("orders", &orders) }, registrations];
        let mut text = String::new();
        write(&mut text, &funnel).unwrap();
        let lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            lines,
            [
                "",
                "Where the rows went rows",
                "orders 1,014",
                "skipped 10",
                "USD unpaid 4",
                "USD earning 1,000",
                "registrations: USD earning 9"
            ]
        );
    }
}
