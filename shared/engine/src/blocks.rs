//! Texts read 64 bytes at a time, as bits: one for each byte.

/// Bytes that share a word of bits.
pub(crate) const BLOCK: usize = 64;

/// The low bit of each byte.
const LOW: u64 = 0x0101_0101_0101_0101;

/// One bit per byte of `text`: whether `test` holds for it. Bits beyond its end are zero.
pub(crate) fn bits_where(text: &str, test: impl Fn(u8) -> bool) -> Vec<u64> {
    let (blocks, rest) = text.as_bytes().as_chunks();
    let mut bits: Vec<u64> = blocks.iter().map(|block| block_where(block, &test)).collect();
    if !rest.is_empty() {
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        bits.push(block_where(&last, &test) & (u64::MAX >> (BLOCK - rest.len())));
    }
    bits
}

/// Calls `found` with each code point beyond ASCII and where it starts.
pub(crate) fn each_beyond_ascii(text: &str, mut found: impl FnMut(usize, char)) {
    for (index, block) in text.as_bytes().chunks(BLOCK).enumerate() {
        if block.is_ascii() {
            continue;
        }
        let beyond = block.iter().enumerate().filter(|(_, byte)| !byte.is_ascii());
        for at in beyond.map(|(place, _)| index * BLOCK + place) {
            // Bytes that continue a code point begin no text.
            if let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
                found(at, c);
            }
        }
    }
}

/// Takes the lowest bit out and tells its place, 64 if there is none.
pub(crate) fn pop(bits: &mut u64) -> usize {
    let place = bits.trailing_zeros() as usize;
    *bits &= bits.wrapping_sub(1);
    place
}

fn block_where(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    // In two steps, each of which the compiler can do for many bytes at once.
    let holds = block.map(|byte| u8::from(test(byte)));
    let eights = holds.as_chunks().0.iter().enumerate();
    eights.fold(0, |bits, (index, eight)| bits | gather(u64::from_le_bytes(*eight)) << (index * 8))
}

/// The low bits of eight bytes, which are all they hold, as one byte, the first byte's lowest.
fn gather(bytes: u64) -> u64 {
    debug_assert_eq!(bytes & !LOW, 0, "bytes of one bit");
    bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_told_byte_by_byte(text in "([a-z0-9 é中👍]|\\PC){0,200}", first in any::<u8>(), last in any::<u8>()) {
            let test = |byte: u8| first <= byte && byte <= last;
            let bits = bits_where(&text, test);
            prop_assert_eq!(bits.len(), text.len().div_ceil(BLOCK));
            for at in 0..bits.len() * BLOCK {
                let expected = text.as_bytes().get(at).is_some_and(|byte| test(*byte));
                prop_assert_eq!(bits[at / BLOCK] >> (at % BLOCK) & 1 == 1, expected);
            }
            let mut beyond = Vec::new();
            each_beyond_ascii(&text, |at, c| beyond.push((at, c)));
            prop_assert_eq!(beyond, text.char_indices().filter(|(_, c)| !c.is_ascii()).collect::<Vec<_>>());
        }
    }
}
