//! Parquet's hybrid of run-length encoding and bit packing, for dictionary keys and null levels.

/// The number of values that are packed together. A group of equal values, with the equal ones after it, is written as
/// a run instead.
const GROUP: usize = 8;

/// Returns the number of bits for numbers up to `greatest`.
pub(super) fn width_of(greatest: u64) -> u32 {
    u64::BITS - greatest.leading_zeros()
}

/// Appends values, each as a number of at most `width` bits; equal values have equal numbers.
///
/// Source:
/// <https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3>
pub(super) fn write_hybrid<T: Copy + PartialEq>(
    values: &[T],
    number: impl Fn(T) -> u32,
    width: u32,
    out: &mut Vec<u8>,
) {
    // From `pending` on, values are not written yet: they will be packed.
    let (mut pending, mut at) = (0, 0);
    while at < values.len() {
        let (group, rest) = values[at..].split_at(GROUP.min(values.len() - at));
        if group.len() == GROUP && group.iter().all(|&value| value == group[0]) {
            let run = GROUP + rest.iter().take_while(|&&value| value == group[0]).count();
            write_packed(&values[pending..at], &number, width, out);
            write_run(number(group[0]), run, width, out);
            at += run;
            pending = at;
        } else {
            at += group.len();
        }
    }
    write_packed(&values[pending..], &number, width, out);
}

/// Appends a run: the same number `count` times, of at most `width` bits.
pub(super) fn write_run(value: u32, count: usize, width: u32, out: &mut Vec<u8>) {
    write_varint((count as u64) << 1, out);
    out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8) as usize]);
}

fn write_packed<T: Copy>(values: &[T], number: impl Fn(T) -> u32, width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let groups = values.len().div_ceil(GROUP);
    write_varint((groups as u64) << 1 | 1, out);
    pack(values.iter().map(|&value| u64::from(number(value))), width, GROUP * groups, out);
}

/// Appends numbers of `width` bits each, the first in the lowest bits, and zeros up to `count`, a multiple of eight.
pub(super) fn pack(values: impl Iterator<Item = u64>, width: u32, count: usize, out: &mut Vec<u8>) {
    let end = out.len() + count / 8 * width as usize;
    let (mut word, mut filled) = (0, 0);
    for value in values {
        word |= value << filled;
        filled += width;
        if filled >= u64::BITS {
            out.extend_from_slice(&word.to_le_bytes());
            filled -= u64::BITS;
            // The bits of the value that did not fit; none where it ended with the word.
            word = value.checked_shr(width - filled).unwrap_or(0);
        }
    }
    out.extend_from_slice(&word.to_le_bytes()[..filled.div_ceil(8) as usize]);
    out.resize(end, 0);
}

/// Appends a number as a ULEB128 varint: groups of seven bits, the lowest first.
pub(super) fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hybrid(values: &[u32], width: u32) -> Vec<u8> {
        let mut out = Vec::new();
        write_hybrid(values, |value| value, width, &mut out);
        out
    }

    #[test]
    fn numbers_are_packed_lowest_bits_first() {
        // The example of the format: 0 to 7 in three bits each.
        assert_eq!(hybrid(&[0, 1, 2, 3, 4, 5, 6, 7], 3), [3, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        assert_eq!(hybrid(&[1, 2], 2), [3, 0b1001, 0]);
        assert!(hybrid(&[], 3).is_empty());
    }

    #[test]
    fn long_runs_are_told_by_their_length() {
        assert_eq!(hybrid(&[4; 8], 3), [16, 4]);
        assert_eq!(hybrid(&[300; 200], 9), [0x90, 0x03, 0x2c, 0x01]);
        assert_eq!(hybrid(&[0; 100], 0), [0xc8, 0x01]);
        // One value and seven of the run make a group; a group of eight is left.
        let values: Vec<u32> = std::iter::once(1).chain([0; 15]).collect();
        assert_eq!(hybrid(&values, 1), [3, 1, 16, 0]);
        // Here too few would be left.
        assert_eq!(hybrid(&values[..15], 1), [5, 1, 0]);
    }

    #[test]
    fn numbers_may_fill_whole_words() {
        let mut out = Vec::new();
        pack([u64::MAX, 1].into_iter(), 64, 8, &mut out);
        assert_eq!(out, [[0xff; 8], 1_u64.to_le_bytes(), [0; 8], [0; 8], [0; 8], [0; 8], [0; 8], [0; 8]].concat());
        out.clear();
        pack([0xf_ffff_ffff, 0, 0xf_0000_000f, 1, 0, 0, 0, 2].into_iter(), 36, 8, &mut out);
        let sum = 0xf_ffff_ffff_u128 | 0xf_0000_000f << 72 | 1 << 108;
        assert_eq!(out[..16], sum.to_le_bytes());
        assert_eq!(out.len(), 36);
        // The last value's only bit is bit 7 * 36 + 1.
        assert_eq!(out[31..], [0b10_0000, 0, 0, 0, 0]);
    }
}
