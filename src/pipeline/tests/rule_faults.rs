//! What is wrong with the rules of a program, as it is printed.

use super::{program_faults, with};

#[test]
fn amounts_are_texts_above_zero_with_the_decimals_of_their_currency() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
reward = { every = 10.00, receive = 1 }
min_spend = "0.00"
"#
        )),
        r#"p.toml:9:20: `every` is a bare number; amounts are exact
  help: write it as a text: "10.00"
p.toml:9:37: `receive` is a bare number; amounts are exact
  help: write it as a text: "1"
p.toml:10:13: `min_spend` is "0.00": it must be above zero"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "10.005" }
"#
        )),
        r#"p.toml:9:20: `fixed` is "10.005", which has more decimals than USD has minor units (2)"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
currency = "JPY"
reward = { fixed = "10.50" }
"#
        )),
        r#"p.toml:10:20: `fixed` is "10.50", which has more decimals than JPY has minor units (0)"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "$5" }
"#
        )),
        r#"p.toml:9:20: `fixed` is "$5", which is not a plain decimal number: write digits with a `.` before the decimals, such as 1234.56"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "1000000000" }
"#
        )),
        r#"p.toml:9:20: `fixed` is "1000000000", which is out of range: amounts are below 1,000,000,000"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "-1.00" }
"#
        )),
        r#"p.toml:9:20: `fixed` is "-1.00": it must be above zero"#
    );
}

#[test]
fn keys_of_other_methods_are_refused() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "order_history"
reward = { fixed = "1.00" }
min_spend = "5.00"
tiers = [{ orders = 1, receive = "1.00" }]
"#
        )),
        r#"p.toml:9:1: `order_history` rules have no `reward`
  help: write `tiers = [{ orders = 3, receive = "2.00" }]`
p.toml:10:1: `order_history` rules have no `min_spend`
  help: it belongs to `per_order` rules only"#
    );
    assert_eq!(
        program_faults(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
clawback = "none"
counts_from = 2022-01-01
currency = "EUR"
"#
        ),
        r#"p.toml:7:1: `registration` rules have no `clawback`
  help: no order earned the credit, so no refund reclaims it: leave it out
p.toml:8:1: `registration` rules have no `counts_from`
  help: it belongs to `order_history` and `spend_history` rules only
p.toml:9:12: a `registration` rule cannot be in EUR: the program's currency is USD
  help: leave `currency` out"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "1.00" }
tiers = []
"#
        )),
        r#"p.toml:10:1: `first_order` rules have no `tiers`
  help: they belong to `order_history` and `spend_history` rules only"#
    );
}

#[test]
fn rewards_fit_their_method() {
    assert_eq!(
        program_faults(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[[rule]]
method = "registration"
reward = { every = "1.00", receive = "1.00" }
"#
        ),
        r#"p.toml:6:10: the reward of a `registration` rule is `fixed`
  help: write { fixed = "10.00" }"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
"#
        )),
        r#"p.toml:7:1: [[rule]] has no `reward`
  help: write { fixed = "10.00" } or { every = "10.00", receive = "0.50" }"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { every = "1.00" }
"#
        )),
        r#"p.toml:9:10: the reward is neither `fixed` nor `every` with `receive`
  help: write { fixed = "10.00" } or { every = "10.00", receive = "0.50" }"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "1.00", prorated = true }
"#
        )),
        r#"p.toml:9:28: a `fixed` reward has no `prorated`
  help: leave one of them out"#
    );
}

#[test]
fn rewards_of_history_methods_fit_them_too() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "spend_history"
"#
        )),
        r#"p.toml:7:1: [[rule]] has no `reward`
  help: write `reward = { every = "200.00", receive = "8.00" }`, or `tiers`"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "spend_history"
reward = { every = "1.00", receive = "1.00", prorated = true }
"#
        )),
        r#"p.toml:9:46: the reward of a `spend_history` rule has no `prorated`
  help: write { every = "10.00", receive = "0.50" }"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "spend_history"
reward = { every = "1.00", receive = "1.00" }
tiers = [{ spend = "5.00", receive = "1.00" }]
"#
        )),
        r#"p.toml:10:1: a `spend_history` rule has either a `reward` or `tiers`
  help: leave one of them out"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "order_history"
"#
        )),
        r#"p.toml:7:1: [[rule]] has no `tiers`
  help: write `tiers = [{ orders = 3, receive = "2.00" }]`"#
    );
}

#[test]
fn tiers_are_one_to_five_and_rise() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "order_history"
tiers = []
"#
        )),
        "p.toml:9:9: a rule has 1 to 5 tiers, not 0"
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "order_history"
tiers = [
  { orders = 1, receive = "1.00" },
  { orders = 2, receive = "1.00" },
  { orders = 3, receive = "1.00" },
  { orders = 4, receive = "1.00" },
  { orders = 5, receive = "1.00" },
  { orders = 6, receive = "1.00" },
]
"#
        )),
        "p.toml:9:9: a rule has 1 to 5 tiers, not 6"
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "spend_history"
tiers = [
  { spend = "20.00", receive = "1.00" },
  { spend = "20.00", receive = "2.00" },
]
"#
        )),
        r#"p.toml:11:13: `spend` 20.00 comes after 20.00: thresholds must rise
  help: sort the tiers, each threshold once"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "order_history"
tiers = [{ orders = 0, receive = "1.00" }, { order = 3 }]
"#
        )),
        r#"p.toml:9:21: `orders` is 0: it must be at least 1
p.toml:9:44: a tier has no `orders`
  help: a tier has `orders` and `receive`
p.toml:9:44: a tier has no `receive`
  help: a tier has `orders` and `receive`
p.toml:9:46: a tier has no key `order`
  help: did you mean `orders`?"#
    );
}

#[test]
fn ids_are_unique() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
id = "registration"
reward = { fixed = "1.00" }
"#
        )),
        r#"p.toml:7:1: two rules have the id `registration`
  help: give one of them an `id`, such as `id = "spring-offer"`"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
from = 2024-01-01
until = 2025-01-01
reward = { fixed = "1.00" }
[[rule]]
method = "per_order"
currency = "EUR"
from = 2024-01-01
reward = { fixed = "1.00" }
"#
        )),
        r#"p.toml:12:1: two rules have the id `per_order@2024-01-01`
  help: give one of them an `id`, such as `id = "spring-offer"`"#
    );
}

#[test]
fn versions_in_force_together_are_refused_with_both_names() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
reward = { fixed = "1.00" }
[[rule]]
method = "per_order"
from = 2024-01-01
reward = { fixed = "2.00" }
"#
        )),
        r#"p.toml:10:1: two `per_order` rules in USD are in force from 2024-01-01 on: `per_order` and `per_order@2024-01-01`
  help: end `per_order` with `until = 2024-01-01`"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
from = 2024-01-01
until = 2024-06-01
reward = { fixed = "1.00" }
[[rule]]
method = "per_order"
from = 2024-05-01
until = 2025-01-01
reward = { fixed = "2.00" }
"#
        )),
        r#"p.toml:12:1: two `per_order` rules in USD are in force from 2024-05-01 until 2024-06-01: `per_order@2024-01-01` and `per_order@2024-05-01`
  help: end `per_order@2024-01-01` with `until = 2024-05-01`"#
    );
}

#[test]
fn versions_that_no_end_can_part_are_refused_too() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "registration"
id = "second"
reward = { fixed = "1.00" }
"#
        )),
        r#"p.toml:7:1: two `registration` rules in USD are in force at all times: `registration` and `second`
  help: give both a `from` and an `until` that do not meet, or delete one"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
until = 2024-06-01
reward = { fixed = "1.00" }
[[rule]]
id = "early"
method = "per_order"
until = 2024-01-01
reward = { fixed = "2.00" }
"#
        )),
        r#"p.toml:11:1: two `per_order` rules in USD are in force until 2024-01-01: `per_order` and `early`
  help: give both a `from` and an `until` that do not meet, or delete one"#
    );
}

#[test]
fn versions_that_take_over_and_other_currencies_are_no_fault() {
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
until = 2024-06-01
reward = { fixed = "1.00" }
[[rule]]
method = "per_order"
from = 2024-06-01
reward = { fixed = "2.00" }
[[rule]]
id = "euro"
method = "per_order"
currency = "EUR"
reward = { fixed = "2.00" }
"#
        )),
        "no faults"
    );
}
