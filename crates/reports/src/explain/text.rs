//! Writes an explanation as plain text for a terminal, in at most 100 columns.

use super::model::{Asked, CurrencyTold, Explanation};
use super::rows::{Depth, Row, rows};
use super::words;
use accrue_text::visible;

/// The width of a page.
const WIDTH: usize = 100;
/// Where it is said what happened.
const WHAT: usize = 13;
/// Where figures of an event begin.
const NOTE: usize = 15;
/// Where the parts of a step begin.
const PARTS: usize = 23;
/// The width of a date.
const DAY: usize = 10;
/// The greatest width of a file and row.
const FROM: usize = 24;

impl Explanation {
    /// Returns the page as text, ending in a newline.
    pub fn text(&self, depth: Depth) -> String {
        let mut text = String::new();
        for line in self.warnings() {
            wrap(&line, WIDTH).into_iter().for_each(|line| text += &(line + "\n"));
        }
        if self.currencies.is_empty() {
            text += &both_sides(&self.nothing(), &self.known());
        }
        for (number, currency) in self.shown().into_iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text += &both_sides(&self.answer(currency), &self.known());
            let right = currency.next_to_lapse.as_ref().filter(|_| currency.asked_sums.is_none());
            let right = right.map(|next| format!("next: {} lapse after {}", next.amount, next.last_day));
            text += &both_sides(&sum_line(currency), right.as_deref().unwrap_or_default());
            let rows = rows(self, currency, depth);
            let columns = Columns::of(&rows);
            text.push('\n');
            text += &columns.header();
            rows.iter().for_each(|row| columns.write(row, &mut text));
            for item in currency.open_items.iter().filter(|item| item.asked_for) {
                text += &format!(" open: {} of {} is {}\n", item.amount, visible(&item.source_id), item.reason);
            }
        }
        text
    }

    /// Returns the answer: whose balance, how much, and when.
    pub(super) fn answer(&self, currency: &CurrencyTold) -> String {
        let (person, code) = (visible(&self.person), currency.currency);
        let at = &self.as_of_local;
        let asked = currency.asked_sums.as_ref().map_or("0.00", |sums| sums.total.as_str());
        match &self.asked {
            Asked::Person { .. } if words::is_any(&currency.owed) => {
                format!("{person} · {} {code} on {at}, {} owed", currency.balance, currency.owed)
            }
            Asked::Person { .. } => format!("{person} · {} {code} on {at}", currency.balance),
            Asked::Order { id } => format!("order {} of {person} · {asked} {code} left on {at}", visible(id)),
            Asked::Refund { id } => format!("refund {} of {person} · {asked} {code} on {at}", visible(id)),
            Asked::Entry(entry) => format!("entry {} of {person} · {asked} {code} on {at}", visible(&entry.source_id)),
        }
    }

    /// Returns what is said where nothing has happened.
    pub(super) fn nothing(&self) -> String {
        format!("{} · nothing has happened until {}", visible(&self.person), self.as_of_local)
    }

    /// Returns what is known, and the program.
    pub(super) fn known(&self) -> String {
        let known = self.known_at_run.map(|run| format!("as known after run {run} · ")).unwrap_or_default();
        format!("{known}program {}", self.program.sha256.get(..12).unwrap_or_default())
    }

    /// Returns what must be said before anything else: where the ledger has something else than what is explained.
    pub(super) fn warnings(&self) -> Vec<String> {
        let refused = self.refused.iter().map(|why| format!("! only postings: {why}"));
        let differs = (self.agrees_with_ledger == Some(false))
            .then(|| "! the ledger says something else than this page: `accrue verify` tells more".to_owned());
        refused.chain(differs).collect()
    }
}

/// Returns the sum that closes.
pub(super) fn sum_line(currency: &CurrencyTold) -> String {
    words::sum(currency.asked_sums.as_ref().unwrap_or(&currency.sums))
}

/// Returns a line with a text at each side, or two lines where they do not fit.
fn both_sides(left: &str, right: &str) -> String {
    let (left_width, right_width) = (left.chars().count(), right.chars().count());
    if right.is_empty() {
        return wrap(left, WIDTH).join("\n") + "\n";
    }
    match WIDTH.checked_sub(left_width + right_width + 2) {
        Some(room) => format!("{left}{}{right}\n", " ".repeat(room + 2)),
        None => wrap(left, WIDTH).into_iter().chain(wrap(right, WIDTH)).map(|line| line + "\n").collect(),
    }
}

/// The widths of the columns at the right.
struct Columns {
    amount: usize,
    balance: usize,
    from: usize,
}

impl Columns {
    fn of(rows: &[Row]) -> Columns {
        let widest = |own: fn(&Row) -> Option<&String>, least: usize| {
            rows.iter().filter_map(own).map(|text| text.chars().count()).max().unwrap_or(0).max(least)
        };
        Columns {
            amount: widest(|row| row.amount.as_ref(), "amount".len()),
            balance: widest(|row| row.balance.as_ref(), "balance".len()),
            from: widest(|row| row.from.as_ref(), "from".len()).min(FROM),
        }
    }

    /// Returns where the amount begins.
    fn end_of_what(&self) -> usize {
        WIDTH - (1 + self.amount + 2 + self.balance + 2 + DAY + 2 + self.from)
    }

    fn header(&self) -> String {
        let what = pad(" date        what happened", self.end_of_what());
        let (amount, balance) = (self.amount, self.balance);
        format!("{what} {:>amount$}  {:>balance$}  {:<DAY$}  from\n", "amount", "balance", "last day")
    }

    fn write(&self, row: &Row, text: &mut String) {
        match row.mark {
            None if row.date.is_empty() => {
                for line in wrap(&row.parts.join("; "), WIDTH - NOTE) {
                    *text += &format!("{}{line}\n", " ".repeat(NOTE));
                }
            }
            None => self.write_event(row, text),
            Some(mark) => self.write_step(mark, row, text),
        }
    }

    fn write_event(&self, row: &Row, text: &mut String) {
        let has_amount = row.amount.is_some();
        let end = match has_amount {
            true => self.end_of_what(),
            false => WIDTH - row.from.as_ref().map_or(0, |_| self.from + 2),
        };
        let mut lines = wrap(&row.head, end - WHAT);
        let last = lines.pop().unwrap_or_default();
        let mut prefix = format!(" {:<DAY$}  ", row.date);
        for line in lines {
            *text += &format!("{prefix}{line}\n");
            prefix = " ".repeat(WHAT);
        }
        *text += self.with_amounts(&format!("{prefix}{last}"), row).trim_end();
        text.push('\n');
    }

    fn write_step(&self, mark: char, row: &Row, text: &mut String) {
        let has_amount = row.amount.is_some();
        let room = self.end_of_what().saturating_sub(PARTS);
        let mut lines: Vec<String> = row.notes.iter().flat_map(|note| wrap(note, WIDTH - PARTS)).collect();
        match has_amount {
            true => lines.extend(lines_with_amount(&row.parts, WIDTH - PARTS, room)),
            false => lines.extend(wrap(&row.parts.join("; "), WIDTH - PARTS)),
        }
        let mut prefix = format!("   {mark} {:<width$}", row.head, width = PARTS - 5);
        if prefix.chars().count() > PARTS {
            *text += &format!("{}\n", prefix.trim_end());
            prefix = " ".repeat(PARTS);
        }
        let count = lines.len();
        for (number, line) in lines.into_iter().enumerate() {
            let line = format!("{prefix}{line}");
            let line = if number + 1 == count && has_amount { self.with_amounts(&line, row) } else { line };
            *text += &format!("{}\n", line.trim_end());
            prefix = " ".repeat(PARTS);
        }
    }

    fn with_amounts(&self, left: &str, row: &Row) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let from = from_end(&text(&row.from), self.from);
        if row.amount.is_none() {
            let at = if from.is_empty() { 0 } else { WIDTH - self.from };
            return format!("{}{from}", pad(left, at));
        }
        let (amount, balance) = (self.amount, self.balance);
        let left = pad(left, self.end_of_what());
        let (own, after, last) = (text(&row.amount), text(&row.balance), text(&row.last_day));
        format!("{left} {own:>amount$}  {after:>balance$}  {last:<DAY$}  {from}")
    }
}

/// Puts parts into lines, the last of which leaves room for amounts.
fn lines_with_amount(parts: &[String], width: usize, room: usize) -> Vec<String> {
    let joined = parts.join("; ");
    if joined.chars().count() <= room {
        return vec![joined];
    }
    let (last, before) = match parts.split_last() {
        Some((last, before)) => (last.as_str(), before.join("; ")),
        None => return vec![String::new()],
    };
    let mut lines = if before.is_empty() { Vec::new() } else { wrap(&before, width) };
    if last.chars().count() <= room {
        lines.push(last.to_owned());
    } else {
        lines.extend(wrap(last, width));
        lines.push(String::new());
    }
    lines
}

/// Breaks a text into lines between words; a word that is wider than a line is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let line = lines.last_mut().expect("there is a line");
            let gap = usize::from(!line.is_empty());
            if line.chars().count() + gap + word.len() <= width {
                line.push_str(if gap == 1 { " " } else { "" });
                line.extend(&word);
                break;
            }
            if line.is_empty() {
                let rest = word.split_off(width);
                line.extend(&word);
                word = rest;
            }
            lines.push(String::new());
        }
    }
    lines
}

/// Returns the end of a text, with a mark where something is cut off.
fn from_end(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    format!("…{}", text.chars().skip(count + 1 - width).collect::<String>())
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.chars().count())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_broken_between_words_and_long_words_are_cut() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a verylongword b", 6), ["a", "verylo", "ngword", "b"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn the_last_line_of_a_step_leaves_room_for_its_amounts() {
        let parts = ["52.00 = 5 x 10.00 + 2.00 unused".to_owned(), "5 x 0.50".to_owned()];
        assert_eq!(lines_with_amount(&parts, 77, 25), [parts[0].clone(), parts[1].clone()]);
        assert_eq!(lines_with_amount(&parts, 77, 50), [parts.join("; ")]);
        assert_eq!(lines_with_amount(&parts[..1], 77, 25), [parts[0].clone(), String::new()]);
    }

    #[test]
    fn a_long_name_of_a_file_is_cut_at_its_beginning() {
        assert_eq!(from_end("orders-2024-07-01.csv:31", 10), "…01.csv:31");
        assert_eq!(from_end("a.csv:1", 10), "a.csv:1");
    }
}
