//! The options of a platform, as an input gives them and as expressions have them.

use super::super::nearest::did_you_mean;
use super::super::walk::Section;
use super::description::{Description, OptionValue, option_value};
use std::collections::BTreeMap;

/// Returns what options stand for where an input gives none.
pub(super) fn defaults(description: &Description) -> BTreeMap<String, String> {
    description.options.iter().map(|option| (option.name.clone(), as_sql(&option.default))).collect()
}

/// Returns what options stand for in the mappings of an input.
pub(super) fn of_input(input: &Section<'_>, description: &Description) -> BTreeMap<String, String> {
    let mut options = defaults(description);
    let given = input.get("options").and_then(|value| value.table("`options`"));
    for value in given.map_or_else(Vec::new, |given| given.entries()) {
        let Some(option) = description.options.iter().find(|option| option.name == value.key) else {
            let known: Vec<&str> = description.options.iter().map(|option| option.name.as_str()).collect();
            value.misplaced(format!("the platform has no option `{}`", value.key), did_you_mean(value.key, &known));
            continue;
        };
        let Some(given) = option_value(value) else { continue };
        if std::mem::discriminant(&given) != std::mem::discriminant(&option.default) {
            let like = as_toml(&option.default);
            value.fault_with(format!("`{}` is {}", value.key, value.written()), format!("write it like `{like}`"));
            continue;
        }
        options.insert(option.name.clone(), as_sql(&given));
    }
    options
}

/// Writes a value as expressions have it; an empty list is an empty text, which nothing equals.
fn as_sql(value: &OptionValue) -> String {
    let quoted = |text: &String| format!("'{}'", text.replace('\'', "''"));
    match value {
        OptionValue::Truth(truth) => truth.to_string(),
        OptionValue::Text(text) => quoted(text),
        OptionValue::Texts(texts) if texts.is_empty() => "''".to_owned(),
        OptionValue::Texts(texts) => texts.iter().map(quoted).collect::<Vec<_>>().join(", "),
    }
}

/// Writes a value as an input has it.
pub(crate) fn as_toml(value: &OptionValue) -> String {
    match value {
        OptionValue::Truth(truth) => truth.to_string(),
        OptionValue::Text(text) => format!("{text:?}"),
        OptionValue::Texts(texts) => format!("{texts:?}"),
    }
}
