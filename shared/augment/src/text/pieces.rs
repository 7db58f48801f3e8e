//! A text in words and what stands between them.

use hunch_engine::is_word;
use std::borrow::Cow;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

/// A text in pieces: `gaps[0] words[0] gaps[1] … words[n-1] gaps[n]`.
///
/// Words are runs of grapheme clusters that begin with a `\w`: what the rule language calls words, except that a mark or
/// joiner inside an emoji is no word of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pieces<'t> {
    pub words: Vec<Cow<'t, str>>,
    /// One more than words; between two words never empty.
    pub gaps: Vec<Cow<'t, str>>,
}

impl<'t> Pieces<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let mut pieces = Self { words: Vec::new(), gaps: Vec::new() };
        let (mut start, mut in_word) = (0, false);
        let mut meet = |at: usize, word: bool| {
            if word != in_word {
                pieces.push(&text[start..at], in_word);
                (start, in_word) = (at, !in_word);
            }
        };
        if text.is_ascii() {
            text.bytes().enumerate().for_each(|(at, byte)| meet(at, is_word(byte.into())));
        } else {
            text.grapheme_indices(true).for_each(|(at, grapheme)| meet(at, grapheme.starts_with(is_word)));
        }
        pieces.push(&text[start..], in_word);
        if in_word {
            pieces.push("", false);
        }
        pieces
    }

    fn push(&mut self, piece: &'t str, word: bool) {
        let pieces = if word { &mut self.words } else { &mut self.gaps };
        pieces.push(Cow::Borrowed(piece));
    }

    /// The text of some words and of what stands between them.
    pub(crate) fn phrase(&self, first: usize, words: usize) -> Cow<'_, str> {
        if words == 1 {
            return Cow::Borrowed(&self.words[first]);
        }
        let mut phrase = self.words[first].clone().into_owned();
        for at in first + 1..first + words {
            phrase.extend([&*self.gaps[at], &*self.words[at]]);
        }
        Cow::Owned(phrase)
    }

    /// Puts a text in the place of some words.
    pub(crate) fn set_phrase(&mut self, first: usize, words: usize, text: String) {
        self.words.splice(first..first + words, [Cow::Owned(text)]);
        self.gaps.drain(first + 1..first + words);
    }

    /// Takes a word out, with the white space that only it needed. Where what stands around it would grow together, it
    /// stays.
    pub(crate) fn remove(&mut self, word: usize) {
        let (before, after) = (self.gaps[word].trim_end(), &*self.gaps[word + 1]);
        let trimmed = after.trim_start();
        // A space may carry a combining mark.
        let leads = word == 0 && before.is_empty() && is_boundary(after, after.len() - trimmed.len());
        if let Some(gap) = join([before, if leads { trimmed } else { after }].into_iter()) {
            self.words.remove(word);
            self.gaps.splice(word..=word + 1, [Cow::Owned(gap)]);
        }
    }

    /// Puts a text after a word.
    pub(crate) fn insert_after(&mut self, word: usize, text: String) {
        self.words.insert(word + 1, Cow::Owned(text));
        self.gaps.insert(word + 1, Cow::Borrowed(" "));
    }

    /// The text; none if pieces that were apart would become one grapheme cluster.
    pub(crate) fn join(&self) -> Option<String> {
        let (first, gaps) = self.gaps.split_first()?;
        let rest = self.words.iter().zip(gaps).flat_map(|(word, gap)| [&**word, &**gap]);
        join(std::iter::once(&**first).chain(rest))
    }
}

/// The grapheme clusters of a text. In ASCII each character is one, but for a line's end.
pub(super) fn graphemes(text: &str) -> Vec<&str> {
    if text.is_ascii() && !text.contains('\r') {
        (0..text.len()).map(|at| &text[at..=at]).collect()
    } else {
        text.graphemes(true).collect()
    }
}

/// The pieces as one text; none if pieces that were apart would become one grapheme cluster.
pub(super) fn join<'p>(pieces: impl Iterator<Item = &'p str>) -> Option<String> {
    let mut joined = String::new();
    // What the next piece may look like decides whether a border stands where no ASCII meets ASCII.
    let mut unsure = Vec::new();
    for piece in pieces {
        match (joined.as_bytes().last(), piece.as_bytes().first()) {
            (Some(b'\r'), Some(b'\n')) => return None,
            (Some(before), Some(after)) if !(before.is_ascii() && after.is_ascii()) => {
                unsure.push(joined.len());
            }
            _ => {}
        }
        joined.push_str(piece);
    }
    unsure.into_iter().all(|at| is_boundary(&joined, at)).then_some(joined)
}

/// Whether grapheme clusters end and begin at `at`.
fn is_boundary(text: &str, at: usize) -> bool {
    match (text[..at].chars().next_back(), text[at..].chars().next()) {
        (Some(before), Some(after)) if before.is_ascii() && after.is_ascii() => {
            (before, after) != ('\r', '\n')
        }
        (Some(_), Some(_)) => {
            // With the whole text at hand the cursor always knows.
            GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(false)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Cow<'_, str>> {
        let pieces = Pieces::new(text);
        assert_eq!(pieces.gaps.len(), pieces.words.len() + 1);
        assert_eq!(pieces.join().as_deref(), Some(text));
        pieces.words
    }

    #[test]
    fn words_are_the_languages_in_every_script_and_emoji_are_none() {
        assert_eq!(words("Don't stop_it, e\u{301}té!"), ["Don", "t", "stop_it", "e\u{301}té"]);
        assert_eq!(words("שלום עולם"), ["שלום", "עולם"]);
        assert_eq!(words("我喜欢这首歌。很好"), ["我喜欢这首歌", "很好"]);
        assert_eq!(words("नमस्ते दुनिया"), ["नमस्ते", "दुनिया"]);
        assert_eq!(words("ok ❤\u{fe0f} 👩\u{200d}👩\u{200d}👧 👍🏽 go"), ["ok", "go"]);
        assert_eq!(words(""), [""; 0]);
        assert_eq!(words("\r\n!"), [""; 0]);
    }

    #[test]
    fn a_word_leaves_without_a_hole() {
        let without = |text: &str, word| {
            let mut pieces = Pieces::new(text);
            pieces.remove(word);
            pieces.join().unwrap_or_default()
        };
        assert_eq!(without("one two three", 0), "two three");
        assert_eq!(without("one two three", 1), "one three");
        assert_eq!(without("one two three", 2), "one two");
        assert_eq!(without("hello, big world!", 1), "hello, world!");
        assert_eq!(without("hello, world!", 1), "hello,!");
        assert_eq!(without("hello world, you", 1), "hello, you");
        assert_eq!(without("don't go", 1), "don' go");
    }

    #[test]
    fn pieces_that_would_grow_together_are_not_joined() {
        assert_eq!(join(["a", "\u{301}"].into_iter()), None);
        assert_eq!(join(["\r", "\n"].into_iter()), None);
        assert_eq!(join(["🇩", "🇪"].into_iter()), None);
        assert_eq!(join(["🇩🇪", "🇫🇷", "", "é"].into_iter()).as_deref(), Some("🇩🇪🇫🇷é"));
    }
}
