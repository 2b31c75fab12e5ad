//! Collects the cells of a sheet into rows. Columns count from 0, rows in messages from 1.

use super::file::Seekable;
use super::workbook::{Workbook, guarded};
use super::{cell, date};
use crate::error::FileFault;
use calamine::{DataRef, XlsxCellReader};
use date::Shape;
use std::io::BufReader;
use std::ops::Range;

/// A sheet has no more columns.
const COLUMNS: u32 = 1 << 14;

/// Goes through the rows of a sheet that are not blank.
pub(super) struct Rows<'a> {
    cells: XlsxCellReader<'a, BufReader<Seekable>>,
    /// By number of style.
    shapes: Vec<Shape>,
    is_1904: bool,
    /// Row and column, from 0, of formulas without a value, in the order of the sheet.
    unvalued: Vec<(u32, u32)>,
    row: Row,
    /// The first cell of the next row.
    ahead: Option<Row>,
    /// Where the texts of the row's columns are, once it is set out.
    slots: Vec<Range<usize>>,
    is_over: bool,
}

/// Cells of one row.
#[derive(Default)]
struct Row {
    /// From 0.
    number: u32,
    /// Columns from 0, rising.
    cells: Vec<(u32, Range<usize>)>,
    text: String,
}

impl<'a> Rows<'a> {
    pub(super) fn of(
        workbook: &'a mut Workbook,
        sheet: &str,
        unvalued: Vec<(u32, u32)>,
    ) -> Result<Rows<'a>, FileFault> {
        let is_1904 = workbook.has_1904_epoch();
        let cells = guarded(|| workbook.worksheet_cells_reader(sheet))?;
        let shapes = cells.styles().iter().map(Shape::of).collect();
        let (row, slots) = (Row::default(), Vec::new());
        Ok(Rows { cells, shapes, is_1904, unvalued, row, ahead: None, slots, is_over: false })
    }

    /// Goes to the next row that is not blank; returns whether there is one.
    pub(super) fn next(&mut self) -> Result<bool, FileFault> {
        while self.next_row()? {
            let is_blank = self.row.text.trim().is_empty() && !self.is_unvalued_row();
            if !is_blank {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the number of the row in the sheet, from 1.
    pub(super) fn place(&self) -> u64 {
        u64::from(self.row.number) + 1
    }

    /// Returns what is in the columns of the row, up to its last value.
    pub(super) fn names(&self) -> Vec<String> {
        let width = self.row.cells.last().map_or(0, |(column, _)| *column as usize + 1);
        let mut names = vec![String::new(); width];
        for (column, range) in &self.row.cells {
            names[*column as usize] = self.row.text[range.clone()].trim().to_owned();
        }
        names
    }

    /// Prepares the row for its values to be asked for, of so many columns.
    pub(super) fn set_out(&mut self, width: usize) {
        self.slots.clear();
        self.slots.resize(width, 0..0);
        for (column, range) in &self.row.cells {
            if let Some(slot) = self.slots.get_mut(*column as usize) {
                *slot = range.clone();
            }
        }
    }

    /// Returns the text in a column of the row; empty where there is none.
    pub(super) fn value(&self, column: usize) -> &[u8] {
        &self.row.text.as_bytes()[self.slots[column].clone()]
    }

    /// Tells whether a column of the row has a formula without a value.
    pub(super) fn is_unvalued(&self, column: usize) -> bool {
        !self.unvalued.is_empty() && self.unvalued.binary_search(&(self.row.number, column as u32)).is_ok()
    }

    fn is_unvalued_row(&self) -> bool {
        let at = self.unvalued.partition_point(|&(row, _)| row < self.row.number);
        self.unvalued.get(at).is_some_and(|&(row, _)| row == self.row.number)
    }

    /// Goes to the next row with a cell.
    fn next_row(&mut self) -> Result<bool, FileFault> {
        if self.is_over {
            return Ok(false);
        }
        let Rows { cells, shapes, is_1904, unvalued, row, ahead, is_over, .. } = self;
        let disorder = guarded(|| {
            row.clear();
            let mut has_row = false;
            if let Some(first) = ahead.take() {
                (*row, has_row) = (first, true);
            }
            while let Some((cell, style)) = cells.next_cell_with_style_id()? {
                let (number, column) = cell.get_position();
                let is_unvalued = || unvalued.binary_search(&(number, column)).is_ok();
                if *cell.get_value() == DataRef::Empty && !is_unvalued() {
                    continue;
                }
                let shape = shapes.get(style).copied().unwrap_or_default();
                if has_row && number != row.number {
                    let mut next = Row { number, ..Row::default() };
                    next.push(column, cell.get_value(), shape, *is_1904);
                    let is_rising = number > row.number;
                    *ahead = Some(next);
                    return Ok(!is_rising);
                }
                let is_rising = row.cells.last().is_none_or(|(last, _)| *last < column);
                if column >= COLUMNS || !is_rising {
                    return Ok(true);
                }
                (row.number, has_row) = (number, true);
                row.push(column, cell.get_value(), shape, *is_1904);
            }
            *is_over = true;
            Ok(false)
        });
        let disorder = disorder.map_err(|fault| match fault {
            FileFault::Xlsx(what) => FileFault::Xlsx(format!("in row {} or below it, {what}", self.place())),
            fault => fault,
        })?;
        match disorder {
            true => Err(FileFault::Xlsx(format!("the cells of row {} are not in order", self.place()))),
            false => Ok(!self.row.cells.is_empty()),
        }
    }
}

impl Row {
    fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
    }

    fn push(&mut self, column: u32, value: &DataRef<'_>, shape: Shape, is_1904: bool) {
        let start = self.text.len();
        cell::write(value, shape, is_1904, &mut self.text);
        self.cells.push((column, start..self.text.len()));
    }
}
