//! Ready mappings of platforms' exports, part of the program.
//!
//! Each is a TOML file with a table per kind of fact, holding the keys that an input's own mapping has. They rename,
//! filter and sum; none holds a rule about credit.

use super::csv;
use super::dates;
use super::fault::{Fault, Faults};
use super::mapping;
use super::nearest::{did_you_mean, listed};
use super::source;
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::sources::input::{CsvOptions, Mapping};
use chrono_tz::Tz;
use std::path::{Path, PathBuf};

const KEYS: &[&str] =
    &["csv", "timezone", "types", "aliases", "split", "lookup", "where", "group_by", "having", "columns", "fact"];

/// Every platform: its name and its file's text.
const PLATFORMS: &[(&str, &str)] = &[
    ("magento", include_str!("../../pipelines/platforms/magento.toml")),
    ("shopify", include_str!("../../pipelines/platforms/shopify.toml")),
    ("woocommerce", include_str!("../../pipelines/platforms/woocommerce.toml")),
];

/// How a platform writes one kind of fact.
#[derive(Clone, Debug)]
pub(super) struct Platform {
    pub(super) csv: CsvOptions,
    pub(super) timezone: Option<Tz>,
    pub(super) mapping: Mapping,
}

/// Finds the ready mapping that a value names for a kind of fact.
pub(super) fn find(value: Value<'_>, kind: Option<FactKind>) -> Option<Platform> {
    let name = value.text()?;
    let Some((_, text)) = PLATFORMS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = PLATFORMS.iter().map(|(name, _)| *name).collect();
        value.fault_with(format!("`platform` is not a known one: `{name}`"), did_you_mean(name, &known));
        return None;
    };
    let (ready, _) = load(name, text);
    let kind = kind?;
    let mapped: Vec<&str> = ready.iter().map(|(kind, _)| kind.name()).collect();
    let found = ready.iter().find(|(known, _)| *known == kind).map(|(_, platform)| platform.clone());
    if found.is_none() {
        let what = format!("`{name}` has no ready mapping for {}", kind.name());
        value.fault_with(what, format!("it has one for {}; write `columns` of your own", listed(&mapped)));
    }
    found
}

/// Reads a platform's mappings. The tests keep those that are part of the program without faults.
fn load(name: &str, text: &str) -> (Vec<(FactKind, Platform)>, Vec<Fault>) {
    let path = PathBuf::from(format!("{name}.toml (built in)"));
    let faults = Faults::new(&path, text);
    let document = source::parse(&faults);
    let root = document
        .as_ref()
        .map(|document| Section::root(document, "a platform", &FactKind::ALL.map(FactKind::name), &faults));
    let ready = |kind: FactKind| Some((kind, platform(root?.get(kind.name())?.section("a mapping", KEYS)?, kind)?));
    (FactKind::ALL.into_iter().filter_map(ready).collect(), faults.into_sorted())
}

fn platform(table: Section<'_>, kind: FactKind) -> Option<Platform> {
    Some(Platform {
        csv: csv::read(&table, CsvOptions::default(), None),
        timezone: table.get("timezone").and_then(dates::time_zone),
        mapping: mapping::read(&table, Some(kind), Path::new(""))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_mappings_have_no_faults() {
        let mut ready = Vec::new();
        for (name, text) in PLATFORMS {
            let (platforms, faults) = load(name, text);
            assert_eq!(faults, [], "{name}");
            ready.extend(platforms.iter().map(|(kind, _)| (*name, kind.name())));
        }
        let expected = [
            ("magento", "registrations"),
            ("magento", "refunds"),
            ("shopify", "orders"),
            ("shopify", "refunds"),
            ("woocommerce", "orders"),
            ("woocommerce", "refunds"),
        ];
        assert_eq!(ready, expected);
    }
}
