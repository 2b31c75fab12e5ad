//! Writes amounts for the report of a plan, in major units.

use crate::kernel::currency::Currency;
use crate::kernel::money::WideAmount;

/// Writes a sum in major units.
pub(crate) fn shown(total: WideAmount, currency: Currency) -> String {
    total.display(currency).to_string()
}
