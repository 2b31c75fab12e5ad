//! From the text of an expression, which is SQL, to an [`Expr`]: `sqlparser` reads it, and what a mapping cannot say is
//! refused here.

mod call;
pub(super) mod expr;
mod nesting;
mod wildcards;

pub(super) use nesting::filled_in;

use crate::mapping::fault::Reason;
use call::Call;
use expr::{Arithmetic, Comparison, Expr, Function, Literal, TextFunction};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, CeilFloorKind, DataType, DateTimeField, DuplicateTreatment, Expr as Sql,
    Function as SqlCall, FunctionArg, FunctionArgExpr, FunctionArguments, TrimWhereField, UnaryOperator, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// A number in an expression has at most so many digits.
const DIGITS: usize = 15;

/// Reads the text of an expression.
pub(super) fn parse(text: &str) -> Result<Expr, Reason> {
    nesting::within_limits(text, || {
        let fault = |fault: sqlparser::parser::ParserError| Reason::Syntax(plain(&fault.to_string()));
        let mut parser = Parser::new(&GenericDialect).try_with_sql(text).map_err(fault)?;
        let sql = parser.parse_expr().map_err(fault)?;
        match parser.peek_token().token {
            Token::EOF => expr(&sql),
            token => Err(Reason::Syntax(format!("it could end before `{token}`, which does not go on with it"))),
        }
    })
}

/// Says in our words what the parser does not understand.
fn plain(fault: &str) -> String {
    let fault = fault.trim_start_matches("sql parser error: ");
    let (fault, place) = fault.split_once(" at Line: ").unwrap_or((fault, ""));
    let place = place.split_once("Column: ").map_or(String::new(), |(_, at)| format!(" at character {at}"));
    match fault.strip_prefix("Expected: ").and_then(|fault| fault.split_once(", found: ")) {
        Some((expected, "EOF")) => format!("it ends where {} is expected", expected_here(expected)),
        Some((expected, found)) => format!("`{found}` stands{place} where {} is expected", expected_here(expected)),
        None if fault.contains("string literal") => format!("a text in single quotes is not closed{place}"),
        None if fault.contains("close delimiter") => format!("a name in quotes is not closed{place}"),
        None if place.is_empty() => "it cannot be read".to_owned(),
        None => format!("it cannot be read{place}"),
    }
}

/// Says what could be in a place: a sign or a word of SQL; all else is an expression or what goes on with one.
fn expected_here(expected: &str) -> String {
    let is_sign = expected.len() <= 2 && expected.bytes().all(|byte| byte.is_ascii_punctuation());
    let is_word = expected.bytes().all(|byte| byte.is_ascii_uppercase());
    match expected {
        _ if is_sign || is_word => format!("`{}`", expected.to_lowercase()),
        "an expression" => expected.to_owned(),
        _ => "something else".to_owned(),
    }
}

fn expr(sql: &Sql) -> Result<Expr, Reason> {
    let unavailable = || Reason::Unavailable(sql.to_string());
    Ok(match sql {
        Sql::Identifier(name) => Expr::Column { name: name.value.clone(), is_optional: false },
        // A path into an object of JSON, or a column that a look-up gives.
        Sql::CompoundIdentifier(names) => {
            let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
            Expr::Column { name: names.join("."), is_optional: false }
        }
        Sql::Nested(inner) => expr(inner)?,
        Sql::Value(value) => Expr::Literal(literal(&value.value, false).ok_or_else(unavailable)??),
        Sql::UnaryOp { op: UnaryOperator::Minus, expr: of } => match &**of {
            Sql::Value(value) => Expr::Literal(literal(&value.value, true).ok_or_else(unavailable)??),
            of => Expr::Arithmetic(Box::new(number(0)), Arithmetic::Minus, boxed(of)?),
        },
        Sql::UnaryOp { op: UnaryOperator::Plus, expr: of } => {
            Expr::Arithmetic(Box::new(number(0)), Arithmetic::Plus, boxed(of)?)
        }
        Sql::UnaryOp { op: UnaryOperator::Not, expr: of } => Expr::Not(boxed(of)?),
        Sql::BinaryOp { left, op, right } => binary(left, op, right).unwrap_or_else(|| Err(unavailable()))?,
        Sql::Between { expr: of, negated, low, high } => {
            let of = expr(of)?;
            let bounds = |low_holds, high_holds| -> Result<Vec<Expr>, Reason> {
                Ok(vec![
                    Expr::compared(of.clone(), low_holds, expr(low)?),
                    Expr::compared(of.clone(), high_holds, expr(high)?),
                ])
            };
            nesting::of_limited_size(match negated {
                false => Expr::And(bounds(Comparison::GreaterOrEqual, Comparison::LessOrEqual)?),
                true => Expr::Or(bounds(Comparison::Less, Comparison::Greater)?),
            })?
        }
        Sql::IsNull(of) => Expr::IsNull(boxed(of)?),
        Sql::IsNotNull(of) => not(Expr::IsNull(boxed(of)?)),
        Sql::IsTrue(of) => Expr::compared(expr(of)?, Comparison::Equal, truth(true)),
        Sql::IsFalse(of) => Expr::compared(expr(of)?, Comparison::Equal, truth(false)),
        Sql::IsNotTrue(of) => not(Expr::compared(expr(of)?, Comparison::Equal, truth(true))),
        Sql::IsNotFalse(of) => not(Expr::compared(expr(of)?, Comparison::Equal, truth(false))),
        Sql::IsNotDistinctFrom(left, right) => Expr::compared(expr(left)?, Comparison::NotDistinct, expr(right)?),
        Sql::IsDistinctFrom(left, right) => not(Expr::compared(expr(left)?, Comparison::NotDistinct, expr(right)?)),
        Sql::InList { expr: of, list, negated } => {
            let list = list.iter().map(constant).collect::<Result<_, _>>()?;
            negated_if(*negated, Expr::In(boxed(of)?, list))
        }
        Sql::Like { negated, any: false, expr: of, pattern, escape_char: None } => {
            negated_if(*negated, like(expr(of)?, pattern, false)?)
        }
        Sql::ILike { negated, any: false, expr: of, pattern, escape_char: None } => {
            negated_if(*negated, like(expr(of)?, pattern, true)?)
        }
        Sql::RLike { negated, expr: of, pattern, .. } => {
            negated_if(*negated, Expr::Matches(boxed(of)?, text(pattern)?))
        }
        Sql::Case { operand, conditions, else_result, .. } => {
            case(operand.as_deref(), conditions, else_result.as_deref())?
        }
        Sql::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr: of, data_type, array: false, format: None } => {
            cast(expr(of)?, data_type)?
        }
        Sql::Cast { data_type, .. } => return Err(Reason::Cast(data_type.to_string())),
        Sql::TypedString(typed) => return Err(Reason::Cast(typed.data_type.to_string())),
        Sql::Function(function) => called(function)?.ok_or_else(unavailable)?,
        _ => return own_syntax(sql)?.ok_or_else(unavailable),
    })
}

/// Reads a call of a function that SQL has a syntax of its own for.
fn own_syntax(sql: &Sql) -> Result<Option<Expr>, Reason> {
    Ok(Some(match sql {
        Sql::Ceil { expr: of, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
            Expr::Call(Function::Ceil, vec![expr(of)?])
        }
        Sql::Floor { expr: of, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
            Expr::Call(Function::Floor, vec![expr(of)?])
        }
        Sql::Position { expr: part, r#in } => {
            Expr::Call(Function::Text(TextFunction::StrPos), vec![expr(r#in)?, expr(part)?])
        }
        Sql::Substring { expr: of, substring_from: Some(from), substring_for, .. } => {
            let arguments = [of, from].into_iter().chain(substring_for).map(|argument| expr(argument));
            Expr::Call(Function::Text(TextFunction::Substr), arguments.collect::<Result<_, _>>()?)
        }
        Sql::Trim { expr: of, trim_where, trim_what, trim_characters: None } => {
            let function = match trim_where {
                None | Some(TrimWhereField::Both) => Function::Text(TextFunction::Trim),
                Some(TrimWhereField::Leading) => Function::Text(TextFunction::LeftTrim),
                Some(TrimWhereField::Trailing) => Function::Text(TextFunction::RightTrim),
            };
            let arguments = [of].into_iter().chain(trim_what).map(|argument| expr(argument));
            Expr::Call(function, arguments.collect::<Result<_, _>>()?)
        }
        _ => return Ok(None),
    }))
}

fn boxed(sql: &Sql) -> Result<Box<Expr>, Reason> {
    expr(sql).map(Box::new)
}

fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

fn negated_if(is_negated: bool, expr: Expr) -> Expr {
    if is_negated { not(expr) } else { expr }
}

fn truth(truth: bool) -> Expr {
    Expr::Literal(Literal::Truth(truth))
}

fn number(mantissa: i64) -> Expr {
    Expr::Literal(Literal::Number { mantissa, scale: 0 })
}

/// Reads a literal; `None` of one that a mapping does not know.
fn literal(value: &Value, is_negative: bool) -> Option<Result<Literal, Reason>> {
    Some(Ok(match value {
        Value::Number(written, false) => return Some(number_literal(written, is_negative)),
        _ if is_negative => return None,
        Value::SingleQuotedString(text) => Literal::Text(text.clone()),
        Value::DollarQuotedString(text) => Literal::Text(text.value.clone()),
        Value::Boolean(truth) => Literal::Truth(*truth),
        Value::Null => Literal::Null,
        _ => return None,
    }))
}

fn number_literal(written: &str, is_negative: bool) -> Result<Literal, Reason> {
    let (whole, decimals) = written.split_once('.').unwrap_or((written, ""));
    let decimals = decimals.trim_end_matches('0');
    let digits = format!("{whole}{decimals}");
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || digits.trim_start_matches('0').len() > DIGITS || decimals.len() > DIGITS {
        return Err(Reason::LongNumber(written.to_owned()));
    }
    let mantissa: i64 = digits.parse().map_err(|_| Reason::LongNumber(written.to_owned()))?;
    Ok(Literal::Number { mantissa: if is_negative { -mantissa } else { mantissa }, scale: decimals.len() as u8 })
}

/// Reads a constant in a list of `IN`.
fn constant(sql: &Sql) -> Result<Literal, Reason> {
    match expr(sql)? {
        Expr::Literal(literal) => Ok(literal),
        _ => Err(Reason::Unavailable(sql.to_string())),
    }
}

/// Reads a text that must be known before any row is.
fn text(sql: &Sql) -> Result<String, Reason> {
    match expr(sql)? {
        Expr::Literal(Literal::Text(text)) => Ok(text),
        _ => Err(Reason::Unavailable(sql.to_string())),
    }
}

fn binary(left: &Sql, op: &BinaryOperator, right: &Sql) -> Option<Result<Expr, Reason>> {
    let arithmetic = |op| Ok(Expr::Arithmetic(boxed(left)?, op, boxed(right)?));
    let comparison = |op| Ok(Expr::compared(expr(left)?, op, expr(right)?));
    let matches = |flags: &str| Ok(Expr::Matches(boxed(left)?, format!("{flags}{}", text(right)?)));
    Some(match op {
        BinaryOperator::Plus => arithmetic(Arithmetic::Plus),
        BinaryOperator::Minus => arithmetic(Arithmetic::Minus),
        BinaryOperator::Multiply => arithmetic(Arithmetic::Times),
        BinaryOperator::Divide => arithmetic(Arithmetic::Divided),
        BinaryOperator::StringConcat => arithmetic(Arithmetic::Concatenated),
        BinaryOperator::Eq => comparison(Comparison::Equal),
        BinaryOperator::NotEq => comparison(Comparison::Equal).map(not),
        BinaryOperator::Lt => comparison(Comparison::Less),
        BinaryOperator::LtEq => comparison(Comparison::LessOrEqual),
        BinaryOperator::Gt => comparison(Comparison::Greater),
        BinaryOperator::GtEq => comparison(Comparison::GreaterOrEqual),
        BinaryOperator::Spaceship => comparison(Comparison::NotDistinct),
        BinaryOperator::And => links(left, op, right).map(Expr::And),
        BinaryOperator::Or => links(left, op, right).map(Expr::Or),
        BinaryOperator::PGRegexMatch => matches(""),
        BinaryOperator::PGRegexNotMatch => matches("").map(not),
        BinaryOperator::PGRegexIMatch => matches("(?i)"),
        BinaryOperator::PGRegexNotIMatch => matches("(?i)").map(not),
        _ => return None,
    })
}

/// Takes a chain of AND or of OR apart, in the order of its links. Both are associative, with their nulls too.
fn links(left: &Sql, op: &BinaryOperator, right: &Sql) -> Result<Vec<Expr>, Reason> {
    let (mut links, mut open) = (Vec::new(), vec![right, left]);
    while let Some(sql) = open.pop() {
        match sql {
            Sql::Nested(inner) => open.push(inner),
            Sql::BinaryOp { left, op: own, right } if own == op => open.extend([&**right, &**left]),
            link => links.push(expr(link)?),
        }
    }
    Ok(links)
}

/// Makes a regular expression of a pattern of LIKE: `%` is any text and `_` any character; nothing escapes them.
fn like(of: Expr, pattern: &Sql, ignores_case: bool) -> Result<Expr, Reason> {
    let pattern = wildcards::regular_expression(&text(pattern)?, "%", "_");
    let flags = if ignores_case { "(?is)" } else { "(?s)" };
    Ok(Expr::Matches(Box::new(of), format!("{flags}{pattern}")))
}

fn case(operand: Option<&Sql>, conditions: &[CaseWhen], otherwise: Option<&Sql>) -> Result<Expr, Reason> {
    let operand = operand.map(expr).transpose()?;
    let branches = conditions.iter().map(|branch| {
        let condition = expr(&branch.condition)?;
        let condition = match &operand {
            Some(operand) => Expr::compared(operand.clone(), Comparison::Equal, condition),
            None => condition,
        };
        Ok((condition, expr(&branch.result)?))
    });
    let otherwise = otherwise.map_or(Ok(Expr::Literal(Literal::Null)), expr)?;
    nesting::of_limited_size(Expr::Case(branches.collect::<Result<_, Reason>>()?, Box::new(otherwise)))
}

fn cast(of: Expr, data_type: &DataType) -> Result<Expr, Reason> {
    match data_type {
        DataType::Varchar(None) | DataType::Text | DataType::String(None) | DataType::Char(None) => {
            Ok(Expr::AsText(Box::new(of)))
        }
        DataType::Boolean | DataType::Bool => Ok(Expr::AsTruth(Box::new(of))),
        other => Err(Reason::Cast(other.to_string())),
    }
}

/// Reads a call; `None` of one that says more than a name, arguments and a filter, or calls what a mapping does not
/// know.
fn called(call: &SqlCall) -> Result<Option<Expr>, Reason> {
    let is_plain = call.parameters == FunctionArguments::None
        && call.over.is_none()
        && call.null_treatment.is_none()
        && call.within_group.is_empty();
    let list = match &call.args {
        FunctionArguments::List(list) if is_plain && list.clauses.is_empty() => list,
        _ => return Ok(None),
    };
    let (mut arguments, mut is_star) = (Vec::new(), false);
    for argument in &list.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => arguments.push(expr(argument)?),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => is_star = true,
            _ => return Ok(None),
        }
    }
    let filter = call.filter.as_deref().map(expr).transpose()?;
    let name = call.name.to_string().to_lowercase();
    let is_distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    Call { name, arguments, is_star, is_distinct, filter }.expr()
}
