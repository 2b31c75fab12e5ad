//! Whole shops: what is promised of every one.
