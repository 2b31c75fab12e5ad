//! The numbers of the text columns of accepted rows, by kind: the number counts the columns of type text in
//! [`crate::columns`] from 0, and all are computed at compile time.
//!
//! The numbers are those of [`Row::TEXTS`](crate::Row::TEXTS).

use crate::columns::{ADJUSTMENTS, CanonicalType, Column, ORDERS, REDEMPTIONS, REFUNDS, REGISTRATIONS};

/// Text columns of orders; 0 is `order_id`.
pub mod order {
    use super::{ORDERS, number};

    /// `customer_id`
    pub const CUSTOMER: usize = number(ORDERS, "customer_id");
    /// `email`
    pub const EMAIL: usize = number(ORDERS, "email");
}

/// Text columns of registrations; 0 is `customer_id`.
pub mod registration {
    use super::{REGISTRATIONS, number};

    /// `email`
    pub const EMAIL: usize = number(REGISTRATIONS, "email");
    /// `card_number`
    pub const CARD: usize = number(REGISTRATIONS, "card_number");
    /// `name`
    pub const NAME: usize = number(REGISTRATIONS, "name");
    /// `locale`
    pub const LOCALE: usize = number(REGISTRATIONS, "locale");
}

/// Text columns of refunds; 0 is `refund_id`.
pub mod refund {
    use super::{REFUNDS, number};

    /// `order_id`
    pub const ORDER: usize = number(REFUNDS, "order_id");
    /// `note`
    pub const NOTE: usize = number(REFUNDS, "note");
}

/// Text columns of redemptions; 0 is `redemption_id`.
pub mod redemption {
    use super::{REDEMPTIONS, number};

    /// `customer_id`
    pub const CUSTOMER: usize = number(REDEMPTIONS, "customer_id");
    /// `card_number`
    pub const CARD: usize = number(REDEMPTIONS, "card_number");
    /// `order_id`
    pub const ORDER: usize = number(REDEMPTIONS, "order_id");
}

/// Text columns of adjustments; 0 is `adjustment_id`.
pub mod adjustment {
    use super::{ADJUSTMENTS, number};

    /// `customer_id`
    pub const CUSTOMER: usize = number(ADJUSTMENTS, "customer_id");
    /// `reason`
    pub const REASON: usize = number(ADJUSTMENTS, "reason");
    /// `note`
    pub const NOTE: usize = number(ADJUSTMENTS, "note");
}

/// The names of the text columns of each kind, the fact's own id first.
pub(crate) const OF_ORDERS: [&str; 3] = names(ORDERS);
pub(crate) const OF_REGISTRATIONS: [&str; 5] = names(REGISTRATIONS);
pub(crate) const OF_REFUNDS: [&str; 3] = names(REFUNDS);
pub(crate) const OF_REDEMPTIONS: [&str; 4] = names(REDEMPTIONS);
pub(crate) const OF_ADJUSTMENTS: [&str; 4] = names(ADJUSTMENTS);

/// Returns the number of a text column among the text columns of its kind; does not compile if there is none.
const fn number(columns: &[Column], name: &str) -> usize {
    let (mut at, mut number) = (0, 0);
    while at < columns.len() {
        if is_text(&columns[at]) {
            if is_same(columns[at].name, name) {
                return number;
            }
            number += 1;
        }
        at += 1;
    }
    panic!("no text column has this name")
}

const fn names<const N: usize>(columns: &[Column]) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut at, mut number) = (0, 0);
    while at < columns.len() {
        if is_text(&columns[at]) {
            names[number] = columns[at].name;
            number += 1;
        }
        at += 1;
    }
    assert!(number == N, "as many text columns as the kind has");
    names
}

const fn is_text(column: &Column) -> bool {
    matches!(column.holds, CanonicalType::Text)
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_text_columns_alone() {
        assert_eq!(OF_ORDERS, ["order_id", "customer_id", "email"]);
        assert_eq!((order::CUSTOMER, order::EMAIL), (1, 2));
        assert_eq!(OF_REGISTRATIONS, ["customer_id", "email", "card_number", "name", "locale"]);
        assert_eq!([registration::EMAIL, registration::CARD, registration::NAME, registration::LOCALE], [1, 2, 3, 4]);
        assert_eq!((OF_REFUNDS, refund::ORDER, refund::NOTE), (["refund_id", "order_id", "note"], 1, 2));
        assert_eq!([redemption::CUSTOMER, redemption::CARD, redemption::ORDER], [1, 2, 3]);
        assert_eq!([adjustment::CUSTOMER, adjustment::REASON, adjustment::NOTE], [1, 2, 3]);
    }
}
