//! Rows chosen for a regular expression that requires no literal, but several characters of a kind one after the other:
//! five digits, three capitals.

use std::ops::{Range, RangeInclusive};

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

use crate::{
    Bitset, TextColumn,
    blocks::{BLOCK, bits_where, pop},
    rows::Rows,
};

/// So many bytes of a class in sequence are looked for; more cost more than they spare.
const LONGEST: u32 = 8;

/// A class is told by so many ranges of bytes.
const RANGES: usize = 4;

/// A run of a class that every match holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ClassRun {
    /// The bytes of the class' members in UTF-8, and perhaps more, as ranges; some may be there twice.
    bytes: [RangeInclusive<u8>; RANGES],
    /// How many of them stand in sequence; at least 2.
    len: u32,
}

impl ClassRun {
    /// The run that chooses fewest rows, if there is one that chooses few.
    pub(crate) fn required(hir: &Hir) -> Option<Self> {
        match hir.kind() {
            HirKind::Capture(capture) => Self::required(&capture.sub),
            HirKind::Concat(parts) => parts.iter().filter_map(Self::required).max_by_key(|run| run.len),
            HirKind::Repetition(repetition) => match repetition.sub.kind() {
                HirKind::Class(Class::Unicode(class)) => Self::new(class, repetition.min),
                _ if repetition.min > 0 => Self::required(&repetition.sub),
                _ => None,
            },
            _ => None,
        }
    }

    /// Small letters are everywhere, and so is nearly everything alone.
    fn new(class: &ClassUnicode, len: u32) -> Option<Self> {
        let mut ranges: Vec<_> = class.iter().copied().map(bytes_of).collect();
        ranges.dedup();
        let common = ranges.iter().any(|range| *range.start() <= b'z' && *range.end() >= b'a');
        let first = ranges.first().filter(|_| len > 1 && !common && ranges.len() <= RANGES)?;
        let bytes = std::array::from_fn(|index| ranges.get(index).unwrap_or(first).clone());
        Some(Self { bytes, len: len.min(LONGEST) })
    }

    /// Marks at least those of `rows` that hold such a run.
    pub(crate) fn mark(&self, column: &TextColumn, rows: Range<usize>, hits: &mut Bitset) {
        let mut buffer = Rows::new(column, rows);
        let (start, end) = (buffer.start(), buffer.end());
        // Without branches, so that many bytes are told at once.
        let spans = self.bytes.each_ref().map(|range| (*range.start(), range.end() - range.start()));
        let is_member = |byte: u8| {
            spans.iter().fold(false, |is, (first, span)| is | (byte.wrapping_sub(*first) <= *span))
        };
        let members = bits_where(&column.text()[start..end], is_member);
        let mut row_end = start;
        for index in 0..members.len() {
            let mut runs = self.starts(members[index], members.get(index + 1).copied().unwrap_or(0));
            while runs != 0 {
                let at = start + index * BLOCK + pop(&mut runs);
                if at >= row_end {
                    row_end = buffer.row_at(at).end;
                    hits.set(buffer.row);
                }
            }
        }
    }

    /// The places of a block at which enough members stand in sequence.
    fn starts(&self, block: u64, next: u64) -> u64 {
        (1..self.len).fold(block, |runs, place| runs & (block >> place | next << (u64::BITS - place)))
    }
}

/// The ASCII members of a range, or all bytes beyond ASCII, of which it may have any.
fn bytes_of(range: ClassUnicodeRange) -> RangeInclusive<u8> {
    match (u8::try_from(range.start()), u8::try_from(range.end())) {
        (Ok(first), Ok(last)) if last.is_ascii() => first..=last,
        (Ok(first), _) if first.is_ascii() => first..=u8::MAX,
        _ => 0x80..=u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn required(pattern: &str) -> Option<ClassRun> {
        ClassRun::required(&regex_syntax::parse(pattern).unwrap())
    }

    #[test]
    fn runs_of_rare_characters_choose_rows() {
        let run = |pattern: &str| required(pattern).map(|run| run.len);
        assert_eq!(run("[0-9]{5,}"), Some(5));
        assert_eq!(run(r"\b[A-Z]{3,}\b.*([!?]{2,9}|x)"), Some(3));
        assert_eq!(run(r"(\d{3}){20}"), Some(3));
        assert_eq!(run("[^a-z]{40}"), Some(LONGEST));
        for pattern in [
            "[0-9]",
            "[0-9]*",
            "[0-9]{1,9}",
            r"\w{5}",
            "(?i)[A-Z]{3}",
            "([0-9]{3})?",
            "[0-9]{3}|a",
            "[abcz]{3}",
        ] {
            assert_eq!(run(pattern), None, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn choosing_rows_by_runs_loses_no_match(
            class in r"\[\^?[0-9A-Z!?é-ü]{1,3}\]|\\d|\\s|\\p\{Lu\}", len in 2u32..12,
            rows in prop::collection::vec("([0-9A-F!?é-üÀ-Ý ]|a|中){0,40}", 1..9),
        ) {
            let pattern = format!("{class}{{{len},}}");
            let Ok(regex) = regex::Regex::new(&pattern) else { return Ok(()) };
            let Some(run) = required(&pattern) else { return Ok(()) };
            let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
            let mut hits = Bitset::new(rows.len());
            run.mark(&column, 0..rows.len(), &mut hits);
            for (row, text) in rows.iter().enumerate() {
                prop_assert!(hits.get(row) || !regex.is_match(text), "{} on {:?}", pattern, text);
            }
        }
    }
}
