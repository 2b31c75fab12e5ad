//! A macro for the visitor methods of plain JSON values, which all do the same.

/// Visits of plain values, all of which call `plain`, with what a message may show of the value.
macro_rules! visits_of_plain_values {
    () => {
        fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
            self.plain(&value)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
            self.plain(&value)
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
            self.plain(&value)
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
            self.plain(&"a number")
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
            self.plain(&value)
        }
    };
}
pub(super) use visits_of_plain_values;
