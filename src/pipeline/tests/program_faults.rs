//! What is wrong with a program, as it is printed.

use super::{program_faults, with};

#[test]
fn faults_of_syntax_have_a_place() {
    assert_eq!(
        program_faults(
            r#"[program]
name = 
[[rule]
x = 1
"#
        ),
        r#"p.toml:2:8: string values must be quoted, expected literal string
p.toml:3:8: unclosed array table, expected `]`"#
    );
    assert_eq!(
        program_faults(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
currency = "EUR"
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        "p.toml:4:1: duplicate key"
    );
}

#[test]
fn what_a_program_must_have_is_asked_for() {
    assert_eq!(
        program_faults(""),
        r#"p.toml:1:1: a program has no `program`
  help: begin with `[program]`, its `currency` and its `timezone`
p.toml:1:1: the program has no rules
  help: add a `[[rule]]` with a `method` and a `reward`"#
    );
    assert_eq!(
        program_faults(
            r#"[program]
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        r#"p.toml:1:1: [program] has no `currency`
  help: write `currency = "USD"`
p.toml:1:1: [program] has no `timezone`
  help: write `timezone = "America/New_York"`"#
    );
    assert_eq!(
        program_faults(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
"#
        ),
        r#"p.toml:1:1: the program has no rules
  help: add a `[[rule]]` with a `method` and a `reward`"#
    );
    assert_eq!(
        program_faults(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[rule]
method = "registration"
"#
        ),
        r#"p.toml:4:1: `rule` is one table, not a list of tables
  help: write `[[rule]]`"#
    );
    assert_eq!(
        program_faults(
            r#"[[program]]
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        r#"p.toml:1:1: `program` is given several times
  help: write [program] once"#
    );
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    assert_eq!(
        program_faults(&with(
            r#"[clawbak]
reach = "lot"
"#
        )),
        r#"p.toml:7:2: a program has no key `clawbak`
  help: did you mean `clawback`?"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[debt]
cary = true
"#
        )),
        r#"p.toml:8:1: [debt] has no key `cary`
  help: did you mean `carry`?"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[redemption]
zzz = 1
"#
        )),
        r#"p.toml:8:1: [redemption] has no key `zzz`
  help: it is one of `from`, `order`, `restore_on_cancel`"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "per_order"
reward = { fixd = "1.00" }
minspend = "5.00"
"#
        )),
        r#"p.toml:9:10: the reward is neither `fixed` nor `every` with `receive`
  help: write { fixed = "10.00" } or { every = "10.00", receive = "0.50" }
p.toml:9:12: a reward has no key `fixd`
  help: did you mean `fixed`?
p.toml:10:1: [[rule]] has no key `minspend`
  help: did you mean `min_spend`?"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[emails]
expiring = { days = [3] }
"#
        )),
        r#"p.toml:8:12: `expiring` has no `days_before`
  help: write { days_before = [3] }
p.toml:8:14: `expiring` has no key `days`
  help: did you mean `days_before`?"#
    );
}

#[test]
fn values_of_another_type_are_refused() {
    assert_eq!(
        program_faults(
            r#"[program]
name = 7
currency = "USD"
timezone = "UTC"
earn_on_credit = "no"
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        r#"p.toml:2:8: `name` must be a text in quotes, not a whole number
p.toml:5:18: `earn_on_credit` must be true or false, not a text"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[emails]
quiet_after = 7
expiring = 3
received = 1
templates = ""
"#
        )),
        r#"p.toml:8:15: `quiet_after` must be a table, not a whole number
p.toml:9:12: `expiring` does not say when to remind
  help: write { days_before = [3] }, or false for no reminders
p.toml:10:12: `received` must be true or false, not a whole number
p.toml:11:13: `templates` is empty"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[debt]
carry = 1
"#
        )),
        "p.toml:8:9: `carry` must be true or false, not a whole number"
    );
}

#[test]
fn unknown_words_name_the_nearest_known_one() {
    assert_eq!(
        program_faults(&with(
            r#"[clawback]
reach = "acount"
"#
        )),
        r#"p.toml:8:9: `reach` cannot be `acount`
  help: did you mean `account`?"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[redemption]
order = "newest"
from = "order"
"#
        )),
        r#"p.toml:8:9: `order` cannot be `newest`
  help: it is one of `soonest_expiry`, `oldest`
p.toml:9:8: `from` cannot be `order`
  help: did you mean `orders`?"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "perorder"
"#
        )),
        r#"p.toml:8:10: `method` cannot be `perorder`
  help: did you mean `per_order`?"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
reward = { fixed = "1.00" }
clawback = "full"
"#
        )),
        r#"p.toml:10:12: `clawback` cannot be `full`
  help: did you mean `full_only`?"#
    );
}

#[test]
fn unknown_currencies_and_zones_are_refused() {
    assert_eq!(
        program_faults(
            r#"[program]
currency = "usd"
timezone = "America/NewYork"
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        r#"p.toml:2:12: `currency` is not a known currency: `usd`
  help: did you mean `USD`?
p.toml:3:12: `timezone` is not a known time zone: `America/NewYork`
  help: did you mean `America/New_York`?"#
    );
    assert_eq!(
        program_faults(
            r#"[program]
currency = "XXX"
timezone = "+02:00"
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        r#"p.toml:2:12: `currency` is not a known currency: `XXX`
  help: write its ISO 4217 code, such as `USD`
p.toml:3:12: `timezone` is not a known time zone: `+02:00`
  help: an offset has no summer time: write the IANA name of the shop's place, such as `Europe/Athens`, or `Etc/GMT-2` for this offset all year"#
    );
}

#[test]
fn a_percentage_is_told_as_a_reward() {
    let rule =
        |method: &str, reward: &str| program_faults(&with(&format!("[[rule]]\nmethod = \"{method}\"\n{reward}\n")));
    let five =
        "5 % is { every = \"100.00\", receive = \"5.00\" }; with `prorated = true` an order earns its exact share";
    assert_eq!(
        rule("per_order", "reward = { percent = 5 }"),
        format!("p.toml:9:12: a reward has no key `percent`\n  help: {five}")
    );
    assert_eq!(
        rule("spend_history", "reward = { percent = \"5%\" }"),
        format!("p.toml:9:12: a reward has no key `percent`\n  help: {five}")
    );
    assert_eq!(
        rule("per_order", "reward = \"5 %\""),
        format!("p.toml:9:10: a reward cannot be \"5 %\"\n  help: {five}")
    );
    assert_eq!(
        rule("per_order", "reward = { every = \"1.00\", receive = \"5%\" }"),
        format!("p.toml:9:38: `receive` is \"5%\", which is no amount\n  help: {five}")
    );
    assert_eq!(
        rule("per_order", "percent = 2.5\nreward = { fixed = \"1.00\" }"),
        "p.toml:9:1: [[rule]] has no key `percent`\n  help: that is a `reward`: 2.5 % is { every = \"100.00\", receive = \
         \"2.50\" }; with `prorated = true` an order earns its exact share"
    );
}
