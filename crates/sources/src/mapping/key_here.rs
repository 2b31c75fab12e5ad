//! A look-up as the rows of a mapping use it: the key that they look for, and the columns that it gives them.

use crate::input::Lookup;
use crate::mapping::definitions::Definitions;
use crate::mapping::fault::MappingFault;
use crate::mapping::written::Written;

/// A look-up of a mapping as its rows use it.
#[derive(Clone, Debug)]
pub(super) struct KeyHere {
    /// What the names of the columns that it gives begin with, the point included.
    pub prefix: String,
    pub key: Written,
    /// The names of what is taken.
    pub taken: Vec<String>,
    pub or_null: bool,
}

impl KeyHere {
    pub(super) fn new(lookup: &Lookup, definitions: &Definitions) -> Result<KeyHere, MappingFault> {
        let key = definitions.parse(format!("lookup.{}.on", lookup.name), &lookup.here)?;
        let taken = lookup.take.iter().map(|(name, _)| name.clone()).collect();
        Ok(KeyHere { prefix: format!("{}.", lookup.name), key, taken, or_null: lookup.or_null })
    }
}
