//! What became of a text, for people to see.

use crate::text::Pieces;
use serde::{Deserialize, Serialize};

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
    let (a, b) = (tokens(before), tokens(after));
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

fn tokens(text: &str) -> Vec<String> {
    let pieces = Pieces::new(text);
    let mut tokens = Vec::with_capacity(2 * pieces.words.len() + 1);
    for (at, gap) in pieces.gaps.iter().enumerate() {
        tokens.push(gap.to_string());
        tokens.extend(pieces.words.get(at).map(ToString::to_string));
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

struct Out(Vec<DiffPiece>);

impl Out {
    fn push(&mut self, text: &str, kind: DiffKind) {
        match self.0.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ => self.0.push(DiffPiece { text: text.to_owned(), kind }),
        }
    }

    fn push_all(&mut self, tokens: &[String], kind: DiffKind) {
        for token in tokens {
            self.push(token, kind);
        }
    }

    /// By the longest common subsequence.
    fn compare(&mut self, a: &[String], b: &[String]) {
        let width = b.len() + 1;
        let mut longest = vec![0_u16; (a.len() + 1) * width];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                longest[i * width + j] = if a[i] == b[j] {
                    longest[(i + 1) * width + j + 1] + 1
                } else {
                    longest[(i + 1) * width + j].max(longest[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            if i < a.len() && j < b.len() && a[i] == b[j] {
                self.push(&a[i], DiffKind::Same);
                (i, j) = (i + 1, j + 1);
            } else if j == b.len()
                || (i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1])
            {
                self.push(&a[i], DiffKind::Removed);
                i += 1;
            } else {
                self.push(&b[j], DiffKind::Added);
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
