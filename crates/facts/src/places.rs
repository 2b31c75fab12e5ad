//! Keeps the line or row numbers that rows of a file came from, run-length encoded: most numbers are one more than the
//! one before.

/// The places (from 1) of consecutive rows (from 0), in runs in which each place is one more than the one before.
#[derive(Debug, Default)]
pub struct Places {
    /// The first row of each run and its place.
    runs: Vec<(u32, u64)>,
    count: u32,
}

impl Places {
    /// Returns the place of a row, by its number from 0. A row after the last one gets a number that means nothing.
    ///
    /// # Panics
    /// Where there are no rows at all.
    pub fn get(&self, row: u32) -> u64 {
        let run = self.runs.partition_point(|&(first, _)| first <= row) - 1;
        let (first, place) = self.runs[run];
        place + u64::from(row - first)
    }

    #[inline]
    fn push(&mut self, place: u64, expected: u64) {
        if place != expected {
            self.runs.push((self.count, place));
        }
        self.count += 1;
    }
}

impl FromIterator<u64> for Places {
    fn from_iter<I: IntoIterator<Item = u64>>(places: I) -> Places {
        let mut all = Places::default();
        let mut expected = 0;
        for place in places {
            all.push(place, expected);
            expected = place + 1;
        }
        all.runs.shrink_to_fit();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_whether_they_follow_one_another_or_not() {
        for places in [vec![2, 3, 4], vec![7], vec![1, 2, 5, 6, 9, 8, 8, 9], vec![3, 1, 2]] {
            let found: Places = places.iter().copied().collect();
            assert!((0..).zip(&places).all(|(row, &place)| found.get(row) == place), "{places:?}");
        }
        assert_eq!((2..1000).collect::<Places>().runs, [(0, 2)]);
    }
}
