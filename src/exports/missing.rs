//! Lists the kinds of facts that no file has, and where in the platform such an export is made.

use super::facts::FactsOfFiles;
use super::found::{Export, Use};
use super::known::Known;
use crate::facts::FactKind;
use crate::pipeline::platform::BuiltIn;

/// A kind of facts that no file has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) kind: FactKind,
    /// What cannot be known without it.
    pub(crate) without: &'static str,
    /// Where in a platform such files are made; none where it has no such file.
    pub(crate) exports: Vec<String>,
}

/// Returns the kinds of facts that no file has; `read` are the facts of the files.
pub(crate) fn missing(exports: &[Export], known: &Known, read: &FactsOfFiles) -> Vec<Missing> {
    let uses: Vec<&Use> = exports.iter().flat_map(Export::uses).collect();
    let kinds = FactKind::ALL.into_iter().filter(|kind| uses.iter().all(|found| found.kind != *kind));
    let missing = |kind| Missing { kind, without: without(kind, read), exports: makers(kind, exports, known) };
    kinds.map(missing).collect()
}

fn without(kind: FactKind, read: &FactsOfFiles) -> &'static str {
    match kind {
        FactKind::Orders => "without orders nothing is earned but by registering",
        FactKind::Registrations => {
            "without registrations nobody earns for registering, and mails have neither name nor language"
        }
        FactKind::Refunds if read.orders_fill("refunded_amount") => {
            "without refunds it is known how much of each order was refunded, and not when: the orders say it without a date"
        }
        FactKind::Refunds => "without refunds nothing is reclaimed, but of cancelled orders",
        FactKind::Redemptions if read.orders_fill("credit_amount") => {
            "without redemptions only orders say what was paid with credit"
        }
        FactKind::Redemptions => "without redemptions all credit is still there: no file says that any was spent",
        FactKind::Adjustments => "without adjustments everybody begins with nothing: they are the opening balances",
    }
}

/// Returns where the platforms of the files have such an export, those that they name first before others: of the
/// confirmed variants, else of all.
fn makers(kind: FactKind, exports: &[Export], known: &Known) -> Vec<String> {
    let mut platforms: Vec<BuiltIn> = exports.iter().filter_map(Export::platform).collect();
    platforms.sort_by_key(|own| own.name);
    platforms.dedup_by_key(|own| own.name);
    let mut found: Vec<String> = Vec::new();
    for platform in platforms {
        let Some(known) = known.of(platform, kind) else { continue };
        let is_confirmed = known.variants.iter().any(|described| !described.variant.is_unconfirmed);
        let wanted = known.variants.iter().filter(|described| !is_confirmed || !described.variant.is_unconfirmed);
        for export in wanted.filter_map(|described| described.export.as_ref()) {
            if !found.contains(export) {
                found.push(export.clone());
            }
        }
    }
    found
}
