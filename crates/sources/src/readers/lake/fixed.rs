//! A column with one value for all rows of a file, from a folder's name or the log of a table.

use crate::error::FileFault;
use arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array};
use arrow::compute::{cast, take as take_rows};
use arrow::datatypes::DataType;
use std::sync::Arc;

/// What a folder's value is where the column is null.
pub(super) const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// A column with one value for all rows of a file.
#[derive(Clone, Debug)]
pub struct FixedColumn {
    /// Its name, as [`Wanted::columns`](crate::readers::Wanted::columns) has it.
    pub name: String,
    /// Its value alone.
    value: ArrayRef,
    pub(super) told_by: ToldBy,
}

/// Where the value comes from, and what happens to a column of the file with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToldBy {
    /// The folder's name: the file must not contradict it.
    Folder,
    /// The table's log: it alone counts.
    Log,
    /// The table's schema: the file's column counts.
    Schema,
}

impl FixedColumn {
    pub(crate) fn of_folder(name: String, value: Option<&str>) -> FixedColumn {
        FixedColumn { name, value: Arc::new(StringArray::from(vec![value])), told_by: ToldBy::Folder }
    }

    pub(crate) fn of_log(name: &str, value: ArrayRef) -> FixedColumn {
        FixedColumn { name: name.to_owned(), value, told_by: ToldBy::Log }
    }

    pub(crate) fn where_absent(name: &str, value: ArrayRef) -> FixedColumn {
        FixedColumn { name: name.to_owned(), value, told_by: ToldBy::Schema }
    }

    /// Returns name and value where these come from the file's folders or the table's log.
    pub fn told(&self) -> Option<String> {
        (self.told_by != ToldBy::Schema).then(|| format!("{:?}={:?}", self.name, self.text()))
    }

    fn text(&self) -> Option<String> {
        let texts = cast(&self.value, &DataType::Utf8).expect("a plain value has a text");
        texts.as_string::<i32>().iter().next().flatten().map(str::to_owned)
    }

    /// Returns the value so many times.
    pub(super) fn rows(&self, count: usize) -> ArrayRef {
        take_rows(&self.value, &UInt32Array::from(vec![0; count]), None).expect("a value of its own array")
    }

    /// Returns the column for rows of which the file has `own`.
    pub(super) fn beside(&self, own: &ArrayRef, places: &[u64]) -> Result<ArrayRef, FileFault> {
        let text = self.text();
        let texts = cast(own, &DataType::Utf8)?;
        let odd = texts.as_string::<i32>().iter().zip(places).find_map(|(own, place)| {
            let own = own.map(str::trim).filter(|own| !own.is_empty())?;
            (!text.as_deref().is_some_and(|text| is_same(own, text))).then(|| (own.to_owned(), *place))
        });
        match odd {
            Some((own, place)) => {
                let column = self.name.clone();
                Err(FileFault::FolderContradicted {
                    column,
                    place,
                    own,
                    folder: text.unwrap_or_else(|| NULL.to_owned()),
                })
            }
            None if own.null_count() == 0 => Ok(Arc::clone(own)),
            None => {
                let value = cast(&self.value, own.data_type()).ok().filter(|value| !value.is_null(0));
                let value = value.unwrap_or_else(|| Arc::clone(&self.value));
                Ok(FixedColumn { value, ..self.clone() }.rows(own.len()))
            }
        }
    }
}

/// Tells whether two texts are the same, as whole numbers too: `03` is `3`.
fn is_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<i64>().ok();
    one == other.trim() || number(one).is_some_and(|one| number(other.trim()) == Some(one))
}
