//! Converts JSON to Arrow and back: an action of a log as a row of nested columns.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, ListArray, MapArray, StringArray, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, FieldRef, Fields, Int32Type, Int64Type};
use serde_json::Value;
use std::sync::Arc;

/// Returns JSON objects as rows of these columns. A member that an object does not have is null in its row.
///
/// # Panics
/// Where a column has a type that no action has.
pub(super) fn to_rows(fields: &Fields, objects: &[Option<&Value>]) -> StructArray {
    let child = |field: &FieldRef| {
        let values: Vec<_> = objects.iter().map(|object| member(*object, field.name())).collect();
        to_array(field.data_type(), &values)
    };
    let nulls = NullBuffer::from_iter(objects.iter().map(Option::is_some));
    StructArray::new(fields.clone(), fields.iter().map(child).collect(), Some(nulls))
}

/// Returns a value of an array as JSON; null where its type is one that no action has.
pub(super) fn to_value(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            Value::Object(columns.map(|(field, column)| (field.name().clone(), to_value(column, row))).collect())
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|item| to_value(&items, item)).collect()
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let key = |entry| to_value(entries.column(0), entry).as_str().unwrap_or_default().to_owned();
            Value::Object((0..entries.len()).map(|entry| (key(entry), to_value(entries.column(1), entry))).collect())
        }
        _ => Value::Null,
    }
}

fn to_array(data_type: &DataType, values: &[Option<&Value>]) -> ArrayRef {
    let numbers = || values.iter().map(|value| value.and_then(Value::as_i64));
    match data_type {
        DataType::Utf8 => Arc::new(values.iter().map(|value| value.and_then(Value::as_str)).collect::<StringArray>()),
        DataType::Int32 => {
            let narrow = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
            Arc::new(numbers().map(narrow).collect::<Int32Array>())
        }
        DataType::Int64 => Arc::new(numbers().collect::<Int64Array>()),
        DataType::Boolean => {
            Arc::new(values.iter().map(|value| value.and_then(Value::as_bool)).collect::<BooleanArray>())
        }
        DataType::Struct(fields) => Arc::new(to_rows(fields, values)),
        DataType::List(item) => Arc::new(to_lists(item, values)),
        DataType::Map(entry, _) => Arc::new(to_maps(entry, values)),
        other => unreachable!("no line of a log has {other}"),
    }
}

fn to_lists(item: &FieldRef, values: &[Option<&Value>]) -> ListArray {
    let lists: Vec<_> = values.iter().map(|value| value.and_then(Value::as_array)).collect();
    let offsets = OffsetBuffer::from_lengths(lists.iter().map(|list| list.map_or(0, Vec::len)));
    let items: Vec<_> = lists.iter().copied().flatten().flatten().map(Some).collect();
    let nulls = NullBuffer::from_iter(lists.iter().map(Option::is_some));
    ListArray::new(item.clone(), offsets, to_array(item.data_type(), &items), Some(nulls))
}

fn to_maps(entry: &FieldRef, values: &[Option<&Value>]) -> MapArray {
    let DataType::Struct(key_and_value) = entry.data_type() else { unreachable!("a map has entries") };
    let maps: Vec<_> = values.iter().map(|value| value.and_then(Value::as_object)).collect();
    let offsets = OffsetBuffer::from_lengths(maps.iter().map(|map| map.map_or(0, serde_json::Map::len)));
    let entries = || maps.iter().copied().flatten().flatten();
    let keys = StringArray::from_iter_values(entries().map(|(key, _)| key));
    let values: Vec<_> = entries().map(|(_, value)| Some(value)).collect();
    let columns = vec![Arc::new(keys) as ArrayRef, to_array(key_and_value[1].data_type(), &values)];
    let nulls = NullBuffer::from_iter(maps.iter().map(Option::is_some));
    MapArray::new(entry.clone(), offsets, StructArray::new(key_and_value.clone(), columns, None), Some(nulls), false)
}

fn member<'v>(object: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    object?.get(name).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::Field;
    use serde_json::json;

    #[test]
    fn nested_values_come_back_as_they_were() {
        let item = Arc::new(Field::new("element", DataType::Utf8, false));
        let entry = [Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Utf8, true)];
        let entry = Arc::new(Field::new("key_value", DataType::Struct(Fields::from(entry.to_vec())), false));
        let inner = [Field::new("yes", DataType::Boolean, false), Field::new("number", DataType::Int64, true)];
        let fields = Fields::from(vec![
            Field::new("text", DataType::Utf8, true),
            Field::new("list", DataType::List(item), true),
            Field::new("map", DataType::Map(entry, false), true),
            Field::new("inner", DataType::Struct(Fields::from(inner.to_vec())), true),
        ]);
        let objects = [
            json!({"text": "a", "list": ["x", "y"], "map": {}, "inner": {"yes": true, "number": 7}}),
            json!({"text": null, "list": null, "map": {"k": "v", "n": null}, "inner": null}),
            json!({"text": "", "list": [], "map": null, "inner": {"yes": false, "number": null}}),
        ];
        let rows = to_rows(&fields, &objects.iter().map(Some).collect::<Vec<_>>());
        for (row, object) in objects.iter().enumerate() {
            assert_eq!(to_value(&rows, row), *object);
        }
    }
}
