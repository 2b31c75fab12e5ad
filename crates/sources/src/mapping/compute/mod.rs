//! Computes an expression over columns: one value a row, or a fact.
//!
//! A row whose number does not fit, that divides by zero, or whose text cannot be read is null there and has a failure;
//! nothing else becomes null.

mod calls;
pub(super) mod failure;
pub(super) mod fold;
pub(super) mod groups;
mod kept;
mod membership;
pub(super) mod numbers;
mod read;
mod texts;

use crate::mapping::exact::node::{Node, Shared};
use crate::mapping::language::expr::Comparison;
use crate::mapping::stack::with_room;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Datum, Decimal128Array, Scalar, StringArray, StringBuilder, UInt32Array,
};
use arrow::compute::kernels::cmp;
use arrow::compute::kernels::zip::zip;
use arrow::compute::{and_kleene, is_null, not, or_kleene, prep_null_mask_filter, take};
use arrow::datatypes::{Decimal128Type, Int64Type};
use failure::Failure;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What expressions are computed over.
pub(super) struct Inputs<'a> {
    pub columns: &'a BTreeMap<String, ArrayRef>,
    /// The results of aggregates, one value a fact.
    pub aggregated: &'a [ArrayRef],
    pub height: usize,
}

/// Computes expressions over the same inputs and keeps which rows they fail on.
pub(super) struct Evaluation<'a> {
    inputs: &'a Inputs<'a>,
    pub failures: BTreeMap<usize, Failure>,
    /// The values of the expressions that several expressions contain, by their numbers, and the rows on which they
    /// fail.
    shared: BTreeMap<usize, (Values, BTreeMap<usize, Failure>)>,
}

/// Values: one a row, or one for all rows.
#[derive(Clone)]
struct Values {
    array: ArrayRef,
    is_constant: bool,
}

impl Values {
    fn at(&self, row: usize) -> usize {
        if self.is_constant { 0 } else { row }
    }

    fn datum(&self) -> Box<dyn Datum> {
        if self.is_constant { Box::new(Scalar::new(self.array.clone())) } else { Box::new(self.array.clone()) }
    }

    fn number(&self, row: usize) -> Option<i128> {
        self.numbers()(row)
    }

    /// Returns the number of each row. To ask once for many rows is faster than to ask for each.
    fn numbers(&self) -> impl Fn(usize) -> Option<i128> {
        let numbers = self.array.as_primitive::<Decimal128Type>();
        let (values, nulls) = (numbers.values(), numbers.nulls());
        move |row| {
            let at = self.at(row);
            nulls.is_none_or(|nulls| nulls.is_valid(at)).then(|| values[at])
        }
    }

    fn text(&self, row: usize) -> Option<&str> {
        let texts = self.array.as_string::<i32>();
        let at = self.at(row);
        texts.is_valid(at).then(|| texts.value(at))
    }
}

impl Inputs<'_> {
    pub(super) fn evaluation(&self) -> Evaluation<'_> {
        Evaluation { inputs: self, failures: BTreeMap::new(), shared: BTreeMap::new() }
    }
}

impl Evaluation<'_> {
    /// Returns the values of an expression, one a row.
    pub(super) fn column(&mut self, node: &Node) -> ArrayRef {
        let Values { array, is_constant } = self.values(node);
        match is_constant {
            true => {
                let firsts = UInt32Array::from(vec![0; self.inputs.height]);
                take(&array, &firsts, None).expect("there is a first value")
            }
            false => array,
        }
    }

    fn values(&mut self, node: &Node) -> Values {
        with_room(|| self.values_of(node))
    }

    fn values_of(&mut self, node: &Node) -> Values {
        let per_row = |array| Values { array, is_constant: false };
        match node {
            Node::Column(name) => per_row(wide(&self.inputs.columns[name])),
            Node::Ends(name) => per_row(self.inputs.columns[&ends_of(name)].clone()),
            Node::Aggregated(at) => per_row(self.inputs.aggregated[*at].clone()),
            Node::Constant(scalar) => Values { array: scalar.array(), is_constant: true },
            Node::Plus(left, right) => self.numbers([left, right], |[left, right]| numbers::sum(left, right)),
            Node::Minus(left, right) => self.numbers([left, right], |[left, right]| numbers::difference(left, right)),
            Node::Times(left, right) => self.numbers([left, right], |[left, right]| numbers::product(left, right)),
            Node::Divided(left, right, shift) => {
                self.numbers([left, right], |[left, right]| numbers::quotient(left, right, *shift))
            }
            Node::Widened(of, more) => self.numbers([of], |[number]| numbers::widened(number, *more)),
            Node::Rounded(of, fewer, rounding) => {
                self.numbers([of], |[number]| Ok(numbers::rounded(number, *fewer, *rounding)))
            }
            Node::Absolute(of) => self.numbers([of], |[number]| Ok(number.abs())),
            Node::Counted(of) => {
                let of = self.values(of);
                let counted: Decimal128Array =
                    of.array.as_boolean().iter().map(|truth| truth.map(i128::from)).collect();
                Values { array: Arc::new(counted), ..of }
            }
            Node::Compared(left, comparison, right) => {
                let (left, right) = (self.values(left), self.values(right));
                compared(&left, *comparison, &right)
            }
            Node::And(parts) => self.chain(parts, and_kleene),
            Node::Or(parts) => self.chain(parts, or_kleene),
            Node::Not(of) => on_truths(self.values(of), not),
            Node::IsNull(of) => is_null_of(&self.values(of)),
            Node::In(of, constants) => self.membership(of, constants),
            Node::Matches(of, pattern) => {
                let of = self.values(of);
                let matched = of.array.as_string::<i32>().iter().map(|text| text.map(|text| pattern.is_match(text)));
                Values { array: Arc::new(matched.collect::<BooleanArray>()), ..of }
            }
            Node::Case(branches, otherwise) => self.case(branches, otherwise),
            Node::Coalesce(parts) => self.coalesced(parts),
            Node::Greatest(parts) => self.extreme(parts, Comparison::Greater),
            Node::Least(parts) => self.extreme(parts, Comparison::Less),
            Node::AsText(of) => {
                let of = self.values(of);
                let texts: StringArray = match of.array.as_boolean_opt() {
                    Some(truths) => truths.iter().map(|truth| truth.map(|truth| truth.to_string())).collect(),
                    None => {
                        let numbers = of.array.as_primitive::<Decimal128Type>();
                        numbers.iter().map(|number| number.map(|number| number.to_string())).collect()
                    }
                };
                Values { array: Arc::new(texts), ..of }
            }
            Node::Joined(parts, separator) => self.texts(parts, |parts, row| {
                let parts: Vec<&str> = parts.iter().filter_map(|part| part.text(row)).collect();
                Some(Cow::Owned(parts.join(separator)))
            }),
            Node::Concatenated(parts) => self.texts(parts, |parts, row| {
                let parts = parts.iter().map(|part| part.text(row));
                parts.collect::<Option<String>>().map(Cow::Owned)
            }),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Extract(of, pattern, group) => self.texts(std::slice::from_ref(of), |of, row| {
                Some(pattern.captures(of[0].text(row)?)?.get(*group)?.as_str().into())
            }),
            Node::Read(of, column, reading) => self.read(of, column, reading),
            Node::Shared(shared) => self.shared(shared),
        }
    }

    /// Computes a part of expressions where it comes first. It fails wherever it is.
    fn shared(&mut self, Shared { number, node }: &Shared) -> Values {
        let (values, own) = match self.shared.get(number) {
            Some(known) => known.clone(),
            None => {
                let before = std::mem::take(&mut self.failures);
                let values = self.values(node);
                let own = std::mem::replace(&mut self.failures, before);
                self.shared.entry(*number).or_insert((values, own)).clone()
            }
        };
        for (row, failure) in own {
            self.failures.entry(row).or_insert(failure);
        }
        values
    }

    /// Computes numbers, null where one of them is, and keeps the rows that fail.
    fn numbers<const N: usize>(
        &mut self,
        operands: [&Node; N],
        compute: impl Fn([i128; N]) -> Result<i128, Failure>,
    ) -> Values {
        let operands = operands.map(|operand| self.values(operand));
        let is_constant = operands.iter().all(|operand| operand.is_constant);
        let height = if is_constant { 1 } else { self.inputs.height };
        let number_of = operands.each_ref().map(Values::numbers);
        let mut failed = Vec::new();
        let computed = (0..height).map(|row| {
            let mut numbers = [0; N];
            for (number, of_row) in numbers.iter_mut().zip(&number_of) {
                *number = of_row(row)?;
            }
            compute(numbers).map_err(|failure| failed.push((row, failure))).ok()
        });
        let array: Decimal128Array = computed.collect();
        self.fail(failed, is_constant);
        Values { array: Arc::new(array), is_constant }
    }

    /// Keeps failures; one of a constant is one of all rows. The first of a row counts.
    fn fail(&mut self, failed: Vec<(usize, Failure)>, is_constant: bool) {
        for (row, failure) in failed {
            let rows = if is_constant { 0..self.inputs.height } else { row..row + 1 };
            for row in rows {
                self.failures.entry(row).or_insert_with(|| failure.clone());
            }
        }
    }

    /// Computes texts, row by row.
    fn texts<'n>(
        &mut self,
        operands: &'n [Node],
        compute: impl for<'v> Fn(&'v [Values], usize) -> Option<Cow<'v, str>>,
    ) -> Values {
        let (operands, height, is_constant) = self.operands(operands);
        let mut texts = StringBuilder::with_capacity(height, height * 8);
        for row in 0..height {
            texts.append_option(compute(&operands, row));
        }
        Values { array: Arc::new(texts.finish()), is_constant }
    }

    fn operands(&mut self, operands: &[Node]) -> (Vec<Values>, usize, bool) {
        let operands: Vec<Values> = operands.iter().map(|operand| self.values(operand)).collect();
        let is_constant = operands.iter().all(|operand| operand.is_constant);
        let height = if is_constant { 1 } else { self.inputs.height };
        (operands, height, is_constant)
    }

    fn chain(
        &mut self,
        parts: &[Node],
        join: fn(&BooleanArray, &BooleanArray) -> Result<BooleanArray, arrow::error::ArrowError>,
    ) -> Values {
        let mut parts = parts.iter();
        let mut joined = parts.next().map(|part| self.column(part)).expect("a chain has links");
        for part in parts {
            let part = self.column(part);
            joined = Arc::new(join(joined.as_boolean(), part.as_boolean()).expect("links are as long as each other"));
        }
        Values { array: joined, is_constant: false }
    }

    /// A branch that a row takes is computed for all rows. One that fails counts for the rows that take it.
    fn case(&mut self, branches: &[(Node, Node)], otherwise: &Node) -> Values {
        let mut is_open = vec![true; self.inputs.height];
        let mut chosen = Vec::with_capacity(branches.len());
        for (condition, result) in branches {
            let condition = self.where_it_counts(condition, &is_open);
            let truths = condition.array.as_boolean();
            let takes = |row: usize| truths.is_valid(condition.at(row)) && truths.value(condition.at(row));
            let is_taken: Vec<bool> = (0..is_open.len()).map(|row| is_open[row] && takes(row)).collect();
            if !is_taken.contains(&true) {
                continue;
            }
            let result = self.where_it_counts(result, &is_taken);
            is_open.iter_mut().zip(is_taken).for_each(|(is_open, is_taken)| *is_open &= !is_taken);
            chosen.push((condition, result));
        }
        let otherwise = self.where_it_counts(otherwise, &is_open);
        chosen
            .into_iter()
            .rev()
            .fold(otherwise, |otherwise, (condition, result)| self.chosen(&condition, &result, &otherwise))
    }

    /// Returns the values of an expression, one a row, and keeps the failures of the rows where a filter is true.
    pub(super) fn filtered(&mut self, node: &Node, filter: &BooleanArray) -> ArrayRef {
        let counts = where_true(filter);
        self.failing_only(|row| counts.value(row), |evaluation| evaluation.column(node))
    }

    /// Computes values, and keeps the failures of some rows only.
    fn where_it_counts(&mut self, node: &Node, counts: &[bool]) -> Values {
        self.failing_only(|row| counts[row], |evaluation| evaluation.values(node))
    }

    /// Computes something, and keeps those of its failures that are of rows which count.
    fn failing_only<T>(&mut self, counts: impl Fn(usize) -> bool, compute: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.failures);
        let computed = compute(self);
        let own = std::mem::replace(&mut self.failures, before);
        for (row, failure) in own.into_iter().filter(|(row, _)| counts(*row)) {
            self.failures.entry(row).or_insert(failure);
        }
        computed
    }

    fn coalesced(&mut self, parts: &[Node]) -> Values {
        let parts: Vec<Values> = parts.iter().map(|part| self.values(part)).collect();
        let first = parts.into_iter().rev().reduce(|otherwise, part| self.chosen(&is_there(&part), &part, &otherwise));
        first.expect("a call has arguments")
    }

    /// Takes one value where a condition is true and the other where it is not, or null.
    fn chosen(&self, condition: &Values, result: &Values, otherwise: &Values) -> Values {
        let truths = condition.array.as_boolean();
        if condition.is_constant {
            let is_true = truths.is_valid(0) && truths.value(0);
            return if is_true { result.clone() } else { otherwise.clone() };
        }
        let mask = where_true(truths);
        let (result, otherwise) = (result.datum(), otherwise.datum());
        let array = zip(&mask, &*result, &*otherwise).expect("both are of one type");
        Values { array, is_constant: false }
    }

    /// Takes the value that compares so with all others; nulls are left out.
    fn extreme(&mut self, parts: &[Node], comparison: Comparison) -> Values {
        let parts: Vec<Values> = parts.iter().map(|part| self.values(part)).collect();
        let extreme = parts.into_iter().reduce(|most, part| {
            let both = compared(&part, comparison, &most);
            let is_more = self.chosen(&is_null_of(&most), &is_there(&part), &both);
            self.chosen(&is_more, &part, &most)
        });
        extreme.expect("a call has arguments")
    }
}

/// Returns which values are true, and not null.
pub(super) fn where_true(truths: &BooleanArray) -> BooleanArray {
    if truths.null_count() > 0 { prep_null_mask_filter(truths) } else { truths.clone() }
}

/// Returns a column as expressions are computed over it: numbers as mantissas of 128 bits.
pub(super) fn wide(column: &ArrayRef) -> ArrayRef {
    match column.as_primitive_opt::<Int64Type>() {
        Some(numbers) => Arc::new(numbers.unary::<_, Decimal128Type>(i128::from)),
        None => column.clone(),
    }
}

/// Names the column of another's times in which a bare date means the end of its day. No column of a file begins with
/// this character.
pub(super) fn ends_of(column: &str) -> String {
    format!("\u{1}ends of {column}")
}

fn compared(left: &Values, comparison: Comparison, right: &Values) -> Values {
    let compare = match comparison {
        Comparison::Equal => cmp::eq,
        Comparison::Less => cmp::lt,
        Comparison::LessOrEqual => cmp::lt_eq,
        Comparison::Greater => cmp::gt,
        Comparison::GreaterOrEqual => cmp::gt_eq,
        Comparison::NotDistinct => cmp::not_distinct,
    };
    let truths = compare(&*left.datum(), &*right.datum()).expect("both are of one type");
    Values { array: Arc::new(truths), is_constant: left.is_constant && right.is_constant }
}

fn is_null_of(values: &Values) -> Values {
    let nulls = is_null(&values.array).expect("all arrays have nulls");
    Values { array: Arc::new(nulls), is_constant: values.is_constant }
}

fn is_there(values: &Values) -> Values {
    on_truths(is_null_of(values), not)
}

fn on_truths(values: Values, apply: fn(&BooleanArray) -> Result<BooleanArray, arrow::error::ArrowError>) -> Values {
    let applied = apply(values.array.as_boolean()).expect("an array of one length");
    Values { array: Arc::new(applied), ..values }
}
