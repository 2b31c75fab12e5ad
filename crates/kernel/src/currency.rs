//! Currencies (docs/spec.md 1): the codes of ISO 4217 with the number of decimals of each, which defines the minor
//! unit.

use std::fmt;

/// The codes of ISO 4217 that have minor units, sorted, with the number of decimals. A few codes were withdrawn lately
/// (BGN, HRK, ...); exports still hold orders in them. Metals and test codes have no minor units and are no money here.
#[rustfmt::skip]
const TABLE: [(&str, u8); 179] = [
    ("AED", 2), ("AFN", 2), ("ALL", 2), ("AMD", 2), ("ANG", 2), ("AOA", 2), ("ARS", 2), ("AUD", 2), ("AWG", 2),
    ("AZN", 2), ("BAM", 2), ("BBD", 2), ("BDT", 2), ("BGN", 2), ("BHD", 3), ("BIF", 0), ("BMD", 2), ("BND", 2),
    ("BOB", 2), ("BOV", 2), ("BRL", 2), ("BSD", 2), ("BTN", 2), ("BWP", 2), ("BYN", 2), ("BYR", 0), ("BZD", 2),
    ("CAD", 2), ("CDF", 2), ("CHE", 2), ("CHF", 2), ("CHW", 2), ("CLF", 4), ("CLP", 0), ("CNY", 2), ("COP", 2),
    ("COU", 2), ("CRC", 2), ("CUC", 2), ("CUP", 2), ("CVE", 2), ("CZK", 2), ("DJF", 0), ("DKK", 2), ("DOP", 2),
    ("DZD", 2), ("EEK", 2), ("EGP", 2), ("ERN", 2), ("ETB", 2), ("EUR", 2), ("FJD", 2), ("FKP", 2), ("GBP", 2),
    ("GEL", 2), ("GHS", 2), ("GIP", 2), ("GMD", 2), ("GNF", 0), ("GTQ", 2), ("GYD", 2), ("HKD", 2), ("HNL", 2),
    ("HRK", 2), ("HTG", 2), ("HUF", 2), ("IDR", 2), ("ILS", 2), ("INR", 2), ("IQD", 3), ("IRR", 2), ("ISK", 0),
    ("JMD", 2), ("JOD", 3), ("JPY", 0), ("KES", 2), ("KGS", 2), ("KHR", 2), ("KMF", 0), ("KPW", 2), ("KRW", 0),
    ("KWD", 3), ("KYD", 2), ("KZT", 2), ("LAK", 2), ("LBP", 2), ("LKR", 2), ("LRD", 2), ("LSL", 2), ("LTL", 2),
    ("LVL", 2), ("LYD", 3), ("MAD", 2), ("MDL", 2), ("MGA", 2), ("MKD", 2), ("MMK", 2), ("MNT", 2), ("MOP", 2),
    ("MRO", 2), ("MRU", 2), ("MUR", 2), ("MVR", 2), ("MWK", 2), ("MXN", 2), ("MXV", 2), ("MYR", 2), ("MZN", 2),
    ("NAD", 2), ("NGN", 2), ("NIO", 2), ("NOK", 2), ("NPR", 2), ("NZD", 2), ("OMR", 3), ("PAB", 2), ("PEN", 2),
    ("PGK", 2), ("PHP", 2), ("PKR", 2), ("PLN", 2), ("PYG", 0), ("QAR", 2), ("RON", 2), ("RSD", 2), ("RUB", 2),
    ("RWF", 0), ("SAR", 2), ("SBD", 2), ("SCR", 2), ("SDG", 2), ("SEK", 2), ("SGD", 2), ("SHP", 2), ("SLE", 2),
    ("SLL", 2), ("SOS", 2), ("SRD", 2), ("SSP", 2), ("STD", 2), ("STN", 2), ("SVC", 2), ("SYP", 2), ("SZL", 2),
    ("THB", 2), ("TJS", 2), ("TMT", 2), ("TND", 3), ("TOP", 2), ("TRY", 2), ("TTD", 2), ("TWD", 2), ("TZS", 2),
    ("UAH", 2), ("UGX", 0), ("USD", 2), ("USN", 2), ("UYI", 0), ("UYU", 2), ("UYW", 4), ("UZS", 2), ("VED", 2),
    ("VEF", 2), ("VES", 2), ("VND", 0), ("VUV", 0), ("WST", 2), ("XAD", 2), ("XAF", 0), ("XCD", 2), ("XCG", 2),
    ("XOF", 0), ("XPF", 0), ("YER", 2), ("ZAR", 2), ("ZMK", 2), ("ZMW", 2), ("ZWG", 2), ("ZWL", 2),
];

/// A currency of ISO 4217 that has minor units; sorted by code, as the rows of the ledger are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u8);

impl Currency {
    /// Returns the currency of an upper-case code such as `USD`; `None` if ISO 4217 gives the code no minor units.
    pub fn from_code(code: &str) -> Option<Currency> {
        let index = TABLE.binary_search_by_key(&code, |(known, _)| known).ok()?;
        Some(Currency(index as u8))
    }

    /// Returns the code, such as `USD`.
    pub fn code(self) -> &'static str {
        TABLE[usize::from(self.0)].0
    }

    /// Returns the index of the code in the sorted list of all codes; it is not stable between versions of this crate.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Returns the code with this index in the sorted list of all codes.
    ///
    /// # Panics
    ///
    /// Panics if there is no such index; every [`Currency::index`] is one.
    pub fn code_at(index: usize) -> &'static str {
        TABLE[index].0
    }

    /// Returns the number of decimals that an amount of this currency may have, 0 to 4.
    pub fn minor_units(self) -> u32 {
        u32::from(TABLE[usize::from(self.0)].1)
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
    fn codes_are_sorted_so_that_currencies_are_too() {
        assert!(TABLE.is_sorted());
        assert!(TABLE.len() <= usize::from(u8::MAX));
    }

    #[test]
    fn an_index_leads_to_its_code() {
        let [aed, afn, zwl] = ["AED", "AFN", "ZWL"].map(|code| Currency::from_code(code).unwrap());
        assert_eq!([aed.index(), afn.index(), zwl.index()], [0, 1, 178]);
        assert_eq!([Currency::code_at(1), Currency::code_at(zwl.index())], ["AFN", "ZWL"]);
        assert_eq!(format!("{zwl} {zwl:?}"), "ZWL ZWL");
    }

    #[test]
    fn unknown_codes_are_none() {
        for code in ["", "usd", "USDX", "XXX", "XAU", "A D", "$"] {
            assert_eq!(Currency::from_code(code), None, "{code}");
        }
    }
}
