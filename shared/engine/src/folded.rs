//! The case-folded shadow copy of a text column, in which everything is searched unless a rule says `exactly`.

use std::sync::OnceLock;

use hunch_rules::fold_char;

use crate::{TextColumn, blocks::each_beyond_ascii};

/// What is made of a text column when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Shadow {
    folded: OnceLock<TextColumn>,
}

/// A text column and what is made of it.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) original: &'a TextColumn,
    pub(crate) shadow: &'a Shadow,
}

impl<'a> Texts<'a> {
    pub(crate) fn folded(self) -> &'a TextColumn {
        self.shadow.folded.get_or_init(|| fold_column(self.original))
    }

    /// The text as it is, or the folded copy.
    pub(crate) fn get(self, exact: bool) -> &'a TextColumn {
        if exact { self.original } else { self.folded() }
    }
}

/// The column under Unicode simple case folding, with offsets of its own: the Kelvin sign (3 bytes) becomes `k`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a folded text is less than twice as long as one of 2 GiB"
)]
pub(crate) fn fold_column(column: &TextColumn) -> TextColumn {
    let lower = column.text().to_ascii_lowercase();
    let mut changed = Vec::new();
    each_beyond_ascii(&lower, |at, c| {
        let folded = fold_char(c);
        if folded != c {
            changed.push((at..at + c.len_utf8(), folded));
        }
    });
    if changed.is_empty() {
        return column.with_text(lower, column.offsets().to_vec());
    }
    let mut text = String::with_capacity(lower.len());
    let mut offsets: Vec<u32> = Vec::with_capacity(column.offsets().len());
    // Up to here, `lower` is in `text`.
    let mut read = 0;
    let moved = |offset: u32, text: &String, read: usize| (offset as usize - read + text.len()) as u32;
    for (range, folded) in changed {
        while let Some(offset) = column.offsets().get(offsets.len()).filter(|at| **at as usize <= range.start)
        {
            offsets.push(moved(*offset, &text, read));
        }
        text.push_str(&lower[read..range.start]);
        text.push(folded);
        read = range.end;
    }
    offsets.extend(column.offsets()[offsets.len()..].iter().map(|offset| moved(*offset, &text, read)));
    text.push_str(&lower[read..]);
    column.with_text(text, offsets)
}

/// For each byte offset of the folded text, and its end, where that code point starts in `original`.
pub(crate) fn original_offsets(original: &str) -> Vec<usize> {
    let folded = |(at, c): (usize, char)| std::iter::repeat_n(at, fold_char(c).len_utf8());
    original.char_indices().flat_map(folded).chain([original.len()]).collect()
}

#[cfg(test)]
mod tests {
    use hunch_rules::fold;
    use proptest::prelude::*;

    use super::*;
    use crate::words::is_word;

    proptest! {
        #[test]
        fn a_column_is_folded_as_each_of_its_texts(
            rows in prop::collection::vec(prop::option::of("([a-zA-Z .ÉéßẞȺK\u{212a}中👍]|\\PC){0,80}"), 0..8),
        ) {
            let folded = fold_column(&TextColumn::from_rows(rows.iter().map(Option::as_ref)).unwrap());
            let expected = rows.iter().map(|row| row.as_deref().map(fold));
            prop_assert_eq!(folded, TextColumn::from_rows(expected).unwrap());
        }
    }

    #[test]
    fn rows_keep_their_own_text_when_folding_changes_lengths() {
        let column =
            TextColumn::from_rows([Some("\u{212a}2 ẞ"), None, Some(""), Some("ABC"), Some("ȺB")]).unwrap();
        let folded = fold_column(&column);
        let rows: Vec<_> = (0..folded.len()).map(|row| folded.get(row)).collect();
        assert_eq!(rows, [Some("k2 ß"), None, Some(""), Some("abc"), Some("ⱥb")]);
        assert_eq!(original_offsets("\u{212a}2ẞ"), [0, 3, 4, 4, 7]);
    }

    /// Word boundaries are looked for in the folded copy.
    #[test]
    fn folding_makes_no_word_of_what_is_none_and_never_doubles_a_length() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_word(fold_char(c)), is_word(c), "{c:?}");
            assert!(fold_char(c).len_utf8() * 2 <= c.len_utf8() * 3, "{c:?}");
        }
    }
}
