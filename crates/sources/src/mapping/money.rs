//! Amounts of money as people and spreadsheets write them: `$1,234.50`, `1 234,56 kr`, `(12.50)`, `12.50-`.
//!
//! The currency beside an amount is left out, not read: the column `currency` says it.

use crate::mapping::value::{Misfit, Number, no_number};
use accrue_facts::RejectReason;
use accrue_kernel::currency::Currency;

/// What is between groups of digits, whatever the decimal mark: blanks of all kinds and apostrophes.
const GROUPING: [char; 8] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\u{2007}', '\'', '’', '٬'];
/// The minus signs that programs write.
const MINUS: [char; 3] = ['-', '−', '–'];
/// What people write for currencies besides their codes and signs, in small letters.
const WORDS: [&str; 16] =
    ["kr", "zł", "kč", "ft", "lei", "rs", "r", "rm", "rp", "tl", "лв", "руб", "р", "din", "дин", "元"];
/// What is before a dollar sign, to tell which dollar it is.
const DOLLARS: [&str; 11] = ["us", "ca", "c", "au", "a", "nz", "hk", "nt", "s", "mx", "r"];

/// Reads an amount with this decimal mark, `.` or `,`; the other one may be between groups of digits.
pub(crate) fn parse(text: &str, decimal: u8) -> Result<Number, Misfit> {
    let number = plain(text, char::from(decimal)).ok_or_else(|| not_money(decimal))?;
    Number::parse(&number, b'.')
}

fn not_money(decimal: u8) -> Misfit {
    let example = if decimal == b',' { "1.234,56 €" } else { "$1,234.56" };
    no_number(
        RejectReason::Malformed,
        &format!("is not an amount of money, such as {example} or (12{}50)", char::from(decimal)),
    )
}

/// Returns an amount as a plain decimal with a point.
pub(super) fn plain(text: &str, decimal: char) -> Option<String> {
    // Spreadsheets and shops put an apostrophe before what begins with a sign.
    let text = text.trim();
    let text = text.strip_prefix('\'').unwrap_or(text);
    let (in_brackets, text) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inside) => (true, inside),
        None => (false, text),
    };
    let (before, text) = without_signs(text);
    let text = without_currency(text)?;
    let (after, text) = without_signs(text);
    let minuses = before.minuses + after.minuses + usize::from(in_brackets);
    if minuses > 1 || before.pluses + after.pluses + minuses > 1 {
        return None;
    }
    let (whole, decimals) = text.split_once(decimal).map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !decimals.is_none_or(is_digits) {
        return None;
    }
    let whole = ungrouped(whole, decimal)?;
    let sign = if minuses == 1 { "-" } else { "" };
    Some(format!("{sign}{whole}{}", decimals.map(|decimals| format!(".{decimals}")).unwrap_or_default()))
}

/// The signs at both ends of a text.
struct Signs {
    minuses: usize,
    pluses: usize,
}

fn without_signs(text: &str) -> (Signs, &str) {
    let mut signs = Signs { minuses: 0, pluses: 0 };
    let mut text = text.trim();
    for sign in MINUS.into_iter().chain(['+']) {
        let count = if sign == '+' { &mut signs.pluses } else { &mut signs.minuses };
        if let Some(rest) = text.strip_prefix(sign) {
            (*count, text) = (*count + 1, rest.trim());
        }
        if let Some(rest) = text.strip_suffix(sign) {
            (*count, text) = (*count + 1, rest.trim());
        }
    }
    (signs, text)
}

/// Returns what is between the first and the last digit, if all around it can be a currency.
fn without_currency(text: &str) -> Option<&str> {
    let is_inner = |char: char| char.is_ascii_digit() || MINUS.contains(&char) || char == '+';
    let (start, end) = (text.find(is_inner)?, text.rfind(is_inner)?);
    let end = end + text[end..].chars().next()?.len_utf8();
    (is_currency(text[..start].trim()) && is_currency(text[end..].trim())).then(|| text[start..end].trim())
}

/// Tells whether a text is nothing, or a currency: a code, a sign, a word that people write for it, or two of these.
fn is_currency(text: &str) -> bool {
    let lower = text.to_lowercase();
    if lower.strip_suffix('$').is_some_and(|country| DOLLARS.contains(&country)) {
        return true;
    }
    let is_word = |word: &str| {
        // A point ends an abbreviation: `Rs.`. After digits alone it would be the mark of decimals.
        let word = word.strip_suffix('.').filter(|word| !word.is_empty()).unwrap_or(word).to_lowercase();
        WORDS.contains(&word.as_str()) || Currency::from_code(&word.to_uppercase()).is_some()
    };
    let words = text.split(|char: char| char.is_whitespace() || is_symbol(char)).filter(|word| !word.is_empty());
    words.clone().count() <= 1
        && words.clone().all(is_word)
        && text.chars().filter(|char| is_symbol(*char)).count() <= 1
}

/// Tells whether a character is a sign of a currency (Unicode's category Sc).
fn is_symbol(char: char) -> bool {
    matches!(char, '$' | '\u{a2}'..='\u{a5}' | '\u{58f}' | '\u{60b}' | '\u{9f2}' | '\u{9f3}' | '\u{e3f}' | '\u{17db}')
        || matches!(
            char,
            '\u{20a0}'..='\u{20cf}' | '\u{fdfc}' | '\u{ff04}' | '\u{ffe0}' | '\u{ffe1}' | '\u{ffe5}' | '\u{ffe6}'
        )
}

/// Takes the marks between groups of digits out: groups of three, or of two before the last one (1,23,456).
fn ungrouped(whole: &str, decimal: char) -> Option<String> {
    let other = if decimal == ',' { '.' } else { ',' };
    let is_mark = |char: char| GROUPING.contains(&char) || char == other;
    let marks: Vec<char> = whole.chars().filter(|char| is_mark(*char)).collect();
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let is_digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let (first, rest) = groups.split_first()?;
    let (last, between) = rest.split_last().unwrap_or((first, &[]));
    let are_alike = marks.windows(2).all(|pair| pair[0] == pair[1]);
    let width = between.first().map_or(3, |group| group.len());
    let are_groups = rest.is_empty()
        || first.len() <= 3
            && last.len() == 3
            && matches!(width, 2 | 3)
            && between.iter().all(|group| group.len() == width);
    (is_digits && are_alike && are_groups).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use accrue_kernel::money::Decimal;

    fn read(text: &str, decimal: u8) -> String {
        parse(text, decimal).map_or_else(
            |_| "_".to_owned(),
            |number| Decimal { mantissa: number.mantissa, decimals: u32::from(number.scale) }.to_string(),
        )
    }

    #[test]
    fn amounts_are_read_as_they_are_shown_to_people() {
        for (text, expected) in [
            ("$21.83", "21.83"),
            ("US$ 1,234.50", "1234.5"),
            ("USD 1,234,567", "1234567"),
            ("1 234.56 kr", "1234.56"),
            ("Rs. 1,23,456.00", "123456"),
            ("CHF 1'234.50", "1234.5"),
            ("CHF 1’234.50", "1234.5"),
            ("(12.50)", "-12.5"),
            ("($12.50)", "-12.5"),
            ("-$12.50", "-12.5"),
            ("$-12.50", "-12.5"),
            ("12.50-", "-12.5"),
            ("−12.50", "-12.5"),
            ("'-12.50", "-12.5"),
            ("+3", "3"),
            ("¥1200", "1200"),
            ("CA$12.50", "12.5"),
            ("$12.50 USD", "12.5"),
            ("12.50 kr.", "12.5"),
            ("12.50", "12.5"),
            ("1234", "1234"),
        ] {
            assert_eq!(read(text, b'.'), expected, "{text}");
        }
        for (text, expected) in [
            ("1 234,56", "1234.56"),
            ("1\u{a0}234,56 €", "1234.56"),
            ("1\u{202f}234,56 €", "1234.56"),
            ("1.234,56 zł", "1234.56"),
            ("€ 1.234", "1234"),
            ("12,5", "12.5"),
        ] {
            assert_eq!(read(text, b','), expected, "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_no_amount() {
        for text in [
            "",
            "$",
            "1.234,56",
            "1,23",
            "12,34.5",
            "1,2345",
            "1 2345",
            "1,234 567",
            "--5",
            "(-5)",
            "-5-",
            "5.",
            ".5",
            "1.2.3",
        ] {
            assert_eq!(read(text, b'.'), "_", "{text}");
        }
        for text in [
            "12 apples",
            "May 1st",
            "May 1",
            "1st",
            "no 5",
            "12 pcs",
            "$ $ 5",
            "EUR USD 5",
            "N/A",
            "10%",
            "2024-05-01",
            "1e3",
            "5 / 2",
            "1234,567,890",
        ] {
            assert_eq!(read(text, b'.'), "_", "{text}");
        }
        assert_eq!(read("1,234.56", b','), "_");
    }
}
