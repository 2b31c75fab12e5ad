//! Amounts: whole numbers of a currency's minor units (1), read from and written as plain decimals.

/// An ISO 4217 currency and its number of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency {
    pub code: &'static str,
    pub decimals: usize,
}

const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR_DECIMALS: &str = "CLF UYW";
const TWO_DECIMALS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD \
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU \
    MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK \
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER \
    ZAR ZMW ZWG";

/// 1: "An amount ... is below 1,000,000,000": in whole units of the currency.
pub const LIMIT: i128 = 1_000_000_000;

impl Currency {
    /// Finds a currency by its code, in capitals; `None` is "an unknown currency" (2).
    pub fn named(code: &str) -> Option<Currency> {
        [(NO_DECIMALS, 0), (TWO_DECIMALS, 2), (THREE_DECIMALS, 3), (FOUR_DECIMALS, 4)]
            .into_iter()
            .flat_map(|(codes, decimals)| codes.split(' ').map(move |code| Currency { code, decimals }))
            .find(|currency| currency.code == code)
    }

    /// The number of minor units in one whole unit.
    pub fn unit(self) -> i128 {
        10_i128.pow(self.decimals as u32)
    }

    /// Reads a decimal as minor units.
    ///
    /// 1: "An amount has at most as many decimals as its currency has minor units ... and is below 1,000,000,000; an
    /// input with more is rejected (trailing zeros do not count)."
    pub fn parse(self, text: &str) -> Option<i128> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) =
            (is_digits(whole) && is_digits(fraction)).then(|| (whole, fraction.trim_end_matches('0')))?;
        let whole = whole.trim_start_matches('0');
        if fraction.len() > self.decimals || whole.len() > 9 {
            return None;
        }
        let minor: i128 = format!("0{whole}{fraction:0<width$}", width = self.decimals).parse().ok()?;
        Some(if text.starts_with('-') { -minor } else { minor })
    }

    /// Writes minor units as a decimal with exactly the currency's decimals.
    pub fn show(self, minor: i128) -> String {
        let sign = if minor < 0 { "-" } else { "" };
        let (whole, fraction) = (minor.abs() / self.unit(), minor.abs() % self.unit());
        match self.decimals {
            0 => format!("{sign}{whole}"),
            width => format!("{sign}{whole}.{fraction:0>width$}"),
        }
    }
}
