//! Decides which types can be combined in an expression, and converts them to one where nothing is lost.

use crate::mapping::exact::exact_expr::{Exact, Extent};
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::{Node, Scalar};
use crate::mapping::fault::Reason;
use crate::mapping::language::expr::{Arithmetic, Expr, Literal};

/// The most decimals of a product.
const PRODUCT_SCALE: u8 = 20;
/// The least decimals of a quotient.
const QUOTIENT_SCALE: u8 = 12;

/// Brings numbers to one kind and refuses to mix others; nulls go with all.
pub(super) fn one_kind(parts: Vec<Exact<'_>>) -> Result<(Vec<Node>, ExprType), Reason> {
    let mut common = ExprType::Null;
    for part in &parts {
        common = match (common, part.holds) {
            (ExprType::Null, other) | (other, ExprType::Null) => other,
            (ExprType::Unknown, _) | (_, ExprType::Unknown) => ExprType::Unknown,
            (ExprType::Int, ExprType::Int) => ExprType::Int,
            (ExprType::Decimal(scale), ExprType::Int) | (ExprType::Int, ExprType::Decimal(scale)) => {
                ExprType::Decimal(scale)
            }
            (ExprType::Decimal(one), ExprType::Decimal(other)) => ExprType::Decimal(one.max(other)),
            (one, other) if one == other => one,
            (one, other) => return Err(mixed(&parts, one, other)),
        };
    }
    let nodes = parts.into_iter().map(|part| match (part.holds, common) {
        (ExprType::Null, _) => Node::Constant(null(common)),
        (ExprType::Int, ExprType::Decimal(scale)) => widened(part.node, 0, scale),
        (ExprType::Decimal(own), ExprType::Decimal(scale)) => widened(part.node, own, scale),
        _ => part.node,
    });
    Ok((nodes.collect(), common))
}

/// Returns the greatest extent of parts.
pub(super) fn extent(parts: &[Exact<'_>]) -> Extent {
    parts.iter().map(|part| part.extent).max().unwrap_or(Extent::Constant)
}

/// Returns a number, and its decimals; true counts as 1.
pub(super) fn number(part: Exact<'_>) -> Result<(Node, u8), Reason> {
    match part.holds {
        ExprType::Decimal(scale) => Ok((part.node, scale)),
        ExprType::Int | ExprType::Unknown => Ok((part.node, 0)),
        ExprType::Null => Ok((Node::Constant(Scalar::Number(None)), 0)),
        ExprType::Bool => Ok((Node::Counted(Box::new(part.node)), 0)),
        ExprType::Text | ExprType::Time => Err(wrong_kind(&part, "a number", "decimal")),
    }
}

/// Returns what is true or false.
pub(super) fn truth(part: Exact<'_>) -> Result<Node, Reason> {
    match part.holds {
        ExprType::Bool | ExprType::Unknown => Ok(part.node),
        ExprType::Null => Ok(Node::Constant(Scalar::Truth(None))),
        _ => Err(wrong_kind(&part, "true or false", "bool")),
    }
}

/// Returns what is a text already.
pub(super) fn own_text(part: Exact<'_>) -> Result<Node, Reason> {
    match part.holds {
        ExprType::Text | ExprType::Unknown => Ok(part.node),
        ExprType::Null => Ok(Node::Constant(Scalar::Text(None))),
        _ => Err(wrong_kind(&part, "text", "text")),
    }
}

/// Returns a text, or what has exactly one way to be written as one.
pub(super) fn text(part: Exact<'_>) -> Result<Node, Reason> {
    match part.holds {
        ExprType::Int | ExprType::Bool => Ok(Node::AsText(Box::new(part.node))),
        ExprType::Decimal(_) | ExprType::Time => Err(Reason::Unwritable(part.holds)),
        ExprType::Text | ExprType::Null | ExprType::Unknown => own_text(part),
    }
}

/// Gives a number more decimals.
pub(super) fn widened(node: Node, from: u8, to: u8) -> Node {
    match to - from {
        0 => node,
        more => Node::Widened(Box::new(node), u32::from(more)),
    }
}

/// Says that a value is of a kind that is not allowed in this place.
pub(super) fn wrong_kind(part: &Exact<'_>, wanted: &'static str, kind: &str) -> Reason {
    let what = part.written.to_string();
    let example = format!("{} = \"{kind}\"", quoted(&what));
    Reason::WrongKind { what, holds: part.holds, wanted, example }
}

/// Computes with two values.
pub(super) fn arithmetic(left: Exact<'_>, op: Arithmetic, right: Exact<'_>) -> Result<(Node, ExprType), Reason> {
    let are_texts = left.holds == ExprType::Text && right.holds == ExprType::Text;
    match op {
        Arithmetic::Concatenated => {
            // A chain of them is one level.
            let mut parts = match text(left)? {
                Node::Concatenated(parts) => parts,
                part => vec![part],
            };
            parts.push(text(right)?);
            Ok((Node::Concatenated(parts), ExprType::Text))
        }
        Arithmetic::Plus if are_texts => Ok((Node::Concatenated(vec![left.node, right.node]), ExprType::Text)),
        Arithmetic::Plus | Arithmetic::Minus => {
            let ((left, left_scale), (right, right_scale)) = (number(left)?, number(right)?);
            let scale = left_scale.max(right_scale);
            let left = Box::new(widened(left, left_scale, scale));
            let right = Box::new(widened(right, right_scale, scale));
            let node = if op == Arithmetic::Plus { Node::Plus(left, right) } else { Node::Minus(left, right) };
            Ok((node, ExprType::Decimal(scale)))
        }
        Arithmetic::Times => {
            let ((left, left_scale), (right, right_scale)) = (number(left)?, number(right)?);
            match left_scale + right_scale {
                scale if scale > PRODUCT_SCALE => Err(Reason::ManyDecimals(scale)),
                scale => Ok((Node::Times(Box::new(left), Box::new(right)), ExprType::Decimal(scale))),
            }
        }
        Arithmetic::Divided => Ok(quotient(number(left)?, number(right)?)),
    }
}

/// Divides; the quotient has the decimals of the longer operand, and 12 at least.
pub(super) fn quotient((left, left_scale): (Node, u8), (right, right_scale): (Node, u8)) -> (Node, ExprType) {
    let scale = left_scale.max(right_scale).max(QUOTIENT_SCALE);
    let shift = u32::from(scale + right_scale - left_scale);
    (Node::Divided(Box::new(left), Box::new(right), shift), ExprType::Decimal(scale))
}

/// Returns the value of a literal, and what it holds.
pub(super) fn scalar(literal: &Literal) -> (Scalar, ExprType) {
    match literal {
        Literal::Null => (Scalar::Text(None), ExprType::Null),
        Literal::Text(text) => (Scalar::Text(Some(text.clone())), ExprType::Text),
        Literal::Truth(truth) => (Scalar::Truth(Some(*truth)), ExprType::Bool),
        Literal::Number { mantissa, scale } => {
            let holds = if *scale == 0 { ExprType::Int } else { ExprType::Decimal(*scale) };
            (Scalar::Number(Some(i128::from(*mantissa))), holds)
        }
    }
}

fn null(holds: ExprType) -> Scalar {
    match holds {
        ExprType::Int | ExprType::Decimal(_) => Scalar::Number(None),
        ExprType::Bool => Scalar::Truth(None),
        ExprType::Time => Scalar::Time(None),
        ExprType::Text | ExprType::Null | ExprType::Unknown => Scalar::Text(None),
    }
}

/// Tells whether a constant can be compared with what an expression holds.
pub(super) fn of_kind(holds: ExprType, literal: &Literal) -> bool {
    match holds {
        ExprType::Unknown | ExprType::Null => true,
        ExprType::Text | ExprType::Time => matches!(literal, Literal::Text(_)),
        ExprType::Int | ExprType::Decimal(_) => matches!(literal, Literal::Number { .. }),
        ExprType::Bool => matches!(literal, Literal::Truth(_)),
    }
}

/// Returns a number with other decimals, if it has no more than these.
pub(super) fn mantissa(literal: &Literal, wanted: u8) -> Option<i128> {
    let Literal::Number { mantissa, scale } = literal else { return None };
    let mut mantissa = i128::from(*mantissa);
    for _ in wanted..*scale {
        mantissa = (mantissa % 10 == 0).then_some(mantissa / 10)?;
    }
    // A constant has at most 15 digits, a column at most 18 decimals.
    mantissa.checked_mul(10_i128.pow(u32::from(wanted.saturating_sub(*scale))))
}

/// Says that values of two kinds cannot be combined.
pub(super) fn mixed(parts: &[Exact<'_>], one: ExprType, other: ExprType) -> Reason {
    let is_number = |holds| matches!(holds, ExprType::Int | ExprType::Decimal(_));
    let text = parts.iter().find(|part| part.holds == ExprType::Text && !matches!(part.written, Expr::Literal(_)));
    match text {
        Some(part) if is_number(one) || is_number(other) => wrong_kind(part, "a number", "decimal"),
        _ => Reason::Mixed(one, other),
    }
}

/// Quotes a column's name for TOML and SQL where it needs that.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}
