//! Checks calls of the functions that read something from a text: numbers, amounts, times, and parts of the text.

use crate::mapping::clock::Pattern;
use crate::mapping::exact::exact_expr::{Exact, ReadContext};
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::kinds::own_text;
use crate::mapping::exact::node::{Node, READ_SCALE, TextReading};
use crate::mapping::fault::Reason;
use crate::mapping::language::expr::{Expr, Literal, ReadFunction};
use crate::mapping::regular_expression;
use crate::mapping::time_pattern::{PatternFault, fault_of};

/// Makes a call exact that reads a number or a time from a text.
pub(super) fn read(
    context: &ReadContext<'_>,
    function: ReadFunction,
    parts: Vec<Exact<'_>>,
) -> Result<(Node, ExprType), Reason> {
    let column = parts[0].written.to_string();
    let (zone, bare_date, decimal) = (context.zone.clone(), context.bare_date, context.decimal);
    let (reading, holds) = match function {
        ReadFunction::Number => (TextReading::Number { decimal }, ExprType::Decimal(READ_SCALE)),
        ReadFunction::Money => (TextReading::Money { decimal }, ExprType::Decimal(READ_SCALE)),
        ReadFunction::ExcelDate => (TextReading::ExcelDate { decimal, zone, bare_date }, ExprType::Time),
        ReadFunction::Time => {
            let pattern = parts.get(1).map(|part| pattern(part.written)).transpose()?;
            (TextReading::Time { pattern, zone, bare_date }, ExprType::Time)
        }
        ReadFunction::Refuse => match parts.get(1).map(|part| part.written) {
            Some(Expr::Literal(Literal::Text(message))) => {
                (TextReading::Refusal { message: message.clone() }, ExprType::Decimal(READ_SCALE))
            }
            _ => return Err(Reason::Refuse),
        },
    };
    // The text, and the name of its zone.
    let texts = parts.into_iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, part)| own_text(part));
    Ok((Node::Read(texts.collect::<Result<_, _>>()?, column, reading), holds))
}

/// Makes a call of `regexp_extract` exact: the first group of the pattern where none is named, or all that matches
/// where it has no group.
pub(super) fn extract(parts: Vec<Exact<'_>>) -> Result<(Node, ExprType), Reason> {
    let mut written = parts.iter().map(|part| part.written).skip(1);
    let pattern = match written.next() {
        Some(Expr::Literal(Literal::Text(pattern))) => pattern,
        _ => return Err(Reason::ExtractPattern),
    };
    let pattern = regular_expression::read(pattern).map_err(Reason::Pattern)?;
    let groups = pattern.captures_len() - 1;
    let group = match written.next() {
        None => groups.min(1),
        Some(Expr::Literal(Literal::Number { mantissa, scale: 0 })) => usize::try_from(*mantissa).unwrap_or(usize::MAX),
        Some(_) => return Err(Reason::ExtractPattern),
    };
    if group > groups {
        return Err(Reason::NoSuchGroup { group, groups });
    }
    let of = parts.into_iter().next().map(own_text).transpose()?.ok_or(Reason::ExtractPattern)?;
    Ok((Node::Extract(Box::new(of), pattern, group), ExprType::Text))
}

fn pattern(written: &Expr) -> Result<Pattern, Reason> {
    let Expr::Literal(Literal::Text(text)) = written else { return Err(Reason::NoTimePattern(written.to_string())) };
    if let Some(PatternFault { why, remedy }) = fault_of(text) {
        return Err(Reason::TimePattern { pattern: text.clone(), why, remedy });
    }
    Pattern::new(text).ok_or_else(|| Reason::NoTimePattern(text.clone()))
}
