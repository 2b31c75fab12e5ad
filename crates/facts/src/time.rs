//! An instant or null in eight bytes (`Option<Timestamp>` takes sixteen): microseconds since 1970, `i64::MIN` for null.

use accrue_kernel::time::Timestamp;

/// An instant in microseconds since 1970, or null, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub(crate) i64);

impl Time {
    /// No time.
    pub const NULL: Time = Time(i64::MIN);

    /// Returns the instant; `None` for null.
    pub fn get(self) -> Option<Timestamp> {
        (self != Time::NULL).then(|| Timestamp::from_micros(self.0))
    }
}

impl From<Timestamp> for Time {
    fn from(instant: Timestamp) -> Time {
        Time(instant.micros())
    }
}
