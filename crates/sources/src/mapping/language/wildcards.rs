//! Patterns that a whole text must fit, in which one sign stands for any text and another for any character: those of
//! `like` and of `glob`.

/// Returns the regular expression of a pattern. Any text at an end of the pattern is no part of it, so that what is
/// between can be looked for as a literal.
pub(super) fn regular_expression(pattern: &str, any_text: &str, any_character: &str) -> String {
    let (begin, pattern) = pattern.strip_prefix(any_text).map_or(("^", pattern), |rest| ("", rest));
    let (end, pattern) = pattern.strip_suffix(any_text).map_or(("$", pattern), |rest| ("", rest));
    let texts = pattern.split(any_text).map(|text| {
        let literals: Vec<String> = text.split(any_character).map(regex::escape).collect();
        literals.join(".")
    });
    format!("{begin}{}{end}", texts.collect::<Vec<_>>().join(".*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn a_text_fits_a_pattern_from_its_beginning_to_its_end() {
        for (pattern, fits, does_not) in [
            ("Gift Card*", &["Gift Card", "Gift Card 50"][..], &["A Gift Card", "Gift"][..]),
            ("*card", &["card", "gift card", "a\ncard"], &["cards", "car"]),
            ("*gift*card*", &["gift card", "a giftcard!"], &["card gift", "gift"]),
            ("a?c", &["abc", "a\nc", "a.c"], &["ac", "abbc", "xabc"]),
            ("a.c", &["a.c"], &["abc"]),
            ("", &[""], &["a"]),
            ("*", &["", "a", "a\nb"], &[]),
            ("**", &["", "a"], &[]),
            ("?*", &["a", "ab"], &[""]),
        ] {
            let expression = Regex::new(&format!("(?s){}", regular_expression(pattern, "*", "?"))).unwrap();
            assert!(fits.iter().all(|text| expression.is_match(text)), "{pattern}");
            assert!(!does_not.iter().any(|text| expression.is_match(text)), "{pattern}");
        }
    }
}
