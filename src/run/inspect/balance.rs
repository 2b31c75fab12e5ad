//! Balances as they were at an instant: of everybody, range of people by range, or of one person.

use super::super::in_order::in_order;
use super::{BookView, InspectFault};
use crate::book::Posted;
use crate::kernel::time::LocalCalendar;
use crate::output::balances::{self, BalanceRows};
use crate::output::beside::Beside;
use crate::output::draft::Draft;
use crate::output::table::{self, Encoder, Scratch, TableFile};
use crate::output::{OutputError, TableFormat};
use crate::reports::balance::{Everybody, Statement};
use crate::reports::lots;
use crate::reports::until::Until;
use crate::run::places::expect_outside;
use crate::run::{Progress, RunError, Stage};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Rows of the ledger that are looked at at a time.
const ROWS: usize = 100_000;

/// Adds up what everybody had, and writes it to a new file, if one is named.
///
/// # Errors
/// Where `until` is after the last as_of, the book cannot be read, or `out` lies in the book, has another ending than
/// a table's, is there already or cannot be written; and where it is stopped.
pub fn balances(
    past: &BookView,
    until: &Until,
    out: Option<&Path>,
    progress: &dyn Progress,
) -> Result<Everybody, RunError> {
    expect_posted(past, until)?;
    let posted = past.book.posted()?;
    let Some(path) = out else { return add_up(&posted, until, None, progress) };
    expect_outside(path, past.book.folder())?;
    let (beside, file) = begin(path)?;
    let summed = add_up(&posted, until, Some(file), progress)?;
    beside.publish().map_err(taken_or(path))?;
    Ok(summed)
}

/// Tells what one person had; `show` is handed the lots.
///
/// # Errors
/// Where `until` is after the last as_of, or the book cannot be read.
pub fn statement(
    past: &BookView,
    until: Until,
    customer_id: &str,
    show: impl FnOnce(&Statement<'_>),
) -> Result<(), RunError> {
    expect_posted(past, &until)?;
    let posted = past.book.posted()?.of_person(customer_id, &[])?;
    let mut entries = Vec::new();
    posted.fill(0, &mut entries);
    let lots = lots::lots(&entries, &until);
    let zone = past.program().map_or_else(|_| LocalCalendar::new(chrono_tz::UTC), |file| file.program.zone);
    show(&Statement { customer_id, until, zone, balances: lots::balances(&lots), lots });
    Ok(())
}

fn expect_posted(past: &BookView, until: &Until) -> Result<(), InspectFault> {
    if until.moment.at <= past.as_of() {
        return Ok(());
    }
    let last = past.moment(past.as_of());
    Err(InspectFault::TooLate { until: *until, last, run_id: past.last.run_id.clone() })
}

/// Begins a file, whose ending says its format. It appears when it is whole: nobody is to take a part for all.
fn begin(path: &Path) -> Result<(Beside, (Encoder, TableFile)), RunError> {
    let ending = path.extension().unwrap_or_default();
    let format = TableFormat::ALL.into_iter().find(|format| ending == format.ending());
    let format = format.ok_or_else(|| InspectFault::Ending(path.to_path_buf()))?;
    let (file, beside) = Beside::begin(path).map_err(taken_or(path))?;
    let draft = Draft::new(path.to_path_buf(), file);
    Ok((beside, table::create_in(draft, "balances", format, balances::FIELDS)?))
}

fn taken_or(path: &Path) -> impl Fn(io::Error) -> RunError + use<'_> {
    move |source| match source.kind() {
        ErrorKind::AlreadyExists => InspectFault::Taken(path.to_path_buf()).into(),
        _ => OutputError::Write { path: path.to_path_buf(), source }.into(),
    }
}

fn add_up(
    posted: &Posted,
    until: &Until,
    file: Option<(Encoder, TableFile)>,
    progress: &dyn Progress,
) -> Result<Everybody, RunError> {
    let (encoder, mut file) = file.unzip();
    let bounds = posted.bounds(ROWS);
    progress.stage(Stage::AddingUp, bounds.len() as u64 + 1)?;
    let mut everybody = Everybody::default();
    in_order(
        bounds.len() + 1,
        || (BalanceRows::default(), Scratch::default()),
        |(rows, scratch), number| {
            let after = number.checked_sub(1).map(|before| bounds[before]);
            let sums = add_up_range(posted, (after, bounds.get(number).copied()), until, rows)?;
            let encoded = encoder.as_ref().map(|encoder| encoder.encode(&rows.rows(), scratch)).transpose()?;
            Ok::<_, RunError>((sums, encoded))
        },
        |(sums, encoded)| {
            progress.go_on()?;
            progress.advance(1);
            everybody.merge(sums);
            file.as_mut().zip(encoded).map(|(file, encoded)| file.append(encoded)).transpose()?;
            Ok(())
        },
    )?;
    file.map(TableFile::finish).transpose()?;
    Ok(everybody)
}

/// Adds up the people after one id and up to another, and puts their balances into `rows`.
fn add_up_range(
    posted: &Posted,
    (after, up_to): (Option<&str>, Option<&str>),
    until: &Until,
    rows: &mut BalanceRows,
) -> Result<Everybody, RunError> {
    rows.clear();
    let range = posted.range(after, up_to, &[])?;
    let (mut entries, mut at_row, mut sums) = (Vec::new(), 0, Everybody::default());
    while let Some(id) = range.id_at(at_row) {
        at_row = range.fill(at_row, &mut entries);
        let balances = lots::balances(&lots::lots(&entries, until));
        rows.push(id, &balances);
        sums.add(&balances);
    }
    Ok(sums)
}
