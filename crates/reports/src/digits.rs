//! Numbers as people read them: digits in groups of three, and things counted.

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
    fn thousands_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped_amount("-1234.50"), "-1,234.50");
        assert_eq!(grouped_amount("12"), "12");
    }
}
