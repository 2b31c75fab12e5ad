//! How a run tells how far it is.

/// Hears how far a run is, from several threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is how much there is to do in it, zero where that is not known.
    fn begin(&self, stage: &'static str, total: u64);
    /// So much more of the stage is done.
    fn advance(&self, by: u64);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &'static str, _: u64) {}
    fn advance(&self, _: u64) {}
}
