//! Values into HTML, by templates that are built in.

use accrue_text::is_hidden;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The templates. Pages extend `base.html`, and take tables and charts from `parts.html`.
const TEMPLATES: [(&str, &str); 4] = [
    ("base.html", include_str!("templates/base.html")),
    ("style.css", include_str!("templates/style.css")),
    ("parts.html", include_str!("templates/parts.html")),
    ("report.html", include_str!("templates/report.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters"));
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("built-in templates are tested");
    }
    environment
});

/// Returns a page. `values` has `lang`, `title`, `skip` (the link to the content) and `stamps` (`name` and `text` each)
/// for `base.html`, and what the template itself needs.
pub(crate) fn written(template: &str, values: &Json) -> String {
    let template = ENVIRONMENT.get_template(template).expect("a built-in template");
    template.render(value(values)).expect("built-in templates are tested")
}

/// Returns a value as templates take it. Texts show what would hide in them.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::from(number.to_string()), Value::from),
        Json::String(text) => Value::from(shown(text).as_ref()),
        Json::Array(items) => items.iter().map(value).collect(),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| (name.clone(), value(field)));
            Value::from(fields.collect::<BTreeMap<String, Value>>())
        }
    }
}

/// Returns a text with an escape for every hidden character that neither breaks a line nor joins letters: Persian and
/// Hindi words and many emoji have joiners.
fn shown(text: &str) -> Cow<'_, str> {
    let is_meant = |char: char| is_hidden(char) && !matches!(char, '\n' | '\u{200c}' | '\u{200d}');
    if !text.contains(is_meant) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_meant(char) { shown.extend(char.escape_default()) } else { shown.push(char) }
    }
    Cow::Owned(shown)
}
