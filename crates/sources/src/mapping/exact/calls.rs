//! Checks calls of functions in a mapping: what each function takes, and the type of its result.

use crate::mapping::exact::exact_expr::{Exact, ReadContext};
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::kinds::{extent, number, one_kind, own_text, text, wrong_kind};
use crate::mapping::exact::node::{Node, Rounding, Scalar};
use crate::mapping::exact::reads;
use crate::mapping::fault::Reason;
use crate::mapping::language::expr::{Expr, Function, Literal, TextFunction};

/// Makes a call with exact arguments exact, or refuses it.
pub(super) fn call<'e>(
    context: &ReadContext<'_>,
    written: &'e Expr,
    function: Function,
    parts: Vec<Exact<'e>>,
) -> Result<Exact<'e>, Reason> {
    let extent = extent(&parts);
    let (node, holds) = match function {
        Function::Coalesce => several(parts, Node::Coalesce)?,
        Function::Greatest => several(parts, Node::Greatest)?,
        Function::Least => several(parts, Node::Least)?,
        Function::Abs => on_number(parts, |number, scale| (Node::Absolute(Box::new(number)), scale))?,
        Function::Ceil => on_number(parts, |number, scale| rounded(number, scale, 0, Rounding::Up))?,
        Function::Floor => on_number(parts, |number, scale| rounded(number, scale, 0, Rounding::Down))?,
        Function::Round | Function::Trunc => {
            let rounding = if function == Function::Round { Rounding::HalfAwayFromZero } else { Rounding::TowardsZero };
            let decimals = decimals(parts.get(1).map(|part| part.written))?;
            on_number(parts, |number, scale| rounded(number, scale, decimals, rounding))?
        }
        Function::Concat => joined(parts, String::new())?,
        Function::ConcatWs => match parts[0].written {
            Expr::Literal(Literal::Text(separator)) => joined(parts.into_iter().skip(1).collect(), separator.clone())?,
            _ => return Err(Reason::Separator),
        },
        Function::Text(function) => on_texts(function, parts)?,
        Function::RegexpExtract => reads::extract(parts)?,
        Function::Read(function) => reads::read(context, function, parts)?,
    };
    Ok(Exact { written, node, holds, extent })
}

fn several(parts: Vec<Exact<'_>>, node: fn(Vec<Node>) -> Node) -> Result<(Node, ExprType), Reason> {
    one_kind(parts).map(|(nodes, holds)| (node(nodes), holds))
}

/// Applies a function to the first argument, a number with decimals, and gives such a one.
fn on_number(parts: Vec<Exact<'_>>, apply: impl FnOnce(Node, u8) -> (Node, u8)) -> Result<(Node, ExprType), Reason> {
    let part = parts.into_iter().next().ok_or(Reason::EmptyAggregate)?;
    let (node, scale) = number(part)?;
    let (node, scale) = apply(node, scale);
    Ok((node, ExprType::Decimal(scale)))
}

/// Rounds to at most so many decimals.
fn rounded(number: Node, scale: u8, decimals: u8, rounding: Rounding) -> (Node, u8) {
    match scale.checked_sub(decimals) {
        None | Some(0) => (number, scale),
        Some(fewer) => (Node::Rounded(Box::new(number), u32::from(fewer), rounding), decimals),
    }
}

/// Returns how many decimals to round to.
fn decimals(argument: Option<&Expr>) -> Result<u8, Reason> {
    match argument {
        None => Ok(0),
        Some(Expr::Literal(Literal::Number { mantissa: decimals @ 0.., scale: 0 })) => {
            Ok(u8::try_from(*decimals).unwrap_or(u8::MAX))
        }
        Some(_) => Err(Reason::Decimals),
    }
}

fn joined(parts: Vec<Exact<'_>>, separator: String) -> Result<(Node, ExprType), Reason> {
    let parts = parts.into_iter().map(text).collect::<Result<_, _>>()?;
    Ok((Node::Joined(parts, separator), ExprType::Text))
}

/// A function of texts: so many texts, then positions and lengths.
fn on_texts(function: TextFunction, parts: Vec<Exact<'_>>) -> Result<(Node, ExprType), Reason> {
    let (texts, holds) = match function {
        TextFunction::Left | TextFunction::Right | TextFunction::Substr => (1, ExprType::Text),
        TextFunction::SplitPart => (2, ExprType::Text),
        TextFunction::Lower | TextFunction::Upper | TextFunction::Replace | TextFunction::Guest => (3, ExprType::Text),
        TextFunction::Trim | TextFunction::LeftTrim | TextFunction::RightTrim => (2, ExprType::Text),
        TextFunction::StartsWith | TextFunction::EndsWith => (2, ExprType::Bool),
        TextFunction::Length | TextFunction::StrPos => (2, ExprType::Int),
    };
    let arguments = parts.into_iter().enumerate().map(|(at, part)| match part.holds {
        _ if at < texts => own_text(part),
        ExprType::Int | ExprType::Decimal(0) | ExprType::Unknown => Ok(part.node),
        ExprType::Null => Ok(Node::Constant(Scalar::Number(None))),
        _ => Err(wrong_kind(&part, "a whole number", "int")),
    });
    Ok((Node::Call(function, arguments.collect::<Result<_, _>>()?), holds))
}
