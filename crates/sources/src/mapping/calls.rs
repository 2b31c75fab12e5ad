//! The functions of Polars SQL that a mapping may call, each with what it takes and gives.

use crate::mapping::exact::{Exact, Extent, Scope, decimal, number, one_kind, text, truth, wrong_kind};
use crate::mapping::expr_type::ExprType;
use crate::mapping::fault::Reason;
use crate::mapping::nesting::joined;
use polars::lazy::dsl;
use polars::prelude::*;

/// Makes a call exact, or refuses it.
pub fn call(
    scope: &Scope<'_>,
    input: &[Expr],
    function: &FunctionExpr,
    inside: bool,
    whole: &Expr,
) -> Result<Exact, Reason> {
    let parts = || input.iter().map(|part| scope.walk(part, inside)).collect::<Result<Vec<_>, _>>();
    let one = || scope.walk(&input[0], inside);
    match function {
        FunctionExpr::Boolean(BooleanFunction::IsIn { nulls_equal: false }) => membership(scope, input, inside, whole),
        FunctionExpr::Boolean(function) => condition(one()?, function, &input[0], whole),
        FunctionExpr::StringExpr(function) => on_text(scope, input, function, inside, whole),
        FunctionExpr::ListExpr(ListFunction::Get(true)) => split_part(scope, input, inside, whole),
        FunctionExpr::NullCount if inside || scope.stand == super::exact::Stand::Row => Err(Reason::StrayAggregate),
        FunctionExpr::NullCount => {
            let inner = scope.walk(&input[0], true)?;
            Ok(Exact {
                expr: inner.expr.null_count().cast(DataType::Int64),
                holds: ExprType::Int,
                extent: Extent::PerFact,
            })
        }
        FunctionExpr::Coalesce => several(parts()?, coalesce),
        FunctionExpr::FillNull => several(parts()?, |parts| parts[0].clone().fill_null(parts[1].clone())),
        FunctionExpr::MaxHorizontal => {
            several(parts()?, |parts| dsl::max_horizontal(parts).expect("SQL gives arguments"))
        }
        FunctionExpr::MinHorizontal => {
            several(parts()?, |parts| dsl::min_horizontal(parts).expect("SQL gives arguments"))
        }
        FunctionExpr::Abs => on_number(one()?, |expr, scale| (expr.abs(), scale)),
        FunctionExpr::Round { decimals, .. } => rounded(one()?, *decimals, RoundMode::HalfAwayFromZero),
        FunctionExpr::Truncate { decimals } => rounded(one()?, *decimals, RoundMode::ToZero),
        FunctionExpr::Floor => on_number(one()?, |expr, _| (decimal(expr.floor(), 0), 0)),
        FunctionExpr::Ceil => on_number(one()?, |expr, _| (decimal(expr.ceil(), 0), 0)),
        _ => Err(Reason::Unavailable(whole.to_string())),
    }
}

fn condition(part: Exact, function: &BooleanFunction, shown: &Expr, whole: &Expr) -> Result<Exact, Reason> {
    let extent = part.extent;
    let expr = match function {
        BooleanFunction::IsNull => part.expr.is_null(),
        BooleanFunction::IsNotNull => part.expr.is_not_null(),
        BooleanFunction::Not => truth(part, shown)?.not(),
        _ => return Err(Reason::Unavailable(whole.to_string())),
    };
    Ok(Exact { expr, holds: ExprType::Bool, extent })
}

/// `x IN (a, b)`: true where x equals one of the constants.
fn membership(scope: &Scope<'_>, input: &[Expr], inside: bool, whole: &Expr) -> Result<Exact, Reason> {
    let refused = || Reason::Unavailable(whole.to_string());
    let constants = match &input[1] {
        Expr::Agg(AggExpr::Implode { input, .. }) => match &**input {
            Expr::Literal(LiteralValue::Series(series)) => (**series).clone(),
            _ => return Err(refused()),
        },
        _ => return Err(refused()),
    };
    let value = scope.walk(&input[0], inside)?;
    let constants = constants.drop_nulls();
    let is_of_texts = *constants.dtype() == DataType::String && value.holds == ExprType::Text;
    if is_of_texts && value.extent != Extent::Constant && !constants.is_empty() {
        let expr = value.expr.is_in(lit(constants).implode(true), false);
        return Ok(Exact { expr, holds: ExprType::Bool, extent: value.extent });
    }
    let extent = value.extent;
    let equal = |constant: AnyValue<'_>| {
        let constant = Scalar::new(constant.dtype(), constant.into_static());
        let constant = scope.walk(&Expr::Literal(LiteralValue::Scalar(constant)), inside)?;
        Ok(scope.binary(value.clone(), Operator::Eq, constant, whole)?.expr)
    };
    let any = constants.iter().map(equal).collect::<Result<Vec<_>, Reason>>()?;
    Ok(Exact { expr: joined(any, Operator::Or).unwrap_or(lit(false)), holds: ExprType::Bool, extent })
}

fn on_text(
    scope: &Scope<'_>,
    input: &[Expr],
    function: &StringFunction,
    inside: bool,
    whole: &Expr,
) -> Result<Exact, Reason> {
    let (holds, arguments) = match function {
        StringFunction::Contains { .. } | StringFunction::StartsWith | StringFunction::EndsWith => {
            (ExprType::Bool, input.len())
        }
        StringFunction::Find { .. } => (ExprType::Int, input.len()),
        StringFunction::LenChars => (ExprType::Int, 1),
        StringFunction::Slice => (ExprType::Text, 1),
        StringFunction::Lowercase
        | StringFunction::Uppercase
        | StringFunction::Replace { .. }
        | StringFunction::StripChars
        | StringFunction::StripCharsStart
        | StringFunction::StripCharsEnd => (ExprType::Text, input.len()),
        StringFunction::ConcatHorizontal { .. } => return concatenated(scope, input, function, inside),
        _ => return Err(Reason::Unavailable(whole.to_string())),
    };
    let mut extent = Extent::Constant;
    let mut exprs = Vec::with_capacity(input.len());
    for argument in &input[..arguments] {
        let part = scope.walk(argument, inside)?;
        extent = extent.max(part.extent);
        exprs.push(match part.holds {
            ExprType::Text | ExprType::Unknown => part.expr,
            ExprType::Null => part.expr.cast(DataType::String),
            holds => return Err(wrong_kind(argument, holds, "text", "text")),
        });
    }
    for index in &input[arguments..] {
        exprs.push(position(scope, index, inside, whole)?);
    }
    if let (StringFunction::Contains { .. }, Some(pattern @ Expr::Literal(_))) = (function, exprs.get(1)) {
        check_pattern(pattern)?;
    }
    let expr = Expr::Function { input: exprs, function: FunctionExpr::StringExpr(function.clone()) };
    let expr = if holds == ExprType::Int { expr.cast(DataType::Int64) } else { expr };
    Ok(Exact { expr, holds, extent })
}

/// Polars reads a pattern only when it meets a text.
fn check_pattern(pattern: &Expr) -> Result<(), Reason> {
    let probe =
        df!["text" => [""]].map(|frame| frame.lazy().select([col("text").str().contains(pattern.clone(), true)]));
    match probe.and_then(LazyFrame::collect) {
        Ok(_) => Ok(()),
        Err(fault) => Err(Reason::Syntax(fault.to_string())),
    }
}

fn concatenated(scope: &Scope<'_>, input: &[Expr], function: &StringFunction, inside: bool) -> Result<Exact, Reason> {
    let parts = input.iter().map(|part| scope.walk(part, inside)).collect::<Result<Vec<_>, _>>()?;
    let extent = parts.iter().map(|part| part.extent).max().unwrap_or(Extent::Constant);
    let input = parts.into_iter().map(text).collect::<Result<Vec<_>, _>>()?;
    let expr = Expr::Function { input, function: FunctionExpr::StringExpr(function.clone()) };
    Ok(Exact { expr, holds: ExprType::Text, extent })
}

/// `split_part(text, separator, n)`, which SQL writes as an element of a list.
fn split_part(scope: &Scope<'_>, input: &[Expr], inside: bool, whole: &Expr) -> Result<Exact, Reason> {
    match (&input[0], &input[1]) {
        (
            Expr::Function { input: of, function: FunctionExpr::StringExpr(StringFunction::Split(_)) },
            Expr::Literal(_),
        ) => {
            let part = scope.walk(&of[0], inside)?;
            let extent = part.extent;
            let separator = text(scope.walk(&of[1], inside)?)?;
            let expr = text(part)?.str().split(separator).list().get(input[1].clone(), true);
            Ok(Exact { expr, holds: ExprType::Text, extent })
        }
        _ => Err(Reason::Unavailable(whole.to_string())),
    }
}

/// The position or length that SQL's `left`, `right` and `substr` work out; below the text's start means its start.
fn position(scope: &Scope<'_>, expr: &Expr, inside: bool, whole: &Expr) -> Result<Expr, Reason> {
    match expr {
        Expr::Literal(_) => Ok(expr.clone()),
        Expr::Cast { expr, .. } => position(scope, expr, inside, whole),
        Expr::Function { input, function: FunctionExpr::Clip { .. } } => position(scope, &input[0], inside, whole),
        Expr::Function { function: FunctionExpr::StringExpr(StringFunction::LenChars), .. } => {
            Ok(scope.walk(expr, inside)?.expr)
        }
        Expr::BinaryExpr { left, op: op @ (Operator::Plus | Operator::Minus), right } => {
            let (left, right) = (position(scope, left, inside, whole)?, position(scope, right, inside, whole)?);
            let sum = binary_expr(left, *op, right);
            Ok(when(sum.clone().lt(lit(0))).then(lit(0)).otherwise(sum))
        }
        _ => Err(Reason::Unavailable(whole.to_string())),
    }
}

/// Rounds to at most so many decimals; Polars would keep the old ones, as zeros.
fn rounded(part: Exact, decimals: u32, mode: RoundMode) -> Result<Exact, Reason> {
    on_number(part, |expr, scale| match u8::try_from(decimals) {
        Ok(fewer) if fewer < scale => (decimal(expr.round(decimals, mode), fewer), fewer),
        _ => (expr, scale),
    })
}

fn on_number(part: Exact, apply: impl FnOnce(Expr, u8) -> (Expr, u8)) -> Result<Exact, Reason> {
    let extent = part.extent;
    let (expr, scale) = number(part)?;
    let (expr, scale) = apply(expr, scale);
    Ok(Exact { expr, holds: ExprType::Decimal(scale), extent })
}

fn several(parts: Vec<Exact>, apply: impl FnOnce(&[Expr]) -> Expr) -> Result<Exact, Reason> {
    let extent = parts.iter().map(|part| part.extent).max().unwrap_or(Extent::Constant);
    let (exprs, holds) = one_kind(parts)?;
    Ok(Exact { expr: apply(&exprs), holds, extent })
}
