//! `registration`: a fixed reward for registering.

use crate::kernel::money::{Amount, Total};

pub fn reward(fixed: Amount) -> Total {
    fixed.into()
}
