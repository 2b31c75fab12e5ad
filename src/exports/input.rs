//! An `[[input]]` that `accrue init` is going to write, for one file or pattern.

use crate::facts::FactKind;
use crate::pipeline::platform::{BuiltIn, OptionValue, as_toml};
use crate::sources::input::{CsvOptions, Format, Separator};
use crate::sources::readers::{Form, format_of};
use std::fmt::Write;
use std::path::Path;

/// What an `[[input]]` says.
#[derive(Clone)]
pub(crate) struct PlannedInput {
    pub(crate) kind: FactKind,
    /// A file or a pattern, from the pipeline's folder.
    pub(crate) path: String,
    /// Whether it is the folder of a Delta table.
    pub(crate) is_folder: bool,
    /// `None`: the canonical columns.
    pub(crate) platform: Option<BuiltIn>,
    /// How its files are written.
    pub(crate) form: Form,
    /// Options of the platform.
    pub(crate) options: Vec<(String, OptionValue)>,
}

impl PlannedInput {
    /// Writes it as a pipeline has it.
    pub(crate) fn to_toml(&self) -> String {
        let mut text = format!("[[input]]\nkind = \"{}\"\npath = {}\n", self.kind.name(), quoted(&self.path));
        if let Some(platform) = self.platform {
            let _ = writeln!(text, "platform = \"{}\"", platform.name);
        }
        // The format of a table of a lake is known: its folder has no ending.
        let is_told = format_of(Path::new(&self.path)) == Some(self.form.format) || self.is_folder;
        if !is_told {
            let _ = writeln!(text, "format = \"{}\"", self.form.format.key());
        }
        let csv = csv(&self.form.csv);
        if self.form.format == Format::Csv && !csv.is_empty() {
            let _ = writeln!(text, "csv = {{ {} }}", csv.join(", "));
        }
        if let Some(sheet) = &self.form.sheet {
            let _ = writeln!(text, "sheet = {}", quoted(sheet));
        }
        for (name, value) in &self.options {
            let _ = writeln!(text, "options.{name} = {}", as_toml(value));
        }
        text
    }
}

/// Returns what CSV files have otherwise than usual.
fn csv(own: &CsvOptions) -> Vec<String> {
    let usual = CsvOptions::default();
    let mut options = Vec::new();
    if let (true, Separator::Byte(byte)) = (own.separator != usual.separator, own.separator) {
        options.push(format!("separator = {}", quoted(&char::from(byte).to_string())));
    }
    if own.encoding != usual.encoding {
        options.push(format!("encoding = \"{}\"", own.encoding.name().to_lowercase()));
    }
    if own.decimal != usual.decimal {
        options.push(format!("decimal = \"{}\"", char::from(own.decimal)));
    }
    if own.skip_lines != usual.skip_lines {
        options.push(format!("skip_lines = {}", own.skip_lines));
    }
    options
}

/// Writes a text as TOML has it, whose escapes are those of JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
