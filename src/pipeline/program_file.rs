//! Reads a program file (docs/spec.md 4, 5, 7) and puts its sections together.
//!
//! Invariant: a program that leaves here keeps all conditions that the kernel's `Program` states.

use super::fault::{Fault, Faults, Refused};
use super::lint::Lint;
use super::walk::Section;
use super::{amounts, dates, emails, history, overlaps, rules, source};
use crate::emails::settings::Settings;
use crate::kernel::currency::Currency;
use crate::kernel::program::{
    ClawbackTerms, Expiry, Program, Reach, RedemptionOrder, RedemptionSource, RedemptionTerms, RefundSource, Rule,
};
use crate::kernel::time::{LocalCalendar, LocalDate};
use std::path::{Path, PathBuf};
use toml::de::DeTable;

const KEYS: &[&str] =
    &["program", "expiry", "rule", "redemption", "refunds", "clawback", "debt", "refund_credit", "identity", "emails"];
const PROGRAM_KEYS: &[&str] = &["name", "currency", "timezone", "earn_on_credit", "switch"];

/// A program that may run, with the text it was read from.
#[derive(Clone, Debug)]
pub struct ProgramFile {
    /// The rules, as the kernel takes them.
    pub program: Program,
    /// Which emails are sent: the `[emails]` section.
    pub emails: Settings,
    /// Legal things that are probably not meant.
    pub warnings: Vec<Fault>,
    /// The path of the program file, as it was opened or a book has kept it.
    pub path: PathBuf,
    /// The text of the program file, without a byte order mark.
    pub text: String,
    /// SHA-256 of the text, in hex.
    pub digest: String,
}

/// Reads a program from its text. `path` names it in messages, and its relative paths start there.
///
/// # Errors
/// All faults of the text.
pub fn parse_program(text: String, path: &Path) -> Result<ProgramFile, Refused> {
    let faults = Faults::new(path, &text);
    let document = source::parse(&faults);
    let read = document.as_ref().and_then(|document| {
        let root = Section::root(document, "a program", KEYS, &faults);
        read(&root, path)
    });
    match (read, faults.into_sorted()) {
        (Some((program, emails, warnings)), faults) if faults.is_empty() => {
            let digest = source::digest(&text);
            Ok(ProgramFile { program, emails, warnings, path: path.to_path_buf(), digest, text })
        }
        (_, faults) => Err(Refused { faults }),
    }
}

/// Returns the name of a program that was read before, from its text and the path it was read from; `None` where the
/// text is no TOML. Nothing else of the program is looked at: this version may refuse it.
pub fn program_name(text: &str, path: &Path) -> Option<String> {
    let document = DeTable::parse(text).ok()?.into_inner();
    let name = document.get("program").and_then(|program| program.get_ref().get("name")?.get_ref().as_str());
    Some(name.map_or_else(|| stem(path), str::to_owned))
}

fn read(root: &Section<'_>, path: &Path) -> Option<(Program, Settings, Vec<Fault>)> {
    let general = root
        .require("program", "begin with `[program]`, its `currency` and its `timezone`")
        .and_then(|value| value.section("[program]", PROGRAM_KEYS));
    let name = general.and_then(|table| table.get("name")).and_then(|value| value.text());
    let currency = general.and_then(|table| table.require("currency", "write `currency = \"USD\"`"));
    let currency = currency.and_then(amounts::currency);
    // With an unknown zone the rest is still checked, in UTC.
    let zone = general.and_then(|table| table.require("timezone", "write `timezone = \"America/New_York\"`"));
    let zone = LocalCalendar::new(zone.and_then(dates::time_zone).unwrap_or(chrono_tz::UTC));
    let earn_on_credit = general.and_then(|table| table.get("earn_on_credit")).and_then(|value| value.flag());
    let switches = general.map_or_else(Vec::new, |table| history::switches(&table, &zone));
    let shared_expiry = history::shared_expiry(root, &zone);
    let (rules_at, rules) = read_rules(root, currency, &zone);
    let debt = root.section("debt", "[debt]", &["carry"]);
    let identity = root.section("identity", "[identity]", &["link_guests"]);
    let emails = emails::read(root, &source::folder(path));
    let refund_credit = root.section("refund_credit", "[refund_credit]", &["expiry"]);
    let lint = Lint { root, rules_at: &rules_at, switches: &switches, shared_expiry: &shared_expiry };
    let program = Program {
        name: name.map_or_else(|| stem(path), str::to_owned),
        redemption: redemption(root),
        refunds_from: refunds_from(root),
        clawback: clawback(root, &zone),
        carry_debt: debt.get("carry").and_then(|value| value.flag()).unwrap_or(false),
        refund_credit_expiry: refund_credit.get("expiry").and_then(dates::expiry).unwrap_or(Expiry::Never),
        link_guests: identity.get("link_guests").and_then(|value| value.flag()).unwrap_or(true),
        switches: switches.iter().map(|(_, switch)| *switch).collect(),
        shared_expiry: shared_expiry.iter().map(|(_, version)| *version).collect(),
        earn_on_credit: earn_on_credit.unwrap_or(false),
        currency: currency?,
        zone,
        rules,
    };
    let warnings = lint.warnings(&program, &emails, path);
    Some((program, emails, warnings))
}

/// Reads the rules, with the place where each is.
fn read_rules(root: &Section<'_>, currency: Option<Currency>, zone: &LocalCalendar) -> (Vec<usize>, Vec<Rule>) {
    let drafts = rules::read(root, currency, zone);
    overlaps::refuse(&drafts, root.faults);
    drafts.into_iter().filter_map(|draft| Some((draft.at, draft.into_rule()?))).unzip()
}

fn redemption(root: &Section<'_>) -> RedemptionTerms {
    let table = root.section("redemption", "[redemption]", &["from", "order", "restore_on_cancel"]);
    let from = table.get("from").and_then(|value| {
        value.choice(&[("redemptions", RedemptionSource::Redemptions), ("orders", RedemptionSource::Orders)])
    });
    let order = table.get("order").and_then(|value| {
        value.choice(&[("soonest_expiry", RedemptionOrder::SoonestExpiry), ("oldest", RedemptionOrder::Oldest)])
    });
    RedemptionTerms {
        from: from.unwrap_or(RedemptionSource::Redemptions),
        order: order.unwrap_or(RedemptionOrder::SoonestExpiry),
        restore_on_cancel: table.get("restore_on_cancel").and_then(|value| value.flag()).unwrap_or(true),
    }
}

fn refunds_from(root: &Section<'_>) -> RefundSource {
    let table = root.section("refunds", "[refunds]", &["from"]);
    let words = [("refunds", RefundSource::Refunds), ("orders", RefundSource::Orders), ("both", RefundSource::Both)];
    table.get("from").and_then(|value| value.choice(&words)).unwrap_or(RefundSource::Refunds)
}

fn clawback(root: &Section<'_>, zone: &LocalCalendar) -> ClawbackTerms {
    let table = root.section("clawback", "[clawback]", &["from", "reach", "on_store_credit"]);
    let from = table.get("from").and_then(|value| dates::instant(value, zone)).map(|dated| dated.at);
    let reach = table.get("reach").and_then(|value| value.choice(&[("account", Reach::Account), ("lot", Reach::Lot)]));
    let default_from = LocalDate::from_ymd(2023, 8, 9).expect("a day of the calendar");
    ClawbackTerms {
        from: from.unwrap_or_else(|| zone.start_of(default_from)),
        reach: reach.unwrap_or(Reach::Account),
        on_store_credit: table.get("on_store_credit").and_then(|value| value.flag()).unwrap_or(false),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
