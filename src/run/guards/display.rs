//! Shows sums in messages of guards: in major units, as decimals.

use crate::kernel::currency::Currency;
use crate::kernel::money::WideAmount;
use rust_decimal::Decimal;

/// Returns a sum in major units, as far as a decimal can hold it.
pub(super) fn display(total: WideAmount, currency: Currency) -> Decimal {
    Decimal::try_from_i128_with_scale(total.minor(), currency.minor_units()).unwrap_or(Decimal::MAX)
}
