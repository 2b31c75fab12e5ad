//! Changes of the past (SPEC 6): what of a program differs for instants before the last posted as_of.
//!
//! Names, rule ids, emails and templates say nothing about credit and are not compared. Rules, switches and shared
//! expiries are dated, so only what holds before the instant is; everything else of a program has no date and always
//! holds.

mod rule_text;

pub use rule_text::given;

use crate::kernel::currency::Currency;
use crate::kernel::entry::Method;
use crate::kernel::program::{ClawbackTerms, Program, Rule};
use crate::kernel::time::Instant;

/// Earlier than every instant of a program.
const SINCE_EVER: Instant = Instant::from_micros(i64::MIN);

/// What differs, and how to say it so that only the future does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// One sentence, for people.
    pub message: String,
    /// TOML that keeps the past as it was; `None` for what has no dates.
    pub instead: Option<String>,
}

/// Lists what differs between the program of the last run and today's for instants before `posted`.
pub fn changes(then: &Program, now: &Program, posted: Instant) -> Vec<Change> {
    let mut changes = undated(then, now, posted);
    changes.extend(switched(then, now, posted));
    changes.extend(shared_expiry(then, now, posted));
    changes.extend(rules(then, now, posted));
    changes
}

fn undated(then: &Program, now: &Program, posted: Instant) -> Vec<Change> {
    let same_clawback = |one: &ClawbackTerms, other: &ClawbackTerms| {
        let before = |from: Instant| Some(from).filter(|&from| from < posted);
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

fn switched(then: &Program, now: &Program, posted: Instant) -> Option<Change> {
    let dates = [then, now].into_iter().flat_map(|program| program.switches.iter().map(|switch| switch.at));
    let at = moments(dates, posted).find(|&at| then.is_on(at) != now.is_on(at))?;
    let word = |on| if on { "on" } else { "off" };
    let message = format!("the scheme was {} {} and is now {}", word(then.is_on(at)), since(at), word(now.is_on(at)));
    let next = rule_text::date_after(posted, &now.zone);
    let ends = now.is_on(Instant::NEVER);
    let instead = (then.is_on(posted) != ends).then(|| format!("[[program.switch]]\nat = {next}\non = {ends}\n"));
    Some(Change { message, instead })
}

fn shared_expiry(then: &Program, now: &Program, posted: Instant) -> Option<Change> {
    let dates = [then, now].into_iter().flat_map(|program| program.shared_expiry.iter().filter_map(|one| one.from));
    let at = moments(dates, posted).find(|&at| then.shared_expiry(at) != now.shared_expiry(at))?;
    let [before, after] = [then, now].map(|program| rule_text::expiry(program.shared_expiry(at)));
    let message = format!("the shared expiry was {before} {} and is now {after}", since(at));
    let next = rule_text::date_after(posted, &now.zone);
    let last = rule_text::expiry(now.shared_expiry(Instant::NEVER));
    Some(Change { message, instead: Some(format!("[[expiry]]\nfrom = {next}\nvalid = {last}\n")) })
}

fn rules(then: &Program, now: &Program, posted: Instant) -> Vec<Change> {
    let mut schemes: Vec<(Method, Currency)> = Vec::new();
    for rule in then.rules.iter().chain(&now.rules) {
        let scheme = (rule.terms.method(), rule.currency);
        if !schemes.contains(&scheme) {
            schemes.push(scheme);
        }
    }
    schemes.into_iter().filter_map(|scheme| rules_of(scheme, then, now, posted)).collect()
}

/// Compares the rules of one method and currency, of which at most one is in force at an instant.
fn rules_of(scheme: (Method, Currency), then: &Program, now: &Program, posted: Instant) -> Option<Change> {
    let dates = [then, now].into_iter().flat_map(|program| &program.rules).flat_map(|rule| [rule.from, rule.until]);
    let differs = |at: &Instant| !is_same(in_force(then, scheme, *at), in_force(now, scheme, *at));
    let at = moments(dates.flatten(), posted).find(differs)?;
    let (method, currency) = (scheme.0.name(), scheme.1);
    let text = |rule: Option<&Rule>| rule.map_or("nothing".to_owned(), rule_text::given);
    let message = format!(
        "`{method}` in {currency} gave {} {} and now gives {}",
        text(in_force(then, scheme, at)),
        since(at),
        text(in_force(now, scheme, at))
    );
    let next = rule_text::date_after(posted, &now.zone);
    let old = in_force(then, scheme, posted).map(|rule| rule_text::rule(rule, now, None, Some(&next)));
    let new = in_force(now, scheme, posted).map(|rule| rule_text::rule(rule, now, Some(&next), None));
    let versions: Vec<String> = [old, new].into_iter().flatten().collect();
    Some(Change { message, instead: Some(versions.join("\n")).filter(|text| !text.is_empty()) })
}

fn in_force(program: &Program, (method, currency): (Method, Currency), at: Instant) -> Option<&Rule> {
    let matches = |rule: &&Rule| rule.terms.method() == method && rule.currency == currency && rule.is_in_force(at);
    program.rules.iter().find(matches)
}

/// Tells whether two rules give the same, whatever they are called and however long they hold.
fn is_same(one: Option<&Rule>, other: Option<&Rule>) -> bool {
    let given = |rule: &Rule| (rule.terms.clone(), rule.expiry, rule.clawback);
    one.map(given) == other.map(given)
}

/// Returns an instant of each stretch before `posted` in which nothing dated changes.
fn moments(dates: impl Iterator<Item = Instant>, posted: Instant) -> impl Iterator<Item = Instant> {
    let mut moments: Vec<Instant> = dates.filter(|&at| at < posted).chain([SINCE_EVER]).collect();
    moments.sort_unstable();
    moments.into_iter()
}

fn since(at: Instant) -> String {
    if at == SINCE_EVER { "from the beginning".to_owned() } else { format!("from {at}") }
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
        changes(&program(THEN), &program(now), Instant::from_micros(1_718_409_600_000_000))
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
        // One version told as two is the same, and so is an end that is yet to come.
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
        assert!(change.message.contains("from 2023-01-01T05:00:00.000000Z and now gives nothing"));
        // Neither program has a rule in force when today's begin.
        assert_eq!(change.instead, None);
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
        assert_eq!(change.instead.as_deref(), Some("[[expiry]]\nfrom = 2024-06-15\nvalid = { days = 90 }\n"));
        let undated = THEN.to_owned() + "[debt]\ncarry = true\n[clawback]\nfrom = 2024-06-01\n";
        let messages: Vec<String> = found(&undated).into_iter().map(|change| change.message).collect();
        assert_eq!(messages.len(), 2);
        assert!(messages[0].contains("[clawback]") && messages[1].contains("[debt] carry"));
    }
}
