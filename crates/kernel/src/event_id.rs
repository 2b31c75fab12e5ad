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
    fn ids_are_written_with_their_prefix() {
        let derived = EventId::derived;
        assert_eq!(EventId::fact("1001").to_string(), "1001");
        assert_eq!(derived(DerivedEvent::Order, "1001").to_string(), "order:1001");
        assert_eq!(derived(DerivedEvent::Cancel, "a:b").to_string(), "cancel:a:b");
        assert_eq!(derived(DerivedEvent::Restore, "r-1").to_string(), "restore:r-1");
        assert_eq!(derived(DerivedEvent::RestoreCancel, "1001").to_string(), "restore:cancel:1001");
    }

    #[test]
    fn ids_name_the_facts_that_they_are_derived_from() {
        let (refund, cancellation) = (EventId::fact("r-1"), EventId::derived(DerivedEvent::Cancel, "1001"));
        assert_eq!(EventId::derived(DerivedEvent::Restore, "r-1").restored_by(), Some(refund));
        assert_eq!(EventId::derived(DerivedEvent::RestoreCancel, "1001").restored_by(), Some(cancellation));
        for id in [refund, cancellation] {
            assert_eq!((id.restored().restored_by(), id.restored_by(), id.redeemed_order()), (Some(id), None, None));
        }
        assert!(cancellation.is_cancellation() && !refund.is_cancellation());
        let spent = EventId::derived(DerivedEvent::Order, "1001");
        assert_eq!((spent.redeemed_order(), spent.restored_by()), (Some("1001"), None));
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
