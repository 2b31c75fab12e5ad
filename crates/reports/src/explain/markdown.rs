//! Writes an explanation as Markdown, for a ticket. Texts from exports are escaped, so that they are no Markdown or
//! HTML.

use super::model::Explanation;
use super::rows::{Depth, Row, rows};
use super::text::sum_line;
use accrue_text::visible;
use std::borrow::Cow;

impl Explanation {
    /// Returns the page as Markdown, ending in a newline.
    pub fn markdown(&self, depth: Depth) -> String {
        let mut text: String = self.warnings().iter().map(|line| format!("{}\n\n", escaped(line))).collect();
        if self.currencies.is_empty() {
            text += &format!("**{}**, {}\n", escaped(&self.nothing()), self.known());
        }
        for (number, currency) in self.shown().into_iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text += &format!("**{}**, {}\n\n", escaped(&self.answer(currency)), self.known());
            text += &sum_line(currency);
            if let Some(next) = currency.next_to_lapse.as_ref().filter(|_| currency.asked_sums.is_none()) {
                text += &format!("; next: {} lapse after {}", next.amount, next.last_day);
            }
            text += "\n\n| date | what happened | amount | balance | last day | from |\n|---|---|---:|---:|---|---|\n";
            rows(self, currency, depth).iter().for_each(|row| text += &line(row));
            for item in currency.open_items.iter().filter(|item| item.asked_for) {
                let source = visible(&item.source_id);
                text += &format!("\nopen: {} of {} is {}\n", item.amount, escaped(&source), item.reason);
            }
        }
        text
    }
}

fn line(row: &Row) -> String {
    let cell = |value: &Option<String>| value.as_deref().map(escaped).unwrap_or_default().into_owned();
    let parts = [&row.notes[..], &row.parts].concat().join("; ");
    let (head, parts) = (escaped(&row.head), escaped(&parts));
    let what = match row.mark {
        Some(mark) => format!(
            "{} {head}: {parts}",
            if mark == '+' || mark == '-' { format!("\\{mark}") } else { mark.to_string() }
        ),
        None if row.date.is_empty() => parts.into_owned(),
        None => format!("**{head}**"),
    };
    let [amount, balance, last_day, from] = [&row.amount, &row.balance, &row.last_day, &row.from].map(cell);
    format!("| {} | {what} | {amount} | {balance} | {last_day} | {from} |\n", row.date)
}

/// Returns a text in which nothing is taken for Markdown or HTML.
fn escaped(text: &str) -> Cow<'_, str> {
    let is_meant = |char| matches!(char, '\\' | '|' | '<' | '>' | '*' | '`' | '[' | ']' | '&' | '~');
    if !text.contains(is_meant) {
        return text.into();
    }
    let mut shown = String::new();
    for char in text.chars() {
        if is_meant(char) {
            shown.push('\\');
        }
        shown.push(char);
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_no_markdown() {
        assert_eq!(escaped("a|b <script> [x](y) `c`"), "a\\|b \\<script\\> \\[x\\](y) \\`c\\`");
        let row = Row { date: "2024-01-01".to_owned(), head: "order a|b".to_owned(), ..Row::default() };
        assert_eq!(line(&row), "| 2024-01-01 | **order a\\|b** |  |  |  |  |\n");
    }
}
