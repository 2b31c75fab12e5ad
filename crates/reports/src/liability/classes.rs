//! Classes of credit: which methods are shown together, since the books of a shop treat them alike.

use accrue_kernel::entry::Method;

/// The class of what people owe. No other method has it.
pub const DEBT: &str = "debt";

/// The class of each method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes([String; Method::ALL.len()]);

impl Default for Classes {
    /// The five methods of rules are `earned`, but for `registration`, which is a `promotion`; credit of refunds is
    /// `refund`, and that of adjustments `other`.
    fn default() -> Classes {
        let class = |method| match method {
            Method::FirstOrder | Method::PerOrder | Method::OrderHistory | Method::SpendHistory => "earned",
            Method::Registration => "promotion",
            Method::RefundCredit => "refund",
            Method::Adjustment => "other",
            Method::Owed => DEBT,
        };
        Classes(Method::ALL.map(|method| class(method).to_owned()))
    }
}

impl Classes {
    /// Returns the same with other classes of some methods.
    pub fn with(mut self, own: impl IntoIterator<Item = (Method, String)>) -> Classes {
        own.into_iter().for_each(|(method, class)| self.0[method as usize] = class);
        self
    }

    /// Returns the class of a method.
    pub fn of(&self, method: Method) -> &str {
        &self.0[method as usize]
    }

    /// Returns the class with a place.
    pub(super) fn at(&self, place: usize) -> &str {
        &self.0[place]
    }

    /// Returns the place of a method's class among all classes: they are in the order of their first methods.
    pub(super) fn place(&self, method: Method) -> usize {
        self.0.iter().position(|class| class == self.of(method)).unwrap_or_default()
    }
}
