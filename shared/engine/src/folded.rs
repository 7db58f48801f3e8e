//! The case-folded shadow copy of a text column, in which everything is searched unless a rule says `exactly`.

use std::{ops::Range, sync::OnceLock};

use hunch_rules::fold_char;

use crate::{TextColumn, tokens::Tokens};

/// One in so many rows of a column must be asked for before its words are worth hashing: the rows on screen come first.
const TOKENS_SHARE: usize = 16;

/// What is made of a text column, each when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Shadow {
    folded: OnceLock<TextColumn>,
    tokens: OnceLock<Tokens>,
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

    /// The words of the folded copy.
    pub(crate) fn tokens(self) -> &'a Tokens {
        self.shadow.tokens.get_or_init(|| Tokens::new(self.folded()))
    }

    /// The words of the folded copy, if they are at hand.
    pub(crate) fn known_tokens(self) -> Option<&'a Tokens> {
        self.shadow.tokens.get()
    }

    /// The words of the folded copy for a search of `rows`, unless making them would keep a few rows waiting.
    pub(crate) fn tokens_for(self, rows: &Range<usize>) -> Option<&'a Tokens> {
        let worth_it = rows.len() * TOKENS_SHARE >= self.original.len();
        if worth_it { Some(self.tokens()) } else { self.known_tokens() }
    }
}

/// The column under Unicode simple case folding, with offsets of its own: the Kelvin sign (3 bytes) becomes `k`.
pub(crate) fn fold_column(column: &TextColumn) -> TextColumn {
    // The longest growth is from two bytes to three (`Ⱥ`), so the copy is less than twice as long.
    column.map(|text, folded| {
        if text.is_ascii() {
            fold_ascii(text, folded);
        } else {
            fold_mixed(text, folded);
        }
    })
}

/// Folds stretches of ASCII at once.
fn fold_mixed(text: &str, folded: &mut String) {
    let mut rest = text;
    while let Some(end) = rest.bytes().position(|byte| !byte.is_ascii()) {
        fold_ascii(&rest[..end], folded);
        let others = rest[end..].chars().take_while(|c| !c.is_ascii());
        let mut read = end;
        for c in others {
            folded.push(fold_char(c));
            read += c.len_utf8();
        }
        rest = &rest[read..];
    }
    fold_ascii(rest, folded);
}

fn fold_ascii(text: &str, folded: &mut String) {
    let start = folded.len();
    folded.push_str(text);
    folded[start..].make_ascii_lowercase();
}

/// For each byte offset of the folded text, and its end, where that code point starts in `original`.
pub(crate) fn original_offsets(original: &str) -> Vec<usize> {
    let folded = |(at, c): (usize, char)| std::iter::repeat_n(at, fold_char(c).len_utf8());
    original.char_indices().flat_map(folded).chain([original.len()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::is_word;

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
