//! Messages about faulty quoted values in CSV files.

use crate::readers::csv::record::{Cause, VALUE_BYTES, VALUE_LINES};

/// What a quoted value may have at most.
pub(super) const LIMITS: &str = "1,000 lines or 1 MiB";
const _: () = assert!(VALUE_LINES == 1000 && VALUE_BYTES == 1 << 20);

/// Says what is wrong with a quoted value.
pub(super) fn described(bytes: &[u8], cause: Cause) -> String {
    match cause {
        Cause::TextAfter(at) => format!("`{}` follows the closing quote of a value", shown(bytes, at)),
        Cause::TooLong => format!("a quoted value has more than {LIMITS}"),
        Cause::FileEnds => "the file ends within a quoted value".to_string(),
    }
}

/// Returns the character at a place, escaped where it cannot be seen.
pub(super) fn shown(bytes: &[u8], at: usize) -> String {
    let rest = String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 4)]);
    rest.chars().take(1).flat_map(char::escape_debug).collect()
}
