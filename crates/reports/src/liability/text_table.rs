//! A table of one currency as text for a terminal: texts at the left, numbers at the right.

use super::table::{Cell, Holds, Row, Table};
use accrue_kernel::currency::Currency;
use accrue_text::visible;

/// The greatest number of characters of a text.
const SHOWN: usize = 14;

/// Returns the rows of a currency under a title; nothing where there are none. The column `currency` is left out.
pub(super) fn shown(table: &Table, title: &str, currency: Currency) -> String {
    let rows: Vec<&Row> = table.rows.iter().filter(|row| row.currency == currency).collect();
    if rows.is_empty() {
        return String::new();
    }
    let is_shown = |column: &usize| table.columns[*column].name != "currency";
    let columns: Vec<usize> = (0..table.columns.len()).filter(is_shown).collect();
    let names: Vec<String> = columns.iter().map(|&column| table.columns[column].name.to_owned()).collect();
    let cells = |row: &&Row| columns.iter().map(|&column| text(&row.cells[column], row)).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> = std::iter::once(names).chain(rows.iter().map(cells)).collect();
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |line: &Vec<String>| {
        let cells =
            line.iter().zip(&columns).zip(&widths).map(|((cell, &column), &width)| match table.columns[column].holds {
                Holds::Text => format!("  {cell:<width$}"),
                Holds::Amount | Holds::Count | Holds::Time => format!("  {cell:>width$}"),
            });
        format!("{}\n", cells.collect::<String>().trim_end())
    };
    format!("\n{currency}, {title}\n{}", lines.iter().map(line).collect::<String>())
}

fn text(cell: &Cell, row: &Row) -> String {
    let shown = cell.shown(row.currency);
    match cell {
        Cell::Text(_) => {
            let text = visible(&shown);
            match text.chars().count() <= SHOWN {
                true => text.into_owned(),
                false => text.chars().take(SHOWN - 1).chain(['…']).collect(),
            }
        }
        Cell::Amount(_) | Cell::Count(_) | Cell::Time(_) | Cell::Nothing => shown,
    }
}
