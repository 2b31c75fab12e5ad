//! Reads `platform.toml`: what a platform is called, what its files cannot tell, and its options.

use super::super::define;
use super::super::fault::{Fault, Faults};
use super::super::source;
use super::super::walk::{Section, Value};
use std::path::Path;

const KEYS: &[&str] = &["title", "cannot_tell", "options", "define", "unread"];
const OPTION_KEYS: &[&str] = &["default", "words"];
const UNREAD_KEYS: &[&str] = &["name", "header", "why"];

/// A platform in words, and its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// What people call it.
    pub(crate) title: String,
    /// What its files cannot tell, a sentence each.
    pub(crate) cannot_tell: Vec<String>,
    /// Its options, in the order of the file.
    pub(crate) options: Vec<OptionOf>,
    /// Files of it that no facts can be made of.
    pub(crate) unread: Vec<Unread>,
}

/// A file of a platform that is known, and of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// What people call it.
    pub(crate) name: String,
    /// Columns that every such file has.
    pub(crate) header: Vec<String>,
    /// Why no facts can be made of it, and what to bring instead.
    pub(crate) why: String,
}

/// An option of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OptionOf {
    /// Its name, as inputs write it.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) words: String,
    /// Its value where an input gives none.
    pub(crate) default: OptionValue,
}

/// A value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OptionValue {
    /// `true` or `false`.
    Truth(bool),
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
}

/// Reads the text of `platform.toml`.
pub(crate) fn read(path: &Path, text: &str) -> (Description, Vec<Fault>) {
    let faults = Faults::new(path, text);
    let document = source::parse(&faults);
    let root = document.as_ref().map(|document| Section::root(document, "a platform", KEYS, &faults));
    let description = root.map_or_else(Description::default, |root| describe(&root));
    (description, faults.into_sorted())
}

/// Reads the definitions of `platform.toml`, which all mappings of the platform may use.
pub(super) fn definitions(faults: &Faults<'_>) -> Vec<(String, String)> {
    let document = source::parse(faults);
    document
        .as_ref()
        .map_or_else(Vec::new, |document| define::shared(&Section::root(document, "a platform", KEYS, faults)))
}

fn describe(root: &Section<'_>) -> Description {
    let options = root.get("options").and_then(|value| value.table("`options`"));
    let options = options.map_or_else(Vec::new, |options| options.entries());
    Description {
        title: root.get("title").and_then(|value| value.text()).unwrap_or_default().to_owned(),
        cannot_tell: root.get("cannot_tell").map_or_else(Vec::new, |value| value.texts()),
        options: options.into_iter().filter_map(option).collect(),
        unread: root.sections("unread", "[[unread]]", UNREAD_KEYS).iter().filter_map(unread).collect(),
    }
}

fn unread(table: &Section<'_>) -> Option<Unread> {
    let name = table.require("name", "say what people call the file")?.text()?.to_owned();
    let header = table.require("header", "name the columns that tell such files from others")?.texts();
    let why = table.require("why", "say why no facts can be made of it")?.text()?.to_owned();
    Some(Unread { name, header, why })
}

fn option(value: Value<'_>) -> Option<OptionOf> {
    let table = value.section("an option", OPTION_KEYS)?;
    let words = table.require("words", "say what the option is for")?.text()?.to_owned();
    let default = table.require("default", "say what counts where an input does not give the option")?;
    Some(OptionOf { name: value.key.to_owned(), words, default: option_value(default)? })
}

/// Reads the value of an option.
pub(super) fn option_value(value: Value<'_>) -> Option<OptionValue> {
    Some(match (value.raw().as_bool(), value.raw().is_array()) {
        (Some(truth), _) => OptionValue::Truth(truth),
        (None, true) => OptionValue::Texts(value.texts()),
        (None, false) => OptionValue::Text(value.text()?.to_owned()),
    })
}
