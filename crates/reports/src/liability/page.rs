//! A report as a page in HTML: the answer, the roll-forward with a chart where there are several periods, and what is
//! left.

use super::by_class::{AMOUNTS, OF_OPENING, Sum, credit_and_debt};
use super::periods::Period;
use super::report::Liability;
use super::rollforward::Line;
use super::table::{Cell, Holds, Row, Table};
use crate::digits::{grouped, grouped_amount};
use crate::page::{self, Bar, Bars, Block, Columns, Measure, Page, Section, Stack, Stamp};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::WideAmount;
use std::collections::BTreeMap;

/// The most rows of a table that are shown.
const SHOWN: usize = 50;

/// The names of the tables of what is left, and their headings.
const LEFT: [(&str, &str); 5] = [
    ("outstanding", "What is left, by method and rule"),
    ("ageing", "What is left, by the days since it was granted"),
    ("ageing_by_activity", "What is left, by the days since its owner's last entry"),
    ("expiring", "What is left, by the month of its last day"),
    ("largest", "The people with the most credit"),
];

/// A number of a column of the chart, and what it is.
type Moved = (&'static str, fn(&Sum) -> WideAmount);

const MOVED: [Moved; 7] = [
    ("corrections", |sum| sum.roll.corrections),
    ("granted", |sum| sum.roll.granted),
    ("restored", |sum| sum.roll.restored),
    ("adjusted", |sum| sum.roll.adjusted_up - sum.roll.adjusted_down),
    ("redeemed", |sum| WideAmount::ZERO - sum.roll.redeemed),
    ("reclaimed", |sum| WideAmount::ZERO - sum.roll.reclaimed),
    ("expired", |sum| WideAmount::ZERO - sum.roll.expired),
];

impl Liability {
    /// Returns the report as a page in HTML.
    pub fn to_html(&self) -> String {
        let mut sections = vec![self.rollforward_section()];
        for (name, heading) in LEFT {
            let Some(table) = self.tables().iter().find(|table| table.name == name) else { continue };
            let mut blocks = Vec::new();
            if name == "expiring" {
                blocks.extend(self.currencies().into_iter().map(|currency| Block::Bars(months(table, currency))));
            }
            blocks.push(Block::Table(shown(table, heading)));
            sections.push(Section { id: table.name, heading: heading.to_owned(), blocks });
        }
        let page =
            Page { title: "Store credit owed".to_owned(), lead: Some(self.lead()), stamps: self.stamps(), sections };
        page.to_html()
    }

    fn stamps(&self) -> Vec<Stamp> {
        let (head, periods) = (&self.head, &self.head.periods);
        let days = format!("{} until the beginning of {}", periods.all()[0].start, periods.last().end);
        let as_of = head.as_of.local().unwrap_or_else(|| head.as_of.at.to_string());
        vec![
            Stamp::new("period", days),
            Stamp::new("time zone", head.timezone),
            Stamp::new("known after", format!("run {} (as of {as_of})", periods.last().run)),
            Stamp::new("opening as reported after", format!("run {}", periods.opening_run())),
        ]
    }

    /// Says what is owed at the end, by currency.
    fn lead(&self) -> String {
        let end = self.head.periods.last();
        let owed = self.currencies().into_iter().filter_map(|currency| {
            let (sums, _) = credit_and_debt(&self.of(end, currency), &self.head.classes);
            Some(format!("{} {currency}", amount(sums.last()?.roll.closing, currency)))
        });
        let owed: Vec<String> = owed.collect();
        let what = if owed.is_empty() { "Nothing".to_owned() } else { owed.join(", ") };
        format!(
            "{what} at the close of the day before {}. Face value; the classes are the shop's own; no accounting advice.",
            end.end
        )
    }

    fn rollforward_section(&self) -> Section {
        let periods = self.head.periods.all();
        let mut blocks = Vec::new();
        for currency in self.currencies() {
            if periods.len() > 1 {
                blocks.push(Block::Columns(self.chart(currency)));
            }
            for period in periods {
                let (credit, debt) = credit_and_debt(&self.of(period, currency), &self.head.classes);
                if !credit.is_empty() {
                    blocks.push(Block::Table(roll(&credit, &format!("{currency}, {}", days(period)), currency)));
                }
                if let Some(debt) = debt {
                    let caption = format!("{currency} owed by people, {}", days(period));
                    blocks.push(Block::Table(roll(&[debt], &caption, currency)));
                }
            }
        }
        blocks.push(Block::text("By method: rollforward.csv. The SQL that computes it again: rollforward.sql."));
        Section { id: "rollforward", heading: "How it came about".to_owned(), blocks }
    }

    /// Returns a column for each period: what came above, what went below.
    fn chart(&self, currency: Currency) -> Columns {
        let stack = |period: &Period| {
            let (credit, _) = credit_and_debt(&self.of(period, currency), &self.head.classes);
            let number = |of: fn(&Sum) -> WideAmount| credit.last().map_or(0, |sum| of(sum).minor());
            Stack { name: period.start.to_string()[..7].to_owned(), numbers: MOVED.map(|(_, of)| number(of)).to_vec() }
        };
        Columns {
            title: format!("What came and went, {currency}"),
            about: "For each period what came above zero and what went below it; credit that repaid debt is not drawn."
                .to_owned(),
            measure: Measure::Amount(currency),
            head: "period".to_owned(),
            series: MOVED.map(|(name, _)| name.to_owned()).to_vec(),
            stacks: self.head.periods.all().iter().map(stack).collect(),
        }
    }

    /// Returns the lines of a period and currency.
    fn of(&self, period: &Period, currency: Currency) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.period == *period && line.currency == currency).collect()
    }
}

fn days(period: &Period) -> String {
    format!("{} until the beginning of {}", period.start, period.end)
}

/// Returns a table with a line for each amount, and a column for each sum.
fn roll(sums: &[Sum], caption: &str, currency: Currency) -> page::Table {
    let columns = [page::Column::text("")].into_iter().chain(sums.iter().map(|sum| page::Column::number(&sum.title)));
    let cells = |name: &str, cell: &dyn Fn(&Sum) -> String| -> Vec<String> {
        std::iter::once(name.to_owned()).chain(sums.iter().map(cell)).collect()
    };
    let mut rows = Vec::new();
    for (name, of) in AMOUNTS {
        let cells = cells(name, &|sum| amount(of(&sum.roll), currency));
        rows.push(if name == "= closing" { page::Row::total(cells) } else { page::Row::of(cells) });
    }
    rows.push(page::Row::of(cells("lots", &|sum| grouped(sum.roll.lots))));
    rows.extend(OF_OPENING.map(|(name, of)| page::Row::of(cells(name, &|sum| amount(of(&sum.roll), currency)))));
    page::Table { caption: caption.to_owned(), columns: columns.collect(), rows, note: None }
}

/// Returns what is left of a currency by the month of its last day.
fn months(table: &Table, currency: Currency) -> Bars {
    let mut months: BTreeMap<&str, i128> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.currency == currency) {
        if let [_, _, Cell::Text(month), Cell::Amount(left), ..] = &row.cells[..] {
            *months.entry(month).or_default() += left.minor();
        }
    }
    Bars {
        title: format!("Last days of credit, {currency}"),
        about: "How much credit has its last day in each month; `never` is what does not expire.".to_owned(),
        measure: Measure::Amount(currency),
        heads: ["month".to_owned(), "credit".to_owned()],
        bars: months.into_iter().map(|(name, number)| Bar { name: name.to_owned(), number }).collect(),
    }
}

/// Returns the first rows of a table.
fn shown(table: &Table, caption: &str) -> page::Table {
    let column = |column: &super::table::Column| match column.holds {
        Holds::Text | Holds::Time => page::Column::text(column.name),
        Holds::Amount | Holds::Count => page::Column::number(column.name),
    };
    let row = |row: &Row| page::Row::of(row.cells.iter().map(|cell| cell.shown(row.currency)));
    let files = format!("{0}.csv, {0}.parquet; the SQL that computes it again: {0}.sql.", table.name);
    let note = match table.rows.len() {
        count if count > SHOWN => format!("The first {SHOWN} of {} rows; all are in {files}", grouped(count as u64)),
        _ => format!("Also as {files}"),
    };
    page::Table {
        caption: caption.to_owned(),
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().take(SHOWN).map(row).collect(),
        note: Some(note),
    }
}

fn amount(amount: WideAmount, currency: Currency) -> String {
    grouped_amount(&amount.display(currency).to_string())
}
