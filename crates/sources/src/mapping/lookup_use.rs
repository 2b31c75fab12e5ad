//! Connects the expressions of a mapping with its look-ups: which look-up gives a column, and what its key needs.

use crate::mapping::fault::{MappingFault, Reason, quoted};
use crate::mapping::key_here::KeyHere;
use crate::mapping::mapped::Mapped;
use crate::mapping::written::Written;

impl Mapped {
    /// Returns the look-up that gives a column.
    pub(super) fn lookup_of(&self, name: &str) -> Option<&KeyHere> {
        self.lookups.iter().find(|here| name.starts_with(&here.prefix))
    }

    /// Checks that look-ups take what an expression refers to.
    pub(super) fn check_taken(&self, written: &Written) -> Result<(), MappingFault> {
        for name in written.needed.iter().chain(&written.optional) {
            let Some(here) = self.lookup_of(name) else { continue };
            if here.taken.iter().all(|taken| *taken != name[here.prefix.len()..]) {
                let taken = quoted(&here.taken);
                return Err(written.fault(Reason::NotTaken { column: name.clone(), taken }));
            }
        }
        Ok(())
    }

    /// Returns the columns that an expression refers to, and the keys of the look-ups that give some of them.
    pub(super) fn sources(&self, written: &Written) -> Vec<String> {
        let sources = written.sources();
        let keys = sources.iter().filter_map(|name| Some(self.lookup_of(name)?.key.text.clone()));
        keys.chain(sources.iter().cloned()).collect()
    }
}
