//! Changes of the past (docs/spec.md 6): what of a program differs for instants before the last posted as_of.
//!
//! Names, rule ids, emails and templates say nothing about credit and are not compared. Rules, switches and shared
//! expiries are dated, so only what holds before the instant is; everything else of a program has no date and always
//! holds.

mod rule_text;

pub use rule_text::given;

use crate::kernel::currency::Currency;
use crate::kernel::entry::Method;
use crate::kernel::program::{ClawbackTerms, Program, Rule, SharedExpiry};
use crate::kernel::time::Timestamp;

/// What differs, and how to say it so that only the future does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// One sentence, for people.
    pub message: String,
    /// All versions, as TOML, that keep the past as it was and change the future; `None` for what has no dates.
    pub instead: Option<String>,
}

/// Lists what differs between the program of the last run and today's for instants before `posted`.
pub fn changes(then: &Program, now: &Program, posted: Timestamp) -> Vec<Change> {
    let mut changes = undated(then, now, posted);
    changes.extend(switched(then, now, posted));
    changes.extend(shared_expiry(then, now, posted));
    changes.extend(rules(then, now, posted));
    changes
}

fn undated(then: &Program, now: &Program, posted: Timestamp) -> Vec<Change> {
    let same_clawback = |one: &ClawbackTerms, other: &ClawbackTerms| {
        let before = |from: Timestamp| Some(from).filter(|&from| from < posted);
        let both_later = before(one.from).is_none() && before(other.from).is_none();
        both_later || one == other
    };
    let differing = [
        ("[program] currency", then.currency != now.currency),
        ("[program] timezone", then.zone.name() != now.zone.name()),
        ("[program] earn_on_credit", then.earn_on_credit != now.earn_on_credit),
        ("[redemption]", then.redemption != now.redemption),
        ("[refunds] from", then.refunds_from != now.refunds_from),
        ("[clawback]", !same_clawback(&then.clawback, &now.clawback)),
        ("[debt] carry", then.carry_debt != now.carry_debt),
        ("[refund_credit] expiry", then.refund_credit_expiry != now.refund_credit_expiry),
        ("[identity] link_guests", then.link_guests != now.link_guests),
    ];
    let change = |(what, _): (&str, bool)| Change {
        message: format!("`{what}` is another; it has no date, so it holds for the past too"),
        instead: None,
    };
    differing.into_iter().filter(|(_, differs)| *differs).map(change).collect()
}

fn switched(then: &Program, now: &Program, posted: Timestamp) -> Option<Change> {
    let dates = [then, now].into_iter().flat_map(|program| program.switches.iter().map(|switch| switch.at));
    let at = moments(dates, posted).find(|&at| then.is_on(at) != now.is_on(at))?;
    let word = |on| if on { "on" } else { "off" };
    let message =
        format!("the scheme was {} {} and is now {}", word(then.is_on(at)), since(at, now), word(now.is_on(at)));
    let next = next_day(posted, now);
    let mut switches: Vec<(Timestamp, bool)> =
        then.switches.iter().filter(|switch| switch.at < next).map(|switch| (switch.at, switch.on)).collect();
    if then.is_on(posted) != now.is_on(next) {
        switches.push((next, now.is_on(next)));
    }
    switches.extend(now.switches.iter().filter(|switch| switch.at > next).map(|switch| (switch.at, switch.on)));
    let text = |(at, on)| format!("[[program.switch]]\nat = {}\non = {on}\n", rule_text::instant(at, &now.zone));
    let instead = together(switches.into_iter().map(text));
    Some(Change { message, instead })
}

fn shared_expiry(then: &Program, now: &Program, posted: Timestamp) -> Option<Change> {
    let dates = [then, now].into_iter().flat_map(|program| program.shared_expiry.iter().filter_map(|one| one.from));
    let at = moments(dates, posted).find(|&at| then.shared_expiry(at) != now.shared_expiry(at))?;
    let [before, after] = [then, now].map(|program| rule_text::expiry(program.shared_expiry(at)));
    let message = format!("the shared expiry was {before} {} and is now {after}", since(at, now));
    let next = next_day(posted, now);
    let mut versions: Vec<SharedExpiry> =
        then.shared_expiry.iter().filter(|one| one.from.is_none_or(|from| from < next)).cloned().collect();
    versions.push(SharedExpiry { from: Some(next), valid: now.shared_expiry(next) });
    versions.extend(now.shared_expiry.iter().filter(|one| one.from.is_some_and(|from| from > next)).cloned());
    versions.dedup_by(|after, before| after.valid == before.valid);
    let text = |version: SharedExpiry| {
        let from = version.from.map(|from| format!("from = {}\n", rule_text::instant(from, &now.zone)));
        format!("[[expiry]]\n{}valid = {}\n", from.unwrap_or_default(), rule_text::expiry(version.valid))
    };
    Some(Change { message, instead: together(versions.into_iter().map(text)) })
}

fn rules(then: &Program, now: &Program, posted: Timestamp) -> Vec<Change> {
    let mut schemes: Vec<(Method, Currency)> = Vec::new();
    for rule in then.rules.iter().chain(&now.rules) {
        let scheme = (rule.reward.method(), rule.currency);
        if !schemes.contains(&scheme) {
            schemes.push(scheme);
        }
    }
    schemes.into_iter().filter_map(|scheme| rules_of(scheme, then, now, posted)).collect()
}

/// Compares the rules of one method and currency, of which at most one is in force at an instant.
fn rules_of(scheme: (Method, Currency), then: &Program, now: &Program, posted: Timestamp) -> Option<Change> {
    let dates = [then, now].into_iter().flat_map(|program| &program.rules).flat_map(|rule| [rule.from, rule.until]);
    let differs = |at: &Timestamp| !is_same(in_force(then, scheme, *at), in_force(now, scheme, *at));
    let at = moments(dates.flatten(), posted).find(differs)?;
    let (method, currency) = (scheme.0.name(), scheme.1);
    let text = |rule: Option<&Rule>| rule.map_or("nothing".to_owned(), rule_text::given);
    let message = format!(
        "`{method}` in {currency} gave {} {} and now gives {}",
        text(in_force(then, scheme, at)),
        since(at, now),
        text(in_force(now, scheme, at))
    );
    let versions = versions(scheme, then, now, next_day(posted, now));
    Some(Change { message, instead: together(versions.iter().map(|rule| rule_text::rule(rule, now))) })
}

/// Returns the versions of a rule that held until an instant, and those that are to hold from then on.
fn versions((method, currency): (Method, Currency), then: &Program, now: &Program, next: Timestamp) -> Vec<Rule> {
    let is_of_scheme = |rule: &&Rule| rule.reward.method() == method && rule.currency == currency;
    let past = then.rules.iter().filter(is_of_scheme).filter(|rule| rule.from.is_none_or(|from| from < next));
    let to_come = now.rules.iter().filter(is_of_scheme).filter(|rule| rule.until.is_none_or(|until| until > next));
    let ended = past.map(|rule| Rule { until: Some(rule.until.map_or(next, |until| until.min(next))), ..rule.clone() });
    let begun = to_come.map(|rule| Rule { from: Some(rule.from.map_or(next, |from| from.max(next))), ..rule.clone() });
    let mut versions: Vec<Rule> = ended.chain(begun).collect();
    versions.sort_by_key(|rule| rule.from);
    versions
}

/// Returns the beginning of the first local day of which nothing is posted: what happens at the posted instant is.
fn next_day(posted: Timestamp, program: &Program) -> Timestamp {
    program.zone.start_of(program.zone.day_of(posted).plus(1))
}

/// Puts pieces of TOML below each other.
fn together(pieces: impl Iterator<Item = String>) -> Option<String> {
    Some(pieces.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
}

fn in_force(program: &Program, (method, currency): (Method, Currency), at: Timestamp) -> Option<&Rule> {
    let matches = |rule: &&Rule| rule.reward.method() == method && rule.currency == currency && rule.is_in_force(at);
    program.rules.iter().find(matches)
}

/// Tells whether two rules give the same, whatever they are called and however long they hold.
fn is_same(one: Option<&Rule>, other: Option<&Rule>) -> bool {
    let given = |rule: &Rule| (rule.reward.clone(), rule.expiry, rule.clawback);
    one.map(given) == other.map(given)
}

/// Returns an instant of each stretch before `posted` in which nothing dated changes.
fn moments(dates: impl Iterator<Item = Timestamp>, posted: Timestamp) -> impl Iterator<Item = Timestamp> {
    let mut moments: Vec<Timestamp> = dates.filter(|&at| at < posted).chain([Timestamp::EVER]).collect();
    moments.sort_unstable();
    moments.into_iter()
}

fn since(at: Timestamp, now: &Program) -> String {
    if at == Timestamp::EVER { "from the beginning".to_owned() } else { format!("from {}", now.zone.moment(at)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::parse_program;
    use std::path::Path;

    const THEN: &str = r#"
[program]
currency = "USD"
timezone = "America/New_York"
[[expiry]]
valid = { days = 365 }
[[rule]]
method = "per_order"
reward = { every = "10.00", receive = "0.50" }
[[rule]]
method = "registration"
until = 2024-01-01
reward = { fixed = "5.00" }
"#;

    fn program(text: &str) -> Program {
        parse_program(text.to_owned(), Path::new("program.toml")).unwrap().program
    }

    /// Compares with the program above, posted until the beginning of 15 June 2024 in UTC: the evening of the 14th in
    /// New York.
    fn found(now: &str) -> Vec<Change> {
        changes(&program(THEN), &program(now), Timestamp::from_micros(1_718_409_600_000_000))
    }

    #[test]
    fn what_has_no_date_or_a_later_one_changes_nothing() {
        assert_eq!(found(THEN), []);
        let named = THEN
            .replace("[program]\n", "[program]\nname = \"Other\"\n")
            .replace("method = \"per_order\"", "method = \"per_order\"\nid = \"x\"");
        assert_eq!(found(&named), []);
        let later = THEN.to_owned()
            + "[[program.switch]]\nat = 2025-01-01\non = false\n[[expiry]]\nfrom = 2024-06-15\nvalid = \"never\"\n"
            + "[[rule]]\nmethod = \"first_order\"\nfrom = 2024-07-01\nreward = { fixed = \"1.00\" }\n";
        assert_eq!(found(&later), []);
        // One version written as two is the same, and so is an end that is yet to come.
        let reward = "reward = { every = \"10.00\", receive = \"0.50\" }\n";
        let split = THEN.replacen(reward, &format!("until = 2023-05-01\n{reward}[[rule]]\nmethod = \"per_order\"\nfrom = 2023-05-01\nuntil = 2024-06-16\n{reward}"), 1);
        assert_eq!(found(&split), []);
    }

    #[test]
    fn an_amount_edited_in_place_is_answered_with_two_dated_versions() {
        let [change] = &found(&THEN.replace("0.50", "1.00"))[..] else { panic!("one change") };
        assert_eq!(
            change.message,
            "`per_order` in USD gave reward = { every = \"10.00\", receive = \"0.50\" } from the beginning and now gives \
             reward = { every = \"10.00\", receive = \"1.00\" }"
        );
        let instead = change.instead.as_deref().unwrap();
        assert_eq!(
            instead,
            "[[rule]]\nmethod = \"per_order\"\nuntil = 2024-06-15\nreward = { every = \"10.00\", receive = \"0.50\" }\n\n\
             [[rule]]\nmethod = \"per_order\"\nfrom = 2024-06-15\nreward = { every = \"10.00\", receive = \"1.00\" }\n"
        );
        // Pasted in place of the edited rule it is the program of the past.
        let pasted = THEN.replacen(
            "[[rule]]\nmethod = \"per_order\"\nreward = { every = \"10.00\", receive = \"0.50\" }\n",
            instead,
            1,
        );
        assert_eq!(found(&pasted), []);
    }

    #[test]
    fn rules_that_are_new_or_gone_for_the_past_are_changes() {
        let new = THEN.to_owned() + "[[rule]]\nmethod = \"first_order\"\nreward = { fixed = \"1.00\" }\n";
        let [change] = &found(&new)[..] else { panic!("one change") };
        assert!(
            change.message.starts_with("`first_order` in USD gave nothing from the beginning and now gives reward")
        );
        assert!(change.instead.as_deref().unwrap().contains("from = 2024-06-15"));
        let gone = THEN.replace("until = 2024-01-01", "until = 2023-01-01");
        let [change] = &found(&gone)[..] else { panic!("one change") };
        assert!(
            change.message.ends_with(
                "from 2023-01-01 00:00 America/New_York (2023-01-01T05:00:00.000000Z) and now gives nothing"
            )
        );
        // The version of then, and nothing from now on.
        assert_eq!(
            change.instead.as_deref(),
            Some("[[rule]]\nmethod = \"registration\"\nuntil = 2024-01-01\nreward = { fixed = \"5.00\" }\n")
        );
    }

    #[test]
    fn versions_that_are_still_to_come_are_kept() {
        let later =
            "[[rule]]\nmethod = \"per_order\"\nfrom = 2025-01-01\nreward = { every = \"10.00\", receive = \"2.00\" }\n";
        let reward = "reward = { every = \"10.00\", receive = \"0.50\" }\n";
        let then = THEN.replacen(reward, &format!("until = 2025-01-01\n{reward}{later}"), 1);
        let posted = Timestamp::from_micros(1_718_409_600_000_000);
        let now = then.replace("0.50", "1.00");
        let [change] = &changes(&program(&then), &program(&now), posted)[..] else { panic!("one change") };
        let between = "[[rule]]\nmethod = \"per_order\"\nfrom = 2024-06-15\nuntil = 2025-01-01\nreward = { every = \"10.00\", receive = \"1.00\" }\n";
        let past = format!("[[rule]]\nmethod = \"per_order\"\nuntil = 2024-06-15\n{reward}");
        assert_eq!(change.instead.as_deref(), Some([past.as_str(), between, later].join("\n").as_str()));
    }

    #[test]
    fn what_happens_at_the_posted_instant_is_posted() {
        // Midnight in New York.
        let posted = Timestamp::from_micros(1_718_424_000_000_000);
        let changes = changes(&program(THEN), &program(&THEN.replace("0.50", "1.00")), posted);
        assert!(changes[0].instead.as_deref().unwrap().contains("from = 2024-06-16"));
    }

    #[test]
    fn switches_expiries_and_undated_terms_are_compared() {
        let switched = THEN.to_owned() + "[[program.switch]]\nat = 2024-01-01\non = true\n";
        let [change] = &found(&switched)[..] else { panic!("one change") };
        assert_eq!(
            (change.message.as_str(), &change.instead),
            ("the scheme was on from the beginning and is now off", &None)
        );
        let [change] = &found(&THEN.replace("days = 365", "days = 90"))[..] else { panic!("one change") };
        assert_eq!(change.message, "the shared expiry was { days = 365 } from the beginning and is now { days = 90 }");
        assert_eq!(
            change.instead.as_deref(),
            Some("[[expiry]]\nvalid = { days = 365 }\n\n[[expiry]]\nfrom = 2024-06-15\nvalid = { days = 90 }\n")
        );
        let undated = THEN.to_owned() + "[debt]\ncarry = true\n[clawback]\nfrom = 2024-06-01\n";
        let messages: Vec<String> = found(&undated).into_iter().map(|change| change.message).collect();
        assert_eq!(messages.len(), 2);
        assert!(messages[0].contains("[clawback]") && messages[1].contains("[debt] carry"));
    }
}
