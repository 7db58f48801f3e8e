//! Sentences.

use super::pieces::join;
use crate::random::Random;

/// Marks that end a sentence before white space or the end of the text.
const ENDS: &str = ".!?…؟।॥";
/// Marks that end one anywhere.
const FULL_ENDS: &str = "。！？";
/// What may stand between a mark and the end of its sentence.
const CLOSERS: &str = "\"')]}”’»」』）";

/// Sentences change places; the white space between them stays. Of two or more, not all are where they were.
pub(super) fn shuffle(text: &str, random: &mut Random) -> Option<String> {
    let pieces = split(text);
    let sentences: Vec<usize> = (0..pieces.len()).filter(|at| !is_space(pieces[*at])).collect();
    if sentences.len() < 2 {
        return None;
    }
    // A mark may carry a combining one.
    join(pieces.iter().copied())?;
    let mut order = sentences.clone();
    random.shuffle(&mut order);
    if order == sentences {
        order.swap(0, 1);
    }
    let mut shuffled = pieces.clone();
    for (to, from) in sentences.into_iter().zip(order) {
        shuffled[to] = pieces[from];
    }
    join(shuffled.into_iter())
}

fn is_space(piece: &str) -> bool {
    piece.trim().is_empty()
}

/// Sentences and the white space between them.
fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let space = rest.len() - rest.trim_start().len();
        let length = if space > 0 { space } else { sentence(rest) };
        let (piece, after) = rest.split_at(length);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// The length of the sentence at the start of a text, which is no white space.
fn sentence(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut ended = None;
    while let Some((_, c)) = chars.next() {
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        let next = chars.peek().map(|(_, next)| *next);
        ended = match ended {
            _ if FULL_ENDS.contains(c) => Some(true),
            _ if ENDS.contains(c) => Some(false),
            Some(full) if CLOSERS.contains(c) => Some(full),
            _ => None,
        };
        let goes_on =
            next.is_some_and(|next| [FULL_ENDS, ENDS, CLOSERS].iter().any(|set| set.contains(next)));
        let at_end = match ended {
            Some(true) => !goes_on,
            Some(false) => next.is_none_or(char::is_whitespace),
            None => next == Some('\n'),
        };
        if at_end {
            // White space before the end of a line belongs to what stands between.
            return text[..end].trim_end().len().max(c.len_utf8());
        }
    }
    text.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_see_them_end() {
        let sentences = |text| split(text).into_iter().filter(|piece| !is_space(piece)).collect::<Vec<_>>();
        assert_eq!(
            sentences("One two. Three?! \"Four.\" five"),
            ["One two.", "Three?!", "\"Four.\"", "five"]
        );
        assert_eq!(sentences("v1.2 is out\nGet it"), ["v1.2 is out", "Get it"]);
        assert_eq!(sentences("很好。我喜欢！真的"), ["很好。", "我喜欢！", "真的"]);
        assert_eq!(sentences("  \n "), [""; 0]);
        assert_eq!(split(" a.  b \nc ").concat(), " a.  b \nc ");
    }
}
