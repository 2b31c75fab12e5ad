//! Currencies, amounts and other exact numbers of a file: written as texts, so that none passes through a float.

use super::percent;
use super::plain_decimal::plain_decimal;
use super::walk::Value;
use crate::kernel::currency::Currency;
use crate::kernel::money::Amount;
use rust_decimal::Decimal;
use toml::de::DeValue;

/// Reads an ISO 4217 code.
pub(super) fn currency(value: Value<'_>) -> Option<Currency> {
    let code = value.text()?;
    let known = Currency::from_code(code);
    if known.is_none() {
        let upper = code.to_uppercase();
        let remedy = match Currency::from_code(&upper) {
            Some(_) => format!("did you mean `{upper}`?"),
            None => "write its ISO 4217 code, such as `USD`".to_owned(),
        };
        value.fault_with(format!("`{}` is not a known currency: `{code}`", value.key), remedy);
    }
    known
}

/// Reads an amount above zero; with no known currency only its form is checked.
pub(super) fn amount(value: Value<'_>, currency: Option<Currency>) -> Option<Amount> {
    let text = number_text(value)?;
    match Amount::parse(text.as_bytes(), currency?) {
        Ok(amount) if amount.is_positive() => Some(amount),
        Ok(_) => {
            value.fault(format!("`{}` is \"{text}\": it must be above zero", value.key));
            None
        }
        Err(_) if text.ends_with('%') => {
            value.fault_with(format!("`{}` is \"{text}\", which is no amount", value.key), percent::remedy(text));
            None
        }
        Err(fault) => {
            value.fault(format!("`{}` is \"{text}\", which {fault}", value.key));
            None
        }
    }
}

/// Reads an exact decimal number of at least zero, of no particular currency.
pub(super) fn decimal(value: Value<'_>) -> Option<Decimal> {
    let text = number_text(value)?;
    let number = plain_decimal(text);
    if number.is_none() {
        let what = format!("`{}` is \"{text}\", which is not a plain decimal number", value.key);
        value.fault_with(what, "write digits with a `.` before the decimals, such as \"1234.56\"");
    }
    number
}

fn number_text<'d>(value: Value<'d>) -> Option<&'d str> {
    match value.raw() {
        DeValue::Integer(_) | DeValue::Float(_) => {
            let written = value.written().replace('_', "");
            let what = format!("`{}` is a bare number; amounts are exact", value.key);
            value.fault_with(what, format!("write it as a text: \"{written}\""));
            None
        }
        _ => value.text(),
    }
}
