//! Makes typed event ids (`EventId`) of the texts in the ledger, such as `cancel:1001`.

use accrue_kernel::entry::{DerivedEvent, EventId};

/// The longest prefixes first: `restore:cancel:1001` is of a cancellation.
const DERIVED: [DerivedEvent; 4] =
    [DerivedEvent::RestoreCancel, DerivedEvent::Restore, DerivedEvent::Cancel, DerivedEvent::Order];

/// Reads the text of an id, as the ledger has it.
///
/// A fact's own id may begin like a prefix. The id that is read then equals the id of that fact all the same.
pub(super) fn event_id(text: &str) -> EventId<'_> {
    // Asked of every row of a ledger: the first letter answers nearly always.
    if !matches!(text.as_bytes().first(), Some(b'o' | b'c' | b'r')) {
        return EventId::fact(text);
    }
    let derived = |prefix: DerivedEvent| Some(EventId::derived(prefix, text.strip_prefix(prefix.text())?));
    DERIVED.into_iter().find_map(derived).unwrap_or(EventId::fact(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let derived = EventId::derived;
        let ids = [
            (EventId::fact("1001"), "1001"),
            (EventId::fact("orders:1"), "orders:1"),
            (EventId::fact(""), ""),
            (derived(DerivedEvent::Order, "1001"), "order:1001"),
            (derived(DerivedEvent::Cancel, "a:b"), "cancel:a:b"),
            (derived(DerivedEvent::Restore, "r-1"), "restore:r-1"),
            (derived(DerivedEvent::RestoreCancel, "1001"), "restore:cancel:1001"),
        ];
        for (id, text) in ids {
            assert_eq!(id.to_string(), text);
            assert_eq!(event_id(text).parts(), id.parts(), "{text}");
        }
        // The own id of a fact that looks like a derived one.
        assert_eq!(event_id("cancel:7"), EventId::fact("cancel:7"));
    }
}
