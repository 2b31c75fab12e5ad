//! Ids of events: the id of a fact, or of what is derived from a fact.

use std::cmp::Ordering;
use std::fmt;

/// The text before the id of a fact in the id of an event that is derived from that fact.
///
/// It has the size of a machine word: every entry has two ids, and whole words are copied faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum DerivedEvent {
    /// No prefix: the event is the fact itself.
    None,
    /// `order:`, a redemption that comes from the `credit_amount` of an order (docs/spec.md 5.2).
    Order,
    /// `cancel:`, the cancellation of an order (docs/spec.md 3).
    Cancel,
    /// `restore:`, the expiry of credit that a refund returned to an expired lot (docs/spec.md 5.3).
    Restore,
    /// `restore:cancel:`, the expiry of credit that a cancellation returned to an expired lot (docs/spec.md 5.3).
    RestoreCancel,
}

/// The id of an event: the id of a fact, with a prefix if the event is derived from the fact.
///
/// Two ids are equal if their full texts are equal; they sort by the bytes of the full text.
#[derive(Clone, Copy)]
pub struct EventId<'a> {
    prefix: DerivedEvent,
    fact: &'a str,
}

impl DerivedEvent {
    /// Returns the text of the prefix, such as `cancel:`; empty for [`DerivedEvent::None`].
    pub fn text(self) -> &'static str {
        ["", "order:", "cancel:", "restore:", "restore:cancel:"][self as usize]
    }
}

impl<'a> EventId<'a> {
    /// Makes the id of an event that is the fact itself.
    pub const fn fact(id: &'a str) -> EventId<'a> {
        EventId { prefix: DerivedEvent::None, fact: id }
    }

    /// Makes the id of an event that is derived from the fact with this id.
    pub const fn derived(prefix: DerivedEvent, id: &'a str) -> EventId<'a> {
        EventId { prefix, fact: id }
    }

    /// Reads the text of an id, as [`Display`] writes it; the longest prefix counts.
    ///
    /// A fact's own id may begin like a prefix. The id that is read then equals the id of that fact all the same.
    ///
    /// [`Display`]: fmt::Display
    pub fn parse(text: &'a str) -> EventId<'a> {
        // Asked of every row of a ledger: the first letter answers nearly always.
        if !matches!(text.as_bytes().first(), Some(b'o' | b'c' | b'r')) {
            return EventId::fact(text);
        }
        let derived = |prefix: DerivedEvent| Some(EventId::derived(prefix, text.strip_prefix(prefix.text())?));
        let prefixes = [DerivedEvent::RestoreCancel, DerivedEvent::Restore, DerivedEvent::Cancel, DerivedEvent::Order];
        prefixes.into_iter().find_map(derived).unwrap_or(EventId::fact(text))
    }

    /// Returns the id of the expiry of credit that this refund or cancellation returned to an expired lot (docs/spec.md
    /// 5.3).
    pub fn restored(self) -> EventId<'a> {
        let prefix =
            if self.prefix == DerivedEvent::Cancel { DerivedEvent::RestoreCancel } else { DerivedEvent::Restore };
        EventId { prefix, fact: self.fact }
    }

    /// Returns the refund or cancellation that returned credit to an expired lot, if this is the id of that expiry.
    pub fn restored_by(self) -> Option<EventId<'a>> {
        match self.prefix {
            DerivedEvent::Restore => Some(EventId::fact(self.fact)),
            DerivedEvent::RestoreCancel => Some(EventId::derived(DerivedEvent::Cancel, self.fact)),
            DerivedEvent::None | DerivedEvent::Order | DerivedEvent::Cancel => None,
        }
    }

    /// Returns the id of the order that a redemption comes from, if it comes from the `credit_amount` of an order
    /// (docs/spec.md 5.2).
    pub fn redeemed_order(self) -> Option<&'a str> {
        (self.prefix == DerivedEvent::Order).then_some(self.fact)
    }

    /// Returns the id of the order that a cancellation, or a refund by the order's `refunded_amount`, is of
    /// (docs/spec.md 2, 3).
    ///
    /// An explanation of ledger rows needs it: their ids are read from text. No amount is computed from it: while
    /// amounts are computed, a refund knows its order.
    pub fn refunded_order(self) -> Option<&'a str> {
        match self.prefix {
            DerivedEvent::Cancel => Some(self.fact),
            // `refunded:<order_id>:<refunded_amount>`; an order id may have a colon, an amount has none.
            DerivedEvent::None => Some(self.fact.strip_prefix("refunded:")?.rsplit_once(':')?.0),
            DerivedEvent::Order | DerivedEvent::Restore | DerivedEvent::RestoreCancel => None,
        }
    }

    /// Tells whether the event is the cancellation of an order.
    pub fn is_cancellation(self) -> bool {
        self.prefix == DerivedEvent::Cancel
    }

    /// Tells whether a fact's own id could be taken for a derived one.
    pub(crate) fn looks_derived(self) -> bool {
        let starts = |prefix: &DerivedEvent| self.fact.starts_with(prefix.text());
        // Asked of every entry: the first letter answers nearly always.
        matches!(self.fact.as_bytes().first(), Some(b'o' | b'c' | b'r'))
            && self.prefix == DerivedEvent::None
            && [DerivedEvent::Order, DerivedEvent::Cancel, DerivedEvent::Restore].iter().any(starts)
    }

    /// Returns the prefix and the id of the fact.
    pub fn parts(self) -> (DerivedEvent, &'a str) {
        (self.prefix, self.fact)
    }

    fn bytes(self) -> impl Iterator<Item = u8> + 'a {
        self.prefix.text().bytes().chain(self.fact.bytes())
    }
}

impl PartialEq for EventId<'_> {
    fn eq(&self, other: &Self) -> bool {
        match self.prefix == other.prefix {
            // Entries of one event share its text: nearly always there is nothing to compare.
            true => std::ptr::eq(self.fact, other.fact) || self.fact == other.fact,
            false => self.cmp(other).is_eq(),
        }
    }
}

impl Eq for EventId<'_> {}

impl Ord for EventId<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.prefix == other.prefix {
            // Entries of one event share its text: nearly always there is nothing to compare.
            true if std::ptr::eq(self.fact, other.fact) => Ordering::Equal,
            true => self.fact.as_bytes().cmp(other.fact.as_bytes()),
            false => self.bytes().cmp(other.bytes()),
        }
    }
}

impl PartialOrd for EventId<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix.text(), self.fact)
    }
}

impl fmt::Debug for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
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
            assert_eq!(EventId::parse(text).parts(), id.parts(), "{text}");
        }
        // The own id of a fact that looks like a derived one.
        assert_eq!(EventId::parse("cancel:7"), EventId::fact("cancel:7"));
    }

    #[test]
    fn ids_name_the_facts_that_they_are_derived_from() {
        let restored_by = |text| EventId::parse(text).restored_by().map(|id| id.to_string());
        assert_eq!(restored_by("restore:r-1").as_deref(), Some("r-1"));
        assert_eq!(restored_by("restore:cancel:1001").as_deref(), Some("cancel:1001"));
        assert!(EventId::parse("restore:cancel:1001").restored_by().unwrap().is_cancellation());
        assert_eq!([restored_by("1001"), restored_by("cancel:1001"), restored_by("order:1001")], [None, None, None]);
        for text in ["r-1", "cancel:1001"] {
            let id = EventId::parse(text);
            assert_eq!(id.restored().restored_by(), Some(id));
        }
        let orders = |text| (EventId::parse(text).redeemed_order(), EventId::parse(text).refunded_order());
        assert_eq!(orders("order:1001"), (Some("1001"), None));
        assert_eq!(orders("cancel:1001"), (None, Some("1001")));
        assert_eq!(orders("refunded:a:b:5.00"), (None, Some("a:b")));
        assert_eq!([orders("refunded:a"), orders("1001"), orders("restore:cancel:1")], [(None, None); 3]);
    }

    #[test]
    fn ids_are_sorted_by_their_bytes_prefix_and_all() {
        let fact = EventId::fact;
        assert!(EventId::derived(DerivedEvent::Cancel, "a") < fact("cancel:b"));
        assert!(fact("cancel:a") < EventId::derived(DerivedEvent::Cancel, "b"));
        assert!(fact("b") < EventId::derived(DerivedEvent::Cancel, "a"));
        let elsewhere = String::from("x");
        assert_eq!(fact("x"), fact(&elsewhere));
        assert_eq!(fact("cancel:a"), EventId::derived(DerivedEvent::Cancel, "a"));
        assert!(!fact("cancel:a").is_cancellation() && EventId::derived(DerivedEvent::Cancel, "a").is_cancellation());
    }

    #[test]
    fn only_the_own_id_of_a_fact_can_look_derived() {
        let looks_derived = |id: EventId<'_>| id.looks_derived();
        for text in ["order:a", "cancel:a", "restore:a"] {
            assert!(looks_derived(EventId::fact(text)), "{text}");
            assert!(!looks_derived(EventId::derived(DerivedEvent::Cancel, text)), "{text}");
        }
        for text in ["a:cancel", "orders", "c", "r-1", ""] {
            assert!(!looks_derived(EventId::fact(text)), "{text}");
        }
    }
}
