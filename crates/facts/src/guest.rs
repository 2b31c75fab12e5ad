//! Makes the ids of guests: people who are known by an email only.
//!
//! A guest's id is `guest:` and the first 16 bytes of the SHA-256 of the email in lower case, as 32 hex digits. So no
//! email address is in the ledger.

use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What the id of every guest begins with.
pub(crate) const PREFIX: &str = "guest:";

/// The ASCII bytes of a guest's id: `guest:` and 32 hex digits.
pub type GuestId = [u8; 38];

/// Returns the id of the guest with an email, which must be in lower case already.
pub fn guest_id(lower_email: &str) -> GuestId {
    let mut id = *b"guest:00000000000000000000000000000000";
    let digest = Sha256::digest(lower_email.as_bytes());
    for (pair, byte) in id[6..].chunks_exact_mut(2).zip(digest.iter()) {
        let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    id
}

/// Tells whether a customer id has the form of a guest's id.
pub fn is_guest_id(customer_id: &str) -> bool {
    customer_id.len() == size_of::<GuestId>() && customer_id.starts_with(PREFIX)
}

/// Returns an email in Unicode lower case; borrowed where nothing changes.
pub fn lower_email(email: &str) -> Cow<'_, str> {
    let is_lower = email.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { email.into() } else { email.to_lowercase().into() }
}
