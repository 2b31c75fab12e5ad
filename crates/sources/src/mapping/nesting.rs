//! How deep an expression is nested, and how chains of AND and OR are kept flat.
//!
//! What goes through an expression, here and in the engine, goes into its depth, and the engine takes more than quadratic
//! time for it. The parser makes of `a OR b OR c ...` a tree that is as deep as the chain is long. AND and OR, with their
//! nulls too, are associative: so chains of them become trees of the least depth, in the order that they were written in.
//! What is deeper than [`LEVELS`] even so is refused.

use polars::prelude::{BooleanFunction, Expr, FunctionExpr, Operator, PolarsError, PolarsResult};
use std::sync::Arc;

/// The most levels of an expression, a chain of AND or of OR counting for few.
const LEVELS: usize = 1000;
/// The most words, signs and values of an expression that follow each other without a comma.
const WORDS: usize = 10_000;
/// The parser goes into as many parentheses.
const PARENTHESES: usize = 48;
/// Words before a parenthesis that the parser takes for its own, and if that fails for the name of a function: where it fails
/// at the end, it tries twice as often for each such parenthesis around the fault.
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
/// So many characters of a text are shown.
const SHOWN: usize = 200;

/// Parses an expression with `parse` where its text says that it is not nested too deeply; chains in it are flat.
pub fn flat(text: &str, parse: impl FnOnce() -> PolarsResult<Expr>) -> PolarsResult<Expr> {
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
    stacker::maybe_grow(stack, stack, || {
        let flat = flattened(parse().map_err(|fault| shortened(fault, text))?);
        match is_deeper(&flat, LEVELS) {
            true => Err(refused(format!("it is nested more than {LEVELS} levels deep: take it apart"))),
            false => Ok(flat),
        }
    })
}

/// Joins conditions by AND or OR, in their order, in a tree of the least depth.
pub fn joined(mut conditions: Vec<Expr>, op: Operator) -> Option<Expr> {
    while conditions.len() > 1 {
        let mut rest = conditions.into_iter();
        let mut pairs = Vec::with_capacity(rest.len().div_ceil(2));
        while let Some(left) = rest.next() {
            pairs.push(match rest.next() {
                Some(right) => Expr::BinaryExpr { left: Arc::new(left), op, right: Arc::new(right) },
                None => left,
            });
        }
        conditions = pairs;
    }
    conditions.pop()
}

/// How far the text of an expression goes.
#[derive(Debug, PartialEq, Eq)]
struct Extent {
    /// The most words, signs and values without a comma.
    words: usize,
    /// The most parentheses within each other.
    parentheses: usize,
    /// The most of them that stand behind words which are tried twice.
    tries: usize,
}

impl Extent {
    fn of(text: &str) -> Extent {
        let mut most = Extent { words: 0, parentheses: 0, tries: 0 };
        let (mut words, mut tries, mut quote, mut in_word) = (0, 0, None, false);
        // Of each open parenthesis, whether it stands behind a word that is tried twice.
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

/// Flattens the chains of a condition, also below `NOT` and `CASE`.
fn flattened(expr: Expr) -> Expr {
    match expr {
        Expr::BinaryExpr { op, .. } if is_chain(op) => {
            let conditions = links(expr, op).into_iter().map(flattened).collect();
            joined(conditions, op).expect("a chain has links")
        }
        Expr::Ternary { predicate, truthy, falsy } => {
            let [predicate, truthy, falsy] = [predicate, truthy, falsy].map(|part| Arc::new(flattened(owned(part))));
            Expr::Ternary { predicate, truthy, falsy }
        }
        Expr::Alias(inner, name) => Expr::Alias(Arc::new(flattened(owned(inner))), name),
        Expr::Function { input, function: function @ FunctionExpr::Boolean(BooleanFunction::Not) } => {
            Expr::Function { input: input.into_iter().map(flattened).collect(), function }
        }
        other => other,
    }
}

fn is_chain(op: Operator) -> bool {
    matches!(op, Operator::And | Operator::Or | Operator::LogicalAnd | Operator::LogicalOr)
}

/// Takes a chain apart, in the order of its links.
fn links(chain: Expr, op: Operator) -> Vec<Expr> {
    let (mut found, mut open) = (Vec::new(), vec![chain]);
    while let Some(expr) = open.pop() {
        match expr {
            Expr::BinaryExpr { left, op: own, right } if own == op => open.extend([owned(right), owned(left)]),
            link => found.push(link),
        }
    }
    found
}

fn owned(expr: Arc<Expr>) -> Expr {
    Arc::unwrap_or_clone(expr)
}

/// The parser says the whole text of what it does not understand.
fn shortened(fault: PolarsError, text: &str) -> PolarsError {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => refused(fault.to_string().replace(text, &format!("{}…", &text[..end]))),
        None => fault,
    }
}

/// Tells whether an expression has more levels than these; goes through them one by one.
fn is_deeper(expr: &Expr, levels: usize) -> bool {
    let mut level = vec![expr];
    for _ in 0..levels {
        let mut next = Vec::new();
        for expr in level {
            let mut below = Default::default();
            expr.nodes(&mut below);
            next.extend_from_slice(&below);
        }
        if next.is_empty() {
            return false;
        }
        level = next;
    }
    true
}

fn refused(what: String) -> PolarsError {
    PolarsError::SQLInterface(what.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{IntoLazy, df};
    use polars::sql::sql_expr;

    fn parsed(text: &str) -> PolarsResult<Expr> {
        flat(text, || sql_expr(text))
    }

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

    /// All of true, false and null stand in each of three columns.
    #[test]
    fn flat_chains_say_what_the_parser_says_whatever_is_null() {
        let values = [Some(true), Some(false), None];
        let column = |step: usize| (0..27).map(|row| values[row / step % 3]).collect::<Vec<_>>();
        let frame = df!["a" => column(1), "b" => column(3), "c" => column(9)].unwrap();
        for text in [
            "a or b or c",
            "a and b and c",
            "a or b and c or a and not b or c",
            "not (a or b or c) and (b or c) and a",
            "case when a or b or c then b and c and a else a or c end",
            "(a or b) or (c or (a and b and (c and a)))",
        ] {
            let said = |expr: Expr| frame.clone().lazy().select([expr.alias("said")]).collect().unwrap();
            assert!(said(parsed(text).unwrap()).equals_missing(&said(sql_expr(text).unwrap())), "{text}");
        }
    }

    #[test]
    fn a_long_chain_is_as_deep_as_its_length_has_doublings() {
        let chain: Vec<String> = (0..1000).map(|at| format!("a = {at}")).collect();
        for word in [" or ", " and "] {
            let flat = parsed(&chain.join(word)).unwrap();
            assert!(!is_deeper(&flat, 12) && is_deeper(&flat, 10));
            let Expr::BinaryExpr { op, .. } = &flat else { panic!("{flat}") };
            let links = links(flat.clone(), *op);
            assert_eq!((links.len(), links[999].clone()), (1000, sql_expr("a = 999").unwrap()));
        }
    }

    #[test]
    fn a_long_text_that_is_not_understood_is_shown_by_its_beginning() {
        let text = format!("{}a = = b{}", "coalesce(".repeat(40), ")".repeat(40));
        let said = parsed(&text).unwrap_err().to_string();
        assert_eq!(said, format!("unable to parse '{}co…' as Expr", "coalesce(".repeat(22)));
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused_by_its_limit() {
        let said = |text: String| parsed(&text).unwrap_err().to_string();
        let within = |count: usize| format!("{}a{}", "(".repeat(count), ")".repeat(count));
        assert!(said(within(10_000)).ends_with("it has more than 48 parentheses within each other: take it apart"));
        // The parser would try 2^40 times.
        let not = format!("{}a = = b{}", "not (".repeat(40), ")".repeat(40));
        assert!(said(not).contains("it has more than 12 of NOT (), CAST () and their like within each other"));
        let sum = |count: usize| vec!["1"; count].join(" + ");
        assert!(parsed(&sum(900)).is_ok());
        assert!(said(sum(2000)).ends_with("it is nested more than 1000 levels deep: take it apart"));
        assert!(said(sum(4000)).ends_with("it is nested more than 1000 levels deep: take it apart"));
        assert!(said(sum(10_000)).ends_with("it has more than 10000 words without a comma: take it apart"));
    }
}
