//! Exact numbers as digits say them.

use rust_decimal::Decimal;

/// Returns the number that digits, with or without decimals after a dot, stand for.
pub(super) fn plain_decimal(text: &str) -> Option<Decimal> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let ends = text.bytes().next()?.is_ascii_digit() && text.bytes().last()?.is_ascii_digit();
    (plain && ends).then(|| Decimal::from_str_exact(text).ok()).flatten()
}
