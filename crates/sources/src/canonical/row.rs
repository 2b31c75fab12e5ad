//! What each kind of row must be able to do so that [`super::parse`] can read it.

use crate::canonical::all_faults::AllFaults;
use crate::canonical::beside::Beside;
use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use crate::canonical::reading::Keep;
use crate::canonical::texts::Texts;
use crate::error::FileFault;
use accrue_facts::Row;
use accrue_facts::seen::Expiries;
use accrue_facts::text_column::TextColumn;
use arrow::array::StringArray;

/// Texts of all rows, one column each; `None` where no row has one.
pub(super) type Columns = Vec<Option<StringArray>>;

/// A row that can be made of canonical columns.
pub(crate) trait Canonical: Row {
    /// The columns that are not kept as text.
    type Columns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<Self::Columns<'a>, FileFault>;

    /// Reads a row, column by column in the order of the contract, up to its first fault.
    fn row(columns: &Self::Columns<'_>, texts: &Texts, at: u32, beside: &mut Beside) -> Result<Self, Box<Fault>>;

    /// Adds all faults of a row that cannot be read.
    fn faults(columns: &Self::Columns<'_>, all: &mut AllFaults);

    /// Looks at the times of day of expiries.
    fn expiries(_columns: &Self::Columns<'_>) -> Expiries {
        Expiries::default()
    }

    /// Returns the texts to keep beside rows, of all that these have.
    fn kept(texts: Columns, _rows: &[Self], _keep: Keep) -> Vec<Option<TextColumn>> {
        texts.into_iter().map(|texts| texts.map(TextColumn::of_all)).collect()
    }
}
