//! Numbers as people read them: digits in groups of three, decimal points of a column below each other, things counted.

use accrue_kernel::currency::Currency;

/// The decimals that a column has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Aligned {
    decimals: usize,
}

impl Aligned {
    /// Makes room for amounts of some currencies.
    pub(crate) fn of(currencies: impl Iterator<Item = Currency>) -> Aligned {
        Aligned { decimals: currencies.map(|own| own.minor_units() as usize).max().unwrap_or(0) }
    }

    /// Makes room for amounts of currencies that are given by their codes.
    pub(crate) fn of_codes<'c>(codes: impl Iterator<Item = &'c str>) -> Aligned {
        Aligned::of(codes.filter_map(Currency::from_code))
    }

    /// Returns an amount with thousands grouped, and blanks for the decimals that others have and it has not.
    pub(crate) fn show(self, amount: &str) -> String {
        let own = amount.split_once('.').map_or(0, |(_, decimals)| decimals.len() + 1);
        let room = if self.decimals == 0 { 0 } else { self.decimals + 1 };
        grouped_amount(amount) + &" ".repeat(room.saturating_sub(own))
    }
}

pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// Writes `1234567` as `1,234,567`.
pub(crate) fn grouped(count: u64) -> String {
    group_digits(&count.to_string())
}

/// Writes `-1234567.50` as `-1,234,567.50`.
pub(crate) fn grouped_amount(amount: &str) -> String {
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount), |digits| ("-", digits));
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{sign}{}{decimals}", group_digits(whole))
}

fn group_digits(digits: &str) -> String {
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let rest = rest.as_bytes().chunks(3).map(|three| std::str::from_utf8(three).expect("digits are ASCII"));
    let groups: Vec<&str> = Some(head).filter(|head| !head.is_empty()).into_iter().chain(rest).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_below_each_other_whatever_the_currency() {
        let aligned = Aligned::of_codes(["JPY", "USD", "KWD"].into_iter());
        let shown = ["1234", "-12.50", "0.125"].map(|amount| format!("{:>12}|", aligned.show(amount)));
        assert_eq!(shown, ["   1,234    |", "     -12.50 |", "       0.125|"]);
    }

    #[test]
    fn one_currency_needs_no_blanks() {
        assert_eq!(Aligned::of_codes(["USD"].into_iter()).show("1234.50"), "1,234.50");
        assert_eq!(Aligned::of_codes(["JPY"].into_iter()).show("1234"), "1,234");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped_amount("-1234.50"), "-1,234.50");
        assert_eq!(grouped_amount("12"), "12");
    }
}
