//! Reads columns from folder names such as `dt=2024-03-01` (the layout of Hive partitions).

use crate::error::FileFault;
use crate::input::Input;
use crate::readers::lake::fixed::{FixedColumn, NULL};
use accrue_delta::current::percent_decoded;
use std::path::{Component, Path};

/// Returns the columns that the folders of a file give it: those that the pipeline's path has, as it is written there,
/// and those below it.
pub(super) fn columns(input: &Input, file: &Path) -> Result<Vec<FixedColumn>, FileFault> {
    let is_folder = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let written = Path::new(&input.written_path).parent().into_iter().flat_map(Path::components);
    let beginning = folders(&input.path).count().saturating_sub(written.filter(is_folder).count());
    let mut columns: Vec<FixedColumn> = Vec::new();
    for folder in folders(file).skip(beginning) {
        let Some((name, value)) = folder.split_once('=').filter(|(name, _)| !name.is_empty()) else { continue };
        let name = percent_decoded(name);
        if columns.iter().any(|column| column.name == name) {
            return Err(FileFault::TwoFolders { file: file.to_path_buf(), column: name });
        }
        let value = (value != NULL).then(|| percent_decoded(value));
        columns.push(FixedColumn::of_folder(name, value.as_deref()));
    }
    Ok(columns)
}

/// Returns the names of the folders on the way to a file, as far as they are text.
fn folders(path: &Path) -> impl Iterator<Item = &str> {
    let parts = path.parent().into_iter().flat_map(Path::components).filter(|part| *part != Component::CurDir);
    parts.map(|part| part.as_os_str().to_str().unwrap_or_default())
}
