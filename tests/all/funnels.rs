//! The funnel that a summary tells, as counts that can be compared with those of the second implementation.

use crate::oracle::funnel::Counts;
use serde_json::Value;

/// Reads the counts of a summary's funnel, and expects them to add up to the rows.
pub fn told(summary: &Value) -> Counts {
    let mut counts = Counts::new();
    for own in summary["funnel"].as_array().expect("a funnel") {
        let kind = own["kind"].as_str().expect("a kind");
        let of = |name: &str| own[name].as_u64().unwrap_or_else(|| panic!("{name} of {own}"));
        let names = ["rejected", "no_owner", "left_out", "repeated", "superseded", "void", "not_used", "skipped"];
        let elsewhere: u64 = names.iter().map(|name| of(name)).sum();
        assert_eq!(of("rows") + of("added"), elsewhere + of("facts"), "{own}");
        let mut facts = 0;
        for of_currency in own["currencies"].as_array().expect("currencies") {
            let currency = of_currency["currency"].as_str().expect("a currency");
            let outcomes = of_currency["outcomes"].as_object().expect("outcomes");
            let outcomes = outcomes.iter().map(|(what, count)| (what, count.as_u64().expect("a number")));
            let before = facts;
            for (what, count) in outcomes {
                facts += count;
                counts.insert(format!("{kind} {currency} {what}"), count);
            }
            assert_eq!(of_currency["facts"].as_u64(), Some(facts - before), "{own}");
        }
        assert_eq!(of("facts"), facts, "{own}");
        // What orders tell beside themselves has no rows of its own.
        let rows = Some("rows").filter(|_| !kind.ends_with("_told_by_orders"));
        for name in names.into_iter().chain(rows).chain(["added"]).filter(|name| of(name) > 0) {
            counts.insert(format!("{kind} {name}"), of(name));
        }
    }
    counts
}
