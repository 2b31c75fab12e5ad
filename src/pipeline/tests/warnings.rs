//! What `accrue check` says about legal programs.

use super::{pipeline, program, with, with_input};

/// Returns the warnings about a program's text as they are printed.
fn warnings(text: &str) -> String {
    let file = program(text).unwrap();
    file.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_plain_program_has_no_warnings() {
    assert_eq!(warnings(&with("")), "");
}

#[test]
fn a_rule_that_no_event_can_meet_is_named() {
    assert_eq!(
        warnings(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[[program.switch]]
at = 2024-01-01
on = false
[[program.switch]]
at = 2025-01-01
on = true
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
from = 2024-02-01
until = 2024-12-01
"#
        ),
        r#"p.toml:10:1: rule `registration@2024-02-01` is never in force: the scheme is switched off all that time
  help: look at `[[program.switch]]`"#
    );
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "order_history"
until = 2024-01-01
counts_from = 2024-01-01
tiers = [{ orders = 1, receive = "1.00" }]
"#
        )),
        r#"p.toml:7:1: rule `order_history` never gives anything: `counts_from` is not before `until`"#
    );
}

#[test]
fn a_switch_that_changes_nothing_is_named() {
    assert_eq!(
        warnings(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[[program.switch]]
at = 2024-01-01
on = true
[[program.switch]]
at = 2025-01-01
on = true
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        "p.toml:7:1: this switch changes nothing: the scheme is already on"
    );
}

#[test]
fn an_expiry_that_leaves_no_time_is_named() {
    assert_eq!(
        warnings(&with(
            r#"[[expiry]]
from = 2024-01-01
valid = { days = 0 }
[[expiry]]
from = 2025-01-01
valid = { until = 2024-12-31 }
"#
        )),
        r#"p.toml:7:1: this shared expiry is 0 days: credit expires at the end of the day it is given
  help: write "never" for credit that stays
p.toml:10:1: this shared expiry ends on 2024-12-31, before it begins: no such credit is ever given"#
    );
    assert_eq!(
        warnings(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
expiry = { days = 0 }
"#
        ),
        r#"p.toml:4:1: the expiry of rule `registration` is 0 days: credit expires at the end of the day it is given
  help: write "never" for credit that stays"#
    );
}

#[test]
fn orders_that_are_let_in_for_nothing_are_named() {
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "per_order"
min_spend = "5.00"
reward = { every = "10.00", receive = "0.50" }
"#
        )),
        r#"p.toml:7:1: rule `per_order`: orders from 5.00 on are let in, but below 10.00 they earn nothing
  help: write `min_spend = "10.00"`, or `prorated = true` in the reward"#
    );
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "per_order"
min_spend = "0.10"
reward = { every = "10.00", receive = "0.50", prorated = true }
"#
        )),
        r#"p.toml:7:1: rule `per_order`: an order of 0.10 earns nothing, its share rounds to zero"#
    );
}

#[test]
fn emails_that_never_go_out_are_named() {
    assert_eq!(
        warnings(&with(
            r#"[emails]
received = false
redeemed = false
expiring = false
refunded = false
templates = "mine"
"#
        )),
        "p.toml:7:1: `templates` is set, but every kind of email is switched off"
    );
    assert_eq!(
        warnings(&with(
            r#"[emails]
quiet_after = { days = 0 }
"#
        )),
        r#"p.toml:7:1: `quiet_after` of 0 days: only what takes effect at the instant of the run is mailed
  help: write at least { days = 1 } for a nightly run"#
    );
}

#[test]
fn a_zone_without_summer_time_is_named_in_both_files() {
    let text = "[program]\ncurrency = \"USD\"\ntimezone = \"EST\"\n[[rule]]\nmethod = \"registration\"\nreward = { fixed = \"5.00\" }\n";
    assert_eq!(
        warnings(text),
        "p.toml:3:12: `timezone` is `EST`, which has the same time all year: no summer time moves its midnights\n  \
         help: write a place: `America/New_York`, or `America/Panama` for the same time all year"
    );
    let input = "[[input]]\nkind = \"orders\"\npath = \"x.csv\"\ntimezone = \"MST\"\n[[input]]\nkind = \"refunds\"\n\
        path = \"x.csv\"\ntimezone = \"CET\"\n";
    let found = pipeline(&with_input(input)).unwrap().warnings;
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "shop/n.toml:6:12: `timezone` is `MST`, which has the same time all year: no summer time moves its midnights\n  \
          help: write a place: `America/Denver`, or `America/Phoenix` for the same time all year"
        ]
    );
}

#[test]
fn rewards_above_what_earns_them_are_named() {
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "per_order"
reward = { every = "0.10", receive = "1.00" }
[[rule]]
method = "first_order"
reward = { every = "1.00", receive = "20.00", prorated = true }
[[rule]]
method = "spend_history"
reward = { every = "3.00", receive = "9.00" }
"#
        )),
        r#"p.toml:7:1: rule `per_order` gives 1.00 for each 0.10 of an order: the reward is more than what earns it
  help: did you mean { every = "1.00", receive = "0.10" }, which is 10 % of an order?
p.toml:10:1: rule `first_order` gives 20.00 for each 1.00 of an order: the reward is more than what earns it
  help: did you mean { every = "20.00", receive = "1.00" }, which is 5 % of an order?
p.toml:13:1: rule `spend_history` gives 9.00 for each 3.00 of what was spent: the reward is more than what earns it
  help: did you mean { every = "9.00", receive = "3.00" }, which is about 33.33 % of what was spent?"#
    );
    // All of what was paid is as much as earns it, and no more.
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "per_order"
reward = { every = "1.00", receive = "1.00" }
"#
        )),
        ""
    );
}

#[test]
fn fixed_rewards_of_small_orders_are_named() {
    let rule = |min_spend: &str| {
        warnings(&with(&format!("[[rule]]\nmethod = \"per_order\"\nreward = {{ fixed = \"10.00\" }}\n{min_spend}")))
    };
    assert_eq!(
        rule(""),
        r#"p.toml:7:1: rule `per_order` gives 10.00 for every order, also for one that was paid with credit alone
  help: write `min_spend`: the least that must be paid"#
    );
    assert_eq!(
        rule("min_spend = \"5.00\"\n"),
        r#"p.toml:7:1: rule `per_order` gives 10.00 for an order of 5.00: the reward is more than what earns it
  help: write a `min_spend` above 10.00, or a smaller `fixed`"#
    );
    assert_eq!(rule("min_spend = \"10.00\"\n"), "");
}

#[test]
fn doubtful_tiers_are_named() {
    // 60.00 + 150.00 = 210.00, which is above 200.00; 60.00 alone is not above 100.00.
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "spend_history"
tiers = [{ spend = "100.00", receive = "60.00" }, { spend = "200.00", receive = "150.00" }]
"#
        )),
        r#"p.toml:7:1: rule `spend_history` has given 210.00 to who has spent 200.00: the reward is more than what earns it
  help: write smaller amounts to `receive`: a tier comes on top of those below it"#
    );
    assert_eq!(
        warnings(&with(
            r#"[[rule]]
method = "spend_history"
tiers = [{ spend = "100.00", receive = "6.00" }, { spend = "200.00", receive = "5.00" }]
"#
        )),
        r#"p.toml:7:1: rule `spend_history` gives 5.00 at 200.00, and 6.00 at 100.00 already: the higher tier gives less
  help: a tier comes on top of those below it: are the amounts in the right order?"#
    );
    let orders = |last: &str| {
        warnings(&with(&format!(
            "[[rule]]\nmethod = \"order_history\"\ntiers = [{{ orders = 3, receive = \"2.00\" }}, {last}]\n"
        )))
    };
    assert_eq!(
        orders("{ orders = 10, receive = \"1.00\" }"),
        r#"p.toml:7:1: rule `order_history` gives 1.00 at 10 orders, and 2.00 at 3 orders already: the higher tier gives less
  help: a tier comes on top of those below it: are the amounts in the right order?"#
    );
    assert_eq!(
        orders("{ orders = 1001, receive = \"2.00\" }"),
        r#"p.toml:7:1: rule `order_history` has a tier of 1001 orders, which nobody reaches
  help: the tiers of a `spend_history` rule are amounts: { spend = "500.00", receive = "20.00" }"#
    );
    assert_eq!(orders("{ orders = 1000, receive = \"2.00\" }"), "");
}

#[test]
fn expiries_shorter_than_the_reminder_are_named() {
    let help = "\n  help: write fewer `days_before` in `[emails]`, or `expiring = false`";
    let text = r#"[[rule]]
method = "per_order"
reward = { every = "10.00", receive = "1.00" }
expiry = { days = 1 }
[[expiry]]
from = 2024-01-01
valid = { days = 2 }
[refund_credit]
expiry = { days = 2 }
"#;
    assert_eq!(
        warnings(&with(text)),
        format!(
            "p.toml:7:1: the expiry of rule `per_order` is 1 day, and the reminder is 3 days before it: it goes out at \
             once{help}\n\
             p.toml:11:1: this shared expiry is 2 days, and the reminder is 3 days before it: it goes out at once{help}\n\
             p.toml:14:1: the expiry of `[refund_credit]` is 2 days, and the reminder is 3 days before it: it goes out \
             at once{help}"
        )
    );
    assert_eq!(warnings(&with(&format!("{text}[emails]\nexpiring = {{ days_before = [1] }}\n"))), "");
    assert_eq!(warnings(&with(&format!("{text}[emails]\nexpiring = false\n"))), "");
    // The longest of the reminders that are too early is named; one that comes in time does not help.
    assert_eq!(
        warnings(&with(
            "[[expiry]]\nfrom = 2024-01-01\nvalid = { days = 3 }\n[emails]\nexpiring = { days_before = [2, 5, 4] }\n"
        )),
        format!(
            "p.toml:7:1: this shared expiry is 3 days, and the reminder is 5 days before it: it goes out at once{help}"
        )
    );
}
