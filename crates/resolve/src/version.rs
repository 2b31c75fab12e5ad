//! Compares two versions of one fact: whether they are equal, contradict each other, or name another order.

use accrue_facts::table::Table;
use accrue_facts::text_columns::{adjustment, order, redemption, refund};
use accrue_facts::{AdjustmentRow, OrderRow, RedemptionRow, RefundRow, RegistrationRow, Row, Time};
use accrue_kernel::money::Amount;

/// A row of a table.
pub(crate) struct At<'t, R> {
    pub table: &'t Table<R>,
    pub row: usize,
}

/// A row that can be compared with another version of the same fact.
pub(crate) trait Version: Row {
    /// The text columns that name the fact's person, the first before the others, and the order that it belongs to.
    const CUSTOMERS: &'static [usize];
    const ORDER: Option<usize>;

    /// Tells whether two rows have the same times, amounts and flags.
    fn has_same_values(one: At<'_, Self>, other: At<'_, Self>) -> bool;

    /// Returns by how much less the next version of an order says was refunded; `None` where it does not say less.
    fn refunded_less(_one: At<'_, Self>, _next: At<'_, Self>) -> Option<Amount> {
        None
    }
}

impl<R> Clone for At<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for At<'_, R> {}

impl<'t, R: Version> At<'t, R> {
    pub(crate) fn text(self, column: usize) -> Option<&'t str> {
        self.table.text(self.row, column)
    }

    pub(crate) fn updated_at(self) -> Time {
        self.table.updated_at(self.row)
    }

    /// Tells whether another row says exactly the same, at the same `updated_at`.
    pub(crate) fn repeats(self, other: At<'_, R>) -> bool {
        let has_same_text = |column| self.text(column) == other.text(column);
        self.updated_at() == other.updated_at()
            && R::has_same_values(self, other)
            && (0..R::TEXTS.len()).all(has_same_text)
    }

    /// Tells whether another row of the same id and file, of which `updated_at` does not tell which is newer, has
    /// another customer, order or time.
    pub(crate) fn conflicts(self, other: At<'_, R>) -> bool {
        let is_newer = self.updated_at() != other.updated_at();
        let has_other_text = |column: &usize| self.text(*column) != other.text(*column);
        // The first column that either row fills names the customer.
        let customer = R::CUSTOMERS.iter().find(|&&column| self.text(column).or(other.text(column)).is_some());
        let has_other_time = || self.row().own_time() != other.row().own_time();
        !is_newer && (customer.into_iter().chain(R::ORDER.iter()).any(has_other_text) || has_other_time())
    }

    /// Tells whether another version of the same fact names another order; one that does not exist moves nowhere.
    pub(crate) fn moves(self, other: At<'_, R>) -> bool {
        let Some(column) = R::ORDER.filter(|_| !other.row().is_void()) else { return false };
        let orders = self.text(column).zip(other.text(column));
        orders.is_some_and(|(one, other)| one != other)
    }

    fn row(self) -> &'t R {
        &self.table.rows[self.row]
    }
}

impl Version for OrderRow {
    const CUSTOMERS: &'static [usize] = &[order::CUSTOMER, order::EMAIL];
    const ORDER: Option<usize> = None;

    fn has_same_values(one: At<'_, OrderRow>, other: At<'_, OrderRow>) -> bool {
        // Each table keeps its own extras.
        let plain = |at: At<'_, OrderRow>| OrderRow { extras: None, ..*at.row() };
        plain(one) == plain(other) && one.table.extras(one.row) == other.table.extras(other.row)
    }

    fn refunded_less(one: At<'_, OrderRow>, next: At<'_, OrderRow>) -> Option<Amount> {
        let (before, after) = (one.row(), next.row());
        let is_comparable = !before.void && !after.void && before.currency == after.currency;
        let refunded = |at: At<'_, OrderRow>| at.table.extras(at.row).refunded;
        Some(refunded(one) - refunded(next)).filter(|less| is_comparable && less.is_positive())
    }
}

macro_rules! plain {
    ($row:ty, $customers:expr, $order:expr) => {
        impl Version for $row {
            const CUSTOMERS: &'static [usize] = $customers;
            const ORDER: Option<usize> = $order;

            fn has_same_values(one: At<'_, $row>, other: At<'_, $row>) -> bool {
                one.row() == other.row()
            }
        }
    };
}

plain!(RegistrationRow, &[], None);
plain!(RefundRow, &[], Some(refund::ORDER));
plain!(RedemptionRow, &[redemption::CUSTOMER, redemption::CARD], Some(redemption::ORDER));
plain!(AdjustmentRow, &[adjustment::CUSTOMER], None);
