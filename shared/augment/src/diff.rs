//! What became of a text, for people to see.

use crate::text::Pieces;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A stretch of two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffPiece {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub kind: DiffKind,
}

/// In which of two texts a stretch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffKind {
    /// In both.
    Same,
    /// In the first only.
    Removed,
    /// In the second only.
    Added,
}

/// Longer changed stretches, in words and gaps, are shown as replaced as a whole: comparing takes their product.
const COMPARED: usize = 400;

/// The difference of two texts, in words and what stands between them. The pieces that are not `Added` make up the
/// first text, those that are not `Removed` the second.
pub fn diff(before: &str, after: &str) -> Vec<DiffPiece> {
    let (before, after) = (Pieces::new(before), Pieces::new(after));
    let (a, b) = (tokens(&before), tokens(&after));
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (&a[start..], &b[start..]);
    let end = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (middle_a, middle_b) = (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end]);

    let mut out = Out(Vec::new());
    out.push_all(&a[..start], DiffKind::Same);
    if middle_a.len() > COMPARED || middle_b.len() > COMPARED {
        out.push_all(middle_a, DiffKind::Removed);
        out.push_all(middle_b, DiffKind::Added);
    } else {
        out.compare(middle_a, middle_b);
    }
    out.push_all(&a[a.len() - end..], DiffKind::Same);
    out.0
}

fn tokens<'t>(pieces: &'t Pieces<'_>) -> Vec<&'t str> {
    let words = pieces.words.iter().map(Some).chain([None]);
    let tokens = pieces.gaps.iter().zip(words).flat_map(|(gap, word)| [Some(gap), word]);
    tokens.flatten().map(|token| &**token).filter(|token| !token.is_empty()).collect()
}

/// Equal numbers for equal tokens: these are compared some hundred thousand times.
fn numbered<'t>(tokens: &[&'t str], known: &mut HashMap<&'t str, usize>) -> Vec<usize> {
    let number = |token: &&'t str| {
        let next = known.len();
        *known.entry(*token).or_insert(next)
    };
    tokens.iter().map(number).collect()
}

struct Out(Vec<DiffPiece>);

impl Out {
    fn push(&mut self, text: &str, kind: DiffKind) {
        match self.0.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ => self.0.push(DiffPiece { text: text.to_owned(), kind }),
        }
    }

    fn push_all(&mut self, tokens: &[&str], kind: DiffKind) {
        for token in tokens {
            self.push(token, kind);
        }
    }

    /// By the longest common subsequence.
    fn compare(&mut self, a: &[&str], b: &[&str]) {
        let mut known = HashMap::new();
        let (numbers_a, numbers_b) = (numbered(a, &mut known), numbered(b, &mut known));
        let width = b.len() + 1;
        let mut longest = vec![0_u16; (a.len() + 1) * width];
        for (i, one) in numbers_a.iter().enumerate().rev() {
            let (row, below) = longest[i * width..(i + 2) * width].split_at_mut(width);
            for (j, other) in numbers_b.iter().enumerate().rev() {
                row[j] = if one == other { below[j + 1] + 1 } else { below[j].max(row[j + 1]) };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            if i < a.len() && j < b.len() && numbers_a[i] == numbers_b[j] {
                self.push(a[i], DiffKind::Same);
                (i, j) = (i + 1, j + 1);
            } else if j == b.len()
                || (i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1])
            {
                self.push(a[i], DiffKind::Removed);
                i += 1;
            } else {
                self.push(b[j], DiffKind::Added);
                j += 1;
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(before: &str, after: &str) -> String {
        let piece = |piece: DiffPiece| match piece.kind {
            DiffKind::Same => piece.text,
            DiffKind::Removed => format!("[-{}-]", piece.text),
            DiffKind::Added => format!("[+{}+]", piece.text),
        };
        diff(before, after).into_iter().map(piece).collect()
    }

    #[test]
    fn what_changed_is_marked_and_nothing_else() {
        assert_eq!(shown("a good film", "a good film"), "a good film");
        assert_eq!(shown("a good film!", "a great film!"), "a [-good-][+great+] film!");
        assert_eq!(shown("one two three", "one three"), "one [-two -]three");
        assert_eq!(shown("", "new"), "[+new+]");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_the_difference(a in "[abc ,\u{301}]{0,30}", b in "[abc ,\u{301}]{0,30}") {
            let pieces = diff(&a, &b);
            let without = |kind| pieces.iter().filter(|it| it.kind != kind).map(|it| it.text.as_str()).collect::<String>();
            prop_assert_eq!(without(DiffKind::Added), a);
            prop_assert_eq!(without(DiffKind::Removed), b);
        }
    }
}
