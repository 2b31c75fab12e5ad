//! A template's text with filters put into it that measure what it makes; the engine offers no other place for them.
//!
//! The text keeps its lines, and places in it are told back as places in the shop's own. What would take the engine's
//! parser too deep is refused before it begins.

use super::limits::{FIXED, HELD, MEASURED};
use minijinja::machinery::ast::{BinOpKind, Call, CallArg, Expr, Filter, Stmt};
use minijinja::machinery::{Span, Token, parse, tokenize};
use minijinja::syntax::SyntaxConfig;
use std::ops::Range;

/// The most bytes of a template.
pub const BYTES: usize = 256 << 10;
/// The most words and signs of a tag without a comma.
const WORDS: usize = 500;
/// The most `elif` of a template.
const BRANCHES: usize = 500;
/// A longer text between tags is counted when it is written.
const UNCOUNTED: usize = 256;

/// A template as it was written, and as the engine gets it.
pub struct Measured {
    own: String,
    /// What was put in, and where in the own text, rising.
    added: Vec<(usize, String)>,
}

/// What of a template is too much, and on which line.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMuch {
    pub line: usize,
    pub column: usize,
    pub what: String,
}

impl Measured {
    /// Puts the filters into a template; one that is not understood stays as it is, and the engine says what is wrong.
    pub fn new(own: String, syntax: &SyntaxConfig) -> Result<Measured, TooMuch> {
        check(&own, syntax)?;
        let mut additions = Additions { text: &own, found: Vec::new() };
        if let Ok(Stmt::Template(template)) = parse(&own, "", syntax.clone()) {
            additions.statements(&template.children);
        }
        let mut added = additions.found;
        // At one place, what ends within comes before what ends around it.
        added.sort_by_key(|(at, _)| *at);
        let measured = Measured { own, added };
        // What the engine understands without the filters must not fail for want of a place for them.
        match parse(&measured.text(), "", syntax.clone()) {
            Ok(_) => Ok(measured),
            Err(_) => Ok(Measured { added: Vec::new(), ..measured }),
        }
    }

    /// Returns the template as the engine gets it.
    pub fn text(&self) -> String {
        let (mut text, mut from) = (String::with_capacity(self.own.len() * 2), 0);
        for (at, added) in &self.added {
            text.push_str(&self.own[from..*at]);
            text.push_str(added);
            from = *at;
        }
        text + &self.own[from..]
    }

    /// Returns the template as it was written.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Returns where a part of the engine's text stands in the own one.
    pub fn own_range(&self, range: Range<usize>) -> Range<usize> {
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
                self.around(it.expr.span(), HELD);
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
            Expr::Filter(_) | Expr::Call(_) => self.found.push((end(expr.span()), format!("|{MEASURED}"))),
            Expr::BinOp(it) if makes(it.op) => self.around(it.span(), MEASURED),
            Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => self.around(expr.span(), MEASURED),
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

    /// Measures what a part is taken of; a filter behind a call would stand before that part.
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

    fn around(&mut self, span: Span, filter: &str) {
        self.found.push((span.start_offset as usize, "((".to_owned()));
        self.found.push((end(span), format!(")|{filter})")));
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

fn end(span: Span) -> usize {
    span.end_offset as usize
}
