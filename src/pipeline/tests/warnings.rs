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
