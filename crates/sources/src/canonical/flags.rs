//! Reads columns with few different values: flags, currencies, and words of a list.

use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use crate::canonical::texts;
use crate::error::FileFault;
use accrue_facts::RejectReason;
use accrue_kernel::currency::Currency;
use arrow::array::{Array, StringArray};
use std::cell::Cell;

/// A column of texts that mean something.
pub(super) struct Words {
    name: &'static str,
    texts: Option<StringArray>,
}

/// A column of currencies.
pub(super) struct Currencies {
    words: Words,
    default: Currency,
    /// The code before, which is most often this one too.
    last: Cell<Option<([u8; 3], Currency)>>,
}

impl Words {
    pub(super) fn new(name: &'static str, cells: &Cells) -> Result<Words, FileFault> {
        Ok(Words { name, texts: texts::column(name, cells)? })
    }

    /// Returns the word of a row.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<&str> {
        let texts = self.texts.as_ref()?;
        texts.is_valid(at as usize).then(|| texts.value(at as usize))
    }

    /// Returns what the word of a row means, by a list of words in lower case; any case is accepted.
    pub(super) fn choose<T: Copy>(&self, at: u32, list: &[(&str, T)], default: T) -> Result<T, Box<Fault>> {
        let Some(word) = self.get(at) else { return Ok(default) };
        if let Some((_, meaning)) = list.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)) {
            return Ok(*meaning);
        }
        let known: Vec<String> = list.iter().map(|(known, _)| format!("`{known}`")).collect();
        let what = format!("is none of {}", known.join(", "));
        Err(Fault::of_value(self.name, word.to_string(), RejectReason::UnknownMethod, what))
    }

    /// Returns whether a row says yes.
    #[inline]
    pub(super) fn flag(&self, at: u32, default: bool) -> Result<bool, Box<Fault>> {
        let Some(word) = self.get(at) else { return Ok(default) };
        let is = |list: [&str; 3]| list.iter().any(|known| word.eq_ignore_ascii_case(known));
        match (is(["true", "1", "yes"]), is(["false", "0", "no"])) {
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => {
                let what = "is neither `true` nor `false`, `yes` nor `no`, `1` nor `0`: a mapping can say what it means \
                            (`case when ... end`)";
                Err(Fault::of_value(self.name, word.to_string(), RejectReason::Malformed, what))
            }
        }
    }
}

impl Currencies {
    pub(super) fn new(cells: &Cells) -> Result<Currencies, FileFault> {
        let words = Words::new("currency", cells)?;
        Ok(Currencies { words, default: cells.reading.currency, last: Cell::new(None) })
    }

    /// Returns the currency of a row: the program's where it names none.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Result<Currency, Box<Fault>> {
        let Some(code) = self.words.get(at) else { return Ok(self.default) };
        match self.last.get() {
            Some((last, currency)) if last == code.as_bytes() => Ok(currency),
            _ => self.look_up(code),
        }
    }

    fn look_up(&self, code: &str) -> Result<Currency, Box<Fault>> {
        let Some(currency) = Currency::from_code(&code.to_ascii_uppercase()) else {
            let what = "is not a code of ISO 4217 such as `USD`: a mapping can say which currency it means \
                        (`case when ... end`)";
            return Err(Fault::of_value(self.words.name, code.to_string(), RejectReason::UnknownCurrency, what));
        };
        self.last.set(code.as_bytes().try_into().ok().map(|code| (code, currency)));
        Ok(currency)
    }
}
