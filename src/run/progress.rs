//! How a command tells how far it is, and hears that it is to stop.

use super::error::RunError;

/// Hears how far a command is, from several threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is how much there is to do in it, zero where that is not known.
    fn begin(&self, stage: &'static str, total: u64);
    /// So much more of the stage is done.
    fn advance(&self, by: u64);
    /// Tells whether the command is to stop, unless what it does is posted already.
    fn is_stopped(&self) -> bool {
        false
    }
}

impl dyn Progress + '_ {
    /// Begins a stage.
    ///
    /// # Errors
    /// `Stopped` where the command is to stop.
    pub fn stage(&self, stage: &'static str, total: u64) -> Result<(), RunError> {
        self.go_on()?;
        self.begin(stage, total);
        Ok(())
    }

    /// Lets work between two of its pieces go on.
    ///
    /// # Errors
    /// `Stopped` where the command is to stop.
    pub fn go_on(&self) -> Result<(), RunError> {
        if self.is_stopped() { Err(RunError::Stopped) } else { Ok(()) }
    }
}

/// Tells nobody, and is never stopped.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &'static str, _: u64) {}
    fn advance(&self, _: u64) {}
}
