//! How reports show credit: the `[report]` section of a pipeline (docs/liability.md).

use super::walk::{Section, Value};
use crate::kernel::entry::Method;

/// The greatest number of characters of the name of a class.
const LONGEST: usize = 24;

/// Returns the classes that are set, by method.
pub(super) fn read(root: &Section<'_>) -> Vec<(Method, String)> {
    let methods = Method::ALL.into_iter().filter(|method| *method != Method::Owed);
    let names: Vec<&str> = methods.clone().map(Method::name).collect();
    let classes = root.section("report", "[report]", &["classes"]).section("classes", "[report.classes]", &names);
    methods.filter_map(|method| Some((method, class(classes.get(method.name())?)?))).collect()
}

fn class(value: Value<'_>) -> Option<String> {
    let name = value.text()?;
    let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
    if name == "debt" {
        value.fault_with("`debt` is the class of what people owe", "give the credit another class");
        return None;
    }
    if name.len() > LONGEST || !name.chars().all(is_plain) {
        let what = format!("`{name}` is no name of a class");
        value.fault_with(what, format!("write at most {LONGEST} small letters, digits and `_`, such as `promotion`"));
        return None;
    }
    Some(name.to_owned())
}
