//! Finds the function that a call in an expression means, and checks the number of its arguments.

use crate::mapping::fault::Reason;
use crate::mapping::language::expr::{
    Aggregate, AggregateFunction, Comparison, Expr, Function, Literal, ReadFunction, TextFunction,
};
use crate::mapping::language::nesting;
use crate::mapping::language::wildcards;

/// What a call of a function of single values may say: names, the function, and the least and the most arguments.
const FUNCTIONS: [(&[&str], Function, usize, usize); 31] = [
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
    (&["guest"], Function::Text(TextFunction::Guest), 1, 1),
    (&["regexp_extract"], Function::RegexpExtract, 2, 3),
    (&["number"], Function::Read(ReadFunction::Number), 1, 1),
    (&["money"], Function::Read(ReadFunction::Money), 1, 1),
    (&["time"], Function::Read(ReadFunction::Time), 1, 3),
    (&["excel_date"], Function::Read(ReadFunction::ExcelDate), 1, 1),
    (&["refuse"], Function::Read(ReadFunction::Refuse), 2, 2),
];

/// A call in the text of an expression.
pub(super) struct Call {
    /// In small letters.
    pub name: String,
    pub arguments: Vec<Expr>,
    /// `count(*)`.
    pub is_star: bool,
    pub is_distinct: bool,
    pub filter: Option<Expr>,
}

impl Call {
    /// Returns what is called; `None` of what a mapping does not know.
    pub(super) fn expr(self) -> Result<Option<Expr>, Reason> {
        match aggregate(&self.name, self.is_distinct) {
            Some(function) => Ok(self.aggregated(function)),
            None if self.is_star || self.is_distinct || self.filter.is_some() => Ok(None),
            None => self.called(),
        }
    }

    fn aggregated(mut self, function: AggregateFunction) -> Option<Expr> {
        let input = match (self.arguments.pop(), self.is_star) {
            // COUNT(*), and COUNT(1).
            (None, true) if function == AggregateFunction::Count => None,
            (Some(Expr::Literal(literal)), false)
                if function == AggregateFunction::Count && literal != Literal::Null =>
            {
                None
            }
            (Some(input), false) if self.arguments.is_empty() => Some(input),
            _ => return None,
        };
        Some(Expr::Aggregate(Box::new(Aggregate { function, input, filter: self.filter })))
    }

    fn called(self) -> Result<Option<Expr>, Reason> {
        let matches = |of: &Expr, flags: &str, pattern: &str| {
            Ok(Some(Expr::Matches(Box::new(of.clone()), format!("{flags}{pattern}"))))
        };
        match (self.name.as_str(), self.arguments.as_slice()) {
            ("optional", [Expr::Column { name, .. }]) => {
                Ok(Some(Expr::Column { name: name.clone(), is_optional: true }))
            }
            ("optional", _) => Err(Reason::Optional),
            ("if", [condition, result, otherwise]) => {
                Ok(Some(Expr::Case(vec![(condition.clone(), result.clone())], Box::new(otherwise.clone()))))
            }
            ("nullif", [value, other]) => {
                let is_equal = Expr::compared(value.clone(), Comparison::Equal, other.clone());
                let case = Expr::Case(vec![(is_equal, Expr::Literal(Literal::Null))], Box::new(value.clone()));
                nesting::of_limited_size(case).map(Some)
            }
            ("regexp_like", [of, Expr::Literal(Literal::Text(pattern))]) => matches(of, "", pattern),
            ("regexp_like", [of, Expr::Literal(Literal::Text(pattern)), Expr::Literal(Literal::Text(flags))]) => {
                matches(of, &format!("(?{flags})"), pattern)
            }
            ("glob", [of, patterns @ ..]) => {
                Ok(glob(patterns).map(|pattern| Expr::Matches(Box::new(of.clone()), pattern)))
            }
            (name, arguments) => {
                let known = FUNCTIONS.iter().find(|(names, _, least, most)| {
                    names.contains(&name) && (*least..=*most).contains(&arguments.len())
                });
                Ok(known.map(|(_, function, ..)| Expr::Call(*function, self.arguments)))
            }
        }
    }
}

/// Makes a regular expression of patterns in which `*` is any text and `?` any character, whatever the case of letters;
/// `None` where one is not written as a text.
fn glob(patterns: &[Expr]) -> Option<String> {
    let pattern = |expr: &Expr| match expr {
        Expr::Literal(Literal::Text(text)) => Some(wildcards::regular_expression(text, "*", "?")),
        _ => None,
    };
    let patterns = patterns.iter().map(pattern).collect::<Option<Vec<String>>>()?;
    Some(format!("(?is){}", patterns.join("|")))
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
        ("agree", false) => AggregateFunction::Agree,
        _ => return None,
    })
}
