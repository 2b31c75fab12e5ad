//! Counts the pieces of a JSON file, and collects the member names that its records have.

use crate::readers::near::Members;

/// How many pieces have been read, and which members their records have had.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) pieces: usize,
    pub(super) members: Members,
}

impl Seen {
    pub(super) fn add(&mut self, members: Members) {
        self.pieces += 1;
        self.members.add(members);
    }
}
