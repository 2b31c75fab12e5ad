//! Writes the schema of a table as the Delta protocol wants it in the log.

use accrue_output::columns::{Field, Holds};
use serde_json::{Value, json};

/// Returns the schema of these columns, with the protocol's names of types.
pub(crate) fn schema(fields: &[Field]) -> Value {
    let column = |field: &Field| json!({"name": field.name, "type": type_name(field.holds), "nullable": field.nullable, "metadata": {}});
    json!({"type": "struct", "fields": fields.iter().map(column).collect::<Vec<_>>()})
}

fn type_name(holds: Holds) -> &'static str {
    match holds {
        Holds::Text => "string",
        Holds::Amount => "decimal(18,4)",
        Holds::Time => "timestamp",
        Holds::Long => "long",
        Holds::Flag => "boolean",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_spelled_as_the_protocol_has_them() {
        let fields = [Field::new("id", Holds::Text), Field::new("amount", Holds::Amount).or_null()];
        let expected = r#"{"type":"struct","fields":[{"name":"id","type":"string","nullable":false,"metadata":{}},{"name":"amount","type":"decimal(18,4)","nullable":true,"metadata":{}}]}"#;
        assert_eq!(schema(&fields).to_string(), expected);
    }
}
