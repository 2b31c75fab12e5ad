//! Columns under construction: texts, few-valued labels, nullable times.

use arrow::array::{ArrayRef, Decimal64Array, DictionaryArray, StringArray, TimestampMicrosecondArray, UInt16Array};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, TimeUnit, UInt16Type};
use std::sync::Arc;

/// Returns a field of texts, all different.
pub fn text_field(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

/// Returns a field of texts, few of them different.
pub fn label_field(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8)), nullable)
}

/// Returns a field of instants in UTC, to the microsecond.
pub fn time_field(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), nullable)
}

/// Returns a field of amounts, a decimal(18,4).
pub fn amount_field(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Decimal64(18, 4), nullable)
}

/// Returns a column of amounts, given in ten-thousandths.
pub fn amounts(amounts: Decimal64Array) -> ArrayRef {
    Arc::new(amounts.with_precision_and_scale(18, 4).expect("a decimal(18,4) is one of 64 bits"))
}

/// A column of texts.
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<i32>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { bytes: Vec::new(), ends: vec![0] }
    }
}

impl Texts {
    /// Adds a text made of two parts.
    pub fn push(&mut self, (prefix, text): (&str, &str)) {
        if !prefix.is_empty() {
            self.bytes.extend_from_slice(prefix.as_bytes());
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(i32::try_from(self.bytes.len()).expect("a piece of a table holds less than 2 GiB of texts"));
    }

    pub fn finish(self) -> ArrayRef {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        Arc::new(StringArray::new(offsets, Buffer::from_vec(self.bytes), None))
    }
}

/// A column of few different texts, each row given as the number of its text.
#[derive(Default)]
pub struct Labels {
    keys: Vec<u16>,
    has_nulls: bool,
}

/// Stands for no text; there are never so many labels.
const NO_LABEL: u16 = u16::MAX;

impl Labels {
    pub fn push(&mut self, label: usize) {
        self.keys.push(label as u16);
    }

    pub fn push_optional(&mut self, label: Option<usize>) {
        self.has_nulls |= label.is_none();
        self.keys.push(label.map_or(NO_LABEL, |label| label as u16));
    }

    /// Completes the column; `labels` are the texts by number.
    pub fn finish<'a>(mut self, labels: impl Iterator<Item = &'a str>) -> ArrayRef {
        let nulls = self.has_nulls.then(|| {
            let valid: NullBuffer = self.keys.iter().map(|&key| key != NO_LABEL).collect::<Vec<_>>().into();
            self.keys.iter_mut().filter(|key| **key == NO_LABEL).for_each(|key| *key = 0);
            valid
        });
        let keys = UInt16Array::new(self.keys.into(), nulls);
        Arc::new(DictionaryArray::<UInt16Type>::new(keys, Arc::new(StringArray::from_iter_values(labels))))
    }
}

/// Returns a column of `count` times the same text.
pub fn same_label(label: &str, count: usize) -> ArrayRef {
    let keys = UInt16Array::from(vec![0; count]);
    Arc::new(DictionaryArray::<UInt16Type>::new(keys, Arc::new(StringArray::from(vec![label]))))
}

/// A column of instants, in microseconds, some of them null.
#[derive(Default)]
pub struct Times {
    micros: Vec<i64>,
    valid: Vec<bool>,
}

impl Times {
    pub fn push(&mut self, micros: Option<i64>) {
        self.micros.push(micros.unwrap_or_default());
        self.valid.push(micros.is_some());
    }

    pub fn finish(self) -> ArrayRef {
        let nulls = Some(NullBuffer::from(self.valid)).filter(|nulls| nulls.null_count() > 0);
        Arc::new(TimestampMicrosecondArray::new(self.micros.into(), nulls).with_timezone("UTC"))
    }
}
