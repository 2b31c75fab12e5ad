//! Checks patterns of times (strftime): whether one can give an instant, and if not, what to write instead.

use chrono::DateTime;
use chrono::format::{Fixed, Item, Parsed, StrftimeItems, parse};
use std::fmt::Write;

/// Why a pattern is refused, and what to write.
pub struct PatternFault {
    /// What is wrong with it, after the pattern.
    pub why: &'static str,
    /// What to write instead.
    pub remedy: &'static str,
}

/// Says why a pattern cannot give an instant.
pub fn fault_of(pattern: &str) -> Option<PatternFault> {
    let items: Vec<Item<'_>> = StrftimeItems::new(pattern).collect();
    if items.contains(&Item::Fixed(Fixed::TimezoneName)) {
        let remedy = "write `%z` where the file has offsets such as +0200; where all times have one zone, write its \
            abbreviation in place of `%Z` and set the input's `timezone`; where they have several, export offsets";
        return Some(PatternFault {
            why: "has `%Z`: an abbreviation such as EST does not say which zone it is",
            remedy,
        });
    }
    if literals(&items).any(is_offset) {
        let why = "has an offset as a text, which would be read and dropped";
        return Some(PatternFault { why, remedy: "write `%z` in its place" });
    }
    fault_on_sample(pattern).map(|why| PatternFault { why, remedy: "write it as in `time:%Y-%m-%d %H:%M:%S`" })
}

/// Returns the words of a pattern that stand for themselves.
pub fn literals<'i>(items: &'i [Item<'_>]) -> impl Iterator<Item = &'i str> {
    let texts = items.iter().filter_map(|item| match item {
        Item::Literal(text) => Some(*text),
        _ => None,
    });
    texts.flat_map(str::split_whitespace).map(|text| text.trim_matches(['(', ')', '[', ']']))
}

/// Tells whether a text is an offset such as `+02:00`, `-0700` or `UTC+2`.
fn is_offset(text: &str) -> bool {
    let after_utc = text.strip_prefix("UTC").or(text.strip_prefix("GMT"));
    let (digits, least) = (after_utc.unwrap_or(text), if after_utc.is_some() { 1 } else { 2 });
    let Some(digits) = digits.strip_prefix(['+', '-']) else { return false };
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    (least..=4).contains(&count) && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// Tries a pattern on a sample.
fn fault_on_sample(pattern: &str) -> Option<&'static str> {
    let items: Vec<Item<'_>> = StrftimeItems::new(pattern).collect();
    if items.contains(&Item::Error) {
        return Some("has a part that strftime does not know");
    }
    let mut sample = String::new();
    let written = DateTime::from_timestamp(1_714_569_285, 0)?.format_with_items(items.iter());
    if write!(sample, "{written}").is_err() {
        return Some("has a part that can be read and not be written, such as `%#z`");
    }
    let mut parsed = Parsed::new();
    if parse(&mut parsed, &sample, items.iter()).is_err() {
        return Some("cannot be read back");
    }
    let has_hour = parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some();
    if parsed.timestamp().is_some() {
        None
    } else if parsed.to_naive_date().is_err() {
        Some("gives no date")
    } else if has_hour && parsed.to_naive_time().is_err() {
        Some("gives no time of day: an hour needs its minutes, and `%I` needs `%p`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    fn pattern_fault(pattern: &str) -> Option<&'static str> {
        super::fault_of(pattern).map(|fault| fault.why)
    }

    #[test]
    fn patterns_that_give_an_instant_are_accepted() {
        for pattern in [
            "%m/%d/%Y %H:%M",
            "%Y%m%d",
            "%Y-%m-%d %H:%M:%S %z",
            "%b %e, %Y %I:%M:%S %p",
            "%d.%m.%y %k:%M",
            "%Y-%m-%dT%H:%M:%S%.f",
            "%s",
        ] {
            assert_eq!(pattern_fault(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn other_patterns_are_refused_with_the_reason() {
        assert_eq!(pattern_fault("%Y-%m-%d %Q"), Some("has a part that strftime does not know"));
        let no_zone = Some("has `%Z`: an abbreviation such as EST does not say which zone it is");
        assert_eq!(pattern_fault("%Y-%m-%d %H:%M:%S %Z"), no_zone);
        assert_eq!(pattern_fault("%a %b %e %T %Z %Y"), no_zone);
        assert_eq!(pattern_fault("%H:%M"), Some("gives no date"));
        assert_eq!(pattern_fault(""), Some("gives no date"));
        let no_time = Some("gives no time of day: an hour needs its minutes, and `%I` needs `%p`");
        assert_eq!(pattern_fault("%Y-%m-%d %I:%M"), no_time);
        assert_eq!(pattern_fault("%Y-%m-%d %H"), no_time);
    }
}
