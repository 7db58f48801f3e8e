//! A text as words, phrases of two words, and sequences of letters, each with a hash.

use hunch_engine::is_word;

/// Of each text only so many bytes are read.
pub const TEXT_BYTES: usize = 32 << 10;

/// Lengths of sequences of letters.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=5;

/// What part of a text a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gram {
    /// A maximal run of `\w`.
    Word,
    /// Two words, one after the other, with what stands between them.
    Phrase,
    /// Code points in a row, within what stands between two spaces, those spaces included.
    Letters,
}

/// Lowers a text's case and puts one space in the place of each run of white space, around the whole as well.
pub(super) fn fold(text: &str, folded: &mut String) {
    folded.clear();
    folded.push(' ');
    for c in text[..text.floor_char_boundary(TEXT_BYTES)].chars() {
        if c.is_whitespace() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            folded.extend(c.to_lowercase());
        }
    }
    if !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Calls `see` with every word and phrase of a folded text, hashed from `seed`.
pub(super) fn words<'t>(folded: &'t str, seed: u64, mut see: impl FnMut(Gram, u64, &'t str)) {
    let mut previous: Option<(usize, u64)> = None;
    let mut start = None;
    // The text ends with a space, so every word has an end.
    for (place, c) in folded.char_indices() {
        match (start, is_word(c)) {
            (None, true) => start = Some(place),
            (Some(from), false) => {
                let hash = hash(seed, &folded.as_bytes()[from..place]);
                see(Gram::Word, mix(hash), &folded[from..place]);
                if let Some((before, first)) = previous {
                    see(
                        Gram::Phrase,
                        mix(first.rotate_left(32) ^ hash.wrapping_mul(PRIME)),
                        &folded[before..place],
                    );
                }
                (previous, start) = (Some((from, hash)), None);
            }
            _ => {}
        }
    }
}

/// Calls `see` with every sequence of letters of a folded text, hashed from `seed`.
pub(super) fn letters<'t>(folded: &'t str, seed: u64, mut see: impl FnMut(Gram, u64, &'t str)) {
    let bytes = folded.as_bytes();
    for (from, _) in folded.char_indices() {
        let mut hash = seed;
        let (mut length, mut at) = (0, from);
        while at < bytes.len() && length < *LETTERS.end() {
            let end = folded.ceil_char_boundary(at + 1);
            hash = self::hash(hash, &bytes[at..end]);
            length += 1;
            if LETTERS.contains(&length) {
                see(Gram::Letters, mix(hash), &folded[from..end]);
            }
            // The space after a token belongs to it and ends it.
            if bytes[at] == b' ' && length > 1 {
                break;
            }
            at = end;
        }
    }
}

/// FNV-1a's prime.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A hash of a column's name, to begin those of its values with; `purpose` keeps kinds of features apart.
pub(super) fn seed(purpose: &str, column: &str) -> u64 {
    mix(hash(hash(hash(0xcbf2_9ce4_8422_2325, purpose.as_bytes()), &[0]), column.as_bytes()))
}

/// FNV-1a, continued.
pub(super) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

/// Spreads a hash over all its bits: the finalizer of `MurmurHash3`.
pub(super) fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, kind: Gram) -> Vec<String> {
        let mut folded = String::new();
        fold(text, &mut folded);
        let mut found = Vec::new();
        let mut see = |gram, _, name: &str| {
            if gram == kind {
                found.push(name.to_owned());
            }
        };
        words(&folded, 1, &mut see);
        letters(&folded, 1, &mut see);
        found
    }

    #[test]
    fn a_text_is_taken_apart_as_documented() {
        assert_eq!(seen("  Check\tit, OUT!", Gram::Word), ["check", "it", "out"]);
        assert_eq!(seen("  Check\tit, OUT!", Gram::Phrase), ["check it", "it, out"]);
        assert_eq!(seen("Ab! ß", Gram::Letters), [" ab", " ab!", " ab! ", "ab!", "ab! ", "b! ", " ß "]);
        assert_eq!(seen("  \n ", Gram::Letters), [""; 0]);
        assert_eq!(seen("", Gram::Word), [""; 0]);
    }

    #[test]
    fn what_stands_between_words_does_not_change_a_phrase() {
        let phrase = |text: &str| {
            let mut found = Vec::new();
            let mut folded = String::new();
            fold(text, &mut folded);
            words(&folded, 1, |gram, hash, _| found.extend((gram == Gram::Phrase).then_some(hash)));
            found
        };
        assert_eq!(phrase("check out"), phrase("Check -- out"));
        assert_ne!(phrase("check out"), phrase("out check"));
    }

    #[test]
    fn a_huge_text_is_read_in_part_and_never_in_the_middle_of_a_letter() {
        let mut folded = String::new();
        fold(&"ä".repeat(TEXT_BYTES), &mut folded);
        assert_eq!(folded.chars().count(), TEXT_BYTES / 2 + 2);
    }
}
