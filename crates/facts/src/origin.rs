//! Where an accepted row comes from: a file, and the number of its line or row there.
//!
//! (The ledger's origins are events that make lots, not files.)

/// The index of a file in [`Facts::files`](crate::Facts::files).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileIndex(u32);

/// The index of an input in the list of those that are read together: for exports, that of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputIndex(u32);

/// The file of a row, and its place there. It is not the origin of a lot, which is an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: FileIndex,
    /// The line or row number in the file, from 1.
    pub place: u64,
}

/// A row of a file, counted from 0; its place, which people are told, is one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileRow(u32);

impl FileRow {
    /// Makes the row from its place, which counts from 1.
    ///
    /// # Panics
    /// Where the place is 0, or above 2^32.
    pub fn at_place(place: u64) -> FileRow {
        let row = place.checked_sub(1).and_then(|row| u32::try_from(row).ok());
        FileRow(row.expect("rows are counted from 1, and a file has fewer"))
    }

    /// Returns the place of the row, which counts from 1.
    pub fn place(self) -> u64 {
        u64::from(self.0) + 1
    }

    /// Returns the row as an index, from 0.
    #[inline]
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// Returns the row so many rows later.
    ///
    /// # Panics
    /// Where there are 2^32 rows.
    #[inline]
    pub fn plus(self, rows: usize) -> FileRow {
        let row = u32::try_from(rows).ok().and_then(|rows| self.0.checked_add(rows));
        FileRow(row.expect("a file has fewer rows"))
    }
}

impl InputIndex {
    /// Makes the index of an input.
    ///
    /// # Panics
    /// Where there are 2^32 inputs.
    pub fn new(index: usize) -> InputIndex {
        InputIndex(u32::try_from(index).expect("a run reads fewer inputs"))
    }

    /// Returns the index into a slice of inputs.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

impl FileIndex {
    /// Makes the index of a file.
    ///
    /// # Panics
    /// Where there are 2^32 files.
    pub fn new(index: usize) -> FileIndex {
        FileIndex(u32::try_from(index).expect("a run reads fewer files"))
    }

    /// Returns the index into a slice of files.
    #[inline]
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// Returns the index of the file once so many other files are before its own.
    pub fn after(self, files: usize) -> FileIndex {
        FileIndex::new(files + self.get())
    }
}
