//! Values of the JSON: amounts in minor units, texts and lists. A missing value is a fault, which names it.

use serde_json::Value;

pub type Checked<T = ()> = Result<T, String>;

/// How many decimals the amounts of a currency have.
#[derive(Clone, Copy)]
pub struct Decimals(pub usize);

impl Decimals {
    /// Reads an amount in minor units.
    pub fn read(self, text: &str) -> Checked<i128> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        if part.len() != self.0 {
            return Err(format!("{text} has not {} decimals", self.0));
        }
        format!("{whole}{part}").parse().map_err(|_| format!("{text} is no amount"))
    }

    pub fn amount(self, of: &Value, name: &str) -> Checked<i128> {
        self.read(text(of, name)?)
    }

    pub fn maybe(self, of: &Value, name: &str) -> Checked<Option<i128>> {
        of[name].as_str().map(|text| self.read(text)).transpose()
    }

    pub fn show(self, minor: i128) -> String {
        let digits = format!("{:0width$}", minor.unsigned_abs(), width = self.0 + 1);
        let (whole, part) = digits.split_at(digits.len() - self.0);
        let sign = if minor < 0 { "-" } else { "" };
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }
}

pub fn text<'v>(of: &'v Value, name: &str) -> Checked<&'v str> {
    of[name].as_str().ok_or_else(|| format!("no {name} in {of}"))
}

pub fn maybe_text(of: &Value, name: &str) -> Option<String> {
    of[name].as_str().map(str::to_owned)
}

pub fn list<'v>(of: &'v Value, name: &str) -> Checked<&'v Vec<Value>> {
    of[name].as_array().ok_or_else(|| format!("no {name} in {of}"))
}

pub fn number(of: &Value, name: &str) -> Checked<u64> {
    of[name].as_u64().ok_or_else(|| format!("no {name} in {of}"))
}

pub fn flag(of: &Value, name: &str) -> Checked<bool> {
    of[name].as_bool().ok_or_else(|| format!("no {name} in {of}"))
}

/// Compares two values of one thing.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, told: T, own: T) -> Checked {
    if told == own { Ok(()) } else { Err(format!("{what}: told {told:?}, computed {own:?}")) }
}
