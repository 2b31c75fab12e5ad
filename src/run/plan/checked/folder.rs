//! Checks the files of a plan: they must be exactly those that a run writes, and as long as the summary counts.

use super::super::super::book_session::file_name;
use super::super::format::{FOLDER, PLAN, REPORT, TABLES};
use super::expected::expect;
use super::unpacked::Unpacked;
use crate::book::{EMAILS, TableName};
use crate::facts::FactKind;
use crate::output::TableFormat;
use crate::output::lists::{EXCEPTIONS, REJECTS, reasons};
use crate::reports::plan::PlanReport;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Checks that a plan has the members of a run and no others; returns the format of its tables.
pub(crate) fn members(found: &BTreeSet<String>, report: &PlanReport) -> Result<TableFormat, String> {
    let balances = |format: &TableFormat| found.contains(&format!("{FOLDER}balances.{}", format.ending()));
    let format = TableFormat::ALL.into_iter().find(balances).ok_or("its balances are missing")?;
    let shown = ["ledger", "balances"].map(|table| format!("{table}.{}", format.ending()));
    // A book takes the ledger in Parquet, whatever format was asked for.
    let lists = ["ledger.parquet", EMAILS, "rejects.csv", "exceptions.csv", "summary.json"].map(str::to_owned);
    let folder = shown.into_iter().chain(lists).map(|name| format!("{FOLDER}{name}"));
    let is_new = |kind: &FactKind| report.new_facts.get(kind.name()).is_some_and(|&count| count > 0);
    let tables = FactKind::ALL.into_iter().filter(is_new).map(TableName::Facts).chain([TableName::Emails]);
    let tables = tables.map(|table| format!("{TABLES}{}", file_name(table.name())));
    let wanted: BTreeSet<String> = [PLAN, REPORT].map(str::to_owned).into_iter().chain(folder).chain(tables).collect();
    if let Some(missing) = wanted.difference(found).next() {
        return Err(format!("{missing} is missing"));
    }
    match found.difference(&wanted).next() {
        None => Ok(format),
        Some(other) => Err(format!("such a plan has no member {other:?}")),
    }
}

/// Checks rejects and exceptions against the summary.
pub(crate) fn lists(summary: &Value, unpacked: &Unpacked<'_>) -> Result<(), String> {
    for (name, columns, stated) in
        [("rejects.csv", &REJECTS[..], "rejects"), ("exceptions.csv", &EXCEPTIONS[..], "exceptions")]
    {
        let stated = &summary[stated];
        let found = reasons(&unpacked.folder.join(name), columns).map_err(|what| format!("{name}: {what}"))?;
        let by_reason = stated["by_reason"].as_object().into_iter().flatten();
        let by_reason: BTreeMap<String, u64> =
            by_reason.map(|(reason, count)| (reason.clone(), count.as_u64().unwrap_or_default())).collect();
        expect(
            &format!("the number of lines in {name}"),
            found.values().sum(),
            stated["count"].as_u64().unwrap_or_default(),
        )?;
        expect(&format!("the reasons in {name}"), found, by_reason)?;
    }
    Ok(())
}
