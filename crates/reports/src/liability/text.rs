//! A report as text for a terminal, at most 100 columns wide.

use super::by_class::{AMOUNTS, OF_OPENING, Sum, credit_and_debt};
use super::periods::Period;
use super::report::Liability;
use super::rollforward::Line;
use super::text_table;
use crate::digits::{grouped, grouped_amount};
use crate::table::short;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::WideAmount;
use accrue_text::visible;

/// The greatest width of a line.
const WIDTH: usize = 100;
/// The width of the names of lines.
const NAMES: usize = 32;
/// The least width of a column of amounts.
const COLUMN: usize = 13;

/// The tables of what is left that are shown, and their titles.
const LEFT: [(&str, &str); 3] = [
    ("outstanding", "what is left, by method and rule"),
    ("ageing", "what is left, by the days since it was granted"),
    ("expiring", "what is left, by the month of its last day"),
];

impl Liability {
    /// Returns the report as text.
    pub fn text(&self) -> String {
        let mut text = self.title();
        for period in self.head.periods.all() {
            let of_period: Vec<&Line> = self.lines.iter().filter(|line| line.period == *period).collect();
            if self.head.periods.all().len() > 1 {
                text += &format!("\n{}\n", days(period));
            }
            if of_period.is_empty() {
                text += "\nnobody had any credit, and nothing happened\n";
            }
            for lines in of_period.chunk_by(|one, other| one.currency == other.currency) {
                text += &self.currency(lines);
            }
        }
        for currency in self.currencies() {
            for (name, title) in LEFT {
                let table = self.tables().iter().find(|table| table.name == name);
                text += &table.map_or_else(String::new, |table| text_table::shown(table, title, currency));
            }
        }
        text + "\nFace value. The classes are the shop's own; this is no accounting advice (docs/liability.md).\n"
    }

    fn title(&self) -> String {
        let head = &self.head;
        let periods = &head.periods;
        let (first, last) = (&periods.all()[0], periods.last());
        let whole = Period { end: last.end, ..*first };
        let as_of = head.as_of.local().unwrap_or_else(|| head.as_of.at.to_string());
        format!(
            "Liability {} in {}\nas known after run {} (as of {as_of}), program {}\n\
             opening as reported after run {}\n",
            days(&whole),
            head.timezone,
            last.run,
            short(&head.program_sha256),
            periods.opening_run(),
        )
    }

    /// Shows the lines of one currency and period: the classes of credit, their sum, and debt by itself.
    fn currency(&self, lines: &[&Line]) -> String {
        let currency = lines[0].currency;
        let (sums, debt) = credit_and_debt(lines, &self.head.classes);
        let mut text = String::new();
        blocks(&mut text, currency.code(), &sums, currency);
        if let Some(debt) = debt {
            blocks(&mut text, &format!("{currency}, owed by people"), &[debt], currency);
        }
        text
    }
}

/// Returns the first and the last day of a period.
fn days(period: &Period) -> String {
    let last = period.end.to_string();
    format!("from {} until the beginning of {last}", period.start)
}

/// Shows columns beside one another, as many as there is room for.
fn blocks(text: &mut String, title: &str, sums: &[Sum], currency: Currency) {
    let shown = |amount: WideAmount| grouped_amount(&amount.display(currency).to_string());
    let amounts = sums.iter().flat_map(|sum| AMOUNTS.iter().map(|(_, of)| shown(of(&sum.roll)).len()));
    let width = amounts.max().unwrap_or_default().max(COLUMN - 2) + 2;
    for sums in sums.chunks(((WIDTH - NAMES) / width).max(1)) {
        let line = |name: &str, cells: &dyn Fn(&Sum) -> String| {
            let cells: String = sums.iter().map(|sum| format!("{:>width$}", cells(sum))).collect();
            format!("{name:<NAMES$}{cells}\n")
        };
        let heading = |sum: &Sum| visible(&sum.title).chars().take(width - 2).collect();
        *text += &format!("\n{}", line(title, &heading));
        for (name, of) in AMOUNTS {
            *text += &line(name, &|sum| shown(of(&sum.roll)));
        }
        *text += &line("lots", &|sum| grouped(sum.roll.lots));
        for (name, of) in OF_OPENING {
            *text += &line(name, &|sum| shown(of(&sum.roll)));
        }
    }
}
