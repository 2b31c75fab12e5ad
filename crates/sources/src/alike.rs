//! Names that are spelled alike: another one is offered only where it is nearly the same, since names that only share
//! some letters mean something else (`Paid at`, `placed_at`).

/// Shorter names may differ by a letter and mean something else.
const LONG: usize = 5;
/// Of still shorter ones even a suggestion would puzzle more than help.
const SHORT: usize = 3;

/// Tells whether two names are the same but for case, blanks and marks, or but for one letter of a long name.
pub(crate) fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_long = one.chars().count().min(other.chars().count()) >= LONG;
    let is_alike = || is_long && digits(&one) == digits(&other) && strsim::osa_distance(&one, &other) == 1;
    !one.is_empty() && (one == other || is_alike())
}

/// Returns the first of some names that is another one but for case, blanks and marks, else but for a slip.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let wanted = plain(name);
    let same = known.clone().find(|known| plain(known) == wanted);
    same.or_else(|| known.clone().find(|known| is_near(name, known) || is_slip(&wanted, &plain(known))))
}

/// Tells whether one letter of a name is wrong. The name may be short: a suggestion harms nobody, since people look at
/// it first.
fn is_slip(one: &str, other: &str) -> bool {
    let is_short = one.chars().count().min(other.chars().count()) < SHORT;
    let has_digits = one.contains(|char: char| char.is_ascii_digit());
    let begins_alike = one.chars().next() == other.chars().next();
    !is_short && !has_digits && begins_alike && strsim::osa_distance(one, other) == 1
}

fn plain(name: &str) -> String {
    name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_same_one_written_otherwise_or_misspelled() {
        for (name, known, expected) in [
            ("refund_id", &["refund_ids", "Refund ID"][..], Some("Refund ID")),
            ("refund_id", &["refund_ids", "order_id"], Some("refund_ids")),
            ("e-mail", &["email"], Some("email")),
            ("refund_id", &["refund_amount", "Refunds"], None),
            ("created_at", &["cancelled_at", "updated_at"], None),
            ("placed_at", &["Paid at"], None),
            ("customer_id", &["customer_no"], None),
            ("nmae", &["email", "name"], Some("name")),
            ("Qty", &["Qtty"], Some("Qtty")),
            ("mode", &["code"], None),
            ("void", &["avoid"], None),
            ("t1", &["t2"], None),
            ("line1", &["line2"], None),
        ] {
            assert_eq!(nearest(name, known.iter().copied()), expected, "{name}");
        }
    }

    #[test]
    fn names_are_near_where_a_program_or_a_hand_has_renamed_one() {
        for (one, other) in [
            ("paid_at", "paidAt"),
            ("paid_at", "Paid at"),
            ("paid_at", "PAID-AT "),
            ("cancelled_at", "canceled_at"),
            ("void", "Void"),
            ("customer_id", "customers_id"),
            ("updated_at", "udpated_at"),
        ] {
            assert!(is_near(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("paid_at", "placed_at"),
            ("paid_at", "paid_by"),
            ("updated_at", "created_at"),
            ("address1", "address2"),
            ("void", "avoid"),
            ("mode", "code"),
            ("__", "-"),
        ] {
            assert!(!is_near(one, other), "{one} {other}");
        }
    }
}
