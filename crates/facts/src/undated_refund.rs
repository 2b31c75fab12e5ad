//! The ids of refunds that are in no list: an order's `refunded_amount` has risen (docs/spec.md 2). Makes such an id,
//! and reads the order's id out of it.

use std::fmt::Display;

const PREFIX: &str = "refunded:";

/// Returns the id of the refund that has brought an order's `refunded_amount` to an amount.
pub fn id(order_id: &str, refunded_amount: impl Display) -> String {
    format!("{PREFIX}{order_id}:{refunded_amount}")
}

/// Returns the id of the order; `None` where the id has not the form of such a refund's. A refund's own id may have it
/// too.
pub fn order_of(id: &str) -> Option<&str> {
    // An order id may have a colon, an amount has none.
    Some(id.strip_prefix(PREFIX)?.rsplit_once(':')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_the_order_and_the_amount() {
        assert_eq!(id("a:b", "5.00"), "refunded:a:b:5.00");
        assert_eq!(order_of("refunded:a:b:5.00"), Some("a:b"));
        assert_eq!(["refunded:a", "1001", "cancel:1:2"].map(order_of), [None; 3]);
    }
}
