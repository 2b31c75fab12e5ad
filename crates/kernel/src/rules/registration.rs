//! `registration`: a fixed reward for registering.

use crate::money::{Amount, Total};

pub(crate) fn reward(fixed: Amount) -> Total {
    fixed.into()
}
