//! Chooses the sheet of a workbook that is read.

use super::workbook::{Workbook, guarded};
use crate::error::FileFault;
use calamine::{DataRef, Reader, SheetType, SheetVisible};

/// Returns the name of the sheet to read: the one that is asked for, else the only visible one with a value.
pub(super) fn find(workbook: &mut Workbook, asked: Option<&str>) -> Result<String, FileFault> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    if sheets.is_empty() {
        return Err(FileFault::Xlsx("it has no sheets".to_owned()));
    }
    if let Some(asked) = asked {
        return match sheets.iter().any(|name| name == asked) {
            true => Ok(asked.to_owned()),
            false => Err(FileFault::NoSheet { sheet: asked.to_owned(), has: sheets }),
        };
    }
    let mut filled = filled(workbook)?;
    match filled.len() {
        0 => Err(FileFault::Empty),
        1 => Ok(filled.remove(0)),
        _ => Err(FileFault::SeveralSheets(filled)),
    }
}

/// Returns the names of the visible sheets that have a value.
pub(super) fn filled(workbook: &mut Workbook) -> Result<Vec<String>, FileFault> {
    let sheets = workbook.sheets_metadata().iter();
    let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let mut filled = Vec::new();
    for name in names {
        if has_values(workbook, &name)? {
            filled.push(name);
        }
    }
    Ok(filled)
}

fn has_values(workbook: &mut Workbook, name: &str) -> Result<bool, FileFault> {
    guarded(|| {
        let mut cells = workbook.worksheet_cells_reader(name)?;
        while let Some(cell) = cells.next_cell()? {
            if *cell.get_value() != DataRef::Empty {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// Returns row and column, from 0, of each cell with a formula whose result is not in the file.
pub(super) fn without_value(workbook: &mut Workbook, name: &str) -> Result<Vec<(u32, u32)>, FileFault> {
    guarded(|| {
        let mut cells = workbook.worksheet_cells_reader(name)?;
        let mut found = Vec::new();
        while let Some(cell) = cells.next_cell_with_formula_metadata()? {
            if cell.formula.is_some() && cell.value == DataRef::Empty {
                found.push(cell.pos);
            }
        }
        Ok(found)
    })
}
