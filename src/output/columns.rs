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
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(i32::try_from(self.bytes.len()).expect("a piece of a table holds less than 2 GiB of texts"));
    }

    pub fn finish(self) -> ArrayRef {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        Arc::new(StringArray::new(offsets, Buffer::from_vec(self.bytes), None))
    }
}

/// A column of few different texts.
#[derive(Default)]
pub struct Labels<'a> {
    labels: Vec<&'a str>,
    keys: Vec<u16>,
    valid: Vec<bool>,
}

impl<'a> Labels<'a> {
    pub fn push(&mut self, label: Option<&'a str>) {
        self.valid.push(label.is_some());
        let key = label.map_or(0, |label| self.key(label));
        self.keys.push(key);
    }

    pub fn finish(self) -> ArrayRef {
        let nulls = Some(NullBuffer::from(self.valid)).filter(|nulls| nulls.null_count() > 0);
        let keys = UInt16Array::new(self.keys.into(), nulls);
        Arc::new(DictionaryArray::<UInt16Type>::new(keys, Arc::new(StringArray::from(self.labels))))
    }

    fn key(&mut self, label: &'a str) -> u16 {
        let known = self.labels.iter().position(|&known| std::ptr::eq(known, label) || known == label);
        let key = known.unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        });
        u16::try_from(key).expect("labels are few")
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
