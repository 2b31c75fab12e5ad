//! Reads the variants of a platform's files of one kind: how each is recognised, and its mapping.

use super::super::walk::Section;
use super::super::{define, fault::Faults, mapping, source, written};
use super::description::{OptionValue, option_value};
use crate::facts::FactKind;
use crate::sources::input::{Input, Mapping, Variant};
use std::path::Path;

/// What a variant has beside the keys of files and of a mapping.
const OWN_KEYS: [&str; 6] = ["name", "export", "list", "needs", "header", "unconfirmed"];

/// A variant, and what people must know to bring such a file along.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    /// How such files are recognised and read.
    pub(crate) variant: Variant,
    /// Where in the platform such a file is made.
    pub(crate) export: Option<String>,
    /// Which list of the facts it is: variants of a kind that differ here have the same facts, perhaps under other ids.
    pub(crate) list: Option<String>,
    /// Options that all inputs of the platform need beside such a file, with their values as TOML.
    pub(crate) needs: Vec<(String, OptionValue)>,
}

/// Reads the `[[variant]]` tables of a file; `of_platform` are the definitions that all files of the platform share.
pub(super) fn read(
    faults: &Faults<'_>,
    kind: FactKind,
    folder: &Path,
    of_platform: &[(String, String)],
) -> Vec<Described> {
    let document = source::parse(faults);
    let Some(document) = &document else { return Vec::new() };
    let root = Section::root(document, "the mappings of a platform", &["define", "variant"], faults);
    if let Some(own) = root.get("define") {
        define::refuse_twice(own, of_platform);
    }
    let shared = [define::shared(&root).as_slice(), of_platform].concat();
    let keys: Vec<&str> = OWN_KEYS.into_iter().chain(written::FILE_KEYS).chain(mapping::KEYS).collect();
    let tables = root.sections("variant", "[[variant]]", &keys);
    let variants: Vec<Described> = tables.iter().filter_map(|table| variant(table, kind, folder, &shared)).collect();
    let mappings = variants.iter().filter_map(|described| described.variant.input.mapping.as_ref());
    let mappings: Vec<&Mapping> = mappings.collect();
    // A faulty expression may be the one that refers to a definition.
    if faults.count() == 0 {
        define::refuse_unused(&root, &mappings);
    }
    variants
}

fn variant(table: &Section<'_>, kind: FactKind, folder: &Path, shared: &[(String, String)]) -> Option<Described> {
    let name = table.require("name", "say what people call the file")?.text()?;
    let header = table.require("header", "name the columns that tell such files from others")?.texts();
    if let Some(own) = table.get("define") {
        define::refuse_twice(own, shared);
    }
    let mapping = Some(mapping::read(table, Some(kind), folder, shared)?);
    let input = Input { kind, mapping, ..written::as_written(table) };
    let is_unconfirmed = table.get("unconfirmed").and_then(|value| value.flag()).unwrap_or(false);
    let variant = Variant { name: name.to_owned(), header, is_unconfirmed, input };
    let text = |key| table.get(key).and_then(|value| value.text()).map(str::to_owned);
    Some(Described { variant, export: text("export"), list: text("list"), needs: needs(table) })
}

fn needs(table: &Section<'_>) -> Vec<(String, OptionValue)> {
    let options = table.get("needs").and_then(|value| value.table("`needs`"));
    let options = options.map_or_else(Vec::new, |options| options.entries());
    options.into_iter().filter_map(|value| Some((value.key.to_owned(), option_value(value)?))).collect()
}
