//! Currencies: ISO 4217 codes and their minor units (SPEC 1).

use std::fmt;

/// Codes in force with two minor units, and a few withdrawn lately whose orders are still in exports.
const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF \
    CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
    MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER \
    ZAR ZMW ZWG ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL";
const ZERO: &str = "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR: &str = "CLF UYW";

/// A currency of ISO 4217: three capital letters and the number of its minor units.
///
/// Ordered by code, as ledger rows are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    minor_units: u8,
}

impl Currency {
    /// Returns the currency of a code such as `USD`, or `None` where ISO 4217 gives it no minor units.
    pub fn from_code(code: &str) -> Option<Currency> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        let listed = |list: &str| list.split(' ').any(|known| known == code);
        let minor_units = match () {
            () if listed(TWO) => 2,
            () if listed(ZERO) => 0,
            () if listed(THREE) => 3,
            () if listed(FOUR) => 4,
            () => return None,
        };
        Some(Currency { code: letters, minor_units })
    }

    /// Returns the code, such as `USD`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("codes are ASCII letters")
    }

    /// Returns the number of decimals an amount of this currency may have.
    pub fn minor_units(self) -> u32 {
        u32::from(self.minor_units)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_follow_iso_4217() {
        let units = |code| Currency::from_code(code).map(Currency::minor_units);
        assert_eq!(units("USD"), Some(2));
        assert_eq!(units("JPY"), Some(0));
        assert_eq!(units("KWD"), Some(3));
        assert_eq!(units("CLF"), Some(4));
    }

    #[test]
    fn unknown_codes_are_none() {
        for code in ["", "usd", "USDX", "XXX", "XAU", "A D", "$"] {
            assert_eq!(Currency::from_code(code), None, "{code}");
        }
    }
}
