//! A typed walk over a TOML document: every value is asked for by type, every misfit is recorded with its place.
//!
//! A method that returns `None` for a value that is there has recorded why.

use super::fault::{Fault, Faults};
use super::nearest::did_you_mean;
use super::percent;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the document, or one that is absent: then it has no keys.
#[derive(Clone, Copy)]
pub(super) struct Section<'d> {
    table: Option<&'d DeTable<'d>>,
    /// How messages call it, such as `[clawback]`.
    title: &'static str,
    /// Where it begins.
    pub(super) at: usize,
    pub(super) faults: &'d Faults<'d>,
}

/// A value of the document with the key it is under.
#[derive(Clone, Copy)]
pub(super) struct Value<'d> {
    pub(super) key: &'d str,
    /// Where it begins.
    pub(super) at: usize,
    key_at: usize,
    value: &'d Spanned<DeValue<'d>>,
    faults: &'d Faults<'d>,
}

impl<'d> Section<'d> {
    /// Opens a document, refusing keys that are not known.
    pub(super) fn root(
        document: &'d DeTable<'d>,
        title: &'static str,
        known: &[&str],
        faults: &'d Faults<'d>,
    ) -> Section<'d> {
        Section { table: Some(document), title, at: 0, faults }.with_only(known)
    }

    /// Returns the value of a key, if there is one.
    pub(super) fn get(&self, key: &str) -> Option<Value<'d>> {
        let (key, value) = self.table?.get_key_value(key)?;
        Some(self.value(key, value))
    }

    /// Returns the value of a key that must be there.
    pub(super) fn require(&self, key: &str, remedy: &str) -> Option<Value<'d>> {
        let value = self.get(key);
        if value.is_none() {
            self.faults.add_with(self.at, format!("{} has no `{key}`", self.title), remedy);
        }
        value
    }

    /// Returns the values in the order of the file.
    pub(super) fn entries(&self) -> Vec<Value<'d>> {
        let entries = self.table.into_iter().flatten();
        let mut entries: Vec<_> = entries.map(|(key, value)| self.value(key, value)).collect();
        entries.sort_by_key(|entry| entry.key_at);
        entries
    }

    /// Opens the table of a key, empty where it is absent.
    pub(super) fn section(&self, key: &str, title: &'static str, known: &[&str]) -> Section<'d> {
        let found = self.get(key).and_then(|value| value.section(title, known));
        found.unwrap_or(Section { table: None, title, at: self.at, faults: self.faults })
    }

    /// Opens the tables of a key, each written as `[[title]]`.
    pub(super) fn sections(&self, key: &str, title: &'static str, known: &[&str]) -> Vec<Section<'d>> {
        self.get(key).map_or_else(Vec::new, |value| value.sections(title, known))
    }

    fn value(&self, key: &'d Spanned<toml::de::DeString<'d>>, value: &'d Spanned<DeValue<'d>>) -> Value<'d> {
        Value { key: key.get_ref(), at: value.span().start, key_at: key.span().start, value, faults: self.faults }
    }

    fn with_only(self, known: &[&str]) -> Section<'d> {
        for entry in self.entries().iter().filter(|entry| !known.contains(&entry.key)) {
            let what = format!("{} has no key `{}`", self.title, entry.key);
            let remedy = match (known.contains(&"receive"), known.contains(&"reward")) {
                (true, _) if percent::KEYS.contains(&entry.key) => percent::remedy(entry.written()),
                (_, true) if percent::KEYS.contains(&entry.key) => {
                    format!("that is a `reward`: {}", percent::remedy(entry.written()))
                }
                _ => did_you_mean(entry.key, known),
            };
            self.faults.add_with(entry.key_at, what, remedy);
        }
        self
    }
}

impl<'d> Value<'d> {
    /// Returns what `${name}` stands for in the expressions of the file.
    pub(super) fn options(&self) -> &'d BTreeMap<String, String> {
        self.faults.options()
    }

    /// Records the faults of another file that this value names.
    pub(super) fn adopt(&self, faults: Vec<Fault>) {
        self.faults.adopt(faults);
    }

    /// Records that this value is wrong.
    pub(super) fn fault(&self, what: impl Into<String>) {
        self.faults.add(self.at, what);
    }

    /// Records that this value is wrong, and what to do about it.
    pub(super) fn fault_with(&self, what: impl Into<String>, remedy: impl Into<String>) {
        self.faults.add_with(self.at, what, remedy);
    }

    /// Records that this key does not belong here.
    pub(super) fn misplaced(&self, what: impl Into<String>, remedy: impl Into<String>) {
        self.faults.add_with(self.key_at, what, remedy);
    }

    /// Returns the value as the file has it.
    pub(super) fn written(&self) -> &'d str {
        &self.faults.text()[self.value.span()]
    }

    pub(super) fn raw(&self) -> &'d DeValue<'d> {
        self.value.get_ref()
    }

    /// Returns a text that is not blank.
    pub(super) fn text(&self) -> Option<&'d str> {
        match self.raw().as_str() {
            Some(text) if text.trim().is_empty() => self.none(format!("`{}` is empty", self.key)),
            Some(text) => Some(text),
            None => self.misfit("a text in quotes"),
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        self.raw().as_bool().or_else(|| self.misfit("true or false"))
    }

    /// Returns a whole number of at least `least` and at most `most`.
    pub(super) fn count(&self, least: u64, most: u64) -> Option<u64> {
        let Some(number) = self.raw().as_integer() else { return self.misfit("a whole number") };
        let digits = number.as_str().replace('_', "");
        let count = u64::from_str_radix(digits.trim_start_matches('+'), number.radix());
        if let Ok(within) = count
            && (least..=most).contains(&within)
        {
            return Some(within);
        }
        let is_low = digits.starts_with('-') || count.is_ok_and(|count| count < least);
        let bound = if is_low { format!("at least {least}") } else { format!("at most {most}") };
        self.none(format!("`{}` is {}: it must be {bound}", self.key, self.written()))
    }

    /// Returns what one of several words stands for.
    pub(super) fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.fault_with(format!("`{}` cannot be `{text}`", self.key), did_you_mean(text, &known));
        None
    }

    /// Opens the value as a table with these keys.
    pub(super) fn section(&self, title: &'static str, known: &[&str]) -> Option<Section<'d>> {
        self.table(title).map(|section| section.with_only(known))
    }

    /// Opens the value as a table with keys of the user's own.
    pub(super) fn table(&self, title: &'static str) -> Option<Section<'d>> {
        match self.raw() {
            DeValue::Table(table) => Some(Section { table: Some(table), title, at: self.at, faults: self.faults }),
            DeValue::Array(_) if title.starts_with('[') => {
                self.fault_with(format!("`{}` is given several times", self.key), format!("write {title} once"));
                None
            }
            _ => self.misfit("a table"),
        }
    }

    /// Opens the value as a list of tables with these keys.
    pub(super) fn sections(&self, title: &'static str, known: &[&str]) -> Vec<Section<'d>> {
        if self.raw().is_table() {
            self.fault_with(format!("`{}` is one table, not a list of tables", self.key), format!("write `{title}`"));
            return Vec::new();
        }
        self.items().iter().filter_map(|item| item.section(title, known)).collect()
    }

    /// Returns the values of a list, under the list's key.
    pub(super) fn items(&self) -> Vec<Value<'d>> {
        let Some(list) = self.raw().as_array() else {
            self.misfit::<()>("a list in brackets");
            return Vec::new();
        };
        list.iter().map(|item| Value { at: item.span().start, value: item, ..*self }).collect()
    }

    /// Returns a list of texts, none of them twice.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for item in self.items() {
            match item.text() {
                Some(text) if texts.iter().any(|other| other == text) => {
                    item.fault(format!("`{}` has `{text}` twice", self.key));
                }
                Some(text) => texts.push(text.to_owned()),
                None => {}
            }
        }
        texts
    }

    /// Records that the value is of another type than the expected one.
    pub(super) fn misfit<T>(&self, expected: &str) -> Option<T> {
        let found = match self.raw() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.none(format!("`{}` must be {expected}, not {found}", self.key))
    }

    fn none<T>(&self, what: String) -> Option<T> {
        self.fault(what);
        None
    }
}
