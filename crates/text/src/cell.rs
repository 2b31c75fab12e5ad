//! Makes cells of lists that people open in spreadsheets: a foreign text must not become a formula there (CSV
//! injection, <https://owasp.org/www-community/attacks/CSV_Injection>).

use std::borrow::Cow;

/// Returns a text as a cell that no spreadsheet takes for a formula. Its hidden characters must be escapes already: see
/// [`visible`](crate::visible).
///
/// An apostrophe is put before a `=`, `+`, `-` or `@` with which a formula might begin: at the beginning of the text,
/// and after a separator or a quote, where a program that splits lines in another way begins a cell. None is put before
/// a negative number such as `-12.50`, which is no formula.
pub fn cell(shown: Cow<'_, str>) -> Cow<'_, str> {
    if !shown.contains(is_formula_sign) {
        return shown;
    }
    let mut cell = String::with_capacity(shown.len() + 1);
    let mut begins = true;
    for (at, char) in shown.char_indices() {
        if begins && is_formula_sign(char) && !is_negative(&shown[at..]) {
            cell.push('\'');
        }
        cell.push(char);
        begins = is_separator(char) || (begins && char.is_whitespace());
    }
    Cow::Owned(cell)
}

/// Tells whether a formula can begin with a character; some spreadsheets also accept the wide forms.
fn is_formula_sign(char: char) -> bool {
    matches!(char, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// Tells whether a text is a minus sign and nothing but digits and points after it.
fn is_negative(text: &str) -> bool {
    let digits = text.strip_prefix('-');
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')))
}

fn is_separator(char: char) -> bool {
    matches!(char, ',' | ';' | '|' | '"')
}

#[cfg(test)]
mod tests {
    use super::super::visible;
    use super::*;

    fn shown(text: &str) -> String {
        cell(visible(text)).into_owned()
    }

    #[test]
    fn a_cell_begins_no_formula() {
        assert_eq!(shown("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(shown("+1"), "'+1");
        assert_eq!(shown("-2+3"), "'-2+3");
        assert_eq!(shown("-1e5"), "'-1e5");
        assert_eq!(shown("-A1"), "'-A1");
        assert_eq!(shown("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(shown("＝1+1"), "'＝1+1");
        assert_eq!(shown("  =1"), "  '=1");
        assert_eq!(shown("\t=1"), r"\t=1");
        assert_eq!(shown("\r-1"), r"\r-1");
    }

    #[test]
    fn no_formula_begins_where_a_line_is_split_otherwise() {
        assert_eq!(shown("x;=1+1"), "x;'=1+1");
        assert_eq!(shown("x\", =1+1"), "x\", '=1+1");
        assert_eq!(shown(";\"=1\""), ";\"'=1\"");
        assert_eq!(shown("a,-2+3"), "a,'-2+3");
    }

    #[test]
    fn other_cells_stay_as_they_are() {
        for text in [
            "",
            "O-1042",
            "a=b",
            "ada@example.com",
            "1,250.00",
            "12,-",
            "-12.50",
            "-1,250",
            "-",
            "2024-05-01T10:00:00-04:00",
            "'=1",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
