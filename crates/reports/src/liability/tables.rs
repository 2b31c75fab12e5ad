//! The tables of what is left at the end of the last period.

use super::classes::Classes;
use super::largest::Largest;
use super::parts::{Part, Parts};
use super::standing::{AGES, Standing};
use super::table::{Cell, Column, Row, Table};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::Method;
use accrue_kernel::money::WideAmount;

const OUTSTANDING: &[Column] = &[
    Column::text("currency"),
    Column::text("class"),
    Column::text("method"),
    Column::text("rule").or_nothing(),
    Column::amount("granted"),
    Column::amount("remaining"),
    Column::count("lots"),
    Column::count("people"),
];

const AGEING: &[Column] = &[
    Column::text("currency"),
    Column::text("class"),
    Column::text("bucket"),
    Column::amount("remaining"),
    Column::count("lots"),
    Column::count("people"),
];

const EXPIRING: &[Column] = &[
    Column::text("currency"),
    Column::text("class"),
    Column::text("expiry_month"),
    Column::amount("remaining"),
    Column::count("lots"),
    Column::count("people"),
];

const LARGEST: &[Column] = &[
    Column::text("currency"),
    Column::text("customer_id").or_nothing(),
    Column::count("people"),
    Column::amount("balance"),
    Column::amount("owed"),
    Column::text("share"),
    Column::time("next_expires_at").or_nothing(),
    Column::amount("next_expiring").or_nothing(),
];

/// The names of the groups of ages.
const BUCKETS: [&str; AGES.len() + 1] = ["0-30", "31-90", "91-180", "181-365", "1-2 y", "2-3 y", "3-5 y", "over 5 y"];

/// Returns the table of what is left, by class, method and rule.
pub(super) fn outstanding(standing: &Standing<String>, classes: &Classes) -> Table {
    let mut parts: Vec<_> = standing.outstanding.iter().collect();
    parts.sort_by_key(|((currency, method, rule), _)| (currency.code(), classes.place(*method), *method, rule));
    let row = |((currency, method, rule), part): (&(Currency, Method, Option<String>), &Part)| {
        let keys = [Cell::text(currency), Cell::text(classes.of(*method)), Cell::text(method.name())];
        let rule = rule.as_ref().map_or(Cell::Nothing, Cell::text);
        let granted = Cell::Amount(part.granted);
        Row { currency: *currency, cells: keys.into_iter().chain([rule, granted]).chain(left(part)).collect() }
    };
    Table { name: "outstanding", columns: OUTSTANDING, rows: parts.into_iter().map(row).collect() }
}

/// Returns the table of credit by class and by the age of lots, or of their owners' last activity.
pub(super) fn ageing(name: &'static str, parts: &Parts<(Currency, usize, usize)>, classes: &Classes) -> Table {
    by_class(name, AGEING, parts, classes, |&bucket| BUCKETS[bucket].to_owned())
}

/// Returns the table of credit by class and by the month of its last day.
pub(super) fn expiring(standing: &Standing<String>, classes: &Classes) -> Table {
    by_class("expiring", EXPIRING, &standing.expiring, classes, |(_, month)| match month {
        Some((year, month)) => format!("{year:04}-{month:02}"),
        None => "never".to_owned(),
    })
}

/// Returns the people with the most credit, and after those of each currency a row for all others.
pub(super) fn largest(largest: &Largest) -> Table {
    let mut currencies: Vec<_> = largest.0.iter().collect();
    currencies.sort_by_key(|(currency, _)| currency.code());
    let mut rows = Vec::new();
    for (&currency, all) in currencies {
        let (mut people, mut credit, mut owed) = (all.people, all.credit, all.owed);
        for own in &all.first {
            people -= 1;
            credit = credit - own.credit;
            owed = owed - own.owed;
            let next = own.next.map_or([Cell::Nothing, Cell::Nothing], |(at, sum)| [Cell::Time(at), Cell::Amount(sum)]);
            let id = Cell::text(&own.customer_id);
            rows.push(holder(currency, id, 1, [own.credit, own.owed, all.credit], next));
        }
        if people > 0 {
            let amounts = [credit, owed, all.credit];
            rows.push(holder(currency, Cell::Nothing, people, amounts, [Cell::Nothing, Cell::Nothing]));
        }
    }
    Table { name: "largest", columns: LARGEST, rows }
}

fn holder(
    currency: Currency,
    id: Cell,
    people: u64,
    [credit, owed, all]: [WideAmount; 3],
    [next_at, next]: [Cell; 2],
) -> Row {
    let cells = vec![
        Cell::text(currency),
        id,
        Cell::Count(people),
        Cell::Amount(credit),
        Cell::Amount(owed),
        Cell::text(percent(credit, all)),
        next_at,
        next,
    ];
    Row { currency, cells }
}

/// Returns a share in percent with two decimals, rounded towards zero.
fn percent(part: WideAmount, all: WideAmount) -> String {
    let hundredths = if all.is_zero() { 0 } else { part.minor() * 10_000 / all.minor() };
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

fn by_class<K: Ord>(
    name: &'static str,
    columns: &'static [Column],
    parts: &Parts<(Currency, usize, K)>,
    classes: &Classes,
    label: impl Fn(&K) -> String,
) -> Table {
    let mut parts: Vec<_> = parts.iter().collect();
    // A stable sort: within a currency the parts are in order.
    parts.sort_by_key(|((currency, _, _), _)| currency.code());
    let row = |((currency, class, key), part): (&(Currency, usize, K), &Part)| {
        let keys = [Cell::text(currency), Cell::text(classes.at(*class)), Cell::Text(label(key))];
        Row { currency: *currency, cells: keys.into_iter().chain(left(part)).collect() }
    };
    Table { name, columns, rows: parts.into_iter().map(row).collect() }
}

fn left(part: &Part) -> [Cell; 3] {
    [Cell::Amount(part.remaining), Cell::Count(part.lots), Cell::Count(part.people)]
}
