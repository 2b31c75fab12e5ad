//! Shares of what was paid, as people write them: `5 %`. A reward says by how much credit each step is rewarded
//! instead, so that it is exact.

use super::plain_decimal::plain_decimal;
use rust_decimal::Decimal;

/// The names by which people give a share.
pub(super) const KEYS: [&str; 2] = ["percent", "percentage"];

/// Returns how a reward gives a share that is written as `5`, `5%` or `"5 %"`.
pub(super) fn remedy(written: &str) -> String {
    let text = written.trim_matches('"').trim_end_matches('%').trim();
    let share = plain_decimal(text).map(|share| share.normalize()).filter(|share| !share.is_zero());
    let share = share.unwrap_or(Decimal::from(5));
    // Steps so large that the credit of one has two decimals at most.
    let steps = 10_i64.pow(share.scale().saturating_sub(2).min(9));
    let (every, receive) = (Decimal::from(100 * steps), share * Decimal::from(steps));
    format!(
        "{share} % is {{ every = \"{every:.2}\", receive = \"{receive:.2}\" }}; with `prorated = true` an order earns its \
         exact share"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_as_steps_of_a_hundred_or_more() {
        let told = |written| {
            let remedy = remedy(written);
            remedy.split(';').next().unwrap().to_owned()
        };
        assert_eq!(told("5"), r#"5 % is { every = "100.00", receive = "5.00" }"#);
        assert_eq!(told("\"2.5 %\""), r#"2.5 % is { every = "100.00", receive = "2.50" }"#);
        assert_eq!(told("0.125"), r#"0.125 % is { every = "1000.00", receive = "1.25" }"#);
        assert_eq!(told("\"five\""), r#"5 % is { every = "100.00", receive = "5.00" }"#);
    }
}
