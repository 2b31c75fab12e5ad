//! What is wrong with the dates and spans of a program, as it is printed.

use super::{program_faults, with};

#[test]
fn dates_are_bare_and_complete() {
    assert_eq!(
        program_faults(&with(
            r#"[clawback]
from = "2023-08-09"
"#
        )),
        r#"p.toml:8:8: `from` is a text, not a date
  help: write it without quotes: 2023-08-09"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[clawback]
from = 09:30:00
"#
        )),
        r#"p.toml:8:8: `from` has no date
  help: write 2024-05-01 or 2024-05-01T09:00:00"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[clawback]
from = 2023
"#
        )),
        "p.toml:8:8: `from` must be a date or time, not a whole number"
    );
    assert_eq!(
        program_faults(&with(
            r#"[refund_credit]
expiry = { until = 2024-12-31T10:00:00 }
"#
        )),
        r#"p.toml:8:20: `until` must be a date without a time
  help: write 2030-12-31"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[rule]]
method = "first_order"
from = 2024-01-01
until = 2024-01-01
reward = { fixed = "1.00" }
"#
        )),
        "p.toml:10:9: `until` (2024-01-01) is not after `from` (2024-01-01)"
    );
}

#[test]
fn an_expiry_says_how_long() {
    assert_eq!(
        program_faults(&with(
            r#"[refund_credit]
expiry = "nver"
"#
        )),
        r#"p.toml:8:10: `expiry` does not say how long credit is valid
  help: write "never", { days = 365 } or { until = 2030-12-31 }"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[refund_credit]
expiry = { days = 3, until = 2024-01-01 }
"#
        )),
        r#"p.toml:8:10: `expiry` does not say how long credit is valid
  help: write "never", { days = 365 } or { until = 2030-12-31 }"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[refund_credit]
expiry = { days = 36501 }
"#
        )),
        "p.toml:8:19: `days` is 36501: it must be at most 36500"
    );
    assert_eq!(
        program_faults(&with(
            r#"[[expiry]]
from = 2023-01-01
"#
        )),
        r#"p.toml:7:1: [[expiry]] has no `valid`
  help: write `valid = { days = 365 }`, or "never""#
    );
}

#[test]
fn switches_and_shared_expiries_go_forward() {
    assert_eq!(
        program_faults(
            r#"[program]
currency = "USD"
timezone = "America/New_York"
[[program.switch]]
at = 2024-01-01
on = true
[[program.switch]]
at = 2024-01-01T00:00:00
on = false
[[program.switch]]
on = 1
[[rule]]
method = "registration"
reward = { fixed = "5.00" }
"#
        ),
        r#"p.toml:8:6: this switch (2024-01-01T00:00:00) is not after the one before it (2024-01-01)
  help: sort the switches by time
p.toml:10:1: [[program.switch]] has no `at`
  help: write when: `at = 2023-06-01T00:00:00`
p.toml:11:6: `on` must be true or false, not a whole number"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[[expiry]]
valid = "never"
[[expiry]]
valid = { days = 3 }
[[expiry]]
from = 2024-02-01
valid = "never"
[[expiry]]
from = 2024-01-01
valid = "never"
"#
        )),
        r#"p.toml:9:1: [[expiry]] has no `from`
  help: only the first shared expiry may hold from the beginning
p.toml:15:8: this expiry (2024-01-01) is not after the one before it (2024-02-01)
  help: sort the expiries by `from`"#
    );
}

#[test]
fn reminders_have_days() {
    assert_eq!(
        program_faults(&with(
            r#"[emails]
expiring = { days_before = [] }
"#
        )),
        r#"p.toml:8:28: `days_before` is empty
  help: write `expiring = false` for no reminders"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[emails]
expiring = { days_before = [3, 3, 0] }
"#
        )),
        r#"p.toml:8:32: `days_before` has 3 twice
p.toml:8:35: `days_before` is 0: it must be at least 1"#
    );
    assert_eq!(
        program_faults(&with(
            r#"[emails]
quiet_after = { weeks = 1 }
"#
        )),
        r#"p.toml:8:15: a span of time has no `days`
  help: write { days = 7 }
p.toml:8:17: a span of time has no key `weeks`
  help: it is one of `days`"#
    );
}
