//! Computes whether values are in a list of constants (`IN`), with SQL's rules for null.

use crate::mapping::compute::{Evaluation, Values};
use crate::mapping::exact::node::{ConstantSet, Constants, Node};
use arrow::array::{AsArray, BooleanArray};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use std::sync::Arc;

impl Evaluation<'_> {
    /// Says for each value whether it is in the list. The answer is null for null, and where the list holds null but
    /// not the value.
    pub(super) fn membership(&mut self, of: &Node, constants: &Constants) -> Values {
        let of = self.values(of);
        let outside = if constants.has_null { None } else { Some(false) };
        let told = |is_in: bool| if is_in { Some(true) } else { outside };
        let truths: BooleanArray = match &*constants.values {
            ConstantSet::Texts(set) => {
                // Currencies and states are mostly those of the row before.
                let mut last: Option<(&str, bool)> = None;
                let mut is_in = |text| match last {
                    Some((known, is_in)) if known == text => is_in,
                    _ => last.insert((text, set.contains(text))).1,
                };
                of.array.as_string::<i32>().iter().map(|text| told(is_in(text?))).collect()
            }
            ConstantSet::Numbers(set) => {
                let numbers = of.array.as_primitive::<Decimal128Type>();
                numbers.iter().map(|number| told(set.contains(&number?))).collect()
            }
            ConstantSet::Times(set) => {
                let times = of.array.as_primitive::<TimestampMicrosecondType>();
                times.iter().map(|time| told(set.contains(&time?))).collect()
            }
            ConstantSet::Truths(set) => of.array.as_boolean().iter().map(|truth| told(set.contains(&truth?))).collect(),
        };
        Values { array: Arc::new(truths), ..of }
    }
}
