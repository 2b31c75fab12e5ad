//! Writes rows as CSV or NDJSON.

use super::Format;
use super::calendar::DayTexts;
use super::cell::{Cell, Column};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(crate) struct TextFile {
    out: BufWriter<File>,
    columns: &'static [Column],
    format: Format,
    days: DayTexts,
    line: Vec<u8>,
}

impl TextFile {
    pub(crate) fn create(path: &Path, columns: &'static [Column], format: Format) -> io::Result<TextFile> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
        if format == Format::Csv {
            let names: Vec<_> = columns.iter().map(|column| column.name).collect();
            writeln!(out, "{}", names.join(","))?;
        }
        Ok(TextFile { out, columns, format, days: DayTexts::new(), line: Vec::new() })
    }

    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line.clear();
        match self.format {
            Format::Csv => self.csv(cells),
            _ => self.object(cells)?,
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        self.out.into_inner()?.sync_all()
    }

    fn csv(&mut self, cells: &[Cell<'_>]) {
        for (index, &cell) in cells.iter().enumerate() {
            if index > 0 {
                self.line.push(b',');
            }
            self.value(cell);
        }
    }

    /// Writes what is not null; amounts as numbers.
    fn object(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let mut before = '{';
        for (column, &cell) in self.columns.iter().zip(cells) {
            let quote = match cell {
                Cell::Null => continue,
                Cell::Money(_) => "",
                Cell::Text(_) | Cell::Time(_) => "\"",
            };
            write!(self.line, "{before}\"{}\":{quote}", column.name)?;
            self.value(cell);
            self.line.extend_from_slice(quote.as_bytes());
            before = ',';
        }
        self.line.push(b'}');
        Ok(())
    }

    fn value(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Text(text) => self.line.extend_from_slice(text.as_bytes()),
            Cell::Time(at) => self.days.write(at, &mut self.line),
            Cell::Money(cents) => write_money(cents, &mut self.line),
            Cell::Null => {}
        }
    }
}

fn write_money(cents: i64, out: &mut Vec<u8>) {
    if cents < 0 {
        out.push(b'-');
    }
    let (dollars, cents) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    write!(out, "{dollars}.{cents:02}").expect("memory takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_its_two_decimals() {
        let text = |cents| {
            let mut out = Vec::new();
            write_money(cents, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([0, 5, 12_30, -7_05].map(text), ["0.00", "0.05", "12.30", "-7.05"]);
    }
}
