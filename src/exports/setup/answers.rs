//! The answers that `accrue init` needs and files cannot give: name, currency, time zone, and whose rules to copy.

use crate::kernel::currency::Currency;
use chrono_tz::Tz;

/// What a program needs beside the files.
pub(crate) struct Answers {
    /// Of the scheme.
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) zone: Tz,
    pub(crate) like: Like,
}

/// Which shop's software a program is to do like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Like {
    /// None: accrue's own defaults, and an example of each method.
    Plain,
    /// Store credits of SHOPLINE's Member System.
    Shopline,
    /// Reward points and store credit of Adobe Commerce.
    Adobe,
    /// Store credit of Shopify.
    Shopify,
}

impl Like {
    pub(crate) const ALL: [Like; 4] = [Like::Plain, Like::Shopline, Like::Adobe, Like::Shopify];

    /// Returns what people type.
    pub(crate) fn name(self) -> &'static str {
        ["plain", "shopline", "adobe", "shopify"][self as usize]
    }

    /// Returns what it stands for.
    pub(crate) fn words(self) -> &'static str {
        [
            "an example of each way to earn, with accrue's own defaults",
            "store credits as in SHOPLINE's Member System",
            "reward points and store credit as in Adobe Commerce",
            "store credit as in Shopify, with a reward for every order",
        ][self as usize]
    }

    pub(super) fn template(self) -> &'static str {
        match self {
            Like::Plain => include_str!("programs/plain.toml"),
            Like::Shopline => include_str!("programs/shopline.toml"),
            Like::Adobe => include_str!("programs/adobe.toml"),
            Like::Shopify => include_str!("programs/shopify.toml"),
        }
    }
}
