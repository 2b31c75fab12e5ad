//! The platforms that are compiled into accrue.

/// A platform of the program: the files of its folder.
#[derive(Clone, Copy)]
pub(crate) struct BuiltIn {
    /// What a pipeline names it by.
    pub(crate) name: &'static str,
    /// The names and texts of its files, `platform.toml` first.
    pub(crate) files: &'static [(&'static str, &'static str)],
}

impl BuiltIn {
    /// Returns the text of a file; `None` where the platform has none of that name.
    pub(crate) fn text(&self, file: &str) -> Option<&'static str> {
        self.files.iter().find(|(name, _)| *name == file).map(|(_, text)| *text)
    }
}

macro_rules! platform {
    ($name:literal: $($file:literal),*) => {
        BuiltIn {
            name: $name,
            files: &[$(($file, include_str!(concat!("../../../platforms/", $name, "/", $file)))),*],
        }
    };
}

const PLATFORMS: [BuiltIn; 3] = [
    platform!("magento": "platform.toml", "orders.toml", "registrations.toml", "refunds.toml", "redemptions.toml",
        "adjustments.toml"),
    platform!("shopify": "platform.toml", "orders.toml", "registrations.toml", "refunds.toml", "redemptions.toml",
        "adjustments.toml"),
    platform!("woocommerce": "platform.toml", "orders.toml", "refunds.toml"),
];

/// Returns the platforms of the program, by name.
pub(crate) fn built_in() -> impl Iterator<Item = BuiltIn> {
    PLATFORMS.into_iter()
}
