//! Makes room on the stack for deeply nested expressions, so that none can overflow it.

/// The stack that a level of an expression may take, and what is added where less is left, in bytes.
const LEFT: usize = 128 << 10;
const ADDED: usize = 2 << 20;

/// Does what one level of an expression needs, on more stack where little is left.
pub(super) fn with_room<T>(level: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEFT, ADDED, level)
}
