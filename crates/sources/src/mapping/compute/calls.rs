//! Computes text functions over columns.

use crate::mapping::compute::{Evaluation, Values, texts};
use crate::mapping::exact::node::Node;
use crate::mapping::language::expr::TextFunction;
use accrue_facts::guest::{guest_id, lower_email};
use arrow::array::{BooleanArray, Decimal128Array};
use std::borrow::Cow;
use std::sync::Arc;

impl Evaluation<'_> {
    pub(super) fn call(&mut self, function: TextFunction, arguments: &[Node]) -> Values {
        match function {
            TextFunction::Length => {
                self.whole_numbers(arguments, |of, row| Some(of[0].text(row)?.chars().count() as i128))
            }
            TextFunction::StrPos => self.whole_numbers(arguments, |of, row| {
                Some(of[0].text(row).zip(of[1].text(row)).map_or(0, |(text, part)| texts::strpos(text, part)))
            }),
            TextFunction::StartsWith => {
                self.truths(arguments, |of, row| Some(of[0].text(row)?.starts_with(of[1].text(row)?)))
            }
            TextFunction::EndsWith => {
                self.truths(arguments, |of, row| Some(of[0].text(row)?.ends_with(of[1].text(row)?)))
            }
            TextFunction::Lower => self.texts(arguments, |of, row| Some(of[0].text(row)?.to_lowercase().into())),
            TextFunction::Upper => self.texts(arguments, |of, row| Some(of[0].text(row)?.to_uppercase().into())),
            TextFunction::Replace => self
                .texts(arguments, |of, row| Some(of[0].text(row)?.replace(of[1].text(row)?, of[2].text(row)?).into())),
            TextFunction::Left => {
                self.texts(arguments, |of, row| Some(texts::left(of[0].text(row)?, of[1].number(row)?).into()))
            }
            TextFunction::Right => {
                self.texts(arguments, |of, row| Some(texts::right(of[0].text(row)?, of[1].number(row)?).into()))
            }
            TextFunction::Substr => self.texts(arguments, |of, row| {
                let length = of.get(2).map(|length| length.number(row));
                let length = if let Some(length) = length { Some(length?) } else { None };
                texts::substr(of[0].text(row)?, of[1].number(row)?, length).map(Cow::Borrowed)
            }),
            TextFunction::SplitPart => self.texts(arguments, |of, row| {
                texts::split_part(of[0].text(row)?, of[1].text(row)?, of[2].number(row)?).map(Cow::Borrowed)
            }),
            TextFunction::Guest => self.texts(arguments, |of, row| {
                let id = guest_id(&lower_email(of[0].text(row)?));
                Some(String::from_utf8_lossy(&id).into_owned().into())
            }),
            TextFunction::Trim => self.trimmed(arguments, true, true),
            TextFunction::LeftTrim => self.trimmed(arguments, true, false),
            TextFunction::RightTrim => self.trimmed(arguments, false, true),
        }
    }

    fn trimmed(&mut self, arguments: &[Node], start: bool, end: bool) -> Values {
        self.texts(arguments, move |of, row| {
            let characters = of.get(1).map(|characters| characters.text(row));
            let characters = if let Some(characters) = characters { Some(characters?) } else { None };
            Some(texts::trim(of[0].text(row)?, characters, start, end).into())
        })
    }

    fn whole_numbers(&mut self, operands: &[Node], compute: impl Fn(&[Values], usize) -> Option<i128>) -> Values {
        let (operands, height, is_constant) = self.operands(operands);
        let numbers: Decimal128Array = (0..height).map(|row| compute(&operands, row)).collect();
        Values { array: Arc::new(numbers), is_constant }
    }

    fn truths(&mut self, operands: &[Node], compute: impl Fn(&[Values], usize) -> Option<bool>) -> Values {
        let (operands, height, is_constant) = self.operands(operands);
        let truths: BooleanArray = (0..height).map(|row| compute(&operands, row)).collect();
        Values { array: Arc::new(truths), is_constant }
    }
}
