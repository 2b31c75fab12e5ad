//! From a call in the text of an expression to what it calls.

use crate::mapping::fault::Reason;
use crate::mapping::language::expr::{Aggregate, AggregateFunction, Comparison, Expr, Function, Literal, TextFunction};
use crate::mapping::language::{compared, expr, nesting};
use sqlparser::ast::{
    DuplicateTreatment, Function as SqlCall, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
};

/// What a call of a function of single values may say: names, the function, and the least and the most arguments.
const FUNCTIONS: [(&[&str], Function, usize, usize); 24] = [
    (&["abs"], Function::Abs, 1, 1),
    (&["ceil", "ceiling"], Function::Ceil, 1, 1),
    (&["floor"], Function::Floor, 1, 1),
    (&["round"], Function::Round, 1, 2),
    (&["trunc", "truncate"], Function::Trunc, 1, 2),
    (&["coalesce"], Function::Coalesce, 1, usize::MAX),
    (&["ifnull"], Function::Coalesce, 2, 2),
    (&["greatest"], Function::Greatest, 1, usize::MAX),
    (&["least"], Function::Least, 1, usize::MAX),
    (&["concat"], Function::Concat, 1, usize::MAX),
    (&["concat_ws"], Function::ConcatWs, 2, usize::MAX),
    (&["left"], Function::Text(TextFunction::Left), 2, 2),
    (&["right"], Function::Text(TextFunction::Right), 2, 2),
    (&["substr", "substring"], Function::Text(TextFunction::Substr), 2, 3),
    (&["split_part"], Function::Text(TextFunction::SplitPart), 3, 3),
    (&["replace"], Function::Text(TextFunction::Replace), 3, 3),
    (&["lower"], Function::Text(TextFunction::Lower), 1, 1),
    (&["upper"], Function::Text(TextFunction::Upper), 1, 1),
    (&["ltrim"], Function::Text(TextFunction::LeftTrim), 1, 2),
    (&["rtrim"], Function::Text(TextFunction::RightTrim), 1, 2),
    (&["length", "char_length", "character_length"], Function::Text(TextFunction::Length), 1, 1),
    (&["strpos"], Function::Text(TextFunction::StrPos), 2, 2),
    (&["starts_with"], Function::Text(TextFunction::StartsWith), 2, 2),
    (&["ends_with"], Function::Text(TextFunction::EndsWith), 2, 2),
];

/// Reads a call.
pub fn call(call: &SqlCall) -> Result<Expr, Reason> {
    let unavailable = || Reason::Unavailable(call.to_string());
    let is_plain = call.parameters == FunctionArguments::None
        && call.over.is_none()
        && call.null_treatment.is_none()
        && call.within_group.is_empty();
    let list = match &call.args {
        FunctionArguments::List(list) if is_plain && list.clauses.is_empty() => list,
        _ => return Err(unavailable()),
    };
    let name = call.name.to_string().to_lowercase();
    let is_distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    if let Some(function) = aggregate(&name, is_distinct) {
        let input = input(function, list).ok_or_else(unavailable)?.transpose()?;
        let filter = call.filter.as_deref().map(expr).transpose()?;
        return Ok(Expr::Aggregate(Box::new(Aggregate { function, input, filter })));
    }
    if call.filter.is_some() || list.duplicate_treatment.is_some() {
        return Err(unavailable());
    }
    let arguments = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => expr(argument),
        _ => Err(unavailable()),
    });
    let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
    match (name.as_str(), <[Expr; 3]>::try_from(arguments)) {
        ("if", Ok([condition, result, otherwise])) => Ok(Expr::Case(vec![(condition, result)], Box::new(otherwise))),
        (_, Ok(three)) => called(&name, three.into(), &unavailable),
        (_, Err(arguments)) => called(&name, arguments, &unavailable),
    }
}

fn called(name: &str, arguments: Vec<Expr>, unavailable: &dyn Fn() -> Reason) -> Result<Expr, Reason> {
    match (name, arguments.as_slice()) {
        ("optional", _) => optional(&arguments),
        ("nullif", [value, other]) => {
            let is_equal = compared(value.clone(), Comparison::Equal, other.clone());
            nesting::of_limited_size(Expr::Case(
                vec![(is_equal, Expr::Literal(Literal::Null))],
                Box::new(value.clone()),
            ))
        }
        ("regexp_like", [of, Expr::Literal(Literal::Text(pattern))]) => {
            Ok(Expr::Matches(Box::new(of.clone()), pattern.clone()))
        }
        ("regexp_like", [of, Expr::Literal(Literal::Text(pattern)), Expr::Literal(Literal::Text(flags))]) => {
            Ok(Expr::Matches(Box::new(of.clone()), format!("(?{flags}){pattern}")))
        }
        _ => {
            let known = FUNCTIONS
                .iter()
                .find(|(names, _, least, most)| names.contains(&name) && (*least..=*most).contains(&arguments.len()));
            let (_, function, ..) = known.ok_or_else(unavailable)?;
            Ok(Expr::Call(*function, arguments))
        }
    }
}

fn aggregate(name: &str, is_distinct: bool) -> Option<AggregateFunction> {
    Some(match (name, is_distinct) {
        ("count", true) => AggregateFunction::CountDistinct,
        ("count", false) => AggregateFunction::Count,
        ("sum", false) => AggregateFunction::Sum,
        ("avg", false) => AggregateFunction::Avg,
        ("min", false) => AggregateFunction::Min,
        ("max", false) => AggregateFunction::Max,
        ("first", false) => AggregateFunction::First,
        ("last", false) => AggregateFunction::Last,
        _ => return None,
    })
}

/// Returns what an aggregate is over, `None` for all rows; or nothing where the call cannot be one.
fn input(function: AggregateFunction, list: &FunctionArgumentList) -> Option<Option<Result<Expr, Reason>>> {
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] => match expr(argument) {
            // COUNT(1) counts rows.
            Ok(Expr::Literal(literal)) if function == AggregateFunction::Count && literal != Literal::Null => {
                Some(None)
            }
            argument => Some(Some(argument)),
        },
        [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] | [] if function == AggregateFunction::Count => Some(None),
        _ => None,
    }
}

/// `optional("x")`: the column `x`, or null where a file has no such column.
fn optional(arguments: &[Expr]) -> Result<Expr, Reason> {
    match arguments {
        [Expr::Column { name, .. }] => Ok(Expr::Column { name: name.clone(), is_optional: true }),
        _ => Err(Reason::Optional),
    }
}
