//! What files can be recognised as: the canonical exports of each kind, and the variants of the built-in platforms.

use crate::facts::FactKind;
use crate::facts::columns::{Need, columns};
use crate::pipeline::platform::{self, BuiltIn, Described, Unread};
use crate::sources::input::{Input, Variant};
use std::path::PathBuf;

/// Everything that a file can be recognised as.
pub(crate) struct Known {
    /// By platform and kind; the canonical columns first.
    pub(crate) kinds: Vec<KnownKind>,
    /// Files of platforms that no facts can be made of.
    pub(crate) unread: Vec<(BuiltIn, Unread)>,
}

/// Files of one kind of facts, of a platform or with the canonical columns.
pub(crate) struct KnownKind {
    /// `None`: the canonical columns.
    pub(crate) platform: Option<BuiltIn>,
    pub(crate) kind: FactKind,
    /// In the order in which they are tried.
    pub(crate) variants: Vec<Described>,
}

impl Known {
    pub(crate) fn all() -> Known {
        let canonical =
            FactKind::ALL.into_iter().map(|kind| KnownKind { platform: None, kind, variants: vec![canonical(kind)] });
        let of_platform = |own: BuiltIn| {
            let kinds = FactKind::ALL.into_iter().map(move |kind| KnownKind {
                platform: Some(own),
                kind,
                variants: platform::variants(&own, kind),
            });
            kinds.filter(|known| !known.variants.is_empty())
        };
        let unread = |own: BuiltIn| platform::description(&own).unread.into_iter().map(move |file| (own, file));
        Known {
            kinds: canonical.chain(platform::built_in().flat_map(of_platform)).collect(),
            unread: platform::built_in().flat_map(unread).collect(),
        }
    }

    /// Returns what is known of a kind of facts of a platform.
    pub(crate) fn of(&self, platform: BuiltIn, kind: FactKind) -> Option<&KnownKind> {
        let is_wanted = |known: &&KnownKind| known.platform.is_some_and(|own| own.name == platform.name);
        self.kinds.iter().filter(is_wanted).find(|known| known.kind == kind)
    }
}

/// Files with canonical columns have all that are required, and are read without a mapping.
fn canonical(kind: FactKind) -> Described {
    let required = columns(kind).iter().filter(|column| column.need == Need::Required);
    let header = required.map(|column| column.name.to_owned()).collect();
    let name = format!("canonical columns of {}", kind.name());
    let input = Input::new(kind, PathBuf::new(), "");
    let variant = Variant { name, header, is_unconfirmed: false, input };
    Described { variant, export: None, list: None, needs: Vec::new() }
}
