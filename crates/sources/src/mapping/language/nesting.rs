//! How deep an expression may be nested, seen from its text: the parser goes into its depth, and so does what becomes
//! of it. What goes further is refused.

use crate::mapping::fault::Reason;
use crate::mapping::language::expr::Expr;

/// The most levels of an expression; a chain of AND or of OR is one.
const LEVELS: usize = 1000;
/// The most words, signs and values of an expression that follow each other without a comma.
const WORDS: usize = 10_000;
/// The most parts of an expression. `BETWEEN`, `NULLIF` and `CASE x WHEN` each repeat an operand, so each level of them
/// doubles the number of parts.
const PARTS: usize = 100_000;
/// The parser goes into as many parentheses.
const PARENTHESES: usize = 48;
/// Words before a parenthesis that the parser takes for its own, and if that fails for the name of a function: where it
/// fails at the end, it tries twice as often for each such parenthesis around the fault.
const TRIED_TWICE: [&str; 24] = [
    "array",
    "box",
    "cast",
    "ceil",
    "circle",
    "convert",
    "exists",
    "extract",
    "floor",
    "lambda",
    "line",
    "map",
    "match",
    "not",
    "overlay",
    "point",
    "position",
    "prior",
    "safe_cast",
    "substr",
    "substring",
    "trim",
    "try_cast",
    "try_convert",
];
/// The most such parentheses within each other.
const TRIES: usize = 12;
/// The parser's stack for a word and for all else, in bytes; measured: less than half of it.
const STACK_OF_WORD: usize = 16 << 10;
const STACK: usize = 256 << 10;

/// Parses an expression with `parse` where its text says that it is not nested too deeply.
pub(super) fn within_limits(text: &str, parse: impl FnOnce() -> Result<Expr, Reason>) -> Result<Expr, Reason> {
    let Extent { words, parentheses, tries } = Extent::of(text);
    if parentheses > PARENTHESES {
        return Err(refused(format!("it has more than {PARENTHESES} parentheses within each other: take it apart")));
    }
    if tries > TRIES {
        let what = format!("it has more than {TRIES} of NOT (), CAST () and their like within each other");
        return Err(refused(format!("{what}: take it apart")));
    }
    if words > WORDS {
        return Err(refused(format!("it has more than {WORDS} words without a comma: take it apart")));
    }
    let stack = STACK + words * STACK_OF_WORD;
    stacker::maybe_grow(stack, stack, || of_limited_depth(parse()?))
}

/// Puts what is defined in the place of its names, where the expression does not grow too large or too deep by it.
pub(in crate::mapping) fn filled_in<'d>(
    mut expr: Expr,
    defined: impl Fn(&str) -> Option<&'d Expr>,
) -> Result<Expr, Reason> {
    if expr.is_larger(PARTS, |name| defined(name)) {
        return Err(Reason::Large(PARTS));
    }
    expr.fill_in(defined);
    of_limited_depth(expr)
}

fn of_limited_depth(expr: Expr) -> Result<Expr, Reason> {
    match expr.is_deeper(LEVELS) {
        true => Err(refused(format!("it is nested more than {LEVELS} levels deep: take it apart"))),
        false => Ok(expr),
    }
}

/// Refuses an expression that has grown too large.
pub(super) fn of_limited_size(expr: Expr) -> Result<Expr, Reason> {
    match expr.is_larger(PARTS, |_| None) {
        true => Err(refused(
            "it has too many BETWEEN, NULLIF () or CASE x WHEN within each other: take it apart".to_owned(),
        )),
        false => Ok(expr),
    }
}

/// How far the text of an expression goes.
#[derive(Debug, PartialEq, Eq)]
struct Extent {
    /// The most words, signs and values without a comma.
    words: usize,
    /// The most parentheses within each other.
    parentheses: usize,
    /// The most of them that are behind words which are tried twice.
    tries: usize,
}

impl Extent {
    fn of(text: &str) -> Extent {
        let mut most = Extent { words: 0, parentheses: 0, tries: 0 };
        let (mut words, mut tries, mut quote, mut in_word) = (0, 0, None, false);
        // Of each open parenthesis, whether it is behind a word that is tried twice.
        let (mut word, mut open) = (String::new(), Vec::new());
        for char in text.chars() {
            let is_part = quote.is_some() || char.is_alphanumeric() || matches!(char, '_' | '.' | '\'' | '"' | '`');
            match (quote, char) {
                (Some(end), _) if end == char => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"' | '`') => quote = Some(char),
                (None, ',') => words = 0,
                (None, '(') => {
                    open.push(TRIED_TWICE.contains(&word.as_str()));
                    tries += usize::from(open.ends_with(&[true]));
                }
                (None, ')') => tries -= usize::from(open.pop() == Some(true)),
                (None, _) => {}
            }
            if !(char.is_whitespace() || is_part && in_word) {
                words += usize::from(char != ',');
                word.clear();
            }
            if is_part && quote.is_none() {
                word.push(char.to_ascii_lowercase());
            }
            in_word = is_part;
            most.words = most.words.max(words);
            most.parentheses = most.parentheses.max(open.len());
            most.tries = most.tries.max(tries);
        }
        most
    }
}

fn refused(what: String) -> Reason {
    Reason::Syntax(what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::language::parse;

    #[test]
    fn words_are_counted_up_to_a_comma_and_parentheses_within_each_other() {
        let extent = |text| {
            let Extent { words, parentheses, .. } = Extent::of(text);
            (words, parentheses)
        };
        assert_eq!(extent("a = 'it is, (one) word' or b_1"), (5, 0));
        assert_eq!(extent("x in (1, 2, 3) and (y)"), (6, 1));
        assert_eq!(extent("((1.5))"), (5, 2));
        assert_eq!(extent(""), (0, 0));
        assert_eq!(Extent::of("NOT (cast(trim(x) as text) = 'not (' and \"not\" (y)) or not not (f(x))").tries, 3);
    }

    #[test]
    fn a_long_chain_is_no_deeper_than_a_short_one() {
        let chain: Vec<String> = (0..1000).map(|at| format!("a = {at}")).collect();
        for word in [" or ", " and "] {
            assert!(!parse(&chain.join(word)).unwrap().is_deeper(3));
        }
    }

    #[test]
    fn what_stands_for_itself_twice_does_not_grow_without_end() {
        let within = |count: usize| format!("{}a{}", "nullif(".repeat(count), ", 1)".repeat(count));
        assert!(parse(&within(10)).is_ok());
        assert!(parse(&within(40)).unwrap_err().to_string().contains("too many BETWEEN, NULLIF () or CASE x WHEN"));
        let bounds = (0..40).fold("a".to_owned(), |of, _| format!("({of}) between b and c"));
        assert!(parse(&bounds).is_err());
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused_by_its_limit() {
        let said = |text: String| parse(&text).unwrap_err().to_string();
        let within = |count: usize| format!("{}a{}", "(".repeat(count), ")".repeat(count));
        assert!(said(within(10_000)).ends_with("it has more than 48 parentheses within each other: take it apart"));
        // The parser would try 2^40 times.
        let not = format!("{}a = = b{}", "not (".repeat(40), ")".repeat(40));
        assert!(said(not).contains("it has more than 12 of NOT (), CAST () and their like within each other"));
        let sum = |count: usize| vec!["1"; count].join(" + ");
        assert!(parse(&sum(900)).is_ok());
        assert!(said(sum(2000)).ends_with("it is nested more than 1000 levels deep: take it apart"));
        assert!(said(sum(4000)).ends_with("it is nested more than 1000 levels deep: take it apart"));
        assert!(said(sum(10_000)).ends_with("it has more than 10000 words without a comma: take it apart"));
    }
}
