//! From rows to facts, and the rows that are left out (2).

use super::facts::{self, Adjustment, Facts, Order, Redemption, Refund, RefundMethod, Registration, Version, Versions};
use super::money::Currency;
use super::program::Program;
use super::time::{self, Instant};
use super::{Input, Reject};
use std::collections::BTreeMap;

/// The column that is to blame for a row that is left out.
type Blamed = &'static str;

/// Reads all rows, as versions of facts.
///
/// 2: "A row that breaks a rule above ... is left out, written to `rejects` ... and counted."
pub fn read(program: &Program, inputs: &[Input]) -> (Facts, Vec<Reject>) {
    let mut facts = Facts::default();
    let mut rejects = Vec::new();
    each_row(inputs, "orders", program, &mut rejects, |row| keep(&mut facts.orders, row, order(row)?));
    facts::oldest_first(&mut facts.orders);
    facts.rejected_orders = rejects.iter().filter_map(|reject| order_id_in(inputs, program, reject)).collect();
    each_row(inputs, "registrations", program, &mut rejects, |row| {
        keep(&mut facts.registrations, row, registration(row)?)
    });
    facts::oldest_first(&mut facts.registrations);
    each_row(inputs, "redemptions", program, &mut rejects, |row| keep(&mut facts.redemptions, row, redemption(row)?));
    facts::oldest_first(&mut facts.redemptions);
    each_row(inputs, "adjustments", program, &mut rejects, |row| keep(&mut facts.adjustments, row, adjustment(row)?));
    facts::oldest_first(&mut facts.adjustments);
    // Refunds last, because the order of a refund gives its currency.
    let orders = &facts.orders;
    let refunds = &mut facts.refunds;
    each_row(inputs, "refunds", program, &mut rejects, |row| keep(refunds, row, refund(row, orders)?));
    facts::oldest_first(&mut facts.refunds);
    rejects.sort();
    (facts, rejects)
}

/// The order that a row is about, where it says so.
fn order_id_in(inputs: &[Input], program: &Program, reject: &Reject) -> Option<String> {
    let input = inputs.iter().position(|input| input.file == reject.file)?;
    let cells = &inputs[input].rows[reject.row - 1];
    Row { cells, program, input }.text("order_id")
}

fn each_row(
    inputs: &[Input],
    kind: &str,
    program: &Program,
    rejects: &mut Vec<Reject>,
    mut read: impl FnMut(&Row) -> Result<(), Blamed>,
) {
    for (number, input) in inputs.iter().enumerate().filter(|(_, input)| input.kind == kind) {
        for (index, cells) in input.rows.iter().enumerate() {
            if let Err(column) = read(&Row { cells, program, input: number }) {
                rejects.push(Reject { file: input.file.clone(), row: index + 1, column: column.to_string() });
            }
        }
    }
}

/// Adds a version; its two columns are the last ones of every kind.
fn keep<T>(versions: &mut Versions<T>, row: &Row, (id, fact): (String, T)) -> Result<(), Blamed> {
    let (updated_at, is_void) = (row.time("updated_at")?, row.flag("void", false)?);
    let version = Version { input: row.input, updated_at, is_void, fact };
    versions.entry(id).or_default().push(version);
    Ok(())
}

/// 2: "**orders** `order_id`*, `customer_id`, `email`, `placed_at`*, `paid_at`, `cancelled_at`, `currency`,
/// `items_amount`*, `total_amount`*, `credit_amount` (... default 0), `refunded_amount`"; "An order with neither
/// [customer_id nor email] is rejected."
fn order(row: &Row) -> Result<(String, Order), Blamed> {
    let order_id = row.id("order_id")?;
    let (customer_id, email) = (row.text("customer_id"), row.text("email"));
    if customer_id.is_none() && email.is_none() {
        return Err("customer_id");
    }
    let (placed_at, paid_at) = (row.required("placed_at", row.time("placed_at")?)?, row.time("paid_at")?);
    let cancelled_at = row.time("cancelled_at")?;
    let currency = row.currency()?;
    let items_amount = row.required("items_amount", row.not_negative("items_amount", currency)?)?;
    let total_amount = row.required("total_amount", row.not_negative("total_amount", currency)?)?;
    let credit_amount = row.not_negative("credit_amount", currency)?.unwrap_or(0);
    let refunded_amount = row.not_negative("refunded_amount", currency)?;
    let order = Order {
        order_id: order_id.clone(),
        customer_id,
        email,
        placed_at,
        paid_at,
        cancelled_at,
        currency,
        items_amount,
        total_amount,
        credit_amount,
        refunded_amount,
    };
    Ok((order_id, order))
}

/// 2: "**registrations** `customer_id`*, `registered_at`*, `email`, `card_number`, `name`, `locale`, `orders_before`,
/// `spend_before` (history from before the exports begin, in the program's currency; default 0)."
fn registration(row: &Row) -> Result<(String, Registration), Blamed> {
    let customer_id = row.id("customer_id")?;
    let registered_at = row.required("registered_at", row.time("registered_at")?)?;
    let registration = Registration {
        customer_id: customer_id.clone(),
        registered_at,
        email: row.text("email"),
        card_number: row.text("card_number"),
        orders_before: row.count("orders_before")?.unwrap_or(0),
        spend_before: row.not_negative("spend_before", row.program.currency)?.unwrap_or(0),
    };
    Ok((customer_id, registration))
}

/// 2: "**refunds** `refund_id`*, `order_id`*, `refunded_at`*, `amount`*, `method` (`original`, the default ...;
/// `store_credit` ...; `restore` ...), `notify` (default true), `note`"; "a refund has its order's currency".
fn refund(row: &Row, orders: &Versions<Order>) -> Result<(String, Refund), Blamed> {
    let (refund_id, order_id) = (row.id("refund_id")?, row.id("order_id")?);
    let refunded_at = row.required("refunded_at", row.time("refunded_at")?)?;
    let method = match row.text("method").as_deref() {
        None | Some("original") => RefundMethod::Original,
        Some("store_credit") => RefundMethod::StoreCredit,
        Some("restore") => RefundMethod::Restore,
        Some("restore_first") => RefundMethod::RestoreFirst,
        Some(_) => return Err("method"),
    };
    row.flag("notify", true)?;
    // Last, because what decimals are too many is known when all orders have been read.
    let order = orders.get(&order_id).and_then(|versions| facts::newest(versions));
    let currency = order.map_or(row.program.currency, |order| order.currency);
    let amount = row.required("amount", row.not_negative("amount", currency)?)?;
    Ok((refund_id.clone(), Refund { refund_id, order_id, refunded_at, amount, method, told_by: None }))
}

/// 2: "**redemptions** `redemption_id`*, `customer_id` or `card_number`*, `order_id`, `redeemed_at`*, `amount`*,
/// `currency`."; an order is enough too.
fn redemption(row: &Row) -> Result<(String, Redemption), Blamed> {
    let redemption_id = row.id("redemption_id")?;
    let (customer_id, card_number) = (row.text("customer_id"), row.text("card_number"));
    let order_id = row.text("order_id");
    if customer_id.is_none() && card_number.is_none() && order_id.is_none() {
        return Err("customer_id");
    }
    let redeemed_at = row.required("redeemed_at", row.time("redeemed_at")?)?;
    let currency = row.currency()?;
    let amount = row.required("amount", row.not_negative("amount", currency)?)?;
    let redemption = Redemption {
        redemption_id: redemption_id.clone(),
        customer_id,
        card_number,
        order_id,
        redeemed_at,
        amount,
        currency,
    };
    Ok((redemption_id, redemption))
}

/// 2: "**adjustments** `adjustment_id`*, `customer_id`*, `adjusted_at`*, `amount`* (signed), `mode` (`by`, default, or
/// `to`: set the balance to amount, which is then not negative), `currency`, `expires_at`, `reason`, `note`."
fn adjustment(row: &Row) -> Result<(String, Adjustment), Blamed> {
    let (adjustment_id, customer_id) = (row.id("adjustment_id")?, row.id("customer_id")?);
    let adjusted_at = row.required("adjusted_at", row.time("adjusted_at")?)?;
    let currency = row.currency()?;
    let amount = row.required("amount", row.amount("amount", currency)?)?;
    let is_to = match row.text("mode").as_deref() {
        None | Some("by") => false,
        Some("to") => true,
        Some(_) => return Err("mode"),
    };
    if is_to && amount < 0 {
        return Err("amount");
    }
    let expires_at = row.parsed("expires_at", |text| time::parse_end(text, row.program.zone))?;
    let adjustment = Adjustment {
        adjustment_id: adjustment_id.clone(),
        customer_id,
        adjusted_at,
        amount,
        is_to,
        currency,
        expires_at,
    };
    Ok((adjustment_id, adjustment))
}

struct Row<'a> {
    cells: &'a BTreeMap<String, String>,
    program: &'a Program,
    /// The number of its input.
    input: usize,
}

impl Row<'_> {
    /// 2: "Text is trimmed; empty = null."
    fn text(&self, column: &str) -> Option<String> {
        self.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).map(str::to_string)
    }

    fn id(&self, column: Blamed) -> Result<String, Blamed> {
        self.text(column).ok_or(column)
    }

    fn required<T>(&self, column: Blamed, value: Option<T>) -> Result<T, Blamed> {
        value.ok_or(column)
    }

    fn parsed<T>(&self, column: Blamed, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Blamed> {
        self.text(column).map(|text| parse(&text).ok_or(column)).transpose()
    }

    fn time(&self, column: Blamed) -> Result<Option<Instant>, Blamed> {
        self.parsed(column, |text| time::parse(text, self.program.zone))
    }

    fn flag(&self, column: Blamed, default: bool) -> Result<bool, Blamed> {
        let flag = self.parsed(column, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        });
        Ok(flag?.unwrap_or(default))
    }

    fn count(&self, column: Blamed) -> Result<Option<i128>, Blamed> {
        self.parsed(column, |text| text.parse::<u64>().ok().map(i128::from))
    }

    /// 2: "`currency` defaults to the program's".
    fn currency(&self) -> Result<Currency, Blamed> {
        Ok(self.parsed("currency", Currency::named)?.unwrap_or(self.program.currency))
    }

    fn amount(&self, column: Blamed, currency: Currency) -> Result<Option<i128>, Blamed> {
        self.parsed(column, |text| currency.parse(text))
    }

    fn not_negative(&self, column: Blamed, currency: Currency) -> Result<Option<i128>, Blamed> {
        self.parsed(column, |text| currency.parse(text).filter(|amount| *amount >= 0))
    }
}
