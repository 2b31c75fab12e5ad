//! Adds filters to a template's text that measure its output, because the engine has no other hook for that.
//!
//! Line numbers are kept, and columns are mapped back, so error positions refer to the shop's template. A text that
//! would nest the engine's parser too deeply is refused before it is parsed.

use super::limits::{FIXED, HELD, MEASURED};
use minijinja::machinery::ast::{BinOpKind, Call, CallArg, Expr, Filter, Stmt};
use minijinja::machinery::{Span, Token, parse, tokenize};
use minijinja::syntax::SyntaxConfig;
use std::ops::Range;

/// The most bytes of a template.
pub(crate) const BYTES: usize = 256 << 10;
/// The most words and signs of a tag without a comma.
const WORDS: usize = 500;
/// The most `elif` of a template.
const BRANCHES: usize = 500;
/// A longer text between tags is counted when it is written.
const UNCOUNTED: usize = 256;

/// A template as it was written, and as the engine gets it.
pub(crate) struct Measured {
    own: String,
    /// What was put in, and where in the own text, rising.
    added: Vec<(usize, String)>,
}

/// What of a template is too much, and on which line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMuch {
    pub line: usize,
    pub column: usize,
    pub what: String,
}

impl Measured {
    /// Puts the filters into a template; one that is not understood stays as it is, and the engine says what is wrong.
    ///
    /// # Errors
    /// It is too long or nested too deeply, or has no places for the filters.
    pub(crate) fn new(own: String, syntax: &SyntaxConfig) -> Result<Measured, TooMuch> {
        check(&own, syntax)?;
        let mut additions = Additions { text: &own, found: Vec::new() };
        if let Ok(Stmt::Template(template)) = parse(&own, "", syntax.clone()) {
            additions.statements(&template.children);
        }
        let mut added = additions.found;
        // At one place, what ends within comes before what ends around it.
        added.sort_by_key(|(at, _)| *at);
        let measured = Measured { own, added };
        let has_places = measured.added.is_empty() || parse(&measured.text(), "", syntax.clone()).is_ok();
        // Without the filters nothing would be limited.
        let what = "a test has an argument without parentheses, which cannot be limited: write `is in([1, 2])`";
        if has_places { Ok(measured) } else { Err(TooMuch { line: 1, column: 1, what: what.to_owned() }) }
    }

    /// Returns the template as the engine gets it.
    pub(crate) fn text(&self) -> String {
        let (mut text, mut from) = (String::with_capacity(self.own.len() * 2), 0);
        for (at, added) in &self.added {
            text.push_str(&self.own[from..*at]);
            text.push_str(added);
            from = *at;
        }
        text + &self.own[from..]
    }

    /// Returns the template as it was written.
    pub(crate) fn own(&self) -> &str {
        &self.own
    }

    /// Returns where a part of the engine's text is in the shop's text.
    pub(crate) fn own_range(&self, range: Range<usize>) -> Range<usize> {
        let own = |place: usize| {
            let mut before = 0;
            for (at, added) in &self.added {
                if at + before >= place {
                    break;
                }
                before = (before + added.len()).min(place - at);
            }
            place - before
        };
        own(range.start)..own(range.end)
    }
}

/// Refuses what is too long or nested too deeply.
fn check(text: &str, syntax: &SyntaxConfig) -> Result<(), TooMuch> {
    let too_much = |span: Span, what: String| {
        Err(TooMuch { line: span.start_line.into(), column: usize::from(span.start_col) + 1, what })
    };
    if text.len() > BYTES {
        return Err(TooMuch { line: 1, column: 1, what: format!("the template has more than {} KiB", BYTES >> 10) });
    }
    let (mut words, mut branches) = (0, 0);
    for (token, span) in tokenize(text, false, syntax.clone()).map_while(Result::ok) {
        match token {
            Token::VariableStart | Token::BlockStart | Token::Comma => words = 0,
            Token::Ident("elif") => branches += 1,
            _ => words += 1,
        }
        if words > WORDS {
            return too_much(span, format!("more than {WORDS} words and signs follow each other without a comma"));
        }
        if branches > BRANCHES {
            return too_much(span, format!("the template has more than {BRANCHES} `elif`"));
        }
    }
    Ok(())
}

struct Additions<'t> {
    text: &'t str,
    found: Vec<(usize, String)>,
}

impl Additions<'_> {
    fn statements(&mut self, statements: &[Stmt<'_>]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(it) => self.statements(&it.children),
            // What is written is counted as that.
            Stmt::EmitExpr(it) => self.parts(&it.expr),
            Stmt::EmitRaw(it) => self.fixed(it.span(), it.raw.len()),
            Stmt::ForLoop(it) => {
                self.value(&it.iter);
                it.filter_expr.iter().for_each(|condition| self.value(condition));
                self.statements(&it.body);
                self.statements(&it.else_body);
            }
            Stmt::IfCond(it) => {
                self.value(&it.expr);
                self.statements(&it.true_body);
                self.statements(&it.false_body);
            }
            Stmt::WithBlock(it) => {
                it.assignments.iter().for_each(|(_, value)| self.value(value));
                self.statements(&it.body);
            }
            Stmt::Set(it) if matches!(it.target, Expr::GetAttr(_)) => {
                self.parts(&it.expr);
                self.around(&it.expr, HELD);
            }
            Stmt::Set(it) => self.value(&it.expr),
            Stmt::SetBlock(it) => {
                it.filter.iter().for_each(|filter| self.value(filter));
                self.statements(&it.body);
            }
            Stmt::AutoEscape(it) => self.statements(&it.body),
            Stmt::FilterBlock(it) => {
                self.value(&it.filter);
                self.statements(&it.body);
            }
            Stmt::Block(it) => self.statements(&it.body),
            Stmt::Macro(it) => {
                it.defaults.iter().for_each(|value| self.value(value));
                self.statements(&it.body);
            }
            Stmt::CallBlock(it) => {
                self.call(&it.call);
                it.macro_decl.defaults.iter().for_each(|value| self.value(value));
                self.statements(&it.macro_decl.body);
            }
            Stmt::Do(it) => self.call(&it.call),
            Stmt::Import(_) | Stmt::FromImport(_) | Stmt::Extends(_) | Stmt::Include(_) => {}
        }
    }

    /// Measures a value, and what it is made of.
    fn value(&mut self, expr: &Expr<'_>) {
        self.parts(expr);
        let makes = |op: BinOpKind| matches!(op, BinOpKind::Add | BinOpKind::Mul | BinOpKind::Concat | BinOpKind::Pow);
        match expr {
            // Numbers that are counted up as they are asked for; the engine allows 100,000 of them.
            Expr::Call(it) if matches!(&it.expr, Expr::Var(called) if called.id == "range") => {}
            Expr::Filter(_) | Expr::Call(_) => self.found.push((end(expr.span()), format!("|{MEASURED}"))),
            Expr::BinOp(it) if makes(it.op) => self.around(expr, MEASURED),
            Expr::Slice(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => self.around(expr, MEASURED),
            _ => {}
        }
    }

    /// Measures the values that an expression is made of.
    fn parts(&mut self, expr: &Expr<'_>) {
        match expr {
            Expr::Var(_) | Expr::Const(_) => {}
            Expr::Slice(it) => {
                self.base(&it.expr);
                [&it.start, &it.stop, &it.step].into_iter().flatten().for_each(|part| self.value(part));
            }
            Expr::UnaryOp(it) => self.value(&it.expr),
            Expr::BinOp(it) => [&it.left, &it.right].into_iter().for_each(|side| self.value(side)),
            Expr::Compare(it) => {
                self.value(&it.expr);
                it.ops.iter().for_each(|op| self.value(&op.expr));
            }
            Expr::IfExpr(it) => {
                [&it.test_expr, &it.true_expr].into_iter().chain(&it.false_expr).for_each(|part| self.value(part));
            }
            Expr::Filter(it) => self.filter(it),
            Expr::Test(it) => {
                self.value(&it.expr);
                self.arguments(&it.args);
            }
            Expr::GetAttr(it) => self.base(&it.expr),
            Expr::GetItem(it) => {
                self.base(&it.expr);
                self.value(&it.subscript_expr);
            }
            Expr::Call(it) => self.call(it),
            Expr::List(it) => it.items.iter().for_each(|item| self.value(item)),
            Expr::Tuple(it) => it.items.iter().for_each(|item| self.value(item)),
            Expr::Map(it) => it.keys.iter().chain(&it.values).for_each(|part| self.value(part)),
        }
    }

    /// Measures what a part is taken of; a filter behind a call would be before that part.
    fn base(&mut self, expr: &Expr<'_>) {
        match expr {
            Expr::Call(it) => self.call(it),
            _ => self.value(expr),
        }
    }

    fn filter(&mut self, filter: &Filter<'_>) {
        filter.expr.iter().for_each(|of| self.value(of));
        self.arguments(&filter.args);
    }

    fn call(&mut self, call: &Call<'_>) {
        self.base(&call.expr);
        self.arguments(&call.args);
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) {
        for argument in arguments {
            let (CallArg::Pos(value)
            | CallArg::Kwarg(_, value)
            | CallArg::PosSplat(value)
            | CallArg::KwargSplat(value)) = argument;
            self.value(value);
        }
    }

    fn around(&mut self, expr: &Expr<'_>, filter: &str) {
        self.found.push((start(expr), "((".to_owned()));
        self.found.push((end(expr.span()), format!(")|{filter})")));
    }

    /// Counts a text, at a place within it that no tag reaches: beside a tag, blanks would be lost.
    fn fixed(&mut self, span: Span, bytes: usize) {
        let (from, to) = (span.start_offset as usize, end(span));
        if bytes <= UNCOUNTED {
            return;
        }
        let text = &self.text.as_bytes()[from..to];
        let is_within = |pair: &[u8]| pair.iter().all(|byte| byte.is_ascii_alphanumeric());
        let middle = text.windows(2).position(is_within);
        let is_raw = self.text[..from].trim_end_matches(['-', '+', '%', '}', ' ']).ends_with("raw");
        let count = format!("{{{{{bytes}|{FIXED}}}}}");
        let count = if is_raw { format!("{{% endraw %}}{count}{{% raw %}}") } else { count };
        self.found.extend(middle.map(|middle| (from + middle + 1, count)));
    }
}

/// Returns where an expression begins, but for parentheses before it, among which ours may be anywhere. The engine
/// lets one that is made of others begin behind the first of them.
fn start(expr: &Expr<'_>) -> usize {
    match expr {
        Expr::Slice(it) => start(&it.expr),
        Expr::BinOp(it) => start(&it.left),
        Expr::Compare(it) => start(&it.expr),
        Expr::IfExpr(it) => start(&it.true_expr),
        Expr::Test(it) => start(&it.expr),
        Expr::GetAttr(it) => start(&it.expr),
        Expr::GetItem(it) => start(&it.expr),
        Expr::Call(it) => start(&it.expr),
        Expr::Filter(it) => it.expr.as_ref().map_or(it.span().start_offset as usize, start),
        _ => expr.span().start_offset as usize,
    }
}

fn end(span: Span) -> usize {
    span.end_offset as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPRESSIONS: [&str; 20] = [
        "a|upper",
        "(a)|upper|lower",
        "x.a|join(b)",
        "f(a)",
        "x.f(a ~ b)[0]",
        "x.a[1:]",
        "(a ~ b)[1:]|first",
        "a.b[0]|upper ~ b",
        "(a + b) * 2",
        "a|upper == (b)|lower",
        "(a)|upper if b else [c]",
        "[a, {'k': b[0:]}]",
        "(a, b|upper)",
        "-(a * 2)",
        "not a|upper",
        "a ~ b is divisibleby(c ~ d)",
        "a|upper in [b]",
        "a is in [b, c]",
        "f(k=a|upper, *[b])|join",
        "a.b|default(c ~ 1) or d|upper",
    ];
    const PLACES: [[&str; 2]; 8] = [
        ["{% set z = ", " %}"],
        ["{% set z.y = ", " %}"],
        ["{%- set z=", "-%}"],
        ["{% for i in ", " %}{% endfor %}"],
        ["{% if ", " %}{% endif %}"],
        ["{{ x|join(", ") }}"],
        ["{% call f(", ") %}{% endcall %}"],
        ["{{ (", ")|upper|lower }}"],
    ];

    /// One that finds no place is in no place at all, so that nothing would be limited.
    #[test]
    fn the_filters_find_their_places_in_every_expression() {
        let syntax = SyntaxConfig::default();
        for (expression, [before, after]) in EXPRESSIONS.iter().flat_map(|it| PLACES.map(|place| (it, place))) {
            let own = format!("{before}{expression}{after}");
            // A choice cannot be gone through.
            if parse(&own, "", syntax.clone()).is_err() {
                continue;
            }
            let measured = Measured::new(own.clone(), &syntax).unwrap_or_else(|_| panic!("no place in {own}"));
            assert!(measured.added.iter().any(|(_, added)| added.contains("|_")), "{own}");
            let is_held = measured.text().contains("|_held) %}");
            assert_eq!(is_held, before.contains("z.y"), "{}", measured.text());
        }
    }

    #[test]
    fn a_template_without_places_for_the_filters_is_refused() {
        let refused = Measured::new("{{ a is defined[0][0] }}".to_owned(), &SyntaxConfig::default()).err();
        let what =
            "a test has an argument without parentheses, which cannot be limited: write `is in([1, 2])`".to_owned();
        assert_eq!(refused, Some(TooMuch { line: 1, column: 1, what }));
    }
}
