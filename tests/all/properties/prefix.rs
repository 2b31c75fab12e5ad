//! Time goes forward: the ledger as of an instant is the later ledger, cut at that instant.
//!
//! Three things may rightly change what was: settle entries of one identity are summed at the earlier instant
//! (docs/spec.md 6), a registration takes the past of its email and card and brings history from before the exports (2,
//! 4), and an undated refund may have no time but the run's (2). The rows compared, and the shops, are without these.

use super::exports::{self, Table};
use super::for_shops;
use super::ledger::{Row, parse};
use crate::oracle::dice::Dice;
use crate::shop_folder::{Rows, instant};
use accrue::facts::FactKind;
use accrue::kernel::time::Timestamp;

#[test]
fn an_earlier_ledger_is_a_later_one_cut_short() {
    for_shops(150, |shop| {
        let tables = timely(exports::tables(&shop.inputs));
        let later = ledger(&shop.program_toml, &tables, super::after_everything())?;
        let mut dice = Dice::new(later.len() as u64);
        for _ in 0..later.len().min(3) {
            let at = instant(&dice.pick(&later).effective_at).plus_micros(*dice.pick(&[0, -1, 1]));
            let cut: Vec<&Row> = later.iter().filter(|row| row.effective_at <= at.to_string()).collect();
            let earlier = ledger(&shop.program_toml, &tables, at)?;
            if !earlier.iter().eq(cut.iter().copied()) {
                let program = &shop.program_toml;
                return Err(format!("as of {at}\n{earlier:#?}\n--- cut\n{cut:#?}\n{program}"));
            }
        }
        Ok(())
    });
}

fn ledger(program: &str, tables: &[Table], as_of: Timestamp) -> Result<Vec<Row>, String> {
    let text = exports::run(program, tables, as_of)?.ledger;
    let rows = csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<Rows, _>>();
    let mut rows = parse(&rows.map_err(|error| error.to_string())?);
    rows.retain(|row| row.kind_name() != "settle");
    Ok(rows)
}

/// Takes away what may rightly change the past.
fn timely(mut tables: Vec<Table>) -> Vec<Table> {
    for Table { kind, rows } in &mut tables {
        for row in rows {
            let late: &[&str] = match kind {
                FactKind::Orders => &["email", "refunded_amount"],
                FactKind::Registrations => &["orders_before", "spend_before"],
                FactKind::Redemptions => &["card_number"],
                FactKind::Refunds | FactKind::Adjustments => &[],
            };
            row.retain(|column, _| !late.contains(&column.as_str()));
        }
    }
    tables
}
