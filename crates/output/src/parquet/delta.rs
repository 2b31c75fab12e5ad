//! Parquet's encoding DELTA_BINARY_PACKED: 64-bit numbers as bit-packed differences, in blocks of 128.

use super::packing::{pack, width_of, write_varint};

const BLOCK: usize = 128;
const MINIBLOCK: usize = 32;

/// Appends numbers.
///
/// Source: <https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5>
pub(super) fn write_deltas(values: &[i64], out: &mut Vec<u8>) {
    write_varint(BLOCK as u64, out);
    write_varint((BLOCK / MINIBLOCK) as u64, out);
    write_varint(values.len() as u64, out);
    write_varint(zigzag(values.first().copied().unwrap_or(0)), out);
    let mut deltas = [0; BLOCK];
    for start in (1..values.len()).step_by(BLOCK) {
        let block = &values[start - 1..values.len().min(start + BLOCK)];
        for (delta, pair) in deltas.iter_mut().zip(block.windows(2)) {
            *delta = pair[1].wrapping_sub(pair[0]);
        }
        write_block(&deltas[..block.len() - 1], out);
    }
}

fn write_block(deltas: &[i64], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().expect("a block has a delta");
    write_varint(zigzag(least), out);
    let widths = out.len();
    out.extend_from_slice(&[0; BLOCK / MINIBLOCK]);
    for (number, miniblock) in deltas.chunks(MINIBLOCK).enumerate() {
        let above = |delta: &i64| delta.wrapping_sub(least) as u64;
        let width = width_of(miniblock.iter().map(above).fold(0, |all, delta| all | delta));
        out[widths + number] = width as u8;
        pack(miniblock.iter().map(above), width, MINIBLOCK, out);
    }
}

/// Maps numbers of small absolute value to small ones (ZigZag encoding of Protocol Buffers).
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deltas(values: &[i64]) -> Vec<u8> {
        let mut out = Vec::new();
        write_deltas(values, &mut out);
        out
    }

    #[test]
    fn numbers_are_told_by_their_differences() {
        // The format's own examples: no bits where all differences are one, two bits where they are -2 to 1.
        assert_eq!(deltas(&[1, 2, 3, 4, 5]), [128, 1, 4, 5, 2, 2, 0, 0, 0, 0]);
        let mut expected = vec![128, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111];
        expected.extend([0; 6]);
        assert_eq!(deltas(&[7, 5, 3, 1, 2, 3, 4, 5]), expected);
    }

    #[test]
    fn no_number_and_one_number_have_no_block() {
        assert_eq!(deltas(&[]), [128, 1, 4, 0, 0]);
        assert_eq!(deltas(&[-1]), [128, 1, 4, 1, 1]);
    }

    #[test]
    fn the_longest_way_needs_all_bits() {
        let out = deltas(&[i64::MIN, i64::MAX, i64::MIN]);
        // Differences are -1 and 1 in 64 bits that wrap around.
        assert_eq!(out[out.len() - 13..out.len() - 8], [1, 2, 0, 0, 0]);
        assert_eq!(out[out.len() - 8..], [0b1000, 0, 0, 0, 0, 0, 0, 0]);
    }
}
